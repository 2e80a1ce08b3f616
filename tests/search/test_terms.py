"""Consistency: recurring passages with their renderings, glossaries, and term lists."""

import csv
from array import array
from dataclasses import replace
from functools import cache

import pytest
from bead_strategy import bead, pairs
from beads_in_memory import MemoryStore
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from align.errors import FormatError
from align.search import Concordance
from align.search.terms import (
    GlossaryTerm,
    KeptTerms,
    find_missing_renderings,
    read_glossary,
    write_missing,
    write_tbx,
    write_tsv,
)
from align.search.terms.renderings import find_recurring, make_cutter

BEADS = [
    bead(id="a", zh="我们推进高质量发展。", en="We promote high-quality development."),
    bead(id="b", zh="高质量发展是首要任务。", en="High-quality development comes first."),
    bead(id="c", zh="要坚持高质量发展。", en="We need development of high quality."),
    bead(id="d", zh="人工智能很重要。", en="Artificial intelligence matters."),
    bead(id="e", zh="发展人工智能。", en="Develop artificial intelligence!"),
    bead(id="f", zh="人工智能来了。", en="Artificial intelligence is here."),
]


cutter = cache(make_cutter)
"""jieba's dictionary takes half a second to load, so that the tests of this file share one."""


def find_terms(beads, least=3):
    """Count the terms of beads."""
    concordance = Concordance(MemoryStore(*beads))
    concordance.refresh()
    terms = KeptTerms(concordance.index, least)
    terms.count_again(cutter=cutter)
    return terms.find()


def test_a_passage_is_shown_with_its_renderings_and_the_least_consistent_comes_first():
    found = find_terms(BEADS, least=3)
    assert [term.zh for term in found] == ["高质量发展", "人工智能"]
    first, second = found
    assert [(one.en, one.count) for one in first.renderings] == [
        ("high-quality development", 2),
        ("development of high quality", 1),
    ]
    assert [one.bead for one in first.renderings[1].examples] == ["c"]
    assert (second.agreement, second.renderings[0].en) == (1.0, "artificial intelligence")


def test_a_bead_without_any_translation_counts_as_not_found():
    beads = [*BEADS[3:5], bead(id="x", zh="人工智能。", en="Nothing of the kind.")]
    (term,) = find_terms(beads, least=3)
    assert [(one.en, one.count) for one in term.renderings] == [
        ("artificial intelligence", 2),
        ("", 1),
    ]


def test_a_name_is_found_by_its_sound():
    beads = [
        bead(id=str(n), zh=f"{start}青屿县{end}。", en=en)
        for n, (start, end, en) in enumerate(
            [
                ("在", "调研", "The visit led to Qingyu County."),
                ("对", "而言", "For the county of Qingyu that matters."),
                ("到", "去", "They went to Qingyu County."),
            ]
        )
    ]
    (term,) = (term for term in find_terms(beads) if term.zh == "青屿县")
    assert [(one.en, one.count) for one in term.renderings] == [
        ("qingyu county", 2),
        ("county of qingyu", 1),
    ]


def test_what_no_dictionary_gives_is_learned_from_the_corpus():
    beads = [
        bead(id="a", zh="小浪花来了。", en="Splashy has come."),
        bead(id="b", zh="我爱小浪花！", en="I love Splashy!"),
        bead(id="c", zh="给小浪花的信", en="A letter for Splashy"),
    ]
    (term,) = find_terms(beads)
    assert [(one.en, one.count) for one in term.renderings] == [("splashy", 3)]


def test_a_word_that_the_dictionary_cuts_otherwise_inside_the_text_is_no_trouble():
    beads = [bead(id=str(n), zh=f"{x}发展中国家", en="developing") for n, x in enumerate("对与和")]
    assert [term.zh for term in find_terms(beads)] == ["发展中国家"]
    assert find_terms([bead(id="a", zh="中国人", en="")]) == ()


def test_a_few_that_differ_come_after_many_that_differ():
    many = [
        bead(id=f"m{n}", zh=f"{'甲乙丙丁'[n % 4]}，人工智能。", en=f"{way} intelligence.")
        for n, way in enumerate(["Artificial"] * 10 + ["Machine"] * 10)
    ]
    few = [
        bead(id="a", zh="我们推进高质量发展。", en="We promote high-quality development."),
        bead(id="b", zh="高质量发展是首要任务。", en="High development comes first."),
        bead(id="c", zh="要坚持高质量发展。", en="We need development of high quality."),
    ]
    found = find_terms([*few, *many])
    assert [term.zh for term in found] == ["人工智能", "高质量发展"]
    assert found[0].agreement > found[1].agreement


