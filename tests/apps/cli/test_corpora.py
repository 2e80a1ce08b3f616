"""``align show``, ``stats``, ``remove``, and the index of a corpus that is copied."""

import json
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from io import FileIO
from pathlib import Path

import pytest
from briefings import ADDRESS, BRIEFING
from systems import needs_posix

from align.corpus.exchange.importing import import_file
from align.corpus.pipeline import MANY, count_words
from align.corpus.review import Request, ReviewSession
from align.corpus.review.double_review import start_double_review
from align.corpus.review.permissions import give_role
from align.corpus.search import Concordance
from align.corpus.search.terms import LEAST_ROWS, KeptTerms
from align.corpus.store import Store
from align.corpus.store.index.full_text import FullTextIndex


def test_show_lists_and_shows_by_the_beginning_of_an_id(run, corpus: Path):
    listed = run("show", "--corpus", corpus)
    assert listed.out.startswith("2031-05-14-test     4 beads,    0 reviewed")
    one = run("show", "2031", "--corpus", corpus)
    assert "去年产量增长3%。这是好消息。" in one.out
    assert "[2-1] 0.60" in one.out


def test_show_json_has_the_fields_of_both_documents_and_the_beads(run, corpus: Path):
    data = json.loads(run("show", "2031", "--json", "--corpus", corpus).out)
    assert set(data) >= {"id", "zh", "en", "beads"}
    assert set(data["zh"]) >= {"title", "date", "url", "turns", "sentences"}
    assert data["zh"]["turns"][0]["label"] == "主持人 林若水："
    assert data["beads"][3] == {
        "zh": [3, 4],
        "en": [3],
        "probability": 0.6,
        "status": "unreviewed",
    }


def test_the_list_in_json_has_one_object_for_each_briefing(run, corpus: Path):
    (row,) = json.loads(run("show", "--json", "--corpus", corpus).out)
    assert (row["id"], row["beads"]) == ("2031-05-14-test", 4)


def test_a_title_with_line_breaks_is_printed_on_one_line(run, tmp_path: Path):
    forged = "Lamps\n2031-05-14-forged   99 beads, 99 reviewed  Ours\r\u2028\x85\x0b2"
    made = replace(BRIEFING, en=replace(BRIEFING.en, title=forged))
    with Store.open(tmp_path / "corpus", create=True) as store:
        store.save(made, address=ADDRESS)
    (line,) = run("show", "--corpus", tmp_path / "corpus").out.splitlines()
    assert "Lamps 2031-05-14-forged" in line
    one = run("show", made.id, "--corpus", tmp_path / "corpus").out.splitlines()
    assert one[1].startswith("Lamps 2031-05-14-forged")


@pytest.mark.parametrize("name", ["show", "stats"])
def test_a_missing_corpus_is_named(run, name: str, tmp_path: Path):
    done = run(name, "--corpus", tmp_path / "none")
    assert done.code == 1
    assert f"{tmp_path / 'none'}: corpus not found" in done.err


def test_an_unknown_briefing_is_named(run, corpus: Path):
    done = run("show", "1999", "--corpus", corpus)
    assert (done.code, done.err) == (
        1,
        "align: 1999: unknown briefing; run 'align show' for a list\n",
    )


def test_an_empty_id_names_no_briefing_although_there_is_only_one(run, corpus: Path):
    done = run("remove", "", "--corpus", corpus)
    assert (done.code, done.err) == (
        1,
        "align: \"\": unknown briefing; run 'align show' for a list\n",
    )


@pytest.fixture
def reviewed(corpus: Path):
    with Store.open(corpus) as store:
        ReviewSession(store, BRIEFING.id, "ann").do(Request("t-1", "accept", (store.rows()[0].id,)))
    return corpus


REVIEWED = f"{BRIEFING.id}: 1 of 4 rows are reviewed (1 decisions)"


def test_a_briefing_without_decisions_is_removed_at_once(run, corpus: Path):
    done = run("remove", BRIEFING.id[:4], "--corpus", corpus)
    assert (done.code, done.out) == (0, f"{BRIEFING.id}: removed\n")
    assert "the corpus is empty" in run("show", "--corpus", corpus).err


def test_decisions_are_removed_only_with_yes(run, reviewed: Path):
    refused = run("remove", BRIEFING.id[:4], "--corpus", reviewed)
    advice = "back it up with 'align backup', or delete it with --yes"
    assert (refused.code, refused.err) == (1, f"align: {REVIEWED}; {advice}\n")
    assert run("show", BRIEFING.id, "--corpus", reviewed).code == 0
    assert run("remove", BRIEFING.id[:4], "--yes", "--corpus", reviewed).code == 0
    assert "the corpus is empty" in run("show", "--corpus", reviewed).err


