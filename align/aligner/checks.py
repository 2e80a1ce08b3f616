"""Checks of a bead: numbers, dates, names, length and script of its two texts.

Each issue describes in plain words what is wrong, and where. The checks are tuned for precision:
fewer than 2% of gold beads have an issue (``benchmarks/checks.py``). A bead with one empty side has
no issues, because it is an omission or an addition.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from typing import Literal, get_args

from ..errors import N_, Message
from ..records import DOUBTFUL, LANGUAGE_NAMES, OTHER, Language, Pair, Sides
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
from .text.facts.amounts import find_amounts, find_unmatched
from .text.pinyin import pinyin_keys, readings
from .text.strings import shorten
from .text.word_links import link_words

IssueKind = Literal[
    "number", "percent", "date", "time", "name", "length", "script", "untranslated", "cut", "term"
]
"""``term`` needs a term base (:mod:`align.corpus.search.terms.term_check`)."""


CHECK_LABELS: dict[IssueKind, str] = {
    **{kind: kind for kind in get_args(IssueKind)},
    "cut": "truncated",
}
"""Names of the checks, as people read them."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A failed check at ``text[start:end]`` of one text; 0, 0 means the whole text."""

    kind: IssueKind
    side: Language
    start: int
    end: int
    message: str


def check(zh_text: str, en_text: str, probability: float | None = None) -> tuple[Issue, ...]:
    """Return the issues of one bead; English sentences are joined with a space.

    :param probability: of the bead. If it is not low, an unusual length is an issue only if a
        passage of the longer text has no counterpart.

    >>> [issue.message for issue in check("产量达4000亿元。", "Output reached 40 billion yuan.")]
    ['4000亿 is 400 billion, but the English says 40 billion', '40 billion is 400亿, but the \
Chinese says 4000亿']
    """
    if not zh_text.strip() or not en_text.strip():
        return ()
    script = [*_script(zh_text, en_text)]
    if script:  # texts in a wrong script cannot be compared
        return tuple(script)
    return (
        *_facts(zh_text, en_text),
        *_names(zh_text, en_text),
        *_untranslated(zh_text, en_text),
        *_length(zh_text, en_text, is_likely=probability is not None and probability >= DOUBTFUL),
    )


def failed_checks(pair: Pair) -> tuple[str, ...]:
    """Return the kinds of checks that a bead fails, without repetition."""
    issues = check(pair.texts.zh, pair.texts.en, pair.probability)
    return tuple(dict.fromkeys(issue.kind for issue in issues))


_MOST_ISSUES = 300
"""Maximum number of facts, names and passages that are looked for in the other text.

A row of a briefing has under ten. A text of 100,000 characters could have 40,000, each of which
would be looked for in as long a text.
"""

_HAN = re.compile(f"[〇{HAN}]")
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_LETTER = re.compile(r"[^\W\d_]")


def _script(zh_text: str, en_text: str) -> Iterator[Issue]:
    if len(_WORD.findall(zh_text)) >= 3 and not _HAN.search(zh_text):
        yield Issue(
            "script", "zh", 0, 0, Message(N_("The Chinese text contains no Chinese characters"))
        )
    letters = _LETTER.findall(en_text)
    latin = sum(letter < "\u0250" for letter in letters)
    if len(letters) > 1 and latin < len(letters) / 2:
        yield Issue("script", "en", 0, 0, Message(N_("The English text is not in Latin script")))


_LEFT_HAN = re.compile(rf"[{HAN}]{{2,}}")
_LEFT_ENGLISH = re.compile(r"(?<![A-Za-z'’-])[A-Za-z'’-]++(?:[ ,]++[A-Za-z'’-]++){3,}+")


def _untranslated(zh_text: str, en_text: str) -> Iterator[Issue]:
    for run in islice(_LEFT_HAN.finditer(en_text), _MOST_ISSUES):
        message = Message(N_("{text} is still Chinese"), text=shorten(run.group(), 24))
        yield Issue("untranslated", "en", *run.span(), message)
    lower = en_text.lower()
    for run in islice(_LEFT_ENGLISH.finditer(zh_text), _MOST_ISSUES):
        if run.group().lower() in lower:
            message = Message(
                N_("“{text}” is left untranslated in the Chinese"), text=shorten(run.group(), 24)
            )
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
_WHOLE_DAY = re.compile(r"(?<!\d)0\s?[-–—~～至到]\s?24\s?[时点]")
"""0-24时, a whole day, which the English may leave out or write as a date."""
_ROUNDED = re.compile(r"[近上逾超过约]([十百千万亿]{1,8})")
"""近百 and similar: a power of ten without a digit, in English "nearly 100"."""
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_DATE_WORDS = re.compile(r"季度|[年月日]|届|以来|之际")


