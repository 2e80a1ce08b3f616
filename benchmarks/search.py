"""Measure the concordance: build an index of generated beads, then time queries of every kind.

python -m benchmarks.search --beads 100000
python -m benchmarks.search --beads 100000 --terms          # recurring passages instead
"""

import argparse
import datetime as dt
import hashlib
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from align.corpus.search import ANY, Concordance, Where
from align.corpus.search.terms import KeptTerms
from align.corpus.store import Store
from align.corpus.store.index.full_text import FILE
from align.records import BeadRecord, Pair, Provenance, Sides, Verdict

VOCABULARY = 20_000
RANKS = (1, 5, 20, 50, 100, 200, 500, 1000, 2000, 5000)
WHERES = (
    ANY,
    Where(statuses=("accepted",)),
    Where(since=dt.date(2025, 1, 1), until=dt.date(2025, 6, 30)),
    Where(speaker="Lin", at_most=0.8),
)
SORTS = ("newest", "doubtful", "relevance")

SPEAKERS = ("Lin Hai", "Mei Qing", "Zhou An", "Wu Bo")


class Generated(Store):
    """A store of made-up beads, some 300 to a briefing; words are drawn with Zipf's law."""

    def __init__(self, beads: int, folder: Path) -> None:
        self._beads, self._folder = beads, folder

    def stamps(self, briefing: str | None = None) -> dict[str, str]:
        """Name the briefings, whichever is asked for."""
        return {f"b{at:05d}": "1" for at in range(-(-self._beads // 300))}

    def index_folder(self) -> Path:
        """Return the folder of the index."""
        return self._folder

    def pairs(self, briefing_ids: Iterable[str] | None = None) -> Iterator[BeadRecord]:
        """Make the beads of a briefing, the same each time."""
        for name in briefing_ids or self.stamps():
            number = int(name[1:])
            generator = np.random.default_rng(number)
            day = dt.date(2020, 1, 1) + dt.timedelta(days=int(generator.integers(0, 2400)))
            for at in range(min(300, self._beads - 300 * number)):
                zh = "".join(map(_zh_word, _drawn(generator, 14))) + "。"
                en = " ".join(map(_en_word, _drawn(generator, 24))) + "."
                provenance = Provenance(
                    briefing=name,
                    date=day,
                    speaker=SPEAKERS[at // 20 % 4],
                    role="speaker",
                    sources=Sides("", "https://example.org/en"),
                )
                yield BeadRecord(
                    id=f"{name}-{at}",
                    pair=Pair(Sides(zh, en), probability=float(generator.beta(8, 1))),
                    provenance=provenance,
                    verdict=Verdict("accepted" if at % 3 else "unreviewed"),
                )


def _drawn(generator: np.random.Generator, mean: int) -> list[int]:
    """Draw the ranks of the words of one sentence by Zipf's law."""
    uniform = generator.random(int(generator.poisson(mean)) + 1)
    return [int(rank) for rank in np.exp(uniform * np.log(VOCABULARY))]


def _zh_word(rank: int) -> str:
    """Make the word of a rank: two of the 2,000 characters that follow U+4E00."""
    return chr(0x4E00 + rank * 7 % 2000) + chr(0x4E00 + rank * 13 % 1999)


def _en_word(rank: int) -> str:
    """Make the word of a rank: syllables for its digits, so that none is inside another."""
    return "".join("bcdfgklmnp"[int(digit)] + "aeiou"[int(digit) % 5] for digit in f"{rank:05d}")


def queries() -> Iterator[str]:
    """Give queries of every kind for words from the most frequent to rare ones."""
    for rank, other in zip(RANKS, RANKS[1:] + RANKS[:1], strict=True):
        zh, en, more = _zh_word(rank), _en_word(rank), _en_word(other)
        yield from (zh, en, f'"{zh}{_zh_word(1)}"', f'"{en} {_en_word(1)}"', f"{en[:7]}*")
        yield from (f"{zh} {more}", f"{zh} -{more}", f"{en} {more}", f"{en} OR {more}")
        yield f"{zh[0]}*{_zh_word(other)[0]}"


def main() -> int:
    """Run the measurement and print it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--beads", type=int, default=100_000)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--cut", nargs="+", type=Path, metavar="GOLD.json")
    options.add_argument("--terms", action="store_true")
    chosen = options.parse_args()
    if chosen.cut:
        return measure_cut(chosen.cut)
    if chosen.terms:
        with TemporaryDirectory() as folder:
            return measure_terms(chosen.beads, Path(folder))
    with TemporaryDirectory() as folder:
        concordance = Concordance(Generated(chosen.beads, Path(folder)))
        wall, cpu = time.perf_counter(), time.process_time()
        beads = concordance.refresh()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        size = (Path(folder) / FILE).stat().st_size / 1e6
        print(
            f"index of {beads:,} beads: {wall:.1f} seconds, {cpu:.1f} of processor, {size:.0f} MB"
        )
        times = list(_timed(concordance, chosen.repeat))
        concordance.close()
    for name, seconds in (("wall", [t.wall for t in times]), ("processor", [t.cpu for t in times])):
        milliseconds = 1000 * np.array(seconds)
        shares = " ".join(f"{p} %: {np.percentile(milliseconds, p):.1f}" for p in (50, 90, 95, 99))
        print(f"{len(times)} queries, {name} milliseconds: {shares}, most {milliseconds.max():.1f}")
        print(f"  under 100 ms: {(milliseconds < 100).mean():.1%}")
    for slowest in sorted(times, key=lambda time: time.cpu)[-8:]:
        print(f"  {1000 * slowest.cpu:6.1f} ms  {slowest.name}")
    return 0


def measure_terms(beads: int, folder: Path) -> int:
    """Find the recurring passages of generated beads, and say what it took."""
    concordance = Concordance(Generated(beads, folder))
    concordance.refresh()
    started = time.process_time()
    terms = KeptTerms(concordance.index, 3)
    terms.count_again()
    found = terms.find()
    took = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    told = hashlib.sha256(repr(found).encode()).hexdigest()[:8]
    print(f"{len(found):,} passages of {beads:,} beads ({told}): {took:.0f} processor s, the most")
    print(f"memory {peak:.0f} MB")
    return 0


def measure_cut(paths: list[Path]) -> int:
    """Look every passage of 3 to 8 characters that recurs up in an index of jieba's words."""
    import jieba  # type: ignore[import-untyped] # ships no types

    sentences = [text for path in paths for text in json.loads(path.read_text("utf-8"))["zh"]]
    cut = [jieba.lcut(text) for text in sentences]
    found: Counter[str] = Counter()
    for words in cut:
        for start in range(len(words)):
            for size in (1, 2, 3):
                passage = "".join(words[start : start + size])
                if 3 <= len(passage) <= 8 and passage.isalpha():
                    found[passage] += 1
    passages = [passage for passage, count in found.items() if count > 1]
    there = missed = 0
    for passage in passages:
        asked = jieba.lcut(passage)
        for text, words in zip(sentences, cut, strict=True):
            if passage in text:
                there += 1
                size = len(asked)
                missed += all(words[at : at + size] != asked for at in range(len(words)))
    print(f"{len(passages):,} recurring passages stand in {there:,} sentences; an index of words")
    print(f"finds them in {there - missed:,} and misses {missed:,} ({missed / there:.1%})")
    return 0


@dataclass(frozen=True)
class Time:
    """How long one query took: by the clock, and of processor."""

    name: str
    wall: float
    cpu: float


def _timed(concordance: Concordance, repeat: int) -> Iterator[Time]:
    for query in [*queries()] * repeat:
        for where in WHERES:
            for sort in SORTS:
                wall, cpu = time.perf_counter(), time.process_time()
                found = concordance.search(query, 50, where=where, sort=sort)
                wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
                narrowed = "" if where == ANY else "narrowed"
                yield Time(f"{query}  {sort} {narrowed} ({found.total:,} hits)", wall, cpu)


if __name__ == "__main__":
    sys.exit(main())
