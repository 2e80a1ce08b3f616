"""Contamination: lines of test sets that stand in the corpus, in every form they come in."""

import json

import pytest

from align.corpus.exchange.formats import ExportHeader, find_format
from align.corpus.exchange.formats.record import FileRecord
from align.corpus.exchange.overlap import (
    CorpusIndex,
    Segment,
    find_overlap,
    list_files,
    read_test_set,
    rules_without,
)
from align.errors import FormatError
from align.records import Pair, Provenance, Sides

SIDES = [
    (
        "港口去年吞吐货物三亿吨，比前年增长一成。",
        "Last year 300 million tonnes of cargo came.",
    ),
    (
        "渔民们在灯塔下面修补渔网，等待潮水退去。",
        "Below the light the fishers mended nets.",
    ),
    (
        "新码头将在秋天建成，可以停泊十二艘货船。",
        "Twelve vessels fit at the new quay.",
    ),
    ("谢谢。", "Thank you."),
]
BEADS = [
    FileRecord(f"b{at}", Pair(Sides(zh, en)), Provenance(f"day-{at % 2}"))
    for at, (zh, en) in enumerate(SIDES)
]
PARTS = {"day-0": "train", "day-1": "test"}


def overlap(path):
    return find_overlap(CorpusIndex(BEADS), path, PARTS)


def table(path, *pairs):
    path.write_text("zh\ten\n" + "".join(f"{zh}\t{en}\n" for zh, en in pairs), encoding="utf-8")
    return path


def test_copies_are_told_by_kind_and_part(tmp_path):
    other = ("雾笛在夜里响了三次，船长没有睡觉。", "Nobody has ever seen where that old bell went.")
    near = (
        "渔民们在灯塔下面修补旧渔网，等待潮水退去。",
        "Below the light fishers mended nets.",
    )
    lines = [
        other,
        (SIDES[0][0].replace("，", " , "), SIDES[0][1].upper()),
        near,
        (SIDES[2][0], other[1]),
        (other[0], SIDES[2][1]),
        SIDES[3],
        (SIDES[3][0], other[1]),  # "Thank you." alone says nothing
    ]
    found = overlap(table(tmp_path / "set.tsv", *lines))
    assert [(match.line, part, match.kind, match.bead) for part, match in found.matches] == [
        (2, "train", "exact", "b0"),
        (3, "test", "near", "b1"),
        (4, "train", "one-sided", "b2"),
        (5, "train", "one-sided", "b2"),
        (6, "test", "exact", "b3"),
    ]
    assert (found.lines, found.found) == (7, 5)
    assert found.parts["train"] == {"exact": 1, "near": 0, "one-sided": 2}
    assert found.parts["test"] == {"exact": 1, "near": 1, "one-sided": 0}


def test_a_line_counts_once_in_each_part_that_has_it():
    twice = CorpusIndex([BEADS[0], FileRecord("b9", Pair(Sides(*SIDES[0])), Provenance("day-1"))])
    assert {match.bead for match in next(twice.find(read([SIDES[0]])))} == {"b0", "b9"}


def read(pairs):
    return [Segment(number, *pair) for number, pair in enumerate(pairs, 1)]


def test_a_corpus_without_beads_overlaps_with_nothing():
    assert list(CorpusIndex([]).find(read(SIDES[:2]))) == [(), ()]


@pytest.mark.parametrize(
    ("language", "name"),
    [("zh", "newstest.src"), ("en", "newstest.src"), ("zh", "newstest.zh"), ("en", "newstest.en")],
)
def test_plain_lines_are_one_sided(tmp_path, language, name):
    path = tmp_path / name
    texts = [SIDES[at][language == "en"] for at in (0, 3)]
    path.write_text("\n".join([*texts, "", *texts]), encoding="utf-8")
    assert [(match.line, match.kind) for _, match in overlap(path).matches] == [
        (1, "one-sided"),
        (4, "one-sided"),
    ]


@pytest.mark.parametrize("name", ["tsv", "jsonl", "moses", "tmx", "parquet"])
def test_every_format_of_pairs_is_read(tmp_path, name):
    form = find_format(name)
    header, path = ExportHeader(), tmp_path / f"set{form.suffix}"
    form.load().write([form.load().project_bead(bead, header) for bead in BEADS], path, header)
    assert overlap(path).found == len(BEADS)


