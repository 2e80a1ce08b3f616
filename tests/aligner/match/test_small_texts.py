"""Texts of a few sentences: translations are joined, what is unrelated is not believed."""

import pytest

from align.aligner import encoders
from align.aligner.match import Side, match

PAIRS = [
    ("灯塔昨晚没有亮。", "The lighthouse stayed dark last night."),
    ("渔业局将在三个港口设修船站。", "The fisheries bureau plans repair yards in three ports."),
    ("她把信放回抽屉，锁上了门。", "She put the letter back into the drawer and locked the door."),
    ("去年苹果的收成增加了百分之六。", "Last year the apple harvest grew by 6 percent."),
    ("“明天还来吗？”孩子问。", '"Will you come again tomorrow?" asked the child.'),
    ("新的图书馆下个月向市民开放。", "The new library opens to the public next month."),
]  # fmt: skip
ZH, EN = [zh for zh, _ in PAIRS], [en for _, en in PAIRS]


@pytest.fixture(scope="module")
def encoder():
    return encoders.load()


def beads(zh, en, encoder):
    return match(Side(tuple(zh)), Side(tuple(en)), encoder).alignment.beads


def most(zh, en, encoder):
    """Return the largest probability of a bead with two sides."""
    found = beads(zh, en, encoder)
    return max((bead.probability for bead in found if bead.zh and bead.en), default=0.0)


@pytest.mark.parametrize("at", range(len(PAIRS)))
def test_a_sentence_and_its_translation_are_joined(at, encoder):
    assert most(ZH[at : at + 1], EN[at : at + 1], encoder) > 0.8


def test_two_sentences_that_have_nothing_in_common_are_not_believed(encoder):
    chances = [most([zh], [en], encoder) for zh in ZH for en in EN if (zh, en) not in PAIRS]
    assert max(chances) < 0.7
    assert sum(chance > 0.5 for chance in chances) <= 2
    assert sum(chances) / len(chances) < 0.1


@pytest.mark.parametrize("size", [2, 3])
def test_small_texts_that_have_nothing_in_common_are_not_believed(size, encoder):
    assert most(ZH[:size], EN[size : 2 * size], encoder) < 0.5
    assert most(ZH[size : 2 * size], EN[:size], encoder) < 0.5


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_small_texts_are_joined_bead_by_bead(size, encoder):
    found = beads(ZH[:size], EN[:size], encoder)
    assert [(bead.zh, bead.en) for bead in found] == [((n,), (n,)) for n in range(size)]
    assert min(bead.probability for bead in found) > 0.8


def test_a_strange_sentence_among_translations_stays_alone(encoder):
    found = {(bead.zh, bead.en) for bead in beads(ZH[:3], [EN[0], EN[4], EN[2]], encoder)}
    assert {((0,), (0,)), ((2,), (2,))} <= found
