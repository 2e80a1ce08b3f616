"""Test-set overlap: which lines of a test set occur in the corpus, exactly, nearly or in part.

The corpus is indexed by language: each distinct text once, by its letters and by the bands of its
MinHash signature. Test sets are streamed, so memory depends only on the size of the corpus.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Literal

import numpy as np

from ...aligner.text.chinese import detect_language
from ...aligner.text.strings import digest, keep_letters
from ...errors import N_, FormatError
from ...records import LANGUAGES, BeadRecord, Language
from .filters import Rule
from .filters import near_duplicates as minhash
from .filters.formulas import FormulaCounter, Formulas
from .formats import FORMATS
from .formats.text import read_lines
from .formats.values import to_text
from .importing import TABS, find_format, guess_format, unpacked
from .leaks import ALIKE, SHORTEST, Alike, counts_alone
from .splits import PARTS, PartName

Kind = Literal["exact", "near", "one-sided"]
KINDS: tuple[Kind, ...] = ("exact", "near", "one-sided")

BOTH_ALIKE = 0.5  # the likeness of each side from which both together count as a near copy
_BATCH = 1024
_SAMPLE = 200  # lines that are looked at to find out which language a side is in
# Maximum of texts with a shared band to compare with a line; more of them mean boilerplate.
_CROWD = 64


@dataclass(frozen=True, slots=True)
class Segment:
    """A line of a test set, numbered from 1; a side that it does not have is empty."""

    number: int
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class OverlapMatch:
    """A line of a test set, a bead with its text, and the similarity per language, 0 to 1."""

    line: int
    kind: Kind
    briefing: str
    bead: str
    zh: float
    en: float


@dataclass(frozen=True, slots=True)
class OverlapReport:
    """The overlap of a test set with a corpus: the best match of each line in each part."""

    file: Path
    lines: int
    found: int  # lines that have a match
    parts: Mapping[PartName, Mapping[Kind, int]]  # counts of matches
    matches: tuple[tuple[PartName, OverlapMatch], ...]


def find_overlap(index: "CorpusIndex", path: Path, parts: Mapping[str, PartName]) -> OverlapReport:
    """Compare a test set with a corpus; ``parts`` has the part of each briefing."""
    counts = {part: dict.fromkeys(KINDS, 0) for part in PARTS}
    matches: list[tuple[PartName, OverlapMatch]] = []
    lines = 0
    found = 0
    for of_line in index.find(read_test_set(path)):
        lines += 1
        best: dict[PartName, OverlapMatch] = {}
        for match in sorted(of_line, key=_closest_first):
            best.setdefault(parts[match.briefing], match)
        if best:
            found += 1
        matches += best.items()
        for part, match in best.items():
            counts[part][match.kind] += 1
    return OverlapReport(path, lines, found, counts, tuple(matches))


def _closest_first(match: OverlapMatch) -> tuple[int, float]:
    """Return a key that sorts the closest kind first, and within it the most similar texts."""
    return KINDS.index(match.kind), -(match.zh + match.en)


def rules_without(
    files: Sequence[Path], beads: Iterable[BeadRecord], alike: Alike = "both"
) -> list[Rule]:
    """Return the rules that drop the beads of a corpus that occur in test sets, by kind of match.

    A line with one language is compared by that side alone; a line with both by both, unless
    ``alike`` is "one". A formula that recurs in many briefings does not count alone.
    """
    counter = FormulaCounter()
    index = CorpusIndex(counter.watch(beads))
    formulas = counter.find()
    rules: list[Rule] = []
    for file in files:
        kinds = _closest_kinds(index, file, alike)
        for kind in KINDS:
            name = f"without={file.name}, {kind}"
            rules.append(Rule.of(name, partial(_keeps, kinds, kind, formulas)))
    return rules


def _closest_kinds(index: "CorpusIndex", file: Path, alike: Alike) -> dict[str, OverlapMatch]:
    """Return the closest match of each bead that a test set contains."""
    found: dict[str, OverlapMatch] = {}
    for segment, matches in index.find_each(read_test_set(file)):
        single = alike == "one" or not (segment.zh and segment.en)
        for match in matches:
            known = found.get(match.bead)
            closer = known is None or KINDS.index(match.kind) < KINDS.index(known.kind)
            if closer and (single or match.kind != "one-sided"):
                found[match.bead] = match
    return found


def _keeps(
    found: Mapping[str, OverlapMatch], kind: Kind, formulas: Formulas, bead: BeadRecord
) -> bool:
    match = found.get(bead.id or "")
    if match is None or match.kind != kind:
        return True
    if kind != "one-sided":
        return False
    side: Language = "zh" if match.zh >= match.en else "en"
    return not counts_alone(bead.pair.texts[side], side, formulas)


class CorpusIndex:
    """The beads of a corpus, searchable by lines with the same or nearly the same text."""

    def __init__(self, beads: Iterable[BeadRecord]) -> None:
        self._sides = {language: _SideIndex(language) for language in LANGUAGES}
        self._beads: list[tuple[str, str]] = []
        for bead in beads:
            self._beads.append((bead.provenance.briefing, to_text(bead.id)))
            self._sides["zh"].add(bead.zh)
            self._sides["en"].add(bead.en)
        for side in self._sides.values():
            side.sort()

    def find(self, segments: Iterable[Segment]) -> Iterator[tuple[OverlapMatch, ...]]:
        """Yield the matches of each line."""
        for _, matches in self.find_each(segments):
            yield matches

    def find_each(
        self, segments: Iterable[Segment]
    ) -> Iterator[tuple[Segment, tuple[OverlapMatch, ...]]]:
        """Yield each line with its matches."""
        rest = iter(segments)
        while batch := list(islice(rest, _BATCH)):
            zh = self._sides["zh"].find([segment.zh for segment in batch])
            en = self._sides["en"].find([segment.en for segment in batch])
            for segment, *sides in zip(batch, zh, en, strict=True):
                yield segment, tuple(self._matches(segment, *sides)) if any(sides) else ()

    def _matches(
        self, segment: Segment, zh: dict[int, float], en: dict[int, float]
    ) -> Iterator[OverlapMatch]:
        for bead in zh.keys() | en.keys():
            sides = (zh.get(bead, 0.0), en.get(bead, 0.0))
            kind: Kind = "exact" if min(sides) == 1 else "near"
            if min(sides) < BOTH_ALIKE:
                kind = "one-sided"
                side: Language = "zh" if sides[0] >= sides[1] else "en"
                text = segment.zh if side == "zh" else segment.en
                if max(sides) < ALIKE or len(keep_letters(text)) < SHORTEST[side]:
                    continue
            yield OverlapMatch(segment.number, kind, *self._beads[bead], *sides)


class _SideIndex:
    """The distinct texts in one language, and the beads in which each occurs."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._texts: dict[int, int] = {}  # number by digest of the letters
        self._text_of = array("i")  # of each bead, -1 where it has none
        self._signatures = bytearray()

    def add(self, text: str) -> None:
        """Add the text of the next bead."""
        letters = keep_letters(text)
        known = len(self._texts)
        number = self._texts.setdefault(digest(letters), known) if letters else -1
        if number == known:
            self._signatures += self._sign(text).tobytes()
        self._text_of.append(number)

    def sort(self) -> None:
        """Sort the added texts to make them searchable."""
        texts = np.asarray(self._text_of)
        self._beads = np.argsort(texts, kind="stable")
        self._starts = np.searchsorted(texts[self._beads], np.arange(len(self._texts) + 1))
        self._rows = minhash.unpack(self._signatures)
        keys = minhash.hash_bands(self._rows)
        self._order = np.argsort(keys, axis=0, kind="stable").astype(np.uint32).T
        self._keys = np.take_along_axis(keys.T, self._order, axis=1)

    def find(self, texts: Sequence[str]) -> list[dict[int, float]]:
        """Return for each text the beads that have it or one like it, and how much alike."""
        found: list[dict[int, float]] = [{} for _ in texts]
        if not self._texts or not any(texts):
            return found
        signatures = np.stack([self._sign(text) for text in texts])
        hashes = minhash.hash_bands(signatures)
        for known, order, keys in zip(self._keys, self._order, hashes.T, strict=True):
            # the lines, and the texts that have a band in common with each
            first, end = (np.searchsorted(known, keys, side) for side in ("left", "right"))
            counts = np.minimum(end - first, _CROWD)
            lines = np.repeat(np.arange(len(keys)), counts)
            steps = np.arange(len(lines)) - np.repeat(np.cumsum(counts) - counts, counts)
            numbers = order[first[lines] + steps]
            alike = (self._rows[numbers] == signatures[lines]).mean(axis=1)
            for at in np.flatnonzero(alike >= BOTH_ALIKE):
                found[lines[at]][int(numbers[at])] = min(float(alike[at]), 0.99)
        for text, numbers_of in zip(texts, found, strict=True):
            exact = self._texts.get(digest(keep_letters(text)))
            if exact is not None:
                numbers_of[exact] = 1.0
        return [
            {
                int(bead): alike
                for number, alike in numbers_of.items()
                for bead in self._beads[self._starts[number] : self._starts[number + 1]]
            }
            for numbers_of in found
        ]

    def _sign(self, text: str) -> minhash.Signature:
        """Return the signature of a text; one without neighbours to compare is like none."""
        shingles = minhash.list_side_shingles(text, self._language)
        return minhash.sign(shingles if len(shingles) > 1 else {text})


