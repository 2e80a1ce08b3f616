"""``align.align``: what may be given, what comes back, what wrong use is told."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from datasets import Dataset

import align
from align.aligner import encoders
from align.corpus.exchange.formats import find_format

ZH = ["大家上午好，欢迎参加今天的发布会。", "去年全省进出口总额增长6.2%，其中出口增长7.5%。"]
EN = [
    "Good morning, everyone, and welcome to today's press conference.",
    "The province's imports and exports grew by 6.2% last year.",
    "Exports rose by 7.5%.",
]
INDICES = [((0,), (0,)), ((1,), (1, 2))]


def indices(result: align.AlignmentResult) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [(bead.zh_index, bead.en_index) for bead in result]


@pytest.fixture(scope="module")
def result() -> align.AlignmentResult:
    return align.align(ZH, EN)


def test_a_bead_has_its_texts_indices_probability_and_type(result):
    first, second = result.beads
    assert (first.zh, first.en, first.type) == (ZH[0], EN[0], "1-1")
    assert (second.zh, second.en, second.type) == (ZH[1], f"{EN[1]} {EN[2]}", "1-2")
    assert indices(result) == INDICES
    assert 0.5 < second.probability <= 1
    assert (result.zh, result.en) == (tuple(ZH), tuple(EN))
    assert (len(result), result[1], list(result)) == (2, second, [first, second])


def test_what_is_shown_of_a_result_is_short(result):
    assert repr(result) == "<AlignmentResult: 2 beads of 2 Chinese and 3 English sentences>"


@pytest.mark.parametrize(
    "kind", [tuple, iter, np.array, pd.Series, lambda given: (x for x in given)]
)
def test_sentences_come_in_whatever_holds_them_in_order(kind):
    assert indices(align.align(kind(ZH), kind(EN))) == INDICES


def test_texts_are_cut_into_sentences_and_lines_are_paragraphs():
    cut = align.align("".join(ZH), " ".join(EN))
    assert (cut.zh, cut.en, indices(cut)) == (tuple(ZH), tuple(EN), INDICES)
    assert align.align("大会\n开幕", "The opening\nof the congress").zh == ("大会", "开幕")


def test_a_result_becomes_a_table_of_pandas_and_of_datasets(result):
    columns = ["zh", "en", "zh_index", "en_index", "probability", "type"]
    frame, dataset = result.to_pandas(), result.to_dataset()
    assert list(frame.columns) == columns == dataset.column_names
    assert isinstance(dataset, Dataset)
    assert frame["en_index"].tolist() == [[0], [1, 2]] == dataset["en_index"][:]
    assert frame["type"].tolist() == ["1-1", "1-2"]


def test_a_result_becomes_a_translation_memory(result, tmp_path: Path):
    path = result.to_tmx(tmp_path / "out.tmx")
    read = [*find_format("tmx").load().read(path)]
    assert path == tmp_path / "out.tmx"
    assert [(bead.zh, bead.en) for bead in read] == [(bead.zh, bead.en) for bead in result]
    with pytest.raises(align.AlignError, match="a file or folder has this name"):
        result.to_tmx(tmp_path)
    with pytest.raises(TypeError, match=r"path is an int \('3'\); expected a str or a Path"):
        result.to_tmx(3)


def test_an_encoder_is_a_name_or_an_object():
    given = encoders.load("use")
    assert align.align(ZH, EN, encoder=given) == align.align(ZH, EN, encoder="use")


WRONG = {
    "a text and a list": (lambda: align.align(ZH[0], EN), "zh is a str"),
    "a list and nothing": (lambda: align.align(ZH, None), "en is None; expected a text or a list"),
    "a number": (lambda: align.align(3, EN), r"zh is an int \('3'\); expected"),
    "bytes": (lambda: align.align(ZH, b"Good morning"), "en is a bytes"),
    "a path": (lambda: align.align(Path("zh.txt"), EN), "zh is a"),
    "a set": (lambda: align.align(set(ZH), EN), "zh is a set"),
    "a dictionary": (lambda: align.align(ZH, dict.fromkeys(EN)), "en is a dict"),
    "a table": (lambda: align.align(pd.DataFrame({"zh": ZH}), EN), "zh is a DataFrame"),
    "a list of lists": (lambda: align.align([ZH], EN), r"zh\[0\] is a list; expected a sentence"),
    "a gap": (lambda: align.align(ZH, [EN[0], None]), r"en\[1\] is None; expected a sentence"),
    "no encoder": (
        lambda: align.align(ZH, EN, encoder=3),
        "encoder is an int .*; expected the name",
    ),
    "a class": (lambda: align.align(ZH, EN, encoder=encoders.Encoder), "encoder is a"),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_use_is_a_type_error_that_says_what_was_expected(what: str):
    call, says = WRONG[what]
    with pytest.raises(TypeError, match=says):
        call()


BAD = {
    "swapped": (EN, ZH, "the texts are swapped"),
    "one language": (ZH, ZH, "both texts are Chinese"),
    "an empty list": ([], EN, "zh: empty"),
    "an empty text": ("", "Good morning.", "zh: empty"),
    "a blank sentence": (ZH, [EN[0], " "], r"en\[1\] is empty"),
    "half a character": ([ZH[0], "\ud83d"], EN, "an unpaired surrogate"),
    "half a character in Chinese": ([ZH[0], "会\ud83d"], EN, "an unpaired surrogate"),
}


@pytest.mark.parametrize("what", BAD)
def test_texts_that_cannot_be_used_are_an_align_error(what: str):
    zh, en, says = BAD[what]
    with pytest.raises(align.AlignError, match=says):
        align.align(zh, en)


def test_an_unknown_encoder_is_an_align_error():
    with pytest.raises(align.AlignError, match="nobody/nothing"):
        align.align(ZH, EN, encoder="./nobody/nothing")


@pytest.mark.torch
def test_a_sentence_transformer_is_an_encoder():
    transformers = pytest.importorskip("sentence_transformers")
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split

    letters = sorted({*"".join(ZH), *"".join(EN)})
    words = {"?": 0} | {letter: number for number, letter in enumerate(letters, 1)}
    tokenizer = Tokenizer(WordLevel(words, "?"))
    tokenizer.pre_tokenizer = Split(Regex("."), "isolated")
    weights = np.random.default_rng(0).normal(size=(len(words), 8)).astype(np.float32)
    module = StaticEmbedding(tokenizer, embedding_weights=weights)
    result = align.align(ZH, EN, encoder=transformers.SentenceTransformer(modules=[module]))
    assert [index for bead in result for index in bead.en_index] == [0, 1, 2]
    assert "sentence-transformer@" in result.signature


def test_importing_and_aligning_load_only_what_they_need():
    code = (
        "import sys, align\n"
        "first = {'align.' + name for name in ('records', 'api', 'errors')} & set(sys.modules)\n"
        "align.align(['大家好。'], ['Good morning.'])\n"
        "print(first, {'sqlalchemy', 'pandas', 'pyarrow', 'torch', 'streamlit', 'click'}"
        " & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set() set()"


def test_the_public_names_are_all_there_and_no_others():
    assert {name: getattr(align, name).__class__ for name in align.__all__}.keys() == {*dir(align)}
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = align.nothing


def test_the_name_of_a_file_is_not_a_text(tmp_path):
    file = tmp_path / "harbour notes"
    file.write_text("The harbour is open.", encoding="utf-8")
    for name in ("texts/harbour.zh.txt", str(file)):
        with pytest.raises(align.AlignError, match="looks like a file name; read the file"):
            align.align(name, "The harbour is open.")
