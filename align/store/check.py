"""Look through a corpus for what must not be: damaged pages, beads that miss or repeat text.

In: an open store. Out: one :class:`Problem` a fault. ``docs/reliability.md`` lists every fault,
how it is found and how :mod:`.repair` mends it.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..records import LANGUAGES, Language
from . import Store
from .read import entry, pages
from .records import BeadRow, firm, sentence_ids
from .schema import ALIGNMENT, BRIEFING, CONFLICT, DOCUMENT, PAGE, VERDICT
from .sound import UNREADABLE, Found, Last, odd_value, own_beads, read_briefing, unlike
from .standing import clashes, in_order, ordered, repeats, uncovered

LEFT = "restore a backup"
"""What is left to do where nothing can be repaired."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong in a corpus: where, and what. ``mended`` by a repair, or not."""

    where: str
    says: str
    mended: bool = True


def find_problems(store: Store) -> tuple[Problem, ...]:
    """Check the database, pages, texts, rows and history of a corpus; nothing is changed."""
    with store.reading() as connection:
        return (
            *_database(connection),
            *_foreign_keys(connection),
            *_pages(connection),
            *_history(connection),
            *_briefings(connection),
        )


def _database(connection: sa.Connection) -> Iterator[Problem]:
    if connection.dialect.name == "sqlite":  # PostgreSQL has pg_amcheck, for its administrator
        for row in connection.exec_driver_sql("PRAGMA quick_check(5)"):
            if row[0] != "ok":
                yield Problem("corpus.db", f"damaged ({row[0]}); {LEFT}", mended=False)


def _foreign_keys(connection: sa.Connection) -> Iterator[Problem]:
    """Find rows whose parent is gone; what hangs on a verdict's briefing cannot be made up."""
    if connection.dialect.name != "sqlite":  # PostgreSQL never lets one in
        return
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        said = f"row {row[1]} belongs to nothing in {row[2]}"
        if row[0] == VERDICT.name:
            yield Problem(f"table {row[0]}", f"{said}; {LEFT}", mended=False)
        else:
            yield Problem(f"table {row[0]}", said)


def _pages(connection: sa.Connection) -> Iterator[Problem]:
    for number, url in damaged_pages(connection):
        yield Problem(url or f"page {number}", "its stored bytes are damaged; fetch it again")


def damaged_pages(connection: sa.Connection) -> Iterator[tuple[int, str]]:
    """Yield number and address of the pages that cannot be read or do not fit their checksum."""
    rows = connection.execute(sa.select(PAGE.c.id, PAGE.c.url, PAGE.c.sha256)).all()
    for row in rows:
        try:
            whole = all(
                hashlib.sha256(page.body).hexdigest() == row.sha256
                for page in pages(connection, PAGE.c.id == row.id)
            )
        except UNREADABLE:
            whole = False
        if not whole:
            yield row.id, row.url


def _history(connection: sa.Connection) -> Iterator[Problem]:
    """Find verdicts and waiting decisions that cannot be read; nobody but people writes those."""
    for seq in _unreadable(connection, VERDICT.c.seq, entry):
        yield Problem(f"verdict {seq}", f"it cannot be read; {LEFT}", mended=False)
    for number in _unreadable(connection, CONFLICT.c.id, lambda row: BeadRow.from_json(row.bead)):
        yield Problem(f"conflict {number}", f"it cannot be read; {LEFT}", mended=False)


def _unreadable(
    connection: sa.Connection, key: sa.Column[int], read: Callable[[sa.Row[Any]], object]
) -> Iterator[int]:
    """Yield the numbers of rows of a table that cannot be read."""
    everything = sa.select(key.table)
    try:
        with connection.execute(everything.execution_options(yield_per=200)) as rows:
            for row in rows:
                read(row)
    except UNREADABLE:
        pass  # one by one, then
    else:
        return
    for number in connection.execute(sa.select(key).order_by(key)).scalars().all():
        try:
            for row in connection.execute(everything.where(key == number)):
                read(row)
        except UNREADABLE:
            yield number


# -- briefings -----------------------------------------------------------------------------------


def _briefings(connection: sa.Connection) -> Iterator[Problem]:
    for name in (
        connection.execute(sa.select(BRIEFING.c.id).order_by(BRIEFING.c.id)).scalars().all()
    ):
        ids: dict[Language, int] = {}
        for language in LANGUAGES:
            revisions = current_documents(connection, name, language)
            if len(revisions) == 1:
                ids[language] = revisions[0]
            else:
                yield _lost_document(connection, name, language, len(revisions))
        if len(ids) == len(LANGUAGES):
            yield from _alignment(connection, name)
            found = read_briefing(connection, name, ids)
            yield from _texts(found)
            if all(side.whole for side in found.sides.values()):  # else nothing fits anything
                yield from _answer(connection, name)
                yield from (*_cells(found), *_standing(found), *_values(found))


