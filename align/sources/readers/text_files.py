"""Text files: plain text, Markdown, tables with a Chinese and an English column, subtitles.

Cues are joined that go on in the next one, as long as the file ends its sentences with marks.
"""

import csv
import datetime as dt
import html
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby, islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ...aligner.text.chinese import detect_language, han_share
from ...aligner.text.dates import find_dates
from ...aligner.text.strings import has_letters, keep_letters, normalise_space
from ...errors import N_, Message, TextError
from ...records import GAP, LANGUAGE_NAMES, LANGUAGES, Language, Sides
from ..extract.html_blocks import blocks_of
from ..extract.transcript import Block, join_wrapped
from ..extract.transcript.boilerplate import COLUMN_NAME
from ..limits import MOST_COLUMNS, MOST_MARKDOWN, MOST_MARKS, MOST_PARAGRAPHS, MOST_ROWS
from ..web.charset import Decoded
from ..web.html import first_text, parse
from .account import Account
from .cues import TAG, VOICE, Cue, name_speakers, split_voices
from .documents import (
    FileBlocks,
    check_paragraph_count,
    lines_to_blocks,
    load_text,
)

if TYPE_CHECKING:
    from markdown_it.token import Token

_LAST_HEADER = 10  # the row of column names is one of the first
_QUALIFIED_NAME = re.compile(
    r"(?:(?:source|target|translation|text|original|原文|译文)\s*[(（\[]\s*|(?:简体|繁体|簡體|繁體))"
    r"(?P<name>[^()（）\[\]]+?)\s*[)）\]]?",
    re.IGNORECASE,
)
_SURE = 3  # cells with a comma, all in quotation marks: Excel put them there


def read_delimited(path: Path, max_bytes: int) -> FileBlocks:
    """Read CSV or TSV; the delimiter is the one that puts the languages of most rows apart."""
    loaded = load_text(path, max_bytes=max_bytes)
    best = max((parse_rows(loaded.text, delimiter) for delimiter in "\t,;|"), key=_bilingual_rows)
    return _read_table(best, path, loaded)


def _read_table(rows: Sequence[Sequence[str]], path: Path, loaded: Decoded) -> FileBlocks:
    account = Account()
    blocks = read_columns(rows, path, account)
    # Compare letters only, without delimiters and the quotation marks of cells.
    account.close([loaded.text], (block.text for block in blocks), key=keep_letters)
    notes = (*loaded.notes, *account.notes())
    return FileBlocks(blocks, notes=notes, left_out=account.left_out())


def _bilingual_rows(rows: Sequence[Sequence[str]]) -> int:
    shares = [[han_share([cell]) for cell in row if has_letters(cell)] for row in rows[:200]]
    return sum(1 for row in shares if row and max(row) > 0.9 and min(row) < 0.1)


