"""Table of rows: its Streamlit component, what the browser is sent, and the operations it sends.

The component is registered once, when the module is imported. The base holds the rows as they were
when the briefing was opened and is sent once; the table gets what changed.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import streamlit as st

from ..errors import AlignError
from ..records import LANGUAGES
from ..review import worst_first
from ..review.history import REDO, UNDO, decisions_by_others
from ..review.keys import PREFERENCE, bind_keys
from ..review.queue import RowFilter, expected_share, filter_rows, list_briefings, risk
from ..store import BeadRow, ConnectionLostError, CorpusReplacedError, HistoryEntry
from ..store.records import NOTE_ACTIONS
from . import glosses, protocol
from .elements import close_view, read_static
from .language import format_count, translate_message
from .language import gettext as _
from .protocol import make_help
from .session_state import BriefingView

KEY = "review_table"
REBASE = 150
"""Changed rows after which the whole briefing is sent again: about the size of a small one."""

SCRIPTS = (
    *("dom.js", "rows.js", "links.js", "pointing.js", "fit_window.js", "prose.js", "panel.js"),
    *("editing.js", "cutting.js", "commands.js", "bar.js", "table.js"),
)
"""One module in the browser: the parts share its names, and only the last one exports."""

_KEEPS_CURSOR = frozenset(
    {"accept", "accept-many", "reject", "flag", "reopen", "edit", *NOTE_ACTIONS}
)
"""After these the cursor has moved on already, in the browser."""


draw_base = st.components.v2.component("align_review_base", js=read_static("base.js"))
_table = st.components.v2.component(
    "align_review_table",
    html=read_static("table.html"),
    css=read_static("table.css"),
    js=read_static(*SCRIPTS),
)


def draw(view: BriefingView, wanted: RowFilter, *, queue: bool) -> None:
    """Draw the table: what changed since its base, and what takes the keys."""
    data = table_data(view, wanted, queue=queue)
    _table(
        key=KEY,
        data=data,
        default={"ops": {"n": 0, "list": []}, "here": {"n": 0}, "next": {"n": 0}},
        on_ops_change=lambda: take_operations(view, st.session_state[KEY].get("ops")),
        on_here_change=lambda: take_place(view, st.session_state[KEY].get("here")),
        on_next_change=lambda: open_next(view),
    )
    view.drawn = True


def refresh(view: BriefingView) -> None:
    """Take in what others decided, fill in what was computed meanwhile, and renew the base."""
    session = view.session
    try:
        session.refresh()
    except ConnectionLostError as error:  # the rows stay on the screen; the next poll looks again
        report_loss(view, error)
        return
    if view.loss:
        view.message = view.loss = ""
    if session.loads != view.loads:
        view.loads = session.loads
        view.base_key = ""  # all rows were read anew: a double review was opened, for example
    view.changed |= session.take_changed_rows()
    _add_probabilities(view)
    rows = [session.state.row(row_id) for row_id in view.changed & session.state.places.keys()]
    view.checks.update(rows)
    give_help(view)
    if not view.base_key or len(view.changed) > REBASE:
        renew_base(view)


def renew_base(view: BriefingView) -> None:
    """Make the rows as they are now the base that is sent once."""
    session = view.session
    view.changed.clear()
    view.base_key = f"{session.briefing}/{session.seq}/{uuid.uuid4().hex[:8]}"
    failed = {row_id: len(issues) for row_id, issues in view.checks.failed.items()}
    view.base = protocol.encode_base(view.base_key, session.state, view.briefing, failed)


def _add_probabilities(view: BriefingView) -> None:
    """Give rows that were changed while the aligner was loading their probability."""
    session = view.session
    rows = [row for row in session.state.rows if row.probability is None and not row.crossing]
    rows = [row for row in rows if row.id in view.changed and row.id not in view.scored]
    problem = session.aligner(*session.state.ordered_sentences()) if rows else None
    if problem:
        values = problem.probability(session.state.to_beads(rows))
        known = {row.id: value for row, value in zip(rows, values, strict=True)}
        view.scored |= known.keys()
        session.store_probabilities(known)


def speaker_label(view: BriefingView, row: BeadRow) -> str:
    """Return the label of the turn that a row belongs to, the English one where there is one."""
    for language in reversed(LANGUAGES):
        turns = (view.briefing.zh if language == "zh" else view.briefing.en).turns
        turn = view.session.state.turn_of(row, language)
        if 0 <= turn < len(turns) and turns[turn].label:
            return turns[turn].label.strip().rstrip(":：").strip()
    return ""


def select_rows(view: BriefingView, wanted: RowFilter) -> tuple[BeadRow, ...]:
    """Return the rows of a briefing that pass a filter."""
    return filter_rows(
        view.session.state.rows,
        wanted,
        speaker=lambda row: speaker_label(view, row),
        checks=view.checks.kinds,
        noted=[
            row_id
            for row_id, threads in view.session.notes.items()
            if any(thread.is_open for thread in threads)
        ]
        if wanted.noted
        else (),
    )


def table_data(view: BriefingView, wanted: RowFilter, *, queue: bool) -> dict[str, Any]:
    """Return everything the table needs beyond its base."""
    session, state, checks = view.session, view.session.state, view.checks.failed
    patch = {
        row_id: protocol.encode_row(state, state.row(row_id), len(checks.get(row_id, ())))
        if row_id in state.places
        else None
        for row_id in view.changed
    }
    shown = None if wanted.empty else [state.places[row.id] for row in select_rows(view, wanted)]
    worst = worst_first(state.rows, view.checks.kinds) if queue else ()
    news = decisions_by_others(session.log, session.reviewer, view.seen)
    return {
        "k": view.base_key,
        "briefing": session.briefing,
        "patch": patch,
        "seq": session.seq,
        "ack": view.acknowledged,
        "msg": view.message,
        "refused": sorted(view.refused),
        "focus": {"n": view.focus_number, "row": view.focus},
        "show": shown,
        "filter": str(hash(wanted)),
        "q": wanted.text,
        "queue": queue,
        "promise": _promise(view, worst),
        "row": st.query_params.get("row", "") or (worst[0].id if worst else ""),
        "reviewer": session.reviewer,
        "commands": _commands(view),
        "checks": {
            row_id: [{**asdict(one), "message": translate_message(one.message)} for one in issues]
            for row_id, issues in checks.items()
        },
        "risks": {
            row_id: risk(state.row(row_id), len(issues))
            for row_id, issues in checks.items()
            if row_id in state.places
        },
        "notes": {
            row_id: [protocol.encode_thread(one, state.row(row_id)) for one in threads]
            for row_id, threads in session.notes.items()
        },
        "news": sorted({row.id for entry in news for row in entry.after}),
        "help": view.help,
        # Asked when the rows are on the screen: it is written down too, and a store may be busy.
        "people": list(view.presence.others()) if view.drawn else [],
    }


def _commands(view: BriefingView) -> list[dict[str, Any]]:
    if st.session_state.get("keys") is None:
        session = view.session
        st.session_state["keys"] = session.store.preference(session.reviewer, PREFERENCE, {})
    return [
        {"name": one.name, "label": _(one.label), "keys": one.keys, "group": _(one.group)}
        for one in bind_keys(st.session_state["keys"])
    ]


def _promise(view: BriefingView, queue: Sequence[BeadRow]) -> str:
    """Say which share of the errors still there the next rows of the queue hold."""
    if not queue:
        return ""
    count = min(20, len(queue))
    share = expected_share(queue, count, view.checks.kinds)
    return format_count(
        "the last row is expected to hold {share:.0%} of the errors still there",
        "the next {count} rows are expected to hold {share:.0%} of the errors still there",
        count,
        share=share,
    )


def take_operations(view: BriefingView, sent: object) -> None:
    """Carry out what the table sent and that is not done yet, in order.

    A message about an operation is shown until the tab stops sending it: a run of the page that
    the next key cuts short may have shown it to nobody.
    """
    operations = sent.get("list", []) if isinstance(sent, Mapping) else []
    numbers = {op.get("seq", 0) for op in operations}
    view.messages = {seq: words for seq, words in view.messages.items() if seq in numbers}
    view.refused &= numbers
    for op in operations:
        seq = op.get("seq", 0)
        if seq <= view.acknowledged or not _belongs(op, view):
            continue
        try:
            view.messages[seq] = _carry_out(view, op)
        except ConnectionLostError as error:
            view.waiting = sum(number > view.acknowledged for number in numbers)
            report_loss(view, error)
            return  # not acknowledged: the tab sends it again, and the key keeps it from doubling
        except AlignError as error:
            view.messages[seq] = translate_message(str(error))
            view.refused.add(seq)
            view.base_key = ""  # paint what is true again, also what the table guessed
        view.acknowledged = seq
    view.waiting, view.loss = 0, ""
    view.message = "; ".join(dict.fromkeys(filter(None, view.messages.values())))


def report_loss(view: BriefingView, error: ConnectionLostError) -> None:
    """Say that the corpus is out of reach, and what the tab keeps until it is there again."""
    view.message = view.loss = translate_message(str(error))
    if isinstance(error, CorpusReplacedError) and view.waiting:
        view.message += format_count(
            "; {count:,} decision is kept here", "; {count:,} decisions are kept here", view.waiting
        )


def _carry_out(view: BriefingView, op: Mapping[str, Any]) -> str:
    """Carry an operation out; return the message about it, if there is one."""
    result = view.session.do(protocol.decode_request(op))
    if result.entry is None:
        return _("nothing to change")
    view.changed |= {row.id for row in (*result.entry.before, *result.entry.after)}
    if result.entry.decision.action not in _KEEPS_CURSOR:
        view.focus, view.focus_number = result.row, view.focus_number + 1
    return _describe_undo(view.session.log, result.entry)


def _belongs(op: Mapping[str, Any], view: BriefingView) -> bool:
    """Return whether an operation is meant for this briefing and made under this name.

    One that was sent too late, when the page had gone on to another briefing, stays in its tab
    until the tab comes back. An undo names no row, so it would take back something else here.
    """
    here = (view.session.briefing, view.session.reviewer)
    return (op.get("briefing", here[0]), op.get("reviewer", here[1])) == here


def _describe_undo(log: Sequence[HistoryEntry], entry: HistoryEntry) -> str:
    """Say what an undo or a redo was about; nothing of any other decision."""
    verb = {UNDO: _("undone: {action}"), REDO: _("redone: {action}")}.get(entry.decision.action)
    # An undo names the decision; a redo names the undo.
    what: HistoryEntry | None = entry
    while verb and what is not None and what.decision.undoes is not None:
        number = what.decision.undoes
        what = next((one for one in log if one.seq == number), None)
    if not verb or what is None:
        return ""
    return verb.format(action=protocol.name_action(what.decision.action))


def open_next(view: BriefingView) -> None:
    """Go to the next briefing of the list that has rows left; the last is followed by the first."""
    every = list_briefings(view.session.store.briefings())
    at = next((n for n, one in enumerate(every) if one.id == view.session.briefing), 0)
    found = next((one.id for one in (*every[at + 1 :], *every[:at]) if one.unreviewed), None)
    if found is None:
        view.message = _("no other briefing has rows left")
        return
    close_view()
    st.query_params["briefing"] = found
    st.query_params.pop("row", None)


def take_place(view: BriefingView, sent: object) -> None:
    """Take in on which row the cursor or the pointer rests, and look its words up."""
    if not isinstance(sent, Mapping):
        return
    if sent.get("lost") == view.base_key:
        view.base_key = ""  # the browser has no such base: it gets another one
    row, look = str(sent.get("row", "")), str(sent.get("look", ""))
    wanted = look or (row if sent.get("help") else "")
    if wanted in view.session.state.places:
        view.help_row, view.help_whole = wanted, not look
        give_help(view)


def give_help(view: BriefingView) -> None:
    """Answer the last question about a row, once the dictionaries are loaded."""
    session = view.session
    if view.help_row not in session.state.places or not glosses.load_dictionaries():
        return
    view.help = {view.help_row: make_help(view, view.help_row, whole=view.help_whole)}
    if not view.help_whole or session.aligner(*session.state.ordered_sentences()):
        view.help_row = ""  # else once more, with alternatives, when the aligner is ready
