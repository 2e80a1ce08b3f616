"""Groups of list entries whose headings leave open which are one briefing: their pages decide."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from rapidfuzz.fuzz import ratio

from ...errors import N_, AlignError, Message
from ...records import Document, Page
from .. import extract
from ..web.html import decode_page
from .counterparts import FoundCounterpart
from .same_briefing import find_figures

FetchPage = Callable[[str], Page]

_SAME_TEXT = 0.8  # share of characters, and of figures, that two versions of a text have in common
_IN_MEMORY = Path(":memory:")


@dataclass(slots=True)
class OpenPairs:
    """A group of entries of two lists; their pages are read once, with the first of them."""

    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    _pages: dict[str, Page] = field(default_factory=dict)
    _found: dict[str, FoundCounterpart] | None = None

    def keep_pages(self, fetch: FetchPage) -> FetchPage:
        """Return a function that fetches each page of the group once."""

        def get(address: str) -> Page:
            if address not in self._pages:
                page = fetch(address)
                if address not in self.ours and address not in self.theirs:
                    return page
                self._pages[address] = page
            return self._pages[address]

        return get

    def find(self, address: str, fetch: FetchPage) -> FoundCounterpart:
        """Return the counterpart of one of the group's pages, one to one."""
        if self._found is None:
            self._found = self._pair(fetch)
        return self._found.get(address, FoundCounterpart())

    def _pair(self, fetch: FetchPage) -> dict[str, FoundCounterpart]:
        """Pair the pages of the group as those of a crawl are, by all kinds of evidence."""
        # The pairing loads numpy and the encoder.
        from .crawl.captured_pages import CapturedPage, Locator
        from .crawl.index import CrawlIndex
        from .crawl.index_file import IndexFile
        from .crawl.page_facts import read_page_facts
        from .crawl.pairing import pair_pages

        pages = _read_all((*self.ours, *self.theirs), fetch)
        versions = _find_versions(pages)
        file = IndexFile(_IN_MEMORY)
        with CrawlIndex([file], ["the lists"], max_bytes=0) as index:
            for address, page in pages.items():
                if address not in versions:
                    file.add(CapturedPage(Locator(address), page), read_page_facts(page))
            pairing = pair_pages(index)
        found = {
            older: FoundCounterpart(
                reason=Message(N_("an earlier version of {newer}"), newer=newer)
            )
            for older, newer in versions.items()
        }
        for pair in pairing.pairs:
            found[pair.zh.url] = FoundCounterpart(pair.en.url)
            found[pair.en.url] = FoundCounterpart(pair.zh.url)
        for pair in pairing.proposed:
            why = pair.probability, pair.reasons
            found[pair.zh.url] = FoundCounterpart(reason=_describe_nearest(pair.en.url, *why))
            found[pair.en.url] = FoundCounterpart(reason=_describe_nearest(pair.zh.url, *why))
        return found


def _describe_nearest(address: str, probability: float, reasons: Sequence[str]) -> Message:
    return Message(
        N_("closest page: {address}, probability {probability:.2f}: {reasons}"),
        address=address,
        probability=probability,
        reasons=reasons,
    )


def _read_all(addresses: Sequence[str], fetch: FetchPage) -> dict[str, Page]:
    """Return pages by URL, without those that cannot be fetched."""
    pages: dict[str, Page] = {}
    for address in addresses:
        with suppress(AlignError):
            pages[address] = replace(fetch(address), url=address)
    return pages


def _find_versions(pages: Mapping[str, Page]) -> dict[str, str]:
    """Return which page each earlier version of a text is a version of.

    The newest entry of a list comes first, so the first of two versions is the corrected one.
    """
    kept: dict[str, Document] = {}
    versions: dict[str, str] = {}
    for address, page in pages.items():
        try:
            document = extract.read_document([decode_page(page)])
        except AlignError:
            continue
        same = (other for other, known in kept.items() if _is_version(document, known))
        if newer := next(same, ""):
            versions[address] = newer
        else:
            kept[address] = document
    return versions


def _is_version(one: Document, two: Document) -> bool:
    """Return whether two documents have nearly the same words and the same numbers."""
    texts = ["\n".join(text for _, text in document.paragraphs()) for document in (one, two)]
    figures = find_figures(one), find_figures(two)
    shared, most = len(figures[0] & figures[1]), max(map(len, figures))
    return shared >= _SAME_TEXT * most and ratio(*texts) >= 100 * _SAME_TEXT
