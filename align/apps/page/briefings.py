"""Start page: the list of briefings."""

import datetime as dt

import streamlit as st

from ...corpus.review.queue import (
    LIST_ORDERS,
    REVIEW_FILTERS,
    ListOrder,
    ReviewFilter,
    list_briefings,
    site_name,
)
from ...corpus.store import BriefingSummary, Store
from ...errors import N_
from ...settings import hide_account
from . import add_briefing, list_choice, table_upload
from .elements import (
    ORIGIN,
    PAGES,
    draw_pages,
    escape_html,
    format_age,
    order_titles,
    plain,
    read_summaries,
)
from .language import format_count, read_help
from .language import gettext as _
from .session_state import corpus_location, may_decide

PAGE = 25
"""Briefings on one page of the list."""

FEW = 6
"""Minimum number of briefings for which the list can be searched, filtered and sorted."""

_ORDERS: dict[ListOrder, str] = {
    "newest": N_("newest first"),
    "oldest": N_("oldest first"),
    "doubtful": N_("worst first"),
}


def draw(store: Store | None) -> None:
    """Draw the list of briefings, or first steps if the corpus is empty."""
    summaries = read_summaries(store) if store else ()
    adds = may_decide(store)
    if store is None or not summaries:
        draw_welcome()
        if adds:
            st.header(_("Add a briefing"))
            add_briefing.draw_form(store)
        return
    st.session_state.pop(ORIGIN, None)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(format_count("{count:,} briefing", "{count:,} briefings", len(summaries)))
        if adds and st.button(_("Add a briefing"), icon=":material/add:", key="adding"):
            st.switch_page(st.session_state[PAGES]["add"])
    _draw_progress(summaries)
    table_upload.draw(store)
    _draw_list(_select_briefings(store, summaries), len(summaries))


def open_briefing(briefing_id: str) -> None:
    """Open a briefing for review; worst first if the list shows briefings to review."""
    if st.session_state.get("list_part") == "to review":
        st.session_state["queue"] = True
        st.query_params["queue"] = "true"  # a reload starts a new session
    st.session_state.pop(ORIGIN, None)
    st.query_params["briefing"] = briefing_id
    st.query_params.pop("row", None)


def _draw_progress(summaries: tuple[BriefingSummary, ...]) -> None:
    beads = sum(summary.beads for summary in summaries)
    done = sum(summary.reviewed for summary in summaries)
    words = format_count(
        "{done:,} of {count:,} row reviewed",
        "{done:,} of {count:,} rows reviewed",
        beads,
        done=done,
    )
    st.progress(done / beads if beads else 1.0, text=f"{words} · {_describe_left(summaries)}")


def _describe_left(summaries: tuple[BriefingSummary, ...]) -> str:
    left = sum(summary.unreviewed for summary in summaries)
    if not left:
        return _("nothing left to review")
    wrong = sum(summary.expected_wrong for summary in summaries)
    return _("{count:,} to review").format(count=left) + _describe_wrong(wrong)


def _describe_wrong(wrong: float) -> str:
    """Return how many rows are likely wrong, in words; empty if the number is 0."""
    if 0 < wrong < 0.5:
        return _(", probably none wrong")
    return _(", about {count:,.0f} likely wrong").format(count=wrong) if wrong else ""


def _select_briefings(
    store: Store, summaries: tuple[BriefingSummary, ...]
) -> tuple[BriefingSummary, ...]:
    """Draw the search field, filter and order of the list; return the selected briefings."""
    if len(summaries) < FEW:
        return summaries
    list_choice.recall()
    with st.container(horizontal=True, vertical_alignment="center", key="list_choice"):
        words = st.text_input(
            _("Find a briefing"),
            type="search",
            live="200ms",
            key="find",
            placeholder=_("Title, date, site or speaker"),
            label_visibility="collapsed",
            persist_state="session",
        )
        part: ReviewFilter = st.segmented_control(
            _("Show"),
            REVIEW_FILTERS,
            format_func=lambda name: _(name).capitalize(),
            key="list_part",
            default="all",
            required=True,
            label_visibility="collapsed",
            on_change=_choose_order,
            persist_state="session",
        )
        order: ListOrder = st.selectbox(
            _("Order"),
            LIST_ORDERS,
            format_func=lambda name: _(_ORDERS[name]),
            key="list_order",
            label_visibility="collapsed",
            width=200,
            persist_state="session",
        )
    return list_briefings(
        summaries,
        part=part,
        words=words or "",
        speaking=store.find_speaker,
        order=order or "newest",
    )


def _choose_order() -> None:
    """Set the default order for the chosen filter: worst first for briefings to review."""
    chosen = st.session_state.get("list_part")
    st.session_state["list_order"] = "doubtful" if chosen == "to review" else "newest"


def _draw_list(found: tuple[BriefingSummary, ...], whole: int) -> None:
    if not found:
        st.info(_("No matching briefings. Clear the search or show all."))
    elif len(found) < whole:
        part = format_count(
            "{part:,} of {count:,} briefing",
            "{part:,} of {count:,} briefings",
            whole,
            part=len(found),
        )
        st.caption(f"{part} · {_describe_left(found)}")
    place = st.container()  # above the page numbers, which belong below the list
    shown = draw_pages(found, PAGE, "list_page")
    with place:
        for summary in shown:
            _draw_briefing(summary)


def _draw_briefing(summary: BriefingSummary) -> None:
    with (
        st.container(border=True, key=f"briefing-{summary.id}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        with st.container(gap=None):
            (_tag, title), *others = order_titles(summary.en_title, summary.zh_title, summary.id)
            st.button(
                plain(title),
                key=f"title-{summary.id}",
                type="tertiary",
                on_click=open_briefing,
                args=(summary.id,),
            )
            for tag, other in others:
                st.html(f'<div class="other-title" lang="{tag}">{escape_html(other)}</div>')
            st.caption(_describe(summary))
        st.button(
            _("Review") if summary.unreviewed else _("Open"),
            key=f"open-{summary.id}",
            type="primary" if summary.unreviewed else "secondary",
            on_click=open_briefing,
            args=(summary.id,),
        )


def _describe(summary: BriefingSummary) -> str:
    parts = (
        summary.date.isoformat() if summary.date else _("no date"),
        plain(site_name(summary)),
        _describe_rows(summary),
        _("{count:,} flagged").format(count=summary.flagged) if summary.flagged else "",
        _("changed {age}").format(age=format_age(summary.changed_at, dt.datetime.now(dt.UTC))),
    )
    return " · ".join(filter(None, parts))


def _describe_rows(summary: BriefingSummary) -> str:
    left, beads = summary.unreviewed, summary.beads
    if not left:
        return format_count("{count:,} row, all reviewed", "{count:,} rows, all reviewed", beads)
    words = format_count(
        "{left:,} of {count:,} row to review",
        "{left:,} of {count:,} rows to review",
        beads,
        left=left,
    )
    return words + _describe_wrong(summary.expected_wrong)


def draw_welcome() -> None:
    """Draw an explanation of briefings and of the first steps."""
    st.header(_("No briefings yet"))
    st.markdown(read_help("welcome").format(corpus=hide_account(corpus_location())))
