"""Captures on the page *Add*: read a WARC or ZIP file, correct its pairs, and add them."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ...corpus.apart import ApartAligner
from ...corpus.store import Store
from ...settings import Settings
from ...sources.ingest.documents import check_facts
from . import capture_table, capture_tools
from .capture_files import CaptureFiles, FileBundle, NamedFile, uploads_folder
from .capture_pairs import CaptureRow, PairChoices
from .capture_table import CaptureTable
from .capture_work import CaptureAdder, CaptureReader, PairResult
from .elements import (
    LONGEST_FACT,
    draw_pages,
    go_to,
    neutralise,
    open_row,
    order_titles,
    plain,
    show_errors,
)
from .language import format_count, translate_message
from .language import gettext as _
from .session_state import get_author

_EVERY = 1.0  # seconds between polls of background work
_LISTED = 10  # briefings or failures per page of a list


@dataclass(slots=True)
class CaptureDesk:
    """Captures of one session, and the workers on them."""

    files: CaptureFiles | None = None
    reader: CaptureReader | None = None
    adder: CaptureAdder | None = None
    table: CaptureTable | None = None
    title: str = ""
    are_files: bool = False  # documents that were uploaded one by one, not pages of a capture

    def open(self, files: Sequence[NamedFile], store: Store | None) -> None:
        """Store uploaded files and begin to read them.

        :raises FormatError: if they cannot be stored.
        """
        self.close()
        settings = Settings.from_environment()
        self.files = CaptureFiles(files, uploads_folder(settings))
        bundles = [file for file in files if isinstance(file, FileBundle)]
        self.are_files = bool(bundles)
        self.title = ", ".join(file.name for file in files)
        if bundles:
            self.title = _count_files(sum(file.count for file in bundles))
        self.reader = CaptureReader(self.files, settings, store)

    def close(self) -> None:
        """Stop the workers, and delete the files once the workers have ended."""
        workers = [worker for worker in (self.reader, self.adder) if worker is not None]
        for worker in workers:
            worker.stop()
        if self.files is not None:
            threading.Thread(target=_close_after, args=(workers, self.files)).start()
        self.files = None
        self.reader = None
        self.adder = None
        self.table = None


def _close_after(workers: Sequence[CaptureReader | CaptureAdder], files: CaptureFiles) -> None:
    for worker in workers:
        worker.wait()
    files.close()


@st.cache_resource(scope="session", show_spinner=False, on_release=CaptureDesk.close)
def get_desk() -> CaptureDesk:
    """Return the desk of this session; it is closed when the session ends."""
    return CaptureDesk()


def take(files: Sequence[NamedFile], store: Store | None, uploads: Sequence[UploadedFile]) -> None:
    """Open captures, and switch to the page that shows them.

    :param uploads: the uploaded files that the captures are or were made from.
    """
    with show_errors():
        get_desk().open(files, store)
        _forget(uploads)
        go_to("add", {})


def _forget(files: Sequence[UploadedFile]) -> None:
    """Remove uploaded files from Streamlit's memory, because they are now on disk."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        for file in files:
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def draw(desk: CaptureDesk) -> None:
    """Draw the current step of work on the captures: reading, pairs, or adding."""
    adder, reader, files = desk.adder, desk.reader, desk.files
    is_adding = adder is not None and not adder.done
    with st.container(horizontal=True, vertical_alignment="center", key="capture_head"):
        st.markdown(f"**{plain(desk.title)}**")
        if not is_adding:
            label = _("Add something else")
            st.button(label, key="capture_other", type="tertiary", on_click=desk.close)
    if reader is None or files is None or reader.stage != "done":
        _draw_reading(reader)
    elif reader.choices is None:
        st.error(plain(files.names.shown(translate_message(reader.error))), icon=":material/error:")
    else:
        desk.table = desk.table or CaptureTable(files, reader.choices)
        if adder is not None:
            _take_results(desk.table, adder)
        _draw_counts(reader.choices, are_files=desk.are_files)
        if adder is not None and not adder.done:
            _draw_adding(adder)
        else:
            _draw_pairs(desk, desk.table)


