"""A Markdown file, in; its blocks, out, without the marks: bold beginnings are labels."""

import re
from dataclasses import replace
from pathlib import Path

from ..extract.transcript import Block, normalise_space
from ..extract.transcript.blocks import join_wrapped
from .documents import FileBlocks, lines_to_blocks
from .load import load_text

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


def read_blocks(path: Path, max_bytes: int) -> FileBlocks:
    """Read the paragraphs; a heading of the first rank is the title."""
    loaded = load_text(path, max_bytes=max_bytes)
    text = loaded.text.replace("\r\n", "\n")
    for left_out in (_FRONT_MATTER, _COMMENT, _RULE, _PICTURE):
        text = left_out.sub("", text)
    blocks = [_plain(block) for block in join_wrapped(_opened(text))]
    title = next((_plain_text(h["text"]) for h in map(_HEADING.match, text.splitlines()) if h), "")
    return FileBlocks(
        tuple(block for block in blocks if block.text and block.text != title), title, loaded.notes
    )


def _opened(text: str) -> tuple[Block, ...]:
    """Cut a text into lines; headings stand alone, and what opens a quotation or list goes."""
    lines: list[str] = []
    for line in text.splitlines():
        heading = _HEADING.match(line)
        lines += ["", heading["text"], ""] if heading else [_OPENING.sub("", line.strip())]
    return lines_to_blocks("\n".join(lines))


def _plain(block: Block) -> Block:
    lead = _LEAD.match(block.text)
    return replace(
        block, text=_plain_text(block.text), lead=_plain_text(lead["text"]) if lead else ""
    )


def _plain_text(text: str) -> str:
    return normalise_space(_ESCAPED.sub(r"\1", _MARK.sub("", _LINK.sub(r"\g<text>", text))))
