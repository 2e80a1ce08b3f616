"""What one line of an edited table asks for: a line and a session in, a revision or a reason out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ...records import STATUSES
from ...review import InvalidEditError, ReviewSession
from ...review.row_update import RowUpdate, update_edit
from ...store import BeadRow, HistoryEntry
from ...store.row_diff import describe_changes
from ..formats.checksum import DECIDED, digest_decision, normalise_blanks
from ..formats.checksum import digest_place as place_of
from .table import TableRow

SkipReason = Literal["conflict", "gone", "refused"]
"""Why a row was left: the corpus changed under it, its bead is not there, it cannot be done."""

WHEN = "%d %b %H:%M UTC"


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row of the file that was not taken, and why; ``asked`` is what the file wants of it."""

    line: int
    briefing: str
    row: str
    kind: SkipReason
    why: str
    asked: str = ""


class RowSkippedError(InvalidEditError):
    """A line that cannot be taken; ``kind`` says what sort of reason it is."""

    def __init__(self, kind: SkipReason, why: str, asked: str = "") -> None:
        super().__init__(why)
        self.kind: SkipReason = kind
        self.asked = asked


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a line asks for. ``was`` is another id that the file has for the row."""

    row: BeadRow
    after: BeadRow
    wanted: RowUpdate
    was: str = ""

    @property
    def says(self) -> str:
        """What changes, in words."""
        return (
            "stands as it is" if self.after == self.row else describe_changes(self.row, self.after)
        )


def content(row: BeadRow) -> tuple[str, str, str, str]:
    """Give the cells of a row that a reviewer decides about, in the order of ``DECIDED``."""
    return row.zh_final, row.en_final, row.status, row.note


def row_of(session: ReviewSession, row_id: str) -> BeadRow | None:
    """Give a row of a session, if it is there."""
    place = session.state.places.get(row_id)
    return None if place is None else session.state.rows[place]


def diff_row(
    line: TableRow, session: ReviewSession, reviewer: str, source: str
) -> RowChange | None:
    """Find what a line asks for; ``None`` when the row is so already, or nobody asked.

    :param reviewer: the name that was written into the line, if one was.
    :param source: what the history says of decisions that come from this file.
    :raises Refused: when it cannot be done, or somebody changed the row since the export.
    """
    row, was = row_of(session, line.id), ""
    if row is None:
        row, was = _again(line, session), line.id
    if line.moved:
        raise RowSkippedError(
            "refused",
            "briefing, zh_index and en_index say which text a row holds and cannot be changed in "
            "a table; move sentences in the review page",
        )
    now = dict(zip(DECIDED, content(row), strict=True))
    texts = {name: line.text(name, text) for name, text in now.items()}
    texts["status"] = normalise_blanks(texts["status"]).lower()
    changed = {
        name: text
        for name, text in texts.items()
        if normalise_blanks(text) != normalise_blanks(now[name])
    }
    untouched = line.checksum is not None and digest_decision(**texts) == line.checksum.decided
    if line.checksum is None:  # what the row was once is what the file was written from
        states = (digest_decision(*content(one)) for one in _states(session.log, row.id))
        untouched = digest_decision(**texts) in states
    confirm = line.checksum is not None and untouched and reviewer not in ("", row.reviewer)
    if (untouched or not changed) and not confirm:
        return None
    _check_cells(changed)
    wanted = RowUpdate(**{} if untouched else changed, confirm=confirm)  # type: ignore[arg-type] # _check_cells has looked at the status
    if not _owned(line, row, session, source):
        _check_base(line, row, session, texts)
    change = update_edit(session.state, row.id, wanted)
    return RowChange(row, change.after[0], wanted, was) if change.after else None


def _check_cells(changed: Mapping[str, str]) -> None:
    """Refuse what a row cannot hold.

    :raises Stop: naming the column.
    """
    for name, text in changed.items():
        if name == "status" and text not in STATUSES:
            said = f"{text!r}" if text else "empty"
            raise RowSkippedError(
                "refused", f"its status is {said}; known are {', '.join(STATUSES)}"
            )
        if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
            raise RowSkippedError(
                "refused", f"{name} holds a character that no database holds; take it out"
            )


def _check_base(
    line: TableRow, row: BeadRow, session: ReviewSession, texts: Mapping[str, str]
) -> None:
    """Refuse a line whose row was changed in the corpus since the file was written.

    :raises Stop: naming who changed it, when, and how.
    """
    then = line.checksum
    states = list(_states(session.log, row.id))
    if then is not None:
        if digest_decision(*content(row)) != then.decided:
            old = next(
                (one for one in states if digest_decision(*content(one)) == then.decided), None
            )
            how = f" ({describe_changes(old, row)})" if old else ""
            raise RowSkippedError(
                "conflict", f"{_who(row)}{how} after the file was written", _wish(row, texts)
            )
    elif states:
        raise RowSkippedError(
            "conflict",
            f"{_who(row)}, and the file has no checksum that says whether it knows of that",
            _wish(row, texts),
        )


def _owned(line: TableRow, row: BeadRow, session: ReviewSession, source: str) -> bool:
    """Say whether all that changed a row since the export came from this file and this person.

    A translator goes on working in the same file, and brings it once more.
    """
    base = line.checksum.decided if line.checksum else ""
    for entry in reversed(session.log):
        before = next((one for one in entry.before if one.id == row.id), None)
        if before is None:
            continue
        if (entry.decision.note, entry.decision.reviewer) != (source, session.reviewer):
            return False
        if digest_decision(*content(before)) == base:
            return True
    return False


def _wish(row: BeadRow, texts: Mapping[str, str]) -> str:
    """Say what the file would make of a row."""
    after = replace(
        row,
        zh_edit=texts["zh"],
        en_edit=texts["en"],
        status=texts["status"],  # type: ignore[arg-type] # only shown
        note=texts["note"],
    )
    return describe_changes(row, after)


def _who(row: BeadRow) -> str:
    at = f" on {row.changed_at:{WHEN}}" if row.changed_at else ""
    return f"{row.reviewer or 'somebody'} changed this row{at}"


def _states(log: Sequence[HistoryEntry], row_id: str) -> Iterator[BeadRow]:
    """Give the states that a row had, the newest first."""
    for entry in reversed(log):
        yield from (row for row in (*entry.after, *entry.before) if row.id == row_id)


def _again(line: TableRow, session: ReviewSession) -> BeadRow:
    """Find the row of the same sentences that reads as the bead did, under another id.

    :raises Stop: when there is none.
    """
    then = line.checksum
    if then is not None:
        zh, en = session.state.sentence_numbers("zh"), session.state.sentence_numbers("en")
        for row in session.state.rows:
            place = place_of(
                row.briefing,
                " ".join(str(zh[name]) for name in row.zh),
                " ".join(str(en[name]) for name in row.en),
            )
            if (digest_decision(*content(row)), place) == (then.decided, then.place):
                return row
    last = next(
        (entry for entry in reversed(session.log) if line.id in {row.id for row in entry.before}),
        None,
    )
    raise RowSkippedError(
        "gone",
        f"{last.decision.reviewer} made other rows of it ({last.decision.action}, {last.at:{WHEN}})"
        if last
        else "the corpus has no row of this id; the text was aligned anew, or is another one",
    )
