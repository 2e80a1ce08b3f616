"""Consistency: recurring passages with their renderings, glossaries, and term lists."""

import csv
from functools import cache

import numpy as np
import pytest
from bead_strategy import bead, change_bead, pairs
from beads_in_memory import MemoryStore
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from align.aligner.text.word_model.counts import WordChances
from align.aligner.text.word_model.posteriors import link_row
from align.aligner.text.word_model.training import count_words
from align.corpus.exchange.formats.xlsx import read_cells
from align.corpus.search import Concordance
from align.corpus.search.terms import (
    GlossaryTerm,
    KeptTerms,
    Rendering,
    Term,
    find_missing_renderings,
    read_glossary,
    write_missing,
    write_tbx,
    write_tsv,
    write_xlsx,
)
from align.corpus.search.terms.candidates import TermCandidate, find_candidates, make_cutter
from align.corpus.search.terms.rendering_counts import CountedTerm, RenderingTotal, find_runs
from align.corpus.search.terms.renderings import choose_list, is_acronym, join_doubles
from align.corpus.store.index.cut_rows import CutRows
from align.errors import FormatError

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


def shown(term):
    return [(one.en, one.count) for one in term.renderings]


def beads_of(*rows):
    return [bead(id=f"b{at}", zh=zh, en=en) for at, (zh, en) in enumerate(rows)]


def test_a_term_is_shown_with_its_renderings_and_the_surest_comes_first():
    found = {term.zh: term for term in find_terms(BEADS)}
    assert next(iter(found)) == "人工智能"
    assert shown(found["人工智能"]) == [("artificial intelligence", 3)]
    assert found["人工智能"].sure > 0.9
    assert shown(found["高质量发展"]) == [
        ("high-quality development", 2),
        ("development of high quality", 1),
    ]
    assert [one.bead for one in found["高质量发展"].renderings[1].examples] == ["c"]
    assert found["高质量发展"].agreement == pytest.approx(2 / 3)


def test_a_term_may_have_two_characters():
    assert "发展" in {term.zh for term in find_terms(BEADS)}


def test_a_bead_without_any_translation_counts_as_not_found():
    rows = [("港口来了船", "Ships come."), ("我们爱港口", "We love it."), ("看港口", "Look!")]
    (term,) = (term for term in find_terms([*BEADS, *beads_of(*rows)]) if term.zh == "港口")
    assert term.list == "missing"
    assert dict(shown(term))[""] >= 2


def test_a_name_is_found_by_its_sound():
    rows = [
        ("在青屿县调研。", "The visit led to Qingyu County."),
        ("对青屿县而言。", "For the county of Qingyu that matters."),
        ("到青屿县去。", "They will see Qingyu County."),
    ]
    (term,) = (term for term in find_terms([*BEADS, *beads_of(*rows)]) if term.zh == "青屿县")
    assert shown(term)[0] == ("Qingyu County", 2)


def test_an_acronym_and_its_long_form_are_one_rendering():
    rows = [
        ("世卫组织来了。", "The World Health Organization has come."),
        ("感谢世卫组织。", "Thanks to the WHO."),
        ("对世卫组织", "To WHO"),
    ]
    (term,) = find_terms(beads_of(*rows))
    (rendering,) = term.renderings
    assert (rendering.en, rendering.count) == ("WHO", 3)
    assert rendering.variants == ("World Health Organization",)


def test_phrases_of_ceremony_are_a_list_of_their_own():
    rows = [("谢谢大家。", "Thank you all."), ("谢谢大家！", "Thank you all!")]
    found = find_terms([*BEADS, *beads_of(*rows, ("好，谢谢大家", "Well, thank you all"))])
    assert {term.zh for term in found if term.list == "ceremony"} == {"谢谢大家"}


def test_a_rendering_has_the_case_that_was_published():
    rows = [("经济好。", "The economy is good."), ("看经济", "Look at the economy")]
    found = find_terms(beads_of(*rows, ("经济来了", "Economy comes")))
    (term,) = (term for term in found if term.zh == "经济")
    assert shown(term)[0] == ("economy", 3)


