"""``align search`` and ``terms``: hits, term lists, glossaries and the term base."""

import json
from pathlib import Path

from lxml import etree

from align.corpus.review import Request, ReviewSession
from align.corpus.store import Store


def test_search_shows_the_translation_of_a_hit(run, corpus: Path):
    done = run("search", "产量", "--corpus", corpus)
    assert done.code == 0, done.err
    assert "Output grew by 3% last year" in done.out
    assert "1 of 1 hits" in done.err
    data = json.loads(run("search", "产量", "--json", "--corpus", corpus).out)
    mark = data["hits"][0]["zh"]["marks"][0]
    assert data["hits"][0]["zh"]["text"][mark["start"] : mark["end"]] == "产量"
    assert "2031" in run("search", "产量", "--counts", "--corpus", corpus).out


def test_all_hits_of_a_search_are_written_to_a_file(run, corpus: Path, tmp_path: Path):
    done = run("search", "产量 OR 主持人", "-o", "hits.jsonl", "--corpus", corpus)
    assert (done.code, done.out) == (0, "hits.jsonl: 2 beads\n"), done.err
    rows = [json.loads(line) for line in (tmp_path / "hits.jsonl").read_text("utf-8").splitlines()]
    assert [row["translation"]["zh"][:2] for row in rows] == ["谢谢", "去年"]
    assert run("search", "产量", "-o", "hits.docx", "--corpus", corpus).code == 2
    unnamed = run("search", "产量", "-o", "hits", "--corpus", corpus)
    assert (unnamed.code, "hits.tsv for a table" in unnamed.err) == (2, True)


def test_hits_with_a_character_that_xml_forbids_are_valid_tmx(run, corpus: Path, tmp_path: Path):
    """A character that XML forbids stands in a correction; the file is a TMX all the same."""
    with Store.open(corpus) as store:
        briefing = store.briefings()[0].id
        row = next(row for row in store.rows(briefing) if "产量" in row.zh_text)
        edit = Request(op="1", action="edit", rows=(row.id,), en_text="Output \ufffe grew.")
        ReviewSession(store, briefing, "ann").do(edit)
    done = run("search", "产量", "-o", "hits.tmx", "--corpus", corpus)
    assert (done.code, done.out) == (0, "hits.tmx: 1 bead\n"), done.err
    etree.parse(tmp_path / "hits.tmx")


def test_search_refuses_a_lone_quote(run, corpus: Path):
    done = run("search", 'he said "good', "--corpus", corpus)
    assert (done.code, len(done.err.splitlines())) == (2, 1)


def test_search_by_meaning_crosses_the_languages(run, corpus: Path):
    done = run("search", "--meaning", "production increased", "--limit", 1, "--corpus", corpus)
    assert done.code == 0, done.err
    assert "去年产量增长3%" in done.out


def test_terms_lists_recurring_terms_and_checks_a_glossary(run, corpus: Path, tmp_path: Path):
    listed = run("terms", "--least", 1, "--list", "all", "--corpus", corpus)
    assert listed.code == 0, listed.err
    assert "发布会" in listed.out
    (tmp_path / "house.tsv").write_text("产量\toutput volume\n发布会\tbriefing\n", encoding="utf-8")
    nothing = run("terms", "--glossary", tmp_path, "--corpus", corpus)
    assert (nothing.code, nothing.err) == (1, f"align: {tmp_path}: Is a directory\n")
    checked = run("terms", "--glossary", "house.tsv", "--corpus", corpus)
    assert "产量: expected output volume" in checked.out
    assert "1 beads without" in checked.err
    written = run("terms", "--glossary", "house.tsv", "-o", "missing.tsv", "--corpus", corpus)
    assert written.out == "missing.tsv: 1 beads without the required rendering\n"
    assert "output volume" in (tmp_path / "missing.tsv").read_text("utf-8")
    assert run("terms", "--glossary", "house.tsv", "-o", "m.tbx", "--corpus", corpus).code == 2
    for name in ("terms.tsv", "terms.tbx"):
        assert run("terms", "--least", 1, "-o", name, "--corpus", corpus).code == 0
        assert "发布会" in (tmp_path / name).read_text("utf-8")
    assert run("terms", "-o", "terms.docx", "--corpus", corpus).code == 2


def test_terms_print_no_control_characters(run, tmp_path: Path):
    rows = ["briefing\tzh_index\ten_index\tzh\ten", "b\t0\t0\t高质量\x1b[2J\tbad\x1b[2J"]
    (tmp_path / "b.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    assert run("import", "b.tsv", "--corpus", "hostile").code == 0
    (tmp_path / "g.tsv").write_text("高质量\tsuperb\x1b[2J\n", encoding="utf-8")
    done = run("terms", "--glossary", "g.tsv", "--corpus", "hostile")
    assert done.code == 0, done.err
    assert "高质量" in done.out
    assert "\x1b" not in done.out


def test_the_term_base_is_filled_listed_checked_and_written(run, corpus: Path, tmp_path: Path):
    rows = Store.open(corpus)
    with rows:
        pair = next(one for one in rows.pairs() if one.zh and one.en)
    (tmp_path / "base.tsv").write_text(f"{pair.zh[:2]}\tzzz\n人人\tall\n", "utf-8")
    added = run("terms", "--add", "base.tsv", "--corpus", corpus)
    assert added.out == "base.tsv: 2 added, 0 changed, 0 removed, 0 unchanged\n"
    assert f"{pair.zh[:2]}  zzz  approved" in run("terms", "--base", "--corpus", corpus).out
    checked = run("terms", "--check", "--corpus", corpus)
    assert checked.code == 1
    assert f"{pair.zh[:2]} requires “zzz”" in checked.out
    assert run("terms", "--base", "-o", "out.tbx", "--corpus", corpus).code == 0
    (tmp_path / "one.tsv").write_text("人人\tall\n", "utf-8")
    replaced = run("terms", "--add", "one.tsv", "--replace", "--corpus", corpus)
    assert replaced.out == "one.tsv: 0 added, 0 changed, 1 removed, 1 unchanged\n"
    assert run("terms", "--check", "--corpus", corpus).code == 0
    both = run("terms", "--check", "--base", "--corpus", corpus)
    assert (both.code, "use one of them" in both.err) == (2, True)
