"""Speakers whom the form of a line shows: times, question marks, slashes, scripts, lines of names.

A form counts only if it is regular in the whole text: several lines have it, names recur after
other names, and the texts talk as people do. A timetable or a report with headings fails that.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, repeat

from ....aligner.text.chinese import HAN
from . import Block
from . import label_words as words
from .name_lines import find_name_lines, find_scripts
from .speech import (
    SpeakerLine,
    any_asks,
    are_frequent,
    ends_sentence,
    share_ending,
    share_talking,
    take_turns,
)
from .timed_lines import find_timed_lines

# "Q. Where", "Q1:", "问：", "Ａ：", "Question 2:"; without a mark "Q   Where", "A" alone on a line.
_QUESTION = re.compile(
    r"(?P<label>(?P<who>Q(?:uestion)?|A(?:nswer)?|[ＱＡ问答問])"
    r"(?:\s?\d{0,3}\s?(?:[.．](?!\d)|[:：、／｜])|(?=\s|$)))[\s\u3000]*(?P<rest>.*)"
)
_SECOND_CHOICE = re.compile(r"B\s?[.．、)）:：]")
_MARKS = "QAＱＡ问答問"
_ASKING = frozenset(("Q", "Question", "Ｑ", "问", "問"))
# 記者／您為什麼離開？
_SLASH = re.compile(rf"(?P<label>(?P<name>[{HAN}A-ZＡ-Ｚ·]{{1,12}}+)[／｜])\s?(?P<rest>.*)")
# 审：你的姓名？ but not 例： in a dictionary
_LETTER = re.compile(rf"(?P<label>(?P<name>(?![例注附按解义義])[{HAN}])[:：])\s?(?P<rest>\S.*)")
# 守灯人　今晚灯光很暗。
_SPACED = re.compile(rf"(?P<label>(?P<name>[{HAN}·]{{1,8}}+))[ \u3000]+(?P<rest>\S.*)")
# Mr. Smith (Riverton): text; The Minister of Transport (Mrs. Jones): text
_MEMBER = re.compile(
    r"(?P<label>(?P<name>[^:：()（）]{2,60}+)(?:\s?[(（](?P<aside>[^()（）]{1,60})[)）]){0,2}[:：])"
    r"\s*(?P<rest>\S.*)"
)
_LEAST_TALKING = 0.3
_LEAST_ENDED = 0.8


def find_speaker_lines(blocks: Sequence[Block]) -> tuple[SpeakerLine, ...]:
    """Return the lines whose form shows a speaker, in order."""
    found: dict[int, SpeakerLine] = {}
    for find in _FORMS:
        for line in find(blocks):
            if not blocks[line.index].label:
                found.setdefault(line.index, line)
    return tuple(found[index] for index in sorted(found))


def mark_speakers(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Return blocks with a label of its own for each speaker, and the times left out."""
    lines = {line.index: line for line in find_speaker_lines(blocks)}
    if not lines:
        return tuple(blocks), ()
    marked: list[Block] = []
    end = 0  # of the last label
    for index, block in enumerate(blocks):
        line = lines.get(index) if index >= end else None
        if line is not None:
            marked += _parts_of(line, block)
            end = index + line.blocks
        elif index >= end:
            marked.append(block)
    stamps = tuple(Block(line.stamp) for line in lines.values() if line.stamp)
    return tuple(marked), stamps


def _parts_of(line: SpeakerLine, block: Block) -> Iterator[Block]:
    """Yield the label of a block, and its speech."""
    yield replace(block, text=line.label, lead="", label=True)
    if line.rest:
        yield replace(block, text=line.rest, lead="", gap=False)


