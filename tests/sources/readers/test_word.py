"""Word files: every place of text is read once, and what is left out is said."""

import pytest
from office_files import (
    control,
    deleted,
    field,
    inserted,
    paragraph,
    run,
    text_box,
    wrap,
    write_docx,
)

from align.errors import AlignError
from align.sources import readers

SMART_TAG = '<w:smartTag w:uri="u" w:element="place">{}</w:smartTag>'


def read_texts(path) -> list[str]:
    return [text for _, text in readers.read(path).paragraphs()]


def left_out(path) -> dict[str, tuple[int, str]]:
    (reading, *_) = readers.read_parts(path)
    return {part.reason: (part.lines, part.first) for part in reading.left_out}


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (run("We renewed ") + inserted("twelve") + run(" lamps."), ["We renewed twelve lamps."]),
        (run("We renewed ") + deleted("ten ") + run("lamps."), ["We renewed lamps."]),
        (f'<w:moveTo w:id="4">{run("The port grew.")}</w:moveTo>', ["The port grew."]),
        (run("In ") + control(run("Linxi")) + run(" it rains."), ["In Linxi it rains."]),
        (run("In ") + SMART_TAG.format(run("Linxi")) + run(" it rains."), ["In Linxi it rains."]),
        (run("The port grew.") + text_box("A lamp."), ["The port grew.", "A lamp."]),
        (run("On page ") + field("PAGEREF x", "12") + run("."), ["On page 12."]),
        (f'<w:fldSimple w:instr="DATE">{run("6 March")}</w:fldSimple>{run(" is near.")}', None),
        (f"<w:hyperlink>{run('A link')}</w:hyperlink>{run(' leads on.')}", ["A link leads on."]),
        (f"<w:bdo>{run('To the right')}</w:bdo>", ["To the right"]),
        ("<m:oMath><m:r><m:t>E = 5</m:t></m:r></m:oMath>", ["E = 5"]),
        ("<w:r><w:t>One</w:t><w:br/><w:t>Two</w:t><w:tab/><w:t>2</w:t></w:r>", ["One", "Two 2"]),
        ("<w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>op</w:t></w:r>", ["co-op"]),
    ],
)
def test_text_in_every_place_of_a_paragraph_is_read_once(tmp_path, content, texts):
    path = write_docx(tmp_path / "a.docx", paragraph("Good morning.") + paragraph(content))
    assert read_texts(path) == ["Good morning.", *(texts or ["6 March is near."])]


def test_content_controls_around_paragraphs_and_cells_are_read_in_their_order(tmp_path):
    cell = f"<w:tc>{paragraph('In a cell.')}</w:tc>"
    body = (
        control(paragraph("In a control."))
        + f"<w:tbl><w:tr>{cell}{control(cell.replace('In', 'Also in'))}</w:tr></w:tbl>"
        + paragraph("At the end.")
    )
    path = write_docx(tmp_path / "a.docx", body)
    assert read_texts(path) == ["In a control.", "In a cell.", "Also in a cell.", "At the end."]


def test_what_was_deleted_moved_hidden_or_commented_is_counted_and_not_read(tmp_path):
    body = (
        paragraph(run("We came.") + deleted("We left."))
        + paragraph(f'<w:moveFrom w:id="3">{run("We stayed.")}</w:moveFrom>{run("We ate.")}')
        + paragraph(run("We slept.") + run("Not to be seen.", "<w:vanish/>"))
        + paragraph(run("Seen.", '<w:vanish w:val="0"/>'))
        + paragraph(inserted("We rose."))
    )
    parts = {
        "word/footnotes.xml": wrap("footnotes", f"<w:footnote>{paragraph('Late.')}</w:footnote>"),
        "word/comments.xml": wrap("comments", f"<w:comment>{paragraph('Why?')}</w:comment>"),
        "word/header1.xml": wrap("hdr", paragraph("Draft")),
        "word/media/image1.png": "x",
        "docProps/thumbnail.jpeg": "x",
    }
    path = write_docx(tmp_path / "a.docx", body, parts)
    assert read_texts(path) == ["We came.", "We ate.", "We slept.", "Seen.", "We rose."]
    assert left_out(path) == {
        "deletions": (1, "We left."),
        "moved passages": (1, "We stayed."),
        "hidden text": (1, "Not to be seen."),
        "footnotes": (1, "Late."),
        "comments": (1, "Why?"),
        "headers and footers": (1, "Draft"),
        "pictures": (1, "word/media/image1.png"),
    }
    notes = readers.read(path).notes
    changes = "1 insertion, 1 deletion, 1 moved passage"
    assert f"Tracked changes are read as accepted: {changes}." in notes
    assert "Skipped: 1 footnote (5 characters)." in notes
    assert "Skipped: 1 passage of hidden text (12 characters)." in notes


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next_one(tmp_path):
    mark = '<w:rPr><w:del w:id="9"/></w:rPr>'
    body = paragraph("The port ", mark) + paragraph("grew.") + paragraph("Thank you.", mark)
    path = write_docx(tmp_path / "a.docx", body)
    assert read_texts(path) == ["The port grew.", "Thank you."]


