"""Recurring Chinese passages with their English renderings; the glossary of a translator."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from ....aligner.text.chinese import has_han
from ....errors import N_, FormatError
from ....records import BeadRecord
from ....sources.local_files import decode_text
from ...exchange.formats.tsv import guard_cell
from ...exchange.formats.xlsx import escape_cell, write_sheet
from ...exchange.formats.xml_text import replace_forbidden, write_template
from ...store.index import TERM_LISTS, Rendering, RenderingExample, Term, TermList
from ...store.term_base import TermEntry
from .renderings import LEAST_ROWS, KeptTerms
from .term_check import TermChecker

__all__ = [
    "LEAST_ROWS",
    "TERM_LISTS",
    "KeptTerms",
    "Rendering",
    "RenderingExample",
    "Term",
    "TermList",
]


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """One glossary entry: a Chinese term and its permitted renderings."""

    zh: str
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingRendering:
    """A bead with a glossary term in Chinese, but without any of its renderings."""

    term: GlossaryTerm
    bead: BeadRecord


def read_glossary(path: Path) -> tuple[GlossaryTerm, ...]:
    """Read a glossary in any encoding: Chinese, a tab, English; a semicolon between renderings.

    A first line with ``zh`` and ``en`` names the columns, as in a term list. Lines that begin with
    ``#`` are comments. Several lines with the same term add renderings.
    """
    terms: dict[str, list[str]] = {}
    try:
        text = decode_text(Path(path.name), path.read_bytes()).text
    except OSError as error:
        raise FormatError(N_("{path}: {strerror}"), path=path, strerror=error.strerror) from error
    lines = text.split("\n")
    columns = _find_columns(lines[0])
    headed = columns is not None
    zh_place, en_place = columns or (0, 1)
    for number, line in enumerate(lines, 1):
        if (headed and number == 1) or _is_comment(line):
            continue
        cells = _split_cells(line)
        cells += [""] * (max(zh_place, en_place) + 1 - len(cells))
        zh, en = cells[zh_place], cells[en_place]
        renderings = _split_renderings(en)
        swapped = has_han(en) and not has_han(zh)
        if swapped or not zh or not (renderings or headed):
            raise FormatError(
                N_("{name}, line {number}: not a term; write Chinese, a tab, English"),
                name=path.name,
                number=number,
            )
        terms.setdefault(zh, []).extend(renderings)
    glossary = tuple(GlossaryTerm(zh, tuple(en)) for zh, en in terms.items() if en)
    if not glossary:
        raise FormatError(
            N_("{name}: contains no terms; write Chinese, a tab, English"), name=path.name
        )
    return glossary


def _find_columns(line: str) -> tuple[int, int] | None:
    """Return the places of Chinese and English in a first line that names both."""
    names = _split_cells(line)
    if "zh" in names and "en" in names:
        return names.index("zh"), names.index("en")
    return None


def _is_comment(line: str) -> bool:
    return line.startswith("#") or not any(_split_cells(line))


def _split_cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("\t")]


def _split_renderings(cell: str) -> list[str]:
    """Return the renderings of a cell, which has semicolons between them."""
    return [text.strip() for text in cell.split(";") if text.strip()]


def find_missing_renderings(
    glossary: Sequence[GlossaryTerm], beads: Iterable[BeadRecord]
) -> Iterator[MissingRendering]:
    """Yield each bead whose Chinese has a term and whose English has none of its renderings.

    Simplified and traditional characters are equal, and any form of an English word matches. If
    one term is part of another, only the longer term is checked where it occurs.
    """
    checker = TermChecker(TermEntry(term.zh, en) for term in glossary for en in term.en)
    terms = {term.zh: term for term in glossary}
    for bead in beads:
        for rule in checker.find_missing(bead.zh, bead.en):
            yield MissingRendering(terms[rule.zh], bead)


def write_rows(rows: Iterable[Iterable[object]], path: Path) -> None:
    """Write rows of cells, which have no tab and no line end, as TSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows(rows)


_COLUMNS = {
    "list": 10, "zh": 24, "count": 8, "en": 40, "en_count": 8, "variants": 30, "sure": 8,
    "examples": 40,
}  # fmt: skip
"""Columns of a term list, and their widths in a workbook."""


def _list_renderings(found: Iterable[Term]) -> Iterator[list[str]]:
    """Yield the cells of each rendering of each term."""
    for term in found:
        for one in term.renderings:
            yield [
                term.list, term.zh, str(term.count), one.en, str(one.count),
                "; ".join(one.variants), f"{one.sure:.2f}" if one.en else "",
                " ".join(example.bead for example in one.examples),
            ]  # fmt: skip


def write_tsv(found: Iterable[Term], path: Path) -> None:
    """Write a line for each rendering: term, rows, rendering, rows that have it, how sure."""
    rows = ([*map(guard_cell, cells)] for cells in _list_renderings(found))
    write_rows(chain([[*_COLUMNS]], rows), path)


def write_xlsx(found: Iterable[Term], path: Path) -> None:
    """Write a workbook with the rows of :func:`write_tsv`."""
    rows = ([*map(clean_cell, cells)] for cells in _list_renderings(found))
    write_sheet(chain([[*_COLUMNS]], rows), [*_COLUMNS.values()], path)


def clean_cell(text: str) -> str:
    """Return a text as it may be in a cell of a workbook."""
    return escape_cell(replace_forbidden(text))


def write_missing(found: Iterable[MissingRendering], path: Path) -> None:
    """Write a line for each bead without a required rendering."""
    rows = [["term", "required", "briefing", "bead", "zh", "en"]]
    for missing in found:
        term, bead = missing.term, missing.bead
        named = (bead.provenance.briefing, bead.id or "")
        cells = (term.zh, "; ".join(term.en), *named, bead.zh, bead.en)
        rows.append([*map(guard_cell, cells)])
    write_rows(rows, path)


def write_tbx(found: Iterable[Term], path: Path) -> None:
    """Write a TBX-Basic term base (ISO 30042:2019): one concept for each passage."""
    write_template(path, "tbx.xml.j2", terms=found)
