"""Where sentences went when a text changed: shown on texts whose every character has its place."""

import pytest

from align.corpus.review.transfer import (
    CUT,
    GONE,
    LARGEST_GAP,
    FoundSentence,
    SentenceMap,
)
from align.corpus.store import sentence_id
from align.records import Sentence


def paragraphs(texts: list[str]) -> list[Sentence]:
    return [Sentence(text, number, 0, 0, len(text)) for number, text in enumerate(texts)]


def compare(old: list[str], new: list[str]):
    """Return a function that finds old sentences, by number, among new ones."""
    names = [sentence_id(sentence) for sentence in paragraphs(old)]
    found = SentenceMap(paragraphs(old), paragraphs(new))
    return lambda numbers: found.locate([names[number] for number in numbers])


def located(old: list[str], new: list[str]) -> list[FoundSentence]:
    return [compare(old, new)([number]) for number in range(len(old))]


def test_within_a_changed_stretch_each_sentence_is_found_by_its_characters():
    old = ["甲。", "一二三四五六。", "乙丙丁戊己庚。", "末。"]
    new = ["甲。", "请看：", "一二三四五六。", "七八", "乙丙丁", "戊己庚。", "末。"]
    assert located(old, new) == [
        FoundSentence((0,)),
        FoundSentence((2,)),
        FoundSentence((4, 5)),
        FoundSentence((6,)),
    ]


def test_a_sentence_that_lost_gained_or_changed_a_character_is_gone():
    old = ["天气很好。", "船已开出。", "灯塔亮了。", "谢谢。"]
    new = ["天气好。", "船已经开出。", "灯塔灭了。", "谢谢。"]
    gone = FoundSentence(why=GONE)
    assert located(old, new) == [gone, gone, gone, FoundSentence((3,))]


def test_sentences_that_are_cut_elsewhere_now_say_so():
    old, new = ["一二。", "三四。"], ["一二。三四。"]
    assert located(old, new) == [FoundSentence(why=CUT)] * 2
    locate = compare(old, new)
    assert locate([0, 1]) == FoundSentence((0,))


def test_several_sentences_must_still_follow_each_other():
    old, new = ["一。", "二。", "三。"], ["一。", "新的。", "二。", "三。"]
    locate = compare(old, new)
    assert locate([]) == FoundSentence()
    assert locate([1, 2]) == FoundSentence((2, 3))
    assert locate([0, 1]) == FoundSentence(why=GONE)


def test_a_sentence_of_blanks_alone_has_no_text_that_could_be_found():
    old, new = ["一。", "　", "二。"], ["一。", "　", "二。"]
    assert located(old, new) == [FoundSentence((0,)), FoundSentence(why=GONE), FoundSentence((2,))]


def test_first_and_last_sentence_are_found_where_blanks_stand_beside_them():
    old, new = ["一。", "二。"], ["　", "一。", "二。", "　"]
    assert located(old, new) == [FoundSentence((1,)), FoundSentence((2,))]


def test_what_is_said_again_and_again_is_matched_in_long_texts_too():
    """difflib passes over what is frequent in 200 elements and more, unless told not to."""
    same = ["谢谢。"] * 300
    assert located([*same], ["请。", *same]) == [FoundSentence((n + 1,)) for n in range(300)]
    old, new = ["甲乙" * 150 + "。", "末尾。"], ["请看" + "甲乙" * 150, "。末尾。"]
    locate = compare(old, new)
    assert locate([0]) == FoundSentence(why=CUT)


@pytest.mark.parametrize(("extra", "why"), [(0, CUT), (1, GONE)])
def test_a_stretch_longer_than_the_largest_gap_is_new_text(extra, why):
    filler = "甲" * (LARGEST_GAP - 5 + extra)
    assert located(["船已开出。"], [filler + "船已开出。"]) == [FoundSentence(why=why)]
