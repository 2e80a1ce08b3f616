"""Search page: concordance of the whole corpus, and search by meaning."""

from collections.abc import Iterable
from functools import partial

import streamlit as st

from ...corpus.search import Concordance, FacetCount, Where
from ...corpus.search.semantic import SemanticHit, SemanticSearch
from ...corpus.search.terms import LEAST_ROWS, KeptTerms
from ...corpus.store import Store
from ...settings import Settings
from .downloads import draw_files
from .elements import draw_empty, neutralise, read_titles
from .hits import describe_nearness, draw_hits
from .language import format_count, read_help
from .language import gettext as _
from .search_conditions import (
    draw_conditions,
    draw_order,
    draw_way,
    read_address,
    write_address,
)
from .session_state import corpus_location, load_encoder
from .toolbar import draw_toolbar

PAGE = 50
"""Hits on one page."""

NEAREST = 25
"""Rows returned by a search by meaning; later ones are hardly related to the query."""

WEAK = 0.3
"""Similarity below which a nearest row may be a chance match: any two greetings reach it."""

LONG = 5
"""Minimum number of briefings to read for which progress is shown."""

EXAMPLES = 8
"""Maximum terms of the corpus offered as examples if the query is empty."""


@st.cache_resource(show_spinner=False, max_entries=4)
def _concordance(_store: Store, location: str) -> Concordance:
    return Concordance(_store)


@st.cache_resource(show_spinner=False, max_entries=4)
def _semantic_search(_concordance: Concordance, location: str, encoder: str) -> SemanticSearch:
    return SemanticSearch(_concordance, load_encoder(encoder))


def open_concordance(store: Store) -> Concordance:
    """Return the concordance with an updated index; show progress if many briefings are read."""
    concordance = _concordance(store, corpus_location())
    place = st.empty()

    def show(done: int, total: int) -> None:
        if total >= LONG:
            words = _("Indexing: {done:,} of {total:,} briefings")
            place.progress(done / total, words.format(done=done, total=total))

    concordance.refresh(show)
    place.empty()
    return concordance


def draw(store: Store | None) -> None:
    """Draw the search page."""
    if store is None:
        draw_empty(_("Search every briefing; each hit is shown with its translation."))
        return
    read_address()
    with st.container(horizontal=True, vertical_alignment="center", key="search_head"):
        query = st.text_input(
            _("Search the corpus"),
            key="words",
            type="search",
            bind="query-params",
            placeholder="水价   “open to ships”   develop*   zh:海洋 -en:marine",
            label_visibility="collapsed",
        )
        by_meaning = draw_way() == "meaning"
        order = "" if by_meaning else draw_order()
        where = draw_conditions()
        files = st.popover(_("Download"), icon=":material/download:", key="hits_download")
        with st.popover(_("Syntax"), key="search_help"):
            st.markdown(read_help("search_help"))
    draw_toolbar(store, _("Search the corpus"), "hits")
    concordance = open_concordance(store)
    if not (query or "").strip():
        files.caption(_("Run a search first."))
        _draw_examples(concordance)
    elif by_meaning:
        files.caption(_("Only word-search hits can be downloaded."))
        _draw_nearest(store, _find_nearest(concordance, query or "", where))
    else:
        if _draw_found(store, concordance, query or "", where, order):
            with files:
                find = partial(concordance.beads, query or "", where=where)
                unread = where.statuses == ("rejected",)
                draw_files(store, "hits", key="hits", find=find, unread=unread)
        else:
            files.caption(_("No matching rows. Clear the search or a filter."))
    write_address()


def _draw_examples(concordance: Concordance) -> None:
    """Draw example queries, with terms of the corpus if they are counted, and the search help."""
    st.caption(_("Chinese characters search the Chinese text; other words search the English."))
    kept = KeptTerms(concordance.index, LEAST_ROWS)
    terms = [term.zh for term in kept.find(limit=EXAMPLES)] if kept.state() else []
    with st.container(horizontal=True, key="search_examples"):
        for words in dict.fromkeys([*terms, "发展", "zh:合作 -en:cooperation", "develop*"]):
            st.button(
                words,
                key=f"example-{words}",
                on_click=st.session_state.__setitem__,
                args=("words", words),
            )
    st.markdown(read_help("search_help"))


