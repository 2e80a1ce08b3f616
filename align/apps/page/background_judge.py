"""Probabilities of unreviewed rows given the accepted ones, computed in the background.

Each accepted row says more about the rows around it. The probabilities order the queue and are
shown; they are not stored, because they follow from the decisions.
"""

import threading
from dataclasses import replace

from ...corpus.review import ReviewState
from ...corpus.review.realign import judge_given_accepted, judge_late
from ...corpus.store import BeadRow
from .session_state import BriefingView

VISIBLE = 0.005
"""Least change of a probability for which a row is sent to the table again."""


def judge_again(view: BriefingView) -> None:
    """Start judging the unreviewed rows if there are decisions since the last time.

    Rows are judged while the queue is on; otherwise their stored probabilities count. Judging a
    long briefing takes longer than all else that an accepted row costs.
    """
    session = view.session
    state, decisions = session.state, len(session.log)
    if not view.queue:
        if view.judged:
            _take(view, state, {})
            view.late = {}
            view.judged_at = 0
        return
    if view.judging or view.judged_at == decisions:
        return
    if not any(row.status == "accepted" for row in state.rows):
        _take(view, state, {})
        view.late = {}
        view.judged_at = decisions
        return
    problem = session.aligner(*state.ordered_sentences())
    if problem is None:  # still loading
        return

    def work() -> None:
        try:
            found = judge_given_accepted(state, problem)
            late = judge_late(state, problem, found, view.kinds)
            with view.lock:
                _take(view, state, found)
                view.late = late
        finally:
            view.judging = False

    view.judging, view.judged_at = True, decisions
    threading.Thread(target=work, name="judge rows", daemon=True).start()


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
