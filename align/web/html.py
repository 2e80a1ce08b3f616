"""The decoded text of a page, in; parsed trees, links and blocks of text, out.

Any input is taken: broken, cut off, nested without end. Nothing here runs or fetches anything.
"""

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from lxml import etree  # type: ignore[import-untyped] # lxml ships no types
from lxml.cssselect import CSSSelector  # type: ignore[import-untyped] # lxml ships no types
from lxml.html import HTMLParser  # type: ignore[import-untyped] # lxml ships no types

from ..extract.transcript.blocks import Block, tidy, weight
from .urls import join_archived, unarchived

# fmt: off
SKIPPED = frozenset({
    "script", "style", "noscript", "template", "head", "title", "meta", "link", "iframe",
    "object", "svg", "select", "option", "button", "input", "textarea", "form", "nav", "audio",
    "video", "canvas", "map",
})
# fmt: on
# fmt: off
_BLOCKS = frozenset({
    "p", "div", "section", "article", "main", "header", "footer", "aside", "blockquote", "pre",
    "address", "center", "ul", "ol", "li", "dl", "dt", "dd", "table", "tbody", "thead", "tfoot",
    "tr", "td", "th", "caption", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "figure", "figcaption",
    "body", "html", "fieldset", "details", "summary", "legend",
})
# fmt: on
# fmt: off
_STRONG = frozenset({
    "b", "strong", "h1", "h2", "h3", "h4", "h5", "h6",
})
# fmt: on
_COLOUR = re.compile(r"(?:^|[;\s])color\s*:\s*([^;]+)|font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_PLAIN_COLOUR = re.compile(
    r"^(?:#?0{3,6}|#?[1-4]{3}|#?(?:[1-4][0-9a-f]){3}|black|inherit|rgb\(\s*0\s*,\s*0\s*,\s*0\s*\))\s*$",
    re.I,
)
_CAPTION_CLASS = re.compile(r"\b(?:img_descr|caption|pic_?text|photo-?text|imgtext)\b", re.I)
_BETWEEN_LINKS = " \t\r\n\f\u00a0\u3000|/<>«»·•.,;:-–()[]"
_SCRIPT = re.compile(r"<(?P<close>/?)(?P<name>script|style)\b[^<>]{0,2000}>?", re.I)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_OPENS = re.compile(
    r"(?:location(?:\.href)?\s*=|(?:location\.(?:assign|replace)|open)\()\s*['\"](?P<url>[^'\"]{1,2000})['\"]"
)
HtmlElement = Any  # lxml ships no types; the name says what is meant
_string = etree.XPath("string()")


@dataclass(frozen=True, slots=True)
class DecodedPage:
    """A page as text, with the address that it came from (the final one)."""

    url: str
    text: str = field(repr=False)