def _find_nearest(concordance: Concordance, query: str, where: Where) -> tuple[SemanticHit, ...]:
    """Return the rows nearest in meaning; compute missing vectors first."""
    with st.spinner(_("Comparing meanings …")):
        encoder = Settings.from_environment().encoder
        search = _semantic_search(concordance, corpus_location(), encoder)
        bar = st.empty()
        words = _("Encoding {total:,} texts (first time only): {done:,} done")
        search.refresh(
            lambda done, total: bar.progress(
                min(done / total, 1.0), words.format(total=total, done=done)
            )
        )
        bar.empty()
        return search.search(query, NEAREST, where=where)


def _draw_nearest(store: Store, nearest: tuple[SemanticHit, ...]) -> None:
    if not nearest:
        st.info(_("No rows match these filters. Remove one."))
        return
    st.caption(
        _("The rows closest in meaning, regardless of wording.")
        if nearest[0].similarity >= WEAK
        else _(
            "No close matches. A full sentence, in either language, works better than a "
            "single word."
        )
    )
    hits = [near.hit for near in nearest]
    draw_hits(store, hits, read_titles(store), list(map(describe_nearness, nearest)))


def _draw_found(
    store: Store, concordance: Concordance, query: str, where: Where, order: str
) -> bool:
    """Draw the number of hits by words and one page of them; return whether there are any."""
    question = (query, where, order)
    if st.session_state.setdefault("hits_of", question) != question:
        st.session_state["hits_of"] = question  # a new query begins at page 1
        st.session_state["s_page"] = 1
    offset = PAGE * (int(st.session_state.get("s_page", 1)) - 1)
    found = concordance.search(query, PAGE, where=where, sort=order, offset=offset)
    if offset and not found.hits:
        st.session_state["s_page"] = 1
        st.rerun()
    if not found.total:
        st.info(
            _(
                "No matches. Try fewer words, a shorter passage, fewer filters, or search by "
                "meaning."
            )
        )
        return False
    fit = format_count("{count:,} match", "{count:,} matches", found.total)
    with st.container(horizontal=True, vertical_alignment="center", key="hits_head"):
        st.caption(fit + _(". Highlighted: your search; underlined: its translation."))
        if found.total > PAGE:
            pages = (found.total - 1) // PAGE + 1
            # Seven numbers wide: what lies in a row is squeezed to two.
            st.pagination(pages, width=340, key="s_page", persist_state="session")
    draw_hits(store, found.hits, read_titles(store))
    _draw_counts(concordance, query, where)
    return True


def _draw_counts(concordance: Concordance, query: str, where: Where) -> None:
    box = st.expander(_("By year and speaker"), key="hits_counts", on_change="rerun")
    if not box.open:
        return
    counts = concordance.counts(query, where=where, speakers=10)
    left, right = box.columns(2)
    with left:
        _draw_bars(_("Rows by year"), counts.years)
    with right:
        _draw_bars(_("Rows by speaker (top ten)"), counts.speakers)


def _draw_bars(title: str, counts: Iterable[FacetCount]) -> None:
    import altair as alt
    import pandas as pd

    frame = pd.DataFrame(
        [(neutralise(one.name), one.hits) for one in counts], columns=["name", "rows"]
    )
    sizes = alt.X("rows:Q", title=_("rows"), axis=alt.Axis(format="d", tickMinStep=1))
    names = alt.Y("name:N", title="", axis=alt.Axis(labelLimit=220, labelOverlap=False)).sort(None)
    bars = alt.Chart(frame).mark_bar(color="#5b8db8", tooltip=True, size=18).encode(sizes, names)
    st.markdown(f"**{title}**")
    st.altair_chart(bars.properties(height=60 + 30 * len(frame)))
