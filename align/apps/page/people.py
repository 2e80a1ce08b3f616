"""People page: roles, agreement and differences between reviewers, pending decisions."""

import uuid
from collections.abc import Mapping

import streamlit as st

from ...corpus.review import ReviewSession
from ...corpus.review.changes import settle_conflict, undo_change
from ...corpus.review.double_review import (
    Agreement,
    Difference,
    find_settlement,
    measure_agreement,
    open_double_review,
    read_answers,
    start_double_review,
)
from ...corpus.review.history import label_action
from ...corpus.review.permissions import (
    PERSON_ROLES,
    active_double_review,
    assign,
    give_role,
)
from ...corpus.review.session import settle
from ...corpus.store import BeadRow, HistoryEntry, Store
from ...corpus.store.changes import list_changes
from ...corpus.store.people import assignments, roles
from ...errors import N_
from .elements import (
    draw_empty,
    draw_link,
    draw_pages,
    draw_text,
    neutralise,
    plain,
    read_titles,
    show_errors,
)
from .language import gettext as _
from .language import translate_message
from .session_state import get_author, get_permission, may_decide, needs_login, reviewer_name

PAGE = 20
"""Disagreements or pending decisions per page."""

_DISAGREEMENTS = {"verdict": N_("status"), "boundaries": N_("boundaries")}
"""Labels of the kinds of disagreement."""


def draw(store: Store | None) -> None:
    """Draw roles, agreement, differences and conflicts."""
    if store is None:
        draw_empty(_("Assignments, inter-reviewer agreement and disagreements."))
        return
    titles = read_titles(store)
    if get_permission(store).may("manage"):
        _draw_roles(store, titles)
    _draw_conflicts(store)
    st.header(_("Agreement"))
    names = _list_compared(store)
    if not names:
        st.markdown(
            _(
                "This page compares two reviewers of the same briefing. Set your name in "
                "**Settings**, then have a second person review the same rows under their "
                "own name."
            )
        )
        return
    briefing = st.selectbox(
        _("Briefing"), list(names), format_func=lambda name: titles.get(name, name), key="agree_on"
    )
    with st.container(horizontal=True):
        first = st.selectbox(
            _("First reviewer"), names[briefing], format_func=neutralise, key="agree_first"
        )
        others = [name for name in names[briefing] if name != first]
        second = st.selectbox(
            _("Second reviewer"), others, format_func=neutralise, key="agree_second"
        )
    log = store.history(briefing)
    agreement = measure_agreement(read_answers(store, briefing) or log, first, second)
    if not (agreement.common or agreement.differences):
        st.info(_("These two reviewers have no reviewed text in common."))
        return
    _draw_figures(agreement)
    _draw_differences(store, briefing, log, agreement)


# -- roles and assignments ------------------------------------------------------------------------


def _draw_roles(store: Store, titles: dict[str, str]) -> None:
    known = roles(store)
    with st.expander(_("Roles and assignments"), icon=":material/admin_panel_settings:"):
        if not known:
            st.caption(
                _(
                    "No roles are set, so anyone who opens this corpus has full access. Make "
                    "yourself admin first; people without a role can then only read."
                )
            )
        for name, role in known.items():
            draw_text(f"{name}: {_(role)}")
        with (
            st.form("role", clear_on_submit=True),
            st.container(horizontal=True, vertical_alignment="bottom"),
        ):
            name = st.text_input(_("Name"), key="role_name", max_chars=120)
            role = st.selectbox(_("Role"), PERSON_ROLES[::-1], format_func=_, key="role_role")
            pressed = st.form_submit_button(_("Give role"))
        if pressed and name:
            with show_errors():
                give_role(store, name, role)
                st.rerun()
        if known:
            _draw_assignments(store, known, titles)


def _draw_assignments(store: Store, known: Mapping[str, str], titles: dict[str, str]) -> None:
    briefing = st.selectbox(
        _("Briefing"), list(titles), format_func=titles.__getitem__, key="assign_what"
    )
    if briefing is None:
        return
    names = [name for name, role in known.items() if role != "reader"]
    assigned = assignments(store).get(briefing, ())
    chosen = st.multiselect(
        _("Reviewers"),
        names,
        default=[name for name in assigned if name in names],
        format_func=neutralise,
        key=f"assign-{briefing}",
        placeholder=_("everyone"),
        select_all=False,
    )
    double = len(chosen) == 2 and st.checkbox(
        _("Independent review: neither reviewer sees the other's decisions until both are done"),
        key=f"double-{briefing}",
    )
    with show_errors():
        if st.button(_("Assign"), key="assign"):
            if double:
                start_double_review(store, briefing, chosen)
            else:
                assign(store, briefing, chosen)
            st.rerun()
    with show_errors():
        if active_double_review(store, briefing) and st.button(
            _("End independent review"), key="open"
        ):
            open_double_review(store, briefing)
            st.rerun()


# -- agreement and differences --------------------------------------------------------------------


def _list_compared(store: Store) -> dict[str, tuple[str, ...]]:
    """Return the briefings reviewed by more than one person, with the reviewers' names."""
    entries: dict[str, list[HistoryEntry]] = {}
    for entry in store.history():
        entries.setdefault(entry.briefing, []).append(entry)
    names = {
        briefing: sorted({one.decision.reviewer for one in read_answers(store, briefing) or log})
        for briefing, log in entries.items()
    }
    return {briefing: tuple(some) for briefing, some in names.items() if len(some) > 1}


