"""Where pages come from: the network or a capture; and the addresses that a user names."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import N_, FetchError, Message, TextError, join_messages
from ...records import Page
from ...settings import Settings
from ..local_files import load_text
from ..web.urls import is_web_address
from .documents import is_address
from .known_pages import KnownPages, NoPages, ReadCapture

if TYPE_CHECKING:
    from ..web.fetcher import Fetcher

CheckAddress = Callable[[str], object]
"""Raises a :class:`FetchError` for a URL that may not be fetched."""

_MOST_FAULTS = 20  # lines of lists that an error names
_SHOWN = 80  # characters of a line
# An address without its beginning: www.example.org/news/
_NO_SCHEME = re.compile(r"(?:www\.[\w-]+(?:\.[\w-]+)+|[\w-]+(?:\.[\w-]+)+/)\S*", re.ASCII)


def list_addresses(source: str, max_bytes: int) -> tuple[str, ...]:
    """Return the URL of a source, the URLs in a URL list, or nothing for any other source.

    A URL list is a file that begins with a URL, or has mostly URLs: one per line, with empty lines
    and ``#`` comments.

    :raises TextError: lines of the list are not complete URLs; the error names all of them.
    """
    return list_all_addresses([source], max_bytes)[source]


def list_all_addresses(
    sources: Iterable[str], max_bytes: int, check: CheckAddress = lambda _url: None
) -> dict[str, tuple[str, ...]]:
    """Return the URLs of each source, as :func:`list_addresses` does, after a check of all lists.

    :param check: raises an error for a URL that may not be fetched.
    :raises TextError: lines of lists cannot be fetched; the error names all of them.
    """
    found: dict[str, tuple[str, ...]] = {}
    faults: list[Message] = []
    for source in sources:
        if is_address(source):
            found[source] = (source,)
        else:
            lines = _read_list(Path(source), max_bytes)
            found[source] = tuple(lines.values())
            faults += _find_faults(source, lines, check)
    if not faults:
        return found
    shown = [*faults[:_MOST_FAULTS]]
    if len(faults) > _MOST_FAULTS:
        shown.append(Message(N_("and {count:,} more"), count=len(faults) - _MOST_FAULTS))
    advice = Message(
        N_("nothing was fetched; correct these lines, or start them with # to skip them")
    )
    raise TextError(join_messages([*shown, advice]))


def _read_list(path: Path, max_bytes: int) -> dict[int, str]:
    """Return the lines of a URL list by their numbers; nothing if the file is not a URL list."""
    if path.suffix.lower() not in (".txt", ".lst", "") or not path.is_file():
        return {}
    try:
        text = load_text(path, max_bytes=max_bytes).text
    except TextError:  # whoever reads it says why it cannot be read
        return {}
    numbered = enumerate(map(str.strip, text.splitlines()), 1)
    lines = {number: line for number, line in numbered if line and not line.startswith("#")}
    are_urls = [is_address(line) for line in lines.values()]
    are_meant = [is_address(line) or bool(_NO_SCHEME.fullmatch(line)) for line in lines.values()]
    is_list = any(are_urls[:1]) or sum(are_urls) > len(are_urls) / 2 or all(are_meant)
    return lines if is_list else {}


def _find_faults(source: str, lines: Mapping[int, str], check: CheckAddress) -> Iterator[Message]:
    """Yield a message about each line of a URL list that cannot be fetched."""
    for number, line in lines.items():
        if _NO_SCHEME.fullmatch(line):
            reason = Message(
                N_("{line!r} is not a complete URL (add https://)"), line=line[:_SHOWN]
            )
        elif not is_web_address(line):
            reason = Message(N_("{line!r} is not a complete URL"), line=line[:_SHOWN])
        else:
            try:
                check(line)
                continue
            except FetchError as error:
                reason = error.message
        yield Message(
            N_("{path}, line {number}: {reason}"), path=source, number=number, reason=reason
        )


@dataclass(frozen=True, slots=True)
class PageSource:
    """A function that fetches a page, facts about known pages, and the rules of sites."""

    get: Callable[[str], Page]
    known: KnownPages = field(default_factory=NoPages)
    pace: Callable[[str], float] = lambda _address: 0.0  # seconds between requests to a host
    check: CheckAddress = lambda _address: None


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
    from ..web.address_guard import FetchSettings, check_url

    named = chain.from_iterable(list_all_addresses(sources, settings.max_bytes).values())
    limits = FetchSettings.from_settings(settings, named if settings.allow_private else ())
    with ExitStack() as stack:

        @cache
        def fetcher() -> "Fetcher":
            from ..web.fetcher import Fetcher

            return stack.enter_context(Fetcher(limits, progress=say))

        def pace(url: str) -> float:
            return fetcher().pace(url)

        yield PageSource(
            lambda url: fetcher().get(url), pace=pace, check=partial(check_url, settings=limits)
        )