def test_code_of_fields_is_no_text_and_a_field_without_end_takes_none_away(tmp_path):
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    nested = mark.format("begin") + field("NAME", "code") + mark.format("separate")
    sound = paragraph(nested + run("result") + mark.format("end"))
    path = write_docx(tmp_path / "a.docx", paragraph("Hello.") + sound)
    assert read_texts(path) == ["Hello.", "result"]
    assert left_out(path) == {"field codes": (1, "code")}
    path = write_docx(tmp_path / "b.docx", paragraph(mark.format("begin") + run("All this")))
    assert read_texts(path) == ["All this"]


STYLES = wrap(
    "styles",
    '<w:style w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="C1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:styleId="Base"><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:styleId="Label"><w:basedOn w:val="Base"/></w:style>'
    '<w:style w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:styleId="H"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
)


def test_styles_say_what_is_title_label_hidden_or_a_table_of_contents(tmp_path):
    label = run("Tang Yulin:", '<w:rStyle w:val="Label"/>')
    secret = run("Secret.", '<w:rStyle w:val="Secret"/>')
    body = (
        paragraph("On lighthouses", '<w:pStyle w:val="T"/>')
        + paragraph("1 Lamps 3", '<w:pStyle w:val="C1"/>')
        + paragraph(label + run(" We renewed them.") + secret)
        + paragraph(run("Alma Thorsen:", '<w:color w:val="0033FF"/>') + run(" When?"))
        + paragraph(run("Nothing", '<w:color w:val="000000"/>') + run(" is black."))
    )
    path = write_docx(tmp_path / "a.docx", body, {"word/styles.xml": STYLES})
    document = readers.read(path)
    assert document.title == "On lighthouses"
    assert [turn.label for turn in document.turns] == ["Tang Yulin:", "Alma Thorsen:"]
    assert document.turns[1].paragraphs == ("When?", "Nothing is black.")
    assert left_out(path) == {
        "hidden text": (1, "Secret."),
        "table of contents": (1, "1 Lamps 3"),
    }


def level(number: int, form: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


NUMBERS = wrap(
    "numbering",
    '<w:abstractNum w:abstractNumId="7">'
    + level(0, "chineseCounting", "%1、")
    + level(1, "decimal", "%1.%2")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="8">'
    + level(0, "bullet", "\uf0b7")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="1"/></w:lvlOverride></w:num>',
)


def test_numbers_of_lists_are_text_and_bullets_are_none(tmp_path):
    def item(text: str, list_id: int, depth: int = 0) -> str:
        return paragraph(
            text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_id}"/></w:numPr>'
        )

    body = (
        paragraph("渔业概况", '<w:pStyle w:val="H"/>')
        + item("港口扩建", 1)
        + item("灯塔修缮", 1, 1)
        + item("海浪", 1, 1)
        + item("天气", 2)
        + item("总结", 1)
        + item("另起", 3)
        + paragraph("", '<w:pStyle w:val="H"/>')
    )
    parts = {"word/styles.xml": STYLES, "word/numbering.xml": NUMBERS}
    path = write_docx(tmp_path / "a.docx", body, parts)
    assert readers.read(path).title == "一、渔业概况"
    assert read_texts(path) == [
        "一、渔业概况",
        "二、港口扩建",
        "二.1 灯塔修缮",
        "二.2 海浪",
        "天气",
        "三、总结",
        "一、另起",
    ]


