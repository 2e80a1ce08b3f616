"""An edited table on the page: preview, decisions, conflicts as a table, undo."""

import re

import pytest
from review_cases import stored
from streamlit.testing.v1 import AppTest

from align.corpus.exchange.run import ExportPlan, export
from align.corpus.review import Request, ReviewSession
from align.corpus.review.permissions import give_role

PAGE = "from align.apps.page.app import main\nmain()"


@pytest.fixture
def store(corpus):
    with stored(corpus) as opened:
        yield opened


def table(store, tmp_path, *pairs):
    text = export(store, ExportPlan("tsv", tmp_path / "out.tsv")).files[0].read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def page(data, name="out.tsv"):
    app = AppTest.from_string(PAGE, default_timeout=60).run()
    app.file_uploader(key="edited_file").upload(name, data)
    app.run()
    assert not app.exception
    return app


def words(app):
    kinds = ("markdown", "caption", "info", "error", "success", "warning")
    return "\n".join(str(one.value) for kind in kinds for one in app.get(kind)).replace("\\", "")


def labels(app):
    return [button.label for button in app.button]


def test_changes_are_shown_then_made_then_taken_back(store, tmp_path):
    app = page(table(store, tmp_path, ("The lake is clearer.", "Better."), ("No.", "Never.")))
    assert "**2 to apply**, 8 unchanged, 0 skipped" in words(app)
    (shown,) = app.dataframe
    assert list(shown.value["Line"]) == [6, 9]
    assert shown.value["Change"][0].endswith("→ “Better.”")
    assert store.history() == ()
    app.button(key="edited_take").click().run()
    assert "2 changes applied, 0 rows skipped." in words(app)
    assert [entry.decision.reviewer for entry in store.history()] == ["ann", "ann"]
    assert store.rows()[4].en_final == "Better."
    app.button(key="edited_undo").click().run()
    assert "2 changes reverted." in words(app)
    assert store.rows()[4].en_edit is None
    assert "Revert all changes" not in labels(app)


def test_conflicts_are_a_table_and_what_came_in_between_is_seen(store, tmp_path):
    app = page(table(store, tmp_path, ("The lake is clearer.", "Better."), ("No.", "Never.")))
    session = ReviewSession(store, "water", "bob")
    session.do(Request("t-1", "reject", (session.state.rows[4].id,), seen=0))
    app.button(key="edited_take").click().run()
    assert "1 change applied, 1 row skipped." in words(app)
    (left,) = app.dataframe
    assert list(left.value["Reason"]) == ["changed since export"]
    assert left.value["Details"][0].startswith("bob changed this row on ")
    assert left.value["Requested change"][0].startswith("rejected → unreviewed; English: ")
    assert store.rows()[4].status == "rejected"


def test_on_the_chinese_page_a_file_is_answered_in_chinese(store, tmp_path):
    data = table(store, tmp_path, ("The lake is clearer.", "Better."), ("No.", "Never."))
    data = data.replace(b"\tunreviewed\t", b"\tok\t", 1)
    session = ReviewSession(store, "water", "bob")
    session.do(Request("t-1", "reject", (session.state.rows[4].id,), seen=0))
    app = AppTest.from_string(PAGE, default_timeout=60)
    app.context["locale"] = "zh-CN"
    app.run().file_uploader(key="edited_file").upload("out.tsv", data)
    app.run()
    made, left = app.dataframe
    assert list(made.value["改动"]) == ["英文：“No.” → “Never.”"]
    why = left.value["详情"]
    assert why[0].startswith("其 status 为 'ok'；请使用以下之一")
    assert re.fullmatch("bob 在文件导出之后于 .* 修改了此句对（未审校 → 已驳回）", why[1])
    assert left.value["文件中的修改"][1].startswith("已驳回 → 未审校；英文：")


def test_a_file_that_cannot_be_read_is_said_in_one_line(store):
    app = page(b"zh\ten\n\xe6\xb0\xb4\tWater\n")
    (error,) = app.error
    told = "out.tsv: no column 'id', which identifies the bead of each row"
    assert error.value.replace("\\", "").startswith(told)


def test_another_name_in_the_file_does_not_sign(store, tmp_path):
    data = table(store, tmp_path, ("\tunreviewed\t\t", "\taccepted\twang\t"))
    app = page(data)
    app.button(key="edited_take").click().run()
    assert {row.reviewer for row in store.rows()} == {"ann"}


def test_a_reader_is_not_asked_for_a_file(store):
    give_role(store, "boss", "admin")
    give_role(store, "ann", "reader")
    app = AppTest.from_string(PAGE, default_timeout=60).run()
    assert not app.exception
    assert app.get("popover") == app.get("file_uploader") == []
