"""What every encoder refuses: texts that cannot be written down, vectors that are no numbers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import EncoderError


def refuse_half_characters(texts: Sequence[str]) -> None:
    """Raise :class:`EncoderError` for a text that holds half of a surrogate pair."""
    for number, text in enumerate(texts):
        if text.isascii():
            continue
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise EncoderError(
                f"sentence {number} holds half of a character (U+{ord(text[error.start]):04X} "
                f"at position {error.start}); read its file as UTF-8 again"
            ) from error


def unit_rows(vectors: NDArray[np.float32], encoder: str) -> NDArray[np.float32]:
    """Give the rows the length 1.

    :raises EncoderError: a row holds something that is no number, or has no direction.
    """
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    bad = np.flatnonzero(~(np.isfinite(lengths) & (lengths > 0)))
    if len(bad):
        raise EncoderError(
            f"encoder {encoder} gave no usable vector for sentence {bad[0]} (and {len(bad) - 1} "
            "others); its files may be damaged: fetch the model again"
        )
    return np.asarray(vectors / lengths[:, None], dtype=np.float32)
