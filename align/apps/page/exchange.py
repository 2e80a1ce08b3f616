"""Exchange with the table in the browser: operations of the reviewer in, changes out.

The table sends HTTP requests instead of using Streamlit, so that a decision does not rerun the
page. The response contains the changes since the table's version, or everything if it has none.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from ...aligner.checks import CHECK_LABELS, Issue
from ...corpus.review import InvalidEditError, worst_first
from ...corpus.review.history import REDO, UNDO, label_action, take_back
from ...corpus.review.queue import (
    error_curve,
    expected_share,
    first_verdicts,
    late_risk,
    risk,
)
from ...corpus.review.realign_after import CAUSES, find_realigned_rows
from ...corpus.review.reconcile import TextConflictError
from ...corpus.review.requests import NEAR_ROWS, count_changed
from ...corpus.store import BeadRow, CorpusReplacedError, HistoryEntry
from ...corpus.store.records import NOTE_ACTIONS, PUT_BACK, REALIGN
from ...errors import AlignError
from ...records import DOUBTFUL
from . import glosses, protocol
from .background_judge import judge_again, present, store_realignments
from .background_writes import WRITES
from .language import format_count, speak, translate_message
from .language import gettext as _
from .open_views import VIEWS, Operation, read_operations, take_operations
from .protocol import Json
from .session_state import BriefingView
from .teaching import TEACH, teach

_KEEPS_CURSOR = frozenset(
    {"accept", "accept-many", "reject", "flag", "reopen", "edit", PUT_BACK, *NOTE_ACTIONS}
)
"""Actions after which the browser has already moved the cursor."""

PRESENT_FOR = 60.0
"""Seconds after the last request of a table during which its reviewer counts as present."""


def exchange(view: BriefingView, message: Mapping[str, Any]) -> Json:
    """Carry out the operations in a request of the table; return what changed since its version.

    In ``message``, ``ops`` are the operations, ``key`` and ``version`` identify the rows that the
    table has, ``at`` is the row at the cursor, ``look`` is the row to return words and senses for,
    ``foresee`` is an operation to return a preview of, ``errors`` asks for the expected and found
    errors, and ``realigns`` says whether decisions may lead to realigned rows.
    """
    view.asked = time.monotonic()
    at = str(message.get("at", ""))
    # At its first request, a table does not show the rows of this view yet.
    shows_view = str(message.get("key", "")).startswith(f"{view.key}/")
    if shows_view and at in view.session.state.places:
        view.looked.add(at)
    view.at = at
    view.realigns = message.get("realigns") is not False
    operations = read_operations(message.get("ops"))
    lost = ""
    help_of_row: Json = {}
    with view.lock, speak(view.language):
        try:
            if operations:
                numbers = {op["seq"] for op in operations}
                view.conflicts = {n: told for n, told in view.conflicts.items() if n in numbers}
                view.realigned_msg = ""
                take_operations(view, operations, lambda op: _carry_out(view, op))
            else:
                view.session.refresh()
            _note_changes(view)
            help_of_row = _make_help(view, message.get("look"))
        except AlignError as error:  # the rows stay on screen and the table retries
            waiting = sum(op["seq"] > view.acknowledged for op in operations)
            lost = _describe_loss(error, waiting)
        # The key changes, so that all rows are sent again, after a reload of the rows or a change
        # between simplified and traditional characters.
        rows_key = f"{view.key}/{view.session.loads}/{view.script}"
        has_rows = message.get("key") == rows_key
        _number_changes(view, _describe_all(view))
        said = "; ".join(dict.fromkeys(filter(None, view.messages.values())))
        return {
            **_tell_changes(view, message.get("version") if has_rows else None),
            "key": rows_key,
            "version": view.version,
            "seq": view.session.seq,
            "ack": view.acknowledged,
            "msg": lost or said,
            "realigned_msg": view.realigned_msg,
            "judging": view.judging,
            "refused": sorted(view.refused),
            "conflicts": {str(seq): told for seq, told in view.conflicts.items()},
            "focus": {"n": view.focus_number, "row": view.focus},
            "help": help_of_row,
            "foreseen": _foresee(view, message.get("foresee")),
            "errors": _describe_errors(view) if message.get("errors") is True else None,
        }


def _carry_out(view: BriefingView, op: Operation) -> str:
    """Carry out an operation; return a message about it, or an empty string.

    :raises TextConflictError: others edited the same words; the answers are kept in the view.
    """
    try:
        return _decide(view, op)
    except TextConflictError as error:
        view.conflicts[op["seq"]] = protocol.encode_conflict(error)
        raise


def _decide(view: BriefingView, op: Operation) -> str:
    """Carry out an operation; return a message about it, or an empty string."""
    if op.get("action") == TEACH:
        return teach(view, op)
    result = view.session.do(protocol.decode_request(op))
    if result.entry is None:
        return _("nothing to change")
    if view.realigns:
        view.cause = result.entry
    if result.entry.decision.action not in CAUSES:  # an undo, for instance
        view.realignments = ()
    if result.entry.decision.action not in _KEEPS_CURSOR or _lost_cursor(view, result.entry):
        view.focus, view.focus_number = result.row, view.focus_number + 1
    if result.others:
        return _("combined with the change by {names}").format(names=", ".join(result.others))
    return describe_undo(view.session.log, result.entry)


def _lost_cursor(view: BriefingView, entry: HistoryEntry) -> bool:
    """Return whether a decision removed the row at the reviewer's cursor."""
    return view.at in {row.id for row in entry.before} - view.session.state.places.keys()


