"""Local files of every kind, written to a temporary folder, and what the readers make of them."""

import datetime as dt

import pytest

from align.errors import TextError
from align.sources import readers

TRANSCRIPT = """ㄑ Press Room ㄑ Press Conference Transcripts

Press conference on lighthouses

The Office held a press conference on April 20 in Linxi about lighthouses. June 9, 2031

Read in Chinese


Mr. Tang Yulin, chief engineer of the Lighthouse Service

Ms. Fang Heqiao, deputy director general of the Press Bureau


April 20, 2031

Fang Heqiao:

Good morning and welcome. Mr. Tang will speak about lighthouses.

Tang Yulin:

Thank you. We will cover three areas:

First: the lamps were changed.

Fang Heqiao:

The floor is open for questions. Thank you.

1  2  3  4  >
"""


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def test_a_transcript_gives_header_and_turns(tmp_path):
    document = readers.read(written(tmp_path, "a.txt", TRANSCRIPT))
    assert document.title == "Press conference on lighthouses"
    assert document.date == dt.date(2031, 4, 20)
    assert [(p.name, p.role) for p in document.participants] == [
        ("Tang Yulin", "speaker"),
        ("Fang Heqiao", "chair"),
    ]
    assert [(t.label, len(t.paragraphs)) for t in document.turns] == [
        ("Fang Heqiao:", 1),
        ("Tang Yulin:", 2),
        ("Fang Heqiao:", 1),
    ]


def test_the_shared_transcript_is_read_whole(shared):
    document = readers.read(shared / "data" / "000_40cb82d31b7e46dc.txt")
    assert [p.role for p in document.participants] == ["speaker", "speaker", "chair"]
    assert document.date == dt.date(2023, 4, 20)
    assert [(t.role, len(t.paragraphs)) for t in document.turns] == [
        ("chair", 2),
        ("speaker", 8),
        ("chair", 1),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "empty"), (b" \n\n ", "empty"), (b"\x00\x01\x02PK", "binary"), (b"--- ***", "no text")],
)
def test_a_file_without_text_is_refused(tmp_path, content, message):
    with pytest.raises(TextError, match=message):
        readers.read(written(tmp_path, "x.txt", content))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(TextError, match="does not exist"):
        readers.read(tmp_path / "none.txt")


def test_a_file_over_the_limit_is_refused(tmp_path):
    with pytest.raises(TextError, match="too large"):
        readers.read(written(tmp_path, "x.txt", "words " * 100), max_bytes=100)


def test_a_gbk_file_is_read(tmp_path):
    text = "方禾乔：\n各位记者朋友，大家上午好！今天介绍灯塔的情况。\n" * 3
    document = readers.read(written(tmp_path, "x.txt", text.encode("gb18030")))
    assert document.language == "zh"
    assert document.turns[0].label == "方禾乔："


def test_a_file_in_utf16_is_read_by_its_mark(tmp_path):
    text = "方禾乔：\n各位记者朋友，大家上午好！今天介绍灯塔的情况。\n"
    document = readers.read(written(tmp_path, "x.txt", text.encode("utf-16")))
    assert [turn.label for turn in document.turns] == ["方禾乔："]


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        (
            [
                "（三）灯塔的灯具应当每年检查一次，并把检查的结果报告港口局；及",
                "（四）守塔人应当培训。",
            ],
            2,
        ),
        (
            [
                "The keepers check the lamps of every lighthouse once a year; and",
                "(iv) write it down.",
            ],
            2,
        ),
        (["1. 灯塔的灯具应当每年检查一次，并把检查的结果报告港口局", "2、守塔人应当培训"], 2),
        (["灯塔的灯具应当每年检查一次，并把检查的结果", "报告港口局，一年（三）次。"], 1),
        (["The keepers check the lamps of every lighthouse once in the", "(long) winter."], 1),
        (["*" * 60, "The keepers check the lamps."], 1),
    ],
)
def test_a_line_that_opens_an_item_of_a_list_is_joined_to_none(tmp_path, lines, paragraphs):
    first = "The keepers spoke." if lines[0].isascii() else "守塔人的发言。"
    content = f"{first}\n\n" + "\n".join(lines) + "\n"
    document = readers.read(written(tmp_path, "a.txt", content))
    assert len(document.turns[0].paragraphs) == 1 + paragraphs


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("国务院新闻办公室举行\n海上灯塔修缮情况\n新闻发布会\n",
         "国务院新闻办公室举行海上灯塔修缮情况新闻发布会"),
        ("Press Conference on the Lighthouses\nof the Northern Coast\n",
         "Press Conference on the Lighthouses of the Northern Coast"),
        ("海上灯塔修缮情况新闻发布会\n2031年3月6日\n", "海上灯塔修缮情况新闻发布会"),
        ("海上灯塔修缮情况新闻发布会\n地点：临溪\n", "海上灯塔修缮情况新闻发布会"),
        ("Press Conference on the Lighthouses\nMr. Tang Yulin, chief engineer\n",
         "Press Conference on the Lighthouses"),
    ],
)  # fmt: skip
def test_a_title_of_several_lines_is_one_title_and_no_text(tmp_path, head, title):
    zh = "灯塔" in title
    said = "方禾乔：\n大家上午好。" if zh else "Fang Heqiao:\nGood morning to all of you."
    thanks = "唐煜林：\n谢谢大家。" if zh else "Tang Yulin:\nThank you all."
    document = readers.read(written(tmp_path, "a.txt", f"{head}\n{said}\n\n{thanks}\n"))
    assert document.title == title
    assert [turn.label for turn in document.turns] == (
        ["方禾乔：", "唐煜林："] if zh else ["Fang Heqiao:", "Tang Yulin:"]
    )
