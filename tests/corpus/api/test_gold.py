"""``align.calibrate``: encoders with ``encode`` alone, and honest probabilities."""

import json
from pathlib import Path

import pytest

import align
from align.aligner.encoders import load
from align.aligner.evaluate import Gold
from align.corpus.api.calibration import fit
from align.records import Bead

ZH = ["大家上午好，欢迎参加今天的发布会。", "去年全省进出口总额增长6.2%，其中出口增长7.5%。"]
EN = ["Good morning, everyone.", "Trade grew by 6.2% last year.", "Exports rose by 7.5%."]


class Bare:
    """The model of the package, with nothing but ``encode``."""

    def encode(self, texts: list[str]) -> list[list[float]]:
        return load("use").encode(texts).tolist()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path))


def test_an_object_with_encode_alone_aligns_and_its_probabilities_are_not_calibrated():
    result, usual = align.align(ZH, EN, encoder=Bare()), align.align(ZH, EN)
    assert [bead.en_index for bead in result] == [bead.en_index for bead in usual]
    assert (result.calibrated, usual.calibrated) == (False, True)
    assert "Bare@" in result.signature


def test_probabilities_are_fitted_to_gold():
    """Of 200 beads at .99 three quarters are right: corrected, they say so."""
    beads = [Bead((at,), (at,), 0.99 if at < 200 else 0.6) for at in range(300)]
    right = [((at,), (at,)) for at in range(300) if at % 4]
    gold = Gold("made", ("好",) * 300, ("Fine",) * 300, tuple(right))
    found = fit([gold], [beads], "made@1")
    assert found.apply(0.99) == pytest.approx(0.75, abs=0.05)
    assert found.apply(None) is None
    assert found.after < 0.05 < 0.15 < found.before
    assert (found.beads, found.signature) == (300, "made@1")


def test_a_calibration_is_used_from_then_on(demo: Path):
    class Fitted(Bare):  # a signature of its own, since a calibration stays in the process
        pass

    encoder = Fitted()
    before = align.align(ZH, EN, encoder=encoder)
    found = align.calibrate(encoder, [demo / "gold.json", demo / "gold2.json"])
    result = align.align(ZH, EN, encoder=encoder)
    assert result.calibrated
    assert [bead.probability for bead in result] == [
        found.apply(bead.probability) for bead in before
    ]


def test_too_little_gold_is_named(tmp_path: Path):
    gold = {"id": "small", "zh": ZH, "en": EN, "gold": [[[0], [0]], [[1], [1, 2]]]}
    (tmp_path / "gold.json").write_text(json.dumps(gold), encoding="utf-8")
    with pytest.raises(align.AlignError, match="2 beads with two texts are too few"):
        align.calibrate("use", tmp_path / "gold.json")


def test_a_corpus_without_a_reviewed_briefing_is_no_gold(tmp_path: Path):
    align.open(tmp_path / "corpus", create=True).close()
    with pytest.raises(align.AlignError, match="no gold: no briefing has all of its rows"):
        align.evaluate(tmp_path / "corpus")
