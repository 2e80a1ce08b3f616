"""The protocol of an encoder, and the checks that all encoders share."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Protocol

import numpy as np

from ...errors import N_, EncoderError
from ...records import GAP, Language
from ..arrays import F32

Text = tuple[Sequence[str], Language]
"""The sentences of a text, and its language."""


class Encoder(Protocol):
    """A model that turns texts, and spans of sentences, into vectors."""

    signature: str
    """Model and revision, part of the signature of every alignment: ``use@0.2.1``."""

    width: int
    """Length of a vector."""

    def encode(self, texts: Sequence[str], /) -> F32:
        """Return one vector of norm 1 per text, (texts, width).

        :raises EncoderError: if a text is unusable, or the model returned a value that is not a
            number.
        """
        ...

    def encode_spans(self, sentences: Sequence[str], longest: int, language: Language, /) -> F32:
        """Return the vectors of all spans of up to ``longest`` sentences, (longest, n, width).

        Entry [k, i] is the vector of the k + 1 sentences that end with sentence i, and zero if
        i < k. :func:`join` joins the sentences of a span.
        """
        ...


class OneAtATime:
    """An encoder for several threads, whose calls run one after the other."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self._turn = encoder, Lock()
        self.signature, self.width = encoder.signature, encoder.width

    def encode(self, texts: Sequence[str], /) -> F32:
        """Return one vector per text, as the encoder does."""
        with self._turn:
            return self._encoder.encode(texts)

    def encode_spans(self, sentences: Sequence[str], longest: int, language: Language, /) -> F32:
        """Return the vectors of all spans, as the encoder does."""
        with self._turn:
            return self._encoder.encode_spans(sentences, longest, language)

    def encode_texts(self, texts: Sequence[Text], longest: int, /) -> list[F32]:
        """Return the vectors of all spans of each text, together if the encoder can."""
        with self._turn:
            return encode_texts(self._encoder, texts, longest)


def encode_texts(encoder: Encoder, texts: Sequence[Text], longest: int) -> list[F32]:
    """Return the vectors of all spans of each text, encoded together if the encoder can."""
    together = getattr(encoder, "encode_texts", None)
    if together is None:
        return [encoder.encode_spans(sentences, longest, lang) for sentences, lang in texts]
    found: list[F32] = together(texts, longest)
    return found


def join(sentences: Sequence[str], language: Language) -> str:
    """Return the text of a span: Chinese sentences joined without a space, English with one.

    >>> join(["女士们、先生们：", "大家好。"], "zh")
    '女士们、先生们：大家好。'
    >>> join(["Good morning. ", "Welcome."], "en")
    'Good morning. Welcome.'
    """
    return GAP[language].join(filter(None, (sentence.strip() for sentence in sentences)))


def encode_joined(
    encode: Callable[[Sequence[str]], F32], texts: Sequence[Text], longest: int, width: int
) -> list[F32]:
    """Join and encode every span of some texts in one call; return (longest, n, width) of each."""
    out = [np.zeros((longest, len(sentences), width), np.float32) for sentences, _ in texts]
    places: list[tuple[int, int, int]] = []
    joined: list[str] = []
    for number, (sentences, language) in enumerate(texts):
        for back in range(longest):
            for end in range(back, len(sentences)):
                places.append((number, back, end))
                joined.append(join(sentences[end - back : end + 1], language))
    for (number, back, end), vector in zip(places, encode(joined), strict=True):
        out[number][back, end] = vector
    return out


def check_texts(texts: Sequence[str]) -> None:
    """Raise :class:`EncoderError` if a text contains half of a surrogate pair."""
    for number, text in enumerate(texts):
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise EncoderError(
                N_(
                    "sentence {number} contains an unpaired surrogate (U+{code:04X} at position "
                    "{start}); read its file again as UTF-8"
                ),
                number=number,
                code=ord(text[error.start]),
                start=error.start,
            ) from error


def normalise_rows(vectors: F32, encoder: str) -> F32:
    """Return the rows scaled to norm 1.

    :raises EncoderError: if a row is zero, or contains a value that is not a finite number.
    """
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    bad = np.flatnonzero(~(np.isfinite(lengths) & (lengths > 0)))
    if len(bad):
        raise EncoderError(
            N_(
                "encoder {encoder} returned no usable vector for sentence {number} (and {count} "
                "others); its files may be damaged, so download the model again"
            ),
            encoder=encoder,
            number=bad[0],
            count=len(bad) - 1,
        )
    return np.asarray(vectors / lengths[:, None], dtype=np.float32)
