"""Equal pages of a crawl are read once, and reported as before."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from fictional_crawl import HOST, conferences, make_page, page_text

from align.records import Page
from align.sources.ingest.crawl.candidates import collect_pages
from align.sources.ingest.crawl.captured_pages import CapturedPage, Locator
from align.sources.ingest.crawl.equal_pages import EqualPages
from align.sources.ingest.crawl.index import index_capture
from align.sources.ingest.crawl.page_facts import PageFacts, read_page_facts
from align.sources.ingest.crawl.workers import map_here

ONE, TWO = conferences(2)
TEXT = page_text(ONE, "en")
PAGE = make_page(f"{HOST}/a/1.html", TEXT)


def read_all(*pages: Page) -> list[str]:
    """Return which of the pages were read; the facts must be those of each alone."""
    equal = EqualPages()
    read = []
    for page in pages:
        captured = CapturedPage(Locator("a.zip", page.url), page)
        facts = equal.find(captured)
        if facts is None:
            read.append(page.url)
            facts = read_page_facts(page)
            equal.keep(captured, facts)
        assert facts == read_page_facts(page)
    return read


def test_an_equal_page_of_the_same_folder_is_not_read():
    other = make_page(f"{HOST}/a/2.html", TEXT, day=2)
    assert read_all(PAGE, other) == [PAGE.url]


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
    assert read_all(PAGE, other) == [PAGE.url, other.url]


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
    assert read_all(page, other) == [page.url, other.url]


def copies(text: str) -> list[Page]:
    return [make_page(f"{HOST}/a/{number}.html", text) for number in range(5)]


def link(target: str) -> str:
    """Return the text of a page that names its Chinese version."""
    alternate = f'<link rel="alternate" hreflang="zh" href="{target}">'
    return TEXT.replace("</head>", f"{alternate}</head>")


def test_copies_that_link_to_another_language_are_read_until_two_have_the_same_links():
    pages = copies(link("/zh/1.html"))
    assert read_all(*pages) == [page.url for page in pages[:2]]


def test_a_copy_that_is_itself_the_target_of_the_link_is_read():
    pages = copies(link("3.html"))
    assert read_all(*pages) == [pages[number].url for number in (0, 1, 3)]


def test_copies_whose_links_depend_on_their_names_are_all_read():
    pages = copies(link("?lang=zh"))
    assert read_all(*pages) == [page.url for page in pages]


def test_facts_are_kept_of_a_limited_number_of_pages():
    equal = EqualPages()
    made = [
        CapturedPage(Locator("a.zip", str(number)), make_page(f"{HOST}/{number}", str(number)))
        for number in range(1200)
    ]
    for captured in made:
        equal.keep(captured, PageFacts("shell"))
    assert equal.find(made[0]) is None
    assert equal.find(made[-1]) == PageFacts("shell")


def test_equal_pages_of_a_zip_are_one_page_under_several_addresses(tmp_path: Path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(5):
            archive.writestr(f"{number}.html", TEXT)
    with index_capture([path], map_items=map_here) as crawl:
        found = collect_pages(crawl)
    assert found.kinds == {"transcript en": 1, "the same under another address": 4}
    assert [page.name for page in found.candidates] == [f"{path}, 0.html"]
