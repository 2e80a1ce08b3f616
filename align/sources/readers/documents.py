"""Documents built from the blocks of text of local files, within limits."""

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, pairwise, takewhile
from pathlib import Path
from typing import Protocol

from ...aligner.text.chinese import CJK, detect_language, han_share
from ...aligner.text.dates import find_dates, find_name_date
from ...aligner.text.strings import has_letters, normalise_space
from ...errors import N_, AlignError, Message, TextError
from ...records import LANGUAGES, Document, Language
from ..extract import PageReading
from ..extract.assemble import lines_left_out
from ..extract.languages import has_both_languages, untranslated_notes
from ..extract.site import Kind, LeftOut
from ..extract.transcript import KEY, Block, boilerplate
from ..extract.transcript.boilerplate import is_printed_boilerplate
from ..extract.transcript.build import NO_DATE, build, list_doubts
from ..extract.transcript.header import is_summary, read_header
from ..extract.transcript.labels import find_labels
from ..extract.transcript.speaker_lines import mark_speakers
from ..limits import MOST_PARAGRAPHS, UNPACKED_TIMES
from ..local_files import LIMIT, load_bytes
from ..local_files import load_text as load_text  # plug-ins import it from here
from .side_marks import strip_side_marks

# First bytes of files of old Office programs, and of files with a password.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check_office_file(path: Path, *, max_bytes: int = LIMIT) -> None:
    """Raise :exc:`TextError` for an old Office file, a password, or a file that is too large."""
    if load_bytes(path, max_bytes=max_bytes).startswith(_COMPOUND):
        raise TextError(
            N_(
                "{path} has a password, or is an old Office file with a new extension; save it "
                "as {lower} without a password"
            ),
            path=path,
            lower=path.suffix.lower(),
        )
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise TextError(N_("{path} has a password; save it without one"), path=path)
    size = sum(entry.file_size for entry in entries)
    if size > UNPACKED_TIMES * max_bytes:
        raise TextError(
            N_("{path} unpacks to {size:.0f} MB, which is over the limit"),
            path=path,
            size=size / 1e6,
        )


def check_paragraph_count(path: Path, count: int) -> None:
    """Raise :exc:`TextError` if a file has more paragraphs than any briefing."""
    if count > MOST_PARAGRAPHS:
        raise TextError(
            N_("{path} has {count:,} paragraphs, too many for one briefing; split it"),
            path=path,
            count=count,
        )


@contextmanager
def refuse_damage(path: Path, kind: str) -> Iterator[None]:
    """Turn any error that a library raises for a damaged file into a :exc:`TextError`."""
    try:
        yield
    except AlignError:
        raise
    except Exception as error:  # libraries raise almost any class
        detail = " ".join(str(error).split())  # some messages of libxml2 have two lines
        raise TextError(
            N_(
                "{path} is not a valid {kind} ({detail}); open it in the program that wrote it and "
                "save it again"
            ),
            path=path,
            kind=Message(kind),
            detail=detail,
        ) from error


# If more than half of the paragraphs contain at least a quarter of each language (more than names),
# the two languages cannot be separated.
MIXED_SHARE = 0.5
_MIXED = (0.25, 0.75)
_LONG_ENOUGH = 8  # least characters of a paragraph that shows its language

# The language in the name of a file: talk.zh.srt, talk_en.txt, talk.zh-CN.txt, talk_cn.docx.
_SIDE = re.compile(r"[._-](?:(?:zh|en)(?:[_-]\w+)?|cn|chn|chs|cht|chinese|eng|english)$", re.I)


