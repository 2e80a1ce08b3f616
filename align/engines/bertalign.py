"""The engine of the package ``bertalign``: two passes over an encoder's vectors.

The package is under GPL-3.0, needs Python 3.12 and loads LaBSE from the hub unless an encoder is
given. Nothing of it is copied here.
"""

from collections.abc import Sequence

import bertalign  # type: ignore[import-not-found,unused-ignore] # there from Python 3.12 on only
import numpy as np
from numpy.typing import NDArray

from ..encoders.base import Encoder
from ..errors import EncoderError
from . import SpanPair, check_single_lines


def pairs(zh: Sequence[str], en: Sequence[str], encoder: Encoder | None) -> list[SpanPair]:
    """Align with the package's own settings.

    :raises TextError: a sentence is no single line.
    :raises EncoderError: no encoder was given and LaBSE cannot be loaded.
    """
    check_single_lines(zh, "zh", "bertalign")
    check_single_lines(en, "en", "bertalign")
    aligner = bertalign.Bertalign(
        "\n".join(zh), "\n".join(en), is_split=True, model=_model(encoder)
    )
    aligner.align_sents()
    return [
        SpanPair(tuple(map(int, left)), tuple(map(int, right))) for left, right in aligner.result
    ]


def _model(encoder: Encoder | None) -> bertalign.Encoder:
    if encoder is not None:
        return _Ours(encoder)
    try:
        return bertalign.Encoder()
    except (OSError, ValueError, RuntimeError) as error:
        raise EncoderError(
            f"engine 'bertalign' could not load its model LaBSE ({str(error).splitlines()[0]}); "
            "give one of our encoders instead"
        ) from error


class _Ours(bertalign.Encoder):  # type: ignore[misc,unused-ignore] # untyped where not installed
    """Our encoder in the shape of the package's: it asks ``model.encode`` for vectors."""

    def __init__(self, encoder: Encoder) -> None:
        self.model = _Model(encoder)
        self.model_name = encoder.signature


class _Model:
    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return one row per text."""
        return self._encoder.encode(sentences)
