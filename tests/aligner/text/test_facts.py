from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.aligner.text.dates import chinese_value, english_value, quotient
from align.aligner.text.facts import (
    RELATIVE,
    compare_facts,
    convert_numbers,
    find_facts,
    find_latin_names,
)
from align.aligner.text.pinyin import pinyin_keys, readings

CHINESE = {
    "共有123艘船": ["number 123"],
    "共有１２３艘船": ["number 123"],
    "运力1,234.5吨": ["number 1234.5"],
    "一百二十三座灯塔": ["number 123"],
    "两千座灯塔": ["number 2000"],
    "二十两银子": ["number 20"],
    "4000亿元": ["number 400000000000"],
    "1.2万亿元": ["number 1200000000000"],
    "1.2萬億元": ["number 1200000000000"],
    "三点五亿元": ["number 350000000"],
    "十三点五万亿": ["number 13500000000000"],
    "3亿多人": ["number 300000000"],
    "10多万人": ["number 100000"],
    "3亿5千万": ["number 350000000"],
    "一万二": ["number 12000"],
    "一万零二人": ["number 10002"],
    "2300万千瓦": ["number 23000000"],
    "100千瓦": ["number 100"],
    "增长3.5%": ["percent 3.5"],
    "增长３.５％": ["percent 3.5"],
    "百分之三点五": ["percent 3.5"],
    "百分之百": ["percent 100"],
    "提高0.3个百分点": ["points 0.3"],
    "三分之一": ["number 0.333333"],
    "1/3的船": ["number 0.333333"],
    "3%至5%": ["percent 3", "percent 5"],
    "3至5个百分点": ["points 3", "points 5"],
    "3至5亿元": ["number 300000000", "number 500000000"],
    "３至５億元": ["number 300000000", "number 500000000"],
    "二萬至三萬人": ["number 20000", "number 30000"],
    "兩百至3百亿元": ["number 20000000000", "number 30000000000"],
    "2023年4月20日": ["year 2023", "month 4", "day 20"],
    "二〇二三年四月": ["year 2023", "month 4"],
    "2023-04-20": ["year 2023", "month 4", "day 20"],
    "1-2月份": ["month 1", "month 2"],
    "3个月": ["number 3"],
    "5年": ["number 5"],
    "一季度": ["quarter 1"],
    "第三季度": ["quarter 3"],
    "前三季度": ["number 3"],
    "第二座": ["ordinal 2"],
    "第十四届": ["ordinal 14"],
    "“十四五”规划": ["ordinal 14"],
    "二十大以来": ["ordinal 20"],
    "21世纪": ["ordinal 21"],
    "上世纪80年代": ["decade 80"],
    "下午3:30": ["time 03:30"],
    "15时": ["time 15:00"],
    "23时30分": ["time 23:30"],
    "三点十五分": ["time 03:15"],
    "六成": ["percent 60"],
    "亿元以上项目": ["number 100000000"],
    "增长两倍": ["times 2"],
    "翻一番": ["times 2"],
    "数十人": ["vague 10"],
    "几百万人": ["vague 1000000"],
    "上千人": ["vague 1000"],
    "十七八岁": ["number 17", "number 18"],
    "二三十人": ["number 20", "number 30"],
    "去年": [f"year {RELATIVE}"],
    "一半": ["number 0.5"],
    "5G网络和WTO": ["name 5g", "name wto"],
    "C919飞机": ["name c919"],
    "60km": ["number 60"],
    "零分之三": [],
    "六七": ["number 6", "number 7"],
    "三和第五座": ["ordinal 5"],
    "3，5人": ["number 3", "number 5"],
}

