"""Recurring Chinese passages and their English renderings, the least consistent first.

:mod:`.glossary` checks the glossary of a translator; :mod:`.lists` writes lists of terms.
"""

from collections.abc import Iterable
from sys import intern

from ...records import ExportedBead
from .glossary import GlossaryTerm, MissingRendering, find_missing_renderings, read_glossary
from .lists import write_missing, write_tbx, write_tsv
from .passages import find_recurring
from .renderings import BeadTexts, Rendering, RenderingExample, RenderingFinder, Term

__all__ = [
    "GlossaryTerm",
    "MissingRendering",
    "Rendering",
    "RenderingExample",
    "Term",
    "find_missing_renderings",
    "find_terms",
    "read_glossary",
    "write_missing",
    "write_tbx",
    "write_tsv",
]


def find_terms(pairs: Iterable[ExportedBead], *, least: int = 3) -> tuple[Term, ...]:
    """Return the passages that recur in at least ``least`` beads, the least consistent first.

    Passages of which no rendering was found come last.
    """
    beads = [
        BeadTexts(pair.id, intern(pair.briefing), pair.zh, pair.en)
        for pair in pairs
        if pair.zh and pair.en
    ]
    finder = RenderingFinder(beads)
    terms = [
        Term(zh, len(where), finder.renderings(zh, where))
        for zh, where in find_recurring((bead.zh for bead in beads), least).items()
    ]
    return tuple(
        sorted(terms, key=lambda term: (not term.agreement, term.at_most, -term.count, term.zh))
    )
