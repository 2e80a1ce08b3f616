"""Term bases as files: TSV, CSV, XLSX and TBX in, the same and nothing lost out.

A table has a row for each rendering, with the columns ``zh``, ``en``, ``status`` and ``note``; only
the first two are needed, and without a header they are Chinese and English. Several renderings in
one cell are separated by semicolons.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from ....aligner.text.chinese import has_han
from ....errors import N_, FormatError, Message
from ....sources.processes import Ask
from ...exchange.formats.header import column_name
from ...exchange.formats.text import language_of, read_lines
from ...exchange.formats.tsv import guard_cell, read_rows, unescape_cell
from ...exchange.formats.xlsx import read_cells, write_sheet
from ...exchange.formats.xlsx import unescape_cell as unescape_workbook_cell
from ...exchange.formats.xml_text import LANG, Element, iterate_elements, local_name, write_template
from ...store.term_base import TERM_STATUSES, TermEntry, TermStatus
from ..terms import clean_cell, write_rows
from .term_check import TermProblem

SUFFIXES = (".tsv", ".txt", ".csv", ".xlsx", ".tbx")
"""Endings of the files that can be read."""

COLUMNS = {"zh": 24, "en": 40, "status": 12, "note": 40}
"""Columns of a table, and their widths in a workbook."""


_CHINESE_NAMES = {
    "术语": "zh",
    "中文术语": "zh",
    "译文": "en",
    "译法": "en",
    "译名": "en",
    "英文术语": "en",
    "状态": "status",
    "备注": "note",
    "注释": "note",
}
"""Names of columns in Chinese term lists; those of the languages alone are in every table."""

_TBX_STATUS: dict[str, TermStatus] = {
    "preferred": "approved",
    "preferredTerm-admn-sts": "approved",
    "admitted": "approved",
    "admittedTerm-admn-sts": "approved",
    "notRecommended": "forbidden",
    "deprecatedTerm-admn-sts": "forbidden",
    "superseded": "forbidden",
    "supersededTerm-admn-sts": "forbidden",
}
"""Administrative statuses of TBX-Basic; a term without one has the status of the import."""


@dataclass(frozen=True, slots=True)
class _Line:
    """An entry and its place in the file, for messages."""

    number: int
    entry: TermEntry


def read_term_file(path: Path, status: TermStatus = "approved") -> tuple[TermEntry, ...]:
    """Return the entries of a file, each pair of texts once.

    :param status: for entries for which the file says none.
    :raises FormatError: the file cannot be read, a line has no Chinese term or no rendering, or one
        rendering has two statuses.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FormatError(
            N_("{name}: unsupported extension; use one of {kinds}"),
            name=path.name,
            kinds=" ".join(SUFFIXES),
        )
    if suffix == ".tbx":
        lines = _read_tbx(path, status)
    elif suffix == ".xlsx":
        lines = _read_table(read_cells(path), unescape_workbook_cell, path, status)
    else:
        lines = _read_table(read_rows(path, _delimiter(path)), unescape_cell, path, status)
    entries = _join(lines, path)
    if not entries:
        raise FormatError(
            N_("{name}: contains no terms; write Chinese, a tab, English"), name=path.name
        )
    if not any(has_han(entry.zh) for entry in entries):
        raise FormatError(
            N_("{name}: no term is Chinese; write Chinese, a tab, English"), name=path.name
        )
    return entries


def read_terms_apart(_ask: Ask, path: Path) -> tuple[TermEntry, ...]:
    """Return the entries of a file, in a process of its own (:mod:`align.sources.processes`)."""
    return read_term_file(path)


def _join(lines: Iterable[_Line], path: Path) -> tuple[TermEntry, ...]:
    """Return each entry once; refuse a rendering that has two statuses."""
    first: dict[tuple[str, str], _Line] = {}
    for line in lines:
        known = first.setdefault(line.entry.texts, line)
        if known.entry.status != line.entry.status:
            raise FormatError(
                N_("{name}, line {number}: {zh} = {en} is {status}, but {other} in line {first}"),
                name=path.name,
                number=line.number,
                zh=line.entry.zh,
                en=line.entry.en,
                status=line.entry.status,
                other=known.entry.status,
                first=known.number,
            )
    return tuple(line.entry for line in first.values())


def _delimiter(path: Path) -> str:
    """Return the delimiter of a table; semicolons separate renderings if there is another sign."""
    lines = (line for _, line in read_lines(path))
    head = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    for delimiter in "\t,":
        if delimiter in head:
            return delimiter
    return ";"


