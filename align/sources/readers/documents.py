"""Bytes and text of local files, within limits, and documents built from their blocks of text."""

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Protocol

from ...aligner.text.chinese import CJK, detect_language, han_share
from ...aligner.text.dates import find_dates
from ...aligner.text.strings import has_letters, normalise_space
from ...errors import N_, AlignError, Message, TextError
from ...records import LANGUAGES, Document, Language
from ...settings import Settings
from ..extract import PageReading
from ..extract.assemble import lines_left_out
from ..extract.languages import has_both_languages, untranslated_notes
from ..extract.site import Kind, LeftOut
from ..extract.transcript import MOST_PARAGRAPHS, Block, boilerplate
from ..extract.transcript.boilerplate import is_boilerplate
from ..extract.transcript.build import build, list_doubts
from ..extract.transcript.header import is_summary, read_header
from ..extract.transcript.labels import find_labels
from ..web.charset import Decoded, decode

LIMIT = Settings().max_bytes  # bytes of one file
# Bytes that no text file holds, but for UTF-16, which has many zeros.
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_BINARY = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 27})
# More than one control byte in fifty is no damage but another kind of file.
_CONTROL_SHARE = 0.02
# Of a text read in the right encoding nothing is unreadable; one in a hundred is a wrong encoding.
_UNREADABLE = 0.01
# A file that unpacks to more than this many times the limit is a trap, not a transcript: XML takes
# ten times its size in memory.
_UNPACKED = 3
# How the files of old Office programs begin, and those that are locked by a password.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def load_bytes(path: Path, *, max_bytes: int = LIMIT) -> bytes:
    """Return the bytes of a file."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise TextError(
                N_("{path} is a folder; name the files in it, or add it as a folder"), path=path
            )
        if size > max_bytes:
            raise TextError(
                N_(
                    "{path} is too large: {size:.1f} MB, the limit is {max_bytes:.1f} MB "
                    "(ALIGN_MAX_MB)"
                ),
                path=path,
                size=size / 1e6,
                max_bytes=max_bytes / 1e6,
            )
        body = path.read_bytes()
    except FileNotFoundError as error:
        raise TextError(
            N_("{path} does not exist; check the name, or begin with https://"), path=path
        ) from error
    except (OSError, ValueError) as error:
        raise TextError(N_("{path} cannot be read: {error}"), path=path, error=error) from error
    if not body.strip():
        raise TextError(N_("{path} is empty"), path=path)
    return body


def check_office_file(path: Path, *, max_bytes: int = LIMIT) -> None:
    """Raise when a file is no new Office file, is locked, or unpacks to many times the limit."""
    if load_bytes(path, max_bytes=max_bytes).startswith(_COMPOUND):
        raise TextError(
            N_(
                "{path} is locked by a password, or a file of an old Office program under a new "
                "name; save it as {lower} without a password"
            ),
            path=path,
            lower=path.suffix.lower(),
        )
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > _UNPACKED * max_bytes:
        raise TextError(
            N_("{path} unpacks to {size:.0f} MB; that is over the limit"),
            path=path,
            size=size / 1e6,
        )


def check_paragraph_count(path: Path, count: int) -> None:
    """Raise :exc:`TextError` for a file of more paragraphs than any briefing has."""
    if count > MOST_PARAGRAPHS:
        raise TextError(
            N_("{path} has {count:,} paragraphs; that is no briefing; divide it"),
            path=path,
            count=count,
        )


@contextmanager
def refuse_damage(path: Path, kind: str) -> Iterator[None]:
    """Raise :exc:`TextError` for what a library raises on a damaged file."""
    try:
        yield
    except AlignError:
        raise
    except Exception as error:  # libraries raise nearly every kind
        detail = " ".join(str(error).split())  # some of libxml2's have two lines
        raise TextError(
            N_("{path} is no {kind}, or it is damaged: {detail}"),
            path=path,
            kind=Message(kind),
            detail=detail,
        ) from error


def load_text(path: Path, *, max_bytes: int = LIMIT) -> Decoded:
    """Return the text of a file in whatever encoding it is."""
    return decode_text(path, load_bytes(path, max_bytes=max_bytes))


_SENTENCES = {
    "declared as {name}, read as {encoding}": N_("Declared as {name}, read as {encoding}."),
    "{count} characters could not be read and stand as U+FFFD": N_(
        "{count} characters could not be read and stand as U+FFFD."
    ),
}
"""What is noticed while bytes are decoded, as a note of a document says it."""


def decode_text(
    path: Path, body: bytes, headers: Iterable[tuple[str, str]] = (), url: str = ""
) -> Decoded:
    """Read the bytes of a file, or of a page in it, in whatever encoding they are."""
    sample = b"" if body.startswith(_MARKS) else body[:65536]
    controls = len(sample) - len(sample.translate(None, _BINARY))
    if b"\0" in sample or controls > _CONTROL_SHARE * len(sample):
        raise TextError(
            N_("{path} is a binary file, not a text. Save it as text (UTF-8), HTML or DOCX."),
            path=path,
        )
    decoded = decode(body, headers, url)
    if decoded.text.count("\ufffd") > max(1, _UNREADABLE * len(decoded.text)):
        raise TextError(
            N_("{path} cannot be decoded (tried {encoding}). Save it again as UTF-8."),
            path=path,
            encoding=decoded.encoding,
        )
    return replace(decoded, notes=tuple(map(_as_sentence, decoded.notes)))


def _as_sentence(note: Message) -> Message:
    return Message(_SENTENCES[note.template], **note.values)


# Where more than half of the paragraphs hold both languages, neither of them only as names, nobody
# can tell the sides apart: a quarter and more of the words are in each.
MIXED_SHARE = 0.5
_MIXED = (0.25, 0.75)
_LONG_ENOUGH = 8  # characters of a paragraph that tells a language

# The language in the name of a file: talk.zh.srt, talk_en.txt.
_SIDE = re.compile(r"[._-](?:zh|en)(?:[_-]\w+)?$", re.I)


@dataclass(frozen=True, slots=True)
class FileBlocks:
    """The blocks of a file, its title, what the reader noticed, and cues with their times.

    ``date`` and ``language`` are those that the file names.
    """

    blocks: tuple[Block, ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    cues: tuple[Block, ...] = ()
    date: dt.date | None = None
    language: Language | None = None
    left_out: tuple[LeftOut, ...] = ()  # by the reader

    @classmethod
    def of(
        cls,
        blocks: Sequence[Block],
        title: str,
        notes: tuple[str, ...] = (),
        left_out: tuple[LeftOut, ...] = (),
    ) -> "FileBlocks":
        """Set the title apart; of a bilingual file each side finds its own among its blocks."""
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
    """The text of a file, before it is known whether it is one language version or both."""

    def readings(self) -> tuple[PageReading, ...]:
        """Return the documents of :meth:`split`, or why there is none, and what they leave out."""

    def split(self) -> tuple[Document, ...]:
        """Return the document of the file, or both of a bilingual file, Chinese first."""

    def whole(self, language: Language | None = None) -> Document:
        """Return all of the file as one document; its language is by default that of most text."""


# Reads a file of at most so many bytes.
Reader = Callable[[Path, int], FileText]


def make_reader(name: str, read_blocks: Callable[[Path, int], FileBlocks]) -> Reader:
    """Return the reader of a format that knows paragraphs only."""

    def read(path: Path, max_bytes: int) -> FileText:
        file = read_blocks(path, max_bytes)
        _refuse_mixed(file.blocks, path)
        return _ParagraphFile(file, path, name)

    return read


@dataclass(frozen=True, slots=True)
class _ParagraphFile:
    """A file whose format knows paragraphs only."""

    file: FileBlocks
    path: Path
    name: str

    def readings(self) -> tuple[PageReading, ...]:
        read, left_out = self._split()
        first, *others = (PageReading(self.name, _kind_of(part), part) for part in read)
        return (replace(first, left_out=left_out), *others)

    def split(self) -> tuple[Document, ...]:
        return self._split()[0]

    def _split(self) -> tuple[tuple[Document, ...], tuple[LeftOut, ...]]:
        """Return the documents, and what the file has besides, counted once for both."""
        if not has_both_languages([b for b in self.file.blocks if not is_boilerplate(b.text)]):
            document, left_out = self._whole()
            return (document,), (*self.file.left_out, *left_out)
        named = boilerplate.COLUMN_NAME.fullmatch
        blocks = [b for b in self.file.blocks if has_letters(b.text) and not named(b.text)]
        spoken = [(block, block.language or detect_language([block.text])) for block in blocks]
        sides = {side: tuple(b for b, own in spoken if own == side) for side in LANGUAGES}
        zh, en = (
            _build(replace(self.file, blocks=own, title=""), self.path, self.name, side)
            for side, own in sides.items()
        )
        dropped = [b for b in self.file.blocks if not has_letters(b.text) or named(b.text)]
        left_out = (*zh[1], *en[1], *LeftOut.of("separators", dropped))
        return (zh[0], en[0]), (*self.file.left_out, *left_out)

    def whole(self, language: Language | None = None) -> Document:
        return self._whole(language)[0]

    def _whole(self, language: Language | None = None) -> tuple[Document, tuple[LeftOut, ...]]:
        language = language or self.file.language
        if language is None:
            language = detect_language(block.text for block in self.file.blocks)
        return _build(self.file, self.path, self.name, language)


def _refuse_mixed(blocks: Sequence[Block], path: Path) -> None:
    long = [block for block in blocks if not block.language and len(block.text) >= _LONG_ENOUGH]
    mixed = [block for block in long if _MIXED[0] < han_share([block.text]) < _MIXED[1]]
    if len(mixed) >= 2 and len(mixed) > MIXED_SHARE * len(long):
        raise TextError(
            N_(
                "{path}: {count} of {total} paragraphs hold Chinese and English in one line "
                '("{text}"). Put each language into lines, columns or a file of its own.'
            ),
            path=path,
            count=len(mixed),
            total=len(long),
            text=mixed[0].text[:40],
        )


def _build(
    file: FileBlocks, path: Path, name: str, language: Language
) -> tuple[Document, tuple[LeftOut, ...]]:
    stamped = boilerplate.strip_time_stamps(file.blocks)
    blocks = [
        b for b in stamped if not is_boilerplate(b.text) or boilerplate.OTHER_LANGUAGE.match(b.text)
    ]
    cut = boilerplate.find_transcript_start(blocks)
    preface = [block for block in blocks[:cut] if not is_boilerplate(block.text)]
    body = [block for block in blocks[cut:] if not is_boilerplate(block.text)]
    titled = bool(find_labels(body, language))
    lines = [] if file.title else _find_title(preface or body, language)
    title = file.title
    for line in lines:
        title += f" {line.text}" if title and not re.match(f"[{CJK}]", line.text) else line.text
    if titled and title:
        printed = {title, *(line.text for line in lines)}
        body = [block for block in body if block.text not in printed]
        preface = [block for block in preface if block.text not in printed]
    if not any(has_letters(block.text) for block in body):
        raise TextError(N_("{path} holds no text"), path=path)
    title = title or _SIDE.sub("", path.stem)
    known = Document(language, title, turns=(), date=file.date, source=name, notes=file.notes)
    document = build(body, known, preface)
    cues = (cue.text for cue in file.cues if cue.language == language)
    doubts = (*list_doubts(document), *untranslated_notes(document))
    notes = (*document.notes, *doubts)
    document = replace(document, captions=(*document.captions, *cues), notes=notes)
    left_out = (
        *LeftOut.of("boilerplate", [block for block in stamped if is_boilerplate(block.text)]),
        *lines_left_out(preface, body, document),
    )
    return document, left_out


def _kind_of(document: Document) -> Kind:
    return "transcript" if any(turn.label for turn in document.turns) else "article"


def _find_title(blocks: Sequence[Block], language: Language) -> list[Block]:
    for at, block in enumerate(blocks[:3]):
        if not boilerplate.MENU_WORDS.match(block.text):
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
    # "国新办举行……发布会" heads a page; with a clause more it tells of a conference.
    tells = is_summary(block.text) and (language == "en" or "，" in block.text)
    talks = tells or re.search(r"[.。!！?？:：;；…]$", block.text)
    return not (len(block.text) > 200 or talks or find_labels([block, block], language))
