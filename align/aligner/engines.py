"""Other aligners, each behind the same function.

Our own engine is :mod:`align.aligner.match`; these give a second opinion, or work without a model.
All keep one contract: every sentence is in exactly one bead, in order, beads with an empty side
included. None of them gives probabilities.
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
    """One engine: its function, the extra it needs, and the oldest Python that has it."""

    align: AlignFunction
    extra: str
    python: tuple[int, int] = (3, 11)


_CELLS = 400_000_000
"""Largest table, one byte a cell: 20,000 by 20,000 sentences in 400 MB."""

_VARIANCE = 4.0
"""Of a length in Chinese characters, per character. Of .3 to 40, this and 2 were best: strict F1
.448 on mac-dev and .772 on scio-dev, against .385 and .784 with all of the wheel's own numbers,
which are those of European languages."""


def _align_by_length(zh: Sequence[str], en: Sequence[str], _encoder: Encoder | None) -> list[Bead]:
    """Align by length alone (Gale and Church 1993): no model, fast, far less accurate.

    English lengths are put in Chinese characters first, by the ratio of the two texts. (The
    wheel's own ``mean_xy`` cannot do that: with the measured ratio of 2.9 it aligns nothing.)

    :raises TextError: the texts are too long for a table of all pairs.
    """
    import galechurch

    zh_lengths, en_lengths = (
        [len(sentence.replace(" ", "")) for sentence in side] for side in (zh, en)
    )
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
                "{count} by {total} sentences are too many for engine 'galechurch' ({error}); "
                "use our own engine, or cut the texts at a chapter"
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
    """Align in Bertalign's two passes (Liu and Zhu 2022) over the vectors of an encoder.

    The package is under GPL-3.0 and needs Python 3.12. Nothing of it is copied here.
    """
    bertalign: Any = import_module("bertalign")  # from Python 3.12 on only

    class Ours(bertalign.Encoder):  # type: ignore[misc] # untyped
        """Our encoder in the shape of the package's: it asks ``model.encode`` for vectors."""

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
"""Name to engine."""


def require_installed(name: str) -> None:
    """Check that an engine can run here; load nothing.

    :raises MatchError: its package is missing, or this Python is too old for it.
    """
    entry = ENGINES[name]
    if sys.version_info < entry.python:
        oldest = ".".join(map(str, entry.python))
        raise MatchError(
            N_("engine {name!r}: needs Python {oldest} or newer; run it with that"),
            name=name,
            oldest=oldest,
        )
    require(entry.extra, f"engine {name!r}", error=MatchError)


def align_with(
    name: str, zh: Sequence[str], en: Sequence[str], *, encoder: Encoder | None = None
) -> tuple[Bead, ...]:
    """Align two lists of sentences with the engine of that name.

    :param encoder: for ``bertalign``, which needs one.
    :raises MatchError: the engine is not installed, or it broke the contract.
    :raises TextError: the texts are too long for the engine.
    """
    require_installed(name)
    entry = ENGINES[name]
    pairs = entry.align(zh, en, encoder) if zh and en else []
    return complete_beads(pairs, len(zh), len(en))


def complete_beads(pairs: Sequence[Bead], zh_count: int, en_count: int) -> tuple[Bead, ...]:
    """Return the pairs as beads, with the sentences that an engine left out in beads of their own.

    :raises MatchError: sentences are repeated, out of order, or not there.
    """
    complete: list[Bead] = []
    zh_next = en_next = 0
    for pair in [*pairs, Bead((zh_count,), (en_count,))]:
        zh_start = pair.zh[0] if pair.zh else zh_next
        en_start = pair.en[0] if pair.en else en_next
        complete += [Bead((i,), ()) for i in range(zh_next, zh_start)]
        complete += [Bead((), (j,)) for j in range(en_next, en_start)]
        complete.append(pair)
        zh_next, en_next = zh_start + len(pair.zh), en_start + len(pair.en)
    beads = tuple(bead for bead in complete[:-1] if bead.zh or bead.en)
    for side, count in (("zh", zh_count), ("en", en_count)):
        if [at for bead in beads for at in getattr(bead, side)] != [*range(count)]:
            raise MatchError(
                N_("the engine gave {side} sentences out of order; use our own engine"), side=side
            )
    return beads
