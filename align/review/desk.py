"""One reviewer at one briefing: requests in, verdicts in the store.

A request names a move, the rows and what the reviewer had seen. The desk refuses it when somebody
else changed these rows since, does it once however often it arrives, scores the rows it touched
and writes it in one transaction.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Protocol

from ..errors import StoreError
from ..records import Bead, Language, Sentence
from ..store import Away, BeadRow, Decision, Entry, Store
from . import history, moves
from .options import choice
from .people import Permission, Right, permission
from .sheet import LANGUAGES, Change, Refused, Sheet

_LOGGER = logging.getLogger(__name__)


class Aligner(Protocol):
    """What review needs of the matcher. Beads are in the numbers of the sentences given."""

    def probability(
        self, zh: Sequence[Sentence], en: Sequence[Sentence], beads: Sequence[Bead]
    ) -> Sequence[float | None]:
        """Give the calibrated probability of each bead."""

    def solve(
        self, zh: Sequence[Sentence], en: Sequence[Sentence], fixed: Sequence[Bead]
    ) -> Sequence[Bead]:
        """Align anew; the fixed beads are among the answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """One move as it comes from the page.

    ``seen`` is the number of the last verdict that the reviewer had on the screen; ``op`` begins
    with the name of the browser tab and a dash. A count of -1 in ``zh`` and ``en`` of a split
    asks for the best cut. ``target`` is a place of a row, from 0, or the number of a verdict.
    """

    op: str
    action: str
    rows: tuple[str, ...] = ()
    seen: int = 0
    side: Language = "zh"
    up: bool = False
    at: int = 0
    offset: int = 0
    zh: int = -1
    en: int = -1
    zh_text: str | None = None
    en_text: str | None = None
    target: int = 0
    reason: str = ""
    note: str = ""

    @property
    def tab(self) -> str:
        """The browser tab that sent it."""
        return self.op.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Done:
    """What a request led to: the verdict, and the row where the cursor belongs."""

    entry: Entry | None
    row: str = ""


class Desk:
    """The rows of a briefing with its log, kept up to date with the store."""

    def __init__(
        self,
        store: Store,
        briefing: str,
        reviewer: str,
        aligner: Aligner | None = None,
        *,
        login: bool = False,
    ) -> None:
        self.store = store
        self.briefing = briefing
        self.reviewer = reviewer
        self.aligner = aligner
        self.login = login
        self.reload()

    @property
    def permission(self) -> Permission:
        """What the reviewer may do here now: an admin's word counts at once."""
        return permission(self.store, self.reviewer, self.briefing, login=self.login)

    def reload(self) -> None:
        """Read everything anew."""
        self.log = list(self.store.history(self.briefing))
        self.sheet = Sheet.read(self.store, self.briefing)

    @property
    def seq(self) -> int:
        """The number of the last verdict that the sheet holds."""
        return self.log[-1].seq if self.log else 0

    def refresh(self) -> tuple[Entry, ...]:
        """Take in what was decided since, in this session or another."""
        new = self.store.history(self.briefing, self.seq)
        if not new:
            return ()
        self._take(new)
        return new

    def _take(self, entries: Sequence[Entry]) -> None:
        self.log.extend(entries)
        self.sheet = self.sheet.followed(entries)
        if not self.sheet.whole:
            self.sheet = Sheet.read(self.store, self.briefing)

    def do(self, request: Request, make: "Maker | None" = None, right: Right = "decide") -> Done:
        """Carry a request out.

        :param make: makes the change, for what is no move of its own (:mod:`.adjudication`).
        :raises Refused: when it cannot be done here or by this person, or the rows changed since
            they were seen.
        :raises StoreError: when the corpus cannot be written.
        """
        try:
            return self._do(request, make, right)
        except Away:  # stored or not: the key says so, and the line is a new one
            _LOGGER.warning("the line broke within a decision about %s", self.briefing)
            return self._do(request, make, right)

    def _do(self, request: Request, make: "Maker | None", right: Right) -> Done:
        self.refresh()
        done = next((one for one in reversed(self.log) if one.decision.op == request.op), None)
        if done is not None:
            return Done(done)
        self.permission.check(right)
        history.check_seen(self.log, request.seen, request.rows, request.tab)
        make = make or _MAKERS.get(request.action)
        if make is None:
            raise Refused(f"{request.action}: no such move")
        place = self.sheet.places.get(request.rows[0], 0) if request.rows else 0
        change, undoes = make(self, request)
        if not change.before:
            return Done(None, request.rows[0] if request.rows else "")
        return self._write(request, self._scored(change), undoes, place)

    def _scored(self, change: Change) -> Change:
        """Give the rows that have no probability one, when there is an aligner."""
        new = [row for row in change.after if row.probability is None and not row.crossing]
        if self.aligner is None or not new:
            return change
        sheet = self.sheet.changed(change)
        values = self.aligner.probability(*sheet.spoken(), sheet.beads(new))
        given = {row.id: value for row, value in zip(new, values, strict=True)}
        after = tuple(
            replace(row, probability=given[row.id]) if row.id in given else row
            for row in change.after
        )
        return replace(change, after=after)

    def scored(self, probabilities: Mapping[str, float]) -> None:
        """Keep probabilities that were found after the rows were written."""
        rows = tuple(
            replace(row, probability=probabilities.get(row.id, row.probability))
            for row in self.sheet.rows
        )
        self.sheet = replace(self.sheet, rows=rows)
        self.store.score(probabilities)

    def _write(self, request: Request, change: Change, undoes: int | None, place: int) -> Done:
        after = self.sheet.changed(change)
        if history.covers(after, change.before) != history.covers(after, change.after):
            raise Refused("this would lose or double text; nothing was changed")
        reason = request.reason or next((row.reason for row in change.after if row.reason), "")
        decision = Decision(request.op, self.reviewer, request.action, reason, request.note, undoes)
        try:
            entry = self.store.decide(
                self.briefing, decision, change.before, change.after, change.sentences
            )
        except StoreError:
            self.reload()
            raise
        self.sheet = replace(
            self.sheet, zh=after.zh, en=after.en
        )  # the new sentences, before the verdict that names them
        self._take([entry])
        return Done(entry, self._focus(request, entry, place))

    def _focus(self, request: Request, entry: Entry, place: int) -> str:
        """Say where the cursor belongs: on its row, or on the one that took its place."""
        if request.rows and request.rows[0] in self.sheet.places:
            return request.rows[0]
        if entry.after:
            return entry.after[0].id
        rows = self.sheet.rows
        return rows[min(place, len(rows) - 1)].id if rows else ""


