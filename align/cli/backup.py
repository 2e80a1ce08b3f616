"""``align backup``: copy a corpus while it is in use."""

from pathlib import Path

import click

from .options import corpus_option, open_corpus
from .output import say_tables


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@corpus_option
def command(target: Path, corpus: str | None) -> None:
    """Copy a corpus into TARGET: a new folder, or a new file ending in .db.

    The corpus may be in use meanwhile. The copy is checked, and what it holds is printed. A corpus
    in PostgreSQL is saved with pg_dump.

    \b
    Example:
      align backup backups/monday --corpus corpora/main
    """
    from ..store.backup import backup

    with open_corpus(corpus) as store:
        made = backup(store, target)
    say_tables(made)
    click.echo(f"{target}: whole and sound", err=True)
