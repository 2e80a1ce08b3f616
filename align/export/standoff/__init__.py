"""Alignments without texts: a corpus in, places and checksums out; and back onto one's own texts.

Where texts may not be passed on, the file of this module holds only where each sentence stands
(paragraph and offsets), its checksums, and which sentences are beads with which verdict. Another
user adds the same addresses, and :func:`put_back` lays the beads over his texts. A sentence that
is no longer there is looked for elsewhere and reported, and so is text that no bead covers.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ...records import Briefing, ExportedBead
from ...store import BeadRow, BriefingSummary
from ..atomic_write import beside, place
from ..formats.text import read_lines
from .locate import Laid, Lost, NearMatch, New, lay
from .outline import FORM, checksum, line, parse

__all__ = [
    "FORM",
    "Laid",
    "Lost",
    "NearMatch",
    "New",
    "PutBack",
    "Taken",
    "checksum",
    "put_back",
    "take_apart",
]


class BriefingSource(Protocol):
    """What this module needs of a store."""

    def briefings(self) -> tuple[BriefingSummary, ...]:
        """List the briefings."""
        ...

    def briefing(self, briefing_id: str) -> Briefing:
        """Read a briefing as it stands now."""
        ...

    def pairs(self, briefing_ids: Iterable[str] | None = None) -> Iterator[ExportedBead]:
        """Yield the beads of some briefings."""
        ...

    def find(self, address: str, zh_digest: str = "", en_digest: str = "") -> str | None:
        """Return the id of the briefing with this address."""
        ...

    def save(
        self,
        briefing: Briefing,
        *,
        address: str,
        carried: Mapping[int, BeadRow] | None = None,
    ) -> None:
        """Store a briefing."""
        ...


@dataclass(frozen=True, slots=True)
class Taken:
    """How much a file without texts holds."""

    briefings: int
    beads: int


@dataclass(frozen=True, slots=True)
class PutBack:
    """What became of a file without texts.

    ``moved`` counts sentences found at another place, ``near`` names those found with other
    blanks or signs. ``lost`` names sentences that are nowhere: their briefings stay as they were.
    ``new`` counts sentences that no bead covers: each became a bead of its own, for review.
    ``absent`` are addresses that the corpus does not have.
    """

    briefings: tuple[str, ...]
    beads: int
    moved: int
    lost: tuple[Lost, ...]
    absent: tuple[str, ...]
    near: tuple[NearMatch, ...] = ()
    new: tuple[New, ...] = ()


def take_apart(store: BriefingSource, output: Path) -> Taken:
    """Write the alignments of a corpus without any text: one JSON object a briefing.

    Corrections of reviewers are text, and are not written.

    :raises FormatError: when the file cannot be written.
    """
    beads = 0
    summaries = sorted(store.briefings(), key=lambda one: one.id)
    with beside(output) as folder:
        path = folder / output.name
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for summary in summaries:
                pairs = list(store.pairs([summary.id]))
                beads += len(pairs)
                file.write(line(summary.address, store.briefing(summary.id), pairs) + "\n")
        place([path], output.parent)
    return Taken(len(summaries), beads)


def put_back(store: BriefingSource, path: Path) -> PutBack:
    """Lay alignments without text over the texts of a corpus that has the same addresses.

    A briefing is replaced when each of its beads finds its sentences; otherwise what no longer
    matches is reported and the briefing stays as it was.

    :raises FormatError: when the file breaks its form; what stands before that line is done.
    """
    done: list[str] = []
    absent: list[str] = []
    laid: list[Laid] = []
    for number, text in read_lines(path):
        outline = parse(text, f"{path.name}, line {number}")
        name = store.find(outline.address)
        if name is None:
            absent.append(outline.address)
            continue
        found = lay(outline, store.briefing(name))
        laid.append(found)
        if found.briefing is not None:
            store.save(found.briefing, address=outline.address, carried=found.rows)
            done.append(name)
    put = [one for one in laid if one.briefing is not None]
    return PutBack(
        briefings=tuple(done),
        beads=sum(one.beads for one in put),
        moved=sum(one.moved for one in put),
        lost=tuple(lost for one in laid for lost in one.lost),
        absent=tuple(absent),
        near=tuple(near for one in put for near in one.near),
        new=tuple(new for one in laid for new in one.new),
    )
