"""Cleaning rules: their conditions, how a user writes them, and the effect of a set of rules.

No bead is dropped unless the user names a rule, and no rule drops a bead for being short.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from heapq import nsmallest
from importlib.resources import files
from itertools import combinations
from typing import get_args

from ....aligner.text.chinese import count_han, load_converter
from ....aligner.text.dictionary import english_share
from ....aligner.text.strings import digest, keep_letters
from ....errors import N_, Message, UsageError
from ....records import STATUSES, BeadRecord, Role
from .near_duplicates import SignatureStore, digest_letters, sign_bead

EXAMPLES = 10  # how many dropped beads are shown for each rule, at most

Keeps = Callable[[BeadRecord], bool]  # returns whether a bead stays

# Minimum numbers of characters and words for ``ratio``: "好的。" is "Certainly, go ahead.".
SHORT = 12

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’-][A-Za-z]+)*|\d[\d.,]*")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name as a user writes it; ``begin`` begins a pass through the beads."""

    name: str
    begin: Callable[[], Keeps] = field(compare=False)

    @classmethod
    def of(cls, name: str, keeps: Keeps) -> "Rule":
        """Return a rule that needs no memory."""
        return cls(name, lambda: keeps)


def _among(read: Callable[[BeadRecord], str], known: Sequence[str], value: str) -> Keeps:
    wanted = {word.strip() for word in value.split(",")}
    if not wanted.issubset(known):
        raise ValueError(Message(N_("use one of {names}"), names=known))
    return lambda bead: read(bead) in wanted


def _probability(value: str) -> Keeps:
    """Keep beads with at least this probability, accepted beads, and beads without probability."""
    least = _share(value)

    def keeps(bead: BeadRecord) -> bool:
        probability = bead.pair.probability
        return probability is None or bead.verdict.status == "accepted" or probability >= least

    return keeps


def _ratio(value: str) -> Keeps:
    """Compare Chinese characters and English words; a number counts as one on either side."""
    low, high = map(float, value.split(":"))
    if not 0 <= low < high:
        raise ValueError(Message(N_("the smaller number comes first")))

    def keeps(bead: BeadRecord) -> bool:
        zh = count_han(bead.zh) + len(re.findall(r"\d+", bead.zh))
        en = len(_WORD.findall(bead.en))
        fits = low <= zh / max(en, 1) <= high
        return fits or max(zh, en) < SHORT or not (bead.zh.strip() and bead.en.strip())

    return keeps


def _script(value: str) -> Keeps:
    least = _share(value)

    def right(text: str, *, han: bool) -> bool:
        # A Latin word counts as one letter, as a Chinese character does: names and abbreviations
        # are right in a Chinese sentence. A side without letters is for the rule "digits".
        chinese, words = count_han(text), _LATIN.findall(text)
        others = sum(map(str.isalpha, text)) - chinese - sum(map(len, words))
        total = chinese + len(words) + others
        return not total or (chinese if han else len(words)) / total >= least

    return lambda bead: right(bead.zh, han=True) and right(bead.en, han=False)


def _language(value: str) -> Keeps:
    """Look at English words: the script tells Chinese from Japanese, not English from French."""
    least = _share(value)

    def keeps(bead: BeadRecord) -> bool:
        share = english_share(bead.en)
        return share is None or share >= least

    return keeps


def _checks(value: str) -> Keeps:
    from ....aligner.checks import IssueKind  # loads dictionaries

    kinds, known = [word.strip() for word in value.split(",")], get_args(IssueKind)
    if unknown := [kind for kind in kinds if kind not in known]:
        raise ValueError(
            Message(
                N_("{name} is not a check; the checks are {names}"), name=unknown[0], names=known
            )
        )

    def keeps(bead: BeadRecord) -> bool:
        accepted = bead.verdict.status == "accepted"
        return accepted or not {*kinds}.intersection(bead.verdict.checks)

    return keeps


def _duplicates(_value: str) -> Keeps:
    """Remember an 8-byte digest of each bead: a million take some 80 MB."""
    seen: set[int] = set()

    def keeps(bead: BeadRecord) -> bool:
        count = len(seen)
        seen.add(digest_letters(bead))
        return len(seen) > count

    return keeps


def _near_duplicates(value: str) -> Keeps:
    seen = SignatureStore(_share(value))

    def keeps(bead: BeadRecord) -> bool:
        signature = sign_bead(bead)
        known = signature in seen
        if not known:
            seen.add(signature)
        return not known

    return keeps


def _variant(value: str) -> Keeps:
    """Compare the numbers of characters that occur in only one of the variants."""
    if value not in ("simplified", "traditional"):
        raise ValueError(Message(N_("the script is simplified or traditional")))
    if value == "traditional":
        other, own = "s2t", "t2s"
    else:
        other, own = "t2s", "s2t"

    def changed(text: str, direction: str) -> int:
        converted = load_converter(direction).convert(text)
        return sum(one != two for one, two in zip(text, converted, strict=False))

    def keeps(bead: BeadRecord) -> bool:
        wrong = changed(bead.zh, other)
        return not wrong or changed(bead.zh, own) >= wrong

    return keeps


