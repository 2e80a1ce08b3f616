"""What the decisions say about the other rows, computed in the background.

Each accepted row says more about the rows around it. The new probabilities order the queue and are
shown; they are not stored, because they follow from the decisions. Where they are clear, the rows
next to a decision are realigned, which is stored as a change by the aligner.
"""

import threading
from collections.abc import Collection
from dataclasses import replace

from ...aligner.match import AlignmentProblem
from ...corpus.review import ReviewState
from ...corpus.review.realign import judge_given_accepted, judge_late
from ...corpus.review.realign_after import find_realignments
from ...corpus.store import BeadRow
from .language import format_count
from .session_state import BriefingView

VISIBLE = 0.005
"""Least change of a probability for which a row is sent to the table again."""


def judge_again(view: BriefingView, looked_at: Collection[str] = ()) -> None:
    """Start judging the undecided rows if there are decisions since the last time.

    Probabilities are computed while the queue is on; otherwise the stored ones count. Rows are
    realigned in either case, after a decision of this view.

    :param looked_at: the rows at the cursors of those who have the briefing open.
    """
    session = view.session
    state = session.state
    log = tuple(session.log)
    cause = view.cause
    if not view.queue and view.judged:
        _forget(view, state)
        view.judged_at = 0
    if view.judging:
        return
    judges = view.queue and _needs_judging(view, state)
    problem = session.aligner(*state.ordered_sentences()) if judges or cause else None
    if problem is None:  # nothing to do, or still loading
        return

    def work() -> None:
        try:
            if judges:
                _judge(view, state, problem)
            if cause:
                found = find_realignments(state, log, cause, problem, looked_at)
                with view.lock:  # a later decision may have made them out of date
                    view.realignments = found if view.cause is None else ()
        finally:
            view.judging = False

    view.judging, view.cause = True, None
    if judges:
        view.judged_at = len(log)
    threading.Thread(target=work, name="judge rows", daemon=True).start()


def _needs_judging(view: BriefingView, state: ReviewState) -> bool:
    """Return whether there are decisions since the last time, and an accepted row among them."""
    decisions = len(view.session.log)
    if view.judged_at == decisions:
        return False
    if any(row.status == "accepted" for row in state.rows):
        return True
    _forget(view, state)
    view.judged_at = decisions
    return False


def _judge(view: BriefingView, state: ReviewState, problem: AlignmentProblem) -> None:
    """Judge the undecided rows given the accepted ones."""
    found = judge_given_accepted(state, problem)
    late = judge_late(state, problem, found, view.kinds)
    with view.lock:
        _take(view, state, found)
        view.late = late


def _forget(view: BriefingView, state: ReviewState) -> None:
    """Let the stored probabilities count."""
    _take(view, state, {})
    view.late = {}


def store_realignments(view: BriefingView, looked_at: Collection[str]) -> None:
    """Store the realigned rows that were found, and describe what was done.

    :param looked_at: rows that stay as they are, even if someone came to them only now.
    """
    session, found, view.realignments = view.session, view.realignments, ()
    places: list[int] = []
    for realignment in found:
        if not {row.id for row in realignment.edit.before} & {*looked_at}:
            entry = session.store_realignment(realignment)
            places += [session.state.places[row.id] + 1 for row in entry.after] if entry else []
    if places:
        session.refresh()  # the next request of the table names what it has seen
        view.realigned_msg = format_count(
            "{count:,} row realigned after your decision: row {first}",
            "{count:,} rows realigned after your decision, between rows {first} and {last}",
            len(places),
            first=min(places),
            last=max(places),
        )


def _take(view: BriefingView, state: ReviewState, found: dict[str, float]) -> None:
    """Keep new probabilities, and note the rows whose probability visibly changed."""
    changed = []
    for row in state.rows:
        before = view.judged.get(row.id, row.probability)
        after = found.get(row.id, row.probability)
        if abs((before or 0.0) - (after or 0.0)) >= VISIBLE:
            changed.append(row.id)
    view.judged = found
    if changed:
        view.version += 1
        view.changed |= dict.fromkeys(changed, view.version)


def present(view: BriefingView, row: BeadRow) -> BeadRow:
    """Return a row with its probability given the accepted rows, if it was judged."""
    if row.status != "unreviewed" or row.id not in view.judged:
        return row
    return replace(row, probability=view.judged[row.id])
