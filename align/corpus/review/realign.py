"""Operations that call the aligner: scores, the best split, realignment, alternatives."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from ...errors import N_, MatchError
from ...records import LANGUAGES, Bead, Sentence
from ..store import BeadRow
from ..store.records import sentence_ids
from .operations import run_between_confirmed, unlinked_rows
from .queue import Checks, late_risk, worst_first
from .state import Cells, Edit, InvalidEditError, ReviewState, regroup

if TYPE_CHECKING:  # the matcher takes half a second to load
    from ...aligner.match import AlignmentProblem, Alternative


Aligner = Callable[[Sequence[Sentence], Sequence[Sentence]], "AlignmentProblem | None"]
"""Function that returns the prepared problem of two texts (its beads use sentence numbers),
or ``None`` if the aligner is unavailable or still loading."""


def score(edit: Edit, state: ReviewState, aligner: Aligner) -> Edit:
    """Return the edit with the probabilities of its new rows, if an aligner is available."""
    unscored = [row for row in edit.after if row.probability is None and not row.crossing]
    new = [row for row in unscored if row not in edit.before]
    after = state.apply(edit)
    problem = aligner(*after.ordered_sentences()) if new else None
    if problem is None:
        return edit
    values = problem.probability(after.to_beads(new))
    scores = {row.id: value for row, value in zip(new, values, strict=True)}
    scored = (replace(row, probability=scores.get(row.id, row.probability)) for row in edit.after)
    return replace(edit, after=tuple(scored))


def judge_given_accepted(state: ReviewState, problem: "AlignmentProblem") -> dict[str, float]:
    """Return the probability of each unreviewed row, by id, given that accepted rows are right.

    It is empty if the accepted rows contradict each other. Cross-linked rows are left out.
    """
    rows = [row for row in state.rows if not row.crossing]
    accepted = state.to_beads(row for row in rows if row.status == "accepted")
    unreviewed = [row for row in rows if row.status == "unreviewed"]
    try:
        given = problem.given(accepted)
    except MatchError:
        return {}
    values = given.probability(state.to_beads(unreviewed))
    return {row.id: value for row, value in zip(unreviewed, values, strict=True)}


LATE = 0.1
"""Risk of the least certain row below which the rest of the queue is ordered in another way.

