"""What the user names in, two documents out: addresses, saved pages, captures, local files.

``FetchPage`` is all that is known of the network here: an address in, a page out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from .. import extract, readers
from ..errors import ExtractError, MovedError, TextError
from ..extract.page_links import MOST_PAGES
from ..records import LANGUAGE_NAMES, LANGUAGES, Document, Page
from ..web.charset import Decoded, decode
from ..web.html import DecodedPage

FetchPage = Callable[[str], Page]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DocumentPair:
    """The two documents of a briefing, the pages they were read from, and what identifies them.

    ``seconds`` says how long the stages took that led to it; ``name`` is what the user called it.
    """

    zh: Document
    en: Document
    address: str
    pages: tuple[Page, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)
    name: str = ""


@dataclass(frozen=True, slots=True)
class DocumentSide:
    """One document and the pages it was read from."""

    document: Document
    pages: tuple[Page, ...]
    counterpart: str


class MissingCounterpartError(ExtractError):
    """A page names no page in the other language; ``document`` was read of it, from ``pages``."""

    def __init__(self, message: str, document: Document, pages: tuple[Page, ...]) -> None:
        super().__init__(message)
        self.document = document
        self.pages = pages


def is_address(source: str) -> bool:
    """Say whether a source is a web address rather than a file.

    >>> is_address("http://english.scio.example/pressroom/content_1.htm"), is_address("zh.txt")
    (True, False)
    """
    try:
        return urlsplit(source).scheme in ("http", "https")
    except ValueError:  # a bracket that nothing closes: not even the name of an address
        return False


def pages_of(address: str, door: FetchPage, say: Say) -> tuple[Page, ...]:
    """Fetch every page of an article, in the order of the article.

    :raises FetchError: a page cannot be read.
    :raises ExtractError: the article has more pages than any transcript.
    """
    pages: dict[str, Page] = {}
    waiting = [address]
    while waiting:
        url = waiting.pop(0)
        if extract.page_key(url) in pages:
            continue
        if len(pages) >= MOST_PAGES:
            raise ExtractError(f"{address}: more than {MOST_PAGES} pages; no article has so many")
        if pages:
            say(f"page {len(pages) + 1} of {len(pages) + 1 + len(waiting)}: {url}")
        pages[extract.page_key(url)] = page = _fetched(url, door, say)
        waiting += extract.more_pages(decoded(page), (*pages, *waiting))
    return tuple(extract.in_order(pages.values(), lambda page: page.final_url))


def _fetched(url: str, door: FetchPage, say: Say) -> Page:
    """Fetch a page, on the sister site where it leads there, as links to the Chinese page do.

    :raises FetchError: it cannot be read, or leads to a host that is none of the known sites.
    """
    try:
        return door(url)
    except MovedError as moved:
        if not extract.is_known(moved.target):
            raise
        say(f"{url} leads to {moved.target}")
        return replace(door(moved.target), url=url)


def from_address(
    address: str, door: FetchPage, *, counterpart: str = "", say: Say = lambda _text: None
) -> DocumentPair:
    """Read both documents of a briefing from the address of one of them.

    :param counterpart: the address of the other language, where the page does not link it.
    :raises FetchError: a page cannot be read.
    :raises ExtractError: a page holds no transcript, or names no counterpart.
    """
    first = side_of(address, door, say)
    both = _bilingual(first)
    if both is not None:
        return both
    other = counterpart or first.counterpart or _looked_up(first, door, say)
    if not other:
        raise MissingCounterpartError(
            f"{address}: no link to the other language; name its address or file with --zh",
            first.document,
            first.pages,
        )
    say(f"the other language: {other}")
    return paired(first, side_of(other, door, say), address, name=address)


def _looked_up(side: DocumentSide, door: FetchPage, say: Say) -> str:
    """Look for the other language on the site's lists, where a site links no counterparts."""

    def read(url: str) -> DecodedPage:
        say(f"looking for the other language on {url}")
        return decoded(door(url))

    return extract.find_counterpart(side.document, decoded(side.pages[0]), read)


