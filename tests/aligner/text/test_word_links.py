"""Word links: figures on the rows linked by hand never fall, and single links."""

from functools import partial

import pytest

from align.aligner.encoders.use import Use
from align.aligner.text.word_links import link_words
from align.aligner.text.word_model.counts import WordChances
from align.aligner.text.word_model.posteriors import link_row
from align.aligner.text.word_model.training import count_words
from align.aligner.text.word_vectors import WordVectors
from benchmarks.word_links import learn_demo, link_by_model, locate, measure, read_gold


@pytest.fixture(scope="module")
def vectors() -> WordVectors:
    return WordVectors(Use().encode)


def linked(zh: str, en: str, **given: object) -> list[tuple[str, str]]:
    return [
        ("".join(zh[a:b] for a, b in one.zh), " ".join(en[a:b] for a, b in one.en))
        for one in link_words(zh, en, **given)
    ]


@pytest.mark.parametrize(
    ("first", "precision", "recall"), [(0, 0.92, 0.68), (1, 0.92, 0.68)], ids=["tuning", "held out"]
)
def test_rows_linked_by_hand(first: int, precision: float, recall: float):
    link = partial(link_by_model, vectors=None, chances=learn_demo())
    for right, found in measure(read_gold()[first::2], link).values():
        assert right >= precision
        assert found >= recall


def test_before_anything_is_counted_an_encoder_helps(vectors: WordVectors):
    for right, found in measure(read_gold()[1::2], partial(link_words, vectors=vectors)).values():
        assert right >= 0.9
        assert found >= 0.7


def test_without_an_encoder_what_is_marked_is_as_right():
    for right, found in measure(read_gold()[1::2], link_words).values():
        assert right >= 0.9
        assert found >= 0.55


def test_a_hundred_rows_of_the_gold_are_read_as_written():
    assert len(read_gold()) == 100
    text = "to go to the port"
    assert locate(text, "to [the] port") == ({6, 7, 8, *range(12, 17)}, {*range(6, 17)})
    assert locate(text, "to@2…port")[0] == {6, 7, *range(13, 17)}


def test_numbers_names_and_the_points_of_a_list():
    zh, en = (
        "一是青屿县增长3%，达到1.2万亿元。",
        "First, Qingyu County grew 3% to 1.2 trillion yuan.",
    )
    found = dict(linked(zh, en))
    assert found["一是"] == "First"
    assert found["青屿"] == "Qingyu"
    assert found["3"] == "3"
    assert found["1.2万亿"] == "1.2 trillion"
    assert found["元"] == "yuan"


def test_each_of_two_equal_words_is_linked_to_the_one_in_its_place():
    zh, en = (
        "港口有渔船，县里也有港口。",
        "The port has fishing boats, and the county has a port too.",
    )
    places = [one.en[0][0] for one in link_words(zh, en) if zh[slice(*one.zh[0])] == "港口"]
    assert places == [en.index("port"), en.rindex("port")]


def test_an_encoder_knows_words_that_the_dictionary_gives_otherwise(vectors: WordVectors):
    zh, en = "海洋很美。", "The marine world is beautiful."
    assert ("海洋", "marine") not in linked(zh, en)
    assert ("海洋", "marine") in linked(zh, en, vectors=vectors)


def test_other_rows_teach_a_word():
    rows = [
        ("小浪花来了。", "Splashy has come."),
        ("我爱小浪花！", "I love Splashy!"),
        ("给小浪花", "To Splashy"),
        ("天气很好。", "The weather is fine."),
    ]
    (counts,) = count_words([rows])
    zh, en = "小浪花睡觉。", "Splashy is asleep."
    posteriors = link_row(zh, en, WordChances.of(counts))
    assert "Splashy" not in dict(linked(zh, en)).values()
    assert "Splashy" in dict(linked(zh, en, posteriors=posteriors)).values()


@pytest.mark.parametrize("pair", [("", ""), ("。", "!"), ("港口", ""), ("", "port"), ("🚢", "<b>")])
def test_texts_without_words_have_no_links(pair: tuple[str, str], vectors: WordVectors):
    assert link_words(*pair, vectors=vectors) == ()
