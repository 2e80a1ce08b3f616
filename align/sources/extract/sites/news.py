"""News sites, ministry sites made with TRS, and general rules for pages of unknown hosts.

china.com.cn has articles, and live transcripts as a data file or as text with time marks; its
sister china.org.cn carries the same English transcripts as SCIO under other numbers. The document
of an unknown page says in a note that it was read by general rules.
"""

import json
import re
from dataclasses import replace

from ....aligner.text.strings import normalise_space
from ...web.html import DecodedPage, parse, select
from ...web.urls import absolute
from ..html_blocks import blocks_of
from ..site import ENP_CONTENT, TITLES, PageKind, Site
from ..transcript import Block

_DATA = re.compile(r"ciic_webcast\s*\[\s*['\"]characters['\"]\s*\]\s*=\s*(?=\[)")
# Tokens that differ in JSON: strings, names, a comma before a bracket.
_TOKEN = re.compile(
    r"(?P<string>\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+')|(?P<name>[A-Za-z_$][\w$]*)|,(?=\s*+[\]}])",
    re.S,
)
# The page that only loads the data is small; a page with its own text is many times this size.
_SHELL = 4000
_KEYWORDS = {"true": "true", "false": "false", "null": "null", "undefined": "null"}


def live_blocks(page: DecodedPage) -> tuple[Block, ...] | None:
    """Return the turns of a live-data script in the order of their times; None for other pages."""
    match = _DATA.search(page.text)
    if match is None:
        return None
    source, blocks = _TOKEN.sub(_as_json, page.text[match.end() :]), list[Block]()
    try:
        values = json.JSONDecoder(strict=False).raw_decode(source)[0]
    except (ValueError, RecursionError):
        values = []
    entries = [value for value in values if isinstance(value, dict)]
    for entry in sorted(entries, key=lambda entry: str(entry.get("date") or "")):
        speaker = normalise_space(str(entry.get("speaker") or "")).rstrip(":： ")
        if speaker:
            blocks.append(Block(f"{speaker}：", label=True))
        blocks += blocks_of(parse(f"<div>{entry.get('content') or ''}</div>"))
    return tuple(blocks)


def _as_json(token: re.Match[str]) -> str:
    """Return a string, name or comma of a JavaScript literal in JSON syntax."""
    if token["string"] is not None:  # JavaScript quotes with ' or ", JSON only with "
        inside = token["string"][1:-1].replace("\\'", "'")
        return '"' + re.sub(r'(?<!\\)"', r'\\"', inside) + '"'
    if token["name"]:
        return _KEYWORDS.get(token["name"], json.dumps(token["name"]))
    return ""


def _data_address(page: DecodedPage) -> tuple[str, ...]:
    scripts = select(parse(page.text), "#content_data")
    urls = (absolute(page.url, script.get("src") or "") for script in scripts)
    return tuple(filter(None, urls))


def _kind(page: DecodedPage) -> PageKind | None:
    blocks = live_blocks(page)
    if blocks is not None:
        turns = sum(1 for block in blocks if block.label)
        return PageKind("transcript", f"live data with {turns} turns")
    address = _data_address(page)
    if address and len(page.text) < _SHELL:
        return PageKind("shell", f"its transcript is in the data file {address[0]}")
    return None


# fmt: off
CHINA_COM_CN = Site(
    name="china_com_cn",
    hosts=("china.com.cn",),
    marks=(('"content_data"',), ("ciic_webcast[",), ("enpproperty", "http://www.china.com.cn/")),
    body=(ENP_CONTENT, "div.content_left > div.article", "#articleBody", "#content", "#fontzoom",
          ".article-content", ".TRS_Editor", ".content"),
    title=("h1", ".title", ".article-title", "#p_title", "title"),
    published=("meta[name=PubDate]", ".date", r"text:\d{4}[-年]\d{1,2}[-月]\d{1,2}"),
    drop=(".inform", ".editor"),
    boilerplate=(r"\[?\d{1,2}:\d\d(?::\d\d)?\]?", r"\[?\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?\]?"),
    lists=(r"/node_\d+(?:_\d+)?\.html?$",),
    list_href=r"content_\d+\.s?html?$",
    data=live_blocks,
    more=_data_address,
    kind=_kind,
)
CHINA_ORG_CN = Site(
    name="china_org_cn",
    hosts=("china.org.cn",),
    marks=(("Adjust font size:", "China.org.cn"),),
    body=(ENP_CONTENT, "#container_txt", "#content", ".article-content"),
    published=("meta[name=PubDate]", r"text:China\.org\.cn,\s*[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}"),
    boilerplate=(
        r"(?:\d+ Comment\(s\))?\s*Print\s*E-mail.*",
        r"(?:China\.org\.cn|Xinhua),\s*[A-Z].{5,30}",
        r"Adjust font size:?.*",
        r"Follow China\.org\.cn on .*",
        r"Opinion articles reflect the views of their authors.*",
        r"If you would like to contribute.*@china\.org\.cn.*",
        r".{2,60} is a columnist with China\.org\.cn\. For more information.*",
        r"http://www\.china\.org\.cn/opinion/\w+\.htm",
    ),
)
GENERIC = Site(
    name="generic",
    body=(
        ENP_CONTENT, "#UCAP-CONTENT", ".TRS_Editor", ".TRS_UEDITOR", ".trs_editor_view", "#zoom",
        "#Zoom", "#Content", "#detailContent", "#vsb_content", ".v_news_content", ".rm_txt_con",
        "#rwb_zw", "#p-detail", "#detail", ".u-mainText", ".pages_content", "#content", "article",
        ".article-content", ".article-body", "[itemprop=articleBody]", "main",
        # older pages of the sites below
        ".box_con", ".show_text", ".text_con", ".main_art #lft-art", "#article_inbox",
        "#contentMain", "#ArticleContent", "#font_area", ".detail_con",
    ),
    title=("h1.u-title", "h1.main_tit", *TITLES),
    published=("meta[name=publishdate]", ".date", ".time", ".h-time", ".header-time",
               ".m-con-time", r"text:\d{4}年\d{2}月\d{2}日\d{2}:\d{2}",
               r"text:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", r"text:Updated: [\d-]{10}"),
    drop=("nav", "header", "footer", "aside", ".share", ".pager", ".pagination", ".related",
          ".relatedNews", ".comment-list", ".box_pic", ".zdfy",
          ".page_n"),
    least_share=0.5,
    dated_files=True,
)
# fmt: on
_HOSTS = {
    "people": ("people.com.cn", "people.cn"),
    "xinhuanet": ("xinhuanet.com", "news.cn"),
    "chinadaily": ("chinadaily.com.cn",),
    "gmw": ("gmw.cn",),
    "theorychina": ("theorychina.org.cn",),
}
NEWS = tuple(replace(GENERIC, name=name, hosts=hosts) for name, hosts in _HOSTS.items())
TRS = replace(GENERIC, name="trs", marks=(("TRS_Editor",), ("trs_editor_view",), ("TRS_UEDITOR",)))
