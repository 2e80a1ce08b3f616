"""Full text search over both languages of a corpus: a query in, hits in their context out."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from ..errors import AlignError
from ..records import ExportedBead, Language, Status
from ..store.index.full_text import ORDERS, FullTextIndex
from ..store.index.query import Query, QueryCondition
from ..store.index.records import IndexedBead, IndexHit, IndexUpdate
from ..text.digest import digest
from .highlight import Mark, find_counterparts, find_hits
from .learned import MarkedText, learn_counterparts
from .query import parse_query
from .tokens import tokenize

CONTEXT = 40
"""Characters on either side of a hit in :meth:`Hit.context`."""

SORTABLE = 2000
"""How many hits are sorted by their context; with more, the newest of them are."""

SORTS = (*ORDERS, "left", "right")


class SearchSource(Protocol):
    """What the concordance needs of a store."""

    def stamps(self) -> Mapping[str, str]:
        """Give something for each briefing that changes whenever the briefing does."""
        ...

    def pairs(self, briefing_ids: Iterable[str] | None = None) -> Iterator[ExportedBead]:
        """Yield the beads of some briefings."""
        ...

    def index_folder(self) -> Path | None:
        """Say where indices of this corpus are kept."""
        ...


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions on the bead, beside those on its texts. Empty means any."""

    since: dt.date | None = None
    until: dt.date | None = None
    speaker: str = ""  # part of the name is enough
    role: str = ""
    site: str = ""  # likewise
    briefing: str = ""
    statuses: tuple[Status, ...] = ()
    at_least: float | None = None  # of the probability
    at_most: float | None = None

    def conditions(self) -> tuple[QueryCondition, ...]:
        """Return the conditions that are not empty."""
        found = (
            QueryCondition("date", ">=", (self.since.isoformat() if self.since else "",)),
            QueryCondition("date", "<=", (self.until.isoformat() if self.until else "",)),
            QueryCondition("role", "=", (self.role,)),
            QueryCondition("site", "has", (self.site,)),
            QueryCondition("briefing", "=", (self.briefing,)),
            QueryCondition("probability", ">=", _given(self.at_least)),
            QueryCondition("probability", "<=", _given(self.at_most)),
            QueryCondition("speaker", "has", (self.speaker,)),
            QueryCondition("status", "in", self.statuses),
        )
        return tuple(one for one in found if one.values not in ((), ("",)))


def _given(value: float | None) -> tuple[float, ...]:
    return () if value is None else (value,)


@dataclass(frozen=True, slots=True)
class HitSide:
    """One text of a hit: ``marks`` is what was asked for, ``counterparts`` what translates it."""

    text: str
    marks: tuple[Mark, ...]
    counterparts: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """The first hit of a bead in its line: what stands before it, itself, and what follows."""

    language: Language
    left: str
    hit: str
    right: str


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

    def context(self, width: int = CONTEXT) -> Context:
        """Return the first hit with so many characters on either side, Chinese first."""
        language: Language = "zh" if self.zh.marks else "en"
        side = self.zh if language == "zh" else self.en
        mark = side.marks[0] if side.marks else Mark(0, 0)
        return Context(
            language,
            side.text[max(0, mark.start - width) : mark.start],
            side.text[mark.start : mark.end],
            side.text[mark.end : mark.end + width],
        )


@dataclass(frozen=True, slots=True)
class Results:
    """How many beads fit a query, and a page of them."""

    query: str
    total: int
    hits: tuple[Hit, ...]


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
    """Search of one corpus. The index follows the corpus: each call looks what has changed."""

    def __init__(self, store: SearchSource, index: FullTextIndex | None = None) -> None:
        self._store = store
        self._index = index or FullTextIndex(store.index_folder())

    @property
    def index(self) -> FullTextIndex:
        """The full-text index, which also knows the texts of every bead."""
        return self._index

    def close(self) -> None:
        """Return the index back."""
        self._index.close()

    def refresh(self, progress: Callable[[int, int], object] | None = None) -> int:
        """Bring the index up to date and give how many beads were read anew.

        :param progress: called with the number of briefings read so far, and of those to read.
        """
        stamps, held = self._store.stamps(), self._index.states()
        for gone in held.keys() - stamps.keys():
            self._index.remove_briefing(gone)
        changed = sorted(name for name, stamp in stamps.items() if held.get(name) != stamp)
        count = 0
        for done, name in enumerate(changed, start=1):
            count += self._reindex(name, stamps[name])
            if progress is not None:
                progress(done, len(changed))
        if count:
            self._index.optimize(count)
        return count

    def search(
        self,
        query: str,
        limit: int = 50,
        *,
        where: Where | None = None,
        sort: str = "newest",
        offset: int = 0,
    ) -> Results:
        """Find the beads that fit a query.

        :param sort: one of ``SORTS``: ``newest``, ``oldest``, ``doubtful`` (lowest probability
            first), ``shortest``, ``relevance``, or by the words ``left`` or ``right`` of the hit.
        :raises AlignError: the query cannot be read, or there is no such order.
        """
        if sort not in SORTS:
            raise AlignError(f"{sort!r}: no such order; there are {', '.join(SORTS)}")
        parsed = parse_query(query)
        self.refresh()
        conditions = (where or Where()).conditions()
        if sort in ORDERS:
            found = self._index.find(parsed, conditions, order=sort, limit=limit, offset=offset)
            return Results(query, found.total, _hits(found, parsed))
        found = self._index.find(parsed, conditions, order="newest", limit=SORTABLE, offset=0)
        ordered = sorted(_hits(found, parsed), key=lambda hit: _beside(hit, sort))
        return Results(query, found.total, tuple(ordered[offset : offset + limit]))

    def beads(self, query: str, *, where: Where | None = None) -> tuple[tuple[str, str], ...]:
        """Return the id and the briefing of every bead that fits a query, for an export.

        :raises AlignError: the query cannot be read.
        """
        parsed = parse_query(query)
        self.refresh()
        return self._index.find_ids(parsed, (where or Where()).conditions())

    def counts(self, query: str, *, where: Where | None = None, speakers: int = 20) -> FacetCounts:
        """Count the hits of a query by year and by speaker.

        :raises AlignError: the query cannot be read.
        """
        parsed = parse_query(query)
        self.refresh()
        conditions = (where or Where()).conditions()
        years = self._index.count_by("year", parsed, conditions, 1000)
        named = self._index.count_by("speaker", parsed, conditions, speakers)
        return FacetCounts(
            tuple(FacetCount(name or "undated", hits) for name, hits in years),
            tuple(FacetCount(name or "nobody named", hits) for name, hits in named),
        )

    def _reindex(self, briefing: str, stamp: str) -> int:
        """Read a briefing anew, and again if another program is at it too; give what it took."""
        while True:
            held = self._index.briefing(briefing)
            if held.state == stamp:
                return 0  # another program was quicker
            rows: list[IndexedBead] = []
            kept: set[str] = set()
            for position, pair in enumerate(self._store.pairs([briefing])):
                digest = _digest(pair, position)
                if held.digests.get(pair.id) == digest:
                    kept.add(pair.id)
                else:
                    rows.append(_row(pair, position, digest))
            gone = tuple(held.digests.keys() - kept)
            if self._index.update(IndexUpdate(briefing, held.state, stamp, gone, tuple(rows))):
                return len(rows)


