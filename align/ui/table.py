"""Table of rows: its Streamlit component, and what it is told when the page is drawn.

The component is registered once, when the module is imported. Its rows and decisions go over HTTP
(:mod:`.exchange`).
"""

from typing import Any

import streamlit as st

from ..review.keys import PREFERENCE, bind_keys
from ..review.queue import list_briefings
from .elements import read_static
from .language import current_language
from .language import gettext as _
from .session_state import BriefingView

KEY = "review_table"

SCRIPTS = (
    *("dom.js", "rows.js", "links.js", "pointing.js", "fit_window.js", "prose.js", "panel.js"),
    *("editing.js", "cutting.js", "commands.js", "bar.js", "exchange.js", "table.js"),
)
"""One module in the browser: the parts share its names, and only the last one exports."""

_table = st.components.v2.component(
    "align_review_table",
    html=read_static("table.html"),
    css=read_static("table.css"),
    js=read_static(*SCRIPTS),
)


def draw(view: BriefingView) -> None:
    """Draw the table, which then asks for its rows."""
    view.language = current_language()
    view.drawn += 1
    _table(
        key=KEY,
        data={
            "view": view.key,
            "drawn": view.drawn,
            "briefing": view.session.briefing,
            "reviewer": view.session.reviewer,
            "row": st.query_params.get("row", ""),
            "commands": _commands(view),
        },
        on_next_change=lambda: open_next(view),
        on_again_change=lambda: None,
    )


def _commands(view: BriefingView) -> list[dict[str, Any]]:
    kept = view.session.store.preference(view.session.reviewer, PREFERENCE, {})
    return [
        {"name": one.name, "label": _(one.label), "keys": one.keys, "group": _(one.group)}
        for one in bind_keys(kept)
    ]


def open_next(view: BriefingView) -> None:
    """Go to the next briefing of the list that has rows left; the last is followed by the first."""
    every = list_briefings(view.session.store.briefings())
    at = next((n for n, one in enumerate(every) if one.id == view.session.briefing), 0)
    found = next((one.id for one in (*every[at + 1 :], *every[:at]) if one.unreviewed), None)
    if found is None:
        view.messages = {0: _("no other briefing has rows left")}
        return
    st.query_params["briefing"] = found
    st.query_params.pop("row", None)
