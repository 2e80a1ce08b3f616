"""Upload of an edited table: a preview of its changes, then decisions, and undo.

The changes are found by :mod:`align.export.importing.update`.
"""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

import streamlit as st

from ..errors import AlignError
from ..export.importing import ImportStep
from ..export.importing.row_diff import SkippedRow
from ..export.importing.update import (
    Editor,
    TableDecision,
    UpdateReport,
    undo_update,
    update,
)
from ..store import Store
from ..text.wording import count_noun
from .access import login_required, may
from .markdown import plain, straight
from .session_state import forget, reviewer

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig
    from streamlit.runtime.uploaded_file_manager import UploadedFile

Result = TypeVar("Result")

KINDS = ("xlsx", "csv", "tsv", "txt", "jsonl", "parquet")
SHOWN, DONE, BACK = "edited_shown", "edited_done", "edited_back"
_WORDS = {"conflict": "changed meanwhile", "gone": "gone", "refused": "cannot be taken"}
LARGEST = 50
"""Megabytes of a file, as in deploy/nginx.conf: some 100,000 rows. The command line takes more."""
_HEIGHT = 400
"""The height of a table at most: ten rows of one line."""
_TALL = 70
"""The height of a row whose words are read whole: three lines."""


def view(store: Store) -> None:
    """Draw the place where an edited table is brought back."""
    if store.reads_only or not may(store, reviewer(), "decide"):
        return
    with st.expander("Bring an edited file back", icon=":material/upload_file:"):
        st.caption(
            "Download a briefing as XLSX or TSV, correct texts, statuses and notes in a "
            "spreadsheet, keep the columns id and checksum, and bring the file here. You see what "
            "would change before anything does."
        )
        file = st.file_uploader(
            "The edited file", type=KINDS, key="edited_file", max_upload_size=LARGEST
        )
        if file is None:
            for name in (SHOWN, DONE, BACK):
                st.session_state.pop(name, None)
            return
        done = _done(file)
        if done is None:
            _preview(store, file)
        else:
            _result(store, done)


def _done(file: "UploadedFile") -> UpdateReport | None:
    """Return what became of this very file, if it was taken."""
    kept: tuple[str, UpdateReport] | None = st.session_state.get(DONE)
    return kept[1] if kept and kept[0] == _key(file) else None


def _key(file: "UploadedFile") -> str:
    return f"{file.file_id}/{reviewer()}"


def _preview(store: Store, file: "UploadedFile") -> None:
    kept: tuple[str, UpdateReport] | None = st.session_state.get(SHOWN)
    if kept is None or kept[0] != _key(file):
        found = _run(store, file, dry=True)
        if found is None:
            return
        kept = st.session_state[SHOWN] = (_key(file), found)
    would = kept[1]
    st.markdown(
        f"{count_noun(would.rows, 'row')}: **{len(would.made):,} to be decided**, "
        f"{would.same:,} unchanged, {len(would.left):,} left as before"
    )
    _made(would.made)
    _left(would.left, "These rows would be left as they are in the corpus:")
    _remarks(would)
    label = f"Make {count_noun(len(would.made), 'decision')}"
    if would.made and st.button(label, key="edited_take", type="primary"):
        _take(store, file)


def _take(store: Store, file: "UploadedFile") -> None:
    """Make the decisions: the file is compared once more, with the corpus as it is now."""
    done = _run(store, file, dry=False)
    if done is not None:
        st.session_state[DONE] = (_key(file), done)
        st.session_state.pop(BACK, None)
        forget()  # the view of a briefing: its rows are others now
        st.rerun()


