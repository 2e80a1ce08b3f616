"""A plain text file, in; its blocks, out: a transcript, "Label: text" lines or paragraphs.

Aligners such as LF Aligner write a table into one: a line for each pair, a tab between the two.
"""

from pathlib import Path

from ..extract.transcript.blocks import join_wrapped
from .documents import FileBlocks, lines_to_blocks
from .load import load_text
from .table import is_tabbed, parse_rows, read_columns


def read_blocks(path: Path, max_bytes: int) -> FileBlocks:
    """Read one block per paragraph: per line, or between blank lines where lines are wrapped."""
    loaded = load_text(path, max_bytes=max_bytes)
    if is_tabbed(loaded.text):
        return FileBlocks(read_columns(parse_rows(loaded.text, "\t"), path), notes=loaded.notes)
    return FileBlocks(tuple(join_wrapped(lines_to_blocks(loaded.text))), notes=loaded.notes)
