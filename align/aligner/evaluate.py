"""Scores of beads against gold: strict and lax precision, recall, F1, by bead type, calibration.

Strict and lax follow Vecalign's scorer (Thompson and Koehn 2019, section 4): a bead is strictly
right when it is in gold, and laxly right when it shares a link with gold. Beads with an empty
side count for precision only.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import N_, FormatError
from ..records import Bead

Link = tuple[tuple[int, ...], tuple[int, ...]]
"""A bead without its probability: zh indices, en indices."""

BLOCK = 25  # sentences that are resampled together: errors of an alignment come in runs
BINS = 10


@dataclass(frozen=True, slots=True)
class Gold:
    """A text in both languages, cut into sentences, with its right beads."""

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
    """Of one bead type: how many are in gold, how many were found, and F1."""

    kind: str
    gold: int
    found: int
    f1: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """One point of the reliability curve: mean probability, share of right beads, beads."""

    probability: float
    right: float
    beads: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far probabilities can be trusted.

    ``error`` is the expected calibration error over ten bins of equal width (Naeini et al. 2015):
    the mean distance between a bin's mean probability and its share of right beads.
    ``worst_tenth`` and ``worst_fifth`` are the shares of all wrong beads that are among the 10 %
    and 20 % of beads with the lowest probability.
    """

    error: float
    worst_tenth: float
    worst_fifth: float
    curve: tuple[CalibrationBin, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """The middle 95 % of resampled scores."""

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
    """Whether two runs over the same gold differ: paired bootstrap over blocks of sentences.

    ``difference`` is strict F1 of the first run less that of the second, ``p`` the share of
    resamples in which the sign is not that one, doubled.
    """

    difference: float
    interval: Interval
    p: float

    @property
    def real(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.interval.low > 0 or self.interval.high < 0


def read_gold(path: Path) -> Gold:
    """Read a gold file; raise ``FormatError`` where it is none."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
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
    except OSError as error:
        raise FormatError(
            N_("{path}: cannot be read: {strerror}"), path=path, strerror=error.strerror
        ) from error
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise FormatError(
            N_("{path}: no gold file ({name}: {error}); it needs id, zh, en and gold"),
            path=path,
            name=type(error).__name__,
            error=error,
        ) from error
    for at, (side, size) in enumerate((("zh", len(gold.zh)), ("en", len(gold.en)))):
        indices = [index for bead in gold.beads for index in bead[at]]
        if bad := [index for index in indices if not 0 <= index < size]:
            raise FormatError(
                N_("{path}: gold names {side} sentence {bad}, but there are {size}"),
                path=path,
                side=side,
                bad=bad[0],
                size=size,
            )
        for name in (f"{side}_para", f"{side}_turn"):
            if raw.get(name) and len(raw[name]) != size:
                count = len(raw[name])
                raise FormatError(
                    N_("{path}: {name} has {count} entries for {size} sentences"),
                    path=path,
                    name=name,
                    count=count,
                    size=size,
                )
    return gold


def links(beads: Iterable[Bead]) -> tuple[Link, ...]:
    """Return beads without their probabilities."""
    return tuple((bead.zh, bead.en) for bead in beads)


def score(runs: Sequence[tuple[Sequence[Link], Sequence[Bead]]]) -> Scores:
    """Return the scores of (gold, beads) of one or more texts together."""
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
    """Return whether two runs over the same texts differ in strict F1."""
    one, two = (
        np.concatenate([_blocks(*texts) for texts in zip(gold, map(links, run), strict=True)])
        for run in (first, second)
    )
    differences = _resampled(one) - _resampled(two)
    observed = _f1(one.sum(axis=0))[0].f1 - _f1(two.sum(axis=0))[0].f1
    against = np.mean(differences <= 0) if observed > 0 else np.mean(differences >= 0)
    return ScoreComparison(observed, _interval(differences), min(1.0, 2 * float(against)))


def _blocks(gold: Sequence[Link], test: Sequence[Link]) -> NDArray[np.int64]:
    """Count hits in blocks of sentences, as many as gold has, so that texts and blocks add up.

    Columns: strict hits, lax hits and beads judged, once for precision, once for recall.
    """
    counts = np.zeros((1 + max(map(_place, gold), default=0), 6), dtype=np.int64)
    full_gold, full_test = ([bead for bead in beads if all(bead)] for beads in (gold, test))
    _count(counts[:, :3], test, gold)
    _count(counts[:, 3:], full_gold, full_test)
    return counts


def _place(bead: Link) -> int:
    indices = bead[0] or bead[1]
    return indices[0] // BLOCK if indices else 0


def _count(counts: NDArray[np.int64], judged: Sequence[Link], reference: Sequence[Link]) -> None:
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


def _f1(totals: NDArray[np.int64]) -> tuple[Score, Score]:
    rates = [(_ratio(totals[n], totals[2]), _ratio(totals[3 + n], totals[5])) for n in (0, 1)]
    strict, lax = (Score(*pair, _harmonic(*pair)) for pair in rates)
    return strict, lax


def _resampled(blocks: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return strict F1 of blocks drawn with replacement, the same ones each time."""
    generator = np.random.default_rng(0)
    size = len(blocks)
    weights = generator.multinomial(size, np.full(size, 1 / size), size=1000)
    totals = weights @ blocks
    precision = totals[:, 0] / np.maximum(totals[:, 2], 1)
    recall = totals[:, 3] / np.maximum(totals[:, 5], 1)
    return np.asarray(2 * precision * recall / np.maximum(precision + recall, 1e-12))


def _interval(values: NDArray[np.float64]) -> Interval:
    return Interval(*np.quantile(values, (0.025, 0.975)).tolist())


def _by_type(runs: Sequence[tuple[Sequence[Link], Sequence[Bead]]]) -> tuple[TypeScore, ...]:
    gold_counts, found, right = Counter[str](), Counter[str](), Counter[str]()
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
    rows = [
        (bead.probability, (bead.zh, bead.en) in known)
        for known, beads in ((set(gold), beads) for gold, beads in runs)
        for bead in beads
        if bead.probability is not None
    ]
    # By probability alone: among equal ones the wrong beads must not come first.
    rows.sort(key=lambda row: row[0])
    if not rows:
        return None
    values, right = map(np.array, zip(*rows, strict=True))
    wrong = np.concatenate([[0], np.cumsum(~right)])
    worst = [_ratio(wrong[int(len(rows) * share)], wrong[-1]) for share in (0.1, 0.2)]
    curve = calibration_curve(values, right)
    error = sum(abs(b.probability - b.right) * b.beads for b in curve) / len(rows)
    return Calibration(error, worst[0], worst[1], curve)


def calibration_curve(
    values: NDArray[np.float64], right: NDArray[np.bool_]
) -> tuple[CalibrationBin, ...]:
    """Compare probabilities with what was right, in bins of equal width that are not empty."""
    bins = np.clip(np.ceil(values * BINS).astype(int) - 1, 0, BINS - 1)
    return tuple(
        CalibrationBin(float(values[mask].mean()), float(right[mask].mean()), int(mask.sum()))
        for mask in (bins == at for at in np.unique(bins))
    )