ENGLISH = {
    "123 boats": ["number 123"],
    "1,234.5 tonnes": ["number 1234.5"],
    "one hundred and twenty-three lamps": ["number 123"],
    "two thousand lamps": ["number 2000"],
    "400 billion yuan": ["number 400000000000"],
    "1.2 trillion yuan": ["number 1200000000000"],
    "twenty-three million": ["number 23000000"],
    "two dozen": ["number 24"],
    "half a million": ["number 500000"],
    "two and a half": ["number 2.5"],
    "two and a half million": ["number 2500000"],
    "two million and a half": ["number 2500000"],
    "two and a\nhalf million": ["number 2500000"],
    "a gap of 1 and a half billion": ["number 1500000000"],
    "three and a half percent": ["percent 3.5"],
    "four and a half decades": ["number 45"],
    "2023-04": ["year 2023", "number 4"],
    "grew 3.5%": ["percent 3.5"],
    "grew 3.5 percent": ["percent 3.5"],
    "a 3.5-percent rise": ["percent 3.5"],
    "0.3 percentage points": ["points 0.3"],
    "one third": ["number 0.333333"],
    "a third of it": ["number 0.333333"],
    "two-fifths": ["number 0.4"],
    "3 to 5 percent": ["percent 3", "percent 5"],
    "between one and five percent": ["percent 1", "percent 5"],
    "3-5 million": ["number 3000000", "number 5000000"],
    "April 20, 2023": ["month 4", "day 20", "year 2023"],
    "on 2023-04-20": ["year 2023", "month 4", "day 20"],
    "at three o'clock": ["time 03:00"],
    "at 15:30": ["time 15:30"],
    "1/3 of them": ["number 0.333333"],
    "0/0": [],
    "60KW": ["number 60"],
    "1.5bn": ["number 1500000000"],
    "in Q3": ["quarter 3"],
    "the 2030-31 season": ["year 2030", "year 2031"],
    "this year/12 tons": ["year relative", "number 12"],
    "Last Year, Next Week": ["year relative", "day relative"],
    "twenty\nfirst, last\nyear": ["ordinal 21", "year relative"],
    "25 basis points": ["number 25"],
    "20 April 2023": ["day 20", "month 4", "year 2023"],
    "from October 26 to 27": ["month 10", "day 26", "day 27"],
    "on Sept. 3": ["month 9", "day 3"],
    "in May": ["month 5"],
    "He may march in time": [],
    "May I ask?": [],
    "in 2023": ["year 2023"],
    "the 1980s": ["decade 80"],
    "the first quarter": ["ordinal 1"],
    "the first three quarters of 2019": ["ordinal 1", "number 3", "year 2019"],
    "the 2nd and the twenty-first": ["ordinal 2", "ordinal 21"],
    "the 14th plan": ["ordinal 14"],
    "at 3:30 p.m.": ["time 15:30"],
    "at 10 a.m.": ["time 10:00"],
    "it doubled": ["times 2"],
    "five times": ["times 5"],
    "dozens of boats": ["vague 10"],
    "hundreds of thousands": ["vague 100000"],
    "three decades": ["number 30"],
    "last year": [f"year {RELATIVE}"],
    "half of them": ["number 0.5"],
    "one of them": [],
    "5G and the WTO": ["name 5g", "name wto"],
    "60km": ["number 60"],
    "twenty-eight dishes": ["number 28"],
    "SIXTEENTH BIRTHDAY": ["ordinal 16", "name birthday"],
}

NO_FACTS = [
    "一些人一定统一行动",
    "一方面",
    "万一下雨",
    "千万别去",
    "十分高兴",
    "两会期间",
    "一带一路",
    "一个港口",
    "三亚",
    "百姓",
    "千家万户",
]


def plain(found):
    values = (f.value if isinstance(f.value, str) else f"{f.value.normalize():f}" for f in found)
    return [f"{fact.kind} {value}" for fact, value in zip(found, values, strict=True)]


@pytest.mark.parametrize("text", CHINESE)
def test_a_chinese_fact_has_its_value(text):
    assert plain(find_facts(text, "zh")) == CHINESE[text]


@pytest.mark.parametrize("text", ENGLISH)
def test_an_english_fact_has_its_value(text):
    assert plain(find_facts(text, "en")) == ENGLISH[text]


