"""Checks of a document's completeness: letters and labels before and after, closing words.

No rule is of one site. Each finding is a plain sentence for the user.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...records import Document
from ...text.strings import count_letters
from .blocks import Block
from .boilerplate import MENU_WORDS
from .label_words import could_be_label

# Whole bodies come through at 1.00 on the replicas; a lost paragraph of a ten-paragraph page is
# 0.9, a lost label 0.998. Below .95 a paragraph is missing on any page of a usual length.
KEPT = 0.95
_CLOSING = re.compile(
    r"concludes?|conclusion of|that'?s all for|this is the end|thank you|thanks|see you|goodbye|"
    r"到此结束|到这里|就到这|结束|谢谢|再见|感谢|到此為止|謝謝|完$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class LetterCount:
    """One check's figures: how many there were in the page, how many are in the document."""

    name: str
    before: int
    after: int


def count_taken(
    blocks: Sequence[Block], document: Document, missing: int
) -> tuple[LetterCount, ...]:
    """Return label-shaped blocks and letters before and after.

    Short paragraphs that end in a colon may be labels that were not known. ``missing`` counts the
    letters of the source that are in no block.
    """
    labels = sum(1 for turn in document.turns if turn.label)
    texts = [text for _, text in document.paragraphs() if text[-1:] in ":："]
    unread = sum(could_be_label(text[:-1].strip(), document.language) for text in texts)
    letters = sum(count_letters(block.text) for block in blocks)
    return (
        LetterCount("labels", labels + unread, labels),
        LetterCount("letters", letters + missing, letters),
    )


def note_lost_text(found: Sequence[LetterCount]) -> tuple[str, ...]:
    """Say which counts fell."""
    notes = []
    for count in found:
        if count.name == "labels" and count.after < count.before:
            notes.append(
                f"{count.before - count.after} of {count.before} lines that look like a speaker's "
                "label were read as text; check the turns."
            )
        if count.name == "letters" and count.after < KEPT * count.before:
            notes.append(
                f"Only {count.after / count.before:.0%} of the page's text is in the document; "
                "text may be missing."
            )
    return tuple(notes)


def note_menu_entries(document: Document) -> tuple[str, ...]:
    """Say which paragraphs are menu entries."""
    entries = [text for _, text in document.paragraphs() if MENU_WORDS.match(text)]
    if not entries:
        return ()
    return (f"The text holds menu entries ({', '.join(entries[:3])}); the body may be too wide.",)


def note_missing_pages(pages: Sequence[Sequence[Block]]) -> tuple[str, ...]:
    """Say which pages of an article are empty or repeat another page."""
    notes = []
    texts = ["\n".join(block.text for block in blocks) for blocks in pages]
    for number, text in enumerate(texts, 1):
        if not text.strip():
            notes.append(f"Page {number} of {len(texts)} is empty; text is missing there.")
    for text, times in Counter(texts).items():
        if times > 1 and text.strip():
            where = [str(number) for number, other in enumerate(texts, 1) if other == text]
            notes.append(f"Pages {' and '.join(where)} hold the same text; one was left out.")
    return tuple(notes)


def note_truncation(document: Document) -> tuple[str, ...]:
    """Say that a transcript does not end as transcripts do.

    Only a chair closes with a formula; where nobody chairs, an unanswered question is the sign.
    """
    roles = [turn.role for turn in document.turns if turn.label]
    if len(roles) < 2:
        return ()
    last = document.turns[-1]
    if last.role == "media":
        return ("The last question has no answer: the transcript is possibly truncated.",)
    if "chair" in roles and not any(_CLOSING.search(text) for text in last.paragraphs[-2:]):
        return ("No closing formula at the end: the transcript is possibly truncated.",)
    return ()
