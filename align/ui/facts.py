"""Fields for what is known of a briefing beside its text: title, date, source, licence."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import streamlit as st

from ..ingest.documents import check_facts
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

    def draw_field(name: str, label: str, hint: str, width: int | Literal["stretch"]) -> str:
        typed = st.text_input(
            label,
            known.get(name, ""),
            max_chars=LONGEST,
            key=f"{key}_{name}",
            placeholder=hint,
            width=width,
            persist_state=state,
        )
        return (typed or "").strip()

    title = draw_field("title", _("Title"), _("as in the text"), "stretch")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.date_input(
            _("Date"),
            value=dt.date.fromisoformat(known["date"]) if known.get("date") else None,
            min_value=dt.date(1900, 1, 1),
            max_value=dt.date(2100, 12, 31),
            format="YYYY-MM-DD",
            key=f"{key}_date",
            width=150,
            persist_state=state,
        )
        hint = _("who published it, or its address")
        source = draw_field("source", _("Source"), hint, "stretch")
        licence = draw_field("licence", _("Licence"), "CC-BY-4.0", 160)
    date = chosen.isoformat() if isinstance(chosen, dt.date) else ""
    return {"title": title, "date": date, "source": source, "licence": licence}


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
