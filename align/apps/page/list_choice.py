"""The filter, search and order of the list of briefings, kept until the browser is closed.

Streamlit forgets them when the page is loaded again, and drops them from the URL of a briefing.
"""

import json
from urllib.parse import unquote

import streamlit as st

from ...corpus.review.queue import LIST_ORDERS, REVIEW_FILTERS
from .language import name_cookie

WORDS, PART, ORDER = "find", "list_part", "list_order"
"""Session keys of the three widgets."""

RECALLED = "list_recalled"
LONGEST = 200
"""Maximum characters of a search that are kept."""


def keep() -> dict[str, str]:
    """Return the cookie with the current choice, or no cookie if the list was not drawn yet."""
    if RECALLED not in st.session_state or WORDS not in st.session_state:
        return {}
    words = str(st.session_state[WORDS] or "")[:LONGEST]
    choice = [words, st.session_state.get(PART), st.session_state.get(ORDER)]
    return {name_cookie("list"): json.dumps(choice)}


def recall() -> None:
    """Restore the choice from the cookie, once per session, before the widgets are drawn."""
    if RECALLED in st.session_state:
        return
    st.session_state[RECALLED] = True
    words, part, order = read(dict(st.context.cookies).get(name_cookie("list"), ""))
    for key, value in ((WORDS, words), (PART, part), (ORDER, order)):
        if value and key not in st.session_state:
            st.session_state[key] = value


def read(cookie: str) -> tuple[str, str, str]:
    """Return words, filter and order from a cookie; empty strings for what is damaged.

    >>> read('["water", "to review", "oldest"]'), read("{")
    (('water', 'to review', 'oldest'), ('', '', ''))
    """
    try:
        words, part, order = json.loads(unquote(cookie))
    except (ValueError, TypeError):
        return "", "", ""
    return (
        words[:LONGEST] if isinstance(words, str) else "",
        part if part in REVIEW_FILTERS else "",
        order if order in LIST_ORDERS else "",
    )
