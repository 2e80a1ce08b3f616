"""``align export``: the corpus in a format that others read; ``overlap``: what test sets share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..export.filters import FILTERS, Explanation, parse
from ..export.filters import explain as find_effects
from ..export.formats import BOOKS, FORMATS, SYSTEM, find_format
from ..export.formats.preferences import read_machine
from ..export.normalise import SCRIPTS
from ..export.overlap import KINDS, CorpusIndex, find_overlap, list_files, rules_without
from ..export.run import ExportPlan, ExportResult, decide_parts, export
from ..export.splits import PARTS, Splits
from ..export.standoff import write_standoff
from ..export.subtitles import write_subtitles
from ..records import ExportedBead
from ..store import Store
from ..text.strings import count_noun, shorten
from .corpora import find_full_id
from .shared import (
    DAY,
    PATH,
    Bar,
    corpus_option,
    join_options,
    json_option,
    open_corpus,
    say,
    say_json,
    show_bar,
)

_STRIDE = 100

_RULES = "; ".join(rule().name for rule in FILTERS.values())


split_options = join_options(
    click.option(
        "--reviewed-test", is_flag=True, default=None, help="Only accepted beads in test."
    ),
    click.option(
        "--by-date",
        "after",
        type=DAY,
        metavar="DAY",
        help="Put what is younger than this day into test.",
    ),
    click.option("--test", type=click.FloatRange(0, 1), show_default="0.1", help="Share of test."),
    click.option("--dev", type=click.FloatRange(0, 1), show_default="0.1", help="Share of dev."),
)
"""How train, dev and test are divided."""

_choices = join_options(
    click.option("--split", is_flag=True, help="Divide into train, dev, test by briefing."),
    click.option("--explain", is_flag=True, help="Only say what the rules would drop."),
    click.option(
        "--without",
        multiple=True,
        type=PATH,
        help="Leave out what stands in this test set ('align overlap'); may be repeated.",
    ),
    click.option(
        "--filter",
        "rules",
        multiple=True,
        metavar="RULE",
        help=f"A cleaning rule; may be repeated: {_RULES}",
    ),
)


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, *BOOKS, "srt", "apart"]),
    required=True,
    help="The format; epub, html: a book to read; srt: subtitles in both languages (.vtt, too), "
    "of a source that had times; apart: places and checksums of the beads, without any text.",
)
@click.option(
    "-o",
    "--output",
    type=PATH,
    help="The file; a folder gets a data card too.  [default: NAME.FORMAT here]",
)
@corpus_option
@click.option("--briefing", multiple=True, help="Only this briefing; may be repeated.")
@split_options
@_choices
@click.option("--raw", is_flag=True, help="Put the text as published beside the corrected one.")
@click.option(
    "--documents",
    default="",
    metavar="UNIT",
    help="Whole documents, beads as spans of them: a record a briefing, a turn, or N sentences.",
)
@click.option("--context", default=0, metavar="N", help="Put the N beads before into each record.")
@click.option(
    "--variant",
    type=click.Choice(
        dict.fromkeys(name for row in (FORMATS | BOOKS).values() for name in row.variants)
    ),
    help="tei as InterText has it; tsv with quotes and apostrophes, safe in a spreadsheet; a book "
    "with English under each Chinese sentence, or after what a speaker says.  [book: beside]",
)
@click.option("--pinyin", is_flag=True, help="Write pinyin over the Chinese of a book.")
@click.option(
    "--normalise",
    type=click.Choice([*SCRIPTS]),
    is_flag=False,
    flag_value="simplified",
    help="One width, one kind of quotes, one Chinese script, no hidden characters.  [simplified]",
)
@click.option("--zh-code", default="zh", show_default=True, help="The code for Chinese: zh-CN …")
@click.option("--en-code", default="en", show_default=True, help="The code for English: en-US …")
@click.option(
    "--system",
    metavar="TEXT",
    default=SYSTEM,
    show_default=True,
    help="The system's message in chat.",
)
@click.option(
    "--machine",
    type=PATH,
    help="A machine's translation of what --format moses writes, for preferences.",
)
@click.option("--no-checks", is_flag=True, help="Leave the checks of numbers and names out.")
@json_option
def command(
    form: str,
    output: Path | None,
    corpus: str | None,
    briefing: tuple[str, ...],
    explain: bool,
    as_json: bool,
    **choices: Any,
) -> None:
    """Write the corpus in a format that others read.

    What programs read is read back before it is announced.

    \b
    Examples:
      align export --format tmx -o briefings.tmx
      align export --format tsv --filter status=accepted --filter complete --explain
      align export --format parquet --split -o dataset      # a folder for load_dataset
      align export --format epub --briefing 2031-05-14 --pinyin   # a book for an e-reader
    """
    plan = _plan(form, output, choices)
    if form == "apart":
        _export_standoff(corpus, output)
        return
    with open_corpus(corpus) as store, show_bar("exporting") as progress:
        plan = replace(plan, briefings=[find_full_id(store, start) for start in briefing] or None)
        if form == "srt":
            _export_subtitles(store, plan.briefings, output)
            return
        if choices["without"]:
            clean = rules_without(choices["without"], store.pairs(plan.briefings))
            plan = replace(plan, filters=[*clean, *plan.filters])
        if choices["machine"]:
            translated = read_machine(choices["machine"], _read_filtered(store, plan))
            plan = replace(plan, machine=translated)
        if output is None:
            ending = "" if plan.split else find_format(form).suffix
            plan = replace(plan, output=Path(f"{_name(store)}{ending}"))
        if explain:
            effects = find_effects(plan.filters, _read_checked(store, plan))
            (say_json if as_json else _print_effects)(effects)
            return
        passes = 1 + (plan.split is not None) + (form not in BOOKS)
        chosen = [row for row in store.briefings() if row.id in (plan.briefings or (row.id,))]
        progress.at(0, sum(row.beads for row in chosen) * passes)

        done = export(store, plan, partial(_advance, progress))
    _print_result(done, plan.split, as_json)


def _plan(form: str, output: Path | None, choices: Mapping[str, Any]) -> ExportPlan:
    """Return what the options ask for, as far as it does not depend on the corpus."""
    from ..checks import failed_checks

    if choices["machine"] and form != "preferences":
        raise click.UsageError("--machine goes with --format preferences")
    return ExportPlan(
        form,
        output or Path(),
        filters=[parse(rule) for rule in choices["rules"]],
        split=_splits(choices),
        raw=choices["raw"],
        zh=choices["zh_code"],
        en=choices["en_code"],
        system=choices["system"],
        check=None if choices["no_checks"] else failed_checks,
        documents=choices["documents"],
        context=choices["context"],
        variant=choices["variant"] or "",
        normalise=choices["normalise"] or "",
        pinyin=choices["pinyin"],
    )


def _splits(choices: Mapping[str, Any]) -> Splits | None:
    """Return the parts that are asked for; without ``--split`` nothing may ask for any."""
    asked = read_splits(choices)
    if choices["split"]:
        return asked or Splits()
    if asked is not None:
        option = next(option for name, option in _SPLIT_NAMES.items() if choices[name] is not None)
        raise click.UsageError(f"{option} divides nothing without --split")
    return None


_SPLIT_NAMES = {
    "dev": "--dev", "test": "--test", "reviewed_test": "--reviewed-test", "after": "--by-date",
}  # fmt: skip


def read_splits(choices: Mapping[str, Any]) -> Splits | None:
    """Return what :data:`split_options` ask for, if they ask for anything."""
    asked = {name: choices[name] for name in _SPLIT_NAMES if choices[name] is not None}
    if "after" in asked:
        if "test" in asked:
            raise click.UsageError("--by-date says what is in test; leave --test out")
        asked |= {"after": asked["after"].date(), "test": 0.0}
    return Splits(**asked) if asked else None


def _name(store: Store) -> str:
    return str(store.card.get("name", "corpus"))


def _advance(progress: Bar, count: int) -> None:
    """Move a bar in strides: to move it for each bead would take as long as to write the bead."""
    if count % _STRIDE == 0:
        progress.step(done=_STRIDE)


def _export_standoff(corpus: str | None, output: Path | None) -> None:
    with open_corpus(corpus) as store:
        output = output or Path(f"{_name(store)}.apart.jsonl")
        briefings, beads = write_standoff(store, output)
    click.echo(str(output))
    there = count_noun(briefings, "briefing")
    click.echo(f"{count_noun(beads, 'bead')} of {there}, without text", err=True)


def _export_subtitles(store: Store, briefings: Sequence[str] | None, output: Path | None) -> None:
    output = output or Path(f"{_name(store)}.srt")
    shown = write_subtitles(store, briefings or [row.id for row in store.briefings()], output)
    click.echo(str(output))
    click.echo(f"{count_noun(shown, 'bead')} shown", err=True)


def _read_checked(store: Store, plan: ExportPlan) -> Iterator[ExportedBead]:
    for bead in store.pairs(plan.briefings):
        yield bead if plan.check is None else replace(bead, checks=tuple(plan.check(bead)))


def _read_filtered(store: Store, plan: ExportPlan) -> Iterator[ExportedBead]:
    """Yield the beads that pass every rule, as the export will find them."""
    rules = [rule.begin() for rule in plan.filters]
    return (bead for bead in _read_checked(store, plan) if all(keeps(bead) for keeps in rules))


def _print_effects(effects: Explanation) -> None:
    share = 100 / max(effects.read, 1)
    dropped = f"{effects.dropped} are dropped ({effects.dropped * share:.1f} %)"
    click.echo(f"{effects.read} beads: {effects.kept} stay, {dropped}")
    for effect in effects.effects:
        dropped = f"{effect.dropped} ({effect.dropped * share:.1f} %)"
        click.echo(f"\n{effect.name} drops {dropped}, {effect.only} of them alone")
        for pair, why in zip(effect.examples, effect.reasons, strict=True):
            places = (pair.zh_index, pair.en_index)
            zh, en = (",".join(map(str, numbers)) or "—" for numbers in places)
            say(f"  {pair.briefing} zh {zh} en {en}" + (f": {why}" if why else ""))
            for text in (pair.zh, pair.en):
                say(f"    {shorten(' '.join(text.split()), 76) or '—'}")
    if effects.overlaps:
        click.echo("\nboth drop")
    for overlap in effects.overlaps:
        click.echo(f"{overlap.both:8}  {overlap.first}, {overlap.second}")


def _print_result(done: ExportResult, splits: Splits | None, as_json: bool) -> None:
    if as_json:
        say_json(done)
        return
    for file in done.files:
        click.echo(str(file))
    back = "" if done.format in BOOKS else " and read back"
    said = [f"{done.pairs} of {done.read} beads written{back}"]
    said += [f"{count} dropped: {name}" for name, count in done.dropped if count]
    said += [f"{name} normalised in {count}" for name, count in done.normalised if count]
    if done.left_out:
        said.append(f"{done.left_out} that {done.format} cannot hold left out")
    if done.altered:
        said.append(f"{done.altered} with a character that {done.format} cannot hold")
    there = {part.name for part in done.parts}
    wanted = [part for part in PARTS if splits is not None and splits.share(part)]
    if empty := [f"no {part}" for part in wanted if part not in there]:
        said.append(f"{' and '.join(empty)} part: the briefings do not suffice, and none is cut")
    if done.unkept:
        said.append(f"the parts are not kept: {done.unkept}")
    click.echo("; ".join(said), err=True)


@click.command("overlap")
@click.argument("file", nargs=-1, required=True, type=PATH)
@corpus_option
@split_options
@json_option
def overlap_command(
    file: tuple[Path, ...], corpus: str | None, as_json: bool, **choices: Any
) -> None:
    """Say which lines of test sets stand in the corpus, by part.

    A test set is plain lines of one language, a Moses pair (one of its files, or what their names
    have in common), TSV, JSON lines, or any other file that 'align import' reads. A line counts
    once in each part: exact (both sides, but for case, blanks and punctuation), near (both sides
    nearly), or one-sided. 'align export --without FILE' leaves such beads out. The parts are those
    of an export with the same --dev, --test, --by-date and --reviewed-test.

    \b
    Examples:
      align overlap newstest.zh newstest.en
      align overlap --json devtest.jsonl > overlap.json
      align overlap --by-date 2031-06-01 devtest.jsonl
    """
    with open_corpus(corpus) as store:
        index = CorpusIndex(store.pairs())
        parts = decide_parts(store, read_splits(choices) or Splits()).parts
    sets = {list_files(path): path for path in file}
    found = [find_overlap(index, path, parts) for path in sets.values()]
    if as_json:
        for_json = [
            (one, [{"part": part, **asdict(at)} for part, at in one.matches]) for one in found
        ]
        say_json([{**asdict(one), "matches": matches} for one, matches in for_json])
        return
    for overlap in found:
        say(f"{overlap.file}: {overlap.found} of {overlap.lines} lines stand in the corpus")
        click.echo("".join(["  part ", *(f"{kind:>11}" for kind in KINDS)]))
        for part, counts in overlap.parts.items():
            click.echo("".join([f"  {part:5}", *(f"{counts[kind]:11}" for kind in KINDS)]))
