"""The counts of the word model follow the corpus: new, changed, rejected and removed briefings."""

import pytest
from bead_strategy import bead, change_bead
from beads_in_memory import MemoryStore

from align.aligner.text.word_model import training
from align.corpus.search import Concordance
from align.corpus.search.word_counts import WordCounter

ROWS = [
    ("小浪花来了。", "Splashy has come."),
    ("我爱小浪花！", "I love Splashy!"),
    ("给小浪花的信", "A letter for Splashy"),
    ("小浪花睡觉。", "Splashy is asleep."),
]


def beads(briefing, rows=ROWS, **fields):
    return [
        bead(id=f"{briefing}-{at}", briefing=briefing, zh=zh, en=en, **fields)
        for at, (zh, en) in enumerate(rows)
    ]


@pytest.fixture
def store():
    return MemoryStore(*beads("first"))


@pytest.fixture
def concordance(store):
    concordance = Concordance(store)
    concordance.refresh()
    return concordance


def test_nothing_is_counted_before_somebody_asks(concordance):
    assert concordance.words.chances() is None
    assert not concordance.words.current
    assert concordance.words.refresh() == 1
    assert concordance.words.current
    assert concordance.words.chances().rows == len(ROWS)
    assert concordance.words.refresh() == 0


def test_a_changed_text_replaces_its_counts(store, concordance):
    concordance.words.refresh()
    store.beads[1:] = [change_bead(one, en="Nothing.") for one in store.beads[1:]]
    store.state = "2"
    concordance.refresh()
    concordance.words.refresh()
    alone = Concordance(MemoryStore(*store.beads))
    alone.refresh()
    alone.words.refresh()
    assert concordance.words.total().rows == len(ROWS)
    assert set(concordance.words.total().pair) == set(alone.words.total().pair)


def test_a_verdict_that_leaves_the_texts_counts_nothing(store, concordance):
    concordance.words.refresh()
    revision = concordance.words.revision()
    store.beads[0], store.state = change_bead(store.beads[0], status="flagged"), "2"
    concordance.refresh()
    assert concordance.words.refresh() == 0
    assert concordance.words.revision() == revision


def test_a_removed_briefing_takes_its_counts_along(store, concordance):
    concordance.words.refresh()
    before = concordance.words.total()
    store.beads += beads("second", [("海洋很美。", "The sea is fine.")])
    concordance.refresh()
    concordance.words.refresh()
    assert concordance.words.total().rows == len(ROWS) + 1
    del store.beads[len(ROWS) :]
    concordance.refresh()
    concordance.words.refresh()
    after = concordance.words.total()
    assert after.rows == len(ROWS)
    found, _ = after.look_up(before.pair)
    assert found == pytest.approx(before.count, abs=0.02)


def test_rejected_rows_and_rows_without_a_side_teach_nothing():
    store = MemoryStore(*beads("first", status="rejected"), *beads("second", [("港口", "")]))
    concordance = Concordance(store)
    concordance.refresh()
    assert concordance.words.refresh() == 2
    assert concordance.words.chances().rows == 0


def test_a_corrected_row_teaches_with_its_correction(store):
    raw = [change_bead(one, en_raw=one.en, en="Surfy is here.") for one in store.beads]
    concordance = Concordance(MemoryStore(*raw))
    concordance.refresh()
    assert {en for _, en in concordance.words.rows("first")} == {"Surfy is here."}


def test_two_programs_do_not_count_the_same_briefing_twice(concordance):
    one, other = WordCounter(concordance.index), WordCounter(concordance.index)
    revision, total = one.revision(), one.total()
    assert other.refresh() == 1
    assert not one.put(revision, total, {})
    assert one.chances().rows == len(ROWS)


def test_a_count_that_was_interrupted_is_resumed(concordance, monkeypatch):
    monkeypatch.setattr(training, "BLOCK", 1)
    store = MemoryStore(*beads("first"), *beads("second"), *beads("third"))
    concordance = Concordance(store)
    concordance.refresh()
    assert concordance.words.refresh(blocks=1) == 1
    assert concordance.words.chances().rows == len(ROWS)
    seen = []
    concordance.words.refresh(lambda done, known: seen.append((done, known)))
    assert concordance.words.chances().rows == 3 * len(ROWS)
    assert concordance.words.current
    # What was counted in a corpus of a third of the size is counted again at the end.
    assert len(seen) > 2


class StopError(Exception):
    """Raised by a test to interrupt a count."""


def test_interrupted_counts_equal_those_of_one_run(monkeypatch):
    monkeypatch.setattr(training, "BLOCK", 1)
    rows = [*ROWS, ("海洋很美。", "The sea is fine.")]
    names = [f"briefing-{number:02}" for number in range(12)]
    every = [one for name in names for one in beads(name, rows)]

    def count(stop_at: tuple[int, ...]) -> WordCounter:
        concordance = Concordance(MemoryStore(*every))
        concordance.refresh()

        def stop(done: int, _known: int) -> None:
            if done in stop_at:
                raise StopError

        for _ in stop_at:
            with pytest.raises(StopError):
                concordance.words.refresh(stop)
        concordance.words.refresh()
        return concordance.words

    whole, stopped = count(()), count((10, 1, 3))
    assert stopped.chances().to_bytes() == whole.chances().to_bytes()
    assert stopped.briefings() == whole.briefings()
    assert all(
        one.to_bytes() == other.to_bytes()
        for one, other in zip(stopped.counts(names), whole.counts(names), strict=True)
    )


def test_few_counts_are_unsaved_at_a_time(monkeypatch):
    monkeypatch.setattr(training, "BLOCK", 1)
    concordance = Concordance(MemoryStore(*(one for n in range(40) for one in beads(f"b{n:02}"))))
    concordance.refresh()
    saved = []
    other = WordCounter(concordance.index)
    concordance.words.refresh(lambda *_: saved.append(other.total().rows // len(ROWS)), blocks=40)
    assert len(set(saved)) < 25
    assert all(done - one <= done / 8 for done, one in enumerate(saved, 1))
    assert other.total().rows == 40 * len(ROWS)
