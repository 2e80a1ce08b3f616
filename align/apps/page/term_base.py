"""The term base on the terms page: entries, files, history, and rows that contradict it."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ...aligner.checks import Issue
from ...corpus.search import Hit, HitSide, Mark
from ...corpus.search.terms import Term
from ...corpus.search.terms.term_check import TermProblem, find_term_problems
from ...corpus.search.terms.term_files import (
    SUFFIXES,
    read_terms_apart,
    write_problems,
    write_terms,
)
from ...corpus.store import Store
from ...corpus.store.term_base import (
    TERM_STATUSES,
    TermDecision,
    TermEntry,
    TermStatus,
    count_term_decisions,
    read_term_decisions,
    read_terms,
)
from ...errors import N_
from ...records import Language
from ...sources.processes import allowed_seconds, run_apart
from .elements import draw_pages, name_file, plain, read_titles, show_errors
from .hits import draw_hits
from .language import format_count, translate_message
from .language import gettext as _
from .session_state import corpus_location, get_checker, may_decide
from .toolbar import open_view

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

UPLOAD = "term_base_upload"
"""Session key of the uploaded file's identifier and its terms."""

PAGE = 20
"""Rows that contradict the term base on one page."""

MOST_SHOWN = 1_000
"""Maximum entries in the table; the search finds the others, and the downloads contain all."""

MOST_DECISIONS = 50
"""Newest decisions in the history."""

STATUS_NAMES: dict[TermStatus, str] = {
    "approved": N_("approved"),
    "forbidden": N_("forbidden"),
    "proposed": N_("proposed"),
}


def draw_term_base(store: Store) -> None:
    """Draw the term base, and the rows that contradict it."""
    decides = may_decide(store)
    entries = read_terms(store)
    if not entries:
        st.caption(
            _(
                "The term base is empty. Add terms here or from a file; rows that contradict them "
                "then fail the check “term”."
            )
        )
    if decides:
        _draw_upload(store)
    _draw_entries(store, entries, decides=decides)
    if entries:
        _draw_downloads(store, entries)
        _draw_problems(store)


def _draw_upload(store: Store) -> None:
    file = st.file_uploader(
        _("Add terms from a file: Chinese, English, optionally status and note"),
        type=[suffix[1:] for suffix in SUFFIXES],
        key="term_base_file",
    )
    if file is None:
        return
    read: tuple[str, tuple[TermEntry, ...]] = st.session_state.get(UPLOAD, ("", ()))
    if read[0] != file.file_id:
        with show_errors():  # the terms below stay
            read = (file.file_id, _read_upload(file))
            st.session_state[UPLOAD] = read
    if read[0] != file.file_id:
        return
    found = read[1]
    label = format_count("Add {count:,} term", "Add {count:,} terms", len(found))
    st.button(label, key="term_base_add", on_click=partial(_save, store, found), type="primary")


