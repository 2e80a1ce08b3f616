"""Plain texts as the two sides of a matching."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import TextError
from ..match import Side
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
    """One side as read: what messages call it, its sentences, and the paragraph of each."""

    name: str
    side: Side


def cut_lines(text: str) -> list[str]:
    """Return the lines of a text, without what is behind the last line's end."""
    lines = _LINE_END.split(text)
    return lines[:-1] if not lines[-1] else lines


def split_columns(name: str, lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return two texts of lines that each hold a Chinese line, a tab and an English one."""
    rows = [line.split("\t") for line in lines]
    for number, row in enumerate(rows, 1):
        if len(row) != 2:
            raise TextError(
                f"{name}: line {number} has {len(row) - 1} tabs; a line is a Chinese text, a tab "
                "and an English text, as 'paste zh.txt en.txt' writes them"
            )
    return _without_padding([row[0] for row in rows]), _without_padding([row[1] for row in rows])


def _without_padding(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    return lines


def make_text(
    name: str, lines: Sequence[str], language: Language, *, presegmented: bool
) -> PlainText:
    """Return the lines of a text as the sentences of one side."""
    side = _lines(name, lines) if presegmented else _paragraphs(lines, language)
    if not side.sentences:
        raise TextError(f"{name}: empty; it must hold the {LANGUAGE_NAMES[language]} text")
    return PlainText(name, side)


def _lines(name: str, lines: Sequence[str]) -> Side:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            raise TextError(
                f"{name}: line {number} is blank; a presegmented text has one sentence a line"
            )
    return Side(tuple(line.strip() for line in lines))


def _paragraphs(lines: Sequence[str], language: Language) -> Side:
    sentences: list[str] = []
    paragraphs: list[int] = []
    for number, line in enumerate(line for line in lines if has_letters(line)):
        for sentence in split(line, language):
            if sentence.strip():
                sentences.append(sentence.strip())
                paragraphs.append(number)
    return Side(tuple(sentences), tuple(paragraphs))


def check_languages(zh: PlainText, en: PlainText) -> None:
    """Refuse two sides in one language, and sides given in the wrong order."""
    zh_is_chinese, en_is_chinese = _is_chinese(zh), _is_chinese(en)
    if zh_is_chinese is False and en_is_chinese is True:
        raise TextError(f"{zh.name}, {en.name}: the sides are swapped; give the Chinese text first")
    if zh_is_chinese is True and en_is_chinese is True:
        raise TextError(f"{zh.name}, {en.name}: both texts are Chinese; the second must be English")
    if zh_is_chinese is False and en_is_chinese is False:
        raise TextError(f"{zh.name}, {en.name}: neither text is Chinese; the first must be")


def _is_chinese(text: PlainText) -> bool | None:
    """Return whether a text is Chinese; ``None`` when it has too few letters to tell."""
    letters = sum(char.isalpha() for sentence in text.side.sentences for char in sentence)
    return han_share(text.side.sentences) > _HAN_SHARE if letters >= _TELLING else None
