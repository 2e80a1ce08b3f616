"""Bilingual texts in which a mark names the side of each paragraph."""

import pytest

from align.sources import readers

ZH = ["守塔人每天傍晚都点灯。", "港务局欢迎大家参观灯塔。", "谢谢大家。"]
EN = [
    "The keepers light the lamps every evening.",
    "The port office welcomes visitors to the tower.",
    "Thank you all.",
]


def saved(tmp_path, *paragraphs):
    path = tmp_path / "a.txt"
    path.write_text("\n".join(paragraphs) + "\n", "utf-8")
    return path


def texts_of(document):
    return [text for _, text in document.paragraphs()]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("原文：", "译文："),
        ("【原文】", "【译文】"),
        ("中：", "英："),
        ("ZH: ", "EN: "),
        ("Source: ", "Target: "),
        ("[Chinese]\n", "[English]\n"),
    ],
)
def test_the_marks_of_the_sides_are_neither_speakers_nor_text(tmp_path, zh, en):
    pairs = zip(ZH, EN, strict=True)
    path = saved(tmp_path, *(f"{zh}{chinese}\n{en}{english}" for chinese, english in pairs))
    zh_side, en_side = readers.read_documents(path)
    assert (texts_of(zh_side), texts_of(en_side)) == (ZH, EN)
    assert not any(turn.label for side in (zh_side, en_side) for turn in side.turns)
    reading, *_ = readers.read_parts(path)
    skipped = {part.reason: (part.lines, part.first) for part in reading.left_out}
    assert skipped == {"marks of the languages": (6, zh.strip())}


def test_two_parties_of_a_talk_in_one_language_are_speakers(tmp_path):
    parties = ("中：", "英：")
    lines = [f"{party}{text}" for text in ZH for party in parties]
    document = readers.read(saved(tmp_path, *lines))
    assert [turn.label for turn in document.turns] == [*parties] * len(ZH)


def test_one_mark_is_text(tmp_path):
    zh_side, en_side = readers.read_documents(saved(tmp_path, f"原文：{ZH[0]}", *ZH[1:], *EN))
    assert texts_of(zh_side) == [f"原文：{ZH[0]}", *ZH[1:]]
    assert texts_of(en_side) == EN
