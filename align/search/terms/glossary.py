"""A translator's own glossary: a file in, the beads without a required rendering out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import FormatError
from ...export.formats.text import read_lines
from ...records import ExportedBead
from ...text.chinese import simplify
from ..tokens import tokenize


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """One line of a glossary: a Chinese term and what it may be in English."""

    zh: str
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingRendering:
    """A bead that has a term of the glossary in Chinese, and none of its renderings."""

    term: GlossaryTerm
    pair: ExportedBead


def read_glossary(path: Path) -> tuple[GlossaryTerm, ...]:
    """Read a glossary: Chinese, a tab, English; several renderings with a semicolon between.

    A first line ``zh<tab>en`` is a header; lines that begin with ``#`` are comments.

    :raises FormatError: when a line has not two cells, or no line has a term.
    """
    found = []
    for number, line in read_lines(path):
        if not line.strip() or line.startswith("#") or (number == 1 and line == "zh\ten"):
            continue
        zh, _, en = line.partition("\t")
        renderings = tuple(text.strip() for text in en.split("\t")[0].split(";") if text.strip())
        if not zh.strip() or not renderings:
            raise FormatError(f"{path.name}, line {number}: write Chinese, a tab, English")
        found.append(GlossaryTerm(zh.strip(), renderings))
    if not found:
        raise FormatError(f"{path.name}: no term is in it; write Chinese, a tab, English")
    return tuple(found)


def find_missing_renderings(
    glossary: Sequence[GlossaryTerm], pairs: Iterable[ExportedBead]
) -> Iterator[MissingRendering]:
    """Yield each bead whose Chinese has a term and whose English has none of its renderings.

    Simplified and traditional characters are the same, and any form of an English word counts. Of
    two terms of which one is part of the other, only the longer one is looked for where it stands.
    """
    wanted = sorted((_Wanted.of(term) for term in glossary), key=lambda one: -len(one.zh))
    for pair in pairs:
        if not pair.en:
            continue
        there = list(_standing(wanted, simplify(pair.zh)))
        stems = [token.stem for token in tokenize(pair.en)] if there else []
        for one in there:
            if not any(_stands(way, stems) for way in one.ways):
                yield MissingRendering(one.term, pair)


@dataclass(frozen=True, slots=True)
class _Wanted:
    term: GlossaryTerm
    zh: str
    ways: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, term: GlossaryTerm) -> "_Wanted":
        ways = tuple(tuple(token.stem for token in tokenize(en)) for en in term.en)
        return cls(term, simplify(term.zh), ways)


def _standing(wanted: Sequence[_Wanted], zh: str) -> Iterator[_Wanted]:
    """Yield the terms of a text, the longest first."""
    for one in wanted:
        if one.zh in zh:
            zh = zh.replace(one.zh, "\n")
            yield one


def _stands(way: Sequence[str], stems: Sequence[str]) -> bool:
    size = len(way)
    return any(tuple(stems[at : at + size]) == way for at in range(len(stems) - size + 1))
