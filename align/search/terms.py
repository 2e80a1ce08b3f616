"""Recurring Chinese passages and how they were put into English: beads in, terms out.

A passage is a run of dictionary words that recurs. Its rendering in a bead is the shortest run of
English words that holds the most of its dictionary translations; a bead where none stands counts
as not found. What is rendered in many ways comes first.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from ..errors import FormatError
from ..formats.lines import lines
from ..formats.markup import allowed, escaped, quoted
from ..formats.tsv import cell
from ..lexicon import translations, words
from ..records import Pair
from .tokens import Token, tokens

SHORTEST, LONGEST = 3, 12
"""Characters of a passage: titles, institutions and slogans; shorter ones are plain words."""

MOST_WORDS = 4
GAP = 2
"""How many English words without a counterpart may stand inside a rendering (of, and the)."""

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Rendering:
    """One way in which a passage was put into English; ``en`` is empty where none was found."""

    en: str
    count: int
    beads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A recurring Chinese passage and its renderings, the most frequent first."""

    zh: str
    count: int
    renderings: tuple[Rendering, ...]

    @property
    def agreement(self) -> float:
        """The share of the beads that have the most frequent rendering."""
        return self.renderings[0].count / self.count


@dataclass(frozen=True, slots=True)
class Required:
    """One line of a glossary: a Chinese term and what it may be in English."""

    zh: str
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A bead that has a term of the glossary in Chinese, and none of its renderings."""

    term: Required
    pair: Pair


def terms(pairs: Iterable[Pair], *, least: int = 3) -> tuple[Term, ...]:
    """Find the passages that recur in at least ``least`` beads, the least consistent first."""
    beads = [pair for pair in pairs if pair.zh and pair.en]
    places = _recurring(beads, least)
    found = [_term(zh, [beads[at] for at in where]) for zh, where in places.items()]
    return tuple(sorted(found, key=lambda term: (term.agreement, -term.count, term.zh)))


def _recurring(beads: Sequence[Pair], least: int) -> dict[str, list[int]]:
    """Give the beads of each passage that recurs, but of none that is always in a longer one."""
    where: dict[str, list[int]] = defaultdict(list)
    for at, pair in enumerate(beads):
        for passage in set(_passages(pair.zh)):
            where[passage].append(at)
    frequent = {passage: beads for passage, beads in where.items() if len(beads) >= least}
    inner = {
        part
        for passage in frequent
        for part in _parts(passage)
        if part in frequent and len(frequent[part]) <= len(frequent[passage])
    }
    return {passage: found for passage, found in frequent.items() if passage not in inner}


def _passages(text: str) -> Iterator[str]:
    """Yield the runs of up to four dictionary words that stand together in a text."""
    cut = words(text, "zh")
    for start in range(len(cut)):
        for size in range(1, MOST_WORDS + 1):
            passage = "".join(cut[start : start + size])
            if start + size <= len(cut) and SHORTEST <= len(passage) <= LONGEST and passage in text:
                yield passage


def _parts(passage: str) -> Iterator[str]:
    for start in range(len(passage)):
        for end in range(start + SHORTEST, len(passage) + 1):
            if end - start < len(passage):
                yield passage[start:end]


def _term(zh: str, beads: Sequence[Pair]) -> Term:
    stems = frozenset().union(*(translations(word) | {word} for word in words(zh, "zh")))
    forms: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    named: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for pair in beads:
        run = _rendering(tokens(pair.en), stems)
        key = tuple(token.stem for token in run)
        forms[key][pair.en[run[0].start : run[-1].end].lower() if run else ""] += 1
        named[key].append(pair.id)
    renderings = [
        Rendering(forms[key].most_common(1)[0][0], len(ids), tuple(ids[:EXAMPLES]))
        for key, ids in named.items()
    ]
    renderings.sort(key=lambda rendering: (-rendering.count, rendering.en))
    return Term(zh, len(beads), tuple(renderings))


def _rendering(known: Sequence[Token], stems: frozenset[str]) -> Sequence[Token]:
    """Give the shortest run with the most different counterparts."""
    marked = [at for at, token in enumerate(known) if token.stem in stems]
    best: tuple[int, int, int, int] | None = None
    for first, start in enumerate(marked):
        for last in range(first, len(marked)):
            end = marked[last]
            if last > first and end - marked[last - 1] > GAP + 1:
                break
            different = len({known[at].stem for at in marked[first : last + 1]})
            key = (-different, end - start, start, end)
            best = key if best is None else min(best, key)
    return [] if best is None else known[best[2] : best[3] + 1]


def read_glossary(path: Path) -> tuple[Required, ...]:
    """Read a glossary: Chinese, a tab, English; several renderings with a semicolon between.

    A first line ``zh<tab>en`` is a header; lines that begin with ``#`` are comments.

    :raises FormatError: when a line has not two cells.
    """
    found = []
    for number, line in lines(path):
        if not line.strip() or line.startswith("#") or (number == 1 and line == "zh\ten"):
            continue
        zh, _, en = line.partition("\t")
        renderings = tuple(text.strip() for text in en.split("\t")[0].split(";") if text.strip())
        if not zh.strip() or not renderings:
            raise FormatError(f"{path.name}, line {number}: write Chinese, a tab, English")
        found.append(Required(zh.strip(), renderings))
    return tuple(found)


def missing(glossary: Sequence[Required], pairs: Iterable[Pair]) -> Iterator[Missing]:
    """Yield each bead whose Chinese has a term and whose English has none of its renderings."""
    wanted = [(term, [[token.stem for token in tokens(en)] for en in term.en]) for term in glossary]
    for pair in pairs:
        there = [(term, ways) for term, ways in wanted if term.zh in pair.zh]
        if not there or not pair.en:
            continue
        stems = [token.stem for token in tokens(pair.en)]
        for term, ways in there:
            if not any(_stands(way, stems) for way in ways):
                yield Missing(term, pair)


def _stands(way: list[str], stems: list[str]) -> bool:
    size = len(way)
    return any(stems[at : at + size] == way for at in range(len(stems) - size + 1))


def write_tsv(found: Iterable[Term], path: Path) -> None:
    """Write a line for each rendering: passage, beads, rendering, beads that have it, examples."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(("zh", "count", "en", "en_count", "examples"))
        for term in found:
            for one in term.renderings:
                beads = " ".join(one.beads)
                table.writerow((cell(term.zh), term.count, cell(one.en), one.count, beads))


_TBX_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<tbx xmlns="urn:iso:std:iso:30042:ed-2" type="TBX-Basic" style="dca" xml:lang="en">
  <tbxHeader><fileDesc><sourceDesc><p>Recurring passages, by briefing-align</p></sourceDesc>\
</fileDesc></tbxHeader>
  <text><body>
"""
_TBX_FOOT = "  </body></text>\n</tbx>\n"


def write_tbx(found: Iterable[Term], path: Path) -> None:
    """Write a TBX-Basic term base (ISO 30042:2019): one concept for each passage."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_TBX_HEAD)
        for number, term in enumerate(found, start=1):
            renderings = [one.en for one in term.renderings if one.en]
            sections = _section("zh", [term.zh]) + _section("en", renderings)
            name = quoted(f"c{number}")
            file.write(f"    <conceptEntry id={name}>\n{sections}    </conceptEntry>\n")
        file.write(_TBX_FOOT)


def _section(language: str, texts: Sequence[str]) -> str:
    inner = "".join(
        f"<termSec><term>{escaped(allowed(text))}</term></termSec>" for text, _ in groupby(texts)
    )
    return f"      <langSec xml:lang={quoted(language)}>{inner}</langSec>\n" if texts else ""
