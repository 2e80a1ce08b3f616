"""Read a file for the first time: beads in, everything that is wrong with them found.

What is found is kept small: eight bytes a bead, and the names of the briefings.
"""

import hashlib
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from pathlib import Path

import numpy as np

from ...errors import FormatError
from ...records import ExportedBead
from .build import keeps_id

PORTION = 2000
"""Beads of a briefing made of a file that names none: what a reviewer can page through."""
LARGEST = 50_000
"""Beads that one briefing may have: memory holds one briefing at a time, some 100 MB then."""
NAME = 40
"""Characters of a briefing's name that the store has room for."""
SENTENCES = 9_999
"""Sentences that one side of a bead may have."""

REPORTED = ("id", "date", "speaker", "zh_index", "probability", "source_zh", "signature")
"""Fields of which an import says so when no bead has them."""

_CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_ENGLISH = re.compile("[A-Za-z]")

_TEXTS = ("zh", "en", "zh_raw", "en_raw", "speaker", "reviewer", "source_zh", "source_en")
_MORE = ("licence", "signature", "note")
# What PostgreSQL cannot hold; SQLite can, but then the corpus could not be copied there.
_NUL = {0: "\ufffd"}


@dataclass(slots=True)
class Validation:
    """What the first reading of a file found.

    ``letters`` counts by side the beads with letters of its language, ``others`` those with other
    letters only. ``renumbered`` counts briefings whose sentence numbers had gaps, ``altered``
    beads with a character that no database holds, ``shortened`` names that were too long.
    """

    beads: int = 0
    briefings: dict[str, None] = field(default_factory=dict)  # in their order; no values
    said: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    renumbered: int = 0
    altered: int = 0
    shortened: set[str] = field(default_factory=set)
    ids: "array[int]" = field(default_factory=lambda: array("Q"))  # quoted: generic from 3.12 on

    def watch(self, pairs: Iterable[ExportedBead]) -> Iterator[ExportedBead]:
        """Pass pairs on, counting what :func:`groups` will change in them."""
        for pair in pairs:
            self.altered += _storable(pair) is not pair
            if len(pair.briefing) > NAME:
                self.shortened.add(pair.briefing)
            yield pair

    def add(self, name: str, pairs: Sequence[ExportedBead], path: Path) -> None:
        """Look at the beads of one briefing.

        :raises FormatError: when the briefing was there before, or a bead cannot be stored.
        """
        if name in self.briefings:
            raise FormatError(f"{path.name}: the beads of briefing {name} do not stand together")
        self.briefings[name] = None
        self.renumbered += not _gapless(pairs)
        for number, pair in enumerate(pairs, start=self.beads + 1):
            _check_indices(pair, f"{path.name}, bead {number}")
            for text, letters, language in ((pair.zh, _CHINESE, "zh"), (pair.en, _ENGLISH, "en")):
                if letters.search(text):
                    self.letters[language] += 1
                elif any(map(str.isalpha, text)):
                    self.others[language] += 1
            self.said.update(name for name in REPORTED if getattr(pair, name) not in ("", (), None))
        self.beads += len(pairs)

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields that no bead has."""
        return tuple(name for name in REPORTED if not self.said[name])


def validate_file(
    read: Callable[[], Iterator[ExportedBead]],
    path: Path,
    *,
    unique: bool,
    seen: Callable[[str, list[ExportedBead]], object],
) -> Validation:
    """Read a whole file without storing anything.

    :param read: starts at the first bead each time it is called.
    :param unique: refuse an id that stands there twice, whatever it looks like; otherwise only
        those that a store of ours gave.
    :param seen: called with the name and the beads of each briefing.
    :raises FormatError: naming what is wrong with it.
    """
    survey = Validation()
    for name, pairs in group_by_briefing(survey.watch(read()), path):
        survey.add(name, pairs, path)
        survey.ids.extend(_digest(pair.id) for pair in pairs if _counts(pair, unique=unique))
        seen(name, pairs)
    if not survey.beads:
        raise FormatError(f"{path.name}: no bead in it")
    for language, word in (("zh", "Chinese"), ("en", "English")):
        if survey.others[language] and not survey.letters[language]:
            raise FormatError(
                f"{path.name}: no bead has {word} letters on its {word} side, but others have; is "
                "the file in another encoding, or are its sides swapped?"
            )
    _check_ids(survey.ids, read, path)
    return survey


def _counts(pair: ExportedBead, *, unique: bool) -> bool:
    return bool(pair.id) and (unique or keeps_id(pair))


def _digest(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest())


def _check_ids(ids: "array[int]", read: Callable[[], Iterator[ExportedBead]], path: Path) -> None:
    ordered = np.sort(np.frombuffer(ids, dtype=np.uint64)) if ids else np.zeros(0, np.uint64)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(twice):
        return
    first: dict[str, int] = {}
    for number, pair in enumerate(read(), start=1):
        if pair.id in first:
            raise FormatError(
                f"{path.name}: the id {pair.id!r} stands there twice, "
                f"in beads {first[pair.id]} and {number}"
            )
        if _digest(pair.id) in twice:
            first[pair.id] = number


def group_by_briefing(
    pairs: Iterable[ExportedBead], path: Path
) -> Iterator[tuple[str, list[ExportedBead]]]:
    """Yield (name of a briefing, its beads); beads without a briefing are cut into portions.

    A name that is too long for the store is cut, with a checksum of the whole name at its end.

    :raises FormatError: when a briefing is too large to be held in memory.
    """
    for name, group in groupby(map(_storable, pairs), key=lambda pair: pair.briefing):
        if name:
            beads = list(islice(group, LARGEST + 1))
            if len(beads) > LARGEST:
                raise FormatError(
                    f"{path.name}: briefing {name} has more than {LARGEST:,} beads; leave the "
                    "name out, and they are divided into briefings that can be reviewed"
                )
            yield from _as(shorten_name(name), beads)
            continue
        for number, portion in enumerate(_portions(group), start=1):
            yield from _as(_made_name(path, number, portion), portion)


def _as(name: str, pairs: list[ExportedBead]) -> Iterator[tuple[str, list[ExportedBead]]]:
    yield name, [pair if pair.briefing == name else replace(pair, briefing=name) for pair in pairs]


def shorten_name(name: str) -> str:
    """Cut a name to what the store has room for, the same each time.

    >>> shorten_name("x" * 50)
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-77cf1206'
    """
    if len(name) <= NAME:
        return name
    return f"{name[: NAME - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _storable(pair: ExportedBead) -> ExportedBead:
    """Put U+FFFD where a character may not stand in a database."""
    wrong = {
        name: text.translate(_NUL)
        for name in (*_TEXTS, *_MORE, "briefing")
        if "\x00" in (text := getattr(pair, name))
    }
    return replace(pair, **wrong) if wrong else pair


def _portions(pairs: Iterator[ExportedBead]) -> Iterator[list[ExportedBead]]:
    while portion := list(islice(pairs, PORTION)):
        yield portion


def _made_name(path: Path, number: int, pairs: Sequence[ExportedBead]) -> str:
    """Name a portion by its file, place and text: the same each time, and in order when sorted."""
    sha = hashlib.sha256()
    for pair in pairs:
        sha.update(f"{pair.zh}\x00{pair.en}\x01".encode())
    stem = re.sub(r"[^\w-]+", "-", path.stem)[:20].strip("-")
    return f"{stem or 'import'}-{number:04d}-{sha.hexdigest()[:8]}"


def _gapless(pairs: Sequence[ExportedBead]) -> bool:
    """Say whether the sentence numbers, where there are any, run from 0 without a gap."""
    for numbers in ([n for p in pairs for n in p.zh_index], [n for p in pairs for n in p.en_index]):
        if sorted(numbers) != list(range(len(numbers))):
            return False
    return True


def _check_indices(pair: ExportedBead, where: str) -> None:
    for numbers in (pair.zh_index, pair.en_index):
        if list(numbers) != sorted(set(numbers)):
            raise FormatError(f"{where}: {pair.id!r} has the sentences {list(numbers)[:20]}")
        if len(numbers) > SENTENCES:
            raise FormatError(f"{where}: {len(numbers):,} sentences on one side of a bead")
