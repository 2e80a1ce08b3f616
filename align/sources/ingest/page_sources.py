"""Where pages come from: the network or a capture; and the addresses that a user names."""

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import N_, TextError
from ...records import Page
from ...settings import Settings
from ..readers.documents import load_text
from .documents import is_address
from .known_pages import KnownPages, NoPages, ReadCapture

if TYPE_CHECKING:
    from ..web.fetcher import Fetcher


def list_addresses(source: str, max_bytes: int) -> tuple[str, ...]:
    """Return the URL of a source, the URLs in a URL list, or nothing for any other source.

    A URL list is a file that begins with a URL: one per line, with empty lines and ``#`` comments.
    """
    if is_address(source):
        return (source,)
    path = Path(source)
    if path.suffix.lower() not in (".txt", ".lst", "") or not path.is_file():
        return ()
    try:
        text = load_text(path, max_bytes=max_bytes).text
    except TextError:  # whoever reads it says why it cannot be read
        return ()
    numbered = enumerate(map(str.strip, text.splitlines()), 1)
    lines = {number: line for number, line in numbered if line and not line.startswith("#")}
    addresses = tuple(lines.values())
    if not addresses or not is_address(addresses[0]):
        return ()
    for number, line in lines.items():
        if not is_address(line):
            raise TextError(
                N_(
                    "{path}, line {number}: {line!r} is not a URL; start it with http:// or "
                    "https://, or with # to skip it"
                ),
                path=path,
                number=number,
                line=line[:80],
            )
    return addresses


@dataclass(frozen=True, slots=True)
class PageSource:
    """A function that fetches a page, facts about known pages, and the delays of sites."""

    get: Callable[[str], Page]
    known: KnownPages = field(default_factory=NoPages)
    pace: Callable[[str], float] = lambda _address: 0.0  # seconds between requests to a host


@contextmanager
def open_page_source(
    settings: Settings,
    say: Callable[[str], None],
    sources: Iterable[str],
    *,
    capture: Path | None = None,
) -> Iterator[PageSource]:
    """Open a capture, or the network; its client is loaded at the first page."""
    if capture is not None:
        from ..web.captures import Capture
        from .crawl.index import open_indexed
        from .crawl.known import IndexedCapture

        index = open_indexed(capture, settings) if capture.exists() else None
        if index is not None:
            with index:
                yield PageSource(index.get, IndexedCapture(index))
            return
        pages = Capture.open(capture)
        addresses = tuple(pages.addresses())
        yield PageSource(pages.get, ReadCapture(addresses, pages.get))
        return
    from ..web.address_guard import FetchSettings

    named = chain.from_iterable(list_addresses(name, settings.max_bytes) for name in sources)
    limits = FetchSettings.from_settings(settings, named if settings.allow_private else ())
    with ExitStack() as stack:

        @functools.cache
        def fetcher() -> "Fetcher":
            from ..web.fetcher import Fetcher

            return stack.enter_context(Fetcher(limits, progress=say))

        def pace(url: str) -> float:
            return fetcher().pace(url)

        yield PageSource(lambda url: fetcher().get(url), pace=pace)
