"""Renderings are stored for each briefing, and only those of new or changed texts are counted."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from bead_strategy import bead, change_bead
from beads_in_memory import MemoryStore

from align.corpus.search import Concordance
from align.corpus.search.terms import KeptTerms
from align.corpus.search.terms.candidates import TermCandidate, make_cutter
from align.corpus.search.terms.rendering_counts import RenderingCounter
from align.corpus.store.index.cut_rows import CutRowTable
from align.corpus.store.index.renderings import RenderingTable
from align.corpus.store.index.text_numbers import read_texts
from align.errors import AbsentError

ROWS = [
    ("我们爱港口。", "We love the harbour."),
    ("港口很大。", "The harbour is large."),
    ("看看港口吧。", "Look at the harbour."),
    ("港口来了船。", "Ships have come to the harbour."),
]
PLANTED = "planted"
"""A form that no text has, put into the stored renderings of a briefing."""

cutter = cache(make_cutter)


def beads(briefing, rows=ROWS):
    return [
        bead(id=f"{briefing}-{at}", briefing=briefing, zh=zh, en=en)
        for at, (zh, en) in enumerate(rows)
    ]


class Corpus:
    """A corpus in memory whose terms can be counted again."""

    def __init__(self, *briefings):
        self.store = MemoryStore(*(one for name in briefings for one in beads(name)))
        self.concordance = Concordance(self.store)
        self.table = RenderingTable(self.concordance.index)

    def count(self, least=3, progress=lambda *_: None):
        """Count again, and return the terms by their Chinese."""
        self.store.state += "+"
        self.concordance.refresh()
        terms = KeptTerms(self.concordance.index, least)
        terms.count_again(progress, cutter=cutter)
        return {term.zh: term for term in terms.find()}

    def plant(self, briefing):
        """Change what is stored of a briefing, to see whether it is used."""
        stored = self.table.get(briefing)
        numbers = self.table.number(["港口", PLANTED])
        records = stored.records.copy()
        harbour = records["passage"] == numbers["港口"]
        records["form"][harbour] = numbers[PLANTED]
        records["weight"][harbour] = 100.0
        self.table.put(briefing, replace(stored, records=records))

    def passages(self, briefing):
        """Return the passages whose renderings are stored of a briefing."""
        numbers = self.table.get(briefing).records["passage"].tolist()
        return set(read_texts(self.concordance.index, numbers).values())


def usual(terms, zh="港口"):
    return terms[zh].renderings[0].en


def test_unchanged_briefings_are_not_counted_again():
    corpus = Corpus("a", "b", "c")
    assert usual(corpus.count()) == "harbour"
    corpus.plant("a")
    corpus.store.beads += beads("d", [("港口开放。", "The harbour is open.")])
    terms = corpus.count()
    assert usual(terms) == PLANTED
    assert terms["港口"].count == 13
    assert sum(one.count for one in terms["港口"].renderings) == 13


def test_a_changed_briefing_is_counted_again():
    corpus = Corpus("a", "b", "c")
    corpus.count()
    corpus.plant("a")
    corpus.store.beads[0] = change_bead(corpus.store.beads[0], en="We like the harbour.")
    assert usual(corpus.count()) == "harbour"


def test_the_renderings_of_a_removed_briefing_go():
    corpus = Corpus("a", "b", "c")
    corpus.count()
    corpus.plant("a")
    del corpus.store.beads[: len(ROWS)]
    terms = corpus.count()
    assert (usual(terms), terms["港口"].count) == ("harbour", 8)
    assert corpus.table.get("a") is None


def test_all_are_counted_again_when_the_corpus_has_grown():
    corpus = Corpus("a", "b")
    corpus.count()
    corpus.plant("a")
    corpus.store.beads += [*beads("c"), *beads("d")]
    assert usual(corpus.count()) == "harbour"


def test_a_passage_that_became_frequent_is_counted_where_it_was_rare():
    rare = [*ROWS, ("灯塔亮了。", "The lighthouse shines.")]
    corpus = Corpus()
    corpus.store.beads += [*beads("a", rare), *beads("b"), *beads("c", rare)]
    assert "灯塔" not in corpus.count()
    corpus.plant("b")
    corpus.store.beads += beads("d", [("灯塔很高。", "The lighthouse is high.")])
    terms = corpus.count()
    assert usual(terms) == PLANTED
    assert sum(one.count for one in terms["灯塔"].renderings) == terms["灯塔"].count == 3
    assert "灯塔" in corpus.passages("a")
    assert "灯塔" not in corpus.passages("b")


def test_other_least_numbers_of_rows_use_the_same_counts():
    corpus = Corpus("a", "b")
    corpus.count()
    corpus.plant("a")
    assert usual(corpus.count(least=4)) == PLANTED


def test_what_was_counted_before_an_interruption_stays():
    corpus = Corpus("a", "b", "c")

    def stop(done, total):
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpus.count(progress=stop)
    assert all(corpus.passages(name) for name in "abc")
    corpus.plant("a")
    assert usual(corpus.count()) == PLANTED


def test_progress_grows_through_words_cutting_and_renderings():
    shares = []
    Corpus("a", "b", "c").count(progress=lambda done, total: shares.append(round(done / total, 2)))
    assert shares == [0.33, 0.44, 0.56, 0.67, 0.78, 0.89, 1.0]


def test_a_briefing_that_was_removed_meanwhile_is_reported():
    corpus = Corpus("a", "b")
    corpus.count()
    terms = KeptTerms(corpus.concordance.index, 3)
    rows = CutRowTable(terms.index).read()
    corpus.concordance.index.remove_briefing("b")
    counter = RenderingCounter(terms.index, corpus.concordance.words)
    with pytest.raises(AbsentError, match="try again"):
        counter.count([TermCandidate("港口", np.arange(8, dtype=np.int32), 1.0)], rows)