def side_of(address: str, door: FetchPage, say: Say) -> DocumentSide:
    """Read one document from the web."""
    say(address)
    pages = pages_of(address, door, say)
    texts = tuple(map(decoded, pages))
    document = extract.extract(texts)
    doubts = dict.fromkeys(note for page in pages for note in _read(page).notes)
    document = replace(document, notes=(*document.notes, *doubts))
    counterpart = document.counterpart_url or next(
        filter(None, map(extract.counterpart, texts)), ""
    )
    return DocumentSide(document, pages, counterpart)


def decoded(page: Page) -> DecodedPage:
    """Read the bytes of a page as text."""
    return DecodedPage(page.final_url, _read(page).text)


def _read(page: Page) -> Decoded:
    return decode(page.body, page.headers, page.final_url)


def _bilingual(side: DocumentSide) -> DocumentPair | None:
    """Give both documents of a page that holds both languages, as some offices publish."""
    if not side.counterpart or side.counterpart != side.pages[0].final_url:
        return None
    texts = tuple(map(decoded, side.pages))
    zh, en = (extract.extract(texts, language=language) for language in LANGUAGES)
    return DocumentPair(zh, en, identity(zh, en, side.pages[0].final_url), side.pages)


def from_files(
    paths: Sequence[Path], *, max_bytes: int, documents: Sequence[Document] = ()
) -> DocumentPair:
    """Read both documents from local files: one bilingual file, or one file a language.

    :param documents: what is in the files, where that was read before.
    :raises TextError: a file is missing, empty, binary, too large, or in the wrong language.
    :raises ExtractError: a file holds no transcript.
    """
    address = " ".join(path.resolve().as_uri() for path in paths)
    if len(paths) == 1:
        if documents:
            return DocumentPair(documents[0], documents[1], address)
        both = readers.read_both(paths[0], max_bytes=max_bytes)
        return DocumentPair(both.zh, both.en, address)
    one, two = documents or (readers.read(path, max_bytes=max_bytes) for path in paths)
    return paired(
        DocumentSide(one, (), ""),
        DocumentSide(two, (), ""),
        address,
        name=" ".join(map(str, paths)),
    )


def mixed(source: str, other: str, door: FetchPage, *, max_bytes: int, say: Say) -> DocumentPair:
    """Read one document from the web and the other one from a local file."""
    parts = [
        side_of(name, door, say)
        if is_address(name)
        else DocumentSide(readers.read(Path(name), max_bytes=max_bytes), (), "")
        for name in (source, other)
    ]
    return paired(parts[0], parts[1], f"{source} {other}")


def paired(one: DocumentSide, two: DocumentSide, address: str, *, name: str = "") -> DocumentPair:
    """Put two documents in order: Chinese and English.

    :param name: what the user called them; the address when left out.
    :raises TextError: when both are in one language.
    """
    if one.document.language == two.document.language:
        language = LANGUAGE_NAMES[one.document.language]
        raise TextError(
            f"{name or address}: both sides are {language}; a briefing needs the other language too"
        )
    zh, en = (one, two) if one.document.language == "zh" else (two, one)
    return DocumentPair(
        zh.document,
        en.document,
        identity(zh.document, en.document, address),
        (*zh.pages, *en.pages),
        name=name,
    )


def identity(zh: Document, en: Document, address: str) -> str:
    """Give what identifies a briefing: the English address where there is one.

    The same article is served under ``.htm`` and ``.html``, on the desktop and the mobile site,
    and by both schemes: all of them are one briefing.
    """
    url = en.url or zh.url or address
    return extract.page_key(url) if is_address(url) else url


def list_of(path: Path) -> tuple[str, ...]:
    """Read a list of addresses, one a line; blank lines and ``#`` comments are passed over.

    :raises TextError: when the file cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TextError(f"{path}: not readable as a list of addresses: {error}") from error
    return tuple(
        line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")
    )
