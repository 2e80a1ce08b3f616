"""``align texts``: whole ordered ladders on real input, plain errors on bad input."""

import io
import json
from itertools import zip_longest
from pathlib import Path

import pytest

from align.aligner.evaluate import read_gold
from align.apps.cli.two_texts import align_two
from align.corpus.exchange.formats import ladder, tsv
from align.settings import Settings
from align.sources.ingest.second_process import SecondProcess


@pytest.fixture
def texts(demo: Path, tmp_path: Path):
    """The two sides of the demo, one sentence a line."""
    gold = read_gold(demo / "gold2.json")
    for name, sentences in (("zh", gold.zh), ("en", gold.en)):
        (tmp_path / f"{name}.txt").write_text("\n".join(sentences) + "\n", encoding="utf-8")
    return gold, tmp_path / "zh.txt", tmp_path / "en.txt"


def test_a_ladder_holds_each_line_once_and_in_order(run, texts):
    gold, zh, en = texts
    done = run("texts", zh, en, "--presegmented")
    assert (done.code, done.err) == (0, "")
    beads = ladder.read_ladder(done.out.splitlines(), name="stdout")
    ladder.check_coverage(beads, len(gold.zh), len(gold.en), name="stdout")
    assert all(bead.probability is not None for bead in beads)


def test_tsv_and_jsonl_carry_the_texts(run, texts):
    _, zh, en = texts
    table = run("texts", zh, en, "--presegmented", "--format", "tsv").out.splitlines()
    rows = run("texts", zh, en, "--presegmented", "--format", "jsonl").out.splitlines()
    assert table[0] == "zh_index\ten_index\tprobability\tzh\ten"
    assert len(table) - 1 == len(rows)
    first = json.loads(rows[0])
    assert table[1].split("\t")[3:] == [first["translation"]["zh"], first["translation"]["en"]]


def test_a_table_of_beads_can_be_imported(run, texts, tmp_path: Path):
    gold, zh, en = texts
    zh.write_text("\n".join(["=1+1", *gold.zh[1:]]), encoding="utf-8")
    beads = ladder.read_ladder(
        run("texts", zh, en, "--presegmented").out.splitlines(), name="stdout"
    )
    run("texts", zh, en, "--presegmented", "--format", "tsv", "-o", tmp_path / "out.tsv")
    pairs = [*tsv.read(tmp_path / "out.tsv")]
    assert [(*bead.pair.index,) for bead in pairs] == [(bead.zh, bead.en) for bead in beads]
    assert pairs[0].zh.startswith("=1+1")
    assert run("import", tmp_path / "out.tsv", "--corpus", tmp_path / "corpus").code == 0


def test_without_presegmented_a_line_is_a_paragraph(run, tmp_path: Path):
    (tmp_path / "zh.txt").write_text("大家下午好。欢迎参加今天的新闻发布会。\n", encoding="utf-8")
    (tmp_path / "en.txt").write_text(
        "Good afternoon, everyone. Welcome to today's press conference.\n", encoding="utf-8"
    )
    done = run("texts", "zh.txt", "en.txt")
    assert [line.rsplit(":", 1)[0] for line in done.out.splitlines()] == ["[0]:[0]", "[1]:[1]"]


def test_a_line_ends_at_a_line_end_only(run, tmp_path: Path):
    (tmp_path / "zh.txt").write_bytes("大家\u2028下午好。\r\n欢迎\f光临。\r\n".encode())
    (tmp_path / "en.txt").write_bytes("Good\x85 afternoon.\nYou are\x0b welcome.".encode())
    done = run("texts", "zh.txt", "en.txt", "--presegmented")
    assert done.code == 0, done.err
    ladder.check_coverage(
        ladder.read_ladder(done.out.splitlines(), name="stdout"), 2, 2, name="stdout"
    )


def test_a_file_is_written_whole(run, texts, tmp_path: Path):
    _, zh, en = texts
    printed = run("texts", zh, en, "--presegmented").out
    done = run("texts", zh, en, "--presegmented", "-o", tmp_path / "out.ladder")
    assert (done.code, done.out) == (0, "")
    assert (tmp_path / "out.ladder").read_text("utf-8") == printed
    assert run("texts", zh, en, "--presegmented", "-o", "-").out == printed


