"""Numbers of a remembered translation: which differ, and the target with them put right."""

import pytest

from align.aligner.text.facts.transfer import NumberChange, transfer_numbers


@pytest.mark.parametrize(
    ("asked", "source", "target", "proposed"),
    [
        (
            "出口增长7.5%。",
            "出口增长6.2%。",
            "Exports rose by 6.2 percent.",
            "rose by 7.5 percent.",
        ),
        ("达1.5万亿元。", "达1.2万亿元。", "It is 1.2 trillion yuan.", "It is 1.5 trillion yuan."),
        ("3.1亿吨", "3亿吨", "some 300 million tonnes", "some 310 million tonnes"),
        ("货物12,500吨", "货物9,800吨", "9,800 tonnes of cargo", "12,500 tonnes of cargo"),
        ("5月20日", "3月14日", "on March 14", "on May 20"),
        ("有5个港口。", "有3个港口。", "Three ports are there.", "Five ports are there."),
        ("5国和3地", "3国和5地", "3 states and 5 regions", "5 states and 3 regions"),
        ("第22次会议", "第3次会议", "the 3rd meeting", "the 22nd meeting"),
        ("第111次会议", "第3次会议", "the 3rd meeting", "the 111th meeting"),
        ("定于16:30举行", "定于15:00举行", "It is at 15:00.", "It is at 16:30."),
        ("G7峰会", "G20峰会", "the G20 summit", "the G7 summit"),
    ],
)
def test_a_number_that_both_sides_have_is_put_right(asked, source, target, proposed):
    assert transfer_numbers(asked, source, target, "zh")[1].endswith(proposed)


def test_english_numbers_are_put_right_in_chinese():
    asked, source = "It hit 500 billion yuan in 2032.", "It hit 400 billion yuan in 2031."
    changes, proposed = transfer_numbers(asked, source, "2031年达到4000亿元。", "en")
    assert proposed == "2032年达到5000亿元。"
    assert changes[0] == NumberChange("500 billion", "400 billion", "4000亿", "5000亿")


@pytest.mark.parametrize(
    ("asked", "source", "target", "changes"),
    [
        ("增长7%。", "增长6%。", "It grew.", (NumberChange("7%", "6%"),)),  # the target has none
        ("有12个和13个", "有12个", "There are 12.", (NumberChange("13"),)),
        ("有12个", "有12个和13个", "12 and 13", (NumberChange(source="13"),)),
        ("有12个港口", "有12个码头", "12 docks", ()),
        ("去年增长", "今年增长", "It grew this year.", ()),  # no number
    ],
)
def test_what_cannot_be_put_right_is_named(asked, source, target, changes):
    assert transfer_numbers(asked, source, target, "zh") == (changes, "")