def test_both_files_of_a_moses_pair_are_one_test_set(tmp_path):
    for language, text in zip(("zh", "en"), SIDES[0], strict=True):
        (tmp_path / f"set.{language}").write_text(text + "\n", encoding="utf-8")
    pair = (tmp_path / "set.zh", tmp_path / "set.en")
    assert {list_files(path) for path in (*pair, tmp_path / "set")} == {pair}
    assert list_files(tmp_path / "set.src") == (tmp_path / "set.src",)


def test_beads_that_stand_in_a_test_set_are_left_out(tmp_path):
    (rule,) = rules_without([table(tmp_path / "set.tsv", SIDES[0], SIDES[1])], BEADS)
    assert rule.name == "without=set.tsv"
    assert [bead.id for bead in BEADS if rule.begin()(bead)] == ["b2", "b3"]


SWAPPED = "zh\ten\nThe port handled many tonnes last year.\t港口去年运货。\n"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("set.txt", b"", "contains no text"),
        ("set.src", b" \n\n", "contains no text"),
        ("set.jsonl", b"", "the file is empty"),
        ("set.txt", b"\xff\xfa caf\xe9\n", "line 1: not UTF-8"),
        ("set.tsv", SWAPPED.encode(), "check its 'zh' text"),
        ("none.txt", None, "file not found"),
    ],
)
def test_a_test_set_that_cannot_be_compared_is_refused(tmp_path, name, data, message):
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(FormatError, match=message):
        list(read_test_set(path))


def test_overlap_is_told_on_the_command_line_and_left_out_of_an_export(run, tmp_path):
    corpus = tmp_path / "corpus"
    rows = [f"day-{at}\t{zh}\t{en}" for at, (zh, en) in enumerate(SIDES)]
    (tmp_path / "in.tsv").write_text("\n".join(["briefing\tzh\ten", *rows]), encoding="utf-8")
    assert run("import", "in.tsv", "--corpus", corpus).code == 0
    table(tmp_path / "set.tsv", SIDES[0], SIDES[1])
    said = run("overlap", "set.tsv", "--corpus", corpus)
    assert said.code == 0
    assert said.out.splitlines()[0] == "set.tsv: 2 of 2 lines occur in the corpus"
    (found,) = json.loads(run("overlap", "--json", "set.tsv", "--corpus", corpus).out)
    assert found["found"] == 2
    assert sum(part["exact"] for part in found["parts"].values()) == 2
    assert [match["zh"] for match in found["matches"]] == [1.0, 1.0]
    words = ("--format", "moses", "-o", "out", "--without", "set.tsv")
    written = run("export", "--corpus", corpus, *words)
    assert "2 dropped: without=set.tsv" in written.err
    assert (tmp_path / "out.en").read_text("utf-8").splitlines() == [SIDES[2][1], SIDES[3][1]]
    refused = run("export", "--corpus", corpus, *words, "--without", "none.txt")
    assert (refused.code, refused.err) == (1, "align: none.txt: file not found\n")


def test_the_parts_are_those_of_an_export_with_the_same_options(run, tmp_path):
    rows = [f"day-{at}\t2031-05-0{at + 1}\t{zh}\t{en}" for at, (zh, en) in enumerate(SIDES)]
    text = "\n".join(["briefing\tdate\tzh\ten", *rows])
    (tmp_path / "in.tsv").write_text(text, encoding="utf-8")
    assert run("import", "in.tsv", "--corpus", "c").code == 0
    table(tmp_path / "set.tsv", *SIDES)
    for options in ([], ["--dev", "0.25", "--test", "0.5"], ["--by-date", "2031-05-02"]):
        where = ("--corpus", "c", *options)
        done = run("export", "--format", "jsonl", "--split", "-o", "out", "--json", *where)
        written = {part["name"]: part["pairs"] for part in json.loads(done.out)["parts"]}
        (found,) = json.loads(run("overlap", "--json", "set.tsv", *where).out)
        counted = {part: kinds["exact"] for part, kinds in found["parts"].items()}
        assert {part: times for part, times in counted.items() if times} == written
    assert written["test"] == 2
    refused = run("overlap", "set.tsv", "--corpus", "c", "--test", "0.1", "--by-date", "2031-05-02")
    assert (refused.code, "remove --test" in refused.err) == (2, True)
