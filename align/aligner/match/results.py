"""Records of the matcher: its input and its results."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...records import Alignment, Bead, Role, Sentence, TablePlace, Turn
from ..arrays import F32

Vectors = F32

LONGEST_SENTENCE = 5_000
"""Characters of a sentence that are encoded, and in which words, numbers and names are looked up;
the rest of a longer one would change little."""


@dataclass(frozen=True, slots=True)
class Side:
    """The sentences of one language, with paragraph, turn and role of each if they are known.

    ``paragraphs`` and ``turns`` are indices, one per sentence, or empty if unknown. ``tables`` are
    the rows of tables that the sentences are in, or empty if the text has no table.
    """

    sentences: tuple[str, ...]
    paragraphs: tuple[int, ...] = ()
    turns: tuple[int, ...] = ()
    roles: tuple[Role, ...] = ()
    tables: tuple[TablePlace | None, ...] = ()

    @property
    def beginnings(self) -> tuple[str, ...]:
        """The sentences, each without what follows its first 5,000 characters."""
        return tuple(sentence[:LONGEST_SENTENCE] for sentence in self.sentences)

    @classmethod
    def of(
        cls,
        sentences: Sequence[Sentence],
        turns: Sequence[Turn] = (),
    ) -> "Side":
        """Return the sentences of a document in the form that the matcher compares.

        :param turns: the turns of the document, for the roles.
        """
        rows = tuple(sentence.table_row for sentence in sentences)
        return cls(
            tuple(sentence.clean for sentence in sentences),
            tuple(sentence.paragraph for sentence in sentences),
            tuple(sentence.turn for sentence in sentences),
            tuple(turns[sentence.turn].role for sentence in sentences) if turns else (),
            rows if any(rows) else (),
        )


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to divide a part of both texts into beads, with its probability."""

    beads: tuple[Bead, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """A proposed cross-link between two spans that are out of order."""

    zh: tuple[int, ...]
    en: tuple[int, ...]
    similarity: float


@dataclass(frozen=True, slots=True)
class Matching:
    """The most probable alignment, the alternatives of its uncertain parts, proposed cross-links.

    The alternatives of a part are sorted, best first; the first one is part of the alignment.
    """

    alignment: Alignment
    alternatives: tuple[tuple[Alternative, ...], ...] = ()
    crossings: tuple[Crossing, ...] = ()
