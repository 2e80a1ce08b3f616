"""Ministries: foreign affairs (fmprc.gov.cn, mfa.gov.cn) and defence (mod.gov.cn).

Pages of the foreign ministry name no counterpart. A pair is found by the date in the title and
the spokesperson, on the other language's list.
"""

import re

from ...web.html import DecodedPage
from ...web.urls import path_of
from ..site import PageKind, Site

_EN_LIST = "https://www.fmprc.gov.cn/eng/xw/fyrbt/lxjzh/"
_ZH_LIST = "https://www.mfa.gov.cn/web/fyrbt_673021/jzhsl_673025/"


def _kind(page: DecodedPage) -> PageKind | None:
    """Recognise the page that the server sends with status 200 in place of a removed one."""
    if re.search(r"/web/system/|index_17321", page.url):
        return PageKind("shell", "the server's page for removed documents")
    return None


def _lists(page: DecodedPage) -> tuple[str, ...]:
    return (_ZH_LIST,) if re.search(r"/eng/|/mfa_eng/", path_of(page.url)) else (_EN_LIST,)


# fmt: off
MFA = Site(
    name="mfa",
    hosts=("fmprc.gov.cn", "mfa.gov.cn"),
    paths=(r"/eng/xwf?w?/(?:fyrbt|s2510)/", r"/mfa_eng/xwfw_665399/",
           r"/(?:web/)?(?:wjdt_674879/)?fyrbt_67", r"/web/(?:wjdt_|zyxw|system/)"),
    marks=(("TRSWCM.ContStart",), ("News_Body_Txt_A",), ("News_Body_Title",)),
    body=(
        "#News_Body_Txt_A",
        "between:<meta[^<>]{1,200}ContStart[^<>]{0,99}>|||<meta[^<>]{1,200}ContEnd[^<>]{0,99}>",
        "div.content_mod > div.content", "div[class*=TRS_UEDITOR]", ".trs_editor_view",
        ".content_text", ".news_content",
    ),
    title=("meta[name=ArticleTitle]", "#News_Body_Title", "div.content_mod > h2.title", "h1",
           "div.title", "title"),
    titles_end=r"\s*(?:_+|—+)\s*(?:Ministry of Foreign Affairs|中华人民共和国外交部|外交部).*$",
    published=("meta[name=PubDate]", "#News_Body_Time", ".time span:last-child", ".time"),
    ends=(r"(?:【打印】|【关闭】|\[Print\]|\[Close\]|分享到|Suggest to a friend)",),
    lists=(r"/(?:index|default)(?:_\d+)?\.s?html?$",
           r"/(?:lxjzh|jzhsl_673025|2511_665403|2511)/?$"),
    list_links=('a[href^="./"]',),
    list_href=r"/t(?:\d{8}_)?\d+\.s?html$",
    lists_of_counterparts=_lists,
    kind=_kind,
)
# Chinese and English on one page.
MOD = Site(
    name="mod",
    hosts=("mod.gov.cn",),
    paths=(r"/gfbw/(?:xwfyr|qwfb)/", r"/xb/News_\d+/"),
    marks=(("HTMLBOX-->",), ("createManuscriptPageHTML",)),
    body=("between:<!--\\s*HTMLBOX\\s*-->|||<!--\\s*/?HTMLBOX\\s*-->", "#article-content",
          ".article-content", ".TRS_Editor"),
    title=("meta[name=ArticleTitle]", "h1", "h2", "title"),
    titles_end=r"\s*[-_]\s*(?:中华人民共和国国防部|Ministry of National Defense).*$",
    published=("meta[name=PubDate]", "meta[name=publishdate]", "div.info", r"text:\d{4}-\d\d-\d\d"),
    boilerplate=(r"Source\s*[:：].*", r"Editor\s*[:：].*"),
    both_languages=True,
)
# fmt: on