# What browsers write at the head of a saved page; the number is the length of the address.
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(?P<url>https?://\S+?)\s*-->", re.I)
_CANONICAL = re.compile(
    r"<link[^>]{1,200}rel=[\"']?canonical[\"']?[^>]{1,200}href=[\"'](?P<url>https?://[^\"'\s]+)",
    re.I,
)


def original_address(url: str, text: str) -> str:
    """Return the address that a page had where it was published.

    A saved page notes it in its head, a web archive has it in its own address.
    """
    url = unarchived(url)
    if url.startswith("http"):
        return url
    noted = _SAVED_FROM.search(text[:4000]) or _CANONICAL.search(text[:20000])
    return noted["url"] if noted else url


@dataclass(frozen=True, slots=True)
class Link:
    """An anchor: absolute address and the text a reader sees."""

    url: str
    text: str


@functools.lru_cache(maxsize=4)
def parse(text: str) -> HtmlElement:
    """Parse a page or fragment; an empty one gives an empty tree. The tree is shared: read only."""
    parser = HTMLParser(encoding="utf-8", remove_pis=True, huge_tree=True)
    data = _FORBIDDEN.sub("", text).encode("utf-8")
    try:
        root = etree.fromstring(data, parser) if data.strip() else None
    except etree.LxmlError:
        root = None
    return (
        root if root is not None else etree.fromstring(b"<html><body></body></html>", HTMLParser())
    )


@functools.cache
def _selector(css: str) -> Callable[[Any], list[HtmlElement]]:
    selector: Callable[[Any], list[HtmlElement]] = CSSSelector(css, translator="html")
    return selector


def select(root: HtmlElement, css: str) -> list[HtmlElement]:
    """Return the elements that a CSS selector finds, in page order."""
    return list(_selector(css)(root))


def first_text(root: HtmlElement, css: str) -> str:
    """Return the text, or a meta element's content, of the first match that has any."""
    for element in select(root, css):
        text = tidy(element.get("content") or "") if element.tag == "meta" else text_of(element)
        if text:
            return text
    return ""


def text_of(element: HtmlElement) -> str:
    """Return the text inside an element as one line."""
    return tidy(str(_string(element)))


def visible_weight(element: HtmlElement) -> int:
    """Count the characters inside an element that are no blanks and in no script, form or menu.

    This is counted independently of :func:`blocks_of`, so that the one can guard the other.
    """
    hidden = outermost(list(element.iter(*SKIPPED)))
    return weight(str(_string(element))) - sum(weight(str(_string(node))) for node in hidden)


def outermost(elements: Sequence[HtmlElement]) -> list[HtmlElement]:
    """Drop elements that lie inside another one of the list, or their text would count twice."""
    chosen: list[HtmlElement] = []
    known = set(elements)
    for element in elements:
        if not any(ancestor in known for ancestor in element.iterancestors()):
            chosen.append(element)
    return chosen


def without_scripts(source: str) -> str:
    """Return a page's source without scripts and style sheets; one without end ends the page."""
    parts, position, inside = list[str](), 0, ""
    for match in _SCRIPT.finditer(source):
        name = match["name"].lower()
        if inside == name and match["close"]:
            position, inside = match.end(), ""
        elif not inside and not match["close"]:
            parts.append(source[position : match.start()])
            inside = name
    return "".join(parts) if inside else "".join((*parts, source[position:]))


def between(text: str, start: str, end: str) -> str:
    """Return the source between two markers (regexes), all such stretches joined, or ''."""
    parts = []
    position = 0
    opening, closing = re.compile(start), re.compile(end)
    while (begin := opening.search(text, position)) is not None:
        stop = closing.search(text, begin.end())
        parts.append(text[begin.end() : stop.start() if stop else len(text)])
        if stop is None:
            break
        position = stop.end()
    return "\n".join(parts)


def links(root: HtmlElement, base: str) -> Iterator[Link]:
    """Yield every anchor with an address that can be fetched."""
    for anchor in root.iter("a"):
        url = absolute(base, anchor.get("href") or "")
        if url:
            yield Link(url, text_of(anchor) or tidy(anchor.get("title") or ""))


def scripted_links(root: HtmlElement, base: str) -> Iterator[Link]:
    """Yield the elements whose click opens an address that their script names as it is."""
    for element in root.iter("a", "button", "span", "div", "li", "p", "td"):
        script = element.get("onclick") or element.get("href") or ""
        match = _OPENS.search(script) if script else None
        url = absolute(base, match["url"]) if match else ""
        if url:
            yield Link(url, text_of(element) or tidy(element.get("title") or ""))


def absolute(base: str, href: str) -> str:
    """Return the absolute http(s) address of a link, without fragment, or ''."""
    try:
        url = join_archived(base, href.strip())
        parts = urlsplit(url)
    except ValueError:
        return ""
    if not href.strip() or parts.scheme not in ("http", "https", "file") or href.startswith("#"):
        return ""
    return parts._replace(fragment="").geturl()


def host_of(url: str) -> str:
    """Return the host of an address in lower case, or ''."""
    try:
        return (urlsplit(unarchived(url)).hostname or "").lower()
    except ValueError:
        return ""


def path_of(url: str) -> str:
    """Return the path of an address, or ''."""
    try:
        return urlsplit(unarchived(url)).path
    except ValueError:
        return ""


def blocks_of(element: HtmlElement, *, drop: Sequence[str] = ()) -> tuple[Block, ...]:
    """Return the blocks of text inside an element, in the order they are read.

    A block ends at a block element and at ``<br>``. ``drop`` selects elements to leave out.
    """
    dropped = {found for css in drop for found in select(element, css)}
    walker = _Walker()
    walker.add(element.text)
    _walk(element, dropped, walker)
    return tuple(walker.finish())


def _walk(top: HtmlElement, dropped: set[HtmlElement], walker: "_Walker") -> None:
    """Walk depth first with ``iterwalk``: no recursion, so a deep tree cannot overflow."""
    emphases: list[bool | None] = []  # of the elements that are open; None: one that is left out
    steps = etree.iterwalk(top, events=("start", "end", "comment"))
    for event, node in steps:
        if node is top:
            continue
        if event == "start":
            if node.tag in SKIPPED or node in dropped or _is_hidden(node):
                steps.skip_subtree()
                emphases.append(None)
            else:
                emphases.append(walker.open(node))
            continue
        emphasised = emphases.pop() if event == "end" else None
        if emphasised is not None:
            walker.close(node, emphasised)
        walker.add(node.tail)


class _Walker:
    """Collects runs of text into blocks while a tree is walked."""

    def __init__(self) -> None:
        self._done: list[Block] = []
        self._runs: list[tuple[str, bool]] = []
        self._unlinked = False
        self._links = 0
        self._lines = 0
        self._emphasis = 0
        self._caption = 0
        self._gap = False

    def open(self, node: HtmlElement) -> bool:
        caption = _is_caption(node)
        if node.tag == "br" or node.tag in _BLOCKS or caption:
            self._flush(line=node.tag == "br")
        self._caption += caption
        self._links += is_link(node)
        self._lines += node.tag == "pre"
        emphasised = _is_emphasised(node)
        self._emphasis += emphasised
        self.add(node.text)
        return emphasised

    def close(self, node: HtmlElement, emphasised: bool) -> None:
        caption = _is_caption(node)
        if node.tag in _BLOCKS or caption:
            self._flush(line=False)
        self._emphasis -= emphasised
        self._caption -= caption
        self._links -= is_link(node)
        self._lines -= node.tag == "pre"

    def add(self, text: str | None) -> None:
        if not text:
            return
        lines = text.split("\n") if self._lines else [text]
        for number, line in enumerate(lines):
            if number:
                self._flush(line=True)
            self._runs.append((line, self._emphasis > 0))
            if not self._links and not self._unlinked:
                self._unlinked = bool(line.strip(_BETWEEN_LINKS))

    def finish(self) -> list[Block]:
        self._flush(line=False)
        return self._done

    def _flush(self, *, line: bool) -> None:
        """End the block at hand; an empty line before the next one is remembered as a gap."""
        text = tidy("".join(run for run, _ in self._runs)) if self._runs else ""
        if text:
            caption, linked = self._caption > 0, not self._unlinked
            self._done.append(Block(text, self._lead(), caption, self._gap, linked=linked))
        self._gap = not text and (self._gap or line)
        self._unlinked = False
        self._runs.clear()

    def _lead(self) -> str:
        parts: list[str] = []
        for run, emphasised in self._runs:
            if not emphasised and run.strip():
                break
            parts.append(run)
        return tidy("".join(parts))


def is_link(node: HtmlElement) -> bool:
    """Say whether an element leads somewhere; an anchor with a name only does not."""
    return node.tag == "a" and node.get("href") is not None


def _is_hidden(node: HtmlElement) -> bool:
    style = node.get("style")
    return bool(style) and bool(_HIDDEN.search(style))


def _is_emphasised(node: HtmlElement) -> bool:
    if node.tag in _STRONG:
        return True
    if node.tag == "font":
        return bool(node.get("color")) and not _PLAIN_COLOUR.match(node.get("color") or "")
    style = node.get("style")
    match = _COLOUR.search(style) if style else None
    return match is not None and not (match[1] and _PLAIN_COLOUR.match(match[1]))


def _is_caption(node: HtmlElement) -> bool:
    if node.tag == "figcaption":
        return True
    classes = node.get("class")
    return bool(classes) and bool(_CAPTION_CLASS.search(classes))


def densest(root: HtmlElement) -> HtmlElement:
    """Return the element that holds the running text of a page whose markup is unknown.

    From the body down, follow the child that holds at least nine tenths of the text outside links;
    menus, pagers and related stories are links, so a transcript's container is left. Stops above
    paragraphs: a page with one long paragraph must keep its short ones.
    """
    bodies = root.iter("body")
    element = next(bodies, root)
    own = _unlinked(element)
    while True:
        heaviest = max(
            (child for child in element if isinstance(child.tag, str)),
            key=lambda child: own.get(child, 0),
            default=None,
        )
        if heaviest is None or own.get(heaviest, 0) < 0.9 * own.get(element, 0):
            return element
        if heaviest.tag in ("p", "pre", "font", "b", "strong", "h1", "h2") or not own[heaviest]:
            return element
        element = heaviest


def _unlinked(top: HtmlElement) -> dict[HtmlElement, int]:
    """Return the characters of text outside links and skipped elements, per element."""
    weights: dict[HtmlElement, int] = {}
    silent = 0
    for event, node in etree.iterwalk(top, events=("start", "end")):
        if event == "start":
            silent += node.tag in SKIPPED or is_link(node)
            weights[node] = len((node.text or "").strip()) if not silent else 0
            continue
        silent -= node.tag in SKIPPED or is_link(node)
        parent = node.getparent()
        if node is not top and parent is not None:
            tail = len((node.tail or "").strip()) if not silent else 0
            weights[parent] = weights.get(parent, 0) + weights[node] + tail
    return weights
