"""The facts of an English text: numbers, percentages, dates, times and names in capitals."""

import re
from collections.abc import Iterator
from decimal import Decimal

from .. import dates
from .record import RELATIVE, Fact, Handlers, Kind, day_facts, read_code, scan

_LONG_MONTH = "|".join(month for month in dates.MONTHS if month not in ("March", "May"))
_SHORT_MONTH = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"

_ORDINALS = dict(
    zip(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),  # noqa: SIM905 # words
        range(1, 13),
        strict=True,
    )
)
_ORDINALS |= {word + "th": 13 + index for index, word in enumerate(dates.TEENS[3:])}
_ORDINALS |= {word[:-1] + "ieth": 10 * index for index, word in enumerate(dates.TENS, 2)}
_PARTS = {"half": 2, "third": 3, "quarter": 4, **{w: n for w, n in _ORDINALS.items() if n > 3}}
_PARTS |= {"hundredth": 100, "thousandth": 1000, "millionth": 10**6}

_ONE = "(?i:" + "|".join(dates.ONES) + ")"
_BELOW_100 = (
    "(?i:(?:" + "|".join(dates.TENS) + r")(?:[\s-](?:" + "|".join(dates.ONES) + r")\b)?|"
    + "|".join([*sorted(dates.TEENS, key=len, reverse=True), *dates.ONES, "zero"]) + ")"
)  # fmt: skip
_SCALE = r"(?i:hundred|thousand|million|billion|trillion|dozen|mln|bn|bln|tn|trn)"
_HUNDREDS = rf"(?:{_BELOW_100}(?:[\s-](?i:hundred)(?:\s(?:and\s)?{_BELOW_100})?)?)"
_WORDS = rf"{_HUNDREDS}\b(?:[\s-]{_SCALE}\b(?:,?\s(?:and\s)?{_HUNDREDS}\b(?!\s(?:percent|per)))?)*"
_ORDINAL_WORD = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_PART_WORD = "|".join(sorted(_PARTS, key=len, reverse=True))

_MANY = "thousands|millions|billions|trillions"
_COUNTED = "hundred|thousand|million|billion|trillion|dozen|decade|century"

