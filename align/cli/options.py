"""Options that several commands share."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..settings import Settings

if TYPE_CHECKING:
    from ..store import Store

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
