"""Gold texts with stretches of sentences taken out of one side, as summaries leave them.

Stretches begin and end between beads; what stood opposite is left over, sentence by sentence.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from align.aligner.evaluate import Gold, Link
from align.records import Language

Value = TypeVar("Value")


@dataclass(frozen=True)
class Cut:
    """Stretches of ``run`` sentences to take out, until ``share`` of ``side`` is gone."""

    run: int
    share: float
    side: Language
    seed: int = 7

    @property
    def name(self) -> str:
        """The share and the length of the stretches."""
        return f"{self.share:.0%} in runs of {self.run}" if self.run > 1 else f"{self.share:.0%}, 1"

    def mirrored(self) -> "Cut":
        """Return the same cut of the other side."""
        return replace(self, side="en" if self.side == "zh" else "zh")


CUTS = (
    *(Cut(1, 0.1, "en", 99), Cut(3, 0.3, "zh", 99), Cut(12, 0.3, "en", 99), Cut(1, 0.2, "en", 98)),
    *(Cut(2, 0.15, "zh", 97), Cut(6, 0.45, "en", 96), Cut(1, 0.05, "zh", 95)),
    Cut(25, 0.45, "zh", 94),
)
"""What is taken out of the copies of every other text; of the rest, the other side."""


def cut(gold: Gold, what: Cut) -> Gold:
    """Return the gold text without stretches, no two of them adjacent."""
    left = _left(gold, what)
    count = len(gold.zh if what.side == "zh" else gold.en)
    new = {old: place for place, old in enumerate(left)}
    if len(new) == count:
        return gold

    def chosen(values: tuple[Value, ...]) -> tuple[Value, ...]:
        return tuple(values[n] for n in left) if values else ()

    beads = tuple(link for old in gold.beads for link in _shortened(old, new, what.side))
    if what.side == "zh":
        return replace(
            gold,
            zh=chosen(gold.zh),
            zh_paragraphs=chosen(gold.zh_paragraphs),
            zh_turns=chosen(gold.zh_turns),
            beads=beads,
        )
    return replace(
        gold,
        en=chosen(gold.en),
        en_paragraphs=chosen(gold.en_paragraphs),
        en_turns=chosen(gold.en_turns),
        beads=beads,
    )


def _left(gold: Gold, what: Cut) -> list[int]:
    """Return the sentences that stay."""
    random = np.random.default_rng([what.seed, what.run, round(100 * what.share)])
    side = 0 if what.side == "zh" else 1
    count = len(gold.zh if what.side == "zh" else gold.en)
    spans = sorted(link[side] for link in gold.beads if link[0] and link[1])
    gone: set[int] = set()
    used: set[int] = set()
    for start in random.permutation(len(spans)).tolist():
        stop, size = start, 0
        while stop < len(spans) and size < what.run:
            size += len(spans[stop])
            stop += 1
        alone = used.isdisjoint(range(start - 1, stop + 1))
        if alone and what.run <= size <= max(1, 2 * what.run - 1):
            used.update(range(start, stop))
            gone.update(n for span in spans[start:stop] for n in span)
        if len(gone) >= what.share * count:
            break
    return [n for n in range(count) if n not in gone]


def _shortened(link: Link, new: dict[int, int], side: Language) -> list[Link]:
    """Return what is left of a bead: itself, or the other side's sentences one by one."""
    ours, theirs = link if side == "zh" else link[::-1]
    kept = tuple(new[n] for n in ours if n in new)
    if kept or not ours:
        return [(kept, theirs) if side == "zh" else (theirs, kept)]
    return [((), (n,)) if side == "zh" else ((n,), ()) for n in theirs]
