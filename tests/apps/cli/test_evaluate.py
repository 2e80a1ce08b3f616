"""``align evaluate``: scores against gold, and files that are refused."""

import json
from pathlib import Path


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
