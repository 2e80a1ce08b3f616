"""``align texts``: align two plain texts."""

from pathlib import Path

import click

from ...settings import count_processors
from ...sources.ingest.second_process import SecondProcess
from .shared import PATH, encoder_option, load_numba, load_settings

LONG_TEXTS = 400_000
"""Bytes of both files from which a second process does a part of the work.

Starting it takes half a second of a processor; with 220,000 bytes, that was as much as it saved.
"""


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
    if pairs is not None:
        if zh is not None:
            raise click.UsageError("--pairs names the texts; leave ZH and EN out")
        if form == "ladder":
            raise click.UsageError("a ladder is of one pair; with --pairs use tsv or jsonl")
        from .text_pairs import align_pairs

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
    size = sum(path.stat().st_size for path in (zh, en) if path.is_file())
    is_long = size >= LONG_TEXTS and count_processors() > 1
    with SecondProcess("align.aligner.segment", is_wanted=is_long) as second:
        from .two_texts import align_two  # imports the aligner, while the second process starts

        align_two(
            zh, en, chosen, second, presegmented=presegmented, form=form or "ladder", output=output
        )


def _read_workers(text: str) -> int | str:
    """Return a number of processes as a number; the address of a scheduler stays a text."""
    if text.isdecimal() and int(text) > 0:
        return int(text)
    return text
