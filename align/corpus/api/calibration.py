"""Calibrations: how the probabilities of an encoder are corrected, fitted to gold alignments.

The matcher was trained with the encoder ``use``. With another one the order of probabilities is
still good, but 0.9 need not mean nine in ten. Two numbers correct that, fitted by logistic
regression on the log-odds of the beads (Platt 1999): ``slope`` and ``offset``.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from ...aligner.arrays import F64
from ...aligner.evaluate import Gold, score
from ...errors import N_, FormatError
from ...records import Bead
from ...settings import Settings

LEAST_BEADS = 50
"""Least number of beads from which two numbers can be fitted."""

TRAINED_WITH = "use@"
"""What the signature of the encoder begins with with which the matcher was trained."""

_FILE = "calibration.json"
_NEAREST = 1e-6  # a probability is kept this far from 0 and 1
_PRIOR = 1.0  # weight that keeps slope and offset near 1 and 0
_STEPS = 50
_ENOUGH = 1e-9  # a step that changes nothing


@dataclass(frozen=True, slots=True)
class EncoderCalibration:
    """How the probabilities of an encoder are corrected, and the effect on the gold beads.

    ``before`` and ``after`` are the expected calibration error on the beads it was fitted to.
    """

    signature: str
    slope: float
    offset: float
    beads: int = 0
    before: float = 0.0
    after: float = 0.0

    def apply(self, probability: float | None) -> float | None:
        """Return the corrected probability."""
        if probability is None:
            return None
        odds = self.slope * _log_odds(probability) + self.offset
        return 1 / (1 + math.exp(-odds))


def fit(
    golds: Sequence[Gold], runs: Sequence[Sequence[Bead]], signature: str
) -> EncoderCalibration:
    """Fit slope and offset to the beads of some texts.

    :raises FormatError: there are too few beads.
    """
    odds, right = _list_outcomes(golds, runs)
    if len(odds) < LEAST_BEADS:
        raise FormatError(
            N_("{count} beads with two texts are too few to calibrate; give gold with {least}"),
            count=len(odds),
            least=LEAST_BEADS,
        )
    slope, offset = _fit_logistic(odds, right)
    found = EncoderCalibration(signature, slope, offset, len(odds))
    corrected = [
        [replace(bead, probability=found.apply(bead.probability)) for bead in run] for run in runs
    ]
    return replace(found, before=_error(golds, runs), after=_error(golds, corrected))


def _list_outcomes(golds: Sequence[Gold], runs: Sequence[Sequence[Bead]]) -> tuple[F64, F64]:
    """Return the log-odds of all beads with two texts, and whether each is in gold."""
    odds: list[float] = []
    right: list[float] = []
    for gold, run in zip(golds, runs, strict=True):
        known = {*gold.beads}
        for bead in run:
            if bead.zh and bead.en and bead.probability is not None:
                odds.append(_log_odds(bead.probability))
                right.append(float((bead.zh, bead.en) in known))
    return np.array(odds), np.array(right)


def _fit_logistic(odds: F64, right: F64) -> tuple[float, float]:
    """Return slope and offset by Newton's method, drawn towards 1 and 0 by a weak prior.

    A step that makes the fit worse is halved.
    """
    inputs = np.stack([odds, np.ones_like(odds)], axis=1)
    usual = np.array([1.0, 0.0])

    def loss(weights: F64) -> float:
        scores = inputs @ weights
        surprise = np.logaddexp(0, scores) - right * scores
        return float(surprise.sum() + _PRIOR / 2 * ((weights - usual) ** 2).sum())

    weights = usual.copy()
    for _ in range(_STEPS):
        predicted = np.exp(-np.logaddexp(0, -(inputs @ weights)))
        gradient = inputs.T @ (predicted - right) + _PRIOR * (weights - usual)
        spread = predicted * (1 - predicted)
        curvature = (inputs * spread[:, None]).T @ inputs + _PRIOR * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        while loss(weights - step) > loss(weights) and np.abs(step).max() > _ENOUGH:
            step = step / 2
        weights = weights - step
        if np.abs(step).max() <= _ENOUGH:
            break
    return float(weights[0]), float(weights[1])


def _error(golds: Sequence[Gold], runs: Sequence[Sequence[Bead]]) -> float:
    calibration = score(
        [(gold.beads, run) for gold, run in zip(golds, runs, strict=True)]
    ).calibration
    return calibration.error if calibration else 0.0


def _log_odds(probability: float) -> float:
    held = min(max(probability, _NEAREST), 1 - _NEAREST)
    return math.log(held / (1 - held))


_known: dict[str, EncoderCalibration] = {}  # those of this process, by signature


def find_calibration(signature: str) -> EncoderCalibration | None:
    """Return the calibration of an encoder that was kept, in this process or before."""
    if signature not in _known:
        for row in _read(Settings.from_environment().cache_folder() / _FILE):
            _known.setdefault(row.signature, row)
    return _known.get(signature)


def keep_calibration(calibration: EncoderCalibration) -> None:
    """Use a calibration in this and later runs, for every encoder with its signature."""
    path = Settings.from_environment().cache_folder() / _FILE
    _known[calibration.signature] = calibration
    others = [row for row in _read(path) if row.signature != calibration.signature]
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [asdict(row) for row in (*others, calibration)]
    path.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def _read(path: Path) -> list[EncoderCalibration]:
    """Return the calibrations in a file; a missing or broken file has none."""
    try:
        return [EncoderCalibration(**row) for row in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError, TypeError):
        return []
