"""Records of the store: rows under review, decisions, summaries; content and changes of rows."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any

from rapidfuzz.distance import Postfix, Prefix

from ...aligner.text.strings import shorten
from ...errors import N_, Message, StoreError, join_messages
from ...records import LANGUAGES, Bead, Document, Language, Sentence, Status

ANNOTATE, REPLY, CLOSE_NOTE = "annotate", "reply", "close-note"
NOTE_ACTIONS = (ANNOTATE, REPLY, CLOSE_NOTE)
"""Actions about notes, which leave their rows unchanged. The reason of a reply or a closing is the
key of the first note."""

REALIGN, PUT_BACK = "realign", "put-back"
"""Actions of the aligner, which realigns undecided rows after a decision, and of a reviewer who
restores the former rows. The reason of a realignment is the ``op`` of that decision, its note the
name of who made it."""

UNKNOWN_RISK = 0.5  # the chance that a row without a probability is wrong


class ConflictError(StoreError):
    """A briefing changed between reading it and writing the result."""

    code = "corpus.changed"


@dataclass(frozen=True, slots=True)
class BeadRow:
    """One row under review: its sentences and the decisions about it.

    ``zh`` and ``en`` are sentence ids of the current documents, in order. ``zh_text`` and
    ``en_text`` are the original texts; ``zh_edit`` and ``en_edit`` are edits that replace them.
    ``position`` orders the rows; ``revision`` increases by one with each change of the row.
    """

    id: str
    briefing: str
    position: float
    zh: tuple[str, ...]
    en: tuple[str, ...]
    zh_text: str
    en_text: str
    zh_edit: str | None = None
    en_edit: str | None = None
    probability: float | None = None
    status: Status = "unreviewed"
    reviewer: str = ""
    reason: str = ""
    note: str = ""
    crossing: bool = False
    revision: int = 0
    changed_at: dt.datetime | None = None

    @property
    def kind(self) -> str:
        """The bead type, zh count first: ``1-2``."""
        return f"{len(self.zh)}-{len(self.en)}"

    @property
    def zh_final(self) -> str:
        """The Chinese text as edited."""
        return self.zh_text if self.zh_edit is None else self.zh_edit

    @property
    def en_final(self) -> str:
        """The English text as edited."""
        return self.en_text if self.en_edit is None else self.en_edit

    def to_bead(self, zh: Mapping[str, int], en: Mapping[str, int]) -> Bead:
        """Return the row as a bead of sentence numbers, which are given by sentence id."""
        spans = tuple(zh[name] for name in self.zh), tuple(en[name] for name in self.en)
        return Bead(*spans, self.probability, self.status)

    def to_json(self) -> dict[str, Any]:
        """Return the row as plain JSON values, for the log of verdicts."""
        row = asdict(self)
        row["changed_at"] = self.changed_at.isoformat() if self.changed_at else None
        return row

    def to_stored(self) -> dict[str, Any]:
        """Return the row as its alignment keeps it: without texts, position and defaults."""
        values: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "changed_at" and field.default not in (MISSING, value):
                values[field.name] = value
        return {"id": self.id, "zh": list(self.zh), "en": list(self.en), **values}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> "BeadRow":
        """Read a row back from the log of verdicts."""
        at = row.get("changed_at")
        changed_at = dt.datetime.fromisoformat(at) if at else None
        sides = {"zh": tuple(row["zh"]), "en": tuple(row["en"])}
        return cls(**{**row, **sides, "changed_at": changed_at})


@dataclass(frozen=True, slots=True)
class Decision:
    """A reviewer's action: the content of a verdict, before the store numbers it."""

    op: str  # unique: a decision that arrives twice is stored once
    reviewer: str
    action: str
    reason: str = ""
    note: str = ""
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A verdict: a decision, its number and time, and the rows before and after."""

    seq: int
    briefing: str
    at: dt.datetime
    decision: Decision
    before: tuple[BeadRow, ...]
    after: tuple[BeadRow, ...]


@dataclass(frozen=True, slots=True)
class BriefingSummary:
    """One line of the list of briefings, its beads counted by status.

    ``expected_wrong`` is how many of the unreviewed ones are expected to be wrong: the sum of
    one minus their probability.
    """

    id: str
    address: str
    date: dt.date | None
    zh_title: str
    en_title: str
    zh_url: str
    en_url: str
    beads: int
    unreviewed: int
    accepted: int
    rejected: int
    flagged: int
    expected_wrong: float
    added_at: dt.datetime
    changed_at: dt.datetime

    @property
    def reviewed(self) -> int:
        """How many beads have a verdict."""
        return self.accepted + self.rejected + self.flagged


@dataclass(frozen=True, slots=True)
class Conflict:
    """A decision that could not be transferred to a new text or alignment."""

    id: int
    briefing: str
    bead: BeadRow
    why: str


def sentence_ids(row: BeadRow, language: Language) -> tuple[str, ...]:
    """Return the sentence ids of one side of a row."""
    return row.zh if language == "zh" else row.en


def has_decision(row: BeadRow) -> bool:
    """Return whether a row has a reviewer's status, cross-link, edit or note."""
    edited = row.zh_edit is not None or row.en_edit is not None
    return row.status != "unreviewed" or row.crossing or edited or bool(row.note)


