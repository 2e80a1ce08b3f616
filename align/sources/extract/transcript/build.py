"""Division of the blocks of a transcript into header, turns and captions, and what may be missing.

Each finding about completeness is a plain sentence for the user; no rule is of one site.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ....aligner.text.dates import find_dates
from ....aligner.text.strings import count_letters, has_letters
from ....errors import N_, Message, count_message
from ....records import Document, Role, Turn
from . import Block
from .boilerplate import MENU_WORDS, is_caption
from .header import LONGEST_LINE, TranscriptHeader, is_summary, read_header
from .kind import is_transcript
from .label_words import is_short_phrase
from .labels import LabelCandidate, find_labels, opens_speech
from .roles import assign_roles, list_participants

# A summary of the page stands over the text, under a line or two.
_LAST_SUMMARY = 4
# The lines over the first turn, or at the beginning of an article, in which a date is looked for.
_FIRST_LINES = 8
_FIRST_ARTICLE_LINES = 3

NO_DATE = Message(N_("No date was found."))  # no longer true of one to which the user gives a day


def build(blocks: Sequence[Block], known: Document, preface: Sequence[Block] = ()) -> Document:
    """Divide blocks into header, turns and captions. Text is never altered.

    ``known`` has what the reader knows besides the blocks; its date, the page's, is used last. The
    preface, a title block or summary, is read for date and place and is no turn. Lines without a
    letter or digit ("***") are left out. Captions are kept apart where they would interrupt a turn;
    in an article only those over the text, the others are paragraphs.
    """
    lines = [block for block in blocks if has_letters(block.text)]
    spoken = [block for block in lines if not is_caption(block)]
    captions = tuple(block.text for block in (*preface, *lines) if is_caption(block))
    first_labels = find_labels(spoken, known.language)
    if not is_transcript(_turns(spoken, first_labels)):
        first_labels = ()
        over = _captions_over(lines)
        spoken, captions = lines[over:], tuple(block.text for block in lines[:over])
    opening_labels = (label for label in first_labels if not _introduces_name(spoken, label))
    first = next((label.index for label in opening_labels), 0)
    header = read_header(spoken[:first])
    before = read_header([block for block in preface if not is_caption(block)])
    people = header.participants or before.participants
    names = [person.name for person in (*header.participants, *before.participants)]
    headed = bool(names or header.place or header.keyed or preface)
    dropped = _header_lines(spoken[:first], header, LONGEST_LINE[known.language] if headed else 0)
    body = [block for index, block in enumerate(spoken) if index not in dropped]
    labels = find_labels(body, known.language, names, known.title) if first_labels else ()
    turns = assign_roles(_turns(body, labels), people, known.title)
    opening = spoken[: first or (0 if known.date else _FIRST_ARTICLE_LINES)]
    date = header.date or before.date or _named_day([*preface, *opening], known)
    no_date = Message("")
    if first_labels:  # an article has the date of its page, and a book needs none
        no_date = NO_DATE
        if known.date:
            no_date = Message(N_("The date is that of the page; the text names none."))
    unread = [spoken[index].text for index in sorted(dropped - header.consumed)]
    notes = (*known.notes, *((no_date,) if no_date and not date else ()))
    if unread:
        letters, shown = (
            sum(map(count_letters, unread)),
            count_message("{count:,} line", "{count:,} lines", len(unread)),
        )
        where = Message(
            N_("{shown} over the first turn ({letters} letters) left out"),
            shown=shown,
            letters=letters,
        )
        notes = (*notes, Message(N_('{where}: "{unread}".'), where=where, unread=unread[0][:40]))
    return replace(
        known,
        turns=turns,
        date=date or known.date,
        place=header.place or before.place,
        participants=list_participants(turns, people),
        captions=captions,
        notes=notes,
    )


def _introduces_name(blocks: Sequence[Block], label: LabelCandidate) -> bool:
    """Return whether a label such as "Chairperson:" stands over a name, not over a speech."""
    header = read_header(blocks[label.index : label.index + 2])
    return bool(header.participants) and 0 in header.consumed


def _captions_over(blocks: Sequence[Block]) -> int:
    """Return how many captions and lines in bold stand over an article, up to its last caption."""
    over = 0
    for index, block in enumerate(blocks):
        if is_caption(block):
            over = index + 1
        elif block.lead != block.text:
            break
    return over if over < len(blocks) else 0


def _header_lines(blocks: Sequence[Block], header: TranscriptHeader, longest: int) -> set[int]:
    """Return the lines of the header: those read, those up to ``longest`` before speech, summaries.

    ``longest`` is 0 where there is no header.
    """
    speech = _find_speech(blocks, header)
    return header.consumed | {
        index
        for index, block in enumerate(blocks)
        if (longest and index < speech and len(block.text) <= longest)
        or (index < _LAST_SUMMARY and is_summary(block.text))
    }


def _find_speech(blocks: Sequence[Block], header: TranscriptHeader) -> int:
    """Return the index of the first line of speech, or of the label over it."""
    for index, block in enumerate(blocks):
        if index not in header.consumed and opens_speech(block.text):
            above = index - 1
            named = above >= 0 and above not in header.consumed and blocks[above].text[-1] in ":："
            return above if named else index
    return len(blocks)


def _turns(blocks: Sequence[Block], labels: Sequence[LabelCandidate]) -> list[Turn]:
    opening = {label.index: label for label in labels}
    turns: list[Turn] = []
    label, paragraphs = "", list[str]()
    for index, block in enumerate(blocks):
        if (opens := opening.get(index)) is None:
            paragraphs.append(block.text)
            continue
        if label or paragraphs:
            turns.append(Turn(label, tuple(paragraphs)))
        label, paragraphs = opens.label, [opens.rest] if opens.rest else []
    if label or paragraphs:
        turns.append(Turn(label, tuple(paragraphs)))
    return turns


def _named_day(opening: Sequence[Block], known: Document) -> dt.date | None:
    """Return the day that title or first lines name; one without a year is not after the page's."""
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
    """Return how many lines of a document look like a speaker's label, and how many are one."""
    labels = sum(1 for turn in document.turns if turn.label)
    texts = [text for _, text in document.paragraphs() if text[-1:] in ":："]
    unread = sum(is_short_phrase(text[:-1].strip(), document.language) for text in texts)
    return labels + unread, labels


