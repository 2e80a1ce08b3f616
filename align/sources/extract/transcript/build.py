"""Division of the blocks of a transcript into header, turns and captions, and completeness checks.

Each finding is a plain sentence for the user. No rule is specific to one site.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ....aligner.text.dates import find_dates
from ....aligner.text.strings import count_letters, has_letters
from ....errors import N_, Message, count_message
from ....records import Document, Language, Role, TablePlace, Turn
from . import Block
from .boilerplate import MENU_WORDS, is_caption
from .header import LONGEST_LINE, TranscriptHeader, is_summary, read_header
from .kind import is_transcript
from .label_words import is_short_phrase
from .labels import LabelCandidate, find_labels, opens_speech
from .roles import assign_roles, list_participants

# Number of first lines that may include a summary of the page.
_LAST_SUMMARY = 4
# Number of lines above the first turn, or at the start of an article, searched for a date.
_FIRST_LINES = 8
_FIRST_ARTICLE_LINES = 3

_PAGE_DATE = Message(N_("The date is that of the page; the text has no date."))
NO_DATE = Message(N_("No date was found."))  # removed from the notes if the user gives a date


def build(blocks: Sequence[Block], known: Document, preface: Sequence[Block] = ()) -> Document:
    """Return the document of blocks, divided into header, turns and captions.

    The text is never altered. Lines without a letter or digit ("***") are skipped. Captions are
    separated because they would interrupt a turn. In an article, only captions above the text are
    separated; the others are paragraphs.

    :param known: the facts known from elsewhere; its date is that of the page, the last choice.
    :param preface: a title block or summary, which gives date and place but is not a turn.
    """
    lines = _divide(blocks, preface, known.language)
    spoken, above = lines.spoken, lines.spoken[: lines.first]
    header = read_header(above)
    before = read_header(_without_captions(preface))
    facts = header.filled_from(before)
    names = [person.name for person in (*header.participants, *before.participants)]
    is_headed = bool(names or preface) or header.is_marked
    dropped = _header_lines(above, header, LONGEST_LINE[known.language] if is_headed else 0)
    body = [block for index, block in enumerate(spoken) if index not in dropped]
    labels = find_labels(body, known.language, names, known.title) if lines.labels else ()
    turns = assign_roles(_turns(body, labels), facts.participants, known.title)
    date = facts.date or _named_day([*preface, *_opening(lines, known)], known)
    notes = list(known.notes)
    if lines.labels and not date:  # an article has the date of its page, and a book needs none
        notes.append(_PAGE_DATE if known.date else NO_DATE)
    notes += _unread_notes(spoken[index].text for index in sorted(dropped - header.consumed))
    return replace(
        known,
        turns=turns,
        date=date or known.date,
        place=facts.place,
        participants=list_participants(turns, facts.participants),
        captions=lines.captions,
        notes=tuple(notes),
        tables=_places(body, labels),
    )


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a document without its captions, and the labels in a transcript.

    ``first`` is the index of the label that begins the first turn. An article has no labels, and
    its ``first`` is 0.
    """

    spoken: Sequence[Block]
    captions: tuple[str, ...]
    labels: Sequence[LabelCandidate] = ()
    first: int = 0


def _divide(blocks: Sequence[Block], preface: Sequence[Block], language: Language) -> _Lines:
    """Decide whether blocks are a transcript or an article, and separate their captions."""
    lines = [
        block
        for before, block in pairwise((Block(""), *blocks))
        if has_letters(block.text) or before.label  # "？" and "🎉" are answers
    ]
    spoken = _without_captions(lines)
    labels = find_labels(spoken, language)
    is_declared = any(block.label for block in spoken)
    if not is_declared and not is_transcript(_turns(spoken, labels)):
        over = _captions_over(lines)
        return _Lines(lines[over:], tuple(block.text for block in lines[:over]))
    captions = tuple(block.text for block in (*preface, *lines) if is_caption(block))
    opening = (label.index for label in labels if not _introduces_name(spoken, label))
    return _Lines(spoken, captions, labels, next(opening, 0))


def _without_captions(blocks: Sequence[Block]) -> list[Block]:
    return [block for block in blocks if not is_caption(block)]


def _opening(lines: _Lines, known: Document) -> Sequence[Block]:
    """Return the lines that may name the day: those above the first turn, if there are any."""
    if not lines.first and not known.date:
        return lines.spoken[:_FIRST_ARTICLE_LINES]
    return lines.spoken[: lines.first]


def _unread_notes(texts: Iterable[str]) -> Iterator[Message]:
    """Yield a note if lines above the first turn are not part of the document."""
    unread = list(texts)
    if not unread:
        return
    where = Message(
        N_("{shown} before the first turn skipped ({letters} characters)"),
        shown=count_message("{count:,} line", "{count:,} lines", len(unread)),
        letters=sum(map(count_letters, unread)),
    )
    yield Message(N_('{where}: "{unread}".'), where=where, unread=unread[0][:40])


def _introduces_name(blocks: Sequence[Block], label: LabelCandidate) -> bool:
    """Return whether a label such as "Chairperson:" is above a name, not above a speech."""
    header = read_header(blocks[label.index : label.index + 2])
    return bool(header.participants) and 0 in header.consumed


def _captions_over(blocks: Sequence[Block]) -> int:
    """Return the number of captions and bold lines above an article, up to its last caption."""
    over = 0
    for index, block in enumerate(blocks):
        if is_caption(block):
            over = index + 1
        elif block.lead != block.text:
            break
    return over if over < len(blocks) else 0