def describe_undo(log: Sequence[HistoryEntry], entry: HistoryEntry) -> str:
    """Return which action was undone or redone, or an empty string for any other decision."""
    verb = {UNDO: _("undone: {action}"), REDO: _("redone: {action}")}.get(entry.decision.action)
    action = _label_undone(log, entry.decision.undoes)
    return verb.format(action=action) if verb and action else ""


def _label_undone(log: Sequence[HistoryEntry], seq: int | None) -> str:
    """Return the action of an undone or redone verdict, or an empty string if it is unknown."""
    entries = {entry.seq: entry for entry in log}
    # An undo refers to a decision, a redo to an undo.
    while seq in entries:
        entry = entries[seq]
        if entry.decision.undoes is None:
            return translate_message(label_action(entry.decision.action))
        seq = entry.decision.undoes
    return ""


def _describe_loss(error: AlignError, waiting: int) -> str:
    """Return the error message, and how many decisions the tab keeps if the corpus was replaced."""
    words = translate_message(error.message)
    if waiting and isinstance(error, CorpusReplacedError):
        words += format_count(
            "; {count:,} decision is saved in this browser",
            "; {count:,} decisions are saved in this browser",
            waiting,
        )
    return words


def _note_changes(view: BriefingView) -> None:
    """Assign a new version to changed rows, and add probabilities computed meanwhile."""
    if view.loads != view.session.loads:  # the text may have changed
        view.read_documents()
        view.loads = view.session.loads
    _mark_changed(view, view.session.take_changed_rows())
    _mark_changed(view, _add_probabilities(view))
    looked_at = {view.at, *_find_others(view).values()}
    if view.realignments:
        store_realignments(view, looked_at)
        _mark_changed(view, view.session.take_changed_rows())
    judge_again(view, looked_at)


def _mark_changed(view: BriefingView, changed: set[str]) -> None:
    places = view.session.state.places
    rows = [view.session.state.row(one) for one in changed & places.keys()]
    for row in rows:
        view.examine(row)
    if changed:
        view.version += 1
        view.changed |= dict.fromkeys(changed, view.version)


def _add_probabilities(view: BriefingView) -> set[str]:
    """Score rows that changed while the aligner was loading; return their ids."""
    session = view.session
    waiting = view.changed.keys() - view.scored
    rows = [row for row in session.state.rows if row.probability is None and not row.crossing]
    rows = [row for row in rows if row.id in waiting]
    problem = session.aligner(*session.state.ordered_sentences()) if rows else None
    if not problem:
        return set()
    values = problem.probability(session.state.to_beads(rows))
    known = {row.id: value for row, value in zip(rows, values, strict=True)}
    view.scored |= known.keys()
    new = session.take_probabilities(known)
    WRITES.put(partial(session.store.set_probabilities, session.briefing, new))
    return {*known}


