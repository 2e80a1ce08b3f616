"""Search page: a concordance of the whole corpus, with the counterpart of each hit."""

import datetime as dt
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import streamlit as st

from ..export.formats import FORMATS
from ..export.run import ExportPlan, export
from ..records import STATUSES, Role, Status
from ..search import SORTS, Concordance, FacetCount, Hit, Where
from ..store import Store
from ..text.wording import count_noun, shorten
from .downloads import Selection
from .hits import STYLE, both, line
from .markdown import plain
from .navigation import aim, go_now, nothing_yet
from .semantic_hits import SIDES, nearest, show
from .session_state import corpus_location, encoder_name

PAGE = 25
"""Hits on one page."""

MEANING = "by meaning"

LONG = 5
"""Briefings whose reading is worth a word."""

ROLES: tuple[Role, ...] = ("", "chair", "speaker", "media")

FILES = ("tsv", "tmx", "jsonl")
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

HELP = """\
| write | to find |
|---|---|
| `水价` | these characters, one after the other |
| `ports growing` | both words, in any form |
| `"open to ships"` | these words, one after the other |
| `develop*` | words that begin so |
| `港*开放` | two passages near each other |
| `水价 -"water price"` | the one, and not the other |
| `zh:GDP -en:GDP` | a side by name |
| `ship OR vessel` | one of the two |
"""


@st.cache_resource(show_spinner=False, max_entries=4)
def _concordance(_store: Store, _location: str) -> Concordance:
    return Concordance(_store)


def _read(concordance: Concordance) -> None:
    """Bring the index up to date, and say so where that takes long."""
    place = st.empty()

    def show(done: int, total: int) -> None:
        if total >= LONG:
            place.progress(done / total, f"Reading the corpus: {done:,} of {total:,} briefings")

    concordance.refresh(show)
    place.empty()


def view(store: Store | None) -> None:
    """Draw the search page."""
    if store is None:
        nothing_yet("Words and passages of all briefings, each with its translation beside it.")
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
        persist_state="session",
    )
    where, sort = _conditions()
    if not (query or "").strip():
        st.caption("Chinese characters search the Chinese side, other words the English one.")
        return
    concordance = _concordance(store, corpus_location())
    _read(concordance)
    titles = {one.id: one.en_title or one.zh_title or one.id for one in store.briefings()}
    if st.session_state.get("s_by") == MEANING:
        near = nearest(store, concordance, corpus_location(), encoder_name(), query or "", where)
        st.html(STYLE)
        show(near, lambda hit, note: _hit(hit, titles.get(hit.briefing, hit.briefing), note=note))
        go_now()
        return
    offset = PAGE * _page((query, where, sort))
    found = concordance.search(query or "", PAGE, where=where, sort=sort, offset=offset)
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
    said = f"{count_noun(found.total, 'row')} {fit}."
    st.caption(f"{said} Marked: what was sought; underlined: its translation.")
    _counts(concordance, query or "", where)
    st.html(STYLE)
    for hit in found.hits:
        _hit(hit, titles.get(hit.briefing, hit.briefing), in_lines=sort in ("left", "right"))
    _pages(found.total)
    _downloads(store, concordance, query or "", where)
    go_now()


def _conditions() -> tuple[Where, str]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        speaker = st.text_input(
            "Speaker", key="s_speaker", placeholder="any", width=170, persist_state="session"
        )
        statuses: list[Status] = st.multiselect(
            "Status",
            STATUSES,
            key="s_status",
            placeholder="any",
            width=190,
            persist_state="session",
        )
        if st.session_state.get("s_by") == MEANING:
            st.selectbox("Near by", SIDES, key="s_side", width=220, persist_state="session")
            sort: str | None = None
        else:
            sort = st.selectbox(
                "Order",
                SORTS,
                format_func=lambda one: ORDERS[one],
                key="s_sort",
                width=220,
                persist_state="session",
            )
        more = _more()
    where = Where(
        since=more.since,
        until=more.until,
        speaker=(speaker or "").strip(),
        role=more.role,
        site=more.site,
        statuses=tuple(statuses),
        at_most=more.at_most,
    )
    return where, sort or "newest"


