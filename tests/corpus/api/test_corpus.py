"""``align.open``: a corpus from Python, and what is known of its briefings."""

import datetime as dt
import json
import pickle
import shutil
from pathlib import Path
from typing import get_args

import pytest
from datasets import load_dataset
from site_pages import ADDRESSES, FOLDER

import align
from align.corpus.api.commands import ImportFormat
from align.corpus.api.corpus import ExportFormat
from align.corpus.exchange.formats import TABLE
from align.corpus.review import Request, ReviewSession
from align.corpus.store import Store

SAID = {"title": "On the sea", "source": "Press office of Lanhai", "licence": "CC-BY-4.0"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, demo: Path) -> Path:
    """A corpus with one briefing, of which everything is said."""
    place = tmp_path_factory.mktemp("api") / "corpus"
    with align.open(place, create=True) as corpus:
        corpus.add(
            demo / "texts/en.txt",
            zh=demo / "texts/zh.txt",
            date=dt.date(2031, 5, 15),
            id="sea",
            **SAID,
        )
    return place


@pytest.fixture
def corpus(folder: Path):
    with align.open(folder) as opened:
        yield opened


def test_a_briefing_shows_what_it_is(corpus):
    briefing = corpus["sea"]
    assert (briefing.id, briefing.title, briefing.date) == (
        "sea",
        "On the sea",
        dt.date(2031, 5, 15),
    )
    assert briefing.en.title == "On the sea"
    assert briefing.zh.title.startswith("澜海省")  # an English title is that of the English side
    assert [document.language for document in (briefing.zh, briefing.en)] == ["zh", "en"]
    assert repr(briefing) == f"<CorpusBriefing sea: 'On the sea', {len(briefing)} beads>"


def test_a_corpus_without_briefings_is_true(tmp_path: Path):
    with align.open(tmp_path / "corpus", create=True) as corpus:
        assert len(corpus) == 0
        assert corpus


def test_its_beads_have_texts_and_provenance(corpus):
    bead = corpus["sea"].beads[0]
    assert (bead.zh_index, bead.en_index, bead.type) == ((0,), (0,), "1-1")
    assert (bead.zh[:3], bead.en[:4]) == ("女士们", "Good")
    assert (bead.source_zh, bead.source_en) == (SAID["source"], SAID["source"])
    assert (bead.licence, str(bead.date), bead.briefing) == ("CC-BY-4.0", "2031-05-15", "sea")


def test_a_corpus_is_a_collection_of_briefings(corpus, folder: Path):
    assert [briefing.id for briefing in corpus] == ["sea"] == [one.id for one in corpus.briefings]
    assert (len(corpus), "sea" in corpus, "other" in corpus, 3 in corpus) == (1, True, False, False)
    assert repr(corpus) == f"<Corpus {folder}: 1 briefings>"
    with pytest.raises(align.AlignError, match="other: unknown briefing"):
        corpus["other"]


def test_the_start_of_an_id_is_enough_for_an_export(corpus, tmp_path: Path):
    done = corpus.export("jsonl", tmp_path / "out.jsonl", briefings=["se"])
    assert done.pairs == len(corpus["sea"])
    with pytest.raises(align.AlignError, match="other: unknown briefing"):
        corpus.export("jsonl", tmp_path / "out.jsonl", briefings=["other"])


def test_it_is_searched(corpus):
    found = corpus.search("zh:海洋", limit=2)
    assert found.total > 2
    assert ["海洋" in hit.zh.text for hit in found] == [True, True]


def test_it_is_exported_and_its_rows_say_what_was_said(corpus, tmp_path: Path):
    done = corpus.export("jsonl", tmp_path / "out.jsonl", filters=["complete"])
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert done.pairs == len(rows) > 100
    assert {(row["source_zh"], row["date"], row["licence"]) for row in rows} == {
        (SAID["source"], "2031-05-15", SAID["licence"])
    }


