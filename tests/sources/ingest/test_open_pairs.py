"""Entries whose headings do not decide: the pages do, one to one, or nothing is joined."""

import datetime as dt
from contextlib import suppress

import pytest
from list_site import EN_LIST, HOST, ZH_LIST, Web, list_page

from align.errors import AlignError
from align.sources.ingest.inputs import JobFinder

DAY = dt.date(2031, 5, 14)
EN_FIGURES = "We counted {0}.5 per cent more, {1} ships, {2} lamps, {3}.25 tons and {4} crews."
ZH_FIGURES = "我们统计增长{0}.5%，共{1}艘船、{2}盏灯、{3}.25吨和{4}名船员。"


def page(title: str, language: str, numbers: tuple[int, ...]) -> str:
    """Make the page of an answer in writing; its figures tell which one it is."""
    label, colon = ("Tang Yulin", ":") if language == "en" else ("唐煜林", "：")
    press = "Harbour News" if language == "en" else "海港报记者"
    text = (EN_FIGURES if language == "en" else ZH_FIGURES).format(*numbers)
    question = "What of the lamps?" if language == "en" else "灯怎么样了？"
    date = f"<meta name=PubDate content='{DAY}'>"
    turns = "".join(
        f"<p><strong>{who}{colon}</strong> {what}</p>"
        for who, what in ((press, question), (label, text), (press, question), (label, text))
    )
    return (
        f"<title>{title}</title>{date}<body><h1>{title}</h1><div class=content>{turns}</div></body>"
    )


FIGURES = {"lamps": (123, 4567, 8910, 111, 2131), "piers": (415, 1617, 1819, 202, 1223)}
CHINESE = {"lamps": "灯塔", "piers": "码头"}


def notices(language: str) -> list[tuple[str, str]]:
    """Make entries of other days, so that the page is a list."""
    title = "Tang Yulin on {:%B} {}, 2031" if language == "en" else "2031年{1}月{0}日唐煜林会见船员"
    days = [DAY - dt.timedelta(days=step) for step in range(3, 15)]
    return [
        (
            f"{HOST}/{language}/n{day:%m%d}.html",
            title.format(day, day.day) if language == "en" else title.format(day.day, day.month),
        )
        for day in days
    ]


def a_web(english: list[str], chinese: list[str]) -> Web:
    """Make two lists whose entries of the day are told apart by their pages only."""
    pages: dict[str, str] = {}
    entries: dict[str, list[tuple[str, str]]] = {"en": [], "zh": []}
    head = {"en": (f"{HOST}/en/top.html", "Tang Yulin's Press Conference on May 15, 2031")}
    head["zh"] = (f"{HOST}/zh/top.html", "2031年5月15日海港部发言人唐煜林主持例行记者会")
    for language, names in (("en", english), ("zh", chinese)):
        for number, name in enumerate(names):
            address = f"{HOST}/{language}/{name}-{number}.html"
            title = f"Tang Yulin's Remarks on the {name}"
            if language == "zh":
                title = f"海港部发言人唐煜林就{CHINESE[name]}答记者问"
            pages[address] = page(title, language, FIGURES[name])
            entries[language].append((address, title))
        middle = [(address, title) for address, title in entries[language]]
        foot = (
            f"{HOST}/{language}/foot.html",
            "Tang Yulin's Press Conference on May 13, 2031"
            if language == "en"
            else "2031年5月13日海港部发言人唐煜林主持例行记者会",
        )
        listed = [head[language], *middle, foot, *notices(language)]
        pages[EN_LIST if language == "en" else ZH_LIST] = list_page(listed, 1)
    return Web(pages)


def joined(web: Web) -> dict[str, str]:
    """Return which remarks are joined with which, by the names in their addresses."""
    finder = JobFinder(web.get, zh=ZH_LIST, since=DAY, until=DAY)
    found: dict[str, str] = {}
    for job in finder.find([EN_LIST]):
        if job.group is None:
            continue
        with suppress(AlignError):
            pair = job.read(web.get, lambda _text: None, finder.lists)
            found[name(pair.en.url)] = name(pair.zh.url)
    return found


def name(url: str) -> str:
    return url.rpartition("/")[2].partition("-")[0]


@pytest.mark.parametrize(
    ("english", "chinese", "expected"),
    [
        (["lamps", "piers"], ["piers", "lamps"], {"lamps": "lamps", "piers": "piers"}),
        (["lamps"], ["piers", "lamps"], {"lamps": "lamps"}),
        (["lamps"], ["piers"], {}),
        (["lamps", "lamps"], ["lamps"], {"lamps": "lamps"}),
    ],
)
def test_the_pages_of_a_group_decide(english, chinese, expected):
    assert joined(a_web(english, chinese)) == expected


def test_each_page_of_a_group_is_fetched_once():
    web = a_web(["lamps", "piers"], ["piers", "lamps"])
    joined(web)
    remarks = [url for url in web.asked if "lamps" in url or "piers" in url]
    assert sorted(remarks) == sorted(set(remarks))
    assert len(remarks) == 4


def test_a_page_of_a_group_that_is_gone_leaves_the_others():
    web = a_web(["lamps", "piers"], ["piers", "lamps"])
    del web.pages[f"{HOST}/zh/piers-0.html"]
    assert joined(web) == {"lamps": "lamps"}
