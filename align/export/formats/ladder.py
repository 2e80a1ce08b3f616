"""Vecalign's ladder: one bead a line, ``[zh indices]:[en indices]:probability``, 0-based."""

import re
from collections.abc import Iterable
from dataclasses import replace

from ...errors import FormatError
from ...records import Bead

_LINE = re.compile(r"\s*\[([\d,\s]*)\]\s*:\s*\[([\d,\s]*)\]\s*(?::\s*([-+\d.eE]+))?\s*$")


def format_bead(bead: Bead) -> str:
    """Write one bead.

    >>> format_bead(Bead((0, 1), (0,), 0.9731))
    '[0, 1]:[0]:0.9731'
    >>> format_bead(Bead((), (4,)))
    '[]:[4]'
    """
    zh, en = list(bead.zh), list(bead.en)
    return f"{zh}:{en}" if bead.probability is None else f"{zh}:{en}:{bead.probability:.4f}"


def read_ladder(lines: Iterable[str], *, name: str) -> tuple[Bead, ...]:
    """Read a ladder; blank lines are passed over.

    The numbers of other tools may be costs or scores: where one is no probability, none is taken.

    :raises FormatError: naming the line that is no bead.
    """
    beads = []
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            beads.append(_bead(text))
        except ValueError as error:
            raise FormatError(
                f"{name}: line {number} is no bead: {text.strip()[:60]!r}; "
                "a bead looks like [0, 1]:[0]:0.97"
            ) from error
    if any(bead.probability is not None and not 0 <= bead.probability <= 1 for bead in beads):
        return tuple(replace(bead, probability=None) for bead in beads)
    return tuple(beads)


def _bead(text: str) -> Bead:
    """Read a line; a :class:`ValueError` says that it is no bead."""
    match = _LINE.match(text)
    if match is None:
        raise ValueError(text)
    zh, en, probability = match.groups()
    return Bead(_indices(zh), _indices(en), None if probability is None else float(probability))


def _indices(text: str) -> tuple[int, ...]:
    return tuple(int(item) for item in text.split(",") if item.strip())


def check_coverage(beads: Iterable[Bead], zh: int, en: int, *, name: str) -> None:
    """Refuse a ladder that misses, repeats or invents a sentence.

    :param zh: how many Chinese sentences there are.
    :raises FormatError: naming the first such sentence.
    """
    kept = tuple(beads)
    for size, side, language in (
        (zh, [index for bead in kept for index in bead.zh], "zh"),
        (en, [index for bead in kept for index in bead.en], "en"),
    ):
        seen: set[int] = set()
        for index in side:
            if index in seen or index >= size:
                what = "twice" if index in seen else f"but there are only {size} sentences"
                raise FormatError(f"{name}: {language} sentence {index} stands there {what}")
            seen.add(index)
        missing = sorted(set(range(size)) - seen)
        if missing:
            raise FormatError(f"{name}: {language} sentence {missing[0]} is in no bead")
