"""The word model: what it counts, that counts can be taken off, and what follows from them."""

import numpy as np
import pytest
from bead_strategy import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import digamma

from align.aligner.text.word_model.counts import (
    REACH,
    WordChances,
    WordCounts,
    add_counts,
    exp_digamma,
    jump_chances,
)
from align.aligner.text.word_model.kernels import walk
from align.aligner.text.word_model.posteriors import _find_posteriors, link_row
from align.aligner.text.word_model.tokens import cut_tokens
from align.aligner.text.word_model.training import SKIP, count_text, count_words, fits_block

ROWS = [
    ("小浪花来了。", "Splashy has come."),
    ("我爱小浪花！", "I love Splashy!"),
    ("给小浪花的信", "A letter for Splashy"),
    ("小浪花睡觉。", "Splashy is asleep."),
    ("港口去年运货3亿吨。", "The port handled 300 million tonnes last year."),
    ("世卫组织来了。", "WHO has come, who knows why."),
]


@pytest.fixture(scope="module")
def counts():
    return count_words([ROWS])[0]


def english(zh, en, passage, chances):
    """Return what is marked for a passage of the Chinese."""
    at = zh.index(passage)
    found = link_row(zh, en, chances).find_english(at, at + len(passage))
    return en[slice(*found[0])] if found else ""


def test_a_name_that_no_dictionary_has_is_learned(counts):
    chances = WordChances.of(counts)
    for zh, en in ROWS[:4]:
        assert english(zh, en, "小浪花", chances) == "Splashy"


def test_the_other_direction_finds_the_characters(counts):
    zh, en = ROWS[2]
    start = en.index("Splashy")
    posteriors = link_row(zh, en, WordChances.of(counts))
    (first, last), weight = posteriors.find_chinese(start, start + len("Splashy"))
    assert zh[first:last] == "小浪花"
    assert weight > 0.5


def test_an_acronym_is_not_the_word_in_small_letters(counts):
    zh, en = ROWS[5]
    assert english(zh, en, "世卫组织", WordChances.of(counts)) == "WHO"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("U.S. troops, US troops", ["US", "troop", "US", "troop"]),
        ("NGOs and 1,200.5", ["NGO", "and", "1200.5"]),
        ("TELL US WHO", ["tell", "us", "who"]),
        ("發展GDP", ["发", "展", "GDP"]),
        ("ＷＨＯ met", ["WHO", "met"]),
    ],
)
def test_tokens(text, keys):
    tokens = cut_tokens(text)
    assert [token.key for token in tokens] == keys
    assert all(token.start < token.end <= len(text) for token in tokens)


def test_where_nothing_translates_a_word_nothing_is_marked(counts):
    assert english("小浪花来了。", "Nobody came at all.", "小浪花", WordChances.of(counts)) == ""


def test_stop_words_at_the_ends_are_no_part_of_a_mark(counts):
    zh, en = "给小浪花的信", "For the Splashy of the letter"
    assert english(zh, en, "小浪花", WordChances.of(counts)) == "Splashy"


def test_a_stop_word_in_a_name_or_behind_a_hyphen_is_part_of_a_mark():
    tokens = cut_tokens("He said that Liu He praised the opening-up")
    assert [token.key for token in tokens if not token.stop] == [
        "said", "liu", "he", "prais", "open", "up",
    ]  # fmt: skip


def test_the_same_texts_give_the_same_counts():
    one, other = count_words([ROWS])[0], count_words([ROWS])[0]
    assert one.to_bytes() == other.to_bytes()


def test_counts_are_stored_and_read(counts):
    read = WordCounts.from_bytes(counts.to_bytes())
    assert read.to_bytes() == counts.to_bytes()
    assert (read.rows, len(read.pair)) == (len(ROWS), len(counts.pair))
    chances = WordChances.of(counts)
    again = WordChances.from_bytes(chances.to_bytes())
    assert np.array_equal(again.chance, chances.chance)
    assert again.rows == len(ROWS)


def test_what_was_added_can_be_taken_off(counts):
    (other,) = count_words([[("海洋很美。", "The sea is fine.")]], counts)
    left = add_counts([add_counts([counts, other])], [other])
    assert left.rows == counts.rows
    kept = counts.count.max(axis=0) > 0.02
    found, _ = left.look_up(counts.pair[kept])
    assert np.allclose(found, counts.count[:, kept], atol=1e-5)
    assert np.allclose(left.jumps, counts.jumps)


