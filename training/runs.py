"""Small gold texts drawn from a long one, of three kinds, each a run of one to eight beads.

*true*: as it stands; *unrelated*: with the English of another run of the text; *partly*: the
English of some beads comes from another run.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from align.aligner.evaluate import Gold, Link

KINDS = ("true", "unrelated", "partly")

SIZES = (1, 2, 3, 4, 5, 8)

MORE = 2
"""Translations that are drawn for each text of another kind."""

APART = 10
"""Beads between a run and the one that strange English is taken from, at the least."""


@dataclass(frozen=True)
class Part:
    """The texts of a bead; one side may be empty."""

    zh: tuple[str, ...]
    en: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """A small text, of what kind it is and of how many beads it was made."""

    kind: str
    size: int
    gold: Gold


def draw(gold: Gold, each: int, seed: int) -> Iterator[Run]:
    """Yield small texts drawn from a long one, ``each`` of every kind and size; more true ones."""
    random = np.random.default_rng([seed, len(gold.zh), len(gold.en)])
    parts = [
        Part(tuple(gold.zh[i] for i in zh), tuple(gold.en[j] for j in en))
        for zh, en in gold.beads
        if zh and en
    ]
    for size in SIZES:
        last = len(parts) - size
        for kind in KINDS:
            if kind == "partly" and size == 1:
                continue
            many = MORE * each if kind == "true" else each
            for start in random.choice(last, many, replace=last < many).tolist():
                far = [n for n in range(last) if abs(n - start) > APART] or [start]
                at = int(random.choice(far))
                if at == start and kind != "true":
                    continue  # a short text has no other run far enough
                run, other = parts[start : start + size], parts[at : at + size]
                yield Run(kind, size, _text(gold.id, _changed(run, other, kind, random)))


def _changed(
    run: list[Part], other: list[Part], kind: str, random: np.random.Generator
) -> list[Part]:
    if kind == "true":
        return run
    if kind == "unrelated":
        return [*(Part(part.zh, ()) for part in run), *(Part((), part.en) for part in other)]
    gone = random.random(len(run)) < 0.5
    kept, lost = random.choice(len(run), 2, replace=False)
    gone[kept], gone[lost] = False, True
    changed: list[Part] = []
    for part, strange, lose in zip(run, other, gone, strict=True):
        changed += [Part(part.zh, ()), Part((), strange.en)] if lose else [part]
    return changed


def _text(name: str, parts: list[Part]) -> Gold:
    """Join parts to a gold text; what is left over is left over sentence by sentence."""
    zh: list[str] = []
    en: list[str] = []
    beads: list[Link] = []
    for part in parts:
        left = tuple(range(len(zh), len(zh) + len(part.zh)))
        right = tuple(range(len(en), len(en) + len(part.en)))
        if left and right:
            beads.append((left, right))
        else:
            beads += [*(((i,), ()) for i in left), *(((), (j,)) for j in right)]
        zh += part.zh
        en += part.en
    return Gold(name, tuple(zh), tuple(en), tuple(beads))
