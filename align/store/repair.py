"""Repair what can be repaired in a corpus without touching what anybody decided.

* A row that belongs to nothing is removed.
* A page whose bytes are damaged is removed: it can be fetched again.
* A sentence that a bead names but that is missing is cut from its paragraph again.
* Text that stands in no bead gets one: the aligner's own where all its sentences are free, else a
  new one of one side, unreviewed.

Verdicts, and text that stands in two beads, are left alone: a person has to look.
"""

import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from ..records import Language, Sentence
from . import Store
from .backup import backup
from .check import Problem
from .copying import copy
from .reading import bead_rows, documents, pages, sentences
from .rows import BeadRow, sentence_id
from .schema import ALIGNMENT, BEAD, BRIEFING, METADATA, PAGE, PARAGRAPH, VERDICT
from .writing import joined, now, put_rows, put_sentences

_NAME = re.compile(r"(\d+)\.(\d+)-(\d+)")
_NOWHERE = (1 << 62, 0)


def save_first(store: Store, folder: Path) -> Path:
    """Keep the corpus as it is, below ``folder``, before anything is repaired.

    :return: the backup: a file for a corpus in a folder, a folder for one on a server.
    """
    name = f"before-repair-{now():%Y%m%dT%H%M%S}"
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
        for briefing_id in connection.execute(sa.select(BRIEFING.c.id)).scalars().all():
            done += _beads(connection, briefing_id)
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
    known = {row.id: row.sha256 for row in connection.execute(sa.select(PAGE.c.id, PAGE.c.sha256))}
    for number, checksum in known.items():
        for page in pages(connection, PAGE.c.id == number):
            if hashlib.sha256(page.body).hexdigest() != checksum:
                connection.execute(PAGE.delete().where(PAGE.c.id == number))
                yield Problem(page.url, "its damaged page was removed; 'align fetch' gets it again")


# -- beads ---------------------------------------------------------------------------------------


def _beads(connection: sa.Connection, briefing_id: str) -> Iterator[Problem]:
    """Make beads hold each character of a briefing."""
    rows = bead_rows(connection, BEAD.c.briefing_id == briefing_id)
    free: dict[Language, dict[str, Sentence]] = {"zh": {}, "en": {}}
    for language, document_id in documents(connection, briefing_id).items():
        texts = _paragraphs(connection, document_id)
        known = sentences(connection, document_id)
        names = [name for row in rows for name in _side(row, language)]
        lost = [cut for name in names if name not in known for cut in _cut_again(name, texts)]
        put_sentences(connection, document_id, lost)
        yield from (Problem(briefing_id, f"{language} {sentence_id(cut)} is back") for cut in lost)
        known |= {sentence_id(cut): cut for cut in lost}
        used = [known[name] for name in names if name in known]
        found = [cut for text in texts for cut in _free(text, used, known.values())]
        put_sentences(connection, document_id, found)
        free[language] = {sentence_id(cut): cut for cut in found}
    new = [*_aligned(connection, briefing_id, free), *_alone(briefing_id, free)]
    put_rows(connection, _placed(new, rows))
    for row in new:
        yield Problem(briefing_id, f"text that stood in no bead has one again ({row.kind})")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph of a document, with its number and that of its turn."""

    number: int
    turn: int
    text: str

    def cut(self, start: int, end: int) -> Sentence:
        return Sentence(self.text[start:end], self.number, self.turn, start, end)


def _paragraphs(connection: sa.Connection, document_id: int) -> list[_Paragraph]:
    query = sa.select(PARAGRAPH).where(PARAGRAPH.c.document_id == document_id)
    rows = connection.execute(query.order_by(PARAGRAPH.c.position))
    return [_Paragraph(row.position, row.turn, row.text) for row in rows]


def _side(row: BeadRow, language: Language) -> tuple[str, ...]:
    return row.zh if language == "zh" else row.en


def _cut_again(name: str, texts: Sequence[_Paragraph]) -> Iterator[Sentence]:
    """Cut the sentence of that id from its paragraph, if it fits into it."""
    match = _NAME.fullmatch(name)
    if match is None:
        return
    number, start, end = map(int, match.groups())
    for text in texts:
        if text.number == number and start < end <= len(text.text):
            yield text.cut(start, end)


def _free(
    text: _Paragraph, used: Iterable[Sentence], known: Iterable[Sentence]
) -> Iterator[Sentence]:
    """Yield sentences that cover what no bead holds, in known cuts where they fit."""
    taken = sorted(
        (cut for cut in used if cut.paragraph == text.number), key=lambda cut: (cut.start, cut.end)
    )
    cuts = [cut for cut in known if cut.paragraph == text.number]
    at = 0
    for start, end in [*((cut.start, cut.end) for cut in taken), (len(text.text),) * 2]:
        while at < start:
            fits = [cut.end for cut in cuts if cut.start == at and at < cut.end <= start]
            stop = min(fits, default=start)
            yield text.cut(at, stop)
            at = stop
        at = max(at, end)


def _aligned(
    connection: sa.Connection, briefing_id: str, free: dict[Language, dict[str, Sentence]]
) -> Iterator[BeadRow]:
    """Yield the aligner's own beads whose sentences are all free, and take these off ``free``."""
    query = sa.select(ALIGNMENT.c.beads).where(
        ALIGNMENT.c.briefing_id == briefing_id, ALIGNMENT.c.current
    )
    for zh, en, probability in connection.execute(query).scalar() or []:
        whole = all(name in free["zh"] for name in zh) and all(name in free["en"] for name in en)
        if whole and zh and en:
            sides = [free["zh"].pop(name) for name in zh], [free["en"].pop(name) for name in en]
            yield _row(briefing_id, sides[0], sides[1], probability)


def _alone(briefing_id: str, free: dict[Language, dict[str, Sentence]]) -> Iterator[BeadRow]:
    for cut in free["zh"].values():
        yield _row(briefing_id, [cut], [], None)
    for cut in free["en"].values():
        yield _row(briefing_id, [], [cut], None)


def _row(
    briefing_id: str, zh: Sequence[Sentence], en: Sequence[Sentence], probability: float | None
) -> BeadRow:
    return BeadRow(
        id=uuid.uuid4().hex,
        briefing=briefing_id,
        position=0.0,
        zh=tuple(map(sentence_id, zh)),
        en=tuple(map(sentence_id, en)),
        zh_text=joined(zh, "zh"),
        en_text=joined(en, "en"),
        probability=probability,
        note="made by align doctor --repair",
        changed_at=now(),
    )


def _placed(new: Iterable[BeadRow], rows: Sequence[BeadRow]) -> Iterator[BeadRow]:
    """Give new rows positions after the rows that hold the text before them."""
    order = list(rows)
    for row in new:
        language: Language = "zh" if row.zh else "en"
        mine = _start(row, language)
        before = [at for at, other in enumerate(order) if _start(other, language) < mine]
        at = before[-1] + 1 if before else 0
        low = order[at - 1].position if at else order[0].position - 2 if order else 0.0
        high = order[at].position if at < len(order) else low + 2
        placed = replace(row, position=(low + high) / 2)
        order.insert(at, placed)
        yield placed


def _start(row: BeadRow, language: Language) -> tuple[int, int]:
    """Say where the text of a row begins: paragraph and character; nowhere comes last."""
    match = _NAME.fullmatch(next(iter(_side(row, language)), ""))
    return (int(match[1]), int(match[2])) if match else _NOWHERE
