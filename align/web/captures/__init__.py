"""Pages from archives and saved files instead of the network, and archives written."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ...errors import FetchError, FormatError, MovedError
from ...records import Page
from ..page_checks import check_page, find_next_address
from ..urls import get_host, is_web_address, join_url, make_url_key, swap_extension
from .saved import NoAddressError, find_saved_address, read_saved, walk_files
from .warc import read_warc, write_warc

__all__ = [
    "Capture",
    "find_saved_address",
    "read_saved",
    "read_warc",
    "walk_files",
    "write_warc",
]

MAX_BYTES = 1024**3
"""How many bytes of pages a capture may hold in memory."""

_NOWHERE = "http://unnamed.invalid/"
_MAX_HOPS = 5
_LISTED = 5


class Capture:
    """Pages by address; of two captures of one address the later counts.

    ``http`` and ``https``, and ``.htm`` and ``.html``, are the same page; redirects and shells
    are followed within the capture.
    """

    def __init__(
        self, pages: Iterable[Page], name: str = "the capture", *, limit: int = MAX_BYTES
    ) -> None:
        self._name = name
        self._pages: dict[str, Page] = {}
        self._nameless: Page | None = None
        total = 0
        for page in pages:
            total += len(page.body)
            if total > limit:
                raise FormatError(f"{name}: more than {limit:,} bytes of pages; split it")
            self._add(page)

    @classmethod
    def open(cls, path: Path) -> "Capture":
        """Read a WARC, a saved page or a folder of them.

        A single saved page that does not name its address answers for the first one asked for.

        :raises FormatError: when there is nothing to read, or it breaks its format.
        """
        if not path.exists():
            raise FormatError(f"{path}: there is no such file or folder")
        try:
            return cls(read_saved(path), str(path))
        except NoAddressError:
            capture = cls((), str(path))
            capture._nameless = next(iter(read_saved(path, address=_NOWHERE)))
            return capture

    def addresses(self) -> list[str]:
        """Return the addresses of all pages, sorted."""
        return sorted({page.final_url for page in self._pages.values()})

    def get(self, url: str) -> Page:
        """Return a page as if it had been fetched; ``url`` of the page is the address asked for.

        :raises FetchError: when it is not in the capture, or is no page.
        """
        key = url.strip()
        for _ in range(_MAX_HOPS + 1):
            page = self._find(key)
            target = find_next_address(page.status, page.headers, page.body)
            key = join_url(page.final_url, target) if target else ""
            refreshes = page.status == 200 and make_url_key(key) == make_url_key(page.final_url)
            if not target or refreshes:
                check_page(page)
                return replace(page, url=url.strip().partition("#")[0])
            if get_host(key) != get_host(page.final_url):
                raise MovedError(
                    f"{url}: leads to another host; add this address instead: {key}", key
                )
        raise FetchError(f"{url}: redirected again and again within {self._name}")

    def _add(self, page: Page) -> None:
        """Enter a page; an error page or redirect does not take the place of a whole one."""
        for key in map(make_url_key, (page.url, page.final_url)):
            known = self._pages.get(key)
            if known is None or page.status == 200 or known.status != 200:
                self._pages[key] = page

    def _find(self, url: str) -> Page:
        if not is_web_address(url):
            raise FetchError(f"{url}: not a web address")
        for key in map(make_url_key, (url, swap_extension(url))):
            if key in self._pages:
                return self._pages[key]
        if self._nameless is not None:
            page, self._nameless = replace(self._nameless, url=url, final_url=url), None
            self._add(page)
            return page
        raise FetchError(self._explain_missing(url))

    def _explain_missing(self, url: str) -> str:
        known = self.addresses()
        same_host = [address for address in known if get_host(address) == get_host(url)]
        listed = (same_host or known)[:_LISTED]
        more = f" and {len(known) - len(listed)} more" if len(known) > len(listed) else ""
        content = f"it holds {', '.join(listed)}{more}" if listed else "it holds no page"
        return f"{url}: not in {self._name}; {content}. Capture the missing page too"
