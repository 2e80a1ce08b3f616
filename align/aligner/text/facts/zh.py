"""The facts of a Chinese text: numbers, percentages, dates, times and Latin names."""

import re
from collections.abc import Iterator
from decimal import Decimal

from ..dates import ISO_DATE, PLAIN_NUMBER, chinese_value, quotient
from .record import RELATIVE, Fact, Handlers, Kind, day_facts, read_code, scan

FOLD = str.maketrans(
    "０１２３４５６７８９％．：萬億兩點個餘數幾時號紀間週",
    "0123456789%.:万亿两点个余数几时号纪间周",
)
"""Traditional and full-width forms to simplified ones, one to one, so offsets do not change."""

_DIGIT = "零〇一二两三四五六七八九"
_UNIT = r"(?:[十百万亿]|千(?![克米瓦卡帕赫伏焦]))"
_NUMBER = (
    rf"(?:{PLAIN_NUMBER}(?:\s?{_UNIT}++(?:{PLAIN_NUMBER}{_UNIT}++|[{_DIGIT}][{_DIGIT}十百千]*+万?+)*+)?+"
    rf"|[{_DIGIT}十](?:[零〇一二三四五六七八九]|两(?=[百千万亿])|{_UNIT})*+"
    rf"(?:点[零〇一二三四五六七八九]++)?+)"
)
_COUNTER = (
    "个名位家次天项件条种类人岁倍米元吨亩里公斤户只张块场座艘辆台部所门架颗层届周年月日号时"
    "分秒度寸尺丈匹头棵根句遍层轮批代口双对群斗间院省市县国章节卷页段篇集亿万多余几来美"
)

_NEIGHBOURS = "一二|三二|两三|二三|三四|三五|四五|五六|六七|七八|八九"

_TOKEN = re.compile(
    rf"""
      (?P<code>\d++(?:\.\d++)?+[A-Za-z][A-Za-z0-9]*+|[A-Za-z][A-Za-z0-9]*+(?:[-.&'’][A-Za-z0-9]++)*+)
    | (?P<iso>{ISO_DATE})
    | (?P<clock>(?<!\d)\d{{1,2}}:\d\d(?!\d))
    | (?P<moment>(?<![\d第])(?P<hour>\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})[时点]
        (?:(?P<minute>\d{{1,2}}|[零一二三四五六七八九十]{{1,3}})分(?!之)|半(?!年)))
    | (?P<bare>(?<![{_DIGIT}十百千万亿数几上多\d])[万亿]元)
    | (?P<relative>[今去前明后当同本近全]年|上年|来年|[本上下当]月
        |[今昨明前当]天|[今昨明当]日|[今昨明]晚|翌日|次日)
    | (?P<half>一半|半数|[过大]半|[上下]半年)
    | (?P<plan>十[一二三四五六]五(?=[”"’」』]|时期|规划|期间|以来|末|开局|计划))
    | (?P<idiom>一[一些方定直样起致切般旦心贯系律并概度再面样共齐同路举旦]|[统万唯单专之]一
        |千万(?=[别不要])|[一二三四五六七八九十]是|十(?:分(?!之)|[足全])|一带一路|千[方家秋古]百?|百姓
        |[四五六七八九]面八方|三[三番]|两[会岸者旁侧]|不[一三二]|五[一四])
    | (?P<double>翻(?:了)?[一两]?番)
    | (?P<vague>(?:[数几好]|成千)上?(?P<size>[十百千万亿]++)(?:以)?+|上(?P<upper>[百千万亿]++)
        |十几(?P<teens>[万亿]?+))
    | (?P<pair>(?P<tens>[二三四五六七八九]?十)?(?:{_NEIGHBOURS})(?![零〇一二三四五六七八九])
        (?P<size2>[十百千万亿]*+))
    | (?P<fraction>(?P<below>{_NUMBER}|(?<![百千万])[百千万]++)分之(?P<above>{_NUMBER}|[百千万])
        |(?<![\d/])(?P<top>\d{{1,2}})/(?P<bottom>\d{{1,3}})(?![\d/]))
    | (?P<prefix>第)?(?P<number>{_NUMBER})(?P<more>[多余几来])?(?P<big>[万亿]{{1,2}})?
      \s?(?P<unit>%|个百分点|百分点|年代|世纪|季度|月|年|日|号|届|成(?![立为果员就本了功都长新])|大(?=[以召精报代上开的是])|周年|[:点](?=\d)|点钟?|时|倍)?
    """,
    re.VERBOSE,
)
# Traditional units; a translation may convert them, so their numbers are not strong.
_MEASURES = re.compile(r"\s?(?:来|多)?(?:亩|市?斤|英?[里尺寸](?!面)|丈|担|石)")

