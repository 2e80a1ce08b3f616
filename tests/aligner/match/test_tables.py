from bag_encoder import Bag, covers, shape, texts

from align.aligner.match import Side, match
from align.aligner.match.tables import find_row_borders
from align.records import TablePlace


def rows(*numbers, count=4, table=0):
    """Return the places of sentences by their rows; ``None`` is outside the table."""
    return tuple(None if row is None else TablePlace(table, row, count, 2) for row in numbers)


def side(sentences, tables):
    return Side(tuple(sentences), tables=tables)


def borders(zh, en):
    zh, en = (side("一" * len(tables), tables) for tables in (zh, en))
    return find_row_borders(zh, en).tolist()


def test_a_border_is_before_each_row_and_after_the_table():
    assert borders(rows(None, 0, 0, 1, 2, 3, None), rows(None, 0, 1, 1, 1, 2, 3)) == [
        [1, 1],
        [3, 2],
        [4, 5],
        [5, 6],
        [6, 7],
    ]


def test_a_row_without_text_in_one_language_is_at_its_place():
    assert borders(rows(0, 2, 3), rows(0, 1, 2, 3)) == [[0, 0], [1, 1], [1, 2], [2, 3], [3, 4]]


def test_tables_of_other_sizes_have_no_borders():
    assert borders(rows(0, 1, 2), rows(0, 1, 2, count=5)) == []


def test_texts_with_another_number_of_tables_have_no_borders():
    assert borders(rows(0, 1), (*rows(0, 1), *rows(0, 1, table=1))) == []


def test_texts_without_tables_have_no_borders():
    assert borders((), rows(0, 1)) == []


def test_no_bead_joins_sentences_of_two_rows():
    """A cell that is missing in one language would be joined with the row above it."""
    words = texts(24)
    halves = [words[5].split()[0], words[5].split(maxsplit=1)[1]]
    zh, en = words, [*words[:5], *halves, *words[6:]]
    free = match(Side(tuple(zh)), Side(tuple(en)), Bag())
    assert ((5,), (5, 6)) in shape(free)
    zh_rows, en_rows = range(24), [*range(6), *range(6, 24), 24]
    bound = match(
        side(zh, rows(*(row + (row > 5) for row in zh_rows), count=25)),
        side(en, rows(*en_rows, count=25)),
        Bag(),
    )
    assert covers(bound, 24, 25)
    assert ((5,), (5,)) in shape(bound)
    assert ((), (6,)) in shape(bound)


def test_a_part_outside_of_tables_is_aligned_as_before():
    words = texts(12)
    zh = side(words, (*(None,) * 8, *rows(0, 1, 2, 3)))
    plain = match(Side(tuple(words)), Side(tuple(words)), Bag())
    assert shape(match(zh, zh, Bag())) == shape(plain)
