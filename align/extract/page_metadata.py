"""Title and date of publication of a page: by its site's rules, then by what any page may have."""

import datetime as dt
import functools
import re
from collections.abc import Iterator

from ..text.dates import find_dates
from ..text.strings import normalise_space
from ..web.html import (
    DecodedPage,
    HtmlElement,
    first_text,
    parse,
    path_of,
    select,
    text_of,
    without_scripts,
)
from .html_blocks import blocks_of
from .site import Site

_PUBLISHED = (
    "meta[name=publishdate]",
    "meta[name=PubDate]",
    "meta[property='article:published_time']",
    "meta[itemprop=datePublished]",
    "time[datetime]",
)
# What the Founder system writes into a page of china.org.cn, china.com.cn, gmw.cn.
_PROPERTIES = re.compile(r"<!--\s*enpproperty(?P<all>.{0,4000}?)/enpproperty-->", re.S)
_DAY = r"(?P<y>(?:19|20)\d\d)[-/]?(?P<m>[01]\d)[-/]?(?P<d>[0-3]\d)"
_DAY_OF_FOLDER = re.compile(rf"/{_DAY}/")
_DAY_OF_FILE = re.compile(rf"/t{_DAY}_\d+\.")
# TRS names the pictures of an article by the day on which they came in.
_DAY_OF_PICTURE = re.compile(rf"src=[\"']\./[WP]0{_DAY}\d{{6,}}", re.I)
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.I)
_SITE_NAME = re.compile(
    r"\s*(?:_|--|\||——)\s*[^_|]{1,24}$|"
    r"\s*[-—–]\s*[^-—–]{0,24}(?:网|網|网站|频道|在线|\.com(?:\.cn)?|\.cn|Xinhua|Daily)\s*$"
)
_SITE_HEADING = re.compile(r"(?:网|網|网站|門戶|门户|频道)\s*$")
_LEAST_TITLE = 4
# Dates of publication stand over the text or, in Hong Kong, below it.
_HEAD, _FOOT = 30_000, 6_000


def title_of_page(site: Site, page: DecodedPage) -> str:
    """Return the title by the first candidate with text, without the site's name behind it."""
    root = parse(page.text)
    for css in site.title:
        text = _heading(root, page) if css == "h1" else first_text(root, css)
        text = _BREAK.sub(" " if text.isascii() else "", text)
        text = re.sub(site.titles_end, "", text).strip() if site.titles_end else text
        if text:
            return _without_site_name(text) if css == "title" else text
    return ""


def _heading(root: HtmlElement, page: DecodedPage) -> str:
    """Return the heading that the page's title names, or that names it; menus have headings too.

    Where none does, the system's own title is taken, then the longer of title and first heading.
    """
    title = first_text(root, "title")
    whole, core = _squeezed(title), _squeezed(_without_site_name(title))
    headings = [text for css in ("h1", "h2") for e in select(root, css) if (text := text_of(e))]
    named = [text for text in headings if _squeezed(text) in whole]
    opening = [text for text in named if whole.startswith(_squeezed(text))]
    fuller = [text for text in headings if len(core) >= _LEAST_TITLE and core in _squeezed(text)]
    if found := opening or fuller or named:
        return max(found, key=len)
    first = first_text(root, "h1")
    is_title = len(_squeezed(first)) >= len(core) and not _SITE_HEADING.search(first)
    return _property(page, "title") or (first if is_title else "")


def _squeezed(text: str) -> str:
    return re.sub(r"\W", "", text)


def _without_site_name(title: str) -> str:
    """Drop the names of site and section behind a title, as long as something is left."""
    while (shorter := _SITE_NAME.sub("", title).strip()) != title and shorter:
        title = shorter
    return title


def _property(page: DecodedPage, name: str) -> str:
    """Return a property that the content system wrote into a comment of the page, or ''."""
    properties = _PROPERTIES.search(page.text)
    match = re.search(rf"<{name}>(.*?)</{name}>", properties["all"], re.S) if properties else None
    return normalise_space(match[1]) if match else ""


def published_on(site: Site, page: DecodedPage) -> dt.date | None:
    """Return the day on which the page was published, by the first candidate that names one.

    After the site's own rules: metadata, then the day in the address, then that of the pictures.
    """
    return next(_days(site, page), None)


def _days(site: Site, page: DecodedPage) -> Iterator[dt.date]:
    root = parse(page.text)
    for css in (*site.published, *_PUBLISHED):
        if css.startswith("text:"):
            match = re.search(css.removeprefix("text:"), _around(page))
            yield from find_dates(match[0]) if match else ()
        else:
            yield from find_dates(first_text(root, css))
    yield from find_dates(_property(page, "date"))
    path = path_of(page.url)
    for match in (
        _DAY_OF_FOLDER.search(path),
        _DAY_OF_FILE.search(path) if site.dated_files else None,
        _DAY_OF_PICTURE.search(page.text),
    ):
        yield from find_dates(f"{match['y']}-{match['m']}-{match['d']}") if match else ()


@functools.lru_cache(maxsize=2)
def _around(page: DecodedPage) -> str:
    """Return the text of the first and last lines of a page."""
    source = without_scripts(page.text)
    parts = [source] if len(source) <= _HEAD + _FOOT else [source[:_HEAD], source[-_FOOT:]]
    return " ".join(block.text for part in parts for block in blocks_of(parse(part)))
