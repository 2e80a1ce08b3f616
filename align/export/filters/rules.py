"""Cleaning rules, each a frozen record that says of one bead whether it stays."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import ClassVar, Self

from ...records import STATUSES, ExportedBead, Status
from ...text.chinese import count_han
from .near_duplicates import SignatureStore, digest_letters

Keeps = Callable[[ExportedBead], bool]
"""Returns whether a bead stays."""

Judge = Callable[[ExportedBead], str | None]
"""Returns why a bead is dropped, or ``None`` when it stays."""

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’-][A-Za-z]+)*|\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class Rule:
    """Base of all rules: its name as a user writes it, and a pass that needs no memory."""

    word: ClassVar[str]

    @classmethod
    def of(cls, value: str) -> Self:
        """Return the rule for a value behind the equals sign.

        :raises ValueError: when the value cannot be used.
        """
        if value:
            raise ValueError(f"{cls.word} takes no value")
        return cls()

    @property
    def name(self) -> str:
        """The rule as a user would write it."""
        values = ":".join(_format_value(getattr(self, field.name)) for field in fields(self))
        return f"{self.word}={values}" if values else self.word

    def begin(self) -> Keeps:
        """Start a pass through the beads."""
        return self.keeps

    def judge(self) -> Judge:
        """Start a pass that gives reasons."""
        keeps = self.begin()
        return lambda pair: None if keeps(pair) else self.why(pair)

    def why(self, pair: ExportedBead) -> str:
        """Return why a bead was dropped; empty where its texts show it."""
        return ""

    def keeps(self, pair: ExportedBead) -> bool:
        """Return whether the bead stays."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Verdicts(Rule):
    """Keep beads whose last verdict is one of these."""

    word = "status"
    statuses: tuple[Status, ...] = ("accepted",)

    @classmethod
    def of(cls, value: str) -> Self:
        """Parse statuses separated by commas."""
        wanted = tuple(word.strip() for word in value.split(","))
        chosen = tuple(status for status in STATUSES if status in wanted)
        if not chosen or len(chosen) != len(wanted):
            raise ValueError(f"the verdicts are {', '.join(STATUSES)}")
        return cls(chosen)

    def why(self, pair: ExportedBead) -> str:
        """Return the verdict."""
        return pair.status

    def keeps(self, pair: ExportedBead) -> bool:
        """Compare the status."""
        return pair.status in self.statuses


@dataclass(frozen=True, slots=True)
class Least(Rule):
    """Base of rules with a least share or probability."""

    least: float = 0.5

    @classmethod
    def of(cls, value: str) -> Self:
        """Parse a number from 0 to 1."""
        return cls(parse_share(value)) if value else cls()


@dataclass(frozen=True, slots=True)
class Probability(Least):
    """Keep beads that are right with at least this probability.

    What a person accepted stays whatever the model thought of it, and so does a bead without a
    probability: no model spoke about it.
    """

    word = "probability"

    def why(self, pair: ExportedBead) -> str:
        """Return the probability."""
        return f"probability {pair.probability:.2f}"

    def keeps(self, pair: ExportedBead) -> bool:
        """Compare the probability."""
        known = pair.probability is not None and pair.status != "accepted"
        return not known or (pair.probability or 0.0) >= self.least


@dataclass(frozen=True, slots=True)
class Complete(Rule):
    """Drop beads with an empty side: omissions and additions."""

    word = "complete"

    def keeps(self, pair: ExportedBead) -> bool:
        """Look for text on both sides."""
        return bool(pair.zh.strip() and pair.en.strip())


@dataclass(frozen=True, slots=True)
class Ratio(Rule):
    """Keep beads with so many Chinese characters to an English word, from ``low`` to ``high``.

    Beads with fewer than ``SHORT`` characters always stay: "好的。" for "Certainly, go ahead
    please." is right. Beads with an empty side are for the rule ``complete``.
    """

    word = "ratio"
    SHORT: ClassVar[int] = 12
    low: float = 0.4
    high: float = 8.0

    @classmethod
    def of(cls, value: str) -> Self:
        """Parse two numbers separated by a colon."""
        if not value:
            return cls()
        low, colon, high = value.partition(":")
        if not colon or not 0 <= float(low) < float(high):
            raise ValueError("the smaller number stands first")
        return cls(float(low), float(high))

    def keeps(self, pair: ExportedBead) -> bool:
        """Count Chinese characters and English words; a number counts as one on either side."""
        zh, en = self._lengths(pair)
        if max(zh, en) < self.SHORT or not (pair.zh.strip() and pair.en.strip()):
            return True
        return self.low <= zh / max(en, 1) <= self.high

    def why(self, pair: ExportedBead) -> str:
        """Return the lengths."""
        zh, en = self._lengths(pair)
        return f"{zh} characters, {en} words: {zh / max(en, 1):.1f}"

    @staticmethod
    def _lengths(pair: ExportedBead) -> tuple[int, int]:
        zh = count_han(pair.zh) + len(re.findall(r"\d+", pair.zh))
        return zh, len(_WORD.findall(pair.en))


