"""Copies of a corpus: between stores, backups; what arrives is what was sent."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from briefings import ADDRESS, BRIEFING, page
from corpus_places import own_database
from systems import needs_linux

from align.corpus.store import Decision, Store
from align.corpus.store.check import find_problems
from align.corpus.store.copy import backup, copy, copy_to, restore, table_sums
from align.corpus.store.schema import BEAD
from align.errors import StoreError
from align.records import Turn


def accept(store: Store, at: int = 0, op: str = "op-1"):
    row = store.rows()[at]
    decision = Decision(op, "ann", "accept")
    return store.decide(row.briefing, decision, [row], [replace(row, status="accepted")])


def fill(store: Store) -> None:
    store.save(BRIEFING, address=ADDRESS, seconds={"match": 1.5}, pages=[page(b"\xff\x00<html>")])
    accept(store)
    store.set_preference("ann", "keys", {"b": 1, "a": [2]})


@pytest.fixture
def full(place: Path | str):
    with Store.open(place, create=True) as store:
        fill(store)
        yield store


@pytest.fixture
def folder(tmp_path: Path):
    with Store.open(tmp_path / "folder", create=True) as store:
        fill(store)
        yield store


# -- from store to store -------------------------------------------------------------------------


def test_a_corpus_is_copied_whole_into_a_folder(full: Store, tmp_path: Path):
    with Store.open(tmp_path / "copy", create=True) as made:
        assert copy(full, made) == table_sums(full) == table_sums(made)
        assert made.briefing(BRIEFING.id) == full.briefing(BRIEFING.id)
        assert made.history() == full.history()
        assert [*made.pages()] == [*full.pages()]


@pytest.mark.postgres
def test_a_corpus_goes_to_the_server_and_back_unchanged(folder: Store, tmp_path: Path):
    with own_database() as url, Store.open(url, create=True) as server:
        copy(folder, server)
        with Store.open(tmp_path / "back", create=True) as back:
            copy(server, back)
            assert table_sums(back) == table_sums(folder)


@pytest.mark.postgres
def test_after_a_copy_the_server_numbers_new_rows_after_the_old_ones(folder: Store):
    with own_database() as url, Store.open(url, create=True) as server:
        copy(folder, server)
        assert accept(server, 1, "op-2").seq == folder.history()[-1].seq + 1
        server.save(replace(BRIEFING, id="other"), address="other", pages=[page(b"new")])
        assert find_problems(server) == ()


def test_a_copy_into_a_corpus_that_holds_something_is_refused(full: Store, folder: Store):
    before = table_sums(folder)
    with pytest.raises(StoreError, match="already contains a corpus"):
        copy(full, folder)
    assert table_sums(folder) == before


def test_one_changed_value_changes_the_checksum(folder: Store):
    before = table_sums(folder)
    with folder.writing() as connection:
        connection.execute(BEAD.update().where(BEAD.c.position == 1.0).values(probability=0.5))
    changed = [new.table for old, new in zip(before, table_sums(folder), strict=True) if old != new]
    assert changed == ["bead"]


def test_a_copy_that_arrives_otherwise_is_undone(folder: Store, tmp_path: Path):
    with Store.open(tmp_path / "copy", create=True) as made:
        with made.writing() as connection:
            connection.execute(
                sa.text(
                    "CREATE TRIGGER damage AFTER INSERT ON bead "
                    "BEGIN UPDATE bead SET note = 'x' WHERE id = new.id; END"
                )
            )
        with pytest.raises(StoreError, match="table bead"):
            copy(folder, made)
        assert made.briefings() == ()


# -- backups -------------------------------------------------------------------------------------


def test_a_backup_is_restored_with_every_decision(folder: Store, tmp_path: Path):
    assert backup(folder, tmp_path / "saved") == table_sums(folder)
    assert restore(tmp_path / "saved", tmp_path / "restored") == table_sums(folder)
    with Store.open(tmp_path / "restored") as store:
        assert store.history() == folder.history()


def test_a_backup_folder_is_itself_a_corpus_with_its_card(folder: Store, tmp_path: Path):
    (tmp_path / "folder" / "corpus.toml").write_text('name = "ours"\n', encoding="utf-8")
    backup(folder, tmp_path / "saved")
    with Store.open(tmp_path / "saved") as store:
        assert store.card == {"name": "ours"}
        assert find_problems(store) == ()


def test_a_backup_is_taken_while_somebody_decides(folder: Store, tmp_path: Path):
    with folder.writing() as connection:
        connection.execute(BEAD.update().values(note="half a decision"))
        backup(folder, tmp_path / "saved")
    with Store.open(tmp_path / "saved") as saved:
        assert {row.note for row in saved.rows()} == {""}
    assert {row.note for row in folder.rows()} == {"half a decision"}


def test_nothing_is_overwritten_by_a_backup(folder: Store, tmp_path: Path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "thesis.txt").write_text("x")
    with pytest.raises(StoreError, match="already exists"):
        backup(folder, tmp_path / "there")
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["thesis.txt"]


def test_a_place_where_no_backup_can_be_made_is_named(folder: Store, tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match=r"cannot be created .*; name another folder"):
        backup(folder, tmp_path / "file" / "new")
    with pytest.raises(StoreError, match="is inside the corpus folder"):
        backup(folder, tmp_path / "folder" / "saved")


def test_a_restored_folder_has_its_card_again(folder: Store, tmp_path: Path):
    (tmp_path / "folder" / "corpus.toml").write_text('name = "ours"\n', encoding="utf-8")
    backup(folder, tmp_path / "saved")
    restore(tmp_path / "saved", tmp_path / "restored")
    assert (tmp_path / "restored" / "corpus.toml").read_bytes() == b'name = "ours"\n'


def test_an_empty_folder_takes_a_backup_and_a_restored_corpus(folder: Store, tmp_path: Path):
    for name in ("saved", "restored"):
        (tmp_path / name).mkdir()
    backup(folder, tmp_path / "saved")
    assert sorted(path.name for path in (tmp_path / "saved").iterdir()) == [
        "corpus.db",
        "corpus.toml",
    ]
    assert restore(tmp_path / "saved", tmp_path / "restored") == table_sums(folder)


def test_folders_above_a_backup_are_made(folder: Store, tmp_path: Path):
    assert backup(folder, tmp_path / "deep" / "er" / "saved") == table_sums(folder)


def test_a_file_is_no_folder_to_save_or_restore_into(folder: Store, tmp_path: Path):
    (tmp_path / "file").write_text("x")
    backup(folder, tmp_path / "saved")
    with pytest.raises(StoreError, match="already exists"):
        backup(folder, tmp_path / "file")
    with pytest.raises(StoreError, match="already exists"):
        restore(tmp_path / "saved", tmp_path / "file")


def test_what_a_killed_backup_left_is_taken_away_and_no_hindrance(folder: Store, tmp_path: Path):
    left = tmp_path / "saved" / ".corpus.db.left.unfinished"
    left.mkdir(parents=True)
    (left / "corpus.db").write_bytes(b"half")
    left.with_name(f"{left.name}.lock").touch()
    backup(folder, tmp_path / "saved")
    assert not left.exists()
    (tmp_path / "new" / left.name).mkdir(parents=True)
    (tmp_path / "new" / f"{left.name}.lock").touch()
    restore(tmp_path / "saved", tmp_path / "new")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "corpus.db",
        "corpus.toml",
    ]


@needs_linux
def test_a_backup_lasts_when_it_has_its_name(
    folder: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The folder is synced after the name is in it; a power cut took the name away."""
    synced = []
    monkeypatch.setattr(
        os, "fsync", lambda handle: synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
    )
    backup(folder, tmp_path / "saved")
    assert synced[-1] == str(tmp_path / "saved")
    assert any(path.endswith((".db", ".db (deleted)")) for path in synced)


