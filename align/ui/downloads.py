"""Downloads of a briefing, or of the rows that a filter shows; made when they are clicked."""

import tempfile
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

import streamlit as st

from ..export.filters.rules import Rule
from ..export.formats import FORMATS
from ..export.run import ExportPlan, export
from ..records import ExportedBead
from ..review import RowFilter
from ..store import BeadRow, Store
from . import printing
from .elements import draw_download
from .session_state import BriefingView

FORMATS_SHOWN = ("xlsx", "tmx", "tsv", "jsonl", "xliff", "tei", "parquet")
"""Formats with a button, as far as they are installed; all others are on the command line."""

SelectRows = Callable[[], tuple[BeadRow, ...]]


def draw(store: Store, view: BriefingView, wanted: RowFilter, select: SelectRows) -> None:
    """Draw the download buttons of a briefing.

    :param select: returns the rows that the filter shows, when a button is clicked.
    """
    name = view.session.briefing

    def make(kind: str) -> bytes:
        ids = None if wanted.empty else frozenset(row.id for row in select())
        return export_briefing(store, view, ids, kind)

    st.markdown("The whole briefing, as" if wanted.empty else "The rows shown, as")
    with st.container(horizontal=True, vertical_alignment="center", width=340):
        for kind in filter(FORMATS.__contains__, FORMATS_SHOWN):
            file = f"{name}{FORMATS[kind].suffix}"
            draw_download(kind.upper(), partial(make, kind), file, key=f"download_{kind}")
        draw_download(
            "Print (HTML)",
            lambda: printing.write_html(view.briefing, select()).encode(),
            f"{name}.html",
            key="download_html",
            mime="text/html",
        )
        draw_download(
            "Word",
            lambda: printing.write_docx(view.briefing, select()),
            f"{name}.docx",
            key="download_docx",
        )
    st.caption(
        "Corrected in a spreadsheet? XLSX and TSV are brought back below the list of briefings.",
        width=340,
    )


def export_briefing(
    store: Store, view: BriefingView, ids: Collection[str] | None, kind: str
) -> bytes:
    """Return one file of a briefing in a format, of the rows with these ids or of all.

    :raises FormatError: when the rows cannot be written in that format.
    """
    view.checks.update(view.session.state.rows)
    kinds = view.checks.kinds
    briefings = [view.session.briefing]
    return export_bytes(store, kind, ids, briefings, check=lambda bead: kinds.get(bead.id, ()))


def export_bytes(
    store: Store,
    kind: str,
    ids: Collection[str] | None,
    briefings: Collection[str],
    check: Callable[[ExportedBead], tuple[str, ...]] | None = None,
) -> bytes:
    """Return an exported file: the rows with these ids, or all, of some briefings."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"rows{FORMATS[kind].suffix}"
        filters = [] if ids is None else [Rule.of("selection", lambda bead: bead.id in ids)]
        variant = "spreadsheet" if kind == "tsv" else ""  # that is what opens a download
        plan = ExportPlan(
            kind, target, filters=filters, briefings=list(briefings), check=check, variant=variant
        )
        return export(store, plan).files[0].read_bytes()
