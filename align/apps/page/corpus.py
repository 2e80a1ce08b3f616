"""Corpus page: plots, the most uncertain rows of all briefings, and calibration."""

from dataclasses import asdict, dataclass

import altair as alt
import pandas as pd
import streamlit as st

from ...aligner.evaluate import calibration_curve
from ...aligner.text.strings import shorten
from ...corpus.review.queue import first_verdicts, risk
from ...corpus.store import BeadRow, HistoryEntry, Store
from ...corpus.store.overview import BeadCount
from ...corpus.store.records import UNKNOWN_RISK
from .downloads import draw_files
from .elements import (
    draw_empty,
    draw_link,
    draw_text,
    neutralise,
    open_row,
    plain,
    read_titles,
)
from .language import gettext as _

MOST_POINTS = 4_000
"""Approximate maximum of rows in plots that need texts; more make them slower but no clearer."""

_GREY, _BLUE = "#8a94a3", "#2f5d8a"
_COLOURS = {"unreviewed": _GREY, "accepted": "#3a8f5c", "rejected": "#c0463a", "flagged": "#d9a22b"}
_UNIT = alt.Scale(domain=[0, 1])


def draw(store: Store | None) -> None:
    """Draw the corpus page."""
    read = _read_corpus(store, store.name, store.version()) if store else None
    if store is None or read is None or not read.counts:
        draw_empty(_("Review progress, the least certain rows and charts for the whole corpus."))
        return
    titles = read_titles(store)
    log = store.history()
    _draw_figures(read.counts, len(titles))
    with st.popover(_("Download the corpus"), icon=":material/download:"):
        draw_files(store, "corpus", key="corpus")
    _draw_queue(read.worst, read.counts, titles)
    frame = _make_frame(read.sample, titles)
    sums = pd.DataFrame({**asdict(one), "status": _(one.status)} for one in read.counts)
    st.header(_("Overview"))
    left, right = st.columns(2)
    with left:
        _draw_probabilities(sums)
        _draw_coverage(frame)
        _draw_reliability(log)
    with right:
        _draw_kinds(sums)
        _draw_lengths(frame)
        _draw_days(log)


@dataclass(frozen=True, slots=True)
class CorpusFigures:
    """Data of the corpus page; ``sample`` contains the rows of evenly spaced briefings."""

    counts: tuple[BeadCount, ...]
    worst: tuple[BeadRow, ...]
    sample: tuple[BeadRow, ...]


@st.cache_resource(show_spinner=False, max_entries=2)
def _read_corpus(_store: Store, name: str, version: str) -> CorpusFigures:
    """Return the data of a corpus, cached by its name and version."""
    summaries = _store.briefings()
    step = 1 + sum(one.beads for one in summaries) // MOST_POINTS
    sample = tuple(row for one in summaries[::step] for row in _store.rows(one.id))
    return CorpusFigures(_store.count_beads(), _store.most_doubtful(20), sample)


def _status() -> alt.Color:
    names = list(map(_, _COLOURS))
    return alt.Color("status:N", title="").scale(domain=names, range=[*_COLOURS.values()])


def _draw_figures(counts: tuple[BeadCount, ...], briefings: int) -> None:
    rows = sum(one.count for one in counts)
    left = [one for one in counts if one.status == "unreviewed"]
    expected = sum(one.wrong for one in left)
    flagged = sum(one.count for one in counts if one.status == "flagged")
    help = _("Sum of (1 − probability) over all unreviewed rows.")
    wrong = f"{expected:,.0f}" if expected >= 10 else f"{expected:.1f}"
    with st.container(horizontal=True, key="figures"):
        st.metric(_("Briefings"), f"{briefings:,}", border=True)
        st.metric(_("Rows"), f"{rows:,}", border=True)
        reviewed = 1 - sum(one.count for one in left) / rows
        st.metric(_("Reviewed"), f"{reviewed:.0%}", border=True)
        st.metric(_("Flagged"), f"{flagged:,}", border=True)
        st.metric(_("Likely wrong"), wrong, border=True, help=help)


def _draw_queue(
    queue: tuple[BeadRow, ...], counts: tuple[BeadCount, ...], titles: dict[str, str]
) -> None:
    st.header(_("Review these first"))
    if not queue:
        st.success(_("Every row of the corpus is reviewed."))
        return
    left = sum(
        one.count * UNKNOWN_RISK if one.low is None else one.wrong
        for one in counts
        if one.status == "unreviewed"
    )
    share = sum(map(risk, queue)) / max(left, sum(map(risk, queue)))
    words = _(
        "The least certain rows in the corpus. Reviewing the next {count} should "
        "catch about {share:.0%} of the remaining errors."
    )
    st.caption(words.format(count=len(queue), share=share))
    for row in queue[:5]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"queue-{row.id}"):
            with st.container(gap=None):
                draw_text(shorten(row.zh_final, 140) or "—")
                draw_text(shorten(row.en_final, 140) or "—")
                chance = _("probability unknown")
                if row.probability is not None:
                    chance = _("probability {value:.2f}").format(value=row.probability)
                title = titles.get(row.briefing, row.briefing)  # may have just been removed
                st.caption(f"{chance} · {plain(shorten(title, 120))}")
            draw_link(_("Open"), row.briefing, row.id, key=f"go-{row.id}")


