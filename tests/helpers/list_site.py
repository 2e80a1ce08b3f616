"""Website of a fictional ministry: lists of conferences in both languages, with any page count.

Pages are generated from days, so a test only names the days on a list. ``Web`` returns the pages
in memory and records requests; ``Site`` of ``web_server`` can serve the same pages over HTTP.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

from align.errors import FetchError
from align.records import Page
from align.sources.web.html import DecodedPage, decode_page

HOST = "http://press.example"
EN_LIST, ZH_LIST = f"{HOST}/en/conferences/index.html", f"{HOST}/zh/jizhehui/index.html"

SPEAKERS = (("Tang Yulin", "唐煜林"), ("Xie Lanting", "谢兰汀"))


def days_back(newest: dt.date, count: int, every: int = 1) -> list[dt.date]:
    """Return ``count`` days without weekends, newest first."""
    days: list[dt.date] = []
    day = newest
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day -= dt.timedelta(days=every)
    return days


def speaker(day: dt.date) -> tuple[str, str]:
    """Return the spokesperson of a day in English and Chinese; it changes weekly."""
    return SPEAKERS[day.isocalendar().week % 2]


def english_title(day: dt.date) -> str:
    name, _ = speaker(day)
    return f"Spokesperson {name}'s Regular Press Conference on {day:%B} {day.day}, {day.year}"


def chinese_title(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日海港部发言人{speaker(day)[1]}主持例行记者会"


def english_address(day: dt.date) -> str:
    return f"{HOST}/en/conferences/t{day:%Y%m%d}_1{day:%m%d}.html"


def chinese_address(day: dt.date) -> str:
    return f"{HOST}/zh/jizhehui/t{day:%Y%m%d}_2{day:%m%d}.html"


def english_entry(day: dt.date) -> tuple[str, str]:
    return english_address(day), english_title(day)


def chinese_entry(day: dt.date) -> tuple[str, str]:
    return chinese_address(day), chinese_title(day)


def list_page(entries: Iterable[tuple[str, str]], count: int) -> str:
    """Return a list page: links with titles, and the number of pages."""
    links = "".join(f'<li><a href="{address}">{title}</a></li>' for address, title in entries)
    return (
        f"<title>List</title><body><ul>{links}</ul><script>var countPage = {count};</script></body>"
    )


def make_list(
    first: str,
    entries: Sequence[tuple[str, str]],
    size: int = 15,
    page: Callable[[Iterable[tuple[str, str]], int], str] = list_page,
) -> dict[str, str]:
    """Return the pages of a list by URL."""
    parts = [entries[start : start + size] for start in range(0, len(entries), size)]
    stem, dot, ending = first.rpartition(".")
    return {
        f"{stem}_{number}{dot}{ending}" if number else first: page(part, len(parts))
        for number, part in enumerate(parts)
    }


TEXTS = {
    "en": (
        "The harbour of Wanghai opened a new pier with {figure} lamps this morning.",
        "Did the ministry count the {figure} ships of the north?",
        "It did. All {figure} ships are in the harbour, and their crews are well.",
    ),
    "zh": (
        "望海港今天上午启用了一座新码头，上面有{figure}盏灯。",
        "部里是否统计了北方的{figure}艘船？",
        "统计了。全部{figure}艘船都在港内，船员平安。",
    ),
}


def conference(day: dt.date, language: str) -> str:
    """Return the page of a conference; the numbers in it depend on its day."""
    title = english_title(day) if language == "en" else chinese_title(day)
    labels = (
        (speaker(day)[0], "Harbour News") if language == "en" else (speaker(day)[1], "海港报记者")
    )
    colon = ":" if language == "en" else "："
    opening, question, answer = TEXTS[language]
    turns = ((labels[0], opening, 1), (labels[1], question, 2), (labels[0], answer, 2))
    body = ""
    for label, text, number in turns:
        figure = 1000 * number + day.toordinal() % 997
        body += f"<p><strong>{label}{colon}</strong> {text.format(figure=figure)}</p>"
    head = f"<title>{title}</title><body><h1>{title}</h1>"
    return f"{head}<div class='content'>{body}</div></body>"


class Web:
    """Page source that returns pages from memory and records requests."""

    def __init__(self, pages: Mapping[str, str]) -> None:
        self.pages = dict(pages)
        self.asked: list[str] = []

    def get(self, url: str) -> Page:
        self.asked.append(url)
        if url not in self.pages:
            raise FetchError(f"{url}: page not found (404)")
        at = dt.datetime(2031, 3, 1, tzinfo=dt.UTC)
        body = self.pages[url].encode()
        return Page(url, url, 200, (("Content-Type", "text/html; charset=utf-8"),), at, body)

    def read(self, url: str) -> DecodedPage:
        return decode_page(self.get(url))
