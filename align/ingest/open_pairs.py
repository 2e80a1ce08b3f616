"""Groups of list entries whose headings leave open which are one briefing: their pages decide."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rapidfuzz.fuzz import ratio

from .. import extract
from ..errors import AlignError
from ..records import Document, Page
from ..text.dates import find_dates
from ..web.html import decode_page
from .counterparts import FoundCounterpart
from .same_briefing import find_figures, judge

FetchPage = Callable[[str], Page]

# Points of a judgement that join two pages of a group: more than the same day and speaker, which
# all answers of a day have in common.
_ENOUGH = 5
_SAME_DAY = 2  # points for titles that name the same day
_SAME_TEXT = 0.8  # similarity of two versions of a text, by their characters


@dataclass(slots=True)
class OpenPairs:
    """A group of entries of two lists; their pages are read once, with the first of them."""

    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    _pages: dict[str, Page] = field(default_factory=dict)
    _chosen: dict[str, str] | None = None
    _reasons: dict[str, str] = field(default_factory=dict)

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
        if self._chosen is None:
            self._chosen = self._choose(fetch)
        chosen = self._chosen.get(address, "")
        return FoundCounterpart(chosen, self._reasons.get(address, ""))

    def _choose(self, fetch: FetchPage) -> dict[str, str]:
        """Read all pages and return the pairs whose texts fit each other and no other."""
        ours, versions = _without_versions(_read_all(self.ours, fetch))
        theirs, _ = _without_versions(_read_all(self.theirs, fetch))
        self._reasons |= {one: f"an earlier version of {two}" for one, two in versions.items()}
        points = {
            (one, two): _points(ours[one], theirs[two])
            for one in ours
            for two in theirs
            if ours[one].language != theirs[two].language
        }
        for one in ours:
            rated = [(value, pair[1]) for pair, value in points.items() if pair[0] == one]
            if rated:
                self._reasons[one] = f"nearest on the list: {max(rated)[1]}"
        return dict(pair for pair in points if _is_clear(pair, points))


def _is_clear(pair: tuple[str, str], points: dict[tuple[str, str], int]) -> bool:
    """Return whether two pages fit each other well, and better than any other page."""
    rivals = [
        value
        for other, value in points.items()
        if other != pair and (other[0] == pair[0] or other[1] == pair[1])
    ]
    return points[pair] >= _ENOUGH and all(points[pair] > value for value in rivals)


def _read_all(addresses: Sequence[str], fetch: FetchPage) -> dict[str, Document]:
    """Return the documents of some pages; those that cannot be read are left out."""
    documents: dict[str, Document] = {}
    for address in addresses:
        try:
            documents[address] = extract.read_document([decode_page(fetch(address))])
        except AlignError:
            continue
    return documents


def _points(one: Document, two: Document) -> int:
    """Return the points of a judgement, and some more if both titles name the same day."""
    days = [
        set(find_dates(side.title, year=side.date.year if side.date else None))
        for side in (one, two)
    ]
    return judge(one, two).points + (_SAME_DAY if days[0] & days[1] else 0)


def _without_versions(
    documents: dict[str, Document],
) -> tuple[dict[str, Document], dict[str, str]]:
    """Return documents without earlier versions of the same text.

    The newest entry of a list comes first, so the first of two versions is the corrected one.

    :return: the documents that are left, and which one each of the others is a version of.
    """
    kept: dict[str, Document] = {}
    versions: dict[str, str] = {}
    for address, document in documents.items():
        same = (other for other, known in kept.items() if _is_version(document, known))
        if found := next(same, ""):
            versions[address] = found
        else:
            kept[address] = document
    return kept, versions


def _is_version(one: Document, two: Document) -> bool:
    """Return whether two documents have nearly the same words and the same figures."""
    texts = ["\n".join(text for _, text in document.paragraphs()) for document in (one, two)]
    figures = find_figures(one), find_figures(two)
    shared, most = len(figures[0] & figures[1]), max(map(len, figures))
    return shared >= _SAME_TEXT * most and ratio(*texts) >= 100 * _SAME_TEXT
