"""News sites, sites of ministries made with TRS, and any page of a host that we have no facts of.

The document of such a page says in a note that it was read by general rules.
"""

from ..site import ENP_CONTENT, Site

_TRS = (".TRS_Editor", ".trs_editor_view", ".TRS_UEDITOR")
_TITLE = ("meta[name=ArticleTitle]", "h1", "meta[property='og:title']", "title")

# fmt: off
PEOPLE = Site(
    name="people",
    hosts=("people.com.cn", "people.cn"),
    body=(".rm_txt_con", "#rwb_zw", ".box_con", ".show_text", ".text_con"),
    title=_TITLE,
    published=("meta[name=publishdate]", r"text:\d{4}年\d{2}月\d{2}日\d{2}:\d{2}"),
    drop=(".edit", ".box_pic", ".zdfy", ".page_n"),
    least_share=0.5,
)
XINHUANET = Site(
    name="xinhuanet",
    hosts=("xinhuanet.com", "news.cn"),
    body=("#detailContent", "#p-detail", "#detail", ".domPC #content", "#content"),
    title=_TITLE,
    published=("meta[name=publishdate]", ".h-time", ".header-time",
               r"text:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", r"text:Updated: [\d-]{10}"),
    drop=("#articleEdit", ".relatedNews"),
    least_share=0.5,
)
CHINADAILY = Site(
    name="chinadaily",
    hosts=("chinadaily.com.cn",),
    body=("#Content", "#content", ".main_art #lft-art"),
    title=_TITLE,
    published=("meta[name=publishdate]", ".info", r"text:Updated: [\d-]{10}"),
    least_share=0.5,
)
GMW = Site(
    name="gmw",
    hosts=("gmw.cn",),
    body=(ENP_CONTENT, ".u-mainText", "#article_inbox", "#contentMain", "#ArticleContent"),
    title=("h1.u-title", *_TITLE),
    published=("meta[name=publishdate]", ".m-con-time"),
    least_share=0.5,
)
THEORYCHINA = Site(
    name="theorychina",
    hosts=("theorychina.org.cn",),
    body=(*_TRS, "#font_area", ".detail_con"),
    title=("h1.main_tit", *_TITLE),
    least_share=0.5,
    dated_files=True,
)
TRS = Site(
    name="trs",
    marks=(("TRS_Editor",), ("trs_editor_view",), ("TRS_UEDITOR",)),
    body=_TRS,
    title=_TITLE,
    published=("meta[name=PubDate]",),
    least_share=0.5,
    dated_files=True,
)
GENERIC = Site(
    name="generic",
    body=(
        ENP_CONTENT, "#UCAP-CONTENT", ".TRS_Editor", ".TRS_UEDITOR", ".trs_editor_view", "#zoom",
        "#Zoom", "#Content", "#detailContent", "#vsb_content", ".v_news_content", ".rm_txt_con",
        "#rwb_zw", "#p-detail", "#detail", ".u-mainText", ".pages_content", "#content", "article",
        ".article-content", ".article-body", "[itemprop=articleBody]", "main",
    ),
    title=_TITLE,
    published=(".date", ".time"),
    drop=("nav", "header", "footer", "aside", ".share", ".pager", ".pagination", ".related",
          ".comment-list", ".edit", ".editor"),
    least_share=0.5,
    dated_files=True,
)
# fmt: on
