"""Texts that are encoded before they are asked for, many short ones in one call."""

from collections.abc import Iterable, Sequence

from ...records import Language
from ..arrays import F32
from .base import Encoder, Text, encode_texts

SHORT = 16
"""Most sentences of a text that is encoded together with others.

A longer text fills a matrix product by itself, and its vectors are not kept in memory meanwhile.
"""


class EncodedAhead:
    """An encoder with the span vectors of some texts; it encodes others when they are asked for.

    :param texts: texts that will be asked for; the short ones are encoded now, in one call. If that
        fails, each text is encoded by itself, so that the error names the right one.
    :param longest: the number of sentences of the longest span that will be asked for.
    """

    def __init__(self, encoder: Encoder, texts: Iterable[Text], longest: int) -> None:
        self._encoder, self._longest = encoder, longest
        self.signature, self.width = encoder.signature, encoder.width
        self._known: dict[tuple[Language, tuple[str, ...]], F32] = {}
        short = {
            (language, tuple(sentences)): None
            for sentences, language in texts
            if 0 < len(sentences) <= SHORT
        }
        try:
            found = encode_texts(encoder, [(text, language) for language, text in short], longest)
        except Exception:  # noqa: BLE001 # an encoder of the caller may raise anything; see above
            return
        self._known = dict(zip(short, found, strict=True))

    def encode(self, texts: Sequence[str], /) -> F32:
        """Return one vector per text, as the encoder does."""
        return self._encoder.encode(texts)

    def encode_spans(self, sentences: Sequence[str], longest: int, language: Language, /) -> F32:
        """Return the vectors of all spans, (longest, n, width)."""
        known = self._known.get((language, tuple(sentences)))
        if known is None or longest != self._longest:
            return self._encoder.encode_spans(sentences, longest, language)
        return known
