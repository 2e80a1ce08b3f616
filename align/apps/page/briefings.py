"""Start page: the desk with all briefings, or the first steps in an empty corpus."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from ...corpus.store import Store
from ...settings import hide_account
from . import add_briefing, desk_actions, desk_table, practice_steps, table_upload
from .downloads import export_bytes
from .elements import ORIGIN, PAGES
from .language import gettext as _
from .language import read_help
from .session_state import corpus_location, may_decide
from .toolbar import draw_toolbar

GONE, ACTED = "desk_gone", "desk_acted"
"""Session keys: the numbers of the last briefing opened and of the last action asked for."""


def draw(store: Store | None) -> None:
    """Draw the list of briefings, or first steps if the corpus is empty."""
    adds = may_decide(store)
    if store is None or store.is_empty():
        draw_toolbar(store)
        draw_welcome()
        if adds:
            st.header(_("Add a briefing"))
            add_briefing.draw_form(store)
        return
    st.session_state.pop(ORIGIN, None)
    with st.container(horizontal=True, vertical_alignment="center", key="desk_head"):
        draw_toolbar(store, _("Find a briefing"), "desk")
        if adds and st.button(_("Add briefings"), icon=":material/add:", key="adding"):
            st.switch_page(st.session_state[PAGES]["add"])
        table_upload.draw(store)
        _draw_memory(store)
    state = desk_table.draw_table(store)
    _take(state)
    desk_actions.draw(store)


def _draw_memory(store: Store) -> None:
    st.download_button(
        _("Memory for CAT tools"),
        partial(export_bytes, store, "tmx", None, None, purpose="cat"),
        f"{store.card.get('name', 'corpus')}.tmx",
        icon=":material/download:",
        help=_("TMX: accepted rows only, the newest wording of each Chinese text first"),
        on_click="ignore",
        key="memory",
    )


def _take(state: Mapping[str, object]) -> None:
    """Open the briefing or the dialog that the table asks for, once."""
    for name, kept in (("go", GONE), ("act", ACTED)):
        sent = state.get(name)
        number = sent.get("n") if isinstance(sent, Mapping) else 0
        if not number or st.session_state.get(kept) == number:
            continue
        st.session_state[kept] = number
        if name == "act":
            desk_actions.ask(sent)
        elif isinstance(sent, Mapping):
            open_briefing(str(sent.get("id")), worst_first=sent.get("part") == "to review")
            st.rerun()


def open_briefing(briefing_id: str, *, worst_first: bool = False) -> None:
    """Open a briefing for review."""
    st.session_state.pop(ORIGIN, None)
    query = {"briefing": briefing_id}
    if worst_first:
        st.session_state["queue"] = True
        query["queue"] = "true"  # a reload starts a new session
    # Each change of the query is an entry in the browser's history, so all are made at once.
    st.query_params.from_dict(query)


def draw_welcome() -> None:
    """Draw an explanation of briefings and of the first steps."""
    st.header(_("No briefings yet"))
    practice_steps.draw_offer()
    st.markdown(read_help("welcome").format(corpus=hide_account(corpus_location())))
