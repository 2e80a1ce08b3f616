"""Local files of every kind, written to a temporary folder, and what the readers make of them."""

import datetime as dt

import pytest

from align import readers
from align.errors import TextError

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


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_utf16_is_read_with_its_mark_and_without(tmp_path, encoding):
    text = "方禾乔：\n各位记者朋友，大家上午好！今天介绍灯塔的情况。\n"
    document = readers.read(written(tmp_path, "x.txt", text.encode(encoding)))
    assert [turn.label for turn in document.turns] == ["方禾乔："]
