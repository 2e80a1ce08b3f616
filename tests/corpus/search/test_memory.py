"""The translation memory: what comes first, what never comes, and that it follows the corpus."""

import datetime as dt

import numpy as np
import pytest
from bead_strategy import bead, change_bead
from beads_in_memory import MemoryStore

from align.corpus.search import Concordance
from align.corpus.search.memory import LONGEST, TranslationMemory
from align.corpus.search.semantic import SemanticSearch
from align.errors import AlignError

GROWTH = bead(id="growth", zh="去年港口货物增长6.2%。", en="Cargo at the port rose 6.2% last year.")
BEADS = (
    GROWTH,
    bead(
        id="two", zh="海风很大。船队仍然按时出海。", en="The wind was strong, yet the fleet sailed."
    ),
    bead(id="rejected", zh="铁路通车了。", en="The railway is shut.", status="rejected"),
    bead(id="alone", zh="无人翻译这句话。", en=""),
    bead(
        id="late", zh="谢谢各位记者。", en="Thanks.", status="unreviewed", date=dt.date(2030, 1, 1)
    ),
    bead(id="early", zh="谢谢各位记者。", en="Thank you.", status="unreviewed"),
    bead(id="good", zh="谢谢各位记者。", en="Thank you all.", date=dt.date(2020, 1, 1)),
    bead(id="flagged", zh="谢谢各位记者。", en="Thank!", status="flagged"),
)


class Harbours:
    """An encoder that knows one thing: whether a text speaks of a port."""

    signature, width = "harbours", 2

    def encode(self, texts):
        ports = np.array(["harbour" in text or "port" in text for text in texts], np.float32)
        return np.stack([ports, 1 - ports], axis=1)


def memory(*beads, semantic=None):
    return TranslationMemory(Concordance(MemoryStore(*beads)), semantic)


@pytest.fixture(scope="module")
def found():
    return memory(*BEADS).find


def test_the_very_text_comes_first_with_quality_100(found):
    best = found(" 去年港口货物增长6.2%。\n", "zh")[0]
    assert (best.bead, best.quality, best.kind) == ("growth", 100, "exact")
    assert (best.target, best.numbers, best.proposed) == (GROWTH.en, (), "")
    assert found(GROWTH.en, "en")[0].target == GROWTH.zh


def test_of_equal_texts_the_accepted_come_first_then_the_newest(found):
    assert [one.bead for one in found("谢谢各位记者。", "zh")] == [
        "good",
        "late",
        "early",
        "flagged",
    ]


def test_the_same_pair_is_told_once_and_as_accepted():
    again = [change_bead(GROWTH, id=f"g{n}", date=dt.date(2032, 1, n + 1)) for n in range(3)]
    unsure = [change_bead(one, status="unreviewed") for one in again[1:]]
    (only,) = memory(*unsure, again[0]).find(GROWTH.zh, "zh")
    assert (only.bead, only.status) == ("g0", "accepted")


def test_a_changed_number_is_found_named_and_put_right(found):
    best = found("去年港口货物增长7.5%。", "zh")[0]
    assert (best.bead, best.kind, best.quality) == ("growth", "fuzzy", 97)
    assert best.target == GROWTH.en
    assert [(one.asked, one.source) for one in best.numbers] == [("7.5%", "6.2%")]
    assert best.proposed == "Cargo at the port rose 7.5% last year."


def test_a_sentence_inside_a_longer_text_is_found(found):
    best = found("船队仍然按时出海。", "zh")[0]
    assert (best.bead, best.kind) == ("two", "contained")
    assert 60 < best.quality < 100


def test_what_was_rejected_or_has_no_translation_is_never_told(found):
    for text in ("铁路通车了。", "无人翻译这句话。"):
        told = {one.bead for one in found(f"{text}谢谢。", "zh", least=0, limit=50)}
        assert "good" in told
        assert not told & {"rejected", "alone"}


def test_answers_are_limited_in_number_and_quality(found):
    assert len(found("谢谢各位记者。", "zh", limit=2)) == 2
    assert found("谢谢各位记者。", "zh", limit=0) == ()
    assert all(one.quality >= 98 for one in found("去年港口货物增长7.5%。", "zh", least=98))


@pytest.mark.parametrize("text", ["", " \n", "…", "xyzzy", "\x00", '" OR NEAR(', "词" * LONGEST])
def test_any_text_is_looked_up_or_refused_plainly(found, text):
    if text.strip(" \n\x00"):
        assert found(text, "zh", least=60) == ()
    else:
        with pytest.raises(AlignError, match="the text is empty"):
            found(text, "zh")


def test_a_text_that_is_too_long_is_refused(found):
    with pytest.raises(AlignError, match=r"5,001 characters \(limit 5,000\)"):
        found("词" * (LONGEST + 1), "zh")


def test_the_memory_follows_the_corpus():
    store = MemoryStore(GROWTH)
    changing = TranslationMemory(Concordance(store))
    assert changing.find("灯塔修好了。", "zh") == ()
    store.beads.append(bead(id="light", zh="灯塔修好了吗？", en="Is the lighthouse mended?"))
    store.state = "2"
    assert [one.bead for one in changing.find("灯塔修好了。", "zh")] == ["light"]


def test_where_nothing_is_like_it_what_means_the_same_is_told():
    store = MemoryStore(GROWTH, bead(id="no", zh="港", en="The port of no one", status="rejected"))
    concordance = Concordance(store)
    semantic = SemanticSearch(concordance, Harbours())
    (near,) = TranslationMemory(concordance, semantic).find("freight in the harbour", "en")
    assert (near.bead, near.kind, near.quality) == ("growth", "meaning", 74)