_TOKEN = re.compile(
    rf"""\b(?=\w)(?:  # halves the time: no alternative is tried after a word
      (?P<iso>{dates.ISO_DATE})
    | (?P<clock>\d{{1,2}}:\d\d\b|\d{{1,2}}[.]\d\d(?=\s?[ap]\.?m\b))
        (?:\s?(?P<clock_half>[ap]\.?m\b\.?))?
    | (?P<hour>\d{{1,2}}\s?(?P<hour_half>[ap]\.?m\b\.?)
        |(?:\d{{1,2}}|{_ONE}|ten|eleven|twelve)\so['’]clock)
    | (?P<decade>(?:1[5-9]|20)?\d0['’]?s\b)
    | (?P<quarter>Q[1-4]\b|[1-4]Q\b)
    | (?P<month>(?:{_LONG_MONTH}|May|March)\b|(?:{_SHORT_MONTH})\b\.?)
    | (?P<relative>(?i:this|last|next|previous|same|coming|past)\s(?i:year|month|week)\b
        |(?i:today|yesterday|tomorrow|tonight)\b)
    | (?P<vague>(?i:tens|dozens|scores|hundreds|{_MANY})\b(?:\s(?:of|upon)\s(?:{_MANY})\b)?)
    | (?P<fraction>(?P<above>(?i:an?(?=\s\w++\sof\b)|{_BELOW_100})|\d{{1,3}})
        [\s-](?P<below>(?i:{_PART_WORD}))s?\b
        |(?P<top>\d{{1,2}})/(?P<bottom>\d{{1,3}})\b(?!/))
    | (?P<ordinal>(?:(?i:{"|".join(dates.TENS)})[\s-])?(?i:{_ORDINAL_WORD})\b
        |\d++(?:,\d{{3}})*+(?:st|nd|rd|th)\b)
    | (?P<half>(?i:half)\b(?!\san?\s(?i:{_COUNTED})\b))
    | (?P<times>(?i:doubl(?:e|es|ed|ing)|twice|twofold|tripl(?:e|es|ed|ing)|thrice
        |quadrupl(?:e|es|ed|ing))\b)
    | (?P<code>(?=[A-Za-z-]{{0,20}}+\d)[A-Za-z][A-Za-z0-9]*+(?:-[A-Za-z0-9]++)*+\b
        |\d++[A-Z][A-Za-z0-9]*+\b|(?!{_BELOW_100}\b)[A-Z]{{2,}}[A-Za-z]{{0,2}}\b)
    | (?P<a_scale>(?i:an?|half\san?|several|every)\s(?P<scale>(?i:{_COUNTED}))\b)
    | (?P<number>(?:{dates.PLAIN_NUMBER}(?:[\s-]{_SCALE}\b|(?:bn|tn|mln|trn)\b)?|{_WORDS})
        (?:\sand\sa\shalf\b(?:[\s-]{_SCALE}\b)?)?)
      (?P<unit>\s?%|[\s-]?(?:percentage|basis)[\s-]points?\b
        |[\s-](?:percent|per\scent)(?:age\spoints?)?\b
        |[\s-](?i:fold|times)\b|\s(?i:decades|centuries)\b)?
    )""",
    re.VERBOSE,
)
_PERIODS = re.compile(r"\b(?i:first|last|past|next|previous|final)\s\Z")
_MONTH_BEFORE = re.compile(
    r"(?:\b(?i:in|of|since|by|from|to|until|till|last|this|next|early|mid|late|and|through|on|between"
    r"|during|for)[\s-]|[\d–-]\s?|\b(?:January|February|April|June|July|August|September|October"
    r"|November|December),?\s)\Z"
)
_SURE_MONTH = re.compile(rf"{_LONG_MONTH}|.*\.")
_MONTH_BEHIND = re.compile(r"\s\d|,\s\d{4}|\s(?:this|last|next)\syear")
_RANGE = re.compile(r"\s*(?:to|-|–|—|~|and|or|through)\s*|\s*,\s*")
_SHORT_YEAR = re.compile(r"[-–/]\d\d")  # 2030-31
_SCALE_END = re.compile(rf"({_SCALE})$")
_YEARS = range(1700, 2101)


def find(text: str) -> list[Fact]:
    """Return the facts of a text in order."""
    shared = _share_units([*scan(_TOKEN, _HANDLERS, text)], text)
    # A lone "one" is more often a pronoun than a number.
    facts = [f for f in shared if f.kind != "number" or text[f.start : f.end].lower() != "one"]
    for index, fact in enumerate(facts):
        if fact.kind == "month":  # numbers next to a month are days: "October 26 to 27"
            for other in (index - 1, index + 1, index + 2):
                _make_day(facts, index, other, text)
    return facts


def _iso(token: re.Match[str]) -> Iterator[Fact]:
    yield from day_facts(token, "iso")


def _quarter(token: re.Match[str]) -> Iterator[Fact]:
    yield Fact("quarter", Decimal(token["quarter"].strip("Q")), *token.span())


def _half(token: re.Match[str]) -> Iterator[Fact]:
    yield Fact("number", Decimal("0.5"), *token.span(), strong=False)


def _decade(token: re.Match[str]) -> Iterator[Fact]:
    digits = re.sub(r"\D", "", token[0])
    yield Fact("decade", Decimal(digits[-2:]), *token.span(), strong=False)


def _code(token: re.Match[str]) -> Iterator[Fact]:
    yield read_code(token, strong=False)


def _clock(token: re.Match[str]) -> Iterator[Fact]:
    hour, minute = re.findall(r"\d+", token["clock"])
    yield Fact("time", _time(int(hour), minute, token["clock_half"]), token.start(), token.end())


def _hour(token: re.Match[str]) -> Iterator[Fact]:
    number = re.match(r"\d+|[a-zA-Z]+", token["hour"])
    hour = int(dates.english_value(number.group())) if number else 0
    value = _time(hour, "00", token["hour_half"])
    yield Fact("time", value, token.start(), token.end(), strong=False)


