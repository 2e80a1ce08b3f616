"""Clauses: sentences cut at commas and the like, encoded alone and found again in the other text.

A sentence's vector says what most of it is about; which sentence a single clause belongs to is
seen by its own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ...records import Language
from ..lattice import Edges
from ..results import Encoder, Side, Vectors
from .group import Columns, Floats
from .similarity import OUTSIDE, Similarity
from .units import Match, Units, Window, columns

_PATTERN = {
    "zh": re.compile(r"[^，；：。！？…—,;:!?]+[，；：。！？…—,;:!?”’」』）\"\s]*"),
    "en": re.compile(r"[^,;:.!?—–]+[,;:.!?—–”’\"')\s]*"),
}
_WORD = re.compile(r"\w")

SHORTEST = {"zh": 4, "en": 3}
"""Letters (zh) or words (en) of a clause that stands alone; a shorter one joins its neighbour."""


@dataclass(frozen=True, eq=False)
class Clauses:
    """The clauses of both sides and their vectors."""

    zh: Units
    en: Units
    zh_vectors: Vectors
    en_vectors: Vectors

    @staticmethod
    def of(zh: Side, en: Side, encoder: Encoder) -> "Clauses":
        """Cut and encode."""
        zh_units, zh_vectors = _encode(zh, "zh", encoder)
        en_units, en_vectors = _encode(en, "en", encoder)
        return Clauses(zh_units, en_units, zh_vectors, en_vectors)


def clauses(clauses: Clauses, similarity: Similarity, edges: Edges) -> Columns:
    """Say how well the clauses of each span are found again in the other one and beside it."""
    zh_window = Window.of(edges, "zh", clauses.zh, len(clauses.en.start) - 1)
    en_window = Window.of(edges, "en", clauses.en, len(clauses.zh.start) - 1)
    zh = _match(clauses.zh, zh_window, clauses.zh_vectors, clauses.en, clauses.en_vectors)
    en = _match(clauses.en, en_window, clauses.en_vectors, clauses.zh, clauses.zh_vectors)
    return columns(
        "clauses",
        Match(clauses.zh, zh_window, similarity.scaled(zh), OUTSIDE),
        Match(clauses.en, en_window, similarity.scaled(en), OUTSIDE),
        edges,
    )


def cut(text: str, language: Language) -> list[str]:
    """Cut a sentence into clauses; at least one.

    >>> cut("When it rains, it pours; then, nothing.", "en")
    ['When it rains, ', 'it pours; then, nothing.']
    """
    parts: list[str] = []
    for part in _PATTERN[language].findall(text) or [text]:
        if parts and min(_size(parts[-1], language), _size(part, language)) < SHORTEST[language]:
            parts[-1] += part
        else:
            parts.append(part)
    return parts


def _size(text: str, language: Language) -> int:
    return len(_WORD.findall(text)) if language == "zh" else len(text.split())


def _encode(side: Side, language: Language, encoder: Encoder) -> tuple[Units, Vectors]:
    parts = [cut(text, language) for text in side.sentences]
    flat = [part for sentence in parts for part in sentence]
    return Units.of([len(sentence) for sentence in parts]), encode(flat, encoder)


def encode(texts: Sequence[str], encoder: Encoder) -> Vectors:
    """Encode texts; none give no rows."""
    import numpy as np

    if not texts:
        return np.zeros((0, encoder.width), np.float32)
    return np.ascontiguousarray(encoder.encode(list(texts)), np.float32)


def _match(
    units: Units, window: Window, vectors: Vectors, others: Units, other_vectors: Vectors
) -> Floats:
    from ..kernels import match_vectors

    found: Floats = match_vectors(
        vectors, units.start, other_vectors, others.start, window.low, window.width, window.base
    )
    return found
