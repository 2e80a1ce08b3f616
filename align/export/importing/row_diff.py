"""The decision that a row of an edited table asks for, or why it cannot be made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ...records import STATUSES
from ...review import InvalidEditError, ReviewSession
from ...review.session import RowUpdate, update_edit
from ...store import BeadRow, HistoryEntry
from ...store.records import describe_changes
from ..formats.values import digest_part, normalise_blanks
from .table import SkipReason, TableRow, decided_cells

_WHEN = "%d %b %H:%M UTC"


class SkipError(InvalidEditError):
    """A row that cannot be taken, because of ``kind``."""

    def __init__(self, kind: SkipReason, why: str, asked: str = "") -> None:
        super().__init__(why)
        self.kind: SkipReason = kind
        self.asked = asked


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of the corpus and what it shall become.

    ``old_id`` is the id that the file has, where the corpus has the row under another one.
    """

    row: BeadRow
    after: BeadRow
    update: RowUpdate
    old_id: str = ""

    @property
    def summary(self) -> str:
        """What changes, in words."""
        changes = self.after != self.row and describe_changes(self.row, self.after)
        return changes or "stands as it is"


def find_row(session: ReviewSession, row_id: str) -> BeadRow | None:
    """Return a row of a briefing, if it is there."""
    place = session.state.places.get(row_id)
    return None if place is None else session.state.rows[place]


def diff_row(line: TableRow, session: ReviewSession, source: str) -> RowChange | None:
    """Compare a row of the table with the corpus; ``None`` when it asks for nothing.

    :param source: what the history says of decisions that come from this file.
    :raises SkipError: when somebody changed the row since the export, or it is not there.
    :raises InvalidEditError: when it cannot be done.
    """
    row = find_row(session, line.id)
    old_id = "" if row else line.id
    row = row or _find_under_new_id(line, session)
    if line.is_changed("place"):
        raise InvalidEditError(
            "briefing, zh_index and en_index say which text a row holds and cannot be changed in "
            "a table; move sentences in the review page"
        )
    current = decided_cells(row)
    wanted = {name: line.text(name, text) for name, text in current.items()}
    wanted["status"] = normalise_blanks(wanted["status"]).lower()
    changed = {name: text for name, text in wanted.items() if text != current[name]}
    exported = (
        [line.checksum["decided"]]
        if line.checksum
        else [_digest(state) for _, state in _earlier_states(session, row.id)]
    )
    untouched = digest_part("decided", wanted) in exported
    confirm = line.checksum is not None and untouched and line.reviewer not in ("", row.reviewer)
    if (untouched or not changed) and not confirm:
        return None
    for name, text in changed.items():
        if name == "status" and text not in STATUSES:
            status = repr(text) if text else "empty"
            raise InvalidEditError(f"its status is {status}; known are {', '.join(STATUSES)}")
        if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
            raise InvalidEditError(f"{name} holds a character that no database holds; take it out")
    update = RowUpdate(**{} if untouched else changed, confirm=confirm)  # type: ignore[arg-type] # the status was looked at
    _check_conflict(line, row, session, source, wanted)
    edit = update_edit(session.state, row.id, update)
    return RowChange(row, edit.after[0], update, old_id) if edit.after else None


def _check_conflict(
    line: TableRow, row: BeadRow, session: ReviewSession, source: str, wanted: Mapping[str, str]
) -> None:
    """Raise a conflict when the row was changed in the corpus after the file was written.

    A translator goes on working in the same file and brings it once more: what changed the row
    only from this file and under this name is no conflict.
    """
    how, when = "", " after the file was written"
    if line.checksum is None:
        if not any(row.id == one.id for entry in session.log for one in entry.before + entry.after):
            return
        when = ", and the file has no checksum that says whether it knows of that"
    elif _digest(row) == line.checksum["decided"]:
        return
    else:
        own = True
        for entry, before in _earlier_states(session, row.id):
            own &= (entry.decision.note, entry.decision.reviewer) == (source, session.reviewer)
            if _digest(before) == line.checksum["decided"]:
                if own:
                    return
                how = f" ({describe_changes(before, row)})"
                break
    at = f" on {row.changed_at:{_WHEN}}" if row.changed_at else ""
    wish = replace(row, zh_edit=wanted["zh"], en_edit=wanted["en"], note=wanted["note"])
    wish = replace(wish, status=wanted["status"])  # type: ignore[arg-type] # only shown
    who = row.reviewer or "somebody"
    asked = describe_changes(row, wish)
    raise SkipError("conflict", f"{who} changed this row{at}{how}{when}", asked)


def _earlier_states(session: ReviewSession, row_id: str) -> Iterator[tuple[HistoryEntry, BeadRow]]:
    """Yield the decisions about a row with what it was before each, the newest first."""
    for entry in reversed(session.log):
        yield from ((entry, row) for row in entry.before if row.id == row_id)


def _digest(row: BeadRow) -> str:
    return digest_part("decided", decided_cells(row))


def _find_under_new_id(line: TableRow, session: ReviewSession) -> BeadRow:
    """Return the row of the same sentences that reads as the exported bead did.

    :raises SkipError: when there is none.
    """
    numbers = [session.state.sentence_numbers(side) for side in ("zh", "en")]
    for row in session.state.rows if line.checksum else ():
        zh, en = (
            " ".join(str(known[name]) for name in side)
            for known, side in zip(numbers, (row.zh, row.en), strict=True)
        )
        cells = {"briefing": row.briefing, "zh_index": zh, "en_index": en, **decided_cells(row)}
        if line.checksum and all(
            digest_part(part, cells) == line.checksum[part] for part in ("decided", "place")
        ):
            return row
    for entry in reversed(session.log):
        if line.id in {row.id for row in entry.before}:
            how = f"{entry.decision.action}, {entry.at:{_WHEN}}"
            raise SkipError("gone", f"{entry.decision.reviewer} made other rows of it ({how})")
    raise SkipError(
        "gone", "the corpus has no row of this id; the text was aligned anew, or is another one"
    )