def current_documents(connection: sa.Connection, briefing_id: str, language: Language) -> list[int]:
    """Give the documents of one language that are marked as current, the newest first."""
    mine = (DOCUMENT.c.briefing_id == briefing_id) & (DOCUMENT.c.language == language)
    query = sa.select(DOCUMENT.c.id).where(mine, DOCUMENT.c.current)
    return list(connection.execute(query.order_by(DOCUMENT.c.revision.desc())).scalars())


def _lost_document(
    connection: sa.Connection, briefing_id: str, language: Language, count: int
) -> Problem:
    if count:
        return Problem(briefing_id, f"{count} {language} documents are current, not one")
    mine = (DOCUMENT.c.briefing_id == briefing_id) & (DOCUMENT.c.language == language)
    if connection.execute(sa.select(DOCUMENT.c.id).where(mine).limit(1)).first():
        return Problem(briefing_id, f"none of its {language} documents is current")
    return Problem(briefing_id, f"its {language} text is gone; {LEFT}", mended=False)


def _alignment(connection: sa.Connection, briefing_id: str) -> Iterator[Problem]:
    mine = (ALIGNMENT.c.briefing_id == briefing_id) & ALIGNMENT.c.current
    names = connection.execute(sa.select(ALIGNMENT.c.id).where(mine)).scalars().all()
    if len(names) != 1:
        yield Problem(briefing_id, f"{len(names) or 'none'} of its alignments current, not one")


def _answer(connection: sa.Connection, briefing_id: str) -> Iterator[Problem]:
    if own_beads(connection, briefing_id) is None:
        yield Problem(briefing_id, "what the aligner answered cannot be read")


def _texts(found: Found) -> Iterator[Problem]:
    for language, side in found.sides.items():
        if side.torn:
            number = side.torn[0].number + 1
            yield Problem(found.briefing, f"{language} paragraph {number} is damaged")
        elif not side.whole:
            yield Problem(
                found.briefing,
                f"its {language} text is not the one that was stored; {LEFT}, or add the "
                "briefing again: decisions are carried over",
                mended=False,
            )
        elif side.unfit:
            said = f"{language} sentence {side.unfit[0]} does not fit its paragraph"
            yield Problem(found.briefing, said)


def _cells(found: Found) -> Iterator[Problem]:
    """Check which sentences each row names."""
    for name in found.unreadable:
        yield Problem(found.briefing, f"row {name} cannot be read")
    for row in found.rows:
        if not (row.zh or row.en):
            yield Problem(found.briefing, f"row {row.id} holds no text")
        for language, side in found.sides.items():
            lost = [name for name in sentence_ids(row, language) if name not in side.known]
            if lost:
                said = f"a bead names {language} {lost[0]}: no such sentence"
                yield Problem(found.briefing, said)
            if repeats(row, language, side):
                yield Problem(found.briefing, f"row {row.id} holds a {language} text twice")


def _values(found: Found) -> Iterator[Problem]:
    """Check what each row says, for itself and against its last verdict."""
    for row in found.rows:
        if unlike(row, found.last.get(row.id)):
            yield Problem(found.briefing, f"row {row.id} is not what its last verdict left")
        elif says := odd_value(row, found.kinds[row.id], found.sides):
            yield Problem(found.briefing, f"row {row.id}: {says}")


def _standing(found: Found) -> Iterator[Problem]:
    """Check that each text stands in one row, and the rows in the order of the texts."""
    for language, side in found.sides.items():
        for paragraph, at in uncovered(found.rows, language, side):
            yield Problem(found.briefing, f"{_place(language, paragraph, at)} stands in no bead")
    for clash in clashes(found.rows, found.sides):
        place = _place(clash.language, clash.paragraph, clash.at)
        if firm(clash.one) and firm(clash.two):
            two = _two(found, clash.one, clash.two)
            yield Problem(
                found.briefing, f"{place} stands twice, in decided rows: {two}", mended=False
            )
        else:
            yield Problem(found.briefing, f"{place} stands twice")
    if in_order(found.rows):
        return
    crossing = [pair for pair in ordered(found.rows).crossing if firm(pair[0]) and firm(pair[1])]
    for one, other in crossing:
        two = _two(found, one, other)
        yield Problem(found.briefing, f"two decided rows cross: {two}", mended=False)
    if not crossing:
        yield Problem(found.briefing, "its rows do not stand in the order of the text")


def _place(language: Language, paragraph: int, at: int) -> str:
    return f"{language} paragraph {paragraph + 1}, character {at + 1}: text"


def _two(found: Found, one: BeadRow, two: BeadRow) -> str:
    """Name two rows by what was decided about them, and say how to settle it."""
    said = [_decision(row, found.last.get(row.id)) for row in (one, two)]
    return (
        f"{said[0]} and {said[1]}; open the wrong one again in the page (Shift+A; a link across: "
        "Shift+U), then run 'align doctor --repair'"
    )


def _decision(row: BeadRow, last: Last | None) -> str:
    text = (row.en_final or row.zh_final)[:30]
    if last is None:
        return f"“{text}” ({row.status} by {row.reviewer or 'an import'})"
    decision = last.entry.decision
    return f"“{text}” ({decision.action} by {decision.reviewer}, verdict {last.entry.seq})"
