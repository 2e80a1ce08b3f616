"""``align import --update``: an edited table through the command line."""

import json

import pytest
from review_cases import briefing, stored

from align.corpus.review import Request, ReviewSession
from align.corpus.store import Store


@pytest.fixture
def file(run, tmp_path):
    """A corpus with one briefing, and an export of it."""
    stored(tmp_path / "corpus").close()
    done = run("export", "--format", "tsv", "-o", "out.tsv", "--corpus", "corpus", "--no-checks")
    assert done.code == 0, done.err
    return tmp_path / "out.tsv"


def change(path, *pairs):
    text = path.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def rows(tmp_path):
    with Store.open(tmp_path / "corpus") as store:
        return store.rows(), store.history()


def test_a_corrected_table_is_previewed_and_then_taken(run, file, tmp_path):
    change(file, ("The lake is clearer.", "The lake is cleaner now."))
    words = ("import", file, "--update", "--corpus", "corpus", "--reviewer", "wang")
    dry = run(*words, "--dry-run")
    assert dry.code == 0, dry.err
    assert dry.out.splitlines()[0] == f"{file} (tsv): 10 rows, 1 to apply, 9 unchanged"
    assert "  line 6: water, edit by wang: English: “…lake is clearer.” → “…" in dry.out
    assert rows(tmp_path)[1] == ()
    done = run(*words)
    assert (done.code, done.out) == (0, f"{file} (tsv): 10 rows, 1 applied, 9 unchanged\n")
    assert "press u on the page to undo one" in done.err
    assert "read-only columns" not in done.err
    found, (entry,) = rows(tmp_path)
    assert (found[4].en_final, entry.decision.reviewer) == ("The lake is cleaner now.", "wang")
    again = run(*words)
    assert (again.code, again.out) == (
        0,
        f"{file} (tsv): 10 rows, 0 applied, 10 unchanged\n",
    )


def test_rows_of_a_briefing_that_is_not_here_are_named_though_unchanged(run, file, tmp_path):
    stored(tmp_path / "other", briefing(name="fire")).close()
    done = run("import", file, "--update", "--corpus", "other")
    told, left, first, *_ = done.out.splitlines()
    assert (done.code, told) == (1, f"{file} (tsv): 10 rows, 0 applied, 0 unchanged")
    assert left == "10 rows skipped: no longer in the corpus"
    assert first.endswith(": neither this row nor its briefing is in the corpus")


def test_the_whole_file_is_taken_back(run, file, tmp_path):
    change(file, ("The lake is clearer.", "Mine."), ("No.", "Never."))
    words = ("import", file, "--update", "--corpus", "corpus")
    run(*words)
    with Store.open(tmp_path / "corpus") as store:
        session = ReviewSession(store, "water", "bob")
        session.do(Request("t-1", "accept", (session.state.rows[7].id,), seen=session.seq))
    file.unlink()
    done = run(*words, "--undo")
    assert done.code == 1
    assert done.out.startswith(f"{file}: 1 decision undone\n1 row not undone: changed since")
    assert rows(tmp_path)[0][4].en_edit is None


def test_the_hits_of_a_search_come_back_too(run, file, tmp_path):
    done = run("search", "en:lake", "--corpus", "corpus", "-o", "hits.tsv")
    assert done.code == 0, done.err
    change(tmp_path / "hits.tsv", ("The lake is clearer.", "The lake is clean."))
    done = run("import", "hits.tsv", "--update", "--corpus", "corpus")
    assert done.out == "hits.tsv (tsv): 1 row, 1 applied, 0 unchanged\n"


def test_rows_that_were_left_are_listed_and_told_by_the_exit_code(run, file, tmp_path):
    change(file, ("The lake is clearer.", "Mine."), ("Thank you.\twater", "\twater"))
    with Store.open(tmp_path / "corpus") as store:
        session = ReviewSession(store, "water", "bob")
        row = session.state.rows[4].id
        session.do(Request("t-1", "edit", (row,), seen=0, en_text="His."))
    done = run("import", file, "--update", "--corpus", "corpus", "--reviewer", "wang")
    assert done.code == 1
    assert "1 row skipped: changed in the corpus after the export" in done.out
    assert f"  line 6, {row}: bob changed this row on " in done.out
    assert "requested change: English: “His.” → “Mine.”" in done.out
    assert "2 rows skipped: cannot be applied" in done.out
    assert done.err.splitlines()[-1] == ("align: 3 rows skipped; all other changes were applied")
    assert rows(tmp_path)[0][4].en_final == "His."


def test_json_has_every_row(run, file):
    change(file, ("The lake is clearer.", "Mine."))
    done = run("import", file, "--update", "--dry-run", "--json", "--corpus", "corpus")
    values = json.loads(done.out)
    assert (values["rows"], values["same"], values["conflict"], values["dry"]) == (10, 9, 0, True)
    assert [one["line"] for one in values["made"]] == [6]


@pytest.mark.parametrize(
    "words",
    [
        ("--dry-run",),
        ("--undo",),
        ("--update", "--undo", "--dry-run"),
        ("--reviewer", "x"),
        ("--update", "--replace"),
        ("--update", "--format", "ladder"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(run, file, words):
    assert run("import", file, *words, "--corpus", "corpus").code == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--corpus", "nowhere"), "nowhere: corpus not found"),
        (("--corpus", "corpus", "--reviewer", " "), "' ': not a valid name"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run, file, words, message, tmp_path):
    done = run("import", file, "--update", *words)
    assert done.code == 1
    assert done.err.startswith(f"align: {message}")
    assert not (tmp_path / "nowhere").exists()


def test_where_nobodys_account_runs_it_a_name_is_asked_for(run, file, monkeypatch):
    def nobody():
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr("getpass.getuser", nobody)
    done = run("import", file, "--update", "--corpus", "corpus")
    assert (done.code, "--reviewer" in done.err) == (1, True)
    assert run("import", file, "--update", "--reviewer", "ann", "--corpus", "corpus").code == 0
