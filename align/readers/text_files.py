"""Plain text and Markdown.

Aligners such as LF Aligner write a table into a text: a line for each pair, a tab between the two.
"""

import re
from dataclasses import replace
from pathlib import Path

from ..extract.transcript import Block, normalise_space
from ..extract.transcript.blocks import join_wrapped
from .documents import FileBlocks, lines_to_blocks
from .load import check_paragraph_count, load_text
from .table import is_tabbed, parse_rows, read_columns

_FRONT_MATTER = re.compile(r"\A\ufeff?---\n.{0,5000}?\n---\n", re.DOTALL)
_COMMENT = re.compile(r"<!--.{0,10000}?-->", re.DOTALL)
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(?P<text>.*?)\s*#*$")
_OPENING = re.compile(r"^(?:>\s?)+|^[-*+]\s+(?=\S)")
_LEAD = re.compile(r"^(?:\*\*|__)(?P<text>.{1,200}?)(?:\*\*|__)")
_PICTURE = re.compile(r"!\[[^\]]{0,500}\]\([^)]{0,2000}\)")
_LINK = re.compile(r"\[(?P<text>[^\]]{1,500})\]\([^)]{0,2000}\)")
_MARK = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=[\w.,!?。，！？])[*_](?!\w)|`")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>])")


def read_text(path: Path, max_bytes: int) -> FileBlocks:
    """Read one block per paragraph: per line, or between blank lines where lines are wrapped."""
    loaded = load_text(path, max_bytes=max_bytes)
    if is_tabbed(loaded.text):
        return FileBlocks(read_columns(parse_rows(loaded.text, "\t"), path), notes=loaded.notes)
    blocks = join_wrapped(lines_to_blocks(loaded.text))
    check_paragraph_count(path, len(blocks))
    return FileBlocks(tuple(blocks), notes=loaded.notes)


def read_markdown(path: Path, max_bytes: int) -> FileBlocks:
    """Read paragraphs without marks; a bold beginning is a lead, the first heading the title."""
    loaded = load_text(path, max_bytes=max_bytes)
    text = loaded.text.replace("\r\n", "\n")
    for left_out in (_FRONT_MATTER, _COMMENT, _RULE, _PICTURE):
        text = left_out.sub("", text)
    blocks = [_strip_block(block) for block in join_wrapped(_cut_lines(text))]
    check_paragraph_count(path, len(blocks))
    title = next((_strip_marks(h["text"]) for h in map(_HEADING.match, text.splitlines()) if h), "")
    return FileBlocks(
        tuple(block for block in blocks if block.text and block.text != title), title, loaded.notes
    )


def _cut_lines(text: str) -> tuple[Block, ...]:
    """Cut a text into lines; headings stand alone, and what opens a quotation or list goes."""
    lines: list[str] = []
    for line in text.splitlines():
        heading = _HEADING.match(line)
        lines += ["", heading["text"], ""] if heading else [_OPENING.sub("", line.strip())]
    return lines_to_blocks("\n".join(lines))


def _strip_block(block: Block) -> Block:
    lead = _LEAD.match(block.text)
    return replace(
        block, text=_strip_marks(block.text), lead=_strip_marks(lead["text"]) if lead else ""
    )


def _strip_marks(text: str) -> str:
    return normalise_space(_ESCAPED.sub(r"\1", _MARK.sub("", _LINK.sub(r"\g<text>", text))))
