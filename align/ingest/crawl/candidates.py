"""Candidates: the pages of a crawl that may have a counterpart, and which pairs are compared."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...extract.page_links import page_key
from ...extract.site import DOCUMENT_KINDS
from ...records import LANGUAGES, Language
from .address import bare_address
from .index import CrawlIndex, PageId
from .index_file import IndexedPage, make_key
from .page_facts import continues_article
from .sketch import WHOLE, read_sketch

Floats = NDArray[np.float32]

NEAREST = 8  # pages that are compared with one for their content
_PER_DAY = 12  # pages of a day up to which all are compared with each other
_PRIOR = 20  # vectors that the mean of a language stands for
_BLOCK = 4096  # rows of a product of matrices
# Cosine of two versions of one text: .99 where one word was corrected; of two texts of one day and
# spokesperson at most .87.
_SAME_TEXT = 0.95
_SAME_TOKENS = 0.8  # share of the figures and names of two versions

_KINDS = (*DOCUMENT_KINDS, "document")


@dataclass(slots=True)
class Candidate:
    """A page with a text in one language; ``days`` are those of its title, else of its date."""

    id: PageId
    name: str  # its address, or its file
    file: str  # that of the capture
    url: str
    key: str
    language: Language
    title: str
    date: dt.date | None
    title_days: tuple[dt.date, ...]
    text_days: tuple[dt.date, ...]
    people: tuple[str, ...]
    question: int
    turns: int
    paragraphs: int
    letters: int
    links: tuple[str, ...]
    tokens: NDArray[np.uint32]
    han: float
    passages: tuple[int, ...]
    fetched: str
    checksum: str

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The days that place it among the others."""
        return self.title_days or ((self.date,) if self.date else ())


@dataclass(slots=True)
class CrawlPages:
    """What a crawl has: candidates, pages in both languages, and what the others are."""

    candidates: list[Candidate] = field(default_factory=list)
    bilingual: list[Candidate] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    older: list[tuple[Candidate, Candidate]] = field(default_factory=list)  # version, what counts
    whole: dict[Language, Floats] = field(default_factory=dict)  # vectors, row by row

    def of(self, language: Language) -> list[Candidate]:
        """Return the candidates of a language, in the order of their vectors."""
        return [page for page in self.candidates if page.language == language]


def collect_pages(index: CrawlIndex, files: frozenset[str] | None = None) -> CrawlPages:
    """Sort the pages of a crawl, or of some of its files: each address once, and each text once."""
    collector = _Collector(CrawlPages())
    for number, page in index.pages():
        if files is None or page.locator.file in files:
            collector.take(number, page)
    found = collector.finish()
    find_partly_translated(found)
    _load_vectors(index, found)
    return found


@dataclass(slots=True)
class _Collector:
    """Takes pages in the order of the captures; of an address the later whole one counts."""

    found: CrawlPages
    by_address: dict[str, tuple[PageId, IndexedPage]] = field(default_factory=dict)
    continued: set[str] = field(default_factory=set)  # keys of the further pages of articles
    listed: dict[str, str] = field(default_factory=dict)  # the day beside an entry of a list

    def take(self, number: PageId, page: IndexedPage) -> None:
        facts, kinds = page.facts, self.found.kinds
        if facts.kind == "unreadable":
            self.found.faults.append(f"{page.url or page.locator}: {facts.reason}")
        for entry in facts.entries:
            if entry.day:
                self.listed.setdefault(entry.key, entry.day)
        if facts.kind not in _KINDS:
            kinds[facts.kind] += 1
            return
        own, key = page_key(page.final_url), make_key(page.final_url)
        self.continued.update(further for further in facts.more if _is_behind(further, own))
        known = self.by_address.get(key)
        if known is None or page.fetched >= known[1].fetched:
            self.by_address[key] = (number, page)
        if known is not None:
            kinds["captured again"] += 1

    def finish(self) -> CrawlPages:
        """Sort what counts."""
        checksums: set[str] = set()
        for number, page in self.by_address.values():
            kind = self._place(page, checksums)
            self.found.kinds[kind or _name_kind(page)] += 1
            if not kind and page.facts.language == "both":
                self.found.bilingual.append(_make_candidate(number, page, self.listed))
            elif not kind and page.facts.language in LANGUAGES and page.facts.letters:
                self.found.candidates.append(_make_candidate(number, page, self.listed))
        return self.found

    def _place(self, page: IndexedPage, checksums: set[str]) -> str:
        """Return what a page is that has no text of its own, or ''."""
        if page_key(page.final_url) in self.continued or continues_article(page.final_url):
            return "a further page of an article"
        if page.checksum and page.checksum in checksums:
            return "the same under another address"
        checksums.add(page.checksum)
        return ""


