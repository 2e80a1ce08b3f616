"""Read a briefing that may be damaged: what can be read comes out, what cannot is named.

In: a connection. Out: :class:`Found`, for :mod:`.check` and :mod:`.mending`.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from ..records import LANGUAGES, STATUSES, Language, Sentence, joined
from .read import bead_rows, entry
from .records import BeadRow, HistoryEntry, sentence_id, sentence_ids
from .schema import ALIGNMENT, BEAD, DOCUMENT, PARAGRAPH, SENTENCE, TURN, VERDICT
from .standing import Paragraph, Side, Sides

UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)
"""What reading a damaged value raises: it is no JSON, or JSON of another form."""


@dataclass(frozen=True, slots=True)
class Last:
    """A row as its last verdict left it, and that verdict."""

    row: BeadRow
    entry: HistoryEntry


@dataclass(frozen=True, slots=True)
class Found:
    """What can be read of a briefing whose two documents are there.

    ``unreadable`` are the ids of rows that cannot be; ``kinds`` what the table says each row is;
    ``last`` the rows as the history leaves them, by id.
    """

    briefing: str
    sides: Sides
    rows: tuple[BeadRow, ...]
    unreadable: tuple[str, ...]
    kinds: Mapping[str, str]
    last: Mapping[str, Last]


def read_briefing(
    connection: sa.Connection, briefing_id: str, ids: Mapping[Language, int]
) -> Found:
    """Read a briefing, however damaged; ``ids`` are its current documents."""
    mine = BEAD.c.briefing_id == briefing_id
    kinds = sa.select(BEAD.c.id, BEAD.c.kind).where(mine)
    rows, unreadable = _rows(connection, briefing_id)
    return Found(
        briefing=briefing_id,
        sides={language: _side(connection, ids[language]) for language in LANGUAGES},
        rows=rows,
        unreadable=unreadable,
        kinds={row.id: row.kind for row in connection.execute(kinds)},
        last=last_states(readable(connection, briefing_id)),
    )


def _rows(
    connection: sa.Connection, briefing_id: str
) -> tuple[tuple[BeadRow, ...], tuple[str, ...]]:
    """Read the rows of a briefing in order, and the ids of those that cannot be read."""
    mine = BEAD.c.briefing_id == briefing_id
    try:
        rows = bead_rows(connection, mine)
        if all(map(_well_formed, rows)):
            return rows, ()
    except UNREADABLE:
        pass
    found: list[BeadRow] = []
    bad: list[str] = []
    query = sa.select(BEAD.c.id).where(mine).order_by(BEAD.c.position)
    for name in connection.execute(query).scalars().all():
        try:
            (row,) = bead_rows(connection, BEAD.c.id == name)
        except UNREADABLE:
            bad.append(name)
            continue
        if _well_formed(row):
            found.append(row)
        else:
            bad.append(name)
    return tuple(found), tuple(bad)


def _well_formed(row: BeadRow) -> bool:
    return all(isinstance(name, str) for name in (*row.zh, *row.en))


def readable(connection: sa.Connection, briefing_id: str) -> list[HistoryEntry]:
    """Read the verdicts of a briefing, oldest first, without those that cannot be read."""
    mine = sa.select(VERDICT.c.seq).where(VERDICT.c.briefing_id == briefing_id)
    whole = sa.select(VERDICT).where(VERDICT.c.briefing_id == briefing_id)
    try:
        return [*map(entry, connection.execute(whole.order_by(VERDICT.c.seq)))]
    except UNREADABLE:
        pass  # one by one, then
    found: list[HistoryEntry] = []
    for seq in connection.execute(mine.order_by(VERDICT.c.seq)).scalars().all():
        try:
            found += map(entry, connection.execute(sa.select(VERDICT).where(VERDICT.c.seq == seq)))
        except UNREADABLE:
            continue
    return found


def last_states(entries: Iterable[HistoryEntry]) -> dict[str, Last]:
    """Follow the history: the rows that are there at its end, as their last verdict left them."""
    rows: dict[str, Last] = {}
    for one in entries:
        for row in one.before:
            rows.pop(row.id, None)
        rows.update((row.id, Last(row, one)) for row in one.after)
    return rows


def _side(connection: sa.Connection, document_id: int) -> Side:
    head = connection.execute(sa.select(DOCUMENT.c.digest).where(DOCUMENT.c.id == document_id))
    query = sa.select(PARAGRAPH).where(PARAGRAPH.c.document_id == document_id)
    texts = {
        row.position: Paragraph(row.position, row.turn, row.text)
        for row in connection.execute(query.order_by(PARAGRAPH.c.position))
    }
    known: dict[str, Sentence] = {}
    unfit: list[str] = []
    cuts = sa.select(SENTENCE).where(SENTENCE.c.document_id == document_id)
    for row in connection.execute(
        cuts.order_by(SENTENCE.c.paragraph, SENTENCE.c.start, SENTENCE.c.end)
    ):
        cut = Sentence(row.text, row.paragraph, row.turn, row.start, row.end)
        text = texts.get(row.paragraph)
        fits = text is not None and text.cut(row.start, row.end) == cut
        if fits and sentence_id(cut) == row.id:
            known[row.id] = cut
        else:
            unfit.append(row.id)
    stored = str(head.scalar())
    whole = stored == _digest(connection, document_id, [*texts.values()])
    torn: tuple[Paragraph, ...] = ()
    if not whole:
        told = _told(connection, document_id, texts)
        if stored == _digest(connection, document_id, [*({**texts, **told}).values()]):
            torn = tuple(told.values())
    return Side(document_id, texts, known, tuple(unfit), whole, torn)


def _told(
    connection: sa.Connection, document_id: int, texts: Mapping[int, Paragraph]
) -> dict[int, Paragraph]:
    """Give the paragraphs that the sentences tell otherwise: each as its sentences, joined."""
    query = sa.select(SENTENCE).where(SENTENCE.c.document_id == document_id)
    ends: dict[int, dict[int, str]] = {}  # paragraph: what is said up to a character
    for row in connection.execute(query.order_by(SENTENCE.c.start, SENTENCE.c.end)):
        said = ends.setdefault(row.paragraph, {0: ""})
        if row.start in said and len(row.text) == row.end - row.start:
            said[row.end] = said[row.start] + row.text
    return {
        number: replace(texts[number], text=said[max(said)])
        for number, said in ends.items()
        if number in texts and said[max(said)] != texts[number].text
    }


def _digest(connection: sa.Connection, document_id: int, texts: Sequence[Paragraph]) -> str:
    """Give the checksum of a stored text, as :func:`.rows.digest` does of a document."""
    sha = hashlib.sha256()
    query = sa.select(TURN.c.position, TURN.c.label).where(TURN.c.document_id == document_id)
    for turn in connection.execute(query.order_by(TURN.c.position)):
        said = [text.text for text in texts if text.turn == turn.position]
        for text in (turn.label, *said):
            sha.update(text.encode("utf-8", "surrogatepass"))
            sha.update(b"\x00")
        sha.update(b"\x01")
    return sha.hexdigest()


@dataclass(frozen=True, slots=True)
class OwnBead:
    """A bead as the aligner made it: sentence ids of both sides, and its probability."""

    zh: tuple[str, ...]
    en: tuple[str, ...]
    probability: float | None


def own_beads(connection: sa.Connection, briefing_id: str) -> tuple[OwnBead, ...] | None:
    """Give the aligner's own answer; ``None`` where it is not there or cannot be read."""
    mine = (ALIGNMENT.c.briefing_id == briefing_id) & ALIGNMENT.c.current
    try:
        beads = connection.execute(sa.select(ALIGNMENT.c.beads).where(mine)).scalar()
        if not isinstance(beads, list):
            return None
        return tuple(
            OwnBead(tuple(map(str, zh)), tuple(map(str, en)), None if p is None else float(p))
            for zh, en, p in beads
        )
    except UNREADABLE:
        return None


_SAID = ("zh", "en", "zh_edit", "en_edit", "status", "reviewer", "reason", "note", "crossing")


def unlike(row: BeadRow, last: Last | None) -> bool:
    """Say whether a row is not what its last verdict left, and nothing newer either."""
    if last is None or row.revision > last.row.revision:
        return False
    return any(getattr(row, name) != getattr(last.row, name) for name in _SAID)


def odd_value(row: BeadRow, kind: str, sides: Sides) -> str:
    """Say which value of a row does not fit the others; empty where all fit."""
    if row.status not in STATUSES:
        return "its status is none"
    if row.probability is not None and not 0.0 <= row.probability <= 1.0:
        return "its probability is none"
    if kind != row.kind:
        return "its kind is another"
    for language in LANGUAGES:
        cuts = [sides[language].cut(name) for name in sentence_ids(row, language)]
        text = joined((cut for cut in cuts if cut), language)
        if None not in cuts and text != (row.zh_text if language == "zh" else row.en_text):
            return f"its {language} text is not that of its sentences"
    return ""
