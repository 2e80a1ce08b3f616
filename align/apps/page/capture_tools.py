"""Tools for all pairs of a capture: select them, download them, re-import a corrected table."""

import tempfile
from functools import partial
from pathlib import Path

import streamlit as st

from ...sources.ingest.apart import read_pair_rows
from ...sources.processes import allowed_seconds, run_apart
from .capture_table import CaptureTable
from .elements import LARGEST_UPLOAD, name_file, plain, show_errors
from .language import format_count, translate_message
from .language import gettext as _


def draw(table: CaptureTable) -> None:
    """Draw the tools that apply to all rows."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, wanted in ((_("Tick all shown"), True), (_("Untick all shown"), False)):
            st.button(label, key=f"capture_all_{wanted}", on_click=_tick_all, args=(table, wanted))
        _draw_download(table)
    _draw_upload(table)


def _tick_all(table: CaptureTable, wanted: bool) -> None:
    for row in table.shown:
        table.choices.tick(row, wanted)
    table.renew()


def _draw_download(table: CaptureTable) -> None:
    st.download_button(
        _("Download the pairs"),
        data=lambda: write_table(table),
        file_name="pairs.tsv",
        mime="text/tab-separated-values",
        icon=":material/download:",
        on_click="ignore",
        key="capture_download",
    )


def write_table(table: CaptureTable) -> bytes:
    """Return the table of pairs in the format of ``align add --pairs``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.tsv"
        table.choices.write_table(path, table.files.names)
        return path.read_bytes()


def _draw_upload(table: CaptureTable) -> None:
    with st.expander(_("Re-import the edited table"), icon=":material/upload_file:"):
        st.caption(
            _(
                "Download the pairs, edit the columns decision (join or no), zh and en in a "
                "spreadsheet, and upload the file here. It replaces all ticks."
            )
        )
        file = st.file_uploader(
            _("Edited table"),
            type=("tsv", "csv", "txt"),
            key="capture_table",
            max_upload_size=LARGEST_UPLOAD,
        )
        if file is None:
            table.taken, table.faults = "", ()
            return
        if file.file_id != table.taken:
            table.taken, table.faults = file.file_id, ()
            with tempfile.TemporaryDirectory() as folder, show_errors(hidden=f"{folder}/"):
                path = Path(folder) / name_file(file.name)
                path.write_bytes(file.getvalue())
                seconds = allowed_seconds(path.stat().st_size)
                read = partial(run_apart, read_pair_rows, name=path.name, seconds=seconds)
                table.faults = table.choices.take_table(path, table.files.names, read)
                table.renew()
                st.rerun()
        words = format_count(
            "{count:,} pair ticked.", "{count:,} pairs ticked.", len(table.choices.ticked())
        )
        st.success(words)
        for fault in table.faults[:20]:
            st.warning(plain(translate_message(fault)))
