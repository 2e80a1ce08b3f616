"""Settings page of a reviewer: name and shortcuts, stored in the corpus."""

import streamlit as st

from ...corpus.review.keys import (
    COMMANDS,
    PREFERENCE,
    bind_keys,
    check_keys,
    format_key,
    parse_keys,
)
from ...corpus.store import Store
from ...settings import hide_account
from .elements import plain, show_errors
from .language import gettext as _
from .session_state import corpus_location, login_name, reviewer_name, set_reviewer


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
    st.header(_("Shortcuts"))
    if store is None:
        st.caption(_("Shortcuts are stored in the corpus. Add a briefing first."))
        return
    _draw_keys(store)


def _draw_keys(store: Store) -> None:
    st.caption(
        _(
            "Separate alternative shortcuts with spaces. Use key names: a, Shift+J, "
            "Ctrl+Enter, Up, F2, Space. On a Mac, Cmd counts as Ctrl."
        )
    )
    who = reviewer_name()
    table = bind_keys(store.preference(who, PREFERENCE, {}))
    with st.form("all_keys"):
        groups = dict.fromkeys(command.group for command in COMMANDS)
        typed: dict[str, str] = {}
        for group in groups:
            st.markdown(f"**{_(group)}**")
            columns = st.columns(3)
            for at, command in enumerate(one for one in table if one.group == group):
                with columns[at % 3]:
                    keys = " ".join(map(format_key, command.keys))
                    typed[command.name] = (
                        st.text_input(_(command.label), value=keys, key=f"key-{command.name}") or ""
                    )
        with st.container(horizontal=True):
            saved = st.form_submit_button(_("Save shortcuts"), type="primary")
            reset = st.form_submit_button(_("Reset to defaults"))
        if message := st.session_state.pop("keys_message", ""):
            st.success(message)
        if reset:
            _save_keys(store, who, {}, _("Shortcuts reset to defaults."))
        if saved:
            with show_errors(_("Not saved. ")):
                mine = check_keys({name: parse_keys(text) for name, text in typed.items()})
                _save_keys(store, who, mine, _("Saved."))


def _save_keys(store: Store, who: str, keys: dict[str, list[str]], message: str) -> None:
    """Store the shortcuts and redraw the page, so that the fields show them as parsed."""
    store.set_preference(who, PREFERENCE, keys)
    st.session_state["keys_message"] = message
    for command in COMMANDS:
        st.session_state.pop(f"key-{command.name}", None)
    st.rerun()
