"""``align texts``: align two plain texts."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ...aligner.encoders import load_configured, require_installed
from ...aligner.match.long_texts import Report
from ...aligner.text.strings import count_noun
from ...corpus.api import AlignmentResult, align_texts
from ...corpus.api.calibration import find_calibration
from ...corpus.api.progress import StageLines
from ...corpus.exchange.formats import ladder
from ...corpus.exchange.formats.tsv import escape_cell
from ...errors import N_, Message, TextError
from ...records import LANGUAGES, Bead
from ...sources.ingest.plain_text import cut_lines, make_text, split_columns
from ...sources.readers.documents import DOCUMENTS, decode_text, load_text
from .shared import (
    PATH,
    Bar,
    encoder_option,
    load_numba,
    load_settings,
    say,
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
