"""What is read from one source without aligning: the document, or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import extract, readers
from ..errors import AlignError
from ..extract.pages import PageReading
from ..extract.site import LeftOut
from ..records import LANGUAGES, Document
from ..web.html import DecodedPage
from .documents import FetchPage, Say, is_address, read_pages


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What was read from a source in one language.

    ``share`` is the part of the body's letters that is in the document; ``left_out`` counts what is
    not, by reason. ``refusal`` says why there is no document, and is empty where there is one.
    """

    source: str
    site: str = ""
    kind: str = ""
    document: Document | None = None
    refusal: str = ""
    share: float = 1.0
    left_out: tuple[LeftOut, ...] = ()


def read_source(
    source: str, fetch: FetchPage, *, max_bytes: int, say: Say = lambda _text: None
) -> tuple[SourceReading, ...]:
    """Return what is read from an address or a file: two documents where it holds both languages.

    A source that cannot be read gives one reading with the refusal; nothing is raised for it.
    """
    try:
        if is_address(source):
            return _read_pages(source, read_pages(source, fetch, say))
        path = Path(source)
        if readers.is_saved_page(path):
            return _read_pages(source, readers.read_article_pages(path, max_bytes=max_bytes))
        documents = readers.read_documents(path, max_bytes=max_bytes)
    except AlignError as error:
        return (SourceReading(source, refusal=str(error)),)
    return tuple(
        SourceReading(source, document.source, _kind(document), document) for document in documents
    )


def _read_pages(source: str, pages: Sequence[DecodedPage]) -> tuple[SourceReading, ...]:
    languages = LANGUAGES if extract.holds_both(pages[0]) else (None,)
    readings = [extract.read_pages(pages, language=language) for language in languages]
    return tuple(_of_pages(source, reading) for reading in readings)


def _of_pages(source: str, read: PageReading) -> SourceReading:
    return SourceReading(
        source, read.site, read.kind, read.document, read.refusal, read.share, read.left_out
    )


def _kind(document: Document) -> str:
    return "transcript" if any(turn.label for turn in document.turns) else "article"
