"""Other aligners for comparison, all with the same interface.

Our own engine is :mod:`align.aligner.match`. Every engine returns each sentence in exactly one
bead, in order, including beads with one empty side. These engines return no probabilities.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from ..errors import N_, MatchError, TextError
from ..extras import require
from ..records import Bead
from .encoders.base import Encoder

AlignFunction = Callable[[Sequence[str], Sequence[str], Encoder | None], list[Bead]]


@dataclass(frozen=True, slots=True)
class EngineEntry:
    """One engine: its function, the extra it needs, and the oldest Python that supports it."""

    align: AlignFunction
    extra: str
    python: tuple[int, int] = (3, 11)


_CELLS = 400_000_000
"""Maximum size of the table at one byte per cell: 20,000 by 20,000 sentences in 400 MB."""

_VARIANCE = 4.0
"""Variance of a length in Chinese characters, per character.

From 0.3 to 40, this value and 2 were best: strict F1 0.448 on mac-dev and 0.772 on scio-dev. With
all defaults of the wheel, which are for European languages, it is 0.385 and 0.784.
"""


def _align_by_length(zh: Sequence[str], en: Sequence[str], _encoder: Encoder | None) -> list[Bead]:
    """Align by length only (Gale and Church 1993): fast, without a model, much less accurate.

    English lengths are first converted to Chinese characters by the ratio of the two texts. The
    parameter ``mean_xy`` of the wheel cannot do this: with the measured ratio of 2.9 it aligns
    nothing.

    :raises TextError: if the texts are too long for a table of all pairs.
    """
    import galechurch

    zh_lengths = [len(sentence.replace(" ", "")) for sentence in zh]
    en_lengths = [len(sentence.replace(" ", "")) for sentence in en]
    ratio = max(1, sum(zh_lengths)) / max(1, sum(en_lengths))
    try:
        block = galechurch.align(
            ["x" * length for length in zh_lengths],
            ["x" * round(length * ratio) for length in en_lengths],
            variance_xy=_VARIANCE,
            max_block_size=_CELLS,
        )
    except ValueError as error:
        raise TextError(
            N_(
                "engine 'galechurch': {count} by {total} sentences are too many ({error}); use "
                "the built-in engine or split the texts by chapter"
            ),
            count=len(zh),
            total=len(en),
            error=error,
        ) from error
    return [
        Bead(
            tuple(range(bead.source_start, bead.source_end)),
            tuple(range(bead.target_start, bead.target_end)),
        )
        for bead in block.beads
    ]


def _align_by_bertalign(
    zh: Sequence[str], en: Sequence[str], encoder: Encoder | None
) -> list[Bead]:
    """Align with the two passes of Bertalign (Liu and Zhu 2022) on the vectors of an encoder.

    The package is licensed GPL-3.0 and needs Python 3.12. None of its code is copied here.
    """
    bertalign: Any = import_module("bertalign")  # not available before Python 3.12

    class Ours(bertalign.Encoder):  # type: ignore[misc] # untyped
        """Adapter of our encoder: the package calls ``model.encode``."""

        def __init__(self) -> None:
            self.model = encoder
            self.model_name = encoder.signature if encoder else ""

    aligner = bertalign.Bertalign("\n".join(zh), "\n".join(en), is_split=True, model=Ours())
    aligner.align_sents()
    return [Bead(tuple(map(int, left)), tuple(map(int, right))) for left, right in aligner.result]


ENGINES = {
    "galechurch": EngineEntry(_align_by_length, "peers"),
    "bertalign": EngineEntry(_align_by_bertalign, "bertalign", python=(3, 12)),
}
"""Engine by name."""


def require_installed(name: str) -> None:
    """Check that an engine can run here, without importing it.

    :raises MatchError: if its package is missing, or this Python is too old.
    """
    entry = ENGINES[name]
    if sys.version_info < entry.python:
        oldest = ".".join(map(str, entry.python))
        raise MatchError(
            N_("engine {name!r}: needs Python {oldest} or newer; run align with that version"),
            name=name,
            oldest=oldest,
        )
    require(entry.extra, f"engine {name!r}", error=MatchError)


def align_with(
    name: str, zh: Sequence[str], en: Sequence[str], *, encoder: Encoder | None = None
) -> tuple[Bead, ...]:
    """Return the beads of two lists of sentences, aligned by another engine.

    :param name: a name in :data:`ENGINES`.
    :param encoder: required by ``bertalign``.
    :raises MatchError: if the engine is not installed, or its result is invalid.
    :raises TextError: if the texts are too long for the engine.
    """
    require_installed(name)
    entry = ENGINES[name]
    pairs = entry.align(zh, en, encoder) if zh and en else []
    return complete_beads(pairs, len(zh), len(en))


def complete_beads(pairs: Sequence[Bead], zh_count: int, en_count: int) -> tuple[Bead, ...]:
    """Return the beads of an engine, plus one bead for each sentence that it omitted.

    :raises MatchError: if sentences are repeated, out of order, or do not exist.
    """
    complete: list[Bead] = []
    zh_next = 0
    en_next = 0
    for pair in [*pairs, Bead((zh_count,), (en_count,))]:
        zh_start = pair.zh[0] if pair.zh else zh_next
        en_start = pair.en[0] if pair.en else en_next
        complete += [Bead((i,), ()) for i in range(zh_next, zh_start)]
        complete += [Bead((), (j,)) for j in range(en_next, en_start)]
        complete.append(pair)
        zh_next = zh_start + len(pair.zh)
        en_next = en_start + len(pair.en)
    beads = tuple(bead for bead in complete[:-1] if bead.zh or bead.en)
    for side, count in (("zh", zh_count), ("en", en_count)):
        if [at for bead in beads for at in getattr(bead, side)] != [*range(count)]:
            raise MatchError(
                N_("the engine returned {side} sentences out of order; use the built-in engine"),
                side=side,
            )
    return beads