def _time(hour: int, minute: str, half: str | None) -> str:
    if half:
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    return f"{hour:02d}:{minute}"


def _month(token: re.Match[str]) -> Iterator[Fact]:
    before = token.string[max(0, token.start() - 12) : token.start()]
    is_sure = _SURE_MONTH.fullmatch(token["month"]) or (
        _MONTH_BEFORE.search(before) or _MONTH_BEHIND.match(token.string, token.end())
    )
    if not is_sure:  # the verb "may", the name Jun
        return
    value = Decimal(dates.month_number(token["month"]) or 0)
    yield Fact("month", value, token.start(), token.end())


def _relative(token: re.Match[str]) -> Iterator[Fact]:
    last = token["relative"].split()[-1].lower()
    kinds: dict[str, Kind] = {"year": "year", "month": "month"}
    yield Fact(kinds.get(last, "day"), RELATIVE, token.start(), token.end(), strong=False)


def _vague(token: re.Match[str]) -> Iterator[Fact]:
    value = Decimal(1)
    for word in re.findall(r"[a-z]+", token["vague"].lower()):
        if word not in ("of", "upon"):
            value *= 10 if word in _TENFOLD else dates.english_value("one " + word[:-1])
    yield Fact("vague", value, token.start(), token.end(), strong=False)


_TENFOLD = frozenset(["tens", "dozens", "scores"])


def _fraction(token: re.Match[str]) -> Iterator[Fact]:
    if token["top"]:
        above = Decimal(token["top"])
        below = Decimal(token["bottom"])
    else:
        above = dates.english_value(token["above"])
        below = Decimal(_PARTS[token["below"].lower()])
    before = token.string[max(0, token.start() - 12) : token.start()]
    if below == 4 and _PERIODS.search(before):
        yield Fact("number", above, token.start(), token.end("above"), strong=False)
    elif below:
        value = dates.quotient(above, below)
        strong = below not in (2, 4) and above < below
        yield Fact("number", value, token.start(), token.end(), strong)


def _ordinal(token: re.Match[str]) -> Iterator[Fact]:
    text = token["ordinal"].lower()
    if text[0].isdigit():
        value = int(text[:-2].replace(",", ""))
    else:
        *tens, last = re.split(r"[\s-]", text)
        value = int(dates.english_value(" ".join(tens))) + _ORDINALS[last]
    strong = text[0].isdigit() or value > 10
    yield Fact("ordinal", Decimal(value), token.start(), token.end(), strong)


def _times(token: re.Match[str]) -> Iterator[Fact]:
    first = token["times"][:4].lower()
    value = Decimal({"trip": 3, "thri": 3, "quad": 4}.get(first, 2))
    yield Fact("times", value, token.start(), token.end(), strong=False)


def _a_scale(token: re.Match[str]) -> Iterator[Fact]:
    word = token["scale"].lower()
    value = Decimal(_YEARS_OF[word]) if word in _YEARS_OF else dates.english_value("a " + word)
    if token["a_scale"].lower().startswith("half"):
        value /= 2
    is_vague = token["a_scale"].lower().startswith(("several", "every"))
    kind: Kind = "vague" if is_vague else "number"
    yield Fact(kind, value, token.start(), token.end(), strong=False)


_YEARS_OF = {"decade": 10, "century": 100}


def _number(token: re.Match[str]) -> Iterator[Fact]:
    words, unit = token["number"], (token["unit"] or "").lower()
    value = _value(words)
    if unit.strip() in _SPANS_OF_YEARS:
        value *= _SPANS_OF_YEARS[unit.strip()]
    kind = _kind(words, unit)
    end = token.end() if kind in ("percent", "points", "times") else token.end("number")
    yield Fact(kind, value, token.start(), end, _is_strong(token, kind, value))


def _value(words: str) -> Decimal:
    """Return a number; "two and a half million" and "two million and a half" are 2.5 million."""
    whole, half, scale = " ".join(words.split()).partition(" and a half")
    value = dates.english_value(whole)
    if scale:
        return (value + Decimal("0.5")) * dates.english_value(f"one{scale}")
    if half:
        last = _SCALE_END.search(whole)
        value += dates.english_value(f"one {last.group()}" if last else "one") / 2
    return value


