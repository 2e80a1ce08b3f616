"""mod.gov.cn: press conferences of the defence ministry, Chinese and English on one page."""

from ..site import Site

SITE = Site(
    name="mod",
    hosts=("mod.gov.cn",),
    paths=(r"/gfbw/(?:xwfyr|qwfb)/", r"/xb/News_\d+/"),
    marks=(("HTMLBOX-->",), ("createManuscriptPageHTML",)),
    body=(
        "between:<!--\\s*HTMLBOX\\s*-->|||<!--\\s*/?HTMLBOX\\s*-->",
        "#article-content",
        ".article-content",
        ".TRS_Editor",
    ),
    title=("meta[name=ArticleTitle]", "h1", "h2", "title"),
    titles_end=r"\s*[-_]\s*(?:中华人民共和国国防部|Ministry of National Defense).*$",
    published=("meta[name=PubDate]", "meta[name=publishdate]", "div.info", r"text:\d{4}-\d\d-\d\d"),
    boilerplate=(r"Source\s*[:：].*", r"Editor\s*[:：].*"),
    both_languages=True,
)
