"""Plain texts as the two sides of a matching."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from ...aligner.match import Side
from ...aligner.segment import split_lines
from ...aligner.text.chinese import han_share
from ...errors import N_, Message, TextError
from ...records import LANGUAGE_NAMES, Language

# Share of Han characters among those and Latin words. Chinese briefings have 0.9 and more, English
# ones under 0.01.
_LEAST_CHINESE = 0.02
_MOST_UNTRANSLATED = 0.5
_SAMPLE = 100  # sentences from all over a text, which may begin in the other language

# str.splitlines would also cut at form feeds and U+2028, which stand inside of sentences; then the
# indices of the beads would not be the line numbers of the file.
_LINE_END = re.compile(r"\r\n?|\n")
# Shorter texts say too little of their language: numbers, a name, one greeting.
_TELLING = 20
# Lines per sentence above which lines are sentences, not paragraphs. Taken as paragraphs, they keep
# sentences from being joined: on a novel with a sentence per line, F1 was 0.69 instead of 0.87.
_LINES_ARE_SENTENCES = 0.95


@dataclass(frozen=True, slots=True)
class PlainText:
    """One text: its name in messages, its sentences, and the paragraph of each."""

    name: str
    side: Side


def cut_lines(text: str) -> list[str]:
    """Return the lines of a text, without an empty line after the last line end."""
    lines = _LINE_END.split(text)
    return lines[:-1] if not lines[-1] else lines


def split_columns(name: str, lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the two texts in lines of Chinese, tab, English."""
    rows = [line.split("\t") for line in lines]
    for number, row in enumerate(rows, 1):
        if len(row) != 2:
            raise TextError(
                N_(
                    "{name}: line {number} has {count} tabs; a line is a Chinese text, a tab "
                    "and an English text, as written by 'paste zh.txt en.txt'"
                ),
                name=name,
                number=number,
                count=len(row) - 1,
            )
    return _without_padding([row[0] for row in rows]), _without_padding([row[1] for row in rows])


def _without_padding(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    return lines


def make_text(
    name: str,
    lines: Sequence[str],
    language: Language,
    *,
    presegmented: bool,
    cut: Callable[[], Sequence[Sequence[str]]] | None = None,
) -> PlainText:
    """Return the lines of a text as the sentences of one side.

    :param cut: returns the sentences of each line of a text that is not presegmented; by default,
        :func:`split_lines` does.
    """
    if presegmented:
        side = _lines(name, lines)
    else:
        side = _paragraphs(cut() if cut else split_lines(lines, language))
    if not side.sentences:
        raise TextError(
            N_("{name}: empty; it must contain the {language} text"),
            name=name,
            language=Message(LANGUAGE_NAMES[language]),
        )
    return PlainText(name, side)


def _lines(name: str, lines: Sequence[str]) -> Side:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            raise TextError(
                N_(
                    "{name}, line {number}: empty line; a presegmented text has one "
                    "sentence per line"
                ),
                name=name,
                number=number,
            )
    return Side(tuple(line.strip() for line in lines))


def _paragraphs(lines: Iterable[Sequence[str]]) -> Side:
    """Return the sentences of lines as one side; a line without sentences is no paragraph."""
    sentences: list[str] = []
    paragraphs: list[int] = []
    for number, line in enumerate(filter(None, lines)):
        for sentence in line:
            if sentence.strip():
                sentences.append(sentence.strip())
                paragraphs.append(number)
    count = len({*paragraphs})
    if count > _LINES_ARE_SENTENCES * len(sentences):
        return Side(tuple(sentences))
    return Side(tuple(sentences), tuple(paragraphs))


def check_languages(zh: PlainText, en: PlainText) -> None:
    """Raise :exc:`TextError` if both texts are in one language, or in the wrong order.

    Otherwise each text is in the language that the user gives, even if it is partly translated.
    """
    zh_share, en_share = _share_of_chinese(zh), _share_of_chinese(en)
    if zh_share is None or en_share is None:
        return
    if en_share > max(zh_share, _LEAST_CHINESE):
        raise TextError(
            N_("{name}, {other}: the texts are swapped; give the Chinese text first"),
            name=zh.name,
            other=en.name,
        )
    if en_share > _MOST_UNTRANSLATED:
        raise TextError(
            N_("{name}, {other}: both texts are Chinese; the second must be English"),
            name=zh.name,
            other=en.name,
        )
    if zh_share < _LEAST_CHINESE:
        raise TextError(
            N_("{name}, {other}: neither text is Chinese; the first must be"),
            name=zh.name,
            other=en.name,
        )


def _share_of_chinese(text: PlainText) -> float | None:
    """Return the share of Chinese characters; ``None`` if a text has too few letters to tell."""
    sentences = text.side.sentences
    letters = filter(str.isalpha, chain.from_iterable(sentences))
    if len([*islice(letters, _TELLING)]) < _TELLING:
        return None
    return han_share(sentences[:: max(1, len(sentences) // _SAMPLE)])
