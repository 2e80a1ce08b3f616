"""Fit the weights of pairing to crawls whose pairs are known: ``python -m training.pairing``.

    python -m training.pairing CRAWL=TRUTH ... [--write] [--check CRAWL=TRUTH ...]

A TRUTH is JSON: ``{"pairs": [{"zh", "en"}], "alone": [{"url"}]}`` with addresses, or
``[[zh, en, ...], ...]`` with names of files. Other crawls have less to go by than these: each is
also learned from with its days, people, titles or addresses hidden, with days of which several
pages are, with links, series, numbers of questions and untranslated paragraphs that it does not
have, and in small portions. No weight may be negative: no evidence for a pair speaks against it.
"""

import argparse
import base64
import datetime as dt
import json
import random
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped] # no stubs

from align.aligner.arrays import F32, F64, I64
from align.records import LANGUAGES, Language
from align.sources.ingest.crawl import pairing
from align.sources.ingest.crawl.candidates import Candidate, CrawlPages, collect_pages
from align.sources.ingest.crawl.evidence import KINDS
from align.sources.ingest.crawl.index import CrawlIndex, index_capture
from align.sources.ingest.crawl.pairing import choose_pairs, compare_pages, share_odds
from align.sources.ingest.crawl.versions import drop_older_versions
from align.sources.ingest.crawl.weights import PairWeights, load_weights, read_mean, read_weights

WEIGHTS = Path(pairing.__file__).with_name("weights.json")
PENALTY = 0.02  # of the sum of squares of what weights differ from PRIOR, in pairs
PRIOR = 1.0  # what evidence is worth of which the crawls have too little
LARGEST = 12.0  # weight
FOLDS = 5
SERIES = 4  # folders of each language
SMALL = (2, 3, 5, 8, 15)  # briefings in a portion


@dataclass(slots=True)
class LabelledCrawl:
    """A crawl, and the counterpart of each page that is known: ``None`` where it is alone."""

    index: CrawlIndex
    pages: CrawlPages
    partner: dict[str, str | None]

    def label(self, zh: Candidate, en: Candidate) -> int:
        """Return 1 for a pair, 0 for two pages that are none, -1 where that is not known."""
        ours, theirs = _name(zh), _name(en)
        if self.partner.get(ours) == theirs:
            return 1
        # A page that is alone may have a counterpart of which the truth knows nothing.
        paired = self.partner.get(ours) or self.partner.get(theirs)
        both_known = ours in self.partner and theirs in self.partner
        return 0 if paired or both_known else -1


def _name(page: Candidate) -> str:
    return page.url if page.url.startswith("http") else page.url.rpartition("/")[2]


def load_crawl(words: str) -> LabelledCrawl:
    """Load a crawl and its truth, named as ``CRAWL=TRUTH``."""
    crawl, _, truth = words.partition("=")
    known = json.loads(Path(truth).read_text(encoding="utf-8"))
    partner: dict[str, str | None] = {}
    if isinstance(known, dict):
        rows = [(pair["zh"], pair["en"]) for pair in known["pairs"]]
        partner.update((one["url"], None) for one in known["alone"])
    else:
        rows = [(row[0], row[1]) for row in known]
    for zh, en in rows:
        partner[zh], partner[en] = en, zh
    index = index_capture([Path(crawl)])
    pages = collect_pages(index)
    drop_older_versions(index, pages)
    return LabelledCrawl(index, pages, partner)


# -- crawls with less to go by -------------------------------------------------------------------

Pages = dict[str, Candidate]  # by their names
Change = Callable[[Pages, LabelledCrawl], None]

_WRONG = 0.02  # share of links and numbers that are wrong where they are made up


def _hide_days(pages: Pages, _crawl: LabelledCrawl) -> None:
    for page in pages.values():
        page.date, page.title_days, page.text_days = None, (), ()


def _hide_people(pages: Pages, _crawl: LabelledCrawl) -> None:
    for page in pages.values():
        page.people, page.question = (), 0


def _hide_titles(pages: Pages, _crawl: LabelledCrawl) -> None:
    for page in pages.values():
        page.title = ""


def _hide_addresses(pages: Pages, _crawl: LabelledCrawl) -> None:
    for number, page in enumerate(pages.values()):
        page.key, page.links = f"page.example/{number}x", ()


