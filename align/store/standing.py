"""Where the text of a briefing stands: paragraphs and rows in; gaps, doubles and disorder out.

Pure: :mod:`.check` says what is found here, :mod:`.mending` mends it.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..records import LANGUAGES, Language, Sentence
from .records import BeadRow, sentence_ids

_NAME = re.compile(r"(\d{1,9})\.(\d{1,9})-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a document, with its number and that of its turn."""

    number: int
    turn: int
    text: str

    def cut(self, start: int, end: int) -> Sentence:
        """Give a stretch of it as a sentence."""
        return Sentence(self.text[start:end], self.number, self.turn, start, end)


@dataclass(frozen=True, slots=True)
class Side:
    """One language of a briefing. ``known`` holds the sentences that fit their paragraph.

    ``unfit`` names the stored sentences that do not; ``whole`` says whether the text is still
    the one whose checksum was stored; ``torn`` are the paragraphs that would make it so, as their
    sentences tell them.
    """

    document: int
    paragraphs: Mapping[int, Paragraph]
    known: Mapping[str, Sentence] = field(repr=False)
    unfit: tuple[str, ...] = ()
    whole: bool = True
    torn: tuple[Paragraph, ...] = ()

    def cut(self, name: str) -> Sentence | None:
        """Give the sentence of that id, if it fits into a paragraph."""
        if name in self.known:
            return self.known[name]
        match = _NAME.fullmatch(name)
        if match is None:
            return None
        number, start, end = map(int, match.groups())
        text = self.paragraphs.get(number)
        return text.cut(start, end) if text and start < end <= len(text.text) else None


Sides = Mapping[Language, Side]


@dataclass(frozen=True, slots=True)
class Clash:
    """Two rows that hold the same text: from which character of which paragraph on."""

    language: Language
    paragraph: int
    at: int
    one: BeadRow
    two: BeadRow


def starts(row: BeadRow, language: Language) -> tuple[int, int] | None:
    """Say where the text of a row begins: paragraph and character."""
    match = _NAME.fullmatch(next(iter(sentence_ids(row, language)), ""))
    return (int(match[1]), int(match[2])) if match else None


def uncovered(rows: Iterable[BeadRow], language: Language, side: Side) -> Iterator[tuple[int, int]]:
    """Yield paragraph and character where text begins that stands in no row, one a paragraph."""
    for number, ranges in sorted(_taken(rows, language, side).items()):
        at = 0
        for start, end in sorted(ranges):
            if start > at:
                break
            at = max(at, end)
        if at < len(side.paragraphs[number].text):
            yield number, at


def _taken(
    rows: Iterable[BeadRow], language: Language, side: Side
) -> dict[int, list[tuple[int, int]]]:
    """Give the stretches that rows hold, for each paragraph that has any text."""
    found: dict[int, list[tuple[int, int]]] = {
        number: [] for number, text in side.paragraphs.items() if text.text.strip()
    }
    for row in rows:
        for cut in filter(None, map(side.cut, sentence_ids(row, language))):
            if cut.paragraph in found:
                found[cut.paragraph].append((cut.start, cut.end))
    return found


def free(rows: Iterable[BeadRow], language: Language, side: Side) -> Iterator[Sentence]:
    """Yield sentences that cover what no row holds, in known cuts where they fit."""
    taken = _taken(rows, language, side)
    for number, ranges in sorted(taken.items()):
        text = side.paragraphs[number]
        cuts = [cut for cut in side.known.values() if cut.paragraph == number]
        at = 0
        for start, end in [*sorted(ranges), (len(text.text),) * 2]:
            while at < start:
                fits = [cut.end for cut in cuts if cut.start == at < cut.end <= start]
                stop = min(fits, default=start)
                yield text.cut(at, stop)
                at = stop
            at = max(at, end)


def clashes(rows: Iterable[BeadRow], sides: Sides) -> Iterator[Clash]:
    """Yield each two rows that hold the same text, neighbours in the text."""
    listed = list(rows)
    for language, side in sides.items():
        cuts = sorted(
            (
                (cut.paragraph, cut.start, cut.end, number)
                for number, row in enumerate(listed)
                for cut in filter(None, map(side.cut, sentence_ids(row, language)))
            ),
        )
        reach: dict[int, tuple[int, int]] = {}  # by paragraph: how far text is held, by which row
        for paragraph, start, end, number in cuts:
            until, holder = reach.get(paragraph, (0, number))
            if start < until and holder != number:
                yield Clash(language, paragraph, start, listed[holder], listed[number])
            if end > until:
                reach[paragraph] = (end, number)


def repeats(row: BeadRow, language: Language, side: Side) -> bool:
    """Say whether one row holds a text twice, or its sentences out of order."""
    cuts = [cut for cut in map(side.cut, sentence_ids(row, language)) if cut]
    return any((two.paragraph, two.start) < (one.paragraph, one.end) for one, two in pairwise(cuts))


@dataclass(frozen=True, slots=True)
class Order:
    """The rows in the order of the text, and each two of them that cross without saying so."""

    rows: tuple[BeadRow, ...]
    crossing: tuple[tuple[BeadRow, BeadRow], ...]


def ordered(rows: Sequence[BeadRow]) -> Order:
    """Put rows into the order of both texts; rows linked across stay behind the row before them.

    Where the two texts leave it open, the row with the lower position comes first.
    """
    plain = [row for row in rows if not row.crossing]
    zh, en = (_queue(plain, language) for language in LANGUAGES)
    out: dict[str, BeadRow] = {}
    crossing: list[tuple[BeadRow, BeadRow]] = []
    while zh or en:
        if zh and en and zh[0].id != en[0].id:
            row = _first(zh[0], en[0])
            if row.zh and row.en:
                crossing.append((zh[0], en[0]))
        else:
            row = (zh or en)[0]
        out[row.id] = row
        for queue in (zh, en):
            while queue and queue[0].id in out:
                queue.popleft()
    out |= {row.id: row for row in plain if row.id not in out}
    return Order(_with_linked(rows, [*out.values()]), tuple(crossing))


def _queue(rows: Iterable[BeadRow], language: Language) -> deque[BeadRow]:
    """Give the rows that have text on one side, in its order."""
    placed = [
        (begin, row.position, row.id, row) for row in rows if (begin := starts(row, language))
    ]
    return deque(row for *_, row in sorted(placed, key=lambda one: one[:3]))


def _first(one: BeadRow, two: BeadRow) -> BeadRow:
    """Choose between the next row of the Chinese text and the next one of the English text.

    One that has the other side as well has to wait for it; where both wait, they cross.
    """
    alone = [row for row, waits in ((one, bool(one.en)), (two, bool(two.zh))) if not waits]
    return min(alone or [one], key=lambda row: (row.position, row.id))


def _with_linked(rows: Sequence[BeadRow], order: Sequence[BeadRow]) -> tuple[BeadRow, ...]:
    """Put the rows that are linked across behind the row that they follow now."""
    out = list(order)
    for at, row in enumerate(rows):
        if row.crossing:
            before = rows[at - 1].id if at else ""
            place = next((n for n, one in enumerate(out) if one.id == before), -1)
            out.insert(place + 1, row)
    return tuple(out)


def in_order(rows: Sequence[BeadRow]) -> bool:
    """Say whether rows stand in the order of the text, each at a place of its own."""
    if any(one.position >= two.position for one, two in pairwise(rows)):
        return False
    plain = [row for row in rows if not row.crossing]
    for language in LANGUAGES:
        begins = [begin for row in plain if (begin := starts(row, language))]
        if any(one > two for one, two in pairwise(begins)):
            return False
    return True
