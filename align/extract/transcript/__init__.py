"""Building of a Document (header, turns, roles, captions) from blocks of text.

Shared by the sites and by the readers of local files.
"""

from ...text.chinese import detect_language, detect_spoken_language, han_share
from ...text.dates import find_dates, parse_lone_date
from ...text.strings import count_letters, has_letters, normalise_space
from .blocks import Block, Sides
from .build import DocumentSource, build
from .labels import find_labels, name_of, strip_label, title_of

__all__ = [
    "Block",
    "DocumentSource",
    "Sides",
    "build",
    "count_letters",
    "detect_language",
    "detect_spoken_language",
    "find_dates",
    "find_labels",
    "han_share",
    "has_letters",
    "name_of",
    "normalise_space",
    "parse_lone_date",
    "strip_label",
    "title_of",
]
