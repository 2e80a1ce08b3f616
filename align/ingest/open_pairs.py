"""Groups of list entries whose headings leave open which are one briefing: their pages decide."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .. import extract
from ..errors import AlignError
from ..records import Document, Page
from ..web.html import decode_page
from .counterparts import FoundCounterpart
from .same_briefing import judge

FetchPage = Callable[[str], Page]

# Points of a judgement that join two pages of a group: more than the same day and speaker, which
# all answers of a day have in common.
_ENOUGH = 5


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
        ours, repeats = _without_repeats(_read_all(self.ours, fetch))
        theirs, _ = _without_repeats(_read_all(self.theirs, fetch))
        self._reasons |= {one: f"the same text as {two}" for one, two in repeats.items()}
        points = {
            (one, two): judge(ours[one], theirs[two]).points
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


def _without_repeats(
    documents: dict[str, Document],
) -> tuple[dict[str, Document], dict[str, str]]:
    """Return documents, each text once, and which address repeats the text of which other."""
    first: dict[str, str] = {}
    repeats: dict[str, str] = {}
    for address, document in documents.items():
        text = "\n".join(text for _, text in document.paragraphs())
        if text in first:
            repeats[address] = first[text]
        else:
            first[text] = address
    return {address: documents[address] for address in first.values()}, repeats
