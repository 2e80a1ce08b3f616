import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.aligner.checks import Issue, check

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "checks.py"

RIGHT = [
    ("女士们、先生们，大家上午好。", "Ladies and gentlemen, good morning."),
    (
        "一季度，全省港口完成货物吞吐量1.2亿吨，同比增长3.5%。",
        "In the first quarter, the ports of the province handled 120 million tonnes of cargo, "
        "up 3.5 percent year on year.",
    ),
    (
        "今天我们邀请到港口局局长林若澜女士，请她介绍有关情况。",
        "Today we have invited Ms. Lin Ruolan, director general of the Port Bureau, to brief you.",
    ),
    (
        "我们将投资4000亿元，新建23座灯塔，2031年4月20日前完工。",
        "We will invest 400 billion yuan and build 23 new lighthouses by April 20, 2031.",
    ),
    (
        "赵远舟表示，“十四五”时期渔业产值翻了一番，提高0.3个百分点。",
        "Zhao Yuanzhou said that the output of fisheries doubled in the 14th Five-Year Plan "
        "period, up 0.3 percentage points.",
    ),
    (
        "前三季度，沿海旅游收入达到560亿元。",
        "In the first three quarters of 2031, coastal tourism earned 56 billion yuan.",
    ),
    (
        "澜海海洋论坛将于7月5日至13日在青屿举行，约3000人参加。",
        "The Lanhai Marine Forum will be held in Qingyu from July 5 to 13 with about 3,000 people.",
    ),
    (
        "沈知远：5G基站已有2.6万个，覆盖三分之二的海岛。",
        "Shen Zhiyuan: There are 26,000 5G base stations, and they reach two thirds of the isles.",
    ),
    (
        "鱼塘增加1亿亩，产量1.37万亿斤。",
        "6.67 million hectares of ponds gave 685 million tonnes more.",
    ),
    ("新增风电1亿千瓦。", "Wind power grew by 100 million kW (100 GW)."),
    ("记者提问时，王若海没有回答。", "Wang Ruohai gave no answer when a reporter asked."),
    ("渔船不到十年前的十分之一。", "There are less than one tenth of the boats of ten years ago."),
    ("林军介绍了灯塔。", "Lin Jun spoke about the lighthouses of the Mar-a-Vista coast."),
]


@pytest.mark.parametrize(("zh", "en"), RIGHT)
def test_a_right_translation_raises_nothing(zh, en):
    assert check(zh, en) == ()


def found(zh, en):
    return [(issue.kind, issue.side) for issue in check(zh, en)]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("二十国集团峰会明天举行。", "The G20 summit will be held tomorrow."),
        ("出席20国集团会议。", "They will attend the G20 meeting."),
        ("空军的轰-6K起降三次。", "The Air Force's H-6K took off three times."),
        ("事故造成1人死亡。", "One person was killed in the accident."),
        (
            "方针在南海和香港得到落实。",
            "The policy is implemented in the South China Sea and Hong Kong.",
        ),
    ],
)
def test_what_english_says_in_other_signs_raises_nothing(zh, en):
    assert [issue.message for issue in check(zh, en) if issue.kind in ("number", "name")] == []


def test_a_wrong_number_is_marked_on_both_sides_with_its_value():
    zh, en = "总投资达4000亿元。", "Total investment reached 40 billion yuan."
    assert check(zh, en) == (
        Issue("number", "zh", 4, 9, "4000亿 is 400 billion, but the English says 40 billion"),
        Issue("number", "en", 25, 35, "40 billion is 400亿, but the Chinese says 4000亿"),
    )


def test_a_number_that_is_left_out_is_marked_where_it_stands():
    zh, en = (
        "全年新建灯塔123座，都已亮灯。",
        "New lighthouses were built this year and all are lit.",
    )
    assert check(zh, en) == (Issue("number", "zh", 6, 9, "123 is missing from the English"),)


@pytest.mark.parametrize(
    ("zh", "en", "expected"),
    [
        (
            "产量增长3.5%左右。",
            "Output grew by about 3.6 percent.",
            [("percent", "zh"), ("percent", "en")],
        ),
        ("会议4月20日开始。", "The meeting begins on April 21.", [("date", "zh"), ("date", "en")]),
        (
            "船下午3:30开出港口。",
            "The boat leaves the port at 4:30 p.m.",
            [("time", "zh"), ("time", "en")],
        ),
        ("中国于2001年加入WTO。", "China joined in 2001 that body.", [("name", "zh")]),
        (
            "港口局局長林若瀾女士回答了提問。",
            "Ms. Zhao Yuanzhou of the Port Bureau answered.",
            [("name", "en")],
        ),
        (
            "港口局局长林若澜女士回答了提问。",
            "Ms. Zhao Yuanzhou of the Port Bureau answered.",
            [("name", "en")],
        ),
        (
            "今天的会开得很好，大家都很高兴。",
            "The meeting went well today and 大家都很高兴.",
            [("untranslated", "en")],
        ),
        (
            "今天的会开得很好，大家都很高兴。",
            "今天的会开得很好，大家都很高兴。",
            [("script", "en")],
        ),
        ("The meeting went well today.", "The meeting went well today.", [("script", "zh")]),
        (
            "会议讨论了灯塔、航道和船员培训等问题。",
            "The meeting discussed lighthouses, fairways and",
            [("cut", "en")],
        ),
        (
            "会议讨论了灯塔的维修、航道的疏浚、船员的培训和渔港的扩建等一系列问题。",
            "The meeting ended.",
            [("length", "en")],
        ),
        (
            "会议结束了。",
            "The meeting discussed the repair of lighthouses, the dredging of fairways, "
            "the training of crews and the extension of fishing ports, and it ended late.",
            [("length", "zh")],
        ),
    ],
)
def test_an_error_is_named_and_placed(zh, en, expected):
    assert found(zh, en) == expected


