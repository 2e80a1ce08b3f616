"""Scores of beads against gold: strict and lax precision, recall, F1, by bead type, calibration.

Strict and lax are as in Vecalign's scorer (Thompson and Koehn 2019, section 4): a bead is strictly
right if it is in gold, and laxly right if it shares a link with gold. Beads with one empty side
count for precision only.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import N_, FormatError
from ..records import Bead
from .arrays import F64, I64

Link = tuple[tuple[int, ...], tuple[int, ...]]
"""A bead without its probability: zh indices, en indices."""

BLOCK = 25  # sentences that are resampled together, because alignment errors come in groups
BINS = 10  # bins of the reliability curve


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold alignment: the sentences of both texts, and the correct beads."""

    id: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    beads: tuple[Link, ...]
    zh_paragraphs: tuple[int, ...] = ()
    en_paragraphs: tuple[int, ...] = ()
    zh_turns: tuple[int, ...] = ()
    en_turns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1, each between 0 and 1."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class TypeScore:
    """One bead type: number of beads in gold, number found, and F1."""

    kind: str
    gold: int
    found: int
    f1: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """One bin of the reliability curve: mean probability, share of right beads, beads."""

    probability: float
    right: float
    beads: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibration of probabilities.

    ``error`` is the expected calibration error over ten bins of equal width (Naeini et al. 2015):
    the mean distance between a bin's mean probability and its share of right beads.
    ``worst_tenth`` and ``worst_fifth`` are the shares of all wrong beads that are among the 10%
    and 20% of beads with the lowest probability.
    """

    error: float
    worst_tenth: float
    worst_fifth: float
    curve: tuple[CalibrationBin, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """The middle 95% of resampled scores."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Scores:
    """All scores of a run over one or more texts."""

    strict: Score
    lax: Score
    types: tuple[TypeScore, ...]
    calibration: Calibration | None
    strict_interval: Interval
    texts: int
    beads: int


@dataclass(frozen=True, slots=True)
class ScoreComparison:
    """The difference of two runs on the same gold, by paired bootstrap over blocks of sentences.

    ``difference`` is strict F1 of the first run minus that of the second. ``p`` is twice the share
    of resamples in which the difference has not the same sign, at most 1.
    """

    difference: float
    interval: Interval
    p: float

    @property
    def real(self) -> bool:
        """Whether the interval excludes zero."""
        return self.interval.low > 0 or self.interval.high < 0


