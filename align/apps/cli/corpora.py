"""Commands on whole corpora and on their briefings."""

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from ...aligner.text.strings import count_noun
from ...corpus.review.transfer import find_changes
from ...corpus.store import BriefingSummary, Store
from ...corpus.store import copy as copies
from ...corpus.store.changes import BriefingChange, list_changes
from ...errors import N_, AlignError, Message, StoreError
from ...logs import sum_by_stage
from ...records import STATUSES, Bead, Briefing, Document, Provenance, Sentence, join_text
from ...settings import hide_account
from ...sources.ingest.documents import check_facts
from .shared import (
    PATH,
    corpus_option,
    count_new_words,
    emit,
    facts_options,
    find_reviewer,
    json_option,
    load_settings,
    open_corpus,
    say,
    say_either,
    say_json,
    say_tables,
    show_bar,
    to_line,
)


@click.command("show")
@click.argument("briefing", required=False)
@corpus_option
@json_option
def command(briefing: str | None, corpus: str | None, as_json: bool) -> None:
    """List the briefings in a corpus, or show one with its beads.

    BRIEFING is an id from the list, or its first characters.

    \b
    Examples:
      align show
      align show 2031-05-14 --json
    """
    with open_corpus(corpus) as store:
        if briefing is None:
            rows = store.briefings()
            emit(rows, as_json, _print_list)
            return
        one = store.briefing(find_full_id(store, briefing))
    say_either(to_dict(one), _describe_beads(one), as_json)


@click.command("changes")
@click.argument("briefing")
@corpus_option
@json_option
def changes_command(briefing: str, corpus: str | None, as_json: bool) -> None:
    """Show what the publisher has changed, and the affected rows.

    'align add URL --recheck' fetches the current version; decisions are kept.

    \b
    Example:
      align changes 2031-05-14
    """
    with open_corpus(corpus) as store:
        name = find_full_id(store, briefing)
        found = find_changes(store.first_documents(name), store.briefing(name))
    lines = (line for change in found for line in (change.headline, *change.lines))
    say_either(found, lines, as_json)
    say(count_noun(len(found), "change"), err=True)


def find_full_id(store: Store, start: str) -> str:
    """Return the id that is ``start``, or else the only one that begins with it.

    Every id begins with an empty text, such as an unset variable of a shell, so it names none.

    :raises StoreError: if no id begins with it, or several do.
    """
    ids = [summary.id for summary in store.briefings()]
    found = [name for name in ids if start and name.startswith(start)]
    if start in found:
        return start
    if len(found) == 1:
        return found[0]
    if not found:
        raise StoreError(
            N_("{start}: unknown briefing; run 'align show' for a list"), start=start or '""'
        )
    raise StoreError(
        N_("{start}: matches {count} briefings, such as {names}; give more of the id"),
        start=start,
        count=len(found),
        names=found[:_NAMED],
    )


def _print_list(rows: tuple[BriefingSummary, ...]) -> None:
    if not rows:
        say("the corpus is empty; add a briefing with 'align add SOURCE'", err=True)
    for row in rows:
        title = row.en_title or row.zh_title
        say(f"{row.id}  {row.beads:4} beads, {row.reviewed:4} reviewed  {title}")


def _describe_beads(briefing: Briefing) -> Iterator[str]:
    yield from filter(None, (briefing.zh.title, briefing.en.title, str(briefing.en.date or "")))
    yield ""
    zh, en = briefing.zh_sentences, briefing.en_sentences

    def turn_of(bead: Bead) -> int | None:
        return en[bead.en[0]].turn if bead.en else None

    for turn, beads in groupby(briefing.alignment.beads, key=turn_of):
        if turn is not None and briefing.en.turns[turn].label:
            yield f"— {briefing.en.turns[turn].label}"
        for bead in beads:
            chance = "" if bead.probability is None else f"{bead.probability:.2f}"
            mark = "" if bead.status == "unreviewed" else f" {bead.status}"
            yield f"  [{bead.kind}] {chance}{mark}"
            yield f"    {join_text((zh[index] for index in bead.zh), 'zh') or '—'}"
            yield f"    {join_text((en[index] for index in bead.en), 'en') or '—'}"