NUMERALS = {
    "二〇": 20,
    "〇五": 5,
    "二〇二三": 2023,
    "二五": None,
    "二三十": None,
    "一百二": 120,
    "三千五": 3500,
    "一万二": 12_000,
    "一万零二": 10_002,
    "1万25": 10_025,
    "1万2.5": Decimal("10002.5"),
    "1万10": 10_010,
    "二十二": 22,
    "三亿零五": 300_000_005,
    "十二万三千四百五十六": 123_456,
    "一亿二千万": 120_000_000,
    "五十亿三千": 5_000_003_000,
    "两万亿": 2 * 10**12,
    "一百万亿": 10**14,
    "四万万": 4 * 10**8,
    "三万二千万": 32 * 10**7,
    "一百〇五": 105,
    "1,234.5": Decimal("1234.5"),
    "三点五": Decimal("3.5"),
    "三点零五亿": 305_000_000,
    "三点五万亿": 35 * 10**11,
    "三点": None,
    "三点a": None,
    "二三十点五": None,
    "兩百": None,
    "a": None,
    "三点五百": None,
    "": 0,
    "十" * 41: None,
    "二" + "〇" * 39: 2 * 10**39,
}


@pytest.mark.parametrize("numeral", NUMERALS)
def test_a_chinese_numeral_has_its_value_or_none(numeral):
    assert chinese_value(numeral) == NUMERALS[numeral]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("two hundred and five thousand", 205_000),
        ("twenty-three million five hundred thousand and six", 23_500_006),
        ("Forty-two hundred", 4_200),
        ("a dozen", 12),
        ("three hundred dozen", 3_600),
        ("hundred", 100),
        ("one million two", 1_000_002),
        ("1,500 million", 1_500_000_000),
        ("1.2 trillion", 12 * 10**11),
        ("zero", 0),
    ],
)
def test_english_number_words_have_their_value(words, value):
    assert english_value(words) == value


def test_a_third_is_the_same_number_however_it_is_written():
    assert quotient(Decimal(1), Decimal(3)) == Decimal("0.333333")
    assert quotient(Decimal(2), Decimal(3)) == Decimal("0.666667")
    assert str(quotient(Decimal(30), Decimal(10))) == "3"


@pytest.mark.parametrize("text", NO_FACTS)
def test_numerals_inside_words_are_no_numbers(text):
    assert find_facts(text, "zh") == ()


def test_offsets_point_into_the_text_as_it_was_given():
    text = "總額達１.２萬億元，增長３％。"
    assert [text[f.start : f.end] for f in find_facts(text, "zh")] == ["１.２萬億", "３％"]


EXACT = {
    "zh": """
亿元以上项目|number 100000000 亿 weak
去年的上个月、今天、翌日|year relative 去年 weak|day relative 今天 weak|day relative 翌日 weak
上月和来年|month relative 上月 weak|year relative 来年 weak
一半的船|number 0.5 一半 weak
翻两番|times 4 翻两番 weak
十几万人|vague 100000 十几万 weak
上百人|vague 100 上百 weak
三分之二|number 0.666667 三分之二
百万分之三|number 0.000003 百万分之三
第三届大会|ordinal 3 第三届
十座第十二届灯塔|number 10 十 weak|ordinal 12 第十二届
80年代|decade 80 80年代 weak
1980年代|decade 80 1980年代 weak
三倍|times 3 三倍 weak
十四点半开会|time 14:30 十四点半
15点钟和24点|time 15:00 15点钟 weak|time 24:00 24点 weak
25点|number 25 25
12月31日|month 12 12月|day 31 31日
13月32日|number 13 13|number 32 32
4季度和5季度|quarter 4 4季度|number 5 5
300多年|number 300 300多
1000年前|year 1000 1000年
2000多年|number 2000 2000多
50几年|number 50 50几 weak
一百座灯塔|number 100 一百 weak
一百二十座灯塔|number 120 一百二十
二十三座灯塔|number 23 二十三
二十三和|number 23 二十三 weak
五千人|number 5000 五千
八点五|number 8.5 八点五 weak
约15亩和20斤|number 15 15 weak|number 20 20 weak
1、开场|number 1 1 weak
（1）开场|number 1 1 weak
共(12)人|number 12 12 weak
(12座灯塔|number 12 12
12.5万吨|number 125000 12.5万
A级和WTO|name a A weak|name wto WTO
3至5倍|times 3 3 weak|times 5 5倍 weak
2021至2023年|year 2021 2021|year 2023 2023年
前四季度|number 4 四 weak
5万至6万人|number 50000 5万|number 60000 6万
3至5亿元|number 300000000 3|number 500000000 5亿
30千瓦、3kg|number 30 30|number 3 3
""",
    "en": """
half a million|number 500000 half a million weak
several hundred|vague 100 several hundred weak
every decade, a century|vague 10 every decade weak|number 100 a century weak
fivefold, five fold|times 5 five fold weak
ten ports, eleven ports|number 10 ten weak|number 11 eleven
10 ports|number 10 10
one hundred people|number 100 one hundred weak
three decades|number 30 three weak
(1) Opening|number 1 1 weak
1) Opening|number 1 1 weak
It has 12.|number 12 12
yuan ($170 million)|number 170000000 170 million weak
3 to 5 times|times 3 3 weak|times 5 5 times weak
3 and 5 million|number 3 3|number 5000000 5 million
3 to 5 million|number 3000000 3|number 5000000 5 million
three to five percentage points|points 3 three|points 5 five percentage points
1,500, 20 percent|number 1500 1,500|percent 20 20 percent
up 3.5% or 0.3 points|percent 3.5 3.5%|number 0.3 0.3
April 31|month 4 April|day 31 31
April 32|month 4 April|number 32 32
the 3rd of May|day 3 3rd|month 5 May
May 3rd|month 5 May|day 3 3rd
March 3 boats 4|month 3 March|day 3 3|number 4 4
the first, twenty-first and 31st|ordinal 1 first weak|ordinal 21 twenty-first|ordinal 31 31st
tens of millions|vague 10000000 tens of millions weak
two thirds and one half|number 0.666667 two thirds|number 0.5 one half weak
in three quarters|number 0.75 three quarters weak
the last two quarters|number 2 two weak
2030-31|year 2030 2030|year 2031 31
doubled, tripled, quadrupled|times 2 doubled weak|times 3 tripled weak|times 4 quadrupled weak
60KW|number 60 60
12:05 a.m., 12 p.m.|time 00:05 12:05 a.m.|time 12:00 12 p.m. weak
""",
}


