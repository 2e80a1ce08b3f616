"""Subtitles in both languages: beads at the times that their letters had in the source."""

from dataclasses import replace

import pytest
from bead_strategy import make_bead

from align.corpus.exchange.subtitles import write_subtitles
from align.errors import FormatError
from align.records import Alignment, Bead, Briefing, Sentence
from align.sources import readers

BOTH = """1
00:00:01,000 --> 00:00:03,500
各位上午好。
Good morning.

2
00:00:04,000 --> 00:00:06,000
今天介绍灯塔的
Today we speak about

3
01:00:07,000 --> 01:00:08,000
情况。谢谢
lighthouses --> 128 & more. Thanks.
"""


class Shelf:
    """One briefing in memory, and one that had no times."""

    def __init__(self, briefing):
        untimed = {side: replace(getattr(briefing, side), captions=()) for side in ("zh", "en")}
        self.briefings = {"lamps": briefing, "other": replace(briefing, id="other", **untimed)}

    def briefing(self, name):
        return self.briefings[name]

    def pairs(self, names):
        one = self.briefings[names[0]]
        for at, bead in enumerate(one.alignment.beads):
            zh = "".join(one.zh_sentences[number].clean for number in bead.zh)
            en = " ".join(one.en_sentences[number].clean for number in bead.en)
            yield make_bead(
                id=str(at),
                briefing=one.id,
                zh=zh,
                en=en,
                zh_index=bead.zh,
                en_index=bead.en,
                status=bead.status,
            )


@pytest.fixture
def shelf(tmp_path):
    path = tmp_path / "both.srt"
    path.write_text(BOTH, encoding="utf-8")
    zh, en = readers.read_documents(path)
    assert zh.captions[0] == "00:00:01,000 --> 00:00:03,500 各位上午好。"
    zh_texts = ["各位上午好。", "今天介绍灯塔的情况。", "谢谢"]
    en_texts = ["Good morning.", "Today we speak about lighthouses --> 128 & more.", "Thanks."]
    beads = (Bead((0,), (0,)), Bead((1,), (1,)), Bead((), (2,)), Bead((2,), (), None, "rejected"))
    sentences = [tuple(map(Sentence, texts)) for texts in (zh_texts, en_texts)]
    return Shelf(Briefing("lamps", zh, en, *sentences, Alignment(beads, "demo")))


def test_beads_are_shown_when_their_letters_are_heard(shelf, tmp_path):
    assert write_subtitles(shelf, ["lamps", "other"], tmp_path / "out.srt") == 3
    assert (
        (tmp_path / "out.srt").read_text("utf-8")
        == """1
00:00:01,000 --> 00:00:03,500
各位上午好。
Good morning.

2
00:00:04,000 --> 01:00:07,500
今天介绍灯塔的情况。
Today we speak about lighthouses → 128 & more.

3
01:00:07,750 --> 01:00:08,000
Thanks.
"""
    )
    zh, en = readers.read_documents(tmp_path / "out.srt")
    assert [turn.paragraphs for turn in zh.turns] == [("各位上午好。", "今天介绍灯塔的情况。")]
    assert en.turns[0].paragraphs[-1] == "Thanks."


def test_vtt_has_its_head_points_and_escapes(shelf, tmp_path):
    write_subtitles(shelf, ["lamps"], tmp_path / "out.VTT")
    text = (tmp_path / "out.VTT").read_text("utf-8")
    assert text.startswith("WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.500\n")
    assert "lighthouses → 128 &amp; more." in text


@pytest.mark.parametrize(
    ("names", "told"),
    [(["other"], "contains none"), (["lamps", "lamps"], "contains lamps, lamps")],
)
def test_a_file_holds_one_briefing_with_times(shelf, tmp_path, names, told):
    with pytest.raises(FormatError, match=told):
        write_subtitles(shelf, names, tmp_path / "out.srt")
    assert not (tmp_path / "out.srt").exists()
