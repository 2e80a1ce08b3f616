"""Texts whose lines a program or a hand has wrapped, in text files, Word and LibreOffice."""

import re

import pytest
from office_files import paragraph, run, write_docx

from align.sources import readers
from align.sources.extract.transcript import Block
from align.sources.extract.transcript.wrapped_lines import join_wrapped

LABEL = "林汐港务局局长 方禾乔："
PARAGRAPHS = [
    "各位记者朋友，大家下午好。今年前三个季度，全港共修缮灯塔38座，更换灯具1260套，"
    "完成投资4.85亿元，同比增长12.7%，其中北岸航道的工程进度比原计划提前了两个月。",
    "关于大家关心的夜航问题，我想说明三点。首先是灯光：“白沙灯塔”的射程已经从18海里"
    "提高到24海里；其次是人员，目前每座灯塔都有两名守塔人轮流值班，全年没有空岗。",
    "有朋友问到明年的安排。港务局将继续同沿岸各县一道，把航标、雷达和气象站连成一张网，"
    "使出海的渔民在任何天气里都能看到回家的路；有关细节将在下个月的发布会上公布。",
]
ENGLISH = [
    "Good afternoon. In the first three quarters the harbour office repaired 38 lighthouses and "
    "replaced 1,260 lamps, and the work on the northern channel is two months ahead of its plan.",
    "Next year the office and the counties along the coast will link buoys, radar and weather "
    "stations, so that everyone who goes out fishing can see the way home in any weather.",
]


def wrap(text: str, columns: int) -> list[str]:
    """Return a Chinese text in lines, as editors wrap it: no number or Latin word is divided."""
    lines = [""]
    for piece in re.findall(r"[!-~]+|.", text):
        width = len((lines[-1] + piece).encode("gb18030"))
        if width > columns and piece not in "，。；：”":
            lines.append("")
        lines[-1] += piece
    return lines


def wrap_all(columns: int) -> list[list[str]]:
    return [[LABEL], *(wrap(text, columns) for text in PARAGRAPHS)]


def texts_of(path) -> list[str]:
    return [text for _, text in readers.read(path).paragraphs()]


def saved_text(tmp_path, text):
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("columns", [60, 76, 80])
@pytest.mark.parametrize("gap", ["", "\n"])
@pytest.mark.parametrize("indent", ["", "\u3000\u3000"])
def test_wrapped_lines_of_a_chinese_text_are_joined(tmp_path, columns, gap, indent):
    paragraphs = [[LABEL], *(wrap(indent + text, columns) for text in PARAGRAPHS)]
    text = gap.join("\n".join(lines) + "\n" for lines in paragraphs)
    assert texts_of(saved_text(tmp_path, text)) == PARAGRAPHS


def test_wrapped_lines_of_an_english_text_need_no_empty_lines(tmp_path):
    lines = [line for text in ENGLISH for line in re.findall(r".{1,72}(?:\s|$)", text)]
    assert texts_of(saved_text(tmp_path, "\n".join(lines))) == ENGLISH


@pytest.mark.parametrize("is_break", [False, True])
def test_wrapped_lines_in_word_are_joined(tmp_path, is_break):
    """Text that was copied from a PDF has a paragraph or a line break for each line."""
    between = "<w:br/>" if is_break else None
    body = ""
    for lines in wrap_all(80):
        if between:
            body += paragraph(f"<w:r>{between.join(f'<w:t>{line}</w:t>' for line in lines)}</w:r>")
        else:
            body += "".join(paragraph(run(line)) for line in lines)
    assert texts_of(write_docx(tmp_path / "a.docx", body)) == PARAGRAPHS


def test_bold_words_at_the_start_of_a_line_begin_a_paragraph(tmp_path):
    lines = wrap("".join(text.replace("。", "，") for text in PARAGRAPHS), 80)
    body = "".join(paragraph(run(line)) for line in lines)
    bold = paragraph(run("守塔人", "<w:b/>") + run("每天傍晚点灯。"))
    texts = texts_of(write_docx(tmp_path / "a.docx", body + bold))
    assert texts == ["".join(lines), "守塔人每天傍晚点灯。"]


LINES = [
    "北岸的灯塔今年全部修好了，夜里的航道比从前亮得多，渔民们都说放心",
    "港务局在网上公布了每一座灯塔的开放时间",
    "参观者可以登上白沙灯塔的顶层，看到整个海湾和远处的群岛以及渔船。",
    "门票免费",
    "守塔人会讲三十年来的故事，从煤油灯讲到今天的太阳能灯和卫星导航",
    "周一闭馆",
    "详情请看公告",
]


def test_sentences_on_a_line_each_are_not_joined():
    """Two of five lines without an end mark are as wide as the widest: that is chance."""
    blocks = [Block(line) for line in LINES]
    assert join_wrapped(blocks) == blocks


def test_lines_over_120_columns_are_not_wrapped():
    """Paragraphs without end marks are longer than any wrapped line."""
    blocks = [Block(f"{number}座灯塔，" * 13) for number in range(20, 26)]
    assert join_wrapped(blocks) == blocks


def test_cells_of_a_table_are_not_joined(tmp_path):
    lines = [line for text in PARAGRAPHS for line in wrap(text, 80)][:6]
    cells = [f"<w:tc>{paragraph(run(line))}</w:tc>" for line in lines]
    rows = "".join(f"<w:tr>{''.join(pair)}</w:tr>" for pair in zip(*[iter(cells)] * 2, strict=True))
    texts = texts_of(write_docx(tmp_path / "a.docx", f"<w:tbl>{rows}</w:tbl>"))
    assert texts == lines
