"""Downloads of a briefing, or of the rows that a filter shows; made when they are clicked."""

import io
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal

import streamlit as st

from ..export.filters import Rule
from ..export.formats import BOOKS, FORMATS, find_format
from ..export.formats.xml_text import replace_forbidden
from ..export.run import ExportPlan, export
from ..records import LANGUAGES, Briefing, ExportedBead, Language
from ..review.queue import RowFilter
from ..store import BeadRow, Store, sentence_id
from ..store.records import sentence_ids
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
            lambda: write_docx(view.briefing, select()),
            f"{name}.docx",
            key="download_docx",
        )
    st.caption(
        _("Corrected in a spreadsheet? XLSX and TSV are brought back on the list of briefings."),
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
        if find is None:
            return export_bytes(store, kind, None, briefings)
        rows = dict(find())
        return export_bytes(store, kind, rows, set(rows.values()))

    with st.container(horizontal=True, width=width, key=f"{key}_files"):
        _draw_buttons(name, make, key=key)


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


def _print_rows(briefing: Briefing, rows: Iterable[BeadRow]) -> Iterator[tuple[str, str, bool]]:
    """Yield Chinese and English of each row but rejected ones; labels, marked, before a turn."""
    sides = {"zh": (briefing.zh, briefing.zh_sentences), "en": (briefing.en, briefing.en_sentences)}
    turns = {
        language: {sentence_id(sentence): sentence.turn for sentence in sentences}
        for language, (_, sentences) in sides.items()
    }
    last = dict.fromkeys(LANGUAGES, -1)
    for row in rows:
        if row.status == "rejected":
            continue
        labels: dict[Language, str] = {}
        for language in LANGUAGES:
            first = next(iter(sentence_ids(row, language)), "")
            turn = turns[language].get(first, -1)
            if turn > last[language]:
                last[language] = turn
                labels[language] = sides[language][0].turns[turn].label
        if labels:
            yield labels.get("zh", ""), labels.get("en", ""), True
        yield row.zh_final, row.en_final, False


def write_docx(briefing: Briefing, rows: Iterable[BeadRow]) -> bytes:
    """Return a briefing as a Word file for readers: a table of two columns."""
    from docx import Document as new_document
    from docx.oxml.ns import qn

    file = new_document()
    style = file.styles["Normal"]
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "SimSun")
    for title in (briefing.zh.title, briefing.en.title):
        file.add_heading(replace_forbidden(title), level=1)
    lines = list(_print_rows(briefing, rows))
    table = file.add_table(rows=len(lines), cols=2)
    cells = table._cells  # one look-up: table.cell(n) is quadratic in python-docx
    for number, (*texts, is_label) in enumerate(lines):
        for column, text in enumerate(texts):
            run = cells[2 * number + column].paragraphs[0].add_run(replace_forbidden(text))
            run.bold = is_label
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()
