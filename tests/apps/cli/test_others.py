"""``align`` itself, ``show``, ``stats``, ``encoders``, ``doctor``, ``evaluate``, ``export``."""

import gzip
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from io import FileIO
from pathlib import Path

import pytest
from briefings import ADDRESS, BRIEFING
from lxml import etree
from systems import needs_posix

from align import __version__
from align.apps.cli import COMMANDS, cli
from align.corpus.pipeline import MANY, count_words
from align.corpus.review import Request, ReviewSession
from align.corpus.review.double_review import start_double_review
from align.corpus.review.permissions import give_role
from align.corpus.search import Concordance
from align.corpus.search.terms import LEAST_ROWS, KeptTerms
from align.corpus.store import Store
from align.corpus.store.index.full_text import FullTextIndex


@pytest.fixture
def corpus(tmp_path: Path):
    folder = tmp_path / "corpus"
    with Store.open(folder, create=True) as store:
        store.save(BRIEFING, address=ADDRESS, seconds={"match": 0.5})
    return folder


def test_every_command_has_help_with_an_example(run):
    for name in COMMANDS:
        done = run(name, "--help")
        assert done.code == 0
        examples = done.out.split("Example")[1].splitlines()[1:]
        assert examples[0].startswith(f"    align {name}"), examples  # each on its own line


def test_the_version_is_that_of_the_package(run):
    first, python, models, packages = run("--version").out.splitlines()
    assert first == f"align, version {__version__}"
    assert platform.python_version() in python
    assert "lattice@" in models
    assert "numpy " in packages


def test_python_m_align_is_align():
    done = subprocess.run(
        [sys.executable, "-m", "align", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"align, version {__version__}\n")


def test_the_changelog_knows_the_version():
    text = (Path(__file__).resolve().parents[3] / "CHANGELOG.md").read_text("utf-8")
    assert f"## {__version__}\n" in text


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (("add", "x"), "; finished work is kept, rerun to resume"),
        (("--verbose", "import", "x"), "; finished work is kept, rerun to resume"),
        (("export", "--format", "tmx"), ""),
        (("show", "add"), ""),
    ],
)
def test_ctrl_c_says_that_what_was_finished_is_kept_where_it_is(
    run, monkeypatch: pytest.MonkeyPatch, words, kept
):
    def interrupted(**_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "invoke", lambda _context: interrupted())
    done = run(*words)
    assert (done.code, done.out, done.err) == (130, "", f"\nalign: stopped{kept}\n")


def test_show_lists_and_shows_by_the_beginning_of_an_id(run, corpus: Path):
    listed = run("show", "--corpus", corpus)
    assert listed.out.startswith("2031-05-14-test     4 beads,    0 reviewed")
    one = run("show", "2031", "--corpus", corpus)
    assert "去年产量增长3%。这是好消息。" in one.out
    assert "[2-1] 0.60" in one.out


def test_show_json_is_what_was_promised(run, corpus: Path):
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


def test_a_line_break_in_a_title_makes_no_line_of_its_own(run, tmp_path: Path):
    forged = "Lamps\n2031-05-14-forged   99 beads, 99 reviewed  Ours\r\u2028\x85\x0b2"
    made = replace(BRIEFING, en=replace(BRIEFING.en, title=forged))
    with Store.open(tmp_path / "corpus", create=True) as store:
        store.save(made, address=ADDRESS)
    (line,) = run("show", "--corpus", tmp_path / "corpus").out.splitlines()
    assert "Lamps 2031-05-14-forged" in line
    one = run("show", made.id, "--corpus", tmp_path / "corpus").out.splitlines()
    assert one[1].startswith("Lamps 2031-05-14-forged")


@pytest.mark.parametrize("name", ["show", "stats"])
def test_a_corpus_that_is_not_there_is_named(run, name: str, tmp_path: Path):
    done = run(name, "--corpus", tmp_path / "none")
    assert done.code == 1
    assert f"{tmp_path / 'none'}: corpus not found" in done.err


