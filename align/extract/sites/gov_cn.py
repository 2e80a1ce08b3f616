"""The State Council: policy briefings (文字实录) with JSON files that list pages; English pages."""

import json

from ...web.html import DecodedPage
from ...web.urls import absolute
from ..site import ListItem, Site
from ..transcript import find_dates


def _json_items(page: DecodedPage) -> tuple[ListItem, ...]:
    """Read a list file: objects with URL, TITLE and DOCRELPUBTIME. No items for other pages."""
    if not page.text.lstrip("\ufeff \r\n").startswith(("[", "{")):
        return ()
    try:
        values = json.loads(page.text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return ()
    return tuple(
        ListItem(url, str(value.get("TITLE") or ""), days[0] if days else None)
        for value in (values if isinstance(values, list) else [])
        if isinstance(value, dict) and (url := absolute(page.url, str(value.get("URL") or "")))
        for days in (find_dates(str(value.get("DOCRELPUBTIME") or "")),)
    )


# fmt: off
GOV_CN = Site(
    name="gov_cn",
    hosts=("www.gov.cn",),
    paths=(r"/zccfh/\w+/\d{8}/", r"/(?:yaowen|zhengce|lianbo)/.*content_\d+", r"LIEBIAO\.json$"),
    marks=(("UCAP-CONTENT",),),
    body=("#UCAP-CONTENT", ".pages_content", ".TRS_UEDITOR"),
    title=("meta[name=ArticleTitle]", "h1", ".title", "title"),
    titles_end=r"\s*_[^_]*(?:中国政府网|_滚动新闻).*$",
    published=("meta[name=firstpublishedtime]", "meta[name=PubDate]", ".pages-date"),
    boilerplate=(r"【我要纠错】.*", r"来源[：:].*", r"\d{4}-\d\d-\d\d \d\d:\d\d\s*来源.*"),
    lists=(r"/zccfh/(?:\w+/)?index\.htm$", r"\.json$"),
    list_href=r"content_\d+\.html?$",
    items=_json_items,
)
# The templates of 2014 and 2022.
ENGLISH_GOV_CN = Site(
    name="english_gov_cn",
    hosts=("english.www.gov.cn", "english.gov.cn"),
    paths=(r"/\d{6}/\d\d/content_WS[0-9a-f]+", r"/\d{4}/\d\d/\d\d/content_2814\d+\.htm"),
    marks=(("Artical_Content",),),
    body=("div.Artical_Content", ".Artical_Content", "#UCAP-CONTENT", ".pages_content", "#Zoom",
          "div.article", "div.content"),
    title=(".Artical_Title", "h1", "title"),
    titles_end=r"\s*[-|]\s*(?:english\.www\.gov\.cn|The State Council.*)$",
    published=("meta[name=publishdate]", ".Artical_Info", ".Artical_Date"),
    boilerplate=(r"Updated:.*", r"(?:Xinhua|China Daily|english\.www\.gov\.cn)\s*(?:\|.*)?"),
    lists=(r"/page_\d+\.html?$", r"/news/pressbriefings/?$"),
    list_href=r"/content_(?:WS[0-9a-f]+|2814\d+)\.html?$",
    home=r"(?:The State Council|english\.www\.gov\.cn).*",
)
# fmt: on
