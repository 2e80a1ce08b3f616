"""Objects of the caller as encoders: ``encode`` is enough, and what it returns is checked."""

import numpy as np
import pytest

from align.aligner.encoders.objects import ObjectEncoder, wrap_object
from align.errors import EncoderError


class Lengths:
    """Encodes a text as its length, and counts the texts that it is given."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: list[str]) -> list[list[float]]:
        self.seen += texts
        return [[len(text), 1.0, 0.0] for text in texts]


class Fixed:
    """Returns what it was made with."""

    def __init__(self, given) -> None:
        self.given = given

    def encode(self, texts: list[str]):
        return self.given(len(texts))


def test_encode_alone_gives_the_vectors_of_joined_spans_and_encodes_no_text_twice():
    model = Lengths()
    encoder = ObjectEncoder(model)
    spans = encoder.encode_spans(["One.", "Two."], 3, "en")
    assert (spans.shape, encoder.width) == ((3, 2, 3), 3)
    assert np.array_equal(spans[1, 1], encoder.encode(["One. Two."])[0])
    assert not spans[1, 0].any()
    assert np.allclose(np.linalg.norm(spans[0], axis=1), 1)
    encoder.encode_spans(["One.", "Two."], 3, "en")
    assert sorted(model.seen) == [".", "One.", "One. Two.", "Two."]


def test_an_object_keeps_its_encoder_and_two_models_of_a_class_have_two_signatures():
    model = Lengths()
    assert wrap_object(model) is wrap_object(model)
    one, two = (ObjectEncoder(Fixed(lambda n, k=k: np.eye(1, 4, k).repeat(n, 0))) for k in (0, 1))
    assert one.signature.startswith("Fixed@")
    assert one.signature != two.signature


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (lambda n: np.ones(n), r"returned \(1,\); expected an array of shape \(1, width\)"),
        (lambda n: np.ones((n + 1, 4)), r"returned \(2, 4\); expected"),
        (lambda n: np.full((n, 4), np.nan), "not a finite number"),
        (lambda n: np.zeros((n, 4)), "returned no usable vector"),
        (lambda n: None, "encoder Fixed returned"),
        (lambda n: [[1.0], [1.0, 2.0]], "returned list"),
        (lambda n: 1 / 0, "encode failed: ZeroDivisionError: division by zero"),
    ],
)
def test_what_is_no_vector_for_each_text_is_one_plain_error(given, message: str):
    with pytest.raises(EncoderError, match=message):
        ObjectEncoder(Fixed(given))


def test_a_width_that_changes_is_named():
    encoder = ObjectEncoder(Fixed(lambda n: np.ones((n, 3 if n == 1 else 5))))
    with pytest.raises(EncoderError, match=r"returned \(2, 5\); expected .* \(2, 3\)"):
        encoder.encode(["one", "two"])


def test_spans_that_the_object_computes_itself_are_checked():
    class Spans(Lengths):
        signature, width = "spans@1", 3

        def encode_spans(self, sentences, longest, language):
            return np.ones((longest, len(sentences) + 1, 3))

    encoder = ObjectEncoder(Spans())
    assert encoder.signature == "spans@1"
    with pytest.raises(EncoderError, match=r"returned \(2, 2, 3\); expected .* \(2, 1, 3\)"):
        encoder.encode_spans(["One."], 2, "en")