def best_cut(sheet: Sheet, row: BeadRow, aligner: Aligner | None) -> tuple[int, int]:
    """Choose how many zh and en sentences stay when a row is split.

    With an aligner the cut whose two rows are most probable; without one the cut at which both
    sides are divided in like shares of their length.
    """
    cuts = [
        (zh, en)
        for zh, en in product(range(len(row.zh) + 1), range(len(row.en) + 1))
        if 0 < zh + en < len(row.zh) + len(row.en)
    ]
    full = [(zh, en) for zh, en in cuts if 0 < zh < len(row.zh) and 0 < en < len(row.en)]
    cuts = full or cuts
    if max(len(row.zh), len(row.en)) < 2:
        raise Refused("this row has one sentence; split the sentence itself first")
    if aligner is None or len(cuts) == 1:
        return min(cuts, key=lambda cut: _unevenness(sheet, row, cut))
    numbered = sheet.beads([row])[0]
    beads = [
        Bead(zh, en)
        for at in cuts
        for zh, en in (
            (numbered.zh[: at[0]], numbered.en[: at[1]]),
            (numbered.zh[at[0] :], numbered.en[at[1] :]),
        )
    ]
    values = [value or 0.0 for value in aligner.probability(*sheet.spoken(), beads)]
    totals = [values[at] * values[at + 1] for at in range(0, len(values), 2)]
    return cuts[totals.index(max(totals))]


def _unevenness(sheet: Sheet, row: BeadRow, cut: tuple[int, int]) -> float:
    shares = [
        len(sheet.text(names[:stay], language)) / max(len(sheet.text(names, language)), 1)
        for names, stay, language in (
            (row.zh, cut[0], LANGUAGES[0]),
            (row.en, cut[1], LANGUAGES[1]),
        )
    ]
    return abs(shares[0] - shares[1])


Maker = Callable[[Desk, Request], tuple[Change, int | None]]


def _judge(status: str) -> Maker:
    def make(desk: Desk, request: Request) -> tuple[Change, None]:
        change = moves.judge(
            desk.sheet,
            request.rows,
            status,  # type: ignore[arg-type] # the table below names only statuses
            reason=request.reason,
            note=request.note,
        )
        return change, None

    return make


def _edit(desk: Desk, request: Request) -> tuple[Change, None]:
    return (
        moves.edit(desk.sheet, request.rows[0], zh=request.zh_text, en=request.en_text),
        None,
    )


def _merge(desk: Desk, request: Request) -> tuple[Change, None]:
    rows = request.rows
    if len(rows) == 1:
        neighbour = desk.sheet.place(rows[0]) + (-1 if request.up else 1)
        if not 0 <= neighbour < len(desk.sheet.rows):
            raise Refused("there is no row to merge with on that side")
        rows = (*rows, desk.sheet.rows[neighbour].id)
    return moves.merge(desk.sheet, rows), None


