import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.aligner.text.chinese import simplify, simplify_sentences
from align.aligner.text.dictionary import content_words, entries, stem, translations

ENDINGS = ("ization", "ousness", "fulness", "ational", "alities", "ingly", "edly", "ements")


def test_traditional_characters_are_folded():
    assert simplify("經濟發展") == "经济发展"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (["他看著經濟。", "他笑著。"], ("他看着经济。", "他笑着。")),
        (["衞生部敍述了。"], ("卫生部叙述了。",)),
        (["經濟學家的著名著作。"], ("经济学家的著名著作。",)),
        (["「好」，他說『對』。"], ("“好”，他说‘对’。",)),
        (["著名的台湾著作，乾隆。"], ("著名的台湾著作，乾隆。",)),
        (["Growth", ""], ("Growth", "")),
    ],
)
def test_a_text_is_written_in_simplified_characters(text, expected):
    assert simplify_sentences(text) == expected


def test_a_text_without_chinese_is_left_alone():
    assert simplify("Growth, 3.5%") == "Growth, 3.5%"


def test_an_entry_is_found_in_both_scripts_and_each_of_a_word_that_has_several():
    assert list(entries("这个")) == [("zhe4 ge5", ["(pronoun) this", "(adjective) this"])]
    assert list(entries("這個")) == list(entries("这个"))
    assert {pinyin for pinyin, _ in entries("乾")} >= {"gan1", "qian2"}  # 干 in old characters
    assert list(entries("澄湖")) == []


def test_chinese_is_cut_at_the_longest_entries():
    assert content_words("经济增长很快", "zh") == ("经济增长", "快")


def test_both_scripts_give_the_same_words():
    assert content_words("經濟增長", "zh") == content_words("经济增长", "zh")


def test_english_words_are_stemmed_and_common_ones_dropped():
    assert content_words("The committees of the cities met.", "en") == ("committe", "citi", "met")


def test_threads_that_stem_at_the_same_time_do_not_disturb_each_other():
    words = [f"{a}{b}{c}" for a in ("nation", "organ", "gener") for b in "bdfl" for c in ENDINGS]
    alone = {word: stem(word) for word in words}
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(20):
            stem.cache_clear()
            with ThreadPoolExecutor(2) as pool:
                both = pool.map(lambda some: {w: stem(w) for w in some}, (words, words[::-1]))
                assert list(both) == [alone, alone]
    finally:
        sys.setswitchinterval(interval)


def test_latin_words_and_digits_stay_in_chinese():
    assert content_words("5G网络", "zh") == ("5", "g", "网络")


@pytest.mark.parametrize(("word", "english"), [("经济", "economy"), ("医院", "hospital")])
def test_a_word_has_its_dictionary_translations(word, english):
    assert stem(english) in translations(word)


def test_a_word_without_an_entry_is_translated_by_its_parts():
    assert {stem("hospital"), stem("economy")} <= translations("医院经济")


def test_a_latin_word_translates_itself():
    assert translations("gdp") == {stem("gdp")}


def test_a_character_without_an_entry_has_no_translation_but_itself():
    assert translations("㐂㐃") <= {"㐂", "㐃"} | translations("㐂") | translations("㐃")


@given(st.text(max_size=30))
def test_any_text_can_be_cut(text):
    assert all(content_words(text, "zh")) or content_words(text, "zh") == ()
    assert all(content_words(text, "en")) or content_words(text, "en") == ()
