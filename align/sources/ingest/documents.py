"""The documents of a briefing, read from the web or from files, with the user's descriptions."""

import datetime as dt
import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from ...aligner.text.strings import describe_unknown, normalise_space
from ...errors import (
    N_,
    AlignError,
    ExtractError,
    Message,
    MovedError,
    TextError,
    UsageError,
    as_message,
)
from ...records import LANGUAGE_NAMES, Document, Language, Page
from .. import extract, readers
from ..extract import PageReading
from ..extract.languages import count_paragraphs
from ..extract.page_links import MOST_PAGES, in_order, page_key
from ..extract.sites import SITES, is_host
from ..extract.transcript.roles import reconcile_roles
from ..web.html import DecodedPage, decode_page
from ..web.urls import host_of
from .counterparts import Counterparts, FoundCounterpart

# Fetches the page of an address: from the network, a capture or a folder of saved pages.
FetchPage = Callable[[str], Page]

Say = Callable[[str], None]  # shows a progress message

# Finds the counterpart of a document that was read from a page without a link to it.
FindCounterpart = Callable[[Document, DecodedPage], FoundCounterpart]


@dataclass(frozen=True, slots=True)
class DocumentPair:
    """The two documents of a briefing."""

    zh: Document
    en: Document
    address: str  # identifies the briefing
    pages: tuple[Page, ...] = ()  # the pages from which they were read
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)  # by stage
    name: str = ""  # name given by the user
    facts: Mapping[str, str] = field(default_factory=dict)  # title, date ... given by the user


class MissingCounterpartError(ExtractError):
    """A page names no page in the other language; ``document`` was read from ``pages``."""

    code = "page.no-counterpart"

    def __init__(
        self, template: str, /, *, document: Document, pages: tuple[Page, ...], **values: object
    ) -> None:
        super().__init__(template, **values)
        self.document = document
        self.pages = pages


def is_address(source: str) -> bool:
    """Return whether a source is a web address rather than a file.

    >>> is_address("http://english.scio.example/pressroom/content_1.htm"), is_address("zh.txt")
    (True, False)
    """
    try:
        return urlsplit(source).scheme in ("http", "https")
    except ValueError:  # a bracket that nothing closes
        return False


def from_address(
    address: str,
    fetch: FetchPage,
    *,
    page: DecodedPage | None = None,
    say: Say = lambda _text: None,
    find: FindCounterpart | None = None,
) -> DocumentPair:
    """Read both documents of a briefing from an address.

    :param page: the page of the address, if it was fetched.
    :param find: finds the other language version if no link leads to it; by default on the lists
        of its site.
    """
    find = find or Counterparts(fetch, say=say).find
    pages = read_pages(address, fetch, say, first=page)
    document, *translation = extract.read_documents(pages)
    if translation:  # some offices publish both languages on one page
        return pair_versions(
            LanguageVersion(document, pages), LanguageVersion(translation[0]), pages[0].url
        )
    links = map(extract.counterpart_url, pages)
    other = next((link for link in links if link), "")
    why = ""
    if not other:
        found = find(document, pages[0])
        other = found.address
        if found.reason:
            why = Message(N_(" ({reason})"), reason=as_message(found.reason))
    if not other:
        raise MissingCounterpartError(
            N_("{address}: no link to the other language{why}; give its URL or file with --zh"),
            address=address,
            why=why,
            document=document,
            pages=_sources(pages),
        )
    say(Message(N_("other language version: {other}"), other=other))
    others = read_pages(other, fetch, say)
    two = LanguageVersion(extract.read_document(others), others)
    return pair_versions(LanguageVersion(document, pages), two, address, address)


def read_pages(
    address: str, fetch: FetchPage, say: Say, *, first: DecodedPage | None = None
) -> tuple[DecodedPage, ...]:
    """Return every page of an article, in the order of the article.

    :param say: reports the progress.
    :param first: the first page, if it has been fetched.
    """
    say(address)
    page = first or _fetch_page(address, fetch, say)
    pages = {page_key(address): page}
    waiting = list(extract.more_pages(page, pages))
    while waiting:
        url = waiting.pop(0)
        if len(pages) >= MOST_PAGES:
            raise ExtractError(
                N_("{address}: more than {most_pages} pages, too many for one article"),
                address=address,
                most_pages=MOST_PAGES,
            )
        say(
            Message(
                N_("page {number} of {total}: {url}"),
                number=len(pages) + 1,
                total=len(pages) + 1 + len(waiting),
                url=url,
            )
        )
        page = _fetch_page(url, fetch, say)
        pages[page_key(url)] = page
        waiting += extract.more_pages(page, (*pages, *waiting))
    return tuple(in_order(pages.values(), lambda page: page.url))


def _fetch_page(url: str, fetch: FetchPage, say: Say) -> DecodedPage:
    """Fetch a page; follow a redirect to another known site, as links to Chinese pages need."""
    try:
        return decode_page(fetch(url))
    except MovedError as moved:
        if not any(is_host(site, host_of(moved.target)) for site in SITES.values()):
            raise
        say(Message(N_("{url} redirects to {target}"), url=url, target=moved.target))
        return decode_page(replace(fetch(moved.target), url=url))


@dataclass(frozen=True, slots=True)
class LanguageVersion:
    """One language version of a briefing as it was read, from pages or a file.

    ``read_as`` reads it again as a document in a given language, if its source can be.
    """

    document: Document
    pages: Sequence[DecodedPage] = ()
    file: str = ""
    read_as: Callable[[Language], Document] | None = None


