"""Downloads of a briefing, or of the rows that a filter shows; made when they are clicked."""

import tempfile
from collections.abc import Callable, Collection, Iterable
from functools import partial
from pathlib import Path

import streamlit as st

from ..export.filters.rules import Rule
from ..export.formats import BOOKS, FORMATS, find_format
from ..export.run import ExportPlan, export
from ..records import ExportedBead
from ..review import RowFilter
from ..store import BeadRow, Store
from . import printing
from .elements import draw_download
from .language import gettext as _
from .session_state import BriefingView

FORMATS_SHOWN = ("html", "epub", "xlsx", "tmx", "tsv", "jsonl", "xliff", "tei", "parquet")
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

    st.markdown(_("The whole briefing, as") if wanted.empty else _("The rows shown, as"))
    with st.container(horizontal=True, width=340):
        _draw_buttons(name, make, key="download")
        draw_download(
            _("Word"),
            lambda: printing.write_docx(view.briefing, select()),
            f"{name}.docx",
            key="download_docx",
        )
    st.caption(
        _("Corrected in a spreadsheet? XLSX and TSV are brought back below the list of briefings."),
        width=340,
    )


def draw_reading(store: Store, view: BriefingView) -> None:
    """Draw the button for the whole briefing as a page to read or to give away."""
    name = view.session.briefing
    st.download_button(
        _("Read"),
        lambda: export_briefing(store, view, None, "html"),
        f"{name}.html",
        icon=":material/local_library:",
        help=_(
            "The whole briefing as one page to read, print or give away: contents by speaker, "
            "both languages, links between sentences. It works offline."
        ),
        on_click="ignore",
        key="read",
    )


def draw_files(
    store: Store, name: str, find: Callable[[], Iterable[tuple[str, str]]] | None, *, key: str
) -> None:
    """Draw the buttons for files of rows, or of the whole corpus; made when they are clicked.

    :param find: returns the rows with their briefings.
    """

    def make(kind: str) -> bytes:
        if find is None:
            return export_bytes(store, kind, None, None)
        rows = dict(find())
        return export_bytes(store, kind, rows, set(rows.values()))

    with st.container(horizontal=True, width=340, key=f"{key}_files"):
        _draw_buttons(name, make, key=key)


def draw_briefing_files(store: Store, briefing: str) -> None:
    """Draw the buttons for files of a briefing that is not open."""
    with st.container(horizontal=True, key=f"files-{briefing}"):
        _draw_buttons(
            briefing,
            lambda kind: export_bytes(store, kind, None, [briefing]),
            key=f"file-{briefing}",
        )


def _draw_buttons(name: str, make: Callable[[str], bytes], *, key: str) -> None:
    forms = FORMATS | BOOKS
    for kind in filter(forms.__contains__, FORMATS_SHOWN):
        label = _("HTML to read") if kind == "html" else kind.upper()
        file = f"{name}{forms[kind].suffix}"
        draw_download(label, partial(make, kind), file, key=f"{key}_{kind}")


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
    briefings: Collection[str] | None,
    check: Callable[[ExportedBead], tuple[str, ...]] | None = None,
) -> bytes:
    """Return an exported file: the rows with these ids, or all, of some briefings."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"rows{find_format(kind).suffix}"
        filters = [] if ids is None else [Rule.of("selection", lambda bead: bead.id in ids)]
        if kind in BOOKS:  # what a reviewer rejected is not for readers
            filters.append(Rule.of("read", lambda bead: bead.status != "rejected"))
        variant = "spreadsheet" if kind == "tsv" else ""  # that is what opens a download
        wanted = None if briefings is None else list(briefings)
        plan = ExportPlan(
            kind, target, filters=filters, briefings=wanted, check=check, variant=variant
        )
        return export(store, plan).files[0].read_bytes()
