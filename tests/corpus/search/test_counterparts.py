"""The translation of a hit: by the dictionary, by sound, and by what was counted in the corpus."""

import pytest
from bead_strategy import bead, texts
from beads_in_memory import MemoryStore
from hypothesis import given
from hypothesis import strategies as st

from align.corpus.search import Concordance


def search(query, *pairs, counted=False):
    """Return what is marked as translation in each hit, by the Chinese of the hit."""
    beads = [bead(id=f"b{at}", zh=zh, en=en) for at, (zh, en) in enumerate(pairs)]
    concordance = Concordance(MemoryStore(*beads))
    if counted:
        concordance.refresh()
        concordance.words.refresh()
    return {hit.zh.text: words(hit.zh) + words(hit.en) for hit in concordance.search(query)}


def words(side):
    return [side.text[mark.start : mark.end] for mark in side.counterparts]


LESSONS = (
    ("小浪花来了。", "Splashy has come."),
    ("我爱小浪花！", "I love Splashy!"),
    ("给小浪花的信", "A letter for Splashy"),
    ("小浪花睡觉。", "Splashy is asleep."),
    ("今天小浪花很高兴。", "Splashy is very happy today."),
    ("孩子们画小浪花。", "The children draw Splashy."),
    ("孩子们睡觉。", "The children are asleep."),
    ("今天来信了。", "A letter has come today."),
    ("我很高兴。", "I am very happy."),
)
NAMED = {zh: ["Splashy"] for zh, _ in LESSONS if "小浪花" in zh}


def test_a_word_that_no_dictionary_has_is_learned_from_the_corpus():
    assert search("小浪花", *LESSONS) == {zh: [] for zh in NAMED}
    assert search("小浪花", *LESSONS, counted=True) == NAMED


def test_the_other_direction_is_learned_too():
    found = search("Splashy", *LESSONS, counted=True)
    assert found.keys() == NAMED.keys()
    # Three characters that are never apart share one English word: some may be too faint a mark.
    assert all(len(marks) == 1 and marks[0] in "小浪花" for marks in found.values())


def test_marks_do_not_depend_on_the_page_on_which_a_hit_is_shown():
    beads = [bead(id=f"b{at}", zh=zh, en=en) for at, (zh, en) in enumerate(LESSONS)]
    concordance = Concordance(MemoryStore(*beads))
    concordance.refresh()
    concordance.words.refresh()
    together = concordance.search("小浪花").hits
    alone = [concordance.search("小浪花", 1, offset=at).hits[0] for at in range(len(NAMED))]
    assert list(together) == alone


def many(*rows):
    """Return enough rows for the word model to mark alone: some said again and again."""
    said = [
        ("港口很大。", "The port is large."), ("海洋很美。", "The sea is beautiful."),
        ("我们爱海洋。", "We love the sea."), ("港口有船。", "The port has ships."),
        ("船很大。", "The ships are large."), ("大家爱港口。", "All love the port."),
    ]  # fmt: skip
    return [*rows, *said * 60]


def test_in_a_large_corpus_the_word_model_marks_and_leaves_the_rest():
    pairs = many(*LESSONS, ("港口来了船。", "Ships come."))
    found = search("港口", *pairs, counted=True)
    assert found["港口很大。"] == ["port"]
    assert found["港口来了船。"] == []


def test_in_a_large_corpus_numbers_are_found_first():
    pairs = many(("去年运货3亿吨。", "It handled 300 million tonnes last year."))
    assert search("3亿", *pairs, counted=True)["去年运货3亿吨。"] == ["300 million"]


def test_a_number_is_found():
    pair = ("去年运货3亿吨。", "It handled 300 million tonnes last year.")
    assert "300 million" in " ".join(search("3亿", pair)[pair[0]])


@pytest.mark.parametrize(("query", "word"), [("青屿", "Qingyu"), ("Qingyu", "青屿")])
def test_names_are_marked_by_their_sound_in_both_directions(query, word):
    pair = ("青屿县在海边。", "Qingyu lies by the sea.")
    assert search(query, pair) == {pair[0]: [word]}


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("单田", "Shantian"), ("乐清", "Yueqing"), ("厦门", "Xiamen"), ("长沙", "Changsha"),
        ("重庆", "Chongqing"), ("朝阳", "Chaoyang"), ("曾安", "Zengan"), ("区新", "Ouxin"),
    ],
)  # fmt: skip
def test_a_name_is_found_whichever_way_its_first_character_is_read(name, pinyin):
    assert search(pinyin, (f"在{name}", f"In {pinyin}")) == {f"在{name}": [name]}


@given(pairs=st.lists(st.tuples(texts, texts), min_size=4, max_size=6))
def test_any_hits_can_be_learned_from(pairs):
    for query in ("港", "the"):
        search(query, *((f"港{zh}", f"the {en}") for zh, en in pairs), counted=True)
