"""``align texts`` and ``evaluate``: align two plain texts, and score alignments against gold."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ...aligner.encoders import load_configured, require_installed
from ...aligner.evaluate import Gold, ScoreComparison, Scores, compare, score
from ...aligner.match import Side, match
from ...aligner.match.long_texts import Report
from ...aligner.text.strings import count_noun
from ...corpus.api import AlignmentResult, align_texts
from ...corpus.api.calibration import find_calibration
from ...corpus.api.progress import StageLines
from ...corpus.exchange.formats import ladder
from ...corpus.exchange.formats.tsv import escape_cell
from ...errors import N_, FormatError, Message, TextError
from ...records import LANGUAGES, Bead
from ...settings import Settings
from ...sources.ingest.plain_text import cut_lines, make_text, split_columns
from ...sources.readers.documents import DOCUMENTS, decode_text, load_text
from .gold import EXAMPLE, load_golds, write_texts
from .shared import (
    FOLDER,
    PATH,
    Bar,
    encoder_option,
    json_option,
    load_numba,
    load_settings,
    page_source_options,
    say,
    say_json,
    show_bar,
    write,
)
from .text_pairs import align_pairs

_STDIN = Path("-")


@click.command("texts")
@click.argument("zh", type=PATH, required=False)
@click.argument("en", type=PATH, required=False)
@click.option(
    "--pairs",
    type=PATH,
    metavar="FILE",
    help="A table of many pairs instead: two files or two texts per line, separated by a tab.",
)
@click.option(
    "--workers",
    default="1",
    metavar="N",
    show_default=True,
    help="With --pairs: number of processes, or tcp://host:port of a Dask scheduler.",
)
@click.option("--presegmented", is_flag=True, help="Both files have one sentence per line.")
@encoder_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["ladder", "tsv", "jsonl"]),
    help="ladder: sentence indices from 0 and probability; tsv, jsonl: also the texts.  [ladder; "
    "tsv with --pairs]",
)
@click.option("-o", "--output", type=PATH, help="Write to this file.")
def command(
    zh: Path | None,
    en: Path | None,
    pairs: Path | None,
    workers: str,
    presegmented: bool,
    encoder: str | None,
    form: str | None,
    output: Path | None,
) -> None:
    """Align two plain texts, Chinese first; needs no corpus.

    Each line is a paragraph, unless --presegmented is given. The name - stands for standard input.
    If both names are -, each input line contains a Chinese and an English line separated by a tab,
    as written by paste.

    \b
    Examples:
      align texts zh.txt en.txt --format tsv
      align texts zh.txt en.txt --presegmented > beads.txt
      paste zh.txt en.txt | align texts - -
      align texts --pairs pairs.tsv --workers 2 --format jsonl -o beads.jsonl
    """
    chosen = load_settings(encoder=encoder)
    require_installed(chosen.encoder)
    if pairs is not None:
        if zh is not None:
            raise click.UsageError("--pairs names the texts; leave ZH and EN out")
        if form == "ladder":
            raise click.UsageError("a ladder is of one pair; with --pairs use tsv or jsonl")
        count = int(workers) if workers.isdecimal() and int(workers) else workers
        load_numba()
        align_pairs(
            pairs,
            chosen,
            presegmented=presegmented,
            workers=count,
            form=form or "tsv",
            output=output,
        )
        return
    if zh is None or en is None:
        raise click.UsageError("name a Chinese and an English text, or --pairs FILE")
    loaded_sides = zip(LANGUAGES, _load_sides(zh, en, chosen.max_bytes), strict=True)
    left, right = (
        make_text(name, lines, language, presegmented=presegmented)
        for language, (name, lines) in loaded_sides
    )
    with show_bar("aligning") as progress:
        loaded = load_configured(chosen)
        load_numba()
        calibration = find_calibration(loaded.signature)
        result = align_texts(left, right, loaded, calibration, _report_on(progress))
        progress.step("aligned")
    write_form = _FORMS[form or "ladder"]
    write(write_form(result), output)
    for note in result.notes:
        say(f"note: {note}", err=True)
    if output is not None:
        click.echo(f"{output}: {count_noun(len(result), 'bead')}", err=True)


def _report_on(bar: Bar) -> Report:
    """Return a function that shows the progress of long texts: on the bar, or as lines."""
    if bar.progress.disable:
        return StageLines()

    def show(stage: str, done: int, total: int) -> None:
        bar.say(f"sentences {stage}")
        bar.at(done, total)

    return show


def _load_sides(zh: Path, en: Path, max_bytes: int) -> Iterator[tuple[str, list[str]]]:
    if zh == en == _STDIN:
        name, lines = _load(zh, max_bytes)
        yield from ((name, column) for column in split_columns(name, lines))
    else:
        yield from (_load(path, max_bytes) for path in (zh, en))


def _load(path: Path, max_bytes: int) -> tuple[str, list[str]]:
    if path.suffix.lower() in DOCUMENTS:
        raise TextError(
            N_(
                "{path}: not a plain text; align it with 'align add', or write its text with "
                "'align read --full'"
            ),
            path=path,
        )
    if path != _STDIN:
        return str(path), cut_lines(load_text(path, max_bytes=max_bytes).text)
    name = Message(N_("standard input"))
    body = sys.stdin.buffer.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise TextError(
            N_("{name}: larger than the limit of {max_bytes:.1f} MB (ALIGN_MAX_MB)"),
            name=name,
            max_bytes=max_bytes / 1e6,
        )
    if not body.strip():
        raise TextError(N_("{name} is empty"), name=name)
    return name, cut_lines(decode_text(Path(name), body).text)


def _ladder(result: AlignmentResult) -> Iterator[str]:
    beads = (Bead(bead.zh_index, bead.en_index, bead.probability) for bead in result)
    return map(ladder.format_bead, beads)


def _tsv(result: AlignmentResult) -> Iterator[str]:
    """Yield the columns of a bead in :mod:`align.corpus.exchange.formats.tsv`."""
    yield "\t".join(("zh_index", "en_index", "probability", "zh", "en"))
    for bead in result:
        numbers = (" ".join(map(str, indices)) for indices in (bead.zh_index, bead.en_index))
        chance = "" if bead.probability is None else f"{bead.probability:.4f}"
        yield "\t".join((*numbers, chance, escape_cell(bead.zh), escape_cell(bead.en)))


def _jsonl(result: AlignmentResult) -> Iterator[str]:
    for bead in result:
        numbers = {name: getattr(bead, name) for name in ("zh_index", "en_index", "probability")}
        row = {**numbers, "translation": {"zh": bead.zh, "en": bead.en}}
        yield json.dumps(row, ensure_ascii=False)


_FORMS = {"ladder": _ladder, "tsv": _tsv, "jsonl": _jsonl}


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
def evaluate_command(
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
    """Score the aligner, or existing alignments, against gold files or folders of them.

    Strict scores count a bead only if it equals the gold bead; lax scores also count a bead that
    shares a link with a gold bead. Gold without text (corpora/gold) is joined with its pages, which
    are fetched, or read from the capture of --from.

    \b
    Examples:
      align evaluate --example > gold.json && align evaluate gold.json
      align evaluate gold/*.json --save before && align evaluate gold/*.json --against before
      align evaluate corpora/gold --from pages.warc.gz
    """
    by_path = load_golds(gold, load_settings(**page_options), capture)
    if texts is not None:
        write_texts(texts, by_path)
        return
    gold, golds = tuple(by_path), list(by_path.values())
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
    if as_json:
        _print_json(scores, signature, versus)
    else:
        _print(scores, signature, versus)


def _align(golds: list[Gold], chosen: Settings, engine: str) -> tuple[list[tuple[Bead, ...]], str]:
    """Align every text; return the beads and the signature of the aligner."""
    from ...aligner import engines

    runs, signature = [], ""
    if engine in engines.ENGINES:
        engines.require_installed(engine)
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
    click.echo(f"strict F1, 95% of resamples: {interval.low:.4f} to {interval.high:.4f}\n")
    click.echo("bead type  gold  found      F1")
    for kind in scores.types:
        click.echo(f"{kind.kind:9}  {kind.gold:4}  {kind.found:5}  {kind.f1:6.3f}")
    if scores.calibration is not None:
        worst = scores.calibration
        click.echo(f"\nexpected calibration error {worst.error:.4f}")
        tenth, fifth = worst.worst_tenth, worst.worst_fifth
        click.echo(f"errors among the worst 10% of beads {tenth:.0%}, 20% {fifth:.0%}")
        click.echo("\nprobability  right  beads")
        for point in worst.curve:
            click.echo(f"{point.probability:11.2f}  {point.right:5.2f}  {point.beads:5}")
    if versus is not None:
        verdict = "significant" if versus.real else "not significant"
        range_ = f"{versus.interval.low:+.4f} to {versus.interval.high:+.4f}, p {versus.p:.3f}"
        difference = f"{versus.difference:+.4f} compared with the other run"
        click.echo(f"\nstrict F1 {difference} ({range_}): {verdict}")
