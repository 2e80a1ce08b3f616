"""The command ``align texts``: align two plain texts."""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from ..encoders import load_configured
from ..errors import TextError
from ..export.formats import ladder
from ..export.formats.tsv import escape_cell
from ..ingest.plain_text import check_languages, cut_lines, make_text, split_columns
from ..match import Matching, Side, match
from ..readers.load import decode_text, load_text
from ..records import LANGUAGES, Bead
from ..text.strings import count_noun
from .options import PATH, encoder_option, load_settings
from .output import show_bar, write

_STDIN = Path("-")


@click.command("texts")
@click.argument("zh", type=PATH)
@click.argument("en", type=PATH)
@click.option("--presegmented", is_flag=True, help="One sentence a line, in both files.")
@encoder_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["ladder", "tsv", "jsonl"]),
    default="ladder",
    show_default=True,
    help="ladder: indices from 0 and probability; tsv, jsonl: with the texts.",
)
@click.option("-o", "--output", type=PATH, help="Write to this file.")
def command(
    zh: Path, en: Path, presegmented: bool, encoder: str | None, form: str, output: Path | None
) -> None:
    """Align two plain texts, Chinese first. Without --presegmented a line is a paragraph.

    A text named - comes from standard input. Where both are, each line of it holds a Chinese and an
    English line with a tab between them, as paste writes them.

    \b
    Examples:
      align texts zh.txt en.txt --format tsv
      align texts zh.txt en.txt --presegmented > beads.txt
      paste zh.txt en.txt | align texts - -
    """
    chosen = load_settings(encoder=encoder)
    left, right = (
        make_text(name, lines, language, presegmented=presegmented)
        for language, (name, lines) in zip(
            LANGUAGES, _load_sides(zh, en, chosen.max_bytes), strict=True
        )
    )
    check_languages(left, right)
    with show_bar("aligning") as progress:
        loaded = load_configured(chosen)
        _load_numba()
        matching = match(left.side, right.side, loaded)
        progress.step("aligned")
    write(_FORMS[form](matching, left.side, right.side), output)
    if output is not None:
        click.echo(f"{output}: {count_noun(len(matching.alignment.beads), 'bead')}", err=True)


def _load_numba() -> None:
    """Load numba as where no scipy is installed: it wants scipy for matrix products only.

    Not for those who import align: products in their own compiled functions would fail.
    """
    if "scipy" not in sys.modules:
        sys.modules["scipy"] = None  # type: ignore[assignment] # Python's mark for: not to be had
        try:
            importlib.import_module("numba.np.arraymath")
        finally:
            del sys.modules["scipy"]


def _load_sides(zh: Path, en: Path, max_bytes: int) -> Iterator[tuple[str, list[str]]]:
    """Yield the name and the lines of both texts.

    :raises TextError: as :func:`load_bytes`, and when a text is binary or cannot be decoded.
    """
    if zh == en == _STDIN:
        name, lines = _load(zh, max_bytes)
        yield from ((name, column) for column in split_columns(name, lines))
    else:
        yield from (_load(path, max_bytes) for path in (zh, en))


def _load(path: Path, max_bytes: int) -> tuple[str, list[str]]:
    if path != _STDIN:
        return str(path), cut_lines(load_text(path, max_bytes=max_bytes).text)
    name = "standard input"
    body = sys.stdin.buffer.read(max_bytes + 1)
    if len(body) > max_bytes:
        limit = f"the limit is {max_bytes / 1e6:.1f} MB (ALIGN_MAX_MB)"
        raise TextError(f"{name} is too large; {limit}")
    if not body.strip():
        raise TextError(f"{name} is empty")
    return name, cut_lines(decode_text(Path(name), body).text)


def _ladder(matching: Matching, _zh: Side, _en: Side) -> Iterator[str]:
    return map(ladder.format_bead, matching.alignment.beads)


def _tsv(matching: Matching, zh: Side, en: Side) -> Iterator[str]:
    """Yield the columns that :mod:`align.export.formats.tsv` has of a bead."""
    yield "\t".join(("zh_index", "en_index", "probability", "zh", "en"))
    for bead in matching.alignment.beads:
        numbers = (" ".join(map(str, indices)) for indices in (bead.zh, bead.en))
        yield "\t".join((*numbers, _shown(bead), *map(escape_cell, _texts(bead, zh, en))))


def _jsonl(matching: Matching, zh: Side, en: Side) -> Iterator[str]:
    for bead in matching.alignment.beads:
        left, right = _texts(bead, zh, en)
        row = {
            "zh_index": bead.zh,
            "en_index": bead.en,
            "probability": bead.probability,
            "translation": {"zh": left, "en": right},
        }
        yield json.dumps(row, ensure_ascii=False)


_FORMS: dict[str, Callable[[Matching, Side, Side], Iterator[str]]] = {
    "ladder": _ladder,
    "tsv": _tsv,
    "jsonl": _jsonl,
}


def _texts(bead: Bead, zh: Side, en: Side) -> tuple[str, str]:
    return (
        "".join(zh.sentences[index] for index in bead.zh),
        " ".join(en.sentences[index] for index in bead.en),
    )


def _shown(bead: Bead) -> str:
    return "" if bead.probability is None else f"{bead.probability:.4f}"