def _describe_all(view: BriefingView) -> Json:
    """Return everything that the table shows except its rows."""
    session, state, checks = view.session, view.session.state, view.failed
    shown = None if view.wanted.empty else [state.places[row.id] for row in view.select_rows()]
    rows = [present(view, row) for row in state.rows] if view.queue else []
    worst = worst_first(rows, view.kinds, view.late)
    others = _find_others(view)
    return {
        "show": shown,
        "filter": str(hash(view.wanted)),
        "q": view.wanted.text,
        "queue": view.queue,
        "promise": _promise(view, worst),
        "worst": worst[0].id if worst else "",
        "checks": {
            row_id: [_encode_issue(one) for one in issues] for row_id, issues in checks.items()
        },
        "terms": {row_id: asdict(places) for row_id, places in view.term_places.copy().items()},
        "risks": {
            row_id: risk(present(view, state.row(row_id)), len(issues))
            for row_id, issues in checks.items()
            if row_id in state.places
        },
        "late": _find_late_risks(view),
        "notes": {
            row_id: [protocol.encode_thread(one, state.row(row_id)) for one in threads]
            for row_id, threads in session.notes.items()
        },
        "realigned": {
            row_id: {"seq": entry.seq, "who": entry.decision.note}
            for row_id, entry in find_realigned_rows(state, session.log).items()
        },
        "undo": _foresee_undo(view),
        "news": _describe_news(view),
        "people": sorted(others),
        "places": {name: row for name, row in others.items() if row in state.places},
    }


def _find_late_risks(view: BriefingView) -> dict[str, float] | None:
    """Return the risks that order the queue, or ``None`` while those of the rows do."""
    if not view.late:
        return None
    kinds = view.kinds
    return {
        row.id: late_risk(row, view.late, kinds)
        for row in view.session.state.rows
        if row.status == "unreviewed"
    }


def _foresee_undo(view: BriefingView) -> Json | None:
    """Return the rows after the reviewer's next undo by id, with ``null`` for those that go.

    The table shows them at once. ``None`` if nothing can be undone; empty if so many rows change
    that the table has to ask first.
    """
    session, state = view.session, view.session.state
    try:
        edit = take_back(state, session.log, session.reviewer, UNDO)
    except InvalidEditError:
        return None
    if count_changed(edit) > NEAR_ROWS:
        return {}
    rows, before = edit.after, state.apply(edit)
    if not before.complete:
        return None
    gone: Json = dict.fromkeys(row.id for row in edit.before)
    checks = view.failed
    back = {
        row.id: protocol.encode_row(before, row, len(checks.get(row.id, ())), view.script)
        for row in rows
    }
    return gone | back


def _encode_issue(issue: Issue) -> Json:
    """Return an issue in the reader's language."""
    label = _(CHECK_LABELS[issue.kind])
    return {**asdict(issue), "label": label, "message": translate_message(issue.message)}


def _describe_news(view: BriefingView) -> Json:
    """Return the rows that others decided on since the reviewer last looked, and a summary."""
    log, who = view.session.log, view.session.reviewer
    later = (one for one in log if one.seq > view.seen and one.decision.action != REALIGN)
    news = [one for one in later if one.decision.reviewer != who]
    words = format_count(
        "{count:,} decision by {names} since your last visit",
        "{count:,} decisions by {names} since your last visit",
        len(news),
        names=", ".join(sorted({entry.decision.reviewer for entry in news})),
    )
    rows = sorted({row.id for entry in news for row in entry.after})
    return {"rows": rows, "words": words if news else ""}


