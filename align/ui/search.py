"""Search page: a concordance of the whole corpus, and hits by meaning."""

import datetime as dt
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from ..export.formats import FORMATS
from ..records import STATUSES, Role, Status
from ..search import SORTS, Concordance, FacetCount, SemanticHit, SemanticSearch, Where
from ..settings import Settings
from ..store import Store
from ..text.strings import count_noun
from .downloads import export_bytes
from .elements import draw_download, draw_empty, go_to_choice, neutralise, read_titles
from .hits import describe_nearness, draw_hit
from .session_state import corpus_location, load_encoder

PAGE = 25
"""Hits on one page; the nearest rows by meaning: those after them have little to do with it."""

WEAK = 0.3
"""A nearest row that is less near has chance in it: so near come any two greetings."""

MEANING = "by meaning"
SIDES = {"both": "zh en", "Chinese": "zh", "English": "en"}

LONG = 5
"""Briefings whose reading is worth a word."""

ROLES: tuple[Role, ...] = ("", "chair", "speaker", "media")

DOWNLOADS = ("tsv", "tmx", "jsonl")
"""Formats with a button; all others are on the command line."""

ORDERS = {
    "newest": "newest first",
    "oldest": "oldest first",
    "doubtful": "most doubtful first",
    "shortest": "shortest first",
    "relevance": "best match first",
    "left": "by the words before",
    "right": "by the words after",
}

HELP = (Path(__file__).parent / "static" / "search_help.md").read_text(encoding="utf-8")

_KEEP: dict[str, Any] = {"persist_state": "session"}


@st.cache_resource(show_spinner=False, max_entries=4)
def open_concordance(_store: Store, location: str) -> Concordance:
    """Open the index of words once for all sessions."""
    return Concordance(_store)


@st.cache_resource(show_spinner=False, max_entries=4)
def _semantic_search(
    _store: Store, _concordance: Concordance, location: str, encoder: str
) -> SemanticSearch:
    return SemanticSearch(_store, load_encoder(encoder), _concordance)


def refresh_index(concordance: Concordance) -> None:
    """Bring the index up to date, and say so where that takes long."""
    place = st.empty()

    def show(done: int, total: int) -> None:
        if total >= LONG:
            place.progress(done / total, f"Reading the corpus: {done:,} of {total:,} briefings")

    concordance.refresh(show)
    place.empty()


def draw(store: Store | None) -> None:
    """Draw the search page."""
    if store is None:
        draw_empty("Words and passages of all briefings, each with its translation beside it.")
        return
    query = st.text_input(
        "Search the corpus",
        key="words",
        type="search",
        bind="query-params",
        placeholder="水价   “open to ships”   develop*   zh:海洋 -en:marine",
        help=HELP,
    )
    st.segmented_control(
        "Find",
        ("by words", MEANING),
        key="s_by",
        default="by words",
        required=True,
        label_visibility="collapsed",
        **_KEEP,
    )
    where, sort = _draw_conditions()
    if not (query or "").strip():
        st.caption("Chinese characters search the Chinese side, other words the English one.")
        return
    concordance = open_concordance(store, corpus_location())
    refresh_index(concordance)
    if st.session_state.get("s_by") == MEANING:
        _draw_nearest(store, _find_nearest(store, concordance, query or "", where))
    else:
        _draw_found(store, concordance, query or "", where, sort)
    go_to_choice()


def _find_nearest(
    store: Store, concordance: Concordance, query: str, where: Where
) -> tuple[SemanticHit, ...]:
    """Find the rows that are nearest; vectors that are missing are made first."""
    with st.spinner("Comparing meanings …"):
        encoder = Settings.from_environment().encoder
        search = _semantic_search(store, concordance, corpus_location(), encoder)
        bar = st.empty()
        search.refresh(
            lambda done, total: bar.progress(
                min(done / total, 1.0), f"Reading the meaning of {total:,} texts, once: {done:,}"
            )
        )
        bar.empty()
        sides = SIDES[st.session_state.get("s_side") or "both"]
        return search.search(query, PAGE, where=where, sides=sides)


def _draw_nearest(store: Store, nearest: tuple[SemanticHit, ...]) -> None:
    if not nearest:
        st.info("No row fits these conditions. Take one away.")
        return
    st.caption(
        "The nearest rows, whatever their words."
        if nearest[0].similarity >= WEAK
        else "Nothing is really near. A whole sentence, in either language, finds more than a word."
    )
    titles = read_titles(store)
    for near in nearest:
        hit = near.hit
        draw_hit(hit, titles.get(hit.briefing, hit.briefing), note=describe_nearness(near))


