"""Terms of a corpus, counted once for each state of its texts and kept in its index."""

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import overload

from ...store.index.records import BeadTexts, IndexedTerm
from ...store.index.terms import TermTable
from .renderings import Rendering, RenderingExample, Term, count_terms


class KeptTerms(TermTable):
    """The terms of an index that is up to date."""

    @property
    def current(self) -> bool:
        """Whether the terms that are kept are those of the texts as they are now."""
        return self.state() == self.texts_state()

    def count_again(self, progress: Callable[[int, int], object] | None = None) -> None:
        """Count and keep the terms of the texts as they are now.

        Texts are read one at a time, twice and for each of their terms, not kept in memory.

        :raises AbsentError: when a bead is changed meanwhile.
        """
        state = self.texts_state()
        terms = count_terms(_IndexedTexts(self), self.least, progress)
        self.put(state, list(map(_to_indexed, terms)))

    def find(self, part: str = "", *, varied: bool = False, limit: int = -1) -> tuple[Term, ...]:
        """Return the terms that hold some letters; ``varied``: have several renderings."""
        return tuple(map(_to_term, self.read(part, varied=varied, limit=limit)))


class _IndexedTexts(Sequence[BeadTexts]):
    """The beads with two sides, each read when it is asked for."""

    def __init__(self, table: TermTable) -> None:
        self._places = table.places()
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


def _to_indexed(term: Term) -> IndexedTerm:
    renderings = [one.en for one in term.renderings]
    return IndexedTerm(
        found=bool(term.agreement),
        at_most=term.at_most,
        count=term.count,
        zh=term.zh,
        ways=sum(map(bool, renderings)),
        words="\n".join((term.zh, *renderings)).lower(),
        json=json.dumps(
            [
                [one.en, one.count, [[place.bead, place.briefing] for place in one.examples]]
                for one in term.renderings
            ],
            ensure_ascii=False,
        ),
    )


def _to_term(row: IndexedTerm) -> Term:
    renderings = (
        Rendering(en, count, tuple(RenderingExample(*place) for place in places))
        for en, count, places in json.loads(row.json)
    )
    return Term(row.zh, row.count, tuple(renderings))
