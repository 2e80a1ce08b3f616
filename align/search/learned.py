"""What hits teach: texts with marks in, the words of the other side that come with them out.

No dictionary has every rendering (海洋, *marine*), and names have none. A word that stands on the
other side of at least half of the hits, and translates nothing else there, translates the hit.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..records import Language
from ..text.dictionary import STOP_EN, content_words, stem, translations
from ..text.pinyin import spellings
from .highlight import Mark
from .tokens import tokenize

LEAST = 4
"""Hits that teach anything: what stands beside two or three may stand there by chance."""

MOST = 25
"""Hits that are looked at; a page of them."""

SHARE = 0.5


@dataclass(frozen=True, slots=True)
class MarkedText:
    """One hit: the text with the passages found in it, and its other side."""

    own: str
    marks: tuple[Mark, ...]
    other: str


def learn_counterparts(lessons: Sequence[MarkedText], side: Language) -> frozenset[str]:
    """Return the words of the other side that come with the marked passages.

    :param side: the language of the marked texts.
    :returns: stems of English words, or Chinese words in simplified characters.
    """
    marked = [lesson for lesson in lessons if lesson.marks and lesson.other][:MOST]
    if len(marked) < LEAST:
        return frozenset()
    beside = _english if side == "zh" else _chinese
    counts = Counter(word for lesson in marked for word in beside(lesson))
    return frozenset(word for word, count in counts.items() if count >= SHARE * len(marked))


def _english(lesson: MarkedText) -> set[str]:
    """Return the content words of the English that translate nothing outside of the passages."""
    rest = _rest(lesson)
    claimed = spellings(rest).union(*(translations(word) for word in content_words(rest, "zh")))
    said = {token.stem for token in tokenize(lesson.other) if not token.form[0].isdigit()}
    return said - STOP_EN - claimed


def _chinese(lesson: MarkedText) -> set[str]:
    """Return the words of the Chinese that have no translation outside of the passages."""
    rest = {stem(token.form) for token in tokenize(_rest(lesson))}
    said = {
        word for word in content_words(lesson.other, "zh") if len(word) > 1 and not word.isascii()
    }
    return {word for word in said if not (translations(word) | spellings(word)) & rest}


def _rest(lesson: MarkedText) -> str:
    """Give a text without its marked passages."""
    kept, at = [], 0
    for mark in lesson.marks:
        kept.append(lesson.own[at : mark.start])
        at = mark.end
    return "\n".join([*kept, lesson.own[at:]])
