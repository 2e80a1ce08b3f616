"""An edited workbook in a real Chromium: downloaded, corrected, brought back and taken back."""

import openpyxl
import pytest
from browser_page import rest
from review_cases import briefing

from align.corpus.review import Request, ReviewSession

pytestmark = pytest.mark.browser


def corrected(path, changes):
    book = openpyxl.load_workbook(path)
    columns = {cell.value: cell.column for cell in book.active[1]}
    for (row, name), value in changes.items():
        book.active.cell(row, columns[name]).value = value
    book.save(path)


def test_a_workbook_goes_out_and_comes_back(opened, tmp_path):
    kept, table = opened(briefing())
    page = table.page
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="XLSX", exact=True).click()
    path = tmp_path / "for-wang.xlsx"
    download.value.save_as(path)
    corrected(path, {(4, "en"): "Thank you, host.", (6, "status"): "Accepted", (7, "en"): "?"})
    session = ReviewSession(kept.store, kept.id, "bob")
    session.do(Request(f"{kept.id}-1", "reject", (session.state.rows[5].id,), seen=0))

    page.goto(table.address)
    page.get_by_role("button", name="Re-import").click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_text("2 to apply").wait_for()
    assert len(kept.log) == 1
    rest(page, ".st-key-edited_take button")  # a click while the page is drawn anew reaches nobody
    page.get_by_role("button", name="Apply 2 changes").dblclick()  # once more changes nothing
    page.get_by_text("2 changes applied, 1 row skipped.").wait_for()
    found = [(row.en_final, row.status) for row in kept.rows[2:6]]
    assert found[0] == ("Thank you, host.", "unreviewed")
    assert [status for _, status in found[1:]] == ["unreviewed", "accepted", "rejected"]
    rest(page, ".st-key-edited_undo button")  # the second click is answered, too
    page.get_by_role("button", name="Revert all changes").click()
    page.get_by_text("2 changes reverted.").wait_for()
    assert [row.id for row in kept.rows if row.status != "unreviewed"] == [kept.rows[5].id]
