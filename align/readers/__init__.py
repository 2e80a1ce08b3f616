"""Readers of local files; ``READERS`` says which one takes which kind of file."""

from pathlib import Path

from ..errors import TextError
from ..extract.transcript import Sides
from ..records import LANGUAGE_NAMES, Document
from ..web.captures import walk_files
from ..web.html import DecodedPage
from . import pdf, text_files, word
from .documents import Reader, make_reader
from .file_names import FileLabel, parse_file_name
from .load import LIMIT
from .webpage import HTML, PACKED, read_article, read_page, read_pages

_TEXT = make_reader("text", text_files.read_text)
_SUBTITLES = make_reader("subtitles", text_files.read_subtitles)
_DELIMITED = make_reader("table", text_files.read_delimited)

READERS: dict[str, Reader] = {
    **dict.fromkeys(("", ".txt", ".text", ".zh", ".en"), _TEXT),
    ".md": make_reader("markdown", text_files.read_markdown),
    **dict.fromkeys((*HTML, *PACKED), read_pages),
    ".docx": make_reader("docx", word.read_docx),
    ".odt": make_reader("odt", word.read_odt),
    ".pdf": make_reader("pdf", pdf.read_blocks),
    ".csv": _DELIMITED,
    ".tsv": _DELIMITED,
    ".tab": _DELIMITED,
    ".xlsx": make_reader("table", text_files.read_workbook),
    ".srt": _SUBTITLES,
    ".vtt": _SUBTITLES,
}
"""Suffix of a file name to its reader."""

_ADVICE = {
    (".doc", ".rtf", ".wps", ".pages"): "save it as .docx",
    (".xls", ".ods", ".et", ".numbers"): "save it as .xlsx",
    (".zip", ".rar", ".7z", ".gz", ".tgz", ".tar"): "unpack it and add the folder",
    (".epub", ".mobi", ".azw3"): "save its chapters as HTML or text",
    (".ppt", ".pptx", ".odp"): "save its text as .docx or .txt",
    (".ass", ".ssa", ".sub"): "save it as .srt",
    (".mp3", ".mp4", ".wav", ".m4a"): "it is a recording; write down what is said first",
    (".webarchive",): "save the page as HTML",
    (".warc",): "it goes with --from: align add ADDRESS --from it",
    (".tmx", ".xlf", ".xliff", ".jsonl", ".parquet"): "it holds aligned text: align import",
    (".jpg", ".jpeg", ".png", ".tif", ".tiff"): "it is a picture; run text recognition on it first",
}
"""What to do with files that cannot be read but that people have."""

__all__ = [
    "READERS",
    "FileLabel",
    "Reader",
    "find_article_files",
    "is_saved_page",
    "list_files",
    "parse_file_name",
    "read",
    "read_article_pages",
    "read_both",
    "read_documents",
]


def read(path: Path, *, max_bytes: int = LIMIT) -> Document:
    """Read a file as one document.

    :raises TextError: missing, empty, binary, too large, undecodable, of an unknown kind, or in
        both languages.
    :raises ExtractError: a page or file that holds no transcript or text.
    """
    if _find_reader(Path(path)) is read_pages:
        return read_page(Path(path), max_bytes)
    documents = read_documents(path, max_bytes=max_bytes)
    if len(documents) > 1:
        raise TextError(
            f"{path} holds Chinese and English paragraphs; add it alone, as one bilingual file"
        )
    return documents[0]


def read_both(path: Path, *, max_bytes: int = LIMIT) -> Sides:
    """Read a file that holds both languages: a table of two columns, or alternating paragraphs.

    :raises TextError: as :func:`read`, and when the file is in one language only.
    """
    documents = read_documents(path, max_bytes=max_bytes)
    if len(documents) == 1:
        raise TextError(
            f"{path} is in {LANGUAGE_NAMES[documents[0].language]} only; "
            "add it together with the other language's file"
        )
    zh, en = documents
    return Sides(zh, en)


def read_documents(path: Path, *, max_bytes: int = LIMIT) -> tuple[Document, ...]:
    """Read a file as what it is: one document, or the two of a bilingual one, Chinese first.

    :raises TextError: as :func:`read`.
    :raises ExtractError: as :func:`read`.
    """
    return _find_reader(Path(path))(Path(path), max_bytes)


def find_article_files(path: Path, *, max_bytes: int = LIMIT) -> tuple[Path, ...]:
    """Return the files of the saved pages of one article, in order; any other file by itself."""
    if Path(path).suffix.lower() not in (*HTML, *PACKED):
        return (Path(path),)
    return tuple(read_article(Path(path), max_bytes))


def is_saved_page(path: Path) -> bool:
    """Return whether a file is a web page by its suffix."""
    return path.suffix.lower() in (*HTML, *PACKED)


def read_article_pages(path: Path, *, max_bytes: int = LIMIT) -> tuple[DecodedPage, ...]:
    """Return a saved page and the pages beside it that continue it, in order.

    :raises TextError: missing, empty, binary, too large or undecodable.
    """
    return tuple(read_article(path, max_bytes).values())


def list_files(folder: Path) -> tuple[Path, ...]:
    """Return the files below a folder that can be read, sorted; hidden ones are left out.

    :raises TextError: when there is no such folder.
    """
    if not Path(folder).is_dir():
        raise TextError(f"{folder} is no folder")
    files = walk_files(Path(folder))
    return tuple(sorted(file for file in files if file.suffix.lower() in READERS))


def _find_reader(path: Path) -> Reader:
    """Return the reader of a file; one of a kind that nobody knows may be a text."""
    suffix = path.suffix.lower()
    advice = next((text for kinds, text in _ADVICE.items() if suffix in kinds), "")
    if advice and path.exists():
        raise TextError(f"{path}: '{path.suffix}' files cannot be read; {advice}")
    return READERS.get(suffix, _TEXT)
