"""Flash cards for Anki: the id, the Chinese and the English text of a bead, with tabs between."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from align.corpus.exchange.formats import ExportHeader
from align.corpus.exchange.formats.record import FileRecord
from align.corpus.exchange.formats.text import read_lines
from align.corpus.exchange.formats.values import from_values
from align.errors import FormatError
from align.records import BeadRecord

HEAD = "#separator:tab"


def project_bead(bead: BeadRecord, header: ExportHeader) -> FileRecord | None:
    """Keep the id and the two texts on one line each, or nothing if a text is empty."""
    zh, en = _to_line(bead.zh), _to_line(bead.en)
    if not (zh and en):
        return None
    return from_values(zh, en, {"id": _to_line(bead.id or "")}, "cards")


def write(beads: Iterable[FileRecord], path: Path, header: ExportHeader) -> None:
    """Write one card a line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{HEAD}\n")
        for bead in beads:
            file.write(f"{bead.id}\t{bead.zh}\t{bead.en}\n")


def read(path: Path) -> Iterator[FileRecord]:
    """Yield the bead of each card."""
    for number, line in read_lines(path):
        if line == HEAD:
            continue
        where = f"{path.name}, line {number}"
        cells = line.split("\t")
        if len(cells) != 3:
            raise FormatError(f"{where}: {len(cells)} columns, expected id, Chinese and English")
        bead_id, zh, en = cells
        yield from_values(zh, en, {"id": bead_id}, where)


def _to_line(text: str) -> str:
    return " ".join(text.split())
