"""Settings of a reviewer: name and keys. They are stored in the corpus."""

import streamlit as st

from ..review.keys import COMMANDS, PREFERENCE, KeyClashError, bound, checked, read_keys
from ..store import Store
from . import access
from .state import account, corpus_name, forget, reviewer
from .words import plain


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
        "Several keys of one command stand with a blank between them. A key is written as the "
        "browser names it: a, Shift+J, Control+Enter, ArrowUp, F2."
    )
    who = reviewer()
    table = bound(store.preference(who, PREFERENCE, {}))
    with st.form("keys"):
        groups = dict.fromkeys(command.group for command in COMMANDS)
        typed: dict[str, tuple[str, ...]] = {}
        for group in groups:
            st.markdown(f"**{group}**")
            columns = st.columns(3)
            for at, command in enumerate(one for one in table if one.group == group):
                with columns[at % 3]:
                    text = st.text_input(
                        command.label, value=" ".join(command.keys), key=f"key-{command.name}"
                    )
                    typed[command.name] = read_keys(text or "")
        saved = st.form_submit_button("Save keys", type="primary")
        reset = st.form_submit_button("Back to the defaults")
    if reset:
        _store(store, who, {})
        for command in COMMANDS:
            st.session_state.pop(f"key-{command.name}", None)
        st.rerun()
    if saved:
        try:
            _store(store, who, checked(typed))
        except KeyClashError as error:
            st.error(plain(str(error)))
        else:
            st.success("Saved.")


def _store(store: Store, who: str, keys: dict[str, list[str]]) -> None:
    store.prefer(who, PREFERENCE, keys)
    st.session_state["keys"] = keys
