"""english.www.gov.cn: the English pages of the State Council, in the templates of 2014 and 2022."""

from ..site import Site

SITE = Site(
    name="english_gov_cn",
    hosts=("english.www.gov.cn", "english.gov.cn"),
    paths=(r"/\d{6}/\d\d/content_WS[0-9a-f]+", r"/\d{4}/\d\d/\d\d/content_2814\d+\.htm"),
    marks=(("Artical_Content",),),
    body=(
        "div.Artical_Content",
        ".Artical_Content",
        "#UCAP-CONTENT",
        ".pages_content",
        "#Zoom",
        "div.article",
        "div.content",
    ),
    title=(".Artical_Title", "h1", "title"),
    titles_end=r"\s*[-|]\s*(?:english\.www\.gov\.cn|The State Council.*)$",
    published=("meta[name=publishdate]", ".Artical_Info", ".Artical_Date"),
    boilerplate=(r"Updated:.*", r"(?:Xinhua|China Daily|english\.www\.gov\.cn)\s*(?:\|.*)?"),
    lists=(r"/page_\d+\.html?$", r"/news/pressbriefings/?$"),
    list_href=r"/content_(?:WS[0-9a-f]+|2814\d+)\.html?$",
    home=r"(?:The State Council|english\.www\.gov\.cn).*",
)
