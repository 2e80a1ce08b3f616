"""Sentences of a document; joined they give its paragraphs back.

The rules are one file per language, listed in ``SEGMENTERS``. ``SIGNATURE`` names their versions
and belongs to the signature of every alignment made from their sentences.
"""

import re
from collections.abc import Iterator
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
# (4) a. 四、 3.2.1. and what stands before a title: Figure 3.2. Chapter 4.
_NUMBERING = re.compile(
    r"\s*+(?:[A-Z][a-z]+\s)?+"
    r"[(（]?+(?:\d{1,3}(?:\.\d{1,3})*+|[a-zA-Z]|[一二三四五六七八九十]{1,3})[.)）．、]\s*+"
)


def segment(document: Document) -> tuple[Sentence, ...]:
    """Cut a document into sentences, in order.

    The sentences of a paragraph follow each other without a gap: blanks between two belong to
    the first, blanks before the first to the first. A paragraph without a letter or digit, such
    as a separator (``***``), has no sentence.
    """
    return tuple(
        Sentence(text[start:end], paragraph, turn, start, end)
        for paragraph, (turn, text) in enumerate(document.paragraphs())
        if has_letters(text)
        for start, end in pairwise(_borders(text, document.language))
    )


def split(text: str, language: Language) -> list[str]:
    """Cut a text into sentences; joining them gives the text back.

    >>> split("今天开会。谁来？", "zh")
    ['今天开会。', '谁来？']
    >>> split("Mr. Zhao came at 9 a.m. on Friday. Who else?", "en")
    ['Mr. Zhao came at 9 a.m. on Friday. ', 'Who else?']
    """
    return [text[start:end] for start, end in pairwise(_borders(text, language))]


def _borders(text: str, language: Language) -> list[int]:
    """Return the offsets of all borders of a text, 0 and its length included."""
    ends = SEGMENTERS[_choose_rules(text, language)].find_ends(text)
    return [0, *_without_scraps(text, ends)] if text else []


def _choose_rules(text: str, language: Language) -> Language:
    """Return the language whose rules fit: the other one for a text without a letter of its own."""
    if language == "zh":
        return "en" if _LATIN.search(text) and not _CHINESE.search(text) else "zh"
    return "zh" if _CHINESE.search(text) and not _LATIN.search(text) else "en"


def _without_scraps(text: str, ends: list[int]) -> Iterator[int]:
    """Leave out the ends that would cut off bare punctuation or the number of an item."""
    begun = False  # whether the sentence being put together holds a word yet
    for start, end in pairwise([0, *ends]):
        wordy = any(map(str.isalnum, text[start:end]))
        if begun and wordy:
            yield start
        begun = (begun and not wordy) or (wordy and _NUMBERING.fullmatch(text, start, end) is None)
    yield len(text)
