"""Other aligners behind one function and one output contract."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.aligner.engines import ENGINES, EngineEntry, align_with, complete_beads
from align.errors import MatchError
from align.extras import EXTRAS, Extra
from align.records import Bead

ZH = [
    "大家好。",
    "全市新建学校十二所，投入三亿六千万元，同比增长百分之八点五。",
    "谢谢。",
    "散会。",
]
EN = [
    "Hello everyone.",
    "The city built twelve schools.",
    "It invested 360 million yuan, 8.5 percent more than the year before.",
    "Thank you.",
    "The conference is over.",
]


class Letters:
    """An encoder whose vectors are counts of a few words."""

    signature = "letters@1"
    width = 6

    def encode(self, texts):
        words = ["大家|Hello", "学校|schools", "投入|invested", "谢谢|Thank", "散会|over"]
        rows = [[sum(w in text for w in word.split("|")) for word in words] for text in texts]
        vectors = np.hstack([np.asarray(rows, dtype=np.float32), np.full((len(texts), 1), 0.1)])
        return (vectors / np.linalg.norm(vectors, axis=1)[:, None]).astype(np.float32)


@pytest.fixture(params=list(ENGINES))
def engine(request):
    if EXTRAS[ENGINES[request.param].extra].missing:
        pytest.skip(f"{request.param} is not installed")
    return request.param


def covered(found, zh_count, en_count):
    zh = [i for bead in found for i in bead.zh]
    en = [j for bead in found for j in bead.en]
    return (zh, en) == (list(range(zh_count)), list(range(en_count)))


def test_contract_every_sentence_is_in_exactly_one_bead(engine):
    found = align_with(engine, ZH, EN, encoder=Letters())
    assert covered(found, 4, 5)
    assert Bead((0,), (0,)) in found
    assert all(bead.zh or bead.en for bead in found)
    assert all(bead.probability is None for bead in found)


@pytest.mark.parametrize(("zh", "en"), [([], EN), (ZH, []), ([], [])])
def test_contract_an_empty_side_leaves_one_bead_a_sentence(engine, zh, en):
    found = align_with(engine, zh, en)
    assert found == tuple([Bead((i,), ()) for i in range(len(zh))]) + tuple(
        Bead((), (j,)) for j in range(len(en))
    )


def test_lengths_alone_find_a_sentence_cut_in_two():
    pytest.importorskip("galechurch")
    assert align_with("galechurch", ZH, EN) == (
        Bead((0,), (0,)),
        Bead((1,), (1, 2)),
        Bead((2,), (3,)),
        Bead((3,), (4,)),
    )


def test_an_engine_that_is_not_installed_says_what_to_install(monkeypatch):
    monkeypatch.setitem(EXTRAS, "none", Extra("none", ("no_such_package",), ""))
    monkeypatch.setitem(ENGINES, "none", EngineEntry(lambda *_: [], "none"))
    with pytest.raises(MatchError, match=r"missing no-such-package; run pip install"):
        align_with("none", ZH, EN)


def test_an_engine_that_needs_a_newer_python_says_which(monkeypatch):
    monkeypatch.setitem(ENGINES, "none", EngineEntry(lambda *_: [], "peers", python=(9, 0)))
    with pytest.raises(MatchError, match=r"engine 'none': needs Python 9\.0 or newer"):
        align_with("none", ZH, EN)


def test_sentences_left_out_become_beads_where_they_belong():
    assert complete_beads([Bead((1,), (0, 1)), Bead((2, 3), (4,))], 5, 5) == (
        Bead((0,), ()),
        Bead((1,), (0, 1)),
        Bead((), (2,)),
        Bead((), (3,)),
        Bead((2, 3), (4,)),
        Bead((4,), ()),
    )


@pytest.mark.parametrize(
    "pairs",
    [
        [Bead((1,), (0,)), Bead((0,), (1,))],
        [Bead((0,), (0,)), Bead((0,), (1,))],
        [Bead((0, 2), (0,))],
        [Bead((0,), (0,)), Bead((5,), (1,))],
    ],
    ids=["crossing", "repeated", "with a hole", "out of range"],
)
def test_an_engine_that_breaks_the_contract_is_refused(pairs):
    with pytest.raises(MatchError, match="out of order"):
        complete_beads(pairs, 3, 3)


steps = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()))


@given(steps=steps)
def test_any_monotone_pairs_are_completed_to_all_sentences(steps):
    pairs, zh, en = [], 0, 0
    for zh_count, en_count, kept in steps:
        if kept:
            pairs.append(Bead(tuple(range(zh, zh + zh_count)), tuple(range(en, en + en_count))))
        zh, en = zh + zh_count, en + en_count
    found = complete_beads(pairs, zh, en)
    assert covered(found, zh, en)
    assert {pair for pair in pairs if pair.zh or pair.en} <= set(found)


def test_the_table_loads_no_engine():
    program = (
        "import sys, align.aligner.engines\n"
        "assert not {'galechurch', 'bertalign', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
