"""Records that only the store and those above it need."""

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from ..errors import StoreError
from ..records import STATUSES, Document, Language, Sentence, Status

JUDGED = frozenset(STATUSES) - {"unreviewed"}
"""What the status of a row can be when somebody decided about it."""


class ConflictError(StoreError):
    """A briefing changed between reading it and writing what was made of it; look again."""


@dataclass(frozen=True, slots=True)
class BeadRow:
    """One row under review: which sentences form it, and what was decided about it.

    ``zh`` and ``en`` are sentence ids of the current documents, in order. ``zh_text`` and
    ``en_text`` are as published; ``zh_edit`` and ``en_edit`` are corrections laid over them.
    ``position`` orders the rows; ``revision`` rises by one with each change of the row.
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
        """The Chinese text as corrected."""
        return self.zh_text if self.zh_edit is None else self.zh_edit

    @property
    def en_final(self) -> str:
        """The English text as corrected."""
        return self.en_text if self.en_edit is None else self.en_edit

    def to_json(self) -> dict[str, Any]:
        """Give the row as plain JSON values, for the verdict log."""
        row = asdict(self)
        row["changed_at"] = self.changed_at.isoformat() if self.changed_at else None
        return row

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> "BeadRow":
        """Read a row back from the verdict log."""
        at = row.get("changed_at")
        return cls(
            **{
                **row,
                "zh": tuple(row["zh"]),
                "en": tuple(row["en"]),
                "changed_at": dt.datetime.fromisoformat(at) if at else None,
            }
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer did: the words of a verdict, before the store numbers it."""

    op: str  # unique: a decision that arrives twice is stored once
    reviewer: str
    action: str
    reason: str = ""
    note: str = ""
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One row of the history: a decision, when it was made, and the rows before and after."""

    seq: int
    briefing: str
    at: dt.datetime
    decision: Decision
    before: tuple[BeadRow, ...]
    after: tuple[BeadRow, ...]


@dataclass(frozen=True, slots=True)
class BriefingSummary:
    """One line of the list of briefings, its beads counted by status.

    ``expected_wrong`` says how many of the unreviewed ones are expected to be wrong: the sum of
    what their probabilities leave to one.
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
class PageInfo:
    """A stored page without its body."""

    url: str
    final_url: str
    status: int
    fetched_at: dt.datetime
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A decision that could not be carried over to a new text or alignment."""

    id: int
    briefing: str
    bead: BeadRow
    why: str
    at: dt.datetime


class _HasCells(Protocol):
    @property
    def zh(self) -> tuple[str, ...]: ...
    @property
    def en(self) -> tuple[str, ...]: ...


def sentence_ids(row: _HasCells, language: Language) -> tuple[str, ...]:
    """Give the sentence ids of one side of a row, or of the cells of one to be."""
    return row.zh if language == "zh" else row.en


def firm(row: BeadRow) -> bool:
    """Say whether a row was judged, or linked across, by somebody."""
    return row.status in JUDGED or row.crossing


def has_decision(row: BeadRow) -> bool:
    """Say whether somebody left something on a row that must not be lost."""
    edited = row.zh_edit is not None or row.en_edit is not None
    return firm(row) or edited or bool(row.note)


def sentence_id(sentence: Sentence) -> str:
    """Give the id of a sentence within its document: paragraph and offsets.

    >>> sentence_id(Sentence("你好。", paragraph=3, start=0, end=3))
    '3.0-3'
    """
    return f"{sentence.paragraph}.{sentence.start}-{sentence.end}"


def document_digest(document: Document) -> str:
    """Give the sha256 of what was said: labels and paragraphs, not addresses or notes."""
    sha = hashlib.sha256()
    for turn in document.turns:
        for text in (turn.label, *turn.paragraphs):
            sha.update(text.encode("utf-8", "surrogatepass"))
            sha.update(b"\x00")
        sha.update(b"\x01")
    return sha.hexdigest()
