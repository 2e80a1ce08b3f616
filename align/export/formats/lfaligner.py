"""Tab files of LF Aligner: no header; the two texts, then perhaps columns of notes. Reading only.

``~~~`` inside a cell is LF Aligner's mark between sentences that it merged.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ...errors import FormatError
from ...records import GAP, ExportedBead
from . import ExportHeader
from .lines import read_lines

_HAN = re.compile("[\u3400-\u9fff]")
_MERGED = re.compile(r"\s*~~~\s*")
_SAMPLE = 200
"""Lines that are looked at to find out which column is Chinese."""


def project_bead(pair: ExportedBead, header: ExportHeader) -> ExportedBead | None:
    """Keep nothing: this format is only read."""
    raise FormatError("lfaligner: this format can only be read; write tsv instead")


def write(pairs: Iterable[ExportedBead], path: Path, header: ExportHeader) -> int:
    """Refuse: this format is only read."""
    raise FormatError("lfaligner: this format can only be read; write tsv instead")


def read(path: Path) -> Iterator[ExportedBead]:
    """Yield the pair of each line; the Chinese column is found by its characters.

    :raises FormatError: when a line has one column, or neither of the first two is Chinese.
    """
    zh_first = _zh_first(path)
    for number, line in read_lines(path):
        if not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) < 2:
            raise FormatError(f"{path.name}, line {number}: one column; there must be two texts")
        zh, en = cells[:2] if zh_first else (cells[1], cells[0])
        zh, en = (
            _MERGED.sub(GAP["zh"], zh.strip()),
            _MERGED.sub(GAP["en"], en.strip()),
        )
        if zh or en:
            yield ExportedBead("", "", zh=zh, en=en, zh_raw=zh, en_raw=en)


def _zh_first(path: Path) -> bool:
    counts = [0, 0]
    for number, line in read_lines(path):
        for at, text in enumerate(line.split("\t")[:2]):
            counts[at] += len(_HAN.findall(text))
        if number >= _SAMPLE:
            break
    if counts[0] == counts[1]:
        raise FormatError(f"{path.name}: neither of the first two columns is Chinese")
    return counts[0] > counts[1]