def read_test_set(path: Path) -> Iterator[Segment]:
    """Yield the lines of a test set, one at a time."""
    with unpacked(path) as file:
        yield from _read_lines(file) if _is_plain(file) else _read_pairs(file)


def list_files(path: Path) -> tuple[Path, ...]:
    """Return the files that are read as one: both of a Moses pair, whichever of them is named."""
    pair = FORMATS["moses"].files(path)[:2]
    return pair if all(file.is_file() for file in pair) else (path,)


def _is_plain(path: Path) -> bool:
    if len(list_files(path)) > 1 or not path.is_file():
        return False
    if path.suffix.lower() in TABS:
        return "\t" not in next(read_lines(path), (0, ""))[1]
    return guess_format(path) in ("", "moses")  # half of a pair that has no other half


def _read_lines(path: Path) -> Iterator[Segment]:
    lines = ((number, text) for number, text in read_lines(path) if text.strip())
    sample = list(islice(lines, _SAMPLE))
    if not sample:
        raise FormatError(N_("{name}: contains no text; name another file"), name=path.name)
    language = detect_language(text for _, text in sample)
    return (Segment(number, **{language: text}) for number, text in chain(sample, lines))


def _read_pairs(path: Path) -> Iterator[Segment]:
    beads = find_format(path).read(path)
    sample = list(islice(beads, _SAMPLE))
    for language in LANGUAGES:
        if detect_language(bead.pair.texts[language] for bead in sample) != language:
            raise FormatError(
                N_("{name}: not Chinese and English pairs; check its {language!r} text"),
                name=path.name,
                language=language,
            )
    numbered = enumerate(chain(sample, beads), 1)
    return (Segment(number, bead.zh, bead.en) for number, bead in numbered)