def _header_lines(blocks: Sequence[Block], header: TranscriptHeader, longest: int) -> set[int]:
    """Return the indices of the header: lines that were read, short lines before speech, summaries.

    :param longest: maximum length of a short line; 0 if there is no header.
    """
    speech = _find_speech(blocks, header)
    indices = set(header.consumed)
    for index, block in enumerate(blocks):
        is_short = longest and index < speech and len(block.text) <= longest
        if is_short or (index < _LAST_SUMMARY and is_summary(block.text)):
            indices.add(index)
    return indices


def _find_speech(blocks: Sequence[Block], header: TranscriptHeader) -> int:
    """Return the index of the first line of speech, or of the label above it."""
    for index, block in enumerate(blocks):
        if index not in header.consumed and opens_speech(block.text):
            above = index - 1
            named = above >= 0 and above not in header.consumed and blocks[above].text[-1] in ":："
            return above if named else index
    return len(blocks)


def _turns(blocks: Sequence[Block], labels: Sequence[LabelCandidate]) -> list[Turn]:
    opening = {label.index: label for label in labels}
    turns: list[Turn] = []
    label = ""
    paragraphs: list[str] = []
    for index, block in enumerate(blocks):
        if (opens := opening.get(index)) is None:
            paragraphs.append(block.text)
            continue
        if label or paragraphs:
            turns.append(Turn(label, tuple(paragraphs)))
        label = opens.label
        paragraphs = [opens.rest] if opens.rest else []
    if label or paragraphs:
        turns.append(Turn(label, tuple(paragraphs)))
    return turns


def _places(
    blocks: Sequence[Block], labels: Sequence[LabelCandidate]
) -> tuple[TablePlace | None, ...]:
    """Return the place of each paragraph of :func:`_turns`, or nothing if there is no table."""
    bare = {label.index for label in labels if not label.rest}
    places = tuple(block.table for index, block in enumerate(blocks) if index not in bare)
    return places if any(places) else ()


def _named_day(opening: Sequence[Block], known: Document) -> dt.date | None:
    """Return the day in the title or the first lines.

    A day without a year gets the year of the page, if it is not later than the page's date.
    """
    page = known.date
    for text in (known.title, *(block.text for block in opening[:_FIRST_LINES])):
        days = find_dates(text)
        if not days and page is not None:
            last = page + dt.timedelta(days=1)
            days = tuple(day for day in find_dates(text, year=page.year) if day <= last)
        if days:
            return days[0]
    return None


_CLOSING = re.compile(
    r"concludes?|conclusion of|that'?s all for|this is the end|thank you|thanks|see you|goodbye|"
    r"到此结束|到这里|就到这|结束|谢谢|再见|感谢|到此為止|謝謝|完$",
    re.I,
)


def count_labels(document: Document) -> tuple[int, int]:
    """Return the number of lines that look like a speaker's label, and of those that are one."""
    labels = sum(1 for turn in document.turns if turn.label)
    texts = [text for _, text in document.paragraphs() if text[-1:] in ":："]
    unread = sum(is_short_phrase(text[:-1].strip(), document.language) for text in texts)
    return labels + unread, labels


def list_doubts(document: Document, pages: Sequence[Sequence[Block]] = ()) -> Iterator[str]:
    """Yield notes about text that may be missing from a document, or should not be part of it.

    :param pages: the blocks of each of its pages; empty for a file.
    """
    like, labels = count_labels(document)
    if 0 < labels < like:
        yield Message(
            N_(
                "{unread} of {total} lines that look like a speaker label were read as text; "
                "check the turns."
            ),
            unread=like - labels,
            total=like,
        )
    entries = [text for _, text in document.paragraphs() if MENU_WORDS.match(text)]
    if entries and pages:
        yield Message(
            N_("The text contains menu entries ({entries}); the body may be too wide."),
            entries=entries[:3],
        )
    if len(pages) > 1:
        yield from _compare_pages(pages)
    roles = [turn.role for turn in document.turns if turn.label]
    if len(roles) >= 2:
        yield from _check_end(document, roles)


def _check_end(document: Document, roles: Sequence[Role]) -> Iterator[str]:
    """Yield a note if a transcript seems to be truncated at its end.

    Only a chair ends with a closing formula. Without a chair, an unanswered question is a sign,
    but not the thanks of an interviewer.
    """
    last = document.turns[-1]
    words = "".join(last.paragraphs[-1:])
    is_thanks = bool(_CLOSING.search(words)) and not re.search("[?？]", words)
    if last.role == "media" and not is_thanks:
        yield Message(N_("The last question has no answer: the transcript may be truncated."))
    elif (
        last.role != "media"
        and "chair" in roles
        and not any(map(_CLOSING.search, last.paragraphs[-2:]))
    ):
        yield Message(N_("There is no closing formula: the transcript may be truncated."))


def _compare_pages(pages: Sequence[Sequence[Block]]) -> Iterator[str]:
    texts = ["\n".join(block.text for block in blocks) for blocks in pages]
    for number, text in enumerate(texts, 1):
        if not text.strip():
            yield Message(
                N_("Page {number} of {total} is empty; its text is missing."),
                number=number,
                total=len(texts),
            )
    for text, times in Counter(texts).items():
        if times > 1 and text.strip():
            where = [str(number) for number, other in enumerate(texts, 1) if other == text]
            yield Message(N_("Pages {pages} contain the same text; one was skipped."), pages=where)
