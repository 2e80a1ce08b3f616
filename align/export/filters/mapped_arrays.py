"""Numbers of a large corpus outside of memory: shapes in, arrays in nameless mapped files out.

What is mapped is the system's to take back, so that a million beads do not need the memory of a
million. The files lie in the temporary folder (``TMPDIR``) and are gone with the process; where
there is no room for them the numbers stay in memory.
"""

import logging
import os
import tempfile
from typing import IO, Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

logger = logging.getLogger(__name__)

SMALL = 1 << 24
"""Bytes up to which an array is not worth a file."""

_BLOCK = 1 << 20

Array: TypeAlias = NDArray[Any]


def room(shape: tuple[int, int], dtype: DTypeLike, small: int = SMALL) -> Array:
    """Give an array of zeros that can be written."""
    size = shape[0] * shape[1] * np.dtype(dtype).itemsize
    if size > small:
        try:
            with tempfile.TemporaryFile() as file:
                _lengthen(file, size)
                return np.asarray(np.memmap(file, dtype, "r+", shape=shape))
        except OSError as error:
            logger.info("%d MB stay in memory (%s)", size // 1_000_000, error)
    return np.zeros(shape, dtype)


def _lengthen(file: IO[bytes], size: int) -> None:
    """Take the room on the disk now: a hole that cannot be filled later would end the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    for start in range(0, size, _BLOCK):
        file.write(bytes(min(_BLOCK, size - start)))
    file.flush()


class GrowingArray:
    """An array that rows are added to."""

    def __init__(self, width: int, dtype: DTypeLike, small: int = SMALL) -> None:
        self._small = small
        self._all = room((1024, width), dtype, small)
        self.count = 0

    @property
    def rows(self) -> Array:
        """The rows that were added."""
        return self._all[: self.count]

    def add(self, rows: Array) -> None:
        """Put rows behind the others."""
        end = self.count + len(rows)
        if end > len(self._all):
            larger = room((max(end, 2 * len(self._all)), rows.shape[1]), rows.dtype, self._small)
            larger[: self.count] = self.rows
            self._all = larger
        self._all[self.count : end] = rows
        self.count = end
