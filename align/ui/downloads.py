"""Downloads of a briefing, or of the rows that a filter shows; made when they are clicked."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from ..export.formats import FORMATS
from ..export.run import ExportPlan, export
from ..records import ExportedBead
from ..review import RowFilter
from ..store import Store
from . import printing
from .row_filters import matching
from .session_state import ReviewWork, issues_of

SHOWN = ("xlsx", "tmx", "tsv", "jsonl", "xliff", "tei", "parquet")
"""Formats with a button, as far as they are installed; all others are on the command line."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Keeps the rows that are shown."""

    ids: frozenset[str]

    @property
    def name(self) -> str:
        """The name of this filter in an export's report."""
        return "selection"

    def begin(self) -> Callable[[ExportedBead], bool]:
        """Start a pass through the rows."""
        return lambda pair: pair.id in self.ids

    def judge(self) -> Callable[[ExportedBead], str | None]:
        """Start a pass that gives reasons."""
        return lambda pair: None if pair.id in self.ids else "not among the rows that were chosen"


def bar(store: Store, held: ReviewWork, wanted: RowFilter) -> None:
    """Draw the download buttons of a briefing."""
    st.markdown("The rows shown, as" if not wanted.empty else "The whole briefing, as")
    with st.container(horizontal=True, vertical_alignment="center", width=340):
        for name in SHOWN:
            if name in FORMATS:
                st.download_button(
                    name.upper(),
                    partial(shown_file, store, held, wanted, name),
                    file_name=f"{held.session.briefing}{FORMATS[name].suffix}",
                    on_click="ignore",
                    key=f"download_{name}",
                )
        st.download_button(
            "Print (HTML)",
            lambda: printing.html(held.briefing, matching(held, wanted)).encode(),
            file_name=f"{held.session.briefing}.html",
            mime="text/html",
            on_click="ignore",
            key="download_html",
        )
        st.download_button(
            "Word",
            lambda: printing.docx(held.briefing, matching(held, wanted)),
            file_name=f"{held.session.briefing}.docx",
            on_click="ignore",
            key="download_docx",
        )
    st.caption(
        "Corrected in a spreadsheet? XLSX and TSV are brought back below the list of briefings.",
        width=340,
    )


def shown_file(store: Store, held: ReviewWork, wanted: RowFilter, name: str) -> bytes:
    """Make the file of a download button."""
    return file_of(store, held, matching_ids(held, wanted), name)


def matching_ids(held: ReviewWork, wanted: RowFilter) -> frozenset[str] | None:
    """Return the ids of the rows that a filter shows, ``None`` for all."""
    return None if wanted.empty else frozenset(row.id for row in matching(held, wanted))


def file_of(store: Store, held: ReviewWork, ids: frozenset[str] | None, name: str) -> bytes:
    """Make one file of a briefing in a format.

    :raises FormatError: when the rows cannot be written in that format.
    """
    by_id = {row.id: row for row in held.session.state.rows}

    def failed(pair: ExportedBead) -> tuple[str, ...]:
        issues = issues_of(by_id[pair.id]) if pair.id in by_id else ()
        return tuple(dict.fromkeys(issue.kind for issue in issues))

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{held.session.briefing}{FORMATS[name].suffix}"
        done = export(
            store,
            ExportPlan(
                name,
                target,
                filters=[] if ids is None else [Selection(ids)],
                briefings=[held.session.briefing],
                check=failed,
            ),
        )
        return done.files[0].read_bytes()
