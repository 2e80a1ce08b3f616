"""Review page of one briefing: the table of its rows, and filters and downloads around it.

The table is a component of Streamlit, registered once, when the module is imported. Its rows and
decisions go over HTTP (:mod:`.exchange`).
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ...aligner.checks import CHECK_LABELS
from ...corpus.review.keys import PREFERENCE, bind_keys
from ...corpus.review.queue import RowFilter, list_briefings
from ...corpus.store import BeadRow, Store
from ...errors import N_
from ...records import DOUBTFUL, STATUSES
from . import add_briefing, downloads, glosses
from .elements import (
    ORIGIN,
    escape_html,
    go_to,
    load_script,
    neutralise,
    order_titles,
    origin_page,
    pack,
    plain,
    read_static,
)
from .language import LANGUAGES, current_language, format_count, gettext, translate_message
from .language import gettext as _
from .open_views import make_key, opening
from .practice_steps import draw_steps
from .session_state import (
    PRACTISING,
    BriefingView,
    current_view,
    is_practising,
    may_decide,
    open_view,
    reviewer_name,
)

_table = st.components.v2.component(
    "align_review_table",
    html=read_static("table.html"),
    css=read_static("bar.css") + read_static("table.css"),
    js=load_script("table.js"),
)

PILLS = (
    N_("unreviewed"),
    N_("uncertain"),
    N_("failed checks"),
    N_("not 1:1"),
    N_("flagged"),
    N_("rejected"),
    N_("with open notes"),
)
"""Quick filters; the URL names them by their labels."""

_FORMER_LABELS = {"uncertain": {"doubtful"}, "not 1:1": {"not one to one"}, "flagged": {"存疑"}}
"""Earlier labels of quick filters, so that saved URLs still work."""

UNSET = {"f_speaker": [], "f_kind": [], "f_check": [], "f_status": [], "f_who": [], "f_below": 1.0}
"""Filters other than the pills, with the values that hide nothing."""


def draw(store: Store, briefing_id: str, waiting: DeltaGenerator) -> None:
    """Draw the review of one briefing.

    On opening, the table is drawn before the rows are read: the browser loads it meanwhile.

    :param waiting: shows that the rows are being read, if that takes long.
    :raises AbsentError: if the corpus does not have this briefing.
    """
    head = st.container()  # one element of fixed position, so that the table stays in place
    if view := current_view(store, briefing_id):
        with head:
            _draw_head(store, view)
        view.drawn += 1
        _draw_table(store, briefing_id, view.key, view.drawn)
        return
    documents = store.current_documents(briefing_id)
    key = make_key()
    with opening(key):  # until the filters are drawn, because they decide what the table shows
        _draw_table(store, briefing_id, key)
        with waiting, st.spinner(_("Opening the briefing …")):
            view = open_view(store, briefing_id, documents, key)
        with head:
            _draw_head(store, view)


def _draw_head(store: Store, view: BriefingView) -> None:
    """Draw what is above the table."""
    view.language = current_language()
    with st.container(horizontal=True, vertical_alignment="center", key="review_head"):
        _draw_title(view)
        _draw_filters(store, view)
    _draw_notices(view)
    _draw_changes(view)
    if is_practising():
        draw_steps(view)


def _draw_title(view: BriefingView) -> None:
    zh, en = view.documents["zh"], view.documents["en"]
    label = origin_page().capitalize() or "Briefings"
    st.button(_(label), icon=":material/arrow_back:", on_click=leave, key="leave")
    with st.container(gap=None, key="review_title"):
        titles = order_titles(en.title, zh.title, view.session.briefing)
        (language, title), *others = titles
        st.set_page_config(page_title=neutralise(title))
        st.html(f'<h1 lang="{language}">{escape_html(title)}</h1>')
        date = en.date or zh.date
        parts = (
            _("reviewing as {name}").format(name=plain(view.session.reviewer)),
            date.isoformat() if date else "",
            *(plain(other) for _language, other in others),
        )
        st.caption(" · ".join(filter(None, parts)))


def _draw_notices(view: BriefingView) -> None:
    session = view.session
    if refusal := session.refusal:
        st.info(plain(translate_message(refusal)), icon=":material/lock:")
    if session.private:
        st.caption(_("Independent review: no one else can see your decisions yet."))


def _draw_changes(view: BriefingView) -> None:
    """Draw the publisher's changes since the briefing was stored."""
    found = view.page_changes
    if found:
        words = format_count(
            "The publisher has since changed {count:,} passage",
            "The publisher has since changed {count:,} passages",
            len(found),
        )
        with st.expander(words):
            for change in found:
                st.markdown(f"**{translate_message(change.headline)}**")
                st.text("\n".join(map(neutralise, change.lines)))


def leave() -> None:
    """Go back to the list of briefings, or to the page from which the row was opened."""
    for name in ("briefing", "row", PRACTISING):
        st.query_params.pop(name, None)
    # These query parameters are bound to widgets, so Streamlit does not allow removing them.
    st.session_state["q"], st.session_state["show"], st.session_state["queue"] = "", [], False
    if origin_page():
        go_to(*st.session_state.pop(ORIGIN))


