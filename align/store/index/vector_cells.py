"""faiss in the words of :mod:`.meaning_index`: cells, lists on disk, parts joined.

Vectors in a part are 8 bits a number and keep their bits when parts are joined.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Vectors = NDArray[np.float32]
Index: TypeAlias = Any
Lists: TypeAlias = Any
"""faiss's classes: their types differ from version to version."""


@dataclass(frozen=True, slots=True)
class IndexPart:
    """Poured vectors: the name of their files, their inverted lists, and their keys in order."""

    name: str
    lists: Lists
    keys: Keys


def cells_for(texts: int) -> int:
    """Choose the number of cells: a power of two near four times the root of the texts.

    >>> [cells_for(texts) for texts in (60_000, 300_000, 2_000_000)]
    [1024, 2048, 4096]
    """
    return int(min(4096, max(1024, 2 ** int(np.log2(4 * max(texts, 1) ** 0.5)))))


def probes(cells: int) -> int:
    """Give how many cells are looked into for a query: a quarter.

    Of a sixteenth, an eighth and a quarter only the last finds .95 of the ten nearest at 100,000,
    300,000 and a million made vectors (.955, .972, .972); an eighth finds .91 to .93 in half the
    time (``benchmarks/semantic_search.py``).
    """
    return max(1, cells // 4)


def flat(width: int) -> Index:
    """Make an index that compares all its vectors, by key."""
    import faiss

    return faiss.IndexIDMap2(faiss.IndexFlatIP(width))


def inner(index: Index) -> Index:
    """Give the index of vectors below the one of keys."""
    import faiss

    return faiss.downcast_index(index.index)


def over(cells: Index, lists: Lists, width: int = 0, count: int = 0) -> Index:
    """Make an index with the cells of another one over other lists, or a new one to be trained."""
    import faiss

    middles = faiss.IndexFlatIP(width) if cells is None else cells.quantizer
    width, count = (width, count) if cells is None else (cells.d, cells.nlist)
    index = faiss.IndexIVFScalarQuantizer(
        middles, width, count, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT, False
    )
    if cells is not None:
        index.sq, index.is_trained = cells.sq, True
        index.replace_invlists(lists, False)  # faiss does not keep them alive: the caller does
    return index


def array_lists(cells: Index) -> Lists:
    """Make empty lists in memory."""
    import faiss

    return faiss.ArrayInvertedLists(cells.nlist, cells.code_size)


def opened(folder: Path, name: str) -> IndexPart:
    """Map the files of a part."""
    import faiss

    reader = faiss.FileIOReader(str(folder / f"{name}.lists"))
    lists = faiss.read_InvertedLists(reader, faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
    return IndexPart(name, lists, np.load(folder / f"{name}.npy", mmap_mode="r"))


def joined(cells: Index, parts: Sequence[IndexPart], dead: Keys) -> Lists:
    """Copy the lists of parts into one, without dead keys."""
    import faiss

    made = array_lists(cells)
    width = cells.code_size
    for cell in range(cells.nlist):
        for part in parts:
            size = part.lists.list_size(cell)
            if not size:
                continue
            keys = faiss.rev_swig_ptr(part.lists.get_ids(cell), size)
            codes = faiss.rev_swig_ptr(part.lists.get_codes(cell), size * width)
            kept = ~standing(dead, keys)
            keys, codes = keys[kept], codes.reshape(size, width)[kept]
            if len(keys):
                made.add_entries(cell, len(keys), faiss.swig_ptr(keys), faiss.swig_ptr(codes))
    return made


def standing(ordered: Keys, keys: Keys) -> NDArray[np.bool_]:
    """Say which keys stand in an ordered array."""
    if not len(ordered):
        return np.zeros(len(keys), dtype=bool)
    at = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    return np.asarray(ordered[at] == keys)
