"""Form that adds a briefing from files, pasted texts or URLs, with fields for its metadata."""

import datetime as dt
import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ...corpus.apart import ApartAligner
from ...corpus.pipeline import AddedBriefing, add_aligned
from ...corpus.review.changes import describe_briefing, undo_change
from ...corpus.store import Store
from ...corpus.store.changes import BriefingChange, list_changes
from ...errors import N_, AlignError, join_messages
from ...records import LANGUAGES, Language
from ...settings import Settings
from ...sources.ingest.apart import read_addresses, read_files, serve_addresses
from ...sources.ingest.documents import (
    DocumentPair,
    FetchPage,
    MissingCounterpartError,
    Say,
    check_facts,
    is_address,
)
from ...sources.ingest.page_sources import open_page_source
from ...sources.ingest.same_briefing import UnlikeSidesError
from ...sources.processes import allowed_seconds, run_apart
from ...sources.readers import is_document
from . import add_capture
from .capture_files import FileBundle, is_capture
from .elements import (
    LARGEST_CAPTURE,
    LONGEST_FACT,
    NEWS,
    ORIGIN,
    close_view,
    go_to,
    name_file,
    order_titles,
    plain,
    show_errors,
)
from .language import format_count, translate_message
from .language import gettext as _
from .session_state import get_author, may_decide

_SECONDS = 30.0
"""Seconds that the pages of an address may take to be read, besides the time to fetch them."""

FORCE = "add_force"
"""Session key of the digest of texts that were rejected as unlike; the user may still add them."""

PASTED: dict[Language, str] = {"en": "pasted text 1", "zh": "pasted text 2"}
"""File names for pasted texts, by the language of their text area."""

SHOWN = 5
"""Changes of the metadata that are listed."""

_TYPED = ("add_text_en", "add_text_zh", "add_address", "add_other", "add_title", "add_date")
"""Fields that are cleared after a briefing was added; source and licence often stay the same."""


@dataclass(frozen=True, slots=True)
class Given:
    """Input of the form: file name and bytes per language, or URLs."""

    texts: Mapping[Language, tuple[str, bytes]]
    addresses: tuple[str, ...] = ()

    def digest(self) -> str:
        """Return a digest of the texts and URLs, independent of file names and text order."""
        digests = sorted(hashlib.sha256(body).hexdigest() for _name, body in self.texts.values())
        return hashlib.sha256("".join((*digests, *self.addresses)).encode()).hexdigest()[:16]


def draw(store: Store | None) -> None:
    """Draw the page that contains only the form."""
    st.header(_("Add a briefing"))
    if may_decide(store):
        draw_form(store)
    else:
        st.info(_("This corpus is read-only. You cannot add briefings to it."))


def draw_form(store: Store | None) -> None:
    """Draw the form, or the uploaded capture if there is one; open the briefing once added."""
    desk = add_capture.get_desk()
    if desk.reader is not None:
        add_capture.draw(desk)
        return
    with st.container(width=960, key="add_form"):
        labels = [_("Files"), _("Pasted text"), _("URL")]
        _reopen_tab(labels)
        files, pasted, web = st.tabs(labels, key="add_kind", on_change="rerun")
        st.session_state["add_tab"] = labels.index(st.session_state["add_kind"])
        with files:
            uploads = _draw_zones(store)
        with pasted:
            texts = _draw_areas()
        with web:
            addresses = _draw_addresses()
        facts = draw_fields("add", {}, keep=True)
        given = Given({}, addresses) if web.open else Given(texts if pasted.open else uploads)
        awaited = bool(files.open) and not uploads  # a large upload takes a while, many are paired
        answer = st.container(key="add_answer")  # stays in the window, so above the button
        pressed = st.button(_("Add"), type="primary", key="add_now", disabled=awaited)
        forced = bool(st.session_state.get("add_anyhow"))  # its button is drawn with the error
        if not (pressed or forced):
            return
        with answer:
            if given.texts or given.addresses:
                _add(given, facts, force=forced and st.session_state.get(FORCE) == given.digest())
            else:
                st.warning(_("Choose a file, paste text or enter a URL first."))