def test_of_two_backups_into_one_place_the_first_stays(folder: Store, tmp_path: Path):
    file = tmp_path / "saved" / "corpus.db"

    class Late(Store):
        """Another program makes the backup while this one copies."""

        def reading(self):
            file.write_text("of another program")
            return super().reading()

    with Late(folder.engine, folder.name) as late, pytest.raises(StoreError, match=r"corpus\.db"):
        backup(late, tmp_path / "saved")
    assert file.read_text() == "of another program"


def test_nothing_is_overwritten_by_a_restored_backup(folder: Store, tmp_path: Path):
    backup(folder, tmp_path / "saved")
    folder.close()
    with pytest.raises(StoreError, match="already exists"):
        restore(tmp_path / "saved", tmp_path / "folder")


def damage_pages(data: bytes) -> bytes:
    """Blank four pages of a database."""
    return data[: 4096 * 2] + bytes(4096 * 4) + data[4096 * 6 :]


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (damage_pages, "saved: damaged"),
        (lambda data: b"no database" * 9, "saved: cannot be copied to .*: file is not a database"),
    ],
)
def test_a_damaged_backup_is_not_restored(folder: Store, tmp_path: Path, damage, says: str):
    backup(folder, tmp_path / "saved")
    file = tmp_path / "saved" / "corpus.db"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(StoreError, match=says):
        restore(tmp_path / "saved", tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


def test_a_backup_is_not_changed_by_being_restored(folder: Store, tmp_path: Path):
    backup(folder, tmp_path / "saved")
    files = {path: path.read_bytes() for path in (tmp_path / "saved").iterdir()}
    restore(tmp_path / "saved", tmp_path / "restored")
    assert {path: path.read_bytes() for path in (tmp_path / "saved").iterdir()} == files


def test_a_place_without_a_backup_is_named(tmp_path: Path):
    with pytest.raises(StoreError, match="none: folder not found; check the name"):
        restore(tmp_path / "none", tmp_path / "restored")
    (tmp_path / "empty").mkdir()
    with pytest.raises(StoreError, match="empty: not a backup"):
        restore(tmp_path / "empty", tmp_path / "restored")


@pytest.mark.postgres
def test_for_a_corpus_on_a_server_the_way_is_said(tmp_path: Path):
    with (
        own_database() as url,
        Store.open(url, create=True) as server,
        pytest.raises(StoreError, match="pg_dump"),
    ):
        backup(server, tmp_path / "saved")


# -- characters that PostgreSQL cannot store -------------------------------------------------------

REFUSED = r"U\+0000, which no corpus can store; remove it"


def test_a_character_that_no_store_holds_is_refused_by_all_of_them(place):
    with Store.open(place, create=True) as store:
        text = replace(BRIEFING.en, turns=(Turn("A:", ("One.", "Two\0.")),))
        with pytest.raises(StoreError, match=rf"paragraph 2: the text contains {REFUSED}"):
            store.save(replace(BRIEFING, en=text), address=ADDRESS)
        assert store.briefings() == ()
        store.save(BRIEFING, address=ADDRESS)
        row = store.rows()[0]
        edited = replace(row, en_edit="a\0b")
        for decision, after in (
            (Decision("op-1", "ann", "edit"), edited),
            (Decision("op-2", "ann", "annotate", note="\0"), row),
            (Decision("op-3", "a\0", "accept"), row),
        ):
            with pytest.raises(StoreError, match=REFUSED):
                store.decide(BRIEFING.id, decision, [row], [after])
        with pytest.raises(StoreError, match=REFUSED):
            store.describe(BRIEFING.id, {"title": "\0"})
        assert store.history() == ()
        assert store.rows()[0] == row


def test_a_copy_names_the_row_with_a_character_that_cannot_be_stored(tmp_path):
    """An earlier version stored it in SQLite."""
    with Store.open(tmp_path / "full", create=True) as full:
        full.save(BRIEFING, address=ADDRESS)
        row = full.rows()[0]
        with full.writing() as connection:
            connection.execute(sa.text("UPDATE bead SET en_edit = char(97, 0, 98)"))
        with pytest.raises(StoreError, match=rf"{BRIEFING.id} bead {row.id}: .* {REFUSED}"):
            copy_to(full, str(tmp_path / "copy"))
    assert not (tmp_path / "copy").exists()


# -- copies that are stopped -----------------------------------------------------------------------


def test_a_copy_to_a_server_that_fails_leaves_no_tables(tmp_path):
    with own_database() as url, Store.open(tmp_path / "full", create=True) as full:
        full.save(BRIEFING, address=ADDRESS)
        with full.writing() as connection:
            connection.execute(sa.text("UPDATE bead SET en_edit = char(97, 0, 98)"))
        with pytest.raises(StoreError, match=REFUSED):
            copy_to(full, url)
        engine = sa.create_engine(url)
        assert sa.inspect(engine).get_table_names() == []
        engine.dispose()
        with full.writing() as connection:
            connection.execute(sa.text("UPDATE bead SET en_edit = NULL"))
        sums = copy_to(full, url)
        with Store.open(url) as copied:
            assert sums == table_sums(copied)
        with pytest.raises(StoreError, match="already contains a corpus"):
            copy_to(full, url)


def test_a_copied_folder_has_the_card_of_its_source(tmp_path):
    with Store.open(tmp_path / "full", create=True) as full:
        full.save(BRIEFING, address=ADDRESS)
        (tmp_path / "full" / "corpus.toml").write_text("licence = 'CC0'\n", "utf-8")
        copy_to(full, str(tmp_path / "copy"))
    with Store.open(tmp_path / "copy") as copied:
        assert copied.card == {"licence": "CC0"}
