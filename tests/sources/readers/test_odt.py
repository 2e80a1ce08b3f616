"""Texts of LibreOffice and Markdown: what of their marks is meaning, and what is none."""

import zipfile

import pytest

from align.errors import AlignError
from align.sources import limits, readers

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>{doctype}<office:document-content '
    + " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (
            ("office", "office"), ("text", "text"), ("style", "style"), ("table", "table"),
            ("fo", "xsl-fo-compatible"),
        )
    )
    + '><office:automatic-styles><style:style style:name="T1"><style:text-properties '
    'fo:font-weight="bold"/></style:style></office:automatic-styles><office:body><office:text>'
)  # fmt: skip
TAIL = "</office:text></office:body></office:document-content>"
BODY = (
    '<text:p text:style-name="Title">On lighthouses</text:p>'
    '<text:p><text:span text:style-name="T1">Alma Thorsen:</text:span> '
    "Will it<text:s/>open?</text:p>"
    '<text:p><text:span text:style-name="T1">Tang Yulin:</text:span> Yes,'
    "<text:note><text:note-body><text:p>A note.</text:p></text:note-body></text:note> in May."
    "<text:line-break/>Come all.</text:p>"
)


def saved(tmp_path, body, *, doctype="", manifest="<manifest/>"):
    path = tmp_path / "a.odt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", HEAD.replace("{doctype}", doctype) + body + TAIL)
    return path


def test_paragraphs_have_their_bold_labels_and_no_notes(tmp_path):
    document = readers.read(saved(tmp_path, BODY))
    assert document.title == "On lighthouses"
    assert [(turn.label, turn.paragraphs) for turn in document.turns] == [
        ("Alma Thorsen:", ("Will it open?",)),
        ("Tang Yulin:", ("Yes, in May.", "Come all.")),
    ]


def test_a_table_of_two_columns_gives_both_documents(tmp_path):
    rows = [("大家上午好。", "Good morning."), ("谢谢。", "Thank you.")]
    cells = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in row)
        + "</table:table-row>"
        for row in rows
    )
    zh_side, en_side = readers.read_documents(
        saved(tmp_path, f"<table:table>{cells}</table:table>")
    )
    assert [text for _, text in zh_side.paragraphs()] == ["大家上午好。", "谢谢。"]
    assert [text for _, text in en_side.paragraphs()] == ["Good morning.", "Thank you."]


def test_entities_read_no_file(tmp_path):
    (tmp_path / "secret.txt").write_text("the secret word", encoding="utf-8")
    outside = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    path = saved(tmp_path, "<text:p>Good morning, &e;.</text:p>", doctype=outside)
    assert "secret" not in repr(readers.read(path))


@pytest.mark.parametrize(
    ("body", "options", "message"),
    [
        ("", {}, "contains no text"),
        ("<text:p/>" * (limits.MOST_PARAGRAPHS + 1), {}, "50,001 paragraphs"),
        (BODY, {"manifest": '<m:encryption-data m="x"/> encrypted'}, "has a password"),
        ("<text:p>", {}, "is not a valid ODT file"),
        ("<text:p>\0", {}, r"is not a valid ODT file: [^\n]*\Z"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path, body, options, message):
    with pytest.raises(AlignError, match=message):
        readers.read(saved(tmp_path, body, **options))


MARKDOWN = """---
layout: press
---
# Lighthouses renewed

![a lamp](lamp.png)

**Fang Heqiao:** Good morning, friends from the *media*. See
[the list](http://a.example/list_of_lamps).

> **Tang Yulin:** Thank you. We renewed 128 lamps\\*.

---

- The first is in Linxi.
- The second is at file_name_here.
<!-- to be checked -->

2031. It was <b>the year</b> of lamps.
---

    **Fang Heqiao:** Thank you.
"""


def test_markdown_is_read_without_its_marks(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(MARKDOWN, encoding="utf-8")
    document = readers.read(path)
    assert document.title == "Lighthouses renewed"
    assert [(turn.label, turn.paragraphs) for turn in document.turns] == [
        ("Fang Heqiao:", ("Good morning, friends from the media. See the list.",)),
        (
            "Tang Yulin:",
            (
                "Thank you. We renewed 128 lamps*.",
                "The first is in Linxi.",
                "The second is at file_name_here.",
                "2031. It was the year of lamps.",
            ),
        ),
        ("Fang Heqiao:", ("Thank you.",)),
    ]


def test_of_a_text_in_both_languages_each_side_keeps_its_own_heading(tmp_path):
    path = tmp_path / "a.md"
    text = "# 灯塔修好了\n\n# The lights are renewed\n\n港口扩建。\n\nThe port grew."
    text += "\n\n谢谢。\n\nThanks."
    path.write_text(text, encoding="utf-8")
    zh, en = readers.read_documents(path)
    assert (zh.title, en.title) == ("灯塔修好了", "The lights are renewed")
    assert [next(side.paragraphs())[1] for side in (zh, en)] == [zh.title, en.title]
