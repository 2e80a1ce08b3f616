"""Constraints for re-alignment: reviewed beads, and beads that a change of the text left alone.

A change of the text opens the rows of the paragraphs that changed, on either side, and the rows
without a counterpart beside them; every other row stays as it is, with its probability.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ...records import Bead, Sentence
from ...store import BeadRow
from .text_diff import Span

BeadKey = tuple[Span, Span]
"""A bead by its sentence numbers, zh first."""


@dataclass(frozen=True, slots=True)
class AlignmentGaps:
    """Beads that stay, and the gaps between them.

    ``fixed`` have text on both sides and are in order. ``between`` has one place before, between
    and behind them: the beads that stay there, or ``None`` where the matcher decides.
    """

    fixed: tuple[Bead, ...] = ()
    between: tuple[tuple[Bead, ...] | None, ...] = (None,)


@dataclass(frozen=True, slots=True)
class Anchors:
    """Beads of the new sentences that existed before, with the probability they had.

    ``decided`` are part of any new alignment, ``crossings`` are decided links across the order of
    the text. ``gaps`` count only where the alignment keeps its signature.
    """

    signature: str = ""
    decided: tuple[Bead, ...] = ()
    crossings: tuple[Bead, ...] = ()
    gaps: AlignmentGaps = AlignmentGaps()

    def constraints(self, signature: str) -> tuple[Bead, ...]:
        """Return the beads that the matcher has to keep; a link across is an empty side twice."""
        halves = [
            half for one in self.crossings for half in (replace(one, en=()), replace(one, zh=()))
        ]
        fixed = self.gaps.fixed if signature == self.signature else ()
        return tuple({bead_key(bead): bead for bead in (*fixed, *self.decided, *halves)}.values())

    def fill(self, signature: str, beads: Sequence[Bead]) -> tuple[Bead, ...]:
        """Return the alignment: the matcher's beads in the gaps, the others as they were.

        :param beads: the most probable ones that keep :meth:`constraints`, in order.
        """
        if signature != self.signature:
            return self._link(beads)
        decided = {bead_key(bead): bead for bead in self.decided}
        fixed = {bead_key(bead) for bead in self.gaps.fixed}
        matched: list[list[Bead]] = [[]]  # in each gap
        for bead in beads:
            if bead_key(bead) in fixed:
                matched.append([])
            else:
                matched[-1].append(decided.get(bead_key(bead), bead))
        filled: list[Bead] = []
        for at, (stay, new) in enumerate(zip(self.gaps.between, matched, strict=True)):
            filled += [*(new if stay is None else stay), *self.gaps.fixed[at : at + 1]]
        return self._link(filled)

    def _link(self, beads: Sequence[Bead]) -> tuple[Bead, ...]:
        """Put the two sides of every link across into one bead, at the place of the Chinese."""
        links: dict[BeadKey, Bead] = {(one.zh, ()): one for one in self.crossings}
        gone = {((), one.en) for one in self.crossings}
        return tuple(
            links.get(bead_key(bead), bead) for bead in beads if bead_key(bead) not in gone
        )


def bead_key(bead: Bead) -> BeadKey:
    """Return what makes two beads the same one: their sentences."""
    return bead.zh, bead.en


@dataclass(frozen=True, slots=True)
class UnchangedRow:
    """A row and the bead of new sentences that it has become."""

    row: BeadRow
    bead: Bead

    @property
    def keeps_order(self) -> bool:
        """Whether it separates two gaps: it has both sides and is no link across."""
        return bool(self.bead.zh and self.bead.en) and not self.row.crossing


def find_gaps(
    rows: Sequence[UnchangedRow | None], zh: Sequence[Sentence], en: Sequence[Sentence]
) -> AlignmentGaps:
    """Return which beads stay and where a change opened the alignment.

    :param rows: the rows of the briefing in order, ``None`` for each that a change touched.
    :param zh: the sentences as they are now.
    """
    unchanged = [one.bead for one in rows if one is not None]
    zh_kept = {number for bead in unchanged for number in bead.zh}
    en_kept = {number for bead in unchanged for number in bead.en}
    places = [at for at, one in enumerate(rows) if one is not None and one.keeps_order]
    between: list[tuple[Bead, ...] | None] = []
    start = (0, 0)
    for low, high in pairwise([-1, *places, len(rows)]):
        fixed = rows[high] if high < len(rows) else None
        stop = (fixed.bead.zh[0], fixed.bead.en[0]) if fixed else (len(zh), len(en))
        inner = rows[low + 1 : high]
        whole = (
            zh_kept.issuperset(range(start[0], stop[0]))
            and en_kept.issuperset(range(start[1], stop[1]))
            and None not in inner
        )
        between.append(tuple(one.bead for one in inner if one is not None) if whole else None)
        start = (fixed.bead.zh[-1] + 1, fixed.bead.en[-1] + 1) if fixed else stop
    return AlignmentGaps(
        tuple(one.bead for one in rows if one is not None and one.keeps_order), tuple(between)
    )