_MOST_WITH_PASSAGE = 4  # pages with a paragraph; one that more have is in the frame of the site


def find_partly_translated(found: CrawlPages) -> None:
    """Take for Chinese what is an English page of the crawl with some paragraphs translated.

    Such a page may have been read as English, or as one in both languages.
    """
    english = [page for page in found.candidates if page.language == "en"]
    both = list(found.bilingual)
    by_passage: dict[int, list[Candidate]] = defaultdict(list)
    for page in english:
        for passage in page.passages:
            by_passage[passage].append(page)
    for page in (*english, *both):
        if page.han and _has_original(page, by_passage):
            page.language = "zh"
    found.candidates += [page for page in both if page.language == "zh"]
    found.bilingual = [page for page in both if page.language != "zh"]


def _has_original(page: Candidate, by_passage: Mapping[int, Sequence[Candidate]]) -> bool:
    """Return whether half of a page's English paragraphs are on one page with fewer Chinese."""
    shared = Counter(
        id(other)
        for passage in page.passages
        if len(by_passage.get(passage, ())) <= _MOST_WITH_PASSAGE
        for other in by_passage.get(passage, ())
        if other.han < page.han
    )
    return bool(shared) and 2 * max(shared.values()) >= len(page.passages)


def _name_kind(page: IndexedPage) -> str:
    facts = page.facts
    return f"{facts.kind} {facts.language}".strip() if facts.kind in _KINDS else facts.kind


def _is_behind(key: str, own: str) -> bool:
    """Return whether a further page of an article comes behind the page that names it."""
    return (len(key), key) > (len(own), own)


def _make_candidate(number: PageId, page: IndexedPage, listed: Mapping[str, str]) -> Candidate:
    facts, key = page.facts, page_key(page.final_url)
    day = facts.date or listed.get(key, "")
    return Candidate(
        id=number,
        name=page_name(page),
        file=page.locator.file,
        url=page.url,
        key=key,
        language=_LANGUAGE[facts.language],
        title=facts.title,
        date=dt.date.fromisoformat(day) if day else None,
        title_days=tuple(map(dt.date.fromisoformat, facts.title_days)),
        text_days=tuple(map(dt.date.fromisoformat, facts.text_days)),
        people=facts.people,
        question=facts.question,
        turns=facts.turns,
        paragraphs=facts.paragraphs,
        letters=facts.letters,
        links=facts.links,
        tokens=np.array(facts.tokens, dtype=np.uint32),
        han=facts.han,
        passages=facts.passages,
        fetched=page.fetched,
        checksum=page.checksum,
    )


def page_name(page: IndexedPage) -> str:
    """Return what users call a page: its address on the web, or else its place."""
    return page.url if page.url.startswith(("http:", "https:")) else str(page.locator)


_LANGUAGE: dict[str, Language] = {"zh": "zh", "en": "en", "both": "en"}


def _load_vectors(index: CrawlIndex, found: CrawlPages) -> None:
    """Read the vector of each whole text, one language after the other; drop older versions."""
    for language in LANGUAGES:
        pages = found.of(language)
        rows = [read_sketch(data)[WHOLE] for data in index.vectors(page.id for page in pages)]
        found.whole[language] = np.stack(rows) if rows else np.zeros((0, 1), np.float32)


# -- versions ------------------------------------------------------------------------------------


def drop_older_versions(index: CrawlIndex, found: CrawlPages) -> None:
    """Keep the last of several versions of one text in one language, such as a corrected page."""
    groups: dict[tuple[object, ...], list[Candidate]] = defaultdict(list)
    for page in found.candidates:
        groups[(page.language, page.title, page.days)].append(page)
    for group in groups.values():
        found.older += _version_pairs(index, group)
    dropped = {older.id for older, _ in found.older}
    if not dropped:
        return
    for language in LANGUAGES:
        keep = [page.id not in dropped for page in found.of(language)]
        found.whole[language] = found.whole[language][np.array(keep, dtype=bool)]
    found.candidates = [page for page in found.candidates if page.id not in dropped]


def _version_pairs(
    index: CrawlIndex, group: Sequence[Candidate]
) -> list[tuple[Candidate, Candidate]]:
    """Return which pages of a group have the text of a later one."""
    if not 1 < len(group) <= _PER_DAY:
        return []
    ordered = sorted(group, key=lambda page: (page.fetched[:10], _last_number(page.url)))
    sketches = [read_sketch(data) for data in index.vectors(page.id for page in ordered)]
    pairs = []
    for at, older in enumerate(ordered):
        for later in range(at + 1, len(ordered)):
            cosine = float(sketches[at][WHOLE] @ sketches[later][WHOLE])
            if cosine >= _SAME_TEXT and _share(older.tokens, ordered[later].tokens):
                pairs.append((older, ordered[later]))
                break
    return pairs