def test_a_briefing_is_counted_on_top_of_the_others(counts):
    rows = [("小浪花走了。", "Splashy is gone."), ("没有字", "")]
    (own,) = count_words([rows], counts, (1, 1))
    chances = WordChances.of(add_counts([counts, own]))
    assert own.rows == 1
    assert english(*rows[0], "小浪花", chances) == "Splashy"


def test_each_briefing_has_counts_of_its_own():
    apart = count_words([ROWS[:3], [], ROWS[3:]])
    assert [one.rows for one in apart] == [3, 0, 3]
    assert add_counts(apart).rows == 6


@pytest.mark.parametrize("rows", [[], [("", "")], [("港口", "")], [("", "port")], [("。", "!")]])
def test_rows_without_words_teach_nothing(rows):
    (counts,) = count_words([rows])
    assert (counts.rows, len(counts.pair)) == (0, 0)
    assert WordChances.of(counts).rows == 0
    for zh, en in rows:
        assert link_row(zh, en, WordChances.of(counts)) is None


def test_a_row_of_a_book_is_passed_over():
    (counts,) = count_words([[("字" * 500, "word " * 500), *ROWS]])
    assert counts.rows == len(ROWS)


def test_a_long_text_is_counted_in_parts():
    long = [*ROWS * 600, ("字" * 399, "port " * 399)]
    assert not fits_block(long)
    counts = count_text(long)
    assert counts.rows == len(long)
    assert english(*ROWS[2], "小浪花", WordChances.of(counts)) == "Splashy"


def test_a_short_text_is_counted_in_one_part():
    assert fits_block(ROWS)
    assert count_text(ROWS).to_bytes() == count_words([ROWS])[0].to_bytes()
    assert count_text([]).rows == 0


def test_rows_of_long_paragraphs_are_not_counted_together():
    assert fits_block([("字" * 10, "port " * 9)] * 2_000)
    assert not fits_block([("字" * 300, "port " * 200)] * 2_000)


@settings(max_examples=20, deadline=None)
@given(rows=st.lists(st.tuples(st.sampled_from(HOSTILE), st.sampled_from(HOSTILE)), max_size=4))
def test_any_texts_can_be_counted_and_linked(rows):
    chances = WordChances.of(count_words([rows])[0])
    for zh, en in rows:
        posteriors = link_row(zh, en, chances)
        if posteriors is not None:
            assert np.isfinite(posteriors.from_en).all()
            assert (posteriors.from_en.sum(axis=1) < 1 + 1e-3).all()
            assert (posteriors.from_zh.sum(axis=0) < 1 + 1e-3).all()


def test_the_compiled_loops_agree_with_numpy():
    random = np.random.default_rng(7)
    emission = random.random((9, 5)).astype(np.float32)
    null = random.random(9).astype(np.float32)
    jumps = jump_chances(random.random((2, 2 * REACH + 1)) * 9)[0]
    width = np.clip(np.arange(5) - np.arange(5)[:, None], -REACH, REACH)
    step = jumps[width + REACH]
    step /= step.sum(axis=1, keepdims=True)
    posterior = np.empty_like(emission)
    crossed = walk(emission, null, step, SKIP, posterior)
    assert np.allclose(posterior, _find_posteriors(emission, null, jumps), atol=1e-5)
    assert crossed.sum() == pytest.approx(posterior[1:].sum(), rel=1e-4)


def test_the_posteriors_are_those_of_all_paths():
    """Forward-backward against a sum over every path, for two tokens and two states."""
    emission = np.array([[0.5, 0.1], [0.2, 0.7]], np.float32)
    null = np.array([0.3, 0.1], np.float32)
    step = np.array([[0.6, 0.4], [0.1, 0.9]], np.float32)
    wanted, total = np.zeros((2, 2)), 0.0
    for first in range(4):  # states 2 and 3 are the null word after state 0 and 1
        for second in range(4):
            weight = 0.5 * _emit(emission, null, 0, first)
            weight *= _emit(emission, null, 1, second)
            if second < 2:
                weight *= step[first % 2, second]
            elif second - 2 != first % 2:
                weight = 0.0
            total += weight
            for token, state in enumerate((first, second)):
                if state < 2:
                    wanted[token, state] += weight
    posterior = np.empty((2, 2), np.float32)
    walk(emission, null, step, SKIP, posterior)
    assert np.allclose(posterior, wanted / total, atol=1e-6)


def _emit(emission, null, token, state):
    return (1 - SKIP) * emission[token, state] if state < 2 else SKIP * null[token]


def test_exp_digamma():
    x = np.array([0.01, 0.3, 1.0, 7.5, 1e4])
    assert np.allclose(exp_digamma(x), np.exp(digamma(x)), rtol=1e-7)
