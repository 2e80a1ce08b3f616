"""People page: agreement of two reviewers, their differences, and decisions that wait."""

import streamlit as st

from ..review.agreement import Agreement, Difference, list_reviewers, measure_agreement
from ..review.double_review import read_answers
from ..review.permissions import settle_conflict
from ..store import BeadRow, Conflict, HistoryEntry, Store
from . import roles
from .access import permitted
from .markdown import plain
from .navigation import go_now, link_to, nothing_yet
from .session_state import reviewer


def view(store: Store | None) -> None:
    """Draw agreement, differences and conflicts."""
    if store is None:
        nothing_yet("Who reviews what, how far two reviewers agree, and where they differ.")
        return
    roles.view(store)
    _conflicts(store)
    st.subheader("Agreement")
    shared = _shared(store)
    if not shared:
        st.markdown(
            "Two reviewers of the same briefing are compared here. Choose your name in "
            "**Settings**, and let a second person review the same rows under another name."
        )
        return
    titles = {summary.id: summary.en_title or summary.id for summary in store.briefings()}
    briefing = st.selectbox(
        "Briefing", list(shared), format_func=lambda name: titles.get(name, name), key="agree_on"
    )
    names = shared[briefing]
    with st.container(horizontal=True):
        first = st.selectbox("First reviewer", names, key="agree_first")
        second = st.selectbox(
            "Second reviewer", [name for name in names if name != first], key="agree_second"
        )
    log = store.history(briefing)
    found = measure_agreement(read_answers(store, briefing) or log, first, second)
    _figures(found)
    _differences(store, briefing, log, found)
    go_now()


def _shared(store: Store) -> dict[str, tuple[str, ...]]:
    """Return the briefings that more than one person reviewed, with their names."""
    log: dict[str, list[str]] = {}
    entries = store.history()
    for briefing in dict.fromkeys(entry.briefing for entry in entries):
        mine = [entry for entry in entries if entry.briefing == briefing]
        names = list_reviewers(read_answers(store, briefing) or mine)
        if len(names) > 1:
            log[briefing] = list(names)
    return {briefing: tuple(names) for briefing, names in log.items()}


def _figures(found: Agreement) -> None:
    with st.container(horizontal=True):
        st.metric("Same rows", f"{found.common:,}", border=True)
        st.metric("Strict F1", f"{found.strict:.3f}", border=True)
        st.metric("Lax F1", f"{found.lax:.3f}", border=True)
        st.metric(
            "Cohen's kappa",
            "–" if found.kappa is None else f"{found.kappa:.2f}",
            border=True,
            help="Agreement on accept and reject beyond chance; – where it is not defined.",
        )


def _differences(
    store: Store, briefing: str, log: tuple[HistoryEntry, ...], found: Agreement
) -> None:
    st.subheader("Differences")
    if not found.differences:
        st.success("The two agree wherever both reviewed.")
        return
    st.caption(
        "Take one of the two answers, or open a row and decide; your decision is a new verdict "
        "beside theirs."
    )
    for number, one in enumerate(found.differences):
        with st.container(border=True, key=f"difference-{number}"):
            _difference(briefing, found, number, one)
            roles.settling(store, briefing, log, number, one)


def _difference(briefing: str, found: Agreement, number: int, one: Difference) -> None:
    columns = st.columns(2)
    for column, name, rows in zip(
        columns, (found.first, found.second), (one.mine, one.theirs), strict=True
    ):
        with column:
            st.caption(plain(name))
            for row in rows:
                _row(row)
    last = (one.theirs or one.mine)[0]
    link_to("Decide", briefing, last.id, key=f"decide-{number}", help=one.why)


def _row(row: BeadRow) -> None:
    st.text(f"{row.status}: {row.zh_final or '—'}\n{row.en_final or '—'}")


def _conflicts(store: Store) -> None:
    waiting = store.conflicts()
    if not waiting:
        return
    st.subheader("Decisions that could not be carried over")
    st.caption("A text or its alignment changed under them. Decide again, then settle them.")
    for conflict in waiting[:50]:
        _conflict(store, conflict)


def _conflict(store: Store, conflict: Conflict) -> None:
    with st.container(border=True, key=f"conflict-{conflict.id}"):
        _row(conflict.bead)
        who = plain(conflict.bead.reviewer or "somebody")
        note = f" · {plain(conflict.bead.note)}" if conflict.bead.note else ""
        st.caption(f"{who}: {plain(conflict.why)}{note}")
        with st.container(horizontal=True):
            link_to("Open the briefing", conflict.briefing, "", key=f"see-{conflict.id}")
            st.button(
                "Settled",
                key=f"settle-{conflict.id}",
                disabled=not permitted(store, reviewer()).may("decide"),
                on_click=lambda: settle_conflict(store, permitted(store, reviewer()), conflict.id),
            )