def test_several_renderings_make_a_term_that_varies():
    renderings = [Rendering("sea", 4, ()), Rendering("ocean", 4, ()), Rendering("main", 2, ())]
    assert choose_list("海洋", renderings, 10) == "varied"
    assert choose_list("海洋", renderings[:1], 8) == "certain"
    assert choose_list("海洋", [renderings[0], Rendering("", 6, ())], 10) == "missing"


@pytest.mark.parametrize(
    ("short", "long", "same"),
    [
        ("WHO", "World Health Organization", True),
        ("U.S.", "United States", True),
        ("EU", "European Union", True),
        ("EU", "European Commission", False),
        ("who", "world health organization", False),
    ],
)
def test_acronyms(short, long, same):
    assert is_acronym(short, long) is same


def counted(zh, rows, key, sure):
    """A candidate in some rows, all put into English alike."""
    forms = RenderingTotal(len(rows), sure * len(rows), {key: len(rows)})
    return CountedTerm(TermCandidate(zh, np.array(rows, np.int32), 1.0), {key: forms})


def test_of_a_passage_and_its_part_with_one_rendering_the_surer_stays():
    tariffs = [
        counted("关税", range(20), "tariff", 0.95),
        counted("加征关税", range(12), "tariff", 0.5),
        counted("半岛", range(10), "korean peninsula", 0.6),
        counted("朝鲜半岛", range(8), "korean peninsula", 0.97),
    ]
    assert [term.zh for term in join_doubles(tariffs)] == ["关税", "朝鲜半岛"]


def test_a_part_that_hardly_occurs_elsewhere_is_no_term():
    nearly = [
        counted("维也纳公约", range(19), "vienna convent", 0.9),
        counted("维也纳", range(20), "vienna", 0.9),
    ]
    assert [term.zh for term in join_doubles(nearly)] == ["维也纳公约"]


def test_characters_with_punctuation_between_them_are_no_passage():
    words = WordChances.of(count_words([[("港，口", "a port")]])[0])
    (run,) = find_runs(link_row("港，口", "a port", words), ["港口"])
    assert not run.tokens


def test_what_always_has_the_same_neighbour_is_part_of_something_longer():
    texts = ["听季度生产总值。", "说季度生产总值！", "季度生产总值"]
    found = find_candidates(CutRows.of(map(cutter(), texts)), 3)
    assert [(one.zh, list(one.rows)) for one in found] == [("季度生产总值", [0, 1, 2])]


def test_a_passage_begins_and_ends_as_a_term_does():
    texts = ["他们的结果", "我们的后面", "你们的前面"]
    assert find_candidates(CutRows.of(map(cutter(), texts)), 3) == []


def test_what_recurs_too_rarely_is_left_out():
    assert {term.zh for term in find_terms(BEADS, least=4)} == {"发展"}
    assert find_terms([bead(id="a", zh="中国人", en="")]) == ()


@settings(max_examples=15, deadline=None)
@given(beads=st.lists(pairs, max_size=6))
def test_any_beads_can_be_searched_for_terms(beads):
    numbered = [change_bead(one, id=str(at)) for at, one in enumerate(beads)]
    for term in find_terms(numbered, least=1):
        assert sum(one.count for one in term.renderings) == term.count
        assert 0 <= term.agreement <= 1
        assert 0 <= term.sure <= 1 + 1e-3


def test_a_row_far_down_that_has_no_word_is_counted():
    """Its number was taken for that of a word, of which there were fewer."""
    rows = [("=1", "=1")] * 40 + [("港口", "harbour")]
    assert [term.zh for term in find_terms(beads_of(*rows), least=1)] == ["港口"]


def test_terms_are_counted_once_for_a_state_of_the_texts():
    store = MemoryStore(*BEADS)
    concordance = Concordance(store)
    concordance.refresh()
    terms, fewer = KeptTerms(concordance.index, 3), KeptTerms(concordance.index, 4)
    assert (terms.current, terms.find()) == (False, ())
    seen = []
    terms.count_again(lambda done, total: seen.append((done, total)))
    fewer.count_again(cutter=cutter)
    assert terms.find() == find_terms(BEADS, least=3)
    assert seen[-1][0] == seen[-1][1]
    assert (terms.current, fewer.current, fewer.size()) == (True, True, 1)

    store.beads[0], store.state = change_bead(BEADS[0], status="flagged"), "2"
    assert concordance.refresh() == 1
    assert terms.current
    store.beads[0], store.state = change_bead(BEADS[0], en="We promote growth."), "3"
    concordance.refresh()
    assert (terms.current, fewer.state() != "") == (False, True)
    terms.count_again(cutter=cutter)
    renderings = shown({term.zh: term for term in terms.find()}["高质量发展"])
    assert dict(renderings).keys() >= {"High-quality development", "development of high quality"}
    assert fewer.state() == ""  # what is kept of other states goes


