"""Print the errors of the matcher, held out: tables, and examples by index.

    python -m benchmarks.errors GOLD...             the tables of docs/explanation/errors.md
    python -m benchmarks.errors GOLD... --show      and the sentences of each example, to look at

A *knot* is the smallest group of gold and found beads over the same sentences that are not equal.
"""

import argparse
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from align.aligner import encoders
from align.aligner.evaluate import Gold, Link, links, score
from align.aligner.match.features import FIRST, SECOND
from align.records import Bead
from training.cuts import CUTS
from training.train import COPY, PENALTY, Collection

BINS = (0.5, 0.7, 0.9, 1.0)
"""Upper ends of the ranges of probability."""

LENGTHS = (5, 10, 20, 40, 100_000)
"""Upper ends of the ranges of length, in Chinese characters."""

SHORT = 6
"""Words of a short English sentence."""

Place = tuple[str, int]
"""A language and a sentence."""


@dataclass(frozen=True)
class Knot:
    """Gold beads, and what was found over the same sentences instead."""

    gold: tuple[Link, ...]
    found: tuple[Bead, ...]

    @property
    def pattern(self) -> str:
        """The types: what gold has, and what was found."""
        return f"{types(self.gold)} → {types(links(self.found))}"

    @property
    def kind(self) -> str:
        """What is wrong: the first kind that holds."""
        gold, found = full(self.gold), full(links(self.found))
        if not monotone(self.gold):
            return "gold crosses or has a gap"
        if len(gold) < len(self.gold) or len(found) < len(self.found):
            return "a sentence left out by gold or by us"
        if len(gold) == len(found):
            return "border moved" + (" between two beads" if len(gold) == 2 else ", three or more")
        return "joined too much" if len(gold) > len(found) else "divided too much"

    def moved(self) -> set[Place]:
        """Return the sentences on the wrong side of the border, where two beads are two beads."""
        if not self.kind.endswith("between two beads"):
            return set()
        first, instead = places_of(self.gold[0]), places_of(links(self.found)[0])
        return first ^ instead


@dataclass(frozen=True)
class Case:
    """One text with what was found in it."""

    gold: Gold
    folder: str
    found: tuple[Bead, ...]

    @property
    def wrong(self) -> list[Bead]:
        """The found beads that gold does not have."""
        known = set(self.gold.beads)
        return [bead for bead in self.found if (bead.zh, bead.en) not in known]

    @property
    def missed(self) -> list[Link]:
        """The gold beads with two sides that were not found."""
        known = set(links(self.found))
        return [link for link in full(self.gold.beads) if link not in known]

    def far(self) -> tuple[int, int]:
        """Count wrong beads with two sides, and missed ones, without any right pair."""
        gold, found = pairs(self.gold.beads), pairs(links(self.found))
        wrong = sum(not pairs([link]) & gold for link in full(links(self.wrong)))
        return wrong, sum(not pairs([link]) & found for link in self.missed)

    def knots(self) -> list[Knot]:
        """Return the knots in text order."""
        groups: list[tuple[set[Place], set[Link]]] = []
        for link in {*self.gold.beads, *links(self.found)}:
            places, beads = places_of(link), {link}
            for group in [group for group in groups if group[0] & places]:
                groups.remove(group)
                places, beads = places | group[0], beads | group[1]
            groups.append((places, beads))
        knots = [
            Knot(
                tuple(link for link in self.gold.beads if link in beads),
                tuple(bead for bead in self.found if (bead.zh, bead.en) in beads),
            )
            for _, beads in groups
            if len(beads) > 1 or not beads & set(self.gold.beads)
        ]
        return sorted(knots, key=lambda knot: self.found.index(knot.found[0]))

    def shortest(self, link: Link) -> int:
        """Return the length of a bead's shortest Chinese sentence, in characters."""
        return min(len(self.gold.zh[n]) for n in link[0])


def types(beads: Iterable[Link]) -> str:
    """Write bead types in order."""
    return " ".join(f"{len(zh)}-{len(en)}" for zh, en in beads)


def full(beads: Iterable[Link]) -> list[Link]:
    """Choose the beads with two sides."""
    return [(zh, en) for zh, en in beads if zh and en]


