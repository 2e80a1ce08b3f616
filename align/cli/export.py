"""``align export``: the corpus in a format that others read."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from ..errors import AlignError
from ..export.filters import FILTERS, BeadFilter, Explanation, explain, parse
from ..export.formats import FORMATS
from ..export.run import Exported, export
from ..export.splits import PARTS, Splits
from ..export.standoff import take_apart
from ..records import ExportedBead
from ..store import Store
from .options import corpus_option, json_option, open_corpus
from .output import counted, say
from .progress import Bar, bar
from .show import full_id

Command = TypeVar("Command", bound=Callable[..., Any])

_STRIDE = 100

_RULES = "; ".join(rule.usage for rule in FILTERS.values())


def _cleaning(function: Command) -> Command:
    """Add the options that choose and divide beads."""
    for option in (
        click.option(
            "--filter",
            "rules",
            multiple=True,
            metavar="RULE",
            help=f"A cleaning rule; may be repeated: {_RULES}",
        ),
        click.option("--explain", is_flag=True, help="Only say what the rules would drop."),
        click.option("--split", is_flag=True, help="Divide into train, dev, test by briefing."),
        click.option("--dev", type=float, default=0.1, show_default=True, help="Share of dev."),
        click.option("--test", type=float, default=0.1, show_default=True, help="Share of test."),
        click.option("--reviewed-test", is_flag=True, help="Only accepted beads in test."),
    ):
        function = option(function)
    return function


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, "apart"]),
    required=True,
    help="The format; apart: places and checksums of the beads, without any text.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file; a folder gets a data card too.  [default: NAME.FORMAT here]",
)
@corpus_option
@click.option("--briefing", multiple=True, help="Only this briefing; may be repeated.")
@_cleaning
@click.option("--raw", is_flag=True, help="Put the text as published beside the corrected one.")
@click.option("--zh-code", default="zh", show_default=True, help="The code for Chinese: zh-CN …")
@click.option("--en-code", default="en", show_default=True, help="The code for English: en-US …")
@click.option("--no-checks", is_flag=True, help="Leave the checks of numbers and names out.")
@json_option
def command(
    form: str,
    output: Path | None,
    corpus: str | None,
    briefing: tuple[str, ...],
    rules: tuple[str, ...],
    explain: bool,
    split: bool,
    dev: float,
    test: float,
    reviewed_test: bool,
    raw: bool,
    zh_code: str,
    en_code: str,
    no_checks: bool,
    as_json: bool,
) -> None:
    """Write the corpus in a format that others read. The file is read back before it is announced.

    \b
    Examples:
      align export --format tmx -o briefings.tmx
      align export --format tsv --filter status=accepted --filter complete --explain
      align export --format parquet --split -o dataset      # a folder for load_dataset
    """
    if form == "apart":
        _apart(corpus, output)
        return
    filters = [_known(parse(rule)) for rule in rules]
    splits = Splits(dev, test, reviewed_test) if split else None
    check = None if no_checks else failed_checks
    with open_corpus(corpus) as store, bar("exporting") as progress:
        chosen = [full_id(store, name) for name in briefing] or None
        if explain:
            _tell_effects(_explained(store, chosen, filters, check), as_json)
            return
        progress.total(_count(store, chosen) * (3 if splits else 2))
        name = str(store.card.get("name", "corpus"))
        done = export(
            store,
            form,
            output or Path(name if splits else f"{name}{FORMATS[form].suffix}"),
            filters=filters,
            split=splits,
            raw=raw,
            zh=zh_code,
            en=en_code,
            briefings=chosen,
            check=check,
            progress=_every(progress),
        )
    _tell(done, splits, as_json)


def _known(rule: BeadFilter) -> BeadFilter:
    """Refuse a rule about checks that there are not: it would drop nothing, and say nothing."""
    from ..checks import IssueKind

    kinds = get_args(IssueKind)
    for kind in getattr(rule, "kinds", ()):
        if kind not in kinds:
            raise AlignError(
                f"{rule.name!r}: no check is called {kind}; there are {', '.join(kinds)}"
            )
    return rule


def _every(progress: Bar) -> Callable[[int], None]:
    """Move a bar in strides: to move it for each bead would take as long as to write the bead."""

    def told(count: int) -> None:
        if count % _STRIDE == 0:
            progress.step(done=_STRIDE)

    return told


def _apart(corpus: str | None, output: Path | None) -> None:
    with open_corpus(corpus) as store:
        output = output or Path(f"{store.card.get('name', 'corpus')}.apart.jsonl")
        taken = take_apart(store, output)
    click.echo(str(output))
    there = counted(taken.briefings, "briefing")
    click.echo(f"{counted(taken.beads, 'bead')} of {there}, without text", err=True)


def _count(store: Store, chosen: Sequence[str] | None) -> int:
    return sum(row.beads for row in store.briefings() if chosen is None or row.id in chosen)


def _explained(
    store: Store,
    chosen: Sequence[str] | None,
    filters: Sequence[BeadFilter],
    check: Callable[[ExportedBead], tuple[str, ...]] | None,
) -> Explanation:
    from dataclasses import replace

    pairs = store.pairs(chosen)
    if check is not None:
        pairs = (replace(pair, checks=check(pair)) for pair in pairs)
    return explain(filters, pairs)


def _tell_effects(effects: Explanation, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(effects), ensure_ascii=False, default=str))
        return
    share = 100 / max(effects.read, 1)
    click.echo(
        f"{effects.read} beads: {effects.kept} stay, {effects.dropped} are dropped "
        f"({effects.dropped * share:.1f} %)"
    )
    for effect in effects.effects:
        click.echo(
            f"\n{effect.name} drops {effect.dropped} ({effect.dropped * share:.1f} %), "
            f"{effect.only} of them alone"
        )
        for pair, why in zip(effect.examples, effect.reasons, strict=True):
            say(_example(pair, why))
    if effects.overlaps:
        click.echo("\nboth drop")
    for overlap in effects.overlaps:
        click.echo(f"{overlap.both:8}  {overlap.first}, {overlap.second}")


def _example(pair: ExportedBead, why: str) -> str:
    """Show a bead: where it stands, why it is dropped, and the beginning of both texts."""
    zh, en = (",".join(map(str, numbers)) or "—" for numbers in (pair.zh_index, pair.en_index))
    head = f"  {pair.briefing} zh {zh} en {en}" + (f": {why}" if why else "")
    texts = (shorten(" ".join(text.split()), 76) or "—" for text in (pair.zh, pair.en))
    return "\n    ".join((head, *texts))


def shorten(text: str, width: int) -> str:
    """Cut a text that is too long for a line."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _tell(done: Exported, splits: Splits | None, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False, default=str))
        return
    for file in done.files:
        click.echo(str(file))
    said = [f"{done.pairs} of {done.read} beads written and read back"]
    said += [f"{count} dropped by {name}" for name, count in done.dropped if count]
    if done.left_out:
        said.append(f"{done.left_out} that {done.format} cannot hold left out")
    if done.altered:
        said.append(f"{done.altered} with a character that {done.format} cannot hold")
    there = {part.name for part in done.parts}
    wanted = [part for part in PARTS if splits is not None and splits.share(part)]
    if empty := [f"no {part}" for part in wanted if part not in there]:
        said.append(f"{' and '.join(empty)} part: the briefings do not suffice, and none is cut")
    if done.leaks is not None and done.leaks.count:
        said.append(f"{done.leaks.count} alike across parts (the card lists them)")
    click.echo("; ".join(said), err=True)


def failed_checks(pair: ExportedBead) -> tuple[str, ...]:
    """Name the kinds of checks that a bead fails, each once."""
    from ..checks import check

    return tuple(dict.fromkeys(issue.kind for issue in check(pair.zh, pair.en)))
