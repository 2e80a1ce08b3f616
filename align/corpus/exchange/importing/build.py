"""Briefings built from the beads of a file, after a first reading that finds every fault in it.

The first reading remembers a digest of each id, and the names of the briefings.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from .... import records
from ....aligner.text.chinese import HAN_CHARACTER
from ....aligner.text.strings import digest
from ....errors import N_, FormatError
from ....records import Bead, BeadRecord, Briefing, Document, Language, Sentence, Turn, join_text
from ....sources.limits import LONGEST_TEXT, MOST_CHARACTERS, MOST_UNPACKED
from ...store import BeadRow, Store
from ..formats.record import FileRecord
from ..formats.text import list_sentences
from ..formats.values import to_values

# Beads of a briefing made of a file that names none: what a reviewer can page through.
PORTION = 2000
# Maximum number of beads in a briefing; one briefing at a time is in memory, about 100 MB.
LARGEST = 50_000
NAME = 40  # maximum characters of a briefing's name in the store
# Fields that an import reports as missing if no bead has them.
REPORTED = ("id", "date", "speaker", "zh_index", "probability", "source_zh", "signature")

_LETTERS = {"zh": HAN_CHARACTER, "en": re.compile("[A-Za-z]")}
_OWN_ID = re.compile(r"[0-9a-f]{32}")  # as a store gives them
_STORABLE_ID = re.compile(r"[\w.-]{1,32}", re.ASCII)


@dataclass(slots=True)
class Validation:
    """The first pass over a file: it checks and counts all beads.

    With ``unique``, any repeated id is an error; otherwise only a repeated id of our own stores.
    """

    unique: bool
    beads: int = 0
    characters: int = 0
    briefings: dict[str, None] = field(default_factory=dict)  # in their order; no values
    filled: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)  # beads, by side
    others: Counter[str] = field(default_factory=Counter)  # beads with other letters only
    ids: set[int] = field(default_factory=set)  # digests

    def read(
        self, pairs: Iterable[FileRecord], path: Path
    ) -> Iterator[tuple[str, list[FileRecord]]]:
        """Yield the beads of each briefing; raise :exc:`FormatError` for the first fault."""
        most = _most_characters(path)
        for name, group in group_by_briefing(pairs, path):
            if name in self.briefings:
                raise FormatError(
                    N_(
                        "{name}: the beads of briefing {briefing} are not consecutive; sort "
                        "the file by briefing"
                    ),
                    name=path.name,
                    briefing=name,
                )
            self.briefings[name] = None
            for pair in group:
                self.beads += 1
                self._check(pair, f"{path.name}, bead {self.beads}")
                self._count(pair)
            if self.characters > most:
                raise FormatError(
                    N_(
                        "{name}: its texts have over {most:,} characters, far more than its size "
                        "suggests; split it"
                    ),
                    name=path.name,
                    most=most,
                )
            yield name, group
        if not self.beads:
            raise FormatError(N_("{name}: contains no beads"), name=path.name)
        for language, word in records.LANGUAGE_NAMES.items():
            if self.others[language] and not self.letters[language]:
                raise FormatError(
                    N_(
                        "{name}: no bead has {word} characters in its {word} text; check the "
                        "encoding, and whether the languages are swapped"
                    ),
                    name=path.name,
                    word=word,
                )

    def _check(self, pair: BeadRecord, where: str) -> None:
        if "\0" in pair.zh + pair.en:
            raise FormatError(
                N_("{where}: contains U+0000, which cannot be stored; remove it"), where=where
            )
        if max(map(len, pair.pair.texts)) > LONGEST_TEXT:
            raise FormatError(
                N_("{where}: a text of over {most:,} characters; split it"),
                where=where,
                most=LONGEST_TEXT,
            )
        for index in pair.pair.index:
            if list(index) != sorted({*index}):
                raise FormatError(
                    N_(
                        "{where}: the sentences of {id!r} are {sentences}; number them in "
                        "ascending order"
                    ),
                    where=where,
                    id=pair.id,
                    sentences=str(list(index)[:20]),
                )
        if pair.id and (self.unique or _OWN_ID.fullmatch(pair.id)):
            if (name := digest(pair.id)) in self.ids:
                raise FormatError(N_("{where}: the id {id!r} is repeated"), where=where, id=pair.id)
            self.ids.add(name)

    def _count(self, pair: BeadRecord) -> None:
        for language, text in (("zh", pair.zh), ("en", pair.en)):
            if _LETTERS[language].search(text):
                self.letters[language] += 1
            elif any(map(str.isalpha, text)):
                self.others[language] += 1
        self.characters += sum(map(len, pair.pair.texts))
        values = to_values(pair)
        self.filled.update(name for name in REPORTED if values[name] not in ("", (), None))

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields that no bead has."""
        return tuple(name for name in REPORTED if not self.filled[name])


