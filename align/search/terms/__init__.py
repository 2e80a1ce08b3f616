"""Recurring Chinese passages and how they were put into English: beads in, terms out.

What is rendered in many ways comes first. Glossaries that a translator brings are looked for in
:mod:`.glossary`; lists are written by :mod:`.lists`.
"""

from collections.abc import Iterable
from sys import intern

from ...records import ExportedBead
from .glossary import GlossaryTerm, MissingRendering, find_missing_renderings, read_glossary
from .lists import write_missing, write_tbx, write_tsv
from .passages import find_recurring
from .renderings import BeadTexts, Rendering, RenderingExample, RenderingFinder, Term

__all__ = [
    "MissingRendering",
    "Rendering",
    "RenderingExample",
    "GlossaryTerm",
    "Term",
    "find_missing_renderings",
    "read_glossary",
    "find_terms",
    "write_missing",
    "write_tbx",
    "write_tsv",
]


def find_terms(pairs: Iterable[ExportedBead], *, least: int = 3) -> tuple[Term, ...]:
    """Find the passages that recur in at least ``least`` beads, the least consistent first.

    Passages without any rendering that was found come last.
    """
    beads = [
        BeadTexts(pair.id, intern(pair.briefing), pair.zh, pair.en)
        for pair in pairs
        if pair.zh and pair.en
    ]
    counterparts = RenderingFinder(beads)
    found = [
        Term(zh, len(where), counterparts.renderings(zh, where))
        for zh, where in find_recurring((bead.zh for bead in beads), least).items()
    ]
    return tuple(
        sorted(found, key=lambda term: (not term.agreement, term.at_most, -term.count, term.zh))
    )
