"""Pages from captures and saved files instead of the network: HTML, MHTML, WARC, or a folder.

The URL of a page is read from a file ``NAME.url`` next to it, from a comment that the browser
wrote into the file, or from the page's own tags.
"""

import datetime as dt
import email.message
import email.policy
import email.utils
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from email.parser import BytesParser
from pathlib import Path

from ....errors import N_, FetchError, FormatError, Message
from ....records import Page
from ...limits import LARGEST_PAGE
from .. import urls
from ..address_guard import check_redirect
from ..page_checks import CANONICAL, check_page, find_next_address
from ..urls import absolute, get_host, is_web_address, make_url_key
from .warc import read_warc

log = logging.getLogger(__name__)

HTML = (".html", ".htm", ".shtml", ".xhtml")
MHTML = (".mhtml", ".mht")
_WARC = (".warc", ".warc.gz")
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_HEAD = 65_536
# Sorted by reliability. Chrome, Edge and Internet Explorer write the first one:
# <!-- saved from url=(0026)http://press.example/a.htm -->
_ADDRESSES = (
    re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->", re.I),
    re.compile(rb"<!--\s*Page saved with SingleFile\s+url:\s*(\S+)", re.I),
    *CANONICAL,
)
_HELP = Message(
    N_("Write the URL of each page to a text file NAME.url next to it (a.html: a.html.url)")
)


class NoAddressError(FormatError):
    """The URL of a single saved page is unknown."""

    code = "file.no-address"

    def __init__(self, path: Path) -> None:
        super().__init__(
            N_("{path}: the saved page does not contain its URL. {help}"),
            path=path,
            help=_HELP,
        )


def read_saved(path: Path, *, address: str = "", max_body: int = LARGEST_PAGE) -> Iterator[Page]:
    """Yield the pages of a file or folder.

    :param address: the URL of a file that names none.
    :param max_body: maximum bytes of a page.
    """
    if path.is_dir():
        yield from _read_folder(path, max_body)
    elif path.name.lower().endswith(_WARC):
        yield from read_warc(path, max_body=max_body)
    elif path.suffix.lower() in MHTML:
        yield from _read_mhtml(path, address, max_body)
    else:
        body = _read(path, max_body)
        found = _read_sidecar(path) or find_address(body) or address
        if not found:
            raise NoAddressError(path)
        yield Page(found, found, 200, (), _file_time(path), body)


def _read_folder(folder: Path, max_body: int) -> Iterator[Page]:
    lost = []
    count = 0
    for path in sorted(walk_files(folder)):
        named = path.name.lower().endswith((*HTML, *MHTML, *_WARC))
        if path.is_symlink() or not (named or path.with_name(path.name + ".url").is_file()):
            continue
        try:
            for page in read_saved(path, max_body=max_body):
                count += 1
                yield page
        except NoAddressError as error:
            log.warning("%s", error)
            lost.append(path.name)
    if not count:
        files = Message("")
        if lost:
            files = Message(N_(": {names} contain no URL"), names=lost[:5])
        raise FormatError(
            N_("{folder}: contains no saved page with a URL{files}. {help}"),
            folder=folder,
            files=files,
            help=_HELP,
        )


# Reading and closing the database of a corpus that this process has open would drop SQLite's locks.
_CORPUS = "corpus.db"


def walk_files(folder: Path, *, links: bool = False) -> Iterator[Path]:
    """Yield the files below a folder, except hidden files, parts of pages and corpora.

    :param links: follow links to folders, each folder once, but not to a parent of this folder.
    """
    seen = {str(parent) for parent in Path(os.path.realpath(folder)).parents}
    for top, folders, files in os.walk(folder, followlinks=links):
        folders.sort(key=lambda name: Path(top, name).is_symlink())  # real folders first
        if (place := os.path.realpath(top)) in seen:
            folders.clear()
            continue
        seen.add(place)
        parts = {f"{Path(name).stem}{end}" for name in files if name.endswith(HTML)
                 for end in ("_files", ".files")}  # fmt: skip
        folders[:] = [name for name in folders if name[0] != "." and name not in parts]
        for name in files:
            if name[:1] not in (".", "~") and not name.startswith(_CORPUS):
                yield Path(top, name)


def _read(path: Path, limit: int) -> bytes:
    """Return the bytes of a file; raise :exc:`FormatError` if it is above the limit."""
    try:
        with path.open("rb") as file:
            body = file.read(limit + 1)
    except OSError as error:
        raise FormatError(
            N_("{path}: the file cannot be read ({strerror})"), path=path, strerror=error.strerror
        ) from error
    if len(body) > limit:
        raise FormatError(
            N_("{path}: more than the limit of {limit:,} bytes"), path=path, limit=limit
        )
    return body


def _file_time(path: Path) -> dt.datetime:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)


def _read_sidecar(path: Path) -> str:
    """Return the URL in ``a.html.url`` or ``a.url``, a plain line or a Windows shortcut, or ''."""
    for beside in (path.with_name(path.name + ".url"), path.with_suffix(".url")):
        if beside.is_file():
            for line in _read(beside, _HEAD).decode("utf-8-sig", "replace").splitlines():
                found = _web_address(line.strip().removeprefix("URL="))
                if found:
                    return found
    return ""


def find_address(body: bytes) -> str:
    """Return the URL that a saved page names as its own, or ''."""
    matches = (pattern.search(body[:_HEAD]) for pattern in _ADDRESSES)
    found = (_web_address(match[1].decode("utf-8", "replace")) for match in matches if match)
    named = next(filter(None, found), "")
    if named and not urls.is_home(named):
        return named
    return urls.find_numbered_address(body.decode("utf-8", "replace")) or named