@pytest.mark.parametrize(
    ("language", "line"),
    [(language, line) for language, lines in EXACT.items() for line in lines.strip().splitlines()],
)
def test_a_fact_has_its_place_and_its_strength(language, line):
    text, *expected = line.split("|")
    found = [
        f"{said} {text[fact.start : fact.end]}{'' if fact.strong else ' weak'}"
        for said, fact in zip(
            plain(find_facts(text, language)), find_facts(text, language), strict=True
        )
    ]
    assert found == expected


def test_small_vague_and_converted_numbers_are_not_strong():
    for text in ("三个港口", "数十人", "约15亩", "1.开场", "茅十八来了"):
        assert [f.strong for f in find_facts(text, "zh")] == [False], text
    for text in ("three ports", "dozens", "the first", "1. Opening", "yuan ($170 billion)"):
        assert [f.strong for f in find_facts(text, "en")] == [False], text


SAME = [
    ("4000亿元", "400 billion yuan"),
    ("增长3.5%，去年为2.1%", "up 3.5 percent, against 2.1 percent last year"),
    ("2023年4月20日", "April 20, 2023"),
    ("去年10月", "in October 2022"),
    ("第三座", "number 3"),
    ("50%的船", "half of the boats"),
    ("三分之一", "a third of them"),
    ("一季度", "the first quarter"),
    ("前三季度", "the first three quarters"),
    ("数十人", "some forty people"),
    ("上百人", "hundreds of people"),
    ("增长一倍", "doubled"),
    ("下午3:30", "3:30 p.m."),
    ("40年", "four decades"),
    ("50万人", "half a million people"),
    ("250万人", "two and a half million people"),
    ("1-2月份", "from January to February"),
    ("“十四五”时期", "the 14th Five-Year Plan period"),
    ("30亿到50亿元", "3 billion to 5 billion yuan"),
    ("10万人，其中10万是船员", "100,000 people"),
    ("80年代", "the 1980s"),
    ("5G基站", "5G base stations"),
]

DIFFERENT = [
    ("4000亿元", "40 billion yuan"),
    ("4000万元", "400 billion yuan"),
    ("增长3.5%", "up 3.6 percent"),
    ("2023年", "in 2024"),
    ("4月20日", "April 21"),
    ("123艘船", "132 boats"),
    ("今天是4月5日", "today is April 6"),
]


