"""A document without a counterpart and pages at hand in, the most likely counterparts out."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from .. import extract
from ..encoders import Encoder
from ..errors import AlignError
from ..records import Document, Page
from ..segment import segment
from .documents import decoded
from .same_briefing import Proposal, propose

SENTENCES = 60
"""Sentences of a document that make its vector: its beginning tells what it is about."""


def proposals(
    document: Document, pages: Iterable[Page], encoder: Encoder, *, count: int = 3
) -> tuple[Proposal, ...]:
    """Find documents of the other language that may be the counterpart, the likeliest first.

    Pages that hold no transcript, or go on from another page, are passed over.
    """
    candidates = list(_documents(pages, document))
    if not candidates:
        return ()
    vectors = np.stack([_vector(candidate, encoder) for candidate in candidates])
    found = propose(document, candidates, _vector(document, encoder), vectors, count=count)
    return tuple(proposal for proposal in found if proposal.judgement.ok)


def _documents(pages: Iterable[Page], document: Document) -> Iterator[Document]:
    for page in pages:
        if extract.page_number(page.final_url) > 1:
            continue
        try:
            other = extract.read_document([decoded(page)])
        except AlignError:  # a list, a gallery: no candidate
            continue
        if other.language != document.language:
            yield other


def _vector(document: Document, encoder: Encoder) -> NDArray[np.float32]:
    sentences = [sentence.clean for sentence in segment(document)[:SENTENCES]]
    total = encoder.encode([text for text in sentences if text] or [document.title or "?"]).sum(0)
    length = float(np.linalg.norm(total))
    return np.asarray(total / length if length else total, dtype=np.float32)
