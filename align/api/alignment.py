"""``align.align``: alignment of two texts, or of two lists of sentences."""

import os
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from ..encoders import DEFAULT, Encoder, load_configured
from ..errors import TextError
from ..ingest.plain_text import PlainText, check_languages, cut_lines, make_text
from ..match import Side, match
from ..records import GAP, LANGUAGE_NAMES, Language
from ..settings import Settings
from .beads import AlignedBead, BeadSequence, describe

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Texts = str | Iterable[str]


@dataclass(frozen=True, repr=False)
class AlignmentResult(BeadSequence):
    """The beads of two texts, in order, each sentence in exactly one.

    ``zh`` and ``en`` are the sentences that the indices of the beads count; ``signature`` names
    the model and the encoder.
    """

    beads: tuple[AlignedBead, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    signature: str = ""

    def __repr__(self) -> str:
        return (
            f"<AlignmentResult: {len(self.beads)} beads of {len(self.zh)} Chinese and "
            f"{len(self.en)} English sentences>"
        )


def align(
    zh: Texts, en: Texts, *, encoder: "str | Encoder | SentenceTransformer" = DEFAULT
) -> AlignmentResult:
    """Align two texts, or two lists of sentences, Chinese first.

    A text is cut into sentences, and a line of it is a paragraph; sentences in a list (tuple,
    generator, array, Series) are taken as they are.

    :param encoder: a name from ``align encoders``, a sentence-transformers model or its name or
        folder, or any object with ``signature``, ``width``, ``encode`` and ``encode_spans``.
    :raises TypeError: when one side is a text and the other a list, or something else is wrong.
    :raises AlignError: when a side or a sentence is empty, a side is in the wrong language, or
        the encoder cannot be loaded.
    """
    if isinstance(zh, str) != isinstance(en, str):
        raise TypeError(
            f"zh is {describe(zh)} and en is {describe(en)}; expected two texts, or two lists of "
            "sentences"
        )
    chosen = find_encoder(encoder)
    left, right = _read_side(zh, "zh"), _read_side(en, "en")
    check_languages(left, right)
    found = match(left.side, right.side, chosen).alignment
    beads = (
        AlignedBead(
            id="",
            briefing="",
            zh=_join(left.side, bead.zh, "zh"),
            en=_join(right.side, bead.en, "en"),
            zh_index=bead.zh,
            en_index=bead.en,
            probability=bead.probability,
        )
        for bead in found.beads
    )
    return AlignmentResult(tuple(beads), left.side.sentences, right.side.sentences, found.signature)


def _join(side: Side, indices: Iterable[int], language: Language) -> str:
    return GAP[language].join(side.sentences[index] for index in indices)


def _read_side(value: Texts, language: Language) -> PlainText:
    """Return a text or a list of sentences as one side."""
    if isinstance(value, str):
        return make_text(language, cut_lines(value), language, presegmented=False)
    sentences = _list_sentences(value, language)
    if not sentences:
        raise TextError(f"{language}: empty; it must hold the {LANGUAGE_NAMES[language]} sentences")
    for number, sentence in enumerate(sentences):
        if not sentence.strip():
            raise TextError(f"{language}[{number}] is blank; leave it out")
    return PlainText(language, Side(tuple(sentence.strip() for sentence in sentences)))


def _list_sentences(value: object, name: str) -> list[str]:
    """Return the sentences of what holds them in order.

    :raises TypeError: when it holds none, or holds something else.
    """
    unordered = isinstance(value, (bytes, bytearray, Mapping, Set, os.PathLike))
    if unordered or not isinstance(value, Iterable) or getattr(value, "ndim", 1) != 1:
        raise TypeError(f"{name} is {describe(value)}; expected a text or a list of sentences")
    sentences = []
    for number, item in enumerate(value):
        if not isinstance(item, str):
            raise TypeError(f"{name}[{number}] is {describe(item)}; expected a sentence, a str")
        sentences.append(str(item))
    return sentences


_PARTS = ("signature", "width", "encode", "encode_spans")


def find_encoder(value: object) -> Encoder:
    """Return the encoder that the caller named or gave.

    :raises TypeError: when it is none.
    :raises EncoderError: when it cannot be loaded.
    """
    if isinstance(value, (str, os.PathLike)):
        return _load_named(replace(Settings.from_environment(), encoder=str(value)))
    if any(kind.__name__ == "SentenceTransformer" for kind in type(value).__mro__):
        from ..encoders.transformers import wrap  # loads torch, as its maker did

        return wrap(cast("SentenceTransformer", value))
    if isinstance(value, type) or not all(hasattr(value, part) for part in _PARTS):
        raise TypeError(
            f"encoder is {describe(value)}; expected the name of an encoder, a "
            f"SentenceTransformer, or an object with {', '.join(_PARTS)}"
        )
    return cast(Encoder, value)


@lru_cache(maxsize=2)
def _load_named(settings: Settings) -> Encoder:
    """Load an encoder once for many texts."""
    return load_configured(settings)
