"""A document and the blocks it was built from, in; sentences about what may be missing, out."""

from ..records import Document
from .site import PageParts
from .transcript.completeness import (
    LetterCount,
    counts,
    lost_text,
    menu_words,
    page_notes,
    truncation,
)


def guard_counts(document: Document, parts: PageParts) -> tuple[LetterCount, ...]:
    """Return the guards' figures, for a report."""
    return counts(parts.body, document, parts.missing)


def guard_notes(document: Document, parts: PageParts) -> tuple[str, ...]:
    """Return every finding as a sentence; none when all is well."""
    return (
        *lost_text(guard_counts(document, parts)),
        *menu_words(document),
        *(page_notes(parts.pages) if len(parts.pages) > 1 else ()),
        *truncation(document),
    )
