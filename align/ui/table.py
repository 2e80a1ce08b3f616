"""Streamlit component of the table of rows: HTML, CSS and JavaScript in ``static``.

Registered once, when the module is imported. ``base`` holds the rows as they were when the briefing
was opened and is sent once; ``table`` gets what changed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_STATIC = Path(__file__).parent / "static"
_SCRIPTS = (
    "dom.js",
    "rows.js",
    "fit_window.js",
    "prose.js",
    "panel.js",
    "editing.js",
    "commands.js",
    "bar.js",
    "table.js",
)
"""One module in the browser: the parts share its names, and only the last one exports."""


def _read(*names: str) -> str:
    return "\n".join((_STATIC / name).read_text(encoding="utf-8") for name in names)


_base = st.components.v2.component("align_review_base", js=_read("base.js"))
_table = st.components.v2.component(
    "align_review_table", html=_read("table.html"), css=_read("table.css"), js=_read(*_SCRIPTS)
)


def base(data: dict[str, Any]) -> None:
    """Send the rows of a briefing; the same data again costs a reference."""
    _base(key="review_base", data=data)


def table(
    data: dict[str, Any],
    *,
    key: str,
    on_ops: Callable[[], None],
    on_here: Callable[[], None],
    on_who: Callable[[], None],
) -> None:
    """Draw the table. Its operations are in ``st.session_state[key]["ops"]``."""
    _table(
        key=key,
        data=data,
        default={"ops": {"n": 0, "list": []}, "here": {"n": 0}, "who": {"n": 0}},
        on_ops_change=on_ops,
        on_here_change=on_here,
        on_who_change=on_who,
    )
