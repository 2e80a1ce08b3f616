"""Counterparts learned from a page of hits.

No dictionary has every rendering (海洋, *marine*), and names have none. A word on the other side of
at least half of the hits that translates nothing else there translates the hit.
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
"""Hits needed to learn anything: what stands beside two or three may stand there by chance."""

MOST = 25
"""Hits that are read; a page of them."""

SHARE = 0.5


@dataclass(frozen=True, slots=True)
class MarkedText:
    """One hit: the text with the passages found in it, and its other side."""

    own: str
    marks: tuple[Mark, ...]
    other: str

    def rest(self) -> str:
        """Return the text without its marked passages."""
        pieces, at = [], 0
        for mark in self.marks:
            pieces.append(self.own[at : mark.start])
            at = mark.end
        return "\n".join([*pieces, self.own[at:]])


def learn_counterparts(texts: Sequence[MarkedText], side: Language) -> frozenset[str]:
    """Return the words of the other side that come with the marked passages.

    :param side: the language of the marked texts.
    :return: stems of English words, or Chinese words in simplified characters.
    """
    marked = [text for text in texts if text.marks and text.other][:MOST]
    if len(marked) < LEAST:
        return frozenset()
    unclaimed = _unclaimed_english if side == "zh" else _unclaimed_chinese
    counts = Counter(word for text in marked for word in unclaimed(text))
    return frozenset(word for word, count in counts.items() if count >= SHARE * len(marked))


def _unclaimed_english(text: MarkedText) -> set[str]:
    """Return the content words of the English that translate nothing outside of the passages."""
    rest = text.rest()
    claimed = spellings(rest).union(*(translations(word) for word in content_words(rest, "zh")))
    stems = {token.stem for token in tokenize(text.other) if not token.form[0].isdigit()}
    return stems - STOP_EN - claimed


def _unclaimed_chinese(text: MarkedText) -> set[str]:
    """Return the words of the Chinese that have no translation outside of the passages."""
    rest = {stem(token.form) for token in tokenize(text.rest())}
    words = {
        word for word in content_words(text.other, "zh") if len(word) > 1 and not word.isascii()
    }
    return {word for word in words if not (translations(word) | spellings(word)) & rest}
