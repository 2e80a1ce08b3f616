"""What stands before the matcher begins: decisions, and rows that a change of the text left alone.

In: the rows of a briefing and where their sentences went (:mod:`.mapped`). Out: a :class:`Anchors`,
which gives the matcher its constraints and puts what the matcher found into its open places.

A change of the text opens the rows of the paragraphs that changed, on either side, and the rows
without a counterpart beside them; every other row stays as it is, with its probability.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ...records import Bead, Sentence
from ...store import BeadRow
from .text_diff import Span

Key = tuple[Span, Span]
"""A bead by its sentence numbers, zh first."""


@dataclass(frozen=True, slots=True)
class AlignmentGaps:
    """Beads that stay, and the open spaces of the alignment between them.

    ``pillars`` have text on both sides and are in order. ``between`` has a place before, between
    and behind them: the beads that stay there, or ``None`` where the matcher is to decide.
    """

    pillars: tuple[Bead, ...] = ()
    between: tuple[tuple[Bead, ...] | None, ...] = (None,)


@dataclass(frozen=True, slots=True)
class Anchors:
    """Beads of the new sentences that were there before, with the probability they had.

    ``decided`` must stand in any new alignment, ``crossings`` are the decided links across the
    order of the text. ``spaces`` counts only where the alignment keeps its signature.
    """

    signature: str = ""
    decided: tuple[Bead, ...] = ()
    crossings: tuple[Bead, ...] = ()
    spaces: AlignmentGaps = AlignmentGaps()

    def must(self, signature: str) -> tuple[Bead, ...]:
        """Return the beads that the matcher has to keep; a link across is an empty side twice."""
        apart = [
            part for one in self.crossings for part in (replace(one, en=()), replace(one, zh=()))
        ]
        pillars = self.spaces.pillars if signature == self.signature else ()
        return tuple({key(bead): bead for bead in (*pillars, *self.decided, *apart)}.values())

    def filled(self, signature: str, beads: Sequence[Bead]) -> tuple[Bead, ...]:
        """Put the matcher's beads into the frame.

        :param beads: the most probable ones that hold :meth:`must`, in order.
        """
        if signature != self.signature:
            return self._linked(beads)
        before = {key(bead): bead for bead in self.decided}
        pillars = self.spaces.pillars
        firm = {key(bead) for bead in pillars}
        found: list[list[Bead]] = [[]]
        for bead in beads:
            if key(bead) in firm:
                found.append([])
            else:
                found[-1].append(before.get(key(bead), bead))
        filled: list[Bead] = []
        for at, (stay, new) in enumerate(zip(self.spaces.between, found, strict=True)):
            filled += [*(new if stay is None else stay), *pillars[at : at + 1]]
        return self._linked(filled)

    def _linked(self, beads: Sequence[Bead]) -> tuple[Bead, ...]:
        """Put the two sides of every link across into one bead, at the place of the Chinese."""
        across: dict[Key, Bead] = {(one.zh, ()): one for one in self.crossings}
        gone = {((), one.en) for one in self.crossings}
        return tuple(across.get(key(bead), bead) for bead in beads if key(bead) not in gone)


def key(bead: Bead) -> Key:
    """Return what makes two beads the same one: their sentences."""
    return bead.zh, bead.en


@dataclass(frozen=True, slots=True)
class UnchangedRow:
    """A row and the bead of new sentences that it has become."""

    row: BeadRow
    bead: Bead


def find_gaps(
    rows: Sequence[UnchangedRow | None], zh: Sequence[Sentence], en: Sequence[Sentence]
) -> AlignmentGaps:
    """Say which rows stay and where a change opened the alignment.

    :param rows: the rows of the briefing in order, ``None`` for each that a change touched.
    :param zh: the sentences as they are now.
    """
    held = [one.bead for one in rows if one is not None]
    zh_held = {number for bead in held for number in bead.zh}
    en_held = {number for bead in held for number in bead.en}
    places = [at for at, one in enumerate(rows) if one is not None and _bears(one)]
    between: list[tuple[Bead, ...] | None] = []
    start = (0, 0)
    for low, high in pairwise([-1, *places, len(rows)]):
        one = rows[high] if high < len(rows) else None
        stop = (one.bead.zh[0], one.bead.en[0]) if one else (len(zh), len(en))
        inner = rows[low + 1 : high]
        whole = (
            zh_held.issuperset(range(start[0], stop[0]))
            and en_held.issuperset(range(start[1], stop[1]))
            and None not in inner
        )
        between.append(tuple(one.bead for one in inner if one is not None) if whole else None)
        start = (one.bead.zh[-1] + 1, one.bead.en[-1] + 1) if one else stop
    pillars = tuple(one.bead for at in places if (one := rows[at]) is not None)
    return AlignmentGaps(pillars, tuple(between))


def _bears(one: UnchangedRow) -> bool:
    """Say whether a row can hold the order of the text: it has both sides and is no link across."""
    return bool(one.bead.zh and one.bead.en) and not one.row.crossing
