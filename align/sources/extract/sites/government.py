"""Government sites: SCIO, the State Council, ministries, and Hong Kong's press releases.

english.scio.gov.cn has hubs, paged articles (desktop and mobile), collections, white papers;
www.scio.gov.cn an old template (Document/<id>), a new one (tYYYYMMDD_id) and /live/ pages.
Pages of the foreign ministry and of Hong Kong name no counterpart: it is found by date,
spokesperson and number on a list in the other language.
"""

import re

from ...web.html import DecodedPage
from ...web.urls import absolute, host_of, is_archived, join_in_archive, path_of
from ..site import ENP_CONTENT, Site

# Lists of press conferences, the one of today first. Those of 2018 to 2021 are "default.shtml".
_MFA_ENGLISH_LISTS = (
    "https://www.fmprc.gov.cn/eng/xw/fyrbt/lxjzh/",
    "https://www.fmprc.gov.cn/mfa_eng/xwfw_665399/s2510_665401/2511_665403/default.shtml",
    "https://www.fmprc.gov.cn/eng/xwfw_665399/s2510_665401/2511_665403/",
)
_MFA_CHINESE_LISTS = (
    "https://www.mfa.gov.cn/web/fyrbt_673021/jzhsl_673025/",
    "https://www.fmprc.gov.cn/web/wjdt_674879/fyrbt_674889/default.shtml",
    "https://www.fmprc.gov.cn/web/fyrbt_673021/",
)


def _lists_of_mfa(page: DecodedPage) -> tuple[str, ...]:
    """Return the ministry's lists in the other language, on the same copy of the site.

    The current list covers only a few years, so lists of earlier years follow.
    """
    english = re.search(r"/eng/|/mfa_eng/", path_of(page.url))
    addresses = _MFA_CHINESE_LISTS if english else _MFA_ENGLISH_LISTS
    if is_archived(page.url):
        return tuple(join_in_archive(page.url, address) for address in addresses)
    host = host_of(page.url)
    if host.endswith(("fmprc.gov.cn", "mfa.gov.cn")):
        return addresses
    return tuple(absolute(page.url, path_of(address)) for address in addresses)


_RELEASE = re.compile(r"(?P<day>/gia/general/\d{6}/\d\d)(?P<chinese>c?)(?:/|\.htm)")


def _lists_of_hong_kong(page: DecodedPage) -> tuple[str, ...]:
    """Return the list of the day in the other language; the page's language is detected."""
    match = _RELEASE.search(path_of(page.url))
    if match is None or re.search(r"\(English only\)|（只有(?:中文|英文)）", page.text):
        return ()
    chinese = bool(re.search(r"香港時間|立法會|新聞公報", page.text))
    base = page.url[: page.url.index(match["day"])]
    return (f"{base}{match['day']}{'' if chinese else 'c'}.htm",)


