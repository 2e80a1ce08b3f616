"""Equal pages of a crawl are read once, and reported as before."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from fictional_crawl import HOST, conferences, make_page, page_text

from align.sources.ingest.crawl.candidates import collect_pages
from align.sources.ingest.crawl.equal_pages import EqualPages
from align.sources.ingest.crawl.index import index_capture
from align.sources.ingest.crawl.page_facts import PageFacts, read_page_facts
from align.sources.ingest.crawl.workers import map_here

ONE, TWO = conferences(2)
TEXT = page_text(ONE, "en")
PAGE = make_page(f"{HOST}/a/1.html", TEXT)


class Reader:
    """Reads the facts of pages and notes which were read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, page) -> PageFacts:
        self.read.append(page.url)
        return read_page_facts(page)


def read_both(page, other) -> list[str]:
    """Return which of two pages were read; the facts must be those of each alone."""
    reader = Reader()
    pages = EqualPages(reader)
    for one in (page, other):
        assert pages.facts_of(one) == read_page_facts(one)
    return reader.read


def test_an_equal_page_of_the_same_folder_is_not_read():
    other = make_page(f"{HOST}/a/2.html", TEXT, day=2)
    assert read_both(PAGE, other) == [PAGE.url]


@pytest.mark.parametrize(
    "other",
    [
        make_page(f"{HOST}/b/1.html", TEXT),
        make_page(f"{HOST}/a/2.html", page_text(TWO, "en")),
        make_page(f"{HOST}/a/2.html", TEXT, status=404),
        replace(PAGE, headers=(("Content-Type", "text/html; charset=gbk"),)),
    ],
    ids=["folder", "text", "status", "headers"],
)
def test_a_page_that_differs_is_read(other):
    assert read_both(PAGE, other) == [PAGE.url, other.url]


@pytest.mark.parametrize(
    "text",
    [
        f"{TEXT}<script>createPageHTML(3)</script>",
        "<meta http-equiv='refresh' content='0; url=?a'>",
    ],
    ids=["further pages", "redirect"],
)
def test_pages_whose_links_depend_on_their_names_are_read(text: str):
    page, other = (make_page(f"{HOST}/a/{number}.html", text) for number in (1, 2))
    assert read_page_facts(page) != read_page_facts(other)
    assert read_both(page, other) == [page.url, other.url]


def test_facts_are_kept_of_a_limited_number_of_pages():
    read = []

    def note(page) -> PageFacts:
        read.append(page.url)
        return PageFacts("shell")

    pages = EqualPages(note)
    made = [make_page(f"{HOST}/a/{number}.html", str(number)) for number in range(1200)]
    for page in (*made, made[0]):
        pages.facts_of(page)
    assert read == [page.url for page in (*made, made[0])]


def test_equal_pages_of_a_zip_are_one_page_under_several_addresses(tmp_path: Path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(5):
            archive.writestr(f"{number}.html", TEXT)
    with index_capture([path], map_items=map_here) as crawl:
        found = collect_pages(crawl)
    assert found.kinds == {"transcript en": 1, "the same under another address": 4}
    assert [page.name for page in found.candidates] == [f"{path}, 0.html"]