def _split(desk: Desk, request: Request) -> tuple[Change, None]:
    zh, en = request.zh, request.en
    if zh < 0 or en < 0:
        zh, en = best_cut(desk.sheet, desk.sheet.row(request.rows[0]), desk.aligner)
    return moves.split(desk.sheet, request.rows[0], zh, en), None


def _shift(desk: Desk, request: Request) -> tuple[Change, None]:
    direction: moves.Direction = "up" if request.up else "down"
    return moves.shift(desk.sheet, request.rows[0], request.side, direction), None


def _send(desk: Desk, request: Request) -> tuple[Change, None]:
    return moves.send(desk.sheet, request.rows[0], request.side, request.target), None


def _alone(desk: Desk, request: Request) -> tuple[Change, None]:
    return moves.alone(desk.sheet, request.rows[0], request.side), None


def _link(desk: Desk, request: Request) -> tuple[Change, None]:
    if len(request.rows) != 2:
        raise Refused("choose two rows: one with the Chinese and one with the English text")
    rows = [desk.sheet.row(row_id) for row_id in request.rows]
    zh, en = rows if rows[0].zh and rows[1].en else reversed(rows)
    return moves.link(desk.sheet, zh.id, en.id), None


def _unlink(desk: Desk, request: Request) -> tuple[Change, None]:
    return moves.unlink(desk.sheet, request.rows[0]), None


def _cut(desk: Desk, request: Request) -> tuple[Change, None]:
    row = request.rows[0]
    return moves.cut(desk.sheet, row, request.side, request.at, request.offset), None


def _join(desk: Desk, request: Request) -> tuple[Change, None]:
    return moves.join(desk.sheet, request.rows[0], request.side, request.at), None


def _resolve(desk: Desk, request: Request) -> tuple[Change, None]:
    if desk.aligner is None:
        raise Refused("the aligner is still being loaded; try again in a moment")
    sheet = desk.sheet
    run = (
        sheet.run(request.rows) if len(request.rows) > 1 else moves.between(sheet, request.rows[0])
    )
    beads = resolved(sheet, run, desk.aligner)
    return moves.resolve(sheet, run, beads), None


def resolved(sheet: Sheet, run: range, aligner: Aligner) -> tuple[Bead, ...]:
    """Align the text of a run of rows anew, with every row around it as it stands."""
    outside = [row for place, row in enumerate(sheet.rows) if place not in run]
    fixed = sheet.beads(row for row in outside if not row.crossing)
    inside = sheet.beads(sheet.rows[run.start : run.stop])
    zh = {number for bead in inside for number in bead.zh}
    en = {number for bead in inside for number in bead.en}
    return tuple(
        bead
        for bead in aligner.solve(*sheet.spoken(), fixed)
        if set(bead.zh) <= zh and set(bead.en) <= en
    )


def _choose(desk: Desk, request: Request) -> tuple[Change, None]:
    found = choice(desk.sheet, request.rows[0], desk.aligner)
    if not 0 <= request.target < len(found.options):
        raise Refused("this alternative is no longer there; look again")
    beads = found.options[request.target].beads
    return moves.resolve(desk.sheet, found.run, beads), None


def _undo(desk: Desk, request: Request) -> tuple[Change, int]:
    done = history.trail(desk.log, desk.reviewer).done
    if not done:
        raise Refused("nothing to undo")
    return history.inverse(desk.sheet, done[-1]), done[-1].seq


def _redo(desk: Desk, request: Request) -> tuple[Change, int]:
    undone = history.trail(desk.log, desk.reviewer).undone
    if not undone:
        raise Refused("nothing to redo")
    return history.inverse(desk.sheet, undone[-1]), undone[-1].seq


def _restore(desk: Desk, request: Request) -> tuple[Change, None]:
    row = request.rows[0] if request.rows else None
    return history.restore(desk.sheet, desk.log, request.target, row), None


_MAKERS: Mapping[str, Maker] = {
    "accept": _judge("accepted"),
    "reject": _judge("rejected"),
    "flag": _judge("flagged"),
    "reopen": _judge("unreviewed"),
    "edit": _edit,
    "merge": _merge,
    "split": _split,
    "shift": _shift,
    "send": _send,
    "alone": _alone,
    "link": _link,
    "unlink": _unlink,
    "cut": _cut,
    "join": _join,
    "resolve": _resolve,
    "choose": _choose,
    "undo": _undo,
    "redo": _redo,
    "restore": _restore,
}

ACTIONS = tuple(_MAKERS)
"""The moves that a request can name."""