def _make_frame(rows: tuple[BeadRow, ...], titles: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": row.id,
            "briefing": row.briefing,
            "title": titles.get(row.briefing, row.briefing),
            "probability": row.probability,
            "status": _(row.status),
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
    low = alt.X("low:Q", title=_("probability")).bin("binned")
    rows = alt.Y("count:Q", title=_("rows"))
    _draw_chart(_("Rows by probability"), bars.encode(low, rows, _status(), x2="high"))


def _draw_kinds(sums: pd.DataFrame) -> None:
    found = sums.groupby(["status", "kind"], as_index=False)["count"].sum()
    kinds = alt.Y("kind:N", title="", axis=alt.Axis(labelOverlap=False)).sort("-x")
    chart = alt.Chart(found).mark_bar(tooltip=True)
    height = max(240, 70 + 20 * found["kind"].nunique())
    chart = chart.encode(alt.X("count:Q", title=_("rows")), kinds, _status())
    _draw_chart(_("Sentences per row, Chinese-English"), chart, height)


def _draw_coverage(frame: pd.DataFrame) -> None:
    linked = frame[(frame["zh"] > 0) & (frame["en"] > 0)]
    shares = pd.DataFrame(
        {"side": side, "share": linked[name].sum() / max(frame[name].sum(), 1)}
        for side, name in ((_("Chinese"), "zh"), (_("English"), "en"))
    )
    share = alt.X("share:Q", title=_("share of characters with a translation"), scale=_UNIT)
    bars = alt.Chart(shares).mark_bar(color=_BLUE)
    _draw_chart(_("Coverage"), bars.encode(share.axis(format="%"), alt.Y("side:N", title="")), 110)


def _draw_lengths(frame: pd.DataFrame) -> None:
    linked = frame[(frame["zh"] > 0) & (frame["en"] > 0)]
    pick = alt.selection_point(name="pick", fields=["id", "briefing"])
    points = alt.Chart(linked).mark_circle(size=28)
    chart = points.encode(
        alt.X("zh:Q", title=_("Chinese characters")),
        alt.Y("en:Q", title=_("English characters")),
        _status(),
        opacity=alt.condition(pick, alt.value(0.85), alt.value(0.25)),
        tooltip=[
            alt.Tooltip("text", title=_("text")),
            alt.Tooltip("probability", title=_("probability")),
            alt.Tooltip("title", title=_("title")),
        ],
    )
    st.markdown("**" + _("Lengths: click a point to open the row") + "**")
    chart = chart.add_params(pick).properties(height=240)
    event = st.altair_chart(chart, on_select="rerun", key="lengths")
    if chosen := event.selection.get("pick"):
        open_row(chosen[0]["briefing"], chosen[0]["id"])


def _draw_reliability(log: tuple[HistoryEntry, ...]) -> None:
    title = _("Predicted probability vs. reviewer decisions")
    verdicts = first_verdicts(log)
    if len(verdicts) < 10:
        st.markdown(f"**{title}**")
        st.caption(_("Available after ten rows have been reviewed."))
        return
    found = pd.DataFrame(verdicts)
    curve = calibration_curve(found["probability"].to_numpy(), found["right"].to_numpy())
    bins = pd.DataFrame(curve).set_axis(["promised", "right", "rows"], axis=1)
    promised = alt.X("promised:Q", title=_("predicted probability"))
    right = alt.Y("right:Q", title=_("observed accuracy"))
    diagonal = alt.Chart(pd.DataFrame({"promised": [0.0, 1.0], "right": [0.0, 1.0]}))
    tips = [
        alt.Tooltip("promised:Q", title=_("predicted probability"), format=".2f"),
        alt.Tooltip("right:Q", title=_("observed accuracy"), format=".0%"),
        alt.Tooltip("rows", title=_("rows")),
    ]
    size = alt.Size("rows:Q", title=_("rows"), legend=alt.Legend(tickCount=3)).scale(
        range=[60, 400]
    )
    points = alt.Chart(bins).mark_circle(color=_BLUE).encode(promised, right, size, tooltip=tips)
    line = diagonal.mark_line(color=_GREY, strokeDash=[4, 4]).encode(promised, right)
    _draw_chart(title, line + points)


def _draw_days(log: tuple[HistoryEntry, ...]) -> None:
    if not log:
        st.markdown("**" + _("Decisions over time") + "**")
        st.caption(_("Available after the first decision."))
        return
    days = pd.DataFrame(
        {"day": entry.at.date().isoformat(), "reviewer": neutralise(entry.decision.reviewer)}
        for entry in log
    )
    # Days are categories, not a time scale, because a single day would fill the whole width.
    width = min(40, 500 // days["day"].nunique())
    bars = alt.Chart(days).mark_bar(tooltip=True, size=max(width, 2))
    day = alt.X("day:O", title="", axis=alt.Axis(labelAngle=0, labelOverlap=True))
    count, who = alt.Y("count()", title=_("decisions")), alt.Color("reviewer:N", title="")
    _draw_chart(_("Decisions over time"), bars.encode(day, count, who))
