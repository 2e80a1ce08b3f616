"""``align add`` on lists behind a server and in a capture."""

import datetime as dt
import json
from pathlib import Path

import pytest
from list_site import (
    EN_LIST,
    HOST,
    ZH_LIST,
    chinese_address,
    chinese_entry,
    conference,
    days_back,
    english_address,
    english_entry,
    make_list,
)
from web_server import Site, reply

from align.corpus.store import Store
from align.records import Page
from align.sources.web.captures.warc import write_warc

DAYS = days_back(dt.date(2031, 3, 28), 900)
SHOWN = 120  # days whose conferences are there


def pages() -> dict[str, str]:
    made = {
        **make_list(EN_LIST, [english_entry(day) for day in DAYS], 40),
        **make_list(ZH_LIST, [chinese_entry(day) for day in DAYS], 15),
    }
    for day in DAYS[-SHOWN:]:
        made[english_address(day)] = conference(day, "en")
        made[chinese_address(day)] = conference(day, "zh")
    return made


@pytest.fixture
def site():
    """Serve the lists; links lead to the server."""
    made = Site({})
    with made.running():
        for address, text in pages().items():
            body = text.replace(HOST, made.address).encode()
            made.routes[address.removeprefix(HOST)] = reply(body, type="text/html; charset=utf-8")
        yield made


@pytest.fixture
def add(run, tmp_path: Path):
    def call(*words: object):
        return run("add", *words, "--corpus", tmp_path / "corpus", "--allow-private", "--delay", 0)

    return call


def here(site: Site, address: str) -> str:
    return site.url(address.removeprefix(HOST))


def asked(site: Site, part: str) -> list[str]:
    """Give what the site was asked for since the last time of the addresses with a part."""
    paths = [path for path in site.asked if part in path]
    site.asked.clear()
    return paths


def test_two_lists_are_added_for_some_days_and_the_next_run_resumes(add, site: Site):
    lists = (here(site, EN_LIST), "--zh", here(site, ZH_LIST))
    until = DAYS[-20]
    done = add(*lists, "--since", DAYS[-18], "--until", until)
    assert done.code == 0, done.err
    assert "3 added" in done.err
    assert len(asked(site, "/index")) <= 14
    again = add(*lists, "--since", DAYS[-17], "--until", until)
    assert "1 added, 3 already in the corpus" in again.err
    assert len(asked(site, "/t20")) == 2


def test_one_page_finds_the_other_language_by_the_lists_that_the_corpus_knows(
    add, site: Site, tmp_path: Path
):
    since = DAYS[-20]
    add(here(site, EN_LIST), "--zh", here(site, ZH_LIST), "--since", since, "--until", since)
    with Store.open(tmp_path / "corpus") as store:
        kept = store.kept_lists()
        assert {values["other"] for values in kept.values()} == {
            here(site, EN_LIST),
            here(site, ZH_LIST),
        }
        assert all(values["spans"] for values in kept.values())
    site.asked.clear()
    done = add(here(site, english_address(DAYS[-100])), "--json")
    assert done.code == 0, done.err
    assert len(asked(site, "/index")) <= 3
    assert json.loads(done.out)["state"] == "added"


def test_a_list_of_a_capture_is_added_with_the_lists_of_the_capture(run, tmp_path: Path):
    at = dt.datetime(2031, 4, 1, tzinfo=dt.UTC)
    html = (("Content-Type", "text/html; charset=utf-8"),)
    capture = tmp_path / "crawl.warc.gz"
    made = [Page(url, url, 200, html, at, text.encode()) for url, text in pages().items()]
    write_warc(made, capture)
    words = ("add", "--from", capture, "--corpus", tmp_path / "corpus")
    span = ("--since", DAYS[-3], "--until", DAYS[-5])
    done = run(*words, EN_LIST, *span)
    assert done.code == 0, done.err
    assert "3 added" in done.err
    missing = run(*words, ZH_LIST, "--since", DAYS[-SHOWN], "--until", DAYS[-SHOWN - 1])
    assert missing.code == 1
    assert "1 added, 1 failed" in missing.err
    assert f"{chinese_address(DAYS[-SHOWN - 1])}: not in " in missing.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--zh", "{en}", "--since", "2031-03-01"), "both lists are English"),
        (("--zh", "{zh_page}", "--since", "2031-03-01"), "is a list, but"),
        (("--since", "2031-03-01", "--until", "2031-02-01"), "is after --until"),
    ],
)
def test_bad_lists_are_one_line(add, site: Site, words: tuple[str, ...], says: str):
    named = {
        "en": here(site, EN_LIST),
        "zh": here(site, ZH_LIST),
        "zh_page": here(site, chinese_address(DAYS[-1])),
    }
    done = add(named["en"], *(word.format(**named) for word in words))
    assert done.code in (1, 2)
    assert says in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("zh", [(), ("--zh", "{zh}")])
def test_days_that_are_not_on_a_list_yet_add_nothing_and_say_so(
    add, site: Site, zh: tuple[str, ...]
):
    words = (word.format(zh=here(site, ZH_LIST)) for word in zh)
    done = add(here(site, EN_LIST), *words, "--since", "2031-04-01")
    assert done.code == 0
    assert done.err.splitlines() == [
        f"{here(site, EN_LIST)}: no entries for these days; the latest entry is dated 2031-03-28"
    ]
