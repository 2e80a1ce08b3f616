"""Cleaning: what each rule drops, what it leaves alone, and what is said beforehand."""

import numpy as np
import pytest
from bead_strategy import bead, pairs
from hypothesis import given, settings
from hypothesis import strategies as st

from align.corpus.exchange.filters import FILTERS, explain, parse
from align.corpus.exchange.filters.near_duplicates import PORTION, SignatureStore, sign_bead
from align.errors import AlignError

DROPPED = [
    ("status=accepted", bead(status="unreviewed")),
    ("status=accepted,flagged", bead(status="rejected")),
    ("role=speaker,chair", bead(role="media")),
    ("role=media", bead(role="")),
    ("speaker=Shen", bead()),
    ("probability=0.5", bead(probability=0.4, status="unreviewed")),
    ("complete", bead(zh="")),
    ("complete", bead(en=" ")),
    (
        "ratio=0.4:8",
        bead(
            zh="好。", en="This is a much longer passage that says quite other things, twice over."
        ),
    ),
    ("ratio", bead(zh="港口去年完成货物吞吐量三亿吨增长百分之五。", en="Port.")),
    ("script", bead(zh="The port is open to ships.")),
    ("script", bead(en="港口向所有船只开放。")),
    ("language", bead(en="Le port a traité trois cents millions de tonnes l'année dernière.")),
    ("language", bead(en="El puerto manejó trescientos millones de toneladas el año pasado.")),
    ("language", bead(en="Wir werden die Entwicklung der Häfen weiter fördern und schützen.")),
    ("untranslated", bead(zh="Port of Linhai 2026", en="port of linhai, 2026!")),
    ("digits", bead(zh="2026", en="2026.")),
    ("checks=number", bead(checks=("date", "number"), status="unreviewed")),
    ("boilerplate", bead(zh="请下一位记者提问。", en="The next reporter may ask now.")),
    ("boilerplate", bead(zh="请下一位。", en="Next question, please.")),
    ("variant=simplified", bead(zh="經濟發展")),
    ("variant=traditional", bead(zh="经济发展")),
]
KEPT = [
    ("status=accepted,unreviewed", bead(status="unreviewed")),
    ("role=speaker,chair", bead(role="chair")),
    ("speaker=lin", bead()),  # part of a name is enough
    ("probability=0.5", bead(probability=None)),
    ("probability=0.5", bead(probability=0.1, status="accepted")),
    ("ratio=0.4:8", bead(zh="好的。", en="Certainly, please go ahead.")),
    ("ratio", bead(zh="", en="A long sentence that was added in English and stands alone here.")),
    ("script", bead(zh="GDP增长5%。", en="GDP grew by 5%.")),
    ("script", bead(zh="5%", en="5%")),
    ("language", bead(en="Lin Hai of Qingyu said that containerised freight isn’t slowing.")),
    ("language", bead(en="Le port de Marseille")),  # too few words to tell
    ("untranslated", bead(zh="2026", en="2026")),
    ("digits", bead(zh="共5个", en="5")),
    ("checks=number", bead(checks=("number",), status="accepted")),
    ("checks=number", bead(checks=("date",))),
    ("boilerplate", bead(zh="谢谢，下一个问题关于港口。", en="Thank you. It is about the port.")),
    ("variant=simplified", bead(zh="2026，好的")),
    ("variant=traditional", bead(zh="經濟發展")),
]


@pytest.mark.parametrize(("rule", "pair"), DROPPED)
def test_a_rule_drops_what_it_is_for(rule, pair):
    assert not parse(rule).begin()(pair)


@pytest.mark.parametrize(("rule", "pair"), KEPT)
def test_a_rule_keeps_what_it_is_not_for(rule, pair):
    assert parse(rule).begin()(pair)


@pytest.mark.parametrize("name", FILTERS)
def test_every_rule_keeps_an_ordinary_bead_and_a_short_one(name):
    keeps = parse(name).begin()
    assert keeps(bead(checks=()))
    if name != "boilerplate":
        assert keeps(bead(zh="对。", en="Yes.", checks=()))


