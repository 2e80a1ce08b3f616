"""english.www.gov.cn: the English pages of the State Council, section press briefings."""

from ..site import Site

SITE = Site(
    name="english_gov_cn",
    hosts=("english.www.gov.cn", "english.gov.cn"),
    paths=(r"/\d{6}/\d\d/content_WS[0-9a-f]+",),
    marks=(("Artical_Content",),),
    body=("div.Artical_Content", ".Artical_Content"),
    title=(".Artical_Title", "h1", "title"),
    titles_end=r"\s*[-|]\s*(?:english\.www\.gov\.cn|The State Council.*)$",
    published=("meta[name=publishdate]", ".Artical_Info", ".Artical_Date"),
    boilerplate=(r"Updated:.*", r"(?:Xinhua|China Daily|english\.www\.gov\.cn)\s*(?:\|.*)?"),
    lists=(r"/page_\d+\.html?$", r"/news/pressbriefings/?$"),
    list_href=r"/content_WS[0-9a-f]+\.html?$",
    home=r"(?:The State Council|english\.www\.gov\.cn).*",
)
