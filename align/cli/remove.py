"""``align remove``: delete a briefing from a corpus."""

import click

from ..errors import AlignError
from .options import corpus_option, open_corpus
from .output import say
from .show import find_full_id


@click.command("remove")
@click.argument("briefing")
@corpus_option
@click.option("--force", is_flag=True, help="Also with what people have decided about it.")
def command(briefing: str, corpus: str | None, force: bool) -> None:
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
