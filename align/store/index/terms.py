"""What the index knows of terms: the texts in which they are sought, and those that were found."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple
from functools import lru_cache
from typing import overload

import numpy as np
from numpy.typing import NDArray

from ...errors import AbsentError
from ...text.strings import digest
from .full_text import FullTextIndex
from .records import BeadTexts, BeadWords, Rendering, RenderingExample, Term

_CHANGED = "the corpus was changed while its terms were counted; do it again"
_CHUNK = 1000

_FROM = "FROM term WHERE least = ? AND instr(words, ?) AND (ways > 1 OR NOT ?)"


class TermTable:
    """The passages that recur in at least ``least`` beads, as they were found last."""

    def __init__(self, index: FullTextIndex, least: int) -> None:
        self.index = index
        self.least = least

    def texts_state(self) -> str:
        """Return a text that changes with every text, and with no verdict that leaves them."""
        with self.index.reading() as connection:
            digests = connection.execute("SELECT texts FROM stamp ORDER BY briefing")
            return f"{digest(b''.join(one for (one,) in digests).hex()):x}"

    def state(self) -> str:
        """Return the state of the texts whose terms are kept; empty where none are."""
        query = "SELECT texts FROM term_state WHERE least = ?"
        with self.index.reading() as connection:
            row = connection.execute(query, (self.least,)).fetchone()
        return str(row[0]) if row else ""

    @property
    def current(self) -> bool:
        """Whether the terms that are kept are those of the texts as they are now."""
        return self.state() == self.texts_state()

    def beads(self, places: NDArray[np.int64]) -> Sequence[BeadTexts]:
        """Return the beads at some places; each is read when it is asked for."""
        return _IndexedTexts(self, places)

    def places(self) -> NDArray[np.int64]:
        """Return the places of all beads with two sides, in order."""
        query = (
            "SELECT place FROM bead JOIN passage USING (place) WHERE passage.zh <> '' "
            "AND passage.en <> '' ORDER BY bead.briefing, bead.position"
        )
        with self.index.reading() as connection:
            connection.execute("PRAGMA mmap_size = 0")  # all of the file would come into memory
            return np.fromiter((place for (place,) in connection.execute(query)), np.int64)

    def texts(self, place: int) -> BeadTexts:
        """Return the texts of the bead at a place.

        :raises AbsentError: when it is gone.
        """
        query = "SELECT id, briefing, zh, en FROM bead JOIN passage USING (place) WHERE place = ?"
        with self.index.reading() as connection:
            row = connection.execute(query, (place,)).fetchone()
        if row is None:
            raise AbsentError(_CHANGED)
        return BeadTexts(*row)

    def add_words(
        self, places: NDArray[np.int64], make: Callable[[], Callable[[BeadTexts], BeadWords]]
    ) -> None:
        """Keep the words of beads that have none yet.

        :param make: returns what finds them, where there is something to find.
        """
        with self.index.reading() as connection:
            there = {place for (place,) in connection.execute("SELECT place FROM term_word")}
        missing = [place for place in places.tolist() if place not in there]
        if not missing:
            return
        find = make()
        for start in range(0, len(missing), _CHUNK):
            rows = [
                (place, json.dumps(astuple(find(self.texts(place))), ensure_ascii=False))
                for place in missing[start : start + _CHUNK]
            ]
            with self.index.writing() as connection:
                connection.executemany("INSERT OR REPLACE INTO term_word VALUES (?, ?)", rows)

    def words(self, places: NDArray[np.int64]) -> Iterator[BeadWords]:
        """Yield the words of the beads at some places.

        :raises AbsentError: when one is gone.
        """
        query = "SELECT place, json FROM term_word WHERE place IN (SELECT value FROM json_each(?))"
        for start in range(0, len(places), _CHUNK):
            chosen = places[start : start + _CHUNK].tolist()
            with self.index.reading() as connection:
                rows = dict(connection.execute(query, (json.dumps(chosen),)).fetchall())
            if len(rows) < len(chosen):
                raise AbsentError(_CHANGED)
            yield from (BeadWords(*json.loads(rows[place])) for place in chosen)

    def kept(self) -> dict[str, tuple[str, Term]]:
        """Return the terms that were counted last, and what their renderings depended on."""
        query = "SELECT zh, basis, count, json FROM term WHERE least = ?"
        with self.index.reading() as connection:
            rows = connection.execute(query, (self.least,)).fetchall()
        return {zh: (basis, _to_term(zh, count, text)) for zh, basis, count, text in rows}

    def put(self, state: str, terms: Iterable[tuple[str, Term]]) -> None:
        """Keep the terms of the texts in a state; those of other states go.

        :param terms: each after a digest of what its renderings depend on.
        """
        rows = [(self.least, *_to_row(term), basis) for basis, term in terms]
        old = "IN (SELECT least FROM term_state WHERE texts <> ? OR least = ?)"
        with self.index.writing() as connection:
            connection.execute(f"DELETE FROM term WHERE least {old}", (state, self.least))
            connection.execute(f"DELETE FROM term_state WHERE least {old}", (state, self.least))
            connection.executemany("INSERT INTO term VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            connection.execute("INSERT INTO term_state VALUES (?, ?)", (self.least, state))

    def size(self, part: str = "", *, varied: bool = False) -> int:
        """Return how many terms hold some letters; ``varied``: have several renderings."""
        values = (self.least, part.lower(), varied)
        with self.index.reading() as connection:
            return int(connection.execute(f"SELECT count(*) {_FROM}", values).fetchone()[0])

    def find(self, part: str = "", *, varied: bool = False, limit: int = -1) -> tuple[Term, ...]:
        """Return those terms, the least consistent first, those never found last."""
        query = (
            f"SELECT zh, count, json {_FROM} ORDER BY found DESC, at_most, count DESC, zh LIMIT ?"
        )
        with self.index.reading() as connection:
            rows = connection.execute(query, (self.least, part.lower(), varied, limit))
            return tuple(_to_term(*row) for row in rows.fetchall())


class _IndexedTexts(Sequence[BeadTexts]):
    def __init__(self, table: TermTable, places: NDArray[np.int64]) -> None:
        self._places = places
        self._read = lru_cache(maxsize=4096)(table.texts)  # passages of a bead come together

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> BeadTexts: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[BeadTexts]: ...
    def __getitem__(self, at: int | slice) -> BeadTexts | Sequence[BeadTexts]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        return self._read(int(self._places[at]))


def _to_row(term: Term) -> tuple[object, ...]:
    """Return what a term is ordered and found by, and its renderings as JSON."""
    renderings = [one.en for one in term.renderings]
    ways, words = sum(map(bool, renderings)), "\n".join((term.zh, *renderings)).lower()
    kept = [
        [one.en, one.count, [[place.bead, place.briefing] for place in one.examples]]
        for one in term.renderings
    ]
    found, text = bool(term.agreement), json.dumps(kept, ensure_ascii=False)
    return (found, term.at_most, term.count, term.zh, ways, words, text)


def _to_term(zh: str, count: int, text: str) -> Term:
    renderings = (
        Rendering(en, times, tuple(RenderingExample(*place) for place in places))
        for en, times, places in json.loads(text)
    )
    return Term(zh, count, tuple(renderings))
