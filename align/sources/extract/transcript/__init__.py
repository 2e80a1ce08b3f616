"""From blocks of text to a document: header, labels, turns and roles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ....aligner.text.chinese import CJK
from ....records import Language, TablePlace

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

# "Date: 5 March", "方禾乔：谢谢": a line of its own, as is one in parentheses.
KEY = re.compile(rf"[A-Z][^:：.,;]{{0,19}}[:：](?!//)|[{CJK}][^:：，。；]{{0,9}}[:：]")
_IN_PARENTHESES = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]$")
_HAN = re.compile(f"[{CJK}]")
# "09:12 Kim: text", "[12/03/2031, 09:12:44] Kim: text": at least three lines of a log have times.
_TIMED = re.compile(
    r"[\[(（\u200e]{0,2}(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[,，]?\s)?(?:[上下]午)?\d{1,2}:\d\d\b"
)
_LEAST_TIMED = 3
_HAN_END = re.compile(r"[。！？]")
_FULL = 0.9  # of the widest line; the next word would not have fitted
# Characters of the widest line that is wrapped by hand, without and with Han.
_LATIN_WIDTH = (45, 120)
_HAN_WIDTH = (20, 60)


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
    table: TablePlace | None = None  # the row of the table that it is in


def join_wrapped(blocks: Sequence[Block], *, ragged: bool = False) -> list[Block]:
    """Return blocks with hard-wrapped lines joined, if empty lines separate the paragraphs.

    A full line without an end mark continues in the next line, unless that begins a list item or
    with a key, is a date or in parentheses, or underlines a title. If fewer than half of these
    next lines begin with a small letter, the lines without Han are a list and are not joined. Lines
    with Han are verse or a list if none of them has an end mark.

    :param ragged: the lines are those of a page whose paragraphs have different widths; a long line
        is full.
    """
    if not any(block.gap for block in blocks[1:]):
        return list(blocks)
    widths = _Widths(0, 0) if ragged else _Widths.of(blocks)
    is_list = not ragged and _is_list(blocks, widths)
    is_verse = not ragged and not any(_HAN_END.search(block.text) for block in blocks)
    joined = [blocks[0]]
    for line, after in pairwise(blocks):
        is_entry = is_verse if _HAN.search(after.text) else is_list
        if is_entry or not widths.continues(line, after):
            joined.append(after)
            continue
        before = joined[-1]
        blank = "" if re.search(f"[{CJK}]$", before.text) else " "
        joined[-1] = replace(before, text=before.text + blank + after.text)
    return joined


def _is_list(blocks: Sequence[Block], widths: "_Widths") -> bool:
    """Return whether fewer than half of the lines to join begin with a small letter."""
    next_lines = [after for line, after in pairwise(blocks) if widths.continues(line, after)]
    latin = [block.text for block in next_lines if not _HAN.search(block.text)]
    small = sum(1 for text in latin if _begins_small(text))
    return 2 * small < len(latin)


@dataclass(frozen=True, slots=True)
class _Widths:
    """The characters of the widest lines with and without Han that may be wrapped by hand.

    In a log, no line with a time continues the one before.
    """

    han: int
    latin: int
    is_log: bool = False

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> "_Widths":
        han = [len(block.text) for block in blocks if _HAN.search(block.text)]
        latin = [len(block.text) for block in blocks if not _HAN.search(block.text)]
        timed = sum(1 for block in blocks if _TIMED.match(block.text))
        is_log = timed >= _LEAST_TIMED
        return cls(_widest(han, _HAN_WIDTH), _widest(latin, _LATIN_WIDTH), is_log)

    def continues(self, line: Block, after: Block) -> bool:
        """Return whether a paragraph that reaches the end of a line goes on in the next line."""
        if after.gap or line.table != after.table or line.text[-1] in _LAST_MARKS:
            return False
        if any(form.match(after.text) for form in (_ITEM, KEY, _IN_PARENTHESES)):
            return False
        if _ALONE.fullmatch(after.text) or (self.is_log and _TIMED.match(after.text)):
            return False
        if _HAN.search(line.text):
            return len(line.text) >= max(_HAN_WIDTH[0], _FULL * self.han)
        first_word = after.text.split(maxsplit=1)[0]
        needed = len(line.text) + 1 + len(first_word)
        return len(line.text) >= _LATIN_WIDTH[0] and needed > _FULL * self.latin


def _widest(lengths: Sequence[int], bounds: tuple[int, int]) -> int:
    """Return the greatest length that is not over the bounds, at least the lower bound."""
    least, most = bounds
    return max((length for length in lengths if length <= most), default=least)


def _begins_small(text: str) -> bool:
    """Return whether the first letter or digit of a line is no capital letter."""
    first = next(filter(str.isalnum, text), "")
    return not first.isupper()
