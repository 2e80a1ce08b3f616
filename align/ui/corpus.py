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
from ..store import BeadRow, HistoryEntry, Store
from ..text.strings import shorten
from .elements import (
    choose_row,
    draw_empty,
    draw_link,
    draw_text,
    go_to_choice,
    neutralise,
    plain,
    read_titles,
)

MOST_POINTS = 4_000
"""Points of the scatter plot; more make it slow and no clearer."""

_GREY, _BLUE = "#8a94a3", "#2f5d8a"
_STATUS = alt.Color("status:N", title="").scale(
    domain=["unreviewed", "accepted", "rejected", "flagged"],
    range=[_GREY, "#3a8f5c", "#c0463a", "#d9a22b"],
)
_ROWS = alt.Y("count()", title="rows")
_UNIT = alt.Scale(domain=[0, 1])


def draw(store: Store | None) -> None:
    """Draw the corpus page."""
    rows = store.rows() if store else ()
    if store is None or not rows:
        draw_empty("The corpus at a glance: progress, the most doubtful rows, plots.")
        return
    titles = read_titles(store)
    log = store.history()
    _draw_figures(rows, len(titles))
    _draw_queue(rows, titles)
    frame = _make_frame(rows, titles)
    st.subheader("At a glance")
    left, right = st.columns(2)
    with left:
        _draw_probabilities(frame)
        _draw_coverage(frame)
        _draw_reliability(log)
    with right:
        _draw_kinds(frame)
        _draw_lengths(frame)
        _draw_days(log)


def _draw_figures(rows: tuple[BeadRow, ...], briefings: int) -> None:
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


def _draw_queue(rows: tuple[BeadRow, ...], titles: dict[str, str]) -> None:
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
                draw_text(shorten(row.zh_final, 140) or "—")
                draw_text(shorten(row.en_final, 140) or "—")
                chance = "unknown" if row.probability is None else f"{row.probability:.2f}"
                st.caption(f"probability {chance} · {plain(shorten(titles[row.briefing], 120))}")
            draw_link("Open", row.briefing, row.id, key=f"go-{row.id}")
    go_to_choice()


def _make_frame(rows: tuple[BeadRow, ...], titles: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": row.id,
            "briefing": row.briefing,
            "title": titles[row.briefing],
            "probability": row.probability,
            "status": row.status,
            "kind": row.kind,
            "zh": len(row.zh_final),
            "en": len(row.en_final),
            "text": neutralise(shorten(row.en_final or row.zh_final, 60)),
        }
        for row in rows
    )


def _draw_chart(title: str, chart: alt.Chart | alt.LayerChart, height: int = 240) -> None:
    st.markdown(f"**{title}**")
    st.altair_chart(chart.properties(height=height))


def _draw_probabilities(frame: pd.DataFrame) -> None:
    bars = alt.Chart(frame.dropna(subset=["probability"])).mark_bar(tooltip=True)
    bins = alt.X("probability:Q", title="probability").bin(maxbins=20)
    _draw_chart("Probability of rows", bars.encode(bins, _ROWS, _STATUS))


def _draw_kinds(frame: pd.DataFrame) -> None:
    kinds = alt.Y("kind:N", title="", axis=alt.Axis(labelOverlap=False)).sort("-x")
    chart = alt.Chart(frame).mark_bar(tooltip=True)
    height = max(240, 70 + 20 * frame["kind"].nunique())
    chart = chart.encode(alt.X("count()", title="rows"), kinds, _STATUS)
    _draw_chart("Bead types, Chinese first", chart, height)


def _draw_coverage(frame: pd.DataFrame) -> None:
    linked = frame[(frame["zh"] > 0) & (frame["en"] > 0)]
    shares = pd.DataFrame(
        {"side": side, "share": linked[name].sum() / max(frame[name].sum(), 1)}
        for side, name in (("Chinese", "zh"), ("English", "en"))
    )
    share = alt.X("share:Q", title="characters that have a translation", scale=_UNIT)
    bars = alt.Chart(shares).mark_bar(color=_BLUE)
    _draw_chart("Coverage", bars.encode(share.axis(format="%"), alt.Y("side:N", title="")), 110)


def _draw_lengths(frame: pd.DataFrame) -> None:
    linked = frame[(frame["zh"] > 0) & (frame["en"] > 0)].tail(MOST_POINTS)
    pick = alt.selection_point(name="pick", fields=["id", "briefing"])
    points = alt.Chart(linked).mark_circle(size=28)
    chart = points.encode(
        alt.X("zh:Q", title="Chinese characters"),
        alt.Y("en:Q", title="English characters"),
        _STATUS,
        opacity=alt.condition(pick, alt.value(0.85), alt.value(0.25)),
        tooltip=["text", "probability", "title"],
    )
    st.markdown("**Lengths: click a point to open the row**")
    chart = chart.add_params(pick).properties(height=240)
    event = st.altair_chart(chart, on_select="rerun", key="lengths")
    if chosen := event.selection.get("pick"):
        choose_row(chosen[0]["briefing"], chosen[0]["id"])
        go_to_choice()


def _draw_reliability(log: tuple[HistoryEntry, ...]) -> None:
    title = "What the probabilities promise, and what reviewers found"
    verdicts = first_verdicts(log)
    if len(verdicts) < 10:
        st.markdown(f"**{title}**")
        st.caption("Appears when ten rows of this corpus have been reviewed.")
        return
    bins = pd.DataFrame(
        {"promised": one.promised, "right": one.right, "rows": one.count}
        for one in reliability_bins(verdicts)
    )
    promised = alt.X("promised:Q", title="probability given")
    right = alt.Y("right:Q", title="share found right")
    diagonal = alt.Chart(pd.DataFrame({"promised": [0.0, 1.0], "right": [0.0, 1.0]}))
    tips = [
        alt.Tooltip("promised:Q", title="probability given", format=".2f"),
        alt.Tooltip("right:Q", title="share found right", format=".0%"),
        "rows",
    ]
    size = alt.Size("rows:Q", title="rows", legend=alt.Legend(tickCount=3)).scale(range=[60, 400])
    points = alt.Chart(bins).mark_circle(color=_BLUE).encode(promised, right, size, tooltip=tips)
    line = diagonal.mark_line(color=_GREY, strokeDash=[4, 4]).encode(promised, right)
    _draw_chart(title, line + points)


def _draw_days(log: tuple[HistoryEntry, ...]) -> None:
    if not log:
        st.markdown("**Decisions over time**")
        st.caption("Appears with the first decision.")
        return
    days = pd.DataFrame(
        {"day": entry.at.date().isoformat(), "reviewer": neutralise(entry.decision.reviewer)}
        for entry in log
    )
    # A day is a name, not a length of time: one alone would fill the whole width.
    width = min(40, 500 // days["day"].nunique())
    bars = alt.Chart(days).mark_bar(tooltip=True, size=max(width, 2))
    day = alt.X("day:O", title="", axis=alt.Axis(labelAngle=0, labelOverlap=True))
    count, who = alt.Y("count()", title="decisions"), alt.Color("reviewer:N", title="")
    _draw_chart("Decisions over time", bars.encode(day, count, who))
