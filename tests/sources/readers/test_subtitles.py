"""Subtitles, in one language or in two, and the tables that aligners write into text files."""

import pytest

from align.errors import AlignError
from align.sources import readers

SRT = """1
00:00:01,000 --> 00:00:03,500
<i>Good morning. Today we speak</i>

2
00:00:03,600 --> 00:00:06,000
{\\an8}about the lighthouses
of the northern coast.

3
00:00:07,000 --> 00:00:09,000
There are 128 of them.
"""
VTT = """WEBVTT - Lamps

NOTE written by hand
STYLE
::cue { color: white }

opening
00:01.000 --> 00:03.500 align:start
<v Fang Heqiao>Good morning &amp; welcome.

00:03.600 --> 00:06.000
<v.loud Tang Yulin>Thank you. The lamps
are new.

00:07.000 --> 00:09.000
<v Tang Yulin>All of them.
"""
BOTH = """1
00:00:01,000 --> 00:00:03,500
各位上午好
Good morning, everyone.

2
00:00:03,600 --> 00:00:06,000
今天介绍灯塔
Today we speak about

3
00:00:07,000 --> 00:00:09,000
一共128座
lighthouses, 128 in all.
"""


def written(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def said(document):
    return [text for _, text in document.paragraphs()]


def test_cues_that_go_on_are_joined_to_sentences(tmp_path):
    document = readers.read(written(tmp_path, "a.en.srt", SRT))
    assert document.title == "a"
    assert said(document) == [
        "Good morning. Today we speak about the lighthouses of the northern coast.",
        "There are 128 of them.",
    ]
    assert (document.title, document.language) == ("a", "en")


def test_voices_are_speakers_and_notes_and_styles_are_left_out(tmp_path):
    document = readers.read(written(tmp_path, "a.vtt", VTT))
    assert [(turn.label, turn.paragraphs) for turn in document.turns] == [
        ("Fang Heqiao", ("Good morning & welcome.",)),
        ("Tang Yulin", ("Thank you. The lamps are new.", "All of them.")),
    ]
    assert not any("could not be read" in note for note in document.notes)


def test_two_voices_in_one_cue_are_two_speakers(tmp_path):
    lines = ["<v Fang Heqiao>Is it lit?\n<v Tang Yulin>It is."]
    document = readers.read(written(tmp_path, "a.vtt", "WEBVTT\n\n" + cue_file(lines)))
    assert [turn.label for turn in document.turns] == ["Fang Heqiao", "Tang Yulin"]


def test_names_before_most_cues_are_speakers(tmp_path):
    lines = [
        "Fang Heqiao: Shall we begin?",
        "Tang Yulin: Yes. The keeper wants a new lens, and",
        "Tang Yulin: a new door.",
        "Fang Heqiao: How much is it?",
    ]
    document = readers.read(written(tmp_path, "a.vtt", "WEBVTT\n\n" + cue_file(lines)))
    assert [(turn.label, turn.paragraphs) for turn in document.turns] == [
        ("Fang Heqiao:", ("Shall we begin?",)),
        ("Tang Yulin:", ("Yes. The keeper wants a new lens, and a new door.",)),
        ("Fang Heqiao:", ("How much is it?",)),
    ]
    assert not any("Tang" in caption for caption in document.captions)


def test_a_colon_in_a_few_cues_is_text(tmp_path):
    lines = ["The lamp: it was lit.", "We saw it.", "You too?", "The lamp: it was out.", "No."]
    document = readers.read(written(tmp_path, "a.vtt", "WEBVTT\n\n" + cue_file(lines)))
    assert [turn.label for turn in document.turns] == [""]


def test_subtitles_in_two_languages_give_both_and_chinese_without_marks_stays_cues(tmp_path):
    zh_side, en_side = readers.read_documents(written(tmp_path, "a.srt", BOTH))
    assert said(zh_side) == ["各位上午好", "今天介绍灯塔", "一共128座"]
    assert said(en_side) == [
        "Good morning, everyone.",
        "Today we speak about lighthouses, 128 in all.",
    ]


def cue_file(lines, step=2.0, length=1.5):
    """Return subtitles with one cue per line, one every ``step`` seconds."""
    cues = []
    for at, line in enumerate(lines):
        start, end = at * step, at * step + length
        cues.append(f"{at + 1}\n00:00:{start:06.3f} --> 00:00:{end:06.3f}\n{line}\n")
    return "\n".join(cues)


def test_chinese_cues_without_full_stops_stay_cues_although_they_keep_question_marks(tmp_path):
    lines = ["灯塔亮了", "嗯", "谁点的？", "不知道", "是老何吗？", "他早走了", "快看！", "有船来了"]
    document = readers.read(written(tmp_path, "a.zh.srt", cue_file(lines)))
    assert said(document) == lines


def test_lines_of_a_chinese_cue_without_full_stops_have_a_space_between_them(tmp_path):
    lines = ["灯塔亮了\n我看见了", "谁点的？", "不知道"]
    document = readers.read(written(tmp_path, "a.zh.srt", cue_file(lines)))
    assert said(document) == ["灯塔亮了 我看见了", "谁点的？", "不知道"]


def test_chinese_cues_with_full_stops_are_joined_without_a_space(tmp_path):
    lines = ["今天我们介绍", "北岸的灯塔。", "谢谢大家。"]
    document = readers.read(written(tmp_path, "a.zh.srt", cue_file(lines)))
    assert said(document) == ["今天我们介绍北岸的灯塔。", "谢谢大家。"]


def test_cues_with_a_pause_between_them_are_not_joined(tmp_path):
    lines = ["(the lamp hisses)", "The lamp is lit", "and the fog lifts.", "Good."]
    text = cue_file(lines, step=4.0)
    assert len(said(readers.read(written(tmp_path, "a.en.srt", text)))) == 4


@pytest.mark.parametrize(
    "text", ["Good morning.\n", "1\n00:00:01,000 --> 00:00:02,000\n\n", "WEBVTT\n"]
)
def test_subtitles_without_a_word_are_refused(tmp_path, text):
    with pytest.raises(AlignError, match=r"a\.srt contains no subtitles"):
        readers.read(written(tmp_path, "a.srt", text))


def test_a_text_that_is_a_table_of_an_aligner_gives_both(tmp_path):
    rows = [
        ("方禾乔：", "Fang Heqiao:"),
        ("大家上午好。", "Good morning."),
        ("谢谢。", "Thank you."),
    ]
    path = written(tmp_path, "aligned.txt", "".join(f"{zh}\t{en}\tlamps\n" for zh, en in rows))
    zh_side, en_side = readers.read_documents(path)
    assert (said(zh_side), said(en_side)) == (
        ["大家上午好。", "谢谢。"],
        ["Good morning.", "Thank you."],
    )


def test_a_text_with_a_tab_here_and_there_stays_a_text(tmp_path):
    path = written(tmp_path, "a.txt", "方禾乔\tFang Heqiao\n" + "大家上午好，今天介绍灯塔。\n" * 5)
    assert len(readers.read_documents(path)) == 1


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("a.mobi", "convert it to EPUB"),
        ("a.pptx", "docx"),
        ("a.ass", "srt"),
        ("a.mp4", "transcribe it"),
        ("a.html.url", "that page"),
    ],
)
def test_other_kinds_are_refused_with_what_to_do(tmp_path, name, advice):
    with pytest.raises(AlignError, match=advice):
        readers.read(written(tmp_path, name, "x"))
