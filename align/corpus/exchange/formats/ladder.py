"""Ladders, which list the sentences of each bead; a ladder is read together with its two texts.

Those of Vecalign and Bertalign have one bead per line, ``[zh indices]:[en indices]:probability``,
0-based. Those of Hunalign give the start of each bead, ``2<TAB>1<TAB>0.35``, and end with the
lengths of both texts.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from ....aligner.text.chinese import detect_language
from ....errors import N_, FormatError, Message
from ....records import Bead, Pair, Sides
from .record import FileRecord
from .text import join_sentences, read_lines

_LINE = re.compile(r"\s*\[([\d,\s]*)\]\s*:\s*\[([\d,\s]*)\]\s*(?::\s*([-+\d.eE]+))?\s*$")
_RUNG = re.compile(r"(\d{1,9})\t(\d{1,9})(?:\t-?[\d.]+(?:[eE][-+]?\d+)?)?\s*$")


def format_bead(bead: Bead) -> str:
    """Return the line of a bead.

    >>> format_bead(Bead((0, 1), (0,), 0.9731))
    '[0, 1]:[0]:0.9731'
    >>> format_bead(Bead((), (4,)))
    '[]:[4]'
    """
    zh, en = list(bead.zh), list(bead.en)
    return f"{zh}:{en}" if bead.probability is None else f"{zh}:{en}:{bead.probability:.4f}"


def read_ladder(lines: Iterable[str], *, name: str) -> tuple[Bead, ...]:
    """Return the beads of a ladder; numbers that are not probabilities are ignored."""
    beads = []
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        match = _LINE.match(text)
        try:
            if match is None:
                raise ValueError(text)
            zh, en = (
                tuple(int(item) for item in side.split(",") if item.strip())
                for side in match.group(1, 2)
            )
            beads.append(Bead(zh, en, None if match[3] is None else float(match[3])))
        except ValueError as error:
            raise FormatError(
                N_(
                    "{name}, line {number}: not a bead: {text!r}; a bead looks like [0, 1]:[0]:0.97"
                ),
                name=name,
                number=number,
                text=text.strip()[:60],
            ) from error
    if any(bead.probability is not None and not 0 <= bead.probability <= 1 for bead in beads):
        return tuple(replace(bead, probability=None) for bead in beads)
    return tuple(beads)


def check_coverage(beads: Sequence[Bead], zh: int, en: int, *, name: str) -> None:
    """Refuse a ladder of ``zh`` and ``en`` sentences that misses, repeats or invents one."""
    for size, numbers, language in (
        (zh, [index for bead in beads for index in bead.zh], "zh"),
        (en, [index for bead in beads for index in bead.en], "en"),
    ):
        seen: set[int] = set()
        for index in numbers:
            if index in seen or index >= size:
                what = Message(N_("although the text has only {size} sentences"), size=size)
                if index in seen:
                    what = Message(N_("twice"))
                raise FormatError(
                    N_("{name}: {language} sentence {index} occurs {what}"),
                    name=name,
                    language=language,
                    index=index,
                    what=what,
                )
            seen.add(index)
        missing = sorted(set(range(size)) - seen)
        if missing:
            raise FormatError(
                N_("{name}: {language} sentence {missing} is in no bead"),
                name=name,
                language=language,
                missing=missing[0],
            )


def read_ladder_with_texts(path: Path, first: Path, second: Path) -> Iterator[FileRecord]:
    """Yield the beads of a ladder; which text is Chinese is found by its characters."""
    texts = [list(_sentences(file)) for file in (first, second)]
    languages = [detect_language(side) for side in texts]
    if languages[0] == languages[1]:
        raise FormatError(
            N_("{name} and {other}: one must be Chinese, one English"),
            name=first.name,
            other=second.name,
        )
    beads = _beads(path, len(texts[0]), len(texts[1]))
    check_coverage(beads, len(texts[0]), len(texts[1]), name=path.name)
    zh_first = languages[0] == "zh"
    zh_texts, en_texts = texts if zh_first else reversed(texts)
    for bead in beads:
        zh_index, en_index = (bead.zh, bead.en) if zh_first else (bead.en, bead.zh)
        zh = join_sentences([zh_texts[index] for index in zh_index], "zh")
        en = join_sentences([en_texts[index] for index in en_index], "en")
        yield FileRecord(None, Pair(Sides(zh, en), index=Sides(zh_index, en_index)))


def _sentences(path: Path) -> Iterator[str]:
    for number, text in read_lines(path):
        if not text.strip():
            raise FormatError(
                N_("{name}, line {number}: empty line; every line must be a sentence"),
                name=path.name,
                number=number,
            )
        yield text.strip()


def _beads(path: Path, first: int, second: int) -> tuple[Bead, ...]:
    lines = list(read_lines(path))
    numbered = [(number, text) for number, text in lines if text.strip()]
    if not numbered:
        raise FormatError(N_("{name}: contains no beads"), name=path.name)
    if _RUNG.match(numbered[0][1]):
        return tuple(_between_rungs(numbered, (first, second), path))
    return read_ladder((text for _, text in lines), name=path.name)


def _between_rungs(
    numbered: Sequence[tuple[int, str]], ends: tuple[int, int], path: Path
) -> Iterator[Bead]:
    """Yield the beads of Hunalign's ladder: each is between one rung and the next."""
    rungs: list[tuple[int, int]] = []
    for number, text in numbered:
        match = _RUNG.match(text)
        if match is None:
            raise FormatError(
                N_("{name}, line {number}: not a rung: {text!r}; a rung looks like 3<TAB>4"),
                name=path.name,
                number=number,
                text=text[:40],
            )
        rung = (int(match[1]), int(match[2]))
        before = rungs[-1] if rungs else (0, 0)
        if not (before[0] <= rung[0] <= ends[0] and before[1] <= rung[1] <= ends[1]):
            raise FormatError(
                N_(
                    "{name}, line {number}: rung {zh}, {en} is out of order or past the end of "
                    "the texts ({zh_count} and {en_count} sentences)"
                ),
                name=path.name,
                number=number,
                zh=rung[0],
                en=rung[1],
                zh_count=ends[0],
                en_count=ends[1],
            )
        rungs.append(rung)
    for start, end in pairwise([*rungs, ends]):
        if start != end:
            yield Bead(tuple(range(start[0], end[0])), tuple(range(start[1], end[1])))
