"""Pair table: the pairs of a crawl as a TSV file that a person can edit and re-import.

Each line has one pair: decision, probability, both pages, and the reasons. ``join`` adds a pair;
``propose``, ``no`` and ``alone`` do not. Lines can be deleted, added and changed.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ....aligner.text.strings import normalise_space
from ....errors import N_, FormatError, Message
from ....records import Sides
from ...local_files import load_text
from .candidates import Candidate
from .index_file import make_key
from .pairing import CrawlPairing, LonePage, PagePair

JOIN, PROPOSE, ALONE, NO = "join", "propose", "alone", "no"

COLUMNS = (
    "decision",
    "probability",
    "zh",
    "en",
    "reasons",
    "zh_title",
    "en_title",
    "zh_day",
    "en_day",
)

_LIMIT = 200_000_000  # bytes of a table: a million pairs
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def write_pairs(pairing: CrawlPairing, path: Path) -> None:
    """Write every pair, joined or proposed, and every page that stays alone with its nearest.

    :raises FormatError: the file exists, or it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            table = csv.writer(file, delimiter="\t", lineterminator="\n")
            table.writerow(COLUMNS)
            table.writerows([_guard(cell) for cell in row] for row in _rows(pairing))
    except FileExistsError as error:
        raise FormatError(
            N_("{path}: already exists and may have been edited; delete it or name another file"),
            path=path,
        ) from error
    except OSError as error:
        raise FormatError(
            N_("{path}: the table cannot be written ({strerror})"),
            path=path,
            strerror=error.strerror,
        ) from error


def _rows(pairing: CrawlPairing) -> Iterator[list[str]]:
    for decision, pairs in ((JOIN, pairing.pairs), (PROPOSE, pairing.proposed)):
        for pair in pairs:
            yield [
                decision,
                f"{pair.probability:.3f}",
                pair.zh.name,
                pair.en.name,
                "; ".join(pair.reasons),
                pair.zh.title,
                pair.en.title,
                _day(pair.zh),
                _day(pair.en),
            ]
    for lone in pairing.alone:
        page = lone.page
        best = max((pair.probability for pair in lone.nearest), default=0.0)
        reasons = "; ".join(describe_nearest(lone))
        names, titles, days = (
            Sides("", "").put(page.language, cell) for cell in (page.name, page.title, _day(page))
        )
        yield [ALONE, f"{best:.3f}", *names, reasons, *titles, *days]


def describe_nearest(lone: LonePage) -> Iterator[str]:
    """Yield the nearest candidates of an unpaired page, with the reasons against each."""
    for pair in lone.nearest:
        other = pair.en if lone.page.language == "zh" else pair.zh
        against = ", ".join(pair.reasons) or "another pair is more probable"
        yield f"not {other.name} ({pair.probability:.3f}: {against})"


def _day(page: Candidate) -> str:
    return str(page.days[0]) if page.days else ""


def _guard(cell: str) -> str:
    """Return a cell on one line that no spreadsheet takes for a formula."""
    text = normalise_space(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


@dataclass(frozen=True, slots=True)
class TakenPairs:
    """The pairs of an edited table, and the faults in it."""

    pairs: tuple[PagePair, ...]
    faults: tuple[str, ...] = ()


TableRow = tuple[int, dict[str, str]]
"""The number of a line, and its cells by column."""


def read_pairs(
    path: Path,
    pages: Iterable[Candidate],
    read: Callable[[Path], Iterable[TableRow]] | None = None,
) -> TakenPairs:
    """Return the pairs that a table joins.

    :param read: reads the rows of the table, such as in a process of its own.
    :raises FormatError: if the file is not a pair table.
    """
    by_name = _names(pages)
    pairs: list[PagePair] = []
    faults: list[str] = []
    taken: dict[str, int] = {}
    read = read or read_rows
    for number, row in read(path):
        if row["decision"].casefold() not in ("", JOIN, PROPOSE, ALONE, NO):
            raise FormatError(
                N_(
                    "{path}, line {number}: {row!r} is not a decision; write {join}, {propose} "
                    "or {no}"
                ),
                path=path,
                number=number,
                row=row["decision"][:40],
                join=JOIN,
                propose=PROPOSE,
                no=NO,
            )
        if not _is_joined(row):
            continue
        sides = [by_name.get((side, _plain(row[side]))) for side in ("zh", "en")]
        missing = [row[side] for side, page in zip(("zh", "en"), sides, strict=True) if not page]
        zh, en = sides
        if zh is None or en is None:
            faults.append(
                Message(
                    N_("line {number}: no file or URL in this language: {missing}"),
                    number=number,
                    missing=missing,
                )
            )
            continue
        used = next((taken[page.name] for page in (zh, en) if page.name in taken), 0)
        if used:
            faults.append(
                Message(
                    N_("line {number}: one of its texts is already paired on line {used}"),
                    number=number,
                    used=used,
                )
            )
            continue
        taken |= {zh.name: number, en.name: number}
        reason = Message(N_("line {number} of {name}"), number=number, name=path.name)
        pairs.append(PagePair(zh, en, 1.0, (reason,)))
    return TakenPairs(tuple(pairs), tuple(faults))


def _names(pages: Iterable[Candidate]) -> dict[tuple[str, str], Candidate]:
    names: dict[tuple[str, str], Candidate] = {}
    for page in pages:
        for name in (page.name, page.url):
            names[(page.language, _plain(name))] = page
    return names


def _plain(name: str) -> str:
    return make_key(name.strip())


def _is_joined(row: Mapping[str, str]) -> bool:
    """Return whether a line joins two pages; one that was added may have no decision."""
    both = bool(row["zh"] and row["en"])
    return both and row["decision"].casefold() in (JOIN, "")


def read_rows(path: Path) -> Iterator[TableRow]:
    """Yield the rows of a table that are not empty.

    :raises FormatError: if the file is not a pair table.
    """
    text = load_text(path, max_bytes=_LIMIT).text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = max("\t,;", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [cell.strip().casefold() for cell in next(rows, [])]
    if missing := [name for name in ("zh", "en") if name not in header]:
        raise FormatError(
            N_("{path}: no column {missing!r}; the first line must name the columns {names}"),
            path=path,
            missing=missing[0],
            names=COLUMNS[:4],
        )
    for row in rows:
        cells = dict(zip(header, map(_unguard, row), strict=False))
        if any(cells.values()):
            yield rows.line_num, {name: cells.get(name, "") for name in COLUMNS}


def _unguard(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
