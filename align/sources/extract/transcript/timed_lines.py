"""Speakers next to a time: chat logs, meeting chats, automatic transcripts."""

import re
from collections.abc import Iterator, Sequence

from ....aligner.text.chinese import HAN
from . import Block
from .speech import SpeakerLine, ends_sentence, share_talking, take_turns

_CLOCK = (
    r"(?:(?:上午|下午|凌晨|早上|中午|晚上)\s?)?\d{1,2}[:：]\d\d(?:[:：]\d\d)?(?:[.,]\d{1,3})?"
    r"(?:\s?[AaPp]\.?[Mm]\b\.?)?"
)
_DAY = (
    r"(?:\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d)"
    r"|\d{1,2}[-/]\d{1,2}(?=\s)|\d{1,2}月\d{1,2}日|[昨今前]天|(?:Today|Yesterday)(?: at)?)"
)
# "12/03/2031, 09:12", "00:00:12 --> 00:00:19"
_TIME = rf"(?:{_DAY}[,，]?\s?)?{_CLOCK}(?:\s?(?:-->|[-–—~])\s?{_CLOCK})?"
_IN_BRACKETS = rf"[\[(（【]\s?{_TIME}\s?[\])）】]"
_STAMP = rf"(?:{_IN_BRACKETS}|{_TIME})"
# Marks of the direction of writing, which telephones put before a message.
_MARKS = "[\u200e\u200f\u202a-\u202e~]?"
_NAME = r"(?P<label>[^\s:：<>\[\]()（）|,，。.?？!！\-–—][^:：\[\]|。?？!！]{0,39}?)"
_BETWEEN = r"\s*[,，|–—-]?"
_ADDRESSEE = r"(?:\s+to\s+[^:：]{1,40}?)?"

# Each form is judged by itself: a text rarely has two.
_FORMS = (
    # [09:12] Kim: text; 12/03/2031, 09:12 - Kim: text; 09:12:33 From Kim to Everyone: text
    rf"(?P<stamp>{_MARKS}{_STAMP}\s?[-–—|]?\s*~?\s*(?:From\s+)?){_NAME}(?P<to>{_ADDRESSEE})\s?"
    r"(?P<colon>[:：])(?P<rest>.*)",
    # [09:12] <Kim> text
    rf"(?P<stamp>{_STAMP})\s?<(?P<label>[^<>]{{1,40}})>(?P<rest>.*)",
    # Kim (09:12): text, 张三(00:12:34):
    rf"{_NAME}{_BETWEEN}\s?(?P<stamp>{_IN_BRACKETS}\s?[:：]?)(?P<rest>.*)",
    # Kim 09:12: text; Kim 00:12
    rf"{_NAME}{_BETWEEN}\s(?P<stamp>{_TIME}(?:\s?[:：](?=\s|$|[{HAN}])|$))(?P<rest>.*)",
    # 【发言人1】00:12
    rf"(?P<label>[【\[][^【】\[\]]{{1,40}}[】\]])\s?(?P<stamp>{_TIME})$(?P<rest>)",
    # [00:00:12] Speaker 1
    rf"(?P<stamp>{_MARKS}{_STAMP}\s?[-–—|]?\s?){_NAME}$(?P<rest>)",
)
_PATTERNS = tuple(map(re.compile, _FORMS))
_STAMP_ALONE = re.compile(_STAMP)
_MINUTES = re.compile(r"(?<![:：\d])\d{1,2}[:：](\d\d)(?![:：.,]?\d)")
_CLOCK_NEAR = re.compile(r"[^:：]{1,60}+(?<=\d)[:：]\d\d")
# A letter, or the number of a telephone.
_SHOWN = re.compile(r"[^\W\d_]|^\+\d")

_HALF_DAY = re.compile(r"[AP]\.?M\.?|[上下]午", re.IGNORECASE)

_LEAST_TALKING = 0.2
_MOST_WORDS = 6  # of a name
_LONGEST = 60  # characters of a line with name and time only


def find_timed_lines(blocks: Sequence[Block]) -> tuple[SpeakerLine, ...]:
    """Return the lines with a name and a time, in each form that is a conversation."""
    timed = [index for index, block in enumerate(blocks) if _has_clock(block.text)]
    if len(timed) < 3:
        return ()
    found: dict[int, SpeakerLine] = {}
    for lines in (*_by_pattern(blocks, timed), list(_over_times(blocks, timed))):
        if _is_conversation(lines, blocks):
            for line in lines:
                found.setdefault(line.index, line)
    return tuple(found.values())


def _has_clock(text: str) -> bool:
    """Return whether the first colon of a text is in a time; a cheap first test."""
    return bool(_CLOCK_NEAR.match(text))


def _by_pattern(blocks: Sequence[Block], timed: Sequence[int]) -> Iterator[list[SpeakerLine]]:
    for pattern in _PATTERNS:
        lines: list[SpeakerLine] = []
        for index in timed:
            match = pattern.fullmatch(blocks[index].text)
            if match and _is_name(match["label"]):
                lines.append(_line_of(index, match))
        yield lines


def _line_of(index: int, match: re.Match[str]) -> SpeakerLine:
    """Return the line of a match: a colon directly after the name is part of its label."""
    groups = match.groupdict()
    name, addressee = match["label"].strip(), groups.get("to") or ""
    label = name if addressee else name + (groups.get("colon") or "")
    stamp = f"{match['stamp'].strip()} {addressee.strip()}".strip()
    return SpeakerLine(index, label, match["rest"].strip(), stamp, name=name)


def _over_times(blocks: Sequence[Block], timed: Sequence[int]) -> Iterator[SpeakerLine]:
    """Yield the lines of a name over a line of a time."""
    for index in timed:
        name = blocks[index - 1].text if index else ""
        alone = _STAMP_ALONE.fullmatch(blocks[index].text)
        is_short = 0 < len(name) <= _LONGEST
        if alone and is_short and _is_name(name) and not ends_sentence(name):
            yield SpeakerLine(index - 1, name, stamp=alone[0], blocks=2, name=name.rstrip(":："))


def _is_name(text: str) -> bool:
    if _HALF_DAY.fullmatch(text.strip()):
        return False
    return bool(_SHOWN.search(text)) and len(text.split()) <= _MOST_WORDS


def _is_conversation(lines: Sequence[SpeakerLine], blocks: Sequence[Block]) -> bool:
    """Return whether names recur and the texts talk; all times of a timetable are round."""
    said = [line.said(blocks) for line in lines]
    names = [line.name for line in lines]
    if share_talking(said) < _LEAST_TALKING or _are_round([line.stamp for line in lines]):
        return False
    return take_turns(names) or _is_one_speaker(lines, names)


def _is_one_speaker(lines: Sequence[SpeakerLine], names: Sequence[str]) -> bool:
    """Return whether one name is on lines of its own, as in the transcript of a talk."""
    return len(names) > 2 and len({*names}) == 1 and not any(line.rest for line in lines)


def _are_round(stamps: Sequence[str]) -> bool:
    """Return whether all times are multiples of five minutes, without seconds."""
    clocks = [_MINUTES.search(stamp) for stamp in stamps]
    return all(clock is not None and int(clock[1]) % 5 == 0 for clock in clocks)
