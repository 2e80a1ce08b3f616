"""Repair what can be repaired in a corpus without touching what anybody decided.

In: an open store. Out: what was done, in one transaction. ``docs/reliability.md`` lists every fault
that :mod:`.check` finds and what becomes of it. Verdicts are never touched; text that two decided
rows claim is left to people.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import sqlalchemy as sa

from ..records import LANGUAGES, Language
from . import Store
from .backup import backup
from .check import Problem, current_documents, damaged_pages
from .copy import copy
from .mending import mend
from .records import BeadRow, sentence_id, sentence_ids
from .schema import (
    ALIGNMENT,
    BEAD,
    BRIEFING,
    DOCUMENT,
    METADATA,
    PAGE,
    PARAGRAPH,
    SENTENCE,
    VERDICT,
)
from .sound import Found, own_beads, read_briefing
from .write import lock, now, put_conflicts, put_rows, put_sentences

UNKNOWN = "unknown|made by align doctor --repair"
"""The signature of an alignment of which only the rows are left."""


def save_first(store: Store, folder: Path) -> Path:
    """Keep the corpus as it is, below ``folder``, before anything is repaired.

    :return: the backup: a file for a corpus in a folder, a folder for one on a server.
    """
    name = f"before-repair-{now():%Y%m%dT%H%M%S}"
    taken = {path.stem for path in folder.glob(f"{name}*")}
    if name in taken:  # two repairs within a second, or a clock that was set back
        name = next(new for n in range(2, 99) if (new := f"{name}-{n}") not in taken)
    if store.engine.dialect.name == "sqlite":
        target = folder / f"{name}.db"
        backup(store, target)
        return target
    with Store.open(folder / name, create=True) as kept:
        copy(store, kept)
    return folder / name


def repair(store: Store) -> tuple[Problem, ...]:
    """Repair a corpus in one transaction; give what was done, where.

    :raises StoreError: when the corpus cannot be written; nothing is changed then.
    """
    with store.writing() as connection:
        done = [*_orphans(connection), *_damaged_pages(connection)]
        ids = sa.select(BRIEFING.c.id).order_by(BRIEFING.c.id)
        for briefing_id in connection.execute(ids).scalars().all():
            lock(connection, briefing_id)  # nobody decides between the look and the mending
            done += _briefing(connection, briefing_id)
    return tuple(done)


# -- rows and pages ------------------------------------------------------------------------------


def _orphans(connection: sa.Connection) -> Iterator[Problem]:
    """Remove rows whose parent is missing, parents first, so that what hangs on them follows."""
    for table in METADATA.sorted_tables:
        if table is VERDICT:
            continue
        for key in table.foreign_keys:
            known = sa.select(key.column)
            gone = connection.execute(
                table.delete().where(key.parent.is_not(None), key.parent.not_in(known))
            )
            if gone.rowcount:
                what = f"{gone.rowcount} rows that belonged to nothing were removed"
                yield Problem(f"table {table.name}", what)


def _damaged_pages(connection: sa.Connection) -> Iterator[Problem]:
    for number, url in [*damaged_pages(connection)]:
        connection.execute(PAGE.delete().where(PAGE.c.id == number))
        yield Problem(
            url or f"page {number}", "its damaged page was removed; 'align fetch' gets it again"
        )


# -- briefings -----------------------------------------------------------------------------------


def _briefing(connection: sa.Connection, briefing_id: str) -> Iterator[Problem]:
    """Mend the heads of a briefing, then its sentences and rows."""
    ids: dict[Language, int] = {}
    for language in LANGUAGES:
        yield from _one_document(connection, briefing_id, language)
        current = current_documents(connection, briefing_id, language)
        if current:
            ids[language] = current[0]
    if len(ids) < len(LANGUAGES):
        return
    yield from _one_alignment(connection, briefing_id, ids)
    yield from _paragraphs(connection, read_briefing(connection, briefing_id, ids))
    yield from _sentences(connection, read_briefing(connection, briefing_id, ids))
    found = read_briefing(connection, briefing_id, ids)
    if not all(side.whole for side in found.sides.values()):
        yield from _stale_texts(connection, found)
        return  # rows are compared with the text, and the text is another
    work = mend(found, own_beads(connection, briefing_id) or ())
    _write(connection, found, work.rows)
    put_conflicts(connection, briefing_id, work.lost)
    yield from (Problem(briefing_id, says) for says in work.done)
    yield from _own_answer(connection, briefing_id, work.rows)


def _one_document(
    connection: sa.Connection, briefing_id: str, language: Language
) -> Iterator[Problem]:
    """Let the newest document of a language be the current one, and no other."""
    if len(current_documents(connection, briefing_id, language)) == 1:
        return
    mine = (DOCUMENT.c.briefing_id == briefing_id) & (DOCUMENT.c.language == language)
    query = sa.select(DOCUMENT.c.id).where(mine).order_by(DOCUMENT.c.revision.desc()).limit(1)
    newest = connection.execute(query).scalar()
    if newest is None:
        return
    connection.execute(DOCUMENT.update().where(mine).values(current=False))
    connection.execute(DOCUMENT.update().where(DOCUMENT.c.id == newest).values(current=True))
    yield Problem(briefing_id, f"its newest {language} document is the current one again")


def _one_alignment(
    connection: sa.Connection, briefing_id: str, ids: Mapping[Language, int]
) -> Iterator[Problem]:
    """Let the newest alignment be the current one; make one where none is left."""
    mine = ALIGNMENT.c.briefing_id == briefing_id
    current = connection.execute(sa.select(ALIGNMENT.c.id).where(mine, ALIGNMENT.c.current)).all()
    if len(current) == 1:
        return
    query = sa.select(ALIGNMENT.c.id).where(mine).order_by(ALIGNMENT.c.id.desc()).limit(1)
    newest = connection.execute(query).scalar()
    connection.execute(ALIGNMENT.update().where(mine).values(current=False))
    if newest is None:
        connection.execute(
            ALIGNMENT.insert().values(
                briefing_id=briefing_id,
                zh_document_id=ids["zh"],
                en_document_id=ids["en"],
                signature=UNKNOWN,
                beads=[],
                seconds={},
                made_at=now(),
                current=True,
            )
        )
    else:
        connection.execute(ALIGNMENT.update().where(ALIGNMENT.c.id == newest).values(current=True))
    yield Problem(briefing_id, "its newest alignment is the current one again")


def _own_answer(
    connection: sa.Connection, briefing_id: str, rows: Iterable[BeadRow]
) -> Iterator[Problem]:
    """Put the rows in the place of an answer of the aligner that cannot be read."""
    if own_beads(connection, briefing_id) is not None:
        return
    mine = (ALIGNMENT.c.briefing_id == briefing_id) & ALIGNMENT.c.current
    beads = [[list(row.zh), list(row.en), row.probability] for row in rows]
    connection.execute(ALIGNMENT.update().where(mine).values(beads=beads, signature=UNKNOWN))
    yield Problem(briefing_id, "what the aligner answered could not be read; its rows stand for it")


def _paragraphs(connection: sa.Connection, found: Found) -> Iterator[Problem]:
    """Write paragraphs again whose sentences tell them as the checksum says."""
    for language, side in found.sides.items():
        for text in side.torn:
            mine = (PARAGRAPH.c.document_id == side.document) & (
                PARAGRAPH.c.position == text.number
            )
            connection.execute(PARAGRAPH.update().where(mine).values(text=text.text))
            said = f"{language} paragraph {text.number + 1} is again what its sentences say"
            yield Problem(found.briefing, said)


def _sentences(connection: sa.Connection, found: Found) -> Iterator[Problem]:
    """Cut sentences again that are missing or do not fit their paragraph."""
    for language, side in found.sides.items():
        if not side.whole:
            continue
        wrong = (SENTENCE.c.document_id == side.document) & SENTENCE.c.id.in_(side.unfit)
        if side.unfit:
            connection.execute(SENTENCE.delete().where(wrong))
        named = {name for row in found.rows for name in sentence_ids(row, language)}
        named |= {name for last in found.last.values() for name in sentence_ids(last.row, language)}
        cuts = [
            cut for name in sorted(named | {*side.unfit}) if (cut := side.cut(name)) is not None
        ]
        back = [cut for cut in cuts if sentence_id(cut) not in side.known]
        put_sentences(connection, side.document, back)
        names = [*map(sentence_id, back), *(name for name in side.unfit if not side.cut(name))]
        yield from (Problem(found.briefing, f"{language} {name} was cut again") for name in names)


def _write(connection: sa.Connection, found: Found, rows: Iterable[BeadRow]) -> None:
    """Replace the rows that are not as they were, and store the sentences that they name."""
    new = {row.id: row for row in rows}
    old = {row.id: row for row in found.rows}
    for language, side in found.sides.items():
        cuts = (side.cut(name) for row in new.values() for name in sentence_ids(row, language))
        put_sentences(connection, side.document, [cut for cut in cuts if cut])
    same = {
        name for name, row in old.items() if new.get(name) == row and found.kinds[name] == row.kind
    }
    gone = [name for name in (*old, *found.unreadable) if name not in same]
    for name in gone:
        connection.execute(BEAD.delete().where(BEAD.c.id == name))
    put_rows(connection, (row for name, row in new.items() if name not in same))


def _stale_texts(connection: sa.Connection, found: Found) -> Iterator[Problem]:
    """Let a text that is not the stored one any more be taken in anew by the next 'align add'."""
    for language, side in found.sides.items():
        mine = DOCUMENT.c.id == side.document
        if not side.whole:
            changed = connection.execute(
                DOCUMENT.update().where(mine, DOCUMENT.c.digest != "").values(digest="")
            )
            if changed.rowcount:
                yield Problem(
                    found.briefing, f"its {language} text will be stored anew by 'align add'"
                )
