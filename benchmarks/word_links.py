"""Precision and recall of word links on rows of the demo corpus linked by hand, and the time a row.

    python -m benchmarks.word_links [--fit]

``corpora/demo/word_links.json`` was written before the linker was tuned. Every second row, the
first one included, served for tuning; the others are held out. In ``zh=en`` both passages translate
each other and are expected; what stands in brackets, and ``zh~en``, may be marked as well. ``…``
stands between parts of a passage, ``word@2`` is its second occurrence. Points at every Chinese
character and every English word (but ``的``, articles and ``'s``): precision is the share of what
is marked that may be, recall the share of what is expected that is marked, each a mean over what
was pointed at.
``--fit`` prints weights for ``align/aligner/text/word_links/pairs.py``.
"""

import argparse
import json
import re
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from align.aligner.encoders.use import Use
from align.aligner.text.dictionary import Token, tokenize
from align.aligner.text.word_links import WordLink, link_words
from align.aligner.text.word_links.pairs import TAKEN, WEIGHTS, CandidateRow
from align.aligner.text.word_model.counts import WordChances, add_counts
from align.aligner.text.word_model.posteriors import link_row
from align.aligner.text.word_model.training import count_words
from align.aligner.text.word_vectors import WordVectors
from align.records import CharSpan

GOLD = Path(__file__).parent.parent / "corpora/demo/word_links.json"
LEFT_OUT = frozenset(["的", "the", "a", "an", "s"])

Pairs = list[tuple[set[int], set[int]]]
Linker = Callable[[str, str], Iterable[WordLink]]
Figures = dict[str, tuple[float, float]]
"""Precision and recall by the side pointed at."""


def read_gold() -> list[dict[str, str]]:
    """Return the rows linked by hand."""
    rows: list[dict[str, str]] = json.loads(GOLD.read_text(encoding="utf-8"))
    return rows


def locate(text: str, passage: str) -> tuple[set[int], set[int]]:
    """Return the characters of a passage of the gold: those expected, and those that may be."""
    expected: set[int] = set()
    possible: set[int] = set()
    for part in passage.split("…"):
        written, _, number = part.partition("@")
        plain = written.replace("[", "").replace("]", "")
        pattern = re.escape(plain)
        if plain[0].isascii():
            pattern = rf"(?<![A-Za-z0-9]){pattern}"
        if plain[-1].isascii():
            pattern = rf"{pattern}(?![A-Za-z0-9])"
        found = [match.start() for match in re.finditer(pattern, text)]
        at, inside = found[int(number or 1) - 1], False
        for letter in written:
            if letter in "[]":
                inside = letter == "["
                continue
            possible.add(at)
            if not inside:
                expected.add(at)
            at += 1
    return expected, possible


def measure(rows: Sequence[Mapping[str, str]], link: Linker) -> Figures:
    """Point at every word of some rows, first of the Chinese, then of the English."""
    figures: Figures = {}
    for source, target in ((0, 1), (1, 0)):
        right: list[float] = []
        found: list[float] = []
        for row in rows:
            texts = (row["zh"], row["en"])
            expected, possible = read_links(row)
            marked = [(_characters(one.zh), _characters(one.en)) for one in link(*texts)]
            for unit in _units(texts[source]):
                shown, wanted, allowed = (
                    _reach(pairs, source, unit, _units(texts[target]))
                    for pairs in (marked, expected, possible)
                )
                if shown:
                    right.append(len(shown & allowed) / len(shown))
                if wanted:
                    found.append(len(shown & wanted) / len(wanted))
        name = "from zh" if source == 0 else "from en"
        figures[name] = (statistics.fmean(right or [0.0]), statistics.fmean(found))
    return figures


def read_links(row: Mapping[str, str]) -> tuple[Pairs, Pairs]:
    """Return the links of a row of the gold as sets of characters: expected, possible."""
    expected: Pairs = []
    possible: Pairs = []
    for written in row["links"].split(" | "):
        zh, sign, en = re.split("([=~])", written, maxsplit=1)
        (zh_sure, zh_any), (en_sure, en_any) = locate(row["zh"], zh), locate(row["en"], en)
        possible.append((zh_any, en_any))
        if sign == "=":
            expected.append((zh_sure, en_sure))
    return expected, possible


