"""Blocks of text with what their markup says of them, of which a Document is built here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ....aligner.text.chinese import CJK
from ....records import Language

# A book has ten thousand; each takes up to a tenth of a millisecond.
MOST_PARAGRAPHS = 50_000
# （四） (4) (iv) (b) 4. 3.2. 四、 • * + before the text of an item; lines of programs and trees.
_ITEM = re.compile(
    r"(?:[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3}|[ivx]{1,5}|[a-z])[)）]"
    r"|(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、．](?!\d)|[•●▪■◆○]|[*+o-]\s"
    r"|\d{1,2}(?:\.\d{1,2})+\.\s|[$#]\s|[\u2500-\u257f])\s*(?=\S)"
)

_LAST_MARKS = '。.！!？?：:；;」』”"…]）)*_='  # or a line drawn of these


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph as the reader of the page sees it."""

    text: str
    lead: str = ""  # what opens it in bold or colour: so labels are set
    caption: bool = False  # the text of a picture
    gap: bool = False  # a blank line stands before it
    language: Language | None = None  # where the format says it: the column of a table
    label: bool = False  # where the format says that it is a speaker's label
    linked: bool = False  # all of it is the text of links
    code: bool = False  # a line of preformatted text, as programs are set


def join_wrapped(blocks: Sequence[Block]) -> list[Block]:
    """Join lines that were wrapped by hand, if blank lines stand between paragraphs.

    A long line that ends in the middle goes on in the next one, if that opens no item of a list.
    """
    if not any(block.gap for block in blocks[1:]):
        return list(blocks)
    joined: list[Block] = []
    for block in blocks:
        before = joined[-1] if joined else None
        line = before.text if before else ""
        han = bool(re.search(f"[{CJK}]", line))
        # long enough to have been wrapped, and stops in mid-sentence
        goes_on = len(line) >= (20 if han else 45) and line[-1] not in _LAST_MARKS
        if before is None or block.gap or _ITEM.match(block.text) or not goes_on:
            joined.append(block)
            continue
        blank = "" if re.search(f"[{CJK}]$", before.text) else " "
        joined[-1] = replace(before, text=before.text + blank + block.text)
    return joined
