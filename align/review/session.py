"""One reviewer at one briefing: requests in, verdicts in the store.

A request names a move, the rows and what the reviewer had seen. The session refuses it when
somebody else changed these rows since, does it once however often it arrives, scores the rows it touched
and writes it in one transaction.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ..errors import StoreError
from ..records import Bead, Language, Sentence
from ..store import (
    ConnectionLostError,
    Decision,
    HistoryEntry,
    LockTimeoutError,
    Store,
    private_verdicts,
)
from . import double_review, history
from .history_cache import HistoryCache, PrivateHistory, book_of
from .permissions import Permission, Right, active_double_review, outsider_refusal, permission
from .requests import ACTIONS, COMPARES, MAKERS, WITHOUT_ROWS, Maker
from .state import Edit, InvalidEditError, ReviewState

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
    asks for the best cut. ``target`` is a place of a row, from 0, or the number of a verdict; a
    second row says which row stood there. ``option`` names an alternative (:mod:`.options`).
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
    option: str = ""
    reason: str = ""
    note: str = ""

    @property
    def tab(self) -> str:
        """The browser tab that sent it."""
        return self.op.partition("-")[0]


@dataclass(frozen=True, slots=True)
class RequestResult:
    """What a request led to: the verdict, and the row where the cursor belongs."""

    entry: HistoryEntry | None
    row: str = ""


class ReviewSession:
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
        self.book: HistoryCache | PrivateHistory = book_of(store, briefing)
        self.reload()

    @property
    def permission(self) -> Permission:
        """What the reviewer may do here now: an admin's word counts at once."""
        return permission(self.store, self.reviewer, self.briefing, login=self.login)

    @property
    def refusal(self) -> str:
        """Why the reviewer may not decide here now; empty where they may."""
        outside = outsider_refusal(active_double_review(self.store, self.briefing), self.reviewer)
        return self.permission.refusal("decide") or outside

    def reload(self) -> None:
        """Read everything anew: under a seal only what the reviewer decided alone."""
        if self._sealed():
            self.book = PrivateHistory(self.store, self.briefing, self.reviewer)
        else:
            self.book = book_of(self.store, self.briefing)
        self.log = list(self.book.since(0))
        self.state = ReviewState.read(self.store, self.briefing)
        if self.private:
            self.state = self.state.replay(self.log)
            # Somebody may have been stopped between the last decision and the opening.
            if double_review.all_judged(self.state.rows) and double_review.open_when_done(
                self.store, self.briefing
            ):
                self.reload()

    @property
    def private(self) -> bool:
        """Whether this session is one of two that do not see each other."""
        return isinstance(self.book, PrivateHistory)

    def _sealed(self) -> bool:
        seal = active_double_review(self.store, self.briefing)
        return seal is not None and self.reviewer in seal.names

    @property
    def seq(self) -> int:
        """The number of the last verdict that the state holds."""
        return self.log[-1].seq if self.log else 0

    def refresh(self) -> tuple[HistoryEntry, ...]:
        """Take in what was decided since, in this session or another."""
        if self.private and not self._sealed():
            self.reload()  # it was opened: from now on everybody sees the same
            return ()
        new = self.book.since(self.seq)
        if new:
            self.log.extend(new)
            self.state = self.state.replay(new)
            if not self.state.complete:
                self.state = ReviewState.read(self.store, self.briefing)
                if self.private:
                    self.state = self.state.replay(self.log)
        return new

    def do(
        self, request: Request, make: Maker | None = None, right: Right = "decide"
    ) -> RequestResult:
        """Carry a request out.

        :param make: makes the change, for what is no move of its own (:mod:`.adjudication`).
        :raises Refused: when it cannot be done here or by this person, or the rows changed since
            they were seen.
        :raises StoreError: when the corpus cannot be written.
        """
        try:
            return self._do(request, make, right)
        except LockTimeoutError:  # it waited for long enough; the page asks again
            raise
        except ConnectionLostError:  # stored or not: the key says so, and the line is a new one
            _LOGGER.warning("the line broke within a decision about %s", self.briefing)
            return self._do(request, make, right)

    def _do(self, request: Request, make: Maker | None, right: Right) -> RequestResult:
        seal = private_verdicts.double_review_of(self.store, self.briefing)
        if seal is not None and seal.closed and self.reviewer in seal.names and not self.private:
            self.reload()
        self.refresh()
        done = next((one for one in reversed(self.log) if one.decision.op == request.op), None)
        if done is None and seal is not None:  # an answer that was lost before the seal was opened
            done = private_verdicts.find_entry(self.store, request.op)
        if done is not None:
            return RequestResult(done)
        self.permission.check(right)
        if outside := outsider_refusal(seal, self.reviewer):
            raise InvalidEditError(outside)
        history.check_seen(self.log, request, request.rows)
        make = make or MAKERS.get(request.action)
        if make is None:
            raise InvalidEditError(f"{request.action}: no such move")
        if request.action in MAKERS and not (request.rows or request.action in WITHOUT_ROWS):
            raise InvalidEditError(f"{request.action}: choose a row first")
        return self._made(request, make)

    def _made(self, request: Request, make: Maker) -> RequestResult:
        """Make the change, and write it where there is one."""
        place = self.state.places.get(request.rows[0], 0) if request.rows else 0
        change, undoes = make(self, request)
        if request.action not in COMPARES:  # a move takes neighbours along
            history.check_seen(self.log, request, [row.id for row in change.before])
        if not change.before:
            return RequestResult(None, request.rows[0] if request.rows else "")
        return self._write(request, self._scored(change), undoes, place)

    def _scored(self, change: Edit) -> Edit:
        """Give the rows that have no probability one, when there is an aligner."""
        new = [row for row in change.after if row.probability is None and not row.crossing]
        if self.aligner is None or not new:
            return change
        state = self.state.apply(change)
        values = self.aligner.probability(*state.ordered_sentences(), state.to_beads(new))
        given = {row.id: value for row, value in zip(new, values, strict=True)}
        after = tuple(
            replace(row, probability=given[row.id]) if row.id in given else row
            for row in change.after
        )
        return replace(change, after=after)

    def store_probabilities(self, probabilities: Mapping[str, float]) -> None:
        """Keep probabilities that were found after the rows were written."""
        rows = tuple(
            replace(row, probability=probabilities.get(row.id, row.probability))
            for row in self.state.rows
        )
        self.state = replace(self.state, rows=rows)
        found = [row for row in rows if row.id in probabilities]
        self.store.score(self.briefing, found)

    def _write(
        self, request: Request, change: Edit, undoes: int | None, place: int
    ) -> RequestResult:
        after = self.state.apply(change)
        if history.text_coverage(after, change.before) != history.text_coverage(
            after, change.after
        ):
            raise InvalidEditError("this would lose or double text; nothing was changed")
        reason = request.reason or next((row.reason for row in change.after if row.reason), "")
        decision = Decision(request.op, self.reviewer, request.action, reason, request.note, undoes)
        try:
            entry = self.book.write(decision, change)
        except StoreError:
            self.reload()
            raise
        self.state = replace(
            self.state, zh=after.zh, en=after.en
        )  # the new sentences, before the verdict that names them
        self.refresh()  # with what others wrote since the last look, in the order of the store
        focus = self._focus(request, entry, place)
        if self.private and double_review.all_judged(self.state.rows):
            double_review.open_when_done(self.store, self.briefing)
        return RequestResult(entry, focus)

    def _focus(self, request: Request, entry: HistoryEntry, place: int) -> str:
        """Say where the cursor belongs: on its row, or on the one that took its place."""
        if request.rows and request.rows[0] in self.state.places:
            return request.rows[0]
        if entry.after:
            return entry.after[0].id
        rows = self.state.rows
        return rows[min(place, len(rows) - 1)].id if rows else ""


__all__ = ["ACTIONS", "Aligner", "Request", "RequestResult", "ReviewSession"]
