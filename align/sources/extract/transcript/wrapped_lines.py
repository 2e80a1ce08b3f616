"""Lines that were wrapped by hand or by a program, joined to paragraphs again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from unicodedata import east_asian_width

from ....aligner.text.chinese import CJK
from . import KEY, Block

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
# In a text whose lines are full, these end a paragraph: a line may also end within a quotation.
_SENTENCE_END = re.compile(r"[。.！!？?：:…][」』”’\"）)\]]*$|[*_=]$")
_IN_PARENTHESES = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]$")
_HAN = re.compile(f"[{CJK}]")
# "09:12 Kim: text", "[12/03/2031, 09:12:44] Kim: text": at least three lines of a log have times.
_TIMED = re.compile(
    r"[\[(（\u200e]{0,2}(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[,，]?\s)?(?:[上下]午)?\d{1,2}:\d\d\b"
)
_LEAST_TIMED = 3
_HAN_END = re.compile(r"[。！？]")
_FIRST_WORD = re.compile(r"[!-~]+|.")  # a program divides no number and no Latin word
_FULL = 0.9  # of the widest line; the next word would not have fitted
_LEAST_FULL = 3  # full lines, and at least half of those without an end mark, show wrapping
# Columns of the widest line that is wrapped, without and with Han; a Chinese character has two.
_LATIN_WIDTH = (45, 120)
_HAN_WIDTH = (36, 120)
_HANGING = "，。、；：！？）》」』”’"  # never begin a line, and may be set beyond its end


def join_wrapped(blocks: Sequence[Block], *, ragged: bool = False) -> list[Block]:
    """Return blocks with hard-wrapped lines joined.

    Empty lines must separate the paragraphs, or most lines without an end mark must be full. A full
    line without an end mark continues in the next line, unless that begins a list item or with a
    key, is a date or in parentheses, or underlines a title. If fewer than half of these next lines
    begin with a small letter, the lines without Han are a list and are not joined. Lines with Han
    are verse or a list if none of them has an end mark.

    :param ragged: the lines are those of a page whose paragraphs have different widths; a long line
        is full.
    """
    widths = _Widths(_NARROW, _NARROW) if ragged else _Widths.of(blocks)
    has_gaps = any(block.gap for block in blocks[1:])
    if not (has_gaps or widths.han.wraps or widths.latin.wraps):
        return list(blocks)
    is_list = not ragged and _is_list(blocks, widths)
    is_verse = not ragged and not any(_HAN_END.search(block.text) for block in blocks)
    joined = [blocks[0]]
    for line, after in pairwise(blocks):
        is_entry = is_verse if _HAN.search(after.text) else is_list
        if is_entry or not widths.continues(line, after):
            joined.append(after)
            continue
        before = joined[-1]
        joined[-1] = replace(before, text=_join(before.text, after.text))
    return joined


def _join(text: str, line: str) -> str:
    """Return a text with its next line, without a space next to a Chinese character."""
    is_chinese = re.search(f"[{CJK}]$", text) or (_HAN.search(text) and _HAN.match(line))
    return text + line if is_chinese else f"{text} {line}"


def _is_list(blocks: Sequence[Block], widths: "_Widths") -> bool:
    """Return whether fewer than half of the lines to join begin with a small letter."""
    next_lines = [after for line, after in pairwise(blocks) if widths.continues(line, after)]
    latin = [block.text for block in next_lines if not _HAN.search(block.text)]
    small = sum(1 for text in latin if _begins_small(text))
    return 2 * small < len(latin)


@dataclass(frozen=True, slots=True)
class _Width:
    """The columns of the widest line that may be wrapped, and whether the lines show wrapping."""

    widest: int
    wraps: bool = False

    @classmethod
    def of(cls, pairs: Sequence[tuple[Block, Block]], bounds: tuple[int, int]) -> "_Width":
        """Measure lines, each with the next one.

        :param bounds: the least and the most columns of the widest line.
        """
        least, most = bounds
        columns = [_columns(line.text.rstrip(_HANGING)) for line, _ in pairs]
        widest = max((width for width in columns if width <= most), default=least)
        open_pairs = [
            (line, after)
            for line, after in pairs
            if not after.gap and line.text[-1] not in _LAST_MARKS
        ]
        full = sum(1 for line, after in open_pairs if _is_full(line, after, widest, least))
        are_within = max(columns, default=0) <= most
        return cls(max(widest, least), are_within and full >= max(_LEAST_FULL, len(open_pairs) / 2))


_NARROW = _Width(0)


@dataclass(frozen=True, slots=True)
class _Widths:
    """The widths of the lines with and without Han.

    In a log, no line with a time continues the one before.
    """

    han: _Width
    latin: _Width
    is_log: bool = False

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> "_Widths":
        pairs = list(pairwise((*blocks, Block("", gap=True))))
        han = [pair for pair in pairs if _HAN.search(pair[0].text)]
        latin = [pair for pair in pairs if not _HAN.search(pair[0].text)]
        timed = sum(1 for block in blocks if _TIMED.match(block.text))
        is_log = timed >= _LEAST_TIMED
        return cls(_Width.of(han, _HAN_WIDTH), _Width.of(latin, _LATIN_WIDTH), is_log)

    def continues(self, line: Block, after: Block) -> bool:
        """Return whether a paragraph that reaches the end of a line goes on in the next line."""
        if after.gap or after.lead or line.table or after.table:
            return False
        if any(form.match(after.text) for form in (_ITEM, _IN_PARENTHESES)):
            return False
        if _ALONE.fullmatch(after.text) or (self.is_log and _TIMED.match(after.text)):
            return False
        if _HAN.search(line.text):
            return self._continues_chinese(line, after)
        is_open = line.text[-1] not in _LAST_MARKS and not KEY.match(after.text)
        return is_open and _is_full(line, after, self.latin.widest, _LATIN_WIDTH[0])

    def _continues_chinese(self, line: Block, after: Block) -> bool:
        """Return whether a line with Han goes on in the next one.

        If the text is wrapped, its lines may end at a semicolon or within a quotation, and the next
        one may begin with words before a colon.
        """
        if self.han.wraps:
            is_open = not _SENTENCE_END.search(line.text)
        else:
            is_open = line.text[-1] not in _LAST_MARKS and not KEY.match(after.text)
        return is_open and _is_full(line, after, self.han.widest, _HAN_WIDTH[0])


def _is_full(line: Block, after: Block, widest: int, least: int) -> bool:
    """Return whether the first word of the next line would not have fitted on a line.

    :param widest: the columns of the widest line.
    :param least: the least columns of a line that was wrapped.
    """
    width = _columns(line.text)
    word = _FIRST_WORD.match(after.text)
    needed = width + _columns(word[0] if word else "")
    return width >= least and needed > _FULL * widest


def _columns(text: str) -> int:
    """Return the width of a text in columns, of which a Chinese character has two."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def _begins_small(text: str) -> bool:
    """Return whether the first letter or digit of a line is no capital letter."""
    first = next(filter(str.isalnum, text), "")
    return not first.isupper()
