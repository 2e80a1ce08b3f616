"""The six steps of the practice, above its rows; they tick themselves."""

from typing import Literal

import streamlit as st

from ...corpus.review.keys import PREFERENCE, bind_keys, format_key
from ...corpus.store import Store
from .elements import close_view, escape_html, go_to, show_errors
from .language import gettext as _
from .practice import (
    BRIEFING,
    Step,
    is_finished,
    list_steps,
    open_practice,
    practice_folder,
    restart,
)
from .session_state import PRACTISING, BriefingView, reviewer_name

EVERY = 1.0
"""Seconds between two looks at what was done."""

_AGAIN = "practice_again_from"  # the view in which "Start again" was pressed


def draw_offer(kind: Literal["primary", "secondary"] = "primary") -> None:
    """Draw the button that opens the practice; once all steps are done, it starts again."""
    name = reviewer_name()
    begun = (practice_folder(name) / "corpus.db").exists()
    finished = begun and is_finished(name)
    label = _("Continue practising") if begun else _("Practise on a fictional briefing")
    st.button(
        _("Practise again") if finished else label,
        key="practise",
        type=kind,
        icon=":material/school:",
        on_click=_start_again if finished else start,
    )


def start() -> None:
    """Open the practice."""
    go_to("", {PRACTISING: "true", "briefing": BRIEFING})


def _start_again() -> None:
    with open_practice(reviewer_name()) as store:
        restart(store)
    start()


def leave() -> None:
    """Go back to the corpus."""
    close_view()
    for name in (PRACTISING, "briefing", "row"):
        st.query_params.pop(name, None)


@st.fragment(run_every=EVERY)
def draw_steps(view: BriefingView) -> None:
    """Draw the steps of the practice: those that are done ticked, the next one in words."""
    with show_errors():
        _draw_steps(view)


def _draw_steps(view: BriefingView) -> None:
    _begin_again(view)
    session = view.session
    steps = list_steps(session.state.rows, session.log, frozenset(view.looked))
    following = next((step for step in steps if not step.is_done), None)
    items = "".join(_list_step(step, now=step is following) for step in steps)
    with st.container(horizontal=True, vertical_alignment="center", key="practice"):
        label = escape_html(_("Steps"))
        words = _say(session.store, following) if following else _draw_done()
        st.html(
            f'<ol class="steps" aria-label="{label}">{items}</ol>'
            f'<p class="step" role="status">{words}</p>'
        )
        # A callback would run this fragment again, but not the page.
        if st.button(_("Start again"), key="practice_again"):
            _restart(view)
            st.rerun()
        if st.button(_("Leave the practice"), key="practice_leave"):
            leave()
            st.rerun()


def _list_step(step: Step, *, now: bool) -> str:
    """Return a step as an item of the list; its state is in words for screen readers."""
    done, following = _("done"), _("next")
    title = escape_html(_(step.title))
    if step.is_done:
        return f'<li class="done">✓ {title}{_hide_words(done)}</li>'
    if now:
        return f'<li class="now">{title}{_hide_words(following)}</li>'
    return f"<li>{title}</li>"


def _hide_words(words: str) -> str:
    """Return words that only screen readers say, as HTML after a space."""
    return f' <span class="hidden-words">{escape_html(words)}</span>'


def _draw_done() -> str:
    return escape_html(_("All six steps are done: you can review. Leave the practice to begin."))


def _say(store: Store, step: Step) -> str:
    """Return what to do, with the reviewer's own key; the name of the command on a touch screen."""
    words = escape_html(_(step.words).format(row=step.row))
    bound = bind_keys(store.preference(reviewer_name(), PREFERENCE, {}))
    command = next(one for one in bound if one.name == step.command)
    key = f" <kbd>{escape_html(format_key(command.keys[0]))}</kbd>" if command.keys else ""
    if command.group == "Go":  # a finger goes to a row without a command
        return words + key
    return f"{words}{key} <b>{escape_html(_(command.label))}</b>"


def _restart(view: BriefingView) -> None:
    """Remove all decisions.

    Streamlit may end this run at any use of its state, so :func:`_begin_again` does the rest.
    """
    store = open_practice(reviewer_name())
    st.session_state[_AGAIN] = view
    close_view()
    restart(store)


def _begin_again(view: BriefingView) -> None:
    """Put the cursor at the first row if this is the first view since "Start again"."""
    before: BriefingView | None = st.session_state.get(_AGAIN)
    if before is not None and before is not view:
        del st.session_state[_AGAIN]
        view.focus, view.focus_number = view.session.state.rows[0].id, before.focus_number + 1
