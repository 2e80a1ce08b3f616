"""Double review: two people review a briefing independently of each other.

Until the review opens, each reviewer sees only the aligner's rows and their own decisions. The
review opens when both have decided about every row, or when an admin opens it early. Rows on which
both agree become the briefing's rows. All others wait for a third person, who chooses the answer of
one of the two. The decisions of both stay in the history, so their agreement does not change.

Agreement is measured on text that both reviewed, and on the last state that each of them left;
later changes by other people do not count.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from ...errors import N_, AlignError, UsageError
from ...records import Language
from ..store import BeadRow, Decision, HistoryEntry, Store, people
from ..store.records import sentence_ids
from .history import leaves_rows, undo_stack
from .permissions import active_double_review, assign, join_names
from .state import (
    Edit,
    InvalidEditError,
    ReviewState,
    content,
    new_id,
    new_positions,
    sentence_keys,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of the same text that two reviewers left in different states."""

    mine: tuple[BeadRow, ...]
    theirs: tuple[BeadRow, ...]

    @property
    def why(self) -> str:
        """The kind of disagreement: ``boundaries`` or ``verdict``."""
        return "verdict" if _cells(self.mine) == _cells(self.theirs) else "boundaries"


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement of two reviewers on the text that both reviewed.

    ``common`` counts the beads with the same boundaries. ``kappa`` is ``None`` where there are
    none, or where chance alone explains that all verdicts are the same.
    """

    first: str
    second: str
    common: int
    strict: float
    lax: float
    kappa: float | None
    differences: tuple[Difference, ...]


def final_rows(entries: Iterable[HistoryEntry], reviewer: str) -> tuple[BeadRow, ...]:
    """Return the last state of a reviewer's rows, in order, without undone decisions."""
    rows: dict[str, BeadRow] = {}
    holders: dict[tuple[Language, str], str] = {}  # which row took a sentence last
    for entry in sorted(undo_stack(entries, reviewer).done, key=lambda entry: entry.seq):
        if leaves_rows(entry):
            continue
        for row in entry.before:
            rows.pop(row.id, None)
        for row in entry.after:
            for language, name in sentence_keys([row]):
                old = rows.get(holders.get((language, name), ""))
                if old and name in sentence_ids(old, language):
                    del rows[old.id]
                holders[language, name] = row.id
            rows[row.id] = row
    judged = [row for row in rows.values() if row.status != "unreviewed"]
    return tuple(sorted(judged, key=lambda row: row.position))


def measure_agreement(entries: Sequence[HistoryEntry], first: str, second: str) -> Agreement:
    """Return how far two reviewers of one briefing agree."""
    answers = final_rows(entries, first), final_rows(entries, second)
    both = sentence_keys(answers[0]) & sentence_keys(answers[1])
    mine, theirs = (_sharing(rows, both) for rows in answers)
    common = len(_cells(mine) & _cells(theirs))
    return Agreement(
        first,
        second,
        common,
        2 * common / (len(mine) + len(theirs)) if mine or theirs else 1.0,
        _lax(mine, theirs),
        _kappa(mine, theirs),
        _differences(mine, theirs),
    )


def _cells(rows: Iterable[BeadRow]) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    return {(row.zh, row.en) for row in rows}


def _lax(mine: Sequence[BeadRow], theirs: Sequence[BeadRow]) -> float:
    """Return the lax F1 (Vecalign): a bead agrees when both of its sides overlap with one bead."""

    def share(rows: Sequence[BeadRow], others: Sequence[BeadRow]) -> float:
        """Return the share of rows that agree with one of the others."""
        if not rows:
            return 1.0
        cells = _cells(others)
        links = _links(others)
        hits = 0
        for row in rows:
            if (row.zh, row.en) in cells or not links.isdisjoint(_links([row])):
                hits += 1
        return hits / len(rows)

    precision = share(mine, theirs)
    recall = share(theirs, mine)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _links(rows: Iterable[BeadRow]) -> set[tuple[str, str]]:
    return {link for row in rows for link in product(row.zh, row.en)}


