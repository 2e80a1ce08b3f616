"""Documents of local files: the readers, and what is built from blocks of text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from ..errors import TextError
from ..extract.transcript import (
    Block,
    DocumentSource,
    Sides,
    build,
    find_labels,
    han_share,
    has_letters,
    language_of,
    normalise_space,
)
from ..extract.transcript.boilerplate import (
    MENU_WORDS,
    is_boilerplate,
    split_at_other_language,
    strip_time_stamps,
)
from ..extract.transcript.completeness import (
    count_taken,
    note_lost_text,
    note_menu_entries,
    note_truncation,
)
from ..extract.transcript.header import is_summary
from ..records import LANGUAGE_NAMES, LANGUAGES, Document, Language

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
    """The blocks of a file, its title where the format names one, and what the reader noticed."""

    blocks: tuple[Block, ...]
    title: str = ""
    notes: tuple[str, ...] = ()


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


class Reader(Protocol):
    """Reads one kind of file, as one document or as two."""

    def document(self, path: Path, language: Language | None, max_bytes: int) -> Document:
        """Read the file as one document."""
        ...

    def both(self, path: Path, max_bytes: int) -> Sides:
        """Read both documents of a bilingual file."""
        ...

    def documents(self, path: Path, max_bytes: int) -> tuple[Document, ...]:
        """Read the file as what it is: one document, or two, Chinese first."""
        ...


@dataclass(frozen=True, slots=True)
class BlocksReader:
    """A reader whose format knows paragraphs only; ``name`` is the document's source."""

    name: str
    read_blocks: Callable[[Path, int], FileBlocks]

    def document(self, path: Path, language: Language | None, max_bytes: int) -> Document:
        """Read a file in one language, or the asked side of a bilingual one.

        :raises TextError: when it holds no text in the language, or both and none was asked for.
        """
        return self._build_one(self.read_blocks(path, max_bytes), path, language)

    def both(self, path: Path, max_bytes: int) -> Sides:
        """Read both documents of a bilingual file.

        :raises TextError: when the file holds one language only.
        """
        return self._build_both(self.read_blocks(path, max_bytes), path)

    def documents(self, path: Path, max_bytes: int) -> tuple[Document, ...]:
        """Read the file as what it is: one document, or two, Chinese first."""
        file = self.read_blocks(path, max_bytes)
        if not is_bilingual(file.blocks):
            return (self._build_one(file, path, None),)
        both = self._build_both(file, path)
        return both.zh, both.en

    def _build_one(self, file: FileBlocks, path: Path, language: Language | None) -> Document:
        _refuse_mixed(file.blocks, path)
        blocks, notes = file.blocks, file.notes
        if is_bilingual(blocks):
            if language is None:
                raise TextError(
                    f"{path} holds Chinese and English paragraphs; "
                    "add it alone, as one bilingual file"
                )
            blocks = _in_language(blocks, language)
        main = language_of(block.text for block in blocks)
        if language and main != language:
            asked, found = LANGUAGE_NAMES[language], LANGUAGE_NAMES[main]
            notes = (*notes, f"Read as {asked} as asked; most of the text is {found}.")
        return _build(FileBlocks(blocks, file.title, notes), path, self.name, language or main)

    def _build_both(self, file: FileBlocks, path: Path) -> Sides:
        _refuse_mixed(file.blocks, path)
        if not is_bilingual(file.blocks):
            main = language_of(block.text for block in file.blocks)
            raise TextError(
                f"{path} is in {LANGUAGE_NAMES[main]} only; "
                "add it together with the other language's file"
            )
        sides = (FileBlocks(_in_language(file.blocks, side), "", file.notes) for side in LANGUAGES)
        zh, en = (
            _build(side, path, self.name, language)
            for side, language in zip(sides, LANGUAGES, strict=True)
        )
        return Sides(zh, en)


def _refuse_mixed(blocks: Sequence[Block], path: Path) -> None:
    """Refuse a file that sets both languages into one line.

    :raises TextError: saying how it can be read.
    """
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


def _in_language(blocks: Sequence[Block], language: Language) -> tuple[Block, ...]:
    return tuple(b for b in blocks if has_letters(b.text) and _language(b) == language)


def _language(block: Block) -> Language:
    return block.language or language_of([block.text])


def _build(file: FileBlocks, path: Path, name: str, language: Language) -> Document:
    stamped = strip_time_stamps(file.blocks)
    blocks = [b for b in stamped if not is_boilerplate(b.text) or _opens_cut(b)]
    cut = split_at_other_language(blocks)
    preface = [block for block in blocks[:cut] if not is_boilerplate(block.text)]
    body = [block for block in blocks[cut:] if not is_boilerplate(block.text)]
    titled = bool(find_labels(body, language))
    title = file.title or _title(preface or body, language)
    if titled and title:
        body = [block for block in body if block.text != title]
        preface = [block for block in preface if block.text != title]
    if not any(has_letters(block.text) for block in body):
        raise TextError(f"{path} holds no text")
    source = DocumentSource(
        name=name, language=language, title=title or path.stem, preface=tuple(preface),
        notes=file.notes,
    )  # fmt: skip
    document = build(body, source)
    return replace(
        document,
        notes=(
            *document.notes,
            *note_lost_text(count_taken(body, document, 0)),
            *note_menu_entries(document),
            *note_truncation(document),
        ),
    )


def _opens_cut(block: Block) -> bool:
    return split_at_other_language([block, block]) == 1


def _title(blocks: Sequence[Block], language: Language) -> str:
    """Return the first line when it reads like a title: short, no full stop, no label, no talk."""
    for block in blocks[:3]:
        text = block.text
        if MENU_WORDS.match(text):
            continue
        # "国新办举行……发布会" heads a page; with a clause more it tells of a conference.
        tells = is_summary(text) and (language == "en" or "，" in text)
        talks = tells or re.search(r"[.。!！?？:：;；…]$", text)
        if len(text) > 200 or talks or find_labels([block, block], language):
            return ""
        return text
    return ""