def _to_weeks(pages: Pages, _crawl: LabelledCrawl) -> None:
    for page in pages.values():
        days = page.days
        page.title_days, page.text_days = (), ()
        page.date = days[0] - dt.timedelta(days[0].toordinal() % 7) if days else None


def _shift_days(pages: Pages, _crawl: LabelledCrawl) -> None:
    """Let a language write a third of its days a day later, as after midnight."""
    for number, page in enumerate(pages.values()):
        days = page.days
        page.title_days, page.text_days = (), ()
        page.date = days[0] + dt.timedelta(number % 3 == 0) if days else None


def _known_pairs(pages: Pages, crawl: LabelledCrawl) -> list[tuple[Candidate, Candidate]]:
    """Return the pairs of the truth; for a few of them a page with another one."""
    zh = [name for name, page in pages.items() if page.language == "zh"]
    pairs = [(name, crawl.partner.get(name)) for name in zh]
    known = [(name, other) for name, other in pairs if other in pages]
    draw = random.Random(len(known))
    return [
        (pages[name], pages[str(other if draw.random() > _WRONG else draw.choice(known)[1])])
        for name, other in known
    ]


def _add_links(pages: Pages, crawl: LabelledCrawl) -> None:
    for zh, en in _known_pairs(pages, crawl):
        zh.links = (en.key,)


def _add_like_addresses(pages: Pages, crawl: LabelledCrawl) -> None:
    for number, (zh, en) in enumerate(_known_pairs(pages, crawl)):
        zh.key, en.key = f"page.example/zh/{number}x", f"page.example/en/{number}x"


def _add_series(pages: Pages, crawl: LabelledCrawl) -> None:
    for number, (zh, en) in enumerate(_known_pairs(pages, crawl)):
        series = number % SERIES
        zh.key, en.key = f"page.example/a{series}/{number}x", f"page.example/b{series}/{-number}x"


def _add_questions(pages: Pages, crawl: LabelledCrawl) -> None:
    for number, (zh, en) in enumerate(_known_pairs(pages, crawl)):
        zh.question = en.question = 1 + number % 20


def _add_untranslated(pages: Pages, crawl: LabelledCrawl) -> None:
    for number, (zh, en) in enumerate(_known_pairs(pages, crawl)):
        if number % 2:
            zh.passages = en.passages[::2]


