"""``align add`` from the address of a briefing to a corpus, and every way in which it can fail."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from web_server import Site, redirect, reply

from align.aligner.evaluate import read_gold, score
from align.corpus.store import Decision, Store
from align.records import Bead
from align.sources.web.captures.warc import write_warc

ENGLISH = "/pressroom/2031-05/14/content_900001.htm"
CHINESE = "/xwfb/gwyxwbgsxwfbh/wqfbh_2284/49421/wz50001/203105/t20310514_900002.html"
HUB = "/pressroom/node_900010.htm"
OTHER = "/pressroom/node_900020.htm"


@pytest.fixture
def add(run, tmp_path: Path):
    """Add sources into a corpus of this test."""

    def call(*words: object):
        return run("add", *words, "--corpus", tmp_path / "corpus", "--allow-private", "--delay", 0)

    return call


def shown(run, tmp_path: Path, briefing: str) -> dict:
    done = run("show", briefing, "--json", "--corpus", tmp_path / "corpus")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_an_address_gives_a_briefing_with_both_sides_and_its_beads(
    add, run, site: str, demo: Path, tmp_path: Path
):
    done = add(site + ENGLISH)
    assert done.code == 0, done.err
    briefing = shown(run, tmp_path, "2031-05-14")
    gold = read_gold(demo / "gold.json")
    assert [text.strip() for text in briefing["zh"]["sentences"]] == list(gold.zh)
    assert [text.strip() for text in briefing["en"]["sentences"]] == list(gold.en)
    assert briefing["en"]["date"] == briefing["zh"]["date"] == "2031-05-14"
    assert len(briefing["zh"]["turns"]) == len(briefing["en"]["turns"]) == 25
    for side in ("zh", "en"):
        paragraphs = [text for turn in briefing[side]["turns"] for text in turn["paragraphs"]]
        assert "".join(briefing[side]["sentences"]) == "".join(paragraphs)
    beads = [
        Bead(tuple(bead["zh"]), tuple(bead["en"]), bead["probability"])
        for bead in briefing["beads"]
    ]
    assert score([(gold.beads, beads)]).strict.f1 > 0.9


@pytest.mark.parametrize("start", [HUB, ENGLISH.replace(".htm", "_2.htm")])
def test_any_address_of_a_briefing_finds_the_same_briefing(add, site: str, start: str):
    first = add(site + ENGLISH, "--json")
    again = add(site + start, "--json")
    assert again.code == 0, again.err
    assert json.loads(again.out)["state"] == "unchanged"
    assert json.loads(again.out)["id"] == json.loads(first.out)["id"]


def test_a_list_of_addresses_adds_each_and_says_which_failed(add, run, site: str, tmp_path: Path):
    sources = tmp_path / "list.txt"
    sources.write_text(f"# two of three\n{site}{ENGLISH}\n\n{site}/none.htm\n{site}{OTHER}\n")
    done = add(sources)
    assert done.code == 1
    assert f"failed: {site}/none.htm" in done.err
    assert "1 of 3 briefings were not added" in done.err
    assert len(run("show", "--corpus", tmp_path / "corpus").out.splitlines()) == 2


def test_a_dry_run_only_says_what_there_is(add, site: str, tmp_path: Path):
    done = add(site + ENGLISH, "--dry-run")
    assert (done.code, done.out) == (0, f"{site}{ENGLISH}\n")
    assert not (tmp_path / "corpus").exists()


def test_local_texts_are_added_in_either_order(add, demo: Path):
    zh, en = demo / "texts" / "zh.txt", demo / "texts" / "en.txt"
    first = add(en, "--zh", zh, "--json")
    assert first.code == 0, first.err
    assert json.loads(first.out)["state"] == "added"
    assert json.loads(add(zh, en, "--json").out)["state"] == "unchanged"


def test_pages_of_a_capture_keep_their_real_address_and_need_no_network(
    add, run, site: str, tmp_path: Path
):
    fetched = run(
        *("fetch", site + ENGLISH, "--corpus", tmp_path / "pages", "--allow-private"),
        *("--delay", 0, "--warc", tmp_path / "capture.warc.gz"),
    )
    assert fetched.code == 0, fetched.err
    with Store.open(tmp_path / "pages") as store:
        pages = [*store.pages()]
    assert len(pages) == 4
    moved = [
        type(page)(
            **{
                name: value.replace(site, "http://english.site.example")
                for name, value in (("url", page.url), ("final_url", page.final_url))
            },
            status=page.status,
            headers=page.headers,
            fetched_at=page.fetched_at,
            body=page.body,
        )
        for page in pages
    ]
    write_warc(moved, tmp_path / "moved.warc.gz")
    done = run(
        *("add", f"http://english.site.example{ENGLISH}", "--corpus", tmp_path / "corpus"),
        *("--from", tmp_path / "moved.warc.gz"),
    )
    assert done.code == 0, done.err
    briefing = shown(run, tmp_path, "2031-05-14")
    assert briefing["en"]["url"] == f"http://english.site.example{ENGLISH}"


def test_a_verdict_survives_a_changed_page(add, run, demo: Path, tmp_path: Path):
    folder = demo / "pages"
    files = {f"/{path.relative_to(folder)}": path for path in folder.rglob("*.htm*")}
    site = Site({name: reply(path.read_bytes()) for name, path in files.items()})
    with site.running():
        add(site.url(OTHER))
        with Store.open(tmp_path / "corpus") as store:
            accepted = accept_first(store)
        was = read_gold(demo / "gold2.json").en[-1]
        now = f"{was.rstrip('.')}, and see you next time."
        changed = files[OTHER].read_text("utf-8").replace(was, now)
        site.routes[OTHER] = reply(changed.encode())
        done = add(site.url(OTHER))
    assert done.code == 0, done.err
    assert "changed" in done.out
    assert now in done.out
    assert "decisions kept: 1; could not be carried over: 0" in done.out
    with Store.open(tmp_path / "corpus") as store:
        assert store.rows_by_id([accepted])[accepted].status == "accepted"
        assert len([*store.pages()]) > 2


def accept_first(store: Store) -> str:
    row = store.rows()[0]
    decision = Decision("op-1", "ann", "accept")
    store.decide(row.briefing, decision, [row], [replace(row, status="accepted")])
    return row.id


# -- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (reply(b"", status=404), "404"),
        (reply(b"", status=500), "500"),
        (redirect("/"), "home page"),
        (redirect("http://elsewhere.example/x.htm"), "elsewhere.example"),
        (reply(b""), "empty"),
        (reply(b"%PDF-1.7\n" + b"\x00" * 999), "PDF"),
    ],
)
def test_an_address_that_gives_no_page_is_refused_in_one_line(
    add, tmp_path, monkeypatch: pytest.MonkeyPatch, answer, says
):
    monkeypatch.setenv("ALIGN_RETRIES", "0")
    home = reply(b"<title>Home</title><p>welcome</p>")
    site = Site({"/": home, "/page.htm": answer})
    with site.running():
        done = add(site.url("/page.htm"))
    assert (done.code, done.out) == (1, "")
    assert len(done.err.splitlines()) == 1
    assert "/page.htm" in done.err
    assert says in done.err


def test_an_address_of_ones_own_network_is_refused_unless_allowed(run, site: str, tmp_path):
    done = run("add", site + ENGLISH, "--corpus", tmp_path / "corpus")
    assert done.code == 1
    assert "--allow-private" in done.err


def test_a_link_into_ones_own_network_is_not_followed_though_the_page_is_allowed(add):
    inside = Site({"/zh.htm": reply("<p>记者：为什么？</p>")})
    with inside.running():
        link = f'<a href="{inside.url("/zh.htm")}">Read in Chinese</a>'
        text = f"<title>Briefing</title>{link}<p>Fang Heqiao: {'Every lamp is lit. ' * 20}</p>"
        outside = Site({"/en.htm": reply(text)})
        with outside.running():
            done = add(outside.url("/en.htm"))
            assert add(outside.url("/en.htm"), "--zh", inside.url("/zh.htm")).code == 1
    assert (done.code, "--allow-private allows the hosts of URLs" in done.err) == (1, True)
    assert inside.asked == ["/robots.txt", "/zh.htm"]  # by the second one, which names it


def test_a_page_without_a_transcript_is_refused_with_the_reason(add):
    body = b"<title>About us</title><body><p>We are an office.</p></body>"
    site = Site({"/about.htm": reply(body)})
    with site.running():
        done = add(site.url("/about.htm"))
    assert done.code == 1
    assert "/about.htm" in done.err


def test_a_page_without_a_link_to_the_other_language_says_what_to_do(add, site: str):
    done = add(site + CHINESE)
    assert (done.code, "--zh" in done.err) == (1, True)
    assert add(site + CHINESE, "--zh", site + ENGLISH).code == 0


def test_two_sides_that_are_not_one_briefing_are_refused_unless_forced(add, site: str):
    of_another_day = site + OTHER
    done = add(of_another_day, "--zh", site + CHINESE)
    assert done.code == 1
    assert "do not look like one briefing" in done.err
    assert add(of_another_day, "--zh", site + CHINESE, "--force").code == 0


def test_two_sides_in_one_language_are_refused(add, demo: Path):
    zh = demo / "texts" / "zh.txt"
    done = add(zh, "--zh", zh)
    assert (done.code, "both" in done.err.lower()) == (1, True)


def test_a_folder_that_is_no_corpus_is_left_alone(run, demo: Path, tmp_path: Path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("x")
    zh, en = demo / "texts" / "zh.txt", demo / "texts" / "en.txt"
    done = run("add", en, "--zh", zh, "--corpus", tmp_path / "thesis")
    assert done.code == 1
    assert "not a corpus" in done.err


def test_a_missing_counterpart_is_looked_for_among_the_pages_at_hand(add, run, site, tmp_path):
    for address in (ENGLISH, OTHER):
        fetched = run(
            *("fetch", site + address, "--corpus", tmp_path / "corpus"),
            *("--allow-private", "--delay", 0),
        )
        assert fetched.code == 0, fetched.err
    done = add(site + CHINESE)
    assert done.code == 1
    assert f"probably {site}{ENGLISH}" in done.err
    assert OTHER not in done.err


def test_local_files_are_named_as_the_user_named_them(run, demo: Path, tmp_path: Path):
    zh, en = tmp_path / "中文 稿.txt", tmp_path / "other.txt"
    zh.write_bytes((demo / "texts" / "zh2.txt").read_bytes())
    en.write_bytes((demo / "texts" / "en.txt").read_bytes())
    done = run("add", zh.name, en.name, "--corpus", "corpus")
    assert done.code == 1
    assert done.err.startswith(
        f"align: {zh.name} {en.name}: the two documents do not look like one"
    )
    same = run("add", zh.name, zh.name, "--corpus", "corpus")
    assert f"align: {zh.name} is in Chinese only; add the text in the other" in same.err


def test_what_a_folder_holds_beside_its_pairs_is_left_out_aloud(run, demo: Path, tmp_path: Path):
    folder = tmp_path / "june"
    folder.mkdir()
    for name in ("zh", "en"):
        text = (demo / "texts" / f"{name}2.txt").read_bytes()
        (folder / f"a.{name}.txt").write_bytes(text)
    (folder / "lone.zh.txt").write_text("你好。", encoding="utf-8")
    done = run("add", "june", "--corpus", "corpus")
    assert done.code == 0, done.err
    assert (
        "skipped: june/lone.zh.txt: no English file has the same name or date, or a link to it\n"
        in done.err
    )
    assert "added: 32 beads" in done.out


def test_a_missing_date_is_noted_with_the_commands_that_set_it(run, tmp_path: Path):
    zh, en = tmp_path / "a.zh.txt", tmp_path / "a.en.txt"
    zh.write_text("方禾乔：\n各位上午好。\n唐煜林：\n去年更新了128座灯塔。\n", encoding="utf-8")
    en.write_text(
        "Fang Heqiao:\nGood morning.\nTang Yulin:\nLast year 128 lighthouses were renewed.\n",
        encoding="utf-8",
    )
    done = run("add", en, "--zh", zh, "--corpus", "corpus")
    briefing = done.out.split()[0]
    hint = f"Give it with --date, or with: align describe {briefing} --date DAY"
    assert f"No date was found. {hint}" in done.out