def _read_table(
    rows: Iterator[tuple[int, list[str]]],
    unescape: Callable[[str], str],
    path: Path,
    status: TermStatus,
) -> Iterator[_Line]:
    header = ["zh", "en", "status", "note"]
    for at, (number, row) in enumerate(rows):
        cells = list(map(unescape, row))
        names = [_CHINESE_NAMES.get(cell.strip(), column_name(cell)) for cell in cells]
        if at == 0 and {"zh", "en"}.issubset(names):
            header = names
            continue
        if at == 0 and _has_other_names(names):
            raise FormatError(
                N_("{name}, line {number}: unknown header; name the columns zh and en"),
                name=path.name,
                number=number,
            )
        if not any(cells) or cells[0].startswith("#"):
            continue
        values = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        yield from _read_line(values, number, path, status)


def _has_other_names(cells: Iterable[str]) -> bool:
    """Return whether cells name both languages within longer names: ``term_zh``, ``term_en``."""
    parts = (part for cell in cells for part in re.split(r"[\W_]+", cell) if part)
    return {"zh", "en"} <= {language_of(part) for part in parts}


def _read_line(
    values: dict[str, str], number: int, path: Path, status: TermStatus
) -> Iterator[_Line]:
    where = Message(N_("{name}, line {number}"), name=path.name, number=number)
    zh = " ".join(values.get("zh", "").split())
    renderings = [" ".join(text.split()) for text in values.get("en", "").split(";")]
    renderings = [text for text in renderings if text]
    if not zh or not renderings or (has_han("".join(renderings)) and not has_han(zh)):
        raise FormatError(
            N_("{where}: not a term; write Chinese, a tab, English"),
            where=where,
        )
    given = values.get("status", "").lower() or status
    if given not in TERM_STATUSES:
        raise FormatError(
            N_("{where}: unknown status {status!r}; use {statuses}"),
            where=where,
            status=given,
            statuses=", ".join(TERM_STATUSES),
        )
    for en in renderings:
        entry = TermEntry(zh, en, given, values.get("note", ""))
        yield _Line(number, entry)


def _read_tbx(path: Path, status: TermStatus) -> Iterator[_Line]:
    """Yield an entry for each English term of each concept, for each of its Chinese terms."""
    for concept in iterate_elements(path, ("conceptEntry", "termEntry")):
        terms: dict[str, list[_TbxTerm]] = {"zh": [], "en": []}
        for section in concept.iterdescendants():
            language = language_of(section.get(LANG) or "")
            if local_name(section) in ("langSec", "langSet") and language is not None:
                terms[language] += _terms_of(section, status)
        for zh in terms["zh"]:
            for en in terms["en"]:
                entry = TermEntry(zh.text, en.text, en.status, en.note)
                yield _Line(concept.sourceline or 0, entry)


@dataclass(slots=True)
class _TbxTerm:
    """One term of one language in a concept."""

    status: TermStatus
    text: str = ""
    note: str = ""


def _terms_of(section: Element, status: TermStatus) -> Iterator[_TbxTerm]:
    """Yield the terms of a language section."""
    for group in section.iterdescendants():
        if local_name(group) not in ("termSec", "tig", "ntig"):
            continue
        found = _TbxTerm(status)
        for part in group.iterdescendants():
            words = " ".join("".join(part.itertext()).split())
            kind = local_name(part)
            if kind == "term":
                found.text = words
            elif kind == "note":
                found.note = words
            elif kind in ("termNote", "administrativeStatus"):
                found.status = _TBX_STATUS.get(words, found.status)
        if found.text:
            yield found


def write_problems(problems: Iterable[TermProblem], path: Path) -> None:
    """Write a line for each issue of each bead, as TSV."""
    rows = [["briefing", "bead", "issue", "zh", "en"]]
    for problem in problems:
        bead = problem.bead
        for issue in problem.issues:
            cells = (bead.provenance.briefing, bead.id or "", issue.message, bead.zh, bead.en)
            rows.append([*map(guard_cell, cells)])
    write_rows(rows, path)


def write_terms(entries: Sequence[TermEntry], path: Path) -> None:
    """Write a term base in the format that the ending of the path names.

    :raises FormatError: the ending is not one of .tsv, .xlsx and .tbx.
    """
    suffix = path.suffix.lower()
    cells = ((one.zh, one.en, one.status, one.note) for one in entries)
    if suffix == ".tsv":
        write_rows(chain([[*COLUMNS]], (map(guard_cell, row) for row in cells)), path)
    elif suffix == ".xlsx":
        rows = ([*map(clean_cell, row)] for row in cells)
        write_sheet(chain([[*COLUMNS]], rows), [*COLUMNS.values()], path)
    elif suffix == ".tbx":
        write_template(path, "term_base.tbx.xml.j2", concepts=_group(entries))
    else:
        raise FormatError(
            N_("{name}: unsupported extension; use .tsv, .xlsx or .tbx"), name=path.name
        )


def _group(entries: Iterable[TermEntry]) -> dict[str, list[TermEntry]]:
    concepts: dict[str, list[TermEntry]] = {}
    for entry in entries:
        concepts.setdefault(entry.zh, []).append(entry)
    return concepts
