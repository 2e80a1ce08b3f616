"""The index of a capture: made once, resumed, made again where the capture changed."""

import datetime as dt
import gzip
import sqlite3
import zipfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from fictional_crawl import HOST, conferences, make_page, make_pages, page_text, write_capture

from align.errors import FetchError, FormatError
from align.settings import Settings
from align.sources.extract.site import DOCUMENT_KINDS
from align.sources.ingest.crawl.captured_pages import read_captured
from align.sources.ingest.crawl.index import index_capture, read_facts
from align.sources.ingest.crawl.index_file import IndexFile, index_path, mark_of
from align.sources.ingest.crawl.workers import map_here, map_on_processors
from align.sources.web.captures.warc import write_warc

CONFERENCES = conferences(3)
PAGES = make_pages(CONFERENCES)
LIMIT = 1_000_000


class Reading:
    """Maps in this process and counts the pages that were read."""

    def __init__(self, stop_at: int = 1000) -> None:
        self.read: list[str] = []
        self.stop_at = stop_at

    def __call__(self, function, items, find_known):
        for item, result in map_here(function, items, find_known):
            if item.page:
                if len(self.read) == self.stop_at:
                    raise KeyboardInterrupt
                self.read.append(item.page.url)
            yield item, result


def index(*paths: Path, reading: Reading | None = None, settings: Settings | None = None):
    return index_capture(paths, map_items=reading or Reading(), settings=settings)


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    return write_capture(PAGES, tmp_path / "crawl.warc.gz")


def test_a_capture_is_read_once(capture: Path):
    first, second = Reading(), Reading()
    with index(capture, reading=first) as crawl:
        rows = [(page.url, page.facts) for _, page in crawl.pages(vectors=True)]
    with index(capture, reading=second) as crawl:
        assert [(page.url, page.facts) for _, page in crawl.pages(vectors=True)] == rows
    assert first.read == [page.url for page in PAGES]
    assert second.read == []


def test_the_facts_of_a_page_say_what_it_is(capture: Path):
    with index(capture) as crawl:
        facts = {page.url: page.facts for _, page in crawl.pages(vectors=True)}
    zh, en = facts[CONFERENCES[0].zh_url], facts[CONFERENCES[0].en_url]
    assert (zh.language, en.language) == ("zh", "en")
    assert zh.title == "灯塔更新情况介绍会"
    assert en.title == "Briefing on the renewal of lighthouses"
    assert zh.date == en.date == "2031-03-03"
    assert zh.turns == en.turns == 2
    assert len(set(zh.tokens) & set(en.tokens)) >= 3
    assert zh.vectors
    assert en.vectors


def test_a_run_that_is_stopped_resumes_where_it_stopped(tmp_path: Path):
    pages = [
        make_page(f"{HOST}/{number}.html", page_text(CONFERENCES[number % 3], "en"))
        for number in range(120)
    ]
    capture = write_capture(pages, tmp_path / "long.warc.gz")
    stopped, rest = Reading(stop_at=70), Reading()
    with pytest.raises(KeyboardInterrupt):
        index(capture, reading=stopped)
    index(capture, reading=rest).close()
    assert 0 < len(rest.read) < 120
    assert {*stopped.read, *rest.read} == {page.url for page in pages}


def test_two_programs_that_index_one_capture_enter_each_page_once(capture: Path):
    place = index_path(capture, Settings())
    first, second = IndexFile(place), IndexFile(place)
    numbers = []
    for index_file in (first, second):
        index_file.keep_files({str(capture): mark_of(capture)})
        for captured in read_captured(capture, max_bytes=LIMIT):
            index_file.add(captured, read_facts(captured))
        index_file.commit()
        numbers.append([page.id for page in first.pages()])
    assert numbers[0] == numbers[1]
    assert len(numbers[0]) == len(PAGES)
    first.close()
    second.close()


def test_a_changed_capture_is_read_again(capture: Path):
    index(capture).close()
    write_warc(PAGES[:2], capture)
    reading = Reading()
    with index(capture, reading=reading) as crawl:
        assert sum(1 for _ in crawl.pages()) == 2
    assert len(reading.read) == 2


def test_only_the_files_of_a_folder_that_changed_are_read_again(tmp_path: Path):
    folder = write_capture(PAGES, tmp_path / "saved")
    index(folder).close()
    (folder / "new.html").write_text(page_text(conferences(4)[3], "zh"), encoding="utf-8")
    (folder / "000.html").unlink()
    reading = Reading()
    with index(folder, reading=reading) as crawl:
        assert sum(1 for _ in crawl.pages()) == len(PAGES)
    assert len(reading.read) == 1


