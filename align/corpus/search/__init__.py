"""Search by words in both languages of a corpus.

Submodules: search by meaning (:mod:`.semantic`), translation memory, and terms that vary.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b

from ...aligner.text.dictionary import tokenize
from ...aligner.text.strings import digest
from ...aligner.text.translations import find_translations
from ...aligner.text.word_links import TaughtLinks
from ...aligner.text.word_model.counts import WordChances
from ...errors import N_, AbsentError, AlignError
from ...records import BeadRecord, CharSpan
from ...sources.web.urls import host_of
from ..store import Store
from ..store.index import IndexedBead, IndexUpdate, Query, Where
from ..store.index.full_text import ORDERS, FullTextIndex
from .query import Mark, find_hits, parse_query
from .taught_links import group_by_bead, place_decisions
from .word_counts import WordCounter

__all__ = ["Mark", "Where"]

SORTABLE = 2000  # hits that are sorted by their context; if there are more, only the newest

SORTS = (*ORDERS, "left", "right")

ANY = Where()


@dataclass(frozen=True, slots=True)
class HitSide:
    """One text of a hit: ``marks`` are the matches, ``counterparts`` their translations."""

    text: str
    marks: tuple[Mark, ...]
    counterparts: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One bead that was found."""

    bead: str
    briefing: str
    date: str
    speaker: str
    role: str
    site: str
    status: str
    probability: float | None
    zh: HitSide
    en: HitSide


