"""Blocks of text, in; a Document with header, turns, roles and captions, out.

What pages (``sites``) and files (``readers``) have in common lies here, below both of them.
"""

from ...text.dates import find_dates, only_date
from ...text.language import han_share, language_of, spoken_language
from ...text.whitespace import count_letters, has_letters, normalise_space
from .blocks import Block, Sides
from .build import DocumentSource, build
from .labels import find_labels, name_of, strip_label, title_of

__all__ = [
    "Block",
    "DocumentSource",
    "Sides",
    "find_labels",
    "strip_label",
    "build",
    "find_dates",
    "han_share",
    "has_letters",
    "language_of",
    "name_of",
    "only_date",
    "spoken_language",
    "normalise_space",
    "title_of",
    "count_letters",
]