def _read_upload(file: "UploadedFile") -> tuple[TermEntry, ...]:
    """Return the terms of an uploaded file, which is read in a process of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / name_file(file.name)
        path.write_bytes(file.getbuffer())
        seconds = allowed_seconds(path.stat().st_size)
        return run_apart(read_terms_apart, path, name=path.name, seconds=seconds)


def _draw_entries(store: Store, entries: Sequence[TermEntry], *, decides: bool) -> None:
    """Draw the entries as a table that can be edited, and save the changes on request."""
    part = st.text_input(
        _("Find a term"),
        key="term_base_part",
        label_visibility="collapsed",
        placeholder=_("Find a term"),
    )
    sought = (part or "").strip().lower()
    shown = [one for one in entries if sought in f"{one.zh}\n{one.en}\n{one.note}".lower()]
    if len(shown) > MOST_SHOWN:
        words = _("The first {count:,} are shown; the downloads contain all.")
        st.caption(words.format(count=MOST_SHOWN))
        shown = shown[:MOST_SHOWN]
    edited = st.data_editor(
        _to_frame(shown),
        column_config={
            "zh": st.column_config.TextColumn(_("Chinese"), required=True),
            "en": st.column_config.TextColumn(_("English"), required=True, width="large"),
            "status": st.column_config.SelectboxColumn(
                _("Status"),
                options=list(TERM_STATUSES),
                format_func=_name_status,
                default="approved",
                required=True,
            ),
            "note": st.column_config.TextColumn(_("Note")),
        },
        hide_index=True,
        num_rows="dynamic" if decides else "fixed",
        disabled=not decides,
        row_height=26,
        key=f"term_base_table_{count_term_decisions(store)}_{sought}",
    )
    wanted = list(_from_frame(edited))
    kept = {entry.texts for entry in wanted}
    removed = [entry.texts for entry in shown if entry.texts not in kept]
    changed = [entry for entry in wanted if entry not in shown]
    if changed or removed:
        label = format_count(
            "Save {count:,} change", "Save {count:,} changes", len(changed) + len(removed)
        )
        save = partial(_save, store, changed, removed)
        st.button(label, key="term_base_save", on_click=save, type="primary")


def _name_status(status: object) -> str:
    """Return the name of a status for the reader."""
    return next((_(name) for one, name in STATUS_NAMES.items() if one == status), str(status))


def _to_frame(entries: Iterable[TermEntry]) -> pd.DataFrame:
    rows = [(one.zh, one.en, one.status, one.note) for one in entries]
    return pd.DataFrame(rows, columns=["zh", "en", "status", "note"], dtype="object")


def _from_frame(frame: pd.DataFrame) -> Iterable[TermEntry]:
    """Yield the entries of the rows that have both texts."""
    for row in frame.fillna("").itertuples(index=False):
        zh, en = " ".join(str(row.zh).split()), " ".join(str(row.en).split())
        status = next((name for name in TERM_STATUSES if name == row.status), TERM_STATUSES[0])
        if zh and en:
            yield TermEntry(zh, en, status, str(row.note))


def _save(
    store: Store, entries: Iterable[TermEntry], removed: Iterable[tuple[str, str]] = ()
) -> None:
    """Save changes, and show in the toolbar how many there were."""
    if not may_decide(store):
        return
    view = open_view(store)
    changes = view.change_terms(entries, removed)
    words = _("term base: {added} added, {changed} changed, {removed} removed").format(
        added=changes.added, changed=changes.changed, removed=changes.removed
    )
    view.news = view.news[0] + 1, words


def _draw_downloads(store: Store, entries: Sequence[TermEntry]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Download:"), width="content")
        for suffix in (".tsv", ".xlsx", ".tbx"):
            draw_download(f"term-base{suffix}", partial(write_terms, entries))
        with st.popover(_("History")):
            for decision in read_term_decisions(store, MOST_DECISIONS):
                st.caption(plain(describe_decision(decision)))


def describe_decision(decision: TermDecision) -> str:
    """Return a line on one decision: when, who, which rendering, and its status."""
    what = _("removed") if decision.entry is None else _(STATUS_NAMES[decision.entry.status])
    note = decision.entry.note if decision.entry else ""
    when = f"{decision.at:%Y-%m-%d %H:%M} UTC"
    line = f"{when}  {decision.author}: {decision.zh} = {decision.en}, {what}"
    return f"{line} ({note})" if note else line


def draw_download(name: str, write: Callable[[Path], None]) -> None:
    """Draw a button that downloads the file that ``write`` makes at a path.

    :param name: the name of the file; its ending is the label of the button.
    """
    suffix = Path(name).suffix
    make = partial(write_bytes, write, suffix)
    st.download_button(suffix[1:].upper(), make, name, on_click="ignore", key=f"download-{name}")


def write_bytes(write: Callable[[Path], None], suffix: str) -> bytes:
    """Return the bytes of the file that ``write`` makes at a path with this ending."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / f"terms{suffix}"
        write(path)
        return path.read_bytes()


@st.cache_data(show_spinner=False, max_entries=4)
def _find_problems(
    _store: Store, location: str, version: str, decisions: int
) -> tuple[TermProblem, ...]:
    return tuple(find_term_problems(get_checker(_store), _store.pairs()))


def _draw_problems(store: Store) -> None:
    """Draw the rows that contradict the term base as hits that can be edited."""
    with st.spinner(_("Checking the rows …")):
        problems = _find_problems(
            store, corpus_location(), store.version(), count_term_decisions(store)
        )
    if not problems:
        st.success(_("No row contradicts the term base."))
        return
    words = format_count(
        "{count:,} row contradicts the term base.",
        "{count:,} rows contradict the term base.",
        len(problems),
    )
    st.caption(words)
    draw_download("term-problems.tsv", partial(write_problems, problems))
    shown = draw_pages(problems, PAGE, "term_problems")
    notes = ["; ".join(translate_message(one.message) for one in row.issues) for row in shown]
    draw_hits(store, [make_hit(row) for row in shown], read_titles(store), notes)


def make_hit(problem: TermProblem) -> Hit:
    """Return a row that contradicts the term base as a hit, with the words of each issue marked."""
    bead = problem.bead
    return Hit(
        bead=bead.id or "",
        briefing=bead.provenance.briefing,
        date=str(bead.provenance.date or ""),
        speaker=bead.provenance.speaker,
        role=bead.provenance.role,
        site="",
        status=bead.verdict.status,
        probability=bead.pair.probability,
        zh=HitSide(bead.zh, _marks(problem.issues, "zh"), ()),
        en=HitSide(bead.en, _marks(problem.issues, "en"), ()),
    )


def _marks(issues: Iterable[Issue], side: Language) -> tuple[Mark, ...]:
    places = sorted({(issue.start, issue.end) for issue in issues if issue.side == side})
    return tuple(Mark(start, end) for start, end in places)


def draw_adding(store: Store, term: Term) -> None:
    """Draw a menu that adds a rendering of a recurring term to the term base."""
    renderings = [one.en for one in term.renderings if one.en]
    if not renderings or not may_decide(store):
        return
    with st.popover(_("Add to the term base")):
        en = st.radio(_("Rendering"), renderings, format_func=plain, key=f"term-add-{term.zh}")
        status = st.radio(
            _("Status"),
            TERM_STATUSES,
            format_func=_name_status,
            horizontal=True,
            key=f"term-status-{term.zh}",
        )
        save = partial(_save, store, [TermEntry(term.zh, en, status)])
        st.button(_("Add"), key=f"term-save-{term.zh}", on_click=save, type="primary")
