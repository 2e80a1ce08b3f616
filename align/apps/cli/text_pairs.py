"""``align texts --pairs``: many pairs of texts from a table, one pair per line."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from ...corpus.api import AlignmentResult, Texts
from ...corpus.api.many import align_many
from ...corpus.exchange.formats.tsv import unescape_cell
from ...errors import N_, AlignError, Message, TextError
from ...settings import Settings
from ...sources.ingest.plain_text import cut_lines
from ...sources.local_files import load_text
from .bead_lines import COLUMNS, to_cells, to_json
from .shared import Bar, say, show_bar, write

STDIN = Path("-")

Row = tuple[Texts, Texts] | AlignError


def align_pairs(
    table: Path,
    chosen: Settings,
    *,
    presegmented: bool,
    workers: int | str,
    form: str,
    output: Path | None,
) -> None:
    """Align the pairs of a table and write their beads; report failed pairs on stderr.

    :raises TextError: if the table cannot be read, or some pairs failed.
    """
    failed: list[AlignmentResult] = []
    pairs = _read_pairs(table, chosen.max_bytes, presegmented=presegmented)
    with show_bar("aligning") as progress:
        results = align_many(pairs, workers=workers, encoder=chosen.encoder)
        write(_FORMS[form](_keep_failed(results, failed, progress)), output)
    if failed:
        raise TextError(
            N_("{table}: {count} pairs were not aligned; the lines above say why"),
            table=table,
            count=len(failed),
        )


def _keep_failed(
    results: Iterable[AlignmentResult], failed: list[AlignmentResult], progress: Bar
) -> Iterator[AlignmentResult]:
    """Yield all results; report those with an error, and collect them."""
    for result in results:
        progress.step()
        if result.error is not None:
            failed.append(result)
            say(f"align: {result.error}", err=True)
        for note in result.notes:
            say(f"note: pair {result.pair}: {note}", err=True)
        yield result


def _read_pairs(table: Path, max_bytes: int, *, presegmented: bool) -> Iterator[Row]:
    """Yield the pair of each line: two texts, or the texts of two files.

    If both cells of the first line are existing files, every line names files.
    """
    names_files: bool | None = None
    for number, line in enumerate(_read_lines(table), 1):
        cells = line.split("\t")
        if len(cells) != 2:
            yield TextError(
                N_("line {number} has {count} tabs; it needs one, between Chinese and English"),
                number=number,
                count=len(cells) - 1,
            )
            continue
        files = [table.parent / cell for cell in cells]
        if names_files is None:
            names_files = all(_is_file(file) for file in files)
        if names_files:
            try:
                zh, en = (load_text(file, max_bytes=max_bytes).text for file in files)
            except AlignError as error:
                yield error
                continue
        else:
            zh, en = map(unescape_cell, cells)
        if presegmented:
            yield cut_lines(zh), cut_lines(en)
        else:
            yield zh, en


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a text that is too long for a name
        return False


def _read_lines(table: Path) -> Iterator[str]:
    """Yield the lines of a table in UTF-8, a few at a time."""
    with ExitStack() as stack:
        file: IO[bytes] = sys.stdin.buffer
        try:
            if table != STDIN:
                file = stack.enter_context(table.open("rb"))
            for number, line in enumerate(file, 1):
                yield _decode(table, number, line).rstrip("\r\n")
        except OSError as error:
            raise TextError(
                N_("{table}: cannot be read: {reason}"), table=table, reason=error.strerror
            ) from error


def _decode(table: Path, number: int, line: bytes) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise TextError(
            N_("{table}, line {number}: not UTF-8; save the table as UTF-8"),
            table=Message(N_("standard input")) if table == STDIN else table,
            number=number,
        ) from error


def _as_tsv(results: Iterable[AlignmentResult]) -> Iterator[str]:
    """Yield the rows of a table, the names of the columns first; a failed pair has no row."""
    yield "\t".join(("pair", *COLUMNS))
    for result in results:
        for bead in result.beads:
            yield "\t".join((str(result.pair), *to_cells(bead)))


def _as_jsonl(results: Iterable[AlignmentResult]) -> Iterator[str]:
    """Yield one object per pair: its beads, or its error."""
    for result in results:
        row: dict[str, object] = {"pair": result.pair}
        if result.error is not None:
            row |= {"error": str(result.error), "code": result.error.code}
        else:
            row["beads"] = [to_json(bead) for bead in result.beads]
        yield json.dumps(row, ensure_ascii=False)


_FORMS = {"tsv": _as_tsv, "jsonl": _as_jsonl}