def _facts(zh_text: str, en_text: str) -> Iterator[Issue]:
    known = Sides(find_facts(zh_text, "zh"), find_facts(en_text, "en"))
    missing = compare_facts(known.zh, known.en).missing
    strong = missing.map(lambda facts: [fact for fact in facts if fact.strong][:_MOST_ISSUES])
    if strong.zh or strong.en:
        strong = _without_amounts(strong, known, Sides(zh_text, en_text))
    zh = _missing_in_english(strong.zh, zh_text, en_text)
    en = _missing_in_chinese(strong.en, zh_text, en_text)
    if not any(fact.kind in _DATES for fact in zh) and _DATE_WORDS.search(zh_text):
        # A correct translation of 前三季度 may be "in 2019" (7 of 1,620 gold beads).
        en = [fact for fact in en if fact.kind not in _DATES]
    yield from _fact_issues("zh", zh_text, zh, en_text, en)
    yield from _fact_issues("en", en_text, en, zh_text, zh)


def _without_amounts(
    missing: Sides[list[Fact]], known: Sides[tuple[Fact, ...]], texts: Sides[str]
) -> Sides[list[Fact]]:
    """Return the missing facts without those that the other text writes in another way."""
    zh = find_amounts(texts.zh, known.zh[:_MOST_ISSUES], "zh")
    en = find_amounts(texts.en, known.en[:_MOST_ISSUES], "en")
    return Sides(find_unmatched(missing.zh, zh, en), find_unmatched(missing.en, en, zh))


def _missing_in_english(facts: Sequence[Fact], zh_text: str, en_text: str) -> list[Fact]:
    """Return the Chinese facts that the English does not have in another form either."""
    english = _EnglishText(en_text)
    days = [found.span() for found in islice(_WHOLE_DAY.finditer(zh_text), _MOST_ISSUES)]
    missing = [fact for fact in facts if english.misses(fact)]
    return [fact for fact in missing if not any(start <= fact.start < end for start, end in days)]


def _missing_in_chinese(facts: Sequence[Fact], zh_text: str, en_text: str) -> list[Fact]:
    """Return the English facts that the Chinese does not have in another form either."""
    rounded = {_power_of_ten(found.group(1)) for found in _ROUNDED.finditer(zh_text)}
    missing = [fact for fact in facts if fact.value not in rounded][:_MOST_ISSUES]
    if _OLD_MEASURE.search(zh_text):
        return [fact for fact in missing if not _METRIC.match(en_text, fact.end)]
    return missing


def _power_of_ten(units: str) -> int:
    """Return the value of Chinese number units that follow each other: 百万 is 1,000,000."""
    return math.prod(_POWERS[unit] for unit in units)


class _EnglishText:
    """An English text in which facts are looked for in other forms."""

    def __init__(self, text: str) -> None:
        self._text = text
        words = re.findall(r"[a-z0-9]+", text.lower())
        self._bare = "".join(words)
        self._initials = "".join(word[0] for word in words)

    def misses(self, fact: Fact) -> bool:
        """Return whether a Chinese fact is missing in the text.

        It is not missing if the English spells out WTO, writes G20 for 二十国集团 or "one" for 1人.
        """
        if fact.kind != "name":
            in_words = r"|\b[Oo]ne\b" if fact.value == 1 else ""
            return not re.search(rf"[A-Za-z]-?{fact.value}(?!\d){in_words}", self._text)
        name = str(fact.value)
        return re.sub(r"[^a-z0-9]", "", name) not in self._bare and name not in self._initials


def _fact_issues(
    side: Language, text: str, missing: Sequence[Fact], other_text: str, others: Sequence[Fact]
) -> Iterator[Issue]:
    other = Message(LANGUAGE_NAMES[OTHER[side]])
    for fact in missing:
        kind = _ISSUE_KINDS.get(fact.kind, "number")
        own = text[fact.start : fact.end].strip()
        rival = next((o for o in others if _ISSUE_KINDS.get(o.kind, "number") == kind), None)
        if rival is None or kind == "name":
            message = Message(N_("{own} is missing from the {other}"), own=own, other=other)
        else:
            theirs = other_text[rival.start : rival.end].strip()
            converted = convert_numbers(own, side)
            message = Message(
                N_("{own} here, but the {other} says {theirs}"), own=own, other=other, theirs=theirs
            )
            if len(converted) == 1:
                message = Message(
                    N_("{own} is {target}, but the {other} says {theirs}"),
                    own=own,
                    target=converted[0].target,
                    other=other,
                    theirs=theirs,
                )
        yield Issue(kind, side, fact.start, fact.end, message)


def _names(zh_text: str, en_text: str) -> Iterator[Issue]:
    """Yield the English names that are not in the Chinese, if a Chinese name has no translation.

    One without the other is not an error: English repeats names where Chinese uses a pronoun.
    """
    names = find_full_names(en_text)
    if not names:
        return
    keys = pinyin_keys(zh_text)
    times = Counter(name.value for name in names)
    unmatched = [
        name for name in names if times[name.value] > 1 or not _is_in(str(name.value).split(), keys)
    ]
    if not unmatched:
        return
    others = _names_not_in_english(zh_text, en_text)
    if not others:
        return
    for fact in unmatched[:_MOST_ISSUES]:
        written = en_text[fact.start : fact.end]
        message = Message(
            N_("The Chinese names {value} here, not {written}"),
            value=others[0].value,
            written=written,
        )
        yield Issue("name", "en", fact.start, fact.end, message)


