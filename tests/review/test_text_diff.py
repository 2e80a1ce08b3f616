"""Where sentences went when a text changed: shown on texts whose every character has its place."""

from itertools import accumulate, pairwise

import pytest

from align.records import Sentence
from align.review.transfer.text_diff import CUT, GONE, LARGEST_GAP, FoundSentence, SentenceMap
from align.store import sentence_id


def cut(*texts: str) -> list[Sentence]:
    """One paragraph, cut into these sentences."""
    ends = [0, *accumulate(map(len, texts))]
    spans = zip(texts, pairwise(ends), strict=True)
    return [Sentence(text, 0, 0, start, end) for text, (start, end) in spans]


def went(old: list[Sentence], new: list[Sentence]) -> list[FoundSentence]:
    """Where each old sentence is among the new ones."""
    mapped = SentenceMap.between(old, new)
    return [mapped.span([sentence_id(one)]) for one in old]


def test_within_a_changed_stretch_each_sentence_is_found_by_its_characters():
    old = cut("甲。", "一二三四五六。", "乙丙丁戊己庚。", "末。")
    new = cut("甲。", "请看：", "一二三四五六。", "七八", "乙丙丁", "戊己庚。", "末。")
    assert went(old, new) == [
        FoundSentence((0,)),
        FoundSentence((2,)),
        FoundSentence((4, 5)),
        FoundSentence((6,)),
    ]


def test_a_sentence_that_lost_gained_or_changed_a_character_is_gone():
    old = cut("天气很好。", "船已开出。", "灯塔亮了。", "谢谢。")
    new = cut("天气好。", "船已经开出。", "灯塔灭了。", "谢谢。")
    gone = FoundSentence(why=GONE)
    assert went(old, new) == [gone, gone, gone, FoundSentence((3,))]


def test_sentences_that_are_cut_elsewhere_now_say_so():
    old, new = cut("一二。", "三四。"), cut("一二。三四。")
    assert went(old, new) == [FoundSentence(why=CUT)] * 2
    mapped = SentenceMap.between(old, new)
    assert mapped.span([sentence_id(one) for one in old]) == FoundSentence((0,))


def test_of_several_sentences_each_must_be_known_and_in_a_row():
    old, new = cut("一。", "二。", "三。"), cut("一。", "新的。", "二。", "三。")
    one, two, three = map(sentence_id, old)
    mapped = SentenceMap.between(old, new)
    assert mapped.span([]) == FoundSentence()
    assert mapped.span([two, three]) == FoundSentence((2, 3))
    assert mapped.span([one, two]) == FoundSentence(why=GONE)
    assert mapped.span([one, "9.0-4"]) == FoundSentence(why=GONE)
    assert mapped.span(["9.0-4"]) == FoundSentence(why=GONE)


def test_a_sentence_of_blanks_alone_has_no_text_that_could_be_found():
    old, new = cut("一。", "　", "二。"), cut("一。", "　", "二。")
    assert went(old, new) == [FoundSentence((0,)), FoundSentence(why=GONE), FoundSentence((2,))]


def test_first_and_last_sentence_are_found_where_blanks_stand_beside_them():
    old, new = cut("一。", "二。"), cut("　", "一。", "二。", "　")
    assert went(old, new) == [FoundSentence((1,)), FoundSentence((2,))]


def test_what_is_said_again_and_again_is_matched_in_long_texts_too():
    """difflib passes over what is frequent in 200 elements and more, unless told not to."""
    same = ["谢谢。"] * 300
    assert went(cut(*same), cut("请。", *same)) == [FoundSentence((n + 1,)) for n in range(300)]
    old, new = cut("甲乙" * 150 + "。", "末尾。"), cut("请看" + "甲乙" * 150, "。末尾。")
    mapped = SentenceMap.between(old, new)
    assert mapped.span([sentence_id(old[0])]) == FoundSentence(why=CUT)


@pytest.mark.parametrize(("extra", "why"), [(0, CUT), (1, GONE)])
def test_a_stretch_longer_than_the_largest_gap_is_new_text(extra, why):
    filler = "甲" * (LARGEST_GAP - 5 + extra)
    assert went(cut("船已开出。"), cut(filler + "船已开出。")) == [FoundSentence(why=why)]