def _add_text_days(pages: Pages, crawl: LabelledCrawl) -> None:
    for number, (zh, en) in enumerate(_known_pairs(pages, crawl)):
        zh.text_days = en.text_days = (dt.date(2031, 1, 1) + dt.timedelta(number // 3),)


CHANGES: dict[str, tuple[Change, ...]] = {
    "whole": (),
    "no days": (_hide_days,),
    "no addresses": (_hide_addresses,),
    "content": (_hide_days, _hide_people, _hide_addresses),
    "no titles": (_hide_days, _hide_addresses, _hide_titles),
    "weeks": (_to_weeks, _hide_addresses),
    "weeks, no people": (_to_weeks, _hide_addresses, _hide_people),
    "midnight": (_shift_days, _hide_addresses),
    "links": (_hide_days, _hide_addresses, _add_links),
    "like addresses": (_to_weeks, _add_like_addresses),
    "series": (_hide_days, _hide_addresses, _hide_titles, _add_series),
    "questions": (_to_weeks, _hide_addresses, _hide_titles, _add_questions),
    "untranslated": (_hide_days, _hide_addresses, _hide_titles, _add_untranslated),
    "days in the text": (_hide_days, _hide_addresses, _add_text_days),
}


def change_pages(crawl: LabelledCrawl, changes: Sequence[Change], keep: set[int]) -> CrawlPages:
    """Return the pages at some places, changed."""
    changed = CrawlPages()
    for language in LANGUAGES:
        rows = []
        for place, page in enumerate(crawl.pages.of(language)):
            if id(page) in keep:
                changed.candidates.append(copy(page))
                rows.append(crawl.pages.whole[language][place])
        changed.whole[language] = np.array(rows, np.float16).reshape(len(rows), -1)
    by_name = {_name(page): page for page in changed.candidates}
    for change in changes:
        change(by_name, crawl)
    return changed


def portions(crawl: LabelledCrawl, seed: int) -> Iterator[set[int]]:
    """Yield small sets of pages: some pairs, and as many pages that are alone."""
    by_name = {_name(page): page for page in crawl.pages.candidates}
    zh = [page for page in crawl.pages.of("zh") if crawl.partner.get(_name(page)) in by_name]
    lone = [page for page in crawl.pages.candidates if crawl.partner.get(_name(page), "") is None]
    draw = random.Random(seed)
    for size in SMALL * 6:
        chosen = draw.sample(zh, min(size, len(zh)))
        pages = [*chosen, *draw.sample(lone, min(size, len(lone)))]
        others = [by_name[str(crawl.partner[_name(page)])] for page in chosen]
        # one side of a pair alone: its counterpart was not captured
        yield {id(page) for page in (*pages, *others[: max(1, size - 1)])}


@dataclass(slots=True)
class Sample:
    """Pairs with their evidence, their labels, and the fold and weight of each."""

    values: F64
    labels: I64
    folds: I64
    worth: F64


def make_sample(
    crawl: LabelledCrawl, changes: Sequence[Change], keep: set[int], start: PairWeights
) -> Sample:
    """Return the labelled pairs of a crawl that was changed."""
    table = compare_pages(crawl.index, change_pages(crawl, changes, keep), start)
    zh, en = table.views.zh, table.views.en
    labels = np.array([crawl.label(zh[i], en[j]) for i, j in table.pairs], np.int64)
    known = labels >= 0
    folds = np.array([_fold(crawl, zh[i]) for i, _ in table.pairs], np.int64)
    values = table.values.astype(np.float64)
    return Sample(values[known], labels[known], folds[known], np.ones(int(known.sum())))


def draw_samples(crawls: Sequence[LabelledCrawl], start: PairWeights) -> Sample:
    """Return the pairs of all crawls in all their forms; each crawl counts the same.

    :param start: weights that tell which pairs are sure, from which series are learned.
    """
    samples = []
    for crawl in crawls:
        everything = {id(page) for page in crawl.pages.candidates}
        own = []
        for changes in CHANGES.values():
            own.append(make_sample(crawl, changes, everything, start))
        for number, keep in enumerate(portions(crawl, 1)):
            changes = list(CHANGES.values())[number % len(CHANGES)]
            own.append(make_sample(crawl, changes, keep, start))
        total = sum(int(sample.labels.sum()) for sample in own)
        for sample in own:
            sample.worth *= 1000 / max(total, 1)
        samples += own
    return Sample(
        np.concatenate([sample.values for sample in samples]),
        np.concatenate([sample.labels for sample in samples]),
        np.concatenate([sample.folds for sample in samples]),
        np.concatenate([sample.worth for sample in samples]),
    )


# -- fitting -------------------------------------------------------------------------------------


def fit(sample: Sample, chosen: NDArray[np.bool_]) -> tuple[F64, float]:
    """Return weights and bias of the logistic regression over some of the pairs."""
    values, labels, worth = sample.values[chosen], sample.labels[chosen], sample.worth[chosen]
    signs = 2 * labels - 1

    def loss(guess: F64) -> tuple[float, F64]:
        logits = signs * (values @ guess[:-1] + guess[-1])
        losses = np.logaddexp(0, -logits) * worth
        slopes = -signs * worth / (1 + np.exp(np.clip(logits, -50, 50)))
        apart = guess[:-1] - PRIOR
        gradient = np.append(values.T @ slopes + 2 * PENALTY * apart, slopes.sum())
        return float(losses.sum() + PENALTY * apart @ apart), gradient

    bounds = [*((0.0, LARGEST) for _ in KINDS), (None, None)]
    found = minimize(loss, np.zeros(len(KINDS) + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    return found.x[:-1], float(found.x[-1])


def mean_vectors(crawls: Sequence[LabelledCrawl]) -> dict[Language, str]:
    """Return the mean vector of the texts of each language, each crawl counting the same."""
    means: dict[Language, str] = {}
    for language in LANGUAGES:
        rows = [crawl.pages.whole[language].mean(axis=0) for crawl in crawls]
        numbers = np.clip(np.rint(np.mean(rows, axis=0) * 1016), -127, 127).astype(np.int8)
        means[language] = base64.b64encode(numbers.tobytes()).decode("ascii")
    return means


def calibration_error(probabilities: Sequence[float], right: Sequence[int]) -> float:
    """Return the expected calibration error in ten bins of equal width."""
    p, y = np.array(probabilities), np.array(right, np.float64)
    bins = np.minimum((p * 10).astype(int), 9)
    parts = [
        abs(p[bins == b].mean() - y[bins == b].mean()) * (bins == b).sum()
        for b in range(10)
        if (bins == b).any()
    ]
    return float(sum(parts) / max(len(p), 1))


def judge_held_out(
    crawl: LabelledCrawl, fits: Sequence[tuple[F64, float]], start: PairWeights
) -> dict[str, float]:
    """Return how well the chosen pairs of a crawl are calibrated, each day held out in turn."""
    everything = {id(page) for page in crawl.pages.candidates}
    table = compare_pages(crawl.index, change_pages(crawl, (), everything), start)
    zh = table.views.zh
    folds = np.array([_fold(crawl, zh[i]) for i, _ in table.pairs])
    logits = np.zeros(len(table.pairs), np.float32)
    for fold, (weights, bias) in enumerate(fits):
        logits[folds == fold] = table.values[folds == fold] @ weights + bias
    rows = list_chosen(crawl, table, logits)
    known = [row for row in rows if row[1] >= 0]
    joined = [label for p, label in known if p >= pairing.JOINED]
    error = calibration_error([p for p, _ in known], [label for _, label in known])
    return {"found": sum(joined), "wrong": len(joined) - sum(joined), "ece": round(error, 4)}


def _fold(crawl: LabelledCrawl, zh: Candidate) -> int:
    """Return the part of the days that a page belongs to."""
    name = crawl.partner.get(_name(zh)) or _name(zh)
    return sum(map(ord, name)) % FOLDS


def judge(crawl: LabelledCrawl, weights: PairWeights) -> dict[str, Any]:
    """Return what pairing with some weights finds in a crawl."""
    table = compare_pages(crawl.index, crawl.pages, weights)
    rows = list_chosen(crawl, table, weights.logits(table.values))
    known = [row for row in rows if row[1] >= 0]
    joined = [label for p, label in known if p >= pairing.JOINED]
    return {
        "pairs": sum(value is not None for value in crawl.partner.values()) // 2,
        "found": sum(joined),
        "wrong": len(joined) - sum(joined),
        "proposed": sum(pairing.PROPOSED <= p < pairing.JOINED for p, _ in known),
        "others": sum(p >= pairing.JOINED for p, label in rows if label < 0),
        "ece": round(calibration_error([p for p, _ in known], [y for _, y in known]), 4),
    }


def list_chosen(
    crawl: LabelledCrawl, table: pairing.EvidenceTable, logits: F32
) -> list[tuple[float, int]]:
    """Return the probability and the label of each pair that is chosen."""
    shares, views = share_odds(table.pairs, logits), table.views
    rows = []
    for row in choose_pairs(table.pairs, logits):
        zh, en = table.pairs[row]
        rows.append((float(shares[row]), crawl.label(views.zh[zh], views.en[en])))
    return rows


def main() -> None:
    """Fit, cross-validate over days, and write the weights if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("crawls", nargs="+")
    parser.add_argument("--check", nargs="*", default=[])
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    crawls = [load_crawl(words) for words in given.crawls]
    means = mean_vectors(crawls)
    vectors = {language: read_mean(text) for language, text in means.items()}
    start = replace(load_weights(), means=vectors)
    sample = draw_samples(crawls, start)
    print(f"{len(sample.labels):,} pairs, {sample.labels.sum():,} of them right")
    fits = [fit(sample, sample.folds != fold) for fold in range(FOLDS)]
    for crawl in crawls:
        found = judge_held_out(crawl, fits, start)
        print(f"{crawl.index.name}, each day held out: {found}", flush=True)
    weights, bias = fit(sample, np.ones(len(sample.labels), bool))
    values = {
        "weights": dict(zip(KINDS, (round(float(w), 3) for w in weights), strict=True)),
        "bias": round(bias, 3),
        "means": means,
    }
    for name, weight in values["weights"].items():  # type: ignore[attr-defined] # a dict
        print(f"  {name:10} {weight:7.3f}")
    print(f"  {'bias':10} {bias:7.3f}")
    for words in (*given.crawls, *given.check):
        print(words.partition("=")[0], judge(load_crawl(words), read_weights(values)))
    if given.write:
        WEIGHTS.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
