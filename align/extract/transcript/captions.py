"""Blocks, in; which of them describe a picture, out."""

import re

from .blocks import Block

_CAPTION = re.compile(
    r"[\[(（【]\s*(?:Photo|Photos|Picture|Image)\b[^\])）】]*[\])）】]\s*$|"
    r"[(（]?\s*(?:\S{1,12}\s*)?(?:记者|記者|中国网|新华社|中新社)?\s*[\u4e00-\u9fff\s]{2,8}\s*(?:摄影?|攝影?)\s*[)）】\]]?\s*$|"
    r"\([A-Z][\w ]{1,30}/[A-Z][\w .]{1,40}\)\s*$|"
    r"^\s*/\s*\d+\s+\S|^\d+\s*/\s*\d+(?:\s+\S|$)"
)
# Every caption ends in one of these, but for gallery counters; asked first because it is cheap.
_ENDS = frozenset("])）】摄攝影")
# A caption of the kind "王某 摄" is short; a sentence that happens to end so is not.
LIMIT = 400


def is_caption(block: Block) -> bool:
    """Say whether a block is a caption: by markup, or by "[Photo by ...]", 摄, "/4  Name"."""
    if block.caption:
        return True
    text = block.text
    if len(text) > LIMIT or not (text[-1:] in _ENDS or text[:1] == "/" or text[:1].isdigit()):
        return False
    return bool(_CAPTION.search(text))
