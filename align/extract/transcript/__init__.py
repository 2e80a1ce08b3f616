"""Blocks of text, in; a Document with header, turns, roles and captions, out.

What pages (``sites``) and files (``readers``) have in common lies here, below both of them.
"""

from ...text.dates import find_dates, only_date
from ...text.language import han_share, language_of, spoken_language
from ...text.whitespace import has_letters, tidy, weight
from .blocks import Block, Sides
from .build import DocumentSource, build
from .labels import accepted, bare, name_of, title_of

__all__ = [
    "Block",
    "DocumentSource",
    "Sides",
    "accepted",
    "bare",
    "build",
    "find_dates",
    "han_share",
    "has_letters",
    "language_of",
    "name_of",
    "only_date",
    "spoken_language",
    "tidy",
    "title_of",
    "weight",
]
