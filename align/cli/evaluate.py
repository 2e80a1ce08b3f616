"""The command ``align evaluate``: score the aligner, or finished beads, against gold."""

from dataclasses import asdict
from pathlib import Path

import click

from ..encoders import load_configured
from ..errors import FormatError
from ..evaluate import Gold, ScoreComparison, Scores, compare, read_gold, score
from ..export.formats import ladder
from ..records import Bead
from ..settings import Settings
from .options import FOLDER, PATH, encoder_option, json_option, load_settings
from .output import say_json, show_bar, write

Run = tuple[Bead, ...]


@click.command("evaluate")
@click.argument("gold", nargs=-1, required=True, type=PATH)
@encoder_option
@click.option(
    "--engine",
    type=click.Choice(["lattice", "bertalign", "galechurch"]),
    default="lattice",
    show_default=True,
    help="The aligner that is scored.",
)
@click.option(
    "--beads",
    type=FOLDER,
    help="Score ladders of this folder (named like the gold, .ladder) instead of aligning.",
)
@click.option(
    "--against",
    type=FOLDER,
    help="Compare with the ladders of this folder: is the difference real?",
)
@click.option(
    "--save", type=FOLDER, help="Keep the ladders in this folder, for a later --beads or --against."
)
@json_option
def command(
    gold: tuple[Path, ...],
    encoder: str | None,
    engine: str,
    beads: Path | None,
    against: Path | None,
    save: Path | None,
    as_json: bool,
) -> None:
    """Score the aligner, or finished beads, against gold files.

    Strict: the same bead. Lax: a bead that shares a link with gold.

    \b
    Examples:
      align evaluate corpora/demo/gold.json
      align evaluate gold/*.json --save before && align evaluate gold/*.json --against before
    """
    golds = [read_gold(path) for path in gold]
    if beads is not None:
        runs, signature = _read_runs(beads, gold, golds), f"ladders of {beads}"
    else:
        runs, signature = _align(golds, load_settings(encoder=encoder), engine)
    if save is not None:
        for file, run in zip(_ladders(save, gold), runs, strict=True):
            write(map(ladder.format_bead, run), file)
    scores = score([(g.beads, run) for g, run in zip(golds, runs, strict=True)])
    versus = None
    if against is not None:
        versus = compare([g.beads for g in golds], runs, _read_runs(against, gold, golds))
    (_print_json if as_json else _print)(scores, signature, versus)


def _align(golds: list[Gold], chosen: Settings, engine: str) -> tuple[list[Run], str]:
    """Align every text; return the beads and the signature of what made them."""
    from .. import engines
    from ..match import Side, match

    runs, signature = [], ""
    model = load_configured(chosen) if engine != "galechurch" else None
    with show_bar("aligning", total=len(golds)) as progress:
        for gold in golds:
            progress.say(gold.id)
            if engine == "lattice" and model is not None:
                zh = Side(gold.zh, gold.zh_paragraphs, gold.zh_turns)
                en = Side(gold.en, gold.en_paragraphs, gold.en_turns)
                alignment = match(zh, en, model).alignment
                runs.append(alignment.beads)
                signature = alignment.signature
            else:
                runs.append(engines.align_with(engine, gold.zh, gold.en, encoder=model))
                signature = "|".join(filter(None, (engine, model.signature if model else "")))
            progress.step()
    return runs, signature


def _ladders(folder: Path, paths: tuple[Path, ...]) -> list[Path]:
    """Return the ladder of each gold file.

    :raises FormatError: when two gold files of different folders would share one.
    """
    files = [folder / f"{path.stem}.ladder" for path in paths]
    for number, file in enumerate(files):
        if file in files[:number]:
            first = paths[files.index(file)]
            raise FormatError(f"{first} and {paths[number]}: both would be {file}; rename one")
    return files


def _read_runs(folder: Path, paths: tuple[Path, ...], golds: list[Gold]) -> list[Run]:
    runs = []
    for file, gold in zip(_ladders(folder, paths), golds, strict=True):
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise FormatError(f"{file}: cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise FormatError(f"{file}: no ladder, it is not UTF-8 text") from error
        run = ladder.read_ladder(lines, name=str(file))
        ladder.check_coverage(run, len(gold.zh), len(gold.en), name=str(file))
        runs.append(run)
    return runs


def _print_json(scores: Scores, signature: str, versus: ScoreComparison | None) -> None:
    row = {**asdict(scores), "signature": signature}
    if versus is not None:
        row["comparison"] = {**asdict(versus), "real": versus.real}
    say_json(row, indent=1)


def _print(scores: Scores, signature: str, versus: ScoreComparison | None) -> None:
    click.echo(f"signature  {signature}\ntexts      {scores.texts}, {scores.beads} beads\n")
    click.echo("          precision  recall      F1")
    for name, row in (("strict", scores.strict), ("lax", scores.lax)):
        click.echo(f"{name:8}  {row.precision:9.4f}  {row.recall:6.4f}  {row.f1:6.4f}")
    interval = scores.strict_interval
    click.echo(f"strict F1, 95 % of resamples: {interval.low:.4f} to {interval.high:.4f}\n")
    click.echo("bead type  gold  found      F1")
    for kind in scores.types:
        click.echo(f"{kind.kind:9}  {kind.gold:4}  {kind.found:5}  {kind.f1:6.3f}")
    if scores.calibration is not None:
        worst = scores.calibration
        click.echo(f"\nexpected calibration error {worst.error:.4f}")
        click.echo(
            f"errors among the worst 10 % of beads {worst.worst_tenth:.0%}, "
            f"20 % {worst.worst_fifth:.0%}"
        )
        click.echo("\nprobability  right  beads")
        for point in worst.curve:
            click.echo(f"{point.probability:11.2f}  {point.right:5.2f}  {point.beads:5}")
    if versus is not None:
        verdict = "a real difference" if versus.real else "could be chance"
        click.echo(
            f"\nstrict F1 {versus.difference:+.4f} against the other run "
            f"({versus.interval.low:+.4f} to {versus.interval.high:+.4f}, p {versus.p:.3f}): "
            f"{verdict}"
        )
