"""Search by meaning, with an encoder of a few words whose answers are known."""

from dataclasses import replace

import numpy as np
import pytest
from bead_strategy import bead
from test_search import Shelf

from align.errors import AlignError
from align.search import Where
from align.search.meaning import Meaning
from align.search.meaning_index import Limits, VectorIndex, cells_for, probes

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


class Kept(Shelf):
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
    near = Meaning(Shelf(*BEADS), Topics()).search(query)
    assert near[0].hit.bead == first
    assert near[0].similarity == pytest.approx(1.0, abs=0.01)
    assert len({found.hit.bead for found in near}) == len(near) == 4


def test_the_side_that_may_be_near_can_be_chosen():
    near = Meaning(Shelf(*BEADS), Topics()).search("port", sides="zh")
    assert [found.side for found in near] == ["zh"] * 3
    assert near[0].hit.bead == "port"


def test_conditions_narrow_the_beads():
    meaning = Meaning(Shelf(*BEADS), Topics())
    near = meaning.search("water", where=Where(statuses=("unreviewed",)))
    assert [found.hit.bead for found in near] == ["fire"]


def test_only_new_texts_are_encoded(tmp_path):
    encoder, shelf = Topics(), Kept(tmp_path, *BEADS)
    meaning = Meaning(shelf, encoder)
    assert meaning.refresh() == 7
    encoder.asked.clear()
    shelf.beads[0] = replace(shelf.beads[0], en="Fire!", status="flagged")
    shelf.state = "2"
    assert (meaning.refresh(), encoder.asked) == (1, ["Fire!"])
    assert {near.hit.bead for near in meaning.search("fire", 2)} == {"fire", "water"}


def test_the_index_of_an_earlier_run_is_used_again(tmp_path):
    Meaning(Kept(tmp_path, *BEADS), Topics()).refresh()
    encoder = Topics()
    near = Meaning(Kept(tmp_path, *BEADS), encoder).search("port", 1)
    assert encoder.asked == ["port"]
    assert near[0].hit.bead in {"port", "added"}


def test_a_damaged_index_is_built_anew(tmp_path):
    Meaning(Kept(tmp_path, *BEADS), Topics()).refresh()
    (file,) = tmp_path.glob("*/loose-*.faiss")
    file.write_bytes(b"damaged")
    assert Meaning(Kept(tmp_path, *BEADS), Topics()).search("水", 1)[0].hit.bead == "water"


def test_a_blank_query_is_refused():
    with pytest.raises(AlignError, match="the query is empty"):
        Meaning(Shelf(*BEADS), Topics()).search("  ")


def test_an_empty_corpus_has_nothing_near():
    assert Meaning(Shelf(), Topics()).search("water") == ()


def test_a_large_corpus_gets_an_index_with_cells():
    beads = [
        bead(
            id=f"b{at}",
            zh=f"{'水火港'[at % 3]}{at}",
            en=f"{('water', 'fire', 'port')[at % 3]} {at}",
        )
        for at in range(60)
    ]
    meaning = Meaning(Shelf(*beads), Topics(), limits=Limits(exact=50, part=200, cells=2))
    found = meaning.search("fire", 5)
    assert {int(near.hit.bead[1:]) % 3 for near in found} == {1}


def test_cells_and_probes_grow_with_the_corpus():
    assert [cells_for(n) for n in (60_000, 400_000, 10**9)] == [1024, 2048, 4096]
    assert (probes(2), probes(1024), probes(4096)) == (2, 32, 128)
