"""Text files of other tools: their lines, their language codes, and the sentences of a bead."""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ....errors import N_, FormatError
from ....records import GAP, BeadRecord, Language
from ....sources.limits import LONGEST_LINE
from ....sources.web.charset import LEGACY_CHINESE, decode

_CODES: dict[str, Language] = {
    "zh": "zh",
    "zho": "zh",
    "chi": "zh",
    "cmn": "zh",
    "chinese": "zh",
    "中文": "zh",
    "en": "en",
    "eng": "en",
    "english": "en",
    "英文": "en",
}
_SAMPLE = 200_000  # bytes in which the encoding shows
_UNDECODED = re.compile("[\ud800-\udfff]")
_ENDS: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"[。！？…；]+[”’」』）)]*(?=.)", re.DOTALL),
    "en": re.compile(r"[.!?]+[\"'”’)]*(?= \S)"),
}
_PLACES: dict[Language, re.Pattern[str]] = {  # in English no two without a word between them
    "zh": re.compile(r"(?<=.)(?=.)", re.DOTALL),
    "en": re.compile(r"(?<=\S)(?= .)", re.DOTALL),
}


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number from 1, line without its end) of a text file, one at a time.

    Only a line feed ends a line (with a carriage return before it or not), so that U+2028 and
    its like stay inside theirs. A byte order mark at the start is dropped. Without one the file is
    UTF-8, or the GB18030 or Big5 that a Chinese Windows writes.
    """
    number, wide = 0, False
    try:
        with path.open("rb") as file:
            wide = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        for number, line in enumerate(_read_wide(path) if wide else _read_bytes(path), start=1):
            if _UNDECODED.search(line):
                raise UnicodeError
            yield number, line.removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise FormatError(
            N_("{path}: {strerror}"), path=path, strerror=error.strerror or error
        ) from error
    except UnicodeError:
        failed = number if wide else number + 1  # bytes are decoded before their line is counted
        raise FormatError(
            N_("{name}, line {failed}: not UTF-{bits}; save the file again as UTF-8"),
            name=path.name,
            failed=failed,
            bits=16 if wide else 8,
        ) from None


Line = TypeVar("Line", str, bytes)


def _limited(read_line: Callable[[int], Line], path: Path) -> Iterator[Line]:
    """Yield the lines of a file; raise for one that is longer than any bead."""
    number = 0
    while line := read_line(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise FormatError(
                N_("{name}, line {number}: over {most:,} bytes; split it"),
                name=path.name,
                number=number,
                most=LONGEST_LINE,
            )
        yield line


def _read_wide(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-16", errors="surrogateescape", newline="\n") as file:
        yield from _limited(file.readline, path)


def _read_bytes(path: Path) -> Iterator[str]:
    """Yield the lines of a file; the first that is not ASCII tells its encoding."""
    encoding = ""
    with path.open("rb") as file:
        start = 0
        for raw in _limited(file.readline, path):
            line = raw if start else raw.removeprefix(codecs.BOM_UTF8)
            if not encoding and not line.isascii():
                encoding = _guess_encoding(path, start, line)
            yield line.decode(encoding or "ascii")
            start += len(raw)


def _guess_encoding(path: Path, start: int, line: bytes) -> str:
    """Return the encoding of a file whose first line that is not ASCII begins at a byte."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        with path.open("rb") as file:
            file.seek(start)
            sample = file.read(_SAMPLE)
        whole_lines = sample[: sample.rfind(b"\n") + 1] or sample
        guessed = decode(whole_lines).encoding
        return guessed if guessed in LEGACY_CHINESE else "utf-8"
    return "utf-8"


def language_of(code: str) -> Language | None:
    """Return the side that a language code names; ``None`` for neither Chinese nor English.

    >>> [language_of(code) for code in ("zh-CN", "zh_Hans", "cmn", "EN-us", "fr")]
    ['zh', 'zh', 'zh', 'en', None]
    """
    return _CODES.get(re.split("[-_]", code.strip().lower())[0])


def join_sentences(sentences: list[str], language: Language) -> str:
    """Join sentences into the text of a bead; empty ones leave no trace."""
    return GAP[language].join(filter(None, sentences))


def resplit(text: str, count: int, language: Language) -> list[str]:
    """Cut the text of a bead into ``count`` sentences that :func:`join_sentences` joins again.

    The cuts are at the ends of sentences as far as there are enough of them, then anywhere. A
    text with too few places gives fewer sentences, and empty ones to fill up.

    >>> resplit("你好。请坐。", 2, "zh")
    ['你好。', '请坐。']
    >>> resplit("Good morning. Please sit.", 2, "en")
    ['Good morning.', 'Please sit.']
    >>> resplit("Yes", 2, "en")
    ['Yes', '']
    """
    if count <= 1:
        return [text] * count
    cuts = _spread([match.end() for match in _ENDS[language].finditer(text)], count - 1)
    if len(cuts) < count - 1:
        places = {match.start() for match in _PLACES[language].finditer(text)}.difference(cuts)
        cuts = sorted([*cuts, *_spread(sorted(places), count - 1 - len(cuts))])
    starts = [0, *(cut + len(GAP[language]) for cut in cuts)]
    pieces = [text[start:end] for start, end in zip(starts, [*cuts, len(text)], strict=True)]
    return pieces + [""] * (count - len(pieces))


@dataclass(frozen=True, slots=True)
class BeadSentence:
    """A sentence of a bead, and its number in the text, or ``None``."""

    number: int | None
    bead: int
    text: str
    record: BeadRecord


def list_sentences(beads: Iterable[BeadRecord], language: Language) -> list[BeadSentence]:
    """Return the published sentences of a side; one without a number follows the last with one."""
    placed: list[tuple[int, BeadSentence]] = []
    last = -1
    for at, bead in enumerate(beads):
        text, numbers = bead.pair.published[language], bead.pair.index[language]
        if not numbers and text:
            placed.append((last, BeadSentence(None, at, text, bead)))
        for number, piece in zip(numbers, resplit(text, len(numbers), language), strict=True):
            placed.append((number, BeadSentence(number, at, piece, bead)))
        last = max((last, *numbers))
    return [sentence for _, sentence in sorted(placed, key=lambda item: item[0])]


def _spread(places: list[int], count: int) -> list[int]:
    if len(places) <= count:
        return places
    return [places[at * len(places) // count] for at in range(count)]