@pytest.mark.parametrize(("zh", "en"), SAME)
def test_facts_that_say_the_same_are_paired(zh, en):
    comparison = compare_facts(find_facts(zh, "zh"), find_facts(en, "en"))
    assert comparison.missing.zh == ()
    assert [fact for fact in comparison.missing.en if fact.strong] == []


@pytest.mark.parametrize(("zh", "en"), DIFFERENT)
def test_facts_that_differ_are_missing_on_both_sides(zh, en):
    comparison = compare_facts(find_facts(zh, "zh"), find_facts(en, "en"))
    assert [fact.strong for fact in comparison.missing.zh] == [True]
    assert [fact.strong for fact in comparison.missing.en] == [True]


@pytest.mark.parametrize(
    ("zh", "en", "left"),
    [
        ("15:30", "3:30", (0, 0)),
        ("下午3:30", "at 3:45 p.m.", (1, 1)),
        ("下午3:30", "at 4:30 p.m.", (1, 1)),
        ("今天", "tomorrow", (0, 0)),
        ("去年", "in 1999", (0, 0)),
        ("去年", "in April", (1, 1)),
        ("数十人", "200 people", (0, 0)),
        ("数十人", "201 people", (1, 1)),
        ("数十人", "0 people", (1, 1)),
        ("数十人", "10 percent", (1, 1)),
        ("数百人", "dozens of people", (0, 0)),
        ("增长四倍", "five times", (0, 0)),
        ("增长一倍", "five times", (1, 1)),
        ("50%", "50 boats", (0, 0)),
        ("50%", "0.5", (0, 0)),
        ("50个百分点", "half", (1, 1)),
        ("3%", "3 percentage points", (0, 0)),
        ("3月", "3 percent", (1, 1)),
        ("3月", "the 3rd", (0, 0)),
        ("5艘，5艘", "5 boats", (0, 0)),
        ("5艘", "5 boats, 5 lamps", (0, 0)),
    ],
)
def test_what_a_comparison_leaves_over_on_each_side(zh, en, left):
    comparison = compare_facts(find_facts(zh, "zh"), find_facts(en, "en"))
    assert (len(comparison.missing.zh), len(comparison.missing.en)) == left
    assert len(comparison.matched) == 1 - left[0]


def test_an_exact_partner_is_preferred():
    zh, en = find_facts("第3艘，3艘", "zh"), find_facts("3 boats, the 3rd", "en")
    assert [(z.kind, e.kind) for z, e in compare_facts(zh, en).matched] == [
        ("ordinal", "ordinal"),
        ("number", "number"),
    ]


def test_a_chinese_name_and_its_pinyin_share_a_key():
    keys = pinyin_keys("林若澜和吕晓军在西安")
    found = find_latin_names("Lin Ruolan met Lyu Xiaojun's crew in Xi'an with Washington.")
    assert [name.value for name in found] == ["lin", "ruolan", "lu", "xiaojun", "xian"]
    assert all(name.value in keys for name in found)
    assert "ruohai" not in keys


