"""Subtitles (SRT, VTT) in one language or both, joined to sentences.

A cue is cut for the screen, not for the reader: what goes on in the next cue is joined, as long as
the file ends its sentences with marks; Chinese subtitles often have none, and stay cues.
"""

import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import TextError
from ..extract.transcript import Block, detect_language, has_letters, normalise_space
from ..records import GAP, LANGUAGES, Language
from .documents import FileBlocks
from .load import load_text

_TIME = re.compile(
    r"^\s*(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}\s*-->\s*(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}.*$"
)
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>|\{\\[^{}]{0,100}\}", re.IGNORECASE)
_END = re.compile(r"[.!?。！？…:：][\"'”’）)]*$")
# Of subtitles with marks a third and more of the cues end a sentence, of those without hardly one.
_MARKED = 0.1


def read_blocks(path: Path, max_bytes: int) -> FileBlocks:
    """Read what is said; numbers, times, notes and styles are left out.

    :raises TextError: when there is no time in it, or nothing is said.
    """
    loaded = load_text(path, max_bytes=max_bytes)
    cues = list(_cues(loaded.text.splitlines()))
    if not cues:
        raise TextError(
            f"{path} holds no subtitles: no line of times (00:00:01,000 --> 00:00:02,000)"
        )
    blocks: list[Block] = []
    spoken = [cue for lines in cues for cue in _split_languages(lines)]
    for language in LANGUAGES:
        own = [cue for cue in spoken if detect_language([cue]) == language]
        marked = sum(1 for cue in own if _END.search(cue)) >= _MARKED * len(own)
        blocks += (
            Block(text, language=language)
            for text in _sentences(own, joined=marked, gap=GAP[language])
        )
    return FileBlocks(tuple(blocks), notes=loaded.notes)


def _cues(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines of each cue: those below a line of times, up to a blank one."""
    cue: list[str] | None = None
    for line in (*lines, ""):
        if _TIME.match(line) or not line.strip():
            if cue:
                yield cue
            cue = [] if _TIME.match(line) else None
        elif cue is not None:
            cue.append(line)


def _split_languages(lines: Sequence[str]) -> Iterator[str]:
    """Yield what a cue says in each language; a line is in one of them."""
    texts: dict[Language, list[str]] = {"zh": [], "en": []}
    for line in lines:
        text = normalise_space(html.unescape(_TAG.sub("", line)))
        if has_letters(text):
            texts[detect_language([text])].append(text)
    for language, parts in texts.items():
        if parts:
            yield GAP[language].join(parts)


def _sentences(cues: Sequence[str], *, joined: bool, gap: str) -> Iterator[str]:
    """Join cues that go on in the next one."""
    text = ""
    for cue in cues:
        if text and (not joined or _END.search(text)):
            yield text
            text = ""
        text = f"{text}{gap}{cue}" if text else cue
    if text:
        yield text
