"""Options of the network door, and the door they open: the network, a capture, saved pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from ..records import Page
from .options import settings

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class PageSource:
    """Where pages come from: one function, whatever is behind it, and what a capture holds."""

    get: Callable[[str], Page]
    addresses: tuple[str, ...] = ()


def door_options(function: Command) -> Command:
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
def open_doors(
    say: Callable[[str], None],
    *,
    capture: Path | None = None,
    delay: float | None = None,
    contact: str | None = None,
    allow_private: bool | None = None,
) -> Iterator[PageSource]:
    """Open the door that the options name; a network connection is made only when asked."""
    if capture is not None:
        from ..web.captures import Capture

        pages = Capture.open(capture)
        yield PageSource(pages.get, tuple(pages.addresses()))
        return
    from ..web import Fetcher, FetchSettings

    chosen = settings(delay=delay, contact=contact, allow_private=allow_private)
    with Fetcher(FetchSettings.of(chosen), progress=say) as fetcher:
        yield PageSource(fetcher.get)
