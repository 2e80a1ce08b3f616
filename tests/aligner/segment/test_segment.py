import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.aligner.segment import SEGMENTERS, SIGNATURE, segment, split
from align.records import Document, Turn

CHINESE = [
    ["各位记者朋友，大家上午好。", "欢迎出席港口局的吹风会！", "今天谁先提问？"],
    ["一是扩大泊位；二是改造灯塔；三是培训领航员。", "以上三项年内完成。"],
    ["他问：“潮汐表改了吗？", "改了的话请发给我。”", "老船长点点头。"],
    ["他说：“改了。”", "大家都笑了。"],
    ["“改了吗？”的问题没有人回答。", "散会。"],
    ["“好的，”他说，“我们改。”", "于是改了。"],
    ["“我……我没看见灯塔。”", "他低下了头。"],
    ["雾越来越浓，灯塔的光一点一点地消失了……", "第二天早晨，船到了。"],
    ["嗯……我想先谈渔业。", "渔业去年增长3.5%。"],
    ["上午10:30开会,下午3.30散会.", "明天继续."],
    ["一．总体要求。", "二．主要任务。"],
    ["《你好，灯塔！》是一部短片。", "片长12分钟。"],
    ["（掌声。）谢谢大家！！", "真的？！", "真的。"],
    ["他喊道：“等一等——”", "船已经开了。"],
    ["网址是 www.example.org/page.asp?id=3 请查收。", "谢谢。"],
    ['他说："今天下雨。"', '她说："明天晴。"'],
    ["「改了嗎？」", "他問。"],
    ["电影院静了下来。” ……", "后来灯亮了。"],
    ["第一段没有完。\n\n", "第二段开始"],
    ["没有句号\n\n", "第二段开始"],
]

ENGLISH = [
    ["Mr. Okafor met Ms. Lindqvist at 9 a.m. on Friday.", "They spoke."],
    ["The session began at 10 a.m.", "The chair opened it."],
    ["It begins at 3 p.m.", "Second, the lamps are counted."],
    ["It begins at 3 p.m.", "We will be there."],
    ["It begins at 3 p.m. Monday and ends at 5 p.m. Beijing time."],
    ["He lives in the U.S.", "He works on a lighthouse."],
    ["The U.S. side asked for a map.", "It came."],
    ["Gen. Marsh and Lt. Col. Reed came.", "Dr. Vale left."],
    ["See No. 5 and Nos. 6 and 7.", "Then Fig. 3 shows it."],
    ["“Are you coming?”", "“No.", "Since you ask, never.”"],
    ["Output rose 3.5 percent to 1.2 trillion yuan.", "Good."],
    ["“Is the lamp lit?” he asked.", "“It is!” she said."],
    ["“Is the lamp lit?” Marlow asked.", "He nodded."],
    ['"Stop the boat.', 'Go home."', "He left."],
    ["Wait... what is it?", "I don't know..."],
    ["'The harbour is...'", "Nobody heard the rest."],
    ["'But I—'", "'You what?' snapped the pilot."],
    ["1. The mayor left for Port Ellis.", "2. The harbour master stayed."],
    ["It includes steel, timber, etc.", "Prices rose."],
    ["The answer is no.[1]", "The next is yes.[2]"],
    ["The pier was built in 1949.", "2020 was a hard year for it."],
    ["Is this plan A?", "Plan B follows."],
    ["He was late and so was I.", "At noon we left."],
    ["The lighthouse was dark in World War II.", "There is a plaque on it."],
    ["It was rebuilt after World War II.", "Linxi paid for it."],
    ['The keeper said: "We lit it. "', "Then he left."],
    ['He said, "We lit it.', 'It burns. "', "The mayor nodded.", '"Good. "', "All left."],
    ["The keeper said “We lit it. ”", "Then he left."],
    ['He cried "Light! " and ran.', "Nobody came."],
    ["The lamp burns.", '" We lit it" is what he said.'],
    ["Harbour Daily: Thank you.", "My question is about 5G.", "How will it be used?"],
    ["A first pier; a second pier; Then a third."],
    ["The first line\nends here.", "The second follows."],
    ["No full stop here\n\n", "A new paragraph"],
]


def joined(sentences, blank):
    return blank.join(sentences), [text.strip() for text in sentences]


@pytest.mark.parametrize("sentences", CHINESE, ids=lambda value: value[0][:12])
def test_chinese_is_cut_where_a_reader_would(sentences):
    text, expected = joined(sentences, "")
    assert [piece.strip() for piece in split(text, "zh")] == expected


@pytest.mark.parametrize("sentences", ENGLISH, ids=lambda value: value[0][:20])
def test_english_is_cut_where_a_reader_would(sentences):
    text, expected = joined(sentences, " ")
    assert [piece.strip() for piece in split(text, "en")] == expected


