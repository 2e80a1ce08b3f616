"""The scale of an encoder: how similar translations are to it, and any two sentences.

Measured on a few plain pairs of sentences, once in a process. A small text has no scale of its own.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..encoders.base import Encoder

FILE = Path(__file__).with_name("encoder_scale.json")

GAP = 0.02
"""Least distance assumed between the cosine of any two sentences and that of translations."""

_measured: dict[str, "EncoderScale"] = {}
"""By the signature of the encoder. Two threads that meet here measure the same."""


@dataclass(frozen=True)
class EncoderScale:
    """Cosines of an encoder: the mean of any two sentences, the median of plain translations."""

    level: float
    good: float

    @staticmethod
    def of(zh: NDArray[np.float32], en: NDArray[np.float32]) -> "EncoderScale":
        """Measure sentences and their translations, one row each."""
        level = float(zh.mean(0) @ en.mean(0))
        good = float(np.median(np.einsum("ij,ij->i", zh, en)))
        return EncoderScale(level, max(good, level + GAP))


def measure_scale(encoder: Encoder) -> EncoderScale:
    """Return the scale of an encoder."""
    scale = _measured.get(encoder.signature)
    if scale is None:
        zh, en = scale_sentences()
        scale = EncoderScale.of(encoder.encode(zh), encoder.encode(en))
        _measured[encoder.signature] = scale
    return scale


@cache
def scale_sentences() -> tuple[list[str], list[str]]:
    """Return the sentences in Chinese and in English, written for this project."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return [zh for zh, _ in content], [en for _, en in content]
