"""Candidates: the pages of a crawl that may have another language version, and their pairs."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ....records import LANGUAGES, Language
from ...extract.page_links import page_key
from ...extract.site import DOCUMENT_KINDS
from .index import CrawlIndex, PageId
from .index_file import IndexedPage, make_key
from .page_facts import continues_article
from .sketch import WHOLE, read_sketch

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
    passages: NDArray[np.uint32]
    fetched: str
    checksum: str

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The days that place it among the others."""
        return self.title_days or ((self.date,) if self.date else ())


@dataclass(slots=True)
class CrawlPages:
    """The pages of a crawl: candidates, bilingual pages, and the counts of other kinds."""

    candidates: list[Candidate] = field(default_factory=list)
    bilingual: list[Candidate] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    older: list[tuple[Candidate, Candidate]] = field(default_factory=list)  # version, what counts
    whole: dict[Language, NDArray[np.float16]] = field(default_factory=dict)  # vectors by row

    def of(self, language: Language) -> list[Candidate]:
        """Return the candidates of a language, in the order of their vectors."""
        return [page for page in self.candidates if page.language == language]


def collect_pages(index: CrawlIndex, files: frozenset[str] | None = None) -> CrawlPages:
    """Return the pages of a crawl, or of some of its files, with each URL and each text once."""
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
    by_address: dict[str, tuple[Candidate, str]] = field(default_factory=dict)  # with its kind
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
        candidate, key = _make_candidate(number, page), make_key(page.final_url)
        own = candidate.key
        self.continued.update(further for further in facts.more if _is_behind(further, own))
        known = self.by_address.get(key)
        if known is None or page.fetched >= known[0].fetched:
            self.by_address[key] = (candidate, f"{facts.kind} {facts.language}")
        if known is not None:
            kinds["captured again"] += 1

    def finish(self) -> CrawlPages:
        """Sort the collected pages into candidates, bilingual pages and other kinds."""
        checksums: set[str] = set()
        for page, name in self.by_address.values():
            day = self.listed.get(page.key)
            if page.date is None and day:
                page.date = dt.date.fromisoformat(day)
            kind = self._place(page, checksums)
            language = name.rpartition(" ")[2]
            self.found.kinds[kind or name] += 1
            if not kind and language == "both":
                self.found.bilingual.append(page)
            elif not kind and language in LANGUAGES and page.letters:
                self.found.candidates.append(page)
        return self.found

    def _place(self, page: Candidate, checksums: set[str]) -> str:
        """Return the kind of a page without text of its own, or ''."""
        if page.key in self.continued or continues_article(page.key):
            return "a further page of an article"
        if page.checksum and page.checksum in checksums:
            return "the same under another address"
        checksums.add(page.checksum)
        return ""


MOST_WITH_PASSAGE = 4
"""Pages with an English paragraph; one that more have belongs to the frame of the site."""


def find_partly_translated(found: CrawlPages) -> None:
    """Make a page Chinese if it is an English page of the crawl with some paragraphs translated.

    Such a page may have been read as English or as bilingual.
    """
    english = [page for page in found.candidates if page.language == "en"]
    both = list(found.bilingual)
    mixed = [page for page in (*english, *both) if page.han and len(page.passages)]
    by_passage = index_passages(mixed, english)
    for page in mixed:
        if _has_original(page, english, by_passage):
            page.language = "zh"
    found.candidates += [page for page in both if page.language == "zh"]
    found.bilingual = [page for page in both if page.language != "zh"]


def index_passages(ours: Sequence[Candidate], theirs: Sequence[Candidate]) -> dict[int, list[int]]:
    """Return the places of their pages by the passages that our pages have, too."""
    by_passage: dict[int, list[int]] = {
        passage: [] for page in ours for passage in page.passages.tolist()
    }
    for place, page in enumerate(theirs if by_passage else ()):
        for passage in page.passages.tolist():
            if passage in by_passage:
                by_passage[passage].append(place)
    return by_passage


def _has_original(
    page: Candidate, english: Sequence[Candidate], by_passage: Mapping[int, Sequence[int]]
) -> bool:
    """Return whether half of a page's English paragraphs are on one page with fewer Chinese."""
    shared = Counter(
        place
        for passage in page.passages.tolist()
        if len(by_passage[passage]) <= MOST_WITH_PASSAGE
        for place in by_passage[passage]
        if english[place].han < page.han
    )
    return bool(shared) and 2 * max(shared.values()) >= len(page.passages)


def _is_behind(key: str, own: str) -> bool:
    """Return whether a further page of an article comes behind the page that names it."""
    return (len(key), key) > (len(own), own)


def _make_candidate(number: PageId, page: IndexedPage) -> Candidate:
    facts = page.facts
    return Candidate(
        id=number,
        name=page_name(page),
        file=page.locator.file,
        url=page.url,
        key=page_key(page.final_url),
        language="zh" if facts.language == "zh" else "en",
        title=facts.title,
        date=dt.date.fromisoformat(facts.date) if facts.date else None,
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
        passages=np.array(facts.passages, dtype=np.uint32),
        fetched=page.fetched,
        checksum=page.checksum,
    )


def page_name(page: IndexedPage) -> str:
    """Return what users call a page: its address on the web, or else its place."""
    return page.url if page.url.startswith(("http:", "https:")) else str(page.locator)


def _load_vectors(index: CrawlIndex, found: CrawlPages) -> None:
    """Read the vector of each whole text, one language after the other."""
    for language in LANGUAGES:
        pages = found.of(language)
        vectors = np.zeros((len(pages), 0), np.float16)
        for place, data in enumerate(index.vectors(page.id for page in pages)):
            row = read_sketch(data)[WHOLE]
            if not vectors.shape[1]:
                vectors = np.zeros((len(pages), len(row)), np.float16)
            vectors[place] = row
        found.whole[language] = vectors


def in_window(page: Candidate, since: dt.date | None, until: dt.date | None) -> bool:
    """Return whether a page is of a window of days; one without a day is."""
    days = page.days
    if not days:
        return True
    return (since is None or max(days) >= since) and (until is None or min(days) <= until)