@pytest.mark.parametrize("name", FILTERS)
@settings(max_examples=20, deadline=None)
@given(beads=st.lists(pairs, max_size=4))
def test_no_rule_fails_on_any_text(name, beads):
    keeps = parse(name).begin()
    assert all(keeps(pair) in (True, False) for pair in beads)


@pytest.mark.parametrize("name", FILTERS)
def test_a_rule_is_named_as_it_is_written(name):
    rule = parse(name)
    assert parse(rule.name) == rule


def test_of_the_same_texts_the_first_stays_in_every_pass():
    rule = parse("duplicates")
    twice = [bead(), bead(id="b2", en=bead().en.upper())]
    assert [rule.begin()(pair) for pair in twice] == [True, True]
    keeps = rule.begin()
    assert [keeps(pair) for pair in twice] == [True, False]


LONG = "The port handled 300 million tonnes of cargo last year, and its fleet of ships grew by half"


def test_of_nearly_the_same_texts_the_first_stays():
    keeps = parse("near-duplicates=0.8").begin()
    assert keeps(bead(en=f"{LONG} again."))
    assert not keeps(bead(id="b2", en=f"{LONG} once."))
    assert keeps(bead(id="b3", zh="水价不变。", en="Water prices stay as they are."))


def test_what_was_added_is_found_again():
    store = SignatureStore()
    assert sign_bead(bead()) not in store
    store.add(sign_bead(bead()))
    assert sign_bead(bead(id="b2")) in store


class Plain:
    """What a signature store does, with a dictionary of bands and everything in memory."""

    def __init__(self, least):
        self.least, self.bands, self.seen = least, {}, []

    def add_if_new(self, signature):
        bands = [(at, *signature[at : at + 4]) for at in range(0, 64, 4)]
        there = {self.bands[band] for band in bands if band in self.bands}
        known = any(np.mean(self.seen[at] == signature) >= self.least for at in there)
        if not known:
            for band in bands:
                self.bands.setdefault(band, len(self.seen))
            self.seen.append(signature)
        return not known


@pytest.mark.parametrize("portion", [100, PORTION])
def test_a_store_that_sorts_what_it_has_finds_what_a_dictionary_finds(portion):
    drawn = np.random.default_rng(7)
    words = [f"word{at}" for at in range(60)]
    plain, store = Plain(0.5), SignatureStore(0.5, portion)
    for at in range(1500):
        text = " ".join(drawn.choice(words, 12))
        pair = bead(id=f"港{at}", zh="", en=text if at % 3 else " ".join(words[: at % 20]))
        signature = sign_bead(pair)
        is_new = signature not in store
        if is_new:
            store.add(signature)
        assert is_new == plain.add_if_new(signature)
    assert 600 < len(plain.seen) < 1450


@pytest.mark.parametrize(
    "text",
    ["nonsense", "status=done", "probability=2", "ratio=3:1", "ratio=x", "digits=5",
     "variant=old", "near-duplicates=much"],
)  # fmt: skip
def test_a_rule_that_cannot_be_read_is_refused_with_its_words(text):
    with pytest.raises(AlignError, match=text.split("=")[0]):
        parse(text)


def test_the_effect_of_each_rule_and_what_they_share_is_said():
    beads = [bead(), bead(id="b2", zh="2026", en="2026"), bead(id="b3", zh="", en="")]
    said = explain([parse("complete"), parse("digits")], beads)
    assert (said.read, said.kept) == (3, 1)
    effects = [
        (effect.name, effect.dropped, effect.only, [p.id for p in effect.examples])
        for effect in said.effects
    ]
    assert effects == [("complete", 1, 0, ["b3"]), ("digits", 2, 1, ["b2", "b3"])]
    assert [(one.first, one.second, one.both) for one in said.overlaps] == [
        ("complete", "digits", 1)
    ]


@pytest.mark.parametrize("count", [3, 10, 12, 20, 1000])
def test_ten_examples_from_all_over_the_corpus_are_shown(count):
    said = explain([parse("complete")], [bead(id=str(at), zh="") for at in range(count)])
    shown = [int(pair.id) for pair in said.effects[0].examples]
    assert (said.effects[0].dropped, len(shown)) == (count, min(count, 10))
    assert shown == sorted(set(shown))
    assert shown[-1] >= 0.8 * (count - 1)