def _draw_pairs(desk: CaptureDesk, table: CaptureTable) -> None:
    if desk.adder is not None:
        _draw_results(desk, desk.adder)
    if why := explain_empty(table.choices):
        st.warning(why)
    _draw_faults(table)
    if table.choices.rows:
        capture_table.draw_rows(table)
        _draw_button(desk, table)
        capture_tools.draw(table)


# -- reading -------------------------------------------------------------------------------------


@st.fragment(run_every=_EVERY)
def _draw_reading(reader: CaptureReader | None) -> None:
    if reader is None or reader.stage == "done":
        st.rerun()
        return  # never reached; for type checks without Streamlit
    read = format_count("{count:,} read", "{count:,} read", reader.pages)
    if reader.share:
        whole = format_count(
            "of about {count:,}",
            "of about {count:,}",
            max(reader.pages, round(reader.pages / reader.share)),
        )
        read = f"{read} {whole}"
    words = {
        "waiting": _("Waiting: another capture is being read …"),
        "reading": read,
        "pairing": _("Pairing …"),
    }
    st.progress(min(1.0, reader.share), text=words.get(reader.stage, ""))
    st.caption(_("Keep this page open. The file is deleted when you leave."))


def _count_files(count: int) -> str:
    return format_count("{count:,} file", "{count:,} files", count)


def _draw_counts(choices: PairChoices, *, are_files: bool) -> None:
    kinds, rows = choices.pages.kinds, choices.count()
    pages = sum(kinds.values())
    parts = [
        _count_files(pages)
        if are_files
        else format_count("{count:,} page", "{count:,} pages", pages),
        format_count("{count:,} list", "{count:,} lists", kinds["list"]) if kinds["list"] else "",
        format_count("**{count:,} pair**", "**{count:,} pairs**", rows["paired"] + rows["chosen"]),
        format_count("{count:,} uncertain", "{count:,} uncertain", rows["uncertain"])
        if rows["uncertain"]
        else "",
        format_count("{count:,} in both languages", "{count:,} in both languages", rows["both"])
        if rows["both"]
        else "",
        format_count(
            "{count:,} in one language only",
            "{count:,} in one language only",
            rows["alone"],
        ),
        _count_known(rows["known"]) if rows["known"] else "",
    ]
    st.markdown(" · ".join(filter(None, parts)))


def _count_known(count: int) -> str:
    return format_count("{count:,} already in the corpus", "{count:,} already in the corpus", count)


def explain_empty(choices: PairChoices) -> str:
    """Return a one-line reason why a capture has no pair, or an empty string if it has one."""
    if any(row.is_pair for row in choices.rows):
        return ""
    languages = {page.language for row in choices.rows for page in row.pages}
    if not choices.pages.kinds and not choices.pages.faults:
        return _("This capture contains no pages.")
    if not languages:
        return _("No page in this capture has readable text.")
    if languages == {"zh"}:
        return _(
            "All pages are Chinese. Add the English ones to the same ZIP, or upload both "
            "captures together."
        )
    if languages == {"en"}:
        return _(
            "All pages are English. Add the Chinese ones to the same ZIP, or upload both "
            "captures together."
        )
    return _(
        "No two pages in this capture look like one briefing. *Compare* shows the closest ones."
    )


def _draw_faults(table: CaptureTable) -> None:
    faults = table.choices.pages.faults
    if not faults:
        return
    words = format_count(
        "{count:,} page could not be read", "{count:,} pages could not be read", len(faults)
    )
    if len(faults) == 1:
        st.warning(f"{words}: {plain(table.files.names.shown(translate_message(faults[0])))}")
        return
    with st.expander(words, icon=":material/warning:"):
        for fault in draw_pages(faults, _LISTED, "capture_faults"):
            st.caption(plain(table.files.names.shown(translate_message(fault))))


# -- adding --------------------------------------------------------------------------------------


def _draw_button(desk: CaptureDesk, table: CaptureTable) -> None:
    ask = partial(st.text_input, max_chars=LONGEST_FACT, persist_state="session")
    ticked = table.choices.ticked()
    label = format_count("Add {count:,} briefing", "Add {count:,} briefings", len(ticked))
    with st.container(horizontal=True, vertical_alignment="bottom", key="capture_facts"):
        source = ask(_("Source"), key="capture_source", placeholder=_("applies to all briefings"))
        licence = ask(_("Licence"), key="capture_licence", placeholder="CC-BY-4.0", width=160)
        pressed = st.button(label, type="primary", key="capture_add", disabled=not ticked)
    if pressed:
        with show_errors():
            _start(desk, ticked, {"source": source or "", "licence": licence or ""})