def list_doubts(document: Document, pages: Sequence[Sequence[Block]] = ()) -> Iterator[str]:
    """Yield what may be missing from a document, or too much in it.

    :param pages: the blocks of each page that it was read from; none for a file of one text.
    """
    like, labels = count_labels(document)
    if 0 < labels < like:
        yield (
            f"{like - labels} of {like} lines that look like a speaker's label were read as text; "
            "check the turns."
        )
    entries = [text for _, text in document.paragraphs() if MENU_WORDS.match(text)]
    if entries and pages:
        named = ", ".join(entries[:3])
        yield f"The text holds menu entries ({named}); the body may be too wide."
    if len(pages) > 1:
        yield from _compare_pages(pages)
    roles = [turn.role for turn in document.turns if turn.label]
    if len(roles) >= 2:
        yield from _check_end(document, roles)


def _check_end(document: Document, roles: Sequence[Role]) -> Iterator[str]:
    """Yield what a transcript lacks at its end."""
    # Only a chair closes with a formula; where nobody chairs, an unanswered question is the sign.
    last = document.turns[-1]
    if last.role == "media":
        yield "The last question has no answer: the transcript is possibly truncated."
    elif "chair" in roles and not any(map(_CLOSING.search, last.paragraphs[-2:])):
        yield "No closing formula at the end: the transcript is possibly truncated."


def _compare_pages(pages: Sequence[Sequence[Block]]) -> Iterator[str]:
    texts = ["\n".join(block.text for block in blocks) for blocks in pages]
    for number, text in enumerate(texts, 1):
        if not text.strip():
            yield f"Page {number} of {len(texts)} is empty; text is missing there."
    for text, times in Counter(texts).items():
        if times > 1 and text.strip():
            where = [str(number) for number, other in enumerate(texts, 1) if other == text]
            yield f"Pages {' and '.join(where)} hold the same text; one was left out."
