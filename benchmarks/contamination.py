"""Measure what `align overlap` finds of copies planted in a test set, on fictional text.

    python -m benchmarks.contamination --beads 100000 --lines 100000 --copies 1000

A third of the copies is exact (but for case, blanks and punctuation), a third has one change a side
(a character or word replaced, left out or put in), a third has one side of a bead and a new text on
the other. All other lines are new. ``--long`` repeats the other lines up to a number, to show that
memory does not grow with the test set.
"""

import argparse
import json
import random
import resource
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from align.corpus.exchange.overlap import KINDS, CorpusIndex, find_overlap
from align.records import BeadRecord, Pair, Provenance, Sides

ZH = "港口货船海湾渔民灯塔码头仓库航线潮汐吨位集装箱船长检疫关税口岸堤坝桥梁岛屿盐田风帆夜航雾笛"
EN = [
    *("harbour", "cargo", "vessel", "bay", "fisher", "lighthouse", "quay"),
    *("warehouse", "route", "tide", "tonnage", "container", "captain", "quarantine"),
    *("duty", "border", "dyke", "bridge", "island", "saltern", "sail"),
    *("berth", "night", "fog", "horn", "rope", "anchor", "mast"),
    *("deck", "pilot", "buoy", "channel", "signal", "crew", "storm"),
    *("crane", "barge", "ferry", "dock", "current"),
]


def make_pair(dice: random.Random) -> tuple[str, str]:
    """Return a made-up pair of 8 to 40 characters and 6 to 25 words."""
    zh = "".join(dice.choices(ZH, k=dice.randint(8, 40))) + "。"
    return zh, " ".join(dice.choices(EN, k=dice.randint(6, 25))).capitalize() + "."


def change(units: list[str], pool: str | list[str], dice: random.Random) -> list[str]:
    """Replace, leave out or put in one unit."""
    at, new = dice.randrange(len(units) - 1), dice.choice(pool)
    return units[:at] + dice.choice([[new], [], [new, units[at]]]) + units[at + 1 :]


def make_copy(kind: str, pair: tuple[str, str], dice: random.Random) -> tuple[str, str]:
    """Return a copy of a pair of one kind."""
    zh, en = pair
    if kind == "exact":
        return zh.replace("。", " ！"), en.upper()
    if kind == "near":
        return "".join(change([*zh], ZH, dice)), " ".join(change(en.split(), EN, dice))
    other = make_pair(dice)
    return dice.choice([(zh, other[1]), (other[0], en)])


def make_lines(
    pairs: list[tuple[str, str]], count: int, copies: int, dice: random.Random
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the kind of each line of the test set (empty: new), and the line."""
    places = dict(zip(dice.sample(range(count), copies), islice(_kinds(), copies), strict=True))
    for at in range(count):
        kind = places.get(at, "")
        yield kind, make_copy(kind, dice.choice(pairs), dice) if kind else make_pair(dice)


def _kinds() -> Iterator[str]:
    while True:
        yield from KINDS


def main() -> None:
    """Make a corpus and a test set, compare them, and print figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("beads", 100_000), ("lines", 100_000), ("copies", 1000), ("long", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    dice = random.Random(1)
    pairs = [make_pair(dice) for _ in range(given.beads)]
    planted: dict[int, str] = {}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "test.tsv"
        with path.open("w", encoding="utf-8") as file:
            file.write("zh\ten\n")
            lines = make_lines(pairs, given.lines, given.copies, dice)
            for number, (kind, (zh, en)) in enumerate(lines, 1):
                planted |= {number: kind} if kind else {}
                file.write(f"{zh}\t{en}\n")
            for _ in range(given.long - given.lines):
                file.write("{}\t{}\n".format(*make_pair(dice)))
        beads = (
            BeadRecord(str(at), Pair(Sides(zh, en)), Provenance("all"))
            for at, (zh, en) in enumerate(pairs)
        )
        start = time.perf_counter()
        index = CorpusIndex(beads)
        indexed = time.perf_counter()
        overlap = find_overlap(index, path, {"all": "train"})
        ended = time.perf_counter()
    seconds = {"corpus": round(indexed - start, 1), "lines": round(ended - indexed, 1)}
    found = {match.line: match.kind for _, match in overlap.matches}
    right = planted.keys() & found.keys()
    print(
        json.dumps(
            {
                "recall": len(right) / max(len(planted), 1),
                "precision": len(right) / max(len(found), 1),
                "of their kind": sum(planted[line] == found[line] for line in right),
                "missed": sorted(planted[line] for line in planted.keys() - found.keys()),
                "seconds": seconds,
                "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
