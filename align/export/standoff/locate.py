"""Lay beads without text over a briefing: an outline and a briefing in, the new briefing out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ...records import Alignment, Bead, Briefing, Document, ExportedBead, Language, Sentence, joined
from ...store import BeadRow
from ..importing.build import carry_decisions
from .outline import Outline, OutlinedBead, SpanPlace, checksum, plain

WINDOW = 5
"""Paragraphs on either side in which a sentence is looked for at every offset."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A sentence of a bead that is nowhere in the text, and why, as far as it can be told."""

    briefing: str
    bead: str
    language: Language
    sentence: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class NearMatch:
    """A sentence that was found with other blanks, signs or widths of characters."""

    briefing: str
    language: Language
    sentence: int
    now: str


@dataclass(frozen=True, slots=True)
class New:
    """Sentences of one side that no bead covers: how many, and the first of them."""

    briefing: str
    language: Language
    sentences: int
    first: str


@dataclass(frozen=True, slots=True)
class Laid:
    """What came of one briefing; ``briefing`` is ``None`` where beads lost sentences."""

    briefing: Briefing | None
    rows: dict[int, BeadRow]
    beads: int
    moved: int
    lost: tuple[Lost, ...]
    near: tuple[NearMatch, ...]
    new: tuple[New, ...]


@dataclass(slots=True)
class _Side:
    """One side: where the sentences of the outline were found, and what is left of the text."""

    document: Document
    own: Sequence[Sentence]  # as they are cut in the corpus now
    moved: int = 0
    found: list[Sentence | None] = field(default_factory=list)
    near: list[int] = field(default_factory=list)
    new: list[Sentence] = field(default_factory=list)
    _taken: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        return self.document.language

    def seek(self, places: Sequence[SpanPlace]) -> None:
        """Find each sentence: at its place, then elsewhere, then with other signs."""
        paragraphs = list(self.document.paragraphs())
        self.found = [self._at(place, place.paragraph, place.start, paragraphs) for place in places]
        for number, place in enumerate(places):
            if self.found[number] is None:
                self.found[number] = self._elsewhere(place, paragraphs)
                self.moved += self.found[number] is not None
        for number, place in enumerate(places):
            if self.found[number] is None and place.plain:
                self.found[number] = self._alike(place)
                if self.found[number] is not None:
                    self.near.append(number)
        self.new = [piece for one in self.own for piece in self._left(one) if piece.clean]

    def _at(
        self, place: SpanPlace, at: int, start: int, paragraphs: Sequence[tuple[int, str]]
    ) -> Sentence | None:
        """Take the sentence at a place if it is there, and nothing else took it."""
        if at >= len(paragraphs):
            return None
        turn, text = paragraphs[at]
        end = start + place.end - place.start
        if end > len(text) or checksum(text[start:end]) != place.sha:
            return None
        return self._take(Sentence(text[start:end], at, turn, start, end))

    def _elsewhere(
        self, place: SpanPlace, paragraphs: Sequence[tuple[int, str]]
    ) -> Sentence | None:
        """Look at the same offset in every paragraph, then at every offset of those nearby."""
        nearest = sorted(range(len(paragraphs)), key=lambda at: abs(at - place.paragraph))
        for at in nearest:
            if found := self._at(place, at, place.start, paragraphs):
                return found
        for at in nearest[: 2 * WINDOW + 1]:
            for start in range(len(paragraphs[at][1]) - (place.end - place.start) + 1):
                if found := self._at(place, at, start, paragraphs):
                    return found
        return None

    def _alike(self, place: SpanPlace) -> Sentence | None:
        ordered = sorted(self.own, key=lambda one: abs(one.paragraph - place.paragraph))
        for one in ordered:
            if plain(one.text) == place.plain and (found := self._take(one)):
                return found
        return None

    def _take(self, sentence: Sentence) -> Sentence | None:
        if self._is_taken(sentence):
            return None
        self._taken.setdefault(sentence.paragraph, []).append((sentence.start, sentence.end))
        return sentence

    def _is_taken(self, sentence: Sentence) -> bool:
        ranges = self._taken.get(sentence.paragraph, ())
        return any(start < sentence.end and sentence.start < end for start, end in ranges)

    def _left(self, sentence: Sentence) -> Iterator[Sentence]:
        """Yield the stretches of a sentence that nothing took."""
        at = sentence.start
        end = (sentence.end, sentence.end)
        for first, last in [*sorted(self._taken.get(sentence.paragraph, ())), end]:
            if at < min(first, sentence.end):
                until = min(first, sentence.end)
                text = sentence.text[at - sentence.start : until - sentence.start]
                yield replace(sentence, text=text, start=at, end=until)
            at = max(at, last)

    def why(self, place: SpanPlace) -> str:
        """Say why a sentence was not found."""
        count = sum(1 for _ in self.document.paragraphs())
        if place.paragraph >= count:
            return f"paragraph {place.paragraph} is gone, the text has {count}"
        there = [one.clean for one in self.own if one.paragraph == place.paragraph]
        now = next((one for one in self.new if one.paragraph == place.paragraph), None)
        if now is None:
            return f"paragraph {place.paragraph} has {len(there)} sentences, none of them this one"
        return f"paragraph {place.paragraph} says now: {now.clean[:60]}"