def to_dict(briefing: Briefing) -> dict[str, Any]:
    """Return a briefing in the form of ``align show --json``."""
    return {
        "id": briefing.id,
        "signature": briefing.alignment.signature,
        "zh": _side_as_dict(briefing.zh, briefing.zh_sentences),
        "en": _side_as_dict(briefing.en, briefing.en_sentences),
        "beads": briefing.alignment.beads,
    }


def _side_as_dict(document: Document, sentences: tuple[Sentence, ...]) -> dict[str, Any]:
    plain = ("title", "date", "place", "url", "source", "participants", "captions", "notes")
    return {
        **{name: getattr(document, name) for name in (*plain, "turns")},
        "sentences": [sentence.text for sentence in sentences],
        "sentence_turns": [sentence.turn for sentence in sentences],
    }


_NAMED = 3  # maximum ids that a message lists
_FACT_LABELS = {
    "zh_title": "title (zh)",
    "en_title": "title (en)",
    "zh_source": "source (zh)",
    "en_source": "source (en)",
}


@click.command("describe")
@click.argument("briefing")
@facts_options
@corpus_option
@json_option
def describe_command(briefing: str, corpus: str | None, as_json: bool, **given: str | None) -> None:
    """Show or set a briefing's title, date, source and licence.

    These values override those of its pages or files and are part of every exported row. An empty
    value (--title "") removes the override. Each change is kept with its time and your name.

    \b
    Examples:
      align describe 2031-05-14
      align describe 2031-05-14 --licence CC-BY-4.0 --source "Press office of Linhai"
    """
    facts = check_facts(given)
    with open_corpus(corpus) as store:
        name = find_full_id(store, briefing)
        if facts:
            store.describe(name, facts, reviewer=find_reviewer())
        known = store.briefing(name)
        bead = next(store.pairs([name]), None)
        changes = [one for one in list_changes(store, name) if one.action == "describe"]
    origin = bead.provenance if bead else Provenance()
    rows = {
        "id": name,
        "zh_title": known.zh.title,
        "en_title": known.en.title,
        "date": str(known.en.date or known.zh.date or ""),
        "zh_source": origin.sources.zh,
        "en_source": origin.sources.en,
        "licence": origin.licence,
    }
    if as_json:
        say_json({**rows, "changes": [_change_as_json(change) for change in changes]})
        return
    for key, value in rows.items():
        say(f"{_FACT_LABELS.get(key, key):12} {value or '—'}")
    for change in changes:
        for fact, value in change.after.items():
            line = f"{change.at:%Y-%m-%d %H:%M} UTC {change.reviewer}: {fact}"
            say(f"{'changed':12} {line}: {change.before[fact] or '—'} → {value or '—'}")


def _change_as_json(change: BriefingChange) -> dict[str, object]:
    return {
        "at": change.at,
        "reviewer": change.reviewer,
        "before": change.before,
        "after": change.after,
    }


@click.command("stats")
@corpus_option
@json_option
def stats_command(corpus: str | None, as_json: bool) -> None:
    """Show corpus statistics: counts, bead types, statuses, timings.

    Timings are the seconds of the latest alignment of each briefing: total, median, 95th percentile
    (p95) and maximum. 'fetch' includes the delays between requests; the first 'match' of a process
    includes loading the dictionaries.

    \b
    Example:
      align stats --corpus corpora/main
    """
    with open_corpus(corpus) as store:
        found = store.count()
        times = sum_by_stage(store.stage_seconds())
        known = {"corpus": store.name, **found}
    known["statuses"] = {status: found["statuses"].get(status, 0) for status in STATUSES}
    if as_json:
        say_json({**known, "seconds": times}, indent=1)
        return
    for name, value in known.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {count}" for key, count in value.items())
        text = f"{value:.2f}" if isinstance(value, float) else str(value)
        say(f"{name.replace('_', ' '):16} {text}")
    if times:
        click.echo("\nseconds by stage   total   median      p95     most  slowest briefing")
    for time in times:
        figures = " ".join(f"{one:8.3f}" for one in (time.median, time.p95, time.most))
        say(f"{time.stage:14} {time.total:9.2f} {figures}  {time.slowest}")


