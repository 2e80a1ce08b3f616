"""The store: what goes in comes out, decisions are never lost or doubled, bad corpora are named."""

import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from briefings import ADDRESS, BEADS, BRIEFING, ZH, page
from corpus_places import own_database, until_somebody_waits

from align.corpus.store import BeadRow, Decision, Store, sentence_id, write
from align.corpus.store.changes import mark_conflict
from align.corpus.store.check import find_problems
from align.corpus.store.engine import advisory_lock, make_engine
from align.corpus.store.records import document_digest
from align.corpus.store.schema import BEAD, METADATA
from align.errors import AbsentError, StoreError
from align.records import Alignment, Bead, Sentence


@pytest.fixture
def store(place: Path | str):
    with Store.open(place, create=True) as opened:
        opened.save(BRIEFING, address=ADDRESS, seconds={"match": 1.5})
        yield opened


def accept(store: Store, row: BeadRow, op: str = "op-1", reviewer: str = "ann"):
    decision = Decision(op, reviewer, "accept")
    return store.decide(BRIEFING.id, decision, [row], [replace(row, status="accepted")])


# -- in and out ----------------------------------------------------------------------------------


def test_a_briefing_comes_out_as_it_went_in(store: Store):
    assert store.briefing(BRIEFING.id) == BRIEFING
    assert store.current_documents(BRIEFING.id) == {"zh": BRIEFING.zh, "en": BRIEFING.en}


def test_a_bead_names_the_file_it_is_from_and_not_the_folders_of_the_user(place: Path | str):
    zh = replace(BRIEFING.zh, url="file:///home/ann/talks/water.html")
    with Store.open(place, create=True) as store:
        named = {"file_zh": "water.html"}
        store.save(replace(BRIEFING, zh=zh), address=ADDRESS, facts=named)
        bead = next(store.pairs())
    assert (bead.provenance.sources.zh, bead.provenance.sources.en) == (
        "water.html",
        BRIEFING.en.url,
    )


def test_the_list_counts_beads_by_status(store: Store):
    accept(store, store.rows()[0])
    (summary,) = store.briefings()
    assert (summary.beads, summary.accepted, summary.unreviewed) == (4, 1, 3)
    assert (summary.zh_title, summary.en_title) == ("虚构发布会", "A fictional briefing")
    doubts = [1 - bead.probability for bead in BEADS[1:] if bead.probability is not None]
    assert summary.expected_wrong == pytest.approx(sum(doubts), abs=0.001)


def test_beside_a_title_that_was_said_the_name_of_a_file_is_none(place: Path | str):
    one = replace(BRIEFING, zh=replace(BRIEFING.zh, title="water"))
    with Store.open(place, create=True) as store:
        store.save(one, address=ADDRESS)
        assert store.briefing(one.id).zh.title == "water"
        store.describe(one.id, {"title": "Water for all"})
        read, (summary,) = store.briefing(one.id), store.briefings()
    assert (read.zh.title, read.en.title) == ("", "Water for all")
    assert (summary.zh_title, summary.en_title) == ("", "Water for all")


def test_a_briefing_is_found_by_a_part_of_a_speakers_label(store: Store):
    assert store.find_speaker("ruoSHUI") == store.find_speaker("林若水") == {BRIEFING.id}
    assert store.find_speaker("%") == store.find_speaker("nobody") == frozenset()


def test_a_pair_joins_chinese_without_and_english_with_a_blank(store: Store):
    pairs = list(store.pairs())
    assert [pair.zh for pair in pairs][-1] == "去年产量增长3%。这是好消息。"
    assert pairs[-1].pair.index.zh == (3, 4)
    assert (pairs[0].provenance.speaker, pairs[0].provenance.role) == ("Lin Ruoshui", "chair")
    assert pairs[0].provenance.sources.en == "http://site.example/en.html"


def test_who_answers_as_a_is_named_by_the_title(place: Path | str):
    asked, answered = BRIEFING.en.turns
    turns = (replace(asked, label="Q:"), replace(answered, label="A:"))
    title = "Foreign Ministry Spokesperson Lin Ruoshui's Regular Press Conference on May 2, 2031"
    with Store.open(place, create=True) as store:
        named = replace(BRIEFING, en=replace(BRIEFING.en, title=title, turns=turns))
        store.save(named, address=ADDRESS)
        assert [pair.provenance.speaker for pair in store.pairs()] == 2 * ["Q"] + 2 * [
            "Lin Ruoshui"
        ]


