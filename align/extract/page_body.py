"""Body, title and date of a page by its site's rules, with the rule that found each."""

import datetime as dt
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..web.html import (
    DecodedPage,
    HtmlElement,
    between,
    first_text,
    outermost,
    parse,
    select,
    text_of,
    without_scripts,
)
from .html_blocks import blocks_of, count_visible_letters, find_densest_element
from .site import Site
from .transcript import Block, count_letters, find_dates
from .transcript.blocks import join_wrapped
from .transcript.boilerplate import LONGEST_BOILERPLATE, MENU_WORDS, OTHER_LANGUAGE, is_boilerplate

DATA = "the page's data"
DENSEST = "the element with most running text"
HIDDEN = ("[style*='display:none']", "[style*='display: none']", "[style*='visibility:hidden']")
# A container with less text than this is a caption, a date line or an empty shell of the template.
LEAST = 20


@dataclass(frozen=True, slots=True)
class Tried:
    """One candidate rule: what it looks for, whether it was found, how much text it held."""

    what: str
    rule: str
    matched: bool
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Body:
    """The blocks of one page's body, the rule that found it, and the letters in no block."""

    rule: str
    blocks: tuple[Block, ...]
    missing: int = 0
    tried: tuple[Tried, ...] = ()


@functools.lru_cache(maxsize=12)
def body_of(site: Site, page: DecodedPage) -> Body:
    """Return the body of a page by the first candidate that holds text, else by density."""
    tried: list[Tried] = []
    for rule in site.body:
        elements = _elements(rule, page)
        characters = sum(count_letters(text_of(element)) for element in elements)
        tried.append(Tried("body", rule, bool(elements), characters))
        if characters >= LEAST:
            return _body(site, rule, elements, tried)
    element = find_densest_element(parse(page.text))
    tried.append(Tried("body", DENSEST, True, count_letters(text_of(element))))
    return _without_links(_body(site, DENSEST, [element], tried))


def _without_links(body: Body) -> Body:
    """Drop menus and related stories, which are links, from a body that density found.

    The link to the other language stays, because a transcript begins after it.
    """
    kept = tuple(b for b in body.blocks if not b.linked or OTHER_LANGUAGE.match(b.text))
    return replace(body, blocks=kept)


def _elements(rule: str, page: DecodedPage) -> list[HtmlElement]:
    if not rule.startswith("between:"):
        return outermost(select(parse(page.text), rule))
    start, _, end = rule.removeprefix("between:").partition("|||")
    fragment = between(page.text, start, end)
    return [parse(f"<div>{fragment}</div>")] if fragment.strip() else []


def _body(site: Site, rule: str, elements: Sequence[HtmlElement], tried: Sequence[Tried]) -> Body:
    blocks = [block for element in elements for block in blocks_of(element, drop=site.drop)]
    raw = sum(_raw_letters(element, site.drop) for element in elements)
    missing = max(0, raw - sum(count_letters(block.text) for block in blocks))
    kept = tuple(cut_at_end(site, blocks))
    return Body(rule, tuple(join_wrapped(kept)) if site.wrapped else kept, missing, tuple(tried))


def _raw_letters(element: HtmlElement, drop: Sequence[str]) -> int:
    """Count the letters of an element, those of dropped elements and hidden ones taken away."""
    hidden = outermost([found for css in (*drop, *HIDDEN) for found in select(element, css)])
    return count_visible_letters(element) - sum(map(count_visible_letters, hidden))


def cut_at_end(site: Site, blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks up to the first that ends a transcript of this site."""
    for block in blocks:
        short = block.text[:LONGEST_BOILERPLATE]
        if any(re.match(pattern, short) for pattern in site.ends):
            return
        yield block


def is_site_boilerplate(site: Site, text: str) -> bool:
    """Say whether a block is boilerplate of any page or of this site."""
    if len(text) > LONGEST_BOILERPLATE:
        return False
    return is_boilerplate(text) or any(re.fullmatch(pattern, text) for pattern in site.boilerplate)


def is_menu_entry(text: str) -> bool:
    """Say whether a block is an entry of a menu or a foot line."""
    return len(text) <= LONGEST_BOILERPLATE and bool(MENU_WORDS.match(text))


def title_of_page(site: Site, page: DecodedPage) -> str:
    """Return the title by the first candidate with text, without the site's name behind it."""
    root = parse(page.text)
    for css in site.title:
        text = first_text(root, css)
        text = re.sub(site.titles_end, "", text).strip() if site.titles_end else text
        if text:
            return text
    return ""


def published_on(site: Site, page: DecodedPage) -> dt.date | None:
    """Return the day on which the page was published, by the first candidate that names one."""
    root = parse(page.text)
    for css in site.published:
        if css.startswith("text:"):
            match = re.search(css.removeprefix("text:"), _around(page))
            days = find_dates(match[0]) if match else ()
        else:
            days = find_dates(first_text(root, css))
        if days:
            return days[0]
    return None


# Dates of publication stand over the text or, in Hong Kong, below it.
_HEAD, _FOOT = 30_000, 6_000


@functools.lru_cache(maxsize=2)
def _around(page: DecodedPage) -> str:
    """Return the text of the first and last lines of a page."""
    source = without_scripts(page.text)
    parts = [source] if len(source) <= _HEAD + _FOOT else [source[:_HEAD], source[-_FOOT:]]
    return " ".join(block.text for part in parts for block in blocks_of(parse(part)))