@dataclass(frozen=True, slots=True)
class Results:
    """How many beads fit a query, and a page of them."""

    query: str
    total: int
    hits: tuple[Hit, ...]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many hits a year or speaker has."""

    name: str
    hits: int


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """Hits by year, oldest first, and by speaker, most first."""

    years: tuple[FacetCount, ...]
    speakers: tuple[FacetCount, ...]


class Concordance:
    """Search of one corpus. Each call brings the full-text index up to date first."""

    def __init__(self, store: Store, index: FullTextIndex | None = None) -> None:
        self._store = store
        self.index = index or FullTextIndex(store.index_folder())
        self.words = WordCounter(self.index)

    def close(self) -> None:
        """Close the index."""
        self.index.close()

    def refresh(self, progress: Callable[[int, int], object] = lambda *_: None) -> int:
        """Bring the index up to date, and return how many beads were written to it."""
        stamps, states = self._store.stamps(), self.index.states()
        for removed in states.keys() - stamps.keys():
            self.index.remove_briefing(removed)
        changed = sorted(name for name, stamp in stamps.items() if states.get(name) != stamp)
        count = 0
        for done, name in enumerate(changed, start=1):
            try:
                count += self._reindex(name, stamps[name])
            except AbsentError:  # removed meanwhile
                self.index.remove_briefing(name)
            progress(done, len(changed))
        if count:
            self.index.optimize(count)
        self._teach_words()
        return count

    def _teach_words(self) -> None:
        """Teach the word counts the links that people confirmed."""
        confirmed = [one for one in self._store.link_decisions() if one.verdict == "right"]
        self.words.teach((one.briefing, *one.words) for one in confirmed)

    def refresh_briefing(self, briefing: str) -> None:
        """Bring the index up to date with one briefing."""
        for name, stamp in self._store.stamps(briefing).items():
            self._reindex(name, stamp)

    def search(
        self,
        query: str,
        limit: int = 50,
        *,
        where: Where = ANY,
        sort: str = "newest",
        offset: int = 0,
    ) -> Results:
        """Return the beads that fit a query.

        :param sort: one of ``SORTS``: ``newest``, ``oldest``, ``doubtful`` (lowest probability
            first), ``shortest``, ``relevance``, or by the words ``left`` or ``right`` of the hit.
        """
        if sort not in SORTS:
            raise AlignError(
                N_("{sort!r}: unknown order; use one of {names}"), sort=sort, names=SORTS
            )
        parsed = parse_query(query)
        self.refresh()
        if sort in ORDERS:
            total, page = self.index.find(parsed, where, order=sort, limit=limit, offset=offset)
            marked = [_find_marks(bead, parsed) for bead in page]
        else:
            total, newest = self.index.find(parsed, where, order="newest", limit=SORTABLE, offset=0)
            every = [_find_marks(bead, parsed) for bead in newest]
            marked = sorted(every, key=partial(_words_beside, side=sort))[offset : offset + limit]
        chances = self.words.chances()
        decisions = group_by_bead(
            self._store.link_decisions({bead.briefing for bead, *_ in marked})
        )
        hits = []
        for bead, zh, en in marked:
            taught = place_decisions(decisions.get(bead.id, ()), bead.zh, bead.en)
            hits.append(make_hit(bead, zh, en, chances, taught))
        return Results(query, total, tuple(hits))

    def beads(self, query: str, *, where: Where = ANY) -> tuple[tuple[str, str], ...]:
        """Return the id and the briefing of every bead that fits a query, for an export."""
        parsed = parse_query(query)
        self.refresh()
        return self.index.find_ids(parsed, where)

    def counts(self, query: str, *, where: Where = ANY, speakers: int = 20) -> FacetCounts:
        """Count the hits of a query by year and by speaker."""
        parsed = parse_query(query)
        self.refresh()
        years = self.index.count_by("year", parsed, where, 1000)
        named = self.index.count_by("speaker", parsed, where, speakers)
        return FacetCounts(
            tuple(FacetCount(name or "undated", hits) for name, hits in years),
            tuple(FacetCount(name or "nobody named", hits) for name, hits in named),
        )

    def _reindex(self, briefing: str, stamp: str) -> int:
        while True:
            state, digests = self.index.briefing(briefing)
            if state == stamp:
                return 0  # another program was quicker
            added: list[IndexedBead] = []
            unchanged: set[str] = set()
            texts = blake2b(digest_size=16)
            for position, bead in enumerate(self._store.pairs([briefing])):
                name = bead.id or ""
                texts.update(repr((name, bead.zh, bead.en)).encode())
                known = _digest_bead(bead, position)
                if digests.get(name) == known:
                    unchanged.add(name)
                else:
                    added.append(_indexed_bead(bead, position, known))
            removed = tuple(digests.keys() - unchanged)
            change = IndexUpdate(briefing, state, stamp, removed, tuple(added), texts.digest())
            if self.index.update(change):
                return len(added)


def _digest_bead(bead: BeadRecord, position: int) -> bytes:
    """Return a digest of all fields of a bead in the index."""
    known = bead.provenance
    fields = (
        position,
        bead.zh,
        bead.en,
        known.date,
        known.speaker,
        known.role,
        bead.verdict.status,
        bead.pair.probability,
        *known.sources,
    )
    return digest(repr(fields)).to_bytes(8)


def _indexed_bead(bead: BeadRecord, position: int, checksum: bytes) -> IndexedBead:
    zh, en = tokenize(bead.zh), tokenize(bead.en)
    known = bead.provenance
    return IndexedBead(
        id=bead.id or "",
        briefing=known.briefing,
        speaker=known.speaker,
        role=known.role,
        status=bead.verdict.status,
        probability=bead.pair.probability,
        zh=bead.zh,
        en=bead.en,
        position=position,
        digest=checksum,
        date=known.date.isoformat() if known.date else "",
        site=host_of(known.sources.en or known.sources.zh),
        zh_words=tuple(token.stem for token in zh),
        en_words=tuple(token.stem for token in en),
        en_forms=tuple(token.form for token in en),
    )


_Marked = tuple[IndexedBead, tuple[Mark, ...], tuple[Mark, ...]]


def _find_marks(bead: IndexedBead, query: Query) -> _Marked:
    """Return a bead with the matches of a query in its Chinese and its English."""
    zh, en = query.wanted("zh"), query.wanted("en")
    return bead, find_hits(bead.zh, zh), find_hits(bead.en, en)


def _words_beside(marked: _Marked, side: str) -> str:
    """Return the words right of a hit, or those left of it from right to left."""
    bead, zh, en = marked
    text = bead.zh if zh else bead.en
    mark = next(iter(zh or en), Mark(0, 0))
    if side == "right":
        return text[mark.end :].strip().casefold()
    left = text[: mark.start].casefold()
    if zh:  # Chinese has no spaces between words
        return "".join(reversed(left))
    return " ".join(reversed(left.split()))


def make_hit(
    bead: IndexedBead,
    zh: tuple[Mark, ...] = (),
    en: tuple[Mark, ...] = (),
    chances: WordChances | None = None,
    taught: TaughtLinks = TaughtLinks(),  # noqa: B008 # frozen
) -> Hit:
    """Return a bead of the index as a hit with these marks and their translations."""
    zh_spans = [(mark.start, mark.end) for mark in zh]
    en_spans = [(mark.start, mark.end) for mark in en]
    ours: tuple[CharSpan, ...] = ()
    theirs: tuple[CharSpan, ...] = ()
    if zh or en:
        both = (zh_spans, en_spans)
        ours, theirs = find_translations(bead.zh, bead.en, both, chances, taught)
    same = ("briefing", "date", "speaker", "role", "site", "status", "probability")
    return Hit(
        bead=bead.id,
        **{name: getattr(bead, name) for name in same},
        zh=_side(bead.zh, zh, ours),
        en=_side(bead.en, en, theirs),
    )


def _side(text: str, marks: tuple[Mark, ...], linked: Iterable[CharSpan]) -> HitSide:
    outside = (
        Mark(start, end)
        for start, end in sorted(linked)
        if all(end <= mark.start or start >= mark.end for mark in marks)
    )
    return HitSide(text, marks, tuple(outside))
