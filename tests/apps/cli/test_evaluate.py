"""``align evaluate``: scores against gold, and files that are refused."""

import json
from dataclasses import replace
from pathlib import Path

from briefings import BRIEFING

from align.corpus.review import Request, ReviewSession
from align.corpus.store import Store


def test_evaluate_prints_scores_with_their_signature(run, demo: Path, tmp_path: Path):
    gold = demo / "gold2.json"
    data = json.loads(run("evaluate", gold, "--json", "--save", tmp_path / "run").out)
    assert data["strict"]["f1"] > 0.8
    assert "use@" in data["signature"]
    table = run("evaluate", gold, "--beads", tmp_path / "run", "--against", tmp_path / "run")
    assert "not significant" in table.out
    assert f"{data['strict']['f1']:.4f}" in table.out


def test_evaluate_refuses_two_gold_files_that_would_share_a_ladder(run, demo, tmp_path: Path):
    (tmp_path / "more").mkdir()
    for folder in (tmp_path, tmp_path / "more"):
        (folder / "gold.json").write_bytes((demo / "gold2.json").read_bytes())
    golds = (tmp_path / "gold.json", tmp_path / "more" / "gold.json")
    done = run("evaluate", *golds, "--engine", "galechurch", "--save", tmp_path / "run")
    assert (done.code, "both would be" in done.err) == (1, True)
    assert not (tmp_path / "run").exists()


def test_evaluate_refuses_a_ladder_that_is_not_text(run, demo: Path, tmp_path: Path):
    (tmp_path / "gold2.ladder").write_bytes(b"\xff\xfe\x00[0]:[0]")
    done = run("evaluate", demo / "gold2.json", "--beads", tmp_path)
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert "gold2.ladder: not a readable ladder" in done.err


def test_evaluate_refuses_a_file_without_the_fields_of_gold(run, tmp_path: Path):
    (tmp_path / "x.json").write_text("{}")
    done = run("evaluate", tmp_path / "x.json")
    assert (done.code, "needs the fields id, zh, en and gold" in done.err) == (1, True)


# The rejected row of two Chinese sentences and an English one is no translation.
LADDER = "[0]:[0]:1\n[1]:[1]:1\n[2]:[2]:1\n[3, 4]:[]:1\n[]:[3]:1\n"


def test_the_reviewed_briefings_of_a_corpus_are_gold(run, corpus: Path, tmp_path: Path):
    unreviewed = run("evaluate", corpus)
    says = f"align: {corpus}: no gold: no briefing has all of its rows accepted or rejected\n"
    assert (unreviewed.code, unreviewed.err) == (1, says)
    with Store.open(corpus) as store:
        session = ReviewSession(store, BRIEFING.id, "ann")
        *others, last = sorted(store.rows(), key=lambda row: row.position)
        session.do(Request("t-1", "accept", tuple(row.id for row in others)))
        session.do(Request("t-2", "reject", (last.id,)))
        store.save(replace(BRIEFING, id="2031-05-15-other"), address="https://example.org/other")
    texts = run("evaluate", corpus, "--texts", tmp_path / "texts")
    assert "1 briefing skipped: not all rows are accepted or rejected" in texts.err
    names = [file.name for file in sorted((tmp_path / "texts").iterdir())]
    assert names == [f"{BRIEFING.id}.en", f"{BRIEFING.id}.zh"]
    (tmp_path / f"{BRIEFING.id}.ladder").write_text(LADDER)
    done = run("evaluate", corpus, "--beads", tmp_path, "--json")
    assert json.loads(done.out)["strict"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}


def test_an_export_is_no_gold_and_the_corpus_is_named_instead(run, corpus: Path, tmp_path: Path):
    run("export", "--corpus", corpus, "--format", "jsonl", "-o", tmp_path / "out.jsonl")
    done = run("evaluate", tmp_path / "out.jsonl")
    assert done.code == 1
    assert done.err.endswith("for a reviewed corpus, give its folder, not an export\n")
