"""Decoded pages of one document, in; the Document, out. ``SITES`` lists the sites, one file each.

Also told of a page: what it is (:func:`kind`), its further pages (:func:`more_pages`), the other
language's address (:func:`counterpart`), the entries of a list (:func:`list_items`).
"""

from collections.abc import Iterable, Sequence

from ..errors import ExtractError
from ..html import DecodedPage
from ..records import Document, Language
from ..transcript import language_of
from . import generic, scio_en, scio_zh
from .assemble import assemble
from .choose import Choice, choose
from .engine import body_of
from .kinds import kind_of, redirect_target
from .pages import linked_counterpart, page_key, page_number, same_article, trs_pages, unseen
from .pages import list_items as _items
from .site import Kind, ListItem, PageKind, Site

SITES: dict[str, Site] = {module.SITE.name: module.SITE for module in (scio_en, scio_zh)}
"""Name to site. ``generic`` is not among them: it is what remains."""

__all__ = [
    "SITES",
    "Kind",
    "ListItem",
    "PageKind",
    "Site",
    "counterpart",
    "extract",
    "kind",
    "list_items",
    "more_pages",
    "page_key",
    "page_number",
    "redirect_target",
    "site_of",
]


def site_of(page: DecodedPage) -> Choice:
    """Return the site of a page and what it was chosen by."""
    return choose(SITES.values(), page, generic.SITE)


def extract(pages: Sequence[DecodedPage], *, language: Language | None = None) -> Document:
    """Read the pages of one document, given in order.

    ``language`` chooses the side of a page that holds both; elsewhere the text decides. Galleries,
    notices, empty hubs, lists and shells raise :class:`ExtractError` with the reason.
    """
    if not pages:
        raise ExtractError("No page was given to read. Pass the pages of one document, in order.")
    choice = site_of(pages[0])
    found = kind_of(choice.site, pages[0])
    if found.kind not in ("transcript", "article") and not _goes_on(choice.site, pages):
        raise ExtractError(
            f"{pages[0].url or 'The page'} is no transcript but a page of the kind "
            f"'{found.kind}': {found.reason}. Give the address of the transcript itself."
        )
    notes = (generic.NOTE,) if choice.by == "fallback" else ()
    return assemble(choice.site, pages, language, counterpart(pages[0]), notes)


def _goes_on(site: Site, pages: Sequence[DecodedPage]) -> bool:
    """Say whether a later page is a transcript: page 1 of an article may be a photo only."""
    return any(kind_of(site, page).kind == "transcript" for page in pages[1:])


def kind(page: DecodedPage) -> PageKind:
    """Return what a page is, with the reason."""
    return kind_of(site_of(page).site, page)


def more_pages(page: DecodedPage, seen: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the addresses of further pages of the same article that are not among ``seen``."""
    site = site_of(page).site
    own = site.more(page) if site.more else ()
    return unseen(own or same_article(page) or trs_pages(page), page, seen)


def counterpart(page: DecodedPage) -> str:
    """Return the address of the other language, or '' when the page links none.

    A page that holds both languages is its own counterpart.
    """
    site = site_of(page).site
    if site.both_languages:
        return page.url
    if site.counterpart:
        return site.counterpart(page)
    to_chinese = language_of(block.text for block in body_of(site, page).blocks) == "en"
    return linked_counterpart(site, page, to_chinese=to_chinese)


def list_items(page: DecodedPage) -> tuple[ListItem, ...]:
    """Return address, title and date of each entry of a list page, in page order."""
    return _items(site_of(page).site, page)
