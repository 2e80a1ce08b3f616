"""A Moses pair: two text files, line n of one is the translation of line n of the other.

No line is ever blank, because a blank line reads as a lost one: a bead with an empty side is left
out. Line ends and tabs inside a text become a blank. A file holds nothing else of a bead.
"""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

from ...errors import FormatError
from ...records import ExportedBead
from . import FORMATS, ExportHeader
from .text import read_lines

# Whatever some program takes for the end of a line, or for nothing at all.
_BLANKS = {
    ord(char): " " for char in "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\u2028\u2029\x00\ufeff\xa0\u3000"
}


def project_bead(pair: ExportedBead, header: ExportHeader) -> ExportedBead | None:
    """Keep nothing but the two texts, each on one line."""
    zh, en = _line(pair.zh), _line(pair.en)
    if not (zh and en):
        return None
    return ExportedBead("", "", zh=zh, en=en, zh_raw=zh, en_raw=en)


def _line(text: str) -> str:
    return " ".join(text.translate(_BLANKS).split())


def write(pairs: Iterable[ExportedBead], path: Path, header: ExportHeader) -> int:
    """Write ``path.zh`` and ``path.en``."""
    zh_path, en_path = FORMATS["moses"].files(path)
    count = 0
    with (
        zh_path.open("w", encoding="utf-8", newline="\n") as zh,
        en_path.open("w", encoding="utf-8", newline="\n") as en,
    ):
        for pair in pairs:
            zh.write(pair.zh + "\n")
            en.write(pair.en + "\n")
            count += 1
    return count


def read(path: Path) -> Iterator[ExportedBead]:
    """Yield the bead of each line.

    :raises FormatError: when a line is blank, or one file is longer than the other.
    """
    zh_path, en_path = FORMATS["moses"].files(path)
    for number, (zh, en) in enumerate(zip_longest(_texts(zh_path), _texts(en_path)), start=1):
        if zh is None or en is None:
            short = zh_path if zh is None else en_path
            raise FormatError(f"{short.name}: ends before line {number}, the other file goes on")
        yield ExportedBead("", "", zh=zh, en=en, zh_raw=zh, en_raw=en)


def _texts(path: Path) -> Iterator[str]:
    for number, text in read_lines(path):
        if not text.strip():
            raise FormatError(f"{path.name}, line {number}: blank; the lines cannot be matched")
        yield text
