"""An edited workbook in a real Chromium: downloaded, corrected, brought back and taken back."""

import openpyxl
import pytest
from browser_page import PATIENCE, serve
from review_cases import stored

from align.review import Request, ReviewSession

pytestmark = pytest.mark.browser


def corrected(path, changes):
    book = openpyxl.load_workbook(path)
    columns = {cell.value: cell.column for cell in book.active[1]}
    for (row, name), value in changes.items():
        book.active.cell(row, columns[name]).value = value
    book.save(path)


def test_a_workbook_goes_out_and_comes_back(browser, tmp_path):
    with (
        stored(tmp_path / "corpus") as store,
        serve(tmp_path / "corpus", tmp_path / "log.txt") as (address, _),
        browser.new_context() as context,
    ):
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/?briefing=water")
        page.get_by_role("button", name="Download").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="XLSX", exact=True).click()
        path = tmp_path / "for-wang.xlsx"
        download.value.save_as(path)
        corrected(path, {(4, "en"): "Thank you, host.", (6, "status"): "Accepted", (7, "en"): "?"})
        session = ReviewSession(store, "water", "bob")
        session.do(Request("t-1", "reject", (session.state.rows[5].id,), seen=0))

        page.goto(address)
        page.get_by_text("Bring an edited file back").click()
        page.locator("input[type=file]").set_input_files(path)
        page.get_by_text("2 to be decided").wait_for()
        assert len(store.history()) == 1
        page.get_by_role("button", name="Make 2 decisions").dblclick()  # once more changes nothing
        page.get_by_text("2 decisions made, 1 row left as before.").wait_for()
        found = [(row.en_final, row.status) for row in store.rows()[2:6]]
        assert found[0] == ("Thank you, host.", "unreviewed")
        assert [status for _, status in found[1:]] == ["unreviewed", "accepted", "rejected"]
        page.get_by_role("button", name="Take all of them back").click()
        page.get_by_text("2 decisions taken back.").wait_for()
        assert [row.id for row in store.rows() if row.status != "unreviewed"] == [
            store.rows()[5].id
        ]
