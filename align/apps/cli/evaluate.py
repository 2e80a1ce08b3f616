"""``align evaluate``: score the aligner, or existing alignments, against gold."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ...aligner.encoders import load_configured
from ...aligner.evaluate import Calibration, Gold, ScoreComparison, Scores, compare, score
from ...aligner.match import Side, match
from ...corpus.exchange.formats import ladder
from ...errors import N_, FormatError
from ...records import Bead
from ...settings import Settings
from .gold import EXAMPLE, load_golds, write_texts
from .shared import (
    FOLDER,
    PATH,
    encoder_option,
    json_option,
    load_settings,
    page_source_options,
    say_json,
    show_bar,
    write,
)


def _print_example(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    """Print a small gold file, and end the command."""
    if wanted and not context.resilient_parsing:
        click.echo(EXAMPLE.read_text(encoding="utf-8"), nl=False)
        context.exit()


@click.command("evaluate")
@click.argument("gold", nargs=-1, required=True, type=PATH)
@encoder_option
@click.option(
    "--engine",
    type=click.Choice(["lattice", "bertalign", "galechurch"]),
    default="lattice",
    show_default=True,
    help="Aligner to score.",
)
@click.option(
    "--beads",
    type=FOLDER,
    help="Score the ladders in this folder (named like the gold files) instead of aligning.",
)
@click.option(
    "--against",
    type=FOLDER,
    help="Test whether the difference from the ladders in this folder is significant.",
)
@click.option(
    "--save", type=FOLDER, help="Save the ladders to this folder, for a later --beads or --against."
)
@click.option(
    "--texts",
    type=FOLDER,
    help="Only write the sentences of the gold files to this folder, for another aligner.",
)
@click.option(
    "--example",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_example,
    help="Print a small gold file with all fields, and exit.",
)
@page_source_options
@json_option
def command(
    gold: tuple[Path, ...],
    encoder: str | None,
    engine: str,
    beads: Path | None,
    against: Path | None,
    save: Path | None,
    texts: Path | None,
    as_json: bool,
    capture: Path | None,
    **page_options: Any,
) -> None:
    """Score the aligner, or existing alignments, against gold.

    GOLD is a gold file, a folder of them, or the folder of a corpus: its briefings whose rows are
    all accepted or rejected. The texts of a rejected row count as untranslated.

    Strict scores count a bead only if it equals the gold bead; lax scores also count a bead that
    shares a link with a gold bead. Gold without text (corpora/gold) is joined with its pages, which
    are fetched, or read from the capture of --from.

    \b
    Examples:
      align evaluate --example > gold.json && align evaluate gold.json
      align evaluate gold/*.json --save before && align evaluate gold/*.json --against before
      align evaluate corpora/gold --from pages.warc.gz
      align evaluate corpora/mine --texts sentences   # for another aligner, then --beads
    """
    by_path = load_golds(gold, load_settings(**page_options), capture)
    if texts is not None:
        write_texts(texts, by_path)
        return
    paths, golds = tuple(by_path), list(by_path.values())
    if beads is not None:
        runs = _read_runs(beads, paths, golds)
        signature = f"ladders of {beads}"
    else:
        runs, signature = _align(golds, load_settings(encoder=encoder), engine)
    if save is not None:
        for file, run in zip(_ladders(save, paths), runs, strict=True):
            write(map(ladder.format_bead, run), file)
    scores = score([(one.beads, run) for one, run in zip(golds, runs, strict=True)])
    comparison = None
    if against is not None:
        others = _read_runs(against, paths, golds)
        comparison = compare([one.beads for one in golds], runs, others)
    if as_json:
        _print_json(scores, signature, comparison)
    else:
        _print_scores(scores, signature)
        if comparison is not None:
            _print_comparison(comparison)


def _align(golds: list[Gold], chosen: Settings, engine: str) -> tuple[list[tuple[Bead, ...]], str]:
    """Align every text; return the beads and the signature of the aligner."""
    from ...aligner import engines

    if engine in engines.ENGINES:
        engines.require_installed(engine)
    model = load_configured(chosen) if engine != "galechurch" else None
    runs: list[tuple[Bead, ...]] = []
    signature = "|".join([engine, model.signature] if model else [engine])
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
            progress.step()
    return runs, signature


def _ladders(folder: Path, paths: tuple[Path, ...]) -> list[Path]:
    """Return the ladder path of each gold file; raise an error if two files share one."""
    files = [folder / f"{path.stem}.ladder" for path in paths]
    for number, file in enumerate(files):
        if file in files[:number]:
            first = paths[files.index(file)]
            raise FormatError(
                N_("{first} and {second}: both would be written to {file}; rename one"),
                first=first,
                second=paths[number],
                file=file,
            )
    return files


def _read_runs(folder: Path, paths: tuple[Path, ...], golds: list[Gold]) -> list[tuple[Bead, ...]]:
    runs = []
    for file, gold in zip(_ladders(folder, paths), golds, strict=True):
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise FormatError(
                N_("{file}: not a readable ladder: {error}"), file=file, error=error
            ) from error
        run = ladder.read_ladder(lines, name=str(file))
        ladder.check_coverage(run, len(gold.zh), len(gold.en), name=str(file))
        runs.append(run)
    return runs


def _print_json(scores: Scores, signature: str, comparison: ScoreComparison | None) -> None:
    row = {**asdict(scores), "signature": signature}
    if comparison is not None:
        row["comparison"] = {**asdict(comparison), "real": comparison.real}
    say_json(row, indent=1)


def _print_scores(scores: Scores, signature: str) -> None:
    click.echo(f"signature  {signature}")
    click.echo(f"texts      {scores.texts}, {scores.beads} beads\n")
    click.echo("          precision  recall      F1")
    for name, row in (("strict", scores.strict), ("lax", scores.lax)):
        click.echo(f"{name:8}  {row.precision:9.4f}  {row.recall:6.4f}  {row.f1:6.4f}")
    interval = scores.strict_interval
    click.echo(f"strict F1, 95% of resamples: {interval.low:.4f} to {interval.high:.4f}\n")
    click.echo("bead type  gold  found      F1")
    for kind in scores.types:
        click.echo(f"{kind.kind:9}  {kind.gold:4}  {kind.found:5}  {kind.f1:6.3f}")
    if scores.calibration is not None:
        _print_calibration(scores.calibration)


def _print_calibration(calibration: Calibration) -> None:
    click.echo(f"\nexpected calibration error {calibration.error:.4f}")
    tenth, fifth = calibration.worst_tenth, calibration.worst_fifth
    click.echo(f"errors among the worst 10% of beads {tenth:.0%}, 20% {fifth:.0%}")
    click.echo("\nprobability  right  beads")
    for point in calibration.curve:
        click.echo(f"{point.probability:11.2f}  {point.right:5.2f}  {point.beads:5}")


def _print_comparison(comparison: ScoreComparison) -> None:
    interval = f"{comparison.interval.low:+.4f} to {comparison.interval.high:+.4f}"
    verdict = "significant" if comparison.real else "not significant"
    click.echo(
        f"\nstrict F1 {comparison.difference:+.4f} compared with the other run "
        f"({interval}, p {comparison.p:.3f}): {verdict}"
    )
