"""Word, PDF, tables, saved pages, bilingual files and folders of pairs."""

import datetime as dt
import re
import zipfile

import docx
import openpyxl
import pytest
from docx.shared import RGBColor
from hypothesis import given, settings
from hypothesis import strategies as st
from site_pages import ADDRESSES, FOLDER

from align.errors import AlignError, ExtractError, TextError
from align.records import LANGUAGES
from align.sources import readers
from align.sources.readers.pdf_lines import TextLine, drop_page_edges, join_paragraphs

ZH = [
    "方禾乔：",
    "各位记者朋友，大家上午好。",
    "唐煜林：",
    "谢谢。我们更新了128座灯塔。",
    "方禾乔：",
    "谢谢大家，再见。",
]
EN = [
    "Fang Heqiao:",
    "Good morning, friends from the media.",
    "Tang Yulin:",
    "Thank you. We renewed 128 lighthouses.",
    "Fang Heqiao:",
    "Thank you all and goodbye.",
]
LABELS = (["方禾乔：", "唐煜林：", "方禾乔："], ["Fang Heqiao:", "Tang Yulin:", "Fang Heqiao:"])


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def labels(document):
    return [turn.label for turn in document.turns]


def pdf(pages):
    """Return a PDF with lines of Latin text, written by hand: the format's smallest form."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number, lines in enumerate(pages):
        shown = " T* ".join(
            "({}) Tj".format(line.replace("(", "").replace(")", "")) for line in lines
        )
        stream = f"BT /F1 10 Tf 14 TL 50 750 Td {shown} ET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources "
            f"<< /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    body, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    return (
        f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    ).encode("latin-1")


def test_word_labels_are_told_by_bold_and_colour(tmp_path):
    file = docx.Document()
    file.add_paragraph("Lighthouses renewed", style="Title")
    bold = file.add_paragraph()
    bold.add_run("Alma Thorsen:").bold = True
    bold.add_run(" Will the museum open?")
    coloured = file.add_paragraph()
    coloured.add_run("Tang Yulin:").font.color.rgb = RGBColor(0, 0x33, 0xFF)
    coloured.add_run(" Yes, in May.")
    file.save(str(tmp_path / "a.docx"))
    document = readers.read(tmp_path / "a.docx")
    assert document.title == "Lighthouses renewed"
    assert labels(document) == ["Alma Thorsen:", "Tang Yulin:"]
    assert [turn.role for turn in document.turns] == ["media", "speaker"]


def test_a_word_table_of_two_columns_gives_both_documents(tmp_path):
    file = docx.Document()
    table = file.add_table(rows=0, cols=2)
    for zh, en in zip(ZH, EN, strict=True):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = zh, en
    file.save(str(tmp_path / "a.docx"))
    zh_side, en_side = readers.read_documents(tmp_path / "a.docx")
    assert (labels(zh_side), labels(en_side)) == LABELS


def test_a_pdf_gives_paragraphs_without_head_lines_and_hyphens(tmp_path):
    head = "Lighthouse Service"
    pages = [
        [
            head,
            "Fang Heqiao:",
            "Good morning. Today we speak about the light-",
            "houses of the sea.",
            "1",
        ],
        [head, "Tang Yulin:", "Thank you. There are 128 of them now in all.", "2"],
        [head, "Fang Heqiao:", "Thank you all, and goodbye until next time.", "3"],
    ]
    document = readers.read(written(tmp_path, "a.pdf", pdf(pages)))
    assert labels(document) == LABELS[1]
    assert document.turns[0].paragraphs == (
        "Good morning. Today we speak about the lighthouses of the sea.",
    )


def test_a_pdf_without_text_layer_is_refused_as_a_scan(tmp_path):
    with pytest.raises(ExtractError, match="scan"):
        readers.read(written(tmp_path, "a.pdf", pdf([[""]])))


def test_a_pdf_of_pictures_is_a_scan_although_the_printer_wrote_a_foot_line(tmp_path):
    picture = "/XObject << /I << /Type /XObject /Subtype /Image >> >>"
    scanned = pdf([["11/25/31, 10:38 AM", "file:///home/ann/scan.html 1/1"]])
    scanned = scanned.replace(b"/Resources << ", f"/Resources << {picture} ".encode())
    with pytest.raises(ExtractError, match=r"a\.pdf has no text layer"):
        readers.read(written(tmp_path, "a.pdf", scanned))


def test_a_pdf_whose_fonts_hide_their_letters_is_refused_with_the_share(tmp_path):
    hidden = pdf([["\x01" * 60 + "2031", "Twelve keepers came."]])
    with pytest.raises(ExtractError, match="60 of 81 characters map to no Unicode"):
        readers.read(written(tmp_path, "a.pdf", hidden))


def test_a_few_characters_that_a_pdf_hides_are_counted_in_a_note(tmp_path):
    shown = pdf([["Fang Heqiao:", "Good morning. There are 128 keepers\x01 now in all of them."]])
    document = readers.read(written(tmp_path, "a.pdf", shown))
    assert "1 characters of the PDF could not be read" in document.notes


def test_a_bullet_of_a_symbol_font_in_a_pdf_is_text(tmp_path):
    items = [["* We renewed the lighthouses.", "* The star * is not a bullet."]]
    symbol = f"{HELVETICA} /Encoding << /Type /Encoding /Differences [42 /uniF0B7] >>"
    file = written(tmp_path, "a.pdf", pdf(items).replace(HELVETICA.encode(), symbol.encode()))
    document = readers.read(file)
    assert [text for _, text in document.paragraphs()] == [
        "• We renewed the lighthouses.",
        "• The star \uf0b7 is not a bullet.",
    ]
    assert list(document.notes) == ["1 characters of the PDF could not be read"]


HELVETICA = "/Subtype /Type1 /BaseFont /Helvetica"
# Fonts that map no character: one with numbers of glyphs in two bytes, as of a Chinese font, and
# one whose glyphs are drawn in the file and numbered as ASCII.
GLYPHS = (
    "/Subtype /Type0 /BaseFont /Harbour /Encoding /Identity-H /DescendantFonts [<< /Type /Font "
    "/Subtype /CIDFontType2 /BaseFont /Harbour /CIDSystemInfo << /Registry (Adobe) /Ordering "
    "(Identity) /Supplement 0 >> >>]"
)
DRAWN = (
    "/Subtype /Type3 /FontBBox [0 0 600 700] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 32 "
    f"/LastChar 126 /Widths [{95 * '600 '}] /CharProcs << >> /Encoding << /Type /Encoding "
    f"/Differences [32 {' '.join(f'/g{code}' for code in range(32, 127))}] >>"
)


def test_numbers_of_glyphs_are_not_read_as_characters(tmp_path):
    shown = pdf([["The twelve keepers came to the lamp."]])
    hidden = shown.replace(HELVETICA.encode(), GLYPHS.encode())
    with pytest.raises(ExtractError, match="18 of 18 characters map to no Unicode"):
        readers.read(written(tmp_path, "a.pdf", hidden))


def test_letters_of_fonts_drawn_in_the_file_are_read(tmp_path):
    shown = pdf([["The twelve keepers came to the lamp."]])
    drawn = shown.replace(HELVETICA.encode(), DRAWN.encode())
    document = readers.read(written(tmp_path, "a.pdf", drawn))
    assert document.turns[0].paragraphs == ("The twelve keepers came to the lamp.",)


@pytest.mark.parametrize(
    ("title", "expected"),
    [("On lighthouses", "On lighthouses"), ("Microsoft Word - final.doc", "a"), ("a1.html", "a")],
)
def test_what_a_program_wrote_for_a_title_is_none(tmp_path, title, expected):
    body = pdf([["Fang Heqiao:", "Good morning. Today we speak about the lighthouses."]])
    named = body.replace(b"/Root 1 0 R", f"/Root 1 0 R /Info << /Title ({title}) >>".encode())
    assert readers.read(written(tmp_path, "a.pdf", named)).title == expected


def test_a_chinese_title_says_that_a_conference_was_held(tmp_path):
    title = "灯塔办举行海上灯塔修缮情况新闻发布会"
    told = "灯塔办于2031年3月6日举行新闻发布会，请方何桥介绍情况。"
    text = f"{title}\n{told}\n阅读英文版\n方何桥：\n大家好。\n唐玉林：\n谢谢。\n"
    document = readers.read(written(tmp_path, "a.txt", text))
    assert document.title == title
    assert [text for _, text in document.paragraphs()] == ["大家好。", "谢谢。"]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("a.doc", r"save it as \.docx"),
        ("a.zip", "it is a capture: add it without --zh, or unpack it"),
        ("a.tmx", "align import"),
        ("a.png", "run OCR"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_what_to_do(tmp_path, name, advice):
    with pytest.raises(TextError, match=advice):
        readers.read(written(tmp_path, name, b"PK"))


GREETED = ("大家好。", "Hello.")


@pytest.mark.parametrize(
    ("written_cells", "read"),
    [
        (['"He said ""Yes."""', "Good."], ['He said "Yes."', "Good."]),
        (['"Well, yes."', '"No, sir."', '"One, two."'], ["Well, yes.", "No, sir.", "One, two."]),
        (['"Well\nthen."', '"I ""do""."'], ["Well then.", 'I "do".']),
        (['"Yes," he said.', "Good."], ['"Yes," he said.', "Good."]),
        (['"Well, yes."', "No, sir."], ['"Well, yes."', "No, sir."]),
        (['"Yes."', 'He said "no".'], ['"Yes."', 'He said "no".']),
    ],
)
def test_quotation_marks_between_tabs_are_text_unless_a_spreadsheet_wrote_them(
    tmp_path, written_cells, read
):
    rows = [f"谢谢{'您' * number}。\t{cell}" for number, cell in enumerate(written_cells)]
    text = "\n".join(["\t".join(GREETED), *rows])
    _, english = readers.read_documents(written(tmp_path, "a.tsv", text.encode("utf-16")))
    assert [text for _, text in english.paragraphs()] == [GREETED[1], *read]


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx"])
def test_a_damaged_file_is_refused_by_name(tmp_path, name):
    with pytest.raises(TextError, match=name.replace(".", r"\.")):
        readers.read_documents(written(tmp_path, name, b"%PDF-1.4 no such thing"))


