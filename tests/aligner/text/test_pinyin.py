"""Pinyin: names in both scripts, and what is loaded for it."""

import subprocess
import sys

import pytest

from align.aligner.text.pinyin import (
    _pinyin_table,
    cut_syllables,
    find_spelt,
    is_same_name,
    latin_key,
    pinyin_keys,
)


@pytest.mark.parametrize(
    ("han", "latin"),
    [
        ("吕方", "Lyu Fang"), ("吕方", "Lü Fang"), ("吕方", "Lv Fang"), ("吕方", "Fang Lu"),
        ("单田", "Shan Tian"), ("解东", "Xie Dong"), ("振宇", "Zhenyu"),
    ],
)  # fmt: skip
def test_a_name_is_the_same_in_each_usual_spelling(han, latin):
    assert is_same_name(han, latin)


@pytest.mark.parametrize(
    ("han", "latin"), [("吕方", "Lin Fang"), ("吕", "Lyu"), ("吕方", ""), ("ab", "ab")]
)
def test_other_names_are_not_the_same(han, latin):
    assert not is_same_name(han, latin)


def test_the_phrases_of_pypinyin_are_not_loaded():
    code = (
        "import sys; from align.aligner.text.pinyin import pinyin_keys; assert 'chongqing' in "
        "pinyin_keys('重庆'); print('pypinyin.phrases_dict' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_names_that_are_spelt_are_found_as_among_all_keys():
    text = "吕明和重庆的赵志强说：“好”，在长安。"
    spelt = {"luming", "chongqing", "zhaozhiqiang", "changan"}
    names = frozenset(spelt | {"lu", "tongqing", "li", "zhangan"})
    assert find_spelt(text, names) == pinyin_keys(text) & names
    assert find_spelt(text, names) >= spelt
    assert find_spelt(text, frozenset()) == set()


@pytest.mark.parametrize("function", [latin_key, cut_syllables])
def test_the_words_of_users_do_not_fill_the_memory(function):
    assert function.cache_parameters()["maxsize"] is not None


@pytest.mark.parametrize("character", "吕重长安好")
def test_the_file_of_pypinyin_that_is_run_has_the_readings_of_its_public_function(character):
    from pypinyin import Style, pinyin

    table = _pinyin_table()
    assert table[ord(character)].split(",") == pinyin(character, Style.TONE, heteronym=True)[0]