def pairs(beads: Iterable[Link]) -> set[tuple[int, int]]:
    """Return the pairs of sentences that beads link."""
    return {(a, b) for zh, en in beads for a in zh for b in en}


def places_of(link: Link) -> set[Place]:
    """Return the sentences of a bead."""
    return {("zh", n) for n in link[0]} | {("en", n) for n in link[1]}


def monotone(beads: Sequence[Link]) -> bool:
    """Return whether no span has a gap and no two beads cross."""
    gaps = any(side[-1] - side[0] >= len(side) for bead in beads for side in bead if side)
    return not gaps and not any(
        (one[0] < two[0]) != (one[1] < two[1]) for one, two in combinations(full(beads), 2)
    )


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table in Markdown."""
    print("", f"| {' | '.join(head)} |", "|---" * len(head) + "|", sep="\n")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")


def by_text(cases: Sequence[Case]) -> None:
    """Print how each text fared; the short ones by folder."""
    long = [[case] for case in cases if case.folder == "mac-dev"]
    rest = [case for case in cases if case.folder != "mac-dev"]
    groups = long + [
        [case for case in rest if case.folder == folder]
        for folder in dict.fromkeys(case.folder for case in rest)
    ]
    rows = []
    for group in groups:
        gold = sum(len(full(case.gold.beads)) for case in group)
        name = group[0].gold.id if len(group) == 1 else f"{group[0].folder}, {len(group)} texts"
        strict = score([(case.gold.beads, case.found) for case in group]).strict.f1
        simple = sum(types([link]) == "1-1" for case in group for link in case.gold.beads)
        missed, wrong = (
            sum(len(x) for x in each)
            for each in ([case.missed for case in group], [case.wrong for case in group])
        )
        knots = sum(len(case.knots()) for case in group)
        row = (name, gold, f"{simple / gold:.0%}", f"{strict:.3f}", missed, wrong, knots)
        rows.append(row)
    table(("text", "gold beads", "of them 1-1", "strict F1", "missed", "wrong", "knots"), rows)


def by_type(cases: Sequence[Case]) -> None:
    """Print for each gold type how often it was missed, and what lies there instead."""
    gold = Counter(types([link]) for case in cases for link in full(case.gold.beads))
    instead: dict[str, Counter[str]] = {kind: Counter() for kind in gold}
    missed: Counter[str] = Counter()
    for case in cases:
        for link in case.missed:
            over = [found for found in links(case.found) if pairs([found]) & pairs([link])]
            missed[types([link])] += 1
            instead[types([link])][types(over) or "nothing"] += 1
    rows = [
        (
            kind,
            count,
            missed[kind],
            f"{missed[kind] / count:.0%}",
            ", ".join(f"{what} ({n})" for what, n in instead[kind].most_common(4)),
        )
        for kind, count in gold.most_common()
        if missed[kind]
    ]
    table(("gold type", "gold", "missed", "share", "found over its pairs, most often"), rows)


def by_kind(knots: Sequence[Knot]) -> None:
    """Print what is wrong in the knots."""
    count = Counter(knot.kind for knot in knots)
    rows = []
    for kind, n in count.most_common():
        chosen = [knot for knot in knots if knot.kind == kind]
        missed = sum(link not in links(knot.found) for knot in chosen for link in full(knot.gold))
        trust = statistics.median(b.probability or 0.0 for knot in chosen for b in knot.found)
        common = Counter(knot.pattern for knot in chosen).most_common(3)
        text = ", ".join(f"{pattern} ({n})" for pattern, n in common)
        rows.append((kind, n, f"{n / len(knots):.0%}", missed, f"{trust:.2f}", text))
    head = ("what is wrong", "knots", "share", "gold beads missed", "median probability")
    table((*head, "most often"), rows)


def by_moved(cases: Sequence[Case]) -> None:
    """Print how long the sentences are that moved over a border, against all."""
    moved = [[place for knot in case.knots() for place in sorted(knot.moved())] for case in cases]
    zh = sum(side == "zh" for each in moved for side, _ in each)
    words = {
        "moved": [
            len(case.gold.en[n].split())
            for case, each in zip(cases, moved, strict=True)
            for side, n in each
            if side == "en"
        ],
        "all": [len(text.split()) for case in cases for text in case.gold.en],
    }
    print(f"\nmoved over a border: {zh} Chinese sentences, {len(words['moved'])} English ones")
    for name, counts in words.items():
        if not counts:
            continue
        short = sum(n <= SHORT for n in counts) / max(1, len(counts))
        print(f"{name}: median {statistics.median(counts):g} words, {short:.0%} up to {SHORT}")


def by_range(title: str, ends: Sequence[float], right: list[float], wrong: list[float]) -> None:
    """Print how often beads of a range are wrong; a range holds its upper end."""
    rows, low = [], 0.0
    for end in ends:
        good, bad = (sum(low < value <= end for value in values) for values in (right, wrong))
        rows.append((f"{low:g} to {end:g}", good + bad, bad, f"{bad / max(1, good + bad):.0%}"))
        low = end
    table((title, "found beads", "wrong", "share wrong"), rows)


def tell(cases: Sequence[Case]) -> None:
    """Print everything that is counted."""
    knots = [knot for case in cases for knot in case.knots()]
    by_text(cases)
    by_type(cases)
    by_kind(knots)
    by_moved(cases)
    far = [case.far() for case in cases]
    missed = sum(len(case.missed) for case in cases)
    wrong = sum(len(full(links(case.wrong))) for case in cases)
    lost = [sum(each) for each in zip(*far, strict=True)]
    print(f"\n{len(knots)} knots; without a right pair of sentences: ", end="")
    print(f"{lost[0]} of {wrong} wrong beads with two sides, {lost[1]} of {missed} missed ones")
    split: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for case in cases:
        bad = set(links(case.wrong))
        for bead in case.found:
            if bead.zh and bead.en and bead.probability is not None:
                link = (bead.zh, bead.en)
                split[link not in bad].append((bead.probability, case.shortest(link)))
    for at, title, ends in ((0, "probability", BINS), (1, "shortest zh sentence", LENGTHS)):
        values = {good: [row[at] for row in rows] for good, rows in split.items()}
        by_range(title, ends, values[True], values[False])
        middle = [f"{statistics.median(values[good]):g}" for good in (True, False)]
        print(f"\nmedian {title}: right {middle[0]}, wrong {middle[1]}")


def examples(cases: Sequence[Case], count: int, show: bool) -> None:
    """Print knots at even distances through all of them, sorted by what is wrong."""
    every = [(case, knot) for case in cases for knot in case.knots()]
    often = Counter(knot.kind for _, knot in every)
    every.sort(key=lambda pair: (-often[pair[1].kind], pair[1].kind))
    chosen = [every[(2 * n + 1) * len(every) // (2 * count)] for n in range(count)]
    for number, (case, knot) in enumerate(chosen, 1):
        gold = "; ".join(f"{list(zh)}-{list(en)}" for zh, en in knot.gold)
        found = "; ".join(f"{list(b.zh)}-{list(b.en)} {b.probability:.2f}" for b in knot.found)
        print(f"\n{number}. {case.gold.id}: gold {gold}; found {found}. {knot.kind}")
        if show:
            places = sorted({place for link in knot.gold for place in places_of(link)})
            for side, n in sorted(places, reverse=True):
                print(f"   {side} {n}: {(case.gold.zh if side == 'zh' else case.gold.en)[n]}")


def main() -> None:
    """Align what was left out, and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--examples", type=int, default=20)
    parser.add_argument("--show", action="store_true", help="print the examples' sentences too")
    arguments = parser.parse_args()
    encoder = encoders.load()
    texts = Collection.read(arguments.gold, encoder).with_copies(CUTS, COPY, encoder)
    texts = texts.with_pairs(FIRST, PENALTY)
    found = texts.cross_validate(FIRST + SECOND, PENALTY)
    cases = [
        Case(text.gold, text.folder, beads)
        for text, beads in zip(texts.texts, found, strict=True)
        # the demo is trained on, but too easy to learn from; copies with omissions are no errors
        if text.folder != "demo" and text.origin < 0
    ]
    tell(cases)
    examples(cases, arguments.examples, arguments.show)


if __name__ == "__main__":
    main()