def test_a_character_has_its_readings_without_tones():
    assert readings("吕") == ("lu",)
    assert {"le", "yue"} <= set(readings("乐"))
    assert readings("a") == ("",)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("总额达1.2万亿元", "zh", ["1.2 trillion yuan"]),
        ("3亿多人", "zh", ["300 million"]),
        ("25000人", "zh", ["25,000"]),
        ("出口400亿美元", "zh", ["40 billion US dollars"]),
        ("增长3.5%，提高0.3个百分点", "zh", ["3.5 percent", "0.3 percentage points"]),
        ("四月", "zh", ["April"]),
        ("三个港口", "zh", []),
        ("400 billion yuan", "en", ["4000亿元"]),
        ("25,000 people", "en", ["2.5万"]),
        ("$170 billion", "en", ["1700亿美元"]),
        ("1.2 trillion yuan", "en", ["1.2万亿元"]),
        ("3.5 percent", "en", ["3.5%"]),
        ("in April", "en", ["4月"]),
    ],
)
def test_a_number_is_said_in_the_other_language(text, language, said):
    assert [conversion.target for conversion in convert_numbers(text, language)] == said


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("共9人，10人，8元", "zh", [(8, 10, "8元", "8 yuan")]),
        ("今年12月，13月", "zh", [(2, 5, "12月", "December")]),
        ("1月", "zh", [(0, 2, "1月", "January")]),
        ("9999人，10000人", "zh", [(0, 4, "9999", "9,999"), (6, 11, "10000", "10,000")]),
        ("1000000人，10亿", "zh", [(0, 7, "1000000", "1 million"), (9, 12, "10亿", "1 billion")]),
        ("100人民币", "zh", [(0, 6, "100人民币", "100 yuan")]),
        ("去年3:30的WTO", "zh", []),
        ("9 boats", "en", []),
        ("up 0.3 percentage points", "en", [(3, 24, "0.3 percentage points", "0.3个百分点")]),
        ("costs US$ 25 million", "en", [(6, 20, "US$ 25 million", "2500万美元")]),
        ("25 million  U.S. dollars", "en", [(0, 24, "25 million  U.S. dollars", "2500万美元")]),
        ("9,999 or 10,000", "en", [(0, 5, "9,999", "9999"), (9, 15, "10,000", "1万")]),
        ("100,000,000 yuan", "en", [(0, 16, "100,000,000 yuan", "1亿元")]),
        ("a 1234.50 yuan fee", "en", [(2, 14, "1234.50 yuan", "1234.5元")]),
    ],
)
def test_what_is_said_in_the_other_language_has_its_place(text, language, said):
    found = [
        (one.start, one.end, one.source, one.target) for one in convert_numbers(text, language)
    ]
    assert found == said


def chinese_numeral(number):
    """Write a number below a hundred million in characters, by the book."""
    digits = "零一二三四五六七八九"
    units = ["", "十", "百", "千"]

    def section(value):
        out, gap = "", False
        for power in (3, 2, 1, 0):
            digit = value // 10**power % 10
            if digit:
                out += ("零" if gap and out else "") + digits[digit] + units[power]
                gap = False
            else:
                gap = True
        return out

    high, low = divmod(number, 10**4)
    if not high:
        return section(low)
    if not low:
        return section(high) + "万"
    return section(high) + "万" + ("零" if low < 1000 else "") + section(low)


@given(st.integers(11, 10**8 - 1))
def test_every_numeral_in_characters_reads_as_its_number(number):
    found = find_facts(chinese_numeral(number) + "艘", "zh")
    assert [fact.value for fact in found] == [number]


@given(st.integers(1, 10**15), st.sampled_from(["zh", "en"]))
def test_every_number_with_commas_reads_as_itself(number, language):
    found = find_facts(f"{number:,}", language)
    assert [fact.value for fact in found] == [number]


PIECES = """一 二 三 两 十 百 千 万 亿 零 点 分之 百分之 个百分点 % 第 届 成 倍 番 翻 多 余 几
    数 半 前 去 年 月 日 号 时 季度 年代 元 至 到 - — 、 ， 1 2.5 3,000 2031 12 10:30 2031-02-30
    1/3 5G GDP one twenty thirty-five hundred million dozen half a third quarter percent points fold
    May Sept. to and , . a.m. o'clock last year Q3 $ bn 1990s 14th tens of thousands decades"""


@given(
    st.builds(
        str.join, st.sampled_from(["", " "]), st.lists(st.sampled_from(PIECES.split()), max_size=12)
    ),
    st.sampled_from(["zh", "en"]),
)
def test_facts_lie_in_the_text_in_order_whatever_it_holds(text, language):
    found = find_facts(text, language)
    assert all(0 <= fact.start < fact.end <= len(text) for fact in found)
    assert [fact.start for fact in found] == sorted(fact.start for fact in found)
    convert_numbers(text, language)


@pytest.mark.parametrize("unit", ["9", "百", "万亿", "1,", "a-", "twenty-", "第", "十万", "3分之"])
def test_a_text_of_nothing_but_digits_or_units_is_read(unit):
    for language in ("zh", "en"):
        found = find_facts(unit * 3_000, language)
        assert all(fact.end <= 3_000 * len(unit) for fact in found)


@given(st.text(alphabet="4000亿元增长3.5%四月第二 400 billion percent", max_size=40))
def test_a_side_compared_with_itself_misses_nothing(text):
    for language in ("zh", "en"):
        found = find_facts(text, language)
        comparison = compare_facts(found, found)
        assert comparison.missing.zh == comparison.missing.en == ()