def _characters(spans: Iterable[CharSpan]) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


def _units(text: str) -> list[Token]:
    return [token for token in tokenize(text) if token.form not in LEFT_OUT]


def _reach(pairs: Pairs, source: int, unit: Token, units: Sequence[Token]) -> set[int]:
    """Return the places of the words of the other side to which a word of one side is linked."""
    reached = {at for pair in pairs if unit.start in pair[source] for at in pair[1 - source]}
    return {one.start for one in units if not reached.isdisjoint(range(one.start, one.end))}


def learn_demo() -> WordChances:
    """Return what the rows of the demo corpus teach the word model."""
    rows: list[tuple[str, str]] = []
    for name in ("gold.json", "gold2.json"):
        gold = json.loads(GOLD.with_name(name).read_text(encoding="utf-8"))
        for zh, en in gold["gold"]:
            rows.append(
                ("".join(gold["zh"][at] for at in zh), " ".join(gold["en"][at] for at in en))
            )
    return WordChances.of(add_counts(count_words([rows])))


def link_by_model(
    zh: str, en: str, vectors: WordVectors | None, chances: WordChances | None
) -> Iterable[WordLink]:
    """Link all words of a row, by the posteriors of the word model if it has counted rows."""
    return link_words(zh, en, vectors, link_row(zh, en, chances) if chances else None)


def fit(rows: Sequence[Mapping[str, str]], chances: WordChances) -> list[float]:
    """Return weights by logistic regression over all pairs of words that anything speaks for."""
    features, right = [], []
    for row in rows:
        pairs = CandidateRow(row["zh"], row["en"])
        described = pairs.describe(None, link_row(row["zh"], row["en"], chances))
        allowed = np.zeros((len(pairs.zh), len(pairs.en)), bool)
        for zh, en in read_links(row)[1]:
            ours = [at for at, token in enumerate(pairs.zh) if token.start in zh]
            allowed[
                np.ix_(ours, [at for at, token in enumerate(pairs.en) if token.start in en])
            ] = 1
        share = np.array([allowed[start:end].mean(axis=0) for start, end in pairs.spans])
        clear = (pairs.score(described, [0.0] * len(WEIGHTS)) > TAKEN) & (share % 1 == 0)
        features.append(described[:, clear].T)
        right.append(share[clear])
    x, y = np.concatenate(features).astype(float), np.concatenate(right)
    weights, penalty = np.zeros(x.shape[1]), np.array([0.0] + [0.3] * (x.shape[1] - 1))
    for _ in range(30):  # Newton's method
        chance = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (chance - y) + penalty * weights
        weights -= np.linalg.solve((x.T * chance * (1 - chance)) @ x + np.diag(penalty), slope)
    return [float(weight) for weight in weights]


def main() -> None:
    """Print the figures of both halves, with and without an encoder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true")
    rows, vectors, chances = read_gold(), WordVectors(Use().encode), learn_demo()
    if parser.parse_args().fit:
        weights = fit(rows[::2], chances)
        print({name: round(weight, 2) for name, weight in zip(WEIGHTS, weights, strict=True)})
    link_words("港口", "ports")  # load the dictionaries
    for run in ("first", "again"):
        start = time.process_time()
        for row in rows:
            link_by_model(row["zh"], row["en"], vectors, chances)
        spent = (time.process_time() - start) / len(rows) * 1000
        print(f"{run}: {spent:.1f} ms of processor time a row")
    for half, name in ((rows[::2], "tuning"), (rows[1::2], "held out")):
        for given, taught, what in (
            (vectors, None, "encoder"),
            (None, chances, "word model"),
            (None, None, "neither"),
        ):
            figures = measure(half, partial(link_by_model, vectors=given, chances=taught))
            said = ", ".join(f"{side} {p:.3f} {r:.3f}" for side, (p, r) in figures.items())
            print(f"{name}, {what}: precision and recall {said}")


if __name__ == "__main__":
    main()