def test_decisions_of_an_independent_review_are_not_removed(run, corpus: Path):
    with Store.open(corpus) as store:
        for name, role in {"boss": "admin", "ann": "reviewer", "bob": "reviewer"}.items():
            give_role(store, name, role)
        start_double_review(store, BRIEFING.id, ["ann", "bob"])
        ReviewSession(store, BRIEFING.id, "ann").do(Request("t-1", "accept", (store.rows()[0].id,)))
    refused = run("remove", BRIEFING.id, "--corpus", corpus)
    assert "0 of 4 rows are reviewed (1 decisions)" in refused.err


@needs_posix
@pytest.mark.parametrize(("answer", "code"), [("n", 1), ("y", 0)])
def test_a_terminal_is_asked_before_decisions_are_removed(
    reviewed: Path, answer: str, code: int, terminal: tuple[FileIO, FileIO]
):
    ours, theirs = terminal
    ours.write(f"{answer}\n".encode())
    done = subprocess.run(
        [sys.executable, "-m", "align", "remove", BRIEFING.id, "--corpus", reviewed],
        stdin=theirs,
        capture_output=True,
        text=True,
    )
    assert done.returncode == code
    assert f"{REVIEWED}; delete them? [y/N]" in done.stderr
    with Store.open(reviewed) as store:
        assert len(store.briefings()) == code


def test_stats_count(run, corpus: Path):
    stats = json.loads(run("stats", "--json", "--corpus", corpus).out)
    assert (stats["briefings"], stats["beads"], stats["verdicts"]) == (1, 4, 0)
    assert stats["kinds"] == {"1-1": 3, "2-1": 1}
    match, store = stats["seconds"]
    assert (match["stage"], match["briefings"], match["total"]) == ("match", 1, 0.5)
    assert (match["median"], match["p95"], match["most"]) == (0.5, 0.5, 0.5)
    assert match["slowest"] == "2031-05-14-test"
    assert (store["stage"], store["total"] > 0) == ("store", True)
    assert stats["expected_errors"] == pytest.approx(0.54)
    told = run("stats", "--corpus", corpus).out
    assert "briefings        1" in told
    assert "match               0.50    0.500    0.500    0.500  2031-05-14-test" in told


def test_a_corpus_is_indexed_when_it_is_copied_or_restored(run, corpus: Path, tmp_path: Path):
    """The first search of a large corpus would wait for a minute."""
    assert run("backup", tmp_path / "backup", "--corpus", corpus).code == 0
    assert run("restore", tmp_path / "backup", "--corpus", tmp_path / "restored").code == 0
    assert run("copy", corpus, tmp_path / "copied").code == 0
    for name in ("restored", "copied"):
        with (
            Store.open(tmp_path / name) as store,
            closing(FullTextIndex(store.index_folder())) as index,
        ):
            assert index.states() == store.stamps()


def test_words_and_terms_are_counted_at_once_only_if_many_briefings_are_new(corpus: Path):
    with Store.open(corpus) as store, closing(Concordance(store)) as concordance:
        terms = KeptTerms(concordance.index, LEAST_ROWS)
        count_words(store, MANY - 1)
        assert concordance.words.chances() is None
        concordance.refresh()
        count_words(store, MANY)
        assert concordance.words.current
        assert terms.current


def test_a_first_count_that_was_interrupted_is_resumed_though_nothing_is_added(tmp_path: Path):
    def stop(_done, _total):
        raise KeyboardInterrupt

    rows = tmp_path / "rows.jsonl"
    lines = [
        json.dumps({"zh": f"港口{n}开放。", "en": f"Port {n} is open.", "briefing": f"b-{n}"})
        for n in range(MANY)
    ]
    rows.write_text("\n".join(lines), "utf-8")
    with Store.open(tmp_path / "corpus", create=True) as store:
        added = len(import_file(store, rows).briefings)
        assert added == MANY
        with closing(Concordance(store)) as concordance:
            concordance.refresh()
            terms = KeptTerms(concordance.index, LEAST_ROWS)
            with pytest.raises(KeyboardInterrupt):
                count_words(store, added, stop)
            assert not terms.current
            count_words(store, 0)
            assert terms.current
