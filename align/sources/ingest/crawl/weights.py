"""The weights of the kinds of evidence, fitted by ``training/pairing.py``."""

import base64
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from ....aligner.arrays import F32
from ....records import LANGUAGES, Language
from .evidence import KINDS


@dataclass(frozen=True, slots=True)
class PairWeights:
    """A logistic regression over the evidence."""

    weights: F32  # (kinds,)
    bias: float
    means: Mapping[Language, F32]  # of vectors of texts in each language, (width,)

    def logits(self, values: F32) -> F32:
        """Return the log-odds of pairs, (pairs,), from their evidence, (pairs, kinds)."""
        return np.asarray(values @ self.weights + self.bias, dtype=np.float32)


@cache
def load_weights() -> PairWeights:
    """Return the weights of the package."""
    text = files(__package__).joinpath("weights.json").read_text("utf-8")
    return read_weights(json.loads(text))


def read_weights(values: Mapping[str, object]) -> PairWeights:
    """Return weights from JSON; a kind of evidence without weight says nothing."""
    by_name = values["weights"]
    assert isinstance(by_name, dict)
    weights = np.array([by_name.get(name, 0.0) for name in KINDS], np.float32)
    means = values["means"]
    assert isinstance(means, dict)
    vectors = {language: read_mean(means[language]) for language in LANGUAGES}
    return PairWeights(weights, float(str(values["bias"])), vectors)


def read_mean(text: str) -> F32:
    """Return the numbers between -0.125 and 0.125 that a vector of 8-bit integers encodes."""
    numbers = np.frombuffer(base64.b64decode(text), np.int8)
    return np.asarray(numbers / 1016, dtype=np.float32)


def logit(probability: float) -> float:
    """Return the log-odds of a probability between 0 and 1.

    >>> logit(0.5)
    0.0
    """
    return math.log(probability / (1 - probability))
