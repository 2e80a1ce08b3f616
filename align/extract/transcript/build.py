"""Division of the blocks of a transcript into header, turns and captions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from ...records import Document, Language, Turn
from ...text.dates import find_dates
from .blocks import Block
from .boilerplate import is_caption
from .header import TranscriptHeader, is_summary, read_header
from .labels import LabelCandidate, find_labels, opens_speech
from .roles import assign_roles, list_participants

# A line of a header is shorter: the longest name with its offices has 190 characters in English,
# 70 in Chinese.
SHORT: dict[Language, int] = {"en": 240, "zh": 100}


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSource:
    """What a reader knows besides the blocks.

    ``preface`` are the blocks before the transcript (a hub's title block, a summary): they are
    read for date and place but are no turns. ``published`` is the date of the page, used last.
    """

    name: str
    language: Language
    title: str = ""
    published: dt.date | None = None
    url: str = ""
    counterpart_url: str = ""
    preface: tuple[Block, ...] = ()
    notes: tuple[str, ...] = ()


def build(blocks: Sequence[Block], source: DocumentSource) -> Document:
    """Cut blocks into header, turns and captions. Text is never altered, only divided."""
    captions = tuple(block.text for block in (*source.preface, *blocks) if is_caption(block))
    spoken = [block for block in blocks if not is_caption(block)]
    first = _first_label(spoken, source.language)
    header = read_header(spoken[:first])
    before = read_header([block for block in source.preface if not is_caption(block)])
    names = [person.name for person in (*header.participants, *before.participants)]
    headed = header.found or bool(source.preface)
    body = _without_header(spoken, header, first, SHORT[source.language] if headed else 0)
    turns = assign_roles(
        _turns(body, find_labels(body, source.language, names)),
        header.participants or before.participants,
    )
    date, notes = _date(header, before, [*source.preface, *spoken[:first]], source)
    return Document(
        language=source.language,
        title=source.title,
        turns=turns,
        date=date,
        place=header.place or before.place,
        participants=list_participants(turns, header.participants or before.participants),
        captions=captions,
        url=source.url,
        counterpart_url=source.counterpart_url,
        source=source.name,
        notes=(*source.notes, *notes),
    )


def _first_label(blocks: Sequence[Block], language: Language) -> int:
    """Return the index of the first block that opens a turn, or 0 when none does."""
    labels = find_labels(blocks, language)
    for label in labels:
        if not _is_header_value(blocks, label):
            return label.index
    return 0


def _is_header_value(blocks: Sequence[Block], label: LabelCandidate) -> bool:
    """Say whether a "Chairperson:" stands over a name and not over a speech."""
    alone = read_header(blocks[label.index : label.index + 2])
    return bool(alone.participants) and 0 in alone.consumed


def _without_header(
    blocks: Sequence[Block], header: TranscriptHeader, first: int, longest: int
) -> list[Block]:
    """Drop the header's blocks, and what is short among them where there is a header.

    Long paragraphs before the first label stay, and so does all from the first that opens as a
    speech does: they may be speech whose label was not known.

    :param longest: the characters that a line of the header may have; 0 where there is none.
    """
    speech = _speech(blocks[:first], header)

    def is_header(index: int, text: str) -> bool:
        short = index < speech and len(text) <= longest
        return index < first and (index in header.consumed or short or is_summary(text))

    return [block for index, block in enumerate(blocks) if not is_header(index, block.text)]


def _speech(blocks: Sequence[Block], header: TranscriptHeader) -> int:
    """Return the index of the first block that opens a speech, with the line over it that names."""
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
        opens = opening.get(index)
        if opens is None:
            paragraphs.append(block.text)
            continue
        if label or paragraphs:
            turns.append(Turn(label, tuple(paragraphs)))
        label, paragraphs = opens.label, [opens.rest] if opens.rest else []
    if label or paragraphs:
        turns.append(Turn(label, tuple(paragraphs)))
    return turns


def _date(
    header: TranscriptHeader,
    before: TranscriptHeader,
    opening: Sequence[Block],
    source: DocumentSource,
) -> tuple[dt.date | None, tuple[str, ...]]:
    """Return the event's date: header, title, first lines, and last the date of the page."""
    if header.date or before.date:
        return header.date or before.date, ()
    year = source.published.year if source.published else None
    for text in (source.title, *(block.text for block in opening[:8])):
        days = find_dates(text, year=year)
        if days:
            return days[0], ()
    if source.published:
        return source.published, ("The date is that of the page; the text names none.",)
    return None, ("No date was found.",)
