"""An export folder, as other people's programs open it."""

import datetime as dt
import errno
import json
import shutil
import subprocess
import sys
from pathlib import Path

import datasets
import mlcroissant
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from bead_strategy import HOSTILE, KeptSettings, bead, change_bead
from huggingface_hub import DatasetCard

from align.corpus.exchange.atomic_write import staging_folder
from align.corpus.exchange.filters import parse
from align.corpus.exchange.formats import FORMATS
from align.corpus.exchange.run import ExportPlan, export
from align.corpus.exchange.splits import Splits
from align.errors import FormatError


class Shelf(KeptSettings):
    """Six briefings of five beads each, in memory."""

    card = {"name": "harbour", "licence": "CC-BY-4.0", "terms": {"example.org": "free to use"}}  # noqa: RUF012 # never changed

    def pairs(self, briefing_ids=None):
        for number in range(6):
            if briefing_ids is None or f"h{number}" in briefing_ids:
                for at in range(5):
                    yield self.bead(number, at)

    @staticmethod
    def bead(number, at):
        unknown = {"date": None, "probability": None, "retrieved": None} if number % 2 else {}
        return bead(
            id=f"h{number}-{at}",
            briefing=f"h{number}",
            zh=f"第{number}号港口第{at}句。" * (at + 1),
            en=f"Sentence{at} of port{number} " * (at + 1),
            status="accepted" if number > 2 else "unreviewed",
            checks=("number",) if number == 0 else (),
            **unknown,
        )


@pytest.fixture(autouse=True)
def _datasets_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "hf")
    datasets.disable_progress_bars()


@pytest.mark.parametrize("name", ["jsonl", "parquet"])
def test_load_dataset_opens_the_folder_as_it_is(name, tmp_path):
    done = export(Shelf(), ExportPlan(name, tmp_path / "out", split=Splits(0.2, 0.2)))
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "hf"))
    assert {part: len(rows) for part, rows in loaded.items()} == {
        {"dev": "validation"}.get(part.name, part.name): part.pairs for part in done.parts
    }
    assert sum(map(len, loaded.values())) == 30
    first = next(row for rows in loaded.values() for row in rows if row["id"] == "h0-1")
    expected = Shelf.bead(0, 1)
    assert first["translation"] == {"zh": expected.zh, "en": expected.en}
    assert first["retrieved"] == dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
    assert first["date"] == dt.date(2026, 3, 1)
    assert (first["zh_index"], first["checks"]) == ([0], ["number"])


@pytest.mark.parametrize("name", ["jsonl", "parquet"])
def test_load_dataset_opens_a_folder_without_parts(name, tmp_path):
    export(Shelf(), ExportPlan(name, tmp_path / "out", raw=True))
    loaded = datasets.load_dataset(
        str(tmp_path / "out"), split="train", cache_dir=str(tmp_path / "hf")
    )
    assert len(loaded) == 30
    assert loaded[0]["zh_raw"] == bead().pair.published.zh


@pytest.mark.parametrize("variant", ["", "spreadsheet"])
def test_load_dataset_opens_a_folder_of_tables(variant, tmp_path):
    class Quoting(Shelf):
        def pairs(self, briefing_ids=None):
            for pair in super().pairs(briefing_ids):
                yield change_bead(pair, en=f'"{pair.en}" =1 NA', speaker="NA")

    plan = ExportPlan("tsv", tmp_path / "out", split=Splits(0.2, 0.2), variant=variant)
    export(Quoting(), plan)
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "hf"))
    rows = [row for part in ("train", "validation", "test") for row in loaded[part]]
    assert len(rows) == 30
    assert {row["speaker"] for row in rows} == {"NA"}
    assert all(row["en"].startswith('"Sentence') for row in rows)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")
@pytest.mark.parametrize("name", [*FORMATS, "chat"])
def test_the_metadata_of_a_folder_is_croissant(name, tmp_path, caplog):
    done = export(Shelf(), ExportPlan(name, tmp_path / "out", split=Splits(0.2, 0.2)))
    assert done.files[-1] == tmp_path / "out" / "croissant.json"
    dataset = mlcroissant.Dataset(str(done.files[-1]))
    assert not dataset.metadata.ctx.issues.errors
    assert "not standard" not in caplog.text
    assert dataset.metadata.version == "1.0.0"
    assert f"{dataset.metadata.date_published:%Y-%m-%d}" == "2026-03-02"
    if name in ("jsonl", "parquet", "tsv"):
        first, *_ = dataset.records("train")
        assert first["train/zh"].decode().startswith("第")
        assert first["train/id"].decode().startswith("h")