def test_what_always_has_the_same_neighbour_is_part_of_something_longer():
    texts = ["听季度生产总值。", "说季度生产总值！", "季度生产总值"]
    assert find_recurring(map(cutter(), texts), 3) == {"季度生产总值": array("I", [0, 1, 2])}


def test_a_passage_begins_and_ends_as_a_term_does():
    texts = ["三个例子的结果", "个例子的后面", "两个例子的前面"]
    assert find_recurring(map(cutter(), texts), 3) == {}


def test_what_recurs_too_rarely_is_left_out():
    assert find_terms(BEADS, least=4) == ()


@settings(max_examples=30, deadline=None)
@given(beads=st.lists(pairs, max_size=6))
def test_any_beads_can_be_searched_for_terms(beads):
    numbered = [replace(one, id=str(at)) for at, one in enumerate(beads)]
    for term in find_terms(numbered, least=1):
        assert sum(one.count for one in term.renderings) == term.count
        assert 0 <= term.agreement <= 1
        assert term.agreement <= term.at_most <= 1 + 1e-9


def test_terms_are_counted_once_for_a_state_of_the_texts():
    store = MemoryStore(*BEADS)
    concordance = Concordance(store)
    concordance.refresh()
    terms, fewer = KeptTerms(concordance.index, 3), KeptTerms(concordance.index, 4)
    assert (terms.current, terms.find()) == (False, ())
    counted = []
    terms.count_again(lambda done, total: counted.append((done, total)))
    fewer.count_again(cutter=cutter)
    assert terms.find() == find_terms(BEADS, least=3)
    assert (counted, terms.current, fewer.current, fewer.size()) == ([(2, 2)], True, True, 0)

    store.beads[0], store.state = replace(BEADS[0], status="flagged"), "2"
    assert concordance.refresh() == 1
    assert terms.current
    store.beads[0], store.state = replace(BEADS[0], en="We promote growth."), "3"
    concordance.refresh()
    assert (terms.current, terms.size(), fewer.state() != "") == (False, 2, True)
    terms.count_again(cutter=cutter)
    assert terms.find() == find_terms(store.beads, least=3)
    assert fewer.state() == ""  # what is kept of other states goes


CHINESE = st.lists(
    st.sampled_from(
        ["高质量发展", "人工智能", "首要任务", "青屿县", "推进", "，", "我们", "很重要"]
    ),
    min_size=1,
    max_size=6,
).map("".join)
ENGLISH = st.lists(
    st.sampled_from(["high-quality", "development", "task", "Qingyu", "county", "AI", "we", "the"]),
    min_size=1,
    max_size=6,
).map(" ".join)


@settings(max_examples=5, deadline=None)
@given(states=st.lists(st.lists(st.tuples(CHINESE, ENGLISH), max_size=8), min_size=2, max_size=4))
def test_terms_counted_after_each_change_are_those_of_a_whole_count(states):
    store = MemoryStore()
    concordance = Concordance(store)
    for number, texts in enumerate(states):
        store.beads = [bead(id=str(at), zh=zh, en=en) for at, (zh, en) in enumerate(texts)]
        store.state = str(number)
        concordance.refresh()
        terms = KeptTerms(concordance.index, 2)
        terms.count_again(cutter=cutter)
        assert terms.find() == find_terms(store.beads, least=2)


def test_a_new_bead_costs_what_it_costs_alone():
    """Only its texts are read again, and those of passages that it holds."""

    class Counted(KeptTerms):
        read: list[str]

        def texts(self, place):
            one = super().texts(place)
            self.read.append(one.bead)
            return one

    store = MemoryStore(*BEADS)
    concordance = Concordance(store)
    concordance.refresh()
    KeptTerms(concordance.index, 3).count_again(cutter=cutter)
    store.beads.append(bead(id="g", zh="高质量发展来了。", en="High-quality development is here."))
    store.state = "2"
    concordance.refresh()
    terms = Counted(concordance.index, 3)
    terms.read = []
    terms.count_again(cutter=cutter)
    assert terms.read == ["g", "a", "b", "c", "g"]
    assert terms.find() == find_terms(store.beads, least=3)


