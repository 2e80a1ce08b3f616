"""An encoder in, the same encoder out, whose work counts as a stage of a clock."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..records import Language
from ..timing import Clock
from . import Encoder


@dataclass(frozen=True, slots=True)
class TimedEncoder:
    """Hands everything on to an encoder and takes the time, as the stage ``encode``."""

    encoder: Encoder
    clock: Clock

    @property
    def signature(self) -> str:
        """Model and revision."""
        return self.encoder.signature

    @property
    def width(self) -> int:
        """Numbers in one vector."""
        return self.encoder.width

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give one row per text, (texts, width).

        :raises EncoderError: as the encoder does.
        """
        with self.clock.stage("encode"):
            return self.encoder.encode(texts)

    def encode_spans(
        self,
        sentences: Sequence[str],
        longest: int,
        language: Language,
        *,
        wanted: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.float32]:
        """Give the vectors of all spans, (longest, sentences, width).

        :raises EncoderError: as the encoder does.
        """
        with self.clock.stage("encode"):
            return self.encoder.encode_spans(sentences, longest, language, wanted=wanted)