def test_documents_context_and_a_day_are_asked_for_as_on_the_command_line(corpus, tmp_path: Path):
    corpus.export("jsonl", tmp_path / "whole.jsonl", documents="briefing")
    lines = (tmp_path / "whole.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == len(corpus.briefings)
    corpus.export("jsonl", tmp_path / "with.jsonl", context=1)
    first, second = (tmp_path / "with.jsonl").read_text("utf-8").splitlines()[:2]
    assert json.loads(first)["translation"]["zh"] in json.dumps(
        json.loads(second)["context"], ensure_ascii=False
    )
    with pytest.raises(align.AlignError, match="dated after 1999-12-31"):
        corpus.export("jsonl", tmp_path / "parts", split=True, by_date="1999-12-31")


def test_a_split_export_is_loaded_by_datasets(corpus, tmp_path: Path):
    done = corpus.export("parquet", tmp_path / "dataset", split=True)
    loaded = load_dataset(str(tmp_path / "dataset"), cache_dir=str(tmp_path / "cache"))
    assert sum(part.num_rows for part in loaded.values()) == done.pairs


def test_it_is_a_table_of_all_its_beads(corpus):
    frame, dataset = corpus.to_pandas(), corpus["sea"].to_dataset()
    assert len(frame) == dataset.num_rows == len(corpus["sea"])
    assert frame["licence"].unique().tolist() == ["CC-BY-4.0"]
    assert dataset[0]["date"] == dt.date(2031, 5, 15)


@pytest.fixture(scope="module")
def untold(tmp_path_factory: pytest.TempPathFactory, demo: Path) -> Path:
    """A corpus with a briefing of files that nothing was said of, to be copied."""
    place = tmp_path_factory.mktemp("untold") / "corpus"
    with align.open(place, create=True) as corpus:
        corpus.add(demo / "texts/en.txt", zh=str(demo / "texts/zh.txt"))
    return place


@pytest.fixture
def filled(untold: Path, tmp_path: Path):
    shutil.copytree(untold, tmp_path / "corpus")
    with align.open(tmp_path / "corpus") as opened:
        yield opened


def test_without_a_word_the_files_names_are_the_source(filled):
    bead = filled.beads[0]
    assert (bead.source_zh, bead.source_en, bead.licence) == ("zh.txt", "en.txt", "")


def test_what_is_said_later_stands_over_it_until_it_is_taken_back(filled):
    before = filled.briefings[0]
    after = before.describe(title="论海洋", date="2030-01-02", licence="CC0")
    assert (after.zh.title, after.title, after.date) == (
        "论海洋",
        before.title,
        dt.date(2030, 1, 2),
    )
    assert {(str(bead.date), bead.licence) for bead in after} == {("2030-01-02", "CC0")}
    again = after.describe(title="", date="")
    assert (again.zh.title, again.date, again[0].licence) == (before.zh.title, before.date, "CC0")


def test_adding_again_keeps_what_was_said_and_takes_what_is_new(filled, demo: Path):
    filled.briefings[0].describe(licence="CC0", source="an archive")
    again = filled.add(demo / "texts/en.txt", zh=demo / "texts/zh.txt", source="the office")
    assert (len(filled), again[0].licence, again[0].source_en) == (1, "CC0", "the office")


def test_the_id_of_another_briefing_is_refused(filled, tmp_path: Path):
    (tmp_path / "b.zh.txt").write_text("大家上午好，欢迎参加今天的发布会。\n", "utf-8")
    (tmp_path / "b.en.txt").write_text("Good morning, welcome to the briefing.\n", "utf-8")
    with pytest.raises(align.AlignError, match="the corpus has another briefing"):
        filled.add(tmp_path / "b.en.txt", zh=tmp_path / "b.zh.txt", id=filled.briefings[0].id)


def test_a_page_is_added_from_a_capture(tmp_path: Path):
    for name in ("hk_en.htm", "hk_zh.htm"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
        (tmp_path / f"{name}.url").write_text(ADDRESSES[name])
    en, zh = ADDRESSES["hk_en.htm"], ADDRESSES["hk_zh.htm"]
    with align.open(tmp_path / "corpus", create=True) as corpus:
        added = corpus.add(en, zh=zh, capture=tmp_path, licence="as published", force=True)
    assert (added.en.url, added.zh.url, added[0].source_en) == (en, zh, en)


def test_a_folder_is_added_at_once_and_not_as_one(tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    for day in ("12", "13"):
        for side, text in (
            ("zh", f"大家好，今天是{day}日。"),
            ("en", f"Hello, it is the {day}th."),
        ):
            (folder / f"{day}.{side}.txt").write_text(text * 2, "utf-8")
    card = 'licence = "CC0"\n["12.en.txt"]\nid = "twelve"\n'
    (folder / "briefing.toml").write_text(card, "utf-8")
    with align.open(tmp_path / "corpus", create=True) as corpus:
        with pytest.raises(align.AlignError, match="contains 2 briefings; use add_all"):
            corpus.add(folder)
        added = corpus.add_all(folder, source="the office")
        assert len(added) == len(corpus) == 2
        assert {bead.licence + bead.source_en for bead in corpus.beads} == {"CC0the office"}
        assert "twelve" in corpus


def test_a_closed_corpus_says_so(folder: Path):
    with align.open(str(folder)) as corpus:
        pass
    for ask in (lambda: corpus.briefings, lambda: corpus.search("海"), lambda: len(corpus)):
        with pytest.raises(align.AlignError, match="the corpus is closed"):
            ask()
    assert repr(corpus) == f"<Corpus {folder}: closed>"


def test_a_corpus_that_is_not_there_is_not_made(tmp_path: Path):
    with pytest.raises(align.AlignError, match="corpus not found"):
        align.open(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_a_key_that_nobody_reads_in_its_card_is_told(folder: Path, tmp_path: Path, run):
    with align.open(tmp_path / "corpus", create=True):
        pass
    with (tmp_path / "corpus" / "corpus.toml").open("a") as card:
        card.write('license = "CC0"\n')
    says = r"unknown: 'license' \(did you mean licence\?\)"
    with pytest.warns(UserWarning, match=says):
        align.open(tmp_path / "corpus").close()
    assert "(did you mean licence?)" in run("show", "--corpus", tmp_path / "corpus").err


def test_a_card_that_an_editor_of_windows_saved_is_read(tmp_path: Path):
    with align.open(tmp_path / "corpus", create=True):
        pass
    card = tmp_path / "corpus" / "corpus.toml"
    card.write_bytes(b'\xef\xbb\xbfname = "ours"\r\nlicence = "CC0-1.0"\r\n')
    with Store.open(tmp_path / "corpus") as store:
        assert store.card == {"name": "ours", "licence": "CC0-1.0"}


WRONG = {
    "a number for a corpus": (lambda _: align.open(3), r"the corpus is an int \('3'\); expected"),
    "bytes for a corpus": (lambda _: align.open(b"corpora/main"), "the corpus is a bytes"),
    "a number for a briefing": (lambda corpus: corpus[0], r"briefing is an int .*; expected"),
    "nothing to add": (lambda corpus: corpus.add(None), "the source is None; expected a str or"),
    "a list to add": (lambda corpus: corpus.add(["a.txt"]), "the source is a list"),
    "a number for zh": (lambda corpus: corpus.add("a.txt", zh=1), "zh is an int"),
    "a number for a date": (lambda corpus: corpus.add("a", date=1), "expected a str or a date"),
    "a date for a title": (
        lambda corpus: corpus.add("a", title=dt.date(2031, 5, 14)), "title is a date"
    ),
    "a number for a query": (lambda corpus: corpus.search(3), "the query is an int"),
    "a text for rules": (
        lambda corpus: corpus.export("tsv", "a.tsv", filters="complete"), "filters is a str"
    ),
    "a day without parts": (
        lambda corpus: corpus.export("tsv", "a.tsv", by_date="2031-05-14"), "needs split=True"
    ),
    "a number for a day": (
        lambda corpus: corpus.export("tsv", "a", split=True, by_date=3), "expected a str or a date"
    ),
    "a number for a path": (lambda corpus: corpus.export("tsv", 3), "path is an int"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_wrong_use_is_a_type_error_that_says_what_was_expected(corpus, what: str):
    call, says = WRONG[what]
    with pytest.raises(TypeError, match=says):
        call(corpus)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"date": "14 May"}, "date is '14 May'; give a date such as 2031-05-14"),
        ({"id": "a b"}, "id is 'a b'; give up to 40 letters"),
        ({"source": "http://[x"}, r"source is 'http://\[x'; give a URL or plain text"),
    ],
)
def test_what_cannot_be_kept_is_refused_before_anything_is_read(corpus, said, says: str):
    with pytest.raises(align.AlignError, match=says):
        corpus.add("missing.txt", **said)


def test_the_start_of_an_id_is_enough_if_it_names_one_briefing(tmp_path: Path, demo: Path):
    with align.open(tmp_path / "corpus", create=True) as corpus:
        for name in ("sea-1", "sea-2"):
            table = tmp_path / f"{name}.tsv"
            table.write_text(f"briefing\tzh\ten\n{name}\t海 {name}\tSea {name}\n", encoding="utf-8")
            report = corpus.import_file(table)
            assert report.briefings == (name,)
        assert corpus["sea-1"].id == "sea-1"
        with pytest.raises(align.AlignError, match="sea: matches 2 briefings, such as sea-"):
            corpus["sea"]
        with pytest.raises(align.AlignError, match="lake: unknown briefing"):
            corpus["lake"]


def test_a_briefing_is_removed_and_one_with_decisions_only_by_force(tmp_path: Path):
    for name in ("sea-1", "sea-2"):
        row = f"briefing\tzh\ten\n{name}\t海 {name}\tSea {name}\n"
        (tmp_path / f"{name}.tsv").write_text(row, encoding="utf-8")
    with align.open(tmp_path / "corpus", create=True) as corpus:
        for name in ("sea-1", "sea-2"):
            corpus.import_file(tmp_path / f"{name}.tsv")
        with pytest.raises(align.AlignError, match="lake: unknown briefing"):
            corpus.remove("lake")
        with pytest.raises(align.AlignError, match="sea: matches 2 briefings"):
            corpus.remove("sea")
        corpus.remove("sea-1")
        assert [briefing.id for briefing in corpus] == ["sea-2"]
        with pytest.raises(align.AlignError, match='"": unknown briefing'):
            corpus.remove("")
    with Store.open(tmp_path / "corpus") as store:
        row = store.rows()[0].id
        ReviewSession(store, "sea-2", "ann").do(Request("t-1", "accept", (row,)))
    with align.open(tmp_path / "corpus") as corpus:
        with pytest.raises(align.AlignError, match="has 1 decision; make a backup"):
            corpus.remove("sea-2")
        assert "sea-2" in corpus
        corpus.remove("sea-2", force=True)
        assert len(corpus) == 0


def test_an_edited_table_a_test_set_and_a_backup_go_through_the_library(corpus, tmp_path: Path):
    copy = corpus.backup(tmp_path / "copy")
    with align.open(copy) as again:
        again.export("tsv", tmp_path / "out.tsv")
        first = again.beads[0]
        edited = (tmp_path / "out.tsv").read_text("utf-8").replace(first.en, "Quite another text.")
        (tmp_path / "out.tsv").write_text(edited, encoding="utf-8")
        again.update_from(tmp_path / "out.tsv", "ann", dry_run=True)
        assert again.beads[0].en == first.en
        again.update_from(tmp_path / "out.tsv", "ann")
        assert (again.beads[0].en, again.beads[0].id) == ("Quite another text.", first.id)
        (tmp_path / "set.txt").write_text(f"{again.beads[1].zh}\n", encoding="utf-8")
        assert again.overlap(tmp_path / "set.txt").found == 1
        assert all(term.zh for term in again.terms(least=2))


def test_two_builds_of_one_input_export_the_same_ids_and_checksums(tmp_path: Path, demo: Path):
    made = []
    for name in ("one", "two"):
        with align.open(tmp_path / name, create=True) as corpus:
            corpus.add(demo / "texts/en.txt", zh=demo / "texts/zh.txt")
            corpus.export("jsonl", tmp_path / f"{name}.jsonl")
        made.append((tmp_path / f"{name}.jsonl").read_bytes())
    assert made[0] == made[1]


def test_what_cannot_be_pickled_says_so(corpus):
    for value in (corpus, corpus["sea"]):
        with pytest.raises(TypeError, match="cannot be pickled; pickle its"):
            pickle.dumps(value)
    beads = corpus["sea"].beads
    assert pickle.loads(pickle.dumps(beads)) == beads


def test_beads_are_short_and_a_notebook_shows_them_as_text(corpus):
    bead = corpus["sea"].beads[0]
    assert repr(bead).startswith("<CorpusBead 1-1, ")
    assert len(repr(bead)) < 160
    result = align.align(["大家好<b>。", "谢谢。"], ["Hello <b>.", "Thank you."])
    assert "大家好&lt;b&gt;。" in result._repr_html_()
    assert "<b>" not in result._repr_html_()


def test_the_names_of_formats_are_those_of_the_table():
    own = {name for name, form in TABLE.items() if name not in TABLE.offers()}
    assert {*get_args(ExportFormat)} == {name for name in own if TABLE[name].written}
    assert {*get_args(ImportFormat)} == {name for name in own if TABLE[name].reader} | {"ladder"}


def test_a_share_in_place_of_a_split_is_an_error(corpus, tmp_path):
    with pytest.raises(TypeError, match=r"split is a float \('0.1'\); expected True; dev and test"):
        corpus.export("tsv", tmp_path / "beads", split=0.1)