BAD = {
    "missing": (None, "does not exist"),
    "empty": (b"", "is empty"),
    "only blanks": (b" \n\t\n", "is empty"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 9, "binary"),
    "a blank line": ("第一句话。\n\n第二句话。\n".encode(), "line 2: empty line"),
    "english": (b"This is an English text of some length.\n" * 3, "neither text is Chinese"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_in_one_line_that_names_it(run, texts, what: str):
    _, zh, en = texts
    data, says = BAD[what]
    zh.unlink() if data is None else zh.write_bytes(data)
    done = run("texts", zh, en, "--presegmented")
    assert done.code == 1
    assert done.out == ""
    assert len(done.err.splitlines()) == 1
    assert says in done.err
    assert str(zh) in done.err


def test_swapped_sides_are_refused(run, texts):
    _, zh, en = texts
    done = run("texts", en, zh, "--presegmented")
    assert (done.code, "swapped" in done.err) == (1, True)


def test_two_chinese_sides_are_refused(run, texts):
    _, zh, _ = texts
    done = run("texts", zh, zh, "--presegmented")
    assert (done.code, "both texts are Chinese" in done.err) == (1, True)


def test_a_file_over_the_limit_is_refused(run, texts, monkeypatch: pytest.MonkeyPatch):
    _, zh, en = texts
    monkeypatch.setenv("ALIGN_MAX_MB", "0.001")
    done = run("texts", zh, en)
    assert (done.code, "too large" in done.err) == (1, True)


def test_an_encoder_that_is_none_is_refused(run, texts):
    _, zh, en = texts
    done = run("texts", zh, en, "--encoder", "no-such-model-anywhere")
    assert done.code == 1
    assert "no-such-model-anywhere" in done.err


def test_a_place_that_cannot_be_written_is_named_and_nothing_is_written(run, texts, tmp_path: Path):
    _, zh, en = texts
    done = run("texts", zh, en, "--presegmented", "-o", zh / "out.txt")
    assert (done.code, "cannot be written" in done.err) == (1, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["en.txt", "zh.txt"]


def test_wrong_usage_exits_with_2(run, texts):
    _, zh, _ = texts
    assert run("texts", zh).code == 2
    assert run("texts", zh, zh, "--format", "docx").code == 2
    assert run("nonsense").code == 2


@pytest.mark.parametrize("folder", ["mac-dev", "scio-dev"])
def test_every_shared_text_gives_a_whole_ladder(run, shared: Path, tmp_path: Path, folder: str):
    paths = sorted((shared / "data" / folder).glob("*.json"))
    for path in paths[::4]:  # scripts/gate.py scores every one of them
        gold = read_gold(path)
        for name, sentences in (("zh", gold.zh), ("en", gold.en)):
            (tmp_path / f"{name}.txt").write_text("\n".join(sentences) + "\n", encoding="utf-8")
        done = run("texts", tmp_path / "zh.txt", tmp_path / "en.txt", "--presegmented")
        assert done.code == 0, done.err
        beads = ladder.read_ladder(done.out.splitlines(), name=path.name)
        ladder.check_coverage(beads, len(gold.zh), len(gold.en), name=path.name)


def test_one_side_or_both_come_from_standard_input(run, texts, monkeypatch: pytest.MonkeyPatch):
    _, zh, en = texts
    files = run("texts", zh, en, "--presegmented").out

    def feed(text: str) -> None:
        monkeypatch.setattr(
            "sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")
        )

    feed(zh.read_text("utf-8"))
    assert run("texts", "-", en, "--presegmented").out == files
    columns = (path.read_text("utf-8").splitlines() for path in (zh, en))
    feed("".join(f"{left}\t{right}\n" for left, right in zip_longest(*columns, fillvalue="")))
    assert run("texts", "-", "-", "--presegmented").out == files
    feed("大家好。\tHello.\n谢谢。\n")
    assert "standard input: line 2 has 0 tabs" in run("texts", "-", "-").err
    feed("")
    assert "standard input is empty" in run("texts", "-", en).err


def test_a_table_of_texts_is_aligned_line_by_line_and_names_what_failed(run, tmp_path: Path):
    table = tmp_path / "pairs.tsv"
    lines = ["大家好。\\n谢谢。\tHello.\\nThank you.", "大家好。", "谢谢。\tThank you."]
    table.write_text("\n".join(lines), encoding="utf-8")
    done = run("texts", "--pairs", table)
    assert done.code == 1
    assert [line.split("\t")[:3] for line in done.out.splitlines()[1:]] == [
        ["0", "0", "0"],
        ["0", "1", "1"],
        ["2", "0", "0"],
    ]
    assert "pair 1: line 2 has 0 tabs" in done.err


def test_a_table_of_files_is_read_from_its_folder(run, texts, tmp_path: Path):
    gold, zh, en = texts
    table = tmp_path / "pairs.tsv"
    table.write_text(f"{zh.name}\t{en.name}\nnone.txt\t{en.name}\n", encoding="utf-8")
    done = run("texts", "--pairs", table, "--presegmented", "--format", "jsonl")
    good, bad = map(json.loads, done.out.splitlines())
    assert [number for bead in good["beads"] for number in bead["zh_index"]] == [
        *range(len(gold.zh))
    ]
    assert "none.txt" in bad["error"]


@pytest.mark.parametrize(
    "given", [(), ("zh.txt",), ("zh.txt", "--pairs", "t"), ("--pairs", "t", "--format", "ladder")]
)
def test_either_two_texts_or_a_table_is_named(run, given: tuple[str, ...]):
    assert run("texts", *given).code == 2


@pytest.mark.parametrize("is_wanted", [False, True])
def test_a_second_process_changes_nothing(run, tmp_path: Path, is_wanted: bool):
    zh, en, out = tmp_path / "zh.txt", tmp_path / "en.txt", tmp_path / "out"
    lines = [
        (f"今年第{n}个港口增长了{n}%。谢谢大家。", f"Port {n} grew by {n}% this year. Thank you.")
        for n in range(10, 30)
    ]
    for path, column in ((zh, 0), (en, 1)):
        path.write_text("\n".join(line[column] for line in lines), encoding="utf-8")
    usual = run("texts", zh, en)
    with SecondProcess(is_wanted=is_wanted) as second:
        settings = Settings.from_environment()
        align_two(zh, en, settings, second, presegmented=False, form="ladder", output=out)
    assert out.read_text(encoding="utf-8") == usual.out
