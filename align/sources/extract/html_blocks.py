"""The blocks of text in a parsed page, and the element that contains its running text."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from lxml import etree  # type: ignore[import-untyped] # lxml ships no types

from ...aligner.text.strings import count_letters, has_letters, normalise_space
from ...records import TablePlace
from ..web.html import SKIPPED, HtmlElement, is_link, select, text_of
from .table_places import find_rows
from .transcript import Block

# fmt: off
_BLOCKS = frozenset({
    "p", "div", "section", "article", "main", "header", "footer", "aside", "blockquote", "pre",
    "address", "center", "ul", "ol", "li", "dl", "dt", "dd", "table", "tbody", "thead", "tfoot",
    "tr", "td", "th", "caption", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "figure", "figcaption",
    "body", "html", "fieldset", "details", "summary", "legend",
})
# fmt: on
_STRONG = frozenset({"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"})
_COLOUR = re.compile(r"(?:^|[;\s])color\s*:\s*([^;]+)|font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_PLAIN_COLOUR = re.compile(
    r"^(?:#?0{3,6}|#?[1-4]{3}|#?(?:[1-4][0-9a-f]){3}|black|inherit|rgb\(\s*0\s*,\s*0\s*,\s*0\s*\))\s*$",
    re.I,
)
_CAPTION_CLASS = re.compile(r"\b(?:img_descr|caption|pic_?text|photo-?text|imgtext)\b", re.I)
_BETWEEN_LINKS = " \t\r\n\f\u00a0\u3000|/<>«»·•.,;:-–()[]0123456789年月日"
# Least Latin letters in a run of prose; half as many for Chinese.
_SHORT_RUN = 60
# Least share of an element's prose in the child that the search descends to.
_HEAVY_SHARE = 0.85
_LEAVES = ("p", "pre", "font", "b", "strong", "h1", "h2")
_ROWS = ("table", "tbody", "tr")
_FOOT_LINE = re.compile(
    r"copyright|all rights reserved|registration number|版\s*权\s*所\s*有|许可证|举报电话|"
    r"ICP备|公网安备|主办单位|技术支持",
    re.I,
)
_RUBY_READINGS = ("rt", "rp", "rtc")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def blocks_of(
    element: HtmlElement, *, drop: Sequence[str] = (), labels: Sequence[str] = ()
) -> tuple[Block, ...]:
    """Return the blocks of text inside an element; block elements and ``<br>`` end a block.

    :param drop: CSS selectors of elements to skip.
    :param labels: CSS selectors of elements that contain a speaker's label; each is a block.
    """
    dropped = {node for css in drop for node in select(element, css)}
    walker = _Walker({node for css in labels for node in select(element, css)}, find_rows(element))
    walker.add(element.text)
    emphases: list[bool | None] = []  # whether each open element is emphasised; None if skipped
    steps = etree.iterwalk(element, events=("start", "end"))  # not recursive: cannot overflow
    for event, node in steps:
        if node is element:
            continue
        if event == "start":
            if node.tag in SKIPPED or node in dropped or reason_unread(node):
                steps.skip_subtree()
                emphases.append(None)
            else:
                emphases.append(walker.open(node))
            continue
        emphasised = emphases.pop() if event == "end" else None
        if emphasised is not None:
            walker.close(node, emphasised)
        walker.add(node.tail)
    walker.flush(line=False)
    return tuple(walker.done)


def reason_unread(node: HtmlElement) -> str:
    """Return why the text of an element is not part of its paragraph, or ''."""
    if node.tag in _RUBY_READINGS:
        return "ruby readings"
    if "noteref" in (node.get("epub:type") or "") or node.get("role") == "doc-noteref":
        return "note marks"
    if node.get("hidden") is not None or _has(node, "style", _HIDDEN):
        return "hidden text"
    return ""


def list_unread(element: HtmlElement) -> Iterator[tuple[str, Block]]:
    """Yield what :func:`blocks_of` skips: ruby readings, note marks, hidden texts; with reasons."""
    steps = etree.iterwalk(element, events=("start",))
    for _, node in steps:
        if node is element:
            continue
        if node.tag in SKIPPED:
            steps.skip_subtree()
            continue
        reason = reason_unread(node)
        if not reason:
            continue
        steps.skip_subtree()
        text = normalise_space(text_of(node))
        if has_letters(text):
            yield reason, Block(text)


class _Walker:
    """The finished blocks, and the runs of text of the current block.

    ``_links``, ``_lines``, ``_emphasis``, ``_caption`` and ``_label`` count the open elements of
    their kind.
    """

    def __init__(self, labels: set[HtmlElement], rows: Mapping[HtmlElement, TablePlace]) -> None:
        self.done: list[Block] = []
        self._labels = labels
        self._rows = rows
        self._table: TablePlace | None = None
        self._runs: list[tuple[str, bool]] = []
        self._linked = False
        self._unlinked = False
        self._gap = False
        self._links = 0
        self._lines = 0
        self._emphasis = 0
        self._caption = 0
        self._label = 0

    def open(self, node: HtmlElement) -> bool:
        """Begin an element; return whether it is emphasised."""
        caption, label = _is_caption(node), node in self._labels
        if node.tag == "br" or node.tag in _BLOCKS or caption or label:
            self.flush(line=node.tag == "br")
        if node.tag == "tr":
            self._table = self._rows.get(node)
        self._caption += caption
        self._label += label
        self._links += is_link(node)
        self._lines += node.tag == "pre"
        emphasised = _is_emphasised(node)
        self._emphasis += emphasised
        self.add(node.text)
        return emphasised

    def close(self, node: HtmlElement, emphasised: bool) -> None:
        """End an element, for which :meth:`open` returned ``emphasised``."""
        caption, label = _is_caption(node), node in self._labels
        if node.tag in _BLOCKS or caption or label:
            self.flush(line=False)
        if node.tag == "tr":
            self._table = None
        self._emphasis -= emphasised
        self._caption -= caption
        self._label -= label
        self._links -= is_link(node)
        self._lines -= node.tag == "pre"

    def add(self, text: str | None) -> None:
        """Add text to the current block; in ``<pre>``, each line is a block."""
        if not text:
            return
        for number, line in enumerate(text.split("\n") if self._lines else [text]):
            if number:
                self.flush(line=True)
            self._runs.append((line, self._emphasis > 0))
            if self._links:
                self._linked = True
            elif not self._unlinked:
                self._unlinked = bool(line.strip(_BETWEEN_LINKS))

    def flush(self, *, line: bool) -> None:
        """End the current block; if it is an empty line, the next block has a gap before it."""
        text = normalise_space("".join(run for run, _ in self._runs)) if self._runs else ""
        if text:
            # The lead is the emphasised text at the beginning.
            emphasised = takewhile(lambda run: run[1] or not run[0].strip(), self._runs)
            lead = normalise_space("".join(run for run, _ in emphasised))
            block = Block(
                text,
                lead,
                caption=self._caption > 0,
                gap=self._gap,
                label=self._label > 0,
                linked=self._linked and not self._unlinked,
                code=self._lines > 0,
                table=self._table,
            )
            self.done.append(block)
        self._gap = not text and (self._gap or line)
        self._linked = False
        self._unlinked = False
        self._runs.clear()


def _is_emphasised(node: HtmlElement) -> bool:
    if node.tag in _STRONG:
        return True
    if node.tag == "font":
        return bool(node.get("color")) and not _PLAIN_COLOUR.match(node.get("color") or "")
    style = node.get("style")
    match = _COLOUR.search(style) if style else None
    return match is not None and not (match[1] and _PLAIN_COLOUR.match(match[1]))


def _is_caption(node: HtmlElement) -> bool:
    return node.tag == "figcaption" or _has(node, "class", _CAPTION_CLASS)


def _has(node: HtmlElement, attribute: str, pattern: re.Pattern[str]) -> bool:
    value = node.get(attribute)
    return bool(value) and bool(pattern.search(value))


def find_densest_element(root: HtmlElement) -> HtmlElement:
    """Return the element that contains the running text of a page with unknown markup.

    From the body down, follow the child that contains most of the prose. Stop above paragraphs, so
    a page with one long paragraph keeps its short ones, and a table keeps its short cells.
    """
    element = next(root.iter("body"), root)
    while True:
        letters = _prose(root, 0 if element.tag in _ROWS else _SHORT_RUN)
        heaviest = max(
            (child for child in element if isinstance(child.tag, str)),
            key=lambda child: letters.get(child, 0),
            default=None,
        )
        heavy = letters.get(heaviest, 0)
        least = max(1, _HEAVY_SHARE * letters[element])
        if heaviest is None or heavy < least or _is_line(heaviest):
            return element
        element = heaviest


def count_prose(root: HtmlElement, elements: Sequence[HtmlElement] | None = None) -> int:
    """Count the letters of a page's running text, without links, menus and foot lines."""
    letters = _prose(root)
    roots = [root] if elements is None else elements
    return sum(letters[e] if e in letters else _prose(e)[e] for e in roots)


