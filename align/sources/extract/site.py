"""Record of what a site's file says of its pages, and the small records around it."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ...aligner.text.strings import count_letters
from ..web.html import DecodedPage
from .transcript import Block

# What a page is.
Kind = Literal["transcript", "article", "gallery", "notice", "empty hub", "list", "shell"]
DOCUMENT_KINDS = ("transcript", "article")

# The comments that the Founder system sets about an article.
ENP_CONTENT = "between:<!--\\s*enpcontent\\s*-->|||<!--\\s*/enpcontent\\s*-->"
TITLES = ("meta[name=ArticleTitle]", "h1", "meta[property='og:title']", "title")


@dataclass(frozen=True, slots=True)
class PageKind:
    """What a page is, and why we say so."""

    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class ListItem:
    """One entry of a list page."""

    url: str
    title: str
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Lines of a page that are no text of its document: why, how much, and the first of them."""

    reason: str
    lines: int
    letters: int
    first: str

    @classmethod
    def of(cls, reason: str, blocks: Sequence[Block]) -> "tuple[LeftOut, ...]":
        """Return the count of some blocks; nothing where there are none."""
        if not blocks:
            return ()
        letters = sum(count_letters(block.text) for block in blocks)
        return (cls(reason, len(blocks), letters, blocks[0].text),)


@dataclass(frozen=True, slots=True)
class PageParts:
    """The blocks of a document's pages."""

    preface: tuple[Block, ...]  # before the transcript
    body: tuple[Block, ...]
    pages: tuple[tuple[Block, ...], ...]  # page by page
    rules: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The facts of one site. Every tuple is a list of candidates, the surest first.

    A selector is CSS, or ``between:START|||END`` with two regexes for markers in the source.
    A mark is plain texts that all stand in the source; marks are looked for on unknown hosts.
    Regexes of addresses are searched in the path, those of texts match a whole block.
    The hooks at the end replace the common way where a site is unlike the others.
    """

    name: str
    hosts: tuple[str, ...] = ()
    marks: tuple[tuple[str, ...], ...] = ()
    body: tuple[str, ...] = ()
    title: tuple[str, ...] = TITLES
    published: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    boilerplate: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    titles_end: str = ""
    hubs: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    list_links: tuple[str, ...] = ()
    list_href: str = ""
    counterpart_href: tuple[str, ...] = ()
    wrapped: bool = False
    least_share: float = 0.0  # of the page's prose, in a body
    dated_files: bool = False  # the day in ``t20310306_1.html`` is that of publication
    home: str = ""  # the title of the home page, which is sent in place of a missing page
    data: Callable[[DecodedPage], Sequence[Block] | None] | None = None
    more: Callable[[DecodedPage], tuple[str, ...]] | None = None
    lists_of_counterparts: Callable[[DecodedPage], tuple[str, ...]] | None = None
    kind: Callable[[DecodedPage], PageKind | None] | None = None
