"""mod.gov.cn: press conferences of the defence ministry, Chinese and English on one page."""

from ..site import Site

SITE = Site(
    name="mod",
    hosts=("mod.gov.cn",),
    paths=(r"/gfbw/(?:xwfyr|qwfb)/",),
    marks=(("HTMLBOX-->",), ("createManuscriptPageHTML",)),
    body=(
        "between:<!--\\s*HTMLBOX\\s*-->|||<!--\\s*/?HTMLBOX\\s*-->",
        "#article-content",
        ".article-content",
    ),
    titles_end=r"\s*[-_]\s*中华人民共和国国防部.*$",
    published=("meta[name=PubDate]", r"text:\d{4}-\d\d-\d\d"),
    both_languages=True,
)
