"""Sentence segmentation of documents. Joining the sentences of a paragraph restores it.

The rules are in one file per language, listed in ``SEGMENTERS``. ``SIGNATURE`` names their versions
and is part of the signature of every alignment.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ...records import Document, Language, Sentence
from ..text.chinese import HAN
from ..text.strings import has_letters
from . import en, zh

SEGMENTERS = {"zh": zh, "en": en}
"""The module of each language, whose ``find_ends`` returns the offset after each sentence."""

SIGNATURE = "+".join(segmenter.SIGNATURE for segmenter in SEGMENTERS.values())

_CHINESE = re.compile(f"[〇{HAN}]")
_LATIN = re.compile(r"[A-Za-z]")
# The number of an item or a title: (4) a. 四、 3.2.1. Figure 3.2. Chapter 4.
_NUMBERING = re.compile(
    r"\s*+(?:[A-Z][a-z]+\s)?+"
    r"[(（]?+(?:\d{1,3}(?:\.\d{1,3})*+|[a-zA-Z]|[一二三四五六七八九十]{1,3})[.)）．、]\s*+"
)

# (Laughs.) [Applause] （笑） within a paragraph; at most four words.
_DIRECTION = re.compile(
    r"[^\S\n]*+[(（\[【]"
    r"(?:[^\s()（）\[\]【】\d:：]{1,14}(?:\s|(?=[)）\]】]))){1,4}"
    r"[)）\]】][.。]?[^\S\n]*+"
)


def segment(document: Document) -> tuple[Sentence, ...]:
    """Return the sentences of a document, in order.

    The sentences of a paragraph follow each other without a gap. Spaces between two sentences
    belong to the first one, and spaces at the start of a paragraph to its first sentence. A
    paragraph without a letter or digit, such as a separator (``***``), has no sentences.
    """
    sentences: list[Sentence] = []
    for paragraph, (turn, text) in enumerate(document.paragraphs()):
        if not has_letters(text):
            continue
        row = document.tables[paragraph] if document.tables else None
        for start, end in pairwise(_borders(text, document.language)):
            sentences.append(Sentence(text[start:end], paragraph, turn, start, end, row))
    return tuple(sentences)


def split(text: str, language: Language) -> list[str]:
    """Return the sentences of a text; joining them restores the text.

    >>> split("今天开会。谁来？", "zh")
    ['今天开会。', '谁来？']
    >>> split("Mr. Zhao came at 9 a.m. on Friday. Who else?", "en")
    ['Mr. Zhao came at 9 a.m. on Friday. ', 'Who else?']
    """
    return [text[start:end] for start, end in pairwise(_borders(text, language))]


def split_lines(lines: Sequence[str], language: Language) -> list[list[str]]:
    """Return the sentences of each line; a line without a letter or digit has none."""
    sentences = {line: split(line, language) for line in dict.fromkeys(filter(has_letters, lines))}
    return [sentences.get(line, []) for line in lines]


def _borders(text: str, language: Language) -> list[int]:
    """Return the offsets of all sentence borders, including 0 and the length of the text."""
    ends = SEGMENTERS[_choose_rules(text, language)].find_ends(text)
    return [0, *_without_scraps(text, _join_directions(text, ends))] if text else []


def _choose_rules(text: str, language: Language) -> Language:
    """Return the language whose rules apply: the other one for text only in its script."""
    if language == "zh":
        return "en" if _LATIN.search(text) and not _CHINESE.search(text) else "zh"
    return "zh" if _CHINESE.search(text) and not _LATIN.search(text) else "en"


def _join_directions(text: str, ends: list[int]) -> list[int]:
    """Return the ends, without those that would separate a stage direction from its paragraph.

    "(Laughs.)" and （笑） belong to the sentence after them, or else to the one before.
    """
    kept: list[int] = []
    for start, end in pairwise([0, *ends]):
        is_direction = _DIRECTION.fullmatch(text, start, end) is not None
        if is_direction and end < len(text):
            continue
        if is_direction and kept and text[start - 1] != "\n":
            kept.pop()
        kept.append(end)
    return kept


def _without_scraps(text: str, ends: list[int]) -> Iterator[int]:
    """Yield the ends, without those that would separate punctuation or the number of an item."""
    begun = False  # whether the current sentence contains a word so far
    for start, end in pairwise([0, *ends]):
        wordy = any(map(str.isalnum, text[start:end]))
        if begun and wordy:
            yield start
        begun = (begun and not wordy) or (wordy and _NUMBERING.fullmatch(text, start, end) is None)
    yield len(text)
