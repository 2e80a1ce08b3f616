"""Options that several commands share, and what they open: the corpus, the source of pages."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..settings import Settings

if TYPE_CHECKING:
    from ..ingest.inputs import PageSource
    from ..store import Store

PATH = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path, file_okay=False)
DAY = click.DateTime(["%Y-%m-%d"])


corpus_option = click.option(
    "--corpus",
    "--store",
    "corpus",
    metavar="DIR",
    help="The corpus: a folder, or a PostgreSQL URL.  [default: $ALIGN_CORPUS or corpora/main]",
)
encoder_option = click.option(
    "--encoder",
    metavar="NAME",
    help="The encoder: a name from 'align encoders', or a sentence-transformers model.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program.")


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def join_options(*options: Decorator) -> Decorator:
    """Return one decorator that adds several options, in the order of the help."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


facts_options = join_options(
    click.option("--title", metavar="TEXT", help="Its title, in either language."),
    click.option("--date", metavar="DAY", help="The day of the briefing: 2031-05-14."),
    click.option("--source", metavar="TEXT", help="Where they come from: an address, a name."),
    click.option("--licence", metavar="TEXT", help="The licence of the texts: CC-BY-4.0 …"),
)
page_source_options = join_options(
    click.option(
        "--allow-private",
        is_flag=True,
        default=None,
        help="Allow the hosts of the named addresses to be in your own network.",
    ),
    click.option("--contact", metavar="TEXT", help="An address to name to the sites."),
    click.option("--delay", type=float, help="Seconds between requests to a host."),
    click.option(
        "--from",
        "capture",
        type=PATH,
        help="Read pages from a WARC file or a folder of saved pages, not from the network.",
    ),
)


def load_settings(**given: object) -> Settings:
    """Return the settings of the environment, overridden by the command line."""
    known = {name: value for name, value in given.items() if value is not None}
    return replace(Settings.from_environment(), **known)  # type: ignore[arg-type] # by field name


def open_corpus(corpus: str | None, *, create: bool = False) -> "Store":
    """Open the corpus that the user named, or that the settings name."""
    from ..store import Store  # commands without a corpus do not wait for SQLAlchemy

    store = Store.open(load_settings(corpus=corpus).corpus, create=create)
    if store.card_doubts:
        from .output import say

        say(f"align: {store.card_doubts}", err=True)
    return store


def open_page_source(
    say: Callable[[str], None],
    sources: Iterable[str],
    *,
    capture: Path | None = None,
    **given: object,
) -> "AbstractContextManager[PageSource]":
    """Open the source of pages that the options name.

    :param sources: what the user named: ``--allow-private`` opens the hosts of these addresses.
    :param given: ``delay``, ``contact``, ``allow_private``.
    """
    from ..ingest import inputs

    return inputs.open_page_source(load_settings(**given), say, sources, capture=capture)
