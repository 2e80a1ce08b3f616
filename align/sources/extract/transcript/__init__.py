"""From blocks of text to a document: header, labels, turns and roles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ....aligner.text.chinese import CJK
from ....records import Language

# （四） (4) (iv) (b) 4. 3.2. 四、 • * + before the text of an item; lines of programs and trees.
_ITEM = re.compile(
    r"(?:[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3}|[ivx]{1,5}|[a-z])[)）]"
    r"|(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、．](?!\d)|[•●▪■◆○]|[*+o-]\s"
    r"|\d{1,2}(?:\.\d{1,2})+\.\s|[$#]\s|[\u2500-\u257f])\s*(?=\S)"
)

# A line of its own: a day, with or without the time, or a line drawn of signs under a title.
_ALONE = re.compile(
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日"
    r"|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}|\d{1,2} [A-Z][a-z]{2,8} \d{4})"
    r"(?:[\s,]*\d{1,2}:\d\d(?::\d\d)?)?|([-=_*~#])\1{2,}"
)

_LAST_MARKS = '。.！!？?：:；;」』”"…]）)*_='  # or a line drawn of these


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph as shown on the page, with the facts that its markup gives."""

    text: str
    lead: str = ""  # the text in bold or colour at its start, which is often a label
    caption: bool = False  # the caption of a picture
    gap: bool = False  # an empty line precedes it
    language: Language | None = None  # given by the format, for instance by a table column
    label: bool = False  # a speaker's label, according to the format
    linked: bool = False  # all of its text is in links
    code: bool = False  # a line of preformatted text, such as program code


def join_wrapped(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks with hard-wrapped lines joined, if empty lines separate the paragraphs.

    A long line without an end mark continues in the next line, unless that begins a list item, is
    a date or underlines a title.
    """
    if not any(block.gap for block in blocks[1:]):
        return list(blocks)
    joined: list[Block] = []
    for block in blocks:
        before = joined[-1] if joined else None
        line = before.text if before else ""
        han = bool(re.search(f"[{CJK}]", line))
        # The line is long enough to be wrapped, and ends inside a sentence.
        continues = len(line) >= (20 if han else 45) and line[-1] not in _LAST_MARKS
        begins = _ITEM.match(block.text) or _ALONE.fullmatch(block.text)
        if before is None or block.gap or begins or not continues:
            joined.append(block)
            continue
        blank = "" if re.search(f"[{CJK}]$", before.text) else " "
        joined[-1] = replace(before, text=before.text + blank + block.text)
    return joined
