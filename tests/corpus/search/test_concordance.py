"""The concordance: what a query finds, what is marked, and that the index follows the corpus."""

import datetime as dt
from dataclasses import replace
from itertools import count

import pytest
from bead_strategy import bead, change_bead, texts
from beads_in_memory import MemoryStore
from hypothesis import example, given, settings
from hypothesis import strategies as st

from align.aligner.text.dictionary import tokenize
from align.corpus.search import SORTS, Concordance, Where
from align.corpus.search.query import LONGEST, parse_query
from align.corpus.store import Decision, Store
from align.corpus.store.index.full_text import FILE, FullTextIndex
from align.errors import AlignError
from align.records import Alignment, Bead, Briefing, Document, Sentence, Turn

STORE = MemoryStore(
    bead(id="force", zh="我们要发展新质生产力。", en="We will develop new productive forces."),
    bead(
        id="quality",
        zh="新质生产力是关键。",
        en="Good quality is the key, as ports have shown.",
        status="unreviewed",
        probability=0.4,
    ),
    bead(
        id="port",
        briefing="rail-2025",
        zh="这个港口对所有船只开放。",
        en="The port is open to every ship.",
        date=dt.date(2025, 5, 1),
        speaker="Mei Qing",
        role="media",
        source_en="https://rail.example/en",
    ),
    bead(id="vessel", briefing="rail-2025", zh="船来了。", en="A vessel came in 2025.", date=None),
    bead(id="gdp", briefing="rail-2025", zh="GDP增长1,200亿元。", en="It grew by 120 billion."),
)


@pytest.fixture(scope="module")
def concordance():
    return Concordance(STORE)


@pytest.fixture(scope="module")
def reused():
    """An index for many examples: each takes out what the one before put in."""
    index, numbers = FullTextIndex(None), count()

    def fill(*pairs):
        store = MemoryStore(*pairs)
        store.state = str(next(numbers))
        return Concordance(store, index)

    return fill


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("新质生产力", {"force", "quality"}),
        ("质生产", {"force", "quality"}),  # across the words of a dictionary
        ("新質生產力", {"force", "quality"}),  # traditional characters
        ("ports", {"quality", "port"}),  # any form
        ("PORT", {"quality", "port"}),
        ('"open to every ship"', {"port"}),
        ('"every ship open"', set()),
        ("ship open", {"port"}),
        ("develop*", {"force"}),
        ("shi*", {"port"}),
        ("港*开放", {"port"}),
        ("放*港", {"port"}),
        ('新质生产力 -"productive forces"', {"quality"}),
        ("新质生产力 -en:quality", {"force"}),
        ("ship OR vessel", {"port", "vessel"}),
        ("港口 ship", {"port"}),
        ("zh:GDP", {"gdp"}),
        ("GDP", set()),
        ("zh:1200", {"gdp"}),
        ("en:2025", {"vessel"}),
        ("“productive forces”", {"force"}),
        ("生产力 -港口 -quality", {"force"}),
    ],
)
def test_a_query_finds_what_it_says(concordance, query, found):
    results = concordance.search(query)
    assert {hit.bead for hit in results.hits} == found
    assert results.total == len(found)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('"open to', "unmatched quotation mark at character 1"),
        ('a "b" c"', "character 8"),
        ("", "the query is empty"),
        ("zh: ship", "'zh:' needs a search term, for example zh:GDP"),
        ("   ", "the query is empty"),
        ("-ship", "only excludes words"),
        ("OR ship", "OR must be between two search terms"),
        ("ship OR", "the query ends with OR"),
        ("ship OR OR port", "OR must be between two search terms"),
        ("d*p", "misplaced star"),
        ("*", "contains no word to search for"),
        ("…", "contains no word to search for"),
        ("port -a OR b", "OR must be between two search terms"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_plainly(concordance, query, message):
    with pytest.raises(AlignError, match=message.replace("*", r"\*")):
        concordance.search(query)


@settings(max_examples=200, deadline=None)
@given(query=st.text(max_size=20) | texts)
@example(query="it's 'a' \\ b")
@example(query="ship & port | !open <-> (to)")
@example(query="'ship':* & x:A")
@example(query="ship\0port")
@example(query="zh:港\0口 NEAR(a b) AND NOT ^c {d}")
def test_no_query_breaks_the_search(concordance, query):
    try:
        results = concordance.search(query)
    except AlignError:
        return
    assert results.total >= len(results.hits)


@settings(max_examples=60, deadline=None)
@given(text=texts, start=st.integers(0, 20), length=st.integers(1, 6))
def test_every_passage_of_a_text_finds_it(reused, text, start, length):
    passage = "".join(token.form for token in [*tokenize(text)][start : start + length])
    if not passage:
        return
    concordance = reused(bead(zh=text))
    if [t.stem for t in tokenize(passage)] == [
        t.stem for t in [*tokenize(text)][start : start + length]
    ]:
        assert concordance.search(f'zh:"{passage}"').total == 1


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (Where(since=dt.date(2026, 1, 1)), {"quality"}),
        (Where(until=dt.date(2025, 12, 31)), {"port"}),
        (Where(speaker="qing"), {"port"}),
        (Where(role="media"), {"port"}),
        (Where(site="rail.example"), {"port"}),
        (Where(site="RAIL"), {"port"}),
        (Where(statuses=("unreviewed",)), {"quality"}),
        (Where(statuses=("unreviewed", "accepted")), {"quality", "port"}),
        (Where(at_most=0.5), {"quality"}),
    ],
)
def test_conditions_on_the_bead_narrow_the_hits(concordance, where, found):
    assert {hit.bead for hit in concordance.search("port", where=where).hits} == found


