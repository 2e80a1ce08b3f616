"""Whole documents, both sides letter by letter with beads as spans; and beads with context."""

import datetime as dt
import json

import datasets
import mlcroissant
import pytest
from bead_strategy import KeptSettings, make_bead
from hypothesis import given
from hypothesis import strategies as st

from align.corpus.exchange.documents import list_records
from align.corpus.exchange.formats import jsonl, parquet
from align.corpus.exchange.importing import check_file
from align.corpus.exchange.run import ExportPlan, export
from align.corpus.exchange.splits import Splits
from align.errors import FormatError, UsageError
from align.records import (
    Alignment,
    Bead,
    Briefing,
    Document,
    Sentence,
    Turn,
    join_text,
)


def side(language, turns):
    """Return a document of turns (label, paragraphs of sentences), and its sentences."""
    made, sentences, paragraph = [], [], 0
    for at, (label, paragraphs) in enumerate(turns):
        for pieces in paragraphs:
            start = 0
            for text in pieces:
                sentences.append(Sentence(text, paragraph, at, start, start + len(text)))
                start += len(text)
            paragraph += 1
        made.append(Turn(label, tuple("".join(pieces) for pieces in paragraphs)))
    return Document(language, f"title {language}", tuple(made)), tuple(sentences)


def briefing_of(name, zh_turns, en_turns, beads):
    zh, zh_sentences = side("zh", zh_turns)
    en, en_sentences = side("en", en_turns)
    alignment = Alignment(tuple(Bead(*bead) for bead in beads), "demo")
    return Briefing(name, zh, en, zh_sentences, en_sentences, alignment)


PORT = briefing_of(
    "port",
    [("问：", [["港口😀开放吗？"]]), ("林海：", [[" 开放。", "欢迎。"], ["明天见。"]]),
     ("（完）", [])],
    [("Q:", [["Is the port open? "]]), ("Lin Hai:", [["It is; welcome. ", "Bring\ta hat. "],
                                                   ["See you. ", "Bye."]])],
    [((0,), (0,)), ((1, 2), (1,)), ((), (2,)), ((3,), (3, 4))],
)  # fmt: skip


class Shelf(KeptSettings):
    """Briefings in memory, each bead with the texts that the store would give."""

    card = {"name": "harbour"}  # noqa: RUF012 # never changed

    def __init__(self, *briefings):
        self.briefings = {one.id: one for one in briefings}

    def briefing(self, briefing_id):
        return self.briefings[briefing_id]

    def pairs(self, briefing_ids=None):
        for name, one in self.briefings.items():
            if briefing_ids is None or name in briefing_ids:
                for at, bead in enumerate(one.alignment.beads):
                    zh = join_text((one.zh_sentences[number] for number in bead.zh), "zh")
                    en = join_text((one.en_sentences[number] for number in bead.en), "en")
                    yield make_bead(
                        id=f"{name}{at}", briefing=name, zh=zh,
                        en="Corrected." if at == 1 else en, zh_raw=zh, en_raw=en,
                        zh_index=bead.zh, en_index=bead.en, date=dt.date(2031, 5, 1),
                        speaker="Lin Hai" if at else "", probability=0.5,
                    )  # fmt: skip


def written(path, form):
    read = jsonl.read_objects if form == "jsonl" else parquet.read_objects
    return [values for _, values in read(path)]


def joined(records, language):
    return "".join(record["translation"][language] for record in records)


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
@pytest.mark.parametrize(("unit", "count"), [("briefing", 1), ("turn", 2), ("1", 4), ("2", 2)])
def test_the_records_joined_are_the_document(form, unit, count, tmp_path):
    (file,) = export(Shelf(PORT), ExportPlan(form, tmp_path / "out.x", documents=unit)).files
    records = written(file, form)
    assert len(records) == count
    for language, document in (("zh", PORT.zh), ("en", PORT.en)):
        assert joined(records, language) == "\n".join(text for _, text in document.paragraphs())
    assert [bead["id"] for one in records for bead in one["beads"]] == [
        "port0", "port1", "port2", "port3",
    ]  # fmt: skip


def test_a_record_says_where_its_beads_stand_and_who_begins_to_speak(tmp_path):
    (file,) = export(Shelf(PORT), ExportPlan("jsonl", tmp_path / "out.x", documents="turn")).files
    first, second = map(json.loads, file.read_text("utf-8").splitlines())
    assert (first["id"], second["id"], second["title_zh"]) == ("port/0", "port/1", "title zh")
    assert first["turns_zh"] == [{"label": "问：", "role": "", "start": 0}]
    assert [(turn["label"], turn["start"]) for turn in second["turns_zh"]] == [
        ("林海：", 0), ("（完）", len(second["translation"]["zh"])),
    ]  # fmt: skip
    bead = second["beads"][0]
    zh, en = ([text[start:end] for start, end in bead[language]]
              for language, text in second["translation"].items())  # fmt: skip
    assert (zh, en) == (["开放。", "欢迎。"], ["It is; welcome."])
    assert (bead["zh_corrected"], bead["en_corrected"]) == (None, "Corrected.")
    assert second["beads"][1]["zh"] == []
    assert second["date"] == "2031-05-01"


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_documents_are_not_imported_as_beads(form, tmp_path):
    (file,) = export(Shelf(PORT), ExportPlan(form, tmp_path / "out.x", documents="turn")).files
    with pytest.raises(FormatError, match=r"out\.x, line 1: a whole document, not a bead"):
        check_file(file, form=form)


