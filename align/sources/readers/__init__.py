"""Readers of local files; ``READERS`` has the reader of each kind of file."""

import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

from ...errors import N_, AlignError, ExtractError, Message, TextError
from ...extras import PluginObject, Table, name_failures
from ...records import Document, Language
from .. import extract
from ..clock import limit_reading
from ..extract import PageReading
from ..extract.page_links import in_order, page_key
from ..local_files import LIMIT, decode_text, load_bytes
from ..web.captures import HTML, MHTML, read_saved, walk_files
from ..web.html import DecodedPage, check_markup
from ..web.urls import strip_archive
from . import epub, opendocument, tables, text_files, word, workbooks
from .documents import FileBlocks, FileText, Reader, make_reader


@dataclass(frozen=True, slots=True)
class _SavedPages:
    """A saved page and its further pages."""

    pages: tuple[DecodedPage, ...]
    path: Path

    def readings(self) -> tuple[PageReading, ...]:
        with self._named():
            return extract.read_pages(self.pages)

    def split(self) -> tuple[Document, ...]:
        with self._named():
            return extract.read_documents(self.pages)

    def whole(self, language: Language | None = None) -> Document:
        with self._named():
            return extract.read_whole(self.pages, language)

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except ExtractError as error:
            raise ExtractError(N_("{path}: {error}"), path=self.path, error=error) from error


def read_pages(path: Path, max_bytes: int) -> FileText:
    """Read a saved page and its further pages."""
    return _SavedPages(tuple(read_article(path, max_bytes).values()), path)


# The beginning of a page that wget saved with no suffix, or with the suffix of a program.
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b", re.I)

_TEXT = make_reader("text", text_files.read_text)


def _read_pdf(path: Path, max_bytes: int) -> FileBlocks:
    from .pdf import read_blocks  # with its patterns, it takes 40 ms to import

    return read_blocks(path, max_bytes)


_SUFFIXES: tuple[tuple[tuple[str, ...], Reader], ...] = (
    (("", ".txt", ".text", ".zh", ".en"), _TEXT),
    ((".md",), make_reader("markdown", text_files.read_markdown)),
    ((*HTML, *MHTML), read_pages),
    ((".docx", ".docm", ".dotx"), make_reader("docx", word.read_docx)),
    ((".odt",), make_reader("odt", opendocument.read_odt)),
    ((".pdf",), make_reader("pdf", _read_pdf)),
    ((".epub",), make_reader("epub", epub.read_epub)),
    ((".csv", ".tsv", ".tab"), make_reader("table", tables.read_delimited)),
    ((".xlsx", ".xlsm"), make_reader("table", workbooks.read_workbook)),
    ((".srt", ".vtt"), make_reader("subtitles", text_files.read_subtitles)),
)
_OWN = {suffix: reader for suffixes, reader in _SUFFIXES for suffix in suffixes}


def _find_fault(name: str, row: object) -> str:
    """Return why an object of a plug-in cannot be the reader of a suffix, or nothing."""
    if not name.startswith("."):
        return f"the name of a reader must be a suffix, such as .{name}"
    if not callable(row):
        return f"a reader must be a function, not a {type(row).__name__}"
    return ""


READERS: Table[Reader] = Table("readers", _OWN, _find_fault)
"""Suffix of a file name to its reader."""

_DOCUMENT_ADVICE = {
    (".doc", ".rtf", ".wps", ".pages"): Message(N_("save it as .docx")),
    (".xls", ".xlsb", ".ods", ".et", ".numbers"): Message(N_("save it as .xlsx")),
    (".ppt", ".pptx", ".odp", ".key"): Message(N_("save its text as .docx or .txt")),
    (".mobi", ".azw", ".azw3"): Message(N_("convert it to EPUB")),
}
_ADVICE = _DOCUMENT_ADVICE | {
    (".zip",): Message(N_("it is a capture: add it without --zh, or unpack it")),
    (".rar", ".7z", ".gz", ".tgz", ".tar"): Message(N_("unpack it and add the folder")),
    (".ass", ".ssa", ".sub"): Message(N_("save it as .srt")),
    (".mp3", ".mp4", ".wav", ".m4a"): Message(N_("it is a recording; transcribe it first")),
    (".url",): Message(N_("it contains only the URL of the page next to it; name that page")),
    (".eml", ".msg"): Message(
        N_("it is an e-mail; save its attachment, or its text as .txt or .html")
    ),
    (".json",): Message(
        N_("it contains data; for aligned text, write one object per line and use 'align import'")
    ),
    (".webarchive",): Message(N_("save the page as HTML")),
    (".warc",): Message(
        N_("it is a capture: add it alone with 'align add', or add one of its pages with --from")
    ),
    (".tmx", ".xlf", ".xliff", ".sdlxliff", ".mqxliff", ".mxliff", ".jsonl", ".parquet"): Message(
        N_("it contains aligned text: use 'align import'")
    ),
    (".sdltm", ".mqxlz", ".ttx", ".txml", ".po"): Message(
        N_("export it from the translation tool as TMX and use 'align import'")
    ),
    (".tbx",): Message(N_("it contains terms: use 'align terms --add'")),
    (".jpg", ".jpeg", ".png", ".tif", ".tiff"): Message(N_("it is an image; run OCR on it first")),
}
"""Advice for common files that cannot be read, by suffix."""
_UNREAD_DOCUMENTS = frozenset(suffix for kinds in _DOCUMENT_ADVICE for suffix in kinds)


