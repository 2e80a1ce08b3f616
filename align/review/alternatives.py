"""Other ways to divide the text around a row, as the aligner sees them.

In: a state, a row and the aligner. Out: alternatives whose beads replace a run of whole rows.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..records import LANGUAGES, Bead, Sentence
from .state import ReviewState


@dataclass(frozen=True, slots=True)
class Option:
    """One way to divide a stretch of text into beads, and how probable it is."""

    beads: tuple[Bead, ...]
    probability: float


@runtime_checkable
class Proposer(Protocol):
    """An aligner that says how else an uncertain stretch could be divided."""

    def options(
        self, zh: list[Sentence], en: list[Sentence], fixed: tuple[Bead, ...]
    ) -> tuple[tuple[Option, ...], ...]:
        """Give the ways to divide each uncertain stretch, best first."""


@dataclass(frozen=True, slots=True)
class AlternativeRows:
    """Alternatives for the rows of a run; none of them is what stands there."""

    run: range = range(0)
    options: tuple[Option, ...] = ()


def alternative_key(state: ReviewState, option: Option) -> str:
    """Name an alternative by the sentences of its beads: the same one has the same name always."""
    zh, en = (tuple(state.sentence_numbers(language)) for language in LANGUAGES)
    beads = [[[zh[at] for at in bead.zh], [en[at] for at in bead.en]] for bead in option.beads]
    return hashlib.sha256(json.dumps(beads).encode()).hexdigest()[:16]


def find_alternatives(state: ReviewState, row_id: str, aligner: object) -> AlternativeRows:
    """Find alternatives for a row; an aligner that proposes none gives an empty choice."""
    if not isinstance(aligner, Proposer):
        return AlternativeRows()
    place = state.place(row_id)
    fixed = state.to_beads(
        row
        for row in state.rows
        if row.status == "accepted" and not row.crossing and row.id != row_id
    )
    numbered = state.to_beads(state.rows)
    names = _sentences(numbered[place : place + 1])
    for stretch in aligner.options(*state.ordered_sentences(), fixed):
        if stretch and names & _sentences(stretch[0].beads):
            run = _run(numbered, _sentences(stretch[0].beads))
            held = {(bead.zh, bead.en) for bead in numbered[run.start : run.stop]}
            others = tuple(
                option
                for option in stretch
                if {(bead.zh, bead.en) for bead in option.beads} != held
            )
            return AlternativeRows(run, others) if len(run) else AlternativeRows()
    return AlternativeRows()


def _run(numbered: tuple[Bead, ...], names: set[tuple[str, int]]) -> range:
    """Give the rows that hold exactly these sentences, or none."""
    places = [at for at, bead in enumerate(numbered) if _sentences((bead,)) & names]
    if not places or places[-1] - places[0] != len(places) - 1:
        return range(0)
    run = range(places[0], places[-1] + 1)
    return run if _sentences(numbered[run.start : run.stop]) == names else range(0)


def _sentences(beads: tuple[Bead, ...]) -> set[tuple[str, int]]:
    return {
        *(("zh", number) for bead in beads for number in bead.zh),
        *(("en", number) for bead in beads for number in bead.en),
    }