def _draw_found(
    store: Store, concordance: Concordance, query: str, where: Where, sort: str
) -> None:
    """Draw the hits by words: how many, one page of them, and all of them as files."""
    question = (query, where, sort)
    if st.session_state.get("hits_of") != question:  # every new question begins at its first page
        st.session_state["hits_of"] = question
        _turn(0)
    offset = PAGE * int(st.session_state.get("hits_page", 0))
    found = concordance.search(query, PAGE, where=where, sort=sort, offset=offset)
    if offset and not found.hits:
        _turn(0)
        st.rerun()
    if not found.total:
        st.info(
            "No row fits. Leave a word out, shorten the passage, take a condition away, "
            "or find what is near by meaning."
        )
        return
    fit = "fits" if found.total == 1 else "fit"
    st.caption(
        f"{count_noun(found.total, 'row')} {fit}. "
        "Marked: what was sought; underlined: its translation."
    )
    _draw_counts(concordance, query, where)
    titles = read_titles(store)
    for hit in found.hits:
        title = titles.get(hit.briefing, hit.briefing)
        draw_hit(hit, title, in_line=sort in ("left", "right"))
    _draw_pages(found.total)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Download all of them:", width="content")
        for kind in filter(FORMATS.__contains__, DOWNLOADS):
            make = partial(export_hits, store, concordance, query, where, kind)
            name = f"hits{FORMATS[kind].suffix}"
            draw_download(kind.upper(), make, name, key=f"hits_{kind}")


def _draw_conditions() -> tuple[Where, str]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        speaker = st.text_input("Speaker", key="s_speaker", placeholder="any", width=170, **_KEEP)
        statuses: list[Status] = st.multiselect(
            "Status", STATUSES, key="s_status", placeholder="any", width=190, **_KEEP
        )
        sort: str | None = None
        if st.session_state.get("s_by") == MEANING:
            st.selectbox("Near by", SIDES, key="s_side", width=220, **_KEEP)
        else:
            sort = st.selectbox(
                "Order", SORTS, format_func=ORDERS.__getitem__, key="s_sort", width=220, **_KEEP
            )
        where = _draw_more(speaker or "", tuple(statuses))
    return where, sort or "newest"


def _draw_more(speaker: str, statuses: tuple[Status, ...]) -> Where:
    """Draw the conditions that are needed less often; return all conditions together."""
    names = ("s_since", "s_until", "s_role", "s_site", "s_doubt")
    active = sum(bool(st.session_state.get(name)) for name in names)
    with st.popover(f"More conditions ({active})" if active else "More conditions"):
        first, last = dt.date(1949, 10, 1), dt.date(2100, 1, 1)
        day = partial(st.date_input, value=None, min_value=first, max_value=last, **_KEEP)
        since, until = day("From", key="s_since"), day("To", key="s_until")
        role = st.selectbox(
            "Role", ROLES, format_func=lambda role: role or "any", key="s_role", **_KEEP
        )
        site = st.text_input("Site", key="s_site", placeholder="www.example.org", **_KEEP)
        at_most = st.number_input(
            "Probability at most", 0.0, 1.0, None, 0.05, key="s_doubt", placeholder="any", **_KEEP
        )
    return Where(
        since=since if isinstance(since, dt.date) else None,
        until=until if isinstance(until, dt.date) else None,
        speaker=speaker.strip(),
        role=role or "",
        site=(site or "").strip(),
        statuses=statuses,
        at_most=at_most,
    )


def _draw_pages(total: int) -> None:
    last = max((total - 1) // PAGE, 0)
    page = int(st.session_state.get("hits_page", 0))
    if not last:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Back", key="hits_back", disabled=page == 0, on_click=_turn, args=(page - 1,))
        st.caption(f"Page {page + 1} of {last + 1}", width="content")
        st.button("More", key="hits_more", disabled=page >= last, on_click=_turn, args=(page + 1,))


def _turn(page: int) -> None:
    st.session_state["hits_page"] = page


def export_hits(
    store: Store, concordance: Concordance, query: str, where: Where, kind: str
) -> bytes:
    """Return a file of all hits in a format."""
    beads = concordance.beads(query, where=where)
    ids = frozenset(bead for bead, _ in beads)
    return export_bytes(store, kind, ids, sorted({briefing for _, briefing in beads}))


def _draw_counts(concordance: Concordance, query: str, where: Where) -> None:
    box = st.expander("By year and speaker", key="hits_counts", on_change="rerun")
    if not box.open:
        return
    counts = concordance.counts(query, where=where, speakers=10)
    with box:
        left, right = st.columns(2)
        with left:
            _draw_bars("Rows by year", counts.years, upright=True)
        with right:
            _draw_bars("Rows by speaker, the ten with most", counts.speakers, upright=False)


def _draw_bars(title: str, counts: Iterable[FacetCount], *, upright: bool) -> None:
    import altair as alt
    import pandas as pd

    frame = pd.DataFrame(
        [(neutralise(one.name), one.hits) for one in counts], columns=["name", "rows"]
    )
    names = alt.Axis(labelLimit=220, labelAngle=0, labelOverlap=False)
    sizes = alt.Axis(format="d", tickMinStep=1)
    chart = (
        alt.Chart(frame).encode(
            alt.X("name:O", title="", axis=names), alt.Y("rows:Q", title="rows", axis=sizes)
        )
        if upright
        else alt.Chart(frame).encode(
            alt.Y("name:N", title="", axis=names).sort(None),
            alt.X("rows:Q", title="rows", axis=sizes),
        )
    )
    st.markdown(f"**{title}**")
    width = min(60, 600 // max(len(frame), 1))
    bars = chart.mark_bar(color="#5b8db8", tooltip=True, size=width if upright else 18)
    st.altair_chart(bars.properties(height=240 if upright else 60 + 30 * len(frame)))
