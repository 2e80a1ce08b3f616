"""Start page: the list of briefings."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import streamlit as st

from ..review.queue import (
    LIST_ORDERS,
    REVIEW_FILTERS,
    ListOrder,
    ReviewFilter,
    list_briefings,
    review_left,
    site_name,
)
from ..settings import hide_account
from ..store import BriefingSummary, Store
from ..text.strings import count_noun
from . import add_briefing, downloads, facts, table_upload
from .elements import ORIGIN, PAGES, close_view, escape_html, format_age, plain, read_summaries
from .language import gettext as _
from .session_state import corpus_location

WELCOME = (Path(__file__).parent / "static" / "welcome.md").read_text(encoding="utf-8")

PAGE = 25
"""Briefings that are shown at first, and again with each press of *Show more*."""

FEW = 6
"""From so many briefings on the list can be searched, narrowed and sorted."""

_ORDERS: dict[ListOrder, str] = {
    "newest": "newest first",
    "oldest": "oldest first",
    "doubtful": "most doubtful first",
    "most": "most rows left first",
    "fewest": "fewest rows left first",
}


def draw(store: Store | None) -> None:
    """Draw the list of briefings, or what to do when there is none."""
    summaries = read_summaries(store) if store else ()
    adds = add_briefing.may_add(store)
    if store is None or not summaries:
        draw_welcome()
        if adds:
            st.subheader(_("Add a briefing"))
            add_briefing.draw_form()
        return
    st.session_state.pop(ORIGIN, None)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(count_noun(len(summaries), "briefing"))
        if adds and st.button(_("Add a briefing"), icon=":material/add:", key="adding"):
            st.switch_page(st.session_state[PAGES]["add"])
    _draw_progress(summaries)
    table_upload.draw(store)
    _draw_list(store, _select_briefings(store, summaries), len(summaries))


def open_briefing(briefing_id: str) -> None:
    """Go to the review of a briefing; from what is to be reviewed, worst first."""
    close_view()
    if st.session_state.get("list_part") == "to review":
        st.session_state["queue"] = True
    st.session_state.pop(ORIGIN, None)
    st.query_params["briefing"] = briefing_id
    st.query_params.pop("row", None)


def _draw_progress(summaries: tuple[BriefingSummary, ...]) -> None:
    beads = sum(summary.beads for summary in summaries)
    done = sum(summary.reviewed for summary in summaries)
    st.progress(
        done / beads if beads else 1.0,
        text=f"{done:,} of {count_noun(beads, 'row')} reviewed · {_describe_left(summaries)}",
    )


def _describe_left(summaries: Iterable[BriefingSummary]) -> str:
    """Say how many rows are left, and how doubtful they are."""
    left = review_left(summaries)
    if not left.rows:
        return "nothing left to review"
    return f"{left.rows:,} left{_describe_wrong(left.rows, left.wrong)}"


def _describe_wrong(rows: int, wrong: float) -> str:
    """Say how many rows are expected to be wrong; nothing where that is not known.

    >>> _describe_wrong(80, 7.2), _describe_wrong(3, 0.2), _describe_wrong(3, 0.0)
    (', about 7 of them expected wrong', ', hardly one of them expected wrong', '')
    """
    if not wrong:
        return ""
    if rows == 1:
        return f", expected wrong with {wrong:.0%}"
    number = f"about {wrong:,.0f}" if wrong >= 0.5 else "hardly one"
    return f", {number} of them expected wrong"


def _select_briefings(
    store: Store, summaries: tuple[BriefingSummary, ...]
) -> tuple[BriefingSummary, ...]:
    """Draw the search, the choices and the order of the list; return what they select."""
    if len(summaries) < FEW:
        return summaries
    with st.container(horizontal=True, vertical_alignment="center", key="list_choice"):
        words = st.text_input(
            "Find a briefing",
            type="search",
            live="200ms",
            key="find",
            placeholder="Title, date, site or speaker",
            label_visibility="collapsed",
            persist_state="session",
        )
        part: ReviewFilter = st.segmented_control(
            "Show",
            REVIEW_FILTERS,
            format_func=str.capitalize,
            key="list_part",
            default="all",
            required=True,
            label_visibility="collapsed",
            on_change=_choose_order,
            persist_state="session",
        )
        order: ListOrder = st.selectbox(
            "Order",
            LIST_ORDERS,
            format_func=_ORDERS.__getitem__,
            key="list_order",
            label_visibility="collapsed",
            width=200,
            persist_state="session",
        )
    choice = (words, part, order)
    if st.session_state.get("list_choice") != choice:
        st.session_state["list_choice"], st.session_state["list_length"] = choice, PAGE
    return list_briefings(
        summaries,
        part=part,
        words=words or "",
        speaking=store.find_speaker,
        order=order or "newest",
    )


def _choose_order() -> None:
    """Put what is to be reviewed in the order in which it is worth most; it can be changed."""
    chosen = st.session_state.get("list_part")
    st.session_state["list_order"] = "doubtful" if chosen == "to review" else "newest"


def _draw_list(store: Store, found: tuple[BriefingSummary, ...], whole: int) -> None:
    length = int(st.session_state.get("list_length", PAGE))
    if not found:
        st.info("No briefing fits. Clear the search, or show all.")
    elif len(found) < whole:
        st.caption(f"{len(found):,} of {count_noun(whole, 'briefing')} · {_describe_left(found)}")
    for summary in found[:length]:
        _draw_briefing(store, summary)
    if len(found) > length:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Show more",
                key="list_more",
                on_click=st.session_state.__setitem__,
                args=("list_length", length + PAGE),
            )
            st.caption(f"{length:,} of {len(found):,} shown", width="content")


def _draw_briefing(store: Store, summary: BriefingSummary) -> None:
    with (
        st.container(border=True, key=f"briefing-{summary.id}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        with st.container(gap=None):
            st.button(
                plain(summary.en_title or summary.id),
                key=f"title-{summary.id}",
                type="tertiary",
                on_click=open_briefing,
                args=(summary.id,),
            )
            zh = escape_html(summary.zh_title)
            st.html(f'<div class="other-title" lang="zh-Hans">{zh}</div>')
            st.caption(_describe(summary))
        st.button(
            "Review" if summary.unreviewed else "Open",
            key=f"open-{summary.id}",
            type="primary" if summary.unreviewed else "secondary",
            on_click=open_briefing,
            args=(summary.id,),
        )
        more = st.popover(
            _("More"),
            key=f"more-{summary.id}",
            type="tertiary",
            help=_("Download; title, date, source, licence"),
            on_change="rerun",
        )
        if more.open:
            with more:
                _draw_more(store, summary.id)


def _draw_more(store: Store, briefing: str) -> None:
    """Draw what can be done with a briefing without opening it."""
    st.markdown(_("Download"))
    downloads.draw_briefing_files(store, briefing)
    if facts.may_edit(store, briefing):
        facts.draw_editor(store, briefing)


def _describe(summary: BriefingSummary) -> str:
    parts = (
        summary.date.isoformat() if summary.date else "no date",
        plain(site_name(summary)),
        _describe_rows(summary),
        f"{summary.flagged} flagged" if summary.flagged else "",
        f"changed {format_age(summary.changed_at, dt.datetime.now(dt.UTC))}",
    )
    return " · ".join(filter(None, parts))


def _describe_rows(summary: BriefingSummary) -> str:
    if not summary.unreviewed:
        return f"{count_noun(summary.beads, 'row')}, all reviewed" if summary.beads else "no rows"
    part = f"{summary.unreviewed:,} of " if summary.reviewed else ""
    doubt = _describe_wrong(summary.unreviewed, summary.expected_wrong)
    return f"{part}{count_noun(summary.beads, 'row')} left{doubt}"


def draw_welcome() -> None:
    """Say what a briefing is, and how to begin."""
    st.subheader("No briefing yet")
    st.markdown(WELCOME.format(corpus=hide_account(corpus_location())))
