"""Test sets of others, streamed: plain lines of one language, or pairs in any file we import."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from ..errors import FormatError
from ..records import LANGUAGES, Language
from ..text.chinese import han_share
from ..text.dictionary import english_share
from .formats import FORMATS
from .formats.text import read_lines
from .importing import read_beads
from .importing.file_kind import TABS, guess_format
from .importing.foreign import unpacked

_SAMPLE = 200
"""Lines that are looked at to find out which language a side is in."""
_FOREIGN = re.compile("[^\\W\\d_A-Za-z\u4e00-\u9fff\u3400-\u4dbf]")


@dataclass(frozen=True, slots=True)
class Segment:
    """A line of a test set, numbered from 1; a side that it does not have is empty."""

    number: int
    zh: str = ""
    en: str = ""


def read_test_set(path: Path) -> Iterator[Segment]:
    """Yield the lines of a test set, one at a time.

    :raises FormatError: when it cannot be read, is empty, or not in Chinese or English.
    """
    with unpacked(path) as file:
        yield from _read_lines(file) if _is_plain(file) else _read_pairs(file)


def list_files(path: Path) -> tuple[Path, ...]:
    """Return the files that are read as one: both of a Moses pair, whichever of them is named."""
    pair = FORMATS["moses"].files(path)[:2]
    return pair if all(file.is_file() for file in pair) else (path,)


def _is_plain(path: Path) -> bool:
    suffix = path.suffix.lower()
    if len(list_files(path)) > 1 or not path.is_file():
        return False
    if suffix in TABS:
        return "\t" not in next(read_lines(path), (0, ""))[1]
    return not guess_format(path)


def _read_lines(path: Path) -> Iterator[Segment]:
    lines = ((number, text) for number, text in read_lines(path) if text.strip())
    sample = list(islice(lines, _SAMPLE))
    language = _detect(text for _, text in sample)
    if language is None:
        what = "neither Chinese nor English" if sample else "no line with text in it"
        raise FormatError(f"{path.name}: {what}; name a test set in one of both")
    return (Segment(number, **{language: text}) for number, text in chain(sample, lines))


def _read_pairs(path: Path) -> Iterator[Segment]:
    beads = read_beads(path)
    sample = list(islice(beads, _SAMPLE))
    for language in LANGUAGES:
        if _detect(getattr(bead, language) for bead in sample) != language:
            raise FormatError(
                f"{path.name}: no pairs of Chinese and English, by its side {language!r}"
            )
    return (
        Segment(number, bead.zh, bead.en) for number, bead in enumerate(chain(sample, beads), 1)
    )


def _detect(texts: Iterable[str]) -> Language | None:
    """Return the language of some texts, ``None`` where it is another one."""
    text = "\n".join(texts)
    letters = sum(map(str.isalpha, text))
    if not letters or len(_FOREIGN.findall(text)) > 0.1 * letters:
        return None
    if han_share([text]) >= 0.5:
        return "zh"
    share = english_share(text)
    return "en" if share is None or share >= 0.7 else None