def _is_translated(bead: BeadRecord) -> bool:
    zh, en = ("".join(filter(str.isalpha, text.casefold())) for text in (bead.zh, bead.en))
    return not zh or zh != en


@cache
def _load_boilerplate() -> frozenset[str]:
    text = (files(__package__) / "boilerplate.txt").read_text("utf-8")
    return frozenset(keep_letters(line) for line in text.splitlines() if line and line[0] != "#")


def _is_content(bead: BeadRecord) -> bool:
    return _load_boilerplate().isdisjoint((keep_letters(bead.zh), keep_letters(bead.en)))


def _share(value: str) -> float:
    share = float(value)
    if not 0 <= share <= 1:
        raise ValueError(Message(N_("the number must be from 0 to 1")))
    return share


FILTERS: dict[str, Callable[[str], Keeps]] = {
    "status=accepted": partial(_among, lambda bead: bead.verdict.status, STATUSES),
    "role=speaker": partial(
        _among, lambda bead: bead.provenance.role, [*filter(None, get_args(Role))]
    ),
    "speaker=Lin Hai": lambda value: (
        lambda bead: value.casefold() in bead.provenance.speaker.casefold()
    ),
    "probability=0.5": _probability,
    "complete": lambda _value: lambda bead: bool(bead.zh.strip() and bead.en.strip()),
    "ratio=0.4:8": _ratio,
    "script=0.5": _script,
    "language=0.7": _language,
    "untranslated": lambda _value: _is_translated,
    "digits": lambda _value: lambda bead: any(map(str.isalpha, bead.zh + bead.en)),
    "checks=number": _checks,
    "duplicates": _duplicates,
    "near-duplicates=0.8": _near_duplicates,
    "boilerplate": lambda _value: _is_content,
    "variant=simplified": _variant,
}
"""What begins each rule with a value (a ``ValueError`` says why it cannot), by the usual one."""


def parse(text: str) -> Rule:
    """Return the rule that a user wrote.

    >>> parse("probability=0.6").name, parse("probability").name
    ('probability=0.6', 'probability=0.5')

    :raises UsageError: the rule is unknown, or its value is invalid.
    """
    name, _, value = map(str.strip, text.partition("="))
    usual = next((rule for rule in FILTERS if rule.partition("=")[0] == name), None)
    if usual is None:
        raise UsageError(
            N_("{text!r}: unknown cleaning rule; use one of {names}"), text=text, names=FILTERS
        )
    rule = f"{name}={value}" if value else usual
    begin = partial(FILTERS[usual], rule.partition("=")[2])
    try:
        if value and usual == name:
            raise ValueError(Message(N_("{name} takes no value"), name=name))
        begin()
    except ValueError as error:
        raise UsageError(
            N_("{text!r}: {error}; write it like {usual}"), text=text, error=error, usual=usual
        ) from error
    return Rule(rule, begin)


@dataclass(frozen=True, slots=True)
class Effect:
    """The number of beads that a rule would drop, and that ``only`` it drops, with ten examples."""

    name: str
    dropped: int
    only: int
    examples: tuple[BeadRecord, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many beads two rules both would drop."""

    first: str
    second: str
    both: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """The effect of a set of rules on a corpus."""

    read: int
    kept: int  # that no rule drops
    effects: tuple[Effect, ...]
    overlaps: tuple[Overlap, ...]


def explain(filters: Sequence[Rule], beads: Iterable[BeadRecord]) -> Explanation:
    """Return the effect of each rule; every rule is applied to every bead."""
    rules = [(rule.name, rule.begin()) for rule in filters]
    dropped, alone = Counter[str](), Counter[str]()
    shared = Counter[tuple[str, str]]()
    # A sample of what each drops, the same each time: by digest of the id, with the number.
    samples: dict[str, list[tuple[int, int, BeadRecord]]] = {name: [] for name, _ in rules}
    read, kept = 0, 0
    for bead in beads:
        read += 1
        against = [name for name, keeps in rules if not keeps(bead)]
        kept += not against
        dropped.update(against)
        alone.update(against if len(against) == 1 else ())
        shared.update(combinations(against, 2))
        for name in against:
            candidates = [*samples[name], (digest(bead.id or ""), read, bead)]
            samples[name] = nsmallest(EXAMPLES, candidates)
    effects = []
    for name, sample in samples.items():
        examples = tuple(bead for _, _, bead in sorted(sample, key=lambda one: one[1]))
        effects.append(Effect(name, dropped[name], alone[name], examples))
    overlaps = (Overlap(one, two, count) for (one, two), count in shared.most_common())
    return Explanation(read, kept, tuple(effects), tuple(overlaps))