def _kappa(mine: Sequence[BeadRow], theirs: Sequence[BeadRow]) -> float | None:
    """Return Cohen's kappa of accept and reject on the rows that both left with the same text.

    Cohen, J. (1960). A coefficient of agreement for nominal scales.
    """
    plain = ("accepted", "rejected")
    verdicts = {(row.zh, row.en): row.status for row in theirs if row.status in plain}
    pairs = [
        (row.status, verdicts[row.zh, row.en])
        for row in mine
        if row.status in plain and (row.zh, row.en) in verdicts
    ]
    if not pairs:
        return None
    observed = sum(first == second for first, second in pairs) / len(pairs)
    mine_accepted = sum(first == "accepted" for first, _ in pairs) / len(pairs)
    theirs_accepted = sum(second == "accepted" for _, second in pairs) / len(pairs)
    chance = mine_accepted * theirs_accepted + (1 - mine_accepted) * (1 - theirs_accepted)
    return None if chance == 1.0 else (observed - chance) / (1 - chance)


def _differences(mine: Sequence[BeadRow], theirs: Sequence[BeadRow]) -> tuple[Difference, ...]:
    """Group rows that share text, in its order, and keep the groups that are not the same."""
    differences: list[Difference] = []
    in_mine, in_theirs = _holders(mine), _holders(theirs)
    seen = set[int]()
    for start in range(len(mine)):
        ours = set[int]()
        yours = set[int]()
        more = {start} - seen
        while more:
            ours |= more
            text = sentence_keys(mine[at] for at in more)
            new = {at for key in text for at in in_theirs.get(key, ())} - yours
            yours |= new
            text |= sentence_keys(theirs[at] for at in new)
            more = {at for key in text for at in in_mine.get(key, ())} - ours
        seen |= ours
        group = tuple(mine[at] for at in sorted(ours)), tuple(theirs[at] for at in sorted(yours))
        if list(map(answer_key, group[0])) != list(map(answer_key, group[1])):
            differences.append(Difference(*group))
    return tuple(differences)


def _holders(rows: Sequence[BeadRow]) -> dict[tuple[Language, str], list[int]]:
    """Return the positions of the rows that contain a sentence."""
    holders = defaultdict[tuple[Language, str], list[int]](list)
    for at, row in enumerate(rows):
        for key in sentence_keys([row]):
            holders[key].append(at)
    return holders


def _sharing(rows: Iterable[BeadRow], text: set[tuple[Language, str]]) -> list[BeadRow]:
    return [row for row in rows if sentence_keys([row]) & text]


def answer_key(row: BeadRow) -> tuple[object, ...]:
    """Return the key by which two answers are compared: boundaries, verdict and texts."""
    return row.zh, row.en, row.status, row.zh_final, row.en_final


OPEN = "open"  # the action under which the common answer of the two is written


def start_double_review(store: Store, briefing: str, names: Sequence[str]) -> None:
    """Begin a double review by exactly two people.

    :raises AlignError: if they are not two, or the briefing has had a double review.
    """
    two = sorted(set(names))
    if len(two) != 2:
        raise UsageError(
            N_("an independent review needs exactly two people, not {count}"), count=len(two)
        )
    if read_answers(store, briefing):
        raise AlignError(
            N_("{briefing}: its independent review is already complete"), briefing=briefing
        )
    assign(store, briefing, two)
    people.start_double_review(store, briefing, (two[0], two[1]))


def read_answers(store: Store, briefing: str) -> tuple[HistoryEntry, ...]:
    """Return the decisions of both reviewers; empty until their double review is open."""
    double = people.read_double_review(store, briefing)
    if double is None or double.closed:
        return ()
    return store.history(briefing, names=double.names)


def _state_of(store: Store, briefing: str, name: str) -> ReviewState:
    entries = store.history(briefing, names=(name,))
    return ReviewState.read(store, briefing).replay(entries)


