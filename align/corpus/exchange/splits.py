"""Train, dev and test: which briefing goes into which part, and stays there.

A briefing is never cut. Its part is decided once, when these shares are first asked for, and kept
in the corpus by its id and by a hash of its text: neither growth nor cleaning rules move it. A rule
of the hash alone could not keep shares of beads, nor give ten briefings a test part.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from ...errors import N_, AlignError, UsageError
from ...records import LANGUAGES, BeadRecord

PartName = Literal["train", "dev", "test"]
PARTS: tuple[PartName, ...] = ("train", "dev", "test")


@dataclass(frozen=True, slots=True)
class Splits:
    """The split that the user requests. ``dev`` and ``test`` are shares of all beads."""

    dev: float = 0.1
    test: float = 0.1
    reviewed_test: bool = False  # put only accepted beads into test
    after: dt.date | None = None  # only briefings after this day go to test

    def __post_init__(self) -> None:
        if self.dev < 0 or self.test < 0 or self.dev + self.test >= 1:
            raise UsageError(
                N_(
                    "dev={dev:g} and test={test:g} leave no training set; their sum must be below 1"
                ),
                dev=self.dev,
                test=self.test,
            )

    def __str__(self) -> str:
        """Name the request: the parts of each are kept for themselves."""
        test = f"after={self.after}" if self.after else f"test={self.test:g}"
        return f"dev={self.dev:g} {test}{' reviewed' if self.reviewed_test else ''}"

    def share(self, part: PartName) -> float:
        """Return the share of the beads that a part should have."""
        if part == "dev":
            return self.dev
        if part == "test":
            return self.test
        return 1 - self.dev - self.test

    def admits(self, part: str, bead: BeadRecord) -> bool:
        """Return whether a bead may be in a part."""
        return part != "test" or not self.reviewed_test or bead.verdict.status == "accepted"


@dataclass(frozen=True, slots=True)
class SplitUnit:
    """A briefing as far as splitting needs it. ``digest`` is of its texts as published."""

    briefing: str
    digest: str = ""
    beads: int = 0
    accepted: int = 0
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """The part of each briefing, and the parts to store in the corpus, by id and digest."""

    parts: Mapping[str, PartName]
    kept: Mapping[str, PartName]

    def briefings(self, part: PartName) -> tuple[str, ...]:
        """Return the briefings of a part, in order of their ids."""
        return tuple(sorted(name for name, where in self.parts.items() if where == part))


def summarise_briefings(beads: Iterable[BeadRecord]) -> Iterator[SplitUnit]:
    """Yield the data of each briefing for a split; the digest depends only on its letters."""
    for name, group in groupby(beads, key=lambda bead: bead.provenance.briefing):
        inside = list(group)
        digests = b""
        for language in LANGUAGES:
            letters = "".join(bead.pair.published[language] for bead in inside).split()
            text = "".join(letters).encode("utf-8", "surrogatepass")
            digests += hashlib.sha256(text).digest()
        accepted = sum(bead.verdict.status == "accepted" for bead in inside)
        dates = (bead.provenance.date for bead in inside)
        date = next(filter(None, dates), None)
        digest = hashlib.sha256(digests).hexdigest()[:32]
        yield SplitUnit(name, digest, len(inside), accepted, date)


def plan_splits(
    briefings: Iterable[SplitUnit], splits: Splits, kept: Mapping[str, Any] | None = None
) -> SplitPlan:
    """Assign a part to each briefing that has none yet.

    Briefings are ordered by digest; those at one end go to test, those at the other end to dev,
    until each part has its share of the beads. So a larger share includes the smaller one.

    :param kept: the parts already decided, by id or digest of a briefing.
    :raises AlignError: no briefing is left for the test or the training set.
    """
    units = sorted(briefings, key=lambda unit: (unit.digest, unit.briefing))
    if splits.reviewed_test and splits.test and not any(unit.accepted for unit in units):
        raise AlignError(
            N_("no accepted beads, so a reviewed test set would be empty; review some first")
        )
    known = kept or {}
    parts: dict[str, PartName] = {}
    for unit in units:
        part = known.get(unit.briefing) or known.get(unit.digest)
        if part in PARTS:
            parts[unit.briefing] = part
    if splits.after is None:
        _fill("test", units, parts, splits)
    else:
        parts = _divide_by_date(units, parts, splits.after)
    _fill("dev", list(reversed(units)), parts, splits)
    for unit in units:
        parts.setdefault(unit.briefing, "train")
    to_keep = dict(known)
    for unit in units:
        to_keep[unit.briefing] = parts[unit.briefing]
        to_keep[unit.digest] = parts[unit.briefing]
    return SplitPlan(parts, to_keep)


def _divide_by_date(
    units: Sequence[SplitUnit], parts: Mapping[str, PartName], day: dt.date
) -> dict[str, PartName]:
    """Return the parts, with exactly the briefings dated after a day in test."""
    later = {unit.briefing for unit in units if unit.date is not None and unit.date > day}
    if not later:
        raise AlignError(
            N_(
                "no briefing is dated after {day}, so the test set would be empty; choose "
                "an earlier day"
            ),
            day=day,
        )
    if len(later) == len(units):
        raise AlignError(
            N_(
                "every briefing is dated after {day}, so the training set would be empty; "
                "choose a later day"
            ),
            day=day,
        )
    kept: dict[str, PartName] = {}
    for name, part in parts.items():
        if part != "test":
            kept[name] = part
    for name in later:
        kept[name] = "test"
    return kept


def _fill(
    part: PartName, units: Sequence[SplitUnit], parts: dict[str, PartName], splits: Splits
) -> None:
    """Add briefings to a part until it has its share, but at least one if another is left over."""
    filled = sum(unit.beads for unit in units if parts.get(unit.briefing) == part)
    missing = splits.share(part) * sum(unit.beads for unit in units) - filled
    left = sum(parts.get(unit.briefing, "train") == "train" for unit in units)
    free = _free_units(part, units, parts, splits)
    for unit in free:
        if left > 1 and unit.beads <= 2 * missing:
            parts[unit.briefing] = part
            filled += unit.beads
            missing -= unit.beads
            left -= 1
    if free and left > 1 and missing > 0 and not filled:
        parts[min(free, key=lambda unit: unit.beads).briefing] = part


def _free_units(
    part: PartName, units: Sequence[SplitUnit], parts: Mapping[str, PartName], splits: Splits
) -> list[SplitUnit]:
    """Return the briefings that have no part yet and may go to this one."""
    free = [unit for unit in units if unit.briefing not in parts]
    if part == "test" and splits.reviewed_test:
        # The test set gets accepted beads only; at least half of a briefing should remain.
        return [unit for unit in free if unit.accepted * 2 >= unit.beads]
    return free