def read_version(source: str, fetch: FetchPage, *, max_bytes: int, say: Say) -> LanguageVersion:
    """Read one language version from an address or a file, all of it in one document."""
    if not is_address(source):
        path = Path(source)
        text = readers.load(path, max_bytes=max_bytes)
        return LanguageVersion(text.whole(), file=path.name, read_as=text.whole)
    pages = read_pages(source, fetch, say)
    read_as = partial(extract.read_whole, pages)
    return LanguageVersion(extract.read_whole(pages), pages, read_as=read_as)


def pair_versions(
    one: LanguageVersion, two: LanguageVersion, address: str, name: str = ""
) -> DocumentPair:
    """Put two language versions in order: Chinese and English."""
    if one.document.language == two.document.language:
        one, two = _tell_apart(one, two, name or address)
    sides = (one, two)
    if one.document.language == "en":
        sides = (two, one)
    zh, en = reconcile_roles(sides[0].document, sides[1].document)
    # The same article is served under .htm and .html, on the desktop and the mobile site, and by
    # both schemes. All of these are one briefing, identified by the English URL if it has one.
    url = en.url or zh.url or address
    key = page_key(url) if is_address(url) else url
    sources = tuple(page for side in sides for page in _sources(side.pages))
    # The name of a file may not be UTF-8, for example if it is from a zip that was made in China.
    names = [(side, os.fsencode(side.file).decode("utf-8", "replace")) for side in sides]
    facts = {f"file_{side.document.language}": name for side, name in names if name}
    return DocumentPair(zh, en, key, sources, name=name, facts=facts)


# Least share of paragraphs in a language that makes a text a version in that language.
_LEAST_TRANSLATED = 0.05


def _tell_apart(
    one: LanguageVersion, two: LanguageVersion, name: str
) -> tuple[LanguageVersion, LanguageVersion]:
    """Read the partly translated one of two versions in its own language.

    Most of its text is still in the other language.

    :raises TextError: if neither has 5% of its paragraphs in the missing language.
    """
    language = one.document.language
    missing: Language = "en" if language == "zh" else "zh"
    versions = [one, two]
    counts = [
        count_paragraphs(text for _, text in version.document.paragraphs()) for version in versions
    ]
    shares = [count[missing] / max(count.total(), 1) for count in counts]
    translated = shares.index(max(shares))
    read_as = versions[translated].read_as
    if read_as is None or shares[translated] < _LEAST_TRANSLATED:
        raise TextError(
            N_("{name}: both texts are {language}; a briefing needs the other language too"),
            name=name,
            language=Message(LANGUAGE_NAMES[language]),
        )
    versions[translated] = replace(versions[translated], document=read_as(missing))
    return versions[0], versions[1]


def _sources(pages: Sequence[DecodedPage]) -> tuple[Page, ...]:
    return tuple(page.source for page in pages if page.source is not None)


def read_source(
    source: str, fetch: FetchPage, *, max_bytes: int, say: Say = lambda _text: None
) -> tuple[PageReading, ...]:
    """Return the readings of a URL or a file, one per language, or one with the reason for none."""
    readings: tuple[PageReading, ...]
    try:
        if is_address(source):
            readings = extract.read_pages(read_pages(source, fetch, say))
        else:
            readings = readers.read_parts(Path(source), max_bytes=max_bytes)
    except AlignError as error:
        readings = (PageReading(refusal=error.message),)
    return tuple(replace(reading, source=source) for reading in readings)


FACTS = ("title", "date", "source", "licence", "id")
FILE = "briefing.toml"

_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,39}", re.ASCII)


def check_facts(given: Mapping[str, object], where: str = "") -> dict[str, str]:
    """Return facts as texts, without those that are ``None``.

    :param where: the file that contains them, for messages; empty for the command line.
    """
    start = Message(N_("{where}: "), where=where) if where else ""
    if unknown := describe_unknown(given, FACTS):
        raise TextError(N_("{start}{unknown}"), start=start, unknown=unknown)
    return {
        name: _read_fact(name, value, start) for name, value in given.items() if value is not None
    }


def _read_fact(name: str, value: object, start: str) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if not isinstance(value, str):
        raise TextError(
            N_("{start}{name} is {value!r}; give a string"), start=start, name=name, value=value
        )
    text = normalise_space(value)
    kind = TextError if start else UsageError
    try:
        if name == "date" and text:
            return dt.date.fromisoformat(text).isoformat()
        urlsplit(text)  # readers of the row parse its source as a URL
    except ValueError:
        expected = Message(N_("a URL or plain text"))
        if name == "date":
            expected = Message(N_("a date such as 2031-05-14"))
        raise kind(
            N_("{start}{name} is {text!r}; give {expected}"),
            start=start,
            name=name,
            text=text,
            expected=expected,
        ) from None
    if name == "id" and not _ID.fullmatch(text):
        raise kind(
            N_("{start}id is {text!r}; give up to 40 letters, digits, - _ or ."),
            start=start,
            text=text,
        )
    return text


def facts_of_files(paths: Sequence[Path]) -> dict[str, str]:
    """Return the facts about files in the ``briefing.toml`` of their folder or the one above."""
    folder = paths[0].absolute().parent
    card = next((file for file in (folder / FILE, folder.parent / FILE) if file.is_file()), None)
    if card is None:
        return {}
    try:
        stated = tomllib.loads(card.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise TextError(
            N_("{card}: not readable as TOML: {error}"), card=card, error=error
        ) from error
    tables = {name: table for name, table in stated.items() if isinstance(table, dict)}
    if any(isinstance(value, dict) for table in tables.values() for value in table.values()):
        raise TextError(N_('{card}: put file names in quotation marks: ["sea.en.txt"]'), card=card)
    of_folder = {name: value for name, value in stated.items() if name not in tables}
    facts = check_facts(of_folder, str(card))
    for path in paths:
        facts |= check_facts(tables.get(path.name, {}), f"{card}, {path.name}")
    return facts