def _more() -> Where:
    """Draw the conditions that are needed less often."""
    names = ("s_since", "s_until", "s_role", "s_site", "s_doubt")
    active = sum(bool(st.session_state.get(name)) for name in names)
    with st.popover(f"More conditions ({active})" if active else "More conditions"):
        day = partial(
            st.date_input,
            value=None,
            min_value=dt.date(1949, 10, 1),
            max_value=dt.date(2100, 1, 1),
            persist_state="session",
        )
        since, until = day("From", key="s_since"), day("To", key="s_until")
        role = st.selectbox(
            "Role",
            ROLES,
            format_func=lambda one: one or "any",
            key="s_role",
            persist_state="session",
        )
        site = st.text_input(
            "Site", key="s_site", placeholder="www.example.org", persist_state="session"
        )
        at_most = st.number_input(
            "Probability at most",
            0.0,
            1.0,
            None,
            0.05,
            key="s_doubt",
            placeholder="any",
            persist_state="session",
        )
    return Where(
        since=since if isinstance(since, dt.date) else None,
        until=until if isinstance(until, dt.date) else None,
        role=role or "",
        site=(site or "").strip(),
        at_most=at_most,
    )


def _hit(hit: Hit, title: str, *, in_lines: bool = False, note: str = "") -> None:
    with st.container(border=True, key=f"hit-{hit.bead}"):
        st.html(line(hit) if in_lines else both(hit))
        with st.container(horizontal=True, vertical_alignment="center", key=f"foot-{hit.bead}"):
            st.caption(" · ".join(filter(None, (note, _about(hit, title)))))
            st.button(
                "Open",
                key=f"open-{hit.bead}",
                help="Open this row in its briefing, to read on or to correct it.",
                type="tertiary",
                icon=":material/arrow_forward:",
                icon_position="right",
                on_click=aim,
                args=(hit.briefing, hit.bead),
            )


def _about(hit: Hit, title: str) -> str:
    """Say in one line where a hit stands, and how far it can be trusted."""
    chance = "" if hit.probability is None else f"probability {hit.probability:.2f}"
    trust = hit.status if hit.status != "unreviewed" else chance or "unreviewed"
    parts = (hit.date, trust, shorten(hit.speaker, 60), shorten(title, 120))
    return " · ".join(plain(part) for part in parts if part)


def _page(asked: tuple[object, ...]) -> int:
    """Return the page to show: the first one of every new question."""
    if st.session_state.get("hits_of") != asked:
        st.session_state["hits_of"] = asked
        _turn(0)
    return int(st.session_state.get("hits_page", 0))


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


def _downloads(store: Store, concordance: Concordance, query: str, where: Where) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Download all of them:", width="content")
        for name in FILES:
            if name in FORMATS:
                st.download_button(
                    name.upper(),
                    partial(hits_file, store, concordance, query, where, name),
                    file_name=f"hits{FORMATS[name].suffix}",
                    on_click="ignore",
                    key=f"hits_{name}",
                )


def hits_file(store: Store, concordance: Concordance, query: str, where: Where, name: str) -> bytes:
    """Make a file of all hits in a format."""
    beads = concordance.beads(query, where=where)
    with tempfile.TemporaryDirectory() as folder:
        done = export(
            store,
            ExportPlan(
                name,
                Path(folder) / f"hits{FORMATS[name].suffix}",
                filters=[Selection(frozenset(bead for bead, _ in beads))],
                briefings=sorted({briefing for _, briefing in beads}),
            ),
        )
        return done.files[0].read_bytes()


def _counts(concordance: Concordance, query: str, where: Where) -> None:
    box = st.expander("By year and speaker", key="hits_counts", on_change="rerun")
    if not box.open:
        return
    counts = concordance.counts(query, where=where, speakers=10)
    with box:
        left, right = st.columns(2)
        with left:
            _bars("Rows by year", counts.years, upright=True)
        with right:
            _bars("Rows by speaker, the ten with most", counts.speakers, upright=False)


def _bars(title: str, counts: Iterable[FacetCount], *, upright: bool) -> None:
    import altair as alt
    import pandas as pd

    frame = pd.DataFrame([(one.name, one.hits) for one in counts], columns=["name", "rows"])
    names = alt.Axis(labelLimit=220, labelAngle=0, labelOverlap=False)
    sizes = alt.Axis(format="d", tickMinStep=1)
    if upright:
        chart = alt.Chart(frame).encode(
            alt.X("name:O", title="", axis=names), alt.Y("rows:Q", title="rows", axis=sizes)
        )
    else:
        chart = alt.Chart(frame).encode(
            alt.Y("name:N", title="", axis=names).sort(None),
            alt.X("rows:Q", title="rows", axis=sizes),
        )
    st.markdown(f"**{title}**")
    width = min(60, 600 // max(len(frame), 1))
    bars = chart.mark_bar(color="#5b8db8", tooltip=True, size=width if upright else 18)
    st.altair_chart(bars.properties(height=240 if upright else 60 + 30 * len(frame)))
