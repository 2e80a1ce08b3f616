"""The table of other aligners, each behind the same function.

Our own engine is :mod:`align.match`; these give a second opinion, or work without a model. All
keep one contract: every sentence is in exactly one bead, in order, beads with an empty side
included. None of them gives probabilities.
"""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from ..encoders.base import Encoder
from ..errors import MatchError, TextError
from ..records import Bead


@dataclass(frozen=True, slots=True)
class EngineEntry:
    """One row of the table: module, description, required package, Python version."""

    module: str
    about: str
    requires: str
    extra: str
    python: tuple[int, int] = (3, 11)


@dataclass(frozen=True, slots=True)
class SpanPair:
    """Indices of a zh span and an en span, as an engine found them."""

    zh: tuple[int, ...]
    en: tuple[int, ...]


ENGINES: dict[str, EngineEntry] = {
    "galechurch": EngineEntry(
        module=".galechurch",
        about="lengths only (Gale and Church 1993): no model, fast, far less accurate",
        requires="galechurch",
        extra="peers",
    ),
    "bertalign": EngineEntry(
        module=".bertalign",
        about="Bertalign's two passes (Liu and Zhu 2022), GPL-3.0, on any encoder; Python 3.12",
        requires="bertalign",
        extra="bertalign",
        python=(3, 12),
    ),
}


class _Engine(Protocol):
    def pairs(
        self, zh: Sequence[str], en: Sequence[str], encoder: Encoder | None
    ) -> list[SpanPair]: ...


def align_with(
    name: str, zh: Sequence[str], en: Sequence[str], *, encoder: Encoder | None = None
) -> tuple[Bead, ...]:
    """Align two lists of sentences with the engine of that name.

    :param encoder: for ``bertalign``; its own choice, LaBSE from the hub, when left out.
    :raises MatchError: there is no such engine, it is not installed, or it broke the contract.
    :raises TextError: a sentence is empty or has a line break, which the engine cannot take.
    """
    entry = _entry(name)
    if not zh or not en:
        return complete_beads([], len(zh), len(en), name)
    engine = cast(_Engine, import_module(entry.module, __package__))
    return complete_beads(engine.pairs(zh, en, encoder), len(zh), len(en), name)


def complete_beads(
    pairs: Sequence[SpanPair], zh_count: int, en_count: int, name: str
) -> tuple[Bead, ...]:
    """Return the pairs as beads, with the sentences that an engine left out in beads of their own.

    :raises MatchError: sentences are repeated, out of order, or not there.
    """
    found: list[Bead] = []
    zh_next = en_next = 0
    for pair in [*pairs, SpanPair((zh_count,), (en_count,))]:
        zh_start = pair.zh[0] if pair.zh else zh_next
        en_start = pair.en[0] if pair.en else en_next
        if pair.zh != tuple(range(zh_start, zh_start + len(pair.zh))) or zh_start < zh_next:
            raise MatchError(_broken(name, "zh", pair.zh))
        if pair.en != tuple(range(en_start, en_start + len(pair.en))) or en_start < en_next:
            raise MatchError(_broken(name, "en", pair.en))
        found += [Bead((i,), ()) for i in range(zh_next, zh_start)]
        found += [Bead((), (j,)) for j in range(en_next, en_start)]
        found.append(Bead(pair.zh, pair.en))
        zh_next, en_next = zh_start + len(pair.zh), en_start + len(pair.en)
    if (zh_next, en_next) != (zh_count + 1, en_count + 1):
        raise MatchError(_broken(name, "zh and en", (zh_next - 2, en_next - 2)))
    return tuple(bead for bead in found[:-1] if bead.zh or bead.en)


def check_single_lines(sentences: Sequence[str], side: str, name: str) -> None:
    """Raise :class:`TextError` for what cannot be one line of a text."""
    for number, sentence in enumerate(sentences):
        if len(sentence.splitlines()) != 1 or not sentence.strip():
            what = "is empty" if not sentence.strip() else "has a line break"
            raise TextError(
                f"{side} sentence {number} {what}; {name} takes one sentence a line: "
                "leave it out, or use our own engine"
            )


def _entry(name: str) -> EngineEntry:
    entry = ENGINES.get(name)
    if entry is None:
        raise MatchError(f"there is no engine {name!r}; there are {', '.join(ENGINES)}")
    if importlib.util.find_spec(entry.requires) is None:
        python = ".".join(map(str, entry.python))
        raise MatchError(
            f'Engine {name!r} is not installed: pip install "briefing-align[{entry.extra}]" '
            f"(on Python {python} or newer)"
        )
    return entry


def _broken(name: str, side: str, indices: tuple[int, ...]) -> str:
    return (
        f"Engine {name!r} gave {side} sentences {list(indices)} out of order or out of range; "
        "use our own engine for this text."
    )
