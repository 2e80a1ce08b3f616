"""Options that several commands share, and what they open: the corpus, the source of pages."""

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..records import Page
from ..settings import Settings

if TYPE_CHECKING:
    from ..store import Store
    from ..web.fetcher import Fetcher

Command = TypeVar("Command", bound=Callable[..., Any])


def corpus_option(function: Command) -> Command:
    """Add ``--corpus``."""
    return click.option(
        "--corpus",
        "--store",
        "corpus",
        metavar="DIR",
        help="The corpus: a folder, or a PostgreSQL URL.  [default: $ALIGN_CORPUS or corpora/main]",
    )(function)


def encoder_option(function: Command) -> Command:
    """Add ``--encoder``."""
    return click.option(
        "--encoder",
        metavar="NAME",
        help="The encoder: a name from 'align encoders', or a sentence-transformers model.",
    )(function)


def json_option(function: Command) -> Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program.")(
        function
    )


def load_settings(**given: object) -> Settings:
    """Return the settings of the environment, overridden by the command line."""
    known = {name: value for name, value in given.items() if value is not None}
    return replace(Settings.from_environment(), **known)  # type: ignore[arg-type] # by field name


def open_corpus(corpus: str | None, *, create: bool = False) -> "Store":
    """Open the corpus that the user named, or that the settings name."""
    from ..store import Store  # commands without a corpus do not wait for SQLAlchemy

    return Store.open(load_settings(corpus=corpus).corpus, create=create)


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
            "--allow-private",
            is_flag=True,
            default=None,
            help="Allow the hosts of the named addresses to be in your own network.",
        ),
    ):
        function = option(function)
    return function


@contextmanager
def open_page_source(
    say: Callable[[str], None],
    sources: Iterable[str],
    *,
    capture: Path | None = None,
    delay: float | None = None,
    contact: str | None = None,
    allow_private: bool | None = None,
) -> Iterator[PageSource]:
    """Open the source that the options name; the network client is loaded at the first page.

    :param sources: what the user named: ``--allow-private`` opens the hosts of these addresses.
    """
    if capture is not None:
        from ..web.captures import Capture

        pages = Capture.open(capture)
        yield PageSource(pages.get, tuple(pages.addresses()))
        return
    from ..ingest.inputs import list_addresses
    from ..web.address_guard import FetchSettings

    chosen = load_settings(delay=delay, contact=contact, allow_private=allow_private)
    named = chain.from_iterable(map(list_addresses, sources))
    limits = FetchSettings.from_settings(chosen, named if chosen.allow_private else ())
    with ExitStack() as stack:

        @functools.cache
        def fetcher() -> "Fetcher":
            from ..web.fetcher import Fetcher

            return stack.enter_context(Fetcher(limits, progress=say))

        yield PageSource(lambda url: fetcher().get(url))
