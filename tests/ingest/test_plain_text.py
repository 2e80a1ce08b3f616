"""Plain texts as the sentences of one side."""

import pytest

from align.ingest.plain_text import cut_lines, make_text


@pytest.mark.parametrize("separator", ["***", "＊＊＊", "※※※", "、", "——————"])
def test_a_separator_between_paragraphs_is_no_sentence(separator):
    lines = cut_lines(f"灯亮了。\n{separator}\n船来了。走吧。\n")
    side = make_text("zh.txt", lines, "zh", presegmented=False).side
    assert side.sentences == ("灯亮了。", "船来了。", "走吧。")
    assert side.paragraphs == (0, 1, 1)