def _last_number(url: str) -> int:
    digits = "".join(c if c.isdigit() else " " for c in url).split()
    return int(digits[-1][:18]) if digits else 0


def _share(one: NDArray[np.uint32], two: NDArray[np.uint32]) -> bool:
    both = len(np.intersect1d(one, two, assume_unique=True))
    return both >= _SAME_TOKENS * max(len(one), len(two))


# -- pairs to compare ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest pages in the other language by content: cosines and places, (pages, k)."""

    cosines: Floats
    places: NDArray[np.int64]


def centre(vectors: Floats, mean: Floats) -> Floats:
    """Return vectors less what all of them share, of length 1.

    :param mean: what texts of the language share, in place of ``_PRIOR`` vectors.
    """
    if not len(vectors):
        return vectors
    moved = vectors - (vectors.sum(axis=0) + _PRIOR * mean) / (len(vectors) + _PRIOR)
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6))


def find_neighbours(ours: Floats, theirs: Floats, count: int = NEAREST) -> Neighbours:
    """Return the pages of the other language with the largest cosines, the nearest first."""
    count = min(count, len(theirs))
    cosines = np.zeros((len(ours), count), np.float32)
    places = np.zeros((len(ours), count), np.int64)
    if count:
        for start in range(0, len(ours), _BLOCK):
            products = ours[start : start + _BLOCK] @ theirs.T
            nearest = np.argpartition(-products, count - 1, axis=1)[:, :count]
            values = np.take_along_axis(products, nearest, axis=1)
            order = np.argsort(-values, axis=1)
            places[start : start + _BLOCK] = np.take_along_axis(nearest, order, axis=1)
            cosines[start : start + _BLOCK] = np.take_along_axis(values, order, axis=1)
    return Neighbours(cosines, places)


def propose_pairs(
    zh: Sequence[Candidate],
    en: Sequence[Candidate],
    from_zh: Neighbours,
    from_en: Neighbours,
    centred: tuple[Floats, Floats],
) -> list[tuple[int, int]]:
    """Return which pairs are compared: near by content, of one day, by link, by address."""
    pairs = {(i, int(j)) for i, row in enumerate(from_zh.places) for j in row}
    pairs |= {(int(i), j) for j, row in enumerate(from_en.places) for i in row}
    pairs.update(_pairs_of_days(zh, en, centred))
    pairs.update(_pairs_by_key(zh, en))
    return sorted(pairs)


def _pairs_of_days(
    zh: Sequence[Candidate], en: Sequence[Candidate], centred: tuple[Floats, Floats]
) -> Iterator[tuple[int, int]]:
    by_day: dict[dt.date, list[int]] = defaultdict(list)
    for place, page in enumerate(en):
        for day in dict.fromkeys((*page.days, *((page.date,) if page.date else ()))):
            by_day[day].append(place)
    for place, page in enumerate(zh):
        days = dict.fromkeys((*page.days, *((page.date,) if page.date else ())))
        around = (day + dt.timedelta(days=step) for day in days for step in (-1, 0, 1))
        others = sorted({other for day in around for other in by_day.get(day, ())})
        if len(others) > _PER_DAY:
            products = centred[1][others] @ centred[0][place]
            others = [others[at] for at in np.argsort(-products)[:_PER_DAY]]
        yield from ((place, other) for other in others)


def _pairs_by_key(zh: Sequence[Candidate], en: Sequence[Candidate]) -> Iterator[tuple[int, int]]:
    """Yield pairs by link in either direction, and by addresses alike but for the language."""
    by_key = {page.key: place for place, page in enumerate(en)}
    our_keys = {page.key: place for place, page in enumerate(zh)}
    by_bare: dict[str, list[int]] = defaultdict(list)
    by_passage: dict[int, list[int]] = defaultdict(list)
    for place, page in enumerate(en):
        yield from ((our_keys[key], place) for key in page.links if key in our_keys)
        by_bare[bare_address(page.key)].append(place)
        for passage in page.passages:
            by_passage[passage].append(place)
    for place, page in enumerate(zh):
        for passage in page.passages:
            others = by_passage.get(passage, ())
            if len(others) <= _MOST_WITH_PASSAGE:
                yield from ((place, other) for other in others)
        yield from ((place, by_key[key]) for key in page.links if key in by_key)
        yield from ((place, other) for other in by_bare.get(bare_address(page.key), ())[:4])


def in_window(page: Candidate, since: dt.date | None, until: dt.date | None) -> bool:
    """Return whether a page is of a window of days; one without a day is."""
    days = page.days
    if not days:
        return True
    return (since is None or max(days) >= since) and (until is None or min(days) <= until)
