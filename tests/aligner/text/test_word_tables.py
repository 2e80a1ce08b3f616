import numpy as np
import pytest

from align.aligner.text.word_model.tables import SideTokens, learn_tables
from align.aligner.text.word_model.tokens import cut_tokens
from align.records import Bead

WORDS = {"茶": "tea", "马": "horse", "雨": "rain", "桥": "bridge", "灯": "lamp", "船": "boat"}


def texts(count):
    """Sentences of three characters each, translated word by word."""
    pairs = list(WORDS.items())
    rows = [[pairs[(n + k * (n % 2 + 1)) % len(pairs)] for k in range(3)] for n in range(count)]
    zh = ["".join(left for left, _ in row) + "。" for row in rows]
    en = [" ".join(right for _, right in row).capitalize() + "." for row in rows]
    return zh, en


def one_to_one(count):
    return [Bead((n,), (n,)) for n in range(count)]


def count_of(zh, en, tables, sides):
    """Return both counts of a pair of tokens, given as sentences of one token."""
    left = np.searchsorted(sides[0].types, zh.types[0])
    right = np.searchsorted(sides[1].types, en.types[0])
    at = (tables[0].zh_of == left) & (tables[0].en_of == right)
    return tables[0].count[:, at].sum(axis=1)


def token(text):
    return SideTokens.of([cut_tokens(text)])


def test_words_that_occur_together_have_the_highest_counts():
    zh, en = texts(24)
    *sides, tables = learn_tables(zh, en, one_to_one(24))
    right = count_of(token("茶"), token("tea"), tables, sides)
    wrong = count_of(token("茶"), token("bridge"), tables, sides)
    assert right.min() > 5 * wrong.max()


def test_the_counts_are_the_sum_of_what_the_rows_count_themselves():
    zh, en = texts(12)
    _, _, (table,) = learn_tables(zh, en, one_to_one(12))
    assert table.rows.own.shape == (2, table.rows.cell_start[-1])
    assert (table.rows.own >= 0).all()
    assert table.rows.own.sum() <= table.count.sum() + 1


def test_pairs_that_share_no_bead_have_the_count_of_the_dictionary():
    zh, en = texts(12)
    *sides, tables = learn_tables([*zh, "朋友"], ["Friend", *en], [
        Bead((), (0,)), *(Bead((n,), (n + 1,)) for n in range(12)), Bead((12,), ()),
    ])  # fmt: skip
    assert count_of(token("友"), token("friend"), tables, sides).min() > 0


@pytest.mark.parametrize(
    ("zh", "en", "beads"),
    [
        ([], [], []),
        (["雨。"], [], [Bead((0,), ())]),
        (["。"], ["..."], [Bead((0,), (0,))]),
        (["雨" * 500], ["rain " * 500], [Bead((0,), (0,))]),
    ],
)
def test_texts_without_a_row_to_count_have_no_counts(zh, en, beads):
    _, _, tables = learn_tables(zh, en, beads)
    assert all(len(table.rows.zh_start) == 1 for table in tables)


def test_a_long_text_is_counted_in_parts():
    zh, en = texts(30)
    _, _, tables = learn_tables(zh, en, one_to_one(30), most=10)
    assert [table.zh_inside for table in tables] == [range(0, 10), range(10, 20), range(20, 30)]
