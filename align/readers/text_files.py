"""Text files: plain text, Markdown, tables with a Chinese and an English column, subtitles.

Cues are joined that go on in the next one, as long as the file ends its sentences with marks.
"""

import csv
import html
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from ..errors import TextError
from ..extract.html_blocks import blocks_of
from ..extract.transcript import Block, join_wrapped
from ..extract.transcript.boilerplate import COLUMN_NAME
from ..records import GAP, LANGUAGES, Language
from ..text.chinese import detect_language, han_share
from ..text.strings import has_letters, normalise_space
from ..web.html import first_text, parse
from .documents import (
    FileBlocks,
    check_office_file,
    check_paragraph_count,
    lines_to_blocks,
    load_text,
    refuse_damage,
)

# A briefing has some hundreds; a translation memory of more goes through align import.
MOST_ROWS = 50_000
MOST_COLUMNS = 200


def read_delimited(path: Path, max_bytes: int) -> FileBlocks:
    """Read CSV or TSV; the delimiter is the one that puts the languages of most rows apart."""
    loaded = load_text(path, max_bytes=max_bytes)
    best = max((parse_rows(loaded.text, delimiter) for delimiter in "\t,;|"), key=_bilingual_rows)
    return FileBlocks(read_columns(best, path), notes=loaded.notes)


def _bilingual_rows(rows: Sequence[Sequence[str]]) -> int:
    shares = [[han_share([cell]) for cell in row if has_letters(cell)] for row in rows[:200]]
    return sum(1 for row in shares if row and max(row) > 0.9 and min(row) < 0.1)


