"""The search page: a concordance of the whole corpus, with the counterpart of each hit."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from ..records import STATUSES, Role, Status
from ..search import SORTS, Concordance, Count, Hit, Mark, Side, Where
from ..store import Store
from .jump import go_now, link_to
from .state import corpus_location
from .words import plain

PAGE = 25
"""Hits on one page."""

ROLES: tuple[Role, ...] = ("", "chair", "speaker", "media")

_STYLE = """<style>
.hit { display: grid; grid-template-columns: 1fr 1fr; gap: 0.2rem 1.4rem; overflow-wrap: anywhere }
.hit > div { unicode-bidi: isolate; line-height: 1.6 }
.hit mark { background: color-mix(in srgb, #f5c518 50%, transparent); color: inherit;
  border-radius: 2px }
.hit i { font-style: normal; border-bottom: 2px solid #5b8db8 }
@media (max-width: 640px) { .hit { grid-template-columns: 1fr } }
</style>"""


@st.cache_resource(show_spinner=False, max_entries=4)
def _concordance(_store: Store, _location: str) -> Concordance:
    return Concordance(_store)


def view(store: Store | None) -> None:
    """Draw the search page."""
    query = st.text_input(
        "Search the corpus",
        key="words",
        type="search",
        bind="query-params",
        placeholder="水价   “open to ships”   develop*   zh:海洋 -en:marine",
        help="Words, “phrases”, beginnings*, -without, zh: and en: for one side, OR between two.",
    )
    if store is None:
        st.caption("Add a briefing on the first page; then its words can be found here.")
        return
    where, sort = _conditions()
    if not (query or "").strip():
        st.caption("Chinese characters search the Chinese side, other words the English one.")
        return
    concordance = _concordance(store, corpus_location())
    offset = PAGE * int(st.session_state.get("hits_page", 0))
    found = concordance.search(query or "", PAGE, where=where, sort=sort, offset=offset)
    if offset and not found.hits:
        st.session_state["hits_page"] = 0
        st.rerun()
    st.caption(f"{found.total:,} rows fit. Marked: what was sought; underlined: its translation.")
    titles = {one.id: one.en_title or one.zh_title or one.id for one in store.briefings()}
    st.html(_STYLE)
    for hit in found.hits:
        _hit(hit, titles.get(hit.briefing, hit.briefing))
    _pages(found.total)
    if found.total:
        _counts(concordance, query or "", where)
    go_now()


def _conditions() -> tuple[Where, str]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        speaker = st.text_input("Speaker", key="s_speaker", placeholder="any", width=200)
        role = st.selectbox("Role", ROLES, format_func=lambda one: one or "any", key="s_role")
        statuses: list[Status] = st.multiselect("Status", STATUSES, key="s_status")
        sort = st.selectbox("Order", SORTS, key="s_sort")
    where = Where(speaker=(speaker or "").strip(), role=role or "", statuses=tuple(statuses))
    return where, sort or "newest"


def _hit(hit: Hit, title: str) -> None:
    with st.container(border=True, key=f"hit-{hit.bead}"):
        st.html(
            f'<div class="hit"><div lang="zh-Hans">{marked(hit.zh)}</div>'
            f'<div lang="en">{marked(hit.en)}</div></div>'
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            about = (hit.date, hit.speaker, title)
            st.caption(" · ".join(plain(part) for part in about if part))
            link_to("Open", hit.briefing, hit.bead, key=f"hit-open-{hit.bead}")


def marked(side: Side) -> str:
    """Give one text as HTML: everything of the corpus escaped, the marks as elements.

    >>> marked(Side("a <b> c", (Mark(2, 5),), ()))
    'a <mark>&lt;b&gt;</mark> c'
    """
    out: list[str] = []
    at = 0
    for mark, tag in _ordered(side.marks, side.counterparts):
        if mark.start < at:
            continue
        words = escape(side.text[mark.start : mark.end])
        out += [escape(side.text[at : mark.start]), f"<{tag}>{words}</{tag}>"]
        at = mark.end
    return "".join([*out, escape(side.text[at:])])


def _ordered(marks: Iterable[Mark], counterparts: Iterable[Mark]) -> list[tuple[Mark, str]]:
    both = [*((one, "mark") for one in marks), *((one, "i") for one in counterparts)]
    return sorted(both, key=lambda pair: pair[0].start)


def _pages(total: int) -> None:
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


def _counts(concordance: Concordance, query: str, where: Where) -> None:
    counts = concordance.counts(query, where=where, speakers=10)
    with st.expander("Where it is said"):
        left, right = st.columns(2)
        with left:
            _table("Year", counts.years)
        with right:
            _table("Speaker", counts.speakers)


def _table(label: str, counts: Iterable[Count]) -> None:
    import pandas as pd

    rows = [(one.name, one.hits) for one in counts]
    st.dataframe(pd.DataFrame(rows, columns=[label, "rows"]), hide_index=True)
