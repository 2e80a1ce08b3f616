"""Body of a page by its site's rules, with the rule that found it and what was left out."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..errors import ExtractError
from ..text.strings import count_letters
from ..web.html import DecodedPage, HtmlElement, between, outermost, parse, select, text_of
from .html_blocks import blocks_of, count_prose, count_visible_letters, find_densest_element
from .page_metadata import title_of_page
from .site import LeftOut, Site
from .transcript import Block
from .transcript.blocks import MOST_PARAGRAPHS, join_wrapped
from .transcript.boilerplate import LONGEST_BOILERPLATE, MENU_WORDS, OTHER_LANGUAGE, is_boilerplate

DATA = "the page's data"
DENSEST = "the element with most running text"
HIDDEN = ("[style*='display:none']", "[style*='display: none']", "[style*='visibility:hidden']")
# A container with less text than this is a caption, a date line or an empty shell of the template.
LEAST = 20
# What follows the end of a transcript: date, time of issue, share buttons.
_LONGEST_TAIL = 400
_SENTENCE_END = re.compile(r"[.。!！?？…;；”\"’)）\]】》:：]\s*$")
_TITLE_WITHIN = 25


@dataclass(frozen=True, slots=True)
class Tried:
    """One candidate rule: what it looks for, whether it was found, how much text it held."""

    what: str
    rule: str
    matched: bool
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Body:
    """The blocks of one page's body, the rule that found it, and what is in no block.

    ``missing`` counts letters of the element that no block holds; ``links`` are its links' letters.
    """

    rule: str
    blocks: tuple[Block, ...]
    missing: int = 0
    tried: tuple[Tried, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    elements: tuple[HtmlElement, ...] = ()


@functools.lru_cache(maxsize=12)
def body_of(site: Site, page: DecodedPage) -> Body:
    """Return the body of a page by the first candidate that holds text, else by density.

    :raises ExtractError: it has more paragraphs than any briefing.
    """
    tried: list[Tried] = []
    root = parse(page.text)
    least = max(LEAST, int(site.least_share * count_prose(root))) if site.least_share else LEAST
    for rule in site.body:
        elements = _elements(rule, page)
        characters = sum(count_letters(text_of(element)) for element in elements)
        tried.append(Tried("body", rule, bool(elements), characters))
        if characters >= least:
            return _body(site, page, elements, tried)
    element = find_densest_element(root)
    tried.append(Tried("body", DENSEST, True, count_letters(text_of(element))))
    return _trimmed(_body(site, page, [element], tried), title_of_page(site, page))


def _trimmed(body: Body, title: str) -> Body:
    """Drop what stands around the text in a body that density found.

    That is menus and related stories, which are links, what stands over the title, and at the end
    lines that are no sentence. The link to the other language stays, because a transcript begins
    after it.
    """
    unlinked = [b for b in body.blocks if not b.linked or OTHER_LANGUAGE.match(b.text)]
    texts = [block.text for block in unlinked[:_TITLE_WITHIN]]
    first = texts.index(title) if title in texts else 0
    last = len(unlinked)
    while last > first and not _SENTENCE_END.search(unlinked[last - 1].text):
        last -= 1
    kept = unlinked[first : last or None]
    around = [*unlinked[:first], *unlinked[last or len(unlinked) :]]
    left_out = (
        *body.left_out,
        *LeftOut.of("links", [b for b in body.blocks if b.linked]),
        *LeftOut.of("lines around the text", around),
    )
    return replace(body, blocks=tuple(kept), left_out=left_out)


def _elements(rule: str, page: DecodedPage) -> list[HtmlElement]:
    if not rule.startswith("between:"):
        return outermost(select(parse(page.text), rule))
    start, _, end = rule.removeprefix("between:").partition("|||")
    fragment = between(page.text, start, end)
    return [parse(f"<div>{fragment}</div>")] if fragment.strip() else []


def _body(
    site: Site, page: DecodedPage, elements: Sequence[HtmlElement], tried: Sequence[Tried]
) -> Body:
    blocks = [block for element in elements for block in blocks_of(element, drop=site.drop)]
    if len(blocks) > MOST_PARAGRAPHS:
        raise ExtractError(f"{page.url}: {len(blocks):,} paragraphs; no briefing has so many")
    raw = sum(map(count_visible_letters, elements))
    for element in elements:
        hidden = [found for css in (*site.drop, *HIDDEN) for found in select(element, css)]
        raw -= sum(map(count_visible_letters, outermost(hidden)))
    missing = max(0, raw - sum(count_letters(block.text) for block in blocks))
    end = find_end(site, blocks)
    kept = blocks[:end]
    return Body(
        tried[-1].rule,
        tuple(join_wrapped(kept) if site.wrapped else kept),
        missing,
        tuple(tried),
        LeftOut.of("lines behind the end", blocks[end:]),
        tuple(elements),
    )


def find_end(site: Site, blocks: Sequence[Block]) -> int:
    """Return the index of the block that ends a transcript of this site, else their number.

    What follows an end is short; such a line in the middle of a text ends nothing.
    """
    remaining, end = 0, len(blocks)
    for index in range(len(blocks) - 1, -1, -1):
        text = blocks[index].text
        remaining += count_letters(text)
        if remaining > _LONGEST_TAIL:
            break
        short = text[:LONGEST_BOILERPLATE]
        if any(re.match(pattern, short) for pattern in site.ends):
            end = index
    return end


def reason_left_out(site: Site, block: Block, title: str) -> str:
    """Return why a block of a body, no caption, is no text of the document, or ''."""
    text = block.text
    if text.strip("•· ") == title:
        return "title"
    if len(text) > LONGEST_BOILERPLATE:
        return ""
    if is_boilerplate(text) or any(re.fullmatch(pattern, text) for pattern in site.boilerplate):
        return "boilerplate"
    return "menu entries" if MENU_WORDS.match(text) else ""