def _most_characters(path: Path) -> int:
    """Return how many characters of text a file of this size may hold; compressed text has ten."""
    files = path.rglob("*") if path.is_dir() else [path]
    size = sum(file.stat().st_size for file in files if file.is_file())
    return MOST_CHARACTERS + MOST_UNPACKED * size


def group_by_briefing(
    pairs: Iterable[FileRecord], path: Path
) -> Iterator[tuple[str, list[FileRecord]]]:
    """Yield (name of a briefing, cut to size, its beads); beads without a name in portions."""
    for name, group in groupby(pairs, key=lambda pair: pair.provenance.briefing):
        if name:
            beads, is_whole = _take_all(group)
            if not is_whole:
                raise FormatError(
                    N_(
                        "{name}: briefing {briefing} has more than {largest:,} beads or "
                        "{characters:,} characters; remove its name to split it into briefings of "
                        "a reviewable size"
                    ),
                    name=path.name,
                    briefing=name,
                    largest=LARGEST,
                    characters=MOST_CHARACTERS,
                )
            short = shorten_name(name)
            yield short, [_rename(pair, short) for pair in beads]
            continue
        # A portion is named by its file, place and text: the same each time, in order when sorted.
        stem = re.sub(r"[^\w-]+", "-", path.stem)[:20].strip("-") or "import"
        number = 0
        while portion := _take(group, PORTION):
            number += 1
            sha = hashlib.sha256("".join(f"{one.zh}\0{one.en}\1" for one in portion).encode())
            made = f"{stem}-{number:04d}-{sha.hexdigest()[:8]}"
            yield made, [_rename(pair, made) for pair in portion]


def _take_all(beads: Iterator[FileRecord]) -> tuple[list[FileRecord], bool]:
    """Return the beads of a briefing within its limits, and whether these are all."""
    taken = _take(beads, LARGEST)
    return taken, next(beads, None) is None


def _take(beads: Iterator[FileRecord], most: int) -> list[FileRecord]:
    """Return the next beads: up to a number, and up to the characters of a briefing."""
    taken: list[FileRecord] = []
    characters = 0
    while len(taken) < most and characters < MOST_CHARACTERS:
        bead = next(beads, None)
        if bead is None:
            break
        taken.append(bead)
        characters += sum(map(len, bead.pair.published)) + sum(map(len, bead.pair.texts))
    return taken


def _rename(bead: FileRecord, briefing: str) -> FileRecord:
    """Return a bead as one of a briefing by this name."""
    return replace(bead, provenance=replace(bead.provenance, briefing=briefing))


def shorten_name(name: str) -> str:
    """Return a name shortened to the length that the store allows, always in the same way.

    >>> shorten_name("x" * 50)
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-77cf1206'
    """
    if len(name) <= NAME:
        return name
    return f"{name[: NAME - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def build_briefing(
    name: str, pairs: Sequence[BeadRecord], source: str, notes: tuple[str, ...]
) -> Briefing:
    """Make a briefing of its beads: each sentence a paragraph, each run of a speaker a turn."""
    zh_sentences, zh_turns, zh_spans = _build_side(pairs, "zh")
    en_sentences, en_turns, en_spans = _build_side(pairs, "en")
    beads = tuple(
        Bead(tuple(zh), tuple(en), pair.pair.probability, pair.verdict.status)
        for zh, en, pair in zip(zh_spans, en_spans, pairs, strict=True)
    )
    known = [pair.provenance for pair in pairs]
    zh_url, en_url = (
        _first(one.sources[language] for one in known) for language in records.LANGUAGES
    )
    date = next((one.date for one in known if one.date), None)
    shared: dict[str, Any] = {"date": date, "source": source, "notes": notes}
    return Briefing(
        id=name,
        zh=Document("zh", name, zh_turns, url=zh_url, counterpart_url=en_url, **shared),
        en=Document("en", name, en_turns, url=en_url, counterpart_url=zh_url, **shared),
        zh_sentences=zh_sentences,
        en_sentences=en_sentences,
        alignment=records.Alignment(
            beads, _first(one.signature for one in known) or f"{source}|{name}"
        ),
    )


