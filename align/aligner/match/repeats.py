"""Texts that repeat themselves: a list of equal lines, a page that was copied a thousand times.

Their spans are equal, too, so each different one is encoded once. Rows that are equal cannot be
told apart, so fewer candidate beads are compared. A text counts as one that repeats itself if at
most half of its sentences need to be encoded; briefings and books never do.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import I64

USUAL = 1_000
"""Sentences below which a text is encoded as it is, however much it repeats itself."""


@dataclass(frozen=True, eq=False)
class Repeats:
    """What is different in a text that repeats itself.

    ``kept`` are the sentences of a shorter text, in order, and ``place[i]`` is the sentence of the
    shorter text whose spans equal those that end with sentence i. ``unique`` are the sentences that
    occur once.
    """

    kept: I64
    place: I64
    unique: I64


def find_repeats(sentences: Sequence[str], longest: int) -> Repeats | None:
    """Return what is different in a text, or ``None`` if it does not repeat itself.

    :param longest: the number of sentences in the longest span.
    """
    if len(sentences) < USUAL:
        return None
    first_with: dict[tuple[str, ...], int] = {}
    first = [
        first_with.setdefault(tuple(sentences[max(0, end - longest + 1) : end + 1]), end)
        for end in range(len(sentences))
    ]
    # A span is encoded with the sentences that it begins with.
    needed = np.zeros(len(sentences), bool)
    for end in first_with.values():
        needed[max(0, end - longest + 1) : end + 1] = True
    kept = np.flatnonzero(needed)
    if 2 * len(kept) > len(sentences):
        return None
    counts = Counter(sentences)
    unique = [n for n, sentence in enumerate(sentences) if counts[sentence] == 1]
    return Repeats(kept, np.searchsorted(kept, first), np.asarray(unique, np.int64))


def list_single(count: int, known: Repeats | None) -> I64:
    """Return which of the sentences may be anchors: all, or if a text repeats itself, the unique.

    :param known: what :func:`find_repeats` found in the text.
    """
    return np.arange(count) if known is None else known.unique
