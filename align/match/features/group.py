"""What a group of features is: named columns of numbers, one per edge."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Columns = dict[str, Floats]
"""Feature name to its values, float32 (edges,)."""