def _build_side(
    pairs: Sequence[BeadRecord], language: Language
) -> tuple[tuple[Sentence, ...], tuple[Turn, ...], list[list[int]]]:
    sentences: list[Sentence] = []
    turns: list[Turn] = []
    spans: list[list[int]] = [[] for _ in pairs]
    colon = "：" if language == "zh" else ":"
    runs = groupby(
        list_sentences(pairs, language),
        key=lambda one: (one.record.provenance.speaker, one.record.provenance.role),
    )
    for (speaker, role), run in runs:
        first = len(sentences)
        for at, one in enumerate(run, first):
            spans[one.bead].append(at)
            sentences.append(Sentence(one.text, at, len(turns), 0, len(one.text)))
        texts = tuple(sentence.text for sentence in sentences[first:])
        turns.append(Turn(f"{speaker}{colon}" if speaker else "", texts, role))
    return tuple(sentences), tuple(turns), spans


def carry_decisions(
    store: Store, briefing: Briefing, pairs: Sequence[BeadRecord]
) -> dict[int, BeadRow]:
    """Return the row of each bead, by its number, with the reviewer's decisions.

    An id is kept if it occurs once in the file and in no other briefing.
    """
    ids = _choose_ids(store, briefing, pairs)
    rows = {}
    last = {"zh": -1, "en": -1}
    for at, (pair, bead) in enumerate(zip(pairs, briefing.alignment.beads, strict=True)):
        spans = {"zh": bead.zh, "en": bead.en}
        crossing = any(span and span[0] < last[side] for side, span in spans.items())
        last = {side: max((last[side], *span)) for side, span in spans.items()}
        zh_text = join_text([briefing.zh_sentences[index] for index in bead.zh], "zh")
        en_text = join_text([briefing.en_sentences[index] for index in bead.en], "en")
        rows[at] = BeadRow(
            id=ids[at],
            briefing=briefing.id,
            position=float(at),
            zh=(),
            en=(),
            zh_text=zh_text,
            en_text=en_text,
            zh_edit=None if pair.zh == zh_text else pair.zh,
            en_edit=None if pair.en == en_text else pair.en,
            status=pair.verdict.status,
            reviewer=pair.verdict.reviewer,
            note=pair.verdict.note,
            crossing=crossing,
            revision=-1,
        )
    return rows


def _choose_ids(store: Store, briefing: Briefing, pairs: Sequence[BeadRecord]) -> dict[int, str]:
    """Return the id of each bead, by its number: that of the file where it can be kept."""

    def elsewhere(names: Collection[str]) -> set[str]:
        there = store.rows_by_id(names)
        return {name for name, row in there.items() if row.briefing != briefing.id}

    counted = Counter(pair.id for pair in pairs)
    once = (name for name, times in counted.items() if times == 1)
    ids = {name for name in once if name is not None and is_storable_id(name)}
    ids -= elsewhere(ids)
    stay = {at: pair.id for at, pair in enumerate(pairs) if pair.id is not None and pair.id in ids}
    new = {at: str(at) for at in range(len(pairs)) if at not in stay}
    taken = {*new.values()}
    while taken:  # e.g. rows next to an inserted row, or rows of a renamed briefing
        for at, name in new.items():
            if name in taken:
                data = f"{briefing.id}/{name}".encode()
                new[at] = hashlib.blake2b(data, digest_size=16).hexdigest()
        taken = ids.intersection(new.values()) | elsewhere(new.values())
    return stay | new


def is_storable_id(name: str) -> bool:
    """Return whether the store has room for the id of a bead from any tool."""
    return _STORABLE_ID.fullmatch(name) is not None


def _first(texts: Iterable[str]) -> str:
    """Return the first text that is not empty, or nothing."""
    return next(filter(None, texts), "")