def test_a_briefing_is_found_by_address_or_by_its_texts(store: Store):
    zh, en = document_digest(BRIEFING.zh), document_digest(BRIEFING.en)
    assert store.find_briefing(ADDRESS) == BRIEFING.id
    assert store.find_briefing("elsewhere", zh, en) == BRIEFING.id
    assert store.find_briefing("elsewhere", zh, zh) is None


def test_saving_again_doubles_nothing(store: Store):
    store.save(BRIEFING, address=ADDRESS)
    assert len(store.briefings()) == 1
    assert store.briefing(BRIEFING.id) == BRIEFING


def test_a_changed_text_becomes_a_new_revision_and_the_old_one_stays(store: Store):
    turn = replace(BRIEFING.en.turns[0], paragraphs=("Good day. Welcome to the briefing.",))
    changed = replace(BRIEFING.en, turns=(turn, *BRIEFING.en.turns[1:]))
    cut = (Sentence("Good day. ", 0, 0, 0, 10), Sentence("Welcome to the briefing.", 0, 0, 10, 34))
    again = replace(BRIEFING, en=changed, en_sentences=(*cut, *BRIEFING.en_sentences[2:]))
    store.save(again, address=ADDRESS)
    assert store.briefing(BRIEFING.id) == again
    with store.reading() as connection:
        texts = connection.execute(sa.text("SELECT text FROM paragraph")).scalars().all()
    assert "Good morning. Welcome to the briefing." in texts


def test_removing_a_briefing_leaves_nothing_of_it(store: Store):
    accept(store, store.rows()[0])
    store.remove(BRIEFING.id)
    assert (store.briefings(), store.rows(), store.history()) == ((), (), ())
    with pytest.raises(StoreError, match="unknown briefing"):
        store.remove(BRIEFING.id)


def test_a_briefing_that_is_not_there_is_named(store: Store):
    with pytest.raises(StoreError, match="nope: unknown briefing"):
        store.briefing("nope")


# -- pages ---------------------------------------------------------------------------------------


def test_a_page_is_stored_byte_for_byte_and_only_once(store: Store):
    first = page(b"\xff\x00<html>")
    assert store.add_pages([first, first]) == 1
    assert [*store.pages()] == [first]


def test_a_changed_page_is_a_new_version(store: Store):
    store.add_pages([page(b"one"), page(b"two")])
    assert [stored.body for stored in store.pages()] == [b"one", b"two"]


# -- decisions -----------------------------------------------------------------------------------


def test_a_decision_replaces_the_row_and_stands_in_the_history(store: Store):
    row = store.rows()[1]
    entry = accept(store, row)
    stored = store.rows_by_id([row.id])[row.id]
    assert (stored.status, stored.reviewer, stored.revision) == ("accepted", "ann", 1)
    (logged,) = store.history(BRIEFING.id)
    assert logged == entry
    assert logged.before == (row,)
    assert logged.after == (stored,)


def test_a_decision_that_arrives_twice_is_stored_once(store: Store):
    row = store.rows()[0]
    first, second = accept(store, row), accept(store, row)
    assert first == second
    assert store.history() == (first,)


def test_a_decision_on_a_row_that_somebody_changed_is_refused_by_name(store: Store):
    row = store.rows()[0]
    accept(store, row, "op-1", "ann")
    with pytest.raises(StoreError, match=r"changed by ann at \d\d:\d\d:\d\d UTC"):
        accept(store, row, "op-2", "bob")
    assert [entry.decision.reviewer for entry in store.history()] == ["ann"]


def test_a_decision_on_a_row_that_is_gone_is_refused(store: Store):
    one, two = store.rows()[:2]
    joined = replace(one, zh=one.zh + two.zh, en=one.en + two.en)
    store.decide(BRIEFING.id, Decision("op-1", "ann", "merge"), [one, two], [joined])
    with pytest.raises(StoreError, match="merged, split or moved"):
        accept(store, two, "op-2")