def test_load_dataset_opens_a_single_file_of_json_lines(tmp_path):
    (file,) = export(Shelf(), ExportPlan("jsonl", tmp_path / "out.jsonl")).files
    loaded = datasets.load_dataset(
        "json", data_files=str(file), split="train", cache_dir=str(tmp_path / "hf")
    )
    assert loaded[7]["translation"]["zh"] == Shelf.bead(1, 2).zh


def test_pandas_reads_what_was_written_to_tsv(tmp_path):
    beads = [bead(id=f"b{at}", zh=text, en=f"x{text}") for at, text in enumerate(HOSTILE)]

    class Hostile:
        card = {}  # noqa: RUF012 # never changed

        def pairs(self, briefing_ids=None):
            return iter(beads)

    (plain,) = export(Hostile(), ExportPlan("tsv", tmp_path / "plain.tsv")).files
    names, *lines = (line.split("\t") for line in plain.read_text("utf-8").split("\n")[:-1])
    cut = pd.read_csv(plain, sep="\t", keep_default_na=False, dtype=str, quoting=3)
    for at, text in enumerate(HOSTILE):
        if not set(text) & set("\\\t\r\n\x00\x07\x85\u2028"):
            assert lines[at][names.index("zh")] == cut["zh"][at] == text
    plan = ExportPlan("tsv", tmp_path / "out.tsv", variant="spreadsheet")
    (file,) = export(Hostile(), plan).files
    table = pd.read_csv(file, sep="\t", keep_default_na=False, dtype=str)
    assert len(table) == len(beads)
    assert not table["zh"].str.startswith(("=", "+", "-", "@", "\t", "\r")).any()
    assert not table["zh"].str.contains("\n").any()
    assert table["zh"][HOSTILE.index("=HYPERLINK(1)")] == "'=HYPERLINK(1)"


def test_a_spreadsheet_sees_no_formula(tmp_path):
    class Evil:
        card = {}  # noqa: RUF012 # never changed

        def pairs(self, briefing_ids=None):
            yield bead(zh="=1+1", en='@SUM("A1")', speaker="-2+3")

    plan = ExportPlan("tsv", tmp_path / "out.tsv", variant="spreadsheet")
    (file,) = export(Evil(), plan).files
    book = openpyxl.Workbook()
    for row in pd.read_csv(file, sep="\t", keep_default_na=False, dtype=str).itertuples(
        index=False
    ):
        book.active.append(list(row))
    book.save(tmp_path / "out.xlsx")
    cells = next(openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows())
    assert "f" not in {cell.data_type for cell in cells}


def test_parquet_columns_have_types(tmp_path):
    (file,) = export(Shelf(), ExportPlan("parquet", tmp_path / "out.parquet")).files
    schema = pq.read_schema(file)
    assert str(schema.field("probability").type) == "double"
    assert str(schema.field("translation").type) == "struct<zh: string, en: string>"


@pytest.mark.parametrize("name", ["tmx", "xliff", "tsv", "moses", "tei"])
def test_every_format_can_be_split(name, tmp_path):
    done = export(Shelf(), ExportPlan(name, tmp_path / "out", split=Splits(0.2, 0.2)))
    assert [part.name for part in done.parts] == ["train", "dev", "test"]
    assert sum(part.pairs for part in done.parts) == 30
    assert all(file.exists() for file in done.files)


def test_a_reviewed_test_part_holds_accepted_beads_only(tmp_path):
    done = export(
        Shelf(), ExportPlan("jsonl", tmp_path / "out", split=Splits(0.2, 0.2, reviewed_test=True))
    )
    (file,) = (part.files[0] for part in done.parts if part.name == "test")
    values = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert values
    assert {value["status"] for value in values} == {"accepted"}


def test_the_card_says_what_is_in_the_folder(tmp_path):
    done = export(
        Shelf(),
        ExportPlan("jsonl", tmp_path / "out", split=Splits(0.2, 0.2), filters=[parse("ratio")]),
    )
    card = done.card.read_text("utf-8")
    assert card.startswith("---\nlanguage:\n- zh\n- en\n")
    for words in (
        "license: cc-by-4.0",
        "30 beads",
        "6 press briefings",
        "| example.org | 2 | 30 |",
        "free to use",
        "2026-03-02",
        "dropped by `ratio=0.4:8`: 0 beads",
        "| accepted | 15 | 50.0% |",
        "tok:zh",
        "`demo|use@0.2`",
        "@misc{",
    ):
        assert words in card


