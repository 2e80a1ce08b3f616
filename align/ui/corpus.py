"""Corpus page: plots, the queue over all briefings, and how well probabilities hold."""

import altair as alt
import pandas as pd
import streamlit as st

from ..review.queue import (
    count_progress,
    expected_share,
    first_verdicts,
    reliability_bins,
    worst_first,
)
from ..store import BeadRow, BriefingSummary, HistoryEntry, Store
from ..text.wording import shorten
from .markdown import plain
from .navigation import aim, go_now, link_to, nothing_yet

MOST_POINTS = 4_000
"""Points of the scatter plot; more make it slow and no clearer."""


def view(store: Store | None) -> None:
    """Draw the corpus page."""
    rows = store.rows() if store else ()
    if store is None or not rows:
        nothing_yet("The corpus at a glance: progress, the most doubtful rows, plots.")
        return
    summaries = {summary.id: summary for summary in store.briefings()}
    log = store.history()
    _figures(rows, len(summaries))
    _queue(rows, summaries)
    frame = _frame(rows, summaries)
    st.subheader("At a glance")
    left, right = st.columns(2)
    with left:
        _probabilities(frame)
        _coverage(frame)
        _reliability(log)
    with right:
        _kinds(frame)
        _lengths(frame)
        _over_time(log)


def _figures(rows: tuple[BeadRow, ...], briefings: int) -> None:
    done = count_progress(rows)
    expected = sum(
        1 - row.probability
        for row in rows
        if row.probability is not None and row.status == "unreviewed"
    )
    with st.container(horizontal=True):
        st.metric("Briefings", f"{briefings:,}", border=True)
        st.metric("Rows", f"{done.rows:,}", border=True)
        st.metric("Reviewed", f"{done.share:.0%}", border=True)
        st.metric("Flagged", f"{done.flagged:,}", border=True)
        st.metric(
            "Errors expected",
            f"{expected:,.0f}" if expected >= 10 else f"{expected:.1f}",
            border=True,
            help="The sum of what the probabilities of unreviewed rows leave to one.",
        )


def _queue(rows: tuple[BeadRow, ...], summaries: dict[str, BriefingSummary]) -> None:
    st.subheader("Look at these first")
    queue = worst_first(rows)
    if not queue:
        st.success("Every row of the corpus is reviewed.")
        return
    count = min(20, len(queue))
    st.caption(
        f"The most doubtful rows of all briefings. Reviewing the next {count} is expected to find "
        f"{expected_share(queue, count):.0%} of the errors still there."
    )
    for row in queue[:5]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"queue-{row.id}"):
            with st.container(gap=None):
                st.text(shorten(row.zh_final, 140) or "—")
                st.text(shorten(row.en_final, 140) or "—")
                title = summaries[row.briefing].en_title or row.briefing
                chance = "unknown" if row.probability is None else f"{row.probability:.2f}"
                st.caption(f"probability {chance} · {plain(shorten(title, 120))}")
            link_to("Open", row.briefing, row.id, key=f"go-{row.id}")
    go_now()


def _frame(rows: tuple[BeadRow, ...], summaries: dict[str, BriefingSummary]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [row.id for row in rows],
            "briefing": [row.briefing for row in rows],
            "title": [summaries[row.briefing].en_title for row in rows],
            "probability": [row.probability for row in rows],
            "status": [row.status for row in rows],
            "kind": [row.kind for row in rows],
            "zh": [len(row.zh_final) for row in rows],
            "en": [len(row.en_final) for row in rows],
            "text": [shorten(row.en_final or row.zh_final, 60) for row in rows],
        }
    )


_STATUS = alt.Color("status:N", title="").scale(
    domain=["unreviewed", "accepted", "rejected", "flagged"],
    range=["#8a94a3", "#3a8f5c", "#c0463a", "#d9a22b"],
)


def _chart(title: str, chart: alt.Chart, height: int = 240) -> None:
    st.markdown(f"**{title}**")
    st.altair_chart(chart.properties(height=height))


def _probabilities(frame: pd.DataFrame) -> None:
    known = frame.dropna(subset=["probability"])
    chart = (
        alt.Chart(known)
        .mark_bar(tooltip=True)
        .encode(
            alt.X("probability:Q", title="probability").bin(maxbins=20),
            alt.Y("count()", title="rows"),
            _STATUS,
        )
    )
    _chart("Probability of rows", chart)


