"""From blocks of text to a document: header, labels, turns and roles."""

import re
from dataclasses import dataclass

from ....aligner.text.chinese import CJK
from ....records import Language, TablePlace

# "Date: 5 March", "方禾乔：谢谢": a line of its own.
KEY = re.compile(rf"[A-Z][^:：.,;]{{0,19}}[:：](?!//)|[{CJK}][^:：，。；]{{0,9}}[:：]")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph as shown on the page, with the facts that its markup gives."""

    text: str
    lead: str = ""  # the text in bold or colour at its start, which is often a label
    caption: bool = False  # the caption of a picture
    gap: bool = False  # an empty line precedes it
    language: Language | None = None  # given by the format, for instance by a table column
    label: bool = False  # a speaker's label, according to the format
    linked: bool = False  # all of its text is in links
    code: bool = False  # a line of preformatted text, such as program code
    table: TablePlace | None = None  # the row of the table that it is in
