"""The language of a text, by its share of Chinese characters."""

import re
from collections.abc import Iterable

from ..records import Document, Language
from .chinese import count_han

_LATIN_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")

# A Chinese transcript with many Latin names (CNN, GDP, 5G) keeps a share above .9, an English one
# with a language menu or a Chinese name in brackets stays below .1: counted as characters of the
# one against words of the other on the shared transcript and the replicas in tests/pages.
ZH_SHARE = 0.5
# The share of the first thousands of words is that of the whole, and found in a millisecond.
ENOUGH = 4000


def han_share(texts: Iterable[str]) -> float:
    """Return the share of Chinese characters among those and Latin words, 0 for no text.

    Counting stops where :data:`ENOUGH` are seen.
    """
    han = latin = 0
    for text in texts:
        han += count_han(text)
        latin += len(_LATIN_WORD.findall(text))
        if han + latin > ENOUGH:
            break
    return han / (han + latin) if han + latin else 0.0


def detect_language(texts: Iterable[str]) -> Language:
    """Return the language that most of the text is written in.

    >>> detect_language(["记者：请问GDP增长多少？"])
    'zh'
    """
    return "zh" if han_share(texts) >= ZH_SHARE else "en"


def detect_spoken_language(document: Document) -> Language:
    """Return the language of what is said in a document, whatever its record claims."""
    return detect_language(text for _, text in document.paragraphs())
