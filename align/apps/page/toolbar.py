"""Toolbar of search and terms: undo, help, palette and messages, as above the rows in review."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from ...corpus.review.keys import PREFERENCE, Command, bind_keys
from ...corpus.store import Store
from ...errors import N_
from .elements import load_script, read_static
from .hits_exchange import HitsView
from .language import current_language
from .language import gettext as _
from .session_state import may_decide, needs_login, reviewer_name

VIEW = "hits_view"
"""Session key of the view that decisions are sent to."""

_toolbar = st.components.v2.component(
    "align_toolbar",
    html=read_static("toolbar.html"),
    css=read_static("bar.css") + read_static("toolbar.css"),
    js=load_script("toolbar.js"),
)

_ON_EVERY_PAGE = ("search", "undo", "redo", "keys", "palette")
_ON_HITS = ("next", "previous", "first", "last", "accept", "edit")
_DECIDING = {"accept", "edit", "undo", "redo"}
"""Commands that people without the right to decide do not have."""

_OWN = (
    Command("open", N_("Open in its briefing"), ("Enter",), "Go"),
    Command("whole", N_("Show both texts"), ("Space",), "Show"),
)
"""Commands that only hits have; their keys are those of links and buttons and cannot be changed."""


def draw_toolbar(store: Store, search: str, *, hits: bool) -> None:
    """Draw the toolbar of a page.

    :param search: what the command that goes to the search field is called here.
    :param hits: whether the page lists rows that can be decided.
    """
    view = open_view(store)
    news = view.news
    _toolbar(
        key="page_toolbar",
        data={
            "view": view.key,
            "reviewer": view.name,
            "sizes": view.sizes,
            "news": {"n": news[0], "words": news[1]},
            "commands": _list_commands(store, search, hits=hits),
        },
        on_again_change=lambda: None,
    )


def open_view(store: Store) -> HitsView:
    """Return the view to which the decisions of this session on search and terms are sent."""
    view: HitsView | None = st.session_state.get(VIEW)
    if view is None or (view.store, view.name) != (store, reviewer_name()):
        view = HitsView(store, reviewer_name(), needs_login())
        st.session_state[VIEW] = view
    view.language = current_language()
    return view


def _list_commands(store: Store, search: str, *, hits: bool) -> list[dict[str, Any]]:
    """Return the commands of a page with the reviewer's own keys."""
    bound = bind_keys(store.preference(reviewer_name(), PREFERENCE, {}))
    names = _list_names(decides=may_decide(store), hits=hits)
    own = _OWN if hits else ()
    fixed = {key for command in own for key in command.keys}
    commands: list[dict[str, Any]] = []
    for command in bound:
        if command.name in names:
            keys = [key for key in command.keys if key not in fixed]
            label = search if command.name == "search" else command.label
            commands.append(_encode(replace(command, label=label), keys))
    for command in own:
        commands.append(_encode(command, command.keys))
    return commands


def _list_names(*, decides: bool, hits: bool) -> set[str]:
    """Return the names of the commands that the reviewer's own keys carry out on a page."""
    names = {*_ON_EVERY_PAGE}
    if hits:
        names |= {*_ON_HITS}
    return names if decides else names - _DECIDING


def _encode(command: Command, keys: Sequence[str]) -> dict[str, Any]:
    return {
        "name": command.name,
        "label": _(command.label),
        "keys": list(keys),
        "group": _(command.group),
    }
