"""``align overlap``: what of the corpus stands in test sets of others."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ..export.overlap import KINDS, CorpusIndex, OverlapReport, find_overlap, list_files
from ..export.run import decide_parts
from ..export.splits import Splits
from .export import read_splits, split_options
from .options import corpus_option, json_option, open_corpus
from .output import say


@click.command("overlap")
@click.argument("file", nargs=-1, required=True, type=click.Path(path_type=Path))
@corpus_option
@split_options
@json_option
def command(file: tuple[Path, ...], corpus: str | None, as_json: bool, **choices: Any) -> None:
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
        click.echo(json.dumps([_to_json(one) for one in found], ensure_ascii=False))
        return
    for overlap in found:
        _print_table(overlap)


def _to_json(overlap: OverlapReport) -> dict[str, object]:
    matches = [{"part": part, **asdict(match)} for part, match in overlap.matches]
    return {**asdict(overlap), "file": str(overlap.file), "matches": matches}


def _print_table(overlap: OverlapReport) -> None:
    say(f"{overlap.file}: {overlap.found} of {overlap.lines} lines stand in the corpus")
    click.echo("".join(["  part ", *(f"{kind:>11}" for kind in KINDS)]))
    for part, counts in overlap.parts.items():
        click.echo("".join([f"  {part:5}", *(f"{counts[kind]:11}" for kind in KINDS)]))
