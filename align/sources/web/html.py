"""Parsing of HTML pages: trees, selectors, texts of elements, and links.

Any input is accepted: broken, truncated, deeply nested. Nothing is executed or fetched.
"""

import contextlib
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cssselect import SelectorError
from lxml import etree  # type: ignore[import-untyped] # lxml ships no types
from lxml.cssselect import CSSSelector  # type: ignore[import-untyped] # lxml ships no types
from lxml.html import HTMLParser  # type: ignore[import-untyped] # lxml ships no types

from ...aligner.text.strings import normalise_space
from ...errors import N_, ExtractError, Message
from ...records import Page
from ..limits import MOST_ATTRIBUTES, MOST_ELEMENTS
from .charset import decode
from .urls import absolute

# fmt: off
SKIPPED = frozenset({
    "script", "style", "noscript", "template", "head", "title", "meta", "link", "iframe",
    "object", "svg", "select", "option", "button", "input", "textarea", "nav", "audio",
    "video", "canvas", "map",
})
# fmt: on
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NO_PAGE = Message(N_("too many for a web page; save its text and add that"))
HtmlElement = Any  # lxml ships no types
_string = etree.XPath("string()")


@dataclass(frozen=True, slots=True)
class DecodedPage:
    """A page as text, with its final URL, notes on its encoding, and the fetched page."""

    url: str
    text: str = field(repr=False)
    notes: tuple[str, ...] = field(default=(), compare=False)
    source: Page | None = field(default=None, repr=False, compare=False)


def decode_page(page: Page) -> DecodedPage:
    """Return a fetched page as text, with its notes and its source."""
    decoded = decode(page.body, page.headers, page.final_url)
    check_markup(page.final_url, decoded.text)
    return DecodedPage(page.final_url, decoded.text, decoded.notes, page)


def check_markup(name: object, text: str) -> None:
    """Raise the :exc:`ExtractError` of :func:`parse` with the name of the page."""
    try:
        parse(text)
    except ExtractError as error:
        raise ExtractError(N_("{name}: {error}"), name=name, error=error) from error


class _MarkupLimit:
    """Parser target that checks the size of a page before a tree is built.

    Building a tree needs time quadratic in the number of attributes.
    """

    def __init__(self) -> None:
        self._elements = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if len(attributes) > MOST_ATTRIBUTES:
            raise ExtractError(
                N_("an element <{tag}> has {count:,} attributes, {no_page}"),
                tag=tag[:20],
                count=len(attributes),
                no_page=_NO_PAGE,
            )
        if self._elements > MOST_ELEMENTS:
            raise ExtractError(
                N_("it has over {most_elements:,} elements, {no_page}"),
                most_elements=MOST_ELEMENTS,
                no_page=_NO_PAGE,
            )

    def close(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Link:
    """An anchor: absolute URL and visible text."""

    url: str
    text: str


@functools.lru_cache(maxsize=4)
def parse(text: str) -> HtmlElement:
    """Return the tree of a page or fragment. It is cached, so it must not be modified.

    :raises ExtractError: if the page has too many elements, or one of them too many attributes.
    """
    data = _FORBIDDEN.sub("", text).encode("utf-8")
    root = None
    with contextlib.suppress(etree.LxmlError):
        if data.strip():
            _parse(data, target=_MarkupLimit())
            root = _parse(data, remove_comments=True, remove_pis=True)
    if root is None:
        root = etree.fromstring(b"<html><body></body></html>", HTMLParser())
    return root


def _parse(data: bytes, **options: object) -> HtmlElement:
    return etree.fromstring(data, HTMLParser(encoding="utf-8", huge_tree=True, **options))


_selector = functools.cache(functools.partial(CSSSelector, translator="html"))


def check_selector(css: str) -> None:
    """Check a CSS selector.

    :raises ValueError: if it is invalid; the message says why.
    """
    try:
        _selector(css)
    except SelectorError as error:
        raise ValueError(str(error)) from error


def select(root: HtmlElement, css: str) -> list[HtmlElement]:
    """Return the elements that a CSS selector finds, in page order."""
    return list(_selector(css)(root))


def first_text(root: HtmlElement, css: str) -> str:
    """Return the text, or a meta element's content, of the first match that has any."""
    for element in select(root, css):
        if element.tag == "meta":
            text = normalise_space(element.get("content") or "")
        else:
            text = text_of(element)
        if text:
            return text
    return ""


def text_of(element: HtmlElement) -> str:
    """Return the text inside an element as one line, scripts included."""
    return normalise_space(str(_string(element)))


def outermost(elements: Sequence[HtmlElement]) -> list[HtmlElement]:
    """Return the elements that are not inside another one of the list."""
    known = set(elements)
    return [element for element in elements if known.isdisjoint(element.iterancestors())]


def between(text: str, start: str, end: str) -> str:
    """Return the source between two markers (regexes), all such parts joined, or ''."""
    parts = []
    position = 0
    opening, closing = re.compile(start), re.compile(end)
    while (begin := opening.search(text, position)) is not None:
        stop = closing.search(text, begin.end())
        if stop is None:
            parts.append(text[begin.end() :])
            break
        parts.append(text[begin.end() : stop.start()])
        position = stop.end()
    return "\n".join(parts)


def links(root: HtmlElement, base: str) -> Iterator[Link]:
    """Yield every anchor with a URL that can be fetched."""
    for anchor in root.iter("a"):
        url = absolute(base, anchor.get("href") or "")
        if url:
            yield Link(url, text_of(anchor) or normalise_space(anchor.get("title") or ""))


def is_link(node: HtmlElement) -> bool:
    """Return whether an element is a link; an anchor with only a name is not."""
    return node.tag == "a" and node.get("href") is not None
