"""Facts that a translation has to carry: a text goes in, its numbers, dates and names come out.

``facts`` finds them in either language with values that can be compared, ``compare`` pairs those
of two texts, ``convert`` says numbers in the other language, and ``latin_names`` and
``pinyin_keys`` give keys by which names can be found across scripts.
"""

from ...records import Language
from . import en, zh
from .compare import FactComparison, compare
from .convert import Conversion, convert
from .record import RELATIVE, Fact, Kind

__all__ = [
    "RELATIVE",
    "Conversion",
    "Fact",
    "FactComparison",
    "Kind",
    "compare",
    "convert",
    "facts",
]

_FINDERS = {"zh": zh.find, "en": en.find}


def facts(text: str, language: Language) -> tuple[Fact, ...]:
    """Find the facts of a text, in the order of the text.

    >>> [(fact.kind, int(fact.value)) for fact in facts("增长3%，达到1.2万亿元", "zh")]
    [('percent', 3), ('number', 1200000000000)]
    """
    return tuple(_FINDERS[language](text))
