"""The vectors of a corpus on disk, searched with faiss.

The newest vectors are in one flat index. Whenever it has ``exact`` of them they move into cells
(IVF) with 8 bits a number, in parts of bounded size that are mapped and not read. ``about.json``
names the files that count; of two programs that save at the same time the first one wins.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

logger = logging.getLogger(__name__)

Keys = NDArray[np.int64]
Vectors = NDArray[np.float32]
Index: TypeAlias = Any  # a faiss index: its types differ from version to version


@cache
def _faiss() -> Any:  # noqa: ANN401 # a module without types
    """Return faiss, which takes a second to load."""
    return import_module("faiss")


VERSION = 2  # raised with every change of the files; those of another version are ignored
EXACT = 50_000  # vectors that are compared one by one at most: 100 MB of USE's
PART = 250_000  # vectors in a part at most: 130 MB while it is rewritten
UNWANTED = 1 / 3  # a part is rewritten when more than this share of its keys is unwanted


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    index: Index
    keys: Keys


class VectorIndex:
    """Vectors by key, in a folder or in memory. Not safe for threads that write.

    :param folder: where the files are; ``None`` keeps all vectors in the flat index, in memory.
    :param wanted_keys: returns every key that is still wanted; called when vectors move.
    :param cells: number of cells; 0 chooses it by the number of vectors.
    """

    def __init__(
        self,
        folder: Path | None,
        width: int,
        wanted_keys: Callable[[], Keys],
        *,
        exact: int = EXACT,
        part: int = PART,
        cells: int = 0,
    ) -> None:
        self._folder, self._width, self._wanted_keys = folder, width, wanted_keys
        self._exact, self._part_size, self._cells = exact, part, cells
        self._reset()
        self._load()

    def _reset(self) -> None:
        self.seen: dict[str, str] = {}
        self._token = self._flat_name = ""
        self._flat, self._flat_changed = _new_flat(self._width), False
        self._parts: list[_Part] = []

    def __len__(self) -> int:
        """Return the number of vectors, including unwanted ones."""
        return int(self._flat.ntotal) + sum(len(part.keys) for part in self._parts)

    @property
    def kind(self) -> str:
        """The kind of the larger index, in the words of faiss."""
        return f"IVF{self._parts[0].index.nlist},SQ8" if self._parts else "Flat"

    def missing(self, keys: Keys) -> Keys:
        """Return those of some distinct keys that have no vector yet."""
        for known in (*(part.keys for part in self._parts), _flat_keys(self._flat)):
            keys = keys[~np.isin(keys, known)]
        return keys

    def add(self, keys: Keys, vectors: Vectors, *, expected: int) -> None:
        """Add vectors of length 1 whose keys are new, the first of them a fair sample of all.

        :param expected: how many there will be in all; it chooses the number of cells, once.
        """
        self._flat.add_with_ids(vectors, keys)
        self._flat_changed = True
        if self._flat.ntotal >= self._exact and self._folder is not None:
            try:
                self._move_into_cells(self._folder, max(expected, len(self)))
            except (OSError, RuntimeError) as error:  # faiss raises the second
                logger.warning("%s: the vectors stay in memory (%s)", self._folder, error)
                self._folder = None  # nothing is saved any more; what was saved is left

    def nearest(self, vector: Vectors, size: int, among: Keys | None = None) -> dict[int, float]:
        """Return the keys of the vectors nearest to one, (1, width), with the inner products.

        :param among: search these keys only, and every one of them.
        """
        flat, cells = _faiss().SearchParameters(), _faiss().SearchParametersIVF()
        if among is not None:
            flat.sel = cells.sel = selector = _faiss().IDSelectorBatch(among)  # noqa: F841 # kept alive
        found = [self._flat.search(vector, size, params=flat)]
        for part in self._parts:
            cells.nprobe = probes(part.index.nlist) if among is None else part.index.nlist
            found.append(part.index.search(vector, size, params=cells))
        scores = np.concatenate([scores[0] for scores, _ in found])
        keys = np.concatenate([keys[0] for _, keys in found])
        order = np.lexsort((keys, -scores))
        order = order[keys[order] >= 0][:size]
        return dict(zip(keys[order].tolist(), scores[order].tolist(), strict=True))

    def save(self, seen: Mapping[str, str] | None = None) -> None:
        """Write what is new, if it can be; ``seen`` as before where it is ``None``."""
        if seen is not None:
            self.seen = dict(seen)
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if _about(self._folder).get("token", "") == self._token:
                self._write(self._folder)
            else:  # another program saved first
                self._reset()
                self._load()
        except (OSError, RuntimeError) as error:  # faiss raises the second
            logger.info("%s: the index of meaning cannot be kept: %s", self._folder, error)

    def _write(self, folder: Path) -> None:
        if self._flat_changed:
            self._flat_name = f"flat-{uuid4().hex}.faiss"
            _faiss().write_index(self._flat, str(folder / self._flat_name))
            self._flat_changed = False
        self._token, parts = uuid4().hex, [part.name for part in self._parts]
        about = {"version": VERSION, "token": self._token, "flat": self._flat_name, "parts": parts}
        fresh = folder / f"about-{self._token}.new"
        fresh.write_text(json.dumps({**about, "seen": self.seen}), encoding="utf-8")
        fresh.replace(folder / "about.json")
        named = {"about.json", self._flat_name, *parts}
        for path in folder.iterdir():  # older ones, and those of programs that were stopped
            if path.name not in named:
                path.unlink(missing_ok=True)

    def _load(self) -> None:
        """Open the files of an earlier run; damaged ones are built anew."""
        if self._folder is None or not (about := _about(self._folder)):
            return
        try:
            self.seen, self._token = dict(about["seen"]), str(about["token"])
            self._flat_name = str(about["flat"])
            if self._flat_name:
                self._flat = _faiss().read_index(str(self._folder / self._flat_name))
            self._parts = [_open_part(self._folder, str(name)) for name in about["parts"]]
        except (OSError, RuntimeError, ValueError, KeyError, TypeError):
            self._reset()
            self._token = str(about.get("token", ""))

    def _move_into_cells(self, folder: Path, expected: int) -> None:
        """Move the wanted vectors of the flat index into a part, and rewrite half-dead parts."""
        wanted = self._wanted_keys()
        keys = _flat_keys(self._flat)
        self._flat.remove_ids(keys[~np.isin(keys, wanted)])
        if self._flat.ntotal < self._exact / 2:
            return
        folder.mkdir(parents=True, exist_ok=True)
        keys = _flat_keys(self._flat)
        vectors = np.asarray(_faiss().downcast_index(self._flat.index).reconstruct_n(), np.float32)
        room = self._part_size - len(keys)
        growing = next((part for part in self._parts if len(part.keys) <= room), None)
        if growing is not None:
            index = _read(folder, growing, wanted)
        elif self._parts:  # the same cells
            index = _read(folder, self._parts[0], wanted)
            index.reset()
        else:
            index = _trained(vectors, self._cells or cells_for(expected))
        index.add_with_ids(vectors, keys)
        parts = [_write_part(folder, index)]
        for part in self._parts:
            if part is not growing:
                rewrite = np.isin(part.keys, wanted).mean() < 1 - UNWANTED
                parts.append(_write_part(folder, _read(folder, part, wanted)) if rewrite else part)
        self._parts = [part for part in parts if len(part.keys)]
        self._flat, self._flat_changed, self._flat_name = _new_flat(self._width), False, ""


def cells_for(vectors: int) -> int:
    """Return a number of cells: a power of two near four times the root of that of vectors.

    >>> [cells_for(vectors) for vectors in (60_000, 300_000, 2_000_000)]
    [1024, 2048, 4096]
    """
    return int(min(4096, max(1024, 2 ** int(np.log2(4 * max(vectors, 1) ** 0.5)))))


def probes(cells: int) -> int:
    """Return how many cells are searched for a query: a quarter.

    It finds .95 of the ten nearest, an eighth .91 (``benchmarks/semantic_search.py``).
    """
    return max(1, cells // 4)


def _trained(vectors: Vectors, cells: int) -> Index:
    """Find the middles of the cells, and the range of each number."""
    kind = f"IVF{min(cells, len(vectors))},SQ8"
    index: Index = _faiss().index_factory(vectors.shape[1], kind, _faiss().METRIC_INNER_PRODUCT)
    index.cp.min_points_per_centroid = 1
    index.cp.niter = 10
    index.by_residual = False
    index.train(vectors)
    return index


def _new_flat(width: int) -> Index:
    return _faiss().IndexIDMap2(_faiss().IndexFlatIP(width))


def _flat_keys(index: Index) -> Keys:
    return np.asarray(_faiss().vector_to_array(index.id_map), dtype=np.int64)


def _write_part(folder: Path, index: Index) -> _Part:
    name = f"cells-{uuid4().hex}.faiss"
    _faiss().write_index(index, str(folder / name))
    return _open_part(folder, name)


def _open_part(folder: Path, name: str) -> _Part:
    """Map the file of a part."""
    mapped = _faiss().IO_FLAG_MMAP | _faiss().IO_FLAG_READ_ONLY
    index: Index = _faiss().read_index(str(folder / name), mapped)
    # Threads that read lists ahead cost more than they save: a query is a third quicker without.
    lists: Any = _faiss().downcast_InvertedLists(index.invlists)
    lists.prefetch_nthread = 0
    size, ids = lists.list_size, lists.get_ids
    full = (cell for cell in range(index.nlist) if size(cell))
    keys = [_faiss().rev_swig_ptr(ids(cell), size(cell)).copy() for cell in full]
    return _Part(name, index, np.concatenate([np.zeros(0, np.int64), *keys]))


def _read(folder: Path, part: _Part, wanted: Keys) -> Index:
    """Read a part into memory, without the keys that are not wanted."""
    index: Index = _faiss().read_index(str(folder / part.name))
    index.remove_ids(part.keys[~np.isin(part.keys, wanted)])
    return index


def _about(folder: Path) -> dict[str, Any]:
    """Return the account of the files; nothing where they cannot be used."""
    try:
        about = json.loads((folder / "about.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return about if isinstance(about, dict) and about.get("version") == VERSION else {}