def test_kept_terms_are_found_by_passage_and_rendering():
    concordance = Concordance(MemoryStore(*BEADS))
    concordance.refresh()
    terms = KeptTerms(concordance.index, 3)
    terms.count_again(cutter=cutter)
    found = {part: [term.zh for term in terms.find(part)] for part in ("智能", "HIGH-", "zebra")}
    assert found == {"智能": ["人工智能"], "HIGH-": ["高质量发展"], "zebra": []}
    assert [term.zh for term in terms.find(varied=True)] == ["高质量发展"]
    assert (terms.size("i"), len(terms.find("i", limit=1))) == (2, 1)


def test_a_glossary_finds_the_beads_without_the_required_rendering(tmp_path):
    path = tmp_path / "glossary.tsv"
    path.write_text(
        "zh\ten\n# slogans\n高质量发展\thigh-quality development; quality growth\tnote\n", "utf-8"
    )
    glossary = read_glossary(path)
    assert glossary == (GlossaryTerm("高质量发展", ("high-quality development", "quality growth")),)
    assert [one.pair.id for one in find_missing_renderings(glossary, BEADS)] == ["c"]


def test_a_term_list_that_was_written_is_a_glossary(tmp_path):
    write_tsv(find_terms(BEADS), tmp_path / "terms.tsv")
    glossary = read_glossary(tmp_path / "terms.tsv")
    assert "high-quality development" in {term.zh: term.en for term in glossary}["高质量发展"]
    assert list(find_missing_renderings(glossary, BEADS)) == []


def test_lines_of_one_term_are_its_renderings(tmp_path):
    (tmp_path / "g.tsv").write_text("en\tzh\nsea; ocean\t海洋\nmarine\t海洋\n", "utf-8")
    assert read_glossary(tmp_path / "g.tsv") == (GlossaryTerm("海洋", ("sea", "ocean", "marine")),)


def test_a_glossary_accepts_any_form_of_the_words():
    glossary = (GlossaryTerm("人工智能", ("artificial intelligences",)),)
    assert list(find_missing_renderings(glossary, BEADS)) == []


def test_a_glossary_knows_traditional_characters_and_prefers_longer_terms():
    glossary = (GlossaryTerm("经济", ("economy",)), GlossaryTerm("海洋经济", ("blue economy",)))
    beads = [
        bead(id="a", zh="發展海洋經濟。", en="Develop the marine business."),
        bead(id="b", zh="經濟發展", en="Business develops."),
        bead(id="c", zh="海洋经济与经济", en="The blue economy"),
    ]
    found = [(one.term.zh, one.pair.id) for one in find_missing_renderings(glossary, beads)]
    assert found == [("海洋经济", "a"), ("经济", "b")]


def test_what_a_glossary_misses_is_a_table_that_no_spreadsheet_runs(tmp_path):
    glossary = (GlossaryTerm("高质量", ("superb",)),)
    beads = [bead(id="x", zh="=高质量", en="=High quality")]
    write_missing(find_missing_renderings(glossary, beads), tmp_path / "missing.tsv")
    with (tmp_path / "missing.tsv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file, delimiter="\t")
    assert (row["term"], row["required"], row["bead"]) == ("高质量", "superb", "x")
    assert (row["zh"], row["en"]) == ("'=高质量", "'=High quality")


@pytest.mark.parametrize("line", ["高质量发展", "development\t发展"])
def test_a_glossary_line_without_english_or_with_english_first_is_refused(tmp_path, line):
    (tmp_path / "g.tsv").write_text(f"{line}\n", "utf-8")
    with pytest.raises(FormatError, match=r"g.tsv, line 1: write Chinese, a tab, English"):
        read_glossary(tmp_path / "g.tsv")


def test_a_term_list_is_a_table(tmp_path):
    write_tsv(find_terms(BEADS), tmp_path / "terms.tsv")
    with (tmp_path / "terms.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [(row["zh"], row["en"], row["en_count"]) for row in rows][:2] == [
        ("高质量发展", "high-quality development", "2"),
        ("高质量发展", "development of high quality", "1"),
    ]


def test_a_term_list_is_a_term_base(tmp_path):
    write_tbx(find_terms(BEADS), tmp_path / "terms.tbx")
    root = etree.parse(tmp_path / "terms.tbx").getroot()
    assert root.get("type") == "TBX-Basic"
    entries = root.findall(".//{*}conceptEntry")
    assert [[term.text for term in entry.iterfind(".//{*}term")] for entry in entries] == [
        ["高质量发展", "high-quality development", "development of high quality"],
        ["人工智能", "artificial intelligence"],
    ]