@dataclass(frozen=True, slots=True)
class Untranslated(Rule):
    """Drop beads whose two sides say the same, letter for letter; numbers may well do so."""

    word = "untranslated"

    def keeps(self, pair: ExportedBead) -> bool:
        """Compare the letters of both sides."""
        zh = "".join(filter(str.isalpha, pair.zh.casefold()))
        return not zh or zh != "".join(filter(str.isalpha, pair.en.casefold()))


@dataclass(frozen=True, slots=True)
class Digits(Rule):
    """Drop beads that hold nothing but digits and signs."""

    word = "digits"

    def keeps(self, pair: ExportedBead) -> bool:
        """Look for a letter on either side."""
        return any(map(str.isalpha, pair.zh)) or any(map(str.isalpha, pair.en))


@dataclass(frozen=True, slots=True)
class FailedChecks(Rule):
    """Drop beads that fail one of these checks; those that a person accepted stay."""

    word = "checks"
    kinds: tuple[str, ...] = ("number",)

    @classmethod
    def of(cls, value: str) -> Self:
        """Parse kinds of checks separated by commas."""
        kinds = tuple(sorted({word.strip() for word in value.split(",") if word.strip()}))
        return cls(kinds or ("number",))

    def why(self, pair: ExportedBead) -> str:
        """Return the checks that failed."""
        return f"fails {', '.join(kind for kind in pair.checks if kind in self.kinds)}"

    def keeps(self, pair: ExportedBead) -> bool:
        """Look at the failed checks."""
        return pair.status == "accepted" or not set(self.kinds) & set(pair.checks)


@dataclass(frozen=True, slots=True)
class Duplicates(Rule):
    """Keep the first of beads whose texts differ in nothing but blanks, case and punctuation."""

    word = "duplicates"

    def begin(self) -> Keeps:
        """Remember an 8-byte digest of each bead: a million take some 80 MB."""
        seen: set[int] = set()

        def keeps(pair: ExportedBead) -> bool:
            digest = digest_letters(pair)
            new = digest not in seen
            seen.add(digest)
            return new

        return keeps


@dataclass(frozen=True, slots=True)
class NearDuplicates(Least):
    """Keep the first of beads whose Chinese and English are alike to this share (Jaccard)."""

    word = "near-duplicates"
    least: float = 0.8

    def begin(self) -> Keeps:
        """Remember the MinHash of each bead that stayed, in mapped files."""
        judge = self.judge()
        return lambda pair: judge(pair) is None

    def judge(self) -> Judge:
        """Return the bead that the dropped one is like."""
        seen = SignatureStore(self.least)

        def judge(pair: ExportedBead) -> str | None:
            other = seen.add_if_new(pair)
            return None if other is None else f"{other.likeness:.2f} like bead {other.id}"

        return judge


@dataclass(frozen=True, slots=True)
class Boilerplate(Rule):
    """Drop beads that only run the briefing; the list is ``boilerplate.txt`` beside this module."""

    word = "boilerplate"

    def keeps(self, pair: ExportedBead) -> bool:
        """Compare whole sides with the list."""
        return not ({_plain(pair.zh), _plain(pair.en)} & load_boilerplate())


@cache
def load_boilerplate() -> frozenset[str]:
    """Return the list of boilerplate, as letters and digits only."""
    text = (files(__package__) / "boilerplate.txt").read_text("utf-8")
    return frozenset(_plain(line) for line in text.splitlines() if line and line[0] != "#")


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _format_value(value: str | float | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return value if isinstance(value, str) else f"{value:g}"


def parse_share(value: str) -> float:
    """Parse a share.

    :raises ValueError: it is no number from 0 to 1.
    """
    share = float(value)
    if not 0 <= share <= 1:
        raise ValueError("the number must be from 0 to 1")
    return share
