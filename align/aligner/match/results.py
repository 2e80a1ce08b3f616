"""Records of the matcher: sides, alternatives, crossings, a matching."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...records import Alignment, Bead, Role, Sentence, Turn

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Side:
    """The sentences of one language, with paragraph, turn and role of each if they are known.

    ``paragraphs`` and ``turns`` are indices, one per sentence, or empty when unknown.
    """

    sentences: tuple[str, ...]
    paragraphs: tuple[int, ...] = ()
    turns: tuple[int, ...] = ()
    roles: tuple[Role, ...] = ()

    @classmethod
    def of(cls, sentences: Sequence[Sentence], turns: Sequence[Turn] = ()) -> "Side":
        """Return the sentences of a document as they are compared.

        :param turns: those of the document, for the roles.
        """
        return cls(
            tuple(sentence.clean for sentence in sentences),
            tuple(sentence.paragraph for sentence in sentences),
            tuple(sentence.turn for sentence in sentences),
            tuple(turns[sentence.turn].role for sentence in sentences) if turns else (),
        )


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to divide a stretch into beads, and how probable it is."""

    beads: tuple[Bead, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """A proposal: these unmatched spans are translations of each other, out of order."""

    zh: tuple[int, ...]
    en: tuple[int, ...]
    similarity: float


@dataclass(frozen=True, slots=True)
class Matching:
    """The most probable alignment, ways to divide its uncertain stretches, proposed crossing links.

    The ways to divide a stretch come best first; the first is what the alignment holds.
    """

    alignment: Alignment
    alternatives: tuple[tuple[Alternative, ...], ...] = ()
    crossings: tuple[Crossing, ...] = ()