def lay(outline: Outline, there: Briefing) -> Laid:
    """Lay the beads of an outline over a briefing.

    Sentences that no bead covers become beads of their own, where they stand in the text.
    """
    zh = _Side(there.zh, there.zh_sentences)
    en = _Side(there.en, there.en_sentences)
    zh.seek(outline.zh)
    en.seek(outline.en)
    lost = tuple(_lost(outline, there.id, zh, outline.zh)) + tuple(
        _lost(outline, there.id, en, outline.en)
    )
    near = tuple(
        NearMatch(there.id, side.language, number, sentence.clean)
        for side in (zh, en)
        for number in side.near
        if (sentence := side.found[number]) is not None
    )
    new = tuple(
        New(there.id, side.language, len(side.new), side.new[0].clean)
        for side in (zh, en)
        if side.new
    )
    made = None if lost else _made(outline, there, zh, en)
    beads = len(outline.beads)
    return Laid(
        briefing=None if made is None else made.briefing,
        rows={} if made is None else made.rows,
        beads=beads,
        moved=zh.moved + en.moved,
        lost=lost,
        near=near,
        new=new,
    )


def _lost(outline: Outline, name: str, side: _Side, places: Sequence[SpanPlace]) -> Iterator[Lost]:
    for bead in outline.beads:
        for number in bead.side(side.language):
            if side.found[number] is None:
                yield Lost(name, bead.id, side.language, number, side.why(places[number]))


@dataclass(frozen=True, slots=True)
class _Made:
    briefing: Briefing
    rows: dict[int, BeadRow]


def _made(outline: Outline, there: Briefing, zh: _Side, en: _Side) -> _Made:
    """Make the new briefing: all of its sentences are found by now."""
    zh_sentences, zh_numbers = _numbered(zh)
    en_sentences, en_numbers = _numbered(en)
    beads = [
        replace(
            bead,
            zh=tuple(zh_numbers[number] for number in bead.zh),
            en=tuple(en_numbers[number] for number in bead.en),
        )
        for bead in outline.beads
    ]
    _add_new(beads, "zh", len(zh_sentences))
    _add_new(beads, "en", len(en_sentences))
    made = replace(
        there,
        zh_sentences=zh_sentences,
        en_sentences=en_sentences,
        alignment=Alignment(
            tuple(Bead(one.zh, one.en, one.probability, one.status) for one in beads),
            f"{outline.signature}|put back",
        ),
    )
    return _Made(made, _rows(made, beads))


def _numbered(side: _Side) -> tuple[tuple[Sentence, ...], list[int]]:
    """Return the sentences in the order of the text, and the new number of each old one."""
    found = [sentence for sentence in side.found if sentence is not None]
    ordered = sorted([*found, *side.new], key=lambda one: (one.paragraph, one.start, one.end))
    places = {(one.paragraph, one.start, one.end): at for at, one in enumerate(ordered)}
    return tuple(ordered), [places[one.paragraph, one.start, one.end] for one in found]


def _add_new(beads: list[OutlinedBead], language: Language, size: int) -> None:
    """Put a bead for each sentence that is in none, behind the one with the sentence before it."""
    covered = {number for bead in beads for number in bead.side(language)}
    for number in range(size):
        if number in covered:
            continue
        before = [at for at, bead in enumerate(beads) if number - 1 in bead.side(language)]
        own = ((number,), ()) if language == "zh" else ((), (number,))
        at = before[0] + 1 if before else 0
        beads.insert(at, OutlinedBead("", own[0], own[1], None, "unreviewed", ""))


def _rows(made: Briefing, beads: Sequence[OutlinedBead]) -> dict[int, BeadRow]:
    """Give each bead its id and verdict."""
    pairs = []
    for bead in beads:
        zh = joined((made.zh_sentences[index] for index in bead.zh), "zh")
        en = joined((made.en_sentences[index] for index in bead.en), "en")
        pairs.append(
            ExportedBead(
                bead.id, made.id, zh=zh, en=en, zh_raw=zh, en_raw=en, zh_index=bead.zh,
                en_index=bead.en, status=bead.status, reviewer=bead.reviewer,
            )
        )  # fmt: skip
    return carry_decisions(made, pairs)
