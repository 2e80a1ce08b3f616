"""Downloads of a briefing or of the filtered rows, generated on click."""

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable
from functools import partial
from pathlib import Path

import streamlit as st

from ...aligner.checks import failed_checks
from ...corpus.exchange.filters import Rule
from ...corpus.exchange.formats import BOOKS, find_format
from ...corpus.exchange.plan import TOOL_LANGUAGES, Purpose, plan_memory
from ...corpus.exchange.run import ExportPlan, export
from ...corpus.review.queue import RowFilter
from ...corpus.store import BeadRow, Store
from ...records import LANGUAGES
from .language import gettext as _

FORMATS_SHOWN = ("html", "epub", "xlsx", "tmx", "tsv", "jsonl", "xliff", "tei", "parquet")
"""Formats with a button; the others are available on the command line."""


def draw(
    store: Store, briefing: str, wanted: RowFilter, select: Callable[[], tuple[BeadRow, ...]]
) -> None:
    """Draw the download buttons of a briefing.

    :param select: returns the filtered rows; called now and when a button is clicked.
    """
    shown = () if wanted.empty else select()
    if not (wanted.empty or shown):
        st.caption(_("No matching rows. Clear the search or a filter."))
        return
    unread = bool(shown) and all(row.status == "rejected" for row in shown)
    find = None if wanted.empty else lambda: ((row.id, briefing) for row in select())
    st.markdown(
        _("Download the whole briefing as") if wanted.empty else _("Download the rows shown as")
    )
    draw_files(store, briefing, key="download", find=find, briefings=[briefing], unread=unread)
    st.caption(
        _("Edited in a spreadsheet? Re-import XLSX or TSV on the list of briefings."),
        width=340,
    )


def draw_files(
    store: Store,
    name: str,
    *,
    key: str,
    find: Callable[[], Iterable[tuple[str, str]]] | None = None,
    briefings: Collection[str] | None = None,
    unread: bool = False,
) -> None:
    """Draw download buttons for rows, briefings, or the whole corpus.

    :param find: returns pairs of row id and briefing id.
    :param unread: omit book formats, because all rows are rejected and books exclude those.
    """
    accepted = st.checkbox(_("Accepted rows only"), key=f"{key}_accepted")

    def make(kind: str) -> bytes:
        rows = None if find is None else dict(find())
        names = briefings if rows is None else set(rows.values())
        return export_bytes(store, kind, rows, names, accepted=accepted)

    with st.container(horizontal=True, width=340, key=f"{key}_files"):
        for kind in FORMATS_SHOWN:
            if unread and kind in BOOKS:
                continue
            label = _("HTML for reading") if kind == "html" else kind.upper()
            file = f"{name}{find_format(kind).suffix or '.zip'}"
            own, made = f"{key}_{kind}", partial(make, kind)
            st.download_button(label, made, file, on_click="ignore", key=own)


def export_bytes(
    store: Store,
    kind: str,
    ids: Collection[str] | None,
    briefings: Collection[str] | None,
    *,
    accepted: bool = False,
    purpose: Purpose = "",
) -> bytes:
    """Return an exported file with the given rows (default: all) of the given briefings.

    :param accepted: export only accepted rows.
    :param purpose: ``cat`` for a translation memory (:func:`.plan_memory`).
    :raises FormatError: if the rows cannot be written in that format.
    """
    wanted = None if briefings is None else list(briefings)
    filters = [] if ids is None else [Rule.of("selection", lambda bead: bead.id in ids)]
    if accepted:
        filters.append(Rule.of("accepted", lambda bead: bead.verdict.status == "accepted"))
    if kind in BOOKS:  # books exclude rejected rows
        filters.append(Rule.of("read", lambda bead: bead.verdict.status != "rejected"))
    zh, en = TOOL_LANGUAGES if kind == "tmx" else LANGUAGES
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        target = Path(folder) / f"rows{find_format(kind).suffix}"
        plan = ExportPlan(
            kind,
            target,
            filters=filters,
            briefings=wanted,
            check=failed_checks if wanted and len(wanted) == 1 else None,
            variant="spreadsheet" if kind == "tsv" else "",  # downloads open in one
            zh=zh,
            en=en,
        )
        made = export(store, plan_memory(plan) if purpose else plan).files[0]
        if made.is_dir():  # a browser downloads one file
            made = Path(shutil.make_archive(str(made), "zip", made))
        return made.read_bytes()
