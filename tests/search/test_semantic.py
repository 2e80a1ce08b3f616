"""Search by meaning, with an encoder of a few words whose answers are known."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from bead_strategy import bead
from beads_in_memory import MemoryStore

from align.errors import AlignError
from align.search import Concordance, Where
from align.search.semantic import SemanticSearch
from align.store.index import text_key
from align.store.index.full_text import FullTextIndex
from align.store.index.vectors import VectorIndex, cells_for, probes

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


class FolderStore(MemoryStore):
    def __init__(self, folder, *pairs):
        super().__init__(*pairs)
        self.folder = folder

    def index_folder(self):
        return self.folder


BEADS = (
    bead(id="water", zh="水价不变。", en="Water prices stay."),
    bead(id="fire", zh="火已扑灭。", en="The fire is out.", status="unreviewed"),
    bead(id="port", zh="港口开放。", en="The port is open."),
    bead(id="added", zh="", zh_index=(), en="The port, again."),
)


@pytest.mark.parametrize(("query", "first"), [("水", "water"), ("a fire", "fire")])
def test_the_nearest_bead_comes_first_in_either_language(query, first):
    near = SemanticSearch(MemoryStore(*BEADS), Topics()).search(query)
    assert near[0].hit.bead == first
    assert near[0].similarity == pytest.approx(1.0, abs=0.01)
    assert len({found.hit.bead for found in near}) == len(near) == 4


def test_the_side_that_may_be_near_can_be_chosen():
    near = SemanticSearch(MemoryStore(*BEADS), Topics()).search("port", sides="zh")
    assert [found.side for found in near] == ["zh"] * 3
    assert near[0].hit.bead == "port"


def test_conditions_narrow_the_beads():
    meaning = SemanticSearch(MemoryStore(*BEADS), Topics())
    near = meaning.search("water", where=Where(statuses=("unreviewed",)))
    assert [found.hit.bead for found in near] == ["fire"]


def test_only_new_texts_are_encoded(tmp_path):
    encoder, store = Topics(), FolderStore(tmp_path, *BEADS)
    meaning = SemanticSearch(store, encoder)
    assert meaning.refresh() == 7
    encoder.asked.clear()
    store.beads[0] = replace(store.beads[0], en="Fire!", status="flagged")
    store.state = "2"
    assert (meaning.refresh(), encoder.asked) == (1, ["Fire!"])
    assert {near.hit.bead for near in meaning.search("fire", 2)} == {"fire", "water"}


def test_the_index_of_an_earlier_run_is_used_again(tmp_path):
    SemanticSearch(FolderStore(tmp_path, *BEADS), Topics()).refresh()
    encoder = Topics()
    near = SemanticSearch(FolderStore(tmp_path, *BEADS), encoder).search("port", 1)
    assert encoder.asked == ["port"]
    assert near[0].hit.bead in {"port", "added"}


def test_a_damaged_index_is_built_anew(tmp_path):
    SemanticSearch(FolderStore(tmp_path, *BEADS), Topics()).refresh()
    (file,) = tmp_path.glob("*/flat-*.faiss")
    file.write_bytes(b"damaged")
    assert (
        SemanticSearch(FolderStore(tmp_path, *BEADS), Topics()).search("水", 1)[0].hit.bead
        == "water"
    )


def test_a_blank_query_is_refused():
    with pytest.raises(AlignError, match="the query is empty"):
        SemanticSearch(MemoryStore(*BEADS), Topics()).search("  ")


def test_an_empty_corpus_has_nothing_near():
    assert SemanticSearch(MemoryStore(), Topics()).search("water") == ()


def test_a_large_corpus_gets_an_index_with_cells(tmp_path):
    beads = [
        bead(
            id=f"b{at}",
            zh=f"{'水火港'[at % 3]}{at}",
            en=f"{('water', 'fire', 'port')[at % 3]} {at}",
        )
        for at in range(60)
    ]
    meaning = SemanticSearch(FolderStore(tmp_path, *beads), Topics(), exact=50, cells=2)
    found = meaning.search("fire", 5)
    assert {int(near.hit.bead[1:]) % 3 for near in found} == {1}


def test_cells_and_probes_grow_with_the_corpus():
    assert [cells_for(n) for n in (60_000, 400_000, 10**9)] == [1024, 2048, 4096]
    assert (probes(2), probes(1024), probes(4096)) == (1, 256, 1024)


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
    found = {text.bead.id: (text.side, text.times) for text in index.find_by_key([key, 7])}
    assert found == {"new": ("zh", 2), "free": ("zh", 1), "left": ("zh", 1)}
    mei = Where(speaker="mei").conditions()
    assert [(text.bead.id, text.times) for text in index.find_by_key([key], mei)] == [("new", 1)]


def test_keys_are_in_order_and_can_be_those_of_some_beads(index):
    Concordance(MemoryStore(*THANKS), index).refresh()
    everything = sorted(map(text_key, ["谢谢。", "Thank you.", "Thanks."]))
    assert index.keys().tolist() == everything
    assert len(index.keys(most=2)) == 2
    mei = index.keys(Where(speaker="mei").conditions())
    assert mei.tolist() == sorted([text_key("谢谢。"), text_key("Thank you.")])
    assert index.keys(Where(speaker="nobody").conditions()).tolist() == []


def test_a_key_gives_its_text_unless_that_is_gone(index):
    Concordance(MemoryStore(*THANKS), index).refresh()
    keys = [text_key("Thanks."), text_key("谢谢。"), text_key("gone")]
    assert index.texts(keys) == {keys[0]: "Thanks.", keys[1]: "谢谢。"}


def test_what_is_said_again_and_again_is_found_once():
    near = SemanticSearch(MemoryStore(*THANKS, *BEADS), Topics()).search("fire", 2)
    assert near[0].hit.bead == "fire"
    thanks = SemanticSearch(MemoryStore(*THANKS), Topics()).search("谢谢", 9)
    assert {(found.hit.bead, found.times) for found in thanks} == {
        ("new", 2), ("free", 1), ("left", 1),
    }  # fmt: skip


# -- the vectors on disk -----------------------------------------------------------------------

WIDTH = 32
SMALL = {"exact": 40, "part": 100, "cells": 4}


class Wanted:
    """Vectors of length 1 with keys, and which of them are wanted still."""

    def __init__(self, count):
        generator = np.random.default_rng(5)
        rows = generator.standard_normal((count, WIDTH), np.float32)
        self.rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        self.keys = np.arange(1000, 1000 + count)

    def alive(self):
        return self.keys

    def fill(self, index, count=None, step=10):
        for start in range(0, count or len(self.keys), step):
            some = slice(start, start + step)
            index.add(self.keys[some], self.rows[some], expected=len(self.keys))

    def first(self, index):
        """Which key is nearest to each row."""
        return [next(iter(index.nearest(row[None], 1))) for row in self.rows]


@pytest.mark.parametrize(("on_disk", "kind"), [(True, "IVF4,SQ8"), (False, "Flat")])
def test_vectors_in_cells_and_in_the_flat_index_are_all_found(tmp_path, on_disk, kind):
    wanted = Wanted(250)
    index = VectorIndex(tmp_path if on_disk else None, WIDTH, wanted.alive, **SMALL)
    wanted.fill(index)
    assert (index.kind, len(index)) == (kind, 250)
    assert wanted.first(index) == wanted.keys.tolist()
    assert index.missing(np.array([7, 1000, 1249, 1250])).tolist() == [7, 1250]


def test_what_was_saved_is_there_again(tmp_path):
    wanted = Wanted(250)
    index = VectorIndex(tmp_path, WIDTH, wanted.alive, **SMALL)
    wanted.fill(index)
    index.save({"a": "1"})
    again = VectorIndex(tmp_path, WIDTH, wanted.alive, **SMALL)
    assert again.seen == {"a": "1"}
    assert wanted.first(again) == wanted.keys.tolist()


def test_a_folder_that_was_moved_is_used_again(tmp_path):
    wanted = Wanted(250)
    index = VectorIndex(tmp_path / "old", WIDTH, wanted.alive, **SMALL)
    wanted.fill(index)
    index.save({"a": "1"})
    (tmp_path / "old").rename(tmp_path / "new")
    again = VectorIndex(tmp_path / "new", WIDTH, wanted.alive, **SMALL)
    assert wanted.first(again) == wanted.keys.tolist()


def test_parts_are_filled_up_and_no_file_is_left_over(tmp_path):
    wanted = Wanted(1000)
    index = VectorIndex(tmp_path, WIDTH, wanted.alive, **SMALL)
    for start in range(0, 1000, 40):
        some = slice(start, start + 40)
        index.add(wanted.keys[some], wanted.rows[some], expected=1000)
        index.save({})
    names = {path.name for path in tmp_path.iterdir()}
    assert len(names) == 1000 // 80 + 2  # parts of 80, one of 40, and their account
    assert {name.partition("-")[0] for name in names} == {"about.json", "cells"}


def test_only_the_keys_that_are_named_are_looked_at_and_all_of_them(tmp_path):
    wanted = Wanted(250)
    index = VectorIndex(tmp_path, WIDTH, wanted.alive, **SMALL)
    wanted.fill(index)
    among = wanted.keys[::50]
    found = index.nearest(wanted.rows[:1], 9, among)
    assert sorted(found) == among.tolist()
    assert [*found.values()] == sorted(found.values(), reverse=True)


def test_unwanted_vectors_are_removed_when_others_move_into_cells(tmp_path):
    wanted = Wanted(240)
    index = VectorIndex(tmp_path, WIDTH, wanted.alive, **SMALL)
    wanted.fill(index, 200)
    wanted.keys, wanted.rows = wanted.keys[150:], wanted.rows[150:]
    index.add(wanted.keys[50:], wanted.rows[50:], expected=240)
    assert len(index) < 150
    assert wanted.first(index) == wanted.keys.tolist()


def test_unwanted_vectors_alone_are_not_moved_into_cells(tmp_path):
    wanted = Wanted(45)
    index = VectorIndex(tmp_path, WIDTH, lambda: wanted.keys[40:], **SMALL)
    wanted.fill(index)
    assert (index.kind, len(index)) == ("Flat", 5)


def test_a_build_that_was_stopped_goes_on_where_it_was_saved(tmp_path):
    beads = [bead(id=f"b{at}", zh=f"水{at}", en=f"fire {at}") for at in range(1500)]

    class Stopping(Topics):
        def encode(self, texts):
            if len(self.asked) > 1200:
                raise KeyboardInterrupt
            return super().encode(texts)

    encoder = Stopping()
    with pytest.raises(KeyboardInterrupt):
        SemanticSearch(FolderStore(tmp_path, *beads), encoder, batch=100, save_every=2).refresh()
    rest = Topics()
    assert SemanticSearch(FolderStore(tmp_path, *beads), rest).refresh() == 3000 - 1200
    assert not set(rest.asked) & set(encoder.asked[:1200])


def test_the_program_that_saves_second_takes_what_the_first_wrote(tmp_path):
    wanted = Wanted(60)
    one = VectorIndex(tmp_path, WIDTH, wanted.alive, **SMALL)
    two = VectorIndex(tmp_path, WIDTH, wanted.alive, **SMALL)
    wanted.fill(one)
    one.save({"a": "1"})
    two.add(wanted.keys[:1], wanted.rows[:1], expected=60)
    two.save({"a": "2"})
    assert (two.seen, len(two)) == ({"a": "1"}, 60)
    two.save({"a": "2"})
    assert VectorIndex(tmp_path, WIDTH, wanted.alive, **SMALL).seen == {"a": "2"}


def test_files_that_a_stopped_program_left_are_removed_by_the_next_that_saves(tmp_path):
    left = tmp_path / "cells-left.faiss"
    left.write_bytes(b"")
    index = VectorIndex(tmp_path, WIDTH, Wanted(0).alive)
    assert left.exists()
    index.save({})
    assert {path.name for path in tmp_path.iterdir()} == {"about.json"}


@pytest.mark.parametrize("damage", [b"", b"{", b'{"version": 2}', b'{"version": 0}', b"[]"])
def test_a_damaged_account_of_the_files_is_begun_anew(tmp_path, damage):
    wanted = Wanted(60)
    index = VectorIndex(tmp_path, WIDTH, wanted.alive, **SMALL)
    wanted.fill(index)
    index.save({"a": "1"})
    (tmp_path / "about.json").write_bytes(damage)
    again = VectorIndex(tmp_path, WIDTH, wanted.alive, **SMALL)
    assert (len(again), again.seen) == (0, {})
    wanted.fill(again)
    again.save({"a": "1"})
    again.save({"a": "1"})
    assert len(VectorIndex(tmp_path, WIDTH, wanted.alive, **SMALL)) == 60


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    near = SemanticSearch(FolderStore(blocked / "index", *BEADS), Topics()).search("water", 1)
    assert near[0].hit.bead == "water"


def test_vectors_stay_in_memory_where_they_cannot_be_written(tmp_path, caplog):
    (tmp_path / "file").write_text("not a folder")
    wanted = Wanted(250)
    index = VectorIndex(tmp_path / "file" / "index", WIDTH, wanted.alive, **SMALL)
    wanted.fill(index)
    index.save({})
    assert wanted.first(index) == wanted.keys.tolist()
    assert "the vectors stay in memory" in caplog.text
