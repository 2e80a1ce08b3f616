"""Numbers of a translation put right for a text that differs from its source in numbers."""

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

_HAS_DIGIT = re.compile(r"\d")  # a name without one (WTO) is none, nor is "last year"
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)\b")
_SMALL = ("", *ONES, *TEENS)


@dataclass(frozen=True, slots=True)
class NumberChange:
    """A number that differs, as each text writes it; empty where one has none."""

    asked: str = ""
    source: str = ""
    target: str = ""
    proposed: str = ""  # stands in the place of ``target``


def transfer_numbers(
    asked: str, source: str, target: str, language: Language
) -> tuple[tuple[NumberChange, ...], str]:
    """Compare the numbers of a text with those of a translated one in the same language.

    :return: those that differ, and the target with those put right that both sides have, or ''.

    >>> transfer_numbers("出口增长7.5%。", "出口增长6.2%。", "Exports rose by 6.2 percent.", "zh")
    ((NumberChange(asked='7.5%', source='6.2%', target='6.2 percent', proposed='7.5 percent'),), \
'Exports rose by 7.5 percent.')
    """
    old, translated = _numbers(source, language), _numbers(target, OTHER[language])
    if language == "zh":
        partners = dict(compare_facts(old, translated).matched)
    else:
        partners = {en: zh for zh, en in compare_facts(translated, old).matched}
    differences = [  # of the source and the text asked for, and the number in the target
        (was, now, partners.get(was) if was and now else None)
        for was, now in _differences(old, _numbers(asked, language))
    ]
    proposed = target
    changes: dict[tuple[Fact | None, Fact | None], NumberChange] = {}
    from_the_end = sorted(differences, key=lambda change: -change[2].start if change[2] else 1)
    for was, now, partner in from_the_end:  # so that the places before it stay
        number = _put_right(proposed, now, partner, asked, language) if now and partner else ""
        if partner and number:
            proposed = proposed[: partner.start] + number + proposed[partner.end :]
        texts = _cut(asked, now), _cut(source, was), _cut(target, partner)
        changes[was, now] = NumberChange(*texts, number)
    ordered = tuple(changes[was, now] for was, now, _ in differences)
    return ordered, proposed if proposed != target else ""


@lru_cache(maxsize=256)  # one text is compared with many
def _numbers(text: str, language: Language) -> tuple[Fact, ...]:
    return tuple(fact for fact in find_facts(text, language) if _HAS_DIGIT.search(str(fact.value)))


def _cut(text: str, fact: Fact | None) -> str:
    return text[fact.start : fact.end].strip() if fact else ""


def _differences(
    old: Sequence[Fact], new: Sequence[Fact]
) -> Iterator[tuple[Fact | None, Fact | None]]:
    if len(old) == len(new):  # as many: the same places
        pairs = zip(old, new, strict=True)
        yield from ((was, now) for was, now in pairs if _value(was) != _value(now))
        return
    was, now = list(map(_value, old)), list(map(_value, new))
    for tag, i, j, k, m in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from zip_longest(old[i:j], new[k:m])


def _put_right(target: str, now: Fact, partner: Fact, asked: str, language: Language) -> str:
    """Return how a number is written in the place of its partner; empty where it cannot be."""
    start, written = partner.start, target[partner.start : partner.end]
    others = [_value(fact) for fact in _numbers(target, OTHER[language]) if fact.start != start]
    for number in _renderings(written, now, _cut(asked, now), language):
        changed = target[:start] + number + target[partner.end :]
        found = _numbers(changed, OTHER[language])
        new = [fact for fact in found if fact.start == start]
        sides = ([now], new) if language == "zh" else (new, [now])
        same = [_value(fact) for fact in found if fact.start != start] == others
        if same and compare_facts(*sides).matched:
            return number  # it reads back as meant
    return ""


def _value(fact: Fact) -> tuple[str, Decimal | str]:
    return fact.kind, fact.value


def _renderings(written: str, now: Fact, asked: str, language: Language) -> Iterator[str]:
    """Yield ways to write a number in the place of ``written``, those most like it first."""
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
