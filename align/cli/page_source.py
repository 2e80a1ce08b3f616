"""Options that say where pages come from: the network, a capture or a folder of saved pages."""

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..records import Page
from .options import load_settings

if TYPE_CHECKING:
    from ..web.fetcher import Fetcher

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class PageSource:
    """Where pages come from: a function that fetches one, and the addresses of a capture."""

    get: Callable[[str], Page]
    addresses: tuple[str, ...] = ()


def page_source_options(function: Command) -> Command:
    """Add ``--from``, ``--delay``, ``--contact`` and ``--allow-private``."""
    for option in (
        click.option(
            "--from",
            "capture",
            type=click.Path(path_type=Path),
            help="Read pages from a WARC file or a folder of saved pages, not from the network.",
        ),
        click.option("--delay", type=float, help="Seconds between requests to a host."),
        click.option("--contact", metavar="TEXT", help="An address to name to the sites."),
        click.option(
            "--allow-private", is_flag=True, default=None, help="Allow hosts of your own network."
        ),
    ):
        function = option(function)
    return function


@contextmanager
def open_page_source(
    say: Callable[[str], None],
    *,
    capture: Path | None = None,
    delay: float | None = None,
    contact: str | None = None,
    allow_private: bool | None = None,
) -> Iterator[PageSource]:
    """Open the source that the options name; the network client is loaded at the first page."""
    if capture is not None:
        from ..web.captures import Capture

        pages = Capture.open(capture)
        yield PageSource(pages.get, tuple(pages.addresses()))
        return
    from ..web.fetch_settings import FetchSettings

    chosen = load_settings(delay=delay, contact=contact, allow_private=allow_private)
    limits = FetchSettings.from_settings(chosen)
    with ExitStack() as stack:

        @functools.cache
        def fetcher() -> "Fetcher":
            from ..web.fetcher import Fetcher

            return stack.enter_context(Fetcher(limits, progress=say))

        yield PageSource(lambda url: fetcher().get(url))
