"""Counterparts that no dictionary has: by their sound, and learned from other hits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.search.query import Mark, MarkedText, find_counterparts, learn_counterparts
from align.text.pinyin import spellings, whole_spellings

ZH = ["小浪花来了。", "我爱小浪花！", "给小浪花的信", "小浪花睡觉。"]
EN = ["Splashy has come.", "I love Splashy!", "A letter for Splashy", "Splashy is asleep."]


def lessons(own, other, passage):
    return [
        MarkedText(text, (Mark(text.index(passage), text.index(passage) + len(passage)),), beside)
        for text, beside in zip(own, other, strict=True)
    ]


def words(text, marks):
    return [text[mark.start : mark.end] for mark in marks]


def test_a_word_beside_most_hits_is_learned():
    found = learn_counterparts(lessons(ZH, EN, "小浪花"), "zh")
    assert found == {"splashi"}
    (mark,) = find_counterparts(ZH[0], (Mark(0, 3),), EN[0], "zh", found)
    assert words(EN[0], [mark]) == ["Splashy"]


def test_a_word_that_translates_something_else_is_not_learned():
    zh = [f"小浪花爱{what}。" for what in ("信", "花", "水", "山")]
    en = ["Splashy loves it."] * 4
    assert learn_counterparts(lessons(zh, en, "小浪花"), "zh") == {"splashi"}


def test_the_other_direction_is_learned_too():
    zh = ["海洋很美。", "在海洋游泳", "爱海洋！", "海洋的水"]
    en = ["Marine beauty.", "Marine swimming", "Love what is marine!", "Marine water"]
    found = learn_counterparts(
        [MarkedText(own, _marks(own), other) for own, other in zip(en, zh, strict=True)], "en"
    )
    assert found == {"海洋"}
    marks = find_counterparts(en[0], _marks(en[0]), zh[0], "en", found)
    assert words(zh[0], marks) == ["海洋"]


def _marks(text):
    at = text.lower().index("marine")
    return (Mark(at, at + 6),)


def test_two_or_three_hits_are_not_enough():
    assert learn_counterparts(lessons(ZH[:3], EN[:3], "小浪花"), "zh") == frozenset()


def test_a_hit_without_marks_or_without_another_side_is_not_counted():
    three = lessons(ZH[:3], EN[:3], "小浪花")
    assert learn_counterparts([*three, MarkedText(ZH[3], (), EN[3])], "zh") == frozenset()
    assert learn_counterparts([*three, MarkedText(ZH[3], (Mark(0, 3),), "")], "zh") == frozenset()


def test_names_are_marked_by_their_sound_in_both_directions():
    zh, en = "青屿县在海边。", "Qingyu lies by the sea."
    assert words(en, find_counterparts(zh, (Mark(0, 3),), en, "zh")) == ["Qingyu"]
    assert words(zh, find_counterparts(en, (Mark(0, 6),), zh, "en")) == ["青屿"]


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("单田", "Shantian"), ("乐清", "Yueqing"), ("厦门", "Xiamen"), ("长沙", "Changsha"),
        ("重庆", "Chongqing"), ("朝阳", "Chaoyang"), ("曾安", "Zengan"), ("区新", "Ouxin"),
    ],
)  # fmt: skip
def test_a_name_is_found_whichever_way_its_first_character_is_read(name, pinyin):
    assert pinyin.lower() in whole_spellings(name)
    assert words(f"在{name}", find_counterparts(pinyin, (Mark(0, 9),), f"在{name}", "en")) == [name]


def test_text_without_characters_has_no_spelling():
    assert spellings("GDP 3.5") == frozenset()


@given(
    texts=st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), min_size=4, max_size=6),
    side=st.sampled_from(["zh", "en"]),
)
def test_any_hits_can_be_learned_from(texts, side):
    made = [MarkedText(own, (Mark(0, len(own) // 2),), other) for own, other in texts]
    assert "" not in learn_counterparts(made, side)
