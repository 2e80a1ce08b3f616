"""The start page: the briefings of the corpus, and a form that adds one by its address."""

import datetime as dt
from collections.abc import Callable

import streamlit as st

from ..errors import AlignError
from ..settings import Settings
from ..store import BriefingSummary, Store
from .access import may
from .jump import BACK
from .state import corpus_name, forget, reviewer, shared_encoder
from .words import ago, counted, plain

PAGE = 20
"""Briefings on one page of the list."""


def view(store: Store | None) -> None:
    """Draw the list of briefings, or what to do when there is none."""
    summaries = store.briefings() if store else ()
    if not summaries:
        _teach()
        _add_form(store, expanded=True)
        return
    st.subheader(counted(len(summaries), "briefing"))
    _progress(summaries)
    found = _found(summaries)
    if not found:
        st.info("No briefing fits the search.")
    last = max((len(found) - 1) // PAGE, 0)
    page = min(int(st.session_state.get("page", 0)), last)
    for summary in found[page * PAGE : (page + 1) * PAGE]:
        _line(summary)
    if last:
        _pages(page, last)
    _add_form(store, expanded=False)


def open_briefing(briefing_id: str, row: str = "") -> None:
    """Go to the review of a briefing, at a row."""
    forget()
    st.session_state.pop(BACK, None)
    st.query_params["briefing"] = briefing_id
    if row:
        st.query_params["row"] = row
    else:
        st.query_params.pop("row", None)


def _progress(summaries: tuple[BriefingSummary, ...]) -> None:
    beads = sum(summary.beads for summary in summaries)
    done = sum(summary.reviewed for summary in summaries)
    st.progress(
        done / beads if beads else 1.0, text=f"{done:,} of {counted(beads, 'row')} reviewed"
    )


def _found(summaries: tuple[BriefingSummary, ...]) -> list[BriefingSummary]:
    if len(summaries) < 6:
        return list(summaries)
    words = st.text_input(
        "Find a briefing",
        type="search",
        live="200ms",
        key="find",
        placeholder="Title, date or address",
        label_visibility="collapsed",
    )
    needle = (words or "").casefold()
    return [
        summary
        for summary in summaries
        if needle
        in f"{summary.en_title} {summary.zh_title} {summary.date} {summary.address}".casefold()
    ]


def _pages(page: int, last: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Newer", disabled=page == 0, key="newer", on_click=_turn_to, args=(page - 1,))
        st.caption(f"Page {page + 1} of {last + 1}", width="content")
        st.button("Older", disabled=page == last, key="older", on_click=_turn_to, args=(page + 1,))


def _turn_to(page: int) -> None:
    st.session_state["page"] = page


def _line(summary: BriefingSummary) -> None:
    with (
        st.container(border=True, key=f"briefing-{summary.id}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        with st.container(gap=None):
            st.markdown(f"**{plain(summary.en_title or summary.id)}**")
            st.markdown(plain(summary.zh_title) or " ")
            st.caption(_about(summary))
        st.button(
            "Review" if summary.unreviewed else "Open",
            key=f"open-{summary.id}",
            type="primary" if summary.unreviewed else "secondary",
            on_click=open_briefing,
            args=(summary.id,),
        )


def _about(summary: BriefingSummary) -> str:
    parts = [
        summary.date.isoformat() if summary.date else "no date",
        f"{summary.reviewed:,} of {counted(summary.beads, 'row')} reviewed",
    ]
    if summary.flagged:
        parts.append(f"{summary.flagged} flagged")
    parts.append(f"changed {ago(summary.changed_at, dt.datetime.now(dt.UTC))}")
    return " · ".join(parts)


def _teach() -> None:
    st.subheader("No briefing yet")
    st.markdown(
        "A briefing is one press conference in two languages. Add one, and this page shows its "
        "Chinese and English text side by side, row by row, for you to check.\n\n"
        "1. Paste the address of a briefing in either language below, **or** run\n"
        f"   `align add ADDRESS --corpus {corpus_name()}` in a terminal.\n"
        "2. Open it and read: the row with the strongest mark at its edge is the most doubtful.\n"
        "3. **a** accepts a row and goes on, **m** merges, **s** splits, **u** undoes, "
        "**?** shows every key.\n"
        "4. Download the result as TMX, TSV or JSON lines."
    )


def _add_form(store: Store | None, *, expanded: bool) -> None:
    if not may(store, reviewer(), "decide"):
        return
    with st.expander("Add a briefing", expanded=expanded, icon=":material/add:"):
        with st.form("add", border=False):
            address = st.text_input(
                "Address of a briefing, in either language",
                placeholder="https://…",
                key="add_address",
            )
            other = st.text_input(
                "Address of the other language, if the page does not link to it",
                key="add_other",
            )
            pressed = st.form_submit_button("Add", type="primary")
        if pressed and not address.strip():
            st.warning("Paste the address of a briefing first.")
        elif pressed:
            _add(address.strip(), other.strip())


def _add(address: str, other: str) -> None:
    status = st.status("Reading …")
    try:
        added = add_briefing(address, other, lambda words: status.update(label=plain(words)))
    except AlignError as error:
        status.update(label="Not added", state="error")
        st.error(plain(str(error)))  # below the status, which folds its own text away
        return
    status.update(label="Added", state="complete")
    for briefing_id in added:
        st.button("Open it", key=f"new-{briefing_id}", on_click=open_briefing, args=(briefing_id,))


def add_briefing(address: str, other: str, say: Callable[[str], None]) -> list[str]:
    """Run the whole pipeline for an address, and give the ids of what was added.

    :raises AlignError: when something cannot be read, aligned or stored.
    """
    from ..fetch import Fetcher, FetchSettings
    from ..jobs import Rules, jobs_of
    from ..pipeline import add
    from ..sources import is_address

    if not is_address(address):
        raise AlignError(f"{address}: not an address; it must begin with http:// or https://")
    settings = Settings.from_environment()
    encoder = shared_encoder(settings.encoder)
    rules = Rules(zh=other, max_bytes=settings.max_bytes)
    with (
        Fetcher(FetchSettings.of(settings), progress=say) as fetcher,
        Store.open(settings.corpus, create=True) as store,
    ):
        jobs = jobs_of([address], rules, fetcher.get, say)
        added = []
        for job in jobs:
            say(f"reading {job.name}")
            pair = job.read(fetcher.get, say)
            say(f"aligning {job.name}")
            added.append(add(store, pair, encoder, say=say).id)
        return added