def test_a_document_under_another_name_or_with_broken_links_is_read(tmp_path):
    path = write_docx(tmp_path / "a.docx", paragraph("Good morning."), main="word/document2.xml")
    assert read_texts(path) == ["Good morning."]
    broken = '<Relationships xmlns="x"><Relationship Id="r1" Target="nowhere.xml"/></Relationships>'
    parts = {"word/_rels/document.xml.rels": broken}
    assert read_texts(write_docx(tmp_path / "b.docm", paragraph("Good evening."), parts)) == [
        "Good evening."
    ]


def test_text_in_a_part_of_any_name_is_counted_and_a_damaged_part_stops_nothing(tmp_path):
    chart = "<c:pt idx='0' xmlns:c='c'><c:v>Lamps</c:v></c:pt>"
    parts = {
        "word/hdr3.xml": wrap("hdr", paragraph("Draft")),
        "word/later.xml": wrap("future", paragraph("Not known yet.")),
        "word/charts/chart1.xml": f"<c:chartSpace xmlns:c='c'>{chart}</c:chartSpace>",
        "word/styles.xml": "no XML <",
        "word/vbaProject.bin": "x",
        "word/embeddings/sheet.xlsx": "x",
        "customXml/item1.xml": "<a><t>data</t></a>",
    }
    path = write_docx(tmp_path / "a.docm", paragraph("Good morning."), parts)
    assert read_texts(path) == ["Good morning."]
    assert left_out(path) == {
        "headers and footers": (1, "Draft"),
        "other parts": (1, "Not known yet."),
        "charts": (1, "Lamps"),
        "damaged parts": (1, "word/styles.xml"),
        "macros": (1, "word/vbaProject.bin"),
        "embedded files": (1, "word/embeddings/sheet.xlsx"),
    }
    assert readers.read(path).notes == (
        "Skipped: 1 chart text (5 characters).",
        "Skipped: 1 embedded file.",
        "Skipped: 1 other part with text (12 characters).",
        "Skipped: 1 damaged part.",
    )


def test_boxes_in_boxes_are_read_from_outside_to_inside(tmp_path):
    box = paragraph("Box 5.")
    for number in range(4, 0, -1):
        inner = f"<w:pict><v:shape><v:textbox><w:txbxContent>{box}</w:txbxContent></v:textbox>"
        box = paragraph(run(f"Box {number}.") + f"<w:r>{inner}</v:shape></w:pict></w:r>")
    assert read_texts(write_docx(tmp_path / "a.docx", paragraph("Good morning.") + box)) == [
        "Good morning.",
        *(f"Box {number}." for number in range(1, 6)),
    ]


def test_hostile_word_files_are_read_or_refused_in_one_line(tmp_path):
    spans = (
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="400000000"/></w:tcPr>'
        + paragraph("In a wide cell.")
        + "</w:tc></w:tr></w:tbl>"
    )
    assert read_texts(write_docx(tmp_path / "a.docx", spans)) == ["In a wide cell."]
    changes = paragraph("".join(inserted("a ") + deleted("b ") for _ in range(2_000)))
    (text,) = read_texts(write_docx(tmp_path / "b.docx", changes))
    assert text == " ".join("a" * 2_000)
    nested = "<w:ins>" * 10_000 + run("Deep.") + "</w:ins>" * 10_000
    with pytest.raises(AlignError, match=r"c\.docx: elements .* nested over 256 deep;[^\n]*\Z"):
        readers.read(write_docx(tmp_path / "c.docx", paragraph(nested)))
    nested = "<w:ins>" * 200 + run("Deep.") + "</w:ins>" * 200
    assert read_texts(write_docx(tmp_path / "d.docx", paragraph(nested))) == ["Deep."]


def test_an_entity_bomb_is_refused_in_one_line(tmp_path):
    bomb = '<!ENTITY e0 "haha">' + "".join(
        f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 12)
    )
    body = paragraph("Good &e11; morning.")
    path = write_docx(tmp_path / "a.docx", body, doctype=f"<!DOCTYPE w [{bomb}]>")
    with pytest.raises(AlignError, match=r"a\.docx is not a valid Word file[^\n]*\Z"):
        readers.read(path)
