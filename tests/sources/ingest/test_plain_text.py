"""Plain texts as the sentences of one side."""

import pytest

from align.errors import TextError
from align.sources.ingest.plain_text import check_languages, cut_lines, make_text


@pytest.mark.parametrize("separator", ["***", "＊＊＊", "※※※", "、", "——————"])
def test_a_separator_between_paragraphs_is_no_sentence(separator):
    lines = cut_lines(f"灯亮了。\n{separator}\n船来了。走吧。\n")
    side = make_text("zh.txt", lines, "zh", presegmented=False).side
    assert side.sentences == ("灯亮了。", "船来了。", "走吧。")
    assert side.paragraphs == (0, 1, 1)


def test_lines_that_are_sentences_are_no_paragraphs():
    lines = ["大家好。", "今天开会。", "谁来？", "谢谢。"]
    assert make_text("zh.txt", lines, "zh", presegmented=False).side.paragraphs == ()
    joined = ["大家好。今天开会。", "谁来？谢谢。"]
    assert make_text("zh.txt", joined, "zh", presegmented=False).side.paragraphs == (0, 0, 1, 1)


ENGLISH = "The keeper lights the lamp at dusk, and nobody may climb the tower at night."
CHINESE = "看守人在黄昏点亮灯塔，夜里不许任何人登塔，雾天里要敲钟。"


def texts(zh, en):
    return (
        make_text("zh.txt", zh, "zh", presegmented=True),
        make_text("en.txt", en, "en", presegmented=True),
    )


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ([ENGLISH] * 600 + [CHINESE] * 30, [ENGLISH] * 630),  # it begins untranslated
        ([CHINESE] * 9, [ENGLISH] * 6 + [CHINESE]),
    ],
)
def test_a_side_is_in_the_language_that_the_user_says_however_little_is_translated(zh, en):
    check_languages(*texts(zh, en))
    with pytest.raises(TextError, match="the texts are swapped"):
        check_languages(*texts(en, zh))
