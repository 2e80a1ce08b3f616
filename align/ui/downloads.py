"""Downloads of a briefing, or of the rows that a filter shows; made when they are clicked."""

import io
import tempfile
from collections.abc import Callable, Collection, Iterable
from functools import partial
from pathlib import Path
from typing import Literal

import streamlit as st

from ..checks import failed_checks
from ..export.filters import Rule
from ..export.formats import BOOKS, FORMATS, find_format
from ..export.formats.book import make_chapter
from ..export.formats.xml_text import replace_forbidden
from ..export.run import ExportPlan, export
from ..records import LANGUAGES, Briefing, ExportedBead
from ..review.queue import RowFilter
from ..store import BeadRow, Store
from .elements import draw_download
from .language import gettext as _

FORMATS_SHOWN = ("html", "epub", "docx", "xlsx", "tmx", "tsv", "jsonl", "xliff", "tei", "parquet")
"""Formats with a button, as far as they are installed; all others are on the command line."""


def draw(
    store: Store, briefing: str, wanted: RowFilter, select: Callable[[], tuple[BeadRow, ...]]
) -> None:
    """Draw the download buttons of a briefing.

    :param select: returns the rows that the filter shows, when a button is clicked.
    """
    find = None if wanted.empty else lambda: ((row.id, briefing) for row in select())
    st.markdown(_("The whole briefing, as") if wanted.empty else _("The rows shown, as"))
    draw_files(store, briefing, key="download", find=find, briefings=[briefing])
    st.caption(
        _("Corrected in a spreadsheet? XLSX and TSV are brought back on the list of briefings."),
        width=340,
    )


def draw_files(
    store: Store,
    name: str,
    *,
    key: str,
    find: Callable[[], Iterable[tuple[str, str]]] | None = None,
    briefings: Collection[str] | None = None,
    width: int | Literal["stretch"] = 340,
) -> None:
    """Draw the buttons for files of rows, of briefings, or of the whole corpus.

    :param find: returns the rows with their briefings.
    """

    def make(kind: str) -> bytes:
        rows = None if find is None else dict(find())
        return export_bytes(store, kind, rows, briefings if rows is None else set(rows.values()))

    suffixes = {kind: form.suffix for kind, form in (FORMATS | BOOKS).items()}
    if briefings:
        suffixes["docx"] = ".docx"
    with st.container(horizontal=True, width=width, key=f"{key}_files"):
        for kind in filter(suffixes.__contains__, FORMATS_SHOWN):
            label = {"html": _("HTML to read"), "docx": _("Word")}.get(kind, kind.upper())
            file = f"{name}{suffixes[kind]}"
            draw_download(label, partial(make, kind), file, key=f"{key}_{kind}")


def export_bytes(
    store: Store, kind: str, ids: Collection[str] | None, briefings: Collection[str] | None
) -> bytes:
    """Return an exported file: the rows with these ids, or all, of some briefings.

    :raises FormatError: when the rows cannot be written in that format.
    """
    wanted = None if briefings is None else list(briefings)
    filters = [] if ids is None else [Rule.of("selection", lambda bead: bead.id in ids)]
    if kind in (*BOOKS, "docx"):  # what a reviewer rejected is not for readers
        filters.append(Rule.of("read", lambda bead: bead.status != "rejected"))
    if kind == "docx":
        keep = [rule.begin() for rule in filters]
        beads = [bead for bead in store.pairs(wanted) if all(keeps(bead) for keeps in keep)]
        return write_docx(store.briefing("".join(wanted or ())), beads)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"rows{find_format(kind).suffix}"
        plan = ExportPlan(
            kind,
            target,
            filters=filters,
            briefings=wanted,
            check=failed_checks if wanted and len(wanted) == 1 else None,
            variant="spreadsheet" if kind == "tsv" else "",  # that is what opens a download
        )
        return export(store, plan).files[0].read_bytes()


def write_docx(briefing: Briefing, beads: list[ExportedBead]) -> bytes:
    """Return a briefing as a Word file for readers: a table of two columns."""
    from docx import Document as new_document
    from docx.oxml.ns import qn

    file = new_document()
    style = file.styles["Normal"]
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "SimSun")
    for title in (briefing.zh.title, briefing.en.title):
        file.add_heading(replace_forbidden(title), level=1)
    lines: list[tuple[str, str, bool]] = []
    for turn in make_chapter("", briefing, beads).turns if beads else ():
        zh, en = (turn.labels.get(language, "") for language in LANGUAGES)
        lines += [(zh, en, True)] if turn.labels else []
        lines += [(bead.zh, bead.en, False) for _number, bead, _doubt in turn.rows]
    table = file.add_table(rows=len(lines), cols=2)
    cells = table._cells  # one look-up: table.cell(n) is quadratic in python-docx
    for number, (*texts, is_label) in enumerate(lines):
        for column, text in enumerate(texts):
            run = cells[2 * number + column].paragraphs[0].add_run(replace_forbidden(text))
            run.bold = is_label
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()
