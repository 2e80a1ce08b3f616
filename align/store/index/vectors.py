"""The vectors of a corpus on disk: keys and vectors in, the keys of the nearest out.

The first vectors lie loose, in one faiss index that compares all of them. Whenever there are
``exact`` of them they are poured into cells: a faiss IVF index with 8 bits a number, in parts that
are files. A part is written once and mapped, never read whole, so that opening takes no time and
the memory that a query touches is the system's to take back. What was saved holds: a build that
stops goes on from there. Keys that are no longer wanted cost room only; when the loose ones are
poured, they and parts of which a third is unwanted are rid of them.

The files stand in a folder of their own and ``about.json`` names those that count. Where two
programs save at the same time the first wins, and the other one reads what it wrote.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from .vector_cells import (
    Index,
    IndexPart,
    Keys,
    Lists,
    Vectors,
    array_lists,
    cells_for,
    flat,
    inner,
    joined,
    opened,
    over,
    probes,
    standing,
)

logger = logging.getLogger(__name__)

VERSION = 1
"""Raised with every change of the files; others are left aside and built anew."""

SHARE_OF_DEAD = 1 / 3
"""A part is written anew when so much of it is not wanted any more."""

ABANDONED = 24 * 3600
"""Seconds after which a file that ``about.json`` does not name is nobody's."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes, in vectors: they bound memory, and tests make them small.

    ``exact`` lie loose at most (100 MB of USE's), ``part`` are in a part that others are joined to
    (130 MB while it is written); ``cells`` is 0 where it follows from the number of texts.
    """

    exact: int = 50_000
    part: int = 250_000
    cells: int = 0


@dataclass(frozen=True, slots=True)
class Nearest:
    """Keys of vectors, the nearest first, each with its inner product with the query."""

    keys: Keys
    scores: NDArray[np.float32]


class VectorIndex:
    """Vectors by key, in a folder or in memory. Not safe for threads that write.

    :param alive: gives every key that is still wanted; asked when loose vectors are poured.
    """

    def __init__(
        self,
        folder: Path | None,
        width: int,
        alive: Callable[[], Keys],
        limits: Limits | None = None,
    ) -> None:
        self._folder, self._width, self._alive = folder, width, alive
        self._limits = limits or Limits()
        self._made: set[str] = set()  # files that this index wrote and may remove
        self._empty()
        self._load()

    def _empty(self) -> None:
        self._cells: Index = None
        self._cells_name = ""
        self._parts: list[IndexPart] = []
        self._loose = flat(self._width)
        self._loose_name = ""
        self._loose_changed = False
        self.seen: dict[str, str] = {}
        self._token = ""

    def __len__(self) -> int:
        """Give the number of vectors, unwanted ones too."""
        return int(self._loose.ntotal) + sum(len(part.keys) for part in self._parts)

    @property
    def kind(self) -> str:
        """Say how vectors are kept, in faiss's words."""
        return f"IVF{self._cells.nlist},SQ8" if self._parts else "Flat"

    def missing(self, keys: Keys) -> Keys:
        """Give those of some keys, in order and without repetition, that have no vector yet."""
        for known in (*(part.keys for part in self._parts), np.sort(self._loose_keys())):
            keys = keys[~standing(known, keys)]
        return keys

    def add(self, keys: Keys, vectors: Vectors, *, expected: int) -> None:
        """Take in vectors of length 1 whose keys are new.

        :param expected: how many there will be in all; it chooses the number of cells, once. The
            first that are added should be a fair sample of them.
        """
        self._loose.add_with_ids(vectors, keys)
        self._loose_changed = True
        if self._loose.ntotal >= self._limits.exact:
            self._pour(max(expected, len(self)))

    def nearest(self, vector: Vectors, size: int, among: Keys | None = None) -> Nearest:
        """Find the vectors with the greatest inner product with one vector, (1, width).

        :param among: look at these keys only, and at every one of them.
        """
        found = self._near_all(vector, size) if among is None else self._only(vector, size, among)
        scores = np.concatenate([scores[0] for scores, _ in found])
        keys = np.concatenate([keys[0] for _, keys in found])
        order = np.lexsort((keys, -scores))
        order = order[keys[order] >= 0][:size]
        return Nearest(keys[order], scores[order])

    def _near_all(self, vector: Vectors, size: int) -> list[tuple[Vectors, NDArray[np.int64]]]:
        found = [self._loose.search(vector, size)]
        if self._parts:
            looked = probes(self._cells.nlist)
            near, cells = self._cells.quantizer.search(vector, looked)
            for part in self._parts:
                index = over(self._cells, part.lists)
                index.nprobe = looked
                found.append(index.search_preassigned(vector, size, cells, near))
        return found

    def _only(
        self, vector: Vectors, size: int, among: Keys
    ) -> list[tuple[Vectors, NDArray[np.int64]]]:
        import faiss

        only = faiss.IDSelectorBatch(among)
        loosely, asked = faiss.SearchParameters(), faiss.SearchParametersIVF()
        loosely.sel = asked.sel = only
        asked.nprobe = self._cells.nlist if self._parts else 0
        return [
            self._loose.search(vector, size, params=loosely),
            *(
                over(self._cells, part.lists).search(vector, size, params=asked)
                for part in self._parts
            ),
        ]

    def save(self, seen: Mapping[str, str] | None = None) -> None:
        """Write what is new beside the corpus, if that can be written.

        :param seen: which state of each briefing the vectors follow; left as it was otherwise.
        """
        if seen is not None:
            self.seen = dict(seen)
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if self._on_disk().get("token", "") != self._token:
                self._empty()
                self._load()  # another program saved first
                self._remove(self._made - set(_files(self._on_disk())))
                return
            self._write()
        except (OSError, RuntimeError) as error:  # faiss raises the second
            logger.info("%s: the index of meaning cannot be kept: %s", self._folder, error)

    def _write(self) -> None:
        import faiss

        assert self._folder is not None
        old = self._on_disk()
        if self._cells is not None and not (self._folder / self._cells_name).exists():
            faiss.write_index(self._cells, str(self._folder / self._cells_name))
        if self._loose_changed:
            self._loose_name = f"loose-{uuid4().hex}.faiss"
            faiss.write_index(self._loose, str(self._folder / self._loose_name))
            self._made.add(self._loose_name)
            self._loose_changed = False
        self._token = uuid4().hex
        about = {
            "version": VERSION,
            "token": self._token,
            "cells": self._cells_name,
            "parts": [part.name for part in self._parts],
            "loose": self._loose_name,
            "seen": self.seen,
        }
        fresh = self._folder / f"about-{self._token}.new"
        fresh.write_text(json.dumps(about), encoding="utf-8")
        fresh.replace(self._folder / "about.json")
        self._remove((self._made | set(_files(old))) - set(_files(about)))

    def _remove(self, names: set[str]) -> None:
        assert self._folder is not None
        for name in names:
            (self._folder / name).unlink(missing_ok=True)
        self._made -= names

    def _on_disk(self) -> dict[str, Any]:
        """Give what the files say of themselves; nothing where they cannot be used."""
        assert self._folder is not None
        try:
            about = json.loads((self._folder / "about.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return about if isinstance(about, dict) and about.get("version") == VERSION else {}

    def _load(self) -> None:
        """Open the files of an earlier run; damaged ones are built anew."""
        if self._folder is None or not (about := self._on_disk()):
            return
        try:
            self._open(about)
        except (OSError, RuntimeError, ValueError, KeyError, TypeError):
            self._empty()
            self._token = str(about.get("token", ""))
            return
        self._sweep(about)

    def _open(self, about: Mapping[str, Any]) -> None:
        import faiss

        assert self._folder is not None
        self.seen, self._token = dict(about["seen"]), str(about["token"])
        self._loose_name, self._cells_name = str(about["loose"]), str(about["cells"])
        if self._loose_name:
            self._loose = faiss.read_index(str(self._folder / self._loose_name))
        if self._cells_name:
            self._cells = faiss.read_index(str(self._folder / self._cells_name))
        self._parts = [opened(self._folder, str(name)) for name in about["parts"]]
        if self._loose.d != self._width:
            raise ValueError(f"vectors of {self._loose.d} numbers, not {self._width}")

    def _sweep(self, about: Mapping[str, Any]) -> None:
        """Remove what programs left that were stopped."""
        assert self._folder is not None
        named = {"about.json", *_files(about)}
        for path in self._folder.iterdir():
            try:
                if path.name not in named and time.time() - path.stat().st_mtime > ABANDONED:
                    path.unlink()
            except OSError:
                continue  # another program was quicker, or the medium cannot be written

    def _pour(self, expected: int) -> None:
        """Put the loose vectors into cells, and join small parts; unwanted keys fall out."""
        wanted = np.sort(self._alive())
        keys = self._loose_keys()
        dead = keys[~standing(wanted, keys)]
        if len(dead):
            self._loose.remove_ids(dead)
        if self._loose.ntotal >= self._limits.exact * (1 - SHARE_OF_DEAD):
            keys, vectors = self._loose_keys(), inner(self._loose).reconstruct_n()
            if self._cells is None:
                self._train(vectors, self._limits.cells or cells_for(expected))
            lists = array_lists(self._cells)
            over(self._cells, lists).add_with_ids(vectors, keys)
            self._parts.append(self._shelved(lists, np.sort(keys)))
            self._loose = flat(self._width)
        self._tidy(wanted)

    def _train(self, vectors: Vectors, cells: int) -> None:
        """Find the middles of the cells, and the range of each number."""
        cells = min(cells, len(vectors))
        index = over(None, None, self._width, cells)
        index.cp.min_points_per_centroid = 1
        index.cp.niter = 10
        index.train(vectors)
        self._cells, self._cells_name = index, f"cells-{uuid4().hex}.faiss"

    def _tidy(self, wanted: Keys) -> None:
        """Join the small parts once they would make a large one, and rewrite half-dead ones."""
        size, step = self._limits.part, self._limits.exact
        small = [part for part in self._parts if len(part.keys) <= size - step]
        groups = [small] if sum(len(part.keys) for part in small) > size - step else []
        groups += [[part] for part in self._parts if not groups or part not in small]
        kept = [part for group in groups for part in group]
        done = [part for part in self._parts if not any(part is one for one in kept)]
        for group in groups:
            keys = np.concatenate([part.keys for part in group])
            alive = standing(wanted, keys)
            if len(group) > 1 or alive.mean() < 1 - SHARE_OF_DEAD:
                lists = joined(self._cells, group, np.sort(keys[~alive]))
                done.append(self._shelved(lists, np.sort(keys[alive])))
            else:
                done += group
        self._parts = [part for part in done if len(part.keys)]

    def _shelved(self, lists: Lists, keys: Keys) -> IndexPart:
        """Write a part and map it, or keep it in memory where that cannot be."""
        name = f"part-{uuid4().hex}"
        if self._folder is not None:
            try:
                return self._written(self._folder, name, lists, keys)
            except (OSError, RuntimeError) as error:  # faiss raises the second
                logger.warning("%s: the vectors stay in memory (%s)", self._folder, error)
                self._folder = None  # nothing is saved any more; what was saved is left
        return IndexPart(name, lists, keys)

    def _written(self, folder: Path, name: str, lists: Lists, keys: Keys) -> IndexPart:
        import faiss

        folder.mkdir(parents=True, exist_ok=True)
        self._made |= {f"{name}.npy", f"{name}.lists"}
        np.save(folder / f"{name}.npy", keys)
        writer = faiss.FileIOWriter(str(folder / f"{name}.lists"))
        faiss.write_InvertedLists(lists, writer)
        del writer  # closes the file
        return opened(folder, name)

    def _loose_keys(self) -> Keys:
        import faiss

        return np.asarray(faiss.vector_to_array(self._loose.id_map), dtype=np.int64)


def _files(about: Mapping[str, Any]) -> Iterable[str]:
    parts: Sequence[str] = about.get("parts", ())
    names = [f"{name}{ending}" for name in parts for ending in (".lists", ".npy")]
    return [name for name in (*names, about.get("cells"), about.get("loose")) if name]
