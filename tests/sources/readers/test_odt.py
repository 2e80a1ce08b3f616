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


def numbered(level: int, form: str, **words: str) -> str:
    more = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in words.items())
    more = more.replace(" num-", " style:num-").replace(" display-", " text:display-")
    return (
        f'<text:list-level-style-number text:level="{level}" style:num-format="{form}"'
        f"{more}></text:list-level-style-number>"
    )


LISTS = (
    '<text:list-style style:name="L">'
    + numbered(1, "一, 二, 三, ...", num_suffix="、")
    + numbered(2, "1", num_suffix=".", display_levels="2")
    + '</text:list-style><text:list-style style:name="B">'
    '<text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>'
    '<text:list-style style:name="P">'
    + numbered(1, "i", num_list_format="(%1%)")
    + '</text:list-style><style:style style:name="Q" style:family="paragraph" '
    'style:list-style-name="P"/>'
)


def item(*paragraphs: str, start: str = "", within: str = "") -> str:
    texts = "".join(f"<text:p>{text}</text:p>" for text in paragraphs)
    start = f' text:start-value="{start}"' if start else ""
    return f"<text:list-item{start}>{texts}{within}</text:list-item>"


def test_numbers_of_lists_are_text_and_bullets_are_none(tmp_path):
    inner = "<text:list>" + item("灯塔修缮") + item("海浪", "细节") + "</text:list>"
    body = (
        LISTS
        + f'<text:list text:style-name="L" xml:id="a">{item("港口扩建", within=inner)}'
        + f"{item('')}{item('总结')}</text:list><text:p>中间。</text:p>"
        + f'<text:list text:style-name="B">{item("天气")}</text:list>'
        + f'<text:list text:style-name="L" text:continue-list="a">{item("继续")}</text:list>'
        + f'<text:list text:style-name="L">{item("另起", start="9")}{item("又一")}</text:list>'
        + "<text:list>"
        + item("By its style").replace("<text:p>", '<text:p text:style-name="Q">')
        + "</text:list>"
    )
    document = readers.read(saved(tmp_path, body))
    assert [text for _, text in document.paragraphs()] == [
        "一、港口扩建", "一.1. 灯塔修缮", "一.2. 海浪", "细节", "三、总结", "中间。", "天气",
        "四、继续", "九、另起", "十、又一", "(i) By its style",
    ]  # fmt: skip
    assert not any("could not be read" in str(note) for note in document.notes)


def test_numbered_headings_have_their_numbers(tmp_path):
    outline = (
        "<text:outline-style>"
        + "".join(
            numbered(level, "1", display_levels=str(level)).replace("list-level", "outline-level")
            for level in (1, 2)
        )
        + "</text:outline-style>"
    )
    heads = "".join(
        f'<text:h text:outline-level="{level}"{more}>{text}</text:h><text:p>Text.</text:p>'
        for level, text, more in (
            (1, "Ports", ""), (2, "Lamps", ""), (1, "Plain", ' text:is-list-header="true"'),
            (2, "Tides", ""), (1, "Ships", ""), (2, "Sails", ""),
        )
    )  # fmt: skip
    document = readers.read(saved(tmp_path, outline + heads))
    read = [document.title, *(text for _, text in document.paragraphs())]
    heads = [text for text in read if text != "Text."]
    assert heads[-6:] == ["1 Ports", "1.1 Lamps", "Plain", "1.2 Tides", "2 Ships", "2.1 Sails"]


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
        (BODY, {"manifest": "<m><encryption-data/></m>"}, "has a password"),
        ("<text:p>", {}, "is not a valid ODT file"),
        ("<text:p>\0", {}, r"is not a valid ODT file \([^\n]*\Z"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path, body, options, message):
    with pytest.raises(AlignError, match=message):
        readers.read(saved(tmp_path, body, **options))


def test_damaged_parts_and_a_picture_called_encrypted_stop_nothing(tmp_path):
    manifest = '<manifest><file-entry full-path="Pictures/encrypted.png"/></manifest>'
    path = saved(tmp_path, "<text:p>Good morning.</text:p>", manifest=manifest)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("styles.xml", "<bad")
        archive.writestr("Basic/Standard/Module1.xml", "<x/>")
        archive.writestr("Object 1/content.xml", "<x>An embedded text.</x>")
    (reading,) = readers.read_parts(path)
    assert [text for _, text in reading.document.paragraphs()] == ["Good morning."]
    assert {part.reason for part in reading.left_out} == {
        "damaged parts", "macros", "embedded files",
    }  # fmt: skip
    notes = [str(note) for note in reading.document.notes]
    assert notes == ["Skipped: 1 embedded file.", "Skipped: 1 damaged part."]


def test_a_file_without_a_manifest_is_read(tmp_path):
    path = tmp_path / "b.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", HEAD.replace("{doctype}", "") + BODY + TAIL)
    assert readers.read(path).title == "On lighthouses"


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
