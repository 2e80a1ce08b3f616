"""The State Council Information Office.

english.scio.gov.cn: hubs, paged articles (desktop and mobile), collections, white papers.
www.scio.gov.cn: old template (Document/<id>), new one (tYYYYMMDD_id) and /live/ pages.
"""

import re
from collections import Counter

from ...web.html import DecodedPage, links, parse
from ...web.urls import path_of
from ..page_links import page_key
from ..site import ENP_CONTENT, Site

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
# fmt: off
SCIO_EN = Site(
    name="scio_en",
    hosts=("english.scio.gov.cn",),
    paths=(r"/pressroom/(?:\d{4}-\d\d/\d\d/content_\d+|node_\d+)",
           r"/whitepapers/(?:\d{4}-\d\d/\d\d/content_\d+|node_\d+)",
           r"/node_\d{7}(?:_\d+)?\.html?$"),
    marks=(("<!--enpcontent-->", "Read in Chinese"),),
    body=(ENP_CONTENT, "#content", ".article-content", "#container_txt", ".TRS_Editor", ".artTxt",
          "div.article", "div.content", "div.text"),
    title=("h1", "h2.title", ".article-title", ".title", "#title", "meta[name=ArticleTitle]",
           "title"),
    titles_end=r"\s*[|_-]\s*(?:english\.scio\.gov\.cn|China SCIO|SCIO)\s*$",
    published=(
        "meta[name=PubDate]", "meta[name=publishdate]",
        r"text:China SCIO\s*(?:\|\s*|Updated:\s*)?[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}",
        r"text:China\.org\.cn\s*\|\s*[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}",
        r"text:Updated:\s*[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}",
    ),
    boilerplate=(r"(?:China SCIO|China\.org\.cn)\s*(?:\|.*|Updated:.*)?", r"Home\s*>.*",
                 r"Press Conference|Around China|Press Room", r"English|中文|中|En"),
    hubs=(r"/node_\d+(?:_\d+)?\.html?$",),
    lists=(r"/node_(?:8020819|8020805|7247532)(?:_\d+)?\.html?$",),
    notices=(r"/node_7248351",),
    list_href=r"/(?:pressroom|whitepapers)/\d{4}-\d{2}/\d{2}/content_\d+\.html?$|/node_\d+\.html?$",
    sections=_sections,
    counterpart_ids=("a#cn",),
    counterpart_href=(r"//www\.scio\.gov\.cn/(?:xwfb|live|gwyzclxcfh|zfbps|xwfbh|ztk|video)",
                      r"//www\.scio\.gov\.cn/.*\d"),
)
SCIO_ZH = Site(
    name="scio_zh",
    hosts=("www.scio.gov.cn", "scio.gov.cn"),
    paths=(r"/xwfbh/xwbfbh/", r"/xwfb/(?:bwxwfb|dfxwfb|gwyxwbgsxwfbh)/", r"/gwyzclxcfh/cfh/",
           r"/live/\d{4}/\d+/", r"/zfbps/"),
    marks=(("A_title", 'id="content"'), ("p10 f14 lh30",)),
    body=("#content", "div.p10.f14.lh30", ".TRS_UEDITOR", ".trs_editor_view", ".TRS_Editor",
          ENP_CONTENT, ".article-content", ".pages_content", "div.article", "div.content"),
    title=("div.tc.A_title", ".A_title", "meta[name=ArticleTitle]", "h1", ".article-title",
           ".title", "title"),
    titles_end=r"\s*[|_-]\s*(?:国务院新闻办公室|中华人民共和国国务院新闻办公室|国新网|www\.scio\.gov\.cn).*$",
    published=("div.tc.A_t1 > div", "div[style*=inline]", "meta[name=PubDate]",
               r"text:来源[：:].{0,30}?\d{4}-\d\d-\d\d", r"text:\d{4}-\d\d-\d\d"),
    drop=(".A_t1", "#Affix1", "#Relative1", "div.tr.A_t1", ".share", ".pagination"),
    boilerplate=(r"(?:国务院新闻办公室网站|国新网|中国网)\s.*来源[：:].*",
                 r"图文实录|文字实录|现场直播"),
    lists=(r"/index(?:_\d+)?\.html?$",),
    notices=(r"/fbyd/",),
    list_links=("div.fl.list_t a", "table#PagerOutline1 li a", "#Relative1 li.list a", "li a"),
    list_href=r"/t\d{8}_\d+\.html?$|/Document/\d+/\d+\.html?$|/live/\d{4}/\d+/",
    home=r"(?:中华人民共和国)?国务院新闻办公室(?:门户网站|网站)?",
    counterpart_ids=("a#en",),
    counterpart_href=(r"//english\.scio\.gov\.cn/.*(?:content|node)_\d+",),
)
# fmt: on
