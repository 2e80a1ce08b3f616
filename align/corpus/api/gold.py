"""``align.evaluate`` and ``align.calibrate``: scores and probabilities against gold."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...aligner.encoders import DEFAULT, Encoder
from ...aligner.evaluate import Gold, Scores, read_gold, score
from ...aligner.match import Side, match
from ...records import Bead
from ..exchange.gold import read_reviewed
from ..store.engine import has_corpus
from . import find_encoder, to_path
from .calibration import EncoderCalibration, fit, keep_calibration

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


GoldFiles = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


def evaluate(
    gold: GoldFiles, *, encoder: "str | Encoder | SentenceTransformer" = DEFAULT
) -> Scores:
    """Align the texts of gold files, and score the beads, as ``align evaluate`` does.

    :param gold: one or more files (``docs/reference/formats.md`` has their format), or folders of
        corpora, of which the reviewed briefings are gold.
    :return: ``strict`` and ``lax``, each with ``precision``, ``recall`` and ``f1``; ``types``,
        ``calibration``, ``strict_interval``.
    :raises AlignError: a file is not gold, or the encoder cannot be loaded.
    """
    golds = _read(gold)
    model = find_encoder(encoder)
    return score([(one.beads, _align(one, model)) for one in golds])


def _read(gold: GoldFiles) -> list[Gold]:
    paths = [gold] if isinstance(gold, (str, os.PathLike)) else [*gold]
    golds: list[Gold] = []
    for name in paths:
        path = to_path(name, "gold")
        golds += read_reviewed(path)[0] if has_corpus(path) else [read_gold(path)]
    return golds


def calibrate(
    encoder: "str | Encoder | SentenceTransformer",
    gold: GoldFiles,
    *,
    keep: bool = True,
) -> EncoderCalibration:
    """Fit the probabilities of an encoder to gold files, as ``align encoders --gold`` does.

    :param gold: one or more files, as for ``align evaluate``.
    :param keep: use the calibration in this and later runs, for every encoder with this signature.
    :raises AlignError: a file is not gold, or has too few beads; the encoder cannot be loaded.
    """
    golds = _read(gold)
    model = find_encoder(encoder)
    found = fit(golds, [_align(one, model) for one in golds], model.signature)
    if keep:
        keep_calibration(found)
    return found


def _align(gold: Gold, encoder: Encoder) -> tuple[Bead, ...]:
    zh = Side(gold.zh, gold.zh_paragraphs, gold.zh_turns)
    en = Side(gold.en, gold.en_paragraphs, gold.en_turns)
    return match(zh, en, encoder).alignment.beads