def test_a_zip_that_is_no_word_file_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("a.txt", "nothing")
    with pytest.raises(TextError, match="is not a valid Word file"):
        readers.read(tmp_path / "a.docx")


def test_a_word_file_that_unpacks_without_end_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "0" * 1_000_000)
    with pytest.raises(TextError, match="over the limit"):
        readers.read(tmp_path / "a.docx", max_bytes=5_000)


@pytest.mark.parametrize(("name", "mark"), [("a.csv", ","), ("a.tsv", "\t"), ("b.csv", ";")])
def test_a_table_gives_both_documents_whatever_its_columns(tmp_path, name, mark):
    rows = [
        ["no", "English", "中文"],
        *([str(n), e, z] for n, (z, e) in enumerate(zip(ZH, EN, strict=True))),
    ]
    quoted = [
        [f'"{cell}"' if mark in cell and mark != "\t" else cell for cell in row] for row in rows
    ]
    content = "\n".join(mark.join(row) for row in quoted)
    zh_side, en_side = readers.read_documents(written(tmp_path, name, content))
    assert (labels(zh_side), labels(en_side)) == LABELS


def test_a_workbook_gives_both_documents(tmp_path):
    book = openpyxl.Workbook()
    for row in zip(ZH, EN, strict=True):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    zh_side, en_side = readers.read_documents(tmp_path / "a.xlsx")
    assert (labels(zh_side), labels(en_side)) == LABELS


