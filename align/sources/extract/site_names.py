"""The name of a site in the titles of its pages: of an office, a newspaper, a company."""

import functools
import re

from ...aligner.text.chinese import has_han
from ..web import html
from ..web.html import DecodedPage, parse

_SEPARATOR = re.compile(r"\s*[|｜_]\s*|\s+(?:--?|[–—]{1,2})\s+|\s*——\s*")
_METAS = (
    "meta[property='og:site_name']",
    "meta[name='og:site_name']",
    "meta[name=application-name]",
    "meta[name=SiteName]",
    "meta[name=sitename]",
)
_COPYRIGHT = re.compile(
    r"(?:©|&copy;|\bcopyright\b|版权所有|版權所有|主办单位|主办：)[^<>]{0,120}", re.IGNORECASE
)
# Letters of a name in a copyright line, without and with Han: other words are in it, too.
_LEAST_LATIN, _LEAST_HAN = 10, 4


def without_names(title: str, page: DecodedPage) -> str:
    """Return a title without the parts at its ends that the page shows to be its site's name."""
    while True:
        separators = list(_SEPARATOR.finditer(title))
        if not separators:
            return title
        first, last = separators[0], separators[-1]
        if is_site_name(title[: first.start()], page) and title[first.end() :]:
            title = title[first.end() :]
        elif is_site_name(title[last.end() :], page) and title[: last.start()]:
            title = title[: last.start()]
        else:
            return title


def is_site_name(text: str, page: DecodedPage) -> bool:
    """Return whether a text is the name in the page's metadata, or part of a copyright line."""
    letters = _only_letters(text)
    if not letters:
        return False
    names, copyrights = _read_names(page)
    least = _LEAST_HAN if has_han(letters) else _LEAST_LATIN
    in_copyright = any(letters in line for line in copyrights)
    return letters in names or (len(letters) >= least and in_copyright)


@functools.lru_cache(maxsize=12)
def _read_names(page: DecodedPage) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the letters of the site's names in the metadata, and those of copyright lines."""
    root = parse(page.text)
    names = (html.first_text(root, css) for css in _METAS)
    lines = (match[0] for match in _COPYRIGHT.finditer(page.text))
    return frozenset(map(_only_letters, names)) - {""}, tuple(map(_only_letters, lines))


def _only_letters(text: str) -> str:
    return re.sub(r"\W|_", "", text).casefold()
