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

from ...aligner.text.dictionary import tokenize
from ...aligner.text.facts.transfer import NumberChange, transfer_numbers
from ...aligner.text.strings import normalise_space
from ...errors import N_, AlignError
from ...records import Language, Status
from ..store.index import text_key
from . import Concordance, Hit, Where, make_hit
from .semantic import SemanticSearch

LONGEST = 5000  # maximum characters of a text to look up
# Beads whose texts are compared: this many with most shared words, and this many most similar.
CANDIDATES = 100
RAREST = 64  # number of rarest words of a text to look up; the common words add no information
WORDS_KEPT = 50_000  # words whose beads are cached; the limit stops random queries filling memory
LEAST = 50  # default of the minimum quality of an answer
NUMBERS_APART = 97  # the quality of a text that differs only in its digits
CONTAINED = 60  # the quality of a much longer text that contains the query
# Number of texts that contain the exact query text and are listed before similar texts.
PLACES_CONTAINED = 2
WHOLE = 6  # minimum characters of a text to search within others; shorter texts occur anywhere
GOOD = 75  # with a match of this quality, search by meaning is skipped

Kind = Literal["exact", "contained", "fuzzy", "meaning"]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_USABLE: tuple[Status, ...] = ("accepted", "unreviewed", "flagged")  # never rejected beads
_RANKS: dict[str, int] = {status: rank for rank, status in enumerate(_USABLE)}


@dataclass(frozen=True, slots=True)
class MemoryMatch:
    """A translation."""

    source: str
    target: str  # as written in the corpus
    quality: int  # 100 for exactly the query text
    kind: Kind  # ``contained``: the source contains the query text
    probability: float | None
    status: str
    briefing: str
    date: str
    speaker: str
    bead: str
    numbers: tuple[NumberChange, ...] = ()
    proposed: str = ""  # the target with corrected numbers


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

        Rejected beads and those without a translation are skipped. Among equally good ones,
        accepted beads come first, then the newest.
        """
        asked = normalise_space(text)
        if not asked:
            raise AlignError(N_("the text is empty; give the text to translate"))
        if len(asked) > LONGEST:
            raise AlignError(
                N_("the text has {count:,} characters (limit {longest:,}); shorten it"),
                count=len(asked),
                longest=LONGEST,
            )
        self._concordance.refresh()
        keys = [text_key(asked), text_key(text.strip())]
        equal = [self._index.find_by_key(keys, Where(statuses=(status,))) for status in _USABLE]
        exact = [text.bead for texts in equal for text in texts if text.side == source]
        usable = Where(statuses=_USABLE)
        beads = self._index.beads(self._candidates(asked, source), usable)
        matches = [_compare(asked, make_hit(bead), source) for bead in (*exact, *beads)]
        best = _choose(matches, limit, least)
        if self._semantic is not None and max([least, *(match.quality for match in best)]) < GOOD:
            near = self._semantic.search(asked, limit, where=usable, sides=(source,))
            for found in near:  # worth less than a good fuzzy one
                quality = round((GOOD - 1) * found.similarity)
                matches.append(_match(quality, "meaning", found.hit, source))
            best = _choose(matches, limit, least)
        return tuple(_with_numbers(match, asked, source) for match in best)

    def _candidates(self, text: str, source: Language) -> list[int]:
        version = self._index.version()
        if version != self._version:  # places of older versions would fill the memory
            self._places.cache_clear()
            self._version = version
        lengths = self._lengths(version)
        stems = {token.stem for token in tokenize(text)}
        postings = sorted((self._places(version, source, stem) for stem in stems), key=len)
        postings = [places for places in postings if len(places)][:RAREST]
        if not postings:
            return []
        places = np.concatenate(postings)
        counts = [len(posting) for posting in postings]
        rarity = [np.log(1 + len(lengths) / count) for count in counts]
        size = max(len(lengths), int(np.max(places)) + 1)
        shared = np.bincount(places, np.repeat(rarity, counts), size)
        alike = shared[: len(lengths)] / np.sqrt(lengths)
        most = min(CANDIDATES, len(alike))
        highest: set[int] = set()
        for score in (shared, alike):
            highest.update(np.argpartition(score, -most)[-most:].tolist())
        return [at for at in highest if shared[at]]


def _with_numbers(match: MemoryMatch, asked: str, language: Language) -> MemoryMatch:
    if match.kind == "exact":
        return match
    numbers, proposed = transfer_numbers(asked, match.source, match.target, language)
    return replace(match, numbers=numbers, proposed=proposed)


def _compare(asked: str, hit: Hit, language: Language) -> MemoryMatch:
    source = normalise_space((hit.zh if language == "zh" else hit.en).text)
    if source == asked:
        return _match(100, "exact", hit, language)
    without_numbers = fuzz.ratio(_NUMBER.sub("0", asked), _NUMBER.sub("0", source))
    quality = max(fuzz.ratio(asked, source), NUMBERS_APART / 100 * without_numbers)
    kind: Kind = "fuzzy"
    if len(asked) >= WHOLE and asked in source:
        kind = "contained"
        quality = max(quality, CONTAINED + (100 - CONTAINED) * len(asked) / len(source))
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


def _choose(matches: Iterable[MemoryMatch], limit: int, least: int) -> list[MemoryMatch]:
    """Return the best matches, each pair of texts once: exact, a few contained, others."""
    fitting = [match for match in matches if match.target.strip() and match.quality >= least]
    fitting.sort(key=lambda match: match.date, reverse=True)
    fitting.sort(key=lambda match: (-match.quality, _RANKS[match.status]))
    unique: dict[tuple[str, str], MemoryMatch] = {}
    for match in fitting:
        unique.setdefault((match.source, match.target), match)
    best = list(unique.values())
    for kind, first in (("contained", PLACES_CONTAINED), ("exact", limit)):
        of_kind = [match for match in best if match.kind == kind][:first]
        best = of_kind + [match for match in best if match not in of_kind]
    return best[:limit]