def test_hostile_conditions_find_nothing(concordance):
    for name in ("\0", "%", "_", "'; --", "?", "%s", "x" * 100_000):
        assert concordance.search("port", where=Where(speaker=name, site=name)).total == 0
        assert concordance.counts("port", where=Where(role=name)).years == ()


def test_what_was_asked_for_and_what_translates_it_are_marked(concordance):
    (hit,) = concordance.search("船只").hits
    assert [hit.zh.text[mark.start : mark.end] for mark in hit.zh.marks] == ["船只"]
    assert "ship" in [hit.en.text[mark.start : mark.end] for mark in hit.en.counterparts]
    assert hit.en.marks == ()


def test_the_chinese_that_translates_an_english_word_is_marked(concordance):
    hit = next(hit for hit in concordance.search("port").hits if hit.bead == "port")
    assert [hit.en.text[mark.start : mark.end] for mark in hit.en.marks] == ["port"]
    assert "港口" in [hit.zh.text[mark.start : mark.end] for mark in hit.zh.counterparts]


@pytest.mark.parametrize(
    ("sort", "first"),
    [("newest", "quality"), ("oldest", "port"), ("doubtful", "quality"), ("shortest", "port")],
)
def test_hits_are_sorted(concordance, sort, first):
    assert concordance.search("port", sort=sort).hits[0].bead == first


def test_hits_are_sorted_by_the_words_beside_them(concordance):
    def beside(hit):
        (mark, *_) = hit.en.marks
        return hit.en.text[: mark.start].split(), hit.en.text[mark.end :].strip()

    right = [beside(hit)[1] for hit in concordance.search("port", sort="right").hits]
    assert right == sorted(right)
    left = [beside(hit)[0][-1] for hit in concordance.search("port", sort="left").hits]
    assert left == ["as", "The"]


def test_every_order_gives_the_same_hits(concordance):
    found = [{hit.bead for hit in concordance.search("新", sort=sort).hits} for sort in SORTS]
    assert all(one == found[0] for one in found)


def test_an_unknown_order_is_refused(concordance):
    with pytest.raises(AlignError, match="'best': unknown order; use one of newest"):
        concordance.search("port", sort="best")


def test_hits_come_in_pages(concordance):
    pages = [concordance.search("port", 1, offset=at).hits for at in range(3)]
    assert [len(page) for page in pages] == [1, 1, 0]
    assert concordance.search("port", 1).total == 2