def _draw_figures(agreement: Agreement) -> None:
    kappa = "–" if agreement.kappa is None else f"{agreement.kappa:.2f}"
    with st.container(horizontal=True):
        st.metric(_("Same rows"), f"{agreement.common:,}", border=True)
        st.metric(_("Strict F1"), f"{agreement.strict:.3f}", border=True)
        st.metric(_("Lax F1"), f"{agreement.lax:.3f}", border=True)
        st.metric(
            _("Cohen's kappa"),
            kappa,
            border=True,
            help=_("Chance-corrected agreement on accept and reject; – means undefined."),
        )


def _draw_differences(
    store: Store, briefing: str, log: tuple[HistoryEntry, ...], agreement: Agreement
) -> None:
    st.header(_("Disagreements"))
    if not agreement.differences:
        st.success(_("The two reviewers agree on every row that both reviewed."))
        return
    st.caption(
        _(
            "Use one of the two versions, or open the row and decide yourself. Your "
            "decision is recorded alongside theirs."
        )
    )
    names = (agreement.first, agreement.second)
    shown = draw_pages(agreement.differences, PAGE, f"differences-{briefing}-{names}")
    for number, difference in enumerate(shown):
        answers = (difference.mine, difference.theirs)
        with st.container(border=True, key=f"difference-{number}"):
            for column, name, rows in zip(st.columns(2), names, answers, strict=True):
                with column:
                    st.caption(plain(name))
                    for row in rows:
                        _draw_row(row)
            last = (difference.theirs or difference.mine)[0]
            key, why = f"decide-{number}", _(_DISAGREEMENTS[difference.why])
            draw_link(_("Open row"), briefing, last.id, key=key, help=why)
            _draw_settlement(store, briefing, log, number, difference)


def _draw_row(row: BeadRow) -> None:
    draw_text(f"{_(row.status)}: {row.zh_final or '—'}\n{row.en_final or '—'}")


def _draw_settlement(
    store: Store, briefing: str, log: tuple[HistoryEntry, ...], number: int, difference: Difference
) -> None:
    """Draw how a third person resolved a difference, or the buttons to resolve it."""
    st.caption(_("disagreement: {what}").format(what=_(_DISAGREEMENTS[difference.why])))
    done = find_settlement(log, difference)
    if done is not None:
        words = _("resolved by {name} ({action})")
        action = plain(translate_message(label_action(done.decision.action)))
        st.caption(words.format(name=plain(done.decision.reviewer), action=action))
        return
    who = reviewer_name()
    two = {row.reviewer for row in (*difference.mine, *difference.theirs)}
    if who in two or not get_permission(store, briefing).may("settle"):
        return
    with st.container(horizontal=True), show_errors():
        for choice in ("mine", "theirs"):
            rows = difference.mine if choice == "mine" else difference.theirs
            name = plain(rows[0].reviewer) if rows else ""
            label = _("Use {name}'s version").format(name=name) if rows else _("Use neither")
            if st.button(label, key=f"settle-{number}-{choice}", disabled=not rows):
                session = ReviewSession(store, briefing, who, login=needs_login())
                seen = log[-1].seq if log else 0
                settle(session, difference, choice, f"{uuid.uuid4().hex}-1", seen=seen)
                st.rerun()


# -- decisions that could not be transferred ------------------------------------------------------


def _draw_conflicts(store: Store) -> None:
    waiting = store.conflicts()
    _draw_settled(store)
    if not waiting:
        return
    st.header(_("Decisions that could not be carried over"))
    st.caption(
        _(
            "The text or alignment has changed since these decisions were made. Review "
            "the rows again, then mark them resolved."
        )
    )
    for conflict in draw_pages(waiting, PAGE, "conflicts"):
        with st.container(border=True, key=f"conflict-{conflict.id}"):
            _draw_row(conflict.bead)
            who = plain(conflict.bead.reviewer or _("unknown reviewer"))
            note = f" · {plain(conflict.bead.note)}" if conflict.bead.note else ""
            st.caption(f"{who}: {plain(translate_message(conflict.why))}{note}")
            with st.container(horizontal=True):
                draw_link(_("Open the briefing"), conflict.briefing, "", key=f"see-{conflict.id}")
                key, decides = f"settle-{conflict.id}", may_decide(store, conflict.briefing)
                if st.button(_("Mark resolved"), key=key, disabled=not decides):
                    with show_errors():
                        settle_conflict(store, get_author(), conflict.id)
                        st.rerun()


def _draw_settled(store: Store) -> None:
    """Draw the conflicts that were settled last, each with a button that undoes it."""
    open_ids = {conflict.id for conflict in store.conflicts()}
    settled = {
        change.after["conflict"]: change
        for change in reversed(list_changes(store))
        if change.action == "settle-conflict" and change.after["conflict"] not in open_ids
    }
    if not settled:
        return
    with st.expander(_("Resolved decisions")):
        newest = sorted(settled.values(), key=lambda change: -change.id)
        for change in draw_pages(newest, PAGE, "settled"):
            with st.container(horizontal=True, vertical_alignment="center"):
                name = plain(change.reviewer or _("unknown reviewer"))
                st.caption(f"{change.at:%Y-%m-%d %H:%M} UTC · {name} · {plain(change.briefing)}")
                key, decides = f"reopen-{change.id}", may_decide(store, change.briefing)
                if st.button(_("Undo"), key=key, disabled=not decides):
                    with show_errors():
                        undo_change(store, get_author(), change.id)
                        st.rerun()
