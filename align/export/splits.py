"""Train, dev and test: which briefing goes into which part, and near-duplicates across parts.

A briefing is never cut. Which part it goes to follows from its text and the other briefings of
the corpus alone, not from ids, order or chance. The parts are filled a year and site at a time, so
that each of these is spread as far as its briefings allow.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from ..errors import AlignError
from ..records import ExportedBead
from .filters.near_duplicates import SignatureStore

PartName = Literal["train", "dev", "test"]
PARTS: tuple[PartName, ...] = ("train", "dev", "test")

EXAMPLES = 20
"""How many pairs of near-duplicates are kept to be shown."""


@dataclass(frozen=True, slots=True)
class Splits:
    """What the user asks for. ``dev`` and ``test`` are shares of all beads.

    :param reviewed_test: let nothing into test that no person accepted.
    :param alike: beads alike to this share in two parts are reported.
    """

    dev: float = 0.1
    test: float = 0.1
    reviewed_test: bool = False
    alike: float = 0.8

    def __post_init__(self) -> None:
        if self.dev < 0 or self.test < 0 or self.dev + self.test >= 1:
            raise AlignError(
                f"dev={self.dev:g} and test={self.test:g} leave nothing to train on; "
                "their sum must be below 1"
            )

    def share(self, part: PartName) -> float:
        """Return the share of the beads that a part should have."""
        return {"train": 1 - self.dev - self.test, "dev": self.dev, "test": self.test}[part]

    def admits(self, part: PartName, pair: ExportedBead) -> bool:
        """Return whether a bead may be in a part."""
        return part != "test" or not self.reviewed_test or pair.status == "accepted"


@dataclass(frozen=True, slots=True)
class SplitUnit:
    """A briefing as far as splitting needs it. ``digest`` is of its texts."""

    briefing: str
    digest: str
    year: int
    site: str
    beads: int
    accepted: int


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """Which briefing goes where."""

    splits: Splits
    parts: Mapping[str, PartName] = field(default_factory=dict)

    def briefings(self, part: PartName) -> tuple[str, ...]:
        """Return the briefings of a part, in order of their ids."""
        return tuple(sorted(name for name, where in self.parts.items() if where == part))


@dataclass(frozen=True, slots=True)
class Leak:
    """A bead of dev or test that says nearly the same as a bead of an earlier part."""

    part: PartName
    bead: str
    other_part: PartName
    other_bead: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Leaks:
    """Near-duplicates across parts: how many beads have one, and the first of them."""

    count: int
    examples: tuple[Leak, ...]


def summarise_briefings(pairs: Iterable[ExportedBead]) -> tuple[SplitUnit, ...]:
    """Return what splitting needs of each briefing; the beads of one follow each other."""
    sums: dict[str, _BriefingSum] = {}
    for pair in pairs:
        sums.setdefault(pair.briefing, _BriefingSum()).add(pair)
    return tuple(total.unit(name) for name, total in sorted(sums.items()))


class _BriefingSum:
    """What the beads of one briefing add up to."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()
        self._date: dt.date | None = None
        self._site = ""
        self._beads = self._accepted = 0

    def add(self, pair: ExportedBead) -> None:
        self._sha.update(f"{pair.zh}\x00{pair.en}\x01".encode("utf-8", "surrogatepass"))
        self._date = self._date or pair.date
        self._site = self._site or urlsplit(pair.source_zh or pair.source_en).netloc
        self._beads += 1
        self._accepted += pair.status == "accepted"

    def unit(self, briefing: str) -> SplitUnit:
        year = self._date.year if self._date else 0
        digest = self._sha.hexdigest()
        return SplitUnit(briefing, digest, year, self._site, self._beads, self._accepted)


def plan_splits(briefings: Iterable[SplitUnit], splits: Splits) -> SplitPlan:
    """Assign a part to each briefing.

    Within a year and site the briefings come in the order of their digests; each goes to the part
    that is furthest behind its share so far. With as many briefings as parts none stays empty.

    :raises AlignError: when test must be reviewed and no briefing has an accepted bead.
    """
    ordered = sorted(briefings, key=lambda unit: (unit.year, unit.site, unit.digest, unit.briefing))
    if splits.reviewed_test and splits.test and not any(unit.accepted for unit in ordered):
        raise AlignError(
            "no bead was accepted, so a reviewed test part would be empty; review some"
        )
    parts = _seeded(ordered, splits)
    filled: dict[PartName, int] = dict.fromkeys(PARTS, 0)
    total = 0
    for unit in ordered:
        total += unit.beads
        part = parts.get(unit.briefing) or _furthest_behind(unit, filled, total, splits)
        parts[unit.briefing] = part
        filled[part] += unit.beads
    return SplitPlan(splits, parts)


def _seeded(ordered: list[SplitUnit], splits: Splits) -> dict[str, PartName]:
    """Assign one briefing to test, then to dev, the smallest that fits, if one is left over."""
    parts: dict[str, PartName] = {}
    for part in ("test", "dev"):
        free = [unit for unit in ordered if unit.briefing not in parts]
        if splits.share(part) and len(free) > 1:
            fitting = [unit for unit in free if part == "dev" or _testable(unit, splits)]
            if fitting:
                chosen = min(fitting, key=lambda unit: (unit.beads, unit.digest))
                parts[chosen.briefing] = part
    return parts


def _testable(unit: SplitUnit, splits: Splits) -> bool:
    """Return whether a briefing may go to test: half of it should be left after the review rule."""
    return not splits.reviewed_test or unit.accepted * 2 >= unit.beads


def _furthest_behind(
    unit: SplitUnit, filled: Mapping[PartName, int], total: int, splits: Splits
) -> PartName:
    open_parts = [part for part in PARTS if part != "test" or _testable(unit, splits)]
    return max(open_parts, key=lambda part: splits.share(part) * total - filled[part])


def find_leaks(parts: Iterable[tuple[PartName, Iterator[ExportedBead]]], alike: float) -> Leaks:
    """Find near-duplicates across parts.

    :param parts: the parts, test first: the smaller ones are remembered, the last only compared.
    """
    seen: list[tuple[PartName, SignatureStore]] = []
    examples: list[Leak] = []
    count = 0
    rest = list(parts)
    for at, (part, pairs) in enumerate(rest):
        signatures = SignatureStore(alike)
        for pair in pairs:
            leak = _leak(part, pair, seen)
            if leak is not None:
                count += 1
                if len(examples) < EXAMPLES:
                    examples.append(leak)
            if at + 1 < len(rest):
                signatures.add(pair)
        seen.append((part, signatures))
    return Leaks(count, tuple(examples))


def _leak(
    part: PartName, pair: ExportedBead, seen: list[tuple[PartName, SignatureStore]]
) -> Leak | None:
    for other_part, signatures in seen:
        other = signatures.find(pair)
        if other is not None:
            return Leak(part, pair.id, other_part, other.id, other.likeness)
    return None