_RANGE = re.compile(r"\s*(?:至|到|-|~|～|—|–|－|或|、|和)\s*")
_YEARS = range(1000, 2201)


def find(text: str) -> list[Fact]:
    """Return the facts of a text in order."""
    folded = text.translate(FOLD)
    return _share_units([*scan(_TOKEN, _HANDLERS, folded)], folded)


def _iso(token: re.Match[str]) -> Iterator[Fact]:
    yield from day_facts(token, "iso")


def _clock(token: re.Match[str]) -> Iterator[Fact]:
    yield Fact("time", token["clock"].zfill(5), *token.span())


def _half(token: re.Match[str]) -> Iterator[Fact]:
    yield Fact("number", Decimal("0.5"), *token.span(), strong=False)


def _idiom(_token: re.Match[str]) -> tuple[Fact, ...]:
    """Return no fact: the characters of an idiom such as 一些 count nothing."""
    return ()


def _bare(token: re.Match[str]) -> Iterator[Fact]:
    """Yield the unit of 亿元以上, "a hundred million yuan or more"."""
    value = Decimal(10**4 if token["bare"][0] == "万" else 10**8)
    yield Fact("number", value, token.start(), token.start() + 1, strong=False)


def _double(token: re.Match[str]) -> Iterator[Fact]:
    value = Decimal(4 if "两" in token["double"] else 2)
    yield Fact("times", value, *token.span(), strong=False)


def _code(token: re.Match[str]) -> Iterator[Fact]:
    yield read_code(token, strong=len(token["code"]) > 1)


def _moment(token: re.Match[str]) -> Iterator[Fact]:
    hour = chinese_value(token["hour"]) or Decimal(0)
    minute = chinese_value(token["minute"]) if token["minute"] else Decimal(30)
    value = f"{int(hour):02d}:{int(minute or 0):02d}"
    yield Fact("time", value, token.start(), token.end())


def _relative(token: re.Match[str]) -> Iterator[Fact]:
    last = token["relative"][-1]
    kinds: dict[str, Kind] = {"年": "year", "月": "month"}
    kind = kinds.get(last, "day")
    yield Fact(kind, RELATIVE, token.start(), token.end(), strong=False)


def _plan(token: re.Match[str]) -> Iterator[Fact]:
    value = chinese_value(token["plan"][:2])
    if value is not None:
        yield Fact("ordinal", value, token.start(), token.end())


def _vague(token: re.Match[str]) -> Iterator[Fact]:
    size = token["size"] or token["upper"] or f"十{token['teens'] or ''}"
    value = chinese_value("一" + size) or Decimal(10)
    yield Fact("vague", value, token.start(), token.end(), strong=False)


def _pair(token: re.Match[str]) -> Iterator[Fact]:
    """Yield the two numbers of 十七八 or 二三十, which share their tens or their unit."""
    tens, size = token["tens"] or "", token["size2"]
    digits = token["pair"][len(tens) : len(tens) + 2]
    for digit in digits:
        value = chinese_value(tens + digit + size)
        if value is not None:
            yield Fact("number", value, token.start(), token.end(), strong=False)


def _fraction(token: re.Match[str]) -> Iterator[Fact]:
    below, above = (
        chinese_value("一" + numeral if numeral[0] in "百千万亿" else numeral)
        for numeral in (token["below"] or token["bottom"], token["above"] or token["top"])
    )
    if not below or above is None:
        return
    if below == 100:
        yield Fact("percent", above, token.start(), token.end())
    else:
        yield Fact("number", quotient(above, below), token.start(), token.end())


def _number(token: re.Match[str]) -> Iterator[Fact]:
    value = chinese_value(token["number"] + (token["big"] or ""))
    if value is None:
        return
    kind = _kind(token, value)
    if kind == "number" and _is_part_of_a_word(token):
        return
    end = _end(token) if kind == "number" else token.end()
    strong = _is_strong(token, kind, value)
    yield Fact(kind, _value(kind, value, token["unit"] or ""), token.start(), end, strong)


def _is_part_of_a_word(token: re.Match[str]) -> bool:
    """Return whether a single character such as 一 or 三 counts nothing: 统一, 三亚."""
    number, following = token["number"], token.string[token.end() : token.end() + 1]
    if len(number) > 1 or number.isdigit() or token["big"]:
        return False
    return number == "一" or not (token["unit"] or following in _COUNTER)


