"""english.scio.gov.cn: hubs, paged articles (desktop and mobile), collections, white papers."""

import re
from collections import Counter

from ...web.html import DecodedPage, links, parse, path_of
from ..page_links import page_key
from ..site import Site

_PAPER = re.compile(r"^/node_\d{7}\.html?$")
_SECTION = re.compile(r"/whitepapers/\d{4}-\d\d/\d\d/content_\d+\.html?$")
# A crawler of white papers met each section's link three times in a hub; other links come once, or
# twice with a picture.
_TIMES = 3


def _sections(page: DecodedPage) -> tuple[str, ...]:
    """Return the sections that the hub of a white paper names, in its order."""
    if not _PAPER.match(path_of(page.url)):
        return ()
    found = [link.url for link in links(parse(page.text), page.url) if _SECTION.search(link.url)]
    times = Counter(map(page_key, found))
    first = {page_key(url): url for url in reversed(found)}
    return tuple(first[key] for key, count in times.items() if count >= _TIMES)


# The comment pair is known from white-paper pages of this host; that press-room pages have it too
# is likely but was not seen, so classes follow and density is the last resort.
SITE = Site(
    name="scio_en",
    hosts=("english.scio.gov.cn",),
    paths=(
        r"/pressroom/(?:\d{4}-\d\d/\d\d/content_\d+|node_\d+)",
        r"/whitepapers/(?:\d{4}-\d\d/\d\d/content_\d+|node_\d+)",
        r"/node_\d{7}(?:_\d+)?\.html?$",
    ),
    marks=(("<!--enpcontent-->", "Read in Chinese"),),
    body=(
        "between:<!--\\s*enpcontent\\s*-->|||<!--\\s*/enpcontent\\s*-->",
        "#content",
        ".article-content",
        "#container_txt",
        ".TRS_Editor",
        ".artTxt",
        "div.article",
        "div.content",
        "div.text",
    ),
    title=(
        "h1",
        "h2.title",
        ".article-title",
        ".title",
        "#title",
        "meta[name=ArticleTitle]",
        "title",
    ),
    titles_end=r"\s*[|_-]\s*(?:english\.scio\.gov\.cn|China SCIO|SCIO)\s*$",
    published=(
        "meta[name=PubDate]",
        "meta[name=publishdate]",
        r"text:China SCIO\s*(?:\|\s*|Updated:\s*)?[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}",
        r"text:China\.org\.cn\s*\|\s*[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}",
        r"text:Updated:\s*[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}",
    ),
    boilerplate=(
        r"(?:China SCIO|China\.org\.cn)\s*(?:\|.*|Updated:.*)?",
        r"Home\s*>.*",
        r"Press Conference|Around China|Press Room",
        r"English|中文|中|En",
    ),
    hubs=(r"/node_\d+(?:_\d+)?\.html?$",),
    lists=(r"/node_(?:8020819|8020805|7247532)(?:_\d+)?\.html?$",),
    notices=(r"/node_7248351",),
    list_href=r"/(?:pressroom|whitepapers)/\d{4}-\d{2}/\d{2}/content_\d+\.html?$|/node_\d+\.html?$",
    sections=_sections,
    counterpart_ids=("a#cn",),
    counterpart_href=(
        r"//www\.scio\.gov\.cn/(?:xwfb|live|gwyzclxcfh|zfbps|xwfbh|ztk|video)",
        r"//www\.scio\.gov\.cn/.*\d",
    ),
)
