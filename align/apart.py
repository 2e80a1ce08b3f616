"""Alignments without texts: a corpus in, places and checksums out; and back onto one's own texts.

Where texts may not be passed on, the file of this module holds only where each sentence stands
(paragraph and offsets), its checksum, and which sentences are beads with which verdict. Another
user adds the same addresses, and :func:`put_back` lays the beads over his texts. A sentence that
is no longer there is looked for in the other paragraphs, and reported when it is nowhere.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from .errors import FormatError
from .formats.lines import lines
from .importing.making import carried
from .placing import beside, place
from .records import (
    STATUSES,
    Alignment,
    Bead,
    Briefing,
    Document,
    Language,
    Pair,
    Sentence,
)
from .store import BeadRow, BriefingSummary

FORM = "briefing-align/apart/1"
_DIGITS = 16  # of a sha256: 64 bits, so that no two sentences of a corpus are mistaken


class Source(Protocol):
    """What this module needs of a store."""

    def briefings(self) -> tuple[BriefingSummary, ...]:
        """List the briefings."""
        ...

    def briefing(self, briefing_id: str) -> Briefing:
        """Read a briefing as it stands now."""
        ...

    def pairs(self, briefing_ids: Iterable[str] | None = None) -> Iterator[Pair]:
        """Yield the beads of some briefings."""
        ...

    def find(self, address: str, zh_digest: str = "", en_digest: str = "") -> str | None:
        """Give the id of the briefing with this address."""
        ...

    def save(
        self,
        briefing: Briefing,
        *,
        address: str,
        carried: Mapping[int, BeadRow] | None = None,
    ) -> None:
        """Store a briefing."""
        ...


@dataclass(frozen=True, slots=True)
class Taken:
    """How much a file without texts holds."""

    briefings: int
    beads: int


@dataclass(frozen=True, slots=True)
class Lost:
    """A bead that cannot be laid over the texts: the side and number of a sentence that is gone."""

    briefing: str
    bead: str
    language: Language
    sentence: int


@dataclass(frozen=True, slots=True)
class PutBack:
    """What became of a file without texts.

    ``absent`` are addresses that the corpus does not have; ``moved`` counts sentences found in
    another paragraph; the beads of ``lost`` were left to the alignment that was there.
    """

    briefings: tuple[str, ...]
    beads: int
    moved: int
    lost: tuple[Lost, ...]
    absent: tuple[str, ...]


def take_apart(store: Source, output: Path) -> Taken:
    """Write the alignments of a corpus without any text: one JSON object a briefing.

    Corrections of reviewers are text, and are not written.

    :raises FormatError: when the file cannot be written.
    """
    beads = 0
    with beside(output) as folder:
        path = folder / output.name
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for summary in sorted(store.briefings(), key=lambda one: one.id):
                found = store.briefing(summary.id)
                pairs = list(store.pairs([summary.id]))
                beads += len(pairs)
                file.write(json.dumps(_outline(summary.address, found, pairs)) + "\n")
        place([path], output.parent)
    return Taken(len(store.briefings()), beads)


def _outline(address: str, found: Briefing, pairs: Sequence[Pair]) -> dict[str, Any]:
    return {
        "form": FORM,
        "address": address,
        "zh": _places(found.zh, found.zh_sentences),
        "en": _places(found.en, found.en_sentences),
        "signature": found.alignment.signature,
        "beads": [
            {
                "id": pair.id,
                "zh": list(pair.zh_index),
                "en": list(pair.en_index),
                "probability": pair.probability,
                "status": pair.status,
                "reviewer": pair.reviewer,
            }
            for pair in pairs
        ],
    }


def _places(document: Document, sentences: Sequence[Sentence]) -> dict[str, Any]:
    return {
        "url": document.url,
        "sentences": [
            [sentence.paragraph, sentence.start, sentence.end, checksum(sentence.text)]
            for sentence in sentences
        ],
    }


def checksum(text: str) -> str:
    """Give the checksum of a sentence: the first 16 digits of its sha256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def put_back(store: Source, path: Path) -> PutBack:
    """Lay alignments without text over the texts of a corpus that has the same addresses.

    A briefing is replaced when each of its beads finds its sentences and they are all there is;
    otherwise what no longer matches is reported and the briefing stays as it was.

    :raises FormatError: when the file breaks its form.
    """
    done: list[str] = []
    absent: list[str] = []
    lost: list[Lost] = []
    beads = moved = 0
    for number, line in lines(path):
        outline = _read(line, f"{path.name}, line {number}")
        name = store.find(outline["address"])
        if name is None:
            absent.append(outline["address"])
            continue
        there = store.briefing(name)
        zh, en = (
            _Sought(document, outline[document.language]["sentences"])
            for document in (there.zh, there.en)
        )
        gone = [*_lost(name, outline, zh), *_lost(name, outline, en)]
        lost += gone
        if gone:
            continue
        made = replace(
            there,
            zh_sentences=zh.sentences(),
            en_sentences=en.sentences(),
            alignment=Alignment(
                tuple(map(_bead, outline["beads"])), f"{outline['signature']}|put back"
            ),
        )
        store.save(made, address=outline["address"], carried=_rows(made, outline["beads"]))
        done.append(name)
        beads += len(outline["beads"])
        moved += zh.moved + en.moved
    return PutBack(tuple(done), beads, moved, tuple(lost), tuple(absent))