def test_a_split_sentence_is_part_of_the_briefing(store: Store):
    row = store.rows()[3]
    left = Sentence("Output grew by 3% last year, ", 1, 1, 11, 40)
    right = Sentence("which is good news.", 1, 1, 40, 59)
    after = [
        replace(
            row, zh=row.zh[:1], en=(sentence_id(left),), zh_text=ZH[3].clean, en_text=left.clean
        ),
        replace(
            row,
            id="new",
            position=3.5,
            zh=row.zh[1:],
            en=(sentence_id(right),),
            zh_text=ZH[4].clean,
            en_text=right.clean,
        ),
    ]
    decision = Decision("op-1", "ann", "split")
    store.decide(BRIEFING.id, decision, [row], after, {"en": [left, right]})
    now = store.briefing(BRIEFING.id)
    assert now.en_sentences == (*BRIEFING.en_sentences[:3], left, right)
    assert [bead.kind for bead in now.alignment.beads] == ["1-1"] * 5
    assert find_problems(store) == ()


def test_two_reviewers_at_once_lose_and_double_nothing(store: Store):
    rows = store.rows()
    refused: list[str] = []

    def review(name: str) -> None:
        for at, row in enumerate(rows):
            try:
                accept(store, row, f"{name}-{at}", name)
            except StoreError as error:
                refused.append(str(error))

    threads = [threading.Thread(target=review, args=(name,)) for name in ("ann", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.history()) == len(rows)
    assert len(refused) == len(rows)
    assert {row.revision for row in store.rows()} == {1}


def test_a_verdict_is_kept_when_the_briefing_is_aligned_again(store: Store):
    accept(store, store.rows()[3])
    kept = store.rows()[3]
    beads = (*BEADS[:2], Bead((2,), (2,), 0.95), BEADS[3])
    again = replace(BRIEFING, alignment=Alignment(beads, "test|2"))
    store.save(again, address=ADDRESS, carried={3: kept}, lost=[(store.rows()[0], "gone")])
    assert store.rows_by_id([kept.id])[kept.id].status == "accepted"
    (conflict,) = store.conflicts()
    assert conflict.why == "gone"
    mark_conflict(store, conflict.id, "ann", settled=True)
    assert store.conflicts() == ()


def test_all_that_was_left_on_a_row_is_kept_and_its_revision_rises_by_one(store: Store):
    row = store.rows()[3]
    left = replace(
        row, status="flagged", reason="name", note="who?", zh_edit="好。", en_edit="Good."
    )
    (kept,) = store.decide(BRIEFING.id, Decision("op-1", "ann", "flag"), [row], [left]).after
    store.save(BRIEFING, address=ADDRESS, carried={3: kept})
    now = store.rows_by_id([row.id])[row.id]
    assert now == replace(kept, revision=kept.revision + 1, changed_at=now.changed_at)
    with pytest.raises(StoreError, match="check the"):
        accept(store, kept, "op-2")


def test_a_revision_rises_above_what_is_stored_and_what_was_seen(store: Store):
    row = store.rows()[0]
    accept(store, row)
    old = replace(
        store.rows_by_id([row.id])[row.id], revision=0
    )  # an earlier state that is brought back
    decision = Decision("op-2", "ann", "restore")
    (after,) = store.decide(
        BRIEFING.id, decision, [store.rows_by_id([row.id])[row.id]], [old]
    ).after
    assert after.revision == 2


def test_a_decision_changes_the_stamp_of_its_briefing_alone(store: Store):
    store.save(replace(BRIEFING, id="other"), address="other")
    before = {one.id: one.changed_at for one in store.briefings()}
    entry = accept(store, store.rows(BRIEFING.id)[0])
    after = {one.id: one.changed_at for one in store.briefings()}
    assert after == {**before, BRIEFING.id: entry.at}


def test_a_briefing_is_dated_by_its_chinese_text_where_the_english_has_no_date(store: Store):
    undated = replace(BRIEFING, en=replace(BRIEFING.en, date=None))
    store.save(replace(undated, id="other"), address="other")
    assert {one.date for one in store.briefings()} == {BRIEFING.zh.date}


def test_preferences_are_kept_for_each_reviewer(store: Store):
    store.set_preference("ann", "keys", {"accept": "a"})
    store.set_preference("ann", "keys", {"accept": "x"})
    assert store.preference("ann", "keys") == {"accept": "x"}
    assert store.preference("bob", "keys", "none") == "none"


def test_a_setting_that_two_tabs_store_at_once_is_that_of_the_later_one(store: Store):
    with ThreadPoolExecutor(1) as pool:
        with store.writing() as connection:
            write.put_preference(connection, "ann", "keys", "first")
            later = pool.submit(store.set_preference, "ann", "keys", "second")
            until_somebody_waits(store)
        later.result()
    assert store.preference("ann", "keys") == "second"


def test_probabilities_wait_for_a_decision_and_pass_over_what_holds_other_text_by_now(
    store: Store,
):
    one, two, *_ = store.rows(BRIEFING.id)
    found = [replace(one, probability=0.25), replace(two, probability=0.75)]
    with ThreadPoolExecutor(1) as pool:
        with store.writing() as connection:
            write.lock(connection, BRIEFING.id)
            later = pool.submit(store.set_probabilities, BRIEFING.id, found)
            until_somebody_waits(store)
            moved = BEAD.update().where(BEAD.c.id == two.id)
            connection.execute(moved.values(en=[], en_text="", probability=0.5))
        later.result()
    assert [row.probability for row in store.rows(BRIEFING.id)[:2]] == [0.25, 0.5]
    store.set_probabilities("other", [replace(one, probability=1.0)])
    assert store.rows_by_id([one.id])[one.id].probability == 0.25


# -- opening -------------------------------------------------------------------------------------


def test_the_migrations_make_the_tables_that_the_code_describes(store: Store):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with store.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


@pytest.mark.parametrize("make", ["nothing", "empty folder", "folder of others", "file"])
def test_a_place_that_is_no_corpus_is_named(tmp_path: Path, make: str):
    place = tmp_path / "place"
    if make == "file":
        place.write_text("x")
    elif make != "nothing":
        place.mkdir()
    if make == "folder of others":
        (place / "thesis.docx").write_text("x")
    with pytest.raises(StoreError, match=re.escape(str(place))):
        Store.open(place)
    if make in ("file", "folder of others"):
        with pytest.raises(StoreError, match="name another one"):
            Store.open(place, create=True)


@pytest.mark.parametrize("left", ["nothing", "card", "hidden", "no tables"])
def test_what_a_killed_making_left_is_no_corpus_yet_and_made_one_by_the_next(
    tmp_path: Path, left: str
):
    """It was said to be no corpus, with the advice to name another folder."""
    place = tmp_path / "place"
    place.mkdir()
    if left == "card":
        (place / "corpus.toml").write_text('name = "ours"')
    if left == "hidden":
        (place / ".corpus.db.left.unfinished").mkdir()
        (place / ".corpus.db.left.unfinished" / "corpus.db").write_bytes(b"half")
        (place / ".corpus.db.left.unfinished.lock").touch()
    if left == "no tables":
        (place / "corpus.db").touch()
    with pytest.raises(AbsentError, match="contains no corpus yet; create one with 'align add"):
        Store.open(place)
    with Store.open(place, create=True) as store:
        assert store.briefings() == ()
        assert store.card.get("name", "place") == ("ours" if left == "card" else "place")
    names = {path.name for path in place.iterdir()} - {"corpus.db-wal", "corpus.db-shm"}
    assert names == {"corpus.db", *(["corpus.toml"] if left != "no tables" else [])}


def test_programs_that_make_one_corpus_at_once_have_one_corpus(tmp_path: Path):
    start = threading.Barrier(6)

    def add(number: int):
        start.wait(60)
        with Store.open(tmp_path / "corpus", create=True) as store:
            store.add_pages([page(f"<p>{number}</p>".encode())])

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(add, range(6))) == [None] * 6
    with Store.open(tmp_path / "corpus") as store:
        assert len(list(store.pages())) == 6


