"""Upload of an edited table: a preview of its changes, then decisions, and undo.

The changes are found by :mod:`align.export.importing.update`.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

from ..export.formats.values import PARTS
from ..export.importing.table import SkippedRow
from ..export.importing.update import Editor, TableDecision, UpdateReport, undo_update, update
from ..store import Store
from .elements import LARGEST_UPLOAD, close_view, name_file, neutralise, plain, show_errors
from .language import format_count, translate_message
from .language import gettext as _
from .language import gettext_noop as N_
from .session_state import may_decide, needs_login, reviewer_name

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig
    from streamlit.runtime.uploaded_file_manager import UploadedFile

KINDS = ("xlsx", "csv", "tsv", "txt", "jsonl", "parquet")
PREVIEW, DONE, UNDONE = "edited_preview", "edited_done", "edited_undone"
"""Names in the session: each holds the key of the file with what became of it."""
_REASONS = {
    "conflict": N_("changed meanwhile"),
    "gone": N_("gone"),
    "refused": N_("cannot be taken"),
}
_HEIGHT = 400
"""The height of a table at most: ten rows of one line."""
_TALL = 70
"""The height of a row whose words are read whole: three lines."""


def draw(store: Store) -> None:
    """Draw the place where an edited table is brought back."""
    if not may_decide(store):
        return
    with st.expander(_("Bring an edited file back"), icon=":material/upload_file:"):
        st.caption(
            _(
                "Download a briefing as XLSX or TSV, correct texts, statuses and notes in a "
                "spreadsheet, keep the columns id and checksum, and bring the file here. You see "
                "what would change before anything does. At most {megabytes} MB."
            ).format(megabytes=LARGEST_UPLOAD)
        )
        file = st.file_uploader(
            _("The edited file"), type=KINDS, key="edited_file", max_upload_size=LARGEST_UPLOAD
        )
        if file is None:
            for name in (PREVIEW, DONE, UNDONE):
                st.session_state.pop(name, None)
        elif done := _recall(DONE, file):
            _draw_result(store, file, done)
        else:
            _draw_preview(store, file)


def _recall(name: str, file: "UploadedFile") -> UpdateReport | None:
    """Return the report about this very file, if there is one."""
    key, report = st.session_state.get(name, ("", None))
    return report if key == _key(file) else None


def _key(file: "UploadedFile") -> str:
    return f"{file.file_id}/{reviewer_name()}"


def _draw_preview(store: Store, file: "UploadedFile") -> None:
    preview = _recall(PREVIEW, file) or _update(store, file, dry=True)
    if preview is None:
        return
    words = format_count(
        "{count:,} row: **{made:,} to be decided**, {same:,} unchanged, {left:,} left as before",
        "{count:,} rows: **{made:,} to be decided**, {same:,} unchanged, {left:,} left as before",
        preview.rows,
        made=len(preview.made),
        same=preview.same,
        left=len(preview.left),
    )
    st.markdown(words)
    label = format_count("Make {count:,} decision", "Make {count:,} decisions", len(preview.made))
    # Above the tables, which grow when the browser has loaded what draws them.
    pressed = preview.made and st.button(label, key="edited_take", type="primary")
    # The file is compared once more, with the corpus as it is now.
    if pressed and _update(store, file, dry=False):
        st.rerun()
    _draw_decisions(preview.made)
    _draw_skipped(preview.left, _("These rows would be left as they are in the corpus:"))
    _draw_remarks(preview)


def _draw_result(store: Store, file: "UploadedFile", done: UpdateReport) -> None:
    made = format_count("{count:,} decision made", "{count:,} decisions made", len(done.made))
    left = format_count(
        "{count:,} row left as before", "{count:,} rows left as before", len(done.left)
    )
    words = _("{made}, {left}. The history of each row says “from {file}”.")
    st.success(words.format(made=made, left=left, file=plain(done.file.name)))
    _draw_skipped(done.left, _("These rows were left as they are in the corpus:"))
    key, undone = st.session_state.get(UNDONE, ("", None))
    if key == _key(file):
        words = format_count(
            "{count:,} decision taken back.", "{count:,} decisions taken back.", undone[0]
        )
        st.info(words)
        _draw_skipped(undone[1], _("These rows stay: somebody changed them since."))
    elif done.made and st.button(
        _("Take all of them back"), key="edited_undo", icon=":material/undo:"
    ):
        with show_errors():
            undone = undo_update(store, done, login=needs_login())
            st.session_state[UNDONE] = (_key(file), undone)
            close_view()
            st.rerun()


def _update(store: Store, file: "UploadedFile", *, dry: bool) -> UpdateReport | None:
    """Compare the file with the corpus and, unless ``dry``, decide; ``None`` after an error.

    A click meanwhile, as the second one of two, waits: Streamlit would end the run with some of
    the decisions made, and nobody told of them.
    """
    editor = Editor(reviewer_name(), named=False, login=needs_login())
    bar = st.progress(0.0, text=_("Reading …"))
    clicks: list[RerunException] = []

    def show(done: int, total: int) -> None:
        try:
            if total:
                words = _("Row {number:,} of {total:,}").format(number=done, total=total)
                bar.progress(done / total, text=words)
        except RerunException as click:
            clicks.append(click)

    done = None
    with tempfile.TemporaryDirectory() as folder, show_errors(hidden=f"{folder}/"):
        path = Path(folder) / name_file(file.name)
        path.write_bytes(file.getbuffer())
        done = update(store, path, editor, dry=dry, progress=show)
        st.session_state[PREVIEW if dry else DONE] = (_key(file), done)
    if not dry:
        close_view()  # its rows are others now
    if clicks:
        raise clicks[-1]
    bar.empty()
    return done


def _draw_decisions(made: Sequence[TableDecision]) -> None:
    if made:
        st.dataframe(
            {
                _("Line"): [one.line for one in made],
                _("Briefing"): [neutralise(one.briefing) for one in made],
                _("Decision"): [_(one.action) for one in made],
                _("What changes"): [neutralise(one.says) for one in made],
            },
            column_config=_widths(_("What changes")),
            hide_index=True,
            height=min(40 + 35 * len(made), _HEIGHT),
        )


def _draw_skipped(rows: Sequence[SkippedRow], words: str) -> None:
    if rows:
        st.warning(words)
        st.dataframe(
            {
                _("Line"): [row.line for row in rows],
                _("Briefing"): [neutralise(row.briefing) for row in rows],
                _("Because"): [_(_REASONS[row.kind]) for row in rows],
                _("What happened"): [neutralise(translate_message(row.why)) for row in rows],
                _("The file has"): [neutralise(row.asked) for row in rows],
                _("Row"): [_address(row) for row in rows],
            },
            column_config=_widths(_("What happened"), _("The file has"))
            | {_("Row"): st.column_config.LinkColumn(width="small", display_text=_("open"))},
            hide_index=True,
            row_height=_TALL,
            height=min(40 + _TALL * len(rows), _HEIGHT),
        )


def _address(row: SkippedRow) -> str | None:
    if not (row.briefing and row.row):
        return None
    return f"/?{urlencode({'briefing': row.briefing, 'row': row.row})}"


def _widths(*large: str) -> "dict[str, ColumnConfig]":
    small = dict.fromkeys((_("Line"), _("Decision")), st.column_config.Column(width="small"))
    return {**small, **dict.fromkeys(large, st.column_config.Column(width="large"))}


def _draw_remarks(report: UpdateReport) -> None:
    """Say what was changed in the file and is not taken."""
    if report.redated:
        words = format_count(
            "{count:,} row with changes in columns never taken: {columns}",
            "{count:,} rows with changes in columns never taken: {columns}",
            report.redated,
            columns=", ".join(PARTS["rest"]),
        )
        st.caption(plain(words))
