"""Two reviewers of one briefing: how far they agree, and where they do not.

In: the verdicts of a briefing. Out: strict and lax F1 of one reviewer's beads against the
other's, Cohen's kappa of accept and reject, and the differences for a third person to settle.

A reviewer's rows are derived from the log: the rows that this reviewer left last, whoever changed
them afterwards. Only text that both of them reviewed is compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..store import BeadRow, Entry
from .history import trail

Judged = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of the same text that two reviewers left in different states."""

    mine: tuple[BeadRow, ...]
    theirs: tuple[BeadRow, ...]

    @property
    def why(self) -> str:
        """What they differ in: ``boundaries`` or ``verdict``."""
        same = {(row.zh, row.en) for row in self.mine} == {(row.zh, row.en) for row in self.theirs}
        return "verdict" if same else "boundaries"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two reviewers agree on the text that both reviewed.

    ``kappa`` is ``None`` where both gave all rows the same verdict by chance alone, or where
    there is no common row.
    """

    first: str
    second: str
    common: int
    strict: float
    lax: float
    kappa: float | None
    differences: tuple[Difference, ...]


def last_words(entries: Iterable[Entry], reviewer: str) -> tuple[BeadRow, ...]:
    """Give the rows as a reviewer left them, in order, without those taken back."""
    rows: dict[str, BeadRow] = {}
    for entry in sorted(trail(entries, reviewer).done, key=lambda entry: entry.seq):
        for row in entry.before:
            rows.pop(row.id, None)
        for row in entry.after:
            names = {*(("zh", name) for name in row.zh), *(("en", name) for name in row.en)}
            rows = {key: old for key, old in rows.items() if not names & _names(old)}
            rows[row.id] = row
    judged = [row for row in rows.values() if row.status != "unreviewed"]
    return tuple(sorted(judged, key=lambda row: row.position))


def agreement(entries: Sequence[Entry], first: str, second: str) -> Agreement:
    """Compare two reviewers of one briefing."""
    mine, theirs = last_words(entries, first), last_words(entries, second)
    common = _all_names(mine) & _all_names(theirs)
    mine = tuple(row for row in mine if _names(row) & common)
    theirs = tuple(row for row in theirs if _names(row) & common)
    return Agreement(
        first,
        second,
        _strict(mine, theirs),
        _f1(_strict(mine, theirs), len(mine), len(theirs)),
        _lax(mine, theirs),
        _kappa(mine, theirs),
        _differences(mine, theirs),
    )


def reviewers(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Give everyone who decided something, by name."""
    return tuple(sorted({entry.decision.reviewer for entry in entries}))


def _names(row: BeadRow) -> set[tuple[str, str]]:
    return {*(("zh", name) for name in row.zh), *(("en", name) for name in row.en)}


def _all_names(rows: Iterable[BeadRow]) -> set[tuple[str, str]]:
    return {name for row in rows for name in _names(row)}


def _strict(mine: Sequence[BeadRow], theirs: Sequence[BeadRow]) -> int:
    return len({(row.zh, row.en) for row in mine} & {(row.zh, row.en) for row in theirs})


def _f1(common: int, mine: int, theirs: int) -> float:
    return 2 * common / (mine + theirs) if mine + theirs else 1.0


def _lax(mine: Sequence[BeadRow], theirs: Sequence[BeadRow]) -> float:
    """Count a bead as agreed when both sides overlap with a bead of the other (Vecalign's lax)."""
    hit_mine = sum(any(_overlap(row, one) for one in theirs) for row in mine)
    hit_theirs = sum(any(_overlap(row, one) for one in mine) for row in theirs)
    precision = hit_mine / len(mine) if mine else 1.0
    recall = hit_theirs / len(theirs) if theirs else 1.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _overlap(one: BeadRow, two: BeadRow) -> bool:
    if (one.zh, one.en) == (two.zh, two.en):
        return True
    return bool(set(one.zh) & set(two.zh)) and bool(set(one.en) & set(two.en))


def _kappa(mine: Sequence[BeadRow], theirs: Sequence[BeadRow]) -> float | None:
    """Give Cohen's kappa of accept and reject on the rows that both left with the same text.

    Cohen, J. (1960). A coefficient of agreement for nominal scales.
    """
    verdicts = {(row.zh, row.en): row.status for row in theirs}
    pairs = [
        (row.status, verdicts[row.zh, row.en])
        for row in mine
        if verdicts.get((row.zh, row.en)) in ("accepted", "rejected")
        and row.status in ("accepted", "rejected")
    ]
    if not pairs:
        return None
    observed = sum(one == two for one, two in pairs) / len(pairs)
    ones = sum(one == "accepted" for one, _ in pairs) / len(pairs)
    twos = sum(two == "accepted" for _, two in pairs) / len(pairs)
    chance = ones * twos + (1 - ones) * (1 - twos)
    return None if chance == 1.0 else (observed - chance) / (1 - chance)


def _differences(mine: Sequence[BeadRow], theirs: Sequence[BeadRow]) -> tuple[Difference, ...]:
    """Group rows that share text, and keep the groups that are not the same."""
    found: list[Difference] = []
    left = list(theirs)
    waiting = list(mine)
    while waiting:
        ours = [waiting.pop(0)]
        names: set[tuple[str, str]] = set()
        yours: list[BeadRow] = []
        size = -1
        while size != len(names):
            names = _all_names([*ours, *yours])
            size = len(names)
            yours += [row for row in left if _names(row) & names and row not in yours]
            names = _all_names([*ours, *yours])
            more = [row for row in waiting if _names(row) & names]
            waiting = [row for row in waiting if row not in more]
            ours += more
            names = _all_names([*ours, *yours])
        if _settled(ours) != _settled(yours):
            found.append(Difference(tuple(ours), tuple(yours)))
    return tuple(found)


def _settled(rows: Iterable[BeadRow]) -> list[tuple[Judged, str, str, str]]:
    return [((row.zh, row.en), row.status, row.zh_final, row.en_final) for row in rows]
