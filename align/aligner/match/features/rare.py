"""Features of what is rare in gold: separators, stage directions, who speaks, paragraphs in pairs.

A separator has no letters; a stage direction stands in brackets, as "(Laughter)" does. Both often
have no counterpart. A bead seldom joins what one asks to what another answers.

In pairs, the n-th paragraph of a side is the translation of the other's n-th. Paragraphs are in
pairs where both sides have equally many, in the whole text or in a turn. Turns are in pairs where
the sequences of roles agree, from the start and from the end: a missing label shifts those between.
Where the encoder contradicts, there are no pairs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Postfix, Prefix

from ..lattice import Edges
from ..results import Side
from .columns import Columns, running_sums, to_floats
from .similarity import Similarity
from .surface import Surface

Ints = NDArray[np.int32]
Pair = tuple[range, range]

AROUND = 2
"""Pairs on either side that are looked at with each one."""

NEARER = 0.7
"""Share of these that are nearer to each other than to the next one and the one before."""


def aside_features(surface: Surface, edges: Edges) -> Columns:
    """Return whether separators and stage directions are left out, or stand in one span only."""
    a, b, c, d = edges.parts
    zh, en, one_sided = surface.zh, surface.en, ~edges.full
    columns: Columns = {}
    for name, left, right in (
        ("separator", zh.separators, en.separators),
        ("aside", zh.asides, en.asides),
    ):
        ours, theirs = left[b] - left[a], right[d] - right[c]
        columns[f"{name} left out"] = to_floats((ours + theirs) * one_sided)
        columns[f"{name} in one"] = to_floats(np.minimum(np.abs(ours - theirs), 2) * edges.full)
        columns[f"{name} in both"] = to_floats(np.minimum(ours, theirs) * edges.full)
    return columns


def role_features(surface: Surface, edges: Edges) -> Columns:
    """Return whether one span asks and the other answers, and whether a span does both."""
    a, b, c, d = edges.parts
    zh, en = surface.zh, surface.en
    zh_asks, zh_answers = zh.asked[b] > zh.asked[a], zh.answered[b] > zh.answered[a]
    en_asks, en_answers = en.asked[d] > en.asked[c], en.answered[d] > en.answered[c]
    differ = (zh_asks & ~zh_answers & en_answers & ~en_asks) | (
        zh_answers & ~zh_asks & en_asks & ~en_answers
    )
    both = (zh_asks & zh_answers) | (en_asks & en_answers)
    return {"roles differ": to_floats(differ), "roles joined": to_floats(both)}


# --- paragraphs in pairs --------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Pairing:
    """The pair that each sentence is in, -1 for none; int32 (sentences,)."""

    zh: Ints
    en: Ints

    @staticmethod
    def of(zh: Side, en: Side, similarity: Similarity) -> "Pairing":
        """Pair paragraphs, and turns of other paragraphs."""
        found = Pairing(*(np.full(len(side.sentences), -1, np.int32) for side in (zh, en)))
        pairs = list(_find_pairs(zh, en))
        if len(pairs) > 1:
            for number in np.flatnonzero(_are_near(pairs, similarity)).tolist():
                for numbers, unit in zip((found.zh, found.en), pairs[number], strict=True):
                    numbers[unit.start : unit.stop] = number
        return found


def pairing_features(pairing: Pairing, edges: Edges) -> Columns:
    """Return whether a bead leaves its pair, at its start or at its end."""
    leaves = np.zeros(len(edges), bool)
    full = np.flatnonzero(edges.full)
    a, b, c, d = edges.take(full).parts
    for zh, en in ((pairing.zh[a], pairing.en[c]), (pairing.zh[b - 1], pairing.en[d - 1])):
        leaves[full] |= (zh >= 0) & (en >= 0) & (zh != en)
    return {"leaves its pair": to_floats(leaves)}


def _find_pairs(zh: Side, en: Side) -> Iterator[Pair]:
    whole = range(len(zh.sentences)), range(len(en.sentences))
    texts = _units(zh.paragraphs, whole[0]), _units(en.paragraphs, whole[1])
    if len(texts[0]) == len(texts[1]) > 1:
        yield from zip(*texts, strict=True)
        return
    for ours, theirs in _turns(zh, en):
        parts = _units(zh.paragraphs, ours), _units(en.paragraphs, theirs)
        yield from zip(*parts, strict=True) if len(parts[0]) == len(parts[1]) else [(ours, theirs)]


def _turns(zh: Side, en: Side) -> list[Pair]:
    """Return the turns in pairs: from both ends, as far as roles are the same."""
    if not all((zh.roles, en.roles, zh.turns, en.turns)):
        return []
    ours, theirs = (_units(side.turns, range(len(side.sentences))) for side in (zh, en))
    roles = [zh.roles[turn.start] for turn in ours], [en.roles[turn.start] for turn in theirs]
    if roles[0] == roles[1]:
        return list(zip(ours, theirs, strict=True))
    # The last turn that is the same may hold the next one, whose label is missing.
    head = max(Prefix.similarity(*roles) - 1, 0)
    tail = max(Postfix.similarity(*roles) - 1, 0)
    tail = min(tail, len(ours) - head, len(theirs) - head)
    return [
        *zip(ours[:head], theirs[:head], strict=True),
        *zip(ours[len(ours) - tail :], theirs[len(theirs) - tail :], strict=True),
    ]


def _units(numbers: Sequence[int], within: range) -> list[range]:
    """Return the runs of equal numbers in a range of sentences; one run when there are none."""
    if not numbers or not within:
        return [within]
    inner = [n for n in within[1:] if numbers[n] != numbers[n - 1]]
    return [range(*ends) for ends in pairwise([within.start, *inner, within.stop])]


def _are_near(pairs: Sequence[Pair], similarity: Similarity) -> NDArray[np.bool_]:
    """Return whether most of the pairs around each are nearer than those that are one off."""
    zh, en = (
        np.stack([vectors[unit.start : unit.stop].mean(0) for unit in units])
        for vectors, units in zip(
            (similarity.zh[0], similarity.en[0]), zip(*pairs, strict=True), strict=True
        )
    )
    zh, en = (side / np.linalg.norm(side, axis=1, keepdims=True).clip(1e-6) for side in (zh, en))
    same = np.einsum("ij,ij->i", zh, en)
    ahead, back = np.einsum("ij,ij->i", zh[:-1], en[1:]), np.einsum("ij,ij->i", zh[1:], en[:-1])
    nearer = same > np.maximum(np.append(ahead, -1), np.append(-1, back))
    sums = running_sums(nearer)
    low = np.maximum(np.arange(len(pairs)) - AROUND, 0)
    high = np.minimum(np.arange(len(pairs)) + AROUND + 1, len(pairs))
    near: NDArray[np.bool_] = sums[high] - sums[low] >= NEARER * (high - low)
    return near
