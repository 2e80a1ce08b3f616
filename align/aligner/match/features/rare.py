"""Features that are rare in gold: separators, stage directions, roles, paired paragraphs.

A separator has no letters; a stage direction is in brackets, for instance "(Laughter)". Both often
have no translation. A bead rarely joins a question and its answer.

Paragraphs are paired by number if both texts have the same number of them, in the whole text or in
a turn. Turns are paired if the sequences of roles agree, from the start and from the end; a missing
label shifts the turns between. Units are not paired if the encoder contradicts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Postfix, Prefix

from ...arrays import I32
from ..lattice import Edges
from ..results import Side, Vectors
from .columns import Columns, running_sums, to_floats
from .similarity import Similarity
from .surface import Surface

RunPair = tuple[range, range]

AROUND = 2
"""Number of pairs on either side that are checked with each pair."""

NEARER = 0.7
"""Least share of these pairs that are more similar than pairs shifted by one."""


def aside_features(surface: Surface, edges: Edges) -> Columns:
    """Return counts of separators and stage directions: skipped, in one span, in both spans."""
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
    """Return whether one span asks and the other answers, and whether a span does both.

    Questions are turns of the media; answers are turns of speakers and chairs.
    """
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
    """The number of the pair of each sentence, -1 for none; int32 (sentences,) per text."""

    zh: I32
    en: I32

    @staticmethod
    def of(zh: Side, en: Side, similarity: Similarity) -> "Pairing":
        """Pair the paragraphs, and the turns whose paragraphs cannot be paired."""
        zh_numbers = np.full(len(zh.sentences), -1, np.int32)
        en_numbers = np.full(len(en.sentences), -1, np.int32)
        pairs = list(_find_pairs(zh, en))
        if len(pairs) > 1:
            for number in np.flatnonzero(_are_near(pairs, similarity)).tolist():
                ours, theirs = pairs[number]
                zh_numbers[ours.start : ours.stop] = number
                en_numbers[theirs.start : theirs.stop] = number
        return Pairing(zh_numbers, en_numbers)


def pairing_features(pairing: Pairing, edges: Edges) -> Columns:
    """Return whether the spans of a bead are in different pairs, at the start or at the end."""
    leaves = np.zeros(len(edges), bool)
    full = np.flatnonzero(edges.full)
    a, b, c, d = edges.take(full).parts
    for zh, en in ((pairing.zh[a], pairing.en[c]), (pairing.zh[b - 1], pairing.en[d - 1])):
        leaves[full] |= (zh >= 0) & (en >= 0) & (zh != en)
    return {"leaves its pair": to_floats(leaves)}


def _find_pairs(zh: Side, en: Side) -> Iterator[RunPair]:
    whole = range(len(zh.sentences)), range(len(en.sentences))
    texts = _units(zh.paragraphs, whole[0]), _units(en.paragraphs, whole[1])
    if len(texts[0]) == len(texts[1]) > 1:
        yield from zip(*texts, strict=True)
        return
    for ours, theirs in _turns(zh, en):
        parts = _units(zh.paragraphs, ours), _units(en.paragraphs, theirs)
        if len(parts[0]) == len(parts[1]):
            yield from zip(*parts, strict=True)
        else:
            yield ours, theirs


def _turns(zh: Side, en: Side) -> list[RunPair]:
    """Return the paired turns: from both ends of the texts, as long as the roles are equal."""
    if not all((zh.roles, en.roles, zh.turns, en.turns)):
        return []
    ours, theirs = (_units(side.turns, range(len(side.sentences))) for side in (zh, en))
    roles = [zh.roles[turn.start] for turn in ours], [en.roles[turn.start] for turn in theirs]
    if roles[0] == roles[1]:
        return list(zip(ours, theirs, strict=True))
    # The last equal turn may include the next turn, if that has no label.
    head = max(Prefix.similarity(*roles) - 1, 0)
    tail = max(Postfix.similarity(*roles) - 1, 0)
    tail = min(tail, len(ours) - head, len(theirs) - head)
    return [
        *zip(ours[:head], theirs[:head], strict=True),
        *zip(ours[len(ours) - tail :], theirs[len(theirs) - tail :], strict=True),
    ]


def _units(numbers: Sequence[int], within: range) -> list[range]:
    """Return the ranges of equal numbers in a range of sentences; the whole range if unknown."""
    if not numbers or not within:
        return [within]
    inner = [n for n in within[1:] if numbers[n] != numbers[n - 1]]
    return [range(*ends) for ends in pairwise([within.start, *inner, within.stop])]


def _are_near(pairs: Sequence[RunPair], similarity: Similarity) -> NDArray[np.bool_]:
    """Return whether most pairs around each pair are more similar than pairs shifted by one."""
    zh = _mean_vectors(similarity.zh.sentences(), [ours for ours, _ in pairs])
    en = _mean_vectors(similarity.en.sentences(), [theirs for _, theirs in pairs])
    same = np.einsum("ij,ij->i", zh, en)
    ahead = np.einsum("ij,ij->i", zh[:-1], en[1:])
    back = np.einsum("ij,ij->i", zh[1:], en[:-1])
    nearer = same > np.maximum(np.append(ahead, -1), np.append(-1, back))
    sums = running_sums(nearer)
    low = np.maximum(np.arange(len(pairs)) - AROUND, 0)
    high = np.minimum(np.arange(len(pairs)) + AROUND + 1, len(pairs))
    near: NDArray[np.bool_] = sums[high] - sums[low] >= NEARER * (high - low)
    return near


def _mean_vectors(vectors: Vectors, units: Sequence[range]) -> Vectors:
    """Return the mean vector of each range of sentences, scaled to norm 1."""
    means = np.stack([vectors[unit.start : unit.stop].mean(0) for unit in units])
    scaled: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True).clip(1e-6)
    return scaled
