"""Whole documents: one record per briefing, turn or chunk; its beads are spans of its texts.

The texts of one language, joined over all records, are exactly its paragraphs with a line feed
between them. Text that no bead covers is included. Speaker labels are separate, in ``turns``. A
record begins where a bead begins in both languages.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, chain, groupby, pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from ...records import GAP, LANGUAGES, Bead, BeadRecord, Briefing, Language, Sides
from .formats import ExportHeader
from .formats.record import FileRecord
from .formats.values import BEAD, FIELDS, HEAD, add_checksum, from_values, to_values


@dataclass(frozen=True, slots=True)
class DocumentFormat:
    """A format whose records are documents; reading it yields the beads in them."""

    form: ModuleType
    briefing: Callable[[str], Briefing]
    unit: str

    def project_bead(self, bead: FileRecord, header: ExportHeader) -> FileRecord | None:
        """Keep everything: the published text is that of the document."""
        return add_checksum(bead.with_raw())

    def write(self, beads: Iterable[FileRecord], path: Path, header: ExportHeader) -> None:
        """Write the records of each briefing that has a bead."""
        records = (
            list_records(self.briefing(name), list(inside), self.unit)
            for name, inside in groupby(beads, key=lambda bead: bead.provenance.briefing)
        )
        self.form.write_documents(chain.from_iterable(records), path)

    def read(self, path: Path) -> Iterator[FileRecord]:
        """Yield the beads, their published texts cut from those of the documents."""
        for number, record in self.form.read_objects(path):
            for bead in record["beads"]:
                fields = {name: bead.get(name, record.get(name)) for name in FIELDS}
                published = Sides("zh", "en").map(partial(_cut, record, bead))
                texts = published
                for side in LANGUAGES:
                    if (corrected := bead[f"{side}_corrected"]) is not None:
                        texts = texts.put(side, corrected)
                read = from_values(texts.zh, texts.en, fields, f"{path.name}, line {number}")
                yield replace(read, pair=replace(read.pair, raw=published))


def _cut(record: Mapping[str, Any], bead: Mapping[str, Any], side: Language) -> str:
    """Return the published text of one side of a bead, cut from that of its record."""
    return GAP[side].join(record["translation"][side][start:end] for start, end in bead[side])


class _Side:
    """One side of a briefing: its text, and where turns and sentences begin in it."""

    def __init__(self, briefing: Briefing, language: Language) -> None:
        document = briefing.zh if language == "zh" else briefing.en
        self.language, self.title = language, document.title
        self.sentences = briefing.zh_sentences if language == "zh" else briefing.en_sentences
        paragraphs = [text for _, text in document.paragraphs()]
        places = list(accumulate((len(text) + 1 for text in paragraphs), initial=0))
        self.text = "\n".join(paragraphs)
        self.starts = [places[one.paragraph] + one.start for one in self.sentences]
        firsts = accumulate((len(turn.paragraphs) for turn in document.turns), initial=0)
        self.turns: list[dict[str, Any]] = [
            {"label": turn.label, "role": turn.role, "start": min(places[first], len(self.text))}
            for turn, first in zip(document.turns, firsts, strict=False)
        ]

    def at(self, number: int) -> int:
        """Return where a sentence begins: the first at the beginning, one too many at the end."""
        if number <= 0:
            return 0
        if number >= len(self.starts):
            return len(self.text)
        return self.starts[number]

    def span(self, number: int, origin: int) -> list[int]:
        """Return start and end of a sentence, without spaces around it, relative to ``origin``."""
        text = self.sentences[number].text
        start = self.starts[number] - origin + len(text) - len(text.lstrip())
        return [start, start + len(text.strip())]

    def begins_turn(self, number: int) -> bool:
        """Say whether a sentence is the first of a turn, or beyond the last."""
        if not 0 < number < len(self.sentences):
            return True
        return self.sentences[number].turn != self.sentences[number - 1].turn


def list_records(
    briefing: Briefing, beads: Sequence[BeadRecord], unit: str
) -> Iterator[dict[str, Any]]:
    """Yield the records of a briefing, by ``unit``; ``beads`` are those that are exported."""
    sides = [_Side(briefing, language) for language in LANGUAGES]
    known = to_values(beads[0])
    head = {name: known[name] for name in HEAD}
    borders = _borders(briefing.alignment.beads, sides, unit)
    for part, (start, end) in enumerate(pairwise(borders)):
        record: dict[str, Any] = {"id": f"{briefing.id}/{part}", **head, "translation": {}}
        for side, first, last in zip(sides, start, end, strict=True):
            low, high = side.at(first), side.at(last)
            open_end = high == len(side.text)
            record["translation"][side.language] = side.text[low:high]
            record[f"title_{side.language}"] = side.title
            record[f"turns_{side.language}"] = [
                {**turn, "start": turn["start"] - low}
                for turn in side.turns
                if low <= turn["start"] < high + open_end
            ]
        inside = []
        for bead in beads:
            index = bead.pair.index
            at, number = (0, index.zh[0]) if index.zh else (1, index.en[0])
            if start[at] <= number < end[at]:
                inside.append(_bead(bead, sides, start))
        yield record | {"beads": inside}


def _bead(bead: BeadRecord, sides: Sequence[_Side], start: tuple[int, int]) -> dict[str, Any]:
    """Return a bead as written in a record, with its text only if a reviewer changed it."""
    known = to_values(bead)
    values = {name: known[name] for name in BEAD}
    for side, first in zip(sides, start, strict=True):
        name, low = side.language, side.at(first)
        text = bead.pair.texts[name]
        values[name] = [side.span(number, low) for number in bead.pair.index[name]]
        values[f"{name}_corrected"] = None if text == bead.pair.published[name] else text
    return values


def _borders(beads: Sequence[Bead], sides: Sequence[_Side], unit: str) -> list[tuple[int, int]]:
    """Return where records begin and the last ends: numbers of zh and en sentences."""
    whole = (len(sides[0].sentences), len(sides[1].sentences))
    borders = [(0, 0)]
    zh, en = 0, 0
    zh_last, en_last = 0, 0
    for bead in beads:
        zh, en = zh + len(bead.zh), en + len(bead.en)
        zh_last = max([zh_last, *(number + 1 for number in bead.zh)])
        en_last = max([en_last, *(number + 1 for number in bead.en)])
        if (zh, en) != (zh_last, en_last):  # a sentence before this border is in no bead
            continue
        if unit == "turn":
            full = sides[0].begins_turn(zh) and sides[1].begins_turn(en)
        else:
            longest = max(zh - borders[-1][0], en - borders[-1][1])
            full = unit != "briefing" and longest >= int(unit)
        if full and (zh, en) != whole:
            borders.append((zh, en))
    return [*borders, whole]
