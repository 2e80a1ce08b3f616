"""The words of rows in the index, in which terms are counted; one array for each briefing."""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ....aligner.arrays import I32, I64
from ....errors import N_, AbsentError, Message
from .full_text import FullTextIndex
from .text_numbers import number_texts, read_texts

CHANGED = Message(N_("the corpus changed while its terms were extracted; try again"))

Stretches = Sequence[Sequence[str]]
"""The words of each stretch of Chinese characters of a text."""

Cutter = Callable[[str], Stretches]


@dataclass(frozen=True, slots=True)
class RowTexts:
    """The fields of a row in which terms are counted; ``position`` is that of its bead."""

    position: int
    bead: str
    zh: str
    en: str


@dataclass(frozen=True, eq=False)
class CutRows:
    """The words of many rows.

    ``line`` has the numbers of all words, in order. A number below 0 begins a row: -1 minus the
    position of its bead. 0 ends a stretch. ``words`` has the text of each number. ``starts`` has
    the first row of each briefing, then the number of rows.
    """

    line: I32
    words: Sequence[str]
    briefings: Sequence[str]
    starts: I64

    @classmethod
    def of(cls, rows: Iterable[Stretches]) -> "CutRows":
        """Return the words of some rows without briefings."""
        known = {"": 0}
        line: list[int] = []
        for position, stretches in enumerate(rows):
            number = {word: known.setdefault(word, len(known)) for word in _all_words(stretches)}
            line += _number_row(position, stretches, number)
        return cls(np.array(line, np.int32), [*known], (), np.zeros(1, np.int64))

    @cached_property
    def positions(self) -> I32:
        """The position of each row's bead in its briefing."""
        return -1 - self.line[self.line < 0]


class CutRowTable:
    """The words of the rows of one corpus, as they were cut last."""

    def __init__(self, index: FullTextIndex) -> None:
        self._index = index

    def refresh(
        self,
        make: Callable[[], Cutter],
        progress: Callable[[int, int], object] = lambda *_: None,
    ) -> None:
        """Cut the rows of new and changed briefings, and forget those of removed ones.

        :param make: returns what cuts Chinese into words; called only if there is something to cut.
        :param progress: gets how many briefings were cut, and how many there are to cut.
        """
        removed = "DELETE FROM term_word WHERE briefing NOT IN (SELECT briefing FROM stamp)"
        with self._index.writing() as connection:
            connection.execute(removed)
        waiting = self.waiting()
        if waiting:
            cut = make()
            for done, (briefing, texts) in enumerate(waiting.items(), 1):
                self._put(briefing, texts, cut)
                progress(done, len(waiting))

    def waiting(self) -> dict[str, bytes]:
        """Return the briefings that are new or changed, with the digests of their texts."""
        query = (
            "SELECT stamp.briefing, stamp.texts FROM stamp LEFT JOIN term_word USING (briefing) "
            "WHERE term_word.texts IS NOT stamp.texts ORDER BY stamp.briefing"
        )
        return dict(self._index.select(query))

    def _put(self, briefing: str, texts: bytes, cut: Cutter) -> None:
        rows = [(row.position, cut(row.zh)) for row in self.texts(briefing)]
        with self._index.writing() as connection:
            every = (word for _, stretches in rows for word in _all_words(stretches))
            numbers = number_texts(connection, every)
            line = np.array(
                [number for row in rows for number in _number_row(*row, numbers)], np.int32
            )
            stored = (briefing, texts, zlib.compress(line.astype("<i4").tobytes(), 1))
            connection.execute("INSERT OR REPLACE INTO term_word VALUES (?, ?, ?)", stored)

    def texts(self, briefing: str) -> list[RowTexts]:
        """Return the rows of a briefing that have both texts, in order."""
        query = (
            "SELECT position, id, zh, en FROM bead JOIN passage USING (place) "
            "WHERE briefing = ? AND zh <> '' AND en <> '' ORDER BY position"
        )
        return [RowTexts(*row) for row in self._index.select(query, briefing)]

    def read(self) -> CutRows:
        """Return the words of all rows."""
        briefings: list[str] = []
        lines = [np.empty(0, np.int32)]
        starts = [0]
        with self._index.reading() as connection:
            query = "SELECT briefing, words FROM term_word ORDER BY briefing"
            for briefing, data in connection.execute(query):
                line = np.frombuffer(zlib.decompress(data), "<i4")
                briefings.append(briefing)
                lines.append(line)
                starts.append(starts[-1] + int(np.count_nonzero(line < 0)))
        line = np.concatenate(lines)
        used = np.flatnonzero(np.bincount(np.maximum(line, 0)))
        used = used[used > 0]
        texts = read_texts(self._index, used.tolist())
        rank = np.zeros(used[-1] + 1 if len(used) else 1, np.int32)
        rank[used] = np.arange(1, len(used) + 1)
        line = np.where(line < 0, line, rank[np.maximum(line, 0)])
        words = ["", *(texts[number] for number in used.tolist())]
        return CutRows(line, words, briefings, np.array(starts, np.int64))

    def bead_ids(self) -> Mapping[tuple[str, int], str]:
        """Return the id of each bead by its briefing and position."""
        rows = self._index.select("SELECT briefing, position, id FROM bead")
        return {(briefing, position): name for briefing, position, name in rows}

    def choose(self, briefing: str, positions: Iterable[int]) -> list[RowTexts]:
        """Return some rows of a briefing; raise if one is gone."""
        known = {row.position: row for row in self.texts(briefing)}
        try:
            return [known[position] for position in positions]
        except KeyError:
            raise AbsentError(CHANGED) from None


def _all_words(stretches: Stretches) -> Iterator[str]:
    for words in stretches:
        yield from words


def _number_row(position: int, stretches: Stretches, numbers: Mapping[str, int]) -> Iterator[int]:
    """Yield the part of ``CutRows.line`` of one row."""
    yield -1 - position
    for words in stretches:
        for word in words:
            yield numbers[word]
        yield 0
