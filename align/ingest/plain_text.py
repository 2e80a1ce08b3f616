"""Plain text files as the two sides of a matching."""

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import TextError
from ..match import Side
from ..readers.load import load_text
from ..records import LANGUAGE_NAMES, Language
from ..segment import split
from ..text.chinese import han_share
from ..text.strings import has_letters

# A text is taken for Chinese when a tenth of its words are Han characters: Chinese briefings have
# 0.9 and more, English ones under 0.01; a Chinese text that is half Latin names still passes.
_HAN_SHARE = 0.1

# str.splitlines would also cut at form feeds and U+2028, which stand inside of sentences; then the
# indices of the beads would not be the line numbers of the file.
_LINE_END = re.compile(r"\r\n?|\n")

# Shorter texts say too little of their language: numbers, a name, one greeting.
_TELLING = 20


@dataclass(frozen=True, slots=True)
class PlainText:
    """One side as read: its sentences, and the paragraph of each."""

    path: Path
    side: Side


def read_text(path: Path, language: Language, *, presegmented: bool, max_bytes: int) -> PlainText:
    """Read a text file as the sentences of one side.

    :param presegmented: one sentence a line; otherwise a paragraph a line, cut into sentences.
    :raises TextError: the file is missing, empty, binary, too large, or has a blank line where
        each line must be a sentence.
    """
    lines = _LINE_END.split(load_text(path, max_bytes=max_bytes).text)
    if not lines[-1]:
        lines.pop()  # what is behind the last line's end
    side = _lines(path, lines) if presegmented else _paragraphs(lines, language)
    if not side.sentences:
        raise TextError(f"{path}: empty; it must hold the {LANGUAGE_NAMES[language]} text")
    return PlainText(path, side)


def _lines(path: Path, lines: list[str]) -> Side:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            raise TextError(
                f"{path}: line {number} is blank; a presegmented text has one sentence a line"
            )
    return Side(tuple(line.strip() for line in lines))


def _paragraphs(lines: list[str], language: Language) -> Side:
    sentences: list[str] = []
    paragraphs: list[int] = []
    for number, line in enumerate(line for line in lines if has_letters(line)):
        for sentence in split(line, language):
            if sentence.strip():
                sentences.append(sentence.strip())
                paragraphs.append(number)
    return Side(tuple(sentences), tuple(paragraphs))


def check_languages(zh: PlainText, en: PlainText) -> None:
    """Refuse two sides in one language, and sides given in the wrong order.

    :raises TextError: saying which file seems to be in which language.
    """
    zh_is_chinese, en_is_chinese = _is_chinese(zh), _is_chinese(en)
    if zh_is_chinese is False and en_is_chinese is True:
        raise TextError(f"{zh.path}, {en.path}: the sides are swapped; give the Chinese text first")
    if zh_is_chinese is True and en_is_chinese is True:
        raise TextError(f"{zh.path}, {en.path}: both texts are Chinese; the second must be English")
    if zh_is_chinese is False and en_is_chinese is False:
        raise TextError(f"{zh.path}, {en.path}: neither text is Chinese; the first must be")


def _is_chinese(text: PlainText) -> bool | None:
    """Return whether a text is Chinese; ``None`` when it has too few letters to tell."""
    letters = sum(char.isalpha() for sentence in text.side.sentences for char in sentence)
    return han_share(text.side.sentences) > _HAN_SHARE if letters >= _TELLING else None
