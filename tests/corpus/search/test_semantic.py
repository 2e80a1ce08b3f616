"""Search by meaning, with an encoder of a few words whose answers are known."""

import datetime as dt

import numpy as np
import pytest
from bead_strategy import bead, change_bead
from beads_in_memory import FolderStore, MemoryStore

from align.corpus.search import Concordance, Where
from align.corpus.search.semantic import SemanticSearch
from align.corpus.store.index import text_key
from align.corpus.store.index.full_text import FullTextIndex
from align.corpus.store.index.vectors import VectorTable, has_vectors
from align.errors import AlignError

TOPICS = {"水": 0, "water": 0, "火": 1, "fire": 1, "港": 2, "port": 2}


class Topics:
    """Gives a vector per topic, the same for both languages, and counts what it was asked."""

    signature = "topics@1"
    width = 16

    def __init__(self):
        self.asked = []

    def encode(self, texts):
        self.asked += texts
        rows = np.full((len(texts), self.width), 0.01, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word, topic in TOPICS.items():
                row[topic] += word in text.lower()
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


BEADS = (
    bead(id="water", zh="水价不变。", en="Water prices stay."),
    bead(id="fire", zh="火已扑灭。", en="The fire is out.", status="unreviewed"),
    bead(id="port", zh="港口开放。", en="The port is open."),
    bead(id="added", zh="", zh_index=(), en="The port, again."),
)


@pytest.mark.parametrize(("query", "first"), [("水", "water"), ("a fire", "fire")])
def test_the_nearest_bead_comes_first_in_either_language(query, first):
    near = SemanticSearch(Concordance(MemoryStore(*BEADS)), Topics()).search(query)
    assert near[0].hit.bead == first
    assert near[0].similarity == pytest.approx(1.0, abs=0.01)
    assert len({found.hit.bead for found in near}) == len(near) == 4


def test_the_side_that_may_be_near_can_be_chosen():
    near = SemanticSearch(Concordance(MemoryStore(*BEADS)), Topics()).search("port", sides=("zh",))
    assert [found.side for found in near] == ["zh"] * 3
    assert near[0].hit.bead == "port"


def test_conditions_narrow_the_beads():
    meaning = SemanticSearch(Concordance(MemoryStore(*BEADS)), Topics())
    near = meaning.search("water", where=Where(statuses=("unreviewed",)))
    assert [found.hit.bead for found in near] == ["fire"]


def test_only_new_texts_are_encoded(tmp_path):
    encoder, store = Topics(), FolderStore(tmp_path, *BEADS)
    meaning = SemanticSearch(Concordance(store), encoder)
    assert meaning.refresh() == 7
    encoder.asked.clear()
    store.beads[0] = change_bead(store.beads[0], en="Fire!", status="flagged")
    store.state = "2"
    assert (meaning.refresh(), encoder.asked) == (1, ["Fire!"])
    assert {near.hit.bead for near in meaning.search("fire", 2)} == {"fire", "water"}


def test_the_index_of_an_earlier_run_is_used_again(tmp_path):
    SemanticSearch(Concordance(FolderStore(tmp_path, *BEADS)), Topics()).refresh()
    encoder = Topics()
    near = SemanticSearch(Concordance(FolderStore(tmp_path, *BEADS)), encoder).search("port", 1)
    assert encoder.asked == ["port"]
    assert near[0].hit.bead in {"port", "added"}


def test_vectors_of_an_encoder_are_not_those_of_another(tmp_path):
    SemanticSearch(Concordance(FolderStore(tmp_path, *BEADS)), Topics()).refresh()
    other = Topics()
    other.signature = "topics@2"
    assert SemanticSearch(Concordance(FolderStore(tmp_path, *BEADS)), other).refresh() == 7


def test_a_blank_query_is_refused():
    with pytest.raises(AlignError, match="the query is empty"):
        SemanticSearch(Concordance(MemoryStore(*BEADS)), Topics()).search("  ")


def test_an_empty_corpus_has_nothing_near():
    assert SemanticSearch(Concordance(MemoryStore()), Topics()).search("water") == ()


# -- which beads have a text -------------------------------------------------------------------


@pytest.fixture
def index():
    return FullTextIndex(None)


THANKS = (
    bead(id="old", zh="谢谢。", en="Thank you.", date=dt.date(2030, 1, 2)),
    bead(id="new", zh="谢谢。", en="Thank you.", date=dt.date(2031, 1, 2), speaker="Mei"),
    bead(id="free", zh="谢谢。", en="Thanks.", date=dt.date(2029, 1, 2)),
    bead(id="left", zh="谢谢。", zh_index=(0,), en="", en_index=()),
)


def test_beads_alike_are_counted_and_the_newest_stands_for_them(index):
    Concordance(MemoryStore(*THANKS), index).refresh()
    key = text_key("谢谢。")
    found = {text.bead.id: (text.side, text.times) for text in index.find_by_key([key, 7], Where())}
    assert found == {"new": ("zh", 2), "free": ("zh", 1), "left": ("zh", 1)}
    mei = Where(speaker="mei")
    assert [(text.bead.id, text.times) for text in index.find_by_key([key], mei)] == [("new", 1)]


def test_keys_are_those_of_the_beads_under_conditions(index):
    Concordance(MemoryStore(*THANKS), index).refresh()
    mei = index.keys(Where(speaker="mei"), 9)
    assert {*mei.tolist()} == {text_key("谢谢。"), text_key("Thank you.")}
    assert len(index.keys(Where(speaker="mei"), 1)) == 1
    assert index.keys(Where(speaker="nobody"), 9).tolist() == []


def test_a_key_gives_its_text_unless_that_is_gone(index):
    Concordance(MemoryStore(*THANKS), index).refresh()
    keys = [text_key("Thanks."), text_key("谢谢。"), text_key("gone")]
    assert index.texts(keys) == {keys[0]: "Thanks.", keys[1]: "谢谢。"}


def test_what_is_said_again_and_again_is_found_once():
    near = SemanticSearch(Concordance(MemoryStore(*THANKS, *BEADS)), Topics()).search("fire", 2)
    assert near[0].hit.bead == "fire"
    thanks = SemanticSearch(Concordance(MemoryStore(*THANKS)), Topics()).search("谢谢", 9)
    assert {(found.hit.bead, found.times) for found in thanks} == {
        ("new", 2), ("free", 1), ("left", 1),
    }  # fmt: skip


# -- the vectors ------------------------------------------------------------------------------


def fill(index, *texts):
    """Store a text a bead, and a vector of each; return their keys."""
    generator = np.random.default_rng(5)
    Concordance(MemoryStore(*(bead(id=text, zh=text, en="") for text in texts)), index).refresh()
    rows = generator.standard_normal((len(texts), 32), np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return [*map(text_key, texts)], rows


def test_each_vector_is_found_by_its_key(index):
    keys, rows = fill(index, *"甲乙丙丁")
    table = VectorTable(index, "e@1", 32)
    assert table.missing() == sorted(keys)
    table.add(keys, rows)
    table.load()
    assert (len(table), table.missing()) == (4, [])
    found = table.nearest(rows[:1], 9)
    assert next(iter(found)) == keys[0]
    assert [*found.values()] == sorted(found.values(), reverse=True)
    exact = dict(zip(keys, (rows @ rows[0]).tolist(), strict=True))
    assert found == pytest.approx(exact, abs=0.001)


def test_only_the_keys_that_are_named_are_looked_at(index):
    keys, rows = fill(index, *"甲乙丙丁")
    table = VectorTable(index, "e@1", 32)
    table.add(keys, rows)
    table.load()
    assert {*table.nearest(rows[:1], 9, np.array(keys[1:3]))} == {*keys[1:3]}


def test_what_another_program_stores_is_taken_in_and_stored_once(index):
    keys, rows = fill(index, *"甲乙丙丁")
    one, two = VectorTable(index, "e@1", 32), VectorTable(index, "e@1", 32)
    one.add(keys[:3], rows[:3])
    two.add(keys[2:], rows[2:])
    one.load()
    assert [len(one), len(two), len(VectorTable(index, "e@1", 32))] == [4, 0, 4]
    one.load()
    assert len(one) == 4


def test_vectors_of_texts_that_are_gone_make_room_for_others(index):
    keys, rows = fill(index, *"甲乙")
    VectorTable(index, "e@1", 32).add(keys, rows)
    for briefing in index.states():
        index.remove_briefing(briefing)
    new, _ = fill(index, *"乙丙")
    assert VectorTable(index, "e@1", 32).missing() == [new[1]]
    assert len(VectorTable(index, "e@1", 32)) == 1


def test_whether_there_are_vectors_is_known(index):
    keys, rows = fill(index, "甲")
    assert not has_vectors(index)
    VectorTable(index, "e@1", 32).add(keys, rows)
    assert has_vectors(index)


def test_a_build_that_was_stopped_goes_on_where_it_was(tmp_path):
    beads = [bead(id=f"b{at}", zh=f"水{at}", en=f"fire {at}") for at in range(150)]

    class Stopping(Topics):
        def encode(self, texts):
            if len(self.asked) >= 120:
                raise KeyboardInterrupt
            return super().encode(texts)

    encoder = Stopping()
    with pytest.raises(KeyboardInterrupt):
        SemanticSearch(Concordance(FolderStore(tmp_path, *beads)), encoder, batch=10).refresh()
    rest = Topics()
    assert SemanticSearch(Concordance(FolderStore(tmp_path, *beads)), rest).refresh() == 300 - 120
    assert not set(rest.asked) & set(encoder.asked)


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    near = SemanticSearch(Concordance(FolderStore(blocked / "index", *BEADS)), Topics()).search(
        "water", 1
    )
    assert near[0].hit.bead == "water"