def replay(rows: Iterable[BeadRow], entries: Iterable[HistoryEntry]) -> tuple[BeadRow, ...]:
    """Return rows, in order, as they are after verdicts."""
    current = {row.id: row for row in rows}
    for entry in entries:
        for row in entry.before:
            current.pop(row.id, None)
        current.update((row.id, row) for row in entry.after)
    return tuple(sorted(current.values(), key=lambda row: row.position))


def text_coverage(
    rows: Iterable[BeadRow], sentences_of: Callable[[Language], Mapping[str, Sentence]]
) -> dict[tuple[Language, int], list[range]]:
    """Return the character ranges that rows cover, by language and paragraph; adjacent ones joined.

    Two sets of rows cover the same text if this is equal. Overlapping ranges stay separate.

    :param sentences_of: the sentences of a language by id.
    """
    ranges: dict[tuple[Language, int], list[range]] = {}
    for row in rows:
        for language in LANGUAGES:
            for name in sentence_ids(row, language):
                one = sentences_of(language)[name]
                ranges.setdefault((language, one.paragraph), []).append(range(one.start, one.end))
    return {place: _joined(parts) for place, parts in ranges.items()}


def _joined(ranges: Iterable[range]) -> list[range]:
    joined: list[range] = []
    for one in sorted(ranges, key=lambda one: (one.start, one.stop)):
        if joined and joined[-1].stop == one.start:
            joined[-1] = range(joined[-1].start, one.stop)
        else:
            joined.append(one)
    return joined


def sentence_id(sentence: Sentence) -> str:
    """Return the id of a sentence within its document: paragraph and offsets.

    >>> sentence_id(Sentence("你好。", paragraph=3, start=0, end=3))
    '3.0-3'
    """
    return f"{sentence.paragraph}.{sentence.start}-{sentence.end}"


def document_digest(document: Document) -> str:
    """Return the SHA-256 of a document's labels and paragraphs, without URLs and notes."""
    turns = (
        "".join(f"{text}\x00" for text in (turn.label, *turn.paragraphs)) for turn in document.turns
    )
    text = "".join(f"{turn}\x01" for turn in turns)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


AROUND = 12  # characters shown on each side of a change
LONGEST = 40  # most characters of a text that are shown


def describe_changes(old: BeadRow, new: BeadRow) -> Message:
    """Return the differences between two states of a row: status, boundaries, texts, reason, note.

    >>> row = BeadRow("a", "b", 0.0, ("1",), ("2",), "湖水清了。", "The lake is clear.")
    >>> from dataclasses import replace
    >>> describe_changes(row, replace(row, status="flagged", en_edit="The lake is clean."))
    'unreviewed → flagged; English: “…lake is clear.” → “…lake is clean.”'
    """
    parts = tuple(_parts(old, new))
    return join_messages(parts) if parts else Message(N_("its probability"))


def _parts(old: BeadRow, new: BeadRow) -> Iterator[Message]:
    if old.status != new.status:
        yield Message(N_("{old} → {new}"), old=Message(old.status), new=Message(new.status))
    sides = (
        (Message(N_("Chinese")), (old.zh, old.zh_final), (new.zh, new.zh_final)),
        (Message(N_("English")), (old.en, old.en_final), (new.en, new.en_final)),
    )
    for side, before, after in sides:
        if before != after:
            texts = Message(
                N_("{old} → {new}"),
                old=_excerpt(before[1], after[1]),
                new=_excerpt(after[1], before[1]),
            )
            yield Message(N_("{name}: {message}"), name=side, message=texts)
    if old.reason != new.reason:  # one of ours, chosen from a list
        yield Message(N_("reason: “{reason}”"), reason=Message(shorten(new.reason, LONGEST)))
    if old.note != new.note:
        yield Message(N_("note: “{note}”"), note=shorten(new.note, LONGEST))


def _excerpt(text: str, other: str) -> str:
    """Quote the part of a text that another one does not have, with some context."""
    if not text:
        return Message(N_("nothing"))
    start = Prefix.similarity(text, other)
    end = len(text) - Postfix.similarity(text[start:], other[start:])
    first, last = max(start - AROUND, 0), min(end + AROUND, len(text))
    head = "…" if first > 0 else ""
    tail = "…" if last < len(text) else ""
    return f"“{head}{shorten(text[first:last], LONGEST)}{tail}”"
