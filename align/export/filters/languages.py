"""Cleaning rules about the language and the script of a side."""

import re
from dataclasses import dataclass
from typing import Literal, Self

from ...records import ExportedBead
from ...text.chinese import count_han, load_converter
from ...text.dictionary import english_share
from .rules import Least, Rule


@dataclass(frozen=True, slots=True)
class Script(Least):
    """Keep beads whose letters are Chinese on the one side and Latin on the other.

    A side without letters stays: it is for the rule ``digits``.
    """

    word = "script"

    def keeps(self, pair: ExportedBead) -> bool:
        """Compare the share of the right letters on each side."""
        return self._right(pair.zh, han=True) and self._right(pair.en, han=False)

    def _right(self, text: str, *, han: bool) -> bool:
        # A Latin word counts as one letter, as a Chinese character does: names and abbreviations
        # are right in a Chinese sentence.
        chinese, latin = count_han(text), len(re.findall(r"[A-Za-z\u00c0-\u024f]+", text))
        others = sum(char.isalpha() for char in text) - chinese
        others -= sum(map(len, re.findall(r"[A-Za-z\u00c0-\u024f]+", text)))
        total = chinese + latin + others
        return not total or (chinese if han else latin) / total >= self.least


@dataclass(frozen=True, slots=True)
class Language(Least):
    """Keep beads whose English side is in English to this share of its words.

    The script does not tell English from French. A side with fewer than five words in small
    letters stays. On the Chinese side the script does tell: Japanese and Korean have their own.
    """

    word = "language"
    least: float = 0.7

    def why(self, pair: ExportedBead) -> str:
        """Return the share."""
        return f"{english_share(pair.en) or 0.0:.0%} of the words are English"

    def keeps(self, pair: ExportedBead) -> bool:
        """Look the words up."""
        share = english_share(pair.en)
        return share is None or share >= self.least


@dataclass(frozen=True, slots=True)
class Variant(Rule):
    """Keep beads in simplified characters, or in traditional ones; those in neither stay."""

    word = "variant"
    variant: Literal["simplified", "traditional"] = "simplified"

    @classmethod
    def of(cls, value: str) -> Self:
        """Parse the name of the variant."""
        if value in ("", "simplified"):
            return cls("simplified")
        if value == "traditional":
            return cls("traditional")
        raise ValueError("the variants are simplified and traditional")

    def keeps(self, pair: ExportedBead) -> bool:
        """Count the characters that stand in only one of the two variants."""
        simplified = _changed(pair.zh, "s2t")
        traditional = _changed(pair.zh, "t2s")
        if self.variant == "simplified":
            return traditional == 0 or simplified >= traditional
        return simplified == 0 or traditional >= simplified


def _changed(text: str, direction: str) -> int:
    converted = load_converter(direction).convert(text)
    return sum(one != two for one, two in zip(text, converted, strict=False))
