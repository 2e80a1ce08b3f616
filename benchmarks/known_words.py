"""How well a search marks well-known words: right, wrong, none, idle, and how much of a mark.

    python -m benchmarks.known_words CORPUS [--small] [--terms]

``known_words.tsv`` has Chinese words and a regular expression for their right renderings. For each
word the newest 60 rows of the corpus that have it are linked as a search links them. A row whose
English has a right rendering counts as right if the mark meets one, as wrong if it meets none, as
none without a mark. Rows without a right rendering count as idle if they have a mark all the same.
``within`` is the share of the content words of right marks that are part of a right rendering.

The reverse direction asks for the rendering where word and rendering occur once, and expects the
Chinese word. ``--small``
counts 1, 3, 10, 30 briefings alone, with all their rows; ``--terms`` looks the words up in the list
of terms, and says how many of its first 50 have a usual rendering.
"""

import argparse
import re
import resource
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from align.aligner.text.chinese import simplify
from align.aligner.text.translations import find_translations
from align.aligner.text.word_model.counts import WordChances, add_counts
from align.aligner.text.word_model.tokens import cut_tokens
from align.aligner.text.word_model.training import RowTexts, count_words
from align.corpus.search import Concordance
from align.corpus.search.terms import KeptTerms
from align.corpus.store import Store

LIST = Path(__file__).with_name("known_words.tsv")
NEWEST = 60
SMALL = ((1, 12), (3, 12), (10, 6), (30, 3))
"""Sizes of small corpora, and how many of each."""

Known = Mapping[str, re.Pattern[str]]


@dataclass
class Tally:
    """Counts of rows; of content words in right marks, and of those within a right rendering."""

    right: int = 0
    wrong: int = 0
    none: int = 0
    idle: int = 0
    without: int = 0
    words: int = 0
    within: int = 0

    def __str__(self) -> str:
        rows = max(self.right + self.wrong + self.none, 1)
        idle = f", idle {self.idle / self.without:.2f} of {self.without}" if self.without else ""
        within = f", within {self.within / self.words:.3f}" if self.words else ""
        return (
            f"{rows:,} rows: right {self.right / rows:.3f}, wrong {self.wrong / rows:.3f}, "
            f"none {self.none / rows:.3f}{idle}{within}"
        )


def read_known() -> Known:
    """Return the known words with their right renderings."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines)
    return {zh: re.compile(rf"\b(?:{right})", re.IGNORECASE) for zh, right in pairs}


def measure(
    known: Known, rows: Sequence[RowTexts], chances: WordChances | None, most: int | None
) -> tuple[Tally, Tally]:
    """Link the first ``most`` rows of each word; return what came of it, and of the reverse."""
    forward, reverse = Tally(), Tally()
    for word, pattern in known.items():
        having = ((zh, en, at) for zh, en in rows if (at := simplify(zh).find(word)) >= 0)
        for zh, en, at in islice(having, most):
            right = [match.span() for match in pattern.finditer(en)]
            asked = (at, at + len(word))
            _, found = find_translations(zh, en, ([asked], []), chances)
            _add(forward, found, right, en)
            places = [match.span() for match in re.finditer(word, simplify(zh))]
            if len(right) == len(places) == 1:  # else another one may be meant
                back, _ = find_translations(zh, en, ([], [right[0]]), chances)
                _add(reverse, back, places, "")
    return forward, reverse


def _add(
    tally: Tally, found: Sequence[tuple[int, int]], right: Sequence[tuple[int, int]], en: str
) -> None:
    if not right:
        tally.without += 1
        tally.idle += bool(found)
        return
    if not found:
        tally.none += 1
        return
    if not any(_meets(one, right) for one in found):
        tally.wrong += 1
        return
    tally.right += 1
    for token in cut_tokens(en):
        place = (token.start, token.end)
        if not token.stop and _meets(place, found):
            tally.words += 1
            tally.within += _meets(place, right)


def _meets(one: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(one[0] < end and start < one[1] for start, end in others)


def measure_small(known: Known, briefings: Sequence[Sequence[RowTexts]]) -> None:
    """Print the figures of small corpora: so many briefings, counted and searched alone."""
    for size, times in SMALL:
        sums = Tally(), Tally()
        for number in range(times):
            start = number * (len(briefings) - size) // times
            part = briefings[start : start + size]
            chances = WordChances.of(add_counts(count_words(part)))
            rows = [row for briefing in part for row in briefing]
            for total, one in zip(sums, measure(known, rows, chances, None), strict=True):
                for name, value in vars(one).items():
                    setattr(total, name, getattr(total, name) + value)
        print(f"{size} briefings, {times} times: {sums[0]}")
        print(f"  English to Chinese: {sums[1]}", flush=True)


def measure_terms(known: Known, terms: KeptTerms) -> None:
    """Print in how many terms the known words have a right first rendering."""
    start = time.process_time()
    if not terms.current:
        terms.count_again()
    listed = {term.zh: term for term in terms.find()}
    right = [
        word
        for word, pattern in known.items()
        if word in listed and pattern.search(listed[word].renderings[0].en)
    ]
    print(f"terms: {time.process_time() - start:.1f} s; {len(right)} of {len(known)} words")
    print("  other first rendering or not listed:", " ".join(known.keys() - {*right}))
    first = terms.find(limit=50)
    lost = sum(term.agreement < 0.5 for term in first)
    print(f"  first 50: {lost} without a rendering for most of their rows")


def main() -> None:
    """Count the words of a corpus, and print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--terms", action="store_true")
    chosen = parser.parse_args()
    known = read_known()
    with Store.open(chosen.corpus) as store:
        concordance = Concordance(store)
        concordance.refresh()
        start = time.process_time()
        concordance.words.refresh()
        chances = concordance.words.chances()
        assert chances is not None
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
        spent = time.process_time() - start
        print(f"{chances.rows:,} rows counted in {spent:.1f} s of the processor, {memory} MB")
        names = sorted(concordance.index.states(), reverse=True)
        briefings = [concordance.words.rows(name) for name in names]
        rows = [row for briefing in briefings for row in briefing]
        start = time.process_time()
        forward, reverse = measure(known, rows, chances, NEWEST)
        print(f"Chinese to English: {forward}")
        print(f"English to Chinese: {reverse}")
        print(f"before anything is counted: {measure(known, rows, None, NEWEST)[0]}", flush=True)
        if chosen.small:
            measure_small(known, briefings)
        if chosen.terms:
            measure_terms(known, KeptTerms(concordance.index, 3))


if __name__ == "__main__":
    main()