def _kinds(frame: pd.DataFrame) -> None:
    chart = (
        alt.Chart(frame)
        .mark_bar(tooltip=True)
        .encode(
            alt.X("count()", title="rows"),
            alt.Y("kind:N", title="", axis=alt.Axis(labelOverlap=False)).sort("-x"),
            _STATUS,
        )
    )
    many = frame["kind"].nunique()
    _chart("Bead types, Chinese first", chart, height=max(240, 70 + 20 * many))


def _coverage(frame: pd.DataFrame) -> None:
    linked = (frame["zh"] > 0) & (frame["en"] > 0)
    shares = pd.DataFrame(
        [
            {"side": side, "share": frame.loc[linked, name].sum() / max(frame[name].sum(), 1)}
            for side, name in (("Chinese", "zh"), ("English", "en"))
        ]
    )
    chart = (
        alt.Chart(shares)
        .mark_bar(color="#2f5d8a")
        .encode(
            alt.X("share:Q", title="characters that have a translation")
            .scale(domain=[0, 1])
            .axis(format="%"),
            alt.Y("side:N", title=""),
        )
    )
    st.markdown("**Coverage**")
    st.altair_chart(chart.properties(height=110))


def _lengths(frame: pd.DataFrame) -> None:
    both = frame[(frame["zh"] > 0) & (frame["en"] > 0)].tail(MOST_POINTS)
    pick = alt.selection_point(name="pick", fields=["id", "briefing"])
    chart = (
        alt.Chart(both)
        .mark_circle(size=28)
        .encode(
            alt.X("zh:Q", title="Chinese characters"),
            alt.Y("en:Q", title="English characters"),
            _STATUS,
            opacity=alt.condition(pick, alt.value(0.85), alt.value(0.25)),
            tooltip=["text", "probability", "title"],
        )
        .add_params(pick)
        .properties(height=240)
    )
    st.markdown("**Lengths: click a point to open the row**")
    event = st.altair_chart(chart, on_select="rerun", key="lengths")
    points = event.selection.get("pick") or []
    if points:
        aim(points[0]["briefing"], points[0]["id"])
        go_now()


def _reliability(log: tuple[HistoryEntry, ...]) -> None:
    found = first_verdicts(log)
    st.markdown("**What the probabilities promise, and what reviewers found**")
    if len(found) < 10:
        st.caption("Appears when ten rows of this corpus have been reviewed.")
        return
    bins = pd.DataFrame(
        [
            {"promised": one.promised, "right": one.right, "rows": one.count}
            for one in reliability_bins(found)
        ]
    )
    line = alt.Chart(pd.DataFrame({"promised": [0.0, 1.0], "right": [0.0, 1.0]})).mark_line(
        color="#8a94a3", strokeDash=[4, 4]
    )
    points = (
        alt.Chart(bins)
        .mark_circle(color="#2f5d8a")
        .encode(
            alt.Size("rows:Q", title="rows", legend=alt.Legend(tickCount=3)).scale(range=[60, 400]),
            tooltip=[
                alt.Tooltip("promised:Q", title="probability given", format=".2f"),
                alt.Tooltip("right:Q", title="share found right", format=".0%"),
                "rows",
            ],
        )
    )
    axes = {
        "x": alt.X("promised:Q", title="probability given"),
        "y": alt.Y("right:Q", title="share found right"),
    }
    st.altair_chart((line.encode(**axes) + points.encode(**axes)).properties(height=240))


def _over_time(log: tuple[HistoryEntry, ...]) -> None:
    st.markdown("**Decisions over time**")
    if not log:
        st.caption("Appears with the first decision.")
        return
    days = pd.DataFrame(
        {
            "day": [entry.at.date().isoformat() for entry in log],
            "reviewer": [entry.decision.reviewer for entry in log],
        }
    )
    # A day is a name, not a length of time: one alone would fill the whole width.
    width = min(40, 500 // days["day"].nunique())
    chart = (
        alt.Chart(days)
        .mark_bar(tooltip=True, size=max(width, 2))
        .encode(
            alt.X("day:O", title="", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            alt.Y("count()", title="decisions"),
            alt.Color("reviewer:N", title=""),
        )
    )
    st.altair_chart(chart.properties(height=240))
