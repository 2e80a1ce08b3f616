"""Texts that repeat themselves cost no more than what is different in them."""

import numpy as np
import pytest
from bag_encoder import Bag, covers, texts

from align.aligner.match import Side, match
from align.aligner.match.engine import LONGEST_SENTENCE, MOST_SENTENCES, describe
from align.aligner.match.lattice import LONGEST
from align.aligner.match.repeats import find_repeats
from align.errors import MatchError


class Counting(Bag):
    """Counts the sentences that it encodes."""

    encoded: list[str]

    def __init__(self):
        super().__init__()
        object.__setattr__(self, "encoded", [])

    def encode_spans(self, sentences, longest, language):
        self.encoded.extend(sentences)
        return super().encode_spans(sentences, longest, language)


def test_a_usual_text_does_not_repeat_itself():
    said = texts(1200)
    said[100:600:10] = ["Thank you."] * 50
    assert find_repeats(said, LONGEST) is None


def test_a_short_text_is_encoded_as_it_is():
    assert find_repeats(["Good."] * 200, LONGEST) is None


@pytest.mark.parametrize(
    "said",
    [
        ["a a."] * 1500,
        ["a a.", "b c."] * 750,
        [*["a a."] * 800, *texts(120), *["b c.", "a a.", "a a."] * 500],
    ],
)
def test_spans_of_a_repeated_text_are_those_of_the_whole(said):
    repeats = find_repeats(said, LONGEST)
    kept = [said[n] for n in repeats.kept]
    found = Bag().encode_spans(kept, LONGEST, "en")[:, repeats.place]
    assert np.array_equal(found, Bag().encode_spans(said, LONGEST, "en"))


def test_equal_sentences_are_encoded_a_few_times():
    encoder = Counting()
    matching = match(Side(("好。",) * 3000), Side(("Good. ",) * 3000), encoder)
    assert covers(matching, 3000, 3000)
    assert len(encoder.encoded) <= 4 * LONGEST


def test_equal_rows_have_few_candidates():
    same = Side(("a b.",) * 2000)
    _features, edges = describe(same, same, Bag())
    assert np.count_nonzero(edges.full) <= 6 * 4000


def test_sentences_that_occur_once_are_anchors_among_repeats():
    said = [*["a a."] * 1500, *texts(50), *["b c."] * 1500]
    beads = match(Side(tuple(said)), Side(tuple(said[5:])), Bag()).alignment.beads
    joined = {bead.zh: bead.en for bead in beads}
    assert all(joined[n,] == (n - 5,) for n in range(1502, 1548))


def test_a_text_of_too_many_sentences_is_refused():
    many = Side(("a.",) * (MOST_SENTENCES + 1))
    with pytest.raises(MatchError, match=r"20,001 sentences, more than 20,000; split"):
        match(Side(("a.",)), many, Bag())


def test_of_a_very_long_sentence_the_begin_is_encoded():
    encoder = Counting()
    match(Side(("好" * 3 * LONGEST_SENTENCE,)), Side(("Good.",)), encoder)
    assert max(map(len, encoder.encoded)) == LONGEST_SENTENCE
