"""Pairing of a crawl of a site that no rules know: by content, days, links and addresses."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fictional_crawl import (
    HOST,
    TOPICS,
    Conference,
    conferences,
    make_page,
    make_pages,
    page_text,
    write_capture,
)

from align.records import Page
from align.sources.ingest.crawl.index import index_capture
from align.sources.ingest.crawl.pairing import CrawlPairing, pair_pages, share_odds
from align.sources.ingest.crawl.workers import map_here


def paired(pages: Sequence[Page], place: Path, **window) -> CrawlPairing:
    path = write_capture(pages, place)
    with index_capture([path], map_items=map_here) as crawl:
        return pair_pages(crawl, **window)


def topics(pairing: CrawlPairing) -> list[tuple[int, int]]:
    """Return the topics of both sides of each pair."""
    titles = {title: number for number, rows in enumerate(TOPICS) for title in rows[0]}
    return [(titles[pair.zh.title], titles[pair.en.title]) for pair in pairing.pairs]


def all_right(pairing: CrawlPairing, expected: int) -> bool:
    found = topics(pairing)
    return all(zh == en for zh, en in found) and len(found) == expected


@pytest.mark.parametrize("name", ["crawl.warc.gz", "saved"])
@pytest.mark.parametrize("dated", [True, False])
def test_pages_of_an_unknown_site_are_paired_by_their_content(tmp_path: Path, name, dated):
    pairing = paired(make_pages(conferences(), dated=dated), tmp_path / name)
    assert all_right(pairing, len(TOPICS))
    assert pairing.alone == ()


def test_a_page_whose_counterpart_was_not_captured_stays_alone(tmp_path: Path):
    pairing = paired(make_pages(conferences(), alone=[2, 5]), tmp_path / "crawl.warc.gz")
    assert all_right(pairing, len(TOPICS) - 2)
    assert {lone.page.title for lone in pairing.alone} == {TOPICS[2][0][0], TOPICS[5][0][0]}
    assert all(lone.nearest and lone.nearest[0].reasons for lone in pairing.alone)


def test_conferences_of_one_day_are_told_apart(tmp_path: Path):
    pairing = paired(make_pages(conferences(per_day=4)), tmp_path / "crawl.warc.gz")
    assert all_right(pairing, len(TOPICS))


def test_days_that_one_language_writes_a_day_later_are_no_obstacle(tmp_path: Path):
    chosen = conferences()
    later = [replace(one, day=one.day + dt.timedelta(1)) for one in chosen]
    zh = [page for page in make_pages(chosen) if "xinwen" in page.url]
    en = [page for page in make_pages(later) if "stories" in page.url]
    assert all_right(paired([*zh, *en], tmp_path / "crawl.warc.gz"), len(TOPICS))


def test_a_crawl_without_one_counterpart_joins_nothing(tmp_path: Path):
    pages = make_pages(conferences())
    zh = [page for page in pages[: len(TOPICS)] if page][:4]
    en = [page for page in pages[len(TOPICS) :]][:4]  # of the other four topics
    pairing = paired([*zh, *en], tmp_path / "crawl.warc.gz")
    assert pairing.pairs == ()
    assert len(pairing.alone) + 2 * len(pairing.proposed) == 8


def test_links_between_pages_decide_between_like_pages(tmp_path: Path):
    first = conferences(1)[0]
    again = replace(first, number=99)
    both = (first, again)
    zh = [make_page(one.zh_url, page_text(one, "zh", linked=f"en {one.en_url}")) for one in both]
    pages = [*zh, *(make_page(one.en_url, page_text(one, "en")) for one in both[::-1])]
    for place, side in ((1, 0), (2, 1)):  # the second conference has another last answer
        old, new = (topic[3][side].encode() for topic in TOPICS[:2])
        pages[place] = replace(pages[place], body=pages[place].body.replace(old, new))
    pairing = paired(pages, tmp_path / "crawl.warc.gz")
    urls = {(pair.zh.url, pair.en.url) for pair in (*pairing.pairs, *pairing.proposed)}
    assert urls == {(one.zh_url, one.en_url) for one in (first, again)}


def test_of_two_pages_that_fit_alike_none_is_joined(tmp_path: Path):
    only = conferences(1)[0]
    pages = make_pages([only])
    twin = make_page(f"{HOST}/stories/copy.html", page_text(only, "en").replace("county", "shire"))
    twin = replace(twin, body=twin.body.replace(b"Briefing", b"Conference"))
    pairing = paired([*pages, twin], tmp_path / "crawl.warc.gz")
    assert pairing.pairs == ()
    assert len(pairing.proposed) == 1


def test_the_later_version_of_a_page_counts(tmp_path: Path):
    only = conferences(2)
    pages = make_pages(only)
    corrected = replace(
        pages[2],
        url=f"{HOST}/stories/99999.html",
        final_url=f"{HOST}/stories/99999.html",
        fetched_at=pages[2].fetched_at + dt.timedelta(2),
        body=pages[2].body.replace(b"</main>", b"<p>Corrected.</p></main>"),
    )
    pairing = paired([*pages, corrected], tmp_path / "crawl.warc.gz")
    assert all_right(pairing, 2)
    assert corrected.url in {pair.en.url for pair in pairing.pairs}
    assert [(older.url, newer.url) for older, newer in pairing.pages.older] == [
        (pages[2].url, corrected.url)
    ]


def test_a_page_under_two_addresses_counts_once(tmp_path: Path):
    pages = make_pages(conferences(3))
    twins = [replace(page, url=f"{page.url}?from=list", final_url=f"{page.url}?from=list")
             for page in pages]  # fmt: skip
    secure = [replace(page, url=page.url.replace("https:", "http:"),
                      final_url=page.final_url.replace("https:", "http:"))
              for page in pages]  # fmt: skip
    assert all_right(paired([*pages, *twins, *secure], tmp_path / "crawl.warc.gz"), 3)


FRENCH = (
    "<h2>Conférence de presse sur les phares</h2>" + "<p>Le ministre a répondu aux questions des "
    "journalistes sur les phares, les bateaux et les ports de la région pendant une heure.</p>" * 8
)


def test_pages_in_a_third_language_are_counted_and_left_out(tmp_path: Path):
    pages = [*make_pages(conferences(3)), make_page(f"{HOST}/fr/1.html", FRENCH)]
    pairing = paired(pages, tmp_path / "crawl.warc.gz")
    assert all_right(pairing, 3)
    assert pairing.pages.kinds["article other"] == 1


def test_a_page_in_both_languages_is_a_briefing_by_itself(tmp_path: Path):
    rows = [pair for topic in TOPICS[:3] for pair in topic[1:]]
    both = "<h2>港口问答</h2>" + "".join(f"<p>{zh}</p><p>{en}</p>" for zh, en in rows)
    pages = [*make_pages(conferences(8)[4:]), make_page(f"{HOST}/both.html", both)]
    pairing = paired(pages, tmp_path / "crawl.warc.gz")
    assert all_right(pairing, 4)
    assert [page.url for page in pairing.pages.bilingual] == [f"{HOST}/both.html"]


def test_a_partly_translated_page_is_the_chinese_side(tmp_path: Path):
    en = [text for topic in TOPICS[:4] for _, text in topic[1:]]
    zh = [TOPICS[number // 3][1 + number % 3][0] if number % 3 == 0 else text
          for number, text in enumerate(en)]  # fmt: skip
    pages = [
        make_page(f"{HOST}/7.html", f"<title>港口手册</title>{paragraphs(zh)}"),
        make_page(f"{HOST}/8.html", f"<title>Handbook of the port</title>{paragraphs(en)}"),
        *make_pages(conferences(8)[4:]),
    ]
    pairing = paired(pages, tmp_path / "saved")
    titles = {(pair.zh.title, pair.en.title) for pair in pairing.pairs}
    assert ("港口手册", "Handbook of the port") in titles
    assert len(titles) == 5


def paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_a_window_of_days_leaves_the_others_out(tmp_path: Path):
    day = conferences()[5].day
    pairing = paired(make_pages(conferences()), tmp_path / "crawl.warc.gz", since=day)
    assert all_right(pairing, len(TOPICS) - 5)


def test_pairs_are_listed_by_day(tmp_path: Path):
    pairing = paired(make_pages(conferences()), tmp_path / "saved")
    days = [pair.zh.days[0] for pair in pairing.pairs]
    assert days == [one.day for one in conferences()]


def test_reasons_are_given_in_words(tmp_path: Path):
    pairing = paired(make_pages(conferences()), tmp_path / "crawl.warc.gz")
    assert all(pair.reasons for pair in pairing.pairs)
    assert any("same date 2031-03-03" in pair.reasons for pair in pairing.pairs)


def test_pairs_that_exclude_each_other_share_their_probability():
    pairs = np.array([[0, 0], [0, 1], [1, 2]], np.int32)
    shares = share_odds(pairs, np.array([5.0, 5.0, 5.0], np.float32))
    assert shares[0] == pytest.approx(shares[1])
    assert shares[0] < 0.5 < shares[2]


def test_a_conference_has_its_own_addresses():
    urls = {url for one in conferences() for url in (one.zh_url, one.en_url)}
    assert len(urls) == 2 * len(TOPICS)
    assert isinstance(conferences()[0], Conference)
