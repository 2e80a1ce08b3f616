"""Texts in Markdown: what of their marks is meaning, and what is none."""

from align import readers

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
            ),
        ),
    ]
