"""The trained model: columns of features in, the score of each edge out.

The file ``model.json`` is made by ``scripts/train.py``; its signature is part of every alignment.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import MatchError
from .features import Columns

Floats = NDArray[np.float64]

FILE = Path(__file__).with_name("model.json")


@dataclass(frozen=True, eq=False)
class Model:
    """A weight for each feature: the score of an edge is the weighted sum."""

    names: tuple[str, ...]
    weights: Floats

    @property
    def signature(self) -> str:
        """Name and checksum of the weights: another model has another one."""
        text = json.dumps(self.as_json(), sort_keys=True)
        return f"lattice:{sha256(text.encode()).hexdigest()[:8]}"

    def score(self, columns: Columns) -> Floats:
        """Return the score of each edge, float64 (edges,)."""
        total = np.zeros(len(next(iter(columns.values()))), np.float64)
        for name, weight in zip(self.names, self.weights, strict=True):
            total += weight * columns[name]
        return total

    def as_json(self) -> dict[str, object]:
        """Return what the file holds."""
        return {
            "weights": {
                n: round(float(w), 5) for n, w in zip(self.names, self.weights, strict=True)
            }
        }

    @staticmethod
    def from_json(content: Mapping[str, Mapping[str, float]]) -> "Model":
        """Read what :meth:`as_json` wrote."""
        weights = content["weights"]
        return Model(tuple(weights), np.array(list(weights.values()), np.float64))


@cache
def default() -> Model:
    """Return the model of the package.

    :raises MatchError: when its file is missing or damaged.
    """
    return read(FILE)


def read(path: Path) -> Model:
    """Read a model file.

    :raises MatchError: when it is missing or damaged.
    """
    try:
        return Model.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise MatchError(
            f"{path} is no model of the matcher; install the package again."
        ) from error
