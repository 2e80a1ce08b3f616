"""Marks that name the side of a paragraph in a bilingual text: "原文：", "【译文】", "Target:"."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ...aligner.text.chinese import detect_language
from ...records import LANGUAGES
from ..extract.transcript import Block

_NAME = (
    r"原文|译文|中文|英文|中译|英译|中|英|source(?: text)?|target(?: text)?|chinese|english"
    r"|zh|cn|en|st|tt|src|tgt"
)
_MARK = re.compile(
    rf"(?:[【\[(（]\s*(?P<framed>{_NAME})\s*[】\])）]\s*[:：]?|(?P<name>{_NAME})\s*[:：])\s*", re.I
)
_LEAST_PAIRS = 2


def strip_side_marks(blocks: Sequence[Block]) -> tuple[Sequence[Block], list[str]]:
    """Return blocks without the marks of their sides, and the marks.

    Two names must each precede several paragraphs, one name those in Chinese, the other those in
    English: otherwise they may be speakers. A mark may be a line of its own.
    """
    found = {at: _MARK.match(block.text) for at, block in enumerate(blocks)}
    marks = {at: mark for at, mark in found.items() if mark}
    texts: dict[str, list[str]] = defaultdict(list)
    for at, mark in marks.items():
        is_alone = mark.end() == len(blocks[at].text)
        below = blocks[at + 1].text if at + 1 < len(blocks) else ""
        name = (mark["framed"] or mark["name"]).lower()
        texts[name].append(below if is_alone else blocks[at].text[mark.end() :])
    languages = {detect_language(paragraphs) for paragraphs in texts.values()}
    are_sides = len(texts) == len(languages) == len(LANGUAGES)
    if not are_sides or any(len(paragraphs) < _LEAST_PAIRS for paragraphs in texts.values()):
        return blocks, []
    stripped: list[Block] = []
    for at, block in enumerate(blocks):
        if at not in marks:
            stripped.append(block)
        elif text := block.text[marks[at].end() :]:
            stripped.append(replace(block, text=text, lead=""))
    return stripped, [mark[0].strip() for mark in marks.values()]
