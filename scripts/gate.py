"""Keep the aligner from getting worse: score it on gold and compare with .ci/floors.json.

    python scripts/gate.py            fail when a figure is below its floor
    python scripts/gate.py --update   raise floors to what is measured; never lower one

Strict F1 and the share of errors among the worst 20 % of beads must not fall, the expected
calibration error must not rise. The model was trained on these texts, so the figures are no
promise for other texts (docs/explanation/method.md has held-out ones): they only notice a change.
The gold files are pinned by checksum, so that the measure cannot change unseen.
"""

import argparse
import hashlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from align.aligner import encoders
from align.aligner.evaluate import read_gold, score
from align.aligner.match import Side, match

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ROOT / ".ci" / "floors.json"

# figure: +1 when more is better, -1 when less is
FIGURES = {"strict_f1": 1, "lax_f1": 1, "calibration_error": -1, "errors_in_worst_fifth": 1}

# Scores are exact on one machine; other processors' arithmetic moves a close decision now and
# then: one bead of 1,300 is 0.0008 of F1, and one of 65 errors is 0.015 of their share.
NOISE = {
    "strict_f1": 0.003,
    "lax_f1": 0.003,
    "calibration_error": 0.003,
    "errors_in_worst_fifth": 0.035,
}

# A share of few errors jumps with each of them, and so does a calibration error of few beads.
ENOUGH_BEADS, ENOUGH_ERRORS = 500, 30


@dataclass(frozen=True)
class Measured:
    """The figures of one set of gold files, and the checksum of the files."""

    figures: dict[str, float]
    gold: str


def sets() -> dict[str, list[Path]]:
    """Return the sets of gold files that are on this machine."""
    shared = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared")) / "data"
    found = {"demo": sorted((ROOT / "corpora" / "demo").glob("gold*.json"))}
    for name in ("mac-dev", "scio-dev", "briefings-dev"):
        paths = sorted((shared / name).glob("*.json"))
        if paths:
            found[name] = paths
        else:
            print(f"gate: {name} not found ({shared / name}), so it is not scored")
    return found


def measure(paths: list[Path], encoder: encoders.Encoder) -> Measured:
    """Align every text of a set and score it."""
    runs = []
    for path in paths:
        gold = read_gold(path)
        zh = Side(gold.zh, gold.zh_paragraphs, gold.zh_turns)
        en = Side(gold.en, gold.en_paragraphs, gold.en_turns)
        runs.append((gold.beads, match(zh, en, encoder).alignment.beads))
    scores = score(runs)
    figures = {"strict_f1": scores.strict.f1, "lax_f1": scores.lax.f1}
    if scores.calibration is not None and scores.beads >= ENOUGH_BEADS:
        figures["calibration_error"] = scores.calibration.error
        if scores.beads * (1 - scores.strict.precision) >= ENOUGH_ERRORS:
            figures["errors_in_worst_fifth"] = scores.calibration.worst_fifth
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]
    return Measured({name: round(value, 4) for name, value in figures.items()}, digest)


def compare(name: str, measured: Measured, floor: dict[str, object]) -> list[str]:
    """Return a line for each figure that is worse than its floor, or that the gold changed."""
    if floor.get("gold") != measured.gold:
        return [f"{name}: the gold files changed (or have no floor yet); see --update"]
    worse = []
    for figure, sign in FIGURES.items():
        bound = floor.get(figure)
        value = measured.figures.get(figure)
        if (
            isinstance(bound, float)
            and value is not None
            and sign * (value - bound) < -NOISE[figure]
        ):
            worse.append(f"{name}: {figure} is {value:.4f}, the floor is {bound:.4f}")
    return worse


def raised(measured: Measured, floor: dict[str, object]) -> dict[str, object]:
    """Return the better of floor and figure, for each; new gold has no floor."""
    if floor.get("gold") != measured.gold:
        return {"gold": measured.gold, **measured.figures}
    best = dict(measured.figures)
    for figure, value in measured.figures.items():
        bound = floor.get(figure)
        if isinstance(bound, float) and FIGURES[figure] * (bound - value) > 0:
            best[figure] = bound
    return {"gold": measured.gold, **best}


def main() -> int:
    """Measure, print, and compare or update."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--update", action="store_true", help="Raise the floors.")
    update = parser.parse_args().update
    floors = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    encoder = encoders.load("use")
    worse = []
    for name, paths in sets().items():
        measured = measure(paths, encoder)
        print(f"gate: {name:13}", "  ".join(f"{k} {v:.4f}" for k, v in measured.figures.items()))
        if update:
            floors[name] = raised(measured, floors.get(name, {}))
        else:
            worse += compare(name, measured, floors.get(name, {}))
    if update:
        FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(f"gate: {FLOORS.relative_to(ROOT)} written")
    for line in worse:
        print(f"gate: {line}", file=sys.stderr)
    if not worse and not update:
        print("gate: all figures are at or above their floors")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
