"""Review page of one briefing: filters and downloads around the table."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from ..errors import AlignError
from ..review import RowFilter, expected_share, risk, worst_first
from ..review.history import REDO, UNDO, decisions_by_others
from ..review.keys import PREFERENCE, bind_keys
from ..store import ConnectionLostError, HistoryEntry, Store
from ..text.wording import count_noun
from . import downloads, glosses, protocol
from .background_aligner import BackgroundAligner
from .markdown import plain
from .navigation import aim_back, origin
from .row_filters import MORE, SHOW, matching, more, show_all, with_pills
from .row_help import as_wished, help_for
from .session_state import CheckCache, ReviewWork, forget, reviewer, take_name, work
from .table import base, table

KEY = "review_table"
REBASE = 150
"""Changed rows after which the whole briefing is sent again: about the size of a small one."""
POLL = "3s"
"""How often another reviewer's changes are looked for."""


def view(store: Store, briefing_id: str) -> None:
    """Draw the review of one briefing."""
    held = work(store, briefing_id)
    with st.container():  # one element, whatever it holds: the table below must not change place
        _head(held)
    wanted, queue = _filters(store, held)
    _body(held, wanted, queue)


def _head(held: ReviewWork) -> None:
    briefing = held.briefing
    back = origin()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            back.capitalize() or "Briefings",
            icon=":material/arrow_back:",
            on_click=leave,
            key="leave",
        )
        with st.container(gap=None, key="review_title"):
            st.markdown(f"**{plain(briefing.en.title or briefing.zh.title or briefing.id)}**")
            date = briefing.en.date or briefing.zh.date
            st.caption(
                " · ".join(
                    part
                    for part in (
                        plain(briefing.zh.title),
                        date.isoformat() if date else "",
                        f"reviewing as {plain(held.session.reviewer)}",
                    )
                    if part
                )
            )
        for label, url in (("English page", briefing.en.url), ("中文页面", briefing.zh.url)):
            if url.startswith(("http://", "https://")):
                st.link_button(label, url, icon=":material/open_in_new:")
    refusal = held.session.refusal
    if refusal:
        st.info(plain(refusal), icon=":material/lock:")
    if held.session.private:
        st.caption("You review this briefing independently: nobody sees your decisions yet.")
    others = decisions_by_others(held.session.log, held.session.reviewer, held.seen)
    if others:
        names = ", ".join(sorted({entry.decision.reviewer for entry in others}))
        one = len(others) == 1
        st.caption(
            f"{count_noun(len(others), 'decision')} by {plain(names)} since you last looked; "
            f"{'its row has' if one else 'their rows have'} a coloured number."
        )


def leave() -> None:
    """Go back to the list of briefings, or to the page from which the row was opened."""
    forget()
    if origin():
        aim_back()
    for name in ("briefing", "row"):
        st.query_params.pop(name, None)
    # The address of these two is their widget's own: Streamlit lets nobody else take it away.
    st.session_state["q"], st.session_state["show"] = "", []


def _filters(store: Store, held: ReviewWork) -> tuple[RowFilter, bool]:
    rows = held.session.state.rows
    with st.container(horizontal=True, vertical_alignment="center"):
        query = st.text_input(
            "Search both languages",
            key="q",
            type="search",
            live="200ms",
            bind="query-params",
            placeholder="Search Chinese or English",
            label_visibility="collapsed",
            width=240,
        )
        shown = st.pills(
            "Show only",
            SHOW,
            selection_mode="multi",
            key="show",
            bind="query-params",
            label_visibility="collapsed",
        )
        active = sum(st.session_state.get(key, unset) != unset for key, unset in MORE.items())
        with st.popover(f"More ({active})" if active else "More", icon=":material/tune:"):
            wanted = more(held, rows)
            st.button("Clear all filters", key="clear", on_click=show_all)
            script = st.segmented_control(
                "Chinese characters", glosses.SCRIPTS, default="as written", key="script"
            )
            st.caption("Changes only what you see.")
        queue = st.toggle(
            "Worst first",
            key="queue",
            help="Begins with the most doubtful row; accept and reject go on to the next one, "
            "wherever it is.",
        )
        wanted = with_pills(wanted, query or "", shown or [])
        with st.popover("Download", icon=":material/download:"):
            downloads.bar(store, held, wanted)
    if script and script != st.session_state.get("script_shown", "as written"):
        held.key = ""  # the whole briefing is written anew
    st.session_state["script_shown"] = script or "as written"
    return wanted, queue


