"""Equal pages of a crawl, such as mirrors and print versions: only the first of them is read."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ....records import Page
from .page_facts import PageFacts, read_page_facts

_MOST_KEPT = 500
"""Pages whose facts are kept at a time, about 10 kB each."""

_Content = tuple[object, ...]


@dataclass(slots=True)
class EqualPages:
    """The facts of the last pages, for the equal pages that follow in the same folder.

    The facts of an equal page are those of the first, with the date that the first has by its URL.
    Pages that name other pages are always read, for a link can depend on the name of the page;
    unreadable pages too, for the reason names them.
    """

    read: Callable[[Page], PageFacts] = read_page_facts
    _kept: dict[_Content, PageFacts] = field(default_factory=dict)

    def facts_of(self, page: Page) -> PageFacts:
        """Return the facts about a page."""
        content = _content_of(page)
        known = self._kept.get(content)
        if known is not None:
            return known
        facts = self.read(page)
        if _is_shared(facts):
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[content] = facts
        return facts


def _content_of(page: Page) -> _Content:
    """Return all of a page except the last part of its URL and the time."""
    folder = page.final_url.rpartition("/")[0]
    return folder, page.status, page.headers, page.sha256


def _is_shared(facts: PageFacts) -> bool:
    """Return whether facts hold for equal pages of the same folder."""
    names_pages = facts.links or facts.more or facts.target or facts.entries
    return facts.kind != "unreadable" and not names_pages
