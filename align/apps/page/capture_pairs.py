"""Page pairs of an uploaded capture: proposed automatically, then corrected by the user."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ...records import LANGUAGES, Language
from ...sources.ingest.crawl.candidates import Candidate
from ...sources.ingest.crawl.pair_table import TableRow, read_pairs, write_pairs
from ...sources.ingest.crawl.pairing import CrawlPairing, LonePage, PagePair
from .capture_files import CaptureNames

Origin = Literal["uncertain", "paired", "both", "chosen", "alone"]
"""Origin of a row: an uncertain proposal, an automatic pair, a bilingual page, a pair chosen by the
user, or a page without its other language version."""

_ORDER: tuple[Origin, ...] = ("uncertain", "paired", "both", "alone")


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """Row of the table: two paired pages, one bilingual page, or one unpaired page."""

    zh: Candidate | None
    en: Candidate | None
    origin: Origin
    probability: float | None = None
    reasons: tuple[str, ...] = ()
    nearest: tuple[PagePair, ...] = ()

    @property
    def key(self) -> str:
        """Identifier of the row, unique among the uploaded captures."""
        return " ".join(_identify(page) if page else "-" for page in (self.zh, self.en))

    @property
    def is_pair(self) -> bool:
        """Whether the row has both languages and can become a briefing."""
        return self.zh is not None and self.en is not None

    @property
    def pages(self) -> tuple[Candidate, ...]:
        """Pages of the row, Chinese first; a bilingual page occurs once."""
        both = [page for page in (self.zh, self.en) if page is not None]
        return tuple(both[:1] if self.zh is self.en else both)

    @property
    def day(self) -> str:
        """Date of the first page that has one, as ``2031-05-14``; empty if none has."""
        return next((str(page.days[0]) for page in self.pages if page.days), "")

    @property
    def pair(self) -> PagePair:
        """The two pages as a pair.

        :raises ValueError: if one language is missing.
        """
        if self.zh is None or self.en is None:
            raise ValueError("a page alone is not a pair")
        return PagePair(self.zh, self.en, self.probability or 0.0, self.reasons)


class PairChoices:
    """Rows of a capture, and the selection of rows to add.

    Each page is in one row. ``known`` contains the keys of rows that are already in the corpus.
    """

    def __init__(self, pairing: CrawlPairing) -> None:
        self.pages = pairing.pages
        self.rows = sorted(
            _make_rows(pairing), key=lambda row: (_ORDER.index(row.origin), row.day, row.key)
        )
        self.known: set[str] = set()
        self._ticked = {row.key for row in self.rows if row.origin in ("paired", "both")}

    def is_ticked(self, row: CaptureRow) -> bool:
        """Return whether a row is selected for adding."""
        return row.key in self._ticked and row.key not in self.known

    def ticked(self) -> tuple[CaptureRow, ...]:
        """Return the rows selected for adding, in table order."""
        return tuple(row for row in self.rows if self.is_ticked(row))

    def find(self, key: str) -> CaptureRow | None:
        """Return the row with this key, or ``None``."""
        return next((row for row in self.rows if row.key == key), None)

    def tick(self, row: CaptureRow, wanted: bool) -> bool:
        """Select or deselect a row for adding; return whether that was possible."""
        if not wanted:
            self._ticked.discard(row.key)
        elif row.is_pair and row.key not in self.known:
            self._ticked.add(row.key)
        return self.is_ticked(row) == wanted

    def list_others(self, row: CaptureRow, language: Language) -> list[Candidate]:
        """Return the pages that a row may have in a language.

        The row's own page comes first, then the most similar pages, then free pages, those with the
        closest date first.
        """
        own = [page for page in (row.zh, row.en) if page and page.language == language]
        nearest = [pair.zh if language == "zh" else pair.en for pair in row.nearest]
        taken = {
            _identify(page) for other in self.rows if self._holds(other) for page in other.pages
        }
        day = row.pages[0].days[:1]

        def distance(page: Candidate) -> tuple[int, str]:
            known = bool(day and page.days)
            return (abs((page.days[0] - day[0]).days) if known else 1_000_000, page.title)

        free = [page for page in self.pages.of(language) if _identify(page) not in taken]
        chosen = {_identify(page): page for page in (*own, *nearest, *sorted(free, key=distance))}
        return list(chosen.values())

    def _holds(self, row: CaptureRow) -> bool:
        """Return whether the pages of a row are unavailable to other rows."""
        return row.is_pair and row.key in (self._ticked | self.known)

    def join(self, zh: Candidate, en: Candidate, reasons: Sequence[str] = ()) -> CaptureRow:
        """Pair two pages and return their row; pages they were paired with become unpaired."""
        ours = {_identify(zh), _identify(en)}
        touched = [row for row in self.rows if ours & set(map(_identify, row.pages))]
        for row in touched:
            if {_identify(page) for page in row.pages} == ours and row.is_pair:
                self._ticked.add(row.key)
                return row
        made = CaptureRow(zh, en, "chosen", None, tuple(reasons))
        at = self.rows.index(touched[0]) if touched else 0
        freed = [
            CaptureRow(*_sides(page), "alone")
            for row in touched
            for page in row.pages
            if _identify(page) not in ours
        ]
        left = [row for row in self.rows if row not in touched]
        self.rows = [*left[:at], made, *left[at:], *freed]
        self._ticked -= {row.key for row in touched}
        self._ticked.add(made.key)
        return made

    def count(self) -> dict[str, int]:
        """Return the number of rows by origin; rows in the corpus count as ``known``."""
        counts = dict.fromkeys(("paired", "uncertain", "both", "chosen", "alone", "known"), 0)
        for row in self.rows:
            counts["known" if row.key in self.known else row.origin] += 1
        return counts

    # -- the table as a file ---------------------------------------------------------------------

    def write_table(self, path: Path, names: CaptureNames) -> None:
        """Write the rows in the format of ``align add --pairs``.

        :raises FormatError: if the file exists or cannot be written.
        """
        pairs = [_rename(row, names) for row in self.rows]
        joined = [row.pair for row in pairs if row.is_pair and row.key in self._ticked]
        others = [row.pair for row in pairs if row.is_pair and row.key not in self._ticked]
        lone = [row for row in pairs if not row.is_pair]
        alone = [LonePage(row.pages[0], _rename_nearest(row, names)) for row in lone]
        write_pairs(CrawlPairing(tuple(joined), tuple(others), tuple(alone), self.pages), path)

    def take_table(
        self,
        path: Path,
        names: CaptureNames,
        read: Callable[[Path], Iterable[TableRow]] | None = None,
    ) -> tuple[str, ...]:
        """Select exactly the pairs of a corrected table; return its faulty lines.

        :param read: reads the rows of the table; by default in this process.
        :raises FormatError: if the file is not a table of pairs.
        """
        by_key = {_identify(page): page for page in (*self.pages.candidates, *self.pages.bilingual)}
        named = (replace(page, name=names.shown(page.name)) for page in by_key.values())
        bilingual = set(map(_identify, self.pages.bilingual))
        sides = [
            replace(page, language=language)
            for page in named
            for language in (LANGUAGES if _identify(page) in bilingual else (page.language,))
        ]
        taken = read_pairs(path, sides, read)
        self._ticked &= self.known
        there = {row.key for row in self.rows}
        for pair in taken.pairs:
            zh, en = by_key[_identify(pair.zh)], by_key[_identify(pair.en)]
            key = CaptureRow(zh, en, "chosen").key
            if key in there:
                self._ticked.add(key)
            else:
                self.join(zh, en, pair.reasons)
        return taken.faults


def _identify(page: Candidate) -> str:
    return f"{page.id.capture}.{page.id.number}"


def _sides(page: Candidate) -> tuple[Candidate | None, Candidate | None]:
    return (page, None) if page.language == "zh" else (None, page)


def _make_rows(pairing: CrawlPairing) -> Iterator[CaptureRow]:
    found: tuple[tuple[Origin, Sequence[PagePair]], ...] = (
        ("uncertain", pairing.proposed),
        ("paired", pairing.pairs),
    )
    for origin, pairs in found:
        for pair in pairs:
            yield CaptureRow(pair.zh, pair.en, origin, pair.probability, pair.reasons)
    for page in pairing.pages.bilingual:
        yield CaptureRow(page, page, "both")
    for lone in pairing.alone:
        yield CaptureRow(*_sides(lone.page), "alone", nearest=lone.nearest)


def _rename(row: CaptureRow, names: CaptureNames) -> CaptureRow:
    """Return a row whose pages have the names shown to users."""
    zh, en = (page and replace(page, name=names.shown(page.name)) for page in (row.zh, row.en))
    return replace(row, zh=zh, en=en)


def _rename_nearest(row: CaptureRow, names: CaptureNames) -> tuple[PagePair, ...]:
    return tuple(
        replace(
            pair,
            zh=replace(pair.zh, name=names.shown(pair.zh.name)),
            en=replace(pair.en, name=names.shown(pair.en.name)),
        )
        for pair in row.nearest
    )