@st.fragment(run_every=POLL)
def _body(held: ReviewWork, wanted: RowFilter, queue: bool) -> None:
    if held.session.reviewer != reviewer():
        st.rerun()  # the tab has said whose it is
    try:
        refresh(held)
    except ConnectionLostError as error:  # the rows stay on the screen; the next poll looks again
        held.message = str(error)
    data = table_data(held, wanted, queue)
    base(held.base)
    table(
        data,
        key=KEY,
        on_ops=lambda: take_operations(held, st.session_state[KEY].get("ops")),
        on_here=lambda: take_place(held, st.session_state[KEY].get("here")),
        on_who=lambda: take_name(st.session_state[KEY].get("who")),
    )
    held.drawn = True


def refresh(held: ReviewWork) -> None:
    """Take in what others decided, fill in what was computed meanwhile, and renew the base."""
    held.session.refresh()
    if held.session.loads != held.loads:
        held.loads = held.session.loads
        held.key = ""  # all rows were read anew: a double review was opened, for example
    held.changed |= held.session.take_changed_rows()
    _score_late(held)
    by_id = held.session.state.places
    held.checks.update([held.session.state.row(one) for one in held.changed if one in by_id])
    give_help(held)
    if not held.key or len(held.changed) > REBASE:
        renew(held)


def renew(held: ReviewWork) -> None:
    """Make the rows as they are now the base that is sent once."""
    held.changed.clear()
    held.key = f"{held.session.briefing}/{held.session.seq}/{uuid.uuid4().hex[:8]}"
    failed = {row_id: len(issues) for row_id, issues in tuple(held.checks.found.items())}
    held.base = protocol.base_json(held.key, held.session.state, held.briefing, failed, as_wished)


def _score_late(held: ReviewWork) -> None:
    """Give rows that were changed while the aligner was loading their probability."""
    session = held.session
    rows = [row for row in session.state.rows if row.probability is None and not row.crossing]
    rows = [row for row in rows if row.id in held.changed and row.id not in held.scored]
    if not rows or session.aligner is None:
        return
    values = session.aligner.probability(
        *session.state.ordered_sentences(), session.state.to_beads(rows)
    )
    found = {row.id: value for row, value in zip(rows, values, strict=True) if value is not None}
    if found:
        held.scored.update(found)
        session.store_probabilities(found)


def table_data(held: ReviewWork, wanted: RowFilter, queue: bool) -> dict[str, Any]:
    """Return everything the table needs beyond its base."""
    state, checks = held.session.state, held.checks
    places = state.places
    failed = {row_id: len(issues) for row_id, issues in tuple(checks.found.items())}
    patch = {
        row_id: protocol.row_json(state, state.row(row_id), failed.get(row_id, 0), as_wished)
        if row_id in places
        else None
        for row_id in held.changed
    }
    return {
        "k": held.key,
        "briefing": held.session.briefing,
        "patch": patch,
        "seq": held.session.seq,
        "ack": held.acknowledged,
        "msg": held.message,
        "refused": sorted(held.refused),
        "focus": {"n": held.focused, "row": held.focus},
        "show": _shown(held, wanted),
        "narrow": not wanted.empty,
        "q": wanted.text,
        "queue": queue,
        "promise": _promise(held) if queue else "",
        "row": st.query_params.get("row", "") or (_worst(held) if queue else ""),
        "reviewer": held.session.reviewer,
        "typed": bool(st.session_state.get("reviewer")),
        "login": held.session.login,
        "commands": _commands(held),
        "checks": {
            row_id: [protocol.issue_json(issue) for issue in issues]
            for row_id, issues in tuple(checks.found.items())
            if issues
        },
        "risks": {
            row_id: risk(state.row(row_id), count)
            for row_id, count in failed.items()
            if count and row_id in places
        },
        "news": sorted(
            {
                row.id
                for entry in decisions_by_others(held.session.log, held.session.reviewer, held.seen)
                for row in entry.after
            }
        ),
        "help": held.help,
        # Asked when the rows are on the screen: it is written down too, and a store may be busy.
        "people": list(held.presence.others()) if held.drawn else [],
    }


def _commands(held: ReviewWork) -> list[dict[str, Any]]:
    kept = st.session_state.get("keys")
    if kept is None:
        kept = held.session.store.preference(held.session.reviewer, PREFERENCE, {})
        st.session_state["keys"] = kept
    return [
        {"name": one.name, "label": one.label, "keys": list(one.keys), "group": one.group}
        for one in bind_keys(kept)
    ]


