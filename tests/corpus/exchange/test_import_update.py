"""An edited table comes back into its own corpus: each row that was changed is a decision."""

import csv
import datetime as dt
import json
import re
from dataclasses import replace
from itertools import count

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bead_strategy import change_bead
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from review_cases import briefing

from align.corpus.exchange.formats import FORMATS
from align.corpus.exchange.importing.update import Editor, undo_last_update, undo_update, update
from align.corpus.exchange.run import ExportPlan, export
from align.corpus.review import Request, ReviewSession
from align.corpus.review.double_review import start_double_review
from align.corpus.review.history import history_of_row, undo_stack
from align.corpus.review.permissions import assign, give_role
from align.corpus.store import Store
from align.errors import FormatError, StoreError

TABLES = ("tsv", "xlsx", "jsonl", "parquet")
ANN = Editor("ann")
_TABS = count(1)


@pytest.fixture
def store(place):
    with Store.open(place, create=True) as opened:
        opened.save(briefing(), address="https://news.example/water")
        yield opened


def written(store, path, form="tsv"):
    export(store, ExportPlan(form, path))
    return path


def cells(path):
    """Read a TSV, or any other text table, as a list of rows by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def save(path, rows, columns=None):
    names = columns or list(rows[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        plain = {"quoting": csv.QUOTE_NONE, "quotechar": None, "lineterminator": "\n"}
        table = csv.DictWriter(file, names, delimiter="\t", extrasaction="ignore", **plain)
        table.writeheader()
        table.writerows(rows)
    return path


def edited(store, tmp_path, **changes):
    """Export, change cells by row number (``r3={"en": ...}``), and give the file."""
    path = written(store, tmp_path / "out.tsv")
    rows = cells(path)
    for name, change in changes.items():
        rows[int(name[1:])] |= change
    return save(path, rows)


def decide(store, name, action, at, **more):
    session = ReviewSession(store, "water", name)
    row = session.state.rows[at].id
    return session.do(Request(f"t{next(_TABS)}-1", action, (row,), seen=session.seq, **more))


def kinds(done):
    return [row.kind for row in done.left]


def reasons(done):
    return [(one.line, one.kind, one.why) for one in done.left]


def test_a_changed_row_becomes_one_decision_with_its_author(store, tmp_path):
    path = edited(store, tmp_path, r3={"en": "Corrected.", "status": "accepted", "note": "sure?"})
    done = update(store, path, ANN)
    assert (done.rows, len(done.made), done.same, done.left) == (10, 1, 9, ())
    row = store.rows()[3]
    assert (row.en_final, row.status, row.note, row.reviewer) == (
        "Corrected.", "accepted", "sure?", "ann",
    )  # fmt: skip
    (entry,) = store.history()
    assert (entry.decision.action, entry.decision.note) == ("accept", "from out.tsv")
    says = done.made[0].says
    assert says.startswith("unreviewed → accepted; English: “")
    assert says.endswith("→ “Corrected.”; note: “sure?”")


def test_the_second_run_decides_nothing(store, tmp_path):
    path = edited(store, tmp_path, r3={"en": "Corrected."}, r5={"status": "rejected"})
    assert len(update(store, path, ANN).made) == 2
    again = update(store, path, ANN)
    assert (again.made, again.left, again.same) == ((), (), 10)
    assert len(store.history()) == 2


def test_a_dry_run_says_the_same_and_does_nothing(store, tmp_path):
    path = edited(store, tmp_path, r3={"en": "Corrected."}, r4={"zh": ""}, r5={"status": "right"})
    dry = update(store, path, ANN, dry=True)
    assert store.history() == ()
    done = update(store, path, ANN)
    assert (dry.made, dry.left) == (done.made, done.left)
    assert [one.line for one in dry.made] == [5]


@pytest.mark.parametrize("form", [*TABLES, "tmx", "xliff"])
def test_each_table_comes_back_untouched_without_a_decision(store, tmp_path, form):
    decide(store, "bob", "edit", 2, en_text="=1+1 is “two”\\n'")
    decide(store, "bob", "flag", 3, note="+ask")
    path = written(store, tmp_path / f"out{FORMATS[form].suffix}", form)
    done = update(store, path, ANN)
    assert (done.made, done.left, done.redated) == ((), (), 0)


def _edit_xlsx(path, change):
    book = openpyxl.load_workbook(path)
    sheet = book.active
    columns = {cell.value: cell.column for cell in sheet[1]}
    for (row, name), value in change.items():
        sheet.cell(row, columns[name]).value = value
    book.save(path)


def test_a_workbook_that_a_spreadsheet_saved_is_taken(store, tmp_path):
    path = written(store, tmp_path / "out.xlsx", "xlsx")
    date = dt.datetime(2031, 5, 14)
    change = {(3, "en"): " Welcome,\nall. ", (4, "status"): "Accepted ", (5, "date"): date}
    _edit_xlsx(path, change)
    done = update(store, path, ANN)
    assert [(one.line, one.action) for one in done.made] == [(3, "edit"), (4, "accept")]
    assert store.rows()[1].en_final == "Welcome, all."
    assert done.redated == 1


@pytest.mark.parametrize(
    ("name", "divider", "codec"),
    [("out.csv", ";", "utf-8-sig"), ("out.csv", ",", "utf-8"), ("out.txt", "\t", "utf-16")],
)
def test_what_a_spreadsheet_saves_as_text_is_taken(store, tmp_path, name, divider, codec):
    decide(store, "bob", "edit", 2, en_text="=1+1; or, two")
    rows = cells(edited(store, tmp_path, r3={"en": "One; two, three."}))
    with (tmp_path / name).open("w", encoding=codec, newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), delimiter=divider, lineterminator="\r\n")
        table.writeheader()
        table.writerows(rows)
    done = update(store, tmp_path / name, ANN)
    assert [(one.line, one.action) for one in done.made] == [(5, "edit")]
    assert (store.rows()[3].en_final, done.left, done.redated) == ("One; two, three.", (), 0)


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_changed_objects_are_taken(store, tmp_path, form):
    path = written(store, tmp_path / f"out.{form}", form)
    if form == "jsonl":
        objects = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    else:
        objects = pq.read_table(path).to_pylist()
    objects[2]["translation"]["en"] = "Changed."
    objects[3]["status"] = "flagged"
    if form == "jsonl":
        path.write_text("\n".join(map(json.dumps, objects)), encoding="utf-8")
    else:
        pq.write_table(pa.Table.from_pylist(objects), path)
    done = update(store, path, ANN)
    assert [one.action for one in done.made] == ["edit", "flag"]
    assert (store.rows()[2].en_final, store.rows()[3].status) == ("Changed.", "flagged")


def test_what_somebody_decided_meanwhile_is_not_overwritten(store, tmp_path):
    path = edited(store, tmp_path, r3={"en": "Ours."}, r4={"en": "Mine."}, r5={"en": "Both."})
    decide(store, "bob", "edit", 3, en_text="His.")
    decide(store, "bob", "accept", 6)  # not in question
    decide(store, "bob", "edit", 5, en_text="Both.")
    done = update(store, path, ANN)
    assert [one.line for one in done.made] == [6]
    ((line, kind, why),) = reasons(done)
    assert (line, kind) == (5, "conflict")
    assert why.startswith("bob changed this row on ")
    assert "→ “His.”) after the file was written" in why
    assert done.left[0].asked == "English: “His.” → “Ours.”"
    assert [row.en_final for row in store.rows()[3:6]] == ["His.", "Mine.", "Both."]
    assert kinds(update(store, path, ANN)) == ["conflict"]


def test_who_goes_on_in_the_same_file_brings_it_once_more(store, tmp_path):
    path = edited(store, tmp_path, r3={"en": "First."}, r4={"en": "First."})
    update(store, path, ANN)
    rows = cells(path)
    rows[3]["en"], rows[4]["en"], rows[5]["en"] = "Second.", "Second.", "First."
    save(path, rows)
    decide(store, "bob", "accept", 4)
    done = update(store, path, ANN)
    assert [one.line for one in done.made] == [5, 7]
    assert [(one.line, one.kind) for one in done.left] == [(6, "conflict")]
    assert kinds(update(store, path, Editor("cy"))) == ["conflict"]  # row 3 is as cy wants it
    rows[3]["en"] = "Third."
    save(path, rows)
    assert kinds(update(store, path, Editor("cy"))) == ["conflict", "conflict"]


def test_a_decision_that_was_taken_back_is_no_conflict(store, tmp_path):
    path = edited(store, tmp_path, r3={"en": "Ours."})
    decide(store, "bob", "accept", 3)
    session = ReviewSession(store, "water", "bob")
    session.do(Request("t0-9", "undo", seen=session.seq))
    assert len(update(store, path, ANN).made) == 1


def test_somebody_who_is_faster_by_a_moment_wins(store, tmp_path, monkeypatch):
    path = edited(store, tmp_path, r3={"en": "Ours."}, r4={"en": "Mine."})

    def meanwhile(done, total):
        if total and done == 1:
            decide(store, "bob", "reject", 4)

    done = update(store, path, ANN, progress=meanwhile)
    assert [one.line for one in done.made] == [5]
    assert reasons(done)[0][:2] == (6, "conflict")
    assert store.rows()[4].status == "rejected"


def test_a_row_that_was_merged_is_reported(store, tmp_path):
    path = edited(store, tmp_path, r4={"en": "Mine."}, r5={"status": "accepted"})
    decide(store, "bob", "merge", 3)
    done = update(store, path, ANN)
    assert [one.line for one in done.made] == [7]
    ((line, kind, why),) = reasons(done)
    assert (line, kind) == (6, "gone")
    assert why.startswith("bob turned it into other rows (merge, ")


def test_a_file_of_another_corpus_is_reported_row_by_row(store, tmp_path):
    path = edited(store, tmp_path, r4={"en": "Mine."})
    store.remove("water")
    left = [(kind, why) for _, kind, why in reasons(update(store, path, ANN))]
    assert left == [("gone", "neither this row nor its briefing is in the corpus")] * 10


def test_what_a_row_cannot_be_is_refused_and_the_rest_goes_on(store, tmp_path):
    path = edited(
        store,
        tmp_path,
        r0={"en": ""},
        r1={"status": "done"},
        r2={"status": ""},
        r3={"zh_index": "3 4"},
        r4={"briefing": "air"},
        r5={"en": "a\\u0000b"},
        r6={"reviewer": "x" * 200, "status": "accepted"},
        r7={"id": "", "en": "New."},
        r8={"en": "Taken."},
    )
    done = update(store, path, ANN)
    words = [
        *("cannot be empty", "its status is 'done'", "its status is empty", "cannot be changed"),
        *("cannot be changed", "cannot be stored", "is not a valid name", "added rows"),
    ]
    assert [(one.line, one.kind) for one in done.left] == [(n, "refused") for n in range(2, 10)]
    for one, word in zip(done.left, words, strict=True):
        assert word in one.why
    assert [one.line for one in done.made] == [10]


def test_an_id_that_stands_there_twice(store, tmp_path):
    path = written(store, tmp_path / "out.tsv")
    rows = cells(path)
    rows += [
        rows[2],
        rows[3] | {"en": "One."},
        rows[4] | {"en": "Other."},
        rows[5] | {"en": "Same."},
    ]
    rows[4] |= {"en": "Mine."}
    rows[5] |= {"en": "Same."}
    done = update(store, save(path, rows), ANN)
    assert [(one.line, one.why) for one in done.left] == [
        (6, "its id appears on lines 6, 14 with different values"),
        (14, "its id appears on lines 6, 14 with different values"),
    ]
    assert [(one.line, store.rows_by_id([one.row])[one.row].en_final) for one in done.made] == [
        (7, "Same."), (13, "One."),
    ]  # fmt: skip


def test_columns_may_be_left_out_added_and_moved(store, tmp_path):
    path = edited(store, tmp_path, r3={"en": "Corrected."}, r4={"status": "accepted"})
    rows = [{"remark": "!", **row} for row in reversed(cells(path))]
    save(path, rows, ["remark", "en", "id", "checksum", "status"])
    done = update(store, path, ANN)
    assert [one.action for one in done.made] == ["accept", "edit"]
    assert done.redated == 0


def test_rows_that_were_deleted_stay(store, tmp_path):
    path = edited(store, tmp_path, r3={"en": "Corrected."})
    save(path, cells(path)[2:5])
    done = update(store, path, ANN)
    assert (done.rows, len(done.made)) == (3, 1)
    assert len(store.rows()) == 10


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        (["zh", "en"], "no column 'id'"),
        (["id", "date"], "none of the columns"),
        ([], "no column"),
    ],
)
def test_a_file_without_what_is_needed_is_refused(store, tmp_path, columns, word):
    path = written(store, tmp_path / "out.tsv")
    save(path, cells(path), columns or ["type"])
    with pytest.raises(FormatError, match=word):
        update(store, path, ANN)


@pytest.mark.parametrize("form", ["tmx", "xliff"])
def test_a_unit_that_nobody_edited_is_no_conflict(store, tmp_path, form):
    path = written(store, tmp_path / f"out.{form}", form)
    decide(store, "bo", "flag", 0, note="ask")
    text = path.read_text(encoding="utf-8").replace("The lake is clearer.", "It is clear.")
    path.write_text(text, encoding="utf-8")
    done = update(store, path, ANN)
    assert ([(one.line, one.action) for one in done.made], done.left) == ([(5, "edit")], ())
    assert (store.rows()[0].status, store.rows()[0].note) == ("flagged", "ask")


def test_a_format_that_says_no_ids_is_refused(store, tmp_path):
    path = tmp_path / "out.srt.zh"
    path.write_text("水\n", encoding="utf-8")
    (tmp_path / "out.srt.en").write_text("Water\n", encoding="utf-8")
    with pytest.raises(FormatError, match="moses cannot update a corpus; formats that can: csv, "):
        update(store, tmp_path / "out.srt", ANN, form="moses")


@pytest.mark.parametrize("form", ["tmx", "xliff"])
def test_what_was_corrected_in_a_translation_tool_comes_back(store, tmp_path, form):
    decide(store, "bob", "flag", 3, note="ask")
    path = written(store, tmp_path / f"out{FORMATS[form].suffix}", form)
    text = path.read_text(encoding="utf-8")
    lake = "The lake is clearer."
    assert text.count(lake) == 1
    text = text.replace(lake, "The lake is &lt;clear&gt;.")
    text = text.replace(' subState="align:unreviewed"', "").replace(' subState="align:flagged"', "")
    text = text.replace('state="translated">', 'state="final">', 1)  # the first is confirmed
    path.write_text(text, encoding="utf-8")
    decide(store, "bob", "accept", 5)  # the file knows nothing of it
    done = update(store, path, ANN)
    confirmed = [(1, "accept")] if form == "xliff" else []
    assert [(one.line, one.action) for one in done.made] == [*confirmed, (5, "edit")]
    rows = store.rows()
    assert (rows[4].en_final, rows[4].reviewer) == ("The lake is <clear>.", "ann")
    assert [rows[at].status for at in (3, 5)] == ["flagged", "accepted"]
    assert (done.left, update(store, path, ANN).made) == ((), ())


def test_a_memory_of_another_tool_has_no_row_to_correct(store, tmp_path):
    path = written(store, tmp_path / "out.tmx", "tmx")
    path.write_text(re.sub("<prop.*</prop>| tuid=.[0-9a-f]*.", "", path.read_text()))
    done = update(store, path, ANN)
    assert (done.made, {why for _, _, why in reasons(done)}) == (
        (),
        {"it has no id: added rows cannot be applied"},
    )


def test_without_a_checksum_only_rows_nobody_decided_about_are_taken(store, tmp_path):
    decide(store, "bob", "accept", 2)
    path = edited(store, tmp_path, r1={"en": "New."}, r2={"en": "Newer."})
    rows = [row | {"checksum": ""} for row in cells(path)]
    save(path, rows)
    done = update(store, path, ANN)
    assert [one.line for one in done.made] == [3]
    assert [one.line for one in done.left] == [4]
    assert "has no checksum" in done.left[0].why
    assert store.rows()[2].reviewer == "bob"


def test_the_signs_of_another_table_are_no_edit(store, tmp_path):
    """A TSV that was opened in a spreadsheet and saved as a workbook, and the other way round."""
    decide(store, "bob", "edit", 2, en_text="=1+1 \\ two")
    decide(store, "bob", "edit", 3, en_text="+5 percent")
    tsv = written(store, tmp_path / "out.tsv")
    with tsv.open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file, delimiter="\t"))
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    for row in book.active.iter_rows():
        for cell in row:
            cell.data_type = "s"
    book.save(tmp_path / "saved.xlsx")
    done = update(store, tmp_path / "saved.xlsx", ANN)
    assert (done.made, done.left) == ((), ())
    _edit_xlsx(tmp_path / "saved.xlsx", {(5, "en"): "'+6 percent"})
    update(store, tmp_path / "saved.xlsx", ANN)
    assert store.rows()[3].en_final == "+6 percent"


def test_curly_quotation_marks_are_an_edit(store, tmp_path):
    decide(store, "bob", "edit", 2, en_text="It's here.")
    path = edited(store, tmp_path, r2={"en": "It’s here."})
    assert update(store, path, ANN).made[0].action == "edit"


def test_a_name_in_the_file_signs_its_row(store, tmp_path):
    decide(store, "bob", "accept", 2)
    path = edited(
        store,
        tmp_path,
        r1={"status": "accepted", "reviewer": "wang"},
        r2={"reviewer": "wang"},
    )
    done = update(store, path, ANN)
    assert [(one.action, one.reviewer) for one in done.made] == [("accept", "wang")]
    assert [row.reviewer for row in store.rows()[1:3]] == ["wang", "bob"]
    assert update(store, path, ANN).made == ()


def test_where_names_do_not_count_the_decision_is_the_editors(store, tmp_path):
    path = edited(store, tmp_path, r1={"status": "accepted", "reviewer": "wang"})
    done = update(store, path, replace(ANN, named=False))
    assert [(one.line, one.reviewer) for one in done.made] == [(3, "ann")]


def test_a_reader_and_who_is_not_assigned_decide_nothing(store, tmp_path):
    path = edited(store, tmp_path, r3={"en": "Corrected."})
    for name, role in (
        ("boss", "admin"),
        ("ann", "reader"),
        ("cy", "reviewer"),
        ("di", "reviewer"),
    ):
        give_role(store, name, role)
    assert "ann has the role reader" in update(store, path, ANN).left[0].why
    assign(store, "water", ["di"])
    done = update(store, path, Editor("cy"), dry=True)
    assert done.left[0].why == "this briefing is assigned to di; you can only read it"
    assert store.history() == ()
    assert len(update(store, path, Editor("di")).made) == 1


def test_under_a_seal_each_of_the_two_decides_alone(store, tmp_path):
    path = edited(store, tmp_path, r3={"en": "Corrected.", "status": "accepted"})
    for name, role in (("boss", "admin"), ("ann", "reviewer"), ("bob", "reviewer")):
        give_role(store, name, role)
    start_double_review(store, "water", ["ann", "bob"])
    assert "ann and bob are reviewing" in update(store, path, Editor("boss")).left[0].why
    assert len(update(store, path, ANN).made) == 1
    assert update(store, path, ANN).made == ()
    assert store.history() == ()
    assert ReviewSession(store, "water", "ann").state.rows[3].en_final == "Corrected."
    assert ReviewSession(store, "water", "bob").state.rows[3].status == "unreviewed"


def test_a_corpus_that_can_only_be_read_is_left_alone(store, tmp_path):
    path = edited(store, tmp_path, r3={"en": "Corrected."})
    store.reads_only = "it is read-only"
    with pytest.raises(StoreError, match="it is read-only"):
        update(store, path, ANN)
    assert len(update(store, path, ANN, dry=True).made) == 1


def test_one_key_or_one_call_takes_it_back(store, tmp_path):
    before = list(store.pairs())
    path = edited(store, tmp_path, r3={"en": "Corrected."}, r5={"status": "rejected"})
    done = update(store, path, ANN)
    session = ReviewSession(store, "water", "ann")
    assert len(undo_stack(session.log, "ann").done) == 2
    assert [one.decision.action for one in history_of_row(session.log, store.rows()[5].id)] == [
        "reject"
    ]
    session.do(Request("u-1", "undo", seen=session.seq))
    assert store.rows()[5].status == "unreviewed"
    count_, left = undo_update(store, done)
    assert (count_, left) == (1, ())
    assert [change_bead(pair, reviewer="") for pair in store.pairs()] == [*map(change_bead, before)]
    assert undo_update(store, done) == (0, ())


def test_the_last_update_of_a_file_is_found_in_the_history(store, tmp_path):
    path = edited(store, tmp_path, r3={"en": "One."}, r5={"status": "rejected", "reviewer": "li"})
    update(store, path, ANN)
    rows = cells(path)
    rows[7]["en"] = "Later."
    update(store, save(path, rows), ANN)
    assert undo_last_update(store, "out.tsv") == (1, ())
    assert store.rows()[7].en_edit is None
    assert undo_last_update(store, "out.tsv") == (2, ())
    with pytest.raises(FormatError, match=r"out\.tsv: no decisions from a file"):
        undo_last_update(store, "out.tsv")


def test_what_was_undone_and_made_again_is_taken_back_with_the_rest(store, tmp_path):
    done = update(store, edited(store, tmp_path, r5={"status": "rejected"}), ANN)
    session = ReviewSession(store, "water", "ann")
    session.do(Request("t-1", "undo", seen=session.seq))
    session.do(Request("t-2", "redo", seen=session.seq))
    assert undo_update(store, done) == (1, ())
    assert store.rows()[5].status == "unreviewed"


def test_a_note_that_reads_like_a_file_is_no_update(store):
    session = ReviewSession(store, "water", "ann")
    flag = Request(
        "t-1", "flag", (store.rows()[0].id,), session.seq, reason="r", note="from out.tsv"
    )
    session.do(flag)
    with pytest.raises(FormatError, match="no decisions from a file"):
        undo_last_update(store, "out.tsv")


def test_what_somebody_changed_since_is_not_taken_back(store, tmp_path):
    path = edited(store, tmp_path, r3={"en": "Corrected."}, r5={"status": "rejected"})
    done = update(store, path, ANN)
    decide(store, "bob", "accept", 3)
    count_, (left,) = undo_update(store, done)
    assert (count_, left.line, left.kind) == (1, 5, "conflict")
    assert store.rows()[3].status == "accepted"


def test_an_update_that_was_stopped_goes_on(store, tmp_path):
    path = edited(store, tmp_path, r3={"en": "One."}, r5={"en": "Two."}, r7={"en": "Three."})

    def stop(done, total):
        if total and done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update(store, path, ANN, progress=stop)
    assert len(store.history()) == 2
    assert [one.line for one in update(store, path, ANN).made] == [9]


def test_half_a_character_is_refused_wherever_it_stands(store, tmp_path):
    path = written(store, tmp_path / "out.jsonl", "jsonl")
    one, *rest = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    half = "\ud800"
    bad = [
        rest[0] | {"translation": {"zh": half, "en": "x"}},
        rest[1] | {"status": half},
        rest[2] | {"reviewer": half, "note": "x"},
        rest[3] | {"id": half, "note": "x"},
        rest[4] | {"briefing": half},
        one | {half: 1, "id": ["a\x00"], "note": 5, "briefing": "\x00"},
        one | {"translation": 7, "zh_index": {"a": 1}, "checksum": [half]},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in bad), encoding="utf-8")
    done = update(store, path, ANN)
    assert [(one.line, one.kind) for one in done.left] == [
        (1, "refused"), (2, "refused"), (3, "refused"), (4, "gone"), (5, "refused"), (6, "gone"),
    ]  # fmt: skip
    assert done.made == ()
    str(done).encode()


words = st.text("abc。水=+-'\"“” ", min_size=1, max_size=12).map(str.split).map(" ".join)
edits = st.dictionaries(
    st.integers(0, 9),
    st.fixed_dictionaries(
        {},
        optional={
            "zh": words.filter(bool),
            "en": words.filter(bool),
            "status": st.sampled_from(["accepted", "rejected", "flagged", "unreviewed"]),
            "note": words,
            "reviewer": st.sampled_from(["wang", "li"]),
        },
    ),
    max_size=4,
)


@pytest.mark.parametrize("form", ["tsv", "jsonl"])
@settings(
    deadline=None,
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=edits, second=edits)
def test_export_edit_update_export_gives_the_edited_file(tmp_path_factory, form, first, second):
    folder = tmp_path_factory.mktemp("update")
    with Store.open(folder / "corpus", create=True) as store:
        store.save(briefing(), address="https://news.example/water")
        for round_ in (first, second):
            path = written(store, folder / f"out{FORMATS[form].suffix}", form)
            wanted = _changed(path, form, round_)
            assert update(store, path, ANN).left == ()
            back = written(store, folder / f"back{FORMATS[form].suffix}", form)
            assert _read_decisions(back, form) == wanted
            assert update(store, path, ANN).made == ()


def _read_decisions(path, form):
    names = ("id", "zh", "en", "status", "note", "reviewer")
    if form == "tsv":
        rows = cells(path)
    else:
        objects = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
        rows = [one | one["translation"] for one in objects]
    return [{name: row[name] for name in names} for row in rows]


def _changed(path, form, edits):
    """Edit a file, and give what the corpus shall say then: who decides signs the row."""
    from align.corpus.exchange.formats.tsv import escape_cell

    before = _read_decisions(path, form)
    if form == "tsv":
        rows = cells(path)
        changes = {
            at: {k: escape_cell(v) for k, v in change.items()} for at, change in edits.items()
        }
        for at, change in changes.items():
            rows[at] |= change
        save(path, rows)
    else:
        changes = edits
        rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
        for at, change in edits.items():
            texts = {k: change[k] for k in ("zh", "en") if k in change}
            rows[at] |= {k: v for k, v in change.items() if k not in texts}
            rows[at]["translation"] |= texts
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    after = []
    for at, row in enumerate(before):
        new = row | changes.get(at, {})
        if new | {"reviewer": ""} == row | {"reviewer": ""}:  # nothing that is decided
            new = row
        elif new["reviewer"] == row["reviewer"]:
            new["reviewer"] = "ann"
        after.append(new)
    return after
