"""Long texts, divided into blocks between certain anchors and joined again."""

from threading import Event

import numpy as np
import pytest

from align.aligner.match import Side, match
from align.aligner.match.engine import prepare
from align.aligner.match.long_texts import find_anchors, find_borders, match_long
from tests.helpers.bag_encoder import Bag, covers, shape, texts

COUNT = 240


def match_block(zh, en, encoder):
    return prepare(zh, en, encoder).solve()


def sides(sentences, others):
    paragraphs = tuple(number // 4 for number in range(len(sentences)))
    return Side(tuple(sentences), paragraphs), Side(tuple(others))


def test_blocks_give_the_alignment_of_the_whole_texts():
    sentences = texts(COUNT)
    others = [*sentences[:70], *sentences[73:150], "Nothing like it.", *sentences[150:]]
    zh, en = sides(sentences, others)
    whole, told = match(zh, en, Bag()), []
    divided = match_long(zh, en, Bag(), match_block, lambda *at: told.append(at), block_size=60)
    assert shape(divided) == shape(whole)
    assert covers(divided, COUNT, COUNT - 2)
    assert divided.alignment.signature == whole.alignment.signature
    assert [stage for stage, done, total in told if done == total] == [
        "encoded",
        "compared",
        "aligned",
    ]


def test_what_blocks_found_is_counted_in_the_whole_texts():
    sentences = texts(COUNT)
    moved = [*sentences[:200], *sentences[204:230], *sentences[200:204], *sentences[230:]]
    zh, en = sides(sentences, moved)
    divided = match_long(zh, en, Bag(), match_block, block_size=60)
    assert divided.crossings == match(zh, en, Bag()).crossings
    assert {index for link in divided.crossings for index in link.zh} <= {*range(200, 230)}


def test_texts_without_certain_anchors_are_one_block():
    zh, en = sides(texts(COUNT), texts(2 * COUNT)[COUNT:])
    chain = np.empty((0, 2), np.int64)
    assert find_borders(chain, COUNT, COUNT, 60) == [(0, 0), (COUNT, COUNT)]
    assert covers(match_long(zh, en, Bag(), match_block, block_size=60), COUNT, COUNT)


def test_anchors_of_a_text_that_repeats_itself_are_sentences_without_an_equal():
    said = [*["a a."] * 1500, *texts(5), *["a a."] * 1500]
    chain = find_anchors(*sides(said, said), Bag(), lambda *_at: None)
    assert chain.tolist() == [[number, number] for number in range(1500, 1505)]


def test_blocks_without_a_common_border_are_aligned_as_one():
    calls = []

    def shifted(zh, en, encoder):
        """Join all sentences of a block in one bead, so that no border is common."""
        calls.append(len(zh.sentences))
        found = match_block(zh, en, encoder)
        beads = found.alignment.beads
        one = type(beads[0])(tuple(range(len(zh.sentences))), tuple(range(len(en.sentences))), 1.0)
        alignment = type(found.alignment)((one,), found.alignment.signature)
        return type(found)(alignment)

    zh, en = sides(texts(COUNT), texts(COUNT))
    divided = match_long(zh, en, Bag(), shifted, block_size=60)
    assert covers(divided, COUNT, COUNT)
    assert len(divided.alignment.beads) == 1
    assert max(calls) == COUNT


def test_an_anchor_is_certain_only_if_those_around_it_agree():
    straight = np.stack([np.arange(100), np.arange(100)], 1)
    assert find_borders(straight, 100, 100, 40) == [(0, 0), (40, 40), (100, 100)]
    far = straight * [1, 1]
    far[30:50, 1] = np.linspace(30, 90, 20)  # out of step with the text around
    far[50:, 1] = np.linspace(91, 99, 50)
    assert find_borders(far, 100, 100, 40) == [(0, 0), (100, 100)]


def test_an_error_in_a_block_is_raised():
    def fail(zh, en, encoder):
        raise ValueError("this block")

    zh, en = sides(texts(COUNT), texts(COUNT))
    with pytest.raises(ValueError, match="this block"):
        match_long(zh, en, Bag(), fail, block_size=60)


def test_progress_is_reported_while_a_block_is_aligned():
    is_told = Event()

    def wait_for_report(zh, en, encoder):
        assert is_told.wait(60)
        return match_block(zh, en, encoder)

    def report(stage: str, _done: int, _total: int) -> None:
        if stage == "aligned":
            is_told.set()

    zh, en = sides(texts(COUNT), texts(COUNT))
    divided = match_long(zh, en, Bag(), wait_for_report, report, block_size=60, seconds=0.01)
    assert covers(divided, COUNT, COUNT)
