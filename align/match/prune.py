"""The coarse pass: all beads of the band scored by their cosine alone, the hopeless ones dropped.

In: cells of the band and the similarity of spans. Out: the edges worth describing in full. Kept as
one row of bead types per cell, so that the memory grows with the cells and not with the features.
"""

import numpy as np
from numpy.typing import NDArray

from .lattice import BEAD_TYPES, Edges
from .results import Vectors

HOPELESS = 1e-6
"""Edges with a smaller posterior in this pass are dropped: 1 in 10 stays; no gold bead of mac-dev
or scio-dev is lost at 1e-6 (nor at 1e-8)."""

SLOPE, SIZE, SKIP = 15.0, -2.5, -3.0
"""Score of a bead: slope x (cosine - level) + size x sentences; of a skipped sentence. Chosen by
hand; by themselves they reach .858 strict F1 on mac-dev."""

Keys = NDArray[np.int64]


def hopeful(cells: Keys, zh: Vectors, en: Vectors, level: float) -> Edges:
    """Return the edges that may be part of the alignment.

    All skips between cells that some likely path passes are kept, so that every such cell can be
    reached under any constraint.

    :param zh: vectors of spans (longest, sentences, width); likewise ``en``.
    :param level: mean cosine of any two sentences.
    """
    from . import kernels

    width = en.shape[1] + 1
    types = np.array(BEAD_TYPES, np.int32)
    source = _sources(cells, width)
    flat = zh.reshape(-1, zh.shape[2]), en.reshape(-1, en.shape[2])
    score = kernels.coarse_scores(
        cells, source, types, *flat, width, np.array([SLOPE, SIZE, SKIP, level])
    )
    keep = kernels.coarse_posterior(source, score, types, HOPELESS)
    ends, kinds = np.nonzero(keep)
    return Edges.from_keys(cells[source[ends, kinds]], cells[ends], width)


def _sources(cells: Keys, width: int) -> NDArray[np.int32]:
    """Return for each cell and bead type the cell where the bead starts, -1 where there is none."""
    source = np.full((len(cells), len(BEAD_TYPES)), -1, np.int32)
    columns = cells % width
    for kind, (tall, broad) in enumerate(BEAD_TYPES):
        inside = np.flatnonzero((columns >= broad) & (cells >= tall * width))
        starts = cells[inside] - (tall * width + broad)
        place = np.minimum(np.searchsorted(cells, starts), len(cells) - 1)
        found = cells[place] == starts
        source[inside[found], kind] = place[found]
    return source