def test_hits_are_counted_by_year_and_speaker(concordance):
    counts = concordance.counts("船 OR 港口")
    assert [(count.name, count.hits) for count in counts.years] == [("undated", 1), ("2025", 1)]
    assert {count.name for count in counts.speakers} == {"Lin Hai", "Mei Qing"}


def test_the_index_follows_beads_that_change_come_and_go():
    store = MemoryStore(bead(), bead(id="b2", zh="水。"))
    concordance = Concordance(store)
    assert concordance.search("水").total == 1
    store.beads[1] = change_bead(store.beads[1], zh="火。")
    store.beads.append(bead(id="b3", briefing="new", zh="火山。"))
    store.state = "2"
    assert concordance.search("水").total == 0
    assert concordance.search("火").total == 2
    del store.beads[2]
    assert concordance.search("火").total == 1


def test_reading_says_how_far_it_is():
    told = []
    store = MemoryStore(bead(), bead(id="b2", briefing="two"), bead(id="b3", briefing="three"))
    Concordance(store).refresh(lambda *done: told.append(done))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_only_beads_that_changed_are_read_anew():
    store = MemoryStore(bead(), bead(id="b2", zh="水。"))
    concordance = Concordance(store)
    assert concordance.refresh() == 2
    assert concordance.refresh() == 0
    store.beads[1] = change_bead(store.beads[1], status="flagged")
    store.state = "2"
    assert concordance.refresh() == 1


WATER = Briefing(
    "b",
    Document("zh", "水", (Turn("", ("水价不变。",)),)),
    Document("en", "Water", (Turn("", ("Water prices stay.",)),)),
    (Sentence("水价不变。", 0, 0, 0, 5),),
    (Sentence("Water prices stay.", 0, 0, 0, 18),),
    Alignment((Bead((0,), (0,), 0.9),), "s"),
)


def test_the_index_is_kept_with_the_corpus_and_follows_verdicts(place):
    with Store.open(place, create=True) as store:
        store.save(WATER, address="a")
        concordance = Concordance(store)
        assert concordance.search("water").total == 1
        (row,) = store.rows()
        after = replace(row, en_edit="Prices of water do not rise.", status="accepted")
        store.decide("b", Decision("op", "mei", "edit"), [row], [after])
        assert concordance.search("rise", where=Where(statuses=("accepted",))).total == 1
        concordance.close()
        again = Concordance(store)
        assert again.refresh() == 0
        store.remove("b")
        assert again.search("water").total == 0
        again.close()


def test_a_briefing_that_is_taken_out_while_others_are_read_is_passed_over(tmp_path):
    with Store.open(tmp_path / "corpus", create=True) as store:
        for name in ("b", "c", "d"):
            store.save(replace(WATER, id=name), address=name)
        concordance = Concordance(store)
        assert concordance.refresh(lambda done, _all: done == 1 and store.remove("c")) == 2
        assert [hit.briefing for hit in concordance.search("water")] == ["b", "d"]
        concordance.close()


def test_the_index_of_a_folder_lies_in_the_folder(tmp_path):
    with Store.open(tmp_path / "corpus", create=True) as store:
        Concordance(store).close()
    assert (tmp_path / "corpus" / "index" / FILE).is_file()


def test_a_query_that_is_a_pasted_text_is_refused(concordance):
    assert concordance.search("港" * LONGEST).total == 0
    assert concordance.search("port " * (LONGEST // 5)).total == 2
    assert concordance.search("a* OR " * 80 + "ship").total == 3
    with pytest.raises(AlignError, match=r"the query has 501 characters \(limit 500\)"):
        concordance.search("港" * (LONGEST + 1))


def test_a_place_that_cannot_be_written_is_no_hindrance(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")

    class Fixed(MemoryStore):
        def index_folder(self):
            return tmp_path / "file" / "index"

    assert Concordance(Fixed(bead())).search("port").total == 1


def test_half_a_character_in_a_query_is_not_looked_for():
    assert Concordance(STORE).search("港口\udcff").total == 1


def test_a_query_names_the_side_of_every_term():
    sides = [
        term.side
        for clause in parse_query("港 ship zh:GDP -en:水").clauses
        for term in clause.terms
    ]
    assert sides == ["zh", "en", "zh", "en"]
