"""Settings page of a reviewer: name and keys, stored in the corpus."""

import streamlit as st

from ..review.keys import (
    COMMANDS,
    PREFERENCE,
    KeyClashError,
    bind_keys,
    check_keys,
    format_key,
    parse_keys,
)
from ..store import Store
from . import access
from .markdown import plain
from .session_state import account, corpus_name, forget, reviewer


def view(store: Store | None) -> None:
    """Draw the settings."""
    st.subheader("Reviewer")
    if access.logged_in():
        access.account_line(reviewer())
    else:
        _name()
    st.caption(f"Corpus: {plain(corpus_name())}")
    st.subheader("Keys")
    if store is None:
        st.caption("Keys are stored in the corpus; add a briefing first.")
        return
    _keys(store)


def _name() -> None:
    st.text_input(
        "Your name",
        value=reviewer(),
        max_chars=60,
        key="reviewer_name",
        width=360,
        help="Every decision carries it. Two people must use two names.",
        on_change=_take_name,  # also when a click elsewhere overtakes the run of this page
    )


def _take_name() -> None:
    st.session_state["reviewer"] = st.session_state["reviewer_name"].strip() or account()
    st.session_state.pop("keys", None)
    forget()


def _keys(store: Store) -> None:
    st.caption(
        "Several keys of one command stand with a blank between them. A key is written as it is "
        "called: a, Shift+J, Ctrl+Enter, Up, F2, Space. Cmd of a Mac counts as Ctrl."
    )
    who = reviewer()
    table = bind_keys(store.preference(who, PREFERENCE, {}))
    with st.form("all_keys"):  # "keys" is what the session knows of them
        groups = dict.fromkeys(command.group for command in COMMANDS)
        typed: dict[str, str] = {}
        for group in groups:
            st.markdown(f"**{group}**")
            columns = st.columns(3)
            for at, command in enumerate(one for one in table if one.group == group):
                with columns[at % 3]:
                    keys = " ".join(map(format_key, command.keys))
                    typed[command.name] = (
                        st.text_input(command.label, value=keys, key=f"key-{command.name}") or ""
                    )
        with st.container(horizontal=True):
            saved = st.form_submit_button("Save keys", type="primary")
            reset = st.form_submit_button("Back to the defaults")
        said = st.session_state.pop("keys_said", "")
        if said:
            st.success(said)
        if reset:
            _keep(store, who, {}, "Every command has its own keys again.")
        if saved:
            try:
                _keep(store, who, check_keys(_read(typed)), "Saved.")
            except KeyClashError as error:
                st.error(plain(f"Not saved. {error}"))


def _read(typed: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Read every field.

    :raises KeyClashError: when some cannot be read; names them all.
    """
    labels = {command.name: command.label for command in COMMANDS}
    found, wrong = {}, []
    for name, text in typed.items():
        try:
            found[name] = parse_keys(text)
        except KeyClashError as error:
            wrong.append(f"{labels[name]}: {error}")
    if wrong:
        raise KeyClashError("; ".join(wrong))
    return found


def _keep(store: Store, who: str, keys: dict[str, list[str]], said: str) -> None:
    """Store the keys, and draw the page anew: the fields show each key as it is understood."""
    store.set_preference(who, PREFERENCE, keys)
    st.session_state["keys"] = keys
    st.session_state["keys_said"] = said
    for command in COMMANDS:
        st.session_state.pop(f"key-{command.name}", None)
    st.rerun()
