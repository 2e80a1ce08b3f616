"""Fields for what is known of a briefing beside its text: title, date, source, licence."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import streamlit as st

from ..ingest.facts import check_facts
from ..store import Store
from .elements import close_view, show_errors
from .language import gettext as _

LONGEST = 300
"""Characters of a fact."""


def draw_fields(key: str, known: Mapping[str, str], *, keep: bool = False) -> dict[str, str]:
    """Draw the fields and return what they hold, unchecked.

    :param key: what the keys of the fields begin with.
    :param known: what stands in them at first.
    :param keep: keep what is typed while another page is shown.
    """
    state: Literal["session"] | None = "session" if keep else None
    day = dt.date.fromisoformat(known["date"]) if known.get("date") else None
    title = st.text_input(
        _("Title"),
        known.get("title", ""),
        max_chars=LONGEST,
        key=f"{key}_title",
        placeholder=_("as in the text"),
        persist_state=state,
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.date_input(
            _("Date"),
            value=day,
            min_value=dt.date(1900, 1, 1),
            max_value=dt.date(2100, 12, 31),
            format="YYYY-MM-DD",
            key=f"{key}_date",
            width=150,
            persist_state=state,
        )
        source = st.text_input(
            _("Source"),
            known.get("source", ""),
            max_chars=LONGEST,
            key=f"{key}_source",
            placeholder=_("who published it, or its address"),
            persist_state=state,
        )
        licence = st.text_input(
            _("Licence"),
            known.get("licence", ""),
            max_chars=LONGEST,
            key=f"{key}_licence",
            placeholder="CC-BY-4.0",
            width=160,
            persist_state=state,
        )
    date = chosen.isoformat() if isinstance(chosen, dt.date) else ""
    return {
        "title": (title or "").strip(),
        "date": date,
        "source": (source or "").strip(),
        "licence": (licence or "").strip(),
    }


def draw_editor(store: Store, briefing_id: str) -> None:
    """Draw the fields of a stored briefing, and keep what is changed in them."""
    briefing, said = store.briefing(briefing_id), store.facts(briefing_id)
    known = {
        "title": briefing.en.title or briefing.zh.title,
        "date": str(briefing.en.date or briefing.zh.date or ""),
        "source": said.get("source", ""),
        "licence": said.get("licence", ""),
    }
    with st.form(f"facts-{briefing_id}", border=False):
        fields = draw_fields(f"facts-{briefing_id}", known)
        pressed = st.form_submit_button(_("Save"), type="primary")
    st.caption(_("They stand over what the text says, and in every download. Empty: taken back."))
    if pressed:
        with show_errors():
            changed = {name: text for name, text in fields.items() if text != known[name]}
            store.describe(briefing_id, check_facts(changed))
            close_view()
            st.rerun()