def _web_address(text: str) -> str:
    found = text.strip().replace("&amp;", "&")
    return found if is_web_address(found) else ""


def _read_mhtml(path: Path, address: str, max_body: int) -> Iterator[Page]:
    # The file includes the pictures of the page; they are dropped, but must be parsed.
    data = _read(path, 4 * max_body)
    try:
        message = BytesParser(policy=email.policy.compat32).parsebytes(data)
        # The first page is the saved page, the others are frames in it.
        pages = (part for part in message.walk() if part.get_content_type() in _PAGE_TYPES)
        part = next(pages, None)
        body = part.get_payload(decode=True) if part is not None else None
    except (RecursionError, LookupError, ValueError, TypeError) as error:
        raise FormatError(
            N_("{path}: not a well-formed MHTML file ({error})"), path=path, error=error
        ) from error
    if part is None:
        raise FormatError(
            N_("{path}: no web page in this MHTML file; save it again in the browser"), path=path
        )
    named = (part, "Content-Location"), (message, "Snapshot-Content-Location")
    own = (_web_address(_get_header(*header)) for header in named)
    found = _read_sidecar(path) or next(filter(None, own), address)
    if not found:
        raise NoAddressError(path)
    if not isinstance(body, bytes) or len(body) > max_body:
        raise FormatError(
            N_("{path}: the page in it has more than the limit of {max_body:,} bytes"),
            path=path,
            max_body=max_body,
        )
    headers = tuple((name, _get_header(part, name)) for name in dict.fromkeys(part.keys()))
    try:
        at = email.utils.parsedate_to_datetime(_get_header(message, "Date"))
        at = at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        at = _file_time(path)
    yield Page(found, found, 200, headers, at, body)


def _get_header(message: email.message.Message, name: str) -> str:
    """Return a header on one line, without the folding of long URLs."""
    return re.sub(r"\r?\n[ \t]+", "", str(message.get(name, ""))).strip()


MAX_BYTES = 1024**3  # maximum bytes of all pages of a capture, which are in memory

_NOWHERE = "http://unnamed.invalid/"
_MAX_HOPS = 5
_LISTED = 5


def follow_redirects(url: str, find: Callable[[str], Page], name: str) -> Page:
    """Return the page to which a URL leads within a capture; its ``url`` is the requested URL.

    :param find: returns the page of a URL.
    :param name: the name of the capture, for messages.
    :raises FetchError: the page cannot be used, or the URL leads nowhere.
    """
    key = url.strip()
    for _ in range(_MAX_HOPS + 1):
        page = find(key)
        target = find_next_address(page)
        key = absolute(page.final_url, target) if target else ""
        refreshes = page.status == 200 and make_url_key(key) == make_url_key(page.final_url)
        if not target or refreshes:
            check_page(page)
            return replace(page, url=url.strip().partition("#")[0])
        check_redirect(page.final_url, key)
    raise FetchError(N_("{url}: redirected again and again within {name}"), url=url, name=name)


class Capture:
    """Pages by URL; a later page replaces an earlier one of the same URL.

    Redirects and shells are followed within the capture.
    """

    def __init__(
        self, pages: Iterable[Page], name: str = "the capture", *, limit: int = MAX_BYTES
    ) -> None:
        self._name = name
        self._pages: dict[str, Page] = {}
        total = 0
        for page in pages:
            total += len(page.body)
            if total > limit:
                raise FormatError(
                    N_("{name}: more than {limit:,} bytes of pages; split it"),
                    name=name,
                    limit=limit,
                )
            self._add(page)

    @classmethod
    def open(cls, path: Path) -> "Capture":
        """Read a WARC, a saved page or a folder of them."""
        if not path.exists():
            raise FormatError(N_("{path}: file or folder not found"), path=path)
        return cls(read_saved(path, address=_NOWHERE), str(path))

    def addresses(self) -> list[str]:
        """Return the URLs of all pages, sorted."""
        return sorted({page.final_url for page in self._pages.values()} - {_NOWHERE})

    def get(self, url: str) -> Page:
        """Return a page as the fetcher would; its ``url`` is the requested URL."""
        return follow_redirects(url, self._find, self._name)

    def _add(self, page: Page) -> None:
        """Add a page; an error page or redirect does not replace a complete page."""
        for key in map(make_url_key, (page.url, page.final_url)):
            known = self._pages.get(key)
            if known is None or page.status == 200 or known.status != 200:
                self._pages[key] = page

    def _find(self, url: str) -> Page:
        if not is_web_address(url):
            raise FetchError(N_("{url}: not a URL"), url=url)
        for key in map(make_url_key, (url, urls.swap_extension(url))):
            if key in self._pages:
                return self._pages[key]
        nameless = self._pages.pop(make_url_key(_NOWHERE), None)
        if nameless:  # a page without URL is the answer to the first request
            page = replace(nameless, url=url, final_url=url)
            self._add(page)
            return page
        known = self.addresses()
        same_host = [address for address in known if get_host(address) == get_host(url)]
        listed = (same_host or known)[:_LISTED]
        content = Message(N_("no page"))
        if len(known) > len(listed):
            count = len(known) - len(listed)
            content = Message(N_("{listed} and {count} more"), listed=listed, count=count)
        elif listed:
            content = Message("{listed}", listed=listed)
        raise FetchError(
            N_("{url}: not in {name}, which contains {content}; capture the missing page too"),
            url=url,
            name=self._name,
            content=content,
        )
