"""Texts that repeat themselves cost no more than what is different in them."""

import numpy as np
import pytest
from bag_encoder import Bag, covers, texts

from align.aligner.match import Side, match
from align.aligner.match.engine import MOST_SENTENCES, describe
from align.aligner.match.features.similarity import Similarity
from align.aligner.match.lattice import LONGEST, Edges
from align.aligner.match.repeats import find_repeats
from align.aligner.match.results import LONGEST_SENTENCE
from align.aligner.match.spans import SpanVectors
from align.errors import EncoderError, MatchError
from align.records import Bead


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
    spans = SpanVectors.of(Bag().encode_spans(kept, LONGEST, "en"), repeats.place)
    whole = Bag().encode_spans(said, LONGEST, "en")
    assert len(spans) == len(said)
    assert spans.different.nbytes <= whole.nbytes / 2
    assert np.array_equal(spans.different[:, spans.rows], whole)
    assert np.array_equal(spans.sentences(), whole[0])


def test_the_similarity_of_rows_that_are_kept_once_is_that_of_all_rows():
    said = [*["a a."] * 800, *texts(120), *["b c.", "a a.", "a a."] * 500]
    repeats = find_repeats(said, LONGEST)
    kept = [said[n] for n in repeats.kept]
    once = SpanVectors.of(Bag().encode_spans(kept, LONGEST, "en"), repeats.place)
    whole = SpanVectors.of(Bag().encode_spans(said, LONGEST, "en"))
    beads = [((n - 1, n), (n + 1,)) for n in range(1, len(said) - 1)]
    edges = Edges.of([Bead(*bead) for bead in beads])
    found = Similarity(once, once, 0.0, 1.0).of_edges(edges)
    assert np.array_equal(found, Similarity(whole, whole, 0.0, 1.0).of_edges(edges))
    assert len(set(found.tolist())) > 100


def test_the_right_sentence_is_named_if_a_vector_is_unusable_and_equal_ones_are_kept_once():
    class Broken(Bag):
        def encode_spans(self, sentences, longest, language):
            spans = super().encode_spans(sentences, longest, language)
            spans[0, sentences.index("b c.")] = np.nan
            return spans

    said = Side(tuple(["a a."] * 1500 + ["b c."]))
    with pytest.raises(EncoderError, match=r"zh sentence 1500: 'b c.'"):
        describe(said, said, Broken())


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
