"""``align add`` on a capture of every site's replica, with its real addresses and no network."""

import datetime as dt
import json
from pathlib import Path

import pytest
from site_pages import ADDRESSES, FOLDER

from align.records import Page
from align.sources.web.captures.warc import write_warc


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    at = dt.datetime(2031, 8, 1, tzinfo=dt.UTC)
    # The list of the foreign ministry names the Chinese page by another number than the replica.
    listed = "https://www.mfa.gov.cn/web/fyrbt_673021/jzhsl_673025/203107/t20310728_51990028.shtml"
    pages = [
        Page(
            address,
            address,
            200,
            (("Content-Type", "text/html"),),
            at,
            (FOLDER / name).read_bytes(),
        )
        for name, address in (*ADDRESSES.items(), ("mfa_zh.shtml", listed))
    ]
    path = tmp_path_factory.mktemp("capture") / "sites.warc.gz"
    write_warc(pages, path)
    return path


# Gold, read bead by bead: how many turns there are, and how many English sentences translate each
# Chinese one. The briefing about lighthouses is the same on several sites.
LIGHTHOUSES = (8, "1121111111221111121112")
GOLD = {
    ("scio_en_article_1.htm", "scio_zh_old.htm"): LIGHTHOUSES,
    ("scio_en_mobile_1.html", "scio_zh_briefing.htm"): LIGHTHOUSES,
    ("scio_en_hub.html", "scio_zh_old.htm"): LIGHTHOUSES,
    ("china_org_cn_1.htm", "china_com_cn_live.html"): LIGHTHOUSES,
    ("english_gov_cn.html", "gov_cn.htm"): LIGHTHOUSES,
    ("mfa_en.html", "mfa_zh.shtml"): (4, "1111111"),
    ("hk_en.htm", "hk_zh.htm"): (5, "11121111"),
    ("mod.html", ""): (4, "111111"),
}


@pytest.mark.parametrize(("name", "other"), GOLD)
def test_each_site_gives_the_turns_and_beads_of_its_gold(
    run, capture: Path, tmp_path: Path, name: str, other: str
):
    gold_turns, gold_beads = GOLD[name, other]
    counterpart = ("--zh", ADDRESSES[other]) if other else ()
    done = run(
        *("add", ADDRESSES[name], *counterpart, "--from", capture, "--force", "--json"),
        *("--corpus", tmp_path / "corpus"),
    )
    assert done.code == 0, done.err
    added = json.loads(done.out)
    briefing = json.loads(run("show", added["id"], "--json", "--corpus", tmp_path / "corpus").out)
    for side in ("zh", "en"):
        turns = [turn for turn in briefing[side]["turns"] if turn["paragraphs"]]
        assert len(turns) == gold_turns, side
        assert "".join(briefing[side]["sentences"]) == "".join(
            text for turn in turns for text in turn["paragraphs"]
        )
    assert "".join(str(len(bead["en"])) for bead in briefing["beads"]) == gold_beads
    assert [bead["zh"] for bead in briefing["beads"]] == [[at] for at in range(len(gold_beads))]


def test_a_site_without_links_finds_the_other_language_on_its_lists(
    run, capture: Path, tmp_path: Path
):
    done = run(*("add", ADDRESSES["mfa_en.html"], "--from", capture, "--corpus", tmp_path / "c"))
    assert done.code == 0, done.err


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("scio_en_gallery.htm", "gallery"),
        ("scio_en_notice.html", "notice"),
        ("scio_en_empty_hub.html", "hub"),
        ("scio_zh_challenge.html", "JavaScript"),
    ],
)
def test_what_is_no_transcript_is_refused_with_the_reason(
    run, capture: Path, tmp_path: Path, name: str, says: str
):
    done = run(*("add", ADDRESSES[name], "--from", capture, "--corpus", tmp_path / "corpus"))
    assert done.code == 1
    assert says in done.err
    assert len(done.err.splitlines()) == 1


def test_a_list_page_shows_what_would_be_fetched(run, capture: Path, tmp_path: Path):
    words = ("add", ADDRESSES["scio_en_list.html"], "--from", capture, "--dry-run")
    done = run(*words, "--corpus", tmp_path / "corpus")
    assert done.code == 0, done.err
    everything = done.out.splitlines()
    assert len(everything) >= 2
    assert all("/pressroom/" in line for line in everything)
    later = run(*words, "--since", "2031-03-01", "--corpus", tmp_path / "corpus").out.splitlines()
    assert set(later) <= set(everything)
