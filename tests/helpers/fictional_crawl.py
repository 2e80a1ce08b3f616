"""Crawls of a fictional bilingual site whose markup matches no site rules."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from align.records import Page
from align.sources.web.captures.warc import write_warc

HOST = "https://www.harbour.example"

# Per topic: the title, then questions and answers, as pairs of Chinese and English.
TOPICS: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("灯塔更新情况介绍会", "Briefing on the renewal of lighthouses"),
        (
            "请问今年还有多少座灯塔需要更新？",
            "How many lighthouses have yet to be renewed this year?",
        ),
        (
            "去年全县更新了128座灯塔，投资3.42亿元，通航率达到99.5%。",
            "Last year the county renewed 128 lighthouses at a cost of 342 million yuan, and "
            "99.5% of "
            "the shipping lanes were open.",
        ),
        (
            "旧的灯泡换成了节能灯，守塔人也搬进了新的宿舍。",
            "Old bulbs gave way to energy-saving lamps, and the keepers moved into new quarters.",
        ),
    ),
    (
        ("果园收成情况介绍会", "Briefing on the harvest of the orchards"),
        ("今年的苹果收成怎么样？", "How good is this year's apple harvest?"),
        (
            "今年收苹果456吨，增长5.1%，238个果园全部开园采摘。",
            "This year 456 tons of apples were picked, up 5.1%, and all 238 orchards opened to "
            "pickers.",
        ),
        (
            "春天的霜冻推迟了花期，但是秋天雨水充足，果子很甜。",
            "Frost in spring delayed the blossom, but autumn rain was plentiful and the fruit "
            "is sweet.",
        ),
    ),
    (
        ("渡轮航线调整说明会", "Briefing on changes to the ferry routes"),
        ("夜间还有没有渡轮去外岛？", "Will ferries still run to the outer islands at night?"),
        (
            "从下个月起，夜航增加到每晚14班，最后一班23点30分离开码头。",
            "From next month 14 ferries will run each night, and the last leaves the pier at "
            "11:30 p.m.",
        ),
        (
            "风力超过八级时停航，乘客可以全额退票。",
            "Ferries stop when the wind exceeds force eight, and passengers get a full refund.",
        ),
    ),
    (
        ("图书馆新馆开放介绍会", "Briefing on the opening of the new library"),
        ("孩子们可以借多少本书？", "How many books may children borrow?"),
        (
            "新馆藏书61.8万册，儿童每次可以借12本，借期四个星期。",
            "The new library has 618,000 books; children may borrow 12 at a time for four weeks.",
        ),
        (
            "阅览室靠近花园，盲文图书放在一楼的大厅旁边。",
            "The reading room is next to the garden, and books in braille are near the "
            "ground-floor hall.",
        ),
    ),
    (
        ("风电场并网情况介绍会", "Briefing on the wind farm joining the grid"),
        ("海上风机会不会影响候鸟？", "Will the turbines at sea disturb migrating birds?"),
        (
            "36台风机已经并网，每年发电7.25亿度，够二十万户人家使用。",
            "Thirty-six turbines feed the grid with 725 million kilowatt-hours a year, enough for "
            "200,000 homes.",
        ),
        (
            "候鸟迁徙的时候，雷达一发现鸟群，风机就慢下来。",
            "When birds migrate, the turbines slow down as soon as radar detects a flock.",
        ),
    ),
    (
        ("茶叶出口情况介绍会", "Briefing on exports of tea"),
        ("哪个国家买的茶叶最多？", "Which country buys the most tea?"),
        (
            "上半年出口茶叶8,250箱，价格上涨1.75%，其中绿茶占六成。",
            "In the first half of the year 8,250 chests of tea were exported at prices up "
            "1.75%; six "
            "in ten held green tea.",
        ),
        (
            "采茶的人手不够，学校放假的时候学生也来帮忙。",
            "Pickers are short in number, so students help out during the school holidays.",
        ),
    ),
    (
        ("古桥修缮情况介绍会", "Briefing on repairs to the old bridge"),
        ("古桥什么时候重新通行？", "When will the old bridge reopen?"),
        (
            "石拱裂了三处，工匠用糯米灰浆修补，工期97天。",
            "The stone arch cracked in three places; masons are mending it with sticky-rice "
            "mortar in "
            "97 days.",
        ),
        (
            "施工期间行人请走下游的浮桥，车辆绕行北门。",
            "During the work, people on foot should use the floating bridge downstream, and "
            "cars the "
            "north gate.",
        ),
    ),
    (
        ("医院门诊改革介绍会", "Briefing on reform of the hospital's clinics"),
        ("老人看病挂号还要排队吗？", "Do old people still have to queue to see a doctor?"),
        (
            "七十岁以上的病人不用排队，平均候诊时间从54分钟降到19分钟。",
            "Patients over seventy need not queue; the average wait fell from 54 minutes to 19.",
        ),
        (
            "牙科和眼科周末也开门，护士每天给山里的病人打电话。",
            "Dentists and eye doctors are open at weekends, and nurses telephone patients in "
            "the hills "
            "every day.",
        ),
    ),
)


@dataclass(frozen=True)
class Conference:
    """One fictional conference: its topic, day and number."""

    topic: int
    day: dt.date
    number: int

    @property
    def zh_url(self) -> str:
        return f"{HOST}/xinwen/{self.number * 7919 % 9973}.html"

    @property
    def en_url(self) -> str:
        return f"{HOST}/stories/{self.number * 6007 % 9967}.html"


def conferences(count: int = len(TOPICS), *, per_day: int = 1) -> list[Conference]:
    """Return conferences about one topic each, some on the same day if asked for."""
    first = dt.date(2031, 3, 3)
    return [
        Conference(topic, first + dt.timedelta(days=3 * (topic // per_day)), topic + 11)
        for topic in range(count)
    ]


def page_text(
    conference: Conference, language: str, *, dated: bool = True, linked: str = ""
) -> str:
    """Return the HTML of a conference in one language."""
    side = 0 if language == "zh" else 1
    title, question, *answers = (pair[side] for pair in TOPICS[conference.topic])
    day = conference.day
    shown = f"{day:%Y年%-m月%-d日}" if language == "zh" else f"{day:%B} {day.day}, {day.year}"
    labels = ("问：", "答：") if language == "zh" else ("Q: ", "A: ")
    paragraphs = [labels[0] + question, labels[1] + answers[0], *answers[1:]]
    link = f'<link rel="alternate" hreflang="{linked[:2]}" href="{linked[3:]}">' if linked else ""
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>{link}</head>'
        "<body>"
        f'<div class="top"><a href="/">⌂</a></div><main><h2>{title}</h2>'
        + (f"<p>{shown}</p>" if dated else "")
        + "".join(f"<p>{text}</p>" for text in paragraphs)
        + "</main></body></html>"
    )


def make_page(url: str, text: str, *, day: int = 1, status: int = 200) -> Page:
    """Return a captured page."""
    at = dt.datetime(2031, 5, day, tzinfo=dt.UTC)
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return Page(url, url, status, headers, at, text.encode())


def make_pages(
    chosen: Sequence[Conference], *, dated: bool = True, alone: Iterable[int] = ()
) -> list[Page]:
    """Return the pages of conferences, Chinese ones first; those ``alone`` have no English one."""
    zh = [make_page(one.zh_url, page_text(one, "zh", dated=dated)) for one in chosen]
    lone = set(alone)
    en = [
        make_page(one.en_url, page_text(one, "en", dated=dated))
        for one in chosen
        if one.topic not in lone
    ]
    return [*zh, *reversed(en)]


def write_capture(pages: Sequence[Page], path: Path) -> Path:
    """Write pages to a WARC file, or save them in a folder with uninformative names."""
    if path.name.endswith((".warc", ".warc.gz")):
        write_warc(pages, path)
        return path
    path.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(sorted(pages, key=lambda page: page.sha256)):
        (path / f"{number:03}.html").write_bytes(page.body)
    return path


def name_of(url: str) -> str:
    """Return the last part of a URL's path."""
    return urlsplit(url).path.rpartition("/")[2]
