"""Glossaries of a translator, and the beads without a rendering that one requires."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import FormatError
from ...export.formats.text import read_lines
from ...records import ExportedBead
from ...text.chinese import simplify
from ...text.dictionary import tokenize


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
    terms = []
    for number, line in read_lines(path):
        if not line.strip() or line.startswith("#") or (number == 1 and line == "zh\ten"):
            continue
        zh, _, en = line.partition("\t")
        renderings = tuple(text.strip() for text in en.split("\t")[0].split(";") if text.strip())
        if not zh.strip() or not renderings:
            raise FormatError(f"{path.name}, line {number}: write Chinese, a tab, English")
        terms.append(GlossaryTerm(zh.strip(), renderings))
    if not terms:
        raise FormatError(f"{path.name}: no term is in it; write Chinese, a tab, English")
    return tuple(terms)


def find_missing_renderings(
    glossary: Sequence[GlossaryTerm], pairs: Iterable[ExportedBead]
) -> Iterator[MissingRendering]:
    """Yield each bead whose Chinese has a term and whose English has none of its renderings.

    Simplified and traditional characters are the same, and any form of an English word counts. Of
    two terms of which one is part of the other, only the longer one is looked for where it stands.
    """
    terms = [
        _PreparedTerm(term, simplify(term.zh), tuple(_stems(en) for en in term.en))
        for term in glossary
    ]
    terms.sort(key=lambda term: -len(term.zh))
    for pair in pairs:
        if not pair.en:
            continue
        present = list(_find_terms(terms, simplify(pair.zh)))
        stems = _stems(pair.en) if present else ()
        for term in present:
            if not any(_contains(stems, rendering) for rendering in term.renderings):
                yield MissingRendering(term.term, pair)


@dataclass(frozen=True, slots=True)
class _PreparedTerm:
    """A term in simplified characters, and the stems of its renderings."""

    term: GlossaryTerm
    zh: str
    renderings: tuple[tuple[str, ...], ...]


def _stems(en: str) -> tuple[str, ...]:
    return tuple(token.stem for token in tokenize(en))


def _find_terms(terms: Sequence[_PreparedTerm], zh: str) -> Iterator[_PreparedTerm]:
    """Yield the terms of a text, the longest first."""
    for term in terms:
        if term.zh in zh:
            zh = zh.replace(term.zh, "\n")
            yield term


def _contains(stems: Sequence[str], rendering: Sequence[str]) -> bool:
    size = len(rendering)
    return any(stems[at : at + size] == rendering for at in range(len(stems) - size + 1))
