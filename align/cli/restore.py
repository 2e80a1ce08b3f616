"""``align restore``: make a corpus of a backup."""

from pathlib import Path

import click

from ..errors import StoreError
from .options import corpus_option, load_settings
from .output import say_tables


@click.command("restore")
@click.argument("backup", type=click.Path(path_type=Path))
@corpus_option
def command(backup: Path, corpus: str | None) -> None:
    """Make a corpus of BACKUP, a folder or file that 'align backup' wrote.

    Nothing is overwritten: the corpus' folder must be new or empty.

    \b
    Example:
      align restore backups/monday --corpus corpora/restored
    """
    from ..store.backup import restore

    target = load_settings(corpus=corpus).corpus
    if "://" in target:
        raise StoreError(
            "a backup is restored into a folder; 'align copy' takes it from there to PostgreSQL"
        )
    made = restore(backup, Path(target))
    say_tables(made)
    click.echo(f"{target}: restored, whole and sound", err=True)