def _reopen_tab(labels: Sequence[str]) -> None:
    """Open the tab that was open before the language changed, and with it the labels.

    The tab may have been opened a moment ago, in a run that did not come to its end.
    """
    before = st.session_state.get("add_labels", labels)
    kind = st.session_state.get("add_kind")
    if kind not in labels:
        tab = before.index(kind) if kind in before else st.session_state.get("add_tab", 0)
        st.session_state["add_kind"] = labels[tab]
    st.session_state["add_labels"] = labels


def _draw_zones(store: Store | None) -> dict[Language, tuple[str, bytes]]:
    """Draw the file upload fields and return their texts; hand captures to the capture page."""
    labels = (_("English file, one bilingual file, or a capture"), _("Chinese file"))
    texts: dict[Language, list[UploadedFile]] = {"en": [], "zh": []}
    captures: list[UploadedFile] = []
    for place, language, label in zip(st.columns(2), LANGUAGES[::-1], labels, strict=True):
        for file in place.file_uploader(
            label,
            accept_multiple_files=True,
            key=f"add_file_{language}",
            max_upload_size=LARGEST_CAPTURE,
        ):
            if is_capture(file.name):
                captures.append(file)
            else:
                texts[language].append(file)
    megabytes = max(min(Settings.from_environment().max_bytes // 1_000_000, LARGEST_CAPTURE), 1)
    st.caption(
        _(
            "Plain text, Word (DOCX), ODT, PDF, EPUB, saved web page, Markdown, "
            "subtitles (SRT, VTT), or a table with one column per language (XLSX, CSV, "
            "TSV). Up to {megabytes} MB per file."
        ).format(megabytes=megabytes)
    )
    st.caption(
        _(
            "To add many briefings at once, choose many files in each field, a ZIP of them, or "
            "captures of a website (WARC). They are paired, you check the pairs, then all are "
            "added. Up to {megabytes} MB per file; for larger files use the command line: "
            "`align add FILE`."
        ).format(megabytes=LARGEST_CAPTURE)
    )
    if captures and any(texts.values()):
        st.warning(_("A capture must be added on its own. Remove the other files."))
    elif captures:
        add_capture.take(captures, store, captures)
    elif any(len(files) > 1 for files in texts.values()):
        _draw_pairing(texts, store)
    else:
        return {
            language: (name_file(file.name), file.getvalue())
            for language, files in texts.items()
            for file in files
        }
    return {}


def _draw_pairing(texts: Mapping[Language, Sequence[UploadedFile]], store: Store | None) -> None:
    """Draw the button that pairs many files; the pairs are shown before any is added."""
    uploads = [file for files in texts.values() for file in files]
    skipped = [file.name for file in uploads if not is_document(file.name)]
    if skipped:
        words = _("Files that cannot be read are skipped: {names}")
        st.warning(plain(words.format(names=", ".join(skipped))))
    count = len(uploads) - len(skipped)
    label = format_count("Pair {count:,} file", "Pair {count:,} files", count)
    st.caption(_("You see the pairs and can correct them before they are added."))
    if st.button(label, key="add_pair", type="primary"):
        add_capture.take([FileBundle(texts, f"{count} files.zip")], store, uploads)


def _draw_areas() -> dict[Language, tuple[str, bytes]]:
    labels = (_("English text, or paragraphs in both languages"), _("Chinese text"))
    found: dict[Language, tuple[str, bytes]] = {}
    for place, language, label in zip(st.columns(2), LANGUAGES[::-1], labels, strict=True):
        text = place.text_area(
            label, height=220, key=f"add_text_{language}", persist_state="session"
        )
        if text and text.strip():
            found[language] = (PASTED[language], text.encode("utf-8", "replace"))
    return found


def _draw_addresses() -> tuple[str, ...]:
    ask = partial(st.text_input, persist_state="session")
    either = _("URL of a briefing, in either language")
    other = _("URL of the other language version, if the page has no link to it")
    found = ask(either, placeholder="https://…", key="add_address"), ask(other, key="add_other")
    return tuple(text.strip() for text in found if text and text.strip())


def _add(given: Given, facts: Mapping[str, str], *, force: bool) -> None:
    """Add a briefing and open it, or show the error and keep the fields as typed."""
    st.session_state.pop(FORCE, None)
    place = st.empty()
    status = place.status(_("Reading …"))

    def say(text: str) -> None:
        status.update(label=plain(translate_message(text)))

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            said = check_facts({name: text for name, text in facts.items() if text})
            added = add_given(given, said, Path(folder), say, force)
        except AlignError as error:
            place.error(plain(_explain(error, folder)))
            if isinstance(error, UnlikeSidesError):
                st.session_state[FORCE] = given.digest()
                st.button(_("Add anyway"), key="add_anyhow")
            return
    status.update(label=_("Added"), state="complete")
    for name in _TYPED:
        st.session_state.pop(name, None)
    st.session_state.pop(ORIGIN, None)
    st.session_state[NEWS] = [note for one in added for note in _describe(one)]
    go_to("", {"briefing": added[0].id})


def _explain(error: AlignError, folder: str) -> str:
    """Return the message of an error, worded for the page and without the temporary folder."""
    if isinstance(error, MissingCounterpartError):
        return _("This page has no link to the other language version. Enter that URL too.")
    if isinstance(error, UnlikeSidesError):
        return _("These two texts do not look like one briefing: {reasons}.").format(
            reasons=translate_message(join_messages(error.reasons))
        )
    words = translate_message(error.message)
    for language in LANGUAGES:
        words = words.replace(f"{folder}/{language}/", "")
    return words


def _describe(added: AddedBriefing) -> tuple[str, ...]:
    """Return notices for the user about an added briefing."""
    news = {
        "unchanged": _("This briefing is already in the corpus. Nothing changed."),
        "changed": _("Updated the text of a briefing already in the corpus. Decisions were kept."),
    }.get(added.state, "")
    # The review page shows the publisher's changes (notes that begin with + or -) above the rows.
    notes = (note for note in added.notes if note[:1] not in ("+", "-"))
    return tuple(filter(None, (news, *map(translate_message, notes))))


def add_given(
    given: Given, facts: Mapping[str, str], folder: Path, say: Say, force: bool = False
) -> list[AddedBriefing]:
    """Run the whole pipeline for the given texts or URLs, as ``align add`` does.

    :param folder: an empty folder; the texts are written there and read from there.
    :raises AlignError: if a text cannot be read, aligned or stored.
    """
    for address in given.addresses:  # anything else would be read as a path on the server
        if not is_address(address):
            raise AlignError(
                N_("{address}: not a URL; it must begin with http:// or https://"),
                address=address,
            )
    settings = Settings.from_environment()
    added: list[AddedBriefing] = []
    with (
        open_page_source(settings, say, given.addresses) as pages,
        Store.open(settings.corpus, create=True) as store,
        ApartAligner(settings) as align,
    ):

        def take(pair: DocumentPair, *notes: str) -> None:
            say(_("Aligning {title} …").format(title=pair.en.title or pair.zh.title))
            done = add_aligned(store, pair, align, force=force, author=get_author())
            added.append(replace(done, notes=(*notes, *done.notes)))

        say(_("Reading …"))
        if given.texts:
            take(*_read_texts(given, facts, folder, settings.max_bytes, pages.get))
        else:
            run_apart(
                read_addresses,
                given.addresses,
                settings.max_bytes,
                facts,
                name=given.addresses[0],
                seconds=_SECONDS,
                services=serve_addresses(pages.get, say, store, take),
            )
    return added


def _read_texts(
    given: Given, facts: Mapping[str, str], folder: Path, max_bytes: int, fetch: FetchPage
) -> tuple[DocumentPair, *tuple[str, ...]]:
    """Return the documents of the given texts, and notes on them."""
    sources = tuple(_write_file(folder / one, *given.texts[one]) for one in given.texts)
    size = sum(len(body) for _name, body in given.texts.values())
    named = " ".join(name for name, _body in given.texts.values())
    pair = run_apart(
        read_files,
        sources,
        max_bytes,
        facts,
        name=named,
        seconds=allowed_seconds(size),
        services={"fetch": fetch},
    )
    # A saved page contains its URL; other texts are identified by their digest.
    is_named = not pair.address.startswith("file:")
    address = pair.address if is_named else f"upload:{given.digest()}"
    pair = replace(pair, address=address, name="")
    en, zh = (given.texts.get(one, ("",))[0] for one in ("en", "zh"))
    is_swapped = en and en != zh and zh == pair.facts.get("file_en")
    if is_swapped:
        return pair, _("The texts were in the wrong fields and have been swapped.")
    return (pair,)


def _write_file(folder: Path, name: str, body: bytes) -> str:
    """Write a text to a folder of its own, so that no other file is read as part of it."""
    folder.mkdir()
    (folder / name).write_bytes(body)
    return str(folder / name)


def draw_fields(key: str, known: Mapping[str, str], *, keep: bool = False) -> dict[str, str]:
    """Draw the metadata fields and return their values, unchecked.

    :param key: prefix of the widget keys.
    :param known: initial values.
    :param keep: keep typed values while another page is shown.
    """
    state: Literal["session"] | None = "session" if keep else None
    ask = partial(st.text_input, max_chars=LONGEST_FACT, persist_state=state)
    hint, publisher = _("taken from the text"), _("publisher or URL")
    title = ask(_("Title"), known.get("title", ""), key=f"{key}_title", placeholder=hint)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.date_input(
            _("Date"),
            value=dt.date.fromisoformat(known["date"]) if known.get("date") else None,
            min_value=dt.date(1900, 1, 1),
            max_value=dt.date(2100, 12, 31),
            format="YYYY-MM-DD",
            key=f"{key}_date",
            width=150,
            persist_state=state,
        )
        said = known.get("source", "")
        source = ask(_("Source"), said, key=f"{key}_source", placeholder=publisher)
        said = known.get("licence", "")
        hint = "CC-BY-4.0"
        licence = ask(_("Licence"), said, key=f"{key}_licence", placeholder=hint, width=160)
    date = chosen.isoformat() if isinstance(chosen, dt.date) else ""
    fields = {"title": title, "date": date, "source": source, "licence": licence}
    return {name: (text or "").strip() for name, text in fields.items()}


def draw_editor(store: Store, briefing_id: str) -> None:
    """Draw the metadata fields of a stored briefing and store changes."""
    briefing, said = store.briefing(briefing_id), store.facts(briefing_id)
    known = {
        "title": said.get("title") or order_titles(briefing.en.title, briefing.zh.title, "")[0][1],
        "date": str(briefing.en.date or briefing.zh.date or ""),
        "source": said.get("source", ""),
        "licence": said.get("licence", ""),
    }
    with st.form(f"facts-{briefing_id}", border=False):
        fields = draw_fields(f"facts-{briefing_id}", known)
        pressed = st.form_submit_button(_("Save"), type="primary")
    st.caption(
        _("These values override those read from the text. Clear a field to restore the original.")
    )
    if pressed:
        with show_errors():
            changed = {name: text for name, text in fields.items() if text != known[name]}
            describe_briefing(store, get_author(), briefing_id, check_facts(changed))
            close_view()
            st.session_state[NEWS] = (_("Saved."),)
            st.rerun()
    _draw_history(store, briefing_id)


def _draw_history(store: Store, briefing_id: str) -> None:
    """Draw the last changes of the metadata, the newest with a button that undoes it."""
    changes = [one for one in list_changes(store, briefing_id) if one.action == "describe"]
    for number, change in enumerate(changes[:SHOWN]):
        name = plain(change.reviewer or _("unknown reviewer"))
        st.caption(f"{change.at:%Y-%m-%d %H:%M} UTC · {name}: {plain(_describe_change(change))}")
        if number == 0 and st.button(_("Undo"), key=f"facts-undo-{change.id}"):
            with show_errors():
                undo_change(store, get_author(), change.id)
                close_view()
                st.rerun()


def _describe_change(change: BriefingChange) -> str:
    """Return what a change made of each field, such as ``title: “Water” → “Lakes”``."""
    names = {"title": _("Title"), "date": _("Date"), "source": _("Source"), "licence": _("Licence")}
    return "; ".join(
        f"{names.get(name, name)}: “{change.before[name]}” → “{value}”"
        for name, value in change.after.items()
    )