def test_pages_are_found_by_kind_and_day_without_reading_the_table(capture: Path):
    index(capture).close()
    with closing(sqlite3.connect(index_path(capture, Settings()))) as connection:
        for name in ("page_kind", "page_day"):  # as an earlier version wrote it
            connection.execute(f"DROP INDEX {name}")
        connection.commit()
    reading = Reading()
    with index(capture, reading=reading) as crawl:
        documents = [page for kind in DOCUMENT_KINDS for page in crawl.pages_of_kind(kind)]
        (zh,) = crawl.pages_of_day("zh", dt.date(2031, 3, 6))
    assert {page.url for page in documents} == {page.url for page in PAGES}
    assert zh.url == CONFERENCES[1].zh_url
    assert reading.read == []
    queries = {
        "page_kind": "json_extract(facts, '$.kind') = 'list'",
        "page_day": "json_extract(facts, '$.date') = '2031-03-06' AND "
        "json_extract(facts, '$.language') = 'zh'",
    }
    with closing(sqlite3.connect(index_path(capture, Settings()))) as connection:
        for name, condition in queries.items():
            plan = connection.execute(f"EXPLAIN QUERY PLAN SELECT id FROM page WHERE {condition}")
            assert any(f"USING INDEX {name}" in detail for *_, detail in plan)


@pytest.mark.parametrize("name", ["saved", "saved.zip", "crawl.warc.gz", "crawl.warc"])
def test_progress_knows_how_many_pages_there_will_be(tmp_path: Path, name):
    capture = write_capture(PAGES, tmp_path / name.removesuffix(".zip"))
    if name.endswith(".zip"):
        capture = zip_folder(capture)
    steps = follow(capture)
    assert [done for done, _ in steps] == list(range(1, len(PAGES) + 1))
    totals = [total for _, total in steps if total]
    # Records differ in size, so the pages of a WARC file are estimated.
    tolerance = 2 if "warc" in name else 0
    assert all(abs(total - len(PAGES)) <= tolerance for total in totals)
    assert len(totals) >= len(PAGES) - 2


def test_progress_of_an_archive_without_places_has_no_total(tmp_path: Path):
    plain = write_capture(PAGES, tmp_path / "crawl.warc")
    whole = tmp_path / "whole.warc.gz"
    whole.write_bytes(gzip.compress(plain.read_bytes()))
    assert {total for _, total in follow(whole)} == {None}


def test_progress_counts_the_pages_of_an_earlier_run(tmp_path: Path):
    capture = write_capture(PAGES, tmp_path / "saved")
    index(capture).close()
    (capture / "new.html").write_text(page_text(conferences(4)[3], "zh"), encoding="utf-8")
    assert follow(capture) == [(len(PAGES) + 1, len(PAGES) + 1)]


def follow(capture: Path) -> list[tuple[int, int | None]]:
    """Index a capture and return what was reported."""
    steps: list[tuple[int, int | None]] = []
    index_capture(
        [capture], map_items=map_here, progress=lambda done, total: steps.append((done, total))
    ).close()
    return steps


def zip_folder(folder: Path) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    return path


def test_a_damaged_index_is_made_again(capture: Path):
    index(capture).close()
    index_path(capture, Settings()).write_bytes(b"no database at all" * 100)
    with index(capture) as crawl:
        assert sum(1 for _ in crawl.pages()) == len(PAGES)


def test_a_folder_that_is_marked_read_only_is_not_written(capture: Path, tmp_path: Path):
    settings = Settings(cache=str(tmp_path / "cache"))
    capture.parent.chmod(0o555)
    try:
        assert index_path(capture, settings).parent.name == "crawls"
    finally:
        capture.parent.chmod(0o755)


def test_a_missing_capture_is_one_plain_error(tmp_path: Path):
    with pytest.raises(FormatError, match="file or folder not found"):
        index(tmp_path / "none.warc.gz")


# -- pages by address ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "variant",
    [
        lambda url: url,
        lambda url: url.replace("https:", "http:"),
        lambda url: url.replace("//www.", "//"),
        lambda url: url.replace(".html", ".htm"),
    ],
)
def test_a_page_is_found_by_any_form_of_its_address(capture: Path, variant):
    with index(capture) as crawl:
        asked = variant(PAGES[0].url)
        page = crawl.get(asked)
        assert page.body == PAGES[0].body
        assert page.url == asked


def test_a_later_whole_page_counts_but_no_later_error(tmp_path: Path):
    url = f"{HOST}/a.html"
    bodies = [page_text(one, "en") for one in CONFERENCES]
    versions = [
        make_page(url, bodies[0], day=1),
        make_page(url, bodies[1], day=3),
        make_page(url, bodies[2], day=2),
        make_page(url, "gone", day=4, status=404),
    ]
    with index(write_capture(versions, tmp_path / "crawl.warc.gz")) as crawl:
        assert crawl.get(url).body == bodies[1].encode()


