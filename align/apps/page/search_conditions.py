"""Search filters: their fields, and their encoding in the URL of the page."""

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import streamlit as st

from ...corpus.search import SORTS, Where
from ...records import STATUSES, Role, Status
from .language import gettext as _

WAYS = ("words", "meaning")
ROLES: tuple[Role, ...] = ("", "chair", "speaker", "media")

_CHOICES: Mapping[str, Sequence[str]] = {
    "by": WAYS,
    "order": SORTS,
    "role": ROLES,
}
"""Filters with a fixed choice; the first value is the default and is omitted from the URL."""

NAMES = (*_CHOICES, "speaker", "site", "status", "from", "to", "below", "page")
"""Names of the filters in the URL; the widget key is ``s_`` plus the name."""

_KEEP: dict[str, Any] = {"persist_state": "session"}


def read_address() -> None:
    """Initialise fields that are unset from the URL."""
    for name in NAMES:
        if name in st.query_params and f"s_{name}" not in st.session_state:
            with suppress(ValueError):  # a URL typed by hand
                st.session_state[f"s_{name}"] = _parse(name, st.query_params[name])


def write_address() -> None:
    """Write the filters into the URL, so that it can be shared."""
    for name in NAMES:
        value = st.session_state.get(f"s_{name}")
        text = ",".join(value) if isinstance(value, list) else str(value or "")
        if text in ("", _CHOICES.get(name, [""])[0]) or (name, text) == ("page", "1"):
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != text:
            st.query_params[name] = text


def _parse(name: str, text: str) -> object:
    """Return the value of a field from its text in the URL.

    :raises ValueError: if the value is invalid for this field.
    """
    if name in _CHOICES:
        return _CHOICES[name][_CHOICES[name].index(text)]
    if name == "status":
        return [STATUSES[STATUSES.index(word)] for word in text.split(",")]
    if name in ("from", "to"):
        return dt.date.fromisoformat(text)
    if name == "below":
        return min(max(float(text), 0.0), 1.0)
    return max(int(text), 1) if name == "page" else text


def draw_way() -> str:
    """Draw the choice between search by words and by meaning; return it."""
    labels = {"words": _("by words"), "meaning": _("by meaning")}
    return str(
        st.segmented_control(
            _("Search mode"),
            WAYS,
            format_func=labels.__getitem__,
            key="s_by",
            default="words",
            required=True,
            label_visibility="collapsed",
            **_KEEP,
        )
    )


def draw_order() -> str:
    """Draw the choice of the sort order; return it."""
    labels = {
        # Same order as SORTS, where the first value is the default.
        "newest": _("newest first"),
        "oldest": _("oldest first"),
        "doubtful": _("worst first"),
        "shortest": _("shortest first"),
        "relevance": _("best match first"),
        "left": _("by left context"),
        "right": _("by right context"),
    }
    return str(
        st.selectbox(
            _("Order"),
            labels,
            format_func=labels.__getitem__,
            key="s_order",
            label_visibility="collapsed",
            width=190,
            **_KEEP,
        )
    )


def draw_conditions() -> Where:
    """Draw the filters in a popover that counts those in use; return them."""
    names = ("speaker", "status", "from", "to", "role", "site", "below")
    active = sum(bool(st.session_state.get(f"s_{name}")) for name in names)
    label = _("Filters ({count})").format(count=active) if active else _("Filters")
    with st.popover(label, icon=":material/tune:"):
        speaker = st.text_input(_("Speaker"), key="s_speaker", placeholder=_("any"), **_KEEP)
        wanted: list[Status] = st.multiselect(
            _("Status"),
            STATUSES,
            format_func=_,
            key="s_status",
            placeholder=_("any"),
            select_all=False,
            **_KEEP,
        )
        first, last = dt.date(1949, 10, 1), dt.date(2100, 1, 1)
        day = partial(st.date_input, value=None, min_value=first, max_value=last, **_KEEP)
        since, until = day(_("From"), key="s_from"), day(_("To"), key="s_to")
        role = st.selectbox(
            _("Role"), ROLES, format_func=lambda role: _(role or "any"), key="s_role", **_KEEP
        )
        site = st.text_input(_("Site"), key="s_site", placeholder="www.example.org", **_KEEP)
        at_most = st.number_input(
            _("Maximum probability"),
            0.0,
            1.0,
            None,
            0.05,
            key="s_below",
            placeholder=_("any"),
            **_KEEP,
        )
    return Where(
        since=since if isinstance(since, dt.date) else None,
        until=until if isinstance(until, dt.date) else None,
        speaker=(speaker or "").strip(),
        role=role or "",
        site=(site or "").strip(),
        statuses=tuple(wanted),
        at_most=at_most,
    )
