"""Conditions of a search: their fields, and how they stand in the address of the page."""

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
"""Conditions of which one is chosen; the first stands for none and is not in the address."""

NAMES = (*_CHOICES, "speaker", "site", "status", "from", "to", "below", "page")
"""Conditions as the address names them; a field has the key ``s_`` and this name."""

_KEEP: dict[str, Any] = {"persist_state": "session"}


def read_address() -> None:
    """Fill the fields that are not there yet with what the address says."""
    for name in NAMES:
        if name in st.query_params and f"s_{name}" not in st.session_state:
            with suppress(ValueError):  # somebody wrote it by hand
                st.session_state[f"s_{name}"] = _parse(name, st.query_params[name])


def write_address() -> None:
    """Name the conditions in the address, so that it can be sent to a colleague."""
    for name in NAMES:
        value = st.session_state.get(f"s_{name}")
        text = ",".join(value) if isinstance(value, list) else str(value or "")
        if text in ("", _CHOICES.get(name, [""])[0]) or (name, text) == ("page", "1"):
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != text:
            st.query_params[name] = text


def _parse(name: str, text: str) -> object:
    """Return the value of a field.

    :raises ValueError: when the field can have no such value.
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
    """Draw the choice between words and meaning; return what is chosen."""
    labels = {"words": _("by words"), "meaning": _("by meaning")}
    return str(
        st.segmented_control(
            _("Find"),
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
    """Draw the choice of an order; return it."""
    labels = {
        # In the order of SORTS: the first one stands for none.
        "newest": _("newest first"),
        "oldest": _("oldest first"),
        "doubtful": _("most doubtful first"),
        "shortest": _("shortest first"),
        "relevance": _("best match first"),
        "left": _("by the words before"),
        "right": _("by the words after"),
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
    """Draw the conditions on rows in a popover that counts them; return all together."""
    names = ("speaker", "status", "from", "to", "role", "site", "below")
    active = sum(bool(st.session_state.get(f"s_{name}")) for name in names)
    label = _("Conditions ({count})").format(count=active) if active else _("Conditions")
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
            _("Probability at most"),
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