def _digest(pair: ExportedBead, position: int) -> bytes:
    fields = (
        position, pair.zh, pair.en, pair.date, pair.speaker, pair.role, pair.status,
        pair.probability, pair.source_zh, pair.source_en,
    )  # fmt: skip
    return digest(repr(fields)).to_bytes(8)


def _row(pair: ExportedBead, position: int, digest: bytes) -> IndexedBead:
    zh, en = tokenize(pair.zh), tokenize(pair.en)
    return IndexedBead(
        id=pair.id,
        briefing=pair.briefing,
        position=position,
        digest=digest,
        date=pair.date.isoformat() if pair.date else "",
        speaker=pair.speaker,
        role=pair.role,
        site=urlsplit(pair.source_en or pair.source_zh).netloc,
        status=pair.status,
        probability=pair.probability,
        zh=pair.zh,
        en=pair.en,
        zh_words=tuple(token.stem for token in zh),
        en_words=tuple(token.stem for token in en),
        en_forms=tuple(token.form for token in en),
    )


def _hits(found: IndexHit, query: Query) -> tuple[Hit, ...]:
    """Make the hits of a page; what stands beside many of them is a counterpart in each."""
    marked = [_marked(row, query) for row in found.beads]
    words = _Taught(
        zh=learn_counterparts([MarkedText(one.row.en, one.en, one.row.zh) for one in marked], "en"),
        en=learn_counterparts([MarkedText(one.row.zh, one.zh, one.row.en) for one in marked], "zh"),
    )
    return tuple(_hit(one, words) for one in marked)


def make_hit(row: IndexedBead, query: Query | None = None) -> Hit:
    """Make a hit of a bead of the index, with the passages marked that a query asks for."""
    return _hit(_marked(row, query or Query(())), _Taught())


@dataclass(frozen=True, slots=True)
class _Marked:
    row: IndexedBead
    zh: tuple[Mark, ...]
    en: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class _Taught:
    zh: frozenset[str] = frozenset()
    en: frozenset[str] = frozenset()


def _marked(row: IndexedBead, query: Query) -> _Marked:
    return _Marked(
        row, find_hits(row.zh, query.wanted("zh")), find_hits(row.en, query.wanted("en"))
    )


def _hit(one: _Marked, words: _Taught) -> Hit:
    row = one.row
    zh = find_counterparts(row.en, one.en, row.zh, "en", words.zh)
    en = find_counterparts(row.zh, one.zh, row.en, "zh", words.en)
    return Hit(
        bead=row.id,
        briefing=row.briefing,
        date=row.date,
        speaker=row.speaker,
        role=row.role,
        site=row.site,
        status=row.status,
        probability=row.probability,
        zh=HitSide(row.zh, one.zh, _others(zh, one.zh)),
        en=HitSide(row.en, one.en, _others(en, one.en)),
    )


def _others(marks: tuple[Mark, ...], own: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Drop counterparts that were asked for themselves."""
    return tuple(
        mark
        for mark in marks
        if all(mark.end <= other.start or mark.start >= other.end for other in own)
    )


def _beside(hit: Hit, sort: str) -> str:
    """Return what a hit is sorted by: the words after it, or those before it from right to left."""
    context = hit.context()
    if sort == "right":
        return context.right.strip().casefold()
    if context.language == "en":
        return " ".join(reversed(context.left.casefold().split()))
    return context.left[::-1]
