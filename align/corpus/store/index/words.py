"""The counts of the word model in the index: those of each briefing, and of all together."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from ....aligner.text.word_model.counts import WordChances, WordCounts
from .full_text import FullTextIndex

TaughtWords = tuple[str, str, str]
"""A briefing, and the Chinese and English words of a link that somebody confirmed there."""

TAUGHT = 5
"""How many times words that people linked count as a row of their own."""


@dataclass(frozen=True, slots=True)
class CountedBriefing:
    """A briefing of the index: a digest of its rows and taught words, and the one counted last.

    ``seen`` is how many rows of the corpus had been counted then; 0 means that none were.
    """

    briefing: str
    texts: bytes
    counted: bytes
    seen: int


@dataclass(frozen=True, slots=True)
class BriefingCounts:
    """The counts of one briefing in the state ``texts``, made when ``seen`` rows were counted."""

    texts: bytes
    seen: int
    counts: WordCounts


class WordTable:
    """The counts of one corpus, safe to use from several threads and several programs at once."""

    def __init__(self, index: FullTextIndex) -> None:
        self._index = index
        self._loaded: tuple[int, WordChances | None] = (0, None)

    def revision(self) -> int:
        """Return a number that grows with every change; 0 means that nothing was counted."""
        return int(self._index.select("SELECT coalesce(max(revision), 0) FROM word_total")[0][0])

    def chances(self) -> WordChances | None:
        """Return the probabilities of translations, read again only after a change."""
        revision, chances = self._loaded
        if revision != self.revision():
            query = "SELECT revision, chances FROM word_total ORDER BY revision DESC LIMIT 1"
            for revision, data in self._index.select(query):
                self._loaded = (revision, WordChances.from_bytes(data))
            chances = self._loaded[1]
        return chances

    def briefings(self) -> tuple[CountedBriefing, ...]:
        """Return the briefings of the index, in order, with the word counts of each."""
        query = (
            "SELECT stamp.briefing, stamp.texts, coalesce(word_count.texts, x''), "
            "coalesce(word_count.seen, 0) FROM stamp LEFT JOIN word_count USING (briefing) "
            "ORDER BY stamp.briefing"
        )
        taught: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for name, *words in self._read_taught():
            taught[name].append(tuple(words))
        return tuple(
            CountedBriefing(name, _add_digest(texts, taught[name]), counted, seen)
            for name, texts, counted, seen in self._index.select(query)
        )

    def gone(self) -> tuple[str, ...]:
        """Return the briefings that were counted and are no longer in the index."""
        query = "SELECT briefing FROM word_count WHERE briefing NOT IN (SELECT briefing FROM stamp)"
        return tuple(name for (name,) in self._index.select(query))

    def rows(self, briefing: str) -> list[tuple[str, str]]:
        """Return the texts of a briefing that teach.

        These are its rows with two sides that are not rejected, then the words that people linked,
        :data:`TAUGHT` times each.
        """
        query = (
            "SELECT passage.zh, passage.en FROM bead JOIN passage USING (place) "
            "WHERE bead.briefing = ? AND bead.status <> 'rejected' "
            "AND passage.zh <> '' AND passage.en <> '' ORDER BY bead.position"
        )
        linked = self._index.select("SELECT zh, en FROM taught WHERE briefing = ?", briefing)
        return [*self._index.select(query, briefing), *linked * TAUGHT]

    def teach(self, words: Iterable[TaughtWords]) -> None:
        """Replace the words that people linked by these; the next count uses them."""
        wanted = sorted(words)
        if wanted == self._read_taught():
            return
        with self._index.writing() as connection:
            connection.execute("DELETE FROM taught")
            connection.executemany("INSERT INTO taught VALUES (?, ?, ?)", wanted)

    def _read_taught(self) -> list[TaughtWords]:
        return self._index.select("SELECT briefing, zh, en FROM taught ORDER BY briefing, zh, en")

    def total(self) -> WordCounts:
        """Return the counts of all briefings together."""
        query = "SELECT counts FROM word_total ORDER BY revision DESC LIMIT 1"
        for (data,) in self._index.select(query):
            return WordCounts.from_bytes(data)
        return WordCounts.empty()

    def counts(self, briefings: Iterable[str]) -> list[WordCounts]:
        """Return the counts of those of some briefings that were counted."""
        query = (
            "SELECT counts FROM word_count WHERE briefing IN (SELECT value FROM json_each(?)) "
            "ORDER BY briefing"
        )
        rows = self._index.select(query, json.dumps([*briefings]))
        return [WordCounts.from_bytes(data) for (data,) in rows]

    def put(
        self,
        revision: int,
        total: WordCounts,
        added: Mapping[str, BriefingCounts],
        removed: Iterable[str] = (),
    ) -> bool:
        """Keep new counts, all or nothing; return false if another program was quicker.

        :param revision: that of the counts from which ``total`` was computed.
        """
        with self._index.writing() as connection:
            if self.revision() != revision:
                return False
            names = [(name,) for name in (*added, *removed)]
            connection.executemany("DELETE FROM word_count WHERE briefing = ?", names)
            rows = [
                (name, one.texts, one.seen, one.counts.to_bytes()) for name, one in added.items()
            ]
            connection.executemany("INSERT INTO word_count VALUES (?, ?, ?, ?)", rows)
            connection.execute("DELETE FROM word_total")
            kept = (revision + 1, total.to_bytes(), WordChances.of(total).to_bytes())
            connection.execute("INSERT INTO word_total VALUES (?, ?, ?)", kept)
        return True


def _add_digest(texts: bytes, taught: Sequence[tuple[str, ...]]) -> bytes:
    """Return the digest of a briefing's texts with that of the words that people linked in it."""
    if not taught:
        return texts
    return texts + blake2b(repr(taught).encode(), digest_size=8).digest()
