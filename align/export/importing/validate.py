"""The first reading of a file to import, which finds everything that is wrong with it.

It remembers eight bytes a bead, and the names of the briefings.
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
from ...text.chinese import HAN_CHARACTER
from ...text.strings import digest
from .build import is_own_id

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

_LETTERS = {
    "zh": HAN_CHARACTER,
    "en": re.compile("[A-Za-z]"),
}
_TEXTS = (
    *("zh", "en", "zh_raw", "en_raw", "speaker", "reviewer", "source_zh", "source_en"),
    *("licence", "signature", "note", "briefing"),
)


@dataclass(slots=True)
class Validation:
    """The result of the first reading.

    ``renumbered`` counts briefings whose sentence numbers had gaps, ``altered`` beads with a
    character that no database holds, ``shortened`` names that were too long. ``letters`` counts by
    side the beads with letters of its language, ``others`` those with other letters only.
    """

    beads: int = 0
    briefings: dict[str, None] = field(default_factory=dict)  # in their order; no values
    renumbered: int = 0
    altered: int = 0
    shortened: set[str] = field(default_factory=set)
    filled: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    ids: "array[int]" = field(default_factory=lambda: array("Q"))  # quoted: generic from 3.12 on

    def watch(self, pairs: Iterable[ExportedBead]) -> Iterator[ExportedBead]:
        """Pass beads on, and count what :func:`group_by_briefing` will change in them."""
        for pair in pairs:
            self.altered += _replace_nul(pair) is not pair
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
        self.renumbered += not _is_gapless(pairs)
        for number, pair in enumerate(pairs, start=self.beads + 1):
            _check_numbers(pair, f"{path.name}, bead {number}")
            for language, text in (("zh", pair.zh), ("en", pair.en)):
                if _LETTERS[language].search(text):
                    self.letters[language] += 1
                elif any(map(str.isalpha, text)):
                    self.others[language] += 1
            self.filled.update(
                name for name in REPORTED if getattr(pair, name) not in ("", (), None)
            )
        self.beads += len(pairs)

    def check(self, path: Path) -> None:
        """Refuse a file without beads, or with letters of other languages only.

        :raises FormatError: naming what is wrong.
        """
        if not self.beads:
            raise FormatError(f"{path.name}: no bead in it")
        for language, word in (("zh", "Chinese"), ("en", "English")):
            if self.others[language] and not self.letters[language]:
                raise FormatError(
                    f"{path.name}: no bead has {word} letters on its {word} side, but others have; "
                    "is the file in another encoding, or are its sides swapped?"
                )

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields that no bead has."""
        return tuple(name for name in REPORTED if not self.filled[name])


def validate_file(
    read: Callable[[], Iterator[ExportedBead]],
    path: Path,
    *,
    unique: bool,
    check: Callable[[str, list[ExportedBead]], object],
) -> Validation:
    """Read a whole file without storing anything.

    :param read: starts at the first bead each time it is called.
    :param unique: refuse any id that stands there twice; otherwise only one of our own stores.
    :param check: called with the name and the beads of each briefing.
    :raises FormatError: naming what is wrong with it.
    """
    found = Validation()
    for name, pairs in group_by_briefing(found.watch(read()), path):
        found.add(name, pairs, path)
        found.ids.extend(
            digest(pair.id) for pair in pairs if pair.id and (unique or is_own_id(pair.id))
        )
        check(name, pairs)
    found.check(path)
    repeated = repeated_digests(found.ids)
    first: dict[str, int] = {}
    for number, pair in enumerate(read() if repeated else (), start=1):
        if digest(pair.id) in repeated and first.setdefault(pair.id, number) != number:
            raise FormatError(
                f"{path.name}: the id {pair.id!r} stands there twice, "
                f"in beads {first[pair.id]} and {number}"
            )
    return found


def repeated_digests(digests: "array[int]") -> set[int]:
    """Return the digests that stand there more than once."""
    values, counts = np.unique(np.asarray(digests, dtype=np.uint64), return_counts=True)
    return set(values[counts > 1].tolist())


def group_by_briefing(
    pairs: Iterable[ExportedBead], path: Path
) -> Iterator[tuple[str, list[ExportedBead]]]:
    """Yield (name of a briefing, its beads); beads without a briefing are cut into portions.

    U+FFFD takes the place of a character that no database holds. A name that is too long for the
    store is cut, with a checksum of the whole name at its end.

    :raises FormatError: when a briefing is too large to be held in memory.
    """
    for name, group in groupby(map(_replace_nul, pairs), key=lambda pair: pair.briefing):
        if name:
            beads = list(islice(group, LARGEST + 1))
            if len(beads) > LARGEST:
                raise FormatError(
                    f"{path.name}: briefing {name} has more than {LARGEST:,} beads; leave the "
                    "name out, and they are divided into briefings that can be reviewed"
                )
            short = shorten_name(name)
            yield short, beads if short == name else _rename(beads, short)
            continue
        number = 0
        while portion := list(islice(group, PORTION)):
            number += 1
            made = _portion_name(path, number, portion)
            yield made, _rename(portion, made)


def _rename(pairs: Sequence[ExportedBead], name: str) -> list[ExportedBead]:
    return [replace(pair, briefing=name) for pair in pairs]


def shorten_name(name: str) -> str:
    """Cut a name to what the store has room for, the same each time.

    >>> shorten_name("x" * 50)
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-77cf1206'
    """
    if len(name) <= NAME:
        return name
    return f"{name[: NAME - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _replace_nul(pair: ExportedBead) -> ExportedBead:
    """Replace U+0000, which PostgreSQL cannot hold: a corpus of SQLite can be copied there."""
    wrong = {
        name: text.replace("\x00", "\ufffd")
        for name in _TEXTS
        if "\x00" in (text := getattr(pair, name))
    }
    return replace(pair, **wrong) if wrong else pair


def _portion_name(path: Path, number: int, pairs: Sequence[ExportedBead]) -> str:
    """Name a portion by its file, place and text: the same each time, and in order when sorted."""
    sha = hashlib.sha256()
    for pair in pairs:
        sha.update(f"{pair.zh}\x00{pair.en}\x01".encode())
    stem = re.sub(r"[^\w-]+", "-", path.stem)[:20].strip("-")
    return f"{stem or 'import'}-{number:04d}-{sha.hexdigest()[:8]}"


def _is_gapless(pairs: Sequence[ExportedBead]) -> bool:
    """Say whether the sentence numbers, where there are any, run from 0 without a gap."""
    sides = (
        [n for pair in pairs for n in pair.zh_index],
        [n for pair in pairs for n in pair.en_index],
    )
    return all(sorted(numbers) == list(range(len(numbers))) for numbers in sides)


def _check_numbers(pair: ExportedBead, where: str) -> None:
    for numbers in (pair.zh_index, pair.en_index):
        if list(numbers) != sorted(set(numbers)):
            raise FormatError(f"{where}: {pair.id!r} has the sentences {list(numbers)[:20]}")
        if len(numbers) > SENTENCES:
            raise FormatError(f"{where}: {len(numbers):,} sentences on one side of a bead")
