"""Roles and assignments, as an admin changes them on the page of people."""

import uuid
from collections.abc import Callable

import streamlit as st

from ..errors import AlignError
from ..review import ROLES, Difference, ReviewSession, find_settlement, settle
from ..review.adjudication import SettledSide
from ..review.double_review import open_double_review, start_double_review
from ..review.permissions import active_double_review, assign, give_role
from ..store import HistoryEntry, Store
from ..store.people import Person, assignments, people
from .access import login_required, permitted
from .markdown import plain
from .session_state import reviewer


def view(store: Store) -> None:
    """Draw who has which role and which briefings; an admin can change both."""
    known = people(store)
    if not permitted(store, reviewer()).may("manage"):
        return
    with st.expander("Roles and assignments", icon=":material/admin_panel_settings:"):
        if not known:
            st.caption(
                "Nobody has a role, so everyone who opens this corpus may do everything. "
                "Make yourself admin first; whoever has no role then only reads."
            )
        for person in known:
            st.text(f"{person.name}: {person.role}")
        _role_form(store)
        if known:
            _assignments(store, known)


def _role_form(store: Store) -> None:
    with (
        st.form("role", clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.text_input("Name", key="role_name", max_chars=120)
        role = st.selectbox("Role", ROLES[::-1], key="role_role")
        pressed = st.form_submit_button("Give role")
    if pressed and name:
        _tried(store, lambda: give_role(store, name, role))


def _assignments(store: Store, known: tuple[Person, ...]) -> None:
    names = [person.name for person in known if person.role != "reader"]
    given = assignments(store)
    titles = {one.id: one.en_title or one.zh_title or one.id for one in store.briefings()}
    briefing = st.selectbox(
        "Briefing", list(titles), format_func=lambda name: titles[name], key="assign_what"
    )
    if briefing is None:
        return
    chosen = st.multiselect(
        "For",
        names,
        default=[name for name in given.get(briefing, ()) if name in names],
        key=f"assign-{briefing}",
        placeholder="everybody",
    )
    apart = len(chosen) == 2 and st.checkbox(
        "Independently: the two do not see each other's decisions until both are done",
        key=f"apart-{briefing}",
    )
    if st.button("Assign", key="assign"):
        _tried(store, lambda: (start_double_review if apart else assign)(store, briefing, chosen))
    if active_double_review(store, briefing) and st.button("Open now", key="open"):
        _tried(store, lambda: open_double_review(store, briefing))


def _tried(store: Store, change: Callable[[], object]) -> None:
    """Change something as an admin; the right is asked for again, at the moment of the change."""
    try:
        permitted(store, reviewer()).check("manage")
        change()
    except AlignError as error:
        st.error(plain(str(error)))
    else:
        st.rerun()


def settling(
    store: Store, briefing: str, log: tuple[HistoryEntry, ...], number: int, one: Difference
) -> None:
    """Draw what a third person decided about a difference, or the buttons to decide it."""
    st.caption(f"they differ in {one.why}")
    done = find_settlement(log, one)
    if done is not None:
        st.caption(f"settled by {plain(done.decision.reviewer)} ({plain(done.decision.action)})")
        return
    two = {row.reviewer for row in (*one.mine, *one.theirs)}
    if reviewer() in two or not permitted(store, reviewer(), briefing).may("settle"):
        return
    with st.container(horizontal=True):
        for choice, side in (("mine", one.mine), ("theirs", one.theirs)):
            if st.button(
                f"Take {plain(side[0].reviewer)}'s" if side else "Take neither",
                key=f"settle-{number}-{choice}",
                disabled=not side,
            ):
                _settle(store, briefing, log[-1].seq if log else 0, one, choice)


def _settle(store: Store, briefing: str, seen: int, one: Difference, choice: str) -> None:
    session = ReviewSession(store, briefing, reviewer(), login=login_required())
    try:
        taken: SettledSide = "mine" if choice == "mine" else "theirs"
        settle(session, one, taken, f"{uuid.uuid4().hex}-1", seen=seen)
    except AlignError as error:
        st.error(plain(str(error)))
    else:
        st.rerun()