def parse_rows(text: str, delimiter: str) -> list[list[str]]:
    """Return the rows and cells of a table, up to one more of each than the limits allow."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # this is a process-wide setting
    # Between tabs, quotation marks are text, unless a spreadsheet wrote them around its cells.
    source = io.StringIO(text, newline="")
    if delimiter == "\t" and not _has_quoted_cells(text):
        rows = csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        rows = csv.reader(source, delimiter=delimiter)
    return [
        [normalise_space(cell) for cell in row[: MOST_COLUMNS + 1]]
        for row in islice(rows, MOST_ROWS + 1)
    ]


def _has_quoted_cells(text: str) -> bool:
    """Return whether a spreadsheet put the quotation marks around the cells between tabs.

    It doubles those within a cell, and leaves no other cell with one. Excel puts them around all
    cells with a comma, too.
    """
    if '"' not in text:
        return False
    source = io.StringIO(text, newline="")
    try:
        rows = list(islice(csv.reader(source, delimiter="\t", strict=True), MOST_ROWS + 1))
    except csv.Error:  # a cell goes on behind its second quotation mark
        return False
    return _has_quotes_around(list(filter(None, chain.from_iterable(rows))), text.count('"'))


def _has_quotes_around(cells: Sequence[str], marks: int) -> bool:
    """Return whether quotation marks are around cells by one rule.

    :param cells: the cells without the marks around them, those within no longer doubled.
    :param marks: the number of marks in the text.
    """
    within = [cell.count('"') for cell in cells if '"' in cell]
    others = marks - sum(2 * count + 2 for count in within)
    if others < 0 or others % 2:  # some of these cells have no quotation marks around them
        return False
    if within:
        return True
    quoted = others // 2  # cells that have quotation marks only around them
    with_comma = sum(1 for cell in cells if "," in cell)
    return quoted == len(cells) or (quoted == with_comma and quoted >= _SURE)


def check_row_count(path: Path, count: int) -> None:
    """Raise :exc:`TextError` if a table has more rows than any briefing."""
    if count > MOST_ROWS:
        raise TextError(
            N_(
                "{path} has more than {most_rows:,} rows, too many for one briefing; use 'align "
                "import' for translation memories and other long tables"
            ),
            path=path,
            most_rows=MOST_ROWS,
        )


def read_columns(
    rows: Sequence[Sequence[str]], path: Path, account: Account | None = None
) -> tuple[Block, ...]:
    """Return the cells of the Chinese and the English column, row by row, Chinese first.

    All other cells are added to the account.
    """
    account = account or Account()
    check_row_count(path, len(rows))
    width = max((len(row) for row in rows), default=0)
    if width > MOST_COLUMNS:
        raise TextError(
            N_("{path} has over {most:,} columns; it needs a Chinese and an English one"),
            path=path,
            most=MOST_COLUMNS,
        )
    head, rows = _split_head(rows)
    names = head[-1] if head else ()
    for name in names:
        account.add("column names", name)
    for cell in filter(None, chain.from_iterable(head[:-1])):
        account.add("header", cell)
    columns = [*zip_longest(*rows, fillvalue="")]
    chosen = _choose_columns(columns, names, path)
    for place, column in enumerate(columns):
        if place not in (chosen.zh, chosen.en):
            for cell in filter(None, column):
                account.add("other columns", cell)
    rows_of_both = zip(columns[chosen.zh], columns[chosen.en], strict=True)
    return tuple(chain.from_iterable(_row_blocks(*pair) for pair in rows_of_both))


def _split_head(
    rows: Sequence[Sequence[str]],
) -> tuple[Sequence[Sequence[str]], Sequence[Sequence[str]]]:
    """Return the rows up to the column names, and the rows below; there may be no names.

    In the first row one name of a language is enough. Further below, two must be in a row, and no
    row above may be in both languages: "中文" and "English" may be texts, too.
    """
    if rows and any(map(_is_column_name, rows[0])):
        return rows[:1], rows[1:]
    for at, row in enumerate(rows[:_LAST_HEADER]):
        if sum(map(_is_column_name, row)) >= 2 and not _bilingual_rows(rows[:at]):
            return rows[: at + 1], rows[at + 1 :]
    return (), rows


def _is_column_name(cell: str) -> bool:
    """Return whether a cell names a language or side: "Chinese", "Source (EN)", "译文".

    >>> [_is_column_name(cell) for cell in ("Source (EN)", "Translation [zh-CN]", "简体中文")]
    [True, True, True]
    >>> [_is_column_name(cell) for cell in ("", "Notes", "Translation done", "English is fun")]
    [False, False, False, False]
    """
    if COLUMN_NAME.fullmatch(cell):
        return True
    around = _QUALIFIED_NAME.fullmatch(cell)
    return around is not None and COLUMN_NAME.fullmatch(around["name"]) is not None


def _row_blocks(chinese: str, english: str) -> Iterator[Block]:
    if chinese:
        yield Block(chinese, language="zh")
    if english:
        yield Block(english, language="en")


def _choose_columns(
    columns: Sequence[Sequence[str]], names: Sequence[str], path: Path
) -> Sides[int]:
    """Return the places of the longest Chinese and the longest English column.

    A column that the header names as a language precedes a longer one, such as remarks.

    :param columns: the cells of each column.
    :param names: the header, which may be empty.
    :raises TextError: a language has no column.
    """
    letters = [sum(map(len, column)) for column in columns]

    def rank(at: int) -> tuple[bool, int]:
        is_named = at < len(names) and _is_column_name(names[at])
        return not is_named, -letters[at]

    chosen: dict[Language, int] = {}
    for at in sorted(range(len(columns)), key=rank):
        if letters[at]:
            language: Language = "zh" if han_share(columns[at]) >= 0.5 else "en"
            chosen.setdefault(language, at)
    for language in LANGUAGES:
        if language not in chosen:
            raise TextError(
                N_("{path} has no column with {missing} text; two columns are needed"),
                path=path,
                missing=Message(LANGUAGE_NAMES[language]),
            )
    return Sides(chosen["zh"], chosen["en"])


_MARKUP = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL)
# Reference links, their use and their definition: [text][name], [name]: http://...
_REFERENCE = re.compile(r"(?<=\])\[[^\[\]]{1,200}\]|^ {0,3}\[[^\[\]]{1,200}\]:.*$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A\ufeff?---\n.{0,5000}?\n---\n", re.DOTALL)
# "title: Lamps" and "date: 2031-05-14" in the front matter.
_FACT = re.compile(r"^(title|date):[ \t]+(?:([\"'])(.+)\2|(.+?))[ \t]*$", re.MULTILINE | re.I)
_MARKS = "[*_`<|"
# The mark of a footnote, and the mark before the text of one: [^1], [^1]: Press release.
_NOTE_MARK = re.compile(r"\[\^([^\]\s]{1,50})\](?!:)")
_NOTE_START = re.compile(r"^ {0,3}\[\^([^\]\s]{1,50})\]:[ \t]*", re.MULTILINE)
_ITEM_NUMBER = re.compile(r"^([ >]*\d+)([.)])", re.MULTILINE)


def read_text(path: Path, max_bytes: int) -> FileBlocks:
    """Read one block per paragraph: per line, or between empty lines if lines are wrapped."""
    loaded = load_text(path, max_bytes=max_bytes)
    # A table if most of its first lines have a cell in each language.
    head = [line for line in loaded.text[:200_000].splitlines() if line.strip()][:200]
    if _bilingual_rows(parse_rows("\n".join(head), "\t")) > len(head) / 2:
        return _read_table(parse_rows(loaded.text, "\t"), path, loaded)
    blocks = join_wrapped(lines_to_blocks(loaded.text))
    check_paragraph_count(path, len(blocks))
    account = Account()
    account.close([loaded.text], (block.text for block in blocks))
    notes = (*loaded.notes, *account.notes())
    return FileBlocks(tuple(blocks), notes=notes, left_out=account.left_out())


def read_markdown(path: Path, max_bytes: int) -> FileBlocks:
    """Read paragraphs without marks; a bold beginning is a lead, the first heading the title."""
    from markdown_it import MarkdownIt

    loaded = load_text(path, max_bytes=max_bytes)
    if len(loaded.text) > MOST_MARKDOWN:
        raise TextError(
            N_("{path} is Markdown of over {most_markdown:,} characters; save it as .txt"),
            path=path,
            most_markdown=MOST_MARKDOWN,
        )
    marks = sum(map(loaded.text.count, _MARKS))
    lines = sum(map(bool, map(str.strip, loaded.text.split("\n"))))
    if marks > MOST_MARKS or lines > MOST_PARAGRAPHS:
        raise TextError(
            N_("{path} is Markdown of {marks:,} marks in {lines:,} lines; save it as .txt"),
            path=path,
            marks=marks,
            lines=lines,
        )
    account = Account()
    source = loaded.text.replace("\r\n", "\n")
    front = _read_front_matter(source, account)
    text = _read_notes(_FRONT_MATTER.sub("", source), account)
    text = _ITEM_NUMBER.sub(r"\1\\\2", text)  # it is text: a list would take it away
    # An indented paragraph is no code, and one over a rule no heading.
    options = {"breaks": True}
    markdown = MarkdownIt("commonmark", options).disable(["code", "lheading"]).enable("table")
    # Lines within a paragraph are joined where they were wrapped by hand: a gap parts paragraphs.
    root = parse(markdown.render(text).replace("<p>", "<br><p>"))
    blocks = join_wrapped(blocks_of(root))
    check_paragraph_count(path, len(blocks))
    title = front.title or first_text(root, "h1, h2, h3, h4, h5, h6")
    for reason, left in _list_markup(markdown.parse(text)):
        account.add(reason, left)
    for label in _REFERENCE.findall(text):
        account.add("addresses", label)
    source = html.unescape(unquote(loaded.text))
    read = (*front.lines, *(block.text for block in blocks))
    account.close([source], read, key=keep_letters)
    notes = (*loaded.notes, *account.notes())
    spoken = [block for block in blocks if has_letters(block.text)]
    return replace(FileBlocks.of(spoken, title, notes, account.left_out()), date=front.date)


@dataclass(frozen=True, slots=True)
class _Front:
    """The title and the date in the front matter of a Markdown file, and their lines."""

    title: str = ""
    date: dt.date | None = None
    lines: tuple[str, ...] = ()


def _read_front_matter(text: str, account: Account) -> _Front:
    """Return the facts of the front matter; add its other lines to the account."""
    front = _Front()
    for line in "".join(_FRONT_MATTER.findall(text)).split("\n"):
        fact = _FACT.match(line)
        value = normalise_space(fact[3] or fact[4]) if fact else ""
        dates = find_dates(value)
        if fact and fact[1].lower() == "title" and not front.title and has_letters(value):
            front = replace(front, title=value, lines=(*front.lines, line))
        elif fact and fact[1].lower() == "date" and not front.date and dates:
            front = replace(front, date=dates[0], lines=(*front.lines, line))
        else:
            account.add("front matter", line)
    return front


def _read_notes(text: str, account: Account) -> str:
    """Return Markdown whose footnotes are paragraphs; add their marks to the account.

    A mark that no footnote begins with is text.
    """
    names = set(_NOTE_START.findall(text))
    starts = _NOTE_START.finditer(text)
    marks = [mark for mark in _NOTE_MARK.finditer(text) if mark[1] in names]
    for mark in (*marks, *starts):
        account.add("note marks", mark[0])
    text = _NOTE_MARK.sub(lambda mark: "" if mark[1] in names else mark[0], text)
    return _NOTE_START.sub("\n", text)


def _list_markup(tokens: Iterable["Token"]) -> Iterator[tuple[str, str]]:
    """Yield the parts of a Markdown text that are not shown, by reason."""
    for token in tokens:
        if token.type in ("html_inline", "html_block"):
            yield "markup", " ".join(_MARKUP.findall(token.content))
        for name in ("href", "src", "title"):
            yield "addresses", unquote(str(token.attrs.get(name, "")))
        if token.type == "image":
            yield "pictures", token.content
        else:
            yield from _list_markup(token.children or ())


# 00:00:01,000 --> 00:00:02,000
_TIME = re.compile(
    r"^\s*((?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3})\s*-->\s*((?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}).*$"
)
_END = re.compile(r"[.!?。！？…:：][\"'”’）)]*$")
# Chinese subtitles without full stops often keep the other end marks.
_FULL_STOP: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(r"。[\"'”’）)]*$"),
    "en": _END,
}
# Of subtitles with marks a third and more of the cues end a sentence, of those without hardly one.
_MARKED = 0.1
# Seconds between two cues of one sentence, at most. Subtitlers leave a gap of 1.5 seconds or more
# only where speech pauses.
_LONGEST_PAUSE = 1.5


def read_subtitles(path: Path, max_bytes: int) -> FileBlocks:
    """Read the spoken text of subtitles; numbers, notes and styles are skipped, times kept."""
    loaded = load_text(path, max_bytes=max_bytes)
    cues = list(_cues(loaded.text.splitlines()))
    if not cues:
        raise TextError(
            N_("{path} contains no subtitles: no line of times (00:00:01,000 --> 00:00:02,000)"),
            path=path,
        )
    voiced = name_speakers([cue for times, *lines in cues for cue in split_voices(times, lines)])
    blocks: list[Block] = []
    timed: list[Block] = []
    for language in LANGUAGES:
        spoken = [replace(cue, lines=_spoken_lines(cue.lines, language)) for cue in voiced]
        own = [cue for cue in spoken if cue.lines]
        ends = sum(1 for cue in own if _FULL_STOP[language].search(cue.lines[-1]))
        has_stops = ends >= _MARKED * len(own)
        # Chinese without marks has spaces between clauses.
        gap = GAP[language] if has_stops else " "
        timed += (
            Block(f"{cue.times} {gap.join(cue.lines)}", gap.join(cue.lines), language=language)
            for cue in own
        )
        for speaker, turn in groupby(own, key=lambda cue: cue.speaker):
            if speaker:
                blocks.append(Block(speaker, language=language, label=True))
            said = list(turn)
            texts = _join_cues(said, gap) if has_stops else [gap.join(cue.lines) for cue in said]
            blocks += (Block(text, language=language) for text in texts)
    speakers = [cue.speaker for cue in voiced]
    account = _account_for_cues(loaded.text, cues, [*(cue.lead for cue in timed), *speakers])
    notes = (*loaded.notes, *account.notes())
    return FileBlocks(tuple(blocks), notes=notes, cues=tuple(timed), left_out=account.left_out())


def _spoken_lines(lines: Iterable[str], language: Language) -> list[str]:
    """Return the lines of a cue in a language, without marks of style."""
    texts = [normalise_space(html.unescape(TAG.sub("", line))) for line in lines]
    return [text for text in texts if has_letters(text) and detect_language([text]) == language]


def _account_for_cues(text: str, cues: Iterable[list[str]], read: Iterable[str]) -> Account:
    account = Account()
    spoken = Counter(line for _, *lines in cues for line in lines)
    for line in (Counter(text.splitlines()) - spoken).elements():
        account.add("times, numbers and notes", line)
    for line in spoken.elements():
        nameless = VOICE.sub(r"<v\g<style>>", line)
        account.add("marks of style", "".join(TAG.findall(nameless)))
    account.close([html.unescape(text)], read, key=keep_letters)
    return account


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


def _join_cues(cues: Sequence[Cue], gap: str) -> Iterator[str]:
    """Join the cues of a sentence, up to one that has its end mark or precedes a pause."""
    text = ""
    end = 0.0
    for cue in cues:
        paused = cue.start - end > _LONGEST_PAUSE
        if text and (paused or _END.search(text)):
            yield text
            text = ""
        spoken = gap.join(cue.lines)
        text = f"{text}{gap}{spoken}" if text else spoken
        end = cue.end
    if text:
        yield text