Any value from .05 to .3 needs nearly as few rows (``benchmarks/README.md``).
"""


def judge_late(
    state: ReviewState,
    problem: "AlignmentProblem",
    judged: Mapping[str, float],
    checks: Checks,
) -> dict[str, float]:
    """Return the probabilities that order the queue once no row left is doubtful, else nothing.

    The errors left by then are mostly short additions that were joined to a neighbour. They stand
    out if the texts are expected to have omissions; elsewhere, such probabilities are too low.

    :param judged: the probabilities by :func:`judge_given_accepted`.
    """
    queue = worst_first(state.rows, checks, judged)
    if not queue or late_risk(queue[0], judged, checks) > LATE:
        return {}
    return judge_given_accepted(state, problem.with_omissions)


def best_split(state: ReviewState, row: BeadRow, aligner: Aligner) -> tuple[int, int]:
    """Choose how many Chinese and English sentences stay in the upper row when a row is split.

    With an aligner, the two rows are the most probable ones; until it is loaded, both texts are
    divided in the most similar shares.
    """
    if max(len(row.zh), len(row.en)) < 2:
        raise InvalidEditError(
            N_("this row has only one sentence; split the sentence itself first")
        )
    cuts = [
        (zh, en)
        for zh, en in product(range(len(row.zh) + 1), range(len(row.en) + 1))
        if 0 < zh + en < len(row.zh) + len(row.en)
    ]
    full = [(zh, en) for zh, en in cuts if 0 < zh < len(row.zh) and 0 < en < len(row.en)]
    cuts = full or cuts
    problem = aligner(*state.ordered_sentences())
    if problem is None:
        return min(cuts, key=partial(_measure_mismatch, state, row))
    (bead,) = state.to_beads([row])
    upper = [Bead(bead.zh[:zh], bead.en[:en]) for zh, en in cuts]
    lower = [Bead(bead.zh[zh:], bead.en[en:]) for zh, en in cuts]
    scores = problem.probability([*upper, *lower])
    both = [scores[at] * scores[at + len(cuts)] for at in range(len(cuts))]
    return cuts[both.index(max(both))]


def _measure_mismatch(state: ReviewState, row: BeadRow, cut: tuple[int, int]) -> float:
    """Return how far the shares of the two texts before a cut differ, from 0 to 1."""
    shares: list[float] = []
    for language, count in zip(LANGUAGES, cut, strict=True):
        known = state.sentences(language)
        lengths = [len(known[name].clean) for name in sentence_ids(row, language)]
        shares.append(sum(lengths[:count]) / sum(lengths) if sum(lengths) else 0.0)
    return abs(shares[0] - shares[1])


def realign(state: ReviewState, row_ids: Sequence[str], aligner: Aligner) -> Edit:
    """Realign a run of rows; all rows around it stay unchanged.

    :param row_ids: the rows of the run; a single row means the whole run between the nearest
        confirmed rows.
    """
    problem = aligner(*state.ordered_sentences())
    if problem is None:
        raise InvalidEditError(N_("the aligner is still loading; try again in a moment"))
    several = len(row_ids) > 1
    run = state.row_range(row_ids) if several else run_between_confirmed(state, row_ids[0])
    outside = [row for place, row in enumerate(state.rows) if place not in run]
    fixed = state.to_beads(row for row in outside if not row.crossing)
    inside = _numbers(state.to_beads(state.rows[run.start : run.stop]))
    beads = problem.solve(fixed).alignment.beads
    return replace_run(state, run, [bead for bead in beads if _numbers([bead]) <= inside])


def replace_run(state: ReviewState, run: range, beads: Sequence[Bead]) -> Edit:
    """Replace the rows of a run with beads of the same sentences, numbered as in the state."""
    unlinked_rows(state, run)
    zh, en = (list(state.sentence_numbers(language)) for language in LANGUAGES)
    cells = [Cells(tuple(zh[n] for n in bead.zh), tuple(en[n] for n in bead.en)) for bead in beads]
    edit = regroup(state, run, cells)
    scores = {(c.zh, c.en): bead.probability for c, bead in zip(cells, beads, strict=True)}
    after = tuple(replace(row, probability=scores.get((row.zh, row.en))) for row in edit.after)
    return replace(edit, after=after)


@dataclass(frozen=True, slots=True)
class AlternativeRows:
    """Alternatives for the rows of a run, without the present alignment."""

    run: range = range(0)
    alternatives: "tuple[Alternative, ...]" = ()


def find_alternatives(state: ReviewState, row_id: str, aligner: Aligner) -> AlternativeRows:
    """Return other ways to align the text around a row; empty if the aligner is certain."""
    problem = aligner(*state.ordered_sentences())
    if problem is None:
        return AlternativeRows()
    place = state.place(row_id)
    accepted = (row for row in state.rows if row.status == "accepted" and not row.crossing)
    fixed = state.to_beads(row for row in accepted if row.id != row_id)
    beads = state.to_beads(state.rows)
    own = _numbers([beads[place]])
    for stretch in problem.solve(fixed).alternatives:
        if stretch and own & (wanted := _numbers(stretch[0].beads)):
            run = _run_of(beads, wanted)
            present = _cells_of(beads[run.start : run.stop])
            others = tuple(way for way in stretch if _cells_of(way.beads) != present)
            return AlternativeRows(run, others) if len(run) else AlternativeRows()
    return AlternativeRows()


def _cells_of(beads: Iterable[Bead]) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    return {(bead.zh, bead.en) for bead in beads}


def choose_alternative(state: ReviewState, row_id: str, key: str, aligner: Aligner) -> Edit:
    """Replace rows by the alternative with this key."""
    found = find_alternatives(state, row_id, aligner)
    for alternative in found.alternatives:
        if alternative_key(state, alternative) == key:
            return replace_run(state, found.run, alternative.beads)
    raise InvalidEditError(N_("this alternative is no longer available; check the row again"))


def alternative_key(state: ReviewState, alternative: "Alternative") -> str:
    """Return the key of an alternative: a hash of its beads' sentences, independent of its rank."""
    zh, en = (tuple(state.sentence_numbers(language)) for language in LANGUAGES)
    beads = [[[zh[at] for at in bead.zh], [en[at] for at in bead.en]] for bead in alternative.beads]
    return hashlib.sha256(json.dumps(beads).encode()).hexdigest()[:16]


def _run_of(beads: Sequence[Bead], wanted: set[tuple[str, int]]) -> range:
    """Return the rows that contain exactly these sentences, or an empty range."""
    places = [at for at, bead in enumerate(beads) if _numbers([bead]) & wanted]
    if not places or places[-1] - places[0] != len(places) - 1:
        return range(0)
    run = range(places[0], places[-1] + 1)
    return run if _numbers(beads[run.start : run.stop]) == wanted else range(0)


def _numbers(beads: Iterable[Bead]) -> set[tuple[str, int]]:
    """Return the sentences of beads, each with its side."""
    found: set[tuple[str, int]] = set()
    for bead in beads:
        found.update(("zh", number) for number in bead.zh)
        found.update(("en", number) for number in bead.en)
    return found
