"""``align add`` of crawls: WARC, folder and ZIP files of a site that no rules know."""

import json
import zipfile
from pathlib import Path

import pytest
from fictional_crawl import TOPICS, conferences, make_pages, write_capture

CONFERENCES = conferences(5)
PAGES = make_pages(CONFERENCES, alone=[3])
URLS = {(one.zh_url, one.en_url) for one in CONFERENCES if one.topic != 3}


@pytest.fixture
def add(run, tmp_path: Path):
    """Add captures into a corpus of this test."""

    def call(*words: object):
        return run("add", *words, "--corpus", tmp_path / "corpus")

    return call


def briefings(run, tmp_path: Path) -> list[dict[str, str]]:
    done = run("show", "--json", "--corpus", tmp_path / "corpus")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_a_warc_gives_every_briefing_that_is_there_in_both_languages(add, run, tmp_path: Path):
    capture = write_capture(PAGES, tmp_path / "crawl.warc.gz")
    done = add(capture)
    assert done.code == 0, done.err
    assert {(row["zh_url"], row["en_url"]) for row in briefings(run, tmp_path)} == URLS
    assert "9 pages: 4 article" in done.err or "9 pages: " in done.err
    assert "4 pairs, 1 Chinese and 0 English pages unpaired" in done.err
    assert "4 added" in done.err


def test_a_folder_of_documents_with_a_zip_says_how_it_is_paired(add, demo, tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    for language in ("zh", "en"):
        text = (demo / f"texts/{language}2.txt").read_bytes()
        (folder / f"june.{language}.txt").write_bytes(text)
    with zipfile.ZipFile(folder / "notes.zip", "w") as archive:
        archive.writestr("picture.png", b"x")
    done = add(folder)
    assert f"{folder}: contains notes.zip, so all files are paired by content" in done.err
    (folder / "notes.zip").unlink()
    assert "paired by content" not in add(folder).err


def test_a_second_run_skips_what_is_there(add, run, tmp_path: Path):
    capture = write_capture(PAGES, tmp_path / "crawl.warc.gz")
    add(capture)
    again = add(capture)
    assert again.code == 0, again.err
    assert "4 already in the corpus" in again.err
    assert len(briefings(run, tmp_path)) == 4


def test_a_page_that_was_corrected_in_a_later_capture_is_read_again(add, run, tmp_path: Path):
    add(write_capture(PAGES, tmp_path / "one.warc.gz"))
    later = [
        type(page)(page.url, page.url, 200, page.headers, page.fetched_at.replace(day=9),
                   page.body.replace(b"shipping lanes", b"sea lanes"))
        for page in PAGES
    ]  # fmt: skip
    done = add(write_capture(later, tmp_path / "two.warc.gz"))
    assert "1 changed" in done.err
    assert len(briefings(run, tmp_path)) == 4


def test_a_zip_of_saved_pages_is_added_without_unpacking_it(add, run, tmp_path: Path):
    path = tmp_path / "crawl.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, page in enumerate(PAGES):
            archive.writestr(f"site/{number * 37 % 11}.html", page.body)
    done = add(path)
    assert done.code == 0, done.err
    titles = {row["en_title"] for row in briefings(run, tmp_path)}
    assert titles == {TOPICS[topic][0][1] for topic in (0, 1, 2, 4)}


def test_a_folder_of_pages_without_telling_names_is_paired_by_content(add, run, tmp_path: Path):
    folder = write_capture(make_pages(CONFERENCES, dated=False, alone=[3]), tmp_path / "saved")
    done = add(folder)
    assert done.code == 0, done.err
    assert len(briefings(run, tmp_path)) == 4
    assert done.err.count("one briefing, by content") == 4


def test_a_dry_run_shows_the_pairs_and_adds_nothing(add, tmp_path: Path):
    capture = write_capture(PAGES, tmp_path / "crawl.warc.gz")
    done = add(capture, "--dry-run")
    assert done.code == 0, done.err
    assert done.out.count("join ") == 4
    assert "alone    " in done.out
    assert not (tmp_path / "corpus").exists()


def test_a_dry_run_as_json_has_a_line_for_each_briefing(add, tmp_path: Path):
    capture = write_capture(PAGES, tmp_path / "crawl.warc.gz")
    done = add(capture, "--dry-run", "--json")
    assert {tuple(json.loads(line)["sources"]) for line in done.out.splitlines()} == URLS


def test_a_corrected_table_is_what_is_added(add, run, tmp_path: Path):
    capture = write_capture(PAGES, tmp_path / "crawl.warc.gz")
    table = tmp_path / "pairs.tsv"
    assert add(capture, "--dry-run", "--pairs", table).code == 0
    lines = table.read_text(encoding="utf-8").splitlines()
    gone = "join\t\thttps://nowhere.example/1\thttps://nowhere.example/2"
    table.write_text("\n".join([*lines[:3], gone]), encoding="utf-8")
    done = add(capture, "--pairs", table)
    assert done.code == 0, done.err
    assert len(briefings(run, tmp_path)) == 2
    assert "line 4: no file or URL" in done.err


def test_the_licence_and_source_of_the_command_apply_to_every_pair(add, run, tmp_path: Path):
    capture = write_capture(PAGES, tmp_path / "crawl.warc.gz")
    done = add(capture, "--licence", "CC-BY-4.0", "--source", "Port office")
    assert done.code == 0, done.err
    for row in briefings(run, tmp_path):
        where = ("--json", "--corpus", tmp_path / "corpus")
        facts = json.loads(run("describe", row["id"], *where).out)
        assert (facts["licence"], facts["zh_source"]) == ("CC-BY-4.0", "Port office")


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_one_title_for_all_pairs_of_a_capture_is_rejected(add, run, tmp_path: Path, more):
    capture = write_capture(PAGES, tmp_path / "crawl.warc.gz")
    done = add(capture, "--title", "Port", *more)
    assert done.code == 1
    assert "the same title cannot apply to 4 briefings" in done.err


def test_since_leaves_older_briefings_out(add, run, tmp_path: Path):
    capture = write_capture(PAGES, tmp_path / "crawl.warc.gz")
    assert add(capture, "--since", CONFERENCES[2].day).code == 0
    assert len(briefings(run, tmp_path)) == 2


def test_a_crawl_without_a_pair_is_said_in_plain_lines(add, tmp_path: Path):
    capture = write_capture(PAGES[:5], tmp_path / "crawl.warc.gz")
    done = add(capture)
    assert "0 pairs, 5 Chinese and 0 English pages unpaired" in done.err


def test_a_capture_next_to_an_address_is_refused_with_what_to_do(add, tmp_path: Path):
    capture = write_capture(PAGES, tmp_path / "crawl.warc.gz")
    done = add(capture, "https://www.harbour.example/stories/1.html")
    assert done.code == 2
    assert "--from" in done.err