def test_a_workbook_without_a_default_style_is_read_without_a_warning(tmp_path, recwarn):
    book, path = openpyxl.Workbook(), tmp_path / "a.xlsx"
    for row in zip(ZH, EN, strict=True):
        book.active.append(row)
    book.save(tmp_path / "styled.xlsx")
    with zipfile.ZipFile(tmp_path / "styled.xlsx") as styled, zipfile.ZipFile(path, "w") as bare:
        for name in styled.namelist():
            content = styled.read(name)
            if name == "xl/styles.xml":
                content = re.sub(rb"<cellStyles.*</cellStyles>", b"", content)
            bare.writestr(name, content)
    with pytest.warns(UserWarning, match="default style"):
        openpyxl.load_workbook(path)
    recwarn.clear()
    readers.read_documents(path)
    assert not recwarn.list


def test_the_column_names_of_a_table_may_be_below_its_head(tmp_path):
    rows = [
        ["Project", "Harbour guide", "", ""],
        ["", "", "", ""],
        ["No", "Source (EN)", "Notes", "Translation (ZH-CN)"],
        ["1", "The lamp is lit.", "button", "灯亮了。"],
        ["2", "The boat is in.", "", "船到了。"],
    ]
    content = "\n".join(";".join(row) for row in rows)
    zh_side, en_side = readers.read_documents(written(tmp_path, "a.csv", content))
    assert [text for _, text in zh_side.paragraphs()] == ["灯亮了。", "船到了。"]
    assert [text for _, text in en_side.paragraphs()] == ["The lamp is lit.", "The boat is in."]