def _shown(held: ReviewWork, wanted: RowFilter) -> list[int] | None:
    if wanted.empty:
        return None
    return [held.session.state.places[row.id] for row in matching(held, wanted)]


def take_operations(held: ReviewWork, ops: object) -> None:
    """Carry out what the table sent and that is not done yet, in order.

    What is said about an operation is told until the tab stops sending it: a run of the page that
    the next key cuts short may have told it to nobody.
    """
    listed = ops.get("list", []) if isinstance(ops, Mapping) else []
    sent = {op.get("seq", 0) for op in listed}
    held.said = {seq: words for seq, words in held.said.items() if seq in sent}
    held.refused &= sent
    for op in listed:
        seq = op.get("seq", 0)
        if seq <= held.acknowledged or not _belongs(op, held):
            continue
        try:
            done = held.session.do(protocol.request(op))
        except ConnectionLostError as error:
            held.message = str(error)
            return  # not acknowledged: the tab sends it again, and the key keeps it from doubling
        except AlignError as error:
            held.said[seq] = str(error)
            held.refused.add(seq)
            held.key = ""  # paint what is true again, also what the table guessed
        else:
            if done.entry is None:
                held.said[seq] = "nothing to change"
            else:
                rows = (*done.entry.before, *done.entry.after)
                held.changed |= {row.id for row in rows}
                held.said[seq] = undone(held.session.log, done.entry)
                if done.entry.decision.action not in _QUIET:
                    held.focus, held.focused = done.row, held.focused + 1
        held.acknowledged = seq
    held.message = "; ".join(dict.fromkeys(filter(None, held.said.values())))


def _belongs(op: Mapping[str, Any], held: ReviewWork) -> bool:
    """Say whether an operation is meant for this briefing and made under this name.

    One that was sent too late, when the page had gone on to another briefing, stays in its tab
    until the tab comes back. An undo names no row, so it would take back something else here.
    """
    here = (held.session.briefing, held.session.reviewer)
    return (op.get("briefing", here[0]), op.get("reviewer", here[1])) == here


def undone(log: Sequence[HistoryEntry], entry: HistoryEntry) -> str:
    """Say what an undo or a redo was about; nothing of any other decision."""
    said = {UNDO: "undone", REDO: "made again"}.get(entry.decision.action)
    # An undo names the decision; a redo names the undo.
    what: HistoryEntry | None = entry
    while said and what is not None and what.decision.undoes is not None:
        number = what.decision.undoes
        what = next((one for one in log if one.seq == number), None)
    return f"{said}: {what.decision.action}" if said and what is not None else ""


_QUIET = frozenset({"accept", "reject", "flag", "reopen", "edit"})
"""After these the cursor has moved on already, in the browser."""


def take_place(held: ReviewWork, here: object) -> None:
    """Hear on which row the cursor or the pointer rests, and look its words up."""
    if not isinstance(here, Mapping):
        return
    row, look = str(here.get("row", "")), str(here.get("look", ""))
    wanted = look or (row if here.get("help") else "")
    if wanted in held.session.state.places:
        held.asked, held.whole = wanted, not look
        give_help(held)


def give_help(held: ReviewWork) -> None:
    """Answer the last question about a row, once the dictionaries are loaded."""
    if held.asked not in held.session.state.places or not glosses.warm():
        return
    held.help = {held.asked: help_for(held, held.asked, whole=held.whole)}
    aligner = held.session.aligner
    ready = not isinstance(aligner, BackgroundAligner) or aligner.warm(
        *held.session.state.ordered_sentences()
    )
    if ready or not held.whole:
        held.asked = ""  # else once more, with alternatives, when the aligner is ready


def _worst(held: ReviewWork) -> str:
    return next((row.id for row in worst_first(held.session.state.rows, held.checks.kinds)), "")


def _promise(held: ReviewWork) -> str:
    queue = worst_first(held.session.state.rows, held.checks.kinds)
    if not queue:
        return ""
    count = min(20, len(queue))
    share = expected_share(queue, count, held.checks.kinds)
    next_ones = f"the next {count} rows are" if count > 1 else "the last row is"
    return f"{next_ones} expected to hold {share:.0%} of the errors still there"


__all__ = ["CheckCache", "help_for", "leave", "reviewer", "table_data", "take_operations", "view"]
