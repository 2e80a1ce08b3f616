"""Facts that a translation has to carry: numbers, dates and names, with comparable values."""

from ...records import Language
from . import en, zh
from .compare import FactComparison, compare_facts
from .convert import Conversion, convert_numbers
from .record import RELATIVE, Fact, Kind

__all__ = [
    "RELATIVE",
    "Conversion",
    "Fact",
    "FactComparison",
    "Kind",
    "compare_facts",
    "convert_numbers",
    "find_facts",
]

_FINDERS = {"zh": zh.find, "en": en.find}


def find_facts(text: str, language: Language) -> tuple[Fact, ...]:
    """Return the facts of a text, in the order of the text.

    >>> [(fact.kind, int(fact.value)) for fact in find_facts("增长3%，达到1.2万亿元", "zh")]
    [('percent', 3), ('number', 1200000000000)]
    """
    return tuple(_FINDERS[language](text))
