"""A book is no transcript, whatever looks like a label in it."""

import pytest

from align.records import Document, Turn
from align.sources.extract.transcript import Block
from align.sources.extract.transcript.build import build, list_doubts
from align.sources.extract.transcript.kind import is_transcript

SPEECH = [
    "Fang Heqiao: Good morning. Welcome to this press conference.",
    "North Lamp: When will the lamps be lit?",
    "Tang Yulin: In May, if the weather allows it.",
    "North Lamp: And the boats?",
    "Tang Yulin: They follow in June.",
]
STANZA = ["Package: lamp", "Depends: oil", "Architecture: any", "Description: lamp of a tower"]
SECTIONS = ["1.1. The lamp", "1.2. The oil", "1.2.1 Its barrels"]


def read(texts):
    document = build([Block(text) for text in texts], Document("en", "", ()))
    return document, list(list_doubts(document))


def test_a_transcript_keeps_its_labels():
    document, _ = read(SPEECH)
    assert [turn.label for turn in document.turns] == [
        text[: text.index(":") + 1] for text in SPEECH
    ]
    assert "No date was found." in document.notes


@pytest.mark.parametrize("texts", [["Read this first.", *STANZA * 5], [*SECTIONS, *SPEECH]])
def test_a_manual_has_no_labels_and_loses_no_line(texts):
    document, doubts = read(texts)
    assert [text for _, text in document.paragraphs()] == texts
    assert (document.notes, doubts) == ((), [])


def test_a_label_in_a_hundred_paragraphs_of_a_book_is_none():
    told = tuple(f"Boat {number} passed the cape before noon." for number in range(101))
    assert not is_transcript([Turn("", told), Turn("Note:", ("It came back.",))])
    assert is_transcript([Turn("", told[:20]), Turn("Tang Yulin:", ("It came back.",))])


def test_a_figure_at_the_beginning_of_a_paragraph_is_no_section():
    turns = [Turn("Tang Yulin:", ("1.2 million lamps are lit.", "3.4 billion hours.") * 3)]
    assert is_transcript(turns)