def all_judged(rows: Iterable[BeadRow]) -> bool:
    """Return whether every row has a verdict."""
    return all(row.status != "unreviewed" for row in rows)


def open_when_done(store: Store, briefing: str) -> bool:
    """Open a double review if both have decided about every row; return whether it was opened."""
    double = active_double_review(store, briefing)
    if double is None:
        return False
    for name in double.names:
        if not all_judged(_state_of(store, briefing, name).rows):
            return False
    open_double_review(store, briefing)
    return True


def open_double_review(store: Store, briefing: str) -> None:
    """Write the rows on which two people agree into the briefing, and publish their answers.

    Other rows get the boundaries of the first person, by name, and no verdict.
    """
    double = active_double_review(store, briefing)
    if double is None:
        raise AlignError(N_("{briefing}: no independent review is in progress"), briefing=briefing)
    base = ReviewState.read(store, briefing)
    first, second = (_state_of(store, briefing, name).rows for name in double.names)
    answers = set(map(answer_key, second))
    after = [row if answer_key(row) in answers else _without_answer(row) for row in first]
    same = set(map(content, after))
    kept = {row.id for row in base.rows if content(row) in same}
    op = f"{OPEN}-{int(double.at.timestamp() * 1e6)}-{briefing}"[:64]
    store.decide(
        briefing,
        Decision(op, join_names(double.names), OPEN),
        [row for row in base.rows if row.id not in kept],
        [row for row in after if row.id not in kept],
    )
    people.mark_opened(store, briefing)


def _without_answer(row: BeadRow) -> BeadRow:
    """Return an unreviewed row with the same boundaries."""
    return replace(row, status="unreviewed", zh_edit=None, en_edit=None, reason="", note="")


SettledSide = Literal["mine", "theirs"]
"""The chosen answer of a :class:`Difference`."""


def settlement_edit(
    state: ReviewState, difference: Difference, choice: SettledSide, who: str
) -> Edit:
    """Return the edit by which a third person makes one answer the rows of the briefing."""
    both = (*difference.mine, *difference.theirs)
    if who in {row.reviewer for row in both}:
        raise InvalidEditError(
            N_("an adjudicator must be a third person; you are one of the two reviewers")
        )
    wanted = difference.mine if choice == "mine" else difference.theirs
    names = sentence_keys(wanted)
    before = tuple(_sharing(state.rows, names))
    if sentence_keys(before) != names:
        raise InvalidEditError(
            N_(
                "this version does not cover the same text as the current rows; open the "
                "briefing and resolve it by hand"
            )
        )
    start, stop = state.place(before[0].id), state.place(before[-1].id) + 1
    if stop - start != len(before):
        raise InvalidEditError(
            N_(
                "this version no longer fits between the current rows; open the briefing and "
                "resolve it by hand"
            )
        )
    free = {row.id for row in before} | ({row.id for row in wanted} - set(state.places))
    positions = new_positions(state, start, stop, [len(row.zh) + len(row.en) for row in wanted])
    after = tuple(
        replace(row, id=row.id if row.id in free else new_id(), position=position)
        for row, position in zip(wanted, positions, strict=True)
    )
    return Edit(before, after)


def find_settlement(entries: Sequence[HistoryEntry], difference: Difference) -> HistoryEntry | None:
    """Return the decision of a third person that came after both answers, if there is one."""
    both = {*difference.mine, *difference.theirs}
    two = {row.reviewer for row in both}
    names = sentence_keys(both)
    latest = max((entry.seq for entry in entries if both & {*entry.after}), default=0)
    thirds = {entry.decision.reviewer for entry in entries} - two
    kept = (entry for third in thirds for entry in undo_stack(entries, third).done)
    later = (
        entry
        for entry in kept
        if entry.seq > latest
        and entry.decision.action != OPEN
        and not leaves_rows(entry)
        and sentence_keys(entry.after) & names
    )
    return max(later, key=lambda entry: entry.seq, default=None)