def read_gold(path: Path) -> Gold:
    """Read a gold file.

    :raises FormatError: if it cannot be read, or is not a valid gold file.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FormatError(
            N_("{path}: cannot be read: {strerror}"), path=path, strerror=error.strerror
        ) from error
    except (ValueError, RecursionError) as error:
        raise _not_gold(path, error) from error
    return parse_gold(raw, path)


def parse_gold(raw: Mapping[str, Any], path: Path) -> Gold:
    """Return the gold alignment in the values of a gold file.

    :raises FormatError: if they are not a valid gold alignment.
    """
    try:
        if not isinstance(raw["zh"], list) or not isinstance(raw["en"], list):
            raise TypeError("zh and en are lists of sentences")
        gold = Gold(
            id=str(raw["id"]),
            zh=tuple(map(str, raw["zh"])),
            en=tuple(map(str, raw["en"])),
            beads=tuple((tuple(map(int, zh)), tuple(map(int, en))) for zh, en in raw["gold"]),
            zh_paragraphs=tuple(map(int, raw.get("zh_para", ()))),
            en_paragraphs=tuple(map(int, raw.get("en_para", ()))),
            zh_turns=tuple(map(int, raw.get("zh_turn", ()))),
            en_turns=tuple(map(int, raw.get("en_turn", ()))),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _not_gold(path, error) from error
    _check_side(path, raw, "zh", len(gold.zh), [index for zh, _ in gold.beads for index in zh])
    _check_side(path, raw, "en", len(gold.en), [index for _, en in gold.beads for index in en])
    return gold


def _not_gold(path: Path, error: Exception) -> FormatError:
    return FormatError(
        N_(
            "{path}: not a gold file ({name}: {error}); it needs the fields id, zh, en and gold, "
            "as in 'align evaluate --example'; for a reviewed corpus, give its folder, not an "
            "export"
        ),
        path=path,
        name=type(error).__name__,
        error=error,
    )


def _check_side(
    path: Path, raw: Mapping[str, Any], side: str, size: int, indices: Sequence[int]
) -> None:
    """Check that the beads of one text, and its paragraphs and turns, match its sentences.

    :param size: the number of sentences.
    :param indices: the sentences in beads.
    """
    bad = [index for index in indices if not 0 <= index < size]
    if bad:
        raise FormatError(
            N_("{path}: gold refers to {side} sentence {bad}, but the text has {size}"),
            path=path,
            side=side,
            bad=bad[0],
            size=size,
        )
    for name in (f"{side}_para", f"{side}_turn"):
        if raw.get(name) and len(raw[name]) != size:
            raise FormatError(
                N_("{path}: {name} has {count} entries for {size} sentences"),
                path=path,
                name=name,
                count=len(raw[name]),
                size=size,
            )


def links(beads: Iterable[Bead]) -> tuple[Link, ...]:
    """Return the links of beads."""
    return tuple((bead.zh, bead.en) for bead in beads)


def score(runs: Sequence[tuple[Sequence[Link], Sequence[Bead]]]) -> Scores:
    """Return the joint scores of one or more texts, each as (gold, beads)."""
    blocks = np.concatenate([_blocks(gold, links(beads)) for gold, beads in runs])
    strict, lax = _f1(blocks.sum(axis=0))
    return Scores(
        strict=strict,
        lax=lax,
        types=_by_type(runs),
        calibration=_calibration(runs),
        strict_interval=_interval(_resampled(blocks)),
        texts=len(runs),
        beads=sum(len(beads) for _, beads in runs),
    )


def compare(
    gold: Sequence[Sequence[Link]],
    first: Sequence[Sequence[Bead]],
    second: Sequence[Sequence[Bead]],
) -> ScoreComparison:
    """Compare the strict F1 of two runs over the same texts."""
    one = np.concatenate([_blocks(g, links(b)) for g, b in zip(gold, first, strict=True)])
    two = np.concatenate([_blocks(g, links(b)) for g, b in zip(gold, second, strict=True)])
    differences = _resampled(one) - _resampled(two)
    observed = _f1(one.sum(axis=0))[0].f1 - _f1(two.sum(axis=0))[0].f1
    against = np.mean(differences <= 0) if observed > 0 else np.mean(differences >= 0)
    return ScoreComparison(observed, _interval(differences), min(1.0, 2 * float(against)))


def _blocks(gold: Sequence[Link], test: Sequence[Link]) -> I64:
    """Return the counts of each block of sentences in gold; they can be added over texts.

    The columns are strict hits, lax hits and judged beads, first for precision, then for recall.
    """
    counts = np.zeros((1 + max(map(_place, gold), default=0), 6), dtype=np.int64)
    full_gold = [bead for bead in gold if all(bead)]
    full_test = [bead for bead in test if all(bead)]
    _count(counts[:, :3], test, gold)
    _count(counts[:, 3:], full_gold, full_test)
    return counts


def _place(bead: Link) -> int:
    indices = bead[0] or bead[1]
    return indices[0] // BLOCK if indices else 0


def _count(counts: I64, judged: Sequence[Link], reference: Sequence[Link]) -> None:
    right = set(reference)
    linked: dict[int, set[int]] = {}
    for zh, en in right:
        for index in zh:
            linked.setdefault(index, set()).update(en)
    for bead in set(judged):
        zh, en = bead
        if zh or en:
            strict = bead in right
            lax = strict or any(linked.get(index, set()) & set(en) for index in zh)
            counts[min(_place(bead), len(counts) - 1)] += (strict, lax, 1)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


def _harmonic(precision: float, recall: float) -> float:
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0


def _f1(totals: I64) -> tuple[Score, Score]:
    """Return the strict and the lax score of summed counts."""
    strict, lax = (
        _score_of(_ratio(totals[n], totals[2]), _ratio(totals[3 + n], totals[5])) for n in (0, 1)
    )
    return strict, lax


def _score_of(precision: float, recall: float) -> Score:
    return Score(precision, recall, _harmonic(precision, recall))


def _resampled(blocks: I64) -> F64:
    """Return strict F1 of 1000 samples of blocks with replacement; the seed is fixed."""
    generator = np.random.default_rng(0)
    size = len(blocks)
    weights = generator.multinomial(size, np.full(size, 1 / size), size=1000)
    totals = weights @ blocks
    precision = totals[:, 0] / np.maximum(totals[:, 2], 1)
    recall = totals[:, 3] / np.maximum(totals[:, 5], 1)
    return np.asarray(2 * precision * recall / np.maximum(precision + recall, 1e-12))


def _interval(values: F64) -> Interval:
    return Interval(*np.quantile(values, (0.025, 0.975)).tolist())


def _by_type(runs: Sequence[tuple[Sequence[Link], Sequence[Bead]]]) -> tuple[TypeScore, ...]:
    gold_counts = Counter[str]()
    found = Counter[str]()
    right = Counter[str]()
    for gold, beads in runs:
        known = set(gold)
        gold_counts.update(f"{len(zh)}-{len(en)}" for zh, en in gold)
        found.update(bead.kind for bead in beads)
        right.update(bead.kind for bead in beads if (bead.zh, bead.en) in known)
    scores = []
    for kind in sorted({*gold_counts, *found}, key=lambda kind: (-gold_counts[kind], kind)):
        rates = _ratio(right[kind], found[kind]), _ratio(right[kind], gold_counts[kind])
        scores.append(TypeScore(kind, gold_counts[kind], found[kind], _harmonic(*rates)))
    return tuple(scores)


def _calibration(runs: Sequence[tuple[Sequence[Link], Sequence[Bead]]]) -> Calibration | None:
    rows: list[tuple[float, bool]] = []
    for gold, beads in runs:
        known = set(gold)
        for bead in beads:
            if bead.probability is not None:
                rows.append((bead.probability, (bead.zh, bead.en) in known))
    # Sort by probability only, so that wrong beads do not come first among equal ones.
    rows.sort(key=lambda row: row[0])
    if not rows:
        return None
    values, right = map(np.array, zip(*rows, strict=True))
    wrong = np.concatenate([[0], np.cumsum(~right)])
    worst = [_ratio(wrong[int(len(rows) * share)], wrong[-1]) for share in (0.1, 0.2)]
    curve = calibration_curve(values, right)
    error = sum(abs(b.probability - b.right) * b.beads for b in curve) / len(rows)
    return Calibration(error, worst[0], worst[1], curve)


def calibration_curve(values: F64, right: NDArray[np.bool_]) -> tuple[CalibrationBin, ...]:
    """Return the reliability curve: the bins of equal width that are not empty."""
    bins = np.clip(np.ceil(values * BINS).astype(int) - 1, 0, BINS - 1)
    return tuple(
        CalibrationBin(float(values[mask].mean()), float(right[mask].mean()), int(mask.sum()))
        for mask in (bins == at for at in np.unique(bins))
    )
