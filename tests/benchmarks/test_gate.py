"""The accuracy gate: it fails on a fall, and a floor never sinks."""

from pathlib import Path

import gate
import pytest

FLOOR = {"gold": "abc", "strict_f1": 0.9, "calibration_error": 0.02}


def measured(strict: float, error: float = 0.02, gold: str = "abc"):
    return gate.Measured({"strict_f1": strict, "calibration_error": error}, gold)


@pytest.mark.parametrize(
    ("strict", "error", "fails"),
    [(0.9, 0.02, False), (0.898, 0.021, False), (0.89, 0.02, True), (0.95, 0.03, True)],
)
def test_a_fall_beyond_the_noise_fails(strict: float, error: float, fails: bool):
    assert bool(gate.compare("x", measured(strict, error), FLOOR)) is fails


def test_other_gold_fails_until_it_is_pinned():
    assert "gold files changed" in gate.compare("x", measured(0.99, gold="other"), FLOOR)[0]


def test_an_update_raises_and_never_lowers():
    better = gate.raised(measured(0.95, 0.03), FLOOR)
    assert better == {"gold": "abc", "strict_f1": 0.95, "calibration_error": 0.02}


def test_the_pinned_gold_is_the_gold_that_is_there(demo: Path):
    import hashlib
    import json

    paths = sorted(demo.glob("gold*.json"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]
    assert json.loads(gate.FLOORS.read_text("utf-8"))["demo"]["gold"] == digest