def test_a_table_in_one_language_is_read_cell_by_cell(tmp_path):
    rows = "Prices of lamps\nLamp,Price\nDesk lamp,40\nTorch,\n"
    document = readers.read(written(tmp_path, "lamps.csv", rows))
    texts = [text for _, text in document.paragraphs()]
    assert texts == ["Prices of lamps", "Lamp", "Price", "Desk lamp", "40", "Torch"]
    assert document.title == "Prices of lamps"
    rows = [place and place.row for place in document.tables]
    assert rows == [None, 1, 1, 2, 2, 3]


def test_a_workbook_in_one_language_is_read_cell_by_cell(tmp_path):
    book = openpyxl.Workbook()
    for row in (["灯", "价格"], ["台灯", 40], [None, None], ["手电筒", "无货"]):
        book.active.append(row)
    book.save(tmp_path / "lamps.xlsx")
    document = readers.read(tmp_path / "lamps.xlsx")
    texts = [text for _, text in document.paragraphs()]
    assert (document.language, document.title) == ("zh", "lamps")
    assert texts == ["灯", "价格", "台灯", "40", "手电筒", "无货"]
    assert [place.row for place in document.tables] == [0, 0, 1, 1, 3, 3]


def test_the_title_of_a_workbook_is_in_its_properties(tmp_path):
    book = openpyxl.Workbook()
    for row in (["灯", "Lamp"], ["手电筒", "Torch"]):
        book.active.append(row)
    book.properties.title = "Prices of lamps"
    book.save(tmp_path / "a.xlsx")
    zh_side, en_side = readers.read_documents(tmp_path / "a.xlsx")
    assert (zh_side.title, en_side.title) == ("a", "Prices of lamps")


def test_alternating_paragraphs_are_told_apart(tmp_path):
    content = "\n".join(line for pair in zip(ZH, EN, strict=True) for line in pair)
    zh_side, en_side = readers.read_documents(written(tmp_path, "a.txt", content))
    assert (labels(zh_side), labels(en_side)) == LABELS


def test_labels_on_lines_of_their_own_belong_to_their_language(tmp_path):
    """The line below a label is then the label in the other language."""
    rows = [
        ("沈知远：", "Shen Zhiyuan:"),
        ("去年更新灯塔128座。", "Last year 128 lighthouses were renewed."),
        ("兰海日报记者：", "Lanhai Daily:"),
        ("今年还有多少座？", "How many are left this year?"),
        ("沈知远：", "Shen Zhiyuan:"),
        ("还有56座，十月完成。", "There are 56 left, to be finished in October."),
    ]
    content = "\n".join(line for row in rows for line in row)
    for side, lines in zip(
        readers.read_documents(written(tmp_path, "a.txt", content)),
        zip(*rows, strict=True),
        strict=True,
    ):
        assert [turn.label for turn in side.turns] == [*lines[::2]]
        assert [turn.paragraphs for turn in side.turns] == [(line,) for line in lines[1::2]]


def test_head_and_foot_of_an_article_in_wechat_are_no_text(tmp_path):
    head, foot = "点击上方蓝字 关注我们", ("阅读原文", "阅读 1.2万 在看 35 点赞 88")
    text = ("灯塔更新新闻发布会", "记者：今年还有多少座？", "答：还有56座，十月完成。")
    (zh,) = readers.read_documents(written(tmp_path, "a.txt", "\n".join([head, *text, *foot])))
    assert zh.title == text[0]
    assert [turn.paragraphs for turn in zh.turns] == [
        ("今年还有多少座？",),
        ("还有56座，十月完成。",),
    ]