def _find_questions(blocks: Sequence[Block]) -> tuple[SpeakerLine, ...]:
    """Return the lines of questions and answers: "Q. Where?" and "A. At home."."""
    lines: list[SpeakerLine] = []
    for index, block in enumerate(blocks):
        match = _QUESTION.fullmatch(block.text) if block.text[:1] in _MARKS else None
        if match is None:
            continue
        line = SpeakerLine(index, match["label"].strip(), match["rest"], name=match["who"])
        # "A" without a mark begins any English sentence.
        if line.label[-1:] in ".．:：、／｜" or line.label[0] != "A" or _is_question(lines[-1:]):
            lines.append(line)
    if any(map(_opens_choice, lines, repeat(blocks))):
        return ()
    asked = [line for line in lines if line.name in _ASKING]
    answered = sum(
        line.name in _ASKING and after.name not in _ASKING for line, after in pairwise(lines)
    )
    is_pair = answered == 1 and any_asks([asked[0].said(blocks)])
    if not (is_pair or answered > 1) or 2 * answered < len(asked):
        return ()
    return tuple(lines)


def _opens_choice(line: SpeakerLine, blocks: Sequence[Block]) -> bool:
    """Return whether "B. A lamp." follows "A. A lens.", as in an examination."""
    below = line.index + 1
    is_choice = line.name == "A" and below < len(blocks)
    return is_choice and _SECOND_CHOICE.match(blocks[below].text) is not None


def _is_question(lines: Sequence[SpeakerLine]) -> bool:
    return any(line.name in _ASKING for line in lines)


def _find_slashes(blocks: Sequence[Block]) -> tuple[SpeakerLine, ...]:
    """Return the lines that begin with a name and a full-width slash or bar."""
    lines = _matches(_SLASH, blocks)
    names = [line.name for line in lines]
    said = [line.said(blocks) for line in lines]
    has_role = any(name in words.ROLE_WORDS or words.is_reporter(name) for name in names)
    if take_turns(names) and (share_talking(said) >= _LEAST_TALKING or has_role):
        return tuple(lines)
    return ()


def _find_letters(blocks: Sequence[Block]) -> tuple[SpeakerLine, ...]:
    """Return the lines of a record that begin with one character for the speaker."""
    lines = _matches(_LETTER, blocks)
    said = [line.rest for line in lines]
    is_regular = are_frequent(lines, blocks) and take_turns([line.name for line in lines])
    return tuple(lines) if is_regular and share_talking(said) >= _LEAST_TALKING else ()


def _find_spaced(blocks: Sequence[Block]) -> tuple[SpeakerLine, ...]:
    """Return the lines of a Chinese play that begin with a name and a space."""
    spaced = _matches(_SPACED, blocks)
    lines = [line for line in spaced if ends_sentence(line.rest)]
    said = [line.rest for line in lines]
    is_regular = 2 * len(lines) >= sum(1 for block in blocks if block.text)
    talks = share_talking(said) >= _LEAST_TALKING and share_ending(said) >= _LEAST_ENDED
    if is_regular and talks and take_turns([line.name for line in lines]):
        return tuple(lines)
    return ()


def _matches(pattern: re.Pattern[str], blocks: Sequence[Block]) -> list[SpeakerLine]:
    """Return the lines that begin with a name and the mark of a pattern."""
    lines: list[SpeakerLine] = []
    for index, block in enumerate(blocks):
        match = pattern.fullmatch(block.text)
        if match:
            lines.append(SpeakerLine(index, match["label"], match["rest"], name=match["name"]))
    return lines


def _find_members(blocks: Sequence[Block]) -> tuple[SpeakerLine, ...]:
    """Return the lines of a debate: "Mr. Smith (Riverton): text", with recurring names."""
    lines: list[SpeakerLine] = []
    for index, block in enumerate(blocks):
        match = _MEMBER.fullmatch(block.text)
        named = _name_with_title(match) if match else ""
        if match and named:
            lines.append(SpeakerLine(index, match["label"], match["rest"], name=named))
    names = [line.name for line in lines]
    said = [line.rest for line in lines]
    return tuple(lines) if take_turns(names) and share_talking(said) >= _LEAST_TALKING else ()


def _name_with_title(match: re.Match[str]) -> str:
    """Return the name with a courtesy title, alone or in brackets after an office, or ''."""
    for name in match.group("name", "aside"):
        if name and words.has_courtesy_title(name):
            return name.strip()
    return ""


_FORMS = (
    find_timed_lines,
    _find_questions,
    _find_slashes,
    _find_members,
    find_scripts,
    _find_letters,
    _find_spaced,
    find_name_lines,
)
