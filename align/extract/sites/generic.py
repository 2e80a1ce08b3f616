"""Any page of a host that we have no facts of. The document says in a note that it was read so."""

from ..site import Site

SITE = Site(
    name="generic",
    body=(
        "between:<!--\\s*enpcontent\\s*-->|||<!--\\s*/enpcontent\\s*-->",
        "#content",
        "#UCAP-CONTENT",
        "article",
        ".article-content",
        "[itemprop=articleBody]",
        "main",
    ),
    title=("h1", "meta[property='og:title']", "title"),
    published=(
        "meta[name=PubDate]",
        "meta[property='article:published_time']",
        "time[datetime]",
        ".date",
        ".time",
    ),
    drop=("nav", "header", "footer", "aside", ".share", ".pager", ".pagination", ".related"),
)