def test_any_name_of_a_folder_is_the_name_of_a_corpus(tmp_path: Path):
    for name in ('a "b" \\c', "two\nlines", "汉"):
        with Store.open(tmp_path / name, create=True) as store:
            assert store.card["name"] == name


@pytest.mark.parametrize(
    "url", ["ann:geheim@127.0.0.1:1/none", "ann@127.0.0.1:1/none?password=geheim&connect_timeout=9"]
)
def test_a_server_that_does_not_answer_is_named_without_its_password(url: str):
    url = f"postgresql+psycopg://{url}"
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/none") as caught:
        Store.open(url, create=True)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://host/db", "://"])
def test_a_url_of_another_kind_is_refused(url: str):
    with pytest.raises(StoreError, match=r"PostgreSQL URL|docs/howto/server\.md"):
        Store.open(url, create=True)


@pytest.mark.postgres
def test_an_empty_database_is_no_corpus_until_one_is_made_in_it():
    with own_database() as url, pytest.raises(AbsentError, match="contains no corpus yet"):
        Store.open(url)


def test_a_file_of_another_program_is_no_corpus_and_gets_no_tables(tmp_path: Path):
    file = tmp_path / "corpus.db"
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("CREATE TABLE theirs (n INTEGER)")
    with pytest.raises(StoreError, match="contains no corpus"):
        Store.open(tmp_path)
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_a_database_that_is_none_is_named(tmp_path: Path):
    place = tmp_path / "place"
    place.mkdir()
    (place / "corpus.db").write_bytes(b"not a database, but long enough to look at " * 40)
    with pytest.raises(StoreError, match="damaged or not a database"):
        Store.open(place)


