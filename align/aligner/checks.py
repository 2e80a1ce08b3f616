"""Checks of a bead: numbers, dates, names, length and script of its two texts.

Each issue says in plain words what is odd and where. The checks are tuned for precision: on gold
beads fewer than two in a hundred have one, see ``benchmarks/checks.py``. A bead with an empty
side has none, it is an omission or addition of its own.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..records import LANGUAGE_NAMES, Language, Pair
from .text.chinese import HAN
from .text.facts import (
    Fact,
    compare_facts,
    convert_numbers,
    find_chinese_names,
    find_facts,
    find_full_names,
    find_latin_names,
)
from .text.pinyin import pinyin_keys, readings
from .text.strings import shorten

IssueKind = Literal[
    "number", "percent", "date", "time", "name", "length", "script", "untranslated", "cut"
]


@dataclass(frozen=True, slots=True)
class Issue:
    """Something odd at ``text[start:end]`` of one side; 0, 0 means the whole of it."""

    kind: IssueKind
    side: Language
    start: int
    end: int
    message: str


def check(zh_text: str, en_text: str) -> tuple[Issue, ...]:
    """Return the issues of one bead; English sentences are joined with a blank.

    >>> [issue.message for issue in check("产量达4000亿元。", "Output reached 40 billion yuan.")]
    ['4000亿 is 400 billion, but the English says 40 billion', '40 billion is 400亿, but the \
Chinese says 4000亿']
    """
    if not zh_text.strip() or not en_text.strip():
        return ()
    script = [*_script(zh_text, en_text)]
    if script:  # nothing else can be compared
        return tuple(script)
    return (
        *_facts(zh_text, en_text),
        *_names(zh_text, en_text),
        *_untranslated(zh_text, en_text),
        *_length(zh_text, en_text),
    )


def failed_checks(pair: Pair) -> tuple[str, ...]:
    """Name the kinds of checks that a bead fails, each once."""
    return tuple(dict.fromkeys(issue.kind for issue in check(*pair.texts)))


_HAN = re.compile(f"[〇{HAN}]")
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_LETTER = re.compile(r"[^\W\d_]")


def _script(zh_text: str, en_text: str) -> Iterator[Issue]:
    if len(_WORD.findall(zh_text)) >= 3 and not _HAN.search(zh_text):
        yield Issue("script", "zh", 0, 0, "The Chinese side holds no Chinese character")
    letters = _LETTER.findall(en_text)
    latin = sum(letter < "\u0250" for letter in letters)
    if len(letters) > 1 and latin < len(letters) / 2:
        yield Issue("script", "en", 0, 0, "The English side is not written in Latin letters")


_LEFT_HAN = re.compile(rf"[{HAN}]{{2,}}")
_LEFT_ENGLISH = re.compile(r"(?<![A-Za-z'’-])[A-Za-z'’-]++(?:[ ,]++[A-Za-z'’-]++){3,}+")


def _untranslated(zh_text: str, en_text: str) -> Iterator[Issue]:
    for run in _LEFT_HAN.finditer(en_text):
        message = f"{shorten(run.group(), 24)} is still Chinese"
        yield Issue("untranslated", "en", *run.span(), message)
    for run in _LEFT_ENGLISH.finditer(zh_text):
        if run.group().lower() in en_text.lower():
            message = f"“{shorten(run.group(), 24)}” stands untranslated in the Chinese"
            yield Issue("untranslated", "zh", *run.span(), message)


_ISSUE_KINDS: dict[str, IssueKind] = {
    "percent": "percent", "points": "percent", "year": "date", "month": "date", "day": "date",
    "quarter": "date", "decade": "date", "time": "time", "name": "name",
}  # fmt: skip
_DATES = frozenset(["year", "month", "day", "quarter"])
_OLD_MEASURE = re.compile(r"[\d一二两三四五六七八九十百千万亿][多余]?市?[亩斤里尺]")
_METRIC = re.compile(
    r"[\s-]*(?:metric\s)?(?:tonnes?|tons?|hectares?|acres?|kilograms?|kg|pounds?|square|kilomet(?:er|re)s?|miles?"
    r"|met(?:er|re)s?|feet|foot|inch)\b",
    re.IGNORECASE,
)
"""亩, 斤 and 里 are converted for English readers: 1亿亩 is 6.67 million hectares."""
_DATE_WORDS = re.compile(r"季度|[年月日]|届|以来|之际")


def _facts(zh_text: str, en_text: str) -> Iterator[Issue]:
    comparison = compare_facts(find_facts(zh_text, "zh"), find_facts(en_text, "en"))
    zh = [fact for fact in comparison.zh_missing if _is_missed(fact, en_text)]
    en = [fact for fact in comparison.en_missing if fact.strong]
    if not any(fact.kind in _DATES for fact in zh) and _DATE_WORDS.search(zh_text):
        # A translator says "in 2019" for 前三季度: 7 of 1,620 gold beads, and all of them right.
        en = [fact for fact in en if fact.kind not in _DATES]
    if _OLD_MEASURE.search(zh_text):
        en = [fact for fact in en if not _METRIC.match(en_text, fact.end)]
    yield from _fact_issues("zh", zh_text, zh, en_text, en)
    yield from _fact_issues("en", en_text, en, zh_text, zh)


def _is_missed(fact: Fact, en_text: str) -> bool:
    """Return whether a fact should stand in the English.

    WTO may be spelled out there, 二十国集团 is the G20 and 1人 one person.
    """
    if not fact.strong:
        return False
    if fact.kind != "name":
        in_words = r"|\b[Oo]ne\b" if fact.value == 1 else ""
        return not re.search(rf"[A-Za-z]-?{fact.value}(?!\d){in_words}", en_text)
    name = str(fact.value)
    bare = re.sub(r"[^a-z0-9]", "", en_text.lower())
    initials = "".join(word[0] for word in re.findall(r"[a-z0-9]+", en_text.lower()))
    return re.sub(r"[^a-z0-9]", "", name) not in bare and name not in initials


def _fact_issues(
    side: Language, text: str, missing: Sequence[Fact], other_text: str, others: Sequence[Fact]
) -> Iterator[Issue]:
    other = LANGUAGE_NAMES["en" if side == "zh" else "zh"]
    for fact in missing:
        kind = _ISSUE_KINDS.get(fact.kind, "number")
        own = text[fact.start : fact.end].strip()
        rival = next((o for o in others if _ISSUE_KINDS.get(o.kind, "number") == kind), None)
        if rival is None or kind == "name":
            message = f"{own} has no counterpart in the {other}"
        else:
            theirs = other_text[rival.start : rival.end].strip()
            converted = convert_numbers(own, side)
            message = f"{own} here, but the {other} says {theirs}"
            if len(converted) == 1:
                message = f"{own} is {converted[0].target}, but the {other} says {theirs}"
        yield Issue(kind, side, fact.start, fact.end, message)


def _names(zh_text: str, en_text: str) -> Iterator[Issue]:
    """Yield an English name that the Chinese does not hold where a Chinese one is left over.

    One without the other is no sign: English repeats names for which Chinese has a pronoun.
    """
    names = find_full_names(en_text)
    keys = pinyin_keys(zh_text) if names else frozenset()
    times = Counter(name.value for name in names)
    unmatched = [
        name for name in names if times[name.value] > 1 or not _is_in(str(name.value).split(), keys)
    ]
    chinese = find_chinese_names(zh_text) if unmatched else ()
    others = [name for name in chinese if not _is_in_english(name, en_text)]
    for fact in unmatched if others else ():
        written = en_text[fact.start : fact.end]
        message = f"The Chinese names {others[0].value} here, not {written}"
        yield Issue("name", "en", fact.start, fact.end, message)


def _is_in(parts: list[str], keys: frozenset[str]) -> bool:
    """Return whether the Chinese reads as the whole name, or its given part of two syllables."""
    given = "".join(parts[1:])
    whole = {"".join(parts), given + parts[0]}
    return not keys.isdisjoint(whole) or (len(given) > _SYLLABLE and given in keys)


def _is_in_english(name: Fact, en_text: str) -> bool:
    """Return whether a Chinese name, or its surname, stands in the English."""
    letters = re.sub(r"[^a-z]", "", en_text.lower())
    words = {str(word.value) for word in find_latin_names(en_text)}
    characters = str(name.value)
    surname = readings(characters[0])[0]  # the rarer readings of 王 include "yu"
    keys = pinyin_keys(characters)
    longest = max(map(len, keys), default=0)
    return surname in words or any(key in letters for key in keys if len(key) > longest - 3)


_SYLLABLE = 4
"""A key longer than this has two syllables, or is one that hardly any other text holds."""


_MEAN = 1.32  # natural logarithm of English letters per Chinese character, on 1,620 gold beads

_SPREAD, _SPREAD_SHORT = 0.1, 0.7
"""Its standard deviation is a + b / sqrt(characters): .14 to .25 at 50 characters."""

_SHORT, _LONG = 3.0, 3.25
"""Deviations that raise an issue: 12 and 3 of 1,620 gold beads lie beyond them, six in seven of
them from novels. Half of the English cut at a sentence end is found in 61 %, in briefings 86 %."""

_TAIL = 8  # characters at the end of a text that its end mark and closing quotes fit into

_SENTENCE_END = re.compile(r"[。！？!?…][”’」』]?\s*\Z")
_END = re.compile(r"[.!?…—–:]\W*\Z|[\"'”’)\]]\Z")
_SAYS = re.compile(r"\A[^“「：:]{1,20}[：:]\s?(?=[“「])")
_FOREIGN = re.compile(r"[A-Za-z0-9]+")


def _length(zh_text: str, en_text: str) -> Iterator[Issue]:
    # A label or a heading has no end mark, and each side words it freely.
    if not _SENTENCE_END.search(zh_text.rstrip()[-_TAIL:]):
        return
    if not _END.search(en_text.rstrip()[-_TAIL:]):
        yield Issue("cut", "en", 0, 0, "The English stops in the middle of a sentence")
    full, spoken = _weight(zh_text), _weight(_SAYS.sub("", zh_text))
    letters = sum(not character.isspace() for character in en_text)
    if _deviation(spoken, letters) < -_SHORT:  # English often leaves "he said" out
        yield Issue("length", "en", 0, 0, "The English is much shorter than usual for this Chinese")
    elif _deviation(full, letters) > _LONG:
        yield Issue("length", "zh", 0, 0, "The Chinese is much shorter than usual for this English")


def _weight(zh_text: str) -> float:
    """Return the number of Chinese characters; 3.5 Latin letters count as one."""
    return len(_HAN.findall(zh_text)) + sum(map(len, _FOREIGN.findall(zh_text))) / 3.5


def _deviation(zh: float, letters: int) -> float:
    """Return how many standard deviations the log of the ratio of lengths is above its mean."""
    if zh < 1 or letters < 1:
        return 0.0
    return (math.log(letters / zh) - _MEAN) / (_SPREAD + _SPREAD_SHORT / math.sqrt(zh))
