"""From any page to a row, or to a search: the pages show what their address names."""

from urllib.parse import urlencode

import streamlit as st

from .state import forget

TARGET = "jump_to"
START = "start_page"
SEARCH = "search_page"


def aim(briefing: str, row: str) -> None:
    """Say where to go when the page is drawn next."""
    forget()
    st.session_state[TARGET] = {"briefing": briefing, **({"row": row} if row else {})}


def link_to(label: str, briefing: str, row: str, *, key: str, help: str | None = None) -> None:
    """Draw a button that leads to a row."""
    st.button(label, key=key, help=help, on_click=aim, args=(briefing, row))


def aim_at_search(query: str) -> None:
    """Say that the search page with a query is to be drawn next."""
    st.session_state[TARGET] = {"words": query}


def go_now() -> None:
    """Leave for the row or the search that was chosen, if one was."""
    target = st.session_state.pop(TARGET, None)
    if target:
        page = st.session_state[SEARCH if "words" in target else START]
        st.switch_page(page, query_params=target)


def address_of(briefing: str, row: str = "") -> str:
    """Give the address of a row within the page.

    >>> address_of("water", "r1")
    '/?briefing=water&row=r1'
    """
    return "/?" + urlencode({"briefing": briefing, **({"row": row} if row else {})})
