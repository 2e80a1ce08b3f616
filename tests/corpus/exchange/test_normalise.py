"""One form of writing: what is changed, what is not, and that it is counted."""

import json

import pytest
from bead_strategy import bead, pairs
from hypothesis import given

from align.corpus.exchange.normalise import Normaliser
from align.corpus.exchange.run import ExportPlan, export


@pytest.mark.parametrize(
    ("zh", "wanted", "kinds"),
    [
        ("２０２６年，增长５％（ＧＤＰ）。", "2026年，增长5%（GDP）。", {"width"}),
        ("經濟學", "经济学", {"script"}),
        ("「好」『是』", "“好”‘是’", {"quotes"}),
        ('他说"好"。', "他说“好”。", {"quotes"}),
        ("\u202a好\u200b\ufeff\x07", "好", {"characters"}),
        ("甲\r\n乙\u2028丙", "甲\n乙\n丙", {"characters"}),
        ("平方㎡、10²、①", "平方㎡、10²、①", set()),  # full NFKC would change what they mean
        ("好……——是～", "好……——是～", set()),
    ],
)
def test_chinese_has_one_form(zh, wanted, kinds):
    normaliser = Normaliser("simplified")
    assert normaliser.apply(bead(zh=zh, en="Good.")).zh == wanted
    assert {kind for kind, count in normaliser.counts.items() if count} == kinds


@pytest.mark.parametrize(
    ("en", "wanted", "kinds"),
    [
        ("“It’s 5\u00a0%,” he said", '"It\'s 5 %," he said', {"quotes", "width"}),
        ("Ｇ２０：ｙｅｓ", "G20:yes", {"width"}),
        ("cafe\u0301", "café", {"width"}),
        ("soft\u00adhyphen", "softhyphen", {"characters"}),
        ("👩\u200d🔬", "👩\u200d🔬", set()),
    ],
)
def test_english_has_one_form(en, wanted, kinds):
    normaliser = Normaliser("simplified")
    assert normaliser.apply(bead(en=en)).en == wanted
    assert {kind for kind, count in normaliser.counts.items() if count} == kinds


def test_traditional_is_the_other_script():
    assert Normaliser("traditional").apply(bead(zh="经济学")).zh == "經濟學"


@given(pair=pairs)
def test_what_has_one_form_already_is_not_changed(pair):
    once = Normaliser("simplified").apply(pair)
    assert Normaliser("simplified").apply(once) == once


def test_an_export_tells_how_many_beads_were_changed(tmp_path):
    class Two:
        card = {}  # noqa: RUF012 # never changed

        def pairs(self, briefing_ids=None):
            yield bead(zh="「經濟」", zh_raw="「經濟」", en="“A”")
            yield bead(id="b2", zh="好。", en="B")

    plan = ExportPlan("jsonl", tmp_path / "out", normalise="simplified", raw=True)
    done = export(Two(), plan)
    assert dict(done.normalised) == {"characters": 0, "width": 0, "quotes": 1, "script": 1}
    first = json.loads((tmp_path / "out" / "corpus.jsonl").read_text("utf-8").splitlines()[0])
    assert (first["translation"]["zh"], first["zh_raw"]) == ("“经济”", "「經濟」")
    assert "- quotes normalised in 1 bead" in done.card.read_text("utf-8")