@click.command("backup")
@click.argument("target", type=PATH)
@corpus_option
@json_option
def backup_command(target: Path, corpus: str | None, as_json: bool) -> None:
    """Back up a corpus to a new folder and verify the copy.

    TARGET is the new folder, which is itself a corpus. The corpus may be in use. The rows of each
    table are counted and printed. Use pg_dump for a corpus in PostgreSQL.

    \b
    Example:
      align backup backups/monday --corpus corpora/main
    """
    with open_corpus(corpus) as store:
        made = copies.backup(store, target)
    emit(made, as_json, say_tables)
    say(f"{target}: backup complete and verified", err=True)


@click.command("restore")
@click.argument("backup", type=PATH)
@corpus_option
@json_option
def restore_command(backup: Path, corpus: str | None, as_json: bool) -> None:
    """Restore a backup into a new or empty folder.

    BACKUP is a folder written by 'align backup'. Nothing is overwritten.

    \b
    Example:
      align restore backups/monday --corpus corpora/restored
    """
    target = load_settings(corpus=corpus).corpus
    if "://" in target:
        advice = "name a folder, then move it to PostgreSQL with 'align copy'"
        raise click.UsageError(f"a backup can only be restored into a folder; {advice}")
    made = copies.restore(backup, Path(target))
    _index(target)
    emit(made, as_json, say_tables)
    say(f"{target}: restored and verified", err=True)


@click.command("copy")
@click.argument("source", metavar="SOURCE")
@click.argument("target", metavar="TARGET")
@json_option
def copy_command(source: str, target: str, as_json: bool) -> None:
    """Copy a corpus between a folder and PostgreSQL, and verify it.

    SOURCE and TARGET are folders or PostgreSQL URLs; TARGET must be empty. The number of rows and
    the checksum of every table are compared before the copy is kept; a copy that is stopped leaves
    nothing behind.

    \b
    Examples:
      align copy corpora/main postgresql://align@localhost/align
      align copy postgresql://align@localhost/align corpora/from-server
    """
    with Store.open(source) as old:
        made = copies.copy_to(old, target)
    _index(target)
    emit(made, as_json, say_tables)
    say(f"{hide_account(target)}: copied and verified; all tables have the same rows", err=True)


def _index(location: str) -> None:
    """Index a copied corpus, count its words and terms, and show progress."""
    from ...corpus.pipeline import make_index  # it imports the aligner

    with show_bar("indexing") as bar, Store.open(location) as store:
        make_index(store, bar.at)
        count_new_words(store, len(store.stamps()), bar)


@click.command("remove")
@click.argument("briefing")
@corpus_option
@click.option(
    "--yes", "--force", "agreed", is_flag=True, help="Delete reviewed rows without asking."
)
@json_option
def remove_command(briefing: str, corpus: str | None, agreed: bool, as_json: bool) -> None:
    """Delete a briefing with its beads and history.

    BRIEFING is an id from 'align show', or its first characters. A briefing with decisions is
    deleted only if you agree. Its pages stay in the page store.

    \b
    Example:
      align remove 2031-05-14
    """
    with open_corpus(corpus) as store:
        name = find_full_id(store, briefing)
        decisions = store.count_decisions(name)
        if not agreed and decisions:
            _ask_to_delete(store, name, decisions)
        store.remove(name)
    say_either({"id": name, "decisions": decisions}, [f"{name}: removed"], as_json)


def _ask_to_delete(store: Store, name: str, decisions: int) -> None:
    """Ask whether to delete a reviewed briefing.

    :raises AlignError: if there is no terminal to ask on, or if the answer is no.
    """
    summary = next(row for row in store.briefings() if row.id == name)
    state = Message(
        N_("{name}: {reviewed} of {beads} rows are reviewed ({decisions} decisions)"),
        name=name,
        reviewed=summary.reviewed,
        beads=summary.beads,
        decisions=decisions,
    )
    if not sys.stdin.isatty():
        raise AlignError(
            N_("{state}; back it up with 'align backup', or delete it with --yes"), state=state
        )
    if not click.confirm(to_line(f"{state}; delete them?"), err=True):
        raise AlignError(N_("{name}: not removed"), name=name)
