"""``align export`` writes the corpus in other formats; ``align overlap`` checks test sets."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, fields, replace
from functools import partial
from pathlib import Path
from typing import Any, get_args

import click

from ...aligner.checks import failed_checks
from ...aligner.text.strings import count_noun, shorten
from ...corpus.exchange.filters import FILTERS, Explanation, parse
from ...corpus.exchange.filters import explain as find_effects
from ...corpus.exchange.formats import FORMATS, SYSTEM, WRITTEN, find_format
from ...corpus.exchange.formats.preferences import read_machine
from ...corpus.exchange.formats.values import FIELDS, to_values
from ...corpus.exchange.leaks import Alike
from ...corpus.exchange.normalise import SCRIPTS
from ...corpus.exchange.overlap import (
    KINDS,
    CorpusIndex,
    OverlapReport,
    find_overlap,
    list_files,
    rules_without,
)
from ...corpus.exchange.plan import plan_memory
from ...corpus.exchange.run import ExportPlan, ExportResult, decide_parts, export
from ...corpus.exchange.splits import PARTS, Splits
from ...corpus.exchange.standoff import write_standoff
from ...corpus.exchange.subtitles import write_subtitles
from ...corpus.store import Store
from ...records import BeadRecord
from . import standard_output
from .corpora import find_full_id
from .shared import (
    DAY,
    PATH,
    corpus_option,
    emit,
    join_options,
    json_option,
    open_corpus,
    say,
    say_json,
    show_bar,
)

split_options = join_options(
    click.option(
        "--reviewed-test",
        is_flag=True,
        default=None,
        help="Put only accepted beads into the test set.",
    ),
    click.option(
        "--by-date",
        "after",
        type=DAY,
        metavar="DAY",
        help="Put briefings dated after this day into the test set.",
    ),
    click.option(
        "--test", type=click.FloatRange(0, 1), show_default="0.1", help="Share of the test set."
    ),
    click.option(
        "--dev",
        type=click.FloatRange(0, 1),
        show_default="0.1",
        help="Share of the development set.",
    ),
)
"""Options for the split into train, dev and test sets."""


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice([*WRITTEN, "srt", "apart"]),
    help="Format; by default that of the suffix of --output. epub, html: a book to read; srt: "
    "bilingual subtitles (also .vtt) of a source with times; apart: stand-off alignment, with "
    "offsets and checksums but without text.",
)
@click.option(
    "-o",
    "--output",
    type=PATH,
    help="Output file or folder; a folder also gets a data card; - is standard output.  "
    "[default: ./NAME.FORMAT]",
)
@corpus_option
@click.option("--briefing", multiple=True, help="Export only this briefing; may be repeated.")
@split_options
@click.option("--split", is_flag=True, help="Split into train, dev and test sets by briefing.")
@click.option(
    "--explain", is_flag=True, help="Report what the rules would drop, without exporting."
)
@click.option(
    "--without",
    multiple=True,
    type=PATH,
    help="Drop beads that occur in this test set ('align overlap'); may be repeated.",
)
@click.option(
    "--alike",
    type=click.Choice(get_args(Alike)),
    default="both",
    show_default=True,
    help="For --without and --split: drop a bead if both sides are alike, or one side alone that "
    "is not a formula of many briefings.",
)
@click.option(
    "--filter",
    "rules",
    multiple=True,
    metavar="RULE",
    help=f"Cleaning rule; may be repeated: {'; '.join(FILTERS)}",
)
@click.option(
    "--for",
    "purpose",
    type=click.Choice(["cat"]),
    help="cat: a translation memory for a CAT tool: accepted rows with both texts, the newest "
    "wording of each Chinese text, newest first; codes zh-CN and en-US.",
)
@click.option("--raw", is_flag=True, help="Include the original text next to the edited one.")
@click.option(
    "--documents",
    default="",
    metavar="UNIT",
    help="Export whole documents with beads as spans: one record per briefing, turn or "
    "N sentences.",
)
@click.option(
    "--context", default=0, metavar="N", help="Include the N preceding beads in each record."
)
@click.option(
    "--variant",
    type=click.Choice(dict.fromkeys(way for row in WRITTEN.values() for way in row.variants)),
    help="tei: InterText; tsv: quoted, safe in a spreadsheet; a book: English below each Chinese "
    "sentence, or after each turn.  [book: beside]",
)
@click.option("--pinyin", is_flag=True, help="Add pinyin above the Chinese in a book.")
@click.option(
    "--normalise",
    type=click.Choice([*SCRIPTS]),
    is_flag=False,
    flag_value="simplified",
    help="Normalise width, quotes and Chinese script; remove hidden characters.  [simplified]",
)
@click.option("--zh-code", "zh", show_default="zh", help="Code for Chinese: zh-CN …")
@click.option("--en-code", "en", show_default="en", help="Code for English: en-US …")
@click.option(
    "--system",
    metavar="TEXT",
    default=SYSTEM,
    show_default=True,
    help="System message in chat.",
)
@click.option(
    "--machine",
    type=PATH,
    help="Machine translation of the --format moses output, for preferences.",
)
@click.option("--no-checks", is_flag=True, help="Skip the checks of numbers and names.")
@json_option
def command(
    form: str | None,
    output: Path | None,
    corpus: str | None,
    briefing: tuple[str, ...],
    rules: tuple[str, ...],
    without: tuple[Path, ...],
    machine: Path | None,
    purpose: str | None,
    split: bool,
    no_checks: bool,
    explain: bool,
    as_json: bool,
    **choices: Any,
) -> None:
    """Export the corpus as TMX, XLIFF, JSON Lines, Parquet and more.

    Exports that 'align import' can read are verified by reading them back.

    \b
    Examples:
      align export --format tmx -o briefings.tmx
      align export --format tmx --for cat -o PROJECT/tm/auto/corpus.tmx
      align export --format tsv --filter status=accepted --filter complete --explain
      align export --format parquet --split -o dataset      # a folder for load_dataset
      align export --format epub --briefing 2031-05-14 --pinyin   # a book for an e-reader
    """
    form = _choose_format(form, output)
    if machine and form != "preferences":
        raise click.UsageError("--machine needs --format preferences")
    if not split and any(choices[part.name] is not None for part in fields(Splits)):
        options = "--test, --dev, --by-date and --reviewed-test"
        raise click.UsageError(f"{options} need --split")
    _require_installed(form)
    splits = _take_splits(choices)
    asked = _keep_given(choices)
    asked["filters"] = [*map(parse, rules)]
    asked["check"] = None if no_checks else failed_checks
    plan = ExportPlan(form, output or Path(), split=splits if split else None, **asked)
    if purpose:
        plan = plan_memory(plan)
    is_piped = str(output) == standard_output.NAME and not explain
    _check_piped(form, is_piped=is_piped, split=split, as_json=as_json)
    target = standard_output.copied_file(form) if is_piped else nullcontext(output)
    with open_corpus(corpus) as store, show_bar("exporting") as progress, target as output:
        named = [find_full_id(store, start) for start in briefing]
        output = output or _default_output(store, form, split)
        if form in ("apart", "srt"):
            _write_other(store, named, output, form, is_piped=is_piped)
            return
        plan = replace(plan, output=output, briefings=named or None)
        plan = _read_named_files(store, plan, without, machine)
        if explain:
            _explain(store, plan, as_json=as_json)
            return
        progress.at(0, _count_steps(store, plan))
        done = export(store, plan, progress.step)
    report = _print_summary if is_piped else _print_result
    emit(done, as_json, partial(report, plan.split))


def _check_piped(form: str, *, is_piped: bool, split: bool, as_json: bool) -> None:
    """Raise an error for an export to standard output that is not one file."""
    if not is_piped:
        return
    if as_json:
        raise click.UsageError("--json and --output - both write to standard output; remove one")
    standard_output.check_one_file(form, split=split)


def _choose_format(form: str | None, output: Path | None) -> str:
    """Return the format asked for, or else that of the output's suffix.

    :raises click.UsageError: if there is neither, or the suffix is that of another format.
    """
    suffix = output.suffix.lower() if output else ""
    by_suffix = {row.suffix: row.name for row in WRITTEN.values() if len(row.suffixes) == 1}
    by_suffix |= {".srt": "srt", ".vtt": "srt"}
    named = by_suffix.get(suffix, "") if suffix else ""
    if not form:
        if not named:
            raise click.UsageError("give a --format, or an --output whose suffix names it")
        return named
    own = WRITTEN[form].suffixes if form in WRITTEN else (f".{form}", f".{form}.jsonl")
    if named and named != form and not any(known.endswith(suffix) for known in own):
        raise click.UsageError(
            f"{output}: the suffix is that of {named}, but --format is {form}; change one of them"
        )
    return form


def _keep_given(choices: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in choices.items() if value is not None}


def _default_output(store: Store, form: str, split: bool) -> Path:
    """Return the corpus name with the file extension of the format; folders have none."""
    name = store.card.get("name", "corpus")
    if form == "apart":
        return Path(f"{name}.apart.jsonl")
    if form == "srt":
        return Path(f"{name}.srt")
    if split:
        return Path(name)
    return Path(f"{name}{find_format(form).suffix}")


def _read_named_files(
    store: Store, plan: ExportPlan, without: Sequence[Path], machine: Path | None
) -> ExportPlan:
    """Return the plan with rules that exclude test-set text, and with machine translations."""
    if without:
        clean = rules_without(without, store.pairs(plan.briefings), plan.alike)
        plan = replace(plan, filters=[*clean, *plan.filters])
    if machine:
        plan = replace(plan, machine=read_machine(machine, _read_filtered(store, plan)))
    return plan


def _count_steps(store: Store, plan: ExportPlan) -> int:
    """Return how many beads an export reads, counting repeated passes over the corpus."""
    passes = 1
    if plan.split is not None:
        passes += 1  # an earlier pass decides the split
    if plan.format in FORMATS:
        passes += 1  # a later pass reads the files back
    beads = 0
    for row in store.briefings():
        if plan.briefings is None or row.id in plan.briefings:
            beads += row.beads
    return beads * passes


def _require_installed(form: str) -> None:
    """Check that the packages of a format are installed; ``apart`` and subtitles need none."""
    if form in WRITTEN:
        find_format(form).require_installed()


def _take_splits(choices: dict[str, Any]) -> Splits:
    """Return the splits from :data:`split_options`, and remove them from ``choices``."""
    given = {part.name: choices.pop(part.name) for part in fields(Splits)}
    asked = {name: value for name, value in given.items() if value is not None}
    if "after" in asked:
        if "test" in asked:
            raise click.UsageError("--by-date already defines the test set; remove --test")
        asked["test"] = 0.0
    return Splits(**asked)


def _write_other(
    store: Store, briefings: list[str], output: Path, form: str, *, is_piped: bool
) -> None:
    """Write the format ``apart`` or subtitles, which have writers of their own."""
    if form == "apart":
        there, beads = write_standoff(store, output, briefings or None)
        words = f"{count_noun(beads, 'bead')} of {count_noun(there, 'briefing')}, without text"
    else:
        shown = write_subtitles(store, briefings or [row.id for row in store.briefings()], output)
        words = f"{count_noun(shown, 'bead')} shown"
    if not is_piped:
        say(str(output))
    say(words, err=True)


def _read_checked(store: Store, plan: ExportPlan) -> Iterator[BeadRecord]:
    for bead in store.pairs(plan.briefings):
        if plan.check is not None:
            checks = tuple(plan.check(bead.pair))
            bead = replace(bead, verdict=replace(bead.verdict, checks=checks))
        yield bead


def _read_filtered(store: Store, plan: ExportPlan) -> Iterator[BeadRecord]:
    rules = [rule.begin() for rule in plan.filters]
    return (bead for bead in _read_checked(store, plan) if all(keeps(bead) for keeps in rules))


def _explain(store: Store, plan: ExportPlan, *, as_json: bool) -> None:
    """Print which beads the rules of an export would drop."""
    effects = find_effects(plan.filters, _read_checked(store, plan))
    if as_json:
        say_json(_effects_as_json(effects))
    else:
        _print_effects(effects)


def _effects_as_json(effects: Explanation) -> dict[str, object]:
    """Return the effects of rules for ``--json``, with the fields of each example in one object."""
    values = asdict(effects)
    for effect, described in zip(effects.effects, values["effects"], strict=True):
        described["examples"] = [*map(_example_as_json, effect.examples)]
    return values


def _example_as_json(bead: BeadRecord) -> dict[str, object]:
    published = bead.pair.published
    texts = {"zh": bead.zh, "en": bead.en, "zh_raw": published.zh, "en_raw": published.en}
    values = {**to_values(bead), **texts}
    order = ("id", "briefing", *texts, *(name for name in FIELDS[2:] if name != "type"))
    # Fields that only exist in exported files are empty here.
    return {
        **{name: values[name] for name in order},
        "checksum": "",
        "context": [],
        "changed": bead.verdict.changed,
        "aside": {},
    }


def _print_effects(effects: Explanation) -> None:
    share = 100 / max(effects.read, 1)
    count = effects.read - effects.kept
    dropped = f"{count} dropped ({count * share:.1f}%)"
    say(f"{effects.read} beads: {effects.kept} kept, {dropped}")
    for effect in effects.effects:
        dropped = f"{effect.dropped} ({effect.dropped * share:.1f}%)"
        click.echo(f"\n{effect.name} drops {dropped}, {effect.only} that no other rule drops")
        for bead in effect.examples:
            zh, en = (",".join(map(str, numbers)) or "—" for numbers in bead.pair.index)
            say(f"  {bead.provenance.briefing} zh {zh} en {en}")
            for text in bead.pair.texts:
                say(f"    {shorten(' '.join(text.split()), 76) or '—'}")
    if effects.overlaps:
        click.echo("\ndropped by both rules")
    for overlap in effects.overlaps:
        say(f"{overlap.both:8}  {overlap.first}, {overlap.second}")


def _missing_parts(splits: Splits | None, done: ExportResult) -> list[str]:
    """Return the requested parts of the split that contain no briefing."""
    if splits is None:
        return []
    written = {part.name for part in done.parts}
    return [part for part in PARTS if splits.share(part) and part not in written]


def _print_result(splits: Splits | None, done: ExportResult) -> None:
    for file in done.files:
        say(str(file))
    _print_summary(splits, done)


def _print_summary(splits: Splits | None, done: ExportResult) -> None:
    """Print on stderr what was written and what was not."""
    back = " and read back" if done.format in FORMATS else ""
    said = [f"{done.pairs} of {done.read} beads written{back}"]
    said += [f"{count} dropped: {name}" for name, count in done.dropped if count]
    said += [f"{name} normalised in {count}" for name, count in done.normalised if count]
    if done.left_out:
        said.append(f"{done.left_out} skipped: not supported by {done.format}")
    if done.altered:
        said.append(f"{done.altered} with a character that {done.format} cannot contain")
    if empty := [f"no {part}" for part in _missing_parts(splits, done)]:
        said.append(f"{' and '.join(empty)} set: too few briefings, and none is split")
    if done.removed:
        said.append(f"removed from the earlier export: {', '.join(done.removed)}")
    if done.unkept:
        said.append(f"the split was not saved: {done.unkept}")
    say("; ".join(said), err=True)


@click.command("overlap")
@click.argument("file", nargs=-1, required=True, type=PATH)
@corpus_option
@split_options
@json_option
def overlap_command(
    file: tuple[Path, ...], corpus: str | None, as_json: bool, **choices: Any
) -> None:
    """Report which lines of test sets occur in the corpus.

    A test set is a file with lines of one language, a Moses pair (one of its files, or their common
    name), TSV, JSON Lines, or any other file that 'align import' reads. A line counts once in each
    part (train, dev, test): exact (both languages equal, except for case, spaces and punctuation),
    near (both are near-duplicates) or one-sided (one language only). 'align export --without FILE'
    drops such beads. The parts are those of an export with the same --dev, --test, --by-date and
    --reviewed-test.

    \b
    Examples:
      align overlap newstest.zh newstest.en
      align overlap --json devtest.jsonl > overlap.json
      align overlap --by-date 2031-06-01 devtest.jsonl
    """
    with open_corpus(corpus) as store:
        index = CorpusIndex(store.pairs())
        parts = decide_parts(store, _take_splits(choices)).parts
    sets = {list_files(path): path for path in file}
    found = [find_overlap(index, path, parts) for path in sets.values()]
    if as_json:
        say_json([_overlap_as_json(overlap) for overlap in found])
    else:
        for overlap in found:
            _print_overlap(overlap)


def _overlap_as_json(overlap: OverlapReport) -> dict[str, object]:
    """Return an overlap for ``--json``, with the part of each match as one of its fields."""
    matches = [{"part": part, **asdict(match)} for part, match in overlap.matches]
    return {**asdict(overlap), "matches": matches}


def _print_overlap(overlap: OverlapReport) -> None:
    say(f"{overlap.file}: {overlap.found} of {overlap.lines} lines occur in the corpus")
    head = "".join(f"{kind:>11}" for kind in KINDS)
    say(f"  part {head}")
    for part, counts in overlap.parts.items():
        row = "".join(f"{counts[kind]:11}" for kind in KINDS)
        say(f"  {part:5}{row}")
