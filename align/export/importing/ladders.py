"""Ladders with their two texts: files in, beads with their texts out.

Vecalign's and Bertalign's ladder names the sentences of each bead, ``[0, 1]:[0]:0.97``; Hunalign's
names where each bead begins, ``2<TAB>1<TAB>0.35``, and ends with the length of both texts.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from ...errors import FormatError
from ...records import Bead, ExportedBead
from ..formats import ladder as ladders
from ..formats.lines import read_lines
from ..formats.resplit import join_sentences

_HAN = re.compile("[\u3400-\u9fff]")
_RUNG = re.compile(r"(\d{1,9})\t(\d{1,9})(?:\t-?[\d.]+(?:[eE][-+]?\d+)?)?\s*$")


def read_ladder(path: Path, first: Path, second: Path) -> Iterator[ExportedBead]:
    """Yield the beads of a ladder; which text is Chinese is found by its characters.

    :raises FormatError: when the ladder leaves out, repeats or invents a sentence, a text has a
        blank line, or both texts are in one language.
    """
    texts = [[_sentence(text, number, file) for number, text in read_lines(file)]
             for file in (first, second)]  # fmt: skip
    counts = [sum(len(_HAN.findall(text)) for text in side) for side in texts]
    sizes = [sum(map(len, side)) or 1 for side in texts]
    han = [count / size > 0.2 for count, size in zip(counts, sizes, strict=True)]
    if han[0] == han[1]:
        raise FormatError(f"{first.name} and {second.name}: one must be Chinese, one English")
    beads = _beads(path, len(texts[0]), len(texts[1]))
    ladders.check_coverage(beads, len(texts[0]), len(texts[1]), name=path.name)
    for bead in beads:
        sides = (bead.zh, bead.en) if han[0] else (bead.en, bead.zh)
        zh_texts, en_texts = texts if han[0] else reversed(texts)
        zh = join_sentences([zh_texts[index] for index in sides[0]], "zh")
        en = join_sentences([en_texts[index] for index in sides[1]], "en")
        yield ExportedBead(
            "", "", zh=zh, en=en, zh_raw=zh, en_raw=en, zh_index=sides[0], en_index=sides[1]
        )


def _sentence(text: str, number: int, path: Path) -> str:
    if not text.strip():
        raise FormatError(f"{path.name}, line {number}: blank; every line must be a sentence")
    return text.strip()


def _beads(path: Path, first: int, second: int) -> Sequence[Bead]:
    numbered = [(number, text) for number, text in read_lines(path) if text.strip()]
    if not numbered:
        raise FormatError(f"{path.name}: no bead in it")
    if _RUNG.match(numbered[0][1]):
        return tuple(_between(numbered, (first, second), path))
    return ladders.read_ladder((text for _, text in read_lines(path)), name=path.name)


def _between(
    numbered: Sequence[tuple[int, str]], ends: tuple[int, int], path: Path
) -> Iterator[Bead]:
    """Make beads of the rungs of Hunalign: each is where one ends and the next begins."""
    rungs: list[tuple[int, int]] = []
    for number, text in numbered:
        found = _RUNG.match(text)
        if found is None:
            raise FormatError(
                f"{path.name}, line {number}: {text[:40]!r} is no rung; one looks like 3<TAB>4"
            )
        zh, en = int(found[1]), int(found[2])
        before = rungs[-1] if rungs else (0, 0)
        if zh < before[0] or en < before[1] or zh > ends[0] or en > ends[1]:
            raise FormatError(
                f"{path.name}, line {number}: the rung {zh}, {en} is out of order, or beyond "
                f"the texts of {ends[0]} and {ends[1]} sentences"
            )
        rungs.append((zh, en))
    for start, end in pairwise([*rungs, ends]):
        if start != end:
            yield Bead(tuple(range(start[0], end[0])), tuple(range(start[1], end[1])))
