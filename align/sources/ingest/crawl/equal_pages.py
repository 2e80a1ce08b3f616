"""Equal pages of a crawl, such as mirrors and print versions: only the first of them is read."""

from dataclasses import dataclass, field

from ....records import Page
from ...extract.page_links import page_key
from .captured_pages import CapturedPage
from .page_facts import PageFacts

_MOST_KEPT = 500
"""Pages whose facts are kept at a time, about 10 kB each."""

_Content = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """The facts of the page that was read last, and whether an equal page before had them too."""

    facts: PageFacts
    repeated: bool


@dataclass(slots=True)
class EqualPages:
    """The facts of the last pages, for the equal pages that follow in the same folder.

    The facts of an equal page are those of the first, with the date that the first has by its URL.
    A link to the other language can depend on the name of the page: it holds for further pages once
    two pages have it. Pages that name further pages are always read, for those always depend on the
    name; unreadable pages too, for the reason names them.
    """

    _known: dict[_Content, _Known] = field(default_factory=dict)

    def find(self, captured: CapturedPage) -> PageFacts | None:
        """Return the facts about a page, or ``None`` if it must be read."""
        page = captured.page
        if page is None:
            return None
        known = self._known.get(_content_of(page))
        if known is None:
            return None
        links = known.facts.links
        if links and (not known.repeated or page_key(page.final_url) in links):
            return None
        return known.facts

    def keep(self, captured: CapturedPage, facts: PageFacts) -> None:
        """Keep the facts about a page that was read."""
        page = captured.page
        if page is None or not _is_shared(facts):
            return
        content = _content_of(page)
        before = self._known.get(content)
        if before is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[content] = _Known(facts, repeated=False)
        elif facts.links:  # not those of the page that the others link to
            self._known[content] = _Known(facts, repeated=facts.links == before.facts.links)


def _content_of(page: Page) -> _Content:
    """Return all of a page except the last part of its URL and the time."""
    folder = page.final_url.rpartition("/")[0]
    return folder, page.status, page.headers, page.sha256


def _is_shared(facts: PageFacts) -> bool:
    """Return whether facts can hold for equal pages of the same folder."""
    names_pages = facts.more or facts.target or facts.entries
    return facts.kind != "unreadable" and not names_pages