@dataclass(frozen=True, slots=True)
class FileBlocks:
    """The blocks of a file, its title, notes of the reader, and cues with their times.

    ``date`` and ``language`` are from the metadata of the file.
    """

    blocks: tuple[Block, ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    cues: tuple[Block, ...] = ()
    date: dt.date | None = None
    language: Language | None = None
    left_out: tuple[LeftOut, ...] = ()  # text that the reader skipped
    first_day: dt.date | None = None  # among the times next to speakers

    @classmethod
    def of(
        cls,
        blocks: Sequence[Block],
        title: str,
        notes: tuple[str, ...] = (),
        left_out: tuple[LeftOut, ...] = (),
    ) -> "FileBlocks":
        """Return the blocks without the title; in a bilingual file, keep the titles as blocks."""
        title = "" if has_both_languages(blocks) else title
        body = tuple(block for block in blocks if block.text != title)
        return cls(body, title, notes, left_out=left_out)


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


class FileText(Protocol):
    """The text of a file, which may be one language version or both."""

    def readings(self) -> tuple[PageReading, ...]:
        """Return the documents of :meth:`split` or the reason for none, and the skipped text."""

    def split(self) -> tuple[Document, ...]:
        """Return the document of the file, or both of a bilingual file, Chinese first."""

    def whole(self, language: Language | None = None) -> Document:
        """Return the file as one document, by default in the language of most of its text."""


# Function that reads a file with at most the given number of bytes.
Reader = Callable[[Path, int], FileText]


def make_reader(name: str, read_blocks: Callable[[Path, int], FileBlocks]) -> Reader:
    """Return the reader of a format that has only paragraphs."""

    def read(path: Path, max_bytes: int) -> FileText:
        file = _strip_side_marks(read_blocks(path, max_bytes))
        _refuse_mixed(file.blocks, path)
        return _ParagraphFile(_mark_speakers(file), file, path, name)

    return read


def _strip_side_marks(file: FileBlocks) -> FileBlocks:
    """Return a bilingual file without the marks that name the side of each paragraph."""
    if any(block.language for block in file.blocks):  # cells or cues
        return file
    blocks, marks = strip_side_marks(file.blocks)
    left_out = (*file.left_out, *LeftOut.of("marks of the languages", list(map(Block, marks))))
    return replace(file, blocks=tuple(blocks), left_out=left_out)


def _mark_speakers(file: FileBlocks) -> FileBlocks:
    """Return a file with a label for each speaker who is recognised by the form of a line."""
    if any(block.language for block in file.blocks):  # cells or cues
        return file
    blocks, stamps = mark_speakers(file.blocks)
    days = chain.from_iterable(find_dates(stamp.text) for stamp in stamps)
    left_out = (*file.left_out, *LeftOut.of("times", stamps))
    return replace(file, blocks=blocks, left_out=left_out, first_day=next(days, None))


@dataclass(frozen=True, slots=True)
class _ParagraphFile:
    """A file whose format has only paragraphs.

    ``unmarked`` is the file without the labels that are recognised by the form of a line: such a
    line belongs to the next one in its own language.
    """

    file: FileBlocks
    unmarked: FileBlocks
    path: Path
    name: str

    def readings(self) -> tuple[PageReading, ...]:
        read, left_out = self._split()
        first, *others = (PageReading(self.name, _kind_of(part), part) for part in read)
        return (replace(first, left_out=left_out), *others)

    def split(self) -> tuple[Document, ...]:
        return self._split()[0]

    def _split(self) -> tuple[tuple[Document, ...], tuple[LeftOut, ...]]:
        """Return the documents, and the skipped text of the whole file."""
        if not has_both_languages([b for b in self.file.blocks if not _is_boilerplate(b)]):
            document, left_out = self._whole()
            return (document,), (*self.file.left_out, *left_out)
        blocks: dict[Language, list[Block]] = {language: [] for language in LANGUAGES}
        separators: list[Block] = []
        numbers: list[Block] = []  # of rows, which belong to no language
        names: list[Block] = []
        for block in _with_languages(self.unmarked.blocks):
            is_number = block.table is not None and not any(map(str.isalpha, block.text))
            if is_number and not block.language:
                numbers.append(block)
            elif not has_letters(block.text):
                separators.append(block)
            elif boilerplate.COLUMN_NAME.fullmatch(block.text) and not block.language:
                names.append(block)
            else:
                spoken = block.language or detect_language([block.text])
                blocks[spoken].append(block)
        documents: list[Document] = []
        skipped = list(self.file.left_out)
        for language, own in blocks.items():
            is_its_title = detect_language([self.file.title]) == language
            title = self.file.title if is_its_title else ""
            file = _mark_speakers(replace(self.unmarked, blocks=tuple(own), title=title))
            document, of_document = _build(file, self.path, self.name, language)
            documents.append(document)
            skipped += of_document
        skipped += (
            *LeftOut.of("separators", separators),
            *LeftOut.of("numbers in a bilingual table", numbers),
            *LeftOut.of("header", names),
        )
        return tuple(documents), tuple(skipped)

    def whole(self, language: Language | None = None) -> Document:
        return self._whole(language)[0]

    def _whole(self, language: Language | None = None) -> tuple[Document, tuple[LeftOut, ...]]:
        language = language or self.file.language
        if language is None:
            language = detect_language(block.text for block in self.file.blocks)
        return _build(self.file, self.path, self.name, language)


def _with_languages(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return blocks whose labels are in the language of the text below them."""
    known = list(blocks)
    for at, (block, below) in enumerate(pairwise(blocks)):
        if block.label and not below.label:
            known[at] = replace(block, language=detect_language([below.text]))
    return known


def _is_boilerplate(block: Block) -> bool:
    """Return whether a paragraph is printed furniture, not text; a cell or cue never is."""
    return not block.language and is_printed_boilerplate(block.text)


def _refuse_mixed(blocks: Sequence[Block], path: Path) -> None:
    long = [block for block in blocks if not block.language and len(block.text) >= _LONG_ENOUGH]
    mixed = [block for block in long if _MIXED[0] < han_share([block.text]) < _MIXED[1]]
    if len(mixed) >= 2 and len(mixed) > MIXED_SHARE * len(long):
        raise TextError(
            N_(
                "{path}: {count} of {total} paragraphs mix Chinese and English on one line "
                '("{text}"); give each language its own lines, columns or file'
            ),
            path=path,
            count=len(mixed),
            total=len(long),
            text=mixed[0].text[:40],
        )


def _build(
    file: FileBlocks, path: Path, name: str, language: Language
) -> tuple[Document, tuple[LeftOut, ...]]:
    """Return the document of a file in one language, and the skipped text."""
    bare, stamps = _strip_stamps(file.blocks)
    preface, body = _split_preface(bare)
    lines = [] if file.title else _find_title(preface or body, language)
    title = file.title or _join_title([line.text for line in lines])
    if title and find_labels(body, language):  # remove the printed title from a transcript
        printed = {title, *(line.text for line in lines)}
        preface, body = _without_texts(preface, printed), _without_texts(body, printed)
    if not any(has_letters(block.text) for block in body):
        raise TextError(N_("{path} contains no text"), path=path)
    title = title or _SIDE.sub("", path.stem)
    known = Document(language, title, turns=(), date=file.date, source=name, notes=file.notes)
    document = _add_cues(build(body, known, preface), file)
    document = _with_day(document, file.first_day or find_name_date(path.stem))
    doubts = (*list_doubts(document), *untranslated_notes(document))
    document = replace(document, notes=(*document.notes, *doubts))
    left_out = (
        *LeftOut.of("times", stamps),
        *LeftOut.of("boilerplate", [block for block in bare if _is_boilerplate(block)]),
        *lines_left_out(preface, body, document),
    )
    return document, left_out


def _with_day(document: Document, day: dt.date | None) -> Document:
    """Return a document with a day, unless its text names one."""
    if document.date or day is None:
        return document
    notes = tuple(note for note in document.notes if note != NO_DATE)
    return replace(document, date=day, notes=notes)


def _strip_stamps(blocks: Sequence[Block]) -> tuple[Sequence[Block], tuple[Block, ...]]:
    """Return blocks without time stamps, and the stamps; a cell or cue has none."""
    paragraphs = [block for block in blocks if not block.language]
    stamps = boilerplate.find_time_stamps(paragraphs)
    if not stamps:
        return blocks, stamps
    return boilerplate.strip_time_stamps(blocks), stamps


def _without_texts(blocks: Sequence[Block], texts: Collection[str]) -> list[Block]:
    return [block for block in blocks if block.text not in texts]


def _add_cues(document: Document, file: FileBlocks) -> Document:
    """Return a document with the cues of its language among its captions."""
    cues = [cue.text for cue in file.cues if cue.language == document.language]
    return replace(document, captions=(*document.captions, *cues))


def _split_preface(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """Return the blocks before and after the start of a transcript, without boilerplate."""
    useful = [
        block
        for block in blocks
        if not _is_boilerplate(block) or boilerplate.OTHER_LANGUAGE.match(block.text)
    ]
    start = boilerplate.find_transcript_start(useful)
    preface = [block for block in useful[:start] if not _is_boilerplate(block)]
    body = [block for block in useful[start:] if not _is_boilerplate(block)]
    return preface, body


def _join_title(lines: Sequence[str]) -> str:
    """Return the lines of a title as one line, with spaces except before Chinese."""
    title = ""
    for line in lines:
        if title and not re.match(f"[{CJK}]", line):
            title += " "
        title += line
    return title


def _kind_of(document: Document) -> Kind:
    return "transcript" if any(turn.label for turn in document.turns) else "article"


def _find_title(blocks: Sequence[Block], language: Language) -> list[Block]:
    for at, block in enumerate(blocks[:3]):
        if block.table:  # the first cell of a table is no title
            return []
        if not boilerplate.MENU_WORDS.match(block.text):
            if not _reads_like_title(block, language):
                return []
            return [block, *_find_more_lines(blocks[at + 1 :], language)]
    return []


def _find_more_lines(blocks: Sequence[Block], language: Language) -> list[Block]:
    """Return the one or two lines of a title below its first line, up to an empty line."""
    lines = list(takewhile(lambda block: not block.gap, blocks[:3]))
    if any(line.table for line in lines):
        return []
    if any(not has_letters(line.text) for line in lines):
        return []  # a line is drawn under the title
    if len(lines) == min(3, len(blocks)):
        return []  # no empty line separates a title
    dated = any(find_dates(line.text) for line in lines)
    keyed = any(KEY.match(line.text) for line in lines)
    if dated or keyed or read_header(lines).consumed:
        return []
    return lines if all(_reads_like_title(line, language) for line in lines) else []


def _reads_like_title(block: Block, language: Language) -> bool:
    # "国新办举行……发布会" is a title; with another clause, it is a sentence about a conference.
    if block.label:
        return False
    tells = is_summary(block.text) and (language == "en" or "，" in block.text)
    talks = tells or re.search(r"[.。!！?？:：;；…]$", block.text)
    return not (len(block.text) > 200 or talks or find_labels([block, block], language))
