"""Gold alignments without text: where each sentence is in its document, and its checksum.

The texts of briefings belong to their publishers, so a public gold standard cannot contain them. A
file of this form names both pages, the position of each sentence and the beads. Somebody who has
the pages reads them and gets the gold back, sentence by sentence.

A position counts the letters and digits of a document, so spaces, punctuation, labels and the way
in which a page is cut into paragraphs do not move it. Sentences are looked for in order: one that
is not where it was is searched in the text that follows.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from ..errors import N_, FormatError
from ..records import LANGUAGES, Language
from .evaluate import read_gold
from .text.strings import digest, keep_letters

FORM = "briefing-align/gold/1"


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a sentence in its document.

    ``start`` and ``length`` count letters. ``before`` and ``after`` count the other characters of
    the sentence, without spaces, before its first letter and after its last one. ``literal`` is a
    sentence without letters, such as a line of asterisks, and has no position.
    """

    start: int
    length: int
    checksum: str = ""
    before: int = 0
    after: int = 0
    literal: str = ""


@dataclass(frozen=True, slots=True)
class GoldPlaces:
    """A gold alignment without text: URL and places of each language, and what a gold file has."""

    id: str
    urls: Mapping[Language, str]
    places: Mapping[Language, tuple[Place, ...]]
    gold: Mapping[str, Any]  # the fields of a gold file except the sentences


