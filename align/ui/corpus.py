"""Corpus page: plots, the queue over all briefings, and how well probabilities hold."""

from dataclasses import asdict

import altair as alt
import pandas as pd
import streamlit as st

from ..review.queue import first_verdicts, reliability_bins, risk
from ..store import BeadRow, HistoryEntry, Store
from ..store.records import UNKNOWN_RISK
from ..store.statistics import BeadCount, count_beads, most_doubtful
from ..text.strings import shorten
from .downloads import draw_files
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
from .language import gettext as _

MOST_POINTS = 4_000
"""Rows of the plots that look at texts; more make them slow and no clearer."""

_GREY, _BLUE = "#8a94a3", "#2f5d8a"
_STATUS = alt.Color("status:N", title="").scale(
    domain=["unreviewed", "accepted", "rejected", "flagged"],
    range=[_GREY, "#3a8f5c", "#c0463a", "#d9a22b"],
)
_UNIT = alt.Scale(domain=[0, 1])


def draw(store: Store | None) -> None:
    """Draw the corpus page."""
    counts = _count_beads(store, store.name, store.version()) if store else ()
    if store is None or not counts:
        draw_empty("The corpus at a glance: progress, the most doubtful rows, plots.")
        return
    titles = read_titles(store)
    log = store.history()
    _draw_figures(counts, len(titles))
    with st.popover(_("Download the corpus"), icon=":material/download:"):
        draw_files(store, "corpus", None, key="corpus")
    _draw_queue(_find_worst(store, store.name, store.version()), counts, titles)
    sample = _take_sample(store, store.name, store.version())
    frame, sums = _make_frame(sample, titles), pd.DataFrame(map(asdict, counts))
    st.subheader("At a glance")
    left, right = st.columns(2)
    with left:
        _draw_probabilities(sums)
        _draw_coverage(frame)
        _draw_reliability(log)
    with right:
        _draw_kinds(sums)
        _draw_lengths(frame)
        _draw_days(log)


# The name and the version of the corpus are the keys of these caches.


@st.cache_resource(show_spinner=False, max_entries=2)
def _count_beads(_store: Store, name: str, version: str) -> tuple[BeadCount, ...]:
    return count_beads(_store)


@st.cache_resource(show_spinner=False, max_entries=2)
def _find_worst(_store: Store, name: str, version: str) -> tuple[BeadRow, ...]:
    return most_doubtful(_store, 20)


@st.cache_resource(show_spinner=False, max_entries=2)
def _take_sample(_store: Store, name: str, version: str) -> tuple[BeadRow, ...]:
    """Return the rows of evenly chosen briefings: all where there are few."""
    summaries = _store.briefings()
    step = 1 + sum(one.beads for one in summaries) // MOST_POINTS
    return tuple(row for one in summaries[::step] for row in _store.rows(one.id))


def _draw_figures(counts: tuple[BeadCount, ...], briefings: int) -> None:
    rows = sum(one.count for one in counts)
    flagged = sum(one.count for one in counts if one.status == "flagged")
    left = [one for one in counts if one.status == "unreviewed"]
    share = 1 - sum(one.count for one in left) / rows
    expected = sum(one.wrong for one in left)
    with st.container(horizontal=True):
        st.metric("Briefings", f"{briefings:,}", border=True)
        st.metric("Rows", f"{rows:,}", border=True)
        st.metric("Reviewed", f"{share:.0%}", border=True)
        st.metric("Flagged", f"{flagged:,}", border=True)
        st.metric(
            "Errors expected",
            f"{expected:,.0f}" if expected >= 10 else f"{expected:.1f}",
            border=True,
            help="The sum of what the probabilities of unreviewed rows leave to one.",
        )


def _draw_queue(
    queue: tuple[BeadRow, ...], counts: tuple[BeadCount, ...], titles: dict[str, str]
) -> None:
    st.subheader("Look at these first")
    if not queue:
        st.success("Every row of the corpus is reviewed.")
        return
    left = sum(
        one.count * UNKNOWN_RISK if one.low is None else one.wrong
        for one in counts
        if one.status == "unreviewed"
    )
    share = sum(map(risk, queue)) / max(left, sum(map(risk, queue)))
    st.caption(
        f"The most doubtful rows of all briefings. Reviewing the next {len(queue)} is expected to "
        f"find {share:.0%} of the errors still there."
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
            "zh": len(row.zh_final),
            "en": len(row.en_final),
            "text": neutralise(shorten(row.en_final or row.zh_final, 60)),
        }
        for row in rows
    )


def _draw_chart(title: str, chart: alt.Chart | alt.LayerChart, height: int = 240) -> None:
    st.markdown(f"**{title}**")
    st.altair_chart(chart.properties(height=height))


def _draw_probabilities(sums: pd.DataFrame) -> None:
    known = sums.dropna(subset=["low"]).groupby(["status", "low"], as_index=False)["count"].sum()
    bars = alt.Chart(known.assign(high=known["low"] + 0.05)).mark_bar(tooltip=True)
    low = alt.X("low:Q", title="probability").bin("binned")
    rows = alt.Y("count:Q", title="rows")
    _draw_chart("Probability of rows", bars.encode(low, rows, _STATUS, x2="high"))


def _draw_kinds(sums: pd.DataFrame) -> None:
    found = sums.groupby(["status", "kind"], as_index=False)["count"].sum()
    kinds = alt.Y("kind:N", title="", axis=alt.Axis(labelOverlap=False)).sort("-x")
    chart = alt.Chart(found).mark_bar(tooltip=True)
    height = max(240, 70 + 20 * found["kind"].nunique())
    chart = chart.encode(alt.X("count:Q", title="rows"), kinds, _STATUS)
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
    linked = frame[(frame["zh"] > 0) & (frame["en"] > 0)]
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
