"""Links between words that people confirm or reject: kept, shown everywhere, learned from."""

from dataclasses import replace

import pytest
from bead_strategy import bead
from beads_in_memory import MemoryStore
from review_cases import briefing, stored

from align.aligner.text.translations import find_translations
from align.aligner.text.word_links import TaughtLinks, link_words
from align.corpus.search import Concordance
from align.corpus.search.taught_links import place_decisions, read_taught
from align.corpus.store.link_decisions import LinkDecision
from align.errors import AlignError
from align.records import Sides

ZH, EN = "湖区联盟今年开会。", "The Lake League met this year."
LEAGUE = Sides((0, 4), (4, 15))


def decide(verdict, places=LEAGUE, zh=ZH, en=EN, **fields):
    words = Sides(zh[slice(*places.zh)], en[slice(*places.en)])
    named = {"briefing": "lakes", "bead": "row", "author": "ann"} | fields
    return LinkDecision(places=places, words=words, verdict=verdict, **named)


def words_of(links):
    return {
        "".join(ZH[slice(*span)] for span in link.zh): " ".join(EN[slice(*s)] for s in link.en)
        for link in links
    }


# -- store -----------------------------------------------------------------------------------------


def test_the_newest_decision_about_a_link_is_valid(place):
    one = briefing([("A:", ZH)], [("A:", EN)])
    with stored(place, one) as store:
        first = decide("right", briefing=one.id)
        assert store.put_link_decision(first)
        assert not store.put_link_decision(first)
        assert store.put_link_decision(replace(first, verdict="wrong", author="bob"))
        (valid,) = store.link_decisions()
        assert (valid.verdict, valid.author, valid.words) == ("wrong", "bob", first.words)
        before = store.version()
        assert store.put_link_decision(replace(first, verdict="withdrawn"))
        assert store.link_decisions([one.id]) == ()
        assert store.version() != before


def test_a_link_needs_words_on_both_sides(place):
    one = briefing([("A:", ZH)], [("A:", EN)])
    with stored(place, one) as store:
        empty = replace(decide("right", briefing=one.id), words=Sides("湖", " "))
        with pytest.raises(AlignError, match="1 to 200 characters"):
            store.put_link_decision(empty)
        assert store.link_decisions() == ()


def test_decisions_go_with_their_briefing(place):
    one = briefing([("A:", ZH)], [("A:", EN)])
    with stored(place, one) as store:
        store.put_link_decision(decide("right", briefing=one.id))
        store.remove(one.id)
        assert store.link_decisions() == ()


# -- places ----------------------------------------------------------------------------------------


def test_words_are_found_again_after_an_edit():
    taught = place_decisions([decide("right")], "昨天" + ZH, "Yesterday t" + EN[1:])
    assert taught == TaughtLinks(right=(((2, 6), (14, 25)),))


@pytest.mark.parametrize(
    ("zh", "en"),
    [("开会。", EN), (ZH, "It met."), ("与湖区联盟：湖区联盟开会。", EN)],
    ids=["no Chinese", "no English", "twice"],
)
def test_words_that_cannot_be_found_are_left_out(zh, en):
    assert place_decisions([decide("wrong")], zh, en) == TaughtLinks()


def test_only_the_decisions_of_a_row_count_there():
    store = MemoryStore()
    store.decisions = [decide("right"), decide("wrong", bead="other")]
    assert read_taught(store, "lakes", "row", ZH, EN) == TaughtLinks(((LEAGUE.zh, LEAGUE.en),))


# -- links -----------------------------------------------------------------------------------------


def test_a_confirmed_link_is_shown_whatever_the_dictionary_says():
    found = words_of(link_words(ZH, EN, taught=TaughtLinks(((LEAGUE.zh, LEAGUE.en),))))
    assert found["湖区联盟"] == "Lake League"


def test_a_rejected_link_is_not_shown():
    assert words_of(link_words(ZH, EN))["今年"] == "this year"
    start = EN.index("this")
    wrong = TaughtLinks(wrong=(((4, 6), (start, start + 9)),))
    found = words_of(link_words(ZH, EN, taught=wrong))
    assert "this" not in found.get("今年", "")
    assert "year" not in found.get("今年", "")


@pytest.mark.parametrize("counted", [False, True], ids=["dictionary", "counts"])
def test_a_search_marks_what_was_confirmed_and_not_what_was_rejected(counted):
    store = MemoryStore(bead(id="row", briefing="lakes", zh=ZH, en=EN))
    concordance = Concordance(store)
    concordance.refresh()
    if counted:
        concordance.words.refresh()
    chances = concordance.words.chances()
    year = EN.index("year")
    wrong = TaughtLinks(wrong=(((4, 6), (EN.index("this"), year + 4)),))
    _, usual = find_translations(ZH, EN, ([(4, 6)], []), chances)
    assert any(start <= year < end for start, end in usual)
    _, without = find_translations(ZH, EN, ([(4, 6)], []), chances, wrong)
    assert not any(start <= year < end for start, end in without)
    right = TaughtLinks(((LEAGUE.zh, LEAGUE.en),))
    assert find_translations(ZH, EN, ([LEAGUE.zh], []), chances, right)[1] == (LEAGUE.en,)


def test_search_hits_of_a_row_with_a_decision_show_it():
    store = MemoryStore(bead(id="row", briefing="lakes", zh=ZH, en=EN))
    concordance = Concordance(store)
    (hit,) = concordance.search("湖区联盟")
    before = [EN[mark.start : mark.end] for mark in hit.en.counterparts]
    store.decisions = [decide("right")]
    (hit,) = concordance.search("湖区联盟")
    assert [EN[mark.start : mark.end] for mark in hit.en.counterparts] == ["Lake League"] != before


# -- counts ----------------------------------------------------------------------------------------


def test_a_confirmed_link_teaches_the_next_count():
    rows = [("小浪花来了。", "Splashy has come."), ("小浪花睡觉。", "Splashy is asleep.")]
    store = MemoryStore(
        *(bead(id=f"{at}", briefing="lakes", zh=zh, en=en) for at, (zh, en) in enumerate(rows))
    )
    concordance = Concordance(store)
    concordance.refresh()
    concordance.words.refresh()
    assert concordance.words.chances().rows == 2
    store.decisions = [decide("right", bead="0")]
    concordance.refresh()
    assert not concordance.words.current
    concordance.words.refresh()
    assert concordance.words.chances().rows == 7
    assert concordance.words.current
    store.decisions = []
    concordance.refresh()
    concordance.words.refresh()
    assert concordance.words.chances().rows == 2
