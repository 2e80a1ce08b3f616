"""The counterparts of a hit: by the dictionary, by sound, and learned from the other hits."""

import pytest
from bead_strategy import bead, texts
from beads_in_memory import MemoryStore
from hypothesis import given
from hypothesis import strategies as st

from align.search import Concordance


def search(query, *pairs):
    """Return what is marked as counterpart in each hit, by the Chinese of the hit."""
    beads = [bead(id=f"b{at}", zh=zh, en=en) for at, (zh, en) in enumerate(pairs)]
    found = Concordance(MemoryStore(*beads)).search(query)
    return {hit.zh.text: words(hit.zh) + words(hit.en) for hit in found}


def words(side):
    return [side.text[mark.start : mark.end] for mark in side.counterparts]


LESSONS = (
    ("小浪花来了。", "Splashy has come."),
    ("我爱小浪花！", "I love Splashy!"),
    ("给小浪花的信", "A letter for Splashy"),
    ("小浪花睡觉。", "Splashy is asleep."),
)


def test_a_word_beside_most_hits_is_learned():
    assert search("小浪花", *LESSONS) == {zh: ["Splashy"] for zh, _ in LESSONS}


def test_two_hits_teach_nothing():
    assert search("小浪花", *LESSONS[:2]) == {zh: [] for zh, _ in LESSONS[:2]}


def test_the_other_direction_is_learned_too():
    zh = ["海洋很美。", "在海洋游泳", "爱海洋！", "海洋的水"]
    en = ["Marine beauty.", "Marine swimming", "Love what is marine!", "Marine water"]
    assert search("marine", *zip(zh, en, strict=True)) == {one: ["海洋"] for one in zh}


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
        search(query, *((f"港{zh}", f"the {en}") for zh, en in pairs))
