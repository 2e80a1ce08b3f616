"""Terms of a corpus, counted once for each state of its texts and kept in its index."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
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
        return tuple(map(_from_json, self.read(part, varied=varied, limit=limit)))


class _IndexedTexts(Sequence[BeadTexts]):
    """The beads with two sides, each read when it is asked for."""

    def __init__(self, table: TermTable) -> None:
        self._table = table
        self._places = table.places()

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> BeadTexts: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[BeadTexts]: ...
    def __getitem__(self, at: int | slice) -> BeadTexts | Sequence[BeadTexts]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        return self._table.texts(int(self._places[at]))


def _to_indexed(term: Term) -> IndexedTerm:
    renderings = [one.en for one in term.renderings]
    return IndexedTerm(
        found=bool(term.agreement),
        at_most=term.at_most,
        count=term.count,
        zh=term.zh,
        ways=sum(map(bool, renderings)),
        words="\n".join((term.zh, *renderings)).lower(),
        json=json.dumps(asdict(term), ensure_ascii=False),
    )


def _from_json(text: str) -> Term:
    values = json.loads(text)
    renderings = (
        Rendering(one["en"], one["count"], tuple(RenderingExample(**x) for x in one["examples"]))
        for one in values["renderings"]
    )
    return Term(values["zh"], values["count"], tuple(renderings))