def load(path: Path, *, max_bytes: int = LIMIT) -> FileText:
    """Return the text of a file, which contains one document, or two if it is bilingual."""
    path, suffix = Path(path), Path(path).suffix.lower()
    reader = _find_reader(path)
    if suffix not in READERS or suffix in READERS.own:
        return reader(path, max_bytes)
    found = name_failures(reader, suffix)(path, max_bytes)
    return cast(FileText, PluginObject(found, suffix))


def read(path: Path, *, max_bytes: int = LIMIT) -> Document:
    """Return a file as one document, in the language of most of its text."""
    with limit_reading(Path(path).name, size_of(Path(path))):
        return load(path, max_bytes=max_bytes).whole()


def read_documents(path: Path, *, max_bytes: int = LIMIT) -> tuple[Document, ...]:
    """Return the document of a file, or both documents of a bilingual file, Chinese first."""
    with limit_reading(Path(path).name, size_of(Path(path))):
        return load(path, max_bytes=max_bytes).split()


def read_parts(path: Path, *, max_bytes: int = LIMIT) -> tuple[PageReading, ...]:
    """Return the documents of :func:`read_documents`, with the text that is not part of them."""
    with limit_reading(Path(path).name, size_of(Path(path))):
        return load(path, max_bytes=max_bytes).readings()


def size_of(path: Path) -> int:
    """Return the bytes of a file; 0 if there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def is_saved_page(path: Path) -> bool:
    """Return whether a file is a web page: by its suffix or, for a text file, its beginning."""
    reader = READERS.get(path.suffix.lower(), _TEXT)
    if reader is _TEXT and path.is_file():
        with suppress(OSError), path.open("rb") as file:
            return _PAGE.match(file.read(1000)) is not None
    return reader is read_pages


def read_article(path: Path, max_bytes: int) -> dict[Path, DecodedPage]:
    """Return a saved page and its further pages in the same folder, in order, by their files."""
    waiting = [path]
    pages: dict[Path, DecodedPage] = {}
    seen: list[str] = []
    while waiting:
        file = waiting.pop(0)
        page = _read_page(file, max_bytes)
        pages[file] = page
        if file == path:
            seen.append(page.url)
        for url in extract.more_pages(page, seen):
            seen.append(url)
            further = _find_in_folder(path, url)
            if further is not None:
                waiting.append(further)
    return dict(in_order(pages.items(), lambda item: item[1].url))


def _find_in_folder(path: Path, url: str) -> Path | None:
    """Return the file of a URL in the folder of another file, found by its name or its URL."""
    named = path.parent / (unquote(urlsplit(url).path).rpartition("/")[2] or "index.html")
    if named.suffix.lower() in HTML and named.is_file():
        return named if named != path else None
    folder = path.parent.absolute()
    name = _addresses(folder, folder.stat().st_mtime_ns).get(page_key(url), path.name)
    return path.with_name(name) if name != path.name else None


@functools.lru_cache(maxsize=4)
def _addresses(folder: Path, _changed: int) -> dict[str, str]:
    """Return the file name of each URL in a folder; browsers name files by the titles of pages."""
    files: dict[str, str] = {}
    for file in sorted(p for p in folder.iterdir() if p.suffix.lower() in (*HTML, *MHTML)):
        with suppress(AlignError):  # an unreadable file is not the requested page
            page = next(read_saved(file))
            files.setdefault(page_key(page.url), file.name)
    return files


def _read_page(path: Path, max_bytes: int) -> DecodedPage:
    # The pictures of a page are in its MHTML file too.
    load_bytes(path, max_bytes=4 * max_bytes if path.suffix.lower() in MHTML else max_bytes)
    page = next(iter(read_saved(path, address=path.absolute().as_uri(), max_body=max_bytes)))
    text = decode_text(path, page.body, page.headers, page.final_url).text
    check_markup(path, text)
    return DecodedPage(strip_archive(page.final_url), text)


def list_files(folder: Path) -> tuple[Path, ...]:
    """Return the files below a folder that can be read, sorted, without hidden files."""
    if not Path(folder).is_dir():
        raise TextError(N_("{folder} is not a folder"), folder=folder)
    files = walk_files(Path(folder), links=True)
    return tuple(sorted(file for file in files if file.suffix.lower() in READERS))


def is_unread_document(name: str) -> bool:
    """Return whether a file is a document of a type that cannot be read, judged by its suffix."""
    suffix = Path(name).suffix.lower()
    return suffix in _UNREAD_DOCUMENTS and suffix not in READERS


def is_document(name: str) -> bool:
    """Return whether a suffix is that of a document, even of a type that cannot be read."""
    suffix = Path(name).suffix.lower()
    return suffix != "" and (suffix in READERS or is_unread_document(name))


def list_unread_documents(folder: Path) -> tuple[Path, ...]:
    """Return the documents below a folder that cannot be read, sorted."""
    files = walk_files(Path(folder), links=True)
    return tuple(sorted(file for file in files if is_unread_document(file.name)))


def leave_out_addresses(names: list[str]) -> list[str]:
    """Return names without ``.url`` files, which "*.html*" matches, unless there are no others."""
    return [name for name in names if Path(name).suffix.lower() != ".url"] or names


def _find_reader(path: Path) -> Reader:
    suffix = path.suffix.lower()
    advice = next((text for kinds, text in _ADVICE.items() if suffix in kinds), "")
    if advice and path.exists() and suffix not in READERS:
        raise TextError(
            N_("{path}: '{suffix}' files cannot be read; {advice}"),
            path=path,
            suffix=path.suffix,
            advice=advice,
        )
    return read_pages if is_saved_page(path) else READERS.get(suffix, _TEXT)
