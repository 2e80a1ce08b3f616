"""The trained model: the weights of the features, by which an edge is scored.

The file ``model.json`` is made by ``training/train.py``; its signature is part of every alignment.
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


@dataclass(frozen=True)
class Weights:
    """A weight for each feature: the score of an edge is the weighted sum."""

    by_name: Mapping[str, float]

    def times(self, factor: float) -> "Weights":
        """Return the weights times a factor: the same best path, other probabilities."""
        return Weights({name: factor * weight for name, weight in self.by_name.items()})

    def score(self, columns: Columns) -> Floats:
        """Return the part of the score of each edge from these columns, float64 (edges,)."""
        size = len(next(iter(columns.values()))) if columns else 0
        total = np.zeros(size, np.float64)
        for name, column in columns.items():
            weight = self.by_name.get(name, 0.0)
            if weight:
                total += weight * column
        return total


@dataclass(frozen=True)
class Model:
    """The weights of both passes; the second has the word pairs learned from the first.

    ``gappy`` takes the place of ``second`` where much is missing on one side. ``small`` takes the
    place of all three where one side has few sentences.
    """

    first: Weights
    second: Weights
    gappy: Weights
    small: Weights

    @property
    def signature(self) -> str:
        """Name and checksum of the weights: another model has another one."""
        text = json.dumps(self.as_json(), sort_keys=True)
        return f"lattice@{sha256(text.encode()).hexdigest()[:8]}"

    def as_json(self) -> dict[str, dict[str, float]]:
        """Return what the file holds."""
        return {
            name: {key: round(float(weight), 5) for key, weight in weights.by_name.items()}
            for name, weights in self._sets()
        }

    def _sets(self) -> tuple[tuple[str, Weights], ...]:
        return (
            ("first", self.first),
            ("second", self.second),
            ("gappy", self.gappy),
            ("small", self.small),
        )

    @staticmethod
    def from_json(content: Mapping[str, Mapping[str, float]]) -> "Model":
        """Read what :meth:`as_json` wrote."""
        first, second = content["first"], content["second"]
        gappy, small = content.get("gappy", second), content.get("small", first)
        return Model(*(Weights(dict(each)) for each in (first, second, gappy, small)))


@cache
def default_model() -> Model:
    """Return the model of the package.

    :raises MatchError: when its file is missing or damaged.
    """
    return read_model(FILE)


def read_model(path: Path) -> Model:
    """Read a model file.

    :raises MatchError: when it is missing or damaged.
    """
    try:
        return Model.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise MatchError(f"{path} is no model of the matcher; install align again") from error
