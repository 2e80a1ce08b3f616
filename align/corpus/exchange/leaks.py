"""What counts as the same bead twice: in a test set and the corpus, or in two parts of a split.

Both sides must be alike, or with ``alike="one"`` one side alone. A side alone counts from a length
on, and never if it is a formula that recurs in many briefings.
"""

from typing import Literal

from ...aligner.text.strings import keep_letters
from ...records import LANGUAGES, BeadRecord, Language, Sides
from .filters.formulas import Formulas
from .filters.near_duplicates import Signature, SignatureStore, list_side_shingles, sign, sign_bead

Alike = Literal["both", "one"]
"""Which sides of a bead must be alike for it to be dropped."""

ALIKE = 0.6
"""The likeness (share of common neighbours) from which one side alone counts as the same text."""

SHORTEST: dict[Language, int] = {"zh": 6, "en": 20}
"""Least letters of a side that counts alone: "Thank you very much" is everywhere."""


def counts_alone(text: str, language: Language, formulas: Formulas) -> bool:
    """Return whether a text is long enough to count without its translation, and no formula."""
    long_enough = len(keep_letters(text)) >= SHORTEST[language]
    return long_enough and not formulas.has(text, language)


class PartTexts:
    """The texts of a smaller part of a split, which the larger parts must not repeat."""

    def __init__(self, alike: Alike, formulas: Formulas) -> None:
        self._alike, self._formulas = alike, formulas
        self._both = SignatureStore()
        self._sides = Sides(SignatureStore(ALIKE), SignatureStore(ALIKE))

    def add(self, bead: BeadRecord) -> None:
        """Remember a bead of the part."""
        self._both.add(sign_bead(bead))
        for language in self._single_sides(bead):
            self._sides[language].add(_sign_side(bead, language))

    def find_reason(self, bead: BeadRecord, part: str) -> str:
        """Return why a bead repeats one of this part, or ''."""
        if sign_bead(bead) in self._both:
            return f"near-duplicate in {part}"
        for language in self._single_sides(bead):
            if _sign_side(bead, language) in self._sides[language]:
                return f"one side near-duplicate in {part}"
        return ""

    def _single_sides(self, bead: BeadRecord) -> list[Language]:
        """Return the sides of a bead that count alone."""
        if self._alike == "both":
            return []
        texts = bead.pair.texts
        return [one for one in LANGUAGES if counts_alone(texts[one], one, self._formulas)]


def _sign_side(bead: BeadRecord, language: Language) -> Signature:
    return sign(list_side_shingles(bead.pair.texts[language], language))
