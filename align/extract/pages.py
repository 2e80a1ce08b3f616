"""Reading of saved pages by their site: the document, the kind, and where the pages lead."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..errors import ExtractError
from ..records import Document, Language
from ..web.html import DecodedPage
from .assemble import assemble, has_both_languages
from .counterpart_search import ListPage
from .counterpart_search import find_counterpart as _find
from .page_body import body_of
from .page_kind import classify
from .page_links import (
    drop_seen,
    find_counterpart_link,
    find_further_lists,
    page_number,
    same_article,
    trs_pages,
)
from .page_links import find_list_items as linked_items
from .page_links import find_next_list as _next_list
from .site import Kind, LeftOut, ListItem, PageKind, Site
from .site_report import SiteReport, report_on
from .sites import site_notes, site_of
from .transcript import detect_language


@dataclass(frozen=True, slots=True)
class PageReading:
    """What is read from the pages of one document, or why nothing is.

    ``letters`` are those of the body, ``taken`` those of them in the document. ``left_out`` counts
    the other lines by their reason, also those around the body. ``refusal`` is empty where there is
    a document.
    """

    site: str
    kind: Kind
    document: Document | None = None
    refusal: str = ""
    letters: int = 0
    taken: int = 0
    left_out: tuple[LeftOut, ...] = ()

    @property
    def share(self) -> float:
        """The share of the body's letters that are in the document."""
        return self.taken / self.letters if self.letters else 0.0


def read_pages(pages: Sequence[DecodedPage], *, language: Language | None = None) -> PageReading:
    """Read the pages of one document, given in order.

    :param language: the side of a page that holds both (Chinese when not given); elsewhere the text
        decides.
    :raises ExtractError: no page was given.
    """
    if not pages:
        raise ExtractError("no page was given to read; pass the pages of one document, in order")
    choice = site_of(pages[0])
    site, pages = choice.site, _data_last(choice.site, pages)
    kind = classify(site, pages[0])
    if kind.kind not in ("transcript", "article") and not _goes_on(site, pages):
        refusal = (
            f"{pages[0].url or 'the page'} is no transcript but a page of the kind "
            f"'{kind.kind}': {kind.reason}; give the address of the transcript itself"
        )
        return PageReading(site.name, kind.kind, refusal=refusal)
    side = (language or "zh") if holds_both(pages[0]) else None
    try:
        read = assemble(site, pages, side, counterpart_url(pages[0]), site_notes(choice))
    except ExtractError as error:
        return PageReading(site.name, kind.kind, refusal=str(error))
    letters = next(count for count in read.counts if count.name == "letters")
    return PageReading(
        site.name,
        kind.kind,
        read.document,
        letters=letters.before,
        taken=letters.after,
        left_out=read.left_out,
    )


def read_document(pages: Sequence[DecodedPage], *, language: Language | None = None) -> Document:
    """Return the document of :func:`read_pages`.

    :raises ExtractError: no page, or a gallery, notice, empty hub, list or shell, with the reason.
    """
    read = read_pages(pages, language=language)
    if read.document is None:
        raise ExtractError(read.refusal)
    return read.document


def _data_last(site: Site, pages: Sequence[DecodedPage]) -> list[DecodedPage]:
    """Put data files after the pages that load them, which have the title."""
    data = site.data
    return sorted(pages, key=lambda page: data is not None and data(page) is not None)


def _goes_on(site: Site, pages: Sequence[DecodedPage]) -> bool:
    """Say whether a later page is the text: page 1 may be a photo only, or a table of contents."""
    wanted = ("transcript", "article") if site.sections_of(pages[0]) else ("transcript",)
    return any(classify(site, page).kind in wanted for page in pages[1:])


def classify_page(page: DecodedPage) -> PageKind:
    """Return what a page is, with the reason."""
    return classify(site_of(page).site, page)


def more_pages(page: DecodedPage, seen: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the addresses of further pages of the same article that are not among ``seen``.

    ``seen`` holds addresses or their :func:`page_key`; ``.htm`` and ``.html`` are one page.
    """
    site = site_of(page).site
    own = site.more(page) if site.more else ()
    found = own or site.sections_of(page) or same_article(page) or trs_pages(page)
    if found and classify(site, page).kind == "gallery":
        found = _after_gallery(page, found)
    return drop_seen(found, page, seen)


def _after_gallery(page: DecodedPage, found: Sequence[str]) -> tuple[str, ...]:
    """Keep page 2 after a first page of photos, which may open a transcript; else none.

    A gallery has a page per photo; nobody needs to wait for all of them to hear that it is one.
    """
    first = page_number(page.url) == 1
    return tuple(url for url in found if first and page_number(url) == 2)


def counterpart_url(page: DecodedPage) -> str:
    """Return the address of the other language, or '' when the page links none.

    A page that holds both languages is its own counterpart.
    """
    if holds_both(page):
        return page.url
    site = site_of(page).site
    to_chinese = detect_language(block.text for block in body_of(site, page).blocks) == "en"
    return find_counterpart_link(site, page, to_chinese=to_chinese)


def counterpart_lists(page: DecodedPage) -> tuple[str, ...]:
    """Return the lists on which a page's counterpart stands, where no link leads to it.

    :func:`find_counterpart` reads them.
    """
    site = site_of(page).site
    return site.lists_of_counterparts(page) if site.lists_of_counterparts else ()


def find_counterpart(
    document: Document, page: DecodedPage, read: Callable[[str], DecodedPage]
) -> str:
    """Return the counterpart's address from the site's lists in the other language, or ''.

    :param page: the document's first page.
    :param read: fetches a page by its address; errors that it raises pass through.
    """

    def read_list(url: str) -> ListPage:
        listed = read(url)
        return ListPage(read_list_items(listed), further_list_pages(listed))

    return _find(document, counterpart_lists(page), read_list)


def holds_both(page: DecodedPage) -> bool:
    """Say whether a page gives both languages, paragraph by paragraph."""
    site = site_of(page).site
    return site.both_languages and has_both_languages(body_of(site, page).blocks)


def read_list_items(page: DecodedPage) -> tuple[ListItem, ...]:
    """Return address, title and date of each entry of a list page, in page order."""
    site = site_of(page).site
    own = site.items(page) if site.items else ()
    return own or linked_items(site, page)


def further_list_pages(page: DecodedPage) -> tuple[str, ...]:
    """Return the addresses of the further pages of a list, as far as the page tells them."""
    return drop_seen(find_further_lists(page), page, ())


def next_list_page(page: DecodedPage) -> str:
    """Return the address of the list page behind this one, or ''; it may not be there."""
    return _next_list(site_of(page).site, page)


def report(page: DecodedPage) -> SiteReport:
    """Return which candidates were tried on a page, which matched, and what the checks count."""
    choice = site_of(page)
    return report_on(choice, page, counterpart_url(page), more_pages(page))