def _find_others(view: BriefingView) -> dict[str, str]:
    """Return the other reviewers who have the briefing open on this server, each with a row.

    The row is the one at their cursor; of several tabs, that of the last one that asked.
    """
    session, since = view.session, time.monotonic() - PRESENT_FOR
    place = (session.store, session.briefing)
    views = [ref() for ref in VIEWS.valuerefs()]  # a copy: views may open meanwhile
    tables = [one for one in views if isinstance(one, BriefingView)]
    there = [one for one in tables if (one.session.store, one.session.briefing) == place]
    there.sort(key=lambda one: one.asked)
    rows = {one.reviewer: one.at for one in there if one.asked > since}
    rows.pop(session.reviewer, None)
    return rows


def _promise(view: BriefingView, queue: Sequence[BeadRow]) -> str:
    """Return a sentence on the remaining errors: how many there may be in the next rows."""
    if not queue:
        return ""
    kinds = view.kinds
    expected = sum(risk(row, len(kinds.get(row.id, ()))) for row in queue)
    if expected < 0.99:
        return _("less than one error left: you can stop here")
    count = min(20, len(queue))
    share = expected_share(queue, count, view.kinds)
    return format_count(
        "about {expected:.1f} errors left, {share:.0%} of them in the last row",
        "about {expected:.1f} errors left, {share:.0%} of them in the next {count} rows",
        count,
        share=share,
        expected=expected,
    )


def _describe_errors(view: BriefingView) -> Json:
    """Return how many errors were expected and found so far, and how many are still expected."""
    rows = [present(view, row) for row in view.session.state.rows]
    kinds = view.kinds
    unreviewed = [row for row in rows if row.status == "unreviewed"]
    left = sum(risk(row, len(kinds.get(row.id, ()))) for row in unreviewed)
    curve = error_curve(first_verdicts(view.session.log))
    return {"curve": curve, "left": left, "unreviewed": len(unreviewed)}


def _number_changes(view: BriefingView, parts: Json) -> None:
    """Assign a new version to the parts that changed."""
    changed = [name for name in parts if view.parts.get(name, (0, ...))[1] != parts[name]]
    if changed:
        view.version += 1
        view.parts |= {name: (view.version, parts[name]) for name in changed}


def _tell_changes(view: BriefingView, known: object) -> Json:
    """Return the changes since a version, or everything if the version is unknown."""
    state, checks = view.session.state, view.failed

    def encode(row: BeadRow) -> Json:
        shown = present(view, row)
        told = protocol.encode_row(state, shown, len(checks.get(row.id, ())), view.script)
        return told if shown is row else {**told, "was": row.probability}

    since = known if isinstance(known, int) else -1
    told = {name: value for name, (at, value) in view.parts.items() if at > since}
    if since < 0:
        turns = protocol.encode_turns(view.documents, view.script)
        limits = {"doubtful": DOUBTFUL}
        rows = [encode(row) for row in state.rows]
        return {**told, "turns": turns, "limits": limits, "rows": rows}
    changed = [row_id for row_id, at in view.changed.items() if at > since]
    patch = {one: encode(state.row(one)) if one in state.places else None for one in changed}
    return {**told, "patch": patch}


def _foresee(view: BriefingView, wanted: object) -> Json | None:
    """Return the preview of an operation, or why it is impossible; ``None`` if none is wanted."""
    if not isinstance(wanted, Mapping):
        return None
    session = view.session
    told: Json = {"op": str(wanted.get("op", "")), "seen": session.seq, "ways": [], "refusal": ""}
    try:
        ways = session.foresee(replace(protocol.decode_request(wanted), near=False))
    except AlignError as error:
        return {**told, "refusal": translate_message(error.message)}
    shown = [protocol.encode_preview(session.state, way, view.script) for way in ways]
    is_undo = bool(ways) and ways[0].request.action in (UNDO, REDO)
    undone = _label_undone(session.log, ways[0].request.target) if is_undo else ""
    return {**told, "ways": shown, "undone": undone}


def _make_help(view: BriefingView, look: object) -> Json:
    """Return the help for the requested row, or nothing until the dictionaries are loaded."""
    asked = look if isinstance(look, Mapping) else {}
    row_id = str(asked.get("row", ""))
    if row_id not in view.session.state.places or not glosses.load_dictionaries():
        return {}
    return {row_id: protocol.make_help(view, row_id, whole=asked.get("whole") is True)}
