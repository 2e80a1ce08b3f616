"""Faults planted into a corpus: the doctor finds each, and mends all but those that it names.

Whatever was broken, the history stays as it was, byte for byte.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from briefings import ADDRESS, BRIEFING, page
from corpus_places import own_database, place, until_somebody_waits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align import encoders
from align.errors import StoreError
from align.ingest.documents import from_files
from align.pipeline import add
from align.records import Alignment, Bead
from align.review import Request, ReviewSession
from align.store import BeadRow, Decision, Store
from align.store.check import find_problems
from align.store.copy import table_sum
from align.store.repair import repair
from align.store.schema import (
    ALIGNMENT,
    BEAD,
    CONFLICT,
    DOCUMENT,
    PAGE,
    PARAGRAPH,
    SENTENCE,
    TURN,
    VERDICT,
)
from align.store.write import lock

__all__ = ["place"]  # a fixture

LONG = replace(
    BRIEFING,
    alignment=Alignment(
        (
            Bead((0,), (0,), 0.99),
            Bead((1,), (1,), 0.97),
            Bead((2,), (2,), 0.9),
            Bead((3,), (3,), 0.6),
            Bead((4,), (), 0.4),
        ),
        "test|1",
    ),
)


def judge(store: Store, at: int, status: str, op: str, **given: object) -> BeadRow:
    row = store.rows(LONG.id)[at]
    decision = Decision(op, "ann", status)
    after = replace(row, status=status, **given)
    return store.decide(LONG.id, decision, [row], [after]).after[0]


def fill(store: Store) -> None:
    """A briefing whose first row is accepted and edited, its last one rejected, and a page."""
    store.save(LONG, address=ADDRESS, pages=[page(b"<p>pages</p>")])
    judge(store, 0, "accepted", "op-1", en_edit="Good day.")
    judge(store, 4, "rejected", "op-2", note="not said")


@pytest.fixture
def full(place: Path | str):
    with Store.open(place, create=True) as store:
        fill(store)
        yield store


def history(store: Store) -> object:
    """What the verdicts are, whole."""
    with store.reading() as connection:
        return table_sum(connection, VERDICT)


# -- the faults ----------------------------------------------------------------------------------

Plant = Callable[[sa.Connection, st.DataObject], None]


@dataclass(frozen=True)
class Fault:
    """Something to break, what the doctor says of it, and whether it can be mended."""

    plant: Plant
    says: str
    mended: bool = True
    sqlite_only: bool = False


def rows(connection: sa.Connection) -> list[sa.Row]:
    return list(connection.execute(sa.select(BEAD).order_by(BEAD.c.position, BEAD.c.id)))


def any_row(connection: sa.Connection, data: st.DataObject) -> sa.Row:
    found = rows(connection)
    return found[data.draw(st.integers(0, len(found) - 1))]


def change(connection: sa.Connection, row: sa.Row, **values: object) -> None:
    connection.execute(BEAD.update().where(BEAD.c.id == row.id).values(**values))


def lose_row(connection, data):
    connection.execute(BEAD.delete().where(BEAD.c.id == any_row(connection, data).id))


def empty_cell(connection, data):
    zh = data.draw(st.booleans())
    full = [row for row in rows(connection) if (row.zh if zh else row.en)]
    row = full[data.draw(st.integers(0, len(full) - 1))]
    change(connection, row, **({"zh": []} if zh else {"en": []}))


def double_sentence(connection, data):
    """An undecided row takes the text of another one as well."""
    one, two = rows(connection)[1], rows(connection)[data.draw(st.sampled_from([0, 2, 3]))]
    change(connection, one, zh=[*one.zh, *two.zh])


def same_twice(connection, data):
    row = rows(connection)[data.draw(st.integers(0, 3))]
    change(connection, row, zh=[*row.zh, *row.zh])


def copied_row(connection, data):
    row = any_row(connection, data)
    values = {**row._mapping, "id": "copy", "status": "unreviewed"}
    connection.execute(BEAD.insert().values(values))


def unknown_sentence(connection, data):
    name = data.draw(st.sampled_from(["9.0-4", "0.0-99", "what", "1.7-3", ""]))
    change(connection, any_row(connection, data), en=[name])


def lose_sentence(connection, data):
    names = [row.id for row in connection.execute(sa.select(SENTENCE.c.id).distinct())]
    name = data.draw(st.sampled_from(sorted(names)))
    connection.execute(SENTENCE.delete().where(SENTENCE.c.id == name))


def damage_sentence(connection, data):
    value = data.draw(st.sampled_from([{"text": "x"}, {"start": 1}, {"turn": 7}, {"paragraph": 5}]))
    connection.execute(SENTENCE.update().where(SENTENCE.c.id == "1.0-6").values(**value))


def damage_text(connection, data):
    change(connection, any_row(connection, data), zh_text="别的话")


def damage_kind(connection, data):
    change(connection, any_row(connection, data), kind="7-7")


def damage_status(connection, data):
    change(connection, any_row(connection, data), status="perhaps")


def damage_probability(connection, data):
    value = data.draw(st.sampled_from([-0.5, 1.5, 7.0]))
    change(connection, any_row(connection, data), probability=value)


def forget_decision(connection, data):
    row = rows(connection)[data.draw(st.sampled_from([0, -1]))]
    change(connection, row, status="unreviewed", en_edit=None, note="")


def damage_json(connection, data):
    name = data.draw(st.sampled_from(["zh", "en"]))
    value = data.draw(st.sampled_from(["{", "7", '[{"a": 1}]', "null", '"x"']))
    if connection.dialect.name == "postgresql" and value == "{":
        value = "7"
    row = any_row(connection, data)
    statement = sa.text(f"UPDATE bead SET {name} = :value WHERE id = :id")
    if connection.dialect.name == "postgresql":
        statement = sa.text(f"UPDATE bead SET {name} = CAST(:value AS json) WHERE id = :id")
    connection.execute(statement, {"value": value, "id": row.id})


def shuffle_rows(connection, data):
    found = rows(connection)
    order = data.draw(
        st.permutations(range(len(found))).filter(lambda one: one[:4] != sorted(one)[:4])
    )
    for row, position in zip(found, order, strict=True):
        change(connection, row, position=float(position))


def same_place(connection, data):
    one, two, *_ = rows(connection)
    change(connection, two, position=one.position)


def two_current_documents(connection, data):
    language = data.draw(st.sampled_from(["zh", "en"]))
    old = connection.execute(sa.select(DOCUMENT).where(DOCUMENT.c.language == language)).first()
    values = {**old._mapping, "id": 99, "revision": 0, "digest": "x"}
    connection.execute(DOCUMENT.insert().values(values))


def no_current_document(connection, data):
    connection.execute(DOCUMENT.update().where(DOCUMENT.c.language == "en").values(current=False))


def no_current_alignment(connection, data):
    if data.draw(st.booleans()):
        connection.execute(ALIGNMENT.delete())
    else:
        connection.execute(ALIGNMENT.update().values(current=False))


def damage_alignment(connection, data):
    value = data.draw(st.sampled_from([7, {"a": 1}, [["x"]], [[1, 2, "much"]]]))
    connection.execute(ALIGNMENT.update().values(beads=value))


def damage_page(connection, data):
    value = data.draw(st.sampled_from([{"body": b"x"}, {"headers": 7}, {"sha256": "0"}]))
    connection.execute(PAGE.update().values(**value))


def lose_document(connection, data):
    connection.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
    document = connection.execute(sa.select(DOCUMENT.c.id)).scalar()
    for table in (TURN, PARAGRAPH, SENTENCE):
        connection.execute(table.delete().where(table.c.document_id == document))
    connection.execute(DOCUMENT.delete().where(DOCUMENT.c.id == document))


def tear_paragraph(connection, data):
    text = data.draw(st.sampled_from(["别的。", "各位好！欢迎参加发布会。", ""]))
    chosen = (PARAGRAPH.c.document_id == 1) & (PARAGRAPH.c.position == 0)
    connection.execute(PARAGRAPH.update().where(chosen).values(text=text))


def damage_paragraph(connection, data):
    connection.execute(SENTENCE.update().where(SENTENCE.c.id == "0.0-4").values(text="四个字。"))
    text = data.draw(st.sampled_from(["别的。", "各位好！欢迎参加发布会。", ""]))
    chosen = (PARAGRAPH.c.document_id == 1) & (PARAGRAPH.c.position == 0)
    connection.execute(PARAGRAPH.update().where(chosen).values(text=text))


def damage_conflict(connection, data):
    at = sa.func.now()
    values = {"briefing_id": LONG.id, "bead": {"a": 1}, "why": "x", "at": at, "settled": False}
    connection.execute(CONFLICT.insert().values(**values))


FAULTS: Mapping[str, Fault] = {
    "a row is lost": Fault(lose_row, "stands in no bead"),
    "text falls out of a row": Fault(empty_cell, "stands in no bead"),
    "text stands in two rows": Fault(double_sentence, "stands twice"),
    "text stands twice in a row": Fault(same_twice, "text twice"),
    "a row is there twice": Fault(copied_row, "stands twice"),
    "a row names what is not there": Fault(unknown_sentence, "no such sentence"),
    "a sentence is lost": Fault(lose_sentence, "no such sentence"),
    "a sentence is damaged": Fault(damage_sentence, "does not fit its paragraph"),
    "a row's text is damaged": Fault(damage_text, "text is not that of its sentences"),
    "a row's kind is damaged": Fault(damage_kind, "its kind is another"),
    "a row's status is damaged": Fault(damage_status, "its status is none|last verdict"),
    "a row's probability is damaged": Fault(damage_probability, "its probability is none"),
    "a decision is not on its row": Fault(forget_decision, "not what its last verdict left"),
    "a row cannot be read": Fault(damage_json, "cannot be read|no such sentence"),
    "rows out of order": Fault(shuffle_rows, "order of the text"),
    "two rows at one place": Fault(same_place, "order of the text"),
    "two documents are current": Fault(two_current_documents, "2 .. documents are current"),
    "no document is current": Fault(no_current_document, "none of its en documents"),
    "no alignment is current": Fault(no_current_alignment, "of its alignments current"),
    "the aligner's answer is damaged": Fault(damage_alignment, "aligner answered cannot be read"),
    "a page is damaged": Fault(damage_page, "stored bytes are damaged"),
    "a document is gone": Fault(lose_document, "text is gone", mended=False, sqlite_only=True),
    "a paragraph is damaged": Fault(tear_paragraph, "paragraph 1 is damaged"),
    "a text is damaged": Fault(damage_paragraph, "not the one that was stored", mended=False),
    "a waiting decision is damaged": Fault(damage_conflict, "conflict 1", mended=False),
}


def mended(names: list[str]) -> bool:
    """Whether all of these can be mended: a paragraph is, by its sentences, if they are there."""
    torn = {"a paragraph is damaged"} <= {*names}
    sentences = {"a sentence is lost", "a sentence is damaged"} & {*names}
    return all(FAULTS[name].mended for name in names) and not (torn and sentences)


def found(store: Store, pattern: str) -> bool:
    return any(
        re.search(pattern, problem.says) or problem.where == pattern
        for problem in find_problems(store)
    )


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    """A sound corpus, to be copied: its tables are made once."""
    folder = tmp_path_factory.mktemp("sound") / "corpus"
    with Store.open(folder, create=True) as store:
        fill(store)
    return folder


@contextmanager
def copied(folder: Path):
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(folder, Path(name) / "corpus")
        with Store.open(Path(name) / "corpus") as store:
            yield store


QUICK = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize("name", FAULTS)
@settings(QUICK, max_examples=4)
@given(data=st.data())
def test_each_fault_is_found_and_mended_or_named(name: str, sound: Path, data):
    fault = FAULTS[name]
    with copied(sound) as store:
        assert find_problems(store) == ()
        before = history(store)
        with store.writing() as connection:
            fault.plant(connection, data)
        assert found(store, fault.says), find_problems(store)
        repair(store)
        left = find_problems(store)
        assert [one for one in left if one.mended] == []
        assert bool(left) != fault.mended
        assert history(store) == before


@pytest.mark.postgres
@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if not fault.sqlite_only])
@settings(QUICK, max_examples=1)
@given(data=st.data())
def test_each_fault_is_found_and_mended_on_a_server(name: str, data):
    fault = FAULTS[name]
    with own_database() as url, Store.open(url, create=True) as store:
        fill(store)
        before = history(store)
        with store.writing() as connection:
            fault.plant(connection, data)
        assert found(store, fault.says), find_problems(store)
        repair(store)
        left = find_problems(store)
        assert [one for one in left if one.mended] == []
        assert bool(left) != fault.mended
        assert history(store) == before


@settings(QUICK, max_examples=40)
@given(data=st.data())
def test_any_faults_together_are_found_and_mended(sound: Path, data):
    """After a repair nothing is wrong but what was declared to be beyond repair."""
    names = data.draw(
        st.lists(st.sampled_from(sorted(FAULTS)), min_size=2, max_size=5, unique=True)
    )
    with copied(sound) as store:
        before = history(store)
        planted = 0
        for name in names:
            try:
                with store.writing() as connection:
                    FAULTS[name].plant(connection, data)
                planted += 1
            except (StoreError, LookupError, ValueError, TypeError, AttributeError):
                continue  # one fault made the other impossible
        assert find_problems(store) or not planted
        repair(store)
        left = find_problems(store)
        assert [one for one in left if one.mended] == [], names
        assert history(store) == before
        assert left == () or not mended(names)
        assert repair(store) == ()


# -- what is kept, and what is left to people ------------------------------------------------------


def accepted(store: Store, at: int, op: str) -> BeadRow:
    return judge(store, at, "accepted", op)


def test_of_two_rows_the_decided_one_keeps_the_text(full: Store):
    before = full.rows()
    with full.writing() as connection:  # an undecided row takes the text of the accepted one
        change(connection, before[1], zh=[*before[0].zh, *before[1].zh])
    repair(full)
    after = full.rows()
    assert find_problems(full) == ()
    assert after[0] == before[0]
    assert [(row.zh, row.en) for row in after] == [(row.zh, row.en) for row in before]
    assert after[1].status == "unreviewed"


def test_a_repair_waits_for_a_decision_and_mends_what_it_left(full: Store):
    one, two, *_ = full.rows()
    with full.writing() as connection:
        change(connection, two, zh_text="nonsense")
    with ThreadPoolExecutor(1) as pool:
        with full.writing() as connection:
            lock(connection, LONG.id)
            later = pool.submit(repair, full)
            until_somebody_waits(full)
            change(connection, one, zh_text="nonsense")
        assert len(later.result()) == 2
    assert find_problems(full) == ()
    assert full.rows()[:2] == (one, two)


def test_of_two_undecided_rows_the_aligners_own_keeps_the_text(full: Store):
    before = full.rows()
    with full.writing() as connection:
        change(connection, before[1], zh=[*before[1].zh, *before[2].zh])
    repair(full)
    assert full.rows()[2] == before[2]
    assert [(row.zh, row.en) for row in full.rows()] == [(row.zh, row.en) for row in before]


def test_what_somebody_wrote_on_a_row_that_has_to_go_waits_to_be_carried_over(full: Store):
    before = full.rows()
    judge(full, 2, "unreviewed", "op-3", note="thanks", en_edit="Thanks.")
    with full.writing() as connection:
        row = full.rows()[2]
        change(connection, row, zh=[*before[0].zh, *row.zh], revision=row.revision + 1)
    repair(full)
    (waiting,) = full.conflicts()
    assert (waiting.bead.note, waiting.bead.en_edit) == ("thanks", "Thanks.")
    assert "stands in another row" in waiting.why
    assert find_problems(full) == ()


def test_a_lost_row_comes_back_as_it_was_decided(full: Store):
    before = full.rows()
    with full.writing() as connection:
        connection.execute(BEAD.delete())
    repair(full)
    after = full.rows()
    assert (after[0], after[4]) == (before[0], before[4])
    assert [(row.zh, row.en) for row in after] == [(row.zh, row.en) for row in before]


def test_a_lost_row_whose_text_a_decided_row_holds_by_now_does_not_come_back(full: Store):
    gone = full.rows()[0]
    row = accepted(full, 1, "op-3")
    with full.writing() as connection:
        connection.execute(BEAD.delete().where(BEAD.c.id == gone.id))
        names = [*gone.zh, *row.zh]
        change(
            connection, row, zh=names, zh_text="各位好。欢迎参加发布会。", kind="2-1", revision=9
        )
    repair(full)
    assert find_problems(full) == ()
    assert gone.id not in {one.id for one in full.rows()}
    assert [(one.kind, one.en) for one in full.rows()[:2]] == [("0-1", gone.en), ("2-1", row.en)]


def test_two_decided_rows_over_one_text_are_named_and_settled_in_the_page(full: Store):
    """Both operations are named; one is opened again in the page, and the doctor does the rest."""
    row = accepted(full, 1, "op-3")
    with full.writing() as connection:
        names = [*full.rows()[0].zh, *row.zh]
        change(
            connection, row, zh=names, zh_text="各位好。欢迎参加发布会。", kind="2-1", revision=9
        )
    (problem,) = find_problems(full)
    assert not problem.mended
    assert "accepted by ann, verdict 1" in problem.says
    assert "verdict 3" in problem.says
    assert "open the wrong one again" in problem.says
    assert repair(full) == ()
    assert find_problems(full) == (problem,)
    session = ReviewSession(full, LONG.id, "ann")
    session.do(Request("t-1", "reopen", (row.id,), seen=session.seq))
    repair(full)
    assert find_problems(full) == ()
    assert [row.kind for row in full.rows()] == ["1-1", "1-1", "1-1", "1-1", "1-0"]
    assert full.rows()[0].status == "accepted"
    assert len(full.history()) == 4


def test_two_decided_rows_that_cross_are_named(full: Store):
    rows_ = [accepted(full, 1, "op-3"), accepted(full, 2, "op-4")]
    with full.writing() as connection:
        one, two = rows_
        change(connection, one, en=list(two.en), en_text=two.en_text, revision=9)
        change(connection, two, en=list(one.en), en_text=one.en_text, revision=9)
    (problem,) = find_problems(full)
    assert "two decided rows cross" in problem.says
    assert not problem.mended
    assert repair(full) == ()


def test_rows_that_stand_where_they_should_keep_their_places(full: Store):
    before = full.rows()
    with full.writing() as connection:
        change(connection, before[1], position=7.0)
        change(connection, before[2], position=2.5)
    repair(full)
    after = full.rows()
    assert [row.id for row in after] == [row.id for row in before]
    assert [row.position for row in after] == [0.0, 1.25, 2.5, 3.0, 4.0]


def test_undo_goes_on_after_a_repair(full: Store):
    with full.writing() as connection:
        change(connection, full.rows()[4], status="unreviewed", position=-3.0)
    repair(full)
    session = ReviewSession(full, LONG.id, "ann")
    session.do(Request("t-1", "undo"))
    session.do(Request("t-2", "undo"))
    assert {row.status for row in full.rows()} == {"unreviewed"}
    assert find_problems(full) == ()


def test_a_text_that_was_damaged_is_taken_in_anew_with_its_decisions(tmp_path: Path):
    """What cannot be mended is healed by adding the briefing again: its verdicts move along."""
    zh, en = tmp_path / "b.zh.txt", tmp_path / "b.en.txt"
    zh.write_text("大家好。\n去年果园的产量是三千吨。\n谢谢。\n", encoding="utf-8")
    en.write_text(
        "Hello, everyone.\nThe orchard's output was 3,000 tonnes last year.\nThank you.\n",
        encoding="utf-8",
    )
    pair, model = from_files([zh, en], max_bytes=10**6), encoders.load()
    with Store.open(tmp_path / "corpus", create=True) as store:
        name = add(store, pair, model).id
        row = store.rows(name)[0]
        decision = Decision("op-1", "ann", "accept")
        store.decide(name, decision, [row], [replace(row, status="accepted")])
        with store.writing() as connection:
            for table in (PARAGRAPH, SENTENCE):
                where = table.c.text.like("%果园%")
                connection.execute(table.update().where(where).values(text="去年"))
        (problem,) = find_problems(store)
        assert "add the briefing again" in problem.says
        (done,) = repair(store)
        assert "stored anew" in done.says
        assert add(store, pair, model).state == "changed"
        assert find_problems(store) == ()
        assert store.rows(name)[0].status == "accepted"
