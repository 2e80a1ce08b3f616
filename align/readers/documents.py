"""Documents of local files: the readers, and what is built from blocks of text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from ..errors import TextError
from ..extract.transcript.blocks import Block
from ..extract.transcript.boilerplate import (
    MENU_WORDS,
    OTHER_LANGUAGE,
    find_transcript_start,
    is_boilerplate,
    strip_time_stamps,
)
from ..extract.transcript.build import (
    DocumentSource,
    build,
    count_taken,
    note_lost_text,
    note_menu_entries,
    note_truncation,
)
from ..extract.transcript.header import is_summary, read_header
from ..extract.transcript.labels import find_labels
from ..records import LANGUAGES, Document, Language
from ..text.chinese import CJK, detect_language, han_share
from ..text.dates import find_dates
from ..text.strings import has_letters, normalise_space

# A transcript in one language quotes the other in a few lines; where a quarter of the paragraphs
# are in each, the file is bilingual. Fewer than two paragraphs a side prove nothing.
BOTH_SHARE = 0.25
# Where more than half of the paragraphs hold both languages, neither of them only as names, nobody
# can tell the sides apart: a quarter and more of the words are in each.
MIXED_SHARE = 0.5
_MIXED = (0.25, 0.75)
_TELLING = 8


@dataclass(frozen=True, slots=True)
class FileBlocks:
    """The blocks of a file, its title where the format names one, and what the reader noticed.

    ``cues`` are those of subtitles with their times, by language; a document has them as captions.
    """

    blocks: tuple[Block, ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    cues: tuple[Block, ...] = ()


def lines_to_blocks(text: str) -> tuple[Block, ...]:
    """Return one block per line; empty lines are kept as gaps before the next block."""
    blocks: list[Block] = []
    gap = False
    for line in text.splitlines():
        content = normalise_space(line)
        if content:
            blocks.append(Block(content, gap=gap))
        gap = not content
    return tuple(blocks)


Reader = Callable[[Path, int], tuple[Document, ...]]
"""Reads a file of at most so many bytes as one document, or as two, Chinese first."""


def make_reader(name: str, read_blocks: Callable[[Path, int], FileBlocks]) -> Reader:
    """Return the reader of a format that knows paragraphs only."""

    def read(path: Path, max_bytes: int) -> tuple[Document, ...]:
        file = read_blocks(path, max_bytes)
        _refuse_mixed(file.blocks, path)
        if not is_bilingual(file.blocks):
            return (_build(file, path, name, detect_language(block.text for block in file.blocks)),)
        blocks = [block for block in file.blocks if has_letters(block.text)]
        sides = {side: tuple(b for b in blocks if _language(b) == side) for side in LANGUAGES}
        return tuple(
            _build(replace(file, blocks=own, title=""), path, name, side)
            for side, own in sides.items()
        )

    return read


def _refuse_mixed(blocks: Sequence[Block], path: Path) -> None:
    """Refuse a file that sets both languages into one line."""
    long = [block for block in blocks if not block.language and len(block.text) >= _TELLING]
    mixed = [block for block in long if _MIXED[0] < han_share([block.text]) < _MIXED[1]]
    if len(mixed) >= 2 and len(mixed) > MIXED_SHARE * len(long):
        raise TextError(
            f"{path}: {len(mixed)} of {len(long)} paragraphs hold Chinese and English in one line "
            f'("{mixed[0].text[:40]}"). Put each language into lines, columns or a file of its own.'
        )


def is_bilingual(blocks: Sequence[Block]) -> bool:
    """Return whether paragraphs of both languages stand in one file."""
    spoken = [b for b in blocks if has_letters(b.text) and not is_boilerplate(b.text)]
    chinese = sum(1 for block in spoken if _language(block) == "zh")
    fewer = min(chinese, len(spoken) - chinese)
    return fewer >= 2 and fewer >= BOTH_SHARE * len(spoken)


def _language(block: Block) -> Language:
    return block.language or detect_language([block.text])


def _build(file: FileBlocks, path: Path, name: str, language: Language) -> Document:
    stamped = strip_time_stamps(file.blocks)
    blocks = [b for b in stamped if not is_boilerplate(b.text) or OTHER_LANGUAGE.match(b.text)]
    cut = find_transcript_start(blocks)
    preface = [block for block in blocks[:cut] if not is_boilerplate(block.text)]
    body = [block for block in blocks[cut:] if not is_boilerplate(block.text)]
    titled = bool(find_labels(body, language))
    lines = [] if file.title else _find_title(preface or body, language)
    title = file.title or _join_title(lines)
    if titled and title:
        printed = {title, *(line.text for line in lines)}
        body = [block for block in body if block.text not in printed]
        preface = [block for block in preface if block.text not in printed]
    if not any(has_letters(block.text) for block in body):
        raise TextError(f"{path} holds no text")
    source = DocumentSource(
        name=name, language=language, title=title or path.stem, preface=tuple(preface),
        notes=file.notes,
    )  # fmt: skip
    document = build(body, source)
    cues = tuple(cue.text for cue in file.cues if cue.language == language)
    return replace(
        document,
        captions=(*document.captions, *cues),
        notes=(
            *document.notes,
            *note_lost_text(count_taken(body, document, 0)),
            *note_menu_entries(document),
            *note_truncation(document),
        ),
    )


def _find_title(blocks: Sequence[Block], language: Language) -> list[Block]:
    """Return the lines of the title: the first line that reads like one, and those that go on."""
    for at, block in enumerate(blocks[:3]):
        if not MENU_WORDS.match(block.text):
            if not _reads_like_title(block, language):
                return []
            return [block, *_find_more_lines(blocks[at + 1 :], language)]
    return []


def _find_more_lines(blocks: Sequence[Block], language: Language) -> list[Block]:
    """Return the one or two lines below the first one of a title, up to a blank line."""
    lines = list(takewhile(lambda block: not block.gap, blocks[:3]))
    if len(lines) == min(3, len(blocks)):
        return []  # nothing sets a title apart
    dated = any(find_dates(line.text) for line in lines)
    if dated or read_header(lines).consumed:
        return []
    return lines if all(_reads_like_title(line, language) for line in lines) else []


def _reads_like_title(block: Block, language: Language) -> bool:
    """Return whether a line is short and without full stop, label and talk."""
    # "国新办举行……发布会" heads a page; with a clause more it tells of a conference.
    tells = is_summary(block.text) and (language == "en" or "，" in block.text)
    talks = tells or re.search(r"[.。!！?？:：;；…]$", block.text)
    return not (len(block.text) > 200 or talks or find_labels([block, block], language))


def _join_title(lines: Sequence[Block]) -> str:
    title = ""
    for line in lines:
        apart = title and not re.match(f"[{CJK}]", line.text)
        title += f" {line.text}" if apart else line.text
    return title
