"""Toolbar of all pages but the review: undo, help, palette and messages, as above its rows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import streamlit as st

from ...corpus.review.keys import PREFERENCE, Command, bind_keys
from ...corpus.store import Store
from ...errors import N_
from .elements import load_script, pack, read_static
from .hits_exchange import HitsView
from .language import current_language
from .language import gettext as _
from .session_state import get_permission, may_decide, needs_login, reviewer_name

VIEW = "hits_view"
"""Session key of the view that decisions are sent to."""

_toolbar = st.components.v2.component(
    "align_toolbar",
    html=read_static("toolbar.html"),
    css=read_static("bar.css") + read_static("toolbar.css"),
    js=load_script("toolbar.js"),
)

Listing = Literal["", "hits", "desk"]
"""What a page lists: nothing that commands act on, search hits, or briefings."""

_ON_EVERY_PAGE = ("search", "undo", "redo", "keys", "palette", "hints")
_GO = ("next", "previous", "first", "last")
_SHARED: dict[Listing, tuple[str, ...]] = {
    "": (),
    "hits": (*_GO, "accept", "edit"),
    "desk": (*_GO, "page-down", "page-up"),
}
"""Commands of the review that a list has too, with the reviewer's own keys."""

_DECIDING = {"accept", "edit", "undo", "redo"}
"""Commands that people without the right to decide do not have."""

_OWN: dict[Listing, tuple[Command, ...]] = {
    "": (),
    "hits": (
        Command("open", N_("Open in its briefing"), ("Enter",), "Go"),
        Command("whole", N_("Show both texts"), ("Space",), "Show"),
    ),
    "desk": (
        Command("open", N_("Open the briefing"), ("Enter",), "Go"),
        Command("choose", N_("Select the briefing"), ("x", "Space"), N_("Briefings")),
        Command("choose-all", N_("Select all briefings shown"), ("Control+a",), N_("Briefings")),
        Command("export", N_("Export the selected briefings …"), ("e",), N_("Briefings")),
        Command("describe", N_("Set source and licence …"), ("d",), N_("Briefings")),
        Command("assign", N_("Assign the selected briefings …"), ("s",), N_("Briefings")),
    ),
}
"""Commands that only a list has; their keys cannot be changed."""


def draw_toolbar(store: Store | None, search: str = "", listing: Listing = "") -> None:
    """Draw the toolbar of a page; without a corpus there is nothing to undo.

    :param search: what the command that goes to the search field is called here, if there is one.
    :param listing: what the page lists.
    """
    view = open_view(store) if store else None
    number, words = view.news if view else (0, "")
    _toolbar(
        key="page_toolbar",
        data=pack(
            {
                "view": view.key if view else "",
                "reviewer": reviewer_name(),
                "sizes": view.sizes if view else {"undo": 0, "redo": 0},
                "news": {"n": number, "words": words},
                "commands": _list_commands(store, search, listing),
            }
        ),
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


def _list_commands(store: Store | None, search: str, listing: Listing) -> list[dict[str, Any]]:
    """Return the commands of a page with the reviewer's own keys."""
    bound = bind_keys(store.preference(reviewer_name(), PREFERENCE, {}) if store else {})
    names = {*_ON_EVERY_PAGE, *_SHARED[listing]}
    if not search:
        names.remove("search")
    if store is None or not may_decide(store):
        names -= _DECIDING
    own = _list_own(store, listing)
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


def _list_own(store: Store | None, listing: Listing) -> list[Command]:
    """Return the own commands of a list that the current user may carry out."""
    refused = set[str]()
    if listing == "desk" and store is not None:
        refused |= set() if may_decide(store) else {"describe"}
        refused |= set() if get_permission(store).may("manage") else {"assign"}
    return [command for command in _OWN[listing] if command.name not in refused]


def _encode(command: Command, keys: Sequence[str]) -> dict[str, Any]:
    return {
        "name": command.name,
        "label": _(command.label),
        "keys": list(keys),
        "group": _(command.group),
    }
