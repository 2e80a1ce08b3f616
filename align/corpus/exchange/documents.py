"""Whole documents: one record a briefing, turn or chunk, whose beads are spans of its texts.

The texts of a side, joined record by record, are its paragraphs with a line feed between them,
letter by letter; what no bead covers stands in its place. Labels of speakers stand beside them, in
``turns``. A record begins where a bead begins on both sides.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, groupby, pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from ...records import GAP, LANGUAGES, Bead, Briefing, ExportedBead, Language
from .formats import ExportHeader
from .formats.values import BEAD, FIELDS, HEAD, from_values


@dataclass(frozen=True, slots=True)
class DocumentFormat:
    """A format whose records are documents; it reads as the beads that they hold."""

    form: ModuleType
    briefing: Callable[[str], Briefing]
    unit: str

    def project_bead(self, pair: ExportedBead, header: ExportHeader) -> ExportedBead | None:
        """Keep everything: the published text is that of the document."""
        return pair

    def write(self, pairs: Iterable[ExportedBead], path: Path, header: ExportHeader) -> None:
        """Write the records of each briefing that has a bead."""
        records = (
            list_records(self.briefing(name), list(beads), self.unit)
            for name, beads in groupby(pairs, key=lambda pair: pair.briefing)
        )
        self.form.write_documents(chain.from_iterable(records), path)

    def read(self, path: Path) -> Iterator[ExportedBead]:
        """Yield the beads, their published texts cut from those of the documents."""
        for number, record in self.form.read_objects(path):
            for bead in record["beads"]:
                texts = {
                    side: GAP[side].join(record["translation"][side][a:b] for a, b in bead[side])
                    for side in LANGUAGES
                }
                fields = {name: bead.get(name, record.get(name)) for name in FIELDS}
                read = from_values(**texts, values=fields, where=f"{path.name}, line {number}")
                corrected = {side: bead[f"{side}_corrected"] for side in LANGUAGES}
                yield replace(read, **{k: v for k, v in corrected.items() if v is not None})


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
        inside = 0 < number < len(self.starts)
        return self.starts[number] if inside else len(self.text) * (number > 0)

    def span(self, number: int, origin: int) -> list[int]:
        """Return where a sentence stands, without blanks around it, counted from a place."""
        text = self.sentences[number].text
        start = self.starts[number] - origin + len(text) - len(text.lstrip())
        return [start, start + len(text.strip())]

    def begins_turn(self, number: int) -> bool:
        """Say whether a sentence is the first of a turn, or beyond the last."""
        if not 0 < number < len(self.sentences):
            return True
        return self.sentences[number].turn != self.sentences[number - 1].turn


def list_records(
    briefing: Briefing, beads: Sequence[ExportedBead], unit: str
) -> Iterator[dict[str, Any]]:
    """Yield the records of a briefing, by ``unit``; ``beads`` are those that are exported."""
    sides = [_Side(briefing, language) for language in LANGUAGES]
    head = {name: getattr(beads[0], name) for name in HEAD}
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
            at, number = (0, bead.zh_index[0]) if bead.zh_index else (1, bead.en_index[0])
            if start[at] <= number < end[at]:
                inside.append(_bead(bead, sides, start))
        yield record | {"beads": inside}


def _bead(bead: ExportedBead, sides: Sequence[_Side], start: tuple[int, int]) -> dict[str, Any]:
    """Return a bead as it stands in a record; a text only where a reviewer changed it."""
    values = {name: getattr(bead, name) for name in BEAD}
    for side, first in zip(sides, start, strict=True):
        name, low = side.language, side.at(first)
        text = getattr(bead, name)
        values[name] = [side.span(number, low) for number in getattr(bead, f"{name}_index")]
        values[f"{name}_corrected"] = None if text == getattr(bead, f"{name}_raw") else text
    return values


def _borders(beads: Sequence[Bead], sides: Sequence[_Side], unit: str) -> list[tuple[int, int]]:
    """Return where records begin and the last ends: numbers of zh and en sentences."""
    whole = (len(sides[0].sentences), len(sides[1].sentences))
    borders = [(0, 0)]
    zh = en = zh_last = en_last = 0
    for bead in beads:
        zh, en = zh + len(bead.zh), en + len(bead.en)
        zh_last = max([zh_last, *(number + 1 for number in bead.zh)])
        en_last = max([en_last, *(number + 1 for number in bead.en)])
        if (zh, en) != (zh_last, en_last):  # less than the last one says: one was passed over
            continue
        if unit == "turn":
            full = sides[0].begins_turn(zh) and sides[1].begins_turn(en)
        else:
            longest = max(zh - borders[-1][0], en - borders[-1][1])
            full = unit != "briefing" and longest >= int(unit)
        if full and (zh, en) != whole:
            borders.append((zh, en))
    return [*borders, whole]