def _draw_filters(store: Store, view: BriefingView) -> None:
    query = st.text_input(
        _("Search both languages"),
        key="q",
        type="search",
        live="200ms",
        bind="query-params",
        placeholder=_("Search"),
        label_visibility="collapsed",
        width=220,
    )
    if "show" not in st.session_state:  # the URL may come from a page in the other language
        sent = {*st.query_params.get_all("show")}
        labels = {one: {gettext(one, language) for language in LANGUAGES} for one in PILLS}
        for one, former in _FORMER_LABELS.items():
            labels[one] |= former
        st.session_state["show"] = [one for one in PILLS if labels[one] & sent]
    active = sum(st.session_state.get(key, unset) != unset for key, unset in UNSET.items())
    active += len(st.session_state.get("show") or ())
    label = _("Filters ({count})").format(count=active) if active else _("Filters")
    with st.popover(label, icon=":material/tune:"):
        pills = st.pills(
            _("Show only"),
            PILLS,
            selection_mode="multi",
            format_func=_,
            key="show",
            bind="query-params",
        )
        view.wanted = _draw_more(view, query or "", pills or [])
        st.button(_("Clear all filters"), key="clear", on_click=_clear_filters)
        _draw_script(view)
    view.queue = st.toggle(
        _("Worst first"),
        key="queue",
        help=_(
            "Starts at the least certain row. Accept and reject jump to the next one, "
            "wherever it is."
        ),
        width="content",
        bind="query-params",
    )
    _draw_downloads(store, view)
    if may_decide(store, view.session.briefing):
        about = st.popover(
            _("About"),
            icon=":material/edit_note:",
            help=_("Title, date, source, licence"),
            key="about",
            on_change="rerun",
        )
        if about.open:
            with about:
                add_briefing.draw_editor(store, view.session.briefing)


def _draw_downloads(store: Store, view: BriefingView) -> None:
    name, icon = _("Download"), ":material/download:"
    box = st.popover(name, icon=icon, key="download_box", on_change="rerun")
    if not box.open:  # the shown rows change during review, so draw on opening
        return
    with box:
        downloads.draw(store, view.session.briefing, view.wanted, view.select_rows)
        pages = {
            _("English page"): view.documents["en"].url,
            _("Chinese page"): view.documents["zh"].url,
        }
        for label, url in pages.items():
            if url.startswith(("http://", "https://")):
                st.link_button(label, url, icon=":material/open_in_new:")


def _draw_more(view: BriefingView, query: str, pills: Sequence[str]) -> RowFilter:
    """Draw the filters on row properties; return all filters as one."""
    rows: tuple[BeadRow, ...] = view.session.state.rows
    kinds_failed = {kind for kinds in view.kinds.values() for kind in kinds}
    left, right = st.columns(2)
    with left:
        speakers = _choose(_("Speaker"), {view.label_speaker(row) for row in rows}, "f_speaker")
        statuses = _choose(_("Status"), {*STATUSES}, "f_status")
        reviewers = _choose(_("Reviewer"), {row.reviewer for row in rows}, "f_who")
    with right:
        kinds = _choose(_("Sentences, Chinese-English"), {row.kind for row in rows}, "f_kind")
        checks = _choose(_("Failed check"), kinds_failed, "f_check")
    below: float | None = st.slider(_("Maximum probability"), 0.0, 1.0, 1.0, 0.05, key="f_below")
    if below == UNSET["f_below"]:
        below = None
    return RowFilter(
        text=query,
        speakers=speakers,
        kinds=kinds,
        checks=checks,
        statuses=frozenset(one for one in STATUSES if one in statuses or one in pills),
        reviewers=reviewers,
        below=DOUBTFUL if "uncertain" in pills else below,
        odd="not 1:1" in pills,
        failed="failed checks" in pills,
        noted="with open notes" in pills,
    )


def _name_check(kind: str) -> str:
    """Return the name of a check in the reader's language."""
    return next((_(name) for one, name in CHECK_LABELS.items() if one == kind), kind)


_LABELS: dict[str, Callable[[str], str]] = {"f_check": _name_check, "f_status": _}
"""How the options of a filter are shown; those of the others are texts of the briefing."""


def _choose(label: str, options: set[str], key: str) -> frozenset[str]:
    """Draw a multiple choice and return the selection; draw nothing if there are no options."""
    named = sorted(options - {""})
    if not named:
        return frozenset()
    shown = _LABELS.get(key, neutralise)
    chosen = st.multiselect(
        label, named, format_func=shown, key=key, placeholder=_("any"), select_all=False
    )
    return frozenset(chosen)


def _clear_filters() -> None:
    st.session_state.update({"q": "", "show": [], **UNSET})


def _draw_script(view: BriefingView) -> None:
    chosen = st.segmented_control(
        _("Chinese characters"), glosses.SCRIPTS, default="as written", format_func=_, key="script"
    )
    st.caption(_("Affects only the display."))
    view.script = chosen or "as written"


def _draw_table(store: Store, briefing_id: str, key: str, drawn: int = 0) -> None:
    """Draw the table, which then asks for the rows of the view with a key.

    :param drawn: a number that is another one each time, so that the table asks again.
    """
    _table(
        key="review_table",
        data=pack(
            {
                "view": key,
                "drawn": drawn,
                "briefing": briefing_id,
                "reviewer": reviewer_name(),
                "row": st.query_params.get("row", ""),
                "commands": _list_commands(store),
            }
        ),
        on_next_change=lambda: _open_next(st.session_state["view"]),
        on_again_change=lambda: None,
    )


def _list_commands(store: Store) -> list[dict[str, Any]]:
    kept = store.preference(reviewer_name(), PREFERENCE, {})
    return [
        {"name": one.name, "label": _(one.label), "keys": one.keys, "group": _(one.group)}
        for one in bind_keys(kept)
    ]


def _open_next(view: BriefingView) -> None:
    """Open the next briefing with rows left to review; continue at the top after the last one."""
    every = list_briefings(view.session.store.briefings())
    at = next((n for n, one in enumerate(every) if one.id == view.session.briefing), 0)
    found = next((one.id for one in (*every[at + 1 :], *every[:at]) if one.unreviewed), None)
    if found is None:
        view.messages = {0: _("no other briefing has unreviewed rows")}
        return
    st.query_params["briefing"] = found
    st.query_params.pop("row", None)