def test_the_card_tells_parts_by_themselves_and_what_to_beware_of(tmp_path):
    done = export(Shelf(), ExportPlan("jsonl", tmp_path / "out", split=Splits(0.2, 0.2)))
    card = done.card.read_text("utf-8")
    rows = [line.split(" | ") for line in card.splitlines() if "`train.jsonl`" in line]
    (train,) = (part for part in done.parts if part.name == "train")
    assert rows[0][:4] == ["| train", "`train.jsonl`", str(train.pairs // 5), str(train.pairs)]
    assert "held on 2026-03-01" in card
    assert "by their probabilities fewer than 1 of 10 are wrong" in card
    assert ("were accepted by a person" in card) == (
        sum(json.loads(line)["status"] == "accepted"
            for line in (tmp_path / "out" / "test.jsonl").read_text("utf-8").splitlines()) < 5
    )  # fmt: skip


def test_a_part_that_could_not_be_filled_is_told(tmp_path):
    class Two(Shelf):
        def pairs(self, briefing_ids=None):
            return (
                pair
                for pair in super().pairs(briefing_ids)
                if pair.provenance.briefing in ("h0", "h1")
            )

    card = export(Two(), ExportPlan("jsonl", tmp_path / "out", split=Splits())).card.read_text(
        "utf-8"
    )
    assert "There is no dev set: too few briefings." in card


def test_beads_of_one_side_are_counted_in_the_card(tmp_path):
    class Gaps(Shelf):
        def pairs(self, briefing_ids=None):
            yield bead(id="a")
            yield bead(id="b", en="", en_index=(), status="flagged")

    card = export(Gaps(), ExportPlan("tsv", tmp_path / "out")).card.read_text("utf-8")
    assert "- 1 bead without text on one side." in card
    assert "- 1 bead that a reviewer rejected or flagged" in card


@pytest.mark.parametrize("name", ["jsonl", "parquet"])
def test_what_the_hub_reads_of_the_card_is_valid_and_its_recipes_run(name, tmp_path, monkeypatch):
    done = export(Shelf(), ExportPlan(name, tmp_path / "out", split=Splits(0.2, 0.2)))
    about = DatasetCard(done.card.read_text("utf-8")).data.to_dict()
    assert about["language"] == ["zh", "en"]
    assert about["task_categories"] == ["translation"]
    assert about["size_categories"] == ["n<1K"]
    files = {row["split"]: row["path"] for row in about["configs"][0]["data_files"]}
    assert files == {split: f"{name_of}.{name}" for split, name_of in (
        ("train", "train"), ("validation", "dev"), ("test", "test"))}  # fmt: skip
    monkeypatch.chdir(tmp_path / "out")
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "hf"))
    recipes = done.card.read_text("utf-8").split("```python\n")[1:]
    assert len(recipes) == 2
    for recipe in recipes:
        exec(recipe.split("```")[0], {})
    zh, en = (Path(f"reference.{side}").read_text("utf-8").splitlines() for side in ("zh", "en"))
    assert len(zh) == len(en) == 5
    shutil.copy("reference.zh", "output.zh")
    command = next(
        line[2:] for line in done.card.read_text("utf-8").splitlines() if "output.zh -l" in line
    )
    told = subprocess.run(
        [sys.executable, "-m", "sacrebleu", *command.split()[1:]],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    scores = {one["name"]: (one["score"], one["signature"]) for one in json.loads(told.stdout)}
    assert scores["BLEU"][0] == scores["chrF2"][0] == 100
    assert "tok:zh" in scores["BLEU"][1]


def test_the_card_says_what_corpus_toml_says(tmp_path):
    class Described(Shelf):
        card = {  # noqa: RUF012 # never changed
            "name": "c",
            "title": "Lanhai briefings",
            "statement": "Fictional.",
            "citation": "@misc{lanhai}",
        }

    text = export(Described(), ExportPlan("jsonl", tmp_path / "out")).card.read_text("utf-8")
    assert 'pretty_name: "Lanhai briefings"' in text
    assert "# Lanhai briefings\n\nFictional.\n" in text
    assert "@misc{lanhai}" in text


def test_an_earlier_export_is_replaced_whole(tmp_path):
    export(Shelf(), ExportPlan("jsonl", tmp_path / "out", split=Splits(0.2, 0.2)))
    done = export(Shelf(), ExportPlan("parquet", tmp_path / "out"))
    assert done.removed == ("dev.jsonl", "test.jsonl", "train.jsonl")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "README.md",
        "corpus.parquet",
        "croissant.json",
    ]


