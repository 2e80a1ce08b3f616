"""Correction of the numbers in a translation when its source differs from a text in numbers.

Used for fuzzy matches: the stored source is like the text to translate except for its numbers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import zip_longest

from ....records import OTHER, Language
from ..dates import ONES, TEENS
from . import convert_numbers, find_facts
from .record import Fact, compare_facts

_HAS_DIGIT = re.compile(r"\d")  # a fact without a digit is not a number: WTO, "last year"
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)\b")
_SMALL = ("", *ONES, *TEENS)


@dataclass(frozen=True, slots=True)
class NumberChange:
    """A number that differs, as each text writes it; empty if a text does not have it.

    ``asked`` is from the text to translate, ``source`` and ``target`` from the stored pair, and
    ``proposed`` replaces ``target``.
    """

    asked: str = ""
    source: str = ""
    target: str = ""
    proposed: str = ""


def transfer_numbers(
    asked: str, source: str, target: str, language: Language
) -> tuple[tuple[NumberChange, ...], str]:
    """Compare the numbers of a text with those of a translated text in the same language.

    :param asked: the text to translate.
    :param source: the similar text that has a translation.
    :param target: the translation of ``source``.
    :param language: the language of ``asked`` and ``source``.
    :return: the numbers that differ, and the target with the corrected numbers, or '' if no number
        could be corrected. A number is corrected if the target has it, too.

    >>> transfer_numbers("出口增长7.5%。", "出口增长6.2%。", "Exports rose by 6.2 percent.", "zh")
    ((NumberChange(asked='7.5%', source='6.2%', target='6.2 percent', proposed='7.5 percent'),), \
'Exports rose by 7.5 percent.')
    """
    old = _numbers(source, language)
    translated = _numbers(target, OTHER[language])
    if language == "zh":
        partners = dict(compare_facts(old, translated).matched)
    else:
        partners = {en: zh for zh, en in compare_facts(translated, old).matched}
    # The number in the source, in the text to translate, and in the target.
    differences: list[tuple[Fact | None, Fact | None, Fact | None]] = []
    for was, now in _differences(old, _numbers(asked, language)):
        partner = partners.get(was) if was and now else None
        differences.append((was, now, partner))
    proposed = target
    changes: dict[tuple[Fact | None, Fact | None], NumberChange] = {}
    # From the end of the target, so that the offsets before a replaced number stay valid.
    for was, now, partner in sorted(differences, key=lambda change: _from_the_end(change[2])):
        number = ""
        if now and partner:
            number = _find_rendering(proposed, now, partner, asked, language)
            if number:
                proposed = proposed[: partner.start] + number + proposed[partner.end :]
        changes[was, now] = NumberChange(
            asked=_text_of(asked, now),
            source=_text_of(source, was),
            target=_text_of(target, partner),
            proposed=number,
        )
    ordered = tuple(changes[was, now] for was, now, _ in differences)
    return ordered, proposed if proposed != target else ""


def _from_the_end(fact: Fact | None) -> int:
    """Return the sort key that puts the last fact first, and missing ones behind all others."""
    return 1 if fact is None else -fact.start


@lru_cache(maxsize=256)  # one text is compared with many others
def _numbers(text: str, language: Language) -> tuple[Fact, ...]:
    return tuple(fact for fact in find_facts(text, language) if _HAS_DIGIT.search(str(fact.value)))


def _text_of(text: str, fact: Fact | None) -> str:
    return text[fact.start : fact.end].strip() if fact else ""


def _differences(
    old: Sequence[Fact], new: Sequence[Fact]
) -> Iterator[tuple[Fact | None, Fact | None]]:
    """Yield the numbers that differ, old and new; one of them may be missing."""
    if len(old) == len(new):  # the same count: pair them by position
        pairs = zip(old, new, strict=True)
        yield from ((was, now) for was, now in pairs if _value(was) != _value(now))
        return
    was, now = list(map(_value, old)), list(map(_value, new))
    for tag, i, j, k, m in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from zip_longest(old[i:j], new[k:m])


def _find_rendering(target: str, now: Fact, partner: Fact, asked: str, language: Language) -> str:
    """Return the text of a number that replaces its partner in the target, or '' if none fits.

    A text fits if the changed target reads back with this number there and all others unchanged.
    """
    start, written = partner.start, target[partner.start : partner.end]
    others = [_value(fact) for fact in _numbers(target, OTHER[language]) if fact.start != start]
    for number in _renderings(written, now, _text_of(asked, now), language):
        changed = target[:start] + number + target[partner.end :]
        found = _numbers(changed, OTHER[language])
        new = [fact for fact in found if fact.start == start]
        sides = ([now], new) if language == "zh" else (new, [now])
        same = [_value(fact) for fact in found if fact.start != start] == others
        if same and compare_facts(*sides).matched:
            return number
    return ""


def _value(fact: Fact) -> tuple[str, Decimal | str]:
    return fact.kind, fact.value


def _renderings(written: str, now: Fact, asked: str, language: Language) -> Iterator[str]:
    """Yield ways to write a number instead of ``written``, the most similar first."""
    if not isinstance(now.value, Decimal):
        yield asked  # 15:30, G20
        return
    digits = _DIGITS.search(asked)
    plain = f"{now.value.normalize():,f}" if "," in written else f"{now.value.normalize():f}"
    for number in (digits[0] if digits else plain, plain):
        changed = _DIGITS.sub(number, written, count=1)
        yield _ORDINAL.sub(_write_ordinal, changed)
    if language == "zh" and now.value in range(1, len(_SMALL)):
        word = _SMALL[int(now.value)]
        yield word.capitalize() if written[0].isupper() else word
    for conversion in convert_numbers(asked, language):
        yield conversion.target


def _write_ordinal(found: re.Match[str]) -> str:  # 1st, 12th, 22nd
    last = "" if found[1][-2:-1] == "1" else found[1][-1]
    return found[1] + {"1": "st", "2": "nd", "3": "rd"}.get(last, "th")
