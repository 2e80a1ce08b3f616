"""From any page to a row: the start page shows the briefing that its address names."""

from urllib.parse import urlencode

import streamlit as st

from .state import forget

TARGET = "jump_to"
START = "start_page"


def aim(briefing: str, row: str) -> None:
    """Say where to go when the page is drawn next."""
    forget()
    st.session_state[TARGET] = {"briefing": briefing, **({"row": row} if row else {})}


def link_to(label: str, briefing: str, row: str, *, key: str, help: str | None = None) -> None:
    """Draw a button that leads to a row."""
    st.button(label, key=key, help=help, on_click=aim, args=(briefing, row))


def go_now() -> None:
    """Leave for the row that was chosen, if one was."""
    target = st.session_state.pop(TARGET, None)
    if target:
        st.switch_page(st.session_state[START], query_params=target)


def address_of(briefing: str, row: str = "") -> str:
    """Give the address of a row within the page.

    >>> address_of("water", "r1")
    '/?briefing=water&row=r1'
    """
    return "/?" + urlencode({"briefing": briefing, **({"row": row} if row else {})})