def test_column_names_with_the_part_of_a_language_are_no_text(tmp_path):
    rows = [
        ("编号", "中文原文", "英文译文"),
        *[("1", zh, en) for zh, en in zip(ZH, EN, strict=True)],
    ]
    path = written(tmp_path, "a.csv", "\n".join(",".join(f'"{c}"' for c in row) for row in rows))
    for side, name in zip(readers.read_documents(path), rows[0][1:], strict=True):
        assert name not in [text for _, text in side.paragraphs()]


def test_a_file_read_as_one_document_keeps_the_paragraphs_in_both_languages(tmp_path):
    path = written(tmp_path, "a.txt", "\n".join([*ZH, *EN]))
    text = readers.load(path)
    assert len(text.split()) == 2
    for language in LANGUAGES:
        whole = text.whole(language)
        assert whole.language == language
        kept = [line for turn in whole.turns for line in (turn.label, *turn.paragraphs)]
        assert [line for line in kept if line] == [*ZH, *EN]


UNTRANSLATED = [
    "第一章讲的是灯塔怎样点亮，以及谁在夜里看守它们。",
    "The lamp room is cleaned every morning before the sun rises over the cape.",
    "The keeper writes the weather down and sends the page to the harbour office.",
    "The harbour office answers once a week, by letter, and keeps a copy of each page.",
    "灯油装在铁桶里，每月由船送来一次，数量记在簿子上。",
    "雾天里要敲钟，每两分钟一次，直到看得见对岸为止。",
    "看守人住在塔下的小屋里，屋后有一口井和一块菜地，还有几只鸡和一条老狗。",
    "No visitor may climb the tower at night.",
    "如果灯灭了，看守人要立刻点亮备用灯，然后写报告。",
    "The report names the hour, the cause, and the ships that were in sight at that time.",
]


def test_a_partly_translated_text_is_no_bilingual_file(tmp_path):
    path = written(tmp_path, "a.txt", "\n".join(UNTRANSLATED))
    (document,) = readers.read_documents(path)
    assert document.language == "zh"
    assert [text for _, text in document.paragraphs()] == UNTRANSLATED
    assert document.notes == ("5 of 10 paragraphs are English: untranslated.",)


def test_program_code_in_a_page_tells_no_language(tmp_path):
    code = "\n".join(f"$ lamp --light {number} --from the tower" for number in range(9))
    told = "".join(f"<p>{text}</p>" for text in UNTRANSLATED if not text.isascii())
    path = written(tmp_path, "a.html", f"<h1>灯塔手册</h1>{told}<pre>{code}</pre>{told}<pre>{code}")
    (document,) = readers.read_documents(path)
    assert document.language == "zh"
    lines = [text for _, text in document.paragraphs()]
    assert lines.count("$ lamp --light 8 --from the tower") == 2
    assert not any("untranslated" in note for note in document.notes)


@pytest.mark.parametrize("between", [" ", " / ", "（"])
def test_both_languages_in_one_line_are_refused_with_what_to_do(tmp_path, between):
    lines = (f"{zh}{between}{en}" for zh, en in zip(ZH, EN, strict=True) if not zh.endswith("："))
    path = written(tmp_path, "a.txt", "\n".join(lines))
    for read in (readers.read, readers.read_documents):
        with pytest.raises(TextError, match=r"a\.txt: 3 of 3 paragraphs .* on one line .*columns"):
            read(path)


def test_a_chinese_text_full_of_foreign_names_is_no_mixed_one(tmp_path):
    path = written(
        tmp_path, "a.txt", "今天有CNN和BBC的记者提问，请North Pier Radio的记者先说。\n" * 4
    )
    assert readers.read(path).language == "zh"


def test_a_saved_page_is_read_with_its_further_pages_and_its_address(tmp_path):
    for part, name in (("", "scio_en_article_1.htm"), ("_2", "scio_en_article_2.htm")):
        address = ADDRESSES[name]
        note = f"<!-- saved from url=({len(address):04d}){address} -->\n"
        written(
            tmp_path, f"content_8812345{part}.htm", note.encode() + (FOLDER / name).read_bytes()
        )
    document = readers.read(tmp_path / "content_8812345.htm")
    assert document.url == ADDRESSES["scio_en_article_1.htm"]
    assert document.date == dt.date(2031, 3, 6)
    assert len(document.turns) == 8


