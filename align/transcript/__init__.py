"""Blocks of text, in; a Document with header, turns, roles and captions, out.

What pages (``sites``) and files (``readers``) have in common lies here, below both of them.
"""

from .blocks import Block, Sides, has_letters, tidy, weight
from .build import Source, build
from .dates import find_dates, only_date
from .labels import accepted, bare, name_of, title_of
from .language import han_share, language_of, spoken_language

__all__ = [
    "Block",
    "Sides",
    "Source",
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
