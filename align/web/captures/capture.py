"""A capture in, pages by their real addresses out: the door without a network."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from ...errors import FetchError, FormatError, MovedError
from ...records import Page
from ..page_checks import check_page, find_header, find_shell_target
from ..urls import get_host, join_url, make_url_key, swap_extension
from .saved import NoAddressError, read_saved

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
            self._enter(page)

    @classmethod
    def open(cls, path: Path, *, progress: Callable[[str], None] = lambda line: None) -> "Capture":
        """Read a WARC, a saved page or a folder of them.

        A single saved page that does not name its address answers for the first one asked for.

        :raises FormatError: when there is nothing to read, or it breaks its format.
        """
        if not path.exists():
            raise FormatError(f"{path}: there is no such file or folder")
        try:
            capture = cls(read_saved(path), str(path))
        except NoAddressError:
            capture = cls((), str(path))
            capture._nameless = next(iter(read_saved(path, address=_NOWHERE)))
        progress(f"{path}: {max(1, len(capture.addresses()))} pages")
        return capture

    def addresses(self) -> list[str]:
        """List the addresses of all pages, sorted."""
        return sorted({page.final_url for page in self._pages.values()})

    def get(self, url: str) -> Page:
        """Give a page as if it had been fetched; ``url`` of the page is the address asked for.

        :raises FetchError: when it is not in the capture, or is no page.
        """
        key = url.strip()
        for _ in range(_MAX_HOPS + 1):
            page = self._find(key)
            target = _target(page)
            if not target or self._leads_to_itself(page, target):
                check_page(page)
                return replace(page, url=url.strip().partition("#")[0])
            key = join_url(page.final_url, target)
            if get_host(key) != get_host(page.final_url):
                raise MovedError(
                    f"{url}: leads to another host; add this address instead: {key}", key
                )
        raise FetchError(f"{url}: redirected again and again within {self._name}")

    def _leads_to_itself(self, page: Page, target: str) -> bool:
        """Tell whether a page only refreshes itself."""
        following = join_url(page.final_url, target)
        return (
            page.status == 200
            and bool(following)
            and make_url_key(following) == make_url_key(page.final_url)
        )

    def _enter(self, page: Page) -> None:
        for url in (page.url, page.final_url):
            self._keep(url, page)

    def _keep(self, url: str, page: Page) -> None:
        """Enter a page; a whole page is not replaced by an error page or redirect."""
        try:
            key = make_url_key(url)
        except ValueError:
            return
        known = self._pages.get(key)
        if known is None or page.status == 200 or known.status != 200:
            self._pages[key] = page

    def _find(self, url: str) -> Page:
        for candidate in (url, sibling_or_empty(url)):
            try:
                page = self._pages.get(make_url_key(candidate)) if candidate else None
            except ValueError as error:
                raise FetchError(f"{url}: not a web address ({error})") from error
            if page is not None:
                return page
        if self._nameless is not None:
            page, self._nameless = replace(self._nameless, url=url, final_url=url), None
            self._enter(page)
            return page
        raise FetchError(self._missing(url))

    def _missing(self, url: str) -> str:
        known = self.addresses()
        same_host = [address for address in known if get_host(address) == get_host(url)]
        listed = (same_host or known)[:_LISTED]
        more = f" and {len(known) - len(listed)} more" if len(known) > len(listed) else ""
        there = f"it holds {', '.join(listed)}{more}" if listed else "it holds no page"
        return f"{url}: not in {self._name}; {there}. Capture the missing page too"


def sibling_or_empty(url: str) -> str:
    """Give the address with the other extension; empty for what is no address."""
    try:
        return swap_extension(url)
    except ValueError:
        return ""


def _target(page: Page) -> str:
    if page.status in (301, 302, 303, 307, 308):
        return find_header(page.headers, "location")
    return find_shell_target(page.body) if page.status == 200 else ""
