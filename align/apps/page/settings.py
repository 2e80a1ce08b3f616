"""Settings page of a reviewer: name and shortcuts, stored in the corpus."""

from collections.abc import Mapping

import streamlit as st

from ...corpus.review.keys import (
    COMMANDS,
    PREFERENCE,
    RESERVED,
    bind_keys,
    check_keys,
    parse_keys,
)
from ...corpus.store import Store
from ...errors import AlignError
from ...settings import hide_account
from . import practice_steps
from .elements import load_script, pack, plain, read_static
from .language import gettext as _
from .language import translate_message
from .session_state import corpus_location, login_name, reviewer_name, set_reviewer

KEY, PROBLEM = "key_bindings", "key_problem"
"""Session keys of the component, and of the reason why shortcuts could not be stored."""

_bindings = st.components.v2.component(
    "align_key_bindings",
    html='<div class="bindings"></div>',
    css=read_static("bindings.css"),
    js=load_script("bindings.js"),
)


def draw(store: Store | None) -> None:
    """Draw the settings."""
    st.header(_("Reviewer"))
    if login_name():
        st.markdown(_("Logged in as **{name}**").format(name=plain(reviewer_name())))
        st.button(_("Log out"), on_click=st.logout, key="logout")
    else:
        st.text_input(
            _("Your name"),
            value=reviewer_name(),
            max_chars=60,
            key="reviewer_name",
            width=360,
            help=_(
                "Your decisions are saved under this name. Two people must use different names."
            ),
            # Applies even if a click elsewhere interrupts this run of the page.
            on_change=lambda: set_reviewer(st.session_state["reviewer_name"]),
        )
    st.caption(_("Corpus: {place}").format(place=plain(hide_account(corpus_location()))))
    practice_steps.draw_offer("secondary")
    st.header(_("Shortcuts"))
    if store is None:
        st.caption(_("Shortcuts are stored in the corpus. Add a briefing first."))
        return
    _draw_keys(store)


def _draw_keys(store: Store) -> None:
    """Draw the shortcuts, which are set by pressing them and stored at once."""
    st.caption(
        _("Click + and press the key. Shortcuts are saved at once. On a Mac, Cmd counts as Ctrl.")
    )
    usual = {command.name: command.keys for command in COMMANDS}
    _bindings(
        key=KEY,
        data=pack(
            {
                "commands": [
                    {
                        "name": one.name,
                        "label": _(one.label),
                        "keys": one.keys,
                        "group": _(one.group),
                        "usual": usual[one.name],
                    }
                    for one in bind_keys(store.preference(reviewer_name(), PREFERENCE, {}))
                ],
                "reserved": {key: _(reason) for key, reason in RESERVED.items()},
                "problem": st.session_state.pop(PROBLEM, ""),
            }
        ),
        default={"keys": {"n": 0}},
        on_keys_change=lambda: _store_keys(store),
    )


def _store_keys(store: Store) -> None:
    sent = st.session_state[KEY].get("keys")
    keys = sent.get("keys") if isinstance(sent, Mapping) else None
    st.session_state[PROBLEM] = store_keys(store, reviewer_name(), keys)


def store_keys(store: Store, reviewer: str, sent: object) -> str:
    """Store the shortcuts that a browser sent; return why they cannot be used, or ``""``."""
    try:
        store.set_preference(reviewer, PREFERENCE, check_keys(read_bindings(sent)))
    except AlignError as error:
        return _("Not saved. ") + translate_message(error.message)
    return ""


def read_bindings(sent: object) -> dict[str, tuple[str, ...]]:
    """Return shortcuts that a browser sent, by command.

    :raises KeyClashError: if a key has no name.

    >>> read_bindings({"accept": ["y", "Control+Enter"]})
    {'accept': ('y', 'Control+Enter')}
    """
    if not isinstance(sent, Mapping):
        return {}
    lists = {str(name): keys for name, keys in sent.items() if isinstance(keys, list)}
    return {name: parse_keys(" ".join(map(str, keys))) for name, keys in lists.items()}
