"""Numbers and dates of workbooks are read as a spreadsheet shows them."""

import datetime as dt
import zipfile

import openpyxl
import pytest

from align.sources import readers
from align.sources.readers.number_formats import show_value

DAY = dt.datetime(2031, 3, 6)
NOON = dt.datetime(2031, 3, 6, 14, 5)


@pytest.mark.parametrize(
    ("number", "form", "shown"),
    [
        (0.08, "0%", "8%"),
        (0.0825, "0.0%", "8.3%"),  # halves are rounded up, as in a spreadsheet
        (3.25, "0.0_ ", "3.3"),
        (1234567, "#,##0", "1,234,567"),
        (-1234.5, "#,##0.00;[Red](#,##0.00)", "(1,234.50)"),
        (-0.08, "0%", "-8%"),
        (0, '0;-0;"none"', "none"),
        (7, "000", "007"),
        (2.5, "0.##", "2.5"),
        (12, '0"亿元"', "12亿元"),
        (5, '"第"0"号"', "第5号"),
        (12.5, 'General"万人"', "12.5万人"),
        (99, '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', "¥99.00"),
        (99, "[$€-407]0", "€99"),
        (8.0, "General", "8"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567, "0.00E+00", "1234567"),  # not supported: written in full
        (12345678, "0.0,,", "12345678"),
        (0.5, "# ?/?", "0.5"),
        (5, "[>3]0", "5"),
        (1e300, "0%", "1E+300"),
        (5, '"' * 1000 + ";" * 1000, "5"),
    ],
)
def test_a_number_is_shown_in_its_format(number, form, shown):
    assert show_value(number, form) == shown


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (DAY, 'yyyy"年"m"月"d"日"', "2031年3月6日"),
        (DAY, '[$-804]yyyy"年"m"月"d"日";@', "2031年3月6日"),
        (DAY, "yyyy/m/d", "2031/3/6"),
        (DAY, "[$-409]mmmm d, yyyy", "March 6, 2031"),
        (DAY, "d-mmm-yy", "6-Mar-31"),
        (NOON, "h:mm AM/PM", "2:05 PM"),
        (NOON, "yyyy-mm-dd hh:mm:ss", "2031-03-06 14:05:00"),
        (dt.time(0, 30), "h:mm AM/PM", "12:30 AM"),
        (DAY, "mm-dd-yy", "2031-03-06"),  # shown in the order of the machine's language
        (DAY, "[$-804]mmmm d", "2031-03-06"),  # Chinese names of months are not supported
        (DAY, "aaaa", "2031-03-06"),
        (dt.time(14, 5), "yyyy-mm-dd", "14:05:00"),
        (dt.timedelta(hours=30), "[h]:mm", "1 day, 6:00:00"),
    ],
)
def test_a_date_is_shown_in_its_format(value, form, shown):
    assert show_value(value, form) == shown


def test_cells_of_a_workbook_are_read_in_their_formats(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["大家早上好，各位来宾。", "Good morning, ladies and gentlemen."])
    for value, form in ((0.08, "0%"), (DAY, 'yyyy"年"m"月"d"日"'), (8.0, "0"), (47913, "General")):
        book.active.append([value, value])
        for cell in book.active[book.active.max_row]:
            cell.number_format = form
    plain, path = tmp_path / "plain.xlsx", tmp_path / "a.xlsx"
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            # The format of the dates becomes one that Chinese spreadsheets know by its number, and
            # the last cell gets a style that the file does not have.
            content = content.replace(b'<xf numFmtId="165"', b'<xf numFmtId="31"')
            content = content.replace(b'r="B5"', b'r="B5" s="99"')
            target.writestr(name, content)
    for document in readers.read_documents(path):
        texts = [text for _, text in document.paragraphs()]
        assert texts[1:] == ["8%", "2031年3月6日", "8", "47913"]