def test_times_between_the_turns_are_no_other_language(tmp_path):
    turns = [
        "林海：大家上午好，欢迎各位。",
        "记者：请问灯塔什么时候换灯？",
        "林海：今年五月换灯，谢谢。",
    ]
    lines = [line for turn in turns for line in (turn, "2031-05-14 10:05:00")]
    document = readers.read(written(tmp_path, "live.txt", "\n".join(lines)))
    assert (document.language, len(document.turns)) == ("zh", 3)
    assert document.turns[0].paragraphs == ("大家上午好，欢迎各位。",)


def test_a_saved_page_in_both_languages_gives_both(tmp_path):
    address = ADDRESSES["mod.html"]
    note = f'<link rel="canonical" href="{address}">'.encode()
    path = written(tmp_path, "mod.html", note + (FOLDER / "mod.html").read_bytes())
    zh_side, en_side = readers.read_documents(path)
    assert labels(en_side)[0] == "Question:"
    assert labels(zh_side)[0] == "记者："


def test_a_saved_gallery_is_refused_with_the_name_of_the_file(tmp_path):
    path = written(tmp_path, "g.html", (FOLDER / "scio_en_gallery.htm").read_bytes())
    with pytest.raises(ExtractError, match=r"g\.html.*gallery"):
        readers.read(path)


def test_an_unknown_kind_of_file_is_refused_with_those_that_can_be_read(tmp_path):
    with pytest.raises(TextError, match=r"'\.rtf'.*\.docx"):
        readers.read(written(tmp_path, "a.rtf", "x"))


@pytest.mark.parametrize(
    ("suffix", "advice"),
    [
        (".eml", "attachment"),
        (".json", "align import"),
        (".sdlxliff", "align import"),
        (".mqxlz", "as TMX and use 'align import'"),
        (".tbx", "align terms --add"),
    ],
)
def test_a_mail_or_data_is_not_read_as_text(tmp_path, suffix, advice):
    with pytest.raises(TextError, match=rf"'\{suffix}' files cannot be read.*{advice}"):
        readers.read(written(tmp_path, f"a{suffix}", "Subject: x\n\nGood morning."))


@pytest.mark.parametrize("below", ["2031-03-06 10:30", "March 6, 2031", "6 March 2031", "====="])
def test_a_day_or_a_drawn_line_below_a_title_is_no_part_of_it(tmp_path, below):
    title = "Press conference on the lighthouses of the northern coast"
    text = f"{title}\n{below}\n\nGood morning to all of you.\n\nThank you for coming.\n"
    document = readers.read(written(tmp_path, "a.txt", text))
    assert document.title == title
    assert title in [text for _, text in document.paragraphs()]


def test_wrapped_lines_become_paragraphs(tmp_path):
    content = (
        "Fang Heqiao:\nGood morning to all of you who came to this house by the sea\n"
        "and to those who follow us from afar.\n\nTang Yulin:\nThank you.\n"
    )
    document = readers.read(written(tmp_path, "a.txt", content))
    assert document.turns[0].paragraphs == (
        "Good morning to all of you who came to this house by the sea "
        "and to those who follow us from afar.",
    )


def test_plain_paragraphs_without_labels_stay_whole(tmp_path):
    content = "The keeper\n\nHe climbed the stairs.\n\nThe lamp was dark.\n"
    document = readers.read(written(tmp_path, "a.txt", content))
    assert [text for _, text in document.paragraphs()] == [
        "The keeper",
        "He climbed the stairs.",
        "The lamp was dark.",
    ]


def test_page_numbers_and_repeated_head_lines_are_dropped():
    pages = [
        [TextLine(f"Head {n}"), TextLine(word), TextLine(f"- {n} -")]
        for n, word in enumerate(("one", "two", "three"), 1)
    ]
    assert drop_page_edges(pages) == [[TextLine("one")], [TextLine("two")], [TextLine("three")]]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="abc. -中。", min_size=1, max_size=30), max_size=20))