def test_what_a_rule_drops_is_no_bead_and_its_text_stays(tmp_path):
    class Last:
        name = "last"

        def begin(self):
            return lambda pair: pair.id == "port3"

    plan = ExportPlan("jsonl", tmp_path / "out.x", documents="turn", filters=[Last()])
    records = written(export(Shelf(PORT), plan).files[0], "jsonl")
    assert [len(record["beads"]) for record in records] == [0, 1]
    assert joined(records, "zh") == "港口😀开放吗？\n 开放。欢迎。\n明天见。"


@given(
    zh=st.lists(st.text("水。 \n", min_size=1, max_size=3), min_size=1, max_size=8),
    en=st.lists(st.text("a. \n", min_size=1, max_size=3), min_size=1, max_size=8),
    cuts=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=8),
    turns=st.integers(1, 3),
    unit=st.sampled_from(["briefing", "turn", "1", "3"]),
)
def test_no_letter_is_lost_whatever_the_beads(zh, en, cuts, turns, unit):
    groups = [[(str(at), [[text] for text in texts[at::turns]]) for at in range(turns)]
              for texts in (zh, en)]  # fmt: skip
    beads, at = [], [0, 0]
    for cut in [*cuts, (len(zh), len(en))]:
        end = [min(at[0] + cut[0], len(zh)), min(at[1] + cut[1], len(en))]
        if end != at:
            beads.append((tuple(range(at[0], end[0])), tuple(range(at[1], end[1]))))
        at = end
    crossed = beads[1:2] + beads[:1] + beads[2:]
    for order in (beads, crossed):
        shelf = Shelf(briefing_of("b", *groups, order))
        one, given_beads = shelf.briefing("b"), list(shelf.pairs())
        records = list(list_records(one, given_beads, unit))
        for language, document in (("zh", one.zh), ("en", one.en)):
            assert joined(records, language) == "\n".join(text for _, text in document.paragraphs())
        assert sum(len(record["beads"]) for record in records) == len(given_beads)
        for record in records:
            for language, text in record["translation"].items():
                spans = [span for bead in record["beads"] for span in bead[language]]
                assert all(0 <= start <= end <= len(text) for start, end in spans)


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_context_has_the_beads_before_of_the_same_briefing(form, tmp_path):
    other = briefing_of("rail", [("", [["铁路。"]])], [("", [["Rail."]])], [((0,), (0,))])
    plan = ExportPlan(form, tmp_path / "out.x", context=2)
    values = written(export(Shelf(PORT, other), plan).files[0], form)
    assert [[one["zh"] for one in value["context"]] for value in values] == [
        [], ["港口😀开放吗？"], ["港口😀开放吗？", "开放。欢迎。"], ["开放。欢迎。", ""], [],
    ]  # fmt: skip
    assert values[2]["context"][1]["en"] == "Corrected."


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")
@pytest.mark.parametrize("form", ["jsonl", "parquet"])
@pytest.mark.parametrize("wanted", [{"documents": "turn"}, {"context": 1}])
def test_datasets_load_them(form, wanted, tmp_path):
    shelf = Shelf(*(briefing_of(f"b{at}", [("", [[f"第{at}句。"]])], [("", [[f"No{at}."]])],
                                [((0,), (0,))]) for at in range(5)))  # fmt: skip
    done = export(shelf, ExportPlan(form, tmp_path / "out", split=Splits(0.2, 0.2), **wanted))
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "hf"))
    assert sum(map(len, loaded.values())) == done.pairs == 5
    assert loaded["test"].features["translation"].languages == ["zh", "en"]
    assert loaded["train"][0].get("context", []) == []
    records = mlcroissant.Dataset(str(done.files[-1])).records("train")
    assert next(iter(records))["train/zh"].decode().startswith("第")


@pytest.mark.parametrize(
    ("form", "wanted", "told"),
    [
        ("tsv", {"documents": "turn"}, "tsv contains beads only"),
        ("tmx", {"context": 1}, "tmx contains beads only"),
        ("jsonl", {"documents": "0"}, "use briefing, turn or a number"),
        ("jsonl", {"documents": "chapter"}, "use briefing, turn or a number"),
        ("jsonl", {"documents": "turn", "context": 1}, "remove the option"),
        ("jsonl", {"documents": "turn", "normalise": "simplified"}, "remove the option"),
        (
            "jsonl",
            {"variant": "intertext"},
            "variant=intertext: not available in jsonl; its variants: none",
        ),
        ("jsonl", {"context": -1}, "not a number of beads"),
    ],
)
def test_what_cannot_be_is_refused(form, wanted, told, tmp_path):
    with pytest.raises(UsageError, match=told):
        export(Shelf(PORT), ExportPlan(form, tmp_path / "out.x", **wanted))