def test_english_that_was_left_in_the_chinese_is_marked():
    zh, en = (
        "他说 the lamp is not lit yet，大家散了。",
        "He said the lamp is not lit yet, and all left.",
    )
    assert found(zh, en) == [("untranslated", "zh")]


def test_an_acronym_may_be_spelled_out():
    assert (
        found("中国于2001年加入WTO。", "China joined the World Trade Organization in 2001.") == []
    )


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("近百名记者出席了会议。", "Nearly 100 reporters attended the meeting."),
        ("上千家企业参展。", "More than 1,000 companies took part."),
        ("近百万人次参观了展览。", "Nearly 1,000,000 people visited the exhibition."),
        ("5月3日0-24时，全省报告病例12例。", "On May 3, the province reported 12 cases."),
        ("0—24时，全省报告病例12例。", "From 0:00 to 24:00, the province reported 12 cases."),
    ],
)
def test_a_rounded_number_and_a_whole_day_raise_nothing(zh, en):
    assert check(zh, en) == ()


def test_a_rounded_number_excuses_no_other_number():
    (issue,) = check("近百名记者出席了会议。", "Nearly 200 reporters attended the meeting.")
    assert (issue.kind, issue.message) == ("number", "200 is missing from the Chinese")


def test_a_name_in_place_of_a_pronoun_is_no_error():
    assert found("她说，灯塔明天就亮。", "Lin Ruolan said the lamp would be lit tomorrow.") == []


def test_a_label_may_be_worded_freely():
    assert found("澜海省人民政府新闻办公室副主任、新闻发言人 林若澜：", "Lin Ruolan:") == []


@pytest.mark.parametrize(("zh", "en"), [("", "Hello."), ("你好。", ""), (" ", " ")])
def test_a_bead_with_an_empty_side_has_no_issue(zh, en):
    assert check(zh, en) == ()


def test_planted_errors_are_found_and_the_script_counts_them():
    script = runpy.run_path(str(SCRIPT))
    beads = [script["Pair"](zh, en) for zh, en in RIGHT]
    assert script["alarms"](beads) == []
    rng = np.random.default_rng(3)
    rows = {error: script["measure"](error, beads, rng) for error in script["PLANTS"]}
    planted = {error: row.planted for error, row in rows.items()}
    assert planted.pop("half of the sentences cut") == 0
    assert all(planted.values()), planted
    assert {
        error: row.planted - row.found for error, row in rows.items() if row.planted
    } == dict.fromkeys(planted, 0)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_are_checked_and_marks_lie_inside_them(zh, en):
    for issue in check(zh, en):
        text = zh if issue.side == "zh" else en
        assert 0 <= issue.start <= issue.end <= len(text)
        assert issue.message


def test_a_long_rest_of_chinese_is_named_by_its_beginning():
    rest = "灯塔" * 20
    english = f"The lighthouses of the province are kept as they were before, {rest}, every year."
    (issue,) = (one for one in check("灯塔照旧。", english) if one.kind == "untranslated")
    assert issue.message == f"{rest[:23]}… is still Chinese"
    assert english[issue.start : issue.end] == rest


LONG_WINDED = (
    "会议讨论了港口、湖泊和水价。",
    "That long meeting at last discussed, one by one, every old port on this coast, every quiet "
    "lake, and also how dear the water is and at what price it may be sold.",
)
TRUNCATED = (
    "会议讨论了灯塔的维修、航道的疏浚、船员的培训和渔港的扩建等一系列问题。",
    "The meeting discussed.",
)


def test_an_odd_length_of_a_likely_row_needs_a_passage_without_counterpart():
    def kinds(texts, probability):
        return {issue.kind for issue in check(*texts, probability)}

    for probability, words in ((None, True), (0.79, True), (0.8, False), (1.0, False)):
        assert ("length" in kinds(LONG_WINDED, probability)) == words
        assert "length" in kinds(TRUNCATED, probability)


@pytest.mark.parametrize(("zh", "en"), [("……！", "Oh, it was dark and cold!"), ("灯灭了。", "...")])
def test_a_side_without_a_word_has_no_odd_length(zh, en):
    assert "length" not in {issue.kind for issue in check(zh, en)}