def _read(line: str, where: str) -> dict[str, Any]:
    try:
        outline = json.loads(line)
        if outline["form"] != FORM:
            raise FormatError(f"{where}: of the form {outline['form']!r}; this reads {FORM!r}")
        for bead in outline["beads"]:
            if bead["status"] not in STATUSES:
                raise FormatError(f"{where}: unknown verdict {bead['status']!r}")
        for needed in (outline["zh"]["sentences"], outline["en"]["sentences"]):
            iter(needed)
        str(outline["address"])
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError(f"{where}: no alignment without texts ({error!r})") from error
    known: dict[str, Any] = outline
    return known


class _Sought:
    """The sentences of one side, looked for in a document by place, then by checksum."""

    def __init__(self, document: Document, places: Sequence[Sequence[Any]]) -> None:
        self.language: Language = document.language
        self.moved = 0
        self._used: set[tuple[int, int]] = set()  # the same words may stand there twice
        self._paragraphs = list(document.paragraphs())
        self.found = [self._find(*place) for place in places]

    def _find(self, paragraph: int, start: int, end: int, wanted: str) -> Sentence | None:
        nearest = sorted(range(len(self._paragraphs)), key=lambda at: abs(at - paragraph))
        for at in nearest:
            turn, text = self._paragraphs[at]
            if (at, start) not in self._used and checksum(text[start:end]) == wanted:
                self._used.add((at, start))
                self.moved += at != paragraph
                return Sentence(text[start:end], at, turn, start, end)
        return None

    def sentences(self) -> tuple[Sentence, ...]:
        """Give the sentences, all of which were found."""
        return tuple(sentence for sentence in self.found if sentence is not None)


def _lost(name: str, outline: Mapping[str, Any], side: _Sought) -> Iterator[Lost]:
    for bead in outline["beads"]:
        for number in bead[side.language]:
            if number >= len(side.found) or side.found[number] is None:
                yield Lost(name, str(bead["id"]), side.language, number)
                break


def _bead(values: Mapping[str, Any]) -> Bead:
    return Bead(tuple(values["zh"]), tuple(values["en"]), values["probability"], values["status"])


def _rows(made: Briefing, beads: Sequence[Mapping[str, Any]]) -> dict[int, BeadRow]:
    """Give each bead its id and verdict."""
    texts = {"zh": made.zh_sentences, "en": made.en_sentences}
    gaps = {"zh": "", "en": " "}
    pairs = []
    for values in beads:
        zh, en = (
            gaps[name].join(texts[name][index].clean for index in values[name])
            for name in ("zh", "en")
        )
        pairs.append(
            Pair(
                str(values["id"]), made.id, zh=zh, en=en, zh_raw=zh, en_raw=en,
                zh_index=tuple(values["zh"]), en_index=tuple(values["en"]),
                status=values["status"], reviewer=str(values["reviewer"]),
            )
        )  # fmt: skip
    return carried(made, pairs)