def test_a_briefing_that_is_not_there_is_named(run, corpus: Path):
    done = run("show", "1999", "--corpus", corpus)
    assert (done.code, done.err) == (
        1,
        "align: 1999: unknown briefing; run 'align show' for a list\n",
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


def test_decisions_are_not_removed_without_a_word(run, reviewed: Path):
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


@pytest.fixture
def terminal() -> Iterator[tuple[FileIO, FileIO]]:
    """The two ends of a pseudo-terminal: ours, and the one that a program has."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    try:
        ours, theirs = pty.openpty()
    except OSError as error:
        pytest.skip(f"no pseudo-terminal here: {error}")
    with FileIO(ours, "r+") as one, FileIO(theirs, "r+") as other:
        yield one, other


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


def test_encoders_says_what_is_usable(run):
    rows = {row["name"]: row for row in json.loads(run("encoders", "--json").out)}
    assert rows["use"]["usable"]
    assert "yes  use" in run("encoders").out


def test_encoders_measures_the_one_that_is_named(run):
    known = json.loads(run("encoders", "use", "--json").out)
    assert (known["signature"].split("@")[0], known["width"]) == ("use", 512)
    assert known["any_two"] + 0.3 < known["translations"]
    assert "calibrated: yes" in run("encoders", "use").out
    refused = run("encoders", "/no/such/folder")
    assert refused.code != 0
    assert "Traceback" not in refused.err


def test_doctor_finds_a_sound_machine_and_corpus(run, corpus: Path):
    done = run("doctor", "--corpus", corpus)
    assert done.code == 0, done.err
    assert f"{corpus}: 1 briefing, no problems found" in done.out


def test_doctor_says_what_is_wrong_with_a_corpus_and_derives_its_rows_again(run, corpus: Path):
    import sqlalchemy as sa

    with Store.open(corpus) as store:
        (briefing,), rows = store.briefings(), store.rows()
        with store.writing() as connection:
            connection.execute(sa.text("UPDATE bead SET zh = '[]' WHERE position = 1.0"))
    done = run("doctor", "--corpus", corpus)
    assert done.code == 1
    assert (
        f"!!  corpus                 {briefing.id}: 1 row differs from its alignment and "
        "decisions; run 'align doctor --rebuild'" in done.out
    )
    done = run("doctor", "--corpus", corpus, "--rebuild")
    assert done.code == 0, done.err
    assert f"{briefing.id}: 1 row rebuilt" in done.out
    with Store.open(corpus) as store:
        assert store.rows() == rows


def test_doctor_explains_how_a_page_is_read(run, demo: Path):
    page = demo / "pages" / "pressroom" / "2031-05" / "14" / "content_900001.htm"
    done = run("doctor", "--site", page)
    assert done.code == 0, done.err
    assert "scio_en" in done.out
    (lines,) = json.loads(run("doctor", "--site", page, "--json").out).values()
    assert [f"  {line}" for line in lines] == done.out.splitlines()[1:]


def test_evaluate_scores_and_signs(run, demo: Path, tmp_path: Path):
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


def test_evaluate_refuses_a_ladder_that_is_no_text(run, demo: Path, tmp_path: Path):
    (tmp_path / "gold2.ladder").write_bytes(b"\xff\xfe\x00[0]:[0]")
    done = run("evaluate", demo / "gold2.json", "--beads", tmp_path)
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert "gold2.ladder: not a readable ladder" in done.err


def test_evaluate_refuses_what_is_no_gold(run, tmp_path: Path):
    (tmp_path / "x.json").write_text("{}")
    done = run("evaluate", tmp_path / "x.json")
    assert (done.code, "needs the fields id, zh, en and gold" in done.err) == (1, True)


@pytest.mark.parametrize("form", ["tmx", "tsv", "jsonl"])
def test_export_says_what_was_written(run, corpus: Path, tmp_path: Path, form: str):
    done = run("export", "--format", form, "-o", tmp_path / "out", "--corpus", corpus)
    assert done.code == 0, done.err
    assert (tmp_path / "out").stat().st_size > 500
    assert "4 of 4 beads written and read back" in done.err


@pytest.mark.parametrize("form", ["tmx", "tsv", "jsonl", "html", "apart", "xlsx"])
def test_an_export_to_standard_output_is_the_file(run, corpus: Path, tmp_path: Path, form: str):
    """As bytes, through a pipe, with the summary on stderr."""
    words = ["export", "--format", form, "--corpus", str(corpus), "-o"]
    piped = subprocess.run([sys.executable, "-m", "align", *words, "-"], capture_output=True)
    assert piped.returncode == 0, piped.stderr
    assert b"4 beads of" in piped.stderr or b"4 of 4 beads" in piped.stderr
    suffix = "apart.jsonl" if form == "apart" else form
    assert run(*words, tmp_path / f"corpus.{suffix}").code == 0
    if form not in ("html", "tmx"):  # these have the time or the name in them
        assert piped.stdout == (tmp_path / f"corpus.{suffix}").read_bytes()
    assert len(piped.stdout) > 500


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--format", "tei"), "this export is a folder"),
        (("--format", "moses"), "moses is 3 files"),
        (("--format", "tsv", "--split"), "this export is a folder"),
        (("--format", "tsv", "--json"), "both write to standard output"),
        ((), "give a --format"),
    ],
)
def test_an_export_of_several_files_needs_a_name(run, corpus: Path, words, problem: str):
    done = run("export", *words, "-o", "-", "--corpus", corpus)
    assert done.code != 0
    assert problem in done.err


@needs_posix
def test_a_binary_export_is_not_written_to_a_terminal(
    corpus: Path, terminal: tuple[FileIO, FileIO]
):
    words = ["export", "--format", "xlsx", "--corpus", str(corpus), "-o", "-"]
    done = subprocess.run(
        [sys.executable, "-m", "align", *words],
        stdout=terminal[1],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "xlsx is binary, and standard output is a terminal" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("terms", "--limit", "-1"),
        ("terms", "--least", "0"),
        ("search", "water", "--limit", "-1"),
        ("search", "water", "--below", "1.5"),
        ("view", "--port", "65536"),
    ],
)
def test_a_number_out_of_bounds_is_wrong_usage(run, words: tuple[str, ...]):
    assert run(*words).code == 2


@needs_posix
@pytest.mark.parametrize("name", ["corpus", "new"])
def test_view_starts_a_server_that_answers(
    corpus: Path, name: str, tmp_path: Path, terminal: tuple[FileIO, FileIO]
):
    place = corpus.with_name(name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "align", "view", "--corpus", str(place)]
    with (
        (tmp_path / "err").open("w") as printed,
        subprocess.Popen(
            [*command, "--port", str(port)],
            stdin=terminal[1],  # a first start asks nobody for an address
            stdout=subprocess.DEVNULL,
            stderr=printed,
            env={**os.environ, "HOME": str(tmp_path), "BROWSER": "true"},
            start_new_session=True,
        ) as server,
    ):
        try:
            answer = ""
            for _ in range(100):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health") as page:
                        answer = page.read().decode()
                    break
                except OSError:
                    time.sleep(0.2)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
    assert answer == "ok"
    expected = f"{place}: new corpus\n" if name == "new" else ""
    assert (tmp_path / "err").read_text("utf-8").partition("\nalign: stopped")[0] == expected
    assert not corpus.with_name("new").exists()


def test_view_refuses_a_corpus_below_folders_that_do_not_exist(run, tmp_path: Path):
    place = tmp_path / "none" / "of" / "these"
    done = run("view", "--no-browser", "--corpus", place)
    assert done.code == 1
    problem = f"{place.parent} does not exist; check the path, or create that folder"
    assert done.err == f"align: {place}: {problem}\n"


def test_view_refuses_a_folder_with_other_files(run, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    done = run("view", "--no-browser", "--corpus", tmp_path)
    assert (done.code, "not a corpus" in done.err) == (1, True)


@needs_posix
def test_an_import_shows_how_far_it_and_the_index_of_words_are(
    tmp_path: Path, terminal: tuple[FileIO, FileIO]
):
    ours, theirs = terminal
    (tmp_path / "a.tsv").write_text("zh\ten\n水很清。\tThe water is clear.\n", encoding="utf-8")
    command = [sys.executable, "-m", "align", "import", tmp_path / "a.tsv", "--corpus"]
    done = subprocess.run([*command, tmp_path / "corpus"], stderr=theirs, stdout=subprocess.PIPE)
    theirs.close()
    drawn = b""
    with suppress(OSError):  # the end of it; a terminal gives 4 KB at a time
        while part := ours.read(1 << 16):
            drawn += part
    shown = drawn.decode()
    assert done.returncode == 0
    assert b"1 bead" in done.stdout
    assert "indexing a.tsv" in shown
    assert "1/1" in shown.rpartition("indexing")[2]


def test_the_suffix_of_the_output_gives_the_format(run, corpus: Path, tmp_path: Path):
    done = run("export", "--corpus", corpus, "-o", tmp_path / "x.tmx")
    assert done.code == 0
    assert "<tmx" in (tmp_path / "x.tmx").read_text("utf-8")
    assert run("export", "--corpus", corpus, "--format", "chat", "-o", "x.jsonl").code == 0


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--format", "jsonl", "-o", "x.tmx"), "x.tmx: the suffix is that of tmx, but --format is"),
        (("-o", "folder"), "give a --format, or an --output whose suffix names it"),
        ((), "give a --format, or an --output whose suffix names it"),
    ],
)
def test_an_export_without_a_clear_format_is_refused(run, corpus: Path, words, problem: str):
    done = run("export", "--corpus", corpus, *words)
    assert (done.code, problem in done.err) == (2, True)
    assert not Path("x.tmx").exists()


def test_an_export_of_one_briefing_says_which_parts_it_has_not(run, corpus, tmp_path):
    split = ("export", "--format", "jsonl", "--split", "--corpus", corpus)
    done = run(*split, "-o", tmp_path / "out")
    assert done.code == 0
    assert "no dev and no test set: too few briefings, and none is split" in done.err
    assert "no dev" not in run(*split, "--dev", "0", "-o", tmp_path / "out").err


DAY = "--by-date 2031-05-01"


@pytest.mark.parametrize(
    "asked", ["--test 0.2", "--dev 0.2", "--reviewed-test", DAY, f"--split --test 0.2 {DAY}"]
)
def test_options_that_divide_nothing_are_wrong_usage(run, corpus, tmp_path, asked):
    out = tmp_path / "out"
    done = run("export", "--format", "tsv", *asked.split(), "-o", out, "--corpus", corpus)
    assert (done.code, out.exists()) == (2, False)
    assert ("need --split" in done.err) != ("remove --test" in done.err)


def test_a_rule_about_a_check_that_there_is_not_is_refused(run, corpus, tmp_path):
    out = tmp_path / "out.tsv"
    rule = ("--filter", "checks=numbr")
    done = run("export", "--format", "tsv", *rule, "-o", out, "--corpus", corpus)
    assert (done.code, out.exists()) == (2, False)
    assert "numbr is not a check; the checks are number, percent" in done.err


def test_export_explains_rules_before_they_are_applied(run, corpus: Path, tmp_path: Path):
    rules = ("--filter", "probability=0.7", "--filter", "complete")
    done = run("export", "--format", "tsv", *rules, "--explain", "--corpus", corpus)
    assert done.code == 0, done.err
    assert "4 beads: 3 kept, 1 dropped (25.0%)" in done.out
    assert "去年产量增长3%。这是好消息。" in done.out
    assert not list(tmp_path.glob("*.tsv"))


def test_export_refuses_a_rule_that_is_none(run, corpus: Path):
    done = run("export", "--format", "tsv", "--filter", "nice", "--corpus", corpus)
    assert (done.code, "unknown cleaning rule" in done.err) == (2, True)


def test_a_folder_gets_a_card(run, corpus: Path, tmp_path: Path):
    done = run("export", "--format", "jsonl", "-o", tmp_path / "data", "--corpus", corpus)
    assert done.code == 0, done.err
    assert "license" in (tmp_path / "data" / "README.md").read_text("utf-8").lower()


def test_what_was_exported_is_imported_and_exported_alike(run, corpus: Path, tmp_path: Path):
    first, second = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    run("export", "--format", "jsonl", "-o", first, "--corpus", corpus)
    brought = run("import", first, "--corpus", tmp_path / "other")
    assert brought.code == 0, brought.err
    run("export", "--format", "jsonl", "-o", second, "--corpus", tmp_path / "other")
    assert first.read_bytes() == second.read_bytes()
    again = run("import", first, "--corpus", tmp_path / "other")
    assert (again.code, "already in the corpus, unchanged" in again.err) == (0, True)


def test_a_ladder_is_imported_with_its_texts(run, tmp_path: Path):
    (tmp_path / "zh.txt").write_text("一句话。\n两句话。\n", encoding="utf-8")
    (tmp_path / "en.txt").write_text("One sentence.\nTwo of them.\n", encoding="utf-8")
    (tmp_path / "beads.txt").write_text("[0]:[0]:0.1\n[1]:[1]:0.2\n")
    done = run(*("import", "beads.txt", "--texts", "zh.txt", "en.txt", "--corpus", "corpus"))
    assert done.code == 0, done.err
    assert "2 beads in 1 briefing" in done.out
    assert run("import", "beads.txt", "--format", "ladder", "--corpus", "corpus").code == 2


def test_search_shows_the_counterpart_beside_the_hit(run, corpus: Path):
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


def test_hits_are_written_as_an_export_writes_them(run, corpus: Path, tmp_path: Path):
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


def test_terms_lists_what_recurs_and_checks_a_glossary(run, corpus: Path, tmp_path: Path):
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


def test_terms_cannot_steer_the_terminal(run, tmp_path: Path):
    rows = ["briefing\tzh_index\ten_index\tzh\ten", "b\t0\t0\t高质量\x1b[2J\tbad\x1b[2J"]
    (tmp_path / "b.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    assert run("import", "b.tsv", "--corpus", "hostile").code == 0
    (tmp_path / "g.tsv").write_text("高质量\tsuperb\x1b[2J\n", encoding="utf-8")
    done = run("terms", "--glossary", "g.tsv", "--corpus", "hostile")
    assert done.code == 0, done.err
    assert "高质量" in done.out
    assert "\x1b" not in done.out


def test_only_the_briefings_that_were_named_are_written_without_text(run, tmp_path: Path):
    rows = ["briefing\tzh\ten", "lake\t湖水清了。\tThe lake is clear.", "port\t港口。\tA port."]
    (tmp_path / "b.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    assert run("import", "b.tsv", "--corpus", "two").code == 0
    named = ("--briefing", "port", "-o", "port.apart.jsonl")
    assert run("export", "--format", "apart", *named, "--corpus", "two").code == 0
    (line,) = (tmp_path / "port.apart.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["address"] == "import:port"


def test_beads_without_text_are_put_back_on_the_same_texts(run, corpus: Path, tmp_path: Path):
    assert run("export", "--format", "apart", "-o", "a.jsonl", "--corpus", corpus).code == 0
    assert "产量" not in (tmp_path / "a.jsonl").read_text("utf-8")
    done = run("import", "a.jsonl", "--format", "apart", "--corpus", corpus)
    default = run("export", "--format", "apart", "--corpus", corpus).out.strip()
    assert default.endswith(".apart.jsonl")
    assert run("import", default, "--corpus", corpus).out == done.out
    packed = tmp_path / "A.APART.jsonl.gz"
    packed.write_bytes(gzip.compress((tmp_path / "a.jsonl").read_bytes()))
    assert run("import", packed, "--corpus", corpus).out == done.out
    assert done.code == 0, done.err
    assert "4 beads restored in 1 briefing" in done.out


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


def test_words_and_terms_are_counted_at_once_only_where_many_briefings_are_new(corpus: Path):
    with Store.open(corpus) as store, closing(Concordance(store)) as concordance:
        terms = KeptTerms(concordance.index, LEAST_ROWS)
        count_words(store, MANY - 1)
        assert concordance.words.chances() is None
        concordance.refresh()
        count_words(store, MANY)
        assert concordance.words.current
        assert terms.current


def test_a_missing_date_is_noted_with_the_commands_that_give_it(run, tmp_path: Path):
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
