"""Undecided rows realigned after a decision: the rule, and what belongs to such a change.

A decision tells the aligner more about the rows next to it. Where rows came from another tool, a
run of them is often shifted by one sentence: once one row is mended, the others fall into place.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ...errors import N_, MatchError
from ...records import LANGUAGES, Bead
from ..store import BeadRow, HistoryEntry
from ..store.records import PUT_BACK, REALIGN, has_decision, sentence_ids
from .history import list_threads, place_threads, revert, standing_entries
from .realign import replace_run
from .state import Edit, InvalidEditError, ReviewState, cells_of, content, regroup

if TYPE_CHECKING:  # the matcher takes half a second to load
    from ...aligner.match import AlignmentProblem

ALIGNER = "aligner"
"""The author of these changes in the history."""

SURE = 0.95
"""Least probability of each new row (measured in ``benchmarks/README.md``)."""

LIKELY = 0.5
"""Least probability of a row that its author left undecided, to count as mended."""

CAUSES = frozenset(
    {
        "accept",
        "accept-many",
        "alone",
        "edit",
        "merge",
        "split",
        "shift",
        "send",
        "link",
        "unlink",
        "choose",
        "cut",
        "join",
        "settle",
    }
)
"""Decisions that say how texts are divided; the rows next to them may be realigned."""

_REGROUPINGS = frozenset({"merge", "split", "shift", "send", "link", "unlink", "resolve"})


@dataclass(frozen=True, slots=True)
class Realignment:
    """Neighbouring rows, those that replace them, and the decision that led to it."""

    cause: HistoryEntry
    edit: Edit


def find_realignments(
    state: ReviewState,
    log: Sequence[HistoryEntry],
    cause: HistoryEntry,
    problem: "AlignmentProblem",
    looked_at: Collection[str],
    least: float = SURE,
) -> tuple[Realignment, ...]:
    """Return the stretches of rows that a decision lets the aligner realign.

    A stretch lies next to a row that someone decided or just mended. Each of its new rows is
    nearly certain given those rows. No row in it is decided, at a cursor, or left by its author
    as it is, and no border of a table row moves.

    :param cause: the decision; nothing follows from one about notes, for instance.
    :param looked_at: the rows at the cursors of those who have the briefing open.
    :param least: least probability of each new row.
    """
    if cause.decision.action not in CAUSES or _is_preferred(state, problem):
        return ()
    decided = {row.id for row in state.rows if has_decision(row)}
    mended = _find_mended(state, cause, problem, {*looked_at} - decided)
    certain = mended | find_kept_rows(state, log, mended)
    links = [row for row in state.rows if row.crossing]
    try:
        beads = problem.solve(_fix(state, certain, links)).alignment.beads
    except MatchError:  # decisions that contradict each other say nothing
        return ()
    shut = certain | {*looked_at} | _find_table_rows(state)
    found: list[Realignment] = []
    for rows, new in _find_stretches(state, beads, links):
        ids = {row.id for row in rows}
        if ids & shut or any((bead.probability or 0.0) < least for bead in new):
            continue
        with suppress(InvalidEditError):  # a cross-link is between them, or no room is left
            run = state.row_range(ids)
            around = state.rows[max(run.start - 1, 0) : run.stop + 1]
            if certain & {row.id for row in around}:
                found.append(Realignment(cause, replace_run(state, run, new)))
    return tuple(found)


def _is_preferred(state: ReviewState, problem: "AlignmentProblem") -> bool:
    """Return whether the aligner prefers all rows as they are: then no decision changes any."""
    beads = state.to_beads(row for row in state.rows if not row.crossing)
    return all((bead.zh, bead.en) in problem.best_links for bead in beads)


def find_kept_rows(
    state: ReviewState, log: Sequence[HistoryEntry], mended: Collection[str] = ()
) -> set[str]:
    """Return the ids of the rows that the aligner keeps as people left them.

    These are rows with a decision or a note thread, rows that were put back or restored, and rows
    that a person regrouped. If a row of a regrouping is decided or mended, the others are only
    what it left over.
    """
    done = {row.id for row in state.rows if has_decision(row)}
    standing = standing_entries(log)
    kept = done | {*place_threads(state, list_threads(standing))}
    for entry in standing:
        action, ids = entry.decision.action, {row.id for row in entry.after}
        is_open = action in _REGROUPINGS and not ids & (done | {*mended})
        if is_open or action in (PUT_BACK, "restore"):
            kept |= {row.id for row in entry.after if _is_unchanged(state, row)}
    return kept


def _is_unchanged(state: ReviewState, row: BeadRow) -> bool:
    """Return whether a row still has the content that it had in the history."""
    return row.id in state.places and content(state.row(row.id)) == content(row)


def _find_mended(
    state: ReviewState,
    cause: HistoryEntry,
    problem: "AlignmentProblem",
    looked_at: Collection[str],
) -> set[str]:
    """Return the rows of a decision that seem right, while their author still looks at them."""
    ids = {row.id for row in cause.after} & {*looked_at}
    rows = [row for row in state.rows if row.id in ids]
    if not rows:
        return set()
    decided = (row for row in state.rows if has_decision(row) and not row.crossing)
    try:
        chances = problem.given(state.to_beads(decided)).probability(state.to_beads(rows))
    except MatchError:
        return set()
    return {row.id for row, chance in zip(rows, chances, strict=True) if chance >= LIKELY}


def _fix(state: ReviewState, certain: Collection[str], links: Sequence[BeadRow]) -> list[Bead]:
    """Return the beads that the alignment must contain; the texts of a cross-link stand alone."""
    beads = [*state.to_beads(row for row in state.rows if row.id in certain and not row.crossing)]
    for bead in state.to_beads(links):
        beads += [Bead(bead.zh, ()), Bead((), bead.en)]
    return beads


def _find_table_rows(state: ReviewState) -> set[str]:
    """Return the ids of the rows with text of a table, whose rows the texts themselves give."""
    found: set[str] = set()
    for row in state.rows:
        for language in LANGUAGES:
            known = state.sentences(language)
            if any(known[name].table_row for name in sentence_ids(row, language)):
                found.add(row.id)
    return found


def _find_stretches(
    state: ReviewState, beads: Iterable[Bead], links: Iterable[BeadRow]
) -> Iterator[tuple[Sequence[BeadRow], Sequence[Bead]]]:
    """Yield runs of rows, each with other beads of the same sentences, as short as possible."""
    rows = [row for row in state.rows if not row.crossing]
    old = state.to_beads(rows)
    linked_zh = {number for bead in state.to_beads(links) for number in bead.zh}
    linked_en = {number for bead in state.to_beads(links) for number in bead.en}
    new = [bead for bead in beads if not linked_zh & {*bead.zh} and not linked_en & {*bead.en}]
    row_at = {border: at for at, border in enumerate(_list_borders(old))}
    bead_at = {border: at for at, border in enumerate(_list_borders(new))}
    for start, stop in pairwise(border for border in row_at if border in bead_at):
        run = slice(row_at[start], row_at[stop])
        made = new[bead_at[start] : bead_at[stop]]
        if [(bead.zh, bead.en) for bead in old[run]] != [(bead.zh, bead.en) for bead in made]:
            yield rows[run], made


def _list_borders(beads: Iterable[Bead]) -> list[tuple[int, int]]:
    """Return how many sentences of each side come before the first bead and after each."""
    borders = [(0, 0)]
    for bead in beads:
        zh, en = borders[-1]
        borders.append((zh + len(bead.zh), en + len(bead.en)))
    return borders


def name_operation(realignment: Realignment) -> str:
    """Return the name under which a realignment is stored once, whoever finds it."""
    return f"{ALIGNER}-{realignment.cause.decision.op}-{realignment.edit.before[0].id}"


def renew(state: ReviewState, realignment: Realignment) -> Edit:
    """Return the edit of a realignment on the rows as they are now.

    :raises InvalidEditError: if one of them has changed since.
    """
    before = realignment.edit.before
    run = state.row_range(row.id for row in before)
    if not all(_is_unchanged(state, row) for row in before):
        raise InvalidEditError(N_("one of these rows has changed; nothing was realigned"))
    edit = regroup(state, run, [cells_of(row) for row in realignment.edit.after])
    chances = {(row.zh, row.en): row.probability for row in realignment.edit.after}
    after = (replace(row, probability=chances[row.zh, row.en]) for row in edit.after)
    return replace(edit, after=tuple(after))


def find_realigned_rows(
    state: ReviewState, log: Sequence[HistoryEntry]
) -> Mapping[str, HistoryEntry]:
    """Return the rows that were realigned after a decision and not touched since, by id.

    Each comes with the entry of the history that made it.
    """
    entries = (entry for entry in standing_entries(log) if entry.decision.action == REALIGN)
    return {row.id: entry for entry in entries for row in entry.after if _is_unchanged(state, row)}


def put_back(state: ReviewState, log: Sequence[HistoryEntry], seq: int) -> Edit:
    """Return the edit that restores the rows before a realignment."""
    for entry in standing_entries(log):
        if entry.seq == seq and entry.decision.action == REALIGN:
            return revert(state, entry)
    raise InvalidEditError(N_("these rows have already been put back"))
