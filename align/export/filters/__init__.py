"""The table of cleaning rules, and what a set of them would drop.

Nothing is dropped unless a rule is asked for, and none of them drops a bead for being short.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from ...errors import AlignError
from ...records import ExportedBead
from .rules import FILTERS, Keeps, Rule

__all__ = ["FILTERS", "Effect", "Explanation", "Keeps", "Overlap", "Rule", "explain", "parse"]

EXAMPLES = 10
"""How many dropped beads are shown for each rule, at most."""


def parse(text: str) -> Rule:
    """Return the rule that a user wrote.

    >>> parse("probability=0.5").name
    'probability=0.5'

    :raises AlignError: when there is no such rule, or its value cannot be used.
    """
    name, _, value = text.partition("=")
    rule = FILTERS.get(name.strip())
    if rule is None:
        raise AlignError(f"{text!r}: no such filter; there are {', '.join(FILTERS)}")
    try:
        return rule(value.strip())
    except ValueError as error:
        raise AlignError(f"{text!r}: {error}; write it like {rule().name}") from error


@dataclass(frozen=True, slots=True)
class Effect:
    """What one rule alone would drop, and how many of them no other rule would.

    ``examples`` are ten of them from all over the corpus, ``reasons`` say why, in their order.
    """

    name: str
    dropped: int
    only: int
    examples: tuple[ExportedBead, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many beads two rules both would drop."""

    first: str
    second: str
    both: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a set of rules would do to a corpus."""

    read: int
    kept: int
    effects: tuple[Effect, ...]
    overlaps: tuple[Overlap, ...]

    @property
    def dropped(self) -> int:
        """How many beads at least one rule drops."""
        return self.read - self.kept


def explain(filters: Sequence[Rule], pairs: Iterable[ExportedBead]) -> Explanation:
    """Return what each rule would drop, every rule looking at every bead."""
    rules = [(rule.name, rule.judge()) for rule in filters]
    counts = {name: _Dropped() for name, _ in rules}
    shared: Counter[tuple[str, str]] = Counter()
    read = kept = 0
    for pair in pairs:
        read += 1
        against = {name: why for name, judge in rules if (why := judge(pair)) is not None}
        kept += not against
        shared.update(combinations(against, 2))
        for name, why in against.items():
            counts[name].add(pair, why, alone=len(against) == 1)
    return Explanation(
        read,
        kept,
        tuple(dropped.effect(name) for name, dropped in counts.items()),
        tuple(Overlap(one, two, count) for (one, two), count in shared.most_common()),
    )


@dataclass(slots=True)
class _Dropped:
    """What a rule dropped so far, and every ``step``-th of it as an example."""

    count: int = 0
    only: int = 0
    step: int = 1
    kept: list[tuple[ExportedBead, str]] = field(default_factory=list)

    def add(self, pair: ExportedBead, why: str, *, alone: bool) -> None:
        if self.count % self.step == 0:
            self.kept.append((pair, why))
        if len(self.kept) == 2 * EXAMPLES:
            self.kept, self.step = self.kept[::2], 2 * self.step
        self.count += 1
        self.only += alone

    def effect(self, name: str) -> Effect:
        shown = self.kept
        if len(shown) > EXAMPLES:
            shown = [shown[at * len(shown) // EXAMPLES] for at in range(EXAMPLES)]
        pairs, reasons = tuple(pair for pair, _ in shown), tuple(why for _, why in shown)
        return Effect(name, self.count, self.only, pairs, reasons)
