"""Encoders of the caller: any object with ``encode``, checked at every call.

Only ``encode`` is needed: a list of texts in, one vector a text out, as a list, an array or a
tensor. The text of a span is then joined and encoded, and its vector is kept for the next span or
text that has it. An object may also have ``signature``, ``width`` and ``encode_spans``, as
:class:`align.aligner.encoders.base.Encoder` describes them; what it computes faster is used.
"""

import hashlib
from collections import deque
from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np

from ...errors import N_, EncoderError
from ...records import Language
from ..arrays import F32
from .base import Text, check_texts, encode_joined, normalise_rows

_PROBE = "."  # the text whose vector shows the width, and tells two models of one class apart
_AT_ONCE = 1_024  # texts in one call of the object
_MOST_KEPT = 50_000  # vectors in memory


class ObjectEncoder:
    """An object of the caller as an encoder.

    :raises EncoderError: the object cannot encode a text.
    """

    def __init__(self, given: object) -> None:
        self._given: Any = given
        self._kept: dict[str, F32] = {}
        self.signature = str(getattr(given, "signature", "") or type(given).__qualname__)
        self.width = 0
        probe = self._compute([_PROBE])
        self.width = probe.shape[1]
        if not getattr(given, "signature", ""):
            self.signature += f"@{hashlib.sha256(probe.tobytes()).hexdigest()[:12]}"

    def encode(self, texts: Sequence[str], /) -> F32:
        """Return one row per text; equal texts are encoded once."""
        check_texts(texts)
        if not texts:
            return np.zeros((0, self.width), np.float32)
        known = {text: self._kept[text] for text in texts if text in self._kept}
        new = sorted({*texts} - known.keys(), key=len)  # texts of similar length together
        for start in range(0, len(new), _AT_ONCE):
            portion = new[start : start + _AT_ONCE]
            known |= zip(portion, self._compute(portion), strict=True)
        if len(self._kept) + len(new) > _MOST_KEPT:
            self._kept.clear()
        self._kept |= {text: known[text] for text in new[:_MOST_KEPT]}
        return np.stack([known[text] for text in texts])

    def encode_spans(self, sentences: Sequence[str], longest: int, language: Language, /) -> F32:
        """Return the vectors of all spans, by the object itself if it can compute them."""
        check_texts(sentences)
        if hasattr(self._given, "encode_spans"):
            spans = self._call("encode_spans", list(sentences), longest, language)
            return self._check(spans, (longest, len(sentences), self.width))
        return encode_joined(self.encode, [(sentences, language)], longest, self.width)[0]

    def encode_texts(self, texts: Sequence[Text], longest: int, /) -> list[F32]:
        """Return the vectors of all spans of each text, with few calls of the object."""
        if hasattr(self._given, "encode_spans"):
            return [self.encode_spans(sentences, longest, lang) for sentences, lang in texts]
        return encode_joined(self.encode, texts, longest, self.width)

    def _compute(self, texts: list[str]) -> F32:
        """Call ``encode`` of the object; return unit vectors, checked."""
        vectors = self._call("encode", texts)
        return normalise_rows(self._check(vectors, (len(texts), self.width)), self.signature)

    def _call(self, method: str, *given: object) -> object:
        try:
            return getattr(self._given, method)(*given)
        except Exception as error:  # the object may raise anything
            raise EncoderError(
                N_("encoder {encoder}: {method} failed: {kind}: {error}"),
                encoder=self.signature,
                method=method,
                kind=type(error).__name__,
                error=(str(error).splitlines() or [""])[0],
            ) from error

    def _check(self, vectors: Any, shape: tuple[int, ...]) -> F32:  # noqa: ANN401 # what the object returned
        """Return vectors as an array of this shape; a width of 0 is not known yet."""
        if hasattr(vectors, "detach"):  # a tensor
            vectors = vectors.detach().cpu()
        try:
            array = np.asarray(vectors, np.float32)
        except (TypeError, ValueError) as error:
            raise self._wrong_shape(type(vectors).__name__, shape) from error
        wanted = shape if self.width else (*shape[:-1], array.shape[-1] if array.ndim else 0)
        if array.shape != wanted or not array.size:
            raise self._wrong_shape(str(array.shape), shape)
        if not np.isfinite(array).all():
            raise EncoderError(
                N_("encoder {encoder} returned a value that is not a finite number"),
                encoder=self.signature,
            )
        return array

    def _wrong_shape(self, found: str, shape: tuple[int, ...]) -> EncoderError:
        wanted = ", ".join(str(size) if size else "width" for size in shape)
        return EncoderError(
            N_("encoder {encoder} returned {found}; expected an array of shape ({wanted})"),
            encoder=self.signature,
            found=found,
            wanted=wanted,
        )


_wrapped: deque[ObjectEncoder] = deque(maxlen=4)
_wrapping = Lock()


def wrap_object(given: object) -> ObjectEncoder:
    """Return the encoder of an object; the last few objects keep theirs, with its vectors.

    :raises EncoderError: the object cannot encode a text.
    """
    with _wrapping:
        for known in _wrapped:
            if known._given is given:
                return known
        encoder = ObjectEncoder(given)
        _wrapped.append(encoder)
        return encoder
