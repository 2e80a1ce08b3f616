"""Speakers on lines of their own, and before a stop: scripts, calls, parliaments."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ....aligner.text.chinese import HAN, has_han
from . import KEY, Block
from . import label_words as words
from .speech import (
    SpeakerLine,
    are_frequent,
    ends_sentence,
    is_personal,
    share_ending,
    share_talking,
    take_turns,
)

# "Jane Doe", "The Minister of Transport", "HAMLET", "Mr. O'Hara"
_WORD = r"[A-Z][\w'’-]*\.?"
_LATIN = rf"(?P<name>{_WORD}(?:\s(?:{_WORD}|of|the|for|and|de|van|von|al|&)){{0,6}}?)"
_HAN_NAME = rf"(?P<name>[{HAN}]{{2,10}}(?:[·•・][{HAN}]{{1,8}})*(?:[ \u3000][{HAN}·]{{2,8}})?)"
_ASIDES = r"(?:\s?[(（\[][^()（）\[\]]{1,60}[)）\]])"
_DASH = r"\s?(?:-{1,2}|[–—]{1,2})\s"
_LINE = re.compile(
    rf"(?:{_LATIN}|{_HAN_NAME.replace('name', 'han')})"
    rf"(?P<office>{_DASH}?(?<=\s).{{2,80}}|[—–]{{1,2}}[{HAN}].{{1,30}})?(?P<aside>{_ASIDES}{{0,2}})[.:：]?"
)
# "HAMLET. To be", "HAMLET (aside). To be", "1ST KEEPER. Who is there?"
_SCRIPT = re.compile(
    r"(?P<label>(?P<name>[A-Z\d][A-Z\d'’-]+(?:\s[A-Z][A-Z\d'’-]*){0,3})"
    rf"(?:,?\s?{_ASIDES})?\.)\s(?P<rest>.*\S)"
)
_INSIDE = re.compile(r"[(（]([^()（）]+)[)）]")
# Parts of a book or play, and warnings of a manual.
_HEADING = re.compile(
    r"\b(?:act|scene|part|chapter|section|prologue|epilogue|appendix|article|book|volume|figure|"
    r"table|note|notes|warning|caution|danger|tip|important|example|input|output|the end)\b|"
    r"\d|第.{1,4}[章节節幕场場回条條]",
    re.IGNORECASE,
)
_SENTENCE_MARKS = '。！？!?…，,；;”"」'
_LONGEST = 100  # characters of a line
_LONGEST_OFFICE = 80
_LEAST_TALKING = 0.3
_LEAST_ENDED = 0.6


def find_scripts(blocks: Sequence[Block]) -> tuple[SpeakerLine, ...]:
    """Return the lines of a script that begin with a name in capitals and a stop."""
    lines: list[SpeakerLine] = []
    for index, block in enumerate(blocks):
        match = _SCRIPT.match(block.text) if block.text[1:2].isupper() else None
        if match and not match["rest"].isupper() and not _HEADING.search(match["name"]):
            lines.append(SpeakerLine(index, match["label"], match["rest"], name=match["name"]))
    said = [line.rest for line in lines]
    if not are_frequent(lines, blocks) or not take_turns([line.name for line in lines]):
        return ()
    return tuple(lines) if share_talking(said) >= _LEAST_TALKING else ()


def find_name_lines(blocks: Sequence[Block]) -> tuple[SpeakerLine, ...]:
    """Return the lines that are only a name, with or without an office, over what it says."""
    alone = list(_names_alone(blocks))
    over_office = list(_names_over_offices(blocks, alone))
    if over_office and _is_conversation(over_office, blocks):
        return tuple(over_office)
    keyed = [line for line in alone if line.label[-1] in ":：" and line.said(blocks)]
    if _is_chat(keyed, blocks):
        return tuple(keyed)
    spoken = _with_names_in_brackets([line for line in alone if _is_text(line.said(blocks))])
    if not _is_conversation(spoken, blocks):
        return ()
    known = {line.name for line in alone if _has_more(line)}
    times = Counter(line.name for line in spoken)
    return tuple(
        line for line in spoken if times[line.name] > 1 or _shows_person(line, blocks, known)
    )


def _names_alone(blocks: Sequence[Block]) -> Iterator[SpeakerLine]:
    """Yield the lines that have the shape of a name, with or without text below."""
    for index, block in enumerate(blocks):
        text = block.text
        if len(text) > _LONGEST or text[-1:] in _SENTENCE_MARKS or block.caption:
            continue
        if block.lead == text:
            continue
        match = _LINE.fullmatch(text)
        name = (match["name"] or match["han"]) if match else ""
        if match and not _HEADING.search(name) and not _is_sentence(name):
            yield SpeakerLine(index, text, name=name)


def _with_names_in_brackets(lines: Sequence[SpeakerLine]) -> list[SpeakerLine]:
    """Return lines such as "The Minister (Tom Reed)" with the name that another line has alone."""
    names = {line.name for line in lines}
    named: list[SpeakerLine] = []
    for line in lines:
        inside = _INSIDE.search(line.label)
        is_known = inside is not None and inside[1] in names
        named.append(replace(line, name=inside[1]) if inside and is_known else line)
    return named


def _is_sentence(name: str) -> bool:
    return not has_han(name) and not name.isupper() and not words.is_short_phrase(name, "en")


def _names_over_offices(
    blocks: Sequence[Block], alone: Sequence[SpeakerLine]
) -> Iterator[SpeakerLine]:
    """Yield names over a line that is always the same for the name, over text."""
    below: dict[str, set[str]] = {}
    for line in alone:
        below.setdefault(line.label, set()).add(line.said(blocks))
    for line in alone:
        office = line.said(blocks)
        if len(below[line.label]) > 1 or not _is_office(office, line.name):
            continue
        whole = SpeakerLine(line.index, f"{line.label}, {office}", blocks=2, name=line.name)
        if _is_text(whole.said(blocks)):
            yield whole


def _is_office(text: str, name: str) -> bool:
    """Return whether a line below a name may be an office: in its language, not a sentence."""
    is_line = 0 < len(text) <= _LONGEST_OFFICE and text[-1] not in ":："
    return is_line and not ends_sentence(text) and has_han(text) == has_han(name)


def _is_text(text: str) -> bool:
    """Return whether a line is text: the end of a sentence, without a key such as "Date:"."""
    return ends_sentence(text) and not KEY.match(text)


def _is_conversation(lines: Sequence[SpeakerLine], blocks: Sequence[Block]) -> bool:
    """Return whether names recur, and say "I" and "you", or one of them is the chair or press."""
    said = [line.said(blocks) for line in lines]
    if not are_frequent(lines, blocks) or not take_turns([line.name for line in lines]):
        return False
    if share_ending(said) < _LEAST_ENDED:
        return False
    shown = any(_is_role(line.name) for line in lines) or sum(map(_has_more, lines)) > 1
    return is_personal(said) or (shown and share_talking(said) >= _LEAST_TALKING)


def _is_chat(lines: Sequence[SpeakerLine], blocks: Sequence[Block]) -> bool:
    """Return whether lines of a name and a colon are over messages, which may have no marks."""
    said = [line.said(blocks) for line in lines]
    is_regular = are_frequent(lines, blocks) and take_turns([line.name for line in lines])
    is_below = not any(KEY.match(text) for text in said)
    return is_regular and is_below and is_personal(said)


def _has_more(line: SpeakerLine) -> bool:
    """Return whether a line has an office, a constituency or an aside after the name."""
    return line.label.rstrip(".:：") != line.name


def _is_role(name: str) -> bool:
    return name.lower() in words.ROLE_WORDS or words.is_press_label(name)


def _shows_person(line: SpeakerLine, blocks: Sequence[Block], known: Collection[str]) -> bool:
    """Return whether a line that occurs once is a speaker's: by office, role, capitals or name."""
    if _has_more(line) or line.name in known or _is_role(line.name):
        return True
    if has_han(line.name):
        return words.is_han_name(line.name) or words.is_titled_zh(line.name)
    if line.name.isupper() or words.has_courtesy_title(line.name):
        return True
    return any(block.text.find(line.name) > 0 for block in blocks)