def test_joining_lines_loses_no_letter(lines):
    joined = "".join(join_paragraphs(list(map(TextLine, lines))))
    letters = [c for line in lines for c in line if c.isalnum()]
    assert [c for c in joined if c.isalnum()] == letters


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(readers.READERS)), st.binary(max_size=300))
def test_any_bytes_give_a_document_or_our_error(tmp_path_factory, suffix, content):
    path = tmp_path_factory.mktemp("any") / f"x{suffix}"
    path.write_bytes(content)
    for read in (readers.read, readers.read_documents):
        try:
            read(path)
        except AlignError as error:
            message = str(error)
        else:
            message = path.name
        assert path.name in message


LIST_EN = """Programme of the lighthouse evening

Overture for foghorn and two ship's bells by Clara Moe
Concerto for accordion and the northern wind by Fang Heqiao
Three songs about the sea for soprano by Ida Whitfield

Thank you for coming.
"""
LIST_ZH = """灯塔之夜节目单

克拉拉·莫：为雾号与两口船钟而作的序曲，共四个乐章
方禾乔：为手风琴与北风而作的协奏曲，由港口乐团演奏
伊达·惠特菲尔德：关于大海的三首歌曲，为女高音而作

谢谢各位光临。
"""
HEADERS = """Minutes of the keepers' board
Date: Tuesday, 14 May 2031, in the harbour office of Linxi
Present: Ms Fang (chair), Mr Tang and the keepers of Baisha
(the keeper of the northern tower was excused)

The minutes were approved.
"""


@pytest.mark.parametrize("text", [LIST_EN, LIST_ZH, HEADERS])
def test_lines_of_a_list_or_with_a_key_are_not_joined(tmp_path, text):
    document = readers.read(written(tmp_path, "a.txt", text))
    read = {document.title, *(paragraph for _, paragraph in document.paragraphs())}
    # The header of a meeting is read as facts about it.
    lines = [line for line in text.splitlines() if line and not line.startswith(("Date", "(the"))]
    assert read >= set(lines)


def test_the_lines_of_a_poem_are_not_joined(tmp_path):
    lines = [
        "窗外的雨下了整整一夜我还在灯下读你寄来的信",
        "信里说山上的杏花开了又谢而我始终没有回来过",
        "那年我们并肩走过的石桥如今只剩下一根桥柱了",
    ]
    path = written(tmp_path, "a.txt", "\n".join(["远方来信", "", *lines]))
    assert [text for _, text in readers.read(path).paragraphs()] == ["远方来信", *lines]


def test_a_wrapped_line_with_room_for_the_next_word_ends_its_paragraph(tmp_path):
    lines = [
        "The keepers check the lamps of every lighthouse once in the long winter, and",
        "they write it down for the engineers of the harbour office",
        "All repairs are listed in the yearbook of the harbour office of Linxi, which",
        "anybody may read.",
    ]
    content = "The lamps are checked.\n\n" + "\n".join(lines) + "\n"
    document = readers.read(written(tmp_path, "a.txt", content))
    assert [text for _, text in document.paragraphs()][1:] == [
        " ".join(lines[:2]),
        " ".join(lines[2:]),
    ]


def test_a_title_does_not_continue_in_a_line_with_a_key(tmp_path):
    content = "Panel: The Keepers of the Night\nModerators: Ida Moe\n\nIda Moe:\nWelcome.\n"
    document = readers.read(written(tmp_path, "a.txt", content))
    assert document.title == "Panel: The Keepers of the Night"


STRINGS = {
    "en": ["Lamp settings", "Print", "Share", "Home", "Close", "Source: Harbour Office, 2031",
           "Editor: Ida Moe", "Back to top"],
    "zh": ["灯的设置", "打印", "分享", "首页", "关闭", "来源：港口局，2031年",
           "编辑：方禾乔", "返回顶部"],
}  # fmt: skip


@pytest.mark.parametrize("language", STRINGS)
def test_words_of_web_pages_are_text_of_other_files(tmp_path, language):
    lines = STRINGS[language]
    document = readers.read(written(tmp_path, f"a.{language}.txt", "\n\n".join(lines) + "\n"))
    read = {document.title, *(paragraph for _, paragraph in document.paragraphs())}
    assert read >= set(lines)


