"""Alignments without texts: nothing of the text leaves, and they fit onto the same texts again."""

from dataclasses import replace

import pytest

from align.apart import put_back, take_apart
from align.errors import FormatError
from align.records import Alignment, Bead, Briefing, Document, Sentence, Turn
from align.store import Decision, Store

ZH = ("各位好。", "港口去年运货3亿吨。今年还要更多。")
EN = ("Good morning.", "The port handled 300 million tonnes. It will grow.")


def _briefing(zh=ZH, en=EN, cut=True):
    return Briefing(
        "port",
        Document("zh", "港口", (Turn("林海：", zh),), url="https://example.org/zh"),
        Document("en", "Port", (Turn("Lin Hai:", en),), url="https://example.org/en"),
        _sentences(zh, "。", cut),
        _sentences(en, ". ", cut),
        Alignment((Bead((0,), (0,), 0.9), Bead((1, 2), (1, 2), 0.7)), "lattice")
        if cut
        else Alignment((Bead((0, 1), (0, 1), 0.2),), "other"),
    )


def _sentences(paragraphs, end, cut):
    found = []
    for at, text in enumerate(paragraphs):
        place = text.find(end) + len(end) if cut and end in text else len(text)
        found.append(Sentence(text[:place], at, 0, 0, place))
        if place < len(text):
            found.append(Sentence(text[place:], at, 0, place, len(text)))
    return tuple(found)


@pytest.fixture
def apart(tmp_path):
    """Give a file of alignments whose second bead was accepted."""
    with Store.open(tmp_path / "one", create=True) as store:
        store.save(_briefing(), address="https://example.org/en")
        row = store.rows()[1]
        after = replace(row, status="accepted")
        store.decide("port", Decision("op", "mei", "accept"), [row], [after])
        taken = take_apart(store, tmp_path / "apart.jsonl")
    assert (taken.briefings, taken.beads) == (1, 2)
    return tmp_path / "apart.jsonl"


@pytest.fixture
def other(tmp_path):
    """Give the corpus of another user."""
    with Store.open(tmp_path / "two", create=True) as store:
        yield store


def test_no_text_is_in_the_file(apart):
    text = apart.read_text("utf-8")
    assert "港" not in text
    assert "port handled" not in text
    assert "\\u" not in text


def test_the_beads_fit_onto_the_same_texts_cut_in_another_way(apart, other):
    other.save(_briefing(cut=False), address="https://example.org/en")
    done = put_back(other, apart)
    assert (done.briefings, done.beads, done.moved, done.lost, done.absent) == (
        ("port",),
        2,
        0,
        (),
        (),
    )
    first, second = other.pairs()
    assert (second.zh, second.en) == (ZH[1], EN[1])
    assert (second.status, second.reviewer, second.kind) == ("accepted", "mei", "2-2")
    assert (first.status, first.probability) == ("unreviewed", 0.9)


def test_a_sentence_in_another_paragraph_is_found(apart, other):
    later = _briefing(zh=("新的开头。", *ZH), en=EN, cut=False)
    whole = Alignment((Bead((0, 1, 2), (0, 1), 0.2),), "other")
    other.save(replace(later, alignment=whole), address="https://example.org/en")
    done = put_back(other, apart)
    assert (done.beads, done.moved) == (2, 3)


def test_a_text_that_changed_is_reported_and_stays_as_it_was(apart, other):
    changed = (EN[0], EN[1].replace("300", "400"))
    other.save(_briefing(en=changed, cut=False), address="https://example.org/en")
    done = put_back(other, apart)
    assert done.briefings == ()
    (lost,) = done.lost
    assert (lost.briefing, lost.language, lost.sentence) == ("port", "en", 1)
    (pair,) = other.pairs()
    assert pair.kind == "2-2"


def test_an_address_that_is_not_in_the_corpus_is_reported(apart, other):
    assert put_back(other, apart).absent == ("https://example.org/en",)


@pytest.mark.parametrize(
    "text", ["{}", "nothing", '{"form": "other"}', '{"form": "briefing-align/apart/1", "beads": 1}']
)
def test_a_file_of_another_form_is_refused_with_its_line(tmp_path, other, text):
    (tmp_path / "x.jsonl").write_text(text + "\n", "utf-8")
    with pytest.raises(FormatError, match=r"x\.jsonl, line 1: "):
        put_back(other, tmp_path / "x.jsonl")