def _start(
    desk: CaptureDesk, rows: Sequence[CaptureRow], facts: Mapping[str, str], *, force: bool = False
) -> None:
    assert desk.files is not None
    settings = Settings.from_environment()
    said = check_facts({name: text.strip() for name, text in facts.items() if text.strip()})
    align = ApartAligner(settings)
    desk.adder = CaptureAdder(
        desk.files, rows, settings, align, said, force=force, author=get_author()
    )
    st.rerun()


@st.fragment(run_every=_EVERY)
def _draw_adding(adder: CaptureAdder) -> None:
    if adder.done:
        st.rerun()
    done, total = len(adder.results), len(adder.rows)
    words = _("{done:,} of {total:,} briefings").format(done=done, total=total)
    if adder.current is not None:
        words += f" · {plain(_name_row(adder.current))}"
    st.progress(done / total, text=words)
    if adder.stopped:
        st.caption(_("Stopping after this briefing …"))
    else:
        st.button(_("Stop"), key="capture_stop", icon=":material/stop:", on_click=adder.stop)
    st.caption(
        _(
            "You can review other briefings meanwhile. If you close or reload this page, "
            "the run stops. Briefings already added are kept; upload the same file again "
            "to resume."
        )
    )


def _name_row(row: CaptureRow) -> str:
    """Return the day and the title of a row, in the reader's own language if it has both."""
    zh, en = (page.title if page is not None else "" for page in (row.zh, row.en))
    title = order_titles(en, zh, row.pages[0].name)[0][1]
    return neutralise(f"{row.day} {title}".strip())


def _take_results(table: CaptureTable, adder: CaptureAdder) -> None:
    new = [result for result in adder.results if table.results.get(result.row.key) is not result]
    for result in new:
        table.results[result.row.key] = result
        if result.briefing:
            table.choices.known.add(result.row.key)
    if new:
        table.renew()


def _draw_results(desk: CaptureDesk, adder: CaptureAdder) -> None:
    added = [result for result in adder.results if result.briefing]
    known = sum(result.state == "unchanged" for result in added)
    failed = [result for result in adder.results if result.error]
    words = format_count(
        "{count:,} briefing added", "{count:,} briefings added", len(added) - known
    )
    if known:
        words += " · " + _count_known(known)
    left = len(adder.rows) - len(adder.results)
    if left:
        words += _(", {count:,} not added; still ticked below").format(count=left)
    if adder.error:
        st.error(plain(adder.names.shown(translate_message(adder.error))), icon=":material/error:")
    if len(added) > known:
        st.success(words)
    else:
        st.info(words)
    with st.container(gap="xsmall"):
        for result in draw_pages(added, _LISTED, "capture_added"):
            st.button(
                plain(_name_row(result.row)),
                key=f"title-capture-{result.briefing}",
                type="tertiary",
                on_click=open_row,
                args=(result.briefing, ""),
            )
    if failed:
        _draw_failures(desk, failed, adder)


def _draw_failures(desk: CaptureDesk, failed: Sequence[PairResult], adder: CaptureAdder) -> None:
    words = format_count(
        "{count:,} pair was not added", "{count:,} pairs were not added", len(failed)
    )
    with st.container(border=True, key="capture_failed"):
        st.markdown(f"**{words}**")
        for result in draw_pages(failed, _LISTED, "capture_failures"):
            st.caption(f"{plain(_name_row(result.row))}: {plain(_explain(adder, result))}")
        unlike = [result.row for result in failed if result.unlike]
        label = format_count("Add {count:,} anyway", "Add {count:,} anyway", len(unlike))
        if unlike and st.button(label, key="capture_anyhow"):
            with show_errors():
                _start(desk, unlike, adder.facts, force=True)


def _explain(adder: CaptureAdder, result: PairResult) -> str:
    words = adder.names.shown(translate_message(result.error))
    if not result.unlike:
        return words
    return _("These two texts do not look like one briefing: {reasons}.").format(reasons=words)
