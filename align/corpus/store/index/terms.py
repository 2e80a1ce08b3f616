"""Terms in the index, as they were found last."""

import json
from collections.abc import Iterable, Sequence

from ....aligner.text.strings import digest
from . import TERM_LISTS, Rendering, RenderingExample, Term, TermList
from .full_text import FullTextIndex

_FROM = "FROM term WHERE least = ? AND instr(words, ?) AND list IN (SELECT value FROM json_each(?))"
_ORDER = "ORDER BY place, score DESC, count DESC, zh"


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
