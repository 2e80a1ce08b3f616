"""What the index of a capture knows of lists and days, compared with what its pages say."""

import datetime as dt
from pathlib import Path

import pytest
from list_site import (
    EN_LIST,
    ZH_LIST,
    chinese_address,
    chinese_entry,
    conference,
    days_back,
    english_address,
    english_entry,
    make_list,
)

from align.records import Page
from align.settings import Settings
from align.sources.ingest.crawl.index import index_capture, open_indexed
from align.sources.ingest.crawl.known import IndexedCapture
from align.sources.ingest.crawl.workers import map_here
from align.sources.ingest.inputs import JobFinder
from align.sources.ingest.page_sources import open_page_source
from align.sources.web.captures.warc import write_warc

DAYS = days_back(dt.date(2031, 3, 28), 24)
AT = dt.datetime(2031, 4, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a capture of two lists and their conferences, and index it."""
    texts = {
        **make_list(EN_LIST, [english_entry(day) for day in DAYS], 12),
        **make_list(ZH_LIST, [chinese_entry(day) for day in DAYS], 12),
        **{english_address(day): conference(day, "en") for day in DAYS},
        **{chinese_address(day): conference(day, "zh") for day in DAYS},
    }
    html = (("Content-Type", "text/html; charset=utf-8"),)
    path = tmp_path_factory.mktemp("capture") / "crawl.warc.gz"
    write_warc([Page(url, url, 200, html, AT, text.encode()) for url, text in texts.items()], path)
    index_capture([path], map_items=map_here).close()
    return path


def test_the_index_knows_the_lists_of_both_languages(capture: Path):
    with open_indexed(capture, Settings()) as index:
        lists = {(one.language, one.address) for one in IndexedCapture(index).lists()}
    assert lists == {("en", EN_LIST), ("zh", ZH_LIST)}


def test_the_index_knows_the_documents_of_a_day_and_those_next_to_it(capture: Path):
    with open_indexed(capture, Settings()) as index:
        found = IndexedCapture(index).find("zh", DAYS[5])
    near = [day for day in DAYS if abs((day - DAYS[5]).days) <= 1]
    assert {document.url for document in found} == {chinese_address(day) for day in near}


def test_a_page_is_added_from_an_indexed_capture_by_its_lists(capture: Path):
    with open_page_source(Settings(), lambda _text: None, (), capture=capture) as pages:
        assert isinstance(pages.known, IndexedCapture)
        finder = JobFinder(pages.get, known=pages.known)
        (job,) = finder.find([english_address(DAYS[20])])
        pair = job.read(pages.get, lambda _text: None, finder.lists)
    assert pair.zh.url == chinese_address(DAYS[20])


def test_a_capture_that_changed_is_read_itself(capture: Path, tmp_path: Path):
    copy = tmp_path / "crawl.warc.gz"
    copy.write_bytes(capture.read_bytes())
    assert open_indexed(copy, Settings()) is None
    index_capture([copy], map_items=map_here).close()
    with open_indexed(copy, Settings()) as index:
        assert index is not None
    write_warc([Page(EN_LIST, EN_LIST, 200, (), AT, b"<p>A list that is gone.</p>")], copy)
    assert open_indexed(copy, Settings()) is None