def _is_in(parts: list[str], keys: frozenset[str]) -> bool:
    """Return whether the Chinese contains the whole name, or a given name of two syllables."""
    given = "".join(parts[1:])
    whole = {"".join(parts), given + parts[0]}
    return not keys.isdisjoint(whole) or (len(given) > _SYLLABLE and given in keys)


def _names_not_in_english(zh_text: str, en_text: str) -> list[Fact]:
    """Return the Chinese names that the English contains neither whole nor by surname."""
    letters = re.sub(r"[^a-z]", "", en_text.lower())
    words = {str(word.value) for word in find_latin_names(en_text)}
    names = {str(name.value): name for name in reversed(find_chinese_names(zh_text))}
    first = sorted(names.values(), key=lambda name: name.start)[:_MOST_ISSUES]
    return [name for name in first if not _is_in_english(str(name.value), letters, words)]


def _is_in_english(characters: str, letters: str, words: Set[str]) -> bool:
    surname = readings(characters[0])[0]  # the rarer readings of 王 include "yu"
    keys = pinyin_keys(characters)
    longest = max(map(len, keys), default=0)
    return surname in words or any(key in letters for key in keys if len(key) > longest - 3)


_SYLLABLE = 4
"""A longer key has two syllables, or is a syllable that is rare in other texts."""


_MEAN = 1.32  # natural logarithm of English letters per Chinese character, on 1,620 gold beads

_SPREAD, _SPREAD_SHORT = 0.1, 0.7
"""The standard deviation is a + b / sqrt(characters), with these a and b."""

_SHORT, _LONG = 3.0, 3.25
"""Standard deviations that raise an issue, for a short English and a short Chinese text.

Of 1,620 gold beads, 12 and 3 are beyond them, six in seven from novels. If the second half of the
English is removed at a sentence end, 61% of the beads have an issue, in briefings 86%.
"""

_TAIL = 8  # characters at the end of a text that contain its end mark and closing quotes

_SENTENCE_END = re.compile(r"[。！？!?…][”’」』]?\s*\Z")
_END = re.compile(r"[.!?…—–:]\W*\Z|[\"'”’)\]]\Z")
_SAYS = re.compile(r"\A[^“「：:]{1,20}[：:]\s?(?=[“「])")
_FOREIGN = re.compile(r"[A-Za-z0-9]+")


_PASSAGE = 0.25
"""Minimum share of the longer text that one passage without a counterpart must have.

Of the gold beads that have an issue of length after the second half of the English (210) or of the
Chinese (124) was removed, 94% and 85% have such a passage. Of 5 whole ones in briefings, 1 has it.
"""


def _lacks_passage(zh_text: str, en_text: str, longer: Language) -> bool:
    """Return whether a passage of the longer text has no word that is linked with the other."""
    text = zh_text if longer == "zh" else en_text
    links = link_words(zh_text, en_text)
    spans = sorted(span for link in links for span in (link.zh if longer == "zh" else link.en))
    at, longest = 0, 0
    for start, end in spans:
        longest = max(longest, start - at)
        at = max(at, end)
    return max(longest, len(text) - at) >= _PASSAGE * len(text)


def _length(zh_text: str, en_text: str, *, is_likely: bool) -> Iterator[Issue]:
    # A label or a heading has no end mark, and its translation is free.
    if not _SENTENCE_END.search(zh_text.rstrip()[-_TAIL:]):
        return
    if not _END.search(en_text.rstrip()[-_TAIL:]):
        yield Issue("cut", "en", 0, 0, Message(N_("The English stops in the middle of a sentence")))
    full, spoken = _weight(zh_text), _weight(_SAYS.sub("", zh_text))
    letters = sum(not character.isspace() for character in en_text)
    if _deviation(spoken, letters) < -_SHORT:  # English often omits "he said"
        shorter: Language = "en"
        message = Message(N_("The English is much shorter than usual for this Chinese"))
    elif _deviation(full, letters) > _LONG:
        shorter = "zh"
        message = Message(N_("The Chinese is much shorter than usual for this English"))
    else:
        return
    if not is_likely or _lacks_passage(zh_text, en_text, OTHER[shorter]):
        yield Issue("length", shorter, 0, 0, message)


def _weight(zh_text: str) -> float:
    """Return the number of Chinese characters; 3.5 Latin letters count as one."""
    return len(_HAN.findall(zh_text)) + sum(map(len, _FOREIGN.findall(zh_text))) / 3.5


def _deviation(zh: float, letters: int) -> float:
    """Return the log of the length ratio minus its mean, in standard deviations."""
    if zh < 1 or letters < 1:
        return 0.0
    return (math.log(letters / zh) - _MEAN) / (_SPREAD + _SPREAD_SHORT / math.sqrt(zh))
