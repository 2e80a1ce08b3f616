"""``align copy``: copy a corpus from one store to another."""

from pathlib import Path

import click

from .output import say_tables


@click.command("copy")
@click.argument("source", metavar="SOURCE")
@click.argument("target", metavar="TARGET")
def command(source: str, target: str) -> None:
    """Copy a corpus from SOURCE to TARGET; each is a folder or a PostgreSQL URL.

    TARGET must be empty. Every table is compared, by number and checksum, before the copy counts.

    \b
    Examples:
      align copy corpora/main postgresql://align@localhost/align
      align copy postgresql://align@localhost/align corpora/from-server
    """
    from ..store import Store
    from ..store.copy import copy, copy_card

    with Store.open(source) as old, Store.open(target, create=True) as new:
        made = copy(old, new)
        name = new.name
    if "://" not in source and "://" not in target:
        copy_card(Path(source), Path(target))
    say_tables(made)
    click.echo(f"{name}: copied; every table has the same rows", err=True)
