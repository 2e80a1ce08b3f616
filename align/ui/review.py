"""Review page of one briefing: filters and downloads around the table."""

from collections.abc import Sequence

import streamlit as st

from ..records import DOUBTFUL, STATUSES, Status
from ..review import RowFilter
from ..review.changes import find_changes
from ..review.history import decisions_by_others
from ..store import BeadRow, Store
from ..text.strings import count_noun
from . import downloads, facts, glosses, table
from .elements import choose_origin, close_view, neutralise, origin_page, plain
from .language import gettext as _
from .session_state import BriefingView, open_view

POLL = "3s"
"""How often another reviewer's changes are looked for."""

PILLS = ("unreviewed", "doubtful", "failed checks", "not 1-1", "flagged", "rejected")

UNSET = {"f_speaker": [], "f_kind": [], "f_check": [], "f_status": [], "f_who": [], "f_below": 1.0}
"""The filters beside the pills, and what each is when it hides nothing."""


def draw(store: Store, briefing_id: str) -> None:
    """Draw the review of one briefing."""
    view = open_view(store, briefing_id)
    with st.container():  # one element, whatever it holds: the table below must not change place
        with st.container(horizontal=True, vertical_alignment="center", key="review_head"):
            _draw_title(view)
            wanted = _draw_filters(store, view)
        _draw_notices(view)
        _draw_changes(store, view)
    _draw_body(view, wanted, st.session_state.get("queue", False))


def _draw_title(view: BriefingView) -> None:
    briefing = view.briefing
    label = origin_page().capitalize() or "Briefings"
    st.button(label, icon=":material/arrow_back:", on_click=leave, key="leave")
    with st.container(gap=None, key="review_title"):
        st.markdown(f"**{plain(briefing.en.title or briefing.zh.title or briefing.id)}**")
        date = briefing.en.date or briefing.zh.date
        parts = (
            f"reviewing as {plain(view.session.reviewer)}",
            date.isoformat() if date else "",
            plain(briefing.zh.title),
        )
        st.caption(" · ".join(filter(None, parts)))


def _draw_notices(view: BriefingView) -> None:
    session = view.session
    if refusal := session.refusal:
        st.info(plain(refusal), icon=":material/lock:")
    if session.private:
        st.caption("You review this briefing independently: nobody sees your decisions yet.")
    news = decisions_by_others(session.log, session.reviewer, view.seen)
    if news:
        names = ", ".join(sorted({entry.decision.reviewer for entry in news}))
        st.caption(
            f"{count_noun(len(news), 'decision')} by {plain(names)} since you last looked; "
            f"{'its row has' if len(news) == 1 else 'their rows have'} a coloured number."
        )


def _draw_changes(store: Store, view: BriefingView) -> None:
    """Say what the publisher changed since the briefing was stored."""
    name = view.briefing.id
    found = find_changes(store.documents_at(name), store.briefing(name))
    if found:
        with st.expander(f"The publisher changed {count_noun(len(found), 'passage')} since"):
            for change in found:
                st.markdown(f"**{change.headline}**")
                st.text("\n".join(map(neutralise, change.lines)))


def leave() -> None:
    """Go back to the list of briefings, or to the page from which the row was opened."""
    close_view()
    if origin_page():
        choose_origin()
    for name in ("briefing", "row"):
        st.query_params.pop(name, None)
    # The address of these two is their widget's own: Streamlit lets nobody else take it away.
    st.session_state["q"], st.session_state["show"] = "", []


def _draw_filters(store: Store, view: BriefingView) -> RowFilter:
    query = st.text_input(
        "Search both languages",
        key="q",
        type="search",
        live="200ms",
        bind="query-params",
        placeholder="Search Chinese or English",
        label_visibility="collapsed",
        width=220,
    )
    active = sum(st.session_state.get(key, unset) != unset for key, unset in UNSET.items())
    active += len(st.session_state.get("show") or ())
    with st.popover(f"Filters ({active})" if active else "Filters", icon=":material/tune:"):
        pills = st.pills(
            "Show only", PILLS, selection_mode="multi", key="show", bind="query-params"
        )
        wanted = _draw_more(view, query or "", pills or [])
        st.button("Clear all filters", key="clear", on_click=_clear_filters)
        _draw_script(view)
    st.toggle(
        "Worst first",
        key="queue",
        help="Begins with the most doubtful row; accept and reject go on to the next one, "
        "wherever it is.",
        width="content",
    )
    downloads.draw_reading(store, view)
    with st.popover("Download", icon=":material/download:"):
        downloads.draw(store, view, wanted, lambda: table.select_rows(view, wanted))
        for label, url in (
            ("English page", view.briefing.en.url),
            ("中文页面", view.briefing.zh.url),
        ):
            if url.startswith(("http://", "https://")):
                st.link_button(label, url, icon=":material/open_in_new:")
    if facts.may_edit(store, view.briefing.id):
        about = st.popover(
            _("About"),
            icon=":material/edit_note:",
            help=_("Title, date, source, licence"),
            key="about",
            on_change="rerun",
        )
        if about.open:
            with about:
                facts.draw_editor(store, view.briefing.id)
    return wanted


def _draw_more(view: BriefingView, query: str, pills: Sequence[str]) -> RowFilter:
    """Draw the filters by what a row is; return all filters together."""
    rows: tuple[BeadRow, ...] = view.session.state.rows
    kinds_failed = {kind for kinds in view.checks.kinds.values() for kind in kinds}
    speakers = _choose("Speaker", {table.speaker_label(view, row) for row in rows}, "f_speaker")
    kinds = _choose("Bead type", {row.kind for row in rows}, "f_kind")
    checks = _choose("Failed check", kinds_failed, "f_check")
    statuses: list[Status] = st.multiselect("Status", STATUSES, key="f_status")
    reviewers = _choose("Reviewer", {row.reviewer for row in rows}, "f_who")
    below: float | None = st.slider("Probability below", 0.0, 1.0, 1.0, 0.05, key="f_below")
    if below == UNSET["f_below"]:
        below = None
    return RowFilter(
        text=query,
        speakers=speakers,
        kinds=kinds,
        checks=checks,
        statuses=frozenset(statuses) | {status for status in STATUSES if status in pills},
        reviewers=reviewers,
        below=DOUBTFUL if "doubtful" in pills else below,
        odd="not 1-1" in pills,
        failed="failed checks" in pills,
    )


def _choose(label: str, options: set[str], key: str) -> frozenset[str]:
    """Let some be chosen; where there are none, nothing is drawn."""
    named = sorted(options - {""})
    if not named:
        return frozenset()
    return frozenset(st.multiselect(label, named, format_func=neutralise, key=key))


def _clear_filters() -> None:
    st.session_state["q"], st.session_state["show"] = "", []
    for key, unset in UNSET.items():
        st.session_state[key] = unset


def _draw_script(view: BriefingView) -> None:
    script = st.segmented_control(
        "Chinese characters", glosses.SCRIPTS, default="as written", key="script"
    )
    st.caption("Changes only what you see.")
    if script and script != st.session_state.get("script_shown", "as written"):
        view.base_key = ""  # the whole briefing is written anew
    st.session_state["script_shown"] = script or "as written"


@st.fragment(run_every=POLL)
def _draw_body(view: BriefingView, wanted: RowFilter, queue: bool) -> None:
    if st.session_state.get("view") is not view:
        st.rerun()  # a key led on to the next briefing
    table.refresh(view)
    table.draw(view, wanted, queue=queue)
