"""The form of a file without texts: a briefing in, one line of JSON out, and back."""

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import FormatError
from ...records import STATUSES, Briefing, Document, ExportedBead, Language, Sentence, Status

FORM = "briefing-align/apart/2"
_FIRST_FORM = "briefing-align/apart/1"  # without the second checksum
_DIGITS = 16  # of a sha256: 64 bits, so that no two sentences of a corpus are mistaken


@dataclass(frozen=True, slots=True)
class SpanPlace:
    """Where a sentence stands; ``plain`` is the checksum of its letters and digits, or empty."""

    paragraph: int
    start: int
    end: int
    sha: str
    plain: str = ""


@dataclass(frozen=True, slots=True)
class OutlinedBead:
    """One bead: numbers of sentences in both lists of places."""

    id: str
    zh: tuple[int, ...]
    en: tuple[int, ...]
    probability: float | None
    status: Status
    reviewer: str

    def side(self, language: Language) -> tuple[int, ...]:
        """Return the numbers of one side."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Outline:
    """What a line holds of a briefing."""

    address: str
    zh: tuple[SpanPlace, ...]
    en: tuple[SpanPlace, ...]
    beads: tuple[OutlinedBead, ...]
    signature: str


def checksum(text: str) -> str:
    """Return the checksum of a sentence: the first 16 digits of its sha256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def plain(text: str) -> str:
    """Return the checksum of a sentence without its blanks and signs, in any width and case."""
    return checksum("".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold())))


def line(address: str, found: Briefing, pairs: Sequence[ExportedBead]) -> str:
    """Write a briefing without any text."""
    outline = {
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
    return json.dumps(outline)


def _places(document: Document, sentences: Sequence[Sentence]) -> dict[str, Any]:
    return {
        "url": document.url,
        "sentences": [
            [one.paragraph, one.start, one.end, checksum(one.text), plain(one.text)]
            for one in sentences
        ],
    }


def parse(text: str, where: str) -> Outline:
    """Read one line.

    :raises FormatError: when it is of another form, or its beads and sentences do not fit.
    """
    try:
        values = json.loads(text)
        form = values["form"]
        if form not in (FORM, _FIRST_FORM):
            raise FormatError(f"{where}: of the form {form!r}; this reads {FORM!r}")
        outline = Outline(
            str(values["address"]),
            tuple(_place(*place) for place in values["zh"]["sentences"]),
            tuple(_place(*place) for place in values["en"]["sentences"]),
            tuple(map(_bead, values["beads"])),
            str(values["signature"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FormatError(f"{where}: no alignment without texts ({error!r})") from error
    _check(outline, where)
    return outline


def _place(paragraph: int, start: int, end: int, sha: str, plain: str = "") -> SpanPlace:
    numbers = (paragraph, start, end)
    if not all(type(number) is int and number >= 0 for number in numbers) or end < start:
        raise ValueError(f"{numbers} is no place")
    return SpanPlace(paragraph, start, end, str(sha), str(plain))


def _bead(values: dict[str, Any]) -> OutlinedBead:
    probability, status = values["probability"], values["status"]
    if status not in STATUSES:
        raise ValueError(f"unknown verdict {status!r}")
    if probability is not None and not 0 <= float(probability) <= 1:
        raise ValueError(f"probability {probability!r}")
    zh, en = ([int(number) for number in values[side]] for side in ("zh", "en"))
    return OutlinedBead(
        str(values["id"]), tuple(zh), tuple(en), probability, status, str(values["reviewer"])
    )


def _check(outline: Outline, where: str) -> None:
    ids = [bead.id for bead in outline.beads if bead.id]
    if len(ids) > len(set(ids)):
        raise FormatError(f"{where}: an id of a bead stands there twice; take the file apart again")
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        size = len(outline.zh if language == "zh" else outline.en)
        numbers = sorted(number for bead in outline.beads for number in bead.side(language))
        if numbers != list(range(size)):
            raise FormatError(
                f"{where}: the beads name {len(numbers)} {language} sentences, not each of the "
                f"{size} once; take the file apart again"
            )
