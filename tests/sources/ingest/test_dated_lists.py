"""Lists in the order of days: how few of their pages are read, and what is done where it fails."""

import datetime as dt
import random
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from list_site import ZH_LIST, Web, chinese_address, chinese_entry, days_back, list_page, make_list

from align.errors import FetchError
from align.sources.ingest.dated_lists import MOST_UNORDERED, DatedList, ListRecord

NEWEST = dt.date(2031, 3, 28)
DAYS = days_back(NEWEST, 67 * 15)


def a_web(days=DAYS, size=15) -> Web:
    return Web(make_list(ZH_LIST, [chinese_entry(day) for day in days], size))


def names(listed: DatedList, day: dt.date) -> bool:
    """Return whether the pages around a day name its conference."""
    pages = listed.pages_around(day)
    return any(entry.item.url == chinese_address(day) for page in pages for entry in page.entries)


@pytest.mark.parametrize("place", [0, 1, 14, 15, 300, 504, 505, 900, 1004])
def test_a_day_is_found_by_at_most_eight_of_sixty_seven_pages(place: int):
    web = a_web()
    assert names(DatedList(ZH_LIST, web.read), DAYS[place])
    assert len(web.asked) <= 8


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 60), min_size=40, max_size=400),
    st.integers(2, 12),
    st.integers(0, 399),
)
def test_a_day_is_found_however_the_days_are_spread(gaps: list[int], size: int, which: int):
    days = [NEWEST]
    for gap in gaps:
        days.append(days[-1] - dt.timedelta(days=gap))
    day = days[which % len(days)]
    web = a_web(days, size)
    assert names(DatedList(ZH_LIST, web.read), day)
    assert len(web.asked) <= 24
    assert len(set(web.asked)) == len(web.asked)


@pytest.mark.parametrize("grown", [0, 3, 40, 200])
def test_the_next_run_needs_fewer_pages_also_if_entries_came_meanwhile(grown: int):
    first = DatedList(ZH_LIST, a_web().read)
    assert names(first, DAYS[500])
    record = ListRecord.from_json(first.record().to_json())
    newer = days_back(NEWEST + dt.timedelta(days=2 * grown), grown + 1000)
    web = a_web(newer)
    second = DatedList(ZH_LIST, web.read, known=record)
    day = DAYS[510]
    assert day in newer
    assert names(second, day)
    assert len(web.asked) <= 3 if grown < 100 else 5


def test_a_list_that_shrank_is_found_to_have_shrunk():
    first = DatedList(ZH_LIST, a_web().read)
    assert names(first, DAYS[900])
    web = a_web(DAYS[:300])
    second = DatedList(ZH_LIST, web.read, known=first.record())
    assert not names(second, DAYS[900])
    assert names(second, DAYS[250])


def test_a_day_older_than_the_list_is_not_on_it():
    web = a_web()
    assert not names(DatedList(ZH_LIST, web.read), DAYS[-1] - dt.timedelta(days=400))
    assert len(web.asked) <= 4


def test_a_range_is_read_from_its_newest_day_to_its_oldest():
    web = a_web()
    since, until = DAYS[520], DAYS[490]
    listed = DatedList(ZH_LIST, web.read)
    pages = list(listed.pages_between(since, until))
    urls = {entry.item.url for page in pages for entry in page.entries}
    assert urls.issuperset(chinese_address(day) for day in DAYS[490:521])
    assert len(pages) <= 4
    assert len(web.asked) <= 9


def test_a_missing_page_in_the_middle_is_told_and_read_over():
    web, told = a_web(), list[str]()
    del web.pages[ZH_LIST.replace("index", "index_33")]
    listed = DatedList(ZH_LIST, web.read, told.append)
    pages = list(listed.pages_between(DAYS[33 * 15 + 20], DAYS[33 * 15 - 5]))
    assert [page.place for page in pages] == [32, 34]
    (line,) = told
    assert line.startswith("a page of the list is missing: ")
    assert "index_33" in line


def test_a_pinned_entry_does_not_break_the_order():
    pinned = (chinese_address(dt.date(2029, 1, 1)), "2029年1月1日海港部发言人唐煜林主持例行记者会")
    entries = [chinese_entry(day) for day in DAYS]
    parts = [[pinned, *entries[start : start + 15]] for start in range(0, len(entries), 15)]
    web, told = Web(make_list(ZH_LIST, list(chain(*parts)), 16)), list[str]()
    assert names(DatedList(ZH_LIST, web.read, told.append), DAYS[700])
    assert len(web.asked) <= 8
    assert told == []


def test_a_list_that_is_not_in_the_order_of_days_is_read_page_by_page():
    shuffled = random.Random(1).sample(DAYS, len(DAYS))
    web, told = a_web(shuffled), list[str]()
    listed = DatedList(ZH_LIST, web.read, told.append)
    assert names(listed, shuffled[40])
    assert not names(listed, shuffled[-40])
    assert len(web.asked) <= MOST_UNORDERED + 4
    (line,) = told
    assert "not in date order" in line


def test_a_server_that_repeats_a_page_for_ever_ends():
    pages = a_web(DAYS[:30]).pages
    pages = {url: text.replace("countPage = 2", "countPage = 300") for url, text in pages.items()}
    last = ZH_LIST.replace("index", "index_1")
    repeated = {
        ZH_LIST.replace("index", f"index_{number}"): pages[last] for number in range(2, 300)
    }
    web = Web({**pages, **repeated})
    listed = DatedList(ZH_LIST, web.read)
    assert not names(listed, DAYS[600])
    assert [page.place for page in listed.pages_between(DAYS[700], None)] == [0, 1]
    assert len(web.asked) < 30


def test_a_pager_that_leaves_numbers_out_has_all_pages():
    def short_pager(entries, count: int) -> str:
        links = "".join(f'<a href="index_{number}.html">{number}</a>' for number in (2, 3, count))
        return list_page(entries, 0).replace("var countPage = 0;", "") + links

    made = make_list(ZH_LIST, [chinese_entry(day) for day in DAYS], page=short_pager)
    stem = ZH_LIST.removesuffix(".html")
    pages = {f"{stem}_{number + 1}.html" if number else ZH_LIST: text
             for number, text in enumerate(made.values())}  # fmt: skip
    web = Web(pages)
    assert names(DatedList(ZH_LIST, web.read), DAYS[500])
    assert len(web.asked) <= 8


def test_a_pager_that_shows_only_the_neighbours_is_followed():
    def neighbours(entries, count: int) -> str:
        del count
        return list_page(entries, 0).replace("var countPage = 0;", "")

    made = make_list(ZH_LIST, [chinese_entry(day) for day in DAYS[:150]], page=neighbours)
    stem = ZH_LIST.removesuffix(".html")
    pages = {}
    for number, text in enumerate(made.values(), 1):
        address = f"{stem}_{number}.html" if number > 1 else ZH_LIST
        more = f'<a href="index_{number + 1}.html">next</a>' if number < len(made) else ""
        pages[address] = text + more
    assert names(DatedList(ZH_LIST, Web(pages).read), DAYS[140])


def test_a_list_that_cannot_be_read_at_all_raises():
    with pytest.raises(FetchError):
        list(DatedList(ZH_LIST, Web({}).read).pages_around(NEWEST))


def test_an_empty_list_has_nothing_and_ends():
    web = Web({ZH_LIST: list_page([], 5)})
    pages = list(DatedList(ZH_LIST, web.read).pages_around(NEWEST))
    assert [page.entries for page in pages] == [()]
