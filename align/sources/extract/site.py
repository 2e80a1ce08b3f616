"""The record of a site: the facts about its pages, and related small records."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ...aligner.text.strings import count_letters
from ..web.html import DecodedPage
from .transcript import Block

# The kinds of pages.
Kind = Literal["transcript", "article", "gallery", "notice", "empty hub", "list", "shell"]
DOCUMENT_KINDS = ("transcript", "article")

# The comments that the Founder system writes around an article.
ENP_CONTENT = "between:<!--\\s*enpcontent\\s*-->|||<!--\\s*/enpcontent\\s*-->"
TITLES = ("meta[name=ArticleTitle]", "h1", "meta[property='og:title']", "title")


@dataclass(frozen=True, slots=True)
class PageKind:
    """The kind of a page, and the reason."""

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
    """Lines of a page that are not text of its document: reason, counts, and the first line."""

    reason: str
    lines: int
    letters: int
    first: str

    @classmethod
    def of(cls, reason: str, blocks: Sequence[Block]) -> "tuple[LeftOut, ...]":
        """Return the record of some blocks, or nothing for no blocks."""
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
    """The facts about one site. Every tuple is a list of candidates, the most reliable first.

    A selector is CSS, or ``between:START|||END`` with two regexes for markers in the source. A mark
    is a group of plain texts that all occur in the source; marks identify sites on unknown hosts.
    Regexes for URLs are searched in the path; regexes for texts match a whole block. The hooks at
    the end replace the common method for a site that differs from the others.
    """

    name: str
    hosts: tuple[str, ...] = ()
    marks: tuple[tuple[str, ...], ...] = ()
    body: tuple[str, ...] = ()
    title: tuple[str, ...] = TITLES
    published: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()  # elements with the label of a speaker, such as ``dl.floor > dt``
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
    least_share: float = 0.0  # least share of the page's prose in a body
    dated_files: bool = False  # the day in ``t20310306_1.html`` is the day of publication
    home: str = ""  # the title of the home page, which is sent instead of a missing page
    data: Callable[[DecodedPage], Sequence[Block] | None] | None = None
    more: Callable[[DecodedPage], tuple[str, ...]] | None = None
    lists_of_counterparts: Callable[[DecodedPage], tuple[str, ...]] | None = None
    kind: Callable[[DecodedPage], PageKind | None] | None = None
