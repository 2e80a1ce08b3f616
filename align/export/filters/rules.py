"""Cleaning rules: what each says of a bead, and how a user writes it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import get_args

from ...records import STATUSES, ExportedBead
from ...text.chinese import count_han, load_converter
from ...text.dictionary import english_share
from .near_duplicates import SignatureStore, digest_letters

Keeps = Callable[[ExportedBead], bool]
"""Returns whether a bead stays."""

Judge = Callable[[ExportedBead], str | None]
"""Returns why a bead is dropped, empty where its texts show it; ``None`` where it stays."""

SHORT = 12
"""Characters and words below which ``ratio`` says nothing: "好的。" is "Certainly, go ahead."."""

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’-][A-Za-z]+)*|\d[\d.,]*")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name as a user writes it; ``judge`` begins a pass through the beads."""

    name: str
    judge: Callable[[], Judge] = field(compare=False)

    @classmethod
    def of(
        cls, name: str, keeps: Keeps, why: Callable[[ExportedBead], str] = lambda _bead: ""
    ) -> "Rule":
        """Return a rule that needs no memory.

        :param why: returns why a bead was dropped.
        """
        return cls(name, lambda: lambda bead: None if keeps(bead) else why(bead))

    def begin(self) -> Keeps:
        """Begin a pass that gives no reasons."""
        judge = self.judge()
        return lambda bead: judge(bead) is None


def _bare(name: str, keeps: Keeps) -> Callable[..., Rule]:
    """Return what makes a rule that takes no value."""

    def make(value: str = "") -> Rule:
        if value:
            raise ValueError(f"{name} takes no value")
        return Rule.of(name, keeps)

    return make


def _status(value: str = "accepted") -> Rule:
    wanted = {word.strip() for word in value.split(",")}
    chosen = [status for status in STATUSES if status in wanted]
    if len(chosen) != len(wanted):
        raise ValueError(f"the verdicts are {', '.join(STATUSES)}")
    name = f"status={','.join(chosen)}"
    return Rule.of(name, lambda bead: bead.status in chosen, lambda bead: bead.status)


def _probability(value: str = "") -> Rule:
    """Keep what a person accepted, whatever the model thought of it, and what has none."""
    least = _share(value, 0.5)

    def keeps(bead: ExportedBead) -> bool:
        return bead.probability is None or bead.status == "accepted" or bead.probability >= least

    return Rule.of(
        f"probability={least:g}", keeps, lambda bead: f"probability {bead.probability:.2f}"
    )


def _ratio(value: str = "") -> Rule:
    """Compare Chinese characters and English words; a number counts as one on either side."""
    low, colon, high = (value or "0.4:8").partition(":")
    if not colon or not 0 <= float(low) < float(high):
        raise ValueError("the smaller number stands first")

    def lengths(bead: ExportedBead) -> tuple[int, int]:
        zh = count_han(bead.zh) + len(re.findall(r"\d+", bead.zh))
        return zh, len(_WORD.findall(bead.en))

    def keeps(bead: ExportedBead) -> bool:
        zh, en = lengths(bead)
        if max(zh, en) < SHORT or not (bead.zh.strip() and bead.en.strip()):
            return True
        return float(low) <= zh / max(en, 1) <= float(high)

    def why(bead: ExportedBead) -> str:
        zh, en = lengths(bead)
        return f"{zh} characters, {en} words: {zh / max(en, 1):.1f}"

    return Rule.of(f"ratio={float(low):g}:{float(high):g}", keeps, why)


def _script(value: str = "") -> Rule:
    least = _share(value, 0.5)

    def right(text: str, *, han: bool) -> bool:
        # A Latin word counts as one letter, as a Chinese character does: names and abbreviations
        # are right in a Chinese sentence. A side without letters is for the rule "digits".
        chinese, words = count_han(text), _LATIN.findall(text)
        others = sum(map(str.isalpha, text)) - chinese - sum(map(len, words))
        total = chinese + len(words) + others
        return not total or (chinese if han else len(words)) / total >= least

    return Rule.of(
        f"script={least:g}", lambda bead: right(bead.zh, han=True) and right(bead.en, han=False)
    )


