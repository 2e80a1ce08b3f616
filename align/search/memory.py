"""The translation memory: translations of a text, exact, fuzzy and by meaning, best first.

Candidates come from the full-text index: beads that share words with the text, rare ones counting
more. The texts of the best are compared letter by letter.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from rapidfuzz import fuzz

from ..errors import AlignError
from ..records import Language, Status
from ..store.index import text_key
from ..text.dictionary import tokenize
from ..text.facts.transfer import NumberChange, transfer_numbers
from ..text.strings import normalise_space
from . import Concordance, Hit, Where, make_hit
from .semantic import SemanticSearch

LONGEST = 5000  # characters of a text that is looked up
# Beads whose texts are compared: so many of those that share most, and of the most alike.
CANDIDATES = 100
RAREST = 64  # words of a text that are looked up; in a longer one the common words say nothing more
WORDS_KEPT = 50_000  # words whose beads are kept in memory: who asks for nonsense cannot fill it
LEAST = 50  # the least quality of an answer where none is asked for
NUMBERS_APART = 97  # the quality of a text that differs in its digits alone
CONTAINED = 60  # the quality of a text that holds what was asked for and very much more
# So many texts that hold the very text that was asked for come before those that are like it.
PLACES_CONTAINED = 2
WHOLE = 6  # characters of a text that is looked for inside others: shorter ones are anywhere
GOOD = 75  # where something has this quality nothing is looked up by meaning

Kind = Literal["exact", "contained", "fuzzy", "meaning"]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_USABLE: tuple[Status, ...] = ("accepted", "unreviewed", "flagged")  # never what was rejected
_RANKS: dict[str, int] = {status: rank for rank, status in enumerate(_USABLE)}


@dataclass(frozen=True, slots=True)
class MemoryMatch:
    """A translation."""

    source: str
    target: str  # as it stands in the corpus
    quality: int  # 100 for the very text that was asked for
    kind: Kind  # ``contained``: it holds the text that was asked for
    probability: float | None
    status: str
    briefing: str
    date: str
    speaker: str
    bead: str
    numbers: tuple[NumberChange, ...] = ()
    proposed: str = ""  # the target with its numbers put right


class TranslationMemory:
    """The translation memory of one corpus, safe to use from several threads."""

    def __init__(self, concordance: Concordance, semantic: SemanticSearch | None = None) -> None:
        self._concordance, self._index = concordance, concordance.index
        self._semantic = semantic
        self._version = self._index.version()
        self._lengths = lru_cache(1)(lambda _version: self._index.lengths())
        self._places = lru_cache(WORDS_KEPT)(lambda _version, *word: self._index.places(*word))

    def find(
        self, text: str, source: Language, *, limit: int = 10, least: int = LEAST
    ) -> tuple[MemoryMatch, ...]:
        """Return translations of a text in the language ``source``, the best first.

        Rejected beads and those without a translation are left out; of equal ones those that
        were accepted come first, then the newest.
        """
        asked = normalise_space(text)
        if not asked:
            raise AlignError("the text is empty; name one to translate")
        if len(asked) > LONGEST:
            raise AlignError(
                f"the text has {len(asked):,} characters, and {LONGEST:,} are the most"
            )
        self._concordance.refresh()
        keys = [text_key(asked), text_key(text.strip())]
        equal = [self._index.find_by_key(keys, Where(statuses=(status,))) for status in _USABLE]
        exact = [one.bead for beads in equal for one in beads if one.side == source]
        beads = self._index.beads(self._candidates(asked, source), Where(statuses=_USABLE))
        found = [_compare(asked, make_hit(bead), source) for bead in (*exact, *beads)]
        best = _choose(found, limit, least)
        if self._semantic is not None and max([least, *(one.quality for one in best)]) < GOOD:
            near = self._semantic.search(asked, limit, where=Where(statuses=_USABLE), sides=source)
            for one in near:  # worth less than a good fuzzy one
                quality = round((GOOD - 1) * one.similarity)
                found.append(_match(quality, "meaning", one.hit, source))
            best = _choose(found, limit, least)
        return tuple(one if one.kind == "exact" else _put_right(one, asked, source) for one in best)

    def _candidates(self, text: str, source: Language) -> list[int]:
        version = self._index.version()
        if version != self._version:  # those of before would fill the memory
            self._places.cache_clear()
            self._version = version
        lengths = self._lengths(version)
        stems = {token.stem for token in tokenize(text)}
        found = sorted((self._places(version, source, stem) for stem in stems), key=len)
        found = [places for places in found if len(places)][:RAREST]
        if not found:
            return []
        weights = [np.log(1 + len(lengths) / len(places)) for places in found]
        size = max(len(lengths), max(int(np.max(places)) for places in found) + 1)
        shared = np.bincount(
            np.concatenate(found), np.repeat(weights, [len(places) for places in found]), size
        )
        alike = shared[: len(lengths)] / np.sqrt(lengths)
        most = min(CANDIDATES, len(alike))
        highest = {at for one in (shared, alike) for at in np.argpartition(one, -most)[-most:]}
        return [int(at) for at in highest if shared[at]]


def _put_right(match: MemoryMatch, asked: str, language: Language) -> MemoryMatch:
    numbers, proposed = transfer_numbers(asked, match.source, match.target, language)
    return replace(match, numbers=numbers, proposed=proposed)


def _compare(asked: str, hit: Hit, language: Language) -> MemoryMatch:
    there = normalise_space((hit.zh if language == "zh" else hit.en).text)
    if there == asked:
        return _match(100, "exact", hit, language)
    apart = fuzz.ratio(_NUMBER.sub("0", asked), _NUMBER.sub("0", there))
    quality = max(fuzz.ratio(asked, there), NUMBERS_APART / 100 * apart)
    kind: Kind = "fuzzy"
    if len(asked) >= WHOLE and asked in there:
        kind = "contained"
        quality = max(quality, CONTAINED + (100 - CONTAINED) * len(asked) / len(there))
    return _match(min(99, round(quality)), kind, hit, language)


def _match(quality: int, kind: Kind, hit: Hit, language: Language) -> MemoryMatch:
    source, target = (hit.zh, hit.en) if language == "zh" else (hit.en, hit.zh)
    same = ("probability", "status", "briefing", "date", "speaker", "bead")
    return MemoryMatch(
        source=source.text,
        target=target.text,
        quality=quality,
        kind=kind,
        **{name: getattr(hit, name) for name in same},
    )


def _choose(found: Iterable[MemoryMatch], limit: int, least: int) -> list[MemoryMatch]:
    fitting = [one for one in found if one.target.strip() and one.quality >= least]
    fitting.sort(key=lambda one: one.date, reverse=True)
    fitting.sort(key=lambda one: (-one.quality, _RANKS[one.status]))
    apart: dict[tuple[str, str], MemoryMatch] = {}
    for one in fitting:
        apart.setdefault((one.source, one.target), one)
    best = list(apart.values())
    for kind, first in (("contained", PLACES_CONTAINED), ("exact", limit)):
        of_kind = [one for one in best if one.kind == kind][:first]
        best = of_kind + [one for one in best if one not in of_kind]
    return best[:limit]
