"""The test whether a text is a transcript; books also have lines that look like labels."""

import re
from collections.abc import Sequence

from ....records import Turn

# In 269 documents with labels from real sites every turn ends in a sentence, no section has a
# number, and there are at most four paragraphs per label. Manuals differ: "Package:" opens no
# speech.
_LEAST_ENDED = 0.6  # share of the turns
_MOST_SECTIONS = 2
_MOST_PARAGRAPHS = 100  # per label

_SENTENCE_END = re.compile(r"[.。!！?？…][\"'”’)）\]】」』]*\s*$")
# 3.2. Installing, 3.2.1 Installing; a figure ("1.2 million people came.") ends in a sentence.
_SECTION = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+\S.{0,80}(?<![.。!！?？:：;；])$")


def is_transcript(turns: Sequence[Turn]) -> bool:
    """Return whether turns that were found by labels are speech.

    ``False`` also if none has a label.
    """
    labelled = [turn for turn in turns if turn.label]
    spoken = [turn for turn in labelled if turn.paragraphs]
    if not spoken:
        return bool(labelled)
    paragraphs = [text for turn in turns for text in turn.paragraphs]
    ended = sum(1 for turn in spoken if _SENTENCE_END.search(turn.paragraphs[-1]))
    sections = sum(1 for text in paragraphs if _SECTION.match(text))
    return (
        ended >= _LEAST_ENDED * len(spoken)
        and sections <= _MOST_SECTIONS
        and len(paragraphs) <= _MOST_PARAGRAPHS * len(labelled)
    )
