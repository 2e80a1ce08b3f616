"""Frame of the page: its views, and navigation between them by URL."""

import sys
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from ...corpus.store import Store
from ...errors import N_, AbsentError, AlignError
from ...settings import Settings
from . import briefings, review
from .capture_files import clear_abandoned, uploads_folder
from .elements import (
    HERE,
    PAGES,
    close_view,
    draw_heading,
    plain,
    show_errors,
    show_news,
)
from .language import draw_switch, translate_message
from .language import gettext as _
from .session_state import open_store, pass_gate, pass_name_gate
from .toolbar import draw_toolbar

STYLE = Path(__file__).parent / "static" / "page.css"


def start_page() -> None:
    """Draw the list of briefings, or the briefing that the URL names."""
    with show_errors():
        store = open_store()
        if store is not None and store.reads_only:
            st.caption(f":material/lock: {plain(translate_message(store.reads_only))}")
        name = st.query_params.get("briefing", "")
        # The list and a briefing use two separate slots, and each clears the other's slot first.
        # Otherwise elements of the previous run stay visible while a slow store responds.
        if store is None or not name:
            close_view()
            place = st.container()
            st.empty()
            with place:
                draw_heading(_("Briefings"))
                briefings.draw(store)
            return
        try:
            waiting = st.empty()
            with st.container():
                review.draw(store, name, waiting)
            show_news()
        except AbsentError:
            if whole := _complete_id(store, name):
                st.query_params["briefing"] = whole
                st.rerun()
            st.warning(_("{name}: not a briefing of this corpus.").format(name=plain(name)))
            st.button(_("All briefings"), on_click=review.leave)


def _complete_id(store: Store, start: str) -> str:
    """Return the id of the only briefing whose id begins with ``start``, or an empty string."""
    found = [summary.id for summary in store.briefings() if summary.id.startswith(start)]
    return found[0] if len(found) == 1 else ""


PAGES_BY_NAME = {
    "add": (N_("Add a briefing"), ":material/add:", "add_briefing"),
    "search": (N_("Search"), ":material/search:", "search"),
    "terms": (N_("Terms"), ":material/translate:", "terms"),
    "corpus": (N_("Corpus"), ":material/monitoring:", "corpus"),
    "people": (N_("People"), ":material/group:", "people"),
    "settings": (N_("Settings"), ":material/settings:", "settings"),
}
"""Pages other than the start page, by their URLs: title, icon and module."""


def import_page(module: str) -> Any:  # noqa: ANN401 # a module
    """Return the module of a page; some import pandas and Altair, half a second of processor."""
    return import_module(f"{__package__}.{module}")


def import_pages() -> None:
    """Import the modules of all pages."""
    for _title, _icon, module in PAGES_BY_NAME.values():
        import_page(module)


_OWN_TOOLBAR = ("search", "terms")
"""Pages that draw the toolbar themselves, with commands on what they list."""


def draw_page(name: str) -> None:
    """Draw a page other than the start page."""
    close_view()
    st.session_state[HERE] = name  # rows opened from here lead back here
    title, _icon, module = PAGES_BY_NAME[name]
    draw_heading(_(title))
    with show_errors():
        store = open_store()
        if store is None or name not in _OWN_TOOLBAR:
            draw_toolbar(store)
        import_page(module).draw(store)


def main() -> None:
    """Draw the page."""
    st.set_page_config(page_icon="📖", layout="wide")
    # A background aligner must not delay a reviewer's shortcuts: with the default of 5 ms, each
    # hand-over of the interpreter lock takes that long.
    sys.setswitchinterval(0.0005)
    with suppress(AlignError):  # a bad setting is reported where it is used
        clear_abandoned(uploads_folder(Settings.from_environment()))
    st.html(STYLE)
    draw_switch()
    if not (pass_gate() and pass_name_gate()):
        st.set_page_config(page_title=_("Briefings"))
        return
    title = _("Briefings")
    pages = {"": st.Page(start_page, title=title, icon=":material/menu_book:", default=True)}
    for name, (title, icon, _module) in PAGES_BY_NAME.items():
        page = partial(draw_page, name)
        seen: Literal["visible", "hidden"] = "hidden" if name == "add" else "visible"
        pages[name] = st.Page(page, title=_(title), icon=icon, url_path=name, visibility=seen)
    st.session_state[PAGES] = pages
    st.navigation([*pages.values()], position="top").run()
