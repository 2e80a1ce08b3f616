"""Terms in the index: the texts to search for terms, and the terms found."""

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ....aligner.arrays import I64
from ....aligner.text.strings import digest
from ....errors import N_, AbsentError, Message
from . import TERM_LISTS, BeadTexts, BeadWords, Rendering, RenderingExample, Term, TermList
from .full_text import FullTextIndex

CHANGED = Message(N_("the corpus changed while its terms were extracted; try again"))
_CHUNK = 1000

_FROM = "FROM term WHERE least = ? AND instr(words, ?) AND list IN (SELECT value FROM json_each(?))"
_ORDER = "ORDER BY place, score DESC, count DESC, zh"


@dataclass(frozen=True, slots=True, eq=False)
class TermRows:
    """The beads in which terms are counted: their places in order of the briefings.

    The beads of briefing ``n`` are those from ``starts[n]`` to ``starts[n + 1]``.
    """

    places: I64
    briefings: Sequence[str]
    starts: I64


class TermTable:
    """The passages that recur in at least ``least`` beads, as they were found last."""

    def __init__(self, index: FullTextIndex, least: int) -> None:
        self.index = index
        self.least = least

    def texts_state(self) -> str:
        """Return a text that changes with every text, and with no verdict that leaves them."""
        digests = self.index.select("SELECT texts FROM stamp ORDER BY briefing")
        return f"{digest(b''.join(one for (one,) in digests).hex()):x}"

    def state(self) -> str:
        """Return the state of the texts whose terms are stored; empty if no terms are stored."""
        query = "SELECT coalesce(max(texts), '') FROM term_state WHERE least = ?"
        return str(self.index.select(query, self.least)[0][0])

    @property
    def current(self) -> bool:
        """Whether the terms that are kept are those of the texts as they are now."""
        return self.state() == self.texts_state()

    def rows(self) -> TermRows:
        """Return all beads with two sides, in order."""
        query = (
            "SELECT bead.briefing, place FROM bead JOIN passage USING (place) "
            "WHERE passage.zh <> '' AND passage.en <> '' ORDER BY bead.briefing, bead.position"
        )
        starts: dict[str, int] = {}
        places = array("q")
        with self.index.reading() as connection:
            connection.execute("PRAGMA mmap_size = 0")  # all of the file would come into memory
            for briefing, place in connection.execute(query):
                starts.setdefault(briefing, len(places))
                places.append(place)
        ends = [*starts.values(), len(places)]
        return TermRows(np.array(places, np.int64), tuple(starts), np.array(ends, np.int64))

    def texts(self, places: Sequence[int]) -> list[BeadTexts]:
        """Return the texts of the beads at some places; raise when one is gone."""
        query = (
            "SELECT place, id, zh, en FROM bead JOIN passage USING (place) "
            "WHERE place IN (SELECT value FROM json_each(?))"
        )
        found = {
            place: BeadTexts(*row) for place, *row in self.index.select(query, json.dumps(places))
        }
        if len(found) < len(places):
            raise AbsentError(CHANGED)
        return [found[place] for place in places]

    def add_words(self, places: I64, make: Callable[[], Callable[[BeadTexts], BeadWords]]) -> None:
        """Keep the words of beads that have none yet; ``make`` returns what finds them."""
        there = {place for (place,) in self.index.select("SELECT place FROM term_word")}
        missing = [place for place in places.tolist() if place not in there]
        if not missing:
            return
        find = make()
        for start in range(0, len(missing), _CHUNK):
            chosen = missing[start : start + _CHUNK]
            rows = [
                (place, json.dumps([find(texts).zh], ensure_ascii=False))
                for place, texts in zip(chosen, self.texts(chosen), strict=True)
            ]
            with self.index.writing() as connection:
                connection.executemany("INSERT OR REPLACE INTO term_word VALUES (?, ?)", rows)

    def words(self, places: I64) -> Iterator[BeadWords]:
        """Yield the words of the beads at some places; raise when one is gone."""
        query = "SELECT place, json FROM term_word WHERE place IN (SELECT value FROM json_each(?))"
        for start in range(0, len(places), _CHUNK):
            chosen = places[start : start + _CHUNK].tolist()
            rows = dict(self.index.select(query, json.dumps(chosen)))
            if len(rows) < len(chosen):
                raise AbsentError(CHANGED)
            yield from (BeadWords(*json.loads(rows[place])) for place in chosen)

    def put(self, state: str, terms: Iterable[Term]) -> None:
        """Keep the terms of the texts in a state; those of other states go."""
        rows = [(self.least, *_to_row(term)) for term in terms]
        old = "IN (SELECT least FROM term_state WHERE texts <> ? OR least = ?)"
        with self.index.writing() as connection:
            connection.execute(f"DELETE FROM term WHERE least {old}", (state, self.least))
            connection.execute(f"DELETE FROM term_state WHERE least {old}", (state, self.least))
            connection.executemany("INSERT INTO term VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            connection.execute("INSERT INTO term_state VALUES (?, ?)", (self.least, state))

    def size(self, part: str = "", *, lists: Sequence[TermList] = TERM_LISTS) -> int:
        """Return the number of terms in some lists that contain the text ``part``."""
        values = (self.least, part.lower(), json.dumps(lists))
        return int(self.index.select(f"SELECT count(*) {_FROM}", *values)[0][0])

    def find(
        self, part: str = "", *, lists: Sequence[TermList] = TERM_LISTS, limit: int = -1
    ) -> tuple[Term, ...]:
        """Return those terms, one list after the other, the surest and most frequent first."""
        values = (self.least, part.lower(), json.dumps(lists), limit)
        columns = "SELECT zh, count, json, score, list"
        rows = self.index.select(f"{columns} {_FROM} {_ORDER} LIMIT ?", *values)
        return tuple(_to_term(*row) for row in rows)


def _to_row(term: Term) -> tuple[object, ...]:
    """Return what a term is ordered and found by, and its renderings as JSON."""
    forms = [form for one in term.renderings for form in (one.en, *one.variants)]
    words = "\n".join((term.zh, *forms)).lower()
    plain = [
        (
            one.en,
            one.count,
            [(example.bead, example.briefing) for example in one.examples],
            one.variants,
            one.sure,
        )
        for one in term.renderings
    ]
    text = json.dumps(plain, ensure_ascii=False)
    place = TERM_LISTS.index(term.list)
    return (place, term.list, term.score, term.count, term.zh, words, text)


def _to_term(zh: str, count: int, text: str, score: float, chosen: TermList) -> Term:
    renderings = tuple(
        Rendering(
            en, times, tuple(RenderingExample(*place) for place in places), tuple(variants), sure
        )
        for en, times, places, variants, sure in json.loads(text)
    )
    return Term(zh, count, renderings, renderings[0].sure, score, chosen)