def _language(value: str = "") -> Rule:
    """Look at English words: the script tells Chinese from Japanese, not English from French."""
    least = _share(value, 0.7)

    def keeps(bead: ExportedBead) -> bool:
        share = english_share(bead.en)
        return share is None or share >= least

    def why(bead: ExportedBead) -> str:
        return f"{english_share(bead.en) or 0.0:.0%} of the words are English"

    return Rule.of(f"language={least:g}", keeps, why)


def _is_translated(bead: ExportedBead) -> bool:
    zh, en = ("".join(filter(str.isalpha, text.casefold())) for text in (bead.zh, bead.en))
    return not zh or zh != en


def _checks(value: str = "") -> Rule:
    kinds = sorted({word.strip() for word in value.split(",") if word.strip()}) or ["number"]
    if value:
        from ...checks import IssueKind  # loads dictionaries

        known = get_args(IssueKind)
        if unknown := [kind for kind in kinds if kind not in known]:
            raise ValueError(f"no check is called {unknown[0]}; there are {', '.join(known)}")

    def keeps(bead: ExportedBead) -> bool:
        return bead.status == "accepted" or set(kinds).isdisjoint(bead.checks)

    def why(bead: ExportedBead) -> str:
        return f"fails {', '.join(kind for kind in bead.checks if kind in kinds)}"

    return Rule.of(f"checks={','.join(kinds)}", keeps, why)


def _duplicates(value: str = "") -> Rule:
    """Remember an 8-byte digest of each bead: a million take some 80 MB."""
    if value:
        raise ValueError("duplicates takes no value")

    def judge() -> Judge:
        seen: set[int] = set()

        def judge(bead: ExportedBead) -> str | None:
            count = len(seen)
            seen.add(digest_letters(bead))
            return None if len(seen) > count else ""

        return judge

    return Rule("duplicates", judge)


def _near_duplicates(value: str = "") -> Rule:
    least = _share(value, 0.8)

    def judge() -> Judge:
        seen = SignatureStore(least)

        def judge(bead: ExportedBead) -> str | None:
            other = seen.add_if_new(bead)
            return None if other is None else f"{other.likeness:.2f} like bead {other.id}"

        return judge

    return Rule(f"near-duplicates={least:g}", judge)


def _variant(value: str = "") -> Rule:
    """Compare the counts of characters that stand in only one of the variants."""
    if value not in ("", "simplified", "traditional"):
        raise ValueError("the variants are simplified and traditional")
    own, other = ("s2t", "t2s")[:: -1 if value == "traditional" else 1]

    def changed(text: str, direction: str) -> int:
        converted = load_converter(direction).convert(text)
        return sum(one != two for one, two in zip(text, converted, strict=False))

    def keeps(bead: ExportedBead) -> bool:
        wrong = changed(bead.zh, other)
        return not wrong or changed(bead.zh, own) >= wrong

    return Rule.of(f"variant={value or 'simplified'}", keeps)


@cache
def _load_boilerplate() -> frozenset[str]:
    text = (files(__package__) / "boilerplate.txt").read_text("utf-8")
    return frozenset(_plain(line) for line in text.splitlines() if line and line[0] != "#")


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _share(value: str, usual: float) -> float:
    share = float(value) if value else usual
    if not 0 <= share <= 1:
        raise ValueError("the number must be from 0 to 1")
    return share


FILTERS: dict[str, Callable[..., Rule]] = {
    "status": _status,
    "probability": _probability,
    "complete": _bare("complete", lambda bead: bool(bead.zh.strip() and bead.en.strip())),
    "ratio": _ratio,
    "script": _script,
    "language": _language,
    "untranslated": _bare("untranslated", _is_translated),
    "digits": _bare("digits", lambda bead: any(map(str.isalpha, bead.zh + bead.en))),
    "checks": _checks,
    "duplicates": _duplicates,
    "near-duplicates": _near_duplicates,
    "boilerplate": _bare(
        "boilerplate",
        lambda bead: {_plain(bead.zh), _plain(bead.en)}.isdisjoint(_load_boilerplate()),
    ),
    "variant": _variant,
}
"""What makes a rule of its value, by name; a ``ValueError`` says why it cannot."""
