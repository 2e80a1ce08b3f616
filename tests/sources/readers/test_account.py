"""The account of a file: whatever a reader leaves out is counted, by reason."""

import datetime as dt
import zipfile

import openpyxl
import pytest

from align.sources import readers
from align.sources.readers.account import UNREAD, Account

TEXTS = {
    "a.txt": "Good morning.\n\nThe port grew by 12 %.\n***\n",
    "a.md": "---\ntitle: x\n---\n# Lamps\n\nSee [the list](http://a.example/l%20x) & <b>this</b>, "
    "[more][note] &amp; ![a lamp](lamp.png).\n\n[note]: http://b.example\n<!-- to check -->\n",
    "a.csv": "no,zh,en\n1,大家好,Hello\n2,谢谢,Thank you\n",
    "a.srt": "1\n00:00:01,000 --> 00:00:02,000\n<i>Good</i> morning &amp; hello.\n\nNOTE why\n",
}


def left_out(path) -> dict[str, tuple[int, int, str]]:
    return {
        part.reason: (part.lines, part.letters, part.first)
        for reading in readers.read_parts(path)
        for part in reading.left_out
    }


@pytest.mark.parametrize("name", TEXTS)
def test_every_letter_of_a_text_file_is_read_or_left_out_for_a_reason(tmp_path, name):
    path = tmp_path / name
    path.write_text(TEXTS[name], encoding="utf-8")
    assert UNREAD not in left_out(path)
    assert not any("could not be read" in note for note in readers.read_documents(path)[0].notes)


def test_what_is_left_out_of_text_files_is_counted_by_reason(tmp_path):
    found = {}
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        found[name] = left_out(tmp_path / name)
    assert found["a.txt"] == {"separators": (1, 3, "***")}
    assert found["a.md"]["pictures"] == (1, 5, "a lamp")
    assert found["a.md"]["markup"] == (3, 21, "<b>")
    assert found["a.csv"] == {"column names": (3, 6, "no"), "other columns": (2, 2, "1")}
    assert found["a.srt"]["times, numbers and notes"][0] == 3
    assert found["a.srt"]["marks of style"] == (1, 7, "<i></i>")