_SPANS_OF_YEARS = {"decades": 10, "centuries": 100}


def _kind(words: str, unit: str) -> Kind:
    if "basis" in unit:
        return "number"
    if "point" in unit:
        return "points"
    if "%" in unit or "per" in unit:
        return "percent"
    if "fold" in unit or "times" in unit:
        return "times"
    is_year = words.isdigit() and len(words) == 4 and int(words) in _YEARS
    return "year" if is_year else "number"


_ROUND = frozenset(["one hundred", "one thousand", "ten thousand", "one million"])
_CONVERTED = re.compile(r"\((?:[^()]{0,12}[$€£]\s?)?\Z")


def _is_strong(token: re.Match[str], kind: Kind, value: Decimal) -> bool:
    if kind in ("percent", "points", "year"):
        return True
    if kind == "times" or (value <= 10 and not token["number"][0].isdigit()):
        return False
    before = token.string[max(0, token.start() - 16) : token.start()]
    after = token.string[token.end() : token.end() + 1]
    is_numbering = (not before.strip() and after in (".", ")")) or before[-1:] + after == "()"
    is_loose = token["number"].lower() in _ROUND or (token["unit"] or "").strip() in _SPANS_OF_YEARS
    return not (is_numbering or is_loose or _CONVERTED.search(before))


def _share_units(facts: list[Fact], text: str) -> list[Fact]:
    """Give the first number of a range the unit of the second: "3 to 5 percent"."""
    for index in range(len(facts) - 2, -1, -1):
        first, second = facts[index], facts[index + 1]
        if not isinstance(first.value, Decimal) or not isinstance(second.value, Decimal):
            continue  # "this year" has no number
        kinds = first.kind, second.kind
        if kinds == ("year", "number") and _SHORT_YEAR.fullmatch(text, first.end, second.end):
            value = first.value // 100 * 100 + second.value
            if value > first.value:  # else it is a month: 2023-04
                facts[index + 1] = Fact("year", value, second.start, second.end)
        if first.kind == "number" and _RANGE.fullmatch(text, first.end, second.start):
            facts[index] = _with_unit(first, second, text)
    return facts


def _with_unit(first: Fact, second: Fact, text: str) -> Fact:
    gap, bare = text[first.end : second.start], text[first.start : first.end]
    if "," in gap:
        return first
    if second.kind in ("percent", "points", "times"):
        return Fact(second.kind, first.value, first.start, first.end, second.strong)
    scale = _SCALE_END.search(text[second.start : second.end])
    if second.kind != "number" or not scale or _SCALE_END.search(bare) or " and " in gap:
        return first
    value = dates.english_value(f"{bare} {scale.group()}")
    return Fact("number", value, first.start, first.end, first.strong)


def _make_day(facts: list[Fact], month: int, other: int, text: str) -> None:
    if not 0 <= other < len(facts):
        return
    fact, before = facts[other], max(month, other)
    gap = text[facts[before - 1].end : facts[before].start]
    is_number = fact.kind in ("number", "ordinal") and isinstance(fact.value, Decimal)
    follows_a_day = other != month + 2 or facts[month + 1].kind == "day"
    if is_number and follows_a_day and Decimal(fact.value) <= 31 and _DAY_GAP.fullmatch(gap):
        facts[other] = Fact("day", fact.value, fact.start, fact.end)


_DAY_GAP = re.compile(r"[\s.]*(?:(?:to|and|the|of)\s|[-–])?\s*")


_HANDLERS: Handlers = {
    "iso": _iso,
    "quarter": _quarter,
    "half": _half,
    "decade": _decade,
    "clock": _clock,
    "hour": _hour,
    "month": _month,
    "relative": _relative,
    "vague": _vague,
    "fraction": _fraction,
    "ordinal": _ordinal,
    "code": _code,
    "times": _times,
    "a_scale": _a_scale,
    "number": _number,
}
