"""Briefings of lists: both languages named, one found by the other, and lists that do not fit."""

import datetime as dt

import pytest
from list_site import (
    EN_LIST,
    HOST,
    ZH_LIST,
    Web,
    chinese_address,
    chinese_entry,
    conference,
    days_back,
    english_address,
    english_entry,
    list_page,
    make_list,
)

from align.errors import TextError, UsageError
from align.sources.ingest.counterparts import Counterparts
from align.sources.ingest.dated_lists import ListRecord
from align.sources.ingest.documents import MissingCounterpartError
from align.sources.ingest.inputs import CrawlMemory, Job, JobFinder
from align.sources.ingest.known_pages import KnownList, ReadCapture, is_same_site

DAYS = days_back(dt.date(2031, 3, 28), 200)


def a_web(english=DAYS, chinese=DAYS) -> Web:
    """Make the lists and conferences of two languages."""
    return Web(
        {
            **make_list(EN_LIST, [english_entry(day) for day in english], 40),
            **make_list(ZH_LIST, [chinese_entry(day) for day in chinese], 15),
            **{english_address(day): conference(day, "en") for day in english},
            **{chinese_address(day): conference(day, "zh") for day in chinese},
        }
    )


class Memory(CrawlMemory):
    """The memory of a corpus, without one."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, ListRecord] = {}

    def list_records(self) -> dict[str, ListRecord]:
        return dict(self.kept)

    def keep_list(self, key: str, record: ListRecord) -> None:
        self.kept[key] = ListRecord.from_json(record.to_json())


def find(web: Web, *sources: str, told: list[str] | None = None, **choices) -> tuple[Job, ...]:
    tell = (told if told is not None else []).append
    return JobFinder(web.get, tell=tell, **choices).find(sources)


def pairs(days) -> list[tuple[str, str]]:
    return [(english_address(day), chinese_address(day)) for day in days]


def test_two_lists_are_paired_for_the_days_that_are_wanted():
    web = a_web()
    jobs = find(web, EN_LIST, zh=ZH_LIST, since=DAYS[110], until=DAYS[90])
    assert [job.sources for job in jobs] == pairs(DAYS[90:111])
    assert not any("/t2031" in url for url in web.asked)  # no conference was fetched
    pair = jobs[0].read(web.get, lambda _text: None)
    assert (pair.en.date, pair.zh.date) == (DAYS[90], DAYS[90])


def test_the_chinese_list_may_come_first():
    jobs = find(a_web(), ZH_LIST, zh=EN_LIST, since=DAYS[3])
    assert [job.sources for job in jobs] == [pair[::-1] for pair in pairs(DAYS[:4])]


def test_entries_of_one_list_only_are_told_in_one_line_for_each_list():
    told: list[str] = []
    web = a_web(english=DAYS[:100:2], chinese=DAYS[1:100])
    jobs = find(web, EN_LIST, zh=ZH_LIST, since=DAYS[20], told=told)
    assert [job.sources for job in jobs] == pairs(DAYS[2:21:2])
    assert told == [
        f"{EN_LIST}: 1 of 11 entries have no match on {ZH_LIST}, such as "
        f"{english_address(DAYS[0])}",
        f"{ZH_LIST}: 10 of 21 entries have no match on {EN_LIST}, such as "
        f"{chinese_address(DAYS[1])}",
    ]


def test_without_a_day_the_first_page_is_taken_and_the_others_are_told():
    told: list[str] = []
    jobs = find(a_web(), EN_LIST, zh=ZH_LIST, told=told)
    assert [job.sources for job in jobs] == pairs(DAYS[:40])
    assert told == [f"{EN_LIST} has further pages; use --since DAY to read back to that day"]


@pytest.mark.parametrize(
    ("sources", "zh", "says"),
    [
        (EN_LIST, EN_LIST, "both lists are English"),
        (ZH_LIST, ZH_LIST, "both lists are Chinese"),
        (EN_LIST, chinese_address(DAYS[0]), "is a list, but"),
        (english_address(DAYS[0]), ZH_LIST, "is a list, but"),
    ],
)
def test_lists_that_do_not_fit_are_refused_in_one_line(sources: str, zh: str, says: str):
    with pytest.raises(TextError, match=says) as caught:
        find(a_web(), sources, zh=zh, since=DAYS[5])
    assert "\n" not in str(caught.value)


def test_days_in_the_wrong_order_are_refused_before_anything_is_fetched():
    web = a_web()
    with pytest.raises(UsageError, match=r"--since 2031-03-28 is after --until 2031-03-27"):
        find(web, EN_LIST, since=DAYS[0], until=DAYS[1])
    assert web.asked == []


def test_lists_of_other_years_have_nothing_in_common_and_say_so():
    web = a_web(chinese=days_back(dt.date(2027, 3, 1), 40))
    with pytest.raises(TextError, match=r"no entry of one list matches .*; check the dates"):
        find(web, EN_LIST, zh=ZH_LIST, since=DAYS[5])


@pytest.mark.parametrize("zh", ["", ZH_LIST])
def test_a_list_without_days_cannot_be_read_for_some_days(zh: str):
    entries = [
        (f"{HOST}/en/a{letter}.html", f"Press conference {letter}") for letter in "abcdefghijk"
    ]
    web = a_web()
    web.pages[EN_LIST] = list_page(entries, 1)
    with pytest.raises(TextError, match=r"its entries have no dates; omit --since and --until"):
        find(web, EN_LIST, zh=zh, since=DAYS[5])


def test_one_page_under_two_addresses_is_one_briefing():
    web = a_web()
    twice = [
        entry
        for day in DAYS[:12]
        for entry in (
            english_entry(day),
            (english_address(day).replace("http://", "https://www."), english_entry(day)[1]),
        )
    ]
    web.pages[EN_LIST] = list_page(twice, 1)
    jobs = find(web, EN_LIST, zh=ZH_LIST, since=DAYS[11])
    assert [job.sources for job in jobs] == pairs(DAYS[:12])


@pytest.mark.parametrize(
    "link", ['<a href="{}">中文</a>', '<link rel="alternate" hreflang="zh-CN" href="{}">']
)
def test_a_link_between_lists_finds_the_other_one(link: str):
    web = a_web()
    web.pages[EN_LIST] += link.format(ZH_LIST)
    jobs = find(web, EN_LIST, since=DAYS[5])
    assert [job.sources for job in jobs] == pairs(DAYS[:6])


def test_without_another_list_each_entry_is_a_job_of_its_own():
    jobs = find(a_web(), EN_LIST, since=DAYS[2], until=DAYS[1])
    assert [job.sources for job in jobs] == [(english_address(day),) for day in DAYS[1:3]]


def test_the_corpus_remembers_which_list_belongs_to_which():
    memory, web = Memory(), a_web()
    find(web, EN_LIST, zh=ZH_LIST, since=DAYS[5], memory=memory)
    again = find(a_web(), EN_LIST, since=DAYS[5], memory=memory)
    assert [job.sources for job in again] == pairs(DAYS[:6])


def test_a_page_finds_its_counterpart_where_those_of_its_series_were_before():
    memory, web = Memory(), a_web()
    find(web, EN_LIST, zh=ZH_LIST, since=DAYS[5], memory=memory)
    web.asked.clear()
    finder = JobFinder(web.get, memory=memory)
    (job,) = finder.find([english_address(DAYS[150])])
    pair = job.read(web.get, lambda _text: None, finder.lists)
    assert pair.zh.date == pair.en.date == DAYS[150]
    assert sum("/index" in url for url in web.asked) <= 4


def test_a_capture_is_asked_for_its_own_lists():
    web = a_web()
    known = ReadCapture(sorted(web.pages), web.get)
    assert {(one.language, one.address) for one in known.lists()} == {
        ("en", EN_LIST),
        ("zh", ZH_LIST),
    }
    finder = JobFinder(web.get, known=known)
    (job,) = finder.find([chinese_address(DAYS[50])])
    pair = job.read(web.get, lambda _text: None, finder.lists)
    assert pair.en.date == DAYS[50]
    jobs = JobFinder(web.get, known=known, since=DAYS[3]).find([ZH_LIST])
    assert [job.sources for job in jobs] == [pair[::-1] for pair in pairs(DAYS[:4])]


def test_a_capture_knows_the_documents_of_a_day_and_the_days_next_to_it():
    web = a_web(DAYS[:12], DAYS[:12])
    found = ReadCapture(sorted(web.pages), web.get).find("zh", DAYS[6])
    assert {document.date for document in found} <= {
        DAYS[6] + dt.timedelta(days=step) for step in (-1, 0, 1)
    }
    assert chinese_address(DAYS[6]) in {document.url for document in found}
    assert {document.language for document in found} == {"zh"}


def test_a_page_that_no_list_names_says_where_it_was_looked_for():
    web = a_web(chinese=DAYS[:60])
    known = ReadCapture(sorted(web.pages), web.get)
    finder = JobFinder(web.get, known=known)
    (job,) = finder.find([english_address(DAYS[100])])
    with pytest.raises(
        MissingCounterpartError, match=r"index.html lists no matching page\); give its"
    ):
        job.read(web.get, lambda _text: None, finder.lists)


def test_lists_of_other_sites_of_a_capture_are_not_asked():
    class Elsewhere:
        def lists(self) -> tuple[KnownList, ...]:
            return (KnownList("http://other.example/zh/index.html", "zh"),)

        def find(self, language, day) -> tuple[()]:
            del language, day
            return ()

    web = a_web()
    lists = Counterparts(web.get, Elsewhere())
    assert list(lists.find_other_lists(Web(web.pages).read(EN_LIST))) == []


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("http://english.press.example/1", "http://www.press.example/2", True),
        ("http://press.example/1", "http://www.press.example/2", True),
        ("https://www.mfa.gov.cn/1", "https://www.fmprc.gov.cn/2", True),
        ("http://news.press.example/1", "http://www.press.example/2", False),
        ("http://www.gov.example/1", "http://www.press.example/2", False),
    ],
)
def test_a_site_is_told_by_its_host_without_the_language(one: str, two: str, same: bool):
    assert is_same_site(one, two) is same


def test_a_long_run_says_how_many_pages_it_fetches_and_how_long_that_takes():
    told: list[str] = []
    web = a_web()
    finder = JobFinder(
        web.get, tell=told.append, zh=ZH_LIST, since=DAYS[99], pace=lambda _address: 5.0
    )
    finder.announce(finder.find([EN_LIST]))
    assert told[-1] == (
        "about 200 pages to fetch, one every 5 s: about 17 min; "
        "you can interrupt the run and rerun it to resume"
    )
    assert "pages to fetch" in told[0]
