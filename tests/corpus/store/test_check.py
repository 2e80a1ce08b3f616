"""Integrity check and rebuilding: rows are what alignment and verdicts say, whatever happened."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from briefings import ADDRESS, BEADS, BRIEFING, page
from corpus_places import own_database, until_somebody_waits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.corpus.store import BeadRow, Decision, Store, sentence_id
from align.corpus.store.check import find_problems, rebuild
from align.corpus.store.copy import table_sum
from align.corpus.store.schema import (
    ALIGNMENT,
    BEAD,
    DOCUMENT,
    PAGE,
    PARAGRAPH,
    SENTENCE,
    VERDICT,
)
from align.corpus.store.write import lock
from align.errors import StoreError
from align.records import Alignment, Sentence, join_text

ID = BRIEFING.id
QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def judge(store: Store, at: int, status: str, op: str, **edits: object) -> BeadRow:
    row = store.rows(ID)[at]
    after = replace(row, status=status, **edits)
    return store.decide(ID, Decision(op, "ann", status), [row], [after]).after[0]


def fill(store: Store) -> None:
    """A briefing whose first row is accepted and edited, its last one rejected, and a page."""
    store.save(BRIEFING, address=ADDRESS, pages=[page(b"<p>pages</p>")])
    judge(store, 0, "accepted", "op-1", en_edit="Good day.")
    judge(store, 3, "rejected", "op-2", note="not said")


@pytest.fixture
def full(place: Path | str):
    with Store.open(place, create=True) as store:
        fill(store)
        yield store


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    """A sound corpus, to be copied: its tables are made once."""
    folder = tmp_path_factory.mktemp("sound") / "corpus"
    with Store.open(folder, create=True) as store:
        fill(store)
    return folder


@contextmanager
def copied(folder: Path) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(folder, Path(name) / "corpus")
        with Store.open(Path(name) / "corpus") as store:
            yield store


def log(store: Store) -> object:
    """The alignments and verdicts, whole."""
    with store.reading() as connection:
        return [table_sum(connection, table) for table in (ALIGNMENT, VERDICT)]


# -- decisions at random ---------------------------------------------------------------------------


def with_text(row: BeadRow, known: Mapping[str, Mapping[str, Sentence]]) -> BeadRow:
    zh, en = (
        join_text([known[language][name] for name in getattr(row, language)], language)
        for language in ("zh", "en")
    )
    return replace(row, zh_text=zh, en_text=en)


def sentences_of(store: Store) -> dict[str, dict[str, Sentence]]:
    return store.rows_with_sentences(ID)[1]


def judge_row(store: Store, data: st.DataObject, decision: Decision) -> None:
    row = data.draw(st.sampled_from(store.rows(ID)))
    after = replace(
        row,
        status=data.draw(st.sampled_from(["unreviewed", "accepted", "rejected", "flagged"])),
        en_edit=data.draw(st.sampled_from([None, "Edited."])),
        note=data.draw(st.sampled_from(["", "a note"])),
        crossing=data.draw(st.booleans()),
    )
    store.decide(ID, decision, [row], [after])


def merge_rows(store: Store, data: st.DataObject, decision: Decision) -> None:
    rows = store.rows(ID)
    at = data.draw(st.integers(0, max(len(rows) - 2, 0)))
    pair = rows[at : at + 2]
    zh, en = ([name for row in pair for name in getattr(row, side)] for side in ("zh", "en"))
    one = replace(pair[0], zh=tuple(zh), en=tuple(en), probability=None)
    store.decide(ID, decision, pair, [with_text(one, sentences_of(store))])


def split_row(store: Store, data: st.DataObject, decision: Decision) -> None:
    rows = [row for row in store.rows(ID) if len(row.zh) > 1]
    if rows:
        row = data.draw(st.sampled_from(rows))
        known = sentences_of(store)
        first = with_text(replace(row, zh=row.zh[:1]), known)
        rest = replace(row, id=decision.op, position=row.position + 0.5, zh=row.zh[1:], en=())
        store.decide(ID, decision, [row], [first, with_text(rest, known)])


def split_sentence(store: Store, data: st.DataObject, decision: Decision) -> None:
    known = sentences_of(store)
    rows = [row for row in store.rows(ID) if row.zh and len(known["zh"][row.zh[0]].text) > 1]
    if rows:
        row = data.draw(st.sampled_from(rows))
        old = known["zh"][row.zh[0]]
        at = data.draw(st.integers(1, len(old.text) - 1))
        new = [
            replace(old, text=old.text[:at], end=old.start + at),
            replace(old, text=old.text[at:], start=old.start + at),
        ]
        known["zh"].update((sentence_id(one), one) for one in new)
        after = replace(row, zh=(*map(sentence_id, new), *row.zh[1:]))
        store.decide(ID, decision, [row], [with_text(after, known)], {"zh": new})


def undo(store: Store, data: st.DataObject, decision: Decision) -> None:
    last = store.history(ID)[-1:]
    rows = {row.id: row for row in store.rows(ID)}
    if last and {row.id for row in last[0].after} <= {*rows}:
        before = [rows[row.id] for row in last[0].after]
        store.decide(ID, replace(decision, undoes=last[0].seq), before, last[0].before)


def score(store: Store, data: st.DataObject, decision: Decision) -> None:
    rows = data.draw(st.lists(st.sampled_from(store.rows(ID)), max_size=3))
    store.set_probabilities(
        ID, [replace(row, probability=data.draw(st.floats(0, 1))) for row in rows]
    )


def align_again(store: Store, data: st.DataObject, decision: Decision) -> None:
    """The aligner answers the same once more; rows that hold its beads keep their verdicts."""
    ids = {language: [sentence_id(one) for one in getattr(BRIEFING, f"{language}_sentences")]
           for language in ("zh", "en")}  # fmt: skip
    cells = {
        (tuple(ids["zh"][at] for at in bead.zh), tuple(ids["en"][at] for at in bead.en)): place
        for place, bead in enumerate(BEADS)
    }
    rows = {cells[row.zh, row.en]: row for row in store.rows(ID) if (row.zh, row.en) in cells}
    store.save(BRIEFING, address=ADDRESS, carried=rows)


STEPS = (judge_row, judge_row, merge_rows, split_row, split_sentence, undo, score, align_again)


def take_steps(store: Store, data: st.DataObject) -> None:
    for number in range(data.draw(st.integers(1, 8))):
        step = data.draw(st.sampled_from(STEPS))
        step(store, data, Decision(f"step-{number}", "bob", step.__name__))


@QUICK
@given(data=st.data())
def test_after_any_decisions_rows_are_those_that_alignment_and_verdicts_say(sound: Path, data):
    with copied(sound) as store:
        take_steps(store, data)
        rows = store.rows(ID)
        assert find_problems(store) == ()
        assert rebuild(store, ID) == 0
        with store.writing() as connection:
            connection.execute(BEAD.delete())
        rebuild(store, ID)
        assert store.rows(ID) == rows


# -- rows that are damaged -------------------------------------------------------------------------

Damage = Callable[[sa.Connection, str, st.DataObject], None]


def lose(connection: sa.Connection, row_id: str, data: st.DataObject) -> None:
    connection.execute(BEAD.delete().where(BEAD.c.id == row_id))


def double(connection: sa.Connection, row_id: str, data: st.DataObject) -> None:
    row = connection.execute(sa.select(BEAD).where(BEAD.c.id == row_id)).first()
    if row is not None:
        connection.execute(BEAD.insert().values({**row._mapping, "id": f"copy {row_id}"[:32]}))


def change(connection: sa.Connection, row_id: str, data: st.DataObject) -> None:
    values = data.draw(
        st.sampled_from(
            [
                {"zh": []},
                {"en": ["9.0-4"]},
                {"zh": ["what"]},
                {"zh_text": "别的话"},
                {"en_edit": "Not said."},
                {"status": "perhaps"},
                {"status": "flagged"},
                {"note": "nobody wrote this"},
                {"kind": "7-7"},
                {"probability": 7.0},
                {"position": 99.5},
                {"revision": 70},
                {"reviewer": "mallory"},
            ]
        )
    )
    connection.execute(BEAD.update().where(BEAD.c.id == row_id).values(**values))


def damage_json(connection: sa.Connection, row_id: str, data: st.DataObject) -> None:
    server = connection.dialect.name == "postgresql"
    value = data.draw(st.sampled_from(["7", '[{"a": 1}]', "null", '"x"', *([] if server else "{")]))
    new = "CAST(:value AS json)" if server else ":value"
    statement = sa.text(f"UPDATE bead SET zh = {new} WHERE id = :id")
    connection.execute(statement, {"value": value, "id": row_id})


def damage_rows(store: Store, data: st.DataObject) -> None:
    for row in data.draw(st.lists(st.sampled_from(store.rows(ID)), min_size=1, unique=True)):
        with store.writing() as connection:
            data.draw(st.sampled_from([lose, double, change, change, damage_json]))(
                connection, row.id, data
            )


def check_rebuilt(store: Store, data: st.DataObject) -> None:
    rows, before = store.rows(ID), log(store)
    damage_rows(store, data)
    problems = find_problems(store)
    assert all(problem.rebuild for problem in problems)
    if not problems:  # a value that was there before
        assert store.rows(ID) == rows
        return
    assert rebuild(store, ID) > 0
    assert store.rows(ID) == rows
    assert log(store) == before
    assert find_problems(store) == ()


@QUICK
@given(data=st.data())
def test_rows_that_were_damaged_come_back_after_any_decisions(sound: Path, data):
    with copied(sound) as store:
        take_steps(store, data)
        check_rebuilt(store, data)


@pytest.mark.postgres
@settings(QUICK, max_examples=3)
@given(data=st.data())
def test_rows_that_were_damaged_come_back_on_a_server(data):
    with own_database() as url, Store.open(url, create=True) as store:
        fill(store)
        take_steps(store, data)
        check_rebuilt(store, data)


def test_what_the_rebuilding_changed_is_seen_by_search_indices(full: Store):
    before = full.stamps()
    assert rebuild(full, ID) == 0
    assert full.stamps() == before
    with full.writing() as connection:
        connection.execute(BEAD.update().values(note=""))
    rebuild(full, ID)
    assert full.stamps() != before


def test_a_rebuilding_waits_for_a_decision_and_keeps_it(full: Store):
    with full.writing() as connection:
        connection.execute(BEAD.update().where(BEAD.c.position == 1.0).values(zh_text="nonsense"))
    with ThreadPoolExecutor(1) as pool:
        with full.writing() as connection:
            lock(connection, ID)
            later = pool.submit(rebuild, full, ID)
            until_somebody_waits(full)
        assert later.result() == 1
    judge(full, 1, "accepted", "op-3")
    assert find_problems(full) == ()


# -- what cannot be derived ------------------------------------------------------------------------


def tear_paragraph(connection: sa.Connection) -> None:
    connection.execute(PARAGRAPH.update().where(PARAGRAPH.c.position == 0).values(text="别的。"))


def damage_sentence(connection: sa.Connection) -> None:
    connection.execute(SENTENCE.update().where(SENTENCE.c.id == "1.0-6").values(text="x"))


def lose_sentence(connection: sa.Connection) -> None:
    connection.execute(SENTENCE.delete().where(SENTENCE.c.id == "1.0-6"))


def lose_document(connection: sa.Connection) -> None:
    connection.execute(DOCUMENT.update().where(DOCUMENT.c.language == "en").values(current=False))


def lose_alignment(connection: sa.Connection) -> None:
    connection.execute(ALIGNMENT.delete())


def damage_alignment(connection: sa.Connection) -> None:
    connection.execute(ALIGNMENT.update().values(beads=[{"id": 7}]))


def damage_verdict(connection: sa.Connection) -> None:
    connection.execute(VERDICT.update().values(after={"a": 1}))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (tear_paragraph, "its texts are damaged"),
        (damage_sentence, "its texts are damaged"),
        (lose_sentence, "its alignment or its decisions cannot be read"),
        (lose_document, "its texts are damaged"),
        (lose_alignment, "its alignment or its decisions cannot be read"),
        (damage_alignment, "its alignment or its decisions cannot be read"),
        (damage_verdict, "its alignment or its decisions cannot be read"),
    ],
)
def test_what_cannot_be_read_is_left_to_a_backup(full: Store, damage, says: str):
    with full.writing() as connection:
        damage(connection)
    (problem,) = find_problems(full)
    assert (problem.where, problem.rebuild) == (ID, False)
    assert problem.says == f"{says}; restore a backup"
    with pytest.raises(StoreError, match=f"{ID}: {says}; restore a backup"):
        rebuild(full, ID)


@pytest.mark.parametrize(
    ("beads", "says"),
    [
        (BEADS[:-1], "text of zh paragraph 2 is in no bead"),
        ((*BEADS, replace(BEADS[0], en=())), "text of zh paragraph 1 is in two beads"),
    ],
)
def test_an_alignment_that_misses_or_repeats_text_is_named(store_of, beads, says: str):
    store = store_of(replace(BRIEFING, alignment=Alignment(tuple(beads), "test|1")))
    (problem,) = find_problems(store)
    assert problem.says == f"{says}; add it again with --realign, or restore a backup"
    assert not problem.rebuild


@pytest.fixture
def store_of(tmp_path: Path):
    with Store.open(tmp_path / "corpus", create=True) as store:

        def save(briefing) -> Store:
            store.save(briefing, address=ADDRESS)
            return store

        yield save


@pytest.mark.parametrize("value", [{"body": b"x"}, {"headers": 7}, {"sha256": "0"}])
def test_a_damaged_page_is_named(full: Store, value: dict[str, object]):
    with full.writing() as connection:
        connection.execute(PAGE.update().values(**value))
    (problem,) = find_problems(full)
    assert problem.where == page(b"").url
    assert problem.says == "its stored bytes are damaged; restore a backup"


# -- the command -----------------------------------------------------------------------------------


def test_the_doctor_derives_rows_again_and_says_what_it_did(tmp_path: Path, capsys):
    from align.apps.cli.doctor import command as doctor

    corpus = tmp_path / "corpus"
    with Store.open(corpus, create=True) as store:
        fill(store)
        with store.writing() as connection:
            connection.execute(BEAD.delete().where(BEAD.c.position == 1.0))
    with pytest.raises(Exception, match="1 of"):
        doctor.main(["--corpus", str(corpus)], standalone_mode=False)
    assert "1 row differs from its alignment and decisions" in capsys.readouterr().out
    doctor.main(["--corpus", str(corpus), "--rebuild"], standalone_mode=False)
    said = capsys.readouterr().out
    assert f"{ID}: 1 row rebuilt" in said
    assert "1 briefing, no problems found" in said