def test_times_of_a_recording_are_counted(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("[00:05] One.\n[00:12] Two.\n[01:31] Three.\n", encoding="utf-8")
    assert left_out(path) == {"times": (3, 21, "[00:05]")}


def test_languages_above_their_paragraphs_are_a_header(tmp_path):
    path = tmp_path / "a.txt"
    zh, en = (
        "今天我们介绍北岸的灯塔，一共有128座。",
        "Today we speak about lighthouses, 128 in all.",
    )
    path.write_text("\n".join(["汉语", "English", *[zh, en] * 3]), encoding="utf-8")
    assert left_out(path) == {"header": (2, 9, "汉语")}


NOTES = """---
title: "The lamps: a report"
date: 2031-05-14T10:00:00+08:00
draft: true
---

守塔人在春天换灯[^a]。他们带着油[^none]。

[^a]: 通常在三月。
[^2]:这条注释前没有空格。

新灯很亮[^1]。

[^1]: 见港口局的公报。
    公报有两页。
"""


def test_footnotes_of_markdown_are_paragraphs_and_their_marks_are_counted(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(NOTES, encoding="utf-8")
    (document,) = readers.read_documents(path)
    assert [text for _, text in document.paragraphs()] == [
        "守塔人在春天换灯。他们带着油[^none]。",
        "通常在三月。",
        "这条注释前没有空格。",
        "新灯很亮。",
        "见港口局的公报。",
        "公报有两页。",
    ]
    assert left_out(path)["note marks"] == (5, 23, "[^a]")
    assert UNREAD not in left_out(path)


def test_front_matter_of_markdown_gives_title_and_date(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(NOTES, encoding="utf-8")
    (document,) = readers.read_documents(path)
    assert (document.title, document.date) == ("The lamps: a report", dt.date(2031, 5, 14))
    assert left_out(path)["front matter"] == (3, 16, "---")


def test_an_account_says_what_is_neither_read_nor_left_out():
    account = Account()
    account.add("comments", "Why?")
    account.add("comments", " \n")
    account.close(["Good morning.", "Why?", "Lost!"], ["Good morning."])
    lost = account.left_out()[-1]
    assert (lost.reason, lost.letters, lost.first) == (UNREAD, 5, "Lost!")
    (note,) = account.notes()
    assert note == '5 characters of the file could not be read, such as "Lost!".'
    sound = Account()
    sound.close(["Good morning."], ["Good", "morning."])
    assert not sound.left_out()
    assert not list(sound.notes())


ROWS = [("大家早上好。", "Good morning."), ("谢谢大家。", "Thank you."), ("再见。", "Goodbye.")]


def test_a_workbook_with_macros_dates_and_damaged_comments_is_read(tmp_path):
    book = openpyxl.Workbook()
    rows = [
        ("中文", "English"),
        ("大家上午好。", "Good morning, everybody."),
        (dt.datetime(2031, 3, 6), True),
        ("谢谢大家。", "Thank you all."),
    ]
    for row in rows:
        book.active.append(row)
    book.active["A3"].number_format = "yyyy-mm-dd"
    path = tmp_path / "a.xlsm"
    book.save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", "x")
        archive.writestr("xl/comments1.xml", "<bad")
    zh, en = readers.read_parts(path)
    assert [text for _, text in zh.document.paragraphs()] == [
        "大家上午好。", "2031-03-06", "谢谢大家。",
    ]  # fmt: skip
    assert "TRUE" in [text for _, text in en.document.paragraphs()]
    assert {"macros", "damaged parts"} <= {part.reason for part in zh.left_out}
    assert "Skipped: 1 damaged part." in map(str, zh.document.notes)


def test_every_sheet_with_both_languages_is_read_and_the_others_are_named(tmp_path):
    book = openpyxl.Workbook()
    for row in ROWS[:2]:
        book.active.append(row)
    book.create_sheet("Notes").append(["Only English stands here."])
    second = book.create_sheet("Part 2")
    second.append(["中文", "English", "Remarks"])
    second.append([*ROWS[2], "to be checked"])
    book.create_sheet("Empty")
    hidden = book.create_sheet("Old")
    hidden.append(ROWS[0])
    hidden.sheet_state = "hidden"
    path = tmp_path / "a.xlsx"
    book.save(path)
    zh, en = readers.read_documents(path)
    assert [text for _, text in zh.paragraphs()] == [row[0] for row in ROWS]
    assert [text for _, text in en.paragraphs()] == [row[1] for row in ROWS]
    assert (
        'Sheet "Notes" was skipped: has no column with Chinese text; two columns are needed.'
        in zh.notes
    )
    assert any(note.startswith('Sheet "Old" was skipped: the sheet is hidden') for note in zh.notes)
    assert left_out(path) == {
        'sheet "Notes"': (1, 22, "Only English stands here."),
        "column names": (3, 16, "中文"),
        "other columns": (1, 11, "to be checked"),
        'sheet "Old"': (2, 18, "大家早上好。"),
    }


def test_hidden_rows_merged_cells_and_formulas_without_value_are_said(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ROWS:
        sheet.append(row)
    sheet["C1"] = "=A1&B1"
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.merge_cells("A3:A4")
    path = tmp_path / "a.xlsx"
    book.save(path)
    notes = readers.read_documents(path)[0].notes
    for said in (
        'Sheet "Sheet": 1 hidden row and 1 hidden column read like the others.',
        'Sheet "Sheet": 1 merged cell; the text of each counts for its first row only.',
        'Sheet "Sheet": 1 formula without a stored value, read as empty; '
        "open the file in a spreadsheet and save it again.",
    ):
        assert said in notes


def test_rich_text_of_a_cell_is_read_and_its_readings_are_left_out(tmp_path):
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    plain, path = tmp_path / "plain.xlsx", tmp_path / "a.xlsx"
    book.save(plain)
    rich = "<is><r><t>Thank </t></r><r><t>you.</t></r><rPh sb='0' eb='2'><t>sank</t></rPh></is>"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode("utf-8")
            new.writestr(name, part.replace("<is><t>Thank you.</t></is>", rich))
    _, en = readers.read_documents(path)
    assert [text for _, text in en.paragraphs()] == [row[1] for row in ROWS]
    assert left_out(path) == {"ruby readings": (1, 4, "sank")}


PAGE = """<title>灯塔</title><body><h1>灯塔修缮</h1>
<p><ruby>灯塔<rp>(</rp><rt>dēngtǎ</rt><rp>)</rp></ruby>修好了，港口面积为12平方公里（12&nbsp;km<sup>2</sup>）。</p>
<p hidden>这一段不该出现在文本里。</p><p style="display: none">这一段也看不见。</p>
<p>去年全市港口的货物吞吐量增长了百分之五，达到三亿吨。</p><p>谢谢大家。</p></body>"""
PAGE = PAGE.replace("谢谢大家。", "谢谢大家。" * 20)


def test_readings_and_hidden_text_of_a_page_are_left_out_and_counted(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(PAGE, encoding="utf-8")
    (document,) = readers.read_documents(path)
    assert [text for _, text in document.paragraphs()] == [
        "灯塔修好了，港口面积为12平方公里（12 km2）。",
        "去年全市港口的货物吞吐量增长了百分之五，达到三亿吨。",
        "谢谢大家。" * 20,
    ]
    found = left_out(path)
    assert found["ruby readings"] == (1, 6, "dēngtǎ")
    assert found["hidden text"] == (2, 20, "这一段不该出现在文本里。")
