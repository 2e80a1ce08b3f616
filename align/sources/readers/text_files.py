"""Text files: plain text, Markdown, subtitles.

Cues are joined that go on in the next one, as long as the file ends its sentences with marks.
"""

import datetime as dt
import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ...aligner.text.chinese import detect_language
from ...aligner.text.dates import find_dates
from ...aligner.text.strings import has_letters, keep_letters, normalise_space
from ...errors import N_, TextError
from ...records import GAP, LANGUAGES, Language
from ..extract.html_blocks import blocks_of
from ..extract.transcript import Block
from ..extract.transcript.wrapped_lines import join_wrapped
from ..limits import MOST_MARKDOWN, MOST_MARKS, MOST_PARAGRAPHS
from ..local_files import load_text
from ..web.html import first_text, parse
from .account import Account
from .cues import TAG, VOICE, Cue, name_speakers, split_voices
from .documents import (
    FileBlocks,
    check_paragraph_count,
    lines_to_blocks,
)
from .tables import count_bilingual_rows, parse_rows, read_table

if TYPE_CHECKING:
    from markdown_it.token import Token

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
    if count_bilingual_rows(parse_rows("\n".join(head), "\t")) > len(head) / 2:
        return read_table(parse_rows(loaded.text, "\t"), path, loaded)
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
