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
from ...errors import N_, Message, TextError
from ...records import Bead
from ...sources.ingest.plain_text import cut_lines, make_text, split_columns
from ...sources.local_files import DOCUMENTS, decode_text, load_text
from .bead_lines import COLUMNS, to_cells, to_json
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
from .text_pairs import STDIN, align_pairs


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
        load_numba()
        align_pairs(
            pairs,
            chosen,
            presegmented=presegmented,
            workers=_read_workers(workers),
            form=form or "tsv",
            output=output,
        )
        return
    if zh is None or en is None:
        raise click.UsageError("name a Chinese and an English text, or --pairs FILE")
    zh_lines, en_lines = _load_sides(zh, en, chosen.max_bytes)
    left = make_text(*zh_lines, "zh", presegmented=presegmented)
    right = make_text(*en_lines, "en", presegmented=presegmented)
    with show_bar("aligning") as progress:
        loaded = load_configured(chosen)
        load_numba()
        calibration = find_calibration(loaded.signature)
        result = align_texts(left, right, loaded, calibration, _report_on(progress))
        progress.step("aligned")
    to_lines = _FORMS[form or "ladder"]
    write(to_lines(result), output)
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


def _read_workers(text: str) -> int | str:
    """Return a number of processes as a number; the address of a scheduler stays a text."""
    if text.isdecimal() and int(text) > 0:
        return int(text)
    return text


NamedLines = tuple[str, list[str]]
"""The name of a text for messages, and its lines."""


def _load_sides(zh: Path, en: Path, max_bytes: int) -> tuple[NamedLines, NamedLines]:
    """Load the Chinese and the English text, or both columns of standard input."""
    if zh == en == STDIN:
        name, lines = _load(STDIN, max_bytes)
        zh_column, en_column = split_columns(name, lines)
        return (name, zh_column), (name, en_column)
    return _load(zh, max_bytes), _load(en, max_bytes)


def _load(path: Path, max_bytes: int) -> NamedLines:
    if path.suffix.lower() in DOCUMENTS:
        raise TextError(
            N_(
                "{path}: not a plain text; align it with 'align add', or write its text with "
                "'align read --full'"
            ),
            path=path,
        )
    if path != STDIN:
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
    """Yield the rows of a table that ``align import`` reads, the names of the columns first."""
    yield "\t".join(COLUMNS)
    for bead in result:
        yield "\t".join(to_cells(bead))


def _jsonl(result: AlignmentResult) -> Iterator[str]:
    for bead in result:
        yield json.dumps(to_json(bead), ensure_ascii=False)


_FORMS = {"ladder": _ladder, "tsv": _tsv, "jsonl": _jsonl}