# The comment pair is known from white-paper pages of this host. Press-room pages probably have it,
# too, but this is not tested, so classes follow and density is the last resort.
# fmt: off
SCIO_EN = Site(
    name="scio_en",
    hosts=("english.scio.gov.cn",),
    marks=(("<!--enpcontent-->", "Read in Chinese"),),
    body=(ENP_CONTENT, "#content", ".article-content", "#container_txt", ".TRS_Editor", ".artTxt",
          "div.article", "div.content", "div.text"),
    title=("h1", "h2.title", ".article-title", ".title", "#title", "meta[name=ArticleTitle]",
           "title"),
    published=(
        "meta[name=PubDate]", "meta[name=publishdate]",
        r"text:(?:China SCIO|China\.org\.cn|Updated:)\s*(?:\|\s*|Updated:\s*)?"
        r"[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}",
    ),
    boilerplate=(r"(?:China SCIO|China\.org\.cn)\s*(?:\|.*|Updated:.*)?", r"Home\s*>.*",
                 r"Press Conference|Around China|Press Room", r"English|中文|中|En"),
    hubs=(r"/node_\d+(?:_\d+)?\.html?$",),
    lists=(r"/node_(?:8020819|8020805|7247532)(?:_\d+)?\.html?$",),
    notices=(r"/node_7248351",),
    list_href=r"/(?:pressroom|whitepapers)/\d{4}-\d{2}/\d{2}/content_\d+\.html?$|/node_\d+\.html?$",
    home=r"(?:The )?State Council Information Office(?: of (?:the People's Republic of )?China)?",
    counterpart_href=(r"//www\.scio\.gov\.cn/(?:xwfb|live|gwyzclxcfh|zfbps|xwfbh|ztk|video)",
                      r"//www\.scio\.gov\.cn/.*\d"),
)
SCIO_ZH = Site(
    name="scio_zh",
    hosts=("www.scio.gov.cn", "scio.gov.cn"),
    marks=(("A_title", 'id="content"'), ("p10 f14 lh30",)),
    body=("#content", "div.p10.f14.lh30", ".TRS_UEDITOR", ".trs_editor_view", ".TRS_Editor",
          ENP_CONTENT, ".article-content", ".pages_content", "div.article", "div.content"),
    title=("div.tc.A_title", ".A_title", "meta[name=ArticleTitle]", "h1", ".article-title",
           ".title", "title"),
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
    counterpart_href=(r"//english\.scio\.gov\.cn/.*(?:content|node)_\d+",),
)
GOV_CN = Site(
    name="gov_cn",
    hosts=("www.gov.cn",),
    marks=(("UCAP-CONTENT",),),
    body=("#UCAP-CONTENT", ".pages_content", ".TRS_UEDITOR"),
    title=("meta[name=ArticleTitle]", "h1", ".title", "title"),
    published=("meta[name=firstpublishedtime]", "meta[name=PubDate]", ".pages-date"),
    lists=(r"/zccfh/(?:\w+/)?index\.htm$",),
    list_href=r"content_\d+\.html?$",
)
# The templates of 2014 and 2022.
ENGLISH_GOV_CN = Site(
    name="english_gov_cn",
    hosts=("english.www.gov.cn", "english.gov.cn"),
    marks=(("Artical_Content",),),
    body=("div.Artical_Content", ".Artical_Content", "#UCAP-CONTENT", ".pages_content", "#Zoom",
          "div.article", "div.content"),
    title=(".Artical_Title", "h1", "title"),
    published=("meta[name=publishdate]", ".Artical_Info", ".Artical_Date"),
    boilerplate=(r"Updated:.*", r"(?:Xinhua|China Daily|english\.www\.gov\.cn)\s*(?:\|.*)?"),
    lists=(r"/page_\d+\.html?$", r"/news/pressbriefings/?$"),
    list_href=r"/content_(?:WS[0-9a-f]+|2814\d+)\.html?$",
    home=r"(?:The State Council|english\.www\.gov\.cn).*",
)
MFA = Site(
    name="mfa",
    hosts=("fmprc.gov.cn", "mfa.gov.cn"),
    marks=(("TRSWCM.ContStart",), ("News_Body_Txt_A",), ("News_Body_Title",),
           ('class="content_mod"', 'id="News_Body_Time"'), ("newsLst_mod", "fmprc.gov.cn")),
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
           r"/(?:lxjzh|jzhsl_673025|2511_665403|2511|fyrbt_674889|fyrbt_673021)/?$"),
    list_links=('a[href^="./"]',),
    list_href=r"/t(?:\d{8}_)?\d+\.s?html$",
    lists_of_counterparts=_lists_of_mfa,
)
# Chinese and English on one page.
MOD = Site(
    name="mod",
    hosts=("mod.gov.cn",),
    marks=(("HTMLBOX-->",), ("createManuscriptPageHTML",)),
    body=("between:<!--\\s*HTMLBOX\\s*-->|||<!--\\s*/?HTMLBOX\\s*-->", "#article-content",
          ".article-content", ".TRS_Editor"),
    title=("meta[name=ArticleTitle]", "h1", "h2", "title"),
    published=("meta[name=PubDate]", "meta[name=publishdate]", "div.info", r"text:\d{4}-\d\d-\d\d"),
)
INFO_GOV_HK = Site(
    name="info_gov_hk",
    hosts=("info.gov.hk",),
    marks=(('"pressrelease"',), ("PRHeadline",)),
    body=("#pressrelease",),
    title=("#PRHeadlineSpan", "#PRHeadline", "title"),
    published=("div.mB15.f15", r"text:Ends/\w+,\s*[A-Z][a-z]+ \d{1,2}, \d{4}",
               r"text:完\s*\d{4}年\d{1,2}月\d{1,2}日", "#headerBanner"),
    boilerplate=(r"[*＊]{5,}",),
    wrapped=True,
    ends=(r"完\s*$", r"Ends/", r"\d{4}年\d{1,2}月\d{1,2}日（星期.）\s*$", r"Issued at HKT",
          r"香港時間\s*\d", r"NNNN\s*$"),
    lists=(r"/gia/general/\d{6}/\d\dc?\.htm$", r"/gia/general/c?today\.htm$"),
    list_links=("#contentBody ul.list.fontSize1 li > a", "ul.list li a"),
    list_href=r"/gia/general/\d{6}/\d{2}/",
    lists_of_counterparts=_lists_of_hong_kong,
)
# fmt: on