class Letters:
    """A text as its letters and digits, each with its position in the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.positions: list[int] = []
        letters: list[str] = []
        for position, char in enumerate(text):
            found = keep_letters(unicodedata.normalize("NFKC", char))
            letters.append(found)
            self.positions += [position] * len(found)
        self.letters = "".join(letters)

    def checksum(self, start: int, length: int) -> str:
        """Return 64 bits of the letters in a range."""
        return f"{digest(self.letters[start : start + length]):016x}"

    def find(self, place: Place, expected: int, least: int) -> int | None:
        """Return where the letters of a place begin: at the expected position, or later.

        :param expected: the position to try first.
        :param least: the first position that is free.
        """
        last = len(self.letters) - place.length
        for start in chain((expected,), range(least, last + 1)):
            if least <= start <= last and self.checksum(start, place.length) == place.checksum:
                return start
        return None

    def cut(self, start: int, place: Place) -> str:
        """Return the text of a sentence whose letters begin at ``start``."""
        first = self.positions[start]
        end = self.positions[start + place.length - 1] + 1
        before = _take(reversed(self.text[:first]), place.before)
        after = _take(iter(self.text[end:]), place.after)
        return self.text[first - before : end + after]


def _take(chars: Iterable[str], count: int) -> int:
    """Return how many characters contain ``count`` that are neither spaces nor letters."""
    taken = 0
    size = 0
    for char in chars:
        if taken == count or char.isalnum():
            break
        size += 1
        taken += not char.isspace()
    return size


def outline_gold(path: Path, texts: Mapping[Language, str], urls: Mapping[Language, str]) -> str:
    """Return a gold file without its text, as JSON.

    :param texts: the documents that contain the sentences, in order.
    :raises FormatError: if a sentence is not in its document.
    """
    gold = read_gold(path)
    raw = json.loads(path.read_text(encoding="utf-8"))
    kept = {name: value for name, value in raw.items() if name not in LANGUAGES}
    sides: dict[str, object] = {}
    for language in LANGUAGES:
        sentences = gold.zh if language == "zh" else gold.en
        places = _locate(Letters(texts[language]), sentences, f"{path}, {language}")
        sides[language] = {"url": urls[language], "sentences": [_to_json(one) for one in places]}
    return json.dumps({"form": FORM, **sides, **kept}, separators=(",", ":"))


def _locate(document: Letters, sentences: Sequence[str], where: str) -> list[Place]:
    places, free = [], 0
    for number, sentence in enumerate(sentences):
        own = Letters(sentence.strip())
        if not own.letters:
            places.append(Place(0, 0, literal=own.text))
            continue
        start = document.letters.find(own.letters, free)
        if start < 0:
            raise FormatError(
                N_("{where}: sentence {number} is not in the document"), where=where, number=number
            )
        free = start + len(own.letters)
        before, after = own.text[: own.positions[0]], own.text[own.positions[-1] + 1 :]
        places.append(
            Place(
                start,
                len(own.letters),
                own.checksum(0, len(own.letters)),
                len("".join(before.split())),
                len("".join(after.split())),
            )
        )
    return places


def _to_json(place: Place) -> object:
    if place.literal:
        return place.literal
    return [place.start, place.length, place.checksum, place.before, place.after]


def is_gold_places(path: Path) -> bool:
    """Return whether a file is a gold alignment without text."""
    try:
        return f'"{FORM}"' in path.read_text(encoding="utf-8")[:200]
    except (OSError, UnicodeDecodeError):
        return False


def read_gold_places(path: Path) -> GoldPlaces:
    """Read a gold alignment without text.

    :raises FormatError: if it cannot be read, or is not one.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["form"] != FORM:
            raise ValueError(f"form {raw['form']!r}, expected {FORM!r}")
        sides = {language: raw[language] for language in LANGUAGES}
        return GoldPlaces(
            id=str(raw["id"]),
            urls={language: str(side["url"]) for language, side in sides.items()},
            places={
                language: tuple(map(_read_place, side["sentences"]))
                for language, side in sides.items()
            },
            gold={name: raw[name] for name in raw if name not in (*LANGUAGES, "form")},
        )
    except (OSError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise FormatError(
            N_("{path}: not a gold file without text: {error}"), path=path, error=error
        ) from error


def _read_place(value: object) -> Place:
    if isinstance(value, str):
        return Place(0, 0, literal=value)
    if not isinstance(value, list):
        raise TypeError(f"a sentence is {value!r}")
    start, length, checksum, before, after = value
    numbers = [int(number) for number in (start, length, before, after)]
    if min(numbers) < 0 or not length:
        raise ValueError(f"{value} is not a position")
    return Place(numbers[0], numbers[1], str(checksum), numbers[2], numbers[3])


# A document that contains none of the first sentences is a different text.
_GIVE_UP = 20


def join_text(
    places: Sequence[Place], text: str, language: Language
) -> tuple[list[str], list[int]]:
    """Return the sentences of a document, and the numbers of those that it does not contain."""
    document = Letters(text)
    sentences: list[str] = []
    lost: list[int] = []
    free = 0
    moved = 0
    for number, place in enumerate(places):
        sentence, start = place.literal, None
        is_other_text = len(lost) == number and number >= _GIVE_UP
        if not sentence and not is_other_text:
            start = document.find(place, place.start + moved, free)
        if start is not None:
            moved, free = start - place.start, start + place.length
            lines = document.cut(start, place).split("\n")
            sentence = "".join(lines) if language == "zh" else " ".join(lines)
        if not sentence:
            lost.append(number)
        sentences.append(sentence)
    return sentences, lost


def drop_lost(fields: Mapping[str, Any], lost: Mapping[Language, Iterable[int]]) -> dict[str, Any]:
    """Return a gold file without the beads that contain a lost sentence, and their sentences."""
    gone = {language: set(lost[language]) for language in LANGUAGES}
    kept = []
    for zh, en in fields["gold"]:
        if gone["zh"].isdisjoint(zh) and gone["en"].isdisjoint(en):
            kept.append((zh, en))
        else:
            gone["zh"].update(zh)
            gone["en"].update(en)
    numbers: dict[Language, dict[int, int]] = {}
    shorter = dict(fields)
    for language in LANGUAGES:
        left = [n for n in range(len(fields[language])) if n not in gone[language]]
        numbers[language] = {old: new for new, old in enumerate(left)}
        for name in (language, f"{language}_para", f"{language}_turn"):
            if fields.get(name):
                shorter[name] = [fields[name][old] for old in left]
    shorter["gold"] = [
        [[numbers["zh"][n] for n in zh], [numbers["en"][n] for n in en]] for zh, en in kept
    ]
    return shorter
