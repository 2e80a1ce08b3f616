"""The format of a file without texts: one line of JSON a briefing."""

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import FormatError
from ...records import LANGUAGES, Briefing, ExportedBead, Language, Sentence
from ..formats.values import from_values

FORM = "briefing-align/apart/2"
_DIGITS = 16  # of a sha256: 64 bits, so that no two sentences of a corpus are mistaken


@dataclass(frozen=True, slots=True)
class SentencePlace:
    """Where a sentence stands, with its checksum and that of its letters alone."""

    paragraph: int
    start: int
    end: int
    sha: str
    letters: str


@dataclass(frozen=True, slots=True)
class Outline:
    """What a line holds of a briefing; its beads have numbers of sentences and no text."""

    address: str
    zh: tuple[SentencePlace, ...]
    en: tuple[SentencePlace, ...]
    beads: tuple[ExportedBead, ...]
    signature: str


def checksum(text: str) -> str:
    """Return the checksum of a sentence: the first 16 digits of its sha256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def letters_checksum(text: str) -> str:
    """Return the checksum of the letters and digits of a sentence, in any width and case."""
    return checksum("".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold())))


def format_outline(address: str, briefing: Briefing, pairs: Sequence[ExportedBead]) -> str:
    """Return the line of a briefing, without any text."""
    outline = {
        "form": FORM,
        "address": address,
        "zh": {"url": briefing.zh.url, "sentences": _places(briefing.zh_sentences)},
        "en": {"url": briefing.en.url, "sentences": _places(briefing.en_sentences)},
        "signature": briefing.alignment.signature,
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


def _places(sentences: Sequence[Sentence]) -> list[list[object]]:
    return [
        [one.paragraph, one.start, one.end, checksum(one.text), letters_checksum(one.text)]
        for one in sentences
    ]


def parse_outline(line: str, where: str) -> Outline:
    """Read the line of a briefing.

    :raises FormatError: when it is of another form, or its beads and sentences do not fit.
    """
    try:
        values = json.loads(line)
        form = values["form"]
        if form != FORM:
            raise FormatError(f"{where}: of the form {form!r}; this reads {FORM!r}")
        outline = Outline(
            str(values["address"]),
            tuple(_parse_place(*place) for place in values["zh"]["sentences"]),
            tuple(_parse_place(*place) for place in values["en"]["sentences"]),
            tuple(_parse_bead(bead, where) for bead in values["beads"]),
            str(values["signature"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FormatError(f"{where}: no alignment without texts ({error!r})") from error
    _check(outline, where)
    return outline


def _parse_place(paragraph: int, start: int, end: int, sha: str, letters: str) -> SentencePlace:
    numbers = (paragraph, start, end)
    if not all(type(number) is int and number >= 0 for number in numbers) or end < start:
        raise ValueError(f"{numbers} is no place")
    return SentencePlace(paragraph, start, end, str(sha), str(letters))


def _parse_bead(values: dict[str, Any], where: str) -> ExportedBead:
    numbers = {"zh_index": values["zh"], "en_index": values["en"]}
    return from_values("", "", values | numbers, where)


def numbers_of(bead: ExportedBead, language: Language) -> tuple[int, ...]:
    """Return the sentences of one side of a bead."""
    return bead.zh_index if language == "zh" else bead.en_index


def _check(outline: Outline, where: str) -> None:
    ids = [bead.id for bead in outline.beads if bead.id]
    if len(ids) > len(set(ids)):
        raise FormatError(f"{where}: an id of a bead stands there twice; take the file apart again")
    for language in LANGUAGES:
        places = outline.zh if language == "zh" else outline.en
        numbers = sorted(n for bead in outline.beads for n in numbers_of(bead, language))
        if numbers != list(range(len(places))):
            raise FormatError(
                f"{where}: the beads name {len(numbers)} {language} sentences, not each of the "
                f"{len(places)} once; take the file apart again"
            )
