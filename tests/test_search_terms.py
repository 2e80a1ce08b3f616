"""Consistency: recurring passages with their renderings, glossaries, and term lists."""

import csv

import pytest
from bead_strategy import bead, pairs
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from align.errors import FormatError
from align.search.terms import Required, missing, read_glossary, terms, write_tbx, write_tsv

BEADS = [
    bead(id="a", zh="我们推进高质量发展。", en="We promote high-quality development."),
    bead(id="b", zh="高质量发展是首要任务。", en="High-quality development comes first."),
    bead(id="c", zh="要坚持高质量发展。", en="We need development of high quality."),
    bead(id="d", zh="人工智能很重要。", en="Artificial intelligence matters."),
    bead(id="e", zh="发展人工智能。", en="Develop artificial intelligence!"),
    bead(id="f", zh="人工智能来了。", en="Artificial intelligence is here."),
]


def test_a_passage_is_shown_with_its_renderings_and_the_least_consistent_comes_first():
    found = terms(BEADS, least=3)
    assert [term.zh for term in found] == ["高质量发展", "人工智能"]
    first, second = found
    assert [(one.en, one.count) for one in first.renderings] == [
        ("high-quality development", 2),
        ("development of high quality", 1),
    ]
    assert first.renderings[1].beads == ("c",)
    assert (second.agreement, second.renderings[0].en) == (1.0, "artificial intelligence")


def test_a_bead_without_any_translation_counts_as_not_found():
    beads = [*BEADS[3:5], bead(id="x", zh="人工智能。", en="Nothing of the kind.")]
    (term,) = terms(beads, least=3)
    assert [(one.en, one.count) for one in term.renderings] == [
        ("artificial intelligence", 2),
        ("", 1),
    ]


def test_what_recurs_too_rarely_is_left_out():
    assert terms(BEADS, least=4) == ()


@settings(max_examples=30, deadline=None)
@given(beads=st.lists(pairs, max_size=6))
def test_any_beads_can_be_searched_for_terms(beads):
    for term in terms(beads, least=1):
        assert sum(one.count for one in term.renderings) == term.count
        assert 0 < term.agreement <= 1


def test_a_glossary_finds_the_beads_without_the_required_rendering(tmp_path):
    path = tmp_path / "glossary.tsv"
    path.write_text(
        "zh\ten\n# slogans\n高质量发展\thigh-quality development; quality growth\tnote\n", "utf-8"
    )
    glossary = read_glossary(path)
    assert glossary == (Required("高质量发展", ("high-quality development", "quality growth")),)
    assert [one.pair.id for one in missing(glossary, BEADS)] == ["c"]


def test_a_glossary_accepts_any_form_of_the_words():
    glossary = (Required("人工智能", ("artificial intelligences",)),)
    assert list(missing(glossary, BEADS)) == []


def test_a_glossary_line_without_english_is_refused(tmp_path):
    (tmp_path / "g.tsv").write_text("高质量发展\n", "utf-8")
    with pytest.raises(FormatError, match=r"g.tsv, line 1: write Chinese, a tab, English"):
        read_glossary(tmp_path / "g.tsv")


def test_a_term_list_is_a_table(tmp_path):
    write_tsv(terms(BEADS), tmp_path / "terms.tsv")
    with (tmp_path / "terms.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [(row["zh"], row["en"], row["en_count"]) for row in rows][:2] == [
        ("高质量发展", "high-quality development", "2"),
        ("高质量发展", "development of high quality", "1"),
    ]


def test_a_term_list_is_a_term_base(tmp_path):
    write_tbx(terms(BEADS), tmp_path / "terms.tbx")
    root = etree.parse(tmp_path / "terms.tbx").getroot()
    assert root.get("type") == "TBX-Basic"
    entries = root.findall(".//{*}conceptEntry")
    assert [[term.text for term in entry.iterfind(".//{*}term")] for entry in entries] == [
        ["高质量发展", "high-quality development", "development of high quality"],
        ["人工智能", "artificial intelligence"],
    ]
