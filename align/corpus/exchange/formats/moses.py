"""A Moses pair: two text files, line n of one is the translation of line n of the other.

Line n of a third file, which may be missing, has the id and the probability of the bead. Other
tools treat an empty line as a missing one, so a bead with an empty text is skipped. Line ends and
tabs become spaces.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path

from ....errors import N_, FormatError
from ....records import BeadRecord, Pair
from . import FORMATS, ExportHeader
from .record import FileRecord
from .text import read_lines
from .values import from_values, to_text

# Characters that some programs treat as the end of a line, or ignore.
_BLANKS = {
    ord(char): " " for char in "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\u2028\u2029\x00\ufeff\xa0\u3000"
}


def project_bead(bead: BeadRecord, header: ExportHeader) -> FileRecord | None:
    """Keep the two texts, each on one line, id and probability."""
    texts = bead.pair.texts.map(_line)
    if not all(texts):
        return None
    return FileRecord(
        id=_line(bead.id or "") or None,
        pair=Pair(texts, probability=bead.pair.probability),
    )


def _line(text: str) -> str:
    return " ".join(text.translate(_BLANKS).split())


def write(beads: Iterable[FileRecord], path: Path, header: ExportHeader) -> None:
    """Write ``path.zh``, ``path.en`` and ``path.ids``."""
    with ExitStack() as opened:
        files = [
            opened.enter_context(file.open("w", encoding="utf-8", newline="\n"))
            for file in FORMATS["moses"].files(path)
        ]
        for bead in beads:
            known = f"{to_text(bead.id)}\t{to_text(bead.pair.probability)}"
            lines = (bead.zh, bead.en, known)
            for file, line in zip(files, lines, strict=True):
                file.write(f"{line}\n")


def read(path: Path) -> Iterator[FileRecord]:
    """Yield the bead of each line."""
    paths = FORMATS["moses"].files(path)
    there = paths if paths[2].is_file() else paths[:2]
    lines = zip_longest(*(_texts(file, blank=file == paths[2]) for file in there))
    for number, (zh, en, *known) in enumerate(lines, start=1):
        for file, text in zip(there, (zh, en, *known), strict=True):
            if text is None:
                raise FormatError(
                    N_("{name}: ends before line {number}, but the other file continues"),
                    name=file.name,
                    number=number,
                )
        cells = "".join(known).split("\t")  # of other tools there are more, or none
        fields = {"id": cells[0], "probability": cells[1]} if len(cells) == 2 else {}
        yield from_values(zh, en, fields, f"{paths[2].name}, line {number}")


def _texts(path: Path, *, blank: bool) -> Iterator[str]:
    for number, text in read_lines(path):
        if not blank and not text.strip():
            raise FormatError(
                N_("{name}, line {number}: empty line; the lines cannot be matched"),
                name=path.name,
                number=number,
            )
        yield text
