"""URLs on a page: further pages, entries of a list, the link to the other language version."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from ...aligner.text.dates import find_dates
from ..web.html import DecodedPage, HtmlElement, Link, links, parse, select, text_of
from ..web.urls import absolute, host_of, path_of, strip_archive
from .hooks import find_counterpart_lists
from .site import ListItem
from .sites import site_of

Item = TypeVar("Item")

CONTENT = re.compile(r"content_(?P<id>\d+)(?:_(?P<page>\d+))?\.s?html?$")
# createPageHTML(3) or createPageHTML(3, 0, "t20310306_1", "html")
_TRS = re.compile(
    r"create(?:Page|ManuscriptPage)HTML\(\s*['\"]?(?P<total>\d+)['\"]?\s*"
    r"(?:,\s*['\"]?(?P<current>\d+)['\"]?\s*,\s*['\"](?P<stem>[\w-]+)['\"]\s*,\s*['\"](?P<ext>\w+)['\"])?"
)
_COUNT = re.compile(r"\bcountPage\s*=\s*['\"]?(?P<total>\d{1,4})")
# /list/index.html and its further pages /list/index_2.html
_STEM = re.compile(r"(?P<stem>.*?)(?:_\d{1,3})?(?P<ext>\.s?html?)$")
_TO_CHINESE = re.compile(
    r"^\W*(?:Read (?:it )?in Chinese|Chinese(?: version)?|(?:查看|[阅閱][读讀])?中文版?|中)\W*$",
    re.I,
)
_TO_ENGLISH = re.compile(
    r"^\W*(?:Read (?:it )?in English|English(?: version)?|(?:查看|[阅閱][读讀])?英文版?|En)\W*$",
    re.I,
)
_HOMES = ("", "index.htm", "index.html", "m", "english", "node_1.htm")
_READ = re.compile(r"\bread\b|[阅閱][读讀]|查看", re.I)
# Maximum pages of a transcript; the longest known one has 11, and a longer pager is not a pager.
MOST_PAGES = 60
# The foreign ministry's list of 2020 has 67 pages, back to 2017.
_MOST_LISTS = 400


def page_key(url: str) -> str:
    """Return a key that is equal for URLs of one page: no scheme, no /m/, ``.html`` for ``.htm``.

    >>> page_key("http://english.scio.gov.cn/m/pressroom/2023-03/20/content_1_2.htm")
    'english.scio.gov.cn/pressroom/2023-03/20/content_1_2.html'
    """
    try:
        parts = urlsplit(strip_archive(url))
    except ValueError:
        return url
    path = re.sub(r"^/m/", "/", parts.path)
    path = re.sub(r"\.(?:s?html?)$", ".html", path)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.lower()}{path}{query}"


def page_number(url: str) -> int:
    """Return the number of a page within its article, from 1, by its URL."""
    match = CONTENT.search(path_of(url))
    return int(match["page"] or 1) if match else 1


def in_order(pages: Iterable[Item], address: Callable[[Item], str]) -> list[Item]:
    """Put the pages of an article in order."""

    def place(page: Item) -> tuple[int, int, str]:
        path = path_of(address(page))
        return page_number(address(page)), len(path), path

    return sorted(pages, key=place)


def same_article(page: DecodedPage) -> tuple[str, ...]:
    """Return the addresses on a page that share its content id, in page order of the article."""
    match = CONTENT.search(path_of(page.url))
    if match is None:
        return ()
    addresses: dict[str, str] = {}
    for link in links(parse(page.text), page.url):
        other = CONTENT.search(path_of(link.url))
        if other and other["id"] == match["id"] and host_of(link.url) == host_of(page.url):
            addresses.setdefault(page_key(link.url), link.url)
    return tuple(sorted(addresses.values(), key=page_number))


def trs_pages(page: DecodedPage) -> tuple[str, ...]:
    """Return the URLs of a pager made by ``createPageHTML(total, current, stem, ext)``."""
    match = _TRS.search(page.text)
    if match is None:
        return ()
    total = int(match["total"][:4])
    if not 1 < total <= MOST_PAGES:
        return ()
    if match["stem"]:
        names = [f"{match['stem']}.{match['ext']}"]
        names += [f"{match['stem']}_{n}.{match['ext']}" for n in range(1, total)]
    elif stem := _STEM.match(path_of(page.url)):
        names = [f"{stem['stem']}{stem['ext']}"]
        names += [f"{stem['stem']}_{n}{stem['ext']}" for n in range(2, total + 1)]
    else:
        return ()
    return _resolve_all(page, names)


def _resolve_all(page: DecodedPage, names: Iterable[str]) -> tuple[str, ...]:
    """Return the absolute URLs of names on a page; empty if the page has no usable URL."""
    return tuple(filter(None, (absolute(page.url, name) for name in names)))


def drop_seen(urls: Iterable[str], page: DecodedPage, seen: Iterable[str]) -> tuple[str, ...]:
    """Return the URLs that are neither the page itself nor seen, without repetition."""
    keys = {page_key(page.url), *map(page_key, seen)}
    fresh: list[str] = []
    for url in urls:
        if page_key(url) not in keys:
            keys.add(page_key(url))
            fresh.append(url)
    return tuple(fresh[:MOST_PAGES])


def find_counterpart_link(page: DecodedPage, *, to_chinese: bool) -> str:
    """Return the URL of the other language version, by the text or the target of a link, or ''."""
    return next(_counterpart_links(page, to_chinese=to_chinese), "")


def _counterpart_links(page: DecodedPage, *, to_chinese: bool) -> Iterator[str]:
    """Yield the URLs that may be the other language version, most reliable first."""
    wanted = _TO_CHINESE if to_chinese else _TO_ENGLISH
    elsewhere = _links_to_others(page)
    # Links of a language menu lead to the home page.
    named = [link for link in elsewhere if wanted.match(link.text) and not _is_home(link.url)]
    yield from (link.url for link in named if _READ.search(link.text))
    yield from (url for url in _alternates(page, to_chinese=to_chinese) if not _is_home(url))
    yield from (link.url for link in named if re.search(r"\d", path_of(link.url)))
    for pattern in site_of(page).counterpart_href:
        yield from (link.url for link in elsewhere if re.search(pattern, link.url))


def _links_to_others(page: DecodedPage) -> list[Link]:
    here = page_key(page.url)
    return [link for link in links(parse(page.text), page.url) if page_key(link.url) != here]


def _is_home(url: str) -> bool:
    return path_of(url).strip("/") in _HOMES


def language_links(page: DecodedPage, *, to_chinese: bool) -> tuple[str, ...]:
    """Return the targets of a page's links to a language, including links to the home page."""
    wanted = _TO_CHINESE if to_chinese else _TO_ENGLISH
    named = [link.url for link in _links_to_others(page) if wanted.match(link.text)]
    alternates = _alternates(page, to_chinese=to_chinese)
    return tuple(dict.fromkeys((*alternates, *named)))


