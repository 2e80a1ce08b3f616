"""Links between the pages: to a row or a search, and back."""

import streamlit as st

from .session_state import forget

TARGET = "jump_to"
PAGES = "pages"
HERE = "page_here"
BACK = "came_from"


def stand_on(page: str) -> None:
    """Remember which page is drawn: a row that is opened from it leads back to it."""
    st.session_state[HERE] = page


def origin() -> str:
    """Return the page from which the row was opened; empty for the list of briefings."""
    return str(st.session_state.get(BACK, {}).get("page", ""))


def aim(briefing: str, row: str) -> None:
    """Say where to go when the page is drawn next."""
    forget()
    st.session_state[BACK] = {"page": st.session_state.get(HERE, ""), **st.query_params}
    st.session_state[TARGET] = {"briefing": briefing, **({"row": row} if row else {})}


def aim_back() -> None:
    """Say that the page from which the row was opened is to be drawn next, as it was left."""
    st.session_state[TARGET] = st.session_state.pop(BACK)


def link_to(label: str, briefing: str, row: str, *, key: str, help: str | None = None) -> None:
    """Draw a button that leads to a row."""
    st.button(label, key=key, help=help, on_click=aim, args=(briefing, row))


def aim_at_search(query: str) -> None:
    """Say that the search page with a query is to be drawn next."""
    st.session_state[TARGET] = {"words": query}


def go_now() -> None:
    """Leave for the row, the search or the page that was chosen, if one was."""
    target = dict(st.session_state.pop(TARGET, None) or {})
    if target:
        name = target.pop("page", "search" if "words" in target else "")
        st.switch_page(st.session_state[PAGES][name], query_params=target)


def nothing_yet(what: str) -> None:
    """Say that the corpus is empty, what the page will show, and where to begin."""
    st.subheader("No briefing yet")
    st.markdown(what)
    pages = st.session_state.get(PAGES)
    if pages:  # a page that is drawn alone knows no other
        st.page_link(pages[""], label="Add a briefing", icon=":material/add:")