def _is_line(element: HtmlElement) -> bool:
    """Return whether an element is a paragraph, by its tag or because it contains no other line."""
    inner = element.iterdescendants("br", *_BLOCKS)
    return element.tag in _LEAVES or (element.tag not in _ROWS and next(inner, None) is None)


@functools.lru_cache(maxsize=4)
def _prose(top: HtmlElement, least: int = _SHORT_RUN) -> dict[HtmlElement, int]:
    """Return the letters of running text by block element, without short runs and foot lines.

    :param least: least Latin letters of a run.
    """
    runs: dict[HtmlElement, list[str]] = {top: []}
    parents: list[tuple[HtmlElement, HtmlElement]] = []
    owner = [top]
    silent = 0  # open elements whose text does not count
    for event, node in etree.iterwalk(top, events=("start", "end")):
        if node is top:
            continue
        begins = event == "start"
        if node.tag in SKIPPED or is_link(node):
            silent += 1 if begins else -1
        if node.tag in _BLOCKS and begins:
            parents.append((node, owner[-1]))
            owner.append(node)
            runs[node] = []
        elif node.tag in _BLOCKS:
            owner.pop()
        text = node.text if begins else node.tail
        if text and not silent:
            runs[owner[-1]].append(text)
    runs[top].append(top.text or "")
    letters = {node: _count_running("".join(texts), least) for node, texts in runs.items()}
    for node, parent in reversed(parents):
        letters[parent] += letters[node]
    return letters


def _count_running(text: str, least: int) -> int:
    """Return the letters of a run of text, 0 for a short run or a foot line."""
    count = count_letters(text)
    latin = count * 2 > len(text.encode())  # a Chinese character has three bytes
    short = least if latin else least // 2
    return 0 if count < short or _FOOT_LINE.search(text) else count
