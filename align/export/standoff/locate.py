"""The sentences of a file without texts, located in the texts of a corpus."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ...records import Document, Language, Sentence
from ...review.transfer import locate_sentences
from .outline import SentencePlace, checksum, letters_checksum

NEARBY = 5
"""Paragraphs on either side in which a sentence is looked for at every offset."""


@dataclass(slots=True)
class LocatedSide:
    """One side of a briefing: where each sentence of the file stands in the text now.

    ``moved`` counts sentences that stand at another place, ``near`` has the numbers of those with
    other blanks, signs or widths of characters, ``uncovered`` is the text that is in none.
    """

    document: Document
    own: Sequence[Sentence]  # as the corpus has them
    sentences: list[Sentence | None] = field(default_factory=list)
    moved: int = 0
    near: list[int] = field(default_factory=list)
    uncovered: list[Sentence] = field(default_factory=list)
    _covered: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        """The language of the text."""
        return self.document.language

    def locate(self, places: Sequence[SentencePlace]) -> None:
        """Find each sentence at its place, then elsewhere in the text, then with other signs."""
        paragraphs = list(self.document.paragraphs())
        self.sentences = [self._at_place(place, paragraphs) for place in places]
        self.moved = len(self._match([place.sha for place in places], checksum))
        for number, place in enumerate(places):
            if self.sentences[number] is None:
                self.sentences[number] = self._cut_differently(place, paragraphs)
                self.moved += self.sentences[number] is not None
        self.near = self._match([place.letters for place in places], letters_checksum)
        self.uncovered = [piece for piece in self._free() if piece.clean]

    def _at_place(
        self, place: SentencePlace, paragraphs: Sequence[tuple[int, str]]
    ) -> Sentence | None:
        if place.paragraph >= len(paragraphs):
            return None
        turn, text = paragraphs[place.paragraph]
        start, end = place.start, place.end
        if end > len(text) or checksum(text[start:end]) != place.sha:
            return None
        return self._cover(Sentence(text[start:end], place.paragraph, turn, start, end))

    def _match(self, wanted: Sequence[str], digest: Callable[[str], str]) -> list[int]:
        """Find sentences of the corpus by their digests; return the numbers of those found.

        One diff keeps the order of the sentences; what was put in another order is found by the
        next one.
        """
        found: list[int] = []
        while True:
            pieces = {piece: digest(piece.text) for piece in self._free()}
            missing = {at: wanted[at] for at, one in enumerate(self.sentences) if one is None}
            common = {*pieces.values()}.intersection(missing.values())
            numbers = [number for number, name in missing.items() if name in common]
            choices = [piece for piece, name in pieces.items() if name in common]
            matches = locate_sentences(
                [wanted[number] for number in numbers], [pieces[piece] for piece in choices]
            )
            for number, match in zip(numbers, matches, strict=True):
                if match.sentences:
                    self.sentences[number] = self._cover(choices[match.sentences[0]])
            new = [number for number in numbers if self.sentences[number] is not None]
            if not new:
                return found
            found += new

    def _cut_differently(
        self, place: SentencePlace, paragraphs: Sequence[tuple[int, str]]
    ) -> Sentence | None:
        """Look at every offset of the paragraphs nearby: the corpus may cut its text elsewhere."""
        size, first = place.end - place.start, max(place.paragraph - NEARBY, 0)
        for at, (_, text) in enumerate(paragraphs[first : place.paragraph + NEARBY + 1], first):
            for start in range(len(text) - size + 1):
                there = replace(place, paragraph=at, start=start, end=start + size)
                if found := self._at_place(there, paragraphs):
                    return found
        return None

    def _cover(self, sentence: Sentence) -> Sentence | None:
        """Take a sentence, unless another one has some of its text already."""
        ranges = self._covered.setdefault(sentence.paragraph, [])
        if any(start < sentence.end and sentence.start < end for start, end in ranges):
            return None
        ranges.append((sentence.start, sentence.end))
        return sentence

    def _free(self) -> Iterator[Sentence]:
        """Yield the stretches of sentences of the corpus that are not covered."""
        for sentence in self.own:
            at = sentence.start
            ranges = sorted(self._covered.get(sentence.paragraph, ()))
            for start, end in [*ranges, (sentence.end, sentence.end)]:
                until = min(start, sentence.end)
                if at < until:
                    text = sentence.text[at - sentence.start : until - sentence.start]
                    yield replace(sentence, text=text, start=at, end=until)
                at = max(at, end)

    def explain_loss(self, place: SentencePlace) -> str:
        """Say why a sentence was not found."""
        count = sum(1 for _ in self.document.paragraphs())
        if place.paragraph >= count:
            return f"paragraph {place.paragraph} is gone, the text has {count}"
        for sentence in self.uncovered:
            if sentence.paragraph == place.paragraph:
                return f"paragraph {place.paragraph} says now: {sentence.clean[:60]}"
        there = sum(sentence.paragraph == place.paragraph for sentence in self.own)
        return f"paragraph {place.paragraph} has {there} sentences, none of them this one"
