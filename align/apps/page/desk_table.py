"""Table of briefings: the component, and its exchange with the browser.

The browser asks over HTTP, as the review table does, and keeps the lines until the list changes.
Filter and order are in its URL; Python applies them, so that 10,000 briefings need no page run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import streamlit as st

from ...corpus.review.desk import DeskLine, DeskList, sort_lines
from ...corpus.review.queue import REVIEW_FILTERS, ReviewFilter, list_briefings, site_name
from ...corpus.store import BriefingSummary, Store
from ...errors import AlignError
from .elements import load_script, neutralise, open_desk_list, pack, read_static
from .language import current_language, format_count, speak, translate_message
from .language import gettext as _
from .open_views import OpenView
from .protocol import Json
from .session_state import get_permission, may_decide, open_corpus, reviewer_name

KEY = "desk_table"
"""Session key of the component."""

VIEW = "desk_view"
"""Session key of the view that the table asks under."""

LONGEST_SEARCH = 200
"""Maximum characters of a search."""

FIRST_LINES = 80
"""Lines that a browser gets first: more than fit on a screen. All 10,000 take half a second."""

_table = st.components.v2.component(
    "align_desk",
    html=read_static("desk.html"),
    css=read_static("desk.css"),
    js=load_script("desk.js"),
)


@dataclass
class DeskView(OpenView):
    """The list of briefings as one session sees it."""

    desk: DeskList
    name: str
    drawn: int = 0

    @property
    def reviewer(self) -> str:
        """The name of the person who looks at the list."""
        return self.name


def prepare_list() -> None:
    """Read the list of the corpus before anyone asks for it.

    :raises AlignError: if the corpus cannot be opened.
    """
    if store := open_corpus():
        open_desk_list(store).lines()


def draw_table(store: Store) -> Mapping[str, Any]:
    """Draw the table; return its state: the last briefing opened and the last action asked for."""
    view: DeskView | None = st.session_state.get(VIEW)
    if view is None or (view.desk.store, view.name) != (store, reviewer_name()):
        view = DeskView(open_desk_list(store), reviewer_name())
        st.session_state[VIEW] = view
    view.language = current_language()
    view.drawn += 1
    data = {
        "view": view.key,
        "drawn": view.drawn,
        "actions": [
            name
            for name, allowed in (
                ("export", True),
                ("describe", may_decide(store)),
                ("assign", get_permission(store).may("manage")),
            )
            if allowed
        ],
    }
    state: Mapping[str, Any] = _table(
        key=KEY,
        data=pack(data),
        default={"go": {"n": 0}, "act": {"n": 0}},
        on_go_change=lambda: None,
        on_act_change=lambda: None,
    )
    return state


def exchange_desk(view: DeskView, message: Mapping[str, Any]) -> Json:
    """Return the lines of the list if they changed, and which of them to show in which order.

    In ``message``, ``known`` is the version that the browser has, ``find``, ``part`` and ``sort``
    are its filter and order. A browser that only ``watches`` gets an order if the list changed.
    One that ``begins`` has no lines: of a long list it gets the first ones and all ids, and asks
    again for the others.
    """
    with view.lock, speak(view.language):
        try:
            version, lines = view.desk.lines()
        except AlignError as error:
            return {"lost": translate_message(error.message)}
        is_known = message.get("known") == version
        if is_known and message.get("watches") is True:
            return {"version": version}
        found = _select(view, lines, message)
        shown = sort_lines(found, _read_text(message.get("sort")))
        words = _describe(tuple(line.summary for line in found), len(lines))
        if message.get("begins") is True and len(shown) > FIRST_LINES:
            return {
                "version": "",
                "first": [_encode(line) for line in shown[:FIRST_LINES]],
                "ids": [line.summary.id for line in shown],
                "words": words,
            }
        places = {line.summary.id: place for place, line in enumerate(lines)}
        return {
            "version": version,
            "lines": None if is_known else [_encode(line) for line in lines],
            "order": [places[line.summary.id] for line in shown],
            "words": words,
        }


def _read_text(sent: object) -> str:
    return sent[:LONGEST_SEARCH] if isinstance(sent, str) else ""


def _select(
    view: DeskView, lines: Sequence[DeskLine], message: Mapping[str, Any]
) -> list[DeskLine]:
    wanted = message.get("part")
    part: ReviewFilter = next((one for one in REVIEW_FILTERS if one == wanted), "all")
    found = list_briefings(
        (line.summary for line in lines),
        part=part,
        words=_read_text(message.get("find")),
        speaking=view.desk.store.find_speaker,
    )
    ids = {summary.id for summary in found}
    return [line for line in lines if line.summary.id in ids]


@lru_cache(maxsize=20_000)
def _encode(line: DeskLine) -> Json:
    """Return a line in the form that the table expects; it must not be changed."""
    one = line.summary
    return {
        "id": one.id,
        "date": one.date.isoformat() if one.date else "",
        "en": neutralise(one.en_title),
        "zh": neutralise(one.zh_title),
        "site": neutralise(site_name(one)),
        "rows": one.beads,
        "done": one.reviewed,
        "flagged": one.flagged,
        "wrong": one.expected_wrong,
        "notes": line.notes,
        "owners": [neutralise(name) for name in line.owners],
        "changed": one.changed_at.isoformat(timespec="seconds"),
    }


def _describe(found: Sequence[BriefingSummary], whole: int) -> str:
    """Return how many briefings are shown and how much of them is left to review, in words."""
    if not found:
        return _("No matching briefings. Clear the search or show all.")
    parts = format_count("{count:,} briefing", "{count:,} briefings", whole)
    if len(found) < whole:
        parts = format_count(
            "{part:,} of {count:,} briefing",
            "{part:,} of {count:,} briefings",
            whole,
            part=len(found),
        )
    done = format_count(
        "{done:,} of {count:,} row reviewed",
        "{done:,} of {count:,} rows reviewed",
        sum(one.beads for one in found),
        done=sum(one.reviewed for one in found),
    )
    return f"{parts} · {done} · {_describe_left(found)}"


def _describe_left(found: Sequence[BriefingSummary]) -> str:
    left = sum(one.unreviewed for one in found)
    if not left:
        return _("nothing left to review")
    words = _("{count:,} to review").format(count=left)
    wrong = sum(one.expected_wrong for one in found)
    if 0 < wrong < 0.5:
        return words + _(", probably none wrong")
    return words + (_(", about {count:,.0f} likely wrong").format(count=wrong) if wrong else "")