def _result(store: Store, done: UpdateReport) -> None:
    st.success(
        f"{count_noun(len(done.made), 'decision')} made, {count_noun(len(done.left), 'row')} left "
        f"as before. The history of each row says “from {plain(done.file.name)}”."
    )
    _left(done.left, "These rows were left as they are in the corpus:")
    back: tuple[int, tuple[SkippedRow, ...]] | None = st.session_state.get(BACK)
    if back is not None:
        st.info(f"{count_noun(back[0], 'decision')} taken back.")
        _left(back[1], "These rows stay: somebody changed them since.")
    elif done.made and st.button(
        "Take all of them back", key="edited_undo", icon=":material/undo:"
    ):
        found = _tried(lambda: undo_update(store, done, login=login_required()))
        if found is not None:
            st.session_state[BACK] = found
            forget()
            st.rerun()


def _run(store: Store, file: "UploadedFile", *, dry: bool) -> UpdateReport | None:
    editor = Editor(reviewer(), named=False, login=login_required())
    bar = st.progress(0.0, text="Reading …")

    def tell(step: ImportStep) -> None:
        if step.total:
            bar.progress(step.done / step.total, text=f"Row {step.done:,} of {step.total:,}")

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _file_name(file.name)
        path.write_bytes(file.getbuffer())
        done = _tried(lambda: update(store, path, editor, dry=dry, progress=tell), folder)
    bar.empty()
    return done


def _file_name(given: str) -> str:
    """Make a name of what a browser says, of which any system makes a file.

    >>> _file_name("../" + "报" * 99 + ".xlsx")[-7:], _file_name("..")
    ('报报.xlsx', 'table.tsv')
    """
    name = "".join(filter(str.isprintable, Path(given).name))
    return name[-60:].lstrip(".") or "table.tsv"


def _tried(run: Callable[[], Result], folder: str = "") -> Result | None:
    """Run something and show its error in one line, without the name of the folder in it."""
    try:
        return run()
    except AlignError as error:
        st.error(plain(str(error).replace(f"{folder}/", "") if folder else str(error)))
        return None


def _made(made: Sequence[TableDecision]) -> None:
    if made:
        st.dataframe(
            {
                "Line": [one.line for one in made],
                "Briefing": [straight(one.briefing) for one in made],
                "Decision": [one.action for one in made],
                "What changes": [straight(one.says) for one in made],
            },
            column_config=_widths("What changes"),
            hide_index=True,
            height=_height(len(made), 35),
        )


def _left(left: Sequence[SkippedRow], words: str) -> None:
    if left:
        st.warning(words)
        st.dataframe(
            {
                "Line": [one.line for one in left],
                "Briefing": [straight(one.briefing) for one in left],
                "Because": [_WORDS[one.kind] for one in left],
                "What happened": [straight(one.why) for one in left],
                "The file has": [straight(one.asked) for one in left],
                "Row": [_address(one) for one in left],
            },
            column_config=_widths("What happened", "The file has")
            | {"Row": st.column_config.LinkColumn(width="small", display_text="open")},
            hide_index=True,
            row_height=_TALL,
            height=_height(len(left), _TALL),
        )


def _address(one: SkippedRow) -> str | None:
    there = one.briefing and one.row
    return f"/?{urlencode({'briefing': one.briefing, 'row': one.row})}" if there else None


def _widths(*large: str) -> "dict[str, ColumnConfig]":
    small = {name: st.column_config.Column(width="small") for name in ("Line", "Decision")}
    return {**small, **{name: st.column_config.Column(width="large") for name in large}}


def _height(rows: int, each: int) -> int:
    return min(40 + each * rows, _HEIGHT)


def _remarks(done: UpdateReport) -> None:
    """Say what was seen in the file and not taken."""
    counts = (
        (done.missing, "of these briefings not in the file; nothing happens to them"),
        (done.redated, f"with changes in columns never taken: {', '.join(done.passed_over)}"),
        (done.others, "naming another reviewer; decisions here carry your name"),
    )
    said = [f"{count_noun(count, 'row')} {words}" for count, words in counts if count]
    if done.unknown:
        said.append(f"columns of yours, passed over: {', '.join(done.unknown)}")
    for words in said:
        st.caption(plain(words))
