"""Options that several commands share, and what they open."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import click

from ..encoders import Encoder
from ..settings import Settings
from ..store import Store
from .output import say

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


def settings(**given: object) -> Settings:
    """Take the settings of the environment, and over them what the command line gave."""
    known = {name: value for name, value in given.items() if value is not None}
    return replace(Settings.from_environment(), **known)  # type: ignore[arg-type] # by field name


def load_encoder(chosen: Settings) -> Encoder:
    """Load the encoder of the settings; the pipeline is imported only then."""
    from .. import pipeline

    return pipeline.load_encoder(chosen)


def open_corpus(corpus: str | None, *, create: bool = False) -> Store:
    """Open the corpus that the user named, or that the settings name; say what is odd about it."""
    store = Store.open(settings(corpus=corpus).corpus, create=create)
    if store.note:
        say(f"align: {store.note}", err=True)
    return store
