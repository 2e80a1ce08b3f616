"""Plain texts as the sentences of one side."""

import pytest

from align.ingest.plain_text import read_text


@pytest.mark.parametrize("separator", ["***", "＊＊＊", "※※※", "、", "——————"])
def test_a_separator_between_paragraphs_is_no_sentence(tmp_path, separator):
    path = tmp_path / "zh.txt"
    path.write_text(f"灯亮了。\n{separator}\n船来了。走吧。\n", encoding="utf-8")
    side = read_text(path, "zh", presegmented=False, max_bytes=10**6).side
    assert side.sentences == ("灯亮了。", "船来了。", "走吧。")
    assert side.paragraphs == (0, 1, 1)
