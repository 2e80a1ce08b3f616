"""info.gov.hk: press releases of Hong Kong, in English and in traditional Chinese.

The two versions bear different numbers and no link; they are found on the day's list of the other
language.
"""

import re

from ...web.html import DecodedPage
from ...web.urls import path_of
from ..site import Site

_RELEASE = re.compile(r"(?P<day>/gia/general/\d{6}/\d\d)(?P<chinese>c?)(?:/|\.htm)")


def _lists(page: DecodedPage) -> tuple[str, ...]:
    """Return the day's list in the other language; which side this is the text says."""
    match = _RELEASE.search(path_of(page.url))
    if match is None or re.search(r"\(English only\)|（只有(?:中文|英文)）", page.text):
        return ()
    chinese = bool(re.search(r"香港時間|立法會|新聞公報", page.text))
    base = page.url[: page.url.index(match["day"])]
    return (f"{base}{match['day']}{'' if chinese else 'c'}.htm",)


# fmt: off
SITE = Site(
    name="info_gov_hk",
    hosts=("info.gov.hk",),
    paths=(r"/gia/general/(?:\d{6}/\d\d|today|ctoday)",),
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
    lists_of_counterparts=_lists,
)
# fmt: on
