"""Where pages come from: the network, a capture, or a folder of saved pages."""

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ..records import Page
from ..settings import Settings
from .inputs import list_addresses

if TYPE_CHECKING:
    from ..web.fetcher import Fetcher


@dataclass(frozen=True, slots=True)
class PageSource:
    """A function that fetches a page, and the addresses of a capture."""

    get: Callable[[str], Page]
    addresses: tuple[str, ...] = ()


@contextmanager
def open_page_source(
    settings: Settings,
    say: Callable[[str], None],
    sources: Iterable[str],
    *,
    capture: Path | None = None,
) -> Iterator[PageSource]:
    """Open a capture, or the network; its client is loaded at the first page.

    :param sources: what the user named: private hosts are allowed, if any, among these addresses.
    """
    if capture is not None:
        from ..web.captures import Capture

        pages = Capture.open(capture)
        yield PageSource(pages.get, tuple(pages.addresses()))
        return
    from ..web.address_guard import FetchSettings

    named = chain.from_iterable(map(list_addresses, sources))
    limits = FetchSettings.from_settings(settings, named if settings.allow_private else ())
    with ExitStack() as stack:

        @functools.cache
        def fetcher() -> "Fetcher":
            from ..web.fetcher import Fetcher

            return stack.enter_context(Fetcher(limits, progress=say))

        yield PageSource(lambda url: fetcher().get(url))