def test_kept_terms_are_found_by_passage_and_rendering():
    concordance = Concordance(MemoryStore(*BEADS))
    concordance.refresh()
    terms = KeptTerms(concordance.index, 3)
    terms.count_again(cutter=cutter)
    found = {part: [term.zh for term in terms.find(part)] for part in ("智能", "HIGH-", "zebra")}
    assert found == {"智能": ["人工智能"], "HIGH-": ["高质量发展"], "zebra": []}
    assert terms.find(lists=["missing"]) == ()
    assert (terms.size("i", lists=["certain"]), len(terms.find("i", limit=1))) == (2, 1)


def test_a_glossary_finds_the_beads_without_the_required_rendering(tmp_path):
    path = tmp_path / "glossary.tsv"
    path.write_text(
        "zh\ten\n# slogans\n高质量发展\thigh-quality development; quality growth\tnote\n", "utf-8"
    )
    glossary = read_glossary(path)
    assert glossary == (GlossaryTerm("高质量发展", ("high-quality development", "quality growth")),)
    assert [one.bead.id for one in find_missing_renderings(glossary, BEADS)] == ["c"]


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
    found = [(one.term.zh, one.bead.id) for one in find_missing_renderings(glossary, beads)]
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
    with pytest.raises(
        FormatError, match=r"g.tsv, line 1: not a term; write Chinese, a tab, English"
    ):
        read_glossary(tmp_path / "g.tsv")


def test_a_term_list_is_a_table(tmp_path):
    write_tsv(find_terms(BEADS), tmp_path / "terms.tsv")
    with (tmp_path / "terms.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [(row["list"], row["zh"], row["en"], row["en_count"]) for row in rows][:3] == [
        ("certain", "人工智能", "artificial intelligence", "3"),
        ("certain", "高质量发展", "high-quality development", "2"),
        ("certain", "高质量发展", "development of high quality", "1"),
    ]


def test_a_term_list_is_a_workbook(tmp_path):
    write_xlsx(find_terms(BEADS), tmp_path / "terms.xlsx")
    rows = [cells for _, cells in read_cells(tmp_path / "terms.xlsx")]
    assert rows[0] == ["list", "zh", "count", "en", "en_count", "variants", "sure", "examples"]
    assert rows[1][:5] == ["certain", "人工智能", "3", "artificial intelligence", "3"]


def test_a_term_list_is_a_term_base(tmp_path):
    write_tbx(find_terms(BEADS), tmp_path / "terms.tbx")
    root = etree.parse(tmp_path / "terms.tbx").getroot()
    assert root.get("type") == "TBX-Basic"
    entries = root.findall(".//{*}conceptEntry")
    assert [[term.text for term in entry.iterfind(".//{*}term")] for entry in entries] == [
        ["人工智能", "artificial intelligence"],
        ["高质量发展", "high-quality development", "development of high quality"],
        ["发展", "development"],
    ]


def test_hostile_renderings_are_escaped_in_every_list(tmp_path):
    term = Term("=港口", 2, (Rendering("=<b>\x00", 2, (), ("<i>",), 0.5),), 0.5, 1.0)
    write_tsv([term], tmp_path / "t.tsv")
    assert "'=港口" in (tmp_path / "t.tsv").read_text("utf-8")
    write_xlsx([term], tmp_path / "t.xlsx")
    assert [*read_cells(tmp_path / "t.xlsx")][1][1][3] == "=<b>\ufffd"
    write_tbx([term], tmp_path / "t.tbx")
    english = etree.parse(tmp_path / "t.tbx").findall(".//{*}term")
    assert [one.text for one in english] == ["=港口", "=<b>\ufffd", "<i>"]
