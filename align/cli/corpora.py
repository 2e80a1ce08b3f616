"""``align backup``, ``restore``, ``copy`` and ``remove``: whole corpora, and briefings that go."""

from pathlib import Path

import click

from ..errors import AlignError, StoreError
from .options import PATH, corpus_option, load_settings, open_corpus
from .output import say, say_tables
from .show import find_full_id


@click.command("backup")
@click.argument("target", type=PATH)
@corpus_option
def backup_command(target: Path, corpus: str | None) -> None:
    """Copy a corpus into TARGET: a new folder, or a new file ending in .db.

    The corpus may be in use meanwhile. The copy is checked, and what it holds is printed. A corpus
    in PostgreSQL is saved with pg_dump.

    \b
    Example:
      align backup backups/monday --corpus corpora/main
    """
    from ..store.copy import backup

    with open_corpus(corpus) as store:
        made = backup(store, target)
    say_tables(made)
    click.echo(f"{target}: whole and sound", err=True)


@click.command("restore")
@click.argument("backup", type=PATH)
@corpus_option
def restore_command(backup: Path, corpus: str | None) -> None:
    """Make a corpus of BACKUP, a folder or file that 'align backup' wrote.

    Nothing is overwritten: the corpus' folder must be new or empty.

    \b
    Example:
      align restore backups/monday --corpus corpora/restored
    """
    from ..store.copy import restore

    target = load_settings(corpus=corpus).corpus
    if "://" in target:
        raise StoreError(
            "a backup is restored into a folder; 'align copy' takes it from there to PostgreSQL"
        )
    made = restore(backup, Path(target))
    say_tables(made)
    click.echo(f"{target}: restored, whole and sound", err=True)


@click.command("copy")
@click.argument("source", metavar="SOURCE")
@click.argument("target", metavar="TARGET")
def copy_command(source: str, target: str) -> None:
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


@click.command("remove")
@click.argument("briefing")
@corpus_option
@click.option("--force", is_flag=True, help="Also with what people have decided about it.")
def remove_command(briefing: str, corpus: str | None, force: bool) -> None:
    """Take a briefing out of the corpus: its texts, its beads and their history.

    BRIEFING is an id from 'align show', or the beginning of one. Its pages stay in the page store.

    \b
    Example:
      align remove 2031-05-14
    """
    with open_corpus(corpus) as store:
        name = find_full_id(store, briefing)
        decisions = len(store.history(name))
        if decisions and not force:
            raise AlignError(
                f"{name}: {decisions} decisions would go with it; "
                "'align backup' keeps a copy, --force removes it all the same"
            )
        store.remove(name)
    say(f"{name}: removed")