def _alternates(page: DecodedPage, *, to_chinese: bool) -> list[str]:
    """Return the other pages of ``<link rel="alternate" hreflang="zh-CN">`` in a language."""
    here = page_key(page.url)
    language = "zh" if to_chinese else "en"
    named = select(parse(page.text), "link[hreflang][href]")
    found = (
        absolute(page.url, link.get("href") or "")
        for link in named
        if (link.get("hreflang") or "").lower().partition("-")[0] == language
    )
    return [url for url in found if url and page_key(url) != here]


def counterpart_lists(page: DecodedPage) -> tuple[str, ...]:
    """Return the lists that may include the other language version of a page.

    Current lists come first, then those of earlier years.
    """
    return find_counterpart_lists(site_of(page), page)


def further_list_pages(page: DecodedPage) -> tuple[str, ...]:
    """Return the pages of a list: by a TRS pager (with page 1), a page count, or numbered links."""
    counted = _COUNT.search(page.text)
    path = path_of(page.url)
    anchors = list(links(parse(page.text), page.url))
    if path.endswith("/"):  # assume the extension of most links for its further pages
        stems = (_STEM.match(path_of(link.url)) for link in anchors)
        usual = Counter(match["ext"] for match in stems if match).most_common(1)
        path = f"{path}index{usual[0][0] if usual else '.html'}"
    stem = _STEM.match(path)
    if counted and stem and not urlsplit(page.url).query:
        total = min(int(counted["total"]), _MOST_LISTS)
        return _resolve_all(page, (f"{stem['stem']}_{n}{stem['ext']}" for n in range(1, total)))
    drawn = trs_pages(page)
    if drawn or stem is None:
        return drawn
    pattern = re.compile(re.escape(stem["stem"]) + r"_\d+\.s?html?$")
    return tuple(link.url for link in anchors if pattern.search(path_of(link.url)))


