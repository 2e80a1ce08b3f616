"""Formulas: texts that recur in many briefings, such as "中方对此有何评论？"."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from ....aligner.text.strings import digest, keep_letters
from ....records import LANGUAGES, BeadRecord, Language, Sides

LEAST_BRIEFINGS = 5
"""Briefings in which a text recurs at least, to be a formula."""


@dataclass(frozen=True, slots=True)
class Formulas:
    """The formulas of a corpus, as digests of their letters."""

    texts: Sides[frozenset[int]] = field(default_factory=lambda: Sides(frozenset(), frozenset()))

    def has(self, text: str, language: Language) -> bool:
        """Return whether a text is a formula; spaces, case and punctuation do not count."""
        return digest(keep_letters(text)) in self.texts[language]


class FormulaCounter:
    """Counts in how many briefings each text occurs: 16 bytes for each bead."""

    def __init__(self) -> None:
        self._digests = Sides(array("Q"), array("Q"))
        self._briefing = ""
        self._inside = Sides(set[int](), set[int]())  # the texts of this briefing

    def watch(self, beads: Iterable[BeadRecord]) -> Iterator[BeadRecord]:
        """Yield beads, briefing by briefing, and count their texts."""
        for bead in beads:
            self.add(bead)
            yield bead

    def add(self, bead: BeadRecord) -> None:
        """Count the texts of the next bead."""
        if bead.provenance.briefing != self._briefing:
            self._close_briefing()
            self._briefing = bead.provenance.briefing
        for language in LANGUAGES:
            if letters := keep_letters(bead.pair.texts[language]):
                self._inside[language].add(digest(letters))

    def _close_briefing(self) -> None:
        for language in LANGUAGES:
            self._digests[language].extend(self._inside[language])
            self._inside[language].clear()

    def find(self) -> Formulas:
        """Return the texts that occur in :data:`LEAST_BRIEFINGS` briefings or more."""
        self._close_briefing()
        return Formulas(self._digests.map(_list_frequent))


def _list_frequent(digests: "array[int]") -> frozenset[int]:
    values, counts = np.unique(np.frombuffer(digests, np.uint64), return_counts=True)
    return frozenset(values[counts >= LEAST_BRIEFINGS].tolist())
