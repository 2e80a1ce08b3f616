"""A plain text file, in; its blocks, out: a transcript, "Label: text" lines or paragraphs."""

from pathlib import Path

from ..transcript.blocks import join_wrapped
from .common import FileBlocks, lines_to_blocks
from .load import load_text


def read_blocks(path: Path, max_bytes: int) -> FileBlocks:
    """Read one block per paragraph: per line, or between blank lines where lines are wrapped."""
    loaded = load_text(path, max_bytes=max_bytes)
    return FileBlocks(tuple(join_wrapped(lines_to_blocks(loaded.text))), notes=loaded.notes)
