"""www.scio.gov.cn: old template (Document/<id>), new one (tYYYYMMDD_id) and /live/ pages."""

from ..site import Site

SITE = Site(
    name="scio_zh",
    hosts=("www.scio.gov.cn", "scio.gov.cn"),
    paths=(
        r"/xwfbh/xwbfbh/",
        r"/xwfb/(?:bwxwfb|dfxwfb|gwyxwbgsxwfbh)/",
        r"/gwyzclxcfh/cfh/",
        r"/live/\d{4}/\d+/",
        r"/zfbps/",
    ),
    marks=(("A_title", 'id="content"'), ("p10 f14 lh30",)),
    body=(
        "#content",
        "div.p10.f14.lh30",
        ".TRS_UEDITOR",
        ".trs_editor_view",
        ".TRS_Editor",
        "between:<!--\\s*enpcontent\\s*-->|||<!--\\s*/enpcontent\\s*-->",
        ".article-content",
        ".pages_content",
        "div.article",
        "div.content",
    ),
    title=(
        "div.tc.A_title",
        ".A_title",
        "meta[name=ArticleTitle]",
        "h1",
        ".article-title",
        ".title",
        "title",
    ),
    titles_end=r"\s*[|_-]\s*(?:国务院新闻办公室|中华人民共和国国务院新闻办公室|国新网|www\.scio\.gov\.cn).*$",
    published=(
        "div.tc.A_t1 > div",
        "div[style*=inline]",
        "meta[name=PubDate]",
        r"text:来源[：:].{0,30}?\d{4}-\d\d-\d\d",
        r"text:\d{4}-\d\d-\d\d",
    ),
    drop=(".A_t1", "#Affix1", "#Relative1", "div.tr.A_t1", ".share", ".pagination"),
    boilerplate=(
        r"(?:国务院新闻办公室网站|国新网|中国网)\s.*来源[：:].*",
        r"图文实录|文字实录|现场直播",
    ),
    lists=(r"/index(?:_\d+)?\.html?$",),
    notices=(r"/fbyd/",),
    list_links=("div.fl.list_t a", "table#PagerOutline1 li a", "#Relative1 li.list a", "li a"),
    list_href=r"/t\d{8}_\d+\.html?$|/Document/\d+/\d+\.html?$|/live/\d{4}/\d+/",
    home=r"(?:中华人民共和国)?国务院新闻办公室(?:门户网站|网站)?",
    counterpart_ids=("a#en",),
    counterpart_href=(r"//english\.scio\.gov\.cn/.*(?:content|node)_\d+",),
)
