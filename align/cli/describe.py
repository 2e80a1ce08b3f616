"""The command ``align describe``: what is known of a briefing beside its text."""

import click

from ..ingest.facts import check_facts
from .options import corpus_option, facts_options, open_corpus
from .output import say
from .show import find_full_id


@click.command("describe")
@click.argument("briefing")
@facts_options
@corpus_option
def command(briefing: str, corpus: str | None, **given: str | None) -> None:
    """Say what title, date, source and licence of a briefing are, or change them.

    They stand over what its pages or files say and are in every row of an export. An empty one
    (--title "") is taken back.

    \b
    Examples:
      align describe 2031-05-14
      align describe 2031-05-14 --licence CC-BY-4.0 --source "Press office of Linhai"
    """
    facts = check_facts(given)
    with open_corpus(corpus) as store:
        name = find_full_id(store, briefing)
        if facts:
            store.describe(name, facts)
        known, pair = store.briefing(name), next(store.pairs([name]), None)
    rows = {
        "id": name,
        "title (zh)": known.zh.title,
        "title (en)": known.en.title,
        "date": str(known.en.date or known.zh.date or ""),
        "source (zh)": pair.source_zh if pair else "",
        "source (en)": pair.source_en if pair else "",
        "licence": pair.licence if pair else "",
    }
    for label, value in rows.items():
        say(f"{label:12} {value or '—'}")