def test_a_folder_of_something_else_is_refused_before_the_corpus_is_read(tmp_path):
    class Unread(Shelf):
        def pairs(self, briefing_ids=None):
            pytest.fail("the corpus was read")

    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_text("x", encoding="utf-8")
    with pytest.raises(FormatError, match=r"contains thesis.docx, which is not part of an export"):
        export(Unread(), ExportPlan("jsonl", tmp_path / "out"))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.docx"]


def test_the_folder_of_a_program_is_no_export_for_its_readme(tmp_path):
    """A README.md made a folder an export, whose files train.* and test.* were deleted."""
    for name in ("README.md", "train.py", "test/test_app.py"):
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).write_text("x", encoding="utf-8")
    for name in ("jsonl", "tei"):
        with pytest.raises(FormatError, match="contains"):
            export(Shelf(), ExportPlan(name, tmp_path / "out"))
    assert (tmp_path / "out" / "test" / "test_app.py").is_file()


def test_what_others_put_into_an_export_stays(tmp_path):
    export(Shelf(), ExportPlan("tei", tmp_path / "out", split=Splits(0.2, 0.2)))
    (tmp_path / "out" / "train.py").write_text("x", encoding="utf-8")
    (tmp_path / "out" / "dev" / "notes.txt").write_text("x", encoding="utf-8")
    export(Shelf(), ExportPlan("jsonl", tmp_path / "out"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "README.md", "corpus.jsonl", "croissant.json", "dev", "train.py",
    ]  # fmt: skip


def test_an_export_into_the_folder_at_hand(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert export(Shelf(), ExportPlan("jsonl", Path())).pairs == 30
    assert (tmp_path / "corpus.jsonl").is_file()


class Broken(Shelf):
    def pairs(self, briefing_ids=None):
        raise KeyboardInterrupt


@pytest.mark.parametrize("name", ["out", "out/train"])
def test_a_folder_that_was_being_exchanged_when_its_export_was_killed_is_put_back(tmp_path, name):
    split = Splits(0.2, 0.2) if "/" in name else None
    plan = ExportPlan("tei", tmp_path / "out", split=split)
    export(Shelf(), plan)
    before = sorted(tmp_path.rglob("*"))
    hidden = tmp_path / ".out.killed.unfinished"
    (hidden / name).mkdir(parents=True)
    hidden.with_name(f"{hidden.name}.lock").touch()
    (tmp_path / name).rename(hidden / f"{name}.aside")
    with pytest.raises(KeyboardInterrupt):
        export(Broken(), plan)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_tei_folder_replaces_only_its_like(tmp_path):
    export(Shelf(), ExportPlan("tei", tmp_path / "out"))
    assert export(Shelf(), ExportPlan("tei", tmp_path / "out")).pairs == 30
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.docx").write_text("x", encoding="utf-8")
    with pytest.raises(FormatError, match="contains other files"):
        export(Shelf(), ExportPlan("tei", tmp_path / "other"))
    export(Shelf(), ExportPlan("jsonl", tmp_path / "third"))
    with pytest.raises(FormatError, match="contains other files"):
        export(Shelf(), ExportPlan("tei", tmp_path / "third"))
    assert (tmp_path / "third" / "corpus.jsonl").is_file()
    export(Shelf(), ExportPlan("tei", tmp_path / "parts", split=Splits(0.2, 0.2)))
    assert export(Shelf(), ExportPlan("tei", tmp_path / "parts")).pairs == 30


def test_a_full_disk_is_named_with_what_to_do(tmp_path: Path):
    full = OSError(errno.ENOSPC, "No space left on device")
    with (
        pytest.raises(FormatError, match=r"out\.tmx: the disk is full; free some space"),
        staging_folder(tmp_path / "out.tmx"),
    ):
        raise full
    assert list(tmp_path.iterdir()) == []