def test_a_text_without_a_letter_of_its_language_takes_the_rules_of_the_other():
    assert split("Mr. Okafor came. He left.", "zh") == ["Mr. Okafor came. ", "He left."]
    assert split("今天开会。谁来？", "en") == ["今天开会。", "谁来？"]


@pytest.mark.parametrize(
    ("sentences", "language"),
    [
        (["Eleven. ", "(Laughs.) It sank."], "en"),
        (["You have made it. [Applause]"], "en"),
        (["We go. ", "(Laughter and applause.) And now?"], "en"),
        (["十一岁。", "（笑。）沉了。"], "zh"),
        (["你们做到了。（掌声）"], "zh"),
        (["It was lit. ", "(That is what the keeper told me.) ", "Go on."], "en"),
        (["One.\n\n", "(Applause)"], "en"),
    ],
)
def test_a_stage_direction_is_no_sentence_within_a_paragraph(sentences, language):
    assert split("".join(sentences), language) == sentences


def test_bare_punctuation_and_item_numbers_are_no_sentences():
    assert split("他走了。”——！再见。", "zh") == ["他走了。”——！", "再见。"]
    assert split("……", "zh") == ["……"]
    assert split("…… 灯亮了。", "zh") == ["…… 灯亮了。"]
    assert split("3. The lamp is lit. 4. The boat is in.", "en") == [
        "3. The lamp is lit. ",
        "4. The boat is in.",
    ]


@pytest.mark.parametrize("number", ["3.2. ", "3.2.1. ", "Chapter 4. ", "Figure 3.2. ", "A. "])
def test_the_number_of_a_heading_stays_with_it(number):
    assert split(f"{number}Lighting the lamp", "en") == [f"{number}Lighting the lamp"]
    assert len(split(f"It is lit. {number}Lighting the lamp", "en")) == 2


@pytest.mark.parametrize("separator", ["***", "＊＊＊", "※※※", "、", "……"])
def test_a_paragraph_without_a_letter_or_digit_has_no_sentence(separator):
    document = Document("zh", "", (Turn("", ("灯亮了。", separator, "船来了。")),))
    assert [(s.paragraph, s.text) for s in segment(document)] == [(0, "灯亮了。"), (2, "船来了。")]


def test_a_document_keeps_paragraph_turn_and_offsets():
    document = Document(
        "zh",
        "吹风会",
        (
            Turn("港口局 林澜：", (" 上午好。 谁来提问？ ", "   ", "请。")),
            Turn("记者：", ("谢谢。",)),
        ),
    )
    found = [(s.paragraph, s.turn, s.start, s.end, s.text) for s in segment(document)]
    assert found == [
        (0, 0, 0, 6, " 上午好。 "),
        (0, 0, 6, 12, "谁来提问？ "),
        (2, 0, 0, 2, "请。"),
        (3, 1, 0, 3, "谢谢。"),
    ]


def test_the_signature_names_both_sets_of_rules():
    assert "+".join(SEGMENTERS[language].SIGNATURE for language in ("zh", "en")) == SIGNATURE


def lines_run(text, language):
    """Count the lines of Python that cutting a text runs: work, not time."""
    count = 0

    def tracer(frame, event, argument):
        nonlocal count
        count += event == "line"
        return tracer

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        split(text, language)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("unit", ["长", "“", "…", "。", "a. ", "—”", "a", '"', "我……", "？”"])
def test_work_grows_with_the_length_and_not_with_its_square(unit, language):
    short, long = (lines_run(unit * count, language) for count in (300, 1200))
    assert long < 4.5 * short + 200


@pytest.mark.parametrize("unit", ["？”", "。，", "？”，", "。\n\n", "……”", "A. ", '?" '])
def test_a_paragraph_of_nothing_but_marks_is_read_once(unit):
    for language in ("zh", "en"):
        assert "".join(split(unit * 30_000, language)) == unit * 30_000


text_of_marks = st.text(
    alphabet="今天 a.B1!?。！？…—“”‘’\"'（）()《》；：,，\n\t\u3000\u200bMrU", max_size=80
)


@given(st.one_of(text_of_marks, st.text(max_size=60)), st.sampled_from(["zh", "en"]))
def test_joining_the_sentences_gives_the_text_back(text, language):
    pieces = split(text, language)
    assert "".join(pieces) == text
    assert all(pieces)


@given(st.lists(text_of_marks, max_size=4), st.sampled_from(["zh", "en"]))
def test_sentences_cover_each_paragraph_without_a_gap(paragraphs, language):
    document = Document(language, "", (Turn("", tuple(paragraphs)),))
    sentences = segment(document)
    for index, paragraph in enumerate(paragraphs):
        own = [s for s in sentences if s.paragraph == index]
        spoken = any(character.isalnum() for character in paragraph)
        assert "".join(s.text for s in own) == (paragraph if spoken else "")
        assert all(paragraph[s.start : s.end] == s.text and s.clean for s in own)
