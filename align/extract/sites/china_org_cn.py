"""china.org.cn: the sister site that carries the same English transcripts under other numbers."""

from ..site import Site

SITE = Site(
    name="china_org_cn",
    hosts=("china.org.cn",),
    paths=(
        r"/china/special_coverage/\d{4}-\d\d/\d\d/content_\d+",
        r"/china/\d{4}-\d\d/\d\d/content_\d+",
    ),
    marks=(("Adjust font size:", "China.org.cn"),),
    body=(
        "between:<!--\\s*enpcontent\\s*-->|||<!--\\s*/enpcontent\\s*-->",
        "#container_txt",
        "#content",
        ".article-content",
    ),
    titles_end=r"\s*[-|]\s*China\.org\.cn.*$",
    published=(
        "meta[name=PubDate]",
        r"text:China\.org\.cn,\s*[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}",
    ),
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