@pytest.fixture
def folder_store(tmp_path: Path):
    with Store.open(tmp_path / "corpus", create=True) as opened:
        opened.save(BRIEFING, address=ADDRESS)
        yield opened


def test_a_full_disk_is_said_and_nothing_is_half_written(folder_store: Store):
    store = folder_store

    def small_disk(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 4}")

    store.engine.dispose()
    sa.event.listen(store.engine, "connect", small_disk)
    with pytest.raises(StoreError, match="disk is full"):
        store.save(replace(BRIEFING, id="other"), address="b", pages=[page(b"x" * 10**6)])
    assert [summary.id for summary in store.briefings()] == [BRIEFING.id]
    assert [*store.pages()] == []


def test_a_locked_corpus_is_said(folder_store: Store, tmp_path: Path):
    store = folder_store

    def impatient(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=10")

    store.close()
    sa.event.listen(store.engine, "connect", impatient)
    other = sqlite3.connect(tmp_path / "corpus" / "corpus.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreError, match="kept the corpus locked"):
            store.add_pages([page(b"x")])
    finally:
        other.close()


@pytest.mark.postgres
def test_of_two_programs_that_make_one_corpus_on_a_server_the_second_finds_it_made():
    with (
        own_database() as url,
        ThreadPoolExecutor(1) as pool,
        Store(make_engine(sa.make_url(url)), "first") as first,
    ):
        with first.writing() as connection:
            advisory_lock(connection, "schema")
            later = pool.submit(Store.open, url, create=True)
            until_somebody_waits(first)
        with later.result() as second:
            assert second.briefings() == ()


def test_the_same_input_has_the_same_ids_in_every_corpus(tmp_path: Path):
    ids = []
    for name in ("one", "two"):
        with Store.open(tmp_path / name, create=True) as store:
            store.save(BRIEFING, address=ADDRESS)
            ids.append([row.id for row in store.rows()])
    assert ids[0] == ids[1]
    assert len({*ids[0]}) == len(ids[0])


def test_a_second_alignment_gives_new_ids_and_carried_rows_keep_theirs(store: Store):
    before = store.rows()
    store.save(BRIEFING, address=ADDRESS, carried={0: before[0]})
    after = store.rows()
    assert after[0].id == before[0].id
    assert not {row.id for row in after[1:]} & {row.id for row in before}


def test_an_id_that_another_briefing_has_is_not_given_again(store: Store):
    rows = store.rows()
    other = replace(BRIEFING, id="imported")
    store.remove(BRIEFING.id)
    kept = {at: replace(row, briefing="imported") for at, row in enumerate(rows)}
    store.save(other, address="import:imported", carried=kept)
    store.save(BRIEFING, address=ADDRESS)
    ids = [row.id for row in store.rows()]
    assert len({*ids}) == len(ids) == 2 * len(rows)