def test_redirects_are_followed_and_circles_are_refused(tmp_path: Path):
    there = replace(
        make_page(f"{HOST}/old.html", "", status=301), headers=(("Location", "/new.html"),)
    )
    back = replace(
        make_page(f"{HOST}/x.html", "", status=302), headers=(("Location", "/x.html?a"),)
    )
    again = replace(
        make_page(f"{HOST}/x.html?a", "", status=302), headers=(("Location", "/x.html"),)
    )
    new = make_page(f"{HOST}/new.html", page_text(CONFERENCES[0], "en"))
    capture = write_capture([there, new, back, again], tmp_path / "crawl.warc.gz")
    with index(capture) as crawl:
        assert crawl.get(f"{HOST}/old.html").body == new.body
        with pytest.raises(FetchError, match="again and again"):
            crawl.get(f"{HOST}/x.html")


def test_an_address_that_is_not_there_is_said_with_some_that_are(capture: Path):
    with index(capture) as crawl, pytest.raises(FetchError, match=r"not in .*; it has https://www"):
        crawl.get(f"{HOST}/nowhere.html")


def test_several_captures_are_one_crawl(tmp_path: Path):
    one = write_capture(PAGES[:3], tmp_path / "one.warc.gz")
    two = write_capture(PAGES[3:], tmp_path / "two.warc")
    with index(one, two) as crawl:
        assert [crawl.get(page.url).body for page in PAGES] == [page.body for page in PAGES]


# -- other containers ----------------------------------------------------------------------------


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return path


def test_a_zip_of_pages_and_archives_is_read_without_unpacking_it(tmp_path: Path):
    warc = write_capture(PAGES[:2], tmp_path / "inner.warc.gz")
    members = {f"site/{number}.html": page.body for number, page in enumerate(PAGES[2:])}
    path = zipped(tmp_path / "crawl.zip", {**members, "more/inner.warc.gz": warc.read_bytes()})
    before = set(tmp_path.iterdir())
    with index(path) as crawl:
        assert crawl.get(PAGES[0].url).body == PAGES[0].body
        bodies = {crawl.read(number).page.body for number, _ in crawl.pages()}
    assert bodies == {page.body for page in PAGES}
    assert set(tmp_path.iterdir()) - before == {tmp_path / ".crawl.zip.align-index"}


def test_hostile_names_in_a_zip_write_nothing_anywhere(tmp_path: Path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    names = ["../../evil.html", "/etc/evil.html", "C:\\evil.html", "x/../../../evil2.html"]
    path = zipped(inner / "crawl.zip", {name: PAGES[0].body for name in names})
    with index(path) as crawl:
        assert sum(1 for _ in crawl.pages()) == len(names)
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) == [
        ".crawl.zip.align-index",
        "crawl.zip",
    ]


def test_a_zip_bomb_is_said_in_one_line(tmp_path: Path):
    path = zipped(tmp_path / "bomb.zip", {"a.html": bytes(30_000_000), "b.html": PAGES[0].body})
    found = list(read_captured(path, max_bytes=LIMIT))
    assert [bool(one.page) for one in found] == [False, True]
    assert "limit" in found[0].fault


def test_a_damaged_zip_is_said_in_one_line(tmp_path: Path):
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04 nothing")
    (found,) = read_captured(path, max_bytes=LIMIT)
    assert "not a ZIP file" in found.fault


def test_an_archive_that_is_one_stream_is_kept_in_the_index(tmp_path: Path, capture: Path):
    whole = tmp_path / "whole.warc.gz"
    whole.write_bytes(gzip.compress(gzip.decompress(capture.read_bytes())))
    with index(whole) as crawl:
        assert crawl.get(PAGES[4].url) == replace(
            PAGES[4], fetched_at=crawl.get(PAGES[4].url).fetched_at
        )


# -- workers -------------------------------------------------------------------------------------


def test_many_items_go_through_processes_and_come_back_in_order():
    assert [result for _, result in map_on_processors(abs, range(-40, 0))] == list(range(40, 0, -1))


def test_a_machine_without_semaphores_maps_in_one_process():
    def refuse(processes: int) -> ProcessPoolExecutor:
        raise FileNotFoundError(2, f"no semaphores for {processes} processes")

    pairs = map_on_processors(abs, range(-40, 0), start=refuse)
    assert [result for _, result in pairs] == list(range(40, 0, -1))


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<html><body>", "shell"),
        ("<p>" * 3000, "shell"),
        ("\ud83d" + "<a " + " ".join(f"x{n}=1" for n in range(600)) + ">", "unreadable"),
    ],
)
def test_hostile_pages_have_facts_too(html: str, kind: str):
    page = make_page(f"{HOST}/x.html", "")
    page = replace(page, body=html.encode("utf-8", "surrogatepass") or b" ")
    found = read_facts(type("Captured", (), {"page": page, "documents": (), "fault": ""})())
    assert found.kind == kind
