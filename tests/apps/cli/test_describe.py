"""What the user says of a briefing, on the command line and in a ``briefing.toml``."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    zh, en = tmp_path / "sea.zh.txt", tmp_path / "sea.en.txt"
    zh.write_text("大家好，欢迎参加今天的发布会。\n", "utf-8")
    en.write_text("Hello, and welcome to today's press conference.\n", "utf-8")
    return en, zh


def exported(run, tmp_path: Path) -> dict[str, object]:
    done = run(
        "export", "--format", "jsonl", "-o", tmp_path / "o.jsonl", "--corpus", tmp_path / "c"
    )
    assert done.code == 0, done.err
    return json.loads((tmp_path / "o.jsonl").read_text("utf-8").splitlines()[0])


def test_what_is_said_with_add_and_changed_later_is_in_every_row(run, files, tmp_path: Path):
    corpus = ("--corpus", tmp_path / "c")
    said = ("--date", "2031-05-14", "--licence", "CC0-1.0", "--id", "sea", "--title", "On the sea")
    assert run("add", files[0], "--zh", files[1], *said, *corpus).code == 0
    again = run("add", files[0], "--zh", files[1], "--id", "lake", *corpus).out
    assert again.splitlines()[1:] == [
        "  Kept the existing id sea; lake was ignored, because only a new briefing can be given "
        "an id."
    ]
    row = exported(run, tmp_path)
    assert (row["briefing"], row["date"], row["licence"]) == ("sea", "2031-05-14", "CC0-1.0")
    assert (row["source_zh"], row["source_en"]) == ("sea.zh.txt", "sea.en.txt")
    shown = run("describe", "sea", "--source", "http://site.example/1", *corpus).out
    assert "title (en)   On the sea" in shown
    assert exported(run, tmp_path)["source_zh"] == "http://site.example/1"


def test_a_briefing_toml_says_it_once_for_a_folder(run, files, tmp_path: Path):
    card = 'licence = "CC0-1.0"\ndate = 2031-05-14\n["sea.zh.txt"]\nid = "sea"\n'
    (tmp_path / "briefing.toml").write_text(card, "utf-8")
    assert run("add", *files, "--licence", "CC-BY-4.0", "--corpus", tmp_path / "c").code == 0
    row = exported(run, tmp_path)
    assert (row["briefing"], row["date"], row["licence"]) == ("sea", "2031-05-14", "CC-BY-4.0")


def test_a_day_of_the_first_century_is_kept(run, files, tmp_path: Path):
    (tmp_path / "briefing.toml").write_text("date = 0001-02-03\n", "utf-8")
    assert run("add", *files, "--corpus", tmp_path / "c").code == 0
    assert exported(run, tmp_path)["date"] == "0001-02-03"


@pytest.mark.parametrize(
    ("card", "says"),
    [
        ('license = "CC0"', "unknown: 'license' (did you mean licence?)"),
        ("date = 14", "date is 14; give a string"),
        ("date = ", "not readable as TOML"),
        ('[sea.zh.txt]\nlicence = "CC0"', "put file names in quotation marks"),
    ],
)
def test_a_briefing_toml_that_cannot_be_meant_is_refused(run, files, tmp_path, card: str, says):
    (tmp_path / "briefing.toml").write_text(card, "utf-8")
    done = run("add", *files, "--corpus", tmp_path / "c")
    assert (done.code, says in done.err) == (1, True)


def test_a_bad_line_of_a_list_is_named_by_file_and_number(run, tmp_path: Path):
    (tmp_path / "list.txt").write_text("# all\nhttp://site.example/1.htm\nsite.example/2.htm\n")
    done = run("add", "list.txt", "--corpus", tmp_path / "c")
    assert done.code == 1
    assert "list.txt, line 3: 'site.example/2.htm' is not a complete URL" in done.err


def test_texts_may_have_any_ending_in_a_folder_those_of_their_language(run, files, tmp_path: Path):
    corpus = ("--corpus", tmp_path / "c")
    zh, en = files[1].rename(tmp_path / "sea.foo"), files[0].rename(tmp_path / "sea.bar")
    assert run("add", en, "--zh", zh, *corpus).code == 0
    (tmp_path / "in").mkdir()
    zh.rename(tmp_path / "in" / "sea.zh")
    en.rename(tmp_path / "in" / "sea.en")
    assert "unchanged" in run("add", tmp_path / "in", *corpus).out


def test_an_export_that_would_be_empty_ends_with_1_and_says_why(run, files, tmp_path: Path):
    run("add", files[0], "--zh", files[1], "--corpus", tmp_path / "c")
    only = ("--filter", "status=accepted", "--corpus", tmp_path / "c")
    for to in ("o.tsv", "o"):
        done = run("export", "--format", "tsv", "-o", tmp_path / to, *only)
        assert done.code == 1
        assert "nothing to write: 1 beads were read; 1 dropped by status=accepted" in done.err
        assert not (tmp_path / to).exists()


def test_an_empty_memory_for_a_cat_tool_says_what_to_do_first(run, files, tmp_path: Path):
    run("add", files[0], "--zh", files[1], "--corpus", tmp_path / "c")
    memory = tmp_path / "memory.tmx"
    done = run("export", "--for", "cat", "-o", memory, "--corpus", tmp_path / "c")
    assert done.code == 1
    assert "1 dropped by status=accepted; a translation memory needs accepted rows" in done.err
    assert not memory.exists()
