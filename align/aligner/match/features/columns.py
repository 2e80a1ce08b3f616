"""Named columns of numbers, one row per edge: the result of a group of features."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...arrays import F32, F64

Columns = dict[str, F32]
"""Feature name to its values, float32 (edges,)."""

Sums = F64
"""Running sums that start with 0, (n + 1,); the sum of a span is the difference of two."""


def to_floats(values: NDArray[np.generic]) -> F32:
    """Return the values of a column as float32."""
    return values.astype(np.float32)


def running_sums(values: Sequence[float] | NDArray[np.generic]) -> Sums:
    """Return the running sums of values per sentence."""
    return np.concatenate([[0.0], np.cumsum(np.asarray(values, np.float64))])
