"""Re-import of an edited table: preview of its changes, decisions, and undo.

Changes are found by :mod:`align.corpus.exchange.importing.update`.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from ...corpus.exchange.formats.values import PARTS
from ...corpus.exchange.importing.table import SkippedRow, read_rows_apart
from ...corpus.exchange.importing.update import Editor, UpdateReport, undo_update, update
from ...corpus.store import Store
from ...errors import N_
from ...sources.processes import allowed_seconds, run_apart
from .elements import LARGEST_UPLOAD, name_file, neutralise, plain, show_errors
from .language import format_count, translate_message
from .language import gettext as _
from .session_state import may_decide, needs_login, reviewer_name

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

KINDS = ("xlsx", "csv", "tsv", "txt", "jsonl", "parquet", "tmx", "xlf", "xliff")
UPLOAD = "edited_upload"
"""Session key of the uploaded file and the report on it."""
_REASONS = {
    "conflict": N_("changed since export"),
    "gone": N_("no longer exists"),
    "refused": N_("cannot be applied"),
}
_HEIGHT = 400
"""Maximum height of a table in pixels: ten rows of one line."""
_TALL = 70
"""Height in pixels of a row that shows its full text: three lines."""


@dataclass
class EditedFile:
    """Uploaded file, with the report on it."""

    file: "UploadedFile"
    reviewer: str
    report: UpdateReport | None = None
    undone: tuple[int, Sequence[SkippedRow]] | None = None


def draw(store: Store) -> None:
    """Draw the button that opens the field for edited tables, for those who may decide."""
    if may_decide(store):
        with st.popover(_("Re-import"), icon=":material/upload_file:", key="reimport"):
            _draw_field(store)


def _draw_field(store: Store) -> None:
    """Draw the upload field, and the preview or the result of an uploaded table."""
    st.caption(
        _(
            "Download a briefing as XLSX or TSV, edit text, statuses and notes in a "
            "spreadsheet, keep the id and checksum columns, and upload the file here. "
            "XLIFF edited in a CAT tool works too. You see a preview before anything is "
            "applied. Up to {megabytes} MB."
        ).format(megabytes=LARGEST_UPLOAD)
    )
    file = st.file_uploader(
        _("Edited file"), type=KINDS, key="edited_file", max_upload_size=LARGEST_UPLOAD
    )
    if file is None:
        st.session_state.pop(UPLOAD, None)
        return
    edited: EditedFile | None = st.session_state.get(UPLOAD)
    brought = file.file_id, reviewer_name()
    if edited is None or (edited.file.file_id, edited.reviewer) != brought:
        edited = EditedFile(file, reviewer_name())
        st.session_state[UPLOAD] = edited
    report = edited.report or _update(store, edited, dry=True)
    if report and report.dry:
        _draw_preview(store, edited, report)
    elif report:
        _draw_result(store, edited, report)


def _draw_preview(store: Store, edited: EditedFile, preview: UpdateReport) -> None:
    words = format_count(
        "{count:,} row: **{made:,} to apply**, {same:,} unchanged, {left:,} skipped",
        "{count:,} rows: **{made:,} to apply**, {same:,} unchanged, {left:,} skipped",
        preview.rows,
        made=len(preview.made),
        same=preview.same,
        left=len(preview.left),
    )
    st.markdown(words)
    label = format_count("Apply {count:,} change", "Apply {count:,} changes", len(preview.made))
    # The button is above the tables, which change height while the browser loads them.
    pressed = preview.made and st.button(label, key="edited_take", type="primary")
    # The file is compared again, because the corpus may have changed.
    if pressed and _update(store, edited, dry=False):
        st.rerun()
    _draw_table(
        {
            _("Line"): [one.line for one in preview.made],
            _("Briefing"): [neutralise(one.briefing) for one in preview.made],
            _("Decision"): [_(one.action) for one in preview.made],
            _("Change"): [neutralise(translate_message(one.says)) for one in preview.made],
        },
        35,
    )
    _draw_skipped(preview.left, _("These rows would be skipped:"))
    if preview.redated:
        words = format_count(
            "{count:,} row has edits in read-only columns: {columns}",
            "{count:,} rows have edits in read-only columns: {columns}",
            preview.redated,
            columns=", ".join(PARTS["rest"]),
        )
        st.caption(plain(words))


def _draw_result(store: Store, edited: EditedFile, done: UpdateReport) -> None:
    made = format_count("{count:,} change applied", "{count:,} changes applied", len(done.made))
    left = format_count("{count:,} row skipped", "{count:,} rows skipped", len(done.left))
    words = _("{made}, {left}. The history of each row shows “from {file}”.")
    st.success(words.format(made=made, left=left, file=plain(done.file.name)))
    _draw_skipped(done.left, _("These rows were skipped:"))
    if edited.undone:
        count, stay = edited.undone
        st.info(format_count("{count:,} change reverted.", "{count:,} changes reverted.", count))
        _draw_skipped(stay, _("Not reverted, because someone has changed these rows since:"))
    elif done.made and st.button(
        _("Revert all changes"), key="edited_undo", icon=":material/undo:"
    ):
        with show_errors():
            edited.undone = undo_update(store, done, login=needs_login())
            st.rerun()


def _update(store: Store, edited: EditedFile, *, dry: bool) -> UpdateReport | None:
    """Compare the file with the corpus and, unless ``dry``, make the decisions.

    No Streamlit function is called between the first decision and the report. Otherwise a second
    click could end the run after some decisions, without a report on them.
    """
    editor = Editor(edited.reviewer, named=False, login=needs_login())
    with (
        st.spinner(_("Reading …"), show_time=True),
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        show_errors(hidden=f"{folder}/"),
    ):
        path = Path(folder) / name_file(edited.file.name)
        path.write_bytes(edited.file.getbuffer())
        seconds = allowed_seconds(path.stat().st_size)
        read = partial(run_apart, read_rows_apart, name=path.name, seconds=seconds)
        edited.report = update(store, path, editor, dry=dry, read=read)
        return edited.report
    return None


def _draw_table(columns: dict[str, list[object]], height: int) -> None:
    wide = {_("Change"), _("Details"), _("Requested change")}
    widths = {
        name: st.column_config.Column(width="large" if name in wide else "small")
        for name in (*wide, _("Line"), _("Decision"))
    }
    link = st.column_config.LinkColumn(width="small", display_text=_("open"))
    if rows := len(columns[_("Line")]):
        st.dataframe(
            columns,
            column_config={**widths, _("Row"): link},
            hide_index=True,
            row_height=height,
            height=min(40 + height * rows, _HEIGHT),
        )


def _draw_skipped(rows: Sequence[SkippedRow], words: str) -> None:
    if rows:
        st.warning(words)
    _draw_table(
        {
            _("Line"): [row.line for row in rows],
            _("Briefing"): [neutralise(row.briefing) for row in rows],
            _("Reason"): [_(_REASONS[row.kind]) for row in rows],
            _("Details"): [neutralise(translate_message(row.why)) for row in rows],
            _("Requested change"): [neutralise(translate_message(row.asked)) for row in rows],
            _("Row"): [_address(row) for row in rows],
        },
        _TALL,
    )


def _address(row: SkippedRow) -> str | None:
    if not (row.briefing and row.row):
        return None
    return f"/?{urlencode({'briefing': row.briefing, 'row': row.row})}"