def list_number(url: str) -> int:
    """Return the number in the address of a list's further page; 0 for the first."""
    match = re.search(r"_(\d{1,3})\.s?html?$", path_of(url))
    return int(match[1]) if match else 0


def next_list_page(page: DecodedPage) -> str:
    """Return the URL of the next page of a list, or ''.

    The URL may not exist for the last page of a numbered node.
    """
    here = list_number(page.url)
    further = further_list_pages(page)
    behind = [url for url in further if list_number(url) > here]
    if behind:
        return min(behind, key=list_number)
    path = path_of(page.url)
    if further or not re.search(r"/node_\d+(?:_\d+)?\.", path):
        return ""
    stem = _STEM.match(path)
    if stem is None or not any(re.search(pattern, path) for pattern in site_of(page).lists):
        return ""
    return absolute(page.url, f"{stem['stem']}_{max(here, 1) + 1}{stem['ext']}")


def read_list_items(page: DecodedPage) -> tuple[ListItem, ...]:
    """Return the entries of a list page, one per URL, with the longest text of its links."""
    site = site_of(page)
    root = parse(page.text)
    anchors: list[HtmlElement] = []
    for css in site.list_links:
        anchors += select(root, css)
    if not anchors:
        anchors = list(root.iter("a"))
    items: dict[str, ListItem] = {}
    for anchor in anchors:
        url = absolute(page.url, anchor.get("href") or "")
        if not url or (site.list_href and not re.search(site.list_href, url)):
            continue
        title = (anchor.get("title") or "").strip() or text_of(anchor)
        known = items.get(page_key(url))
        if known is None or len(title) > len(known.title):
            items[page_key(url)] = ListItem(url, title, _item_date(anchor, url, title))
    return tuple(item for item in items.values() if len(item.title) > 4)


def _item_date(anchor: HtmlElement, url: str, title: str) -> dt.date | None:
    """Return the day next to a link, or else in its title or its URL."""
    node = anchor
    for _ in range(2):
        node = node.getparent()
        if node is None or node.tag in ("ul", "ol", "body", "table"):
            break
        if days := find_dates(text_of(node)):
            return days[-1]
    days = find_dates(title)
    if not days:
        match = re.search(r"((?:19|20)\d\d)[-/]?([01]\d)[-/]?([0-3]\d)(?!\d)", path_of(url))
        days = find_dates("-".join(match.groups())) if match else ()
    return days[0] if days else None


# /list/index_12.html, /list/default_3.shtml, /pressroom/node_8020819_2.html
_NUMBERED = re.compile(r"(?P<start>.*_)(?P<number>\d{1,3})(?P<end>\.s?html?)$")


@dataclass(frozen=True, slots=True)
class ListNumbering:
    """The URLs of the pages of a list by position, 0 for the newest page.

    The page at position 1 has the number ``base``. ``count`` is the number of pages, or 0 if it is
    unknown.
    """

    first: str
    start: str = ""
    base: int = 1
    end: str = ""
    count: int = 1

    @classmethod
    def of_page(cls, first: str, page: DecodedPage) -> "ListNumbering":
        """Return the numbering that the pager of a page shows.

        A pager that omits numbers ("2 3 ... 67") has all of them.

        :param first: the URL of the list's first page.
        """
        matches = map(_NUMBERED.match, further_list_pages(page))
        shown = [match for match in matches if match]
        if not shown:
            following = _NUMBERED.match(next_list_page(page))
            if following is None:
                return cls(first)
            return cls(first, following["start"], 2, following["end"], 0)
        shape, _ = Counter((match["start"], match["end"]) for match in shown).most_common(1)[0]
        alike = (match for match in shown if shape == (match["start"], match["end"]))
        numbers = [list_number(page.url), *(int(match["number"]) for match in alike)]
        base = min(2, *numbers[1:])
        return cls(first, shape[0], base, shape[1], max(numbers) - base + 2)

    def address(self, place: int) -> str:
        """Return the URL of the page at a position."""
        return f"{self.start}{self.base + place - 1}{self.end}" if place else self.first

    def place_of(self, url: str) -> int:
        """Return the position of a page by its URL."""
        number = list_number(url)
        return number - self.base + 1 if number else 0