def test_every_cell_of_a_table_is_text(tmp_path):
    rows = list(zip(STRINGS["zh"], STRINGS["en"], strict=True))
    rows += [("第3页", "Page 3 of 10"), ("中文", "English"), ("10:05", "10:05")]
    content = "".join(f"{zh},{en}\n".replace(", 2031", " 2031") for zh, en in rows)
    sides = readers.read_documents(written(tmp_path, "a.csv", content))
    for document in sides:
        texts = [paragraph for _, paragraph in document.paragraphs()]
        assert len(texts) >= len(rows) - 1


def test_page_numbers_of_a_printed_page_are_left_out(tmp_path):
    content = "The lamps are lit.\n\nPage 3 of 10\n\nThe ships are safe.\n"
    document = readers.read(written(tmp_path, "a.txt", content))
    assert [text for _, text in document.paragraphs()] == [
        "The lamps are lit.",
        "The ships are safe.",
    ]


def test_a_chat_has_its_day_and_keeps_messages_without_letters(tmp_path):
    lines = [
        "[2031-05-14, 09:12] Kim: Is the lamp lit?",
        "[2031-05-14, 09:13] Raj: 👍",
        "[2031-05-14, 09:14] Kim: Thank you.",
    ]
    document = readers.read(written(tmp_path, "chat.txt", "\n".join(lines)))
    assert [(turn.label, turn.paragraphs) for turn in document.turns] == [
        ("Kim:", ("Is the lamp lit?",)), ("Raj:", ("👍",)), ("Kim:", ("Thank you.",))
    ]  # fmt: skip
    assert (document.title, str(document.date)) == ("chat", "2031-05-14")
    assert not document.notes


def test_a_chat_in_both_languages_has_the_speakers_of_each(tmp_path):
    lines = [
        "09:12 Kim: Is the lamp lit?", "09:12 金：灯亮了吗？", "09:13 Raj: Not yet, I am late.",
        "09:13 拉吉：还没有，我迟到了。", "09:14 Kim: Please hurry.", "09:14 金：请快一点。",
    ]  # fmt: skip
    zh_side, en_side = readers.read_documents(written(tmp_path, "chat.txt", "\n".join(lines)))
    assert [turn.label for turn in zh_side.turns] == ["金：", "拉吉：", "金："]
    assert [turn.label for turn in en_side.turns] == ["Kim:", "Raj:", "Kim:"]


def test_the_mark_of_an_answer_is_no_participant(tmp_path):
    lines = ["Q. Is the lamp lit?", "A. It is.", "Q. Since when?", "A. Since May."]
    document = readers.read(written(tmp_path, "court.txt", "\n".join(lines)))
    assert [turn.role for turn in document.turns] == ["media", "speaker"] * 2
    assert document.participants == ()


def test_long_messages_of_a_chat_are_not_joined(tmp_path):
    messages = [
        "09:12 Kim: morning everyone, the lamp at Cape Sorrow failed again last night in the storm",
        "09:14 Raj: I think it is the new driver, because the old one never did that in the years",
        "09:15 Kim: can we roll back to the old one today, or do we have to wait for the company",
    ]
    document = readers.read(written(tmp_path, "chat.txt", "\n".join(["Team", "", *messages])))
    assert [turn.label for turn in document.turns] == ["Kim:", "Raj:", "Kim:"]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("20310412 新闻稿.txt", dt.date(2031, 4, 12)),
        ("notice_2031-04-12_zh.txt", dt.date(2031, 4, 12)),
        ("2031年4月12日.txt", dt.date(2031, 4, 12)),
        ("20310412-20310413.txt", None),
        ("20311399.txt", None),
        ("report 07.txt", None),
    ],
)
def test_a_text_without_a_day_has_that_of_its_name(tmp_path, name, day):
    (tmp_path / name).write_text("码头已经建成。\n三艘货轮可以停靠。\n", "utf-8")
    assert readers.read(tmp_path / name).date == day


def test_the_day_of_the_text_counts_before_that_of_the_name(tmp_path):
    (tmp_path / "20310412.txt").write_text(
        "灯塔情况发布会\n2031年3月6日\n方禾乔：\n好。\n", "utf-8"
    )
    assert readers.read(tmp_path / "20310412.txt").date == dt.date(2031, 3, 6)