def parse_rows(text: str, delimiter: str) -> list[list[str]]:
    """Cut a text into the cells of a table."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # holds for the whole process
    source = io.StringIO(text, newline="")
    if delimiter == "\t":
        rows = csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        rows = csv.reader(source, delimiter=delimiter)
    return [[normalise_space(cell) for cell in row] for row in islice(rows, MOST_ROWS + 1)]


def read_workbook(path: Path, max_bytes: int) -> FileBlocks:
    """Read the first sheet of an XLSX file."""
    from openpyxl import load_workbook

    with refuse_damage(path, "XLSX file"):
        check_office_file(path, max_bytes=max_bytes)
        with path.open("rb") as file:  # openpyxl leaves a file open that it cannot read
            book = load_workbook(file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # other programs write wrong ones
            rows = [
                [normalise_space(str(cell)) if cell is not None else "" for cell in row]
                for row in sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1)
            ]
            book.close()
    return FileBlocks(read_columns(rows, path))


def read_columns(rows: Sequence[Sequence[str]], path: Path) -> tuple[Block, ...]:
    """Return the cells of the Chinese and of the English column, row by row, Chinese first."""
    if len(rows) > MOST_ROWS:
        raise TextError(
            f"{path} has more than {MOST_ROWS:,} rows; that is no briefing: align import takes "
            "translation memories and other long tables"
        )
    width = max((len(row) for row in rows), default=0)
    if width > MOST_COLUMNS:
        raise TextError(f"{path} has {width:,} columns; a Chinese and an English one are needed")
    body = rows[1:] if any(map(COLUMN_NAME.fullmatch, rows[0] if rows else ())) else rows
    cells = [[row[column] if column < len(row) else "" for row in body] for column in range(width)]
    shares = [han_share(column) for column in cells]
    letters = [sum(map(len, column)) for column in cells]
    by_letters = sorted(filter(letters.__getitem__, range(width)), key=lambda at: -letters[at])
    zh = next((at for at in by_letters if shares[at] >= 0.5), None)
    en = next((at for at in by_letters if shares[at] < 0.5), None)
    if zh is None or en is None:
        missing = "Chinese" if zh is None else "English"
        raise TextError(f"{path} has no column with {missing} text; two columns are needed")
    pairs: tuple[tuple[int, Language], ...] = ((zh, "zh"), (en, "en"))
    return tuple(
        Block(row[column], language=language)
        for row in body
        for column, language in pairs
        if column < len(row) and row[column]
    )


_FRONT_MATTER = re.compile(r"\A\ufeff?---\n.{0,5000}?\n---\n", re.DOTALL)
_ITEM_NUMBER = re.compile(r"^([ >]*\d+)([.)])", re.MULTILINE)
# Several days of conferences; of nothing but marks they are read in half a minute.
MOST_MARKDOWN = 2_000_000


def read_text(path: Path, max_bytes: int) -> FileBlocks:
    """Read one block per paragraph: per line, or between blank lines where lines are wrapped."""
    loaded = load_text(path, max_bytes=max_bytes)
    # A table if most of its first lines have a cell in each language.
    head = [line for line in loaded.text[:200_000].splitlines() if line.strip()][:200]
    if _bilingual_rows(parse_rows("\n".join(head), "\t")) > len(head) / 2:
        return FileBlocks(read_columns(parse_rows(loaded.text, "\t"), path), notes=loaded.notes)
    blocks = join_wrapped(lines_to_blocks(loaded.text))
    check_paragraph_count(path, len(blocks))
    return FileBlocks(tuple(blocks), notes=loaded.notes)


def read_markdown(path: Path, max_bytes: int) -> FileBlocks:
    """Read paragraphs without marks; a bold beginning is a lead, the first heading the title."""
    from markdown_it import MarkdownIt

    loaded = load_text(path, max_bytes=max_bytes)
    if len(loaded.text) > MOST_MARKDOWN:
        raise TextError(f"{path} is Markdown of over {MOST_MARKDOWN:,} characters; save it as .txt")
    text = _FRONT_MATTER.sub("", loaded.text.replace("\r\n", "\n"))
    text = _ITEM_NUMBER.sub(r"\1\\\2", text)  # it is text: a list would take it away
    # An indented paragraph is no code, and one over a rule no heading.
    options = {"breaks": True}
    markdown = MarkdownIt("commonmark", options).disable(["code", "lheading"]).enable("table")
    # Lines within a paragraph are joined where they were wrapped by hand: a gap parts paragraphs.
    root = parse(markdown.render(text).replace("<p>", "<br><p>"))
    blocks = join_wrapped(blocks_of(root))
    check_paragraph_count(path, len(blocks))
    title = first_text(root, "h1, h2, h3, h4, h5, h6")
    return FileBlocks.of([b for b in blocks if has_letters(b.text)], title, loaded.notes)


# 00:00:01,000 --> 00:00:02,000
_TIME = re.compile(
    r"^\s*((?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3})\s*-->\s*((?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}).*$"
)
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>|\{\\[^{}]{0,100}\}", re.IGNORECASE)
_END = re.compile(r"[.!?。！？…:：][\"'”’）)]*$")
# Of subtitles with marks a third and more of the cues end a sentence, of those without hardly one.
_MARKED = 0.1


def read_subtitles(path: Path, max_bytes: int) -> FileBlocks:
    """Read what is said; numbers, notes and styles are left out, times stand with the cues."""
    loaded = load_text(path, max_bytes=max_bytes)
    cues = list(_cues(loaded.text.splitlines()))
    if not cues:
        raise TextError(
            f"{path} holds no subtitles: no line of times (00:00:01,000 --> 00:00:02,000)"
        )
    blocks: list[Block] = []
    timed: list[Block] = []
    for times, *lines in cues:
        by_language: dict[Language, list[str]] = {"zh": [], "en": []}
        for text in (normalise_space(html.unescape(_TAG.sub("", line))) for line in lines):
            if has_letters(text):
                by_language[detect_language([text])].append(text)
        for language, parts in by_language.items():
            if text := GAP[language].join(parts):
                timed.append(Block(f"{times} {text}", text, language=language))
    for language in LANGUAGES:
        own = [cue.lead for cue in timed if cue.language == language]
        marked = sum(1 for cue in own if _END.search(cue)) >= _MARKED * len(own)
        texts = _join_cues(own, GAP[language]) if marked else own
        blocks += (Block(text, language=language) for text in texts)
    return FileBlocks(tuple(blocks), notes=loaded.notes, cues=tuple(timed))


def _cues(lines: Sequence[str]) -> Iterator[list[str]]:
    cue: list[str] | None = None
    for line in (*lines, ""):
        times = _TIME.match(line)
        if times or not line.strip():
            if cue and cue[1:]:
                yield cue
            cue = [" --> ".join(times.groups())] if times else None
        elif cue is not None:
            cue.append(line)


def _join_cues(cues: Sequence[str], gap: str) -> Iterator[str]:
    """Join the cues of a sentence, up to one that has its end mark."""
    text = ""
    for cue in cues:
        if text and _END.search(text):
            yield text
            text = ""
        text = f"{text}{gap}{cue}" if text else cue
    if text:
        yield text
