"""``align add`` with many sources: a run that was stopped goes on, and a cluster does the work."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from web_server import Site, reply

from align.aligner.evaluate import read_gold

PAGES = ("/pressroom/2031-05/14/content_900001.htm", "/pressroom/node_900020.htm")


def listed(site: Site, tmp_path: Path) -> Path:
    sources = tmp_path / "list.txt"
    sources.write_text("".join(f"{site.url(page)}\n" for page in PAGES))
    return sources


def served(demo: Path) -> Site:
    files = {
        f"/{path.relative_to(demo / 'pages')}": reply(path.read_bytes())
        for path in (demo / "pages").rglob("*.htm*")
    }
    return Site(files)


def test_addresses_in_the_corpus_are_passed_over_unless_a_recheck_is_asked_for(
    run, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ALIGN_RETRIES", "0")
    words = ("--corpus", tmp_path / "corpus", "--allow-private", "--delay", 0)
    site = served(demo)
    with site.running():
        sources = listed(site, tmp_path)
        first = run("add", site.url(PAGES[1]), *words)
        assert first.code == 0, first.err
        second = run("add", sources, *words)
        assert second.code == 0, second.err
        assert "1 added, 1 already in the corpus" in second.err
        third = run("add", sources, "--recheck", *words)
        assert third.code == 0, third.err
        assert "2 unchanged" in third.err
    sources.write_text(f"{site.url(PAGES[0])}\n{site.url('/new.htm')}\n")
    gone = run("add", sources, *words)  # nothing is served any more
    assert (gone.code, gone.out) == (1, "")
    assert "1 already in the corpus, 1 failed" in gone.err
    assert f"failed: {site.url('/new.htm')}" in gone.err


# It fails with this message, as a full disk does.
FULL = """
    CREATE TRIGGER full BEFORE INSERT ON briefing BEGIN SELECT "database or disk is full"(); END
"""


def test_each_of_several_briefings_is_shown_with_its_files(run, demo: Path, tmp_path: Path):
    texts = demo / "texts"
    for number in "12":
        for language in ("zh", "en"):
            lines = (texts / f"{language}.txt").read_text("utf-8").splitlines()
            half = lines[: len(lines) // 2] if number == "1" else lines[len(lines) // 2 :]
            path = tmp_path / "texts" / f"part{number}_{language}.txt"
            path.parent.mkdir(exist_ok=True)
            path.write_text("\n".join(half), "utf-8")
    done = run("add", tmp_path / "texts", "--force", "--corpus", tmp_path / "corpus")
    assert done.code == 0, done.err
    sources = [line for line in done.out.splitlines() if line.startswith("  from ")]
    names = [tuple(Path(name).name for name in line.split()[1:]) for line in sources]
    assert names == [("part1_zh.txt", "part1_en.txt"), ("part2_zh.txt", "part2_en.txt")]
    done = run("add", tmp_path / "texts", "--force", "--json", "--corpus", tmp_path / "corpus")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert [f"  from {one['source']}" for one in found] == sources


def test_a_full_disk_ends_a_run_and_what_was_added_and_how_to_go_on_is_said(
    run, demo: Path, tmp_path: Path
):
    gold, folder, place = read_gold(demo / "gold2.json"), tmp_path / "texts", tmp_path / "corpus"
    folder.mkdir()
    for name, count in (("a", 5), ("b", 6), ("c", 7)):
        (folder / f"{name}.zh.txt").write_text("\n".join(gold.zh[:count]), encoding="utf-8")
        (folder / f"{name}.en.txt").write_text("\n".join(gold.en[:count]), encoding="utf-8")
    first = run("add", folder / "a.zh.txt", folder / "a.en.txt", "--force", "--corpus", place)
    assert first.code == 0, first.err
    with closing(sqlite3.connect(place / "corpus.db")) as database:
        database.execute(FULL)
    done = run("add", folder, "--force", "--corpus", place)
    assert done.code == 1
    assert done.err.splitlines()[1:] == [  # the third is not tried
        f"align: {place}: the disk is full; nothing was written; "
        "of 3 briefings: 1 unchanged; free some disk space and rerun to resume"
    ]


@pytest.mark.faults
def test_on_a_cluster_failures_stand_at_the_end_with_their_reasons(run, demo: Path, tmp_path: Path):
    gold, folder = read_gold(demo / "gold2.json"), tmp_path / "texts"
    folder.mkdir()
    for name, count in (("one", 5), ("two", 8)):
        (folder / f"{name}.zh.txt").write_text("\n".join(gold.zh[:count]), encoding="utf-8")
        (folder / f"{name}.en.txt").write_text("\n".join(gold.en[:count]), encoding="utf-8")
    (folder / "bad.zh.txt").write_bytes(b"")
    (folder / "bad.en.txt").write_text("Good morning.", encoding="utf-8")
    done = run(
        *("add", folder, "--cluster", "local:1", "--force"), *("--corpus", tmp_path / "corpus")
    )
    assert done.code == 1
    assert len([line for line in done.out.splitlines() if "added" in line]) == 2
    assert "2 added, 1 failed" in done.err
    assert "bad.zh.txt" in done.err.split("failed:")[1]
    assert done.err.splitlines()[-1] == "align: 1 of 3 briefings were not added; see above"


def test_a_cluster_that_is_none_is_refused_in_one_line(run, demo: Path, tmp_path: Path):
    texts = demo / "texts"
    done = run(
        *("add", texts / "zh.txt", texts / "en.txt", "--cluster", "many"),
        *("--corpus", tmp_path / "corpus"),
    )
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "use local:N" in done.err
