"""Series: which folders and title patterns go together is learned from sure pairs."""

from dataclasses import replace
from pathlib import Path

import pytest
from fictional_crawl import (
    HOST,
    TOPICS,
    conferences,
    make_page,
    make_pages,
    page_text,
    write_capture,
)

from align.sources.ingest.crawl.candidates import Candidate, collect_pages
from align.sources.ingest.crawl.index import index_capture
from align.sources.ingest.crawl.pairing import pair_pages
from align.sources.ingest.crawl.series import SeriesCounts, series_of
from align.sources.ingest.crawl.workers import map_here


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[Candidate, Candidate]:
    """Return a Chinese and an English page to make others of."""
    path = write_capture(make_pages(conferences(1)), tmp_path_factory.mktemp("one") / "crawl.warc")
    with index_capture([path], map_items=map_here) as crawl:
        pages = collect_pages(crawl)
    return pages.of("zh")[0], pages.of("en")[0]


def test_a_series_is_a_folder_and_a_title_without_days_and_people(sides):
    zh, en = sides
    titles = {
        replace(zh, title=title).title: series_of(replace(zh, title=title))[1]
        for title in ("2031年5月3日发言人方禾乔主持记者会", "2032年11月12日发言人林若川主持记者会")
    }
    assert len(set(titles.values())) == 1
    english = (
        "Spokesperson Fang Heqiao's Regular Press Conference on May 3, 2031",
        "Spokesperson Lin Ruochuan's Regular Press Conference on November 12, 2032",
    )
    assert len({series_of(replace(en, title=title)) for title in english}) == 1
    keys = ("harbour.example/news/2031/05/t12.html", "harbour.example/news/2032/11/t9.html")
    assert {series_of(replace(en, key=key))[0] for key in keys} == {"harbour.example/news/"}


def make_counts(sides: tuple[Candidate, Candidate], each: int) -> SeriesCounts:
    """Count two series of each language, by folder; the titles differ from page to page."""
    zh, en = sides
    return SeriesCounts(
        (
            replace(zh, key=f"harbour.example/{ours}/{page}x", title=f"题{chr(0x4E00 + page)}"),
            replace(en, key=f"harbour.example/{theirs}/{page}x", title=f"topic {chr(97 + page)}"),
        )
        for ours, theirs in (("hui", "talks"), ("shu", "letters"))
        for page in range(each)
    )


@pytest.fixture
def keys(sides) -> dict[str, tuple[str, str]]:
    return {
        name: series_of(replace(sides[0], key=f"harbour.example/{name}/99x", title=""))
        for name in ("hui", "shu", "talks", "letters", "new")
    }


def test_series_that_go_together_speak_for_a_pair_and_others_against_it(sides, keys):
    counts = make_counts(sides, 20)
    assert counts.weigh(keys["hui"], keys["talks"]) > 0.2
    assert counts.weigh(keys["shu"], keys["talks"]) < -0.9
    assert counts.weigh(keys["new"], keys["talks"]) == 0
    assert SeriesCounts().weigh(keys["hui"], keys["talks"]) == 0


def test_a_pair_is_no_evidence_for_itself(sides, keys):
    counts = make_counts(sides, 1)
    assert counts.weigh(keys["hui"], keys["talks"], counted=True) == 0


def test_one_series_in_each_language_says_nothing(sides, keys):
    zh, en = sides
    ours = [replace(zh, key=f"harbour.example/hui/{page}x") for page in range(30)]
    theirs = [replace(en, key=f"harbour.example/talks/{page}x") for page in range(30)]
    pages = zip(ours, theirs, strict=True)
    assert SeriesCounts(pages).weigh(keys["hui"], keys["talks"]) == pytest.approx(0)


@pytest.mark.parametrize(("folder", "counterpart"), [("hui", "talks"), ("shu", "letters")])
def test_series_decide_between_pages_that_fit_alike(tmp_path: Path, folder, counterpart):
    twice = 6  # the topic that is in both English folders
    pages = []
    for one in conferences():
        ours = folder if one.topic == twice else ("hui", "shu")[one.topic % 2]
        both = ("talks", "letters") if one.topic == twice else (SERIES[ours],)
        pages.append(make_page(f"{HOST}/{ours}/{one.number}c.html", page_text(one, "zh")))
        for theirs in both:
            # one wording is changed, for the same page under two addresses counts once
            text = page_text(one, "en").replace("Briefing", f"{theirs[0].upper()}. briefing")
            pages.append(make_page(f"{HOST}/{theirs}/{200 - one.number}.html", text))
    path = write_capture(pages, tmp_path / "crawl.warc.gz")
    with index_capture([path], map_items=map_here) as crawl:
        pairing = pair_pages(crawl)
    (chosen,) = (
        pair.en.url
        for pair in (*pairing.pairs, *pairing.proposed)
        if pair.zh.title == TOPICS[twice][0][0]
    )
    assert f"/{counterpart}/" in chosen


SERIES = {"hui": "talks", "shu": "letters"}