def _end(token: re.Match[str]) -> int:
    return max(token.end("number"), token.end("more"), token.end("big"))


def _value(kind: Kind, value: Decimal, unit: str) -> Decimal | str:
    if kind == "decade":
        return value % 100
    if unit == "成":
        return value * 10
    if kind == "time":
        return f"{int(value):02d}:00"
    return value


def _kind(token: re.Match[str], value: Decimal) -> Kind:
    unit, whole = token["unit"] or "", value == int(value)
    if token["prefix"]:
        return "quarter" if unit == "季度" else "ordinal"
    if unit == "年":
        return "year" if whole and int(value) in _YEARS and not token["more"] else "number"
    return _kind_of_unit(token, unit, value)


def _kind_of_unit(token: re.Match[str], unit: str, value: Decimal) -> Kind:
    if unit in _UNIT_KINDS:
        return _UNIT_KINDS[unit]
    if unit == "月" and value <= 12:
        return "month"
    if unit in ("日", "号") and value <= 31:
        return "day"
    if unit == "季度" and value <= 4:
        return "number" if token.string[token.start() - 1 : token.start()] == "前" else "quarter"
    if unit in ("时", "点", "点钟") and value <= 24 and token["number"].isdigit():
        return "time"
    return "number"


_UNIT_KINDS: dict[str, Kind] = {
    "%": "percent", "成": "percent", "个百分点": "points", "百分点": "points",
    "年代": "decade", "世纪": "ordinal", "届": "ordinal", "大": "ordinal",
    "周年": "ordinal", "倍": "times",
}  # fmt: skip


def _is_strong(token: re.Match[str], kind: Kind, value: Decimal) -> bool:
    if kind in ("percent", "points", "year"):
        return True
    if token["more"] == "几" or _MEASURES.match(token.string, _end(token)):
        return False
    if not token["number"][0].isdigit() and not _is_counted(token, value):
        return False
    before = _last_before(token.string, token.start())
    after = token.string[token.end() : token.end() + 1]
    is_numbering = not before and after in (".", "、", "．")
    is_bracketed = before in "(（" and after in ")）" and after != ""
    return kind not in ("time", "times", "decade") and not (is_numbering or is_bracketed)


def _last_before(text: str, place: int) -> str:
    """Return the last character before a place that is not a space, or an empty string."""
    while place and text[place - 1].isspace():
        place -= 1
    return text[place - 1] if place else ""


def _is_counted(token: re.Match[str], value: Decimal) -> bool:
    """Return whether a number in characters counts something, unlike a round figure of speech."""
    number, following = token["number"], token.string[_end(token) : _end(token) + 1]
    if token["prefix"] and token["unit"] == "届":  # every translation keeps 第八届
        return True
    if value <= 10 or set(number) <= set("一十百千万亿") or not set(number) & set("十百千万亿点"):
        return False
    return value >= 100 or bool(token["unit"] or token["prefix"]) or following in _COUNTER


def _share_units(facts: list[Fact], text: str) -> list[Fact]:
    """Give the first number of a range the unit of the second: ``3至5亿``, ``1-2月``."""
    for index in range(len(facts) - 2, -1, -1):
        first, second = facts[index], facts[index + 1]
        if first.kind != "number" or not isinstance(first.value, Decimal):
            continue
        gap = _RANGE.fullmatch(text, first.end, second.start)
        if gap and isinstance(second.value, Decimal):
            facts[index] = _with_unit(first, second, text)
    return facts


def _with_unit(first: Fact, second: Fact, text: str) -> Fact:
    bare = text[first.start : first.end].strip()
    value = first.value
    if second.kind == "number":
        big = re.search(r"[万亿]+$", text[second.start : second.end])
        if big and not re.search(r"[万亿]", bare):
            value = chinese_value(bare + big.group()) or value
        return Fact("number", value, first.start, first.end, first.strong)
    if second.kind in ("percent", "points", "month", "day", "year", "times"):
        return Fact(second.kind, value, first.start, first.end, second.strong)
    return first


_HANDLERS: Handlers = {
    "iso": _iso,
    "clock": _clock,
    "half": _half,
    "idiom": _idiom,
    "bare": _bare,
    "double": _double,
    "code": _code,
    "moment": _moment,
    "relative": _relative,
    "plan": _plan,
    "vague": _vague,
    "pair": _pair,
    "fraction": _fraction,
    "number": _number,
}
