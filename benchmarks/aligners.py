"""Measure this aligner against others on the same texts and the same encoder.

::

    python -m benchmarks.aligners accuracy     strict and lax F1 of each system on gold texts
    python -m benchmarks.aligners time         seconds from sentences to beads, and memory
    python -m benchmarks.aligners growth       the same on 300 to 10,000 sentences
    python -m benchmarks.aligners texts        the command line: `align texts`, `align --help`
    python -m benchmarks.aligners spans        vectors of spans against re-encoding every span

Each run is a process of its own (:mod:`benchmarks.aligner_worker`). ``--python`` names another
Python for the systems that need one: ``bertalign`` wants 3.12 with this project's extra
``bertalign``. A system that cannot run is left out with the reason. Tables go to standard output,
everything that was measured to ``--json``.
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from align import __version__
from align.aligner import evaluate
from align.records import Language
from benchmarks.aligner_runs import (
    ROOT,
    Outcome,
    Text,
    files,
    gold_texts,
    synthetic,
    without_marks,
    work,
)

SYSTEMS = ("ours", "ours-sentences", "sentweave", "bertalign", "galechurch", "galechurch-plain")
SIZES = (300, 1_000, 3_000, 10_000)
DEMO = ROOT / "corpora" / "demo"

SHARED = ("mac-dev", "scio-dev", "briefings-dev")
TRAINED = dict.fromkeys((*SHARED, "demo"), "in-sample: trained on these")

CHOSEN_ON = {
    "ours": TRAINED,
    "ours-sentences": TRAINED,
    "galechurch": dict.fromkeys(("mac-dev", "scio-dev"), "variance chosen on these"),
}
"""What was fitted to the texts that it is scored on, by system and folder."""

FOLDS_LINE = re.compile(
    r"^both passes +(?P<set>\S+) +strict (?P<strict>[\d.]+) lax (?P<lax>[\d.]+)"
    r"(?: ece (?P<ece>[\d.]+) .*fifth (?P<fifth>[\d.]+))?",
    re.MULTILINE,
)
"""The line of ``training.train --folds`` that belongs to the whole matcher."""


def held_out(chosen: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Score texts by models that have not seen them, with their paragraphs and without.

    All of the model's own training texts are used, so that only the left out fold differs from
    the model in the package.
    """
    golds = list(dict.fromkeys(path.resolve() for path in files([*chosen.gold, DEMO])))
    wanted = {file.parent.name for file in files(chosen.gold)}
    with tempfile.TemporaryDirectory() as folder:
        bare = list(without_marks(golds, Path(folder)))
        for system, paths in (("ours", golds), ("ours-sentences", bare)):
            found = _folds(paths, chosen) if system in chosen.systems else ""
            for row in (match.groupdict() for match in FOLDS_LINE.finditer(found)):
                name = row.pop("set")
                scores = {key: float(value) for key, value in row.items() if value}
                if name in wanted:
                    label = f"{system} (held out)"
                    yield {"set": name, "system": label, "signature": chosen.encoder, **scores}


def _folds(golds: Sequence[Path], chosen: argparse.Namespace) -> str:
    """Run ``training.train``, which prints a line per pass and folder."""
    command = [sys.executable, "-m", "training.train", *map(str, golds)]
    command += ["--folds", "--encoder", chosen.encoder]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=chosen.timeout
        )
    except subprocess.TimeoutExpired:
        tell(f"held out: stopped after {chosen.timeout:g} s")
        return ""
    if done.returncode:
        tell(f"held out: {(done.stderr.strip() or 'no message').splitlines()[-1]}")
    return done.stdout


def accuracy(chosen: argparse.Namespace) -> dict[str, Any]:
    """Score every system on every set of gold texts, and print each row when it is there."""
    rows: list[dict[str, Any]] = []

    def add(row: dict[str, Any]) -> None:
        rows.append(row)
        scores = [_f(row.get("strict"), 3), _f(row.get("lax"), 3)]
        line([row["set"], row["system"], *scores, row["signature"]])

    head(["texts", "system", "strict F1", "lax F1", "encoder"])
    for name, texts in gold_texts(chosen.gold).items():
        for system in chosen.systems:
            add(_scored(name, system, texts, work(system, texts, chosen)))
    if not chosen.no_folds:
        for row in held_out(chosen):
            add(row)
    return {"rows": rows}


def _scored(name: str, system: str, texts: Sequence[Text], outcome: Outcome) -> dict[str, Any]:
    row: dict[str, Any] = {"set": name, "system": " ".join([system, outcome.version]).strip()}
    if name in CHOSEN_ON.get(system, {}):
        row["system"] += f" ({CHOSEN_ON[system][name]})"
    if outcome.failure:
        return row | {"signature": outcome.failure}
    pairs = [(text.gold, run.beads) for text, run in zip(texts, outcome.runs, strict=True)]
    scores = evaluate.score(pairs)
    signature = "none" if system.startswith("galechurch") else outcome.signature
    return row | {"signature": signature, "strict": scores.strict.f1, "lax": scores.lax.f1}


def timing(chosen: argparse.Namespace) -> dict[str, Any]:
    """Time every system in turns, ``--rounds`` times, so that a busy machine is fair to all.

    The ratio is to the first system, round by round.
    """
    texts = [text for some in gold_texts(chosen.gold).values() for text in some]
    rounds: list[list[Outcome]] = []
    for number in range(chosen.rounds):
        rounds.append([work(system, texts, chosen) for system in chosen.systems])
        tell(
            f"round {number + 1}: " + ", ".join(f"{o.system} {o.processor:.1f}" for o in rounds[-1])
        )
    head(["system", "processor s", "x first", "encode s", "match s", "load s", "peak MB"])
    rows = []
    for outcomes in zip(*rounds, strict=True):
        rows.append(_timed(outcomes, [row[0] for row in rounds]))
        row = rows[-1]
        seconds = [_f(row.get(key), 2) for key in ("processor", "ratio", "encode", "match", "load")]
        line([row["system"], *(row.get("failure") or seconds), _f(row.get("peak_mb"), 0)])
    return {"sentences": [(len(t.zh), len(t.en)) for t in texts], "rows": rows}


def _timed(outcomes: Sequence[Outcome], first: Sequence[Outcome]) -> dict[str, Any]:
    """Take the medians of one system's rounds."""
    failure = next((outcome.failure for outcome in outcomes if outcome.failure), "")
    if failure or any(outcome.failure for outcome in first):
        return {
            "system": outcomes[0].system,
            "failure": [failure or "the first system failed", *[""] * 4],
        }
    ratios = [a.processor / b.processor for a, b in zip(outcomes, first, strict=True)]
    return {
        "system": outcomes[0].system,
        "processor": median(outcome.processor for outcome in outcomes),
        "ratio": median(ratios),
        "encode": median(sum(run.encode for run in outcome.runs) for outcome in outcomes),
        "match": median(sum(run.match for run in outcome.runs) for outcome in outcomes),
        "load": median(outcome.load for outcome in outcomes),
        "peak_mb": median(outcome.peak_mb for outcome in outcomes),
    }


def growth(chosen: argparse.Namespace) -> dict[str, Any]:
    """Time and memory on longer and longer texts; a system that ran out of time stops growing."""
    rows: list[dict[str, Any]] = []
    stopped: set[str] = set()
    head(["zh", "en", "system", "processor s", "peak MB", "strict F1"])
    for size in chosen.sizes:
        text = synthetic(size)
        for system in (s for s in chosen.systems if s not in stopped):
            outcome = work(system, [text], chosen)
            row: dict[str, Any] = {"zh": len(text.zh), "en": len(text.en), "system": system}
            start = [str(row["zh"]), str(row["en"]), system]
            if outcome.failure:
                stopped.add(system)
                rows.append({**row, "failure": outcome.failure})
                line([*start, outcome.failure, "", ""])
                continue
            strict = evaluate.score([(text.gold, outcome.runs[0].beads)]).strict.f1
            row |= {"encode": outcome.runs[0].encode, "match": outcome.runs[0].match}
            row |= {"processor": outcome.processor, "peak_mb": outcome.peak_mb, "strict": strict}
            rows.append(row)
            line([*start, _f(outcome.processor, 1), _f(outcome.peak_mb, 0), _f(strict, 3)])
    return {"rows": rows}


def texts_command(chosen: argparse.Namespace) -> dict[str, Any]:
    """Measure the command line as a user meets it, start-up included."""
    rows: list[dict[str, Any]] = []
    for size in chosen.sizes:
        text = synthetic(size)
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / name for name in ("zh.txt", "en.txt")]
            for path, side in zip(paths, (text.zh, text.en), strict=True):
                path.write_text("\n".join(side) + "\n", encoding="utf-8")
            arguments = ["texts", *map(str, paths), "--presegmented", "--encoder", chosen.encoder]
            rows.append(
                {"command": f"align texts ({len(text.zh)} x {len(text.en)})", **_command(arguments)}
            )
    runs = [_command(["--help"]) for _ in range(5)]
    rows.append({"command": "align --help", **{k: median(run[k] for run in runs) for k in runs[0]}})
    table(
        ["command", "wall s", "processor s", "peak MB"],
        [
            [r["command"], _f(r["wall"], 2), _f(r["processor"], 2), _f(r["peak_mb"], 0)]
            for r in rows
        ],
    )
    return {"rows": rows}


def _command(arguments: Sequence[str]) -> dict[str, float]:
    """Run ``align`` and ask the system what the process used."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "align", *arguments], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"align {' '.join(arguments)} ended with {process.returncode}")
    return {
        "wall": time.perf_counter() - start,
        "processor": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / 1024,
    }


def spans(chosen: argparse.Namespace) -> dict[str, Any]:
    """Compare the embedded encoder's spans with the wheel's single and joined sentences."""
    rows = []
    for name, texts in gold_texts(chosen.gold).items():
        rows.append(_spans_row(name, "zh", [s for text in texts for s in text.zh], chosen.rounds))
        rows.append(_spans_row(name, "en", [s for text in texts for s in text.en], chosen.rounds))
    columns = ("single", "own", "spans", "joined")
    table(
        ["texts", "side", "n", "least cosine", "wheel single s", "our single s", "our spans s",
         "wheel spans s", "our spans / wheel single", "wheel spans / our spans"],
        [
            [
                *(r["set"], r["language"], str(r["sentences"]), f"{r['cosine']:.6f}"),
                *(_f(r[column], 2) for column in columns),
                _f(r["spans"] / r["single"], 2),
                _f(r["joined"] / r["spans"], 1),
            ]
            for r in rows
        ],
    )  # fmt: skip
    return {"rows": rows}


def _spans_row(name: str, language: Language, side: list[str], rounds: int) -> dict[str, Any]:
    from align.aligner import encoders
    from benchmarks.aligner_worker import Wheel

    ours, wheel = encoders.load("use"), Wheel()
    calls = {
        "single": lambda: wheel.encode(side),
        "own": lambda: ours.encode(side),
        "spans": lambda: ours.encode_spans(side, 5, language),
        "joined": lambda: wheel.encode_spans(side, 5, language),
    }
    cosine = np.einsum("knd,knd->kn", calls["joined"](), calls["spans"]())
    row: dict[str, Any] = {"set": name, "language": language, "sentences": len(side)}
    row["cosine"] = min(float(cosine[k, k:].min()) for k in range(5))
    seconds = [{key: _processor(call) for key, call in calls.items()} for _ in range(rounds)]
    return row | {key: median(one[key] for one in seconds) for key in calls}


def _processor(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def median(values: Iterable[float]) -> float:
    """Return the median."""
    return float(statistics.median(values))


def _f(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def tell(message: str) -> None:
    """Report progress on standard error."""
    print(message, file=sys.stderr, flush=True)


def head(cells: Sequence[str]) -> None:
    """Print the head of a table in Markdown."""
    line(cells)
    line(["---"] * len(cells))


def line(cells: Sequence[str]) -> None:
    """Print a row of a table in Markdown, at once."""
    print("| " + " | ".join(cells) + " |", flush=True)


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a whole table in Markdown."""
    head(titles)
    for row in rows:
        line(row)


def machine() -> dict[str, Any]:
    """Return a description of this machine."""
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    )
    return {
        "cpu": cpu,
        "processors": len(os.sched_getaffinity(0)),
        "load": os.getloadavg()[0],
        "system": platform.platform(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "align": __version__,
        "commit": commit.stdout.strip(),
    }


COMMANDS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "accuracy": accuracy,
    "time": timing,
    "growth": growth,
    "texts": texts_command,
    "spans": spans,
}


def arguments() -> argparse.Namespace:
    """Read the command line."""
    shared = [ROOT.parent / "shared" / "data" / name for name in SHARED]
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("what", choices=COMMANDS)
    parser.add_argument(
        "--gold",
        nargs="+",
        type=Path,
        default=shared if all(path.is_dir() for path in shared) else [DEMO],
        help="gold files or folders of them",
    )
    parser.add_argument("--encoder", default="use")
    parser.add_argument("--systems", nargs="+", default=list(SYSTEMS))
    parser.add_argument("--python", help="the Python that has bertalign")
    parser.add_argument("--rounds", type=int, default=3, help="repetitions; medians are printed")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--timeout", type=float, default=900.0, help="seconds for one run")
    parser.add_argument("--no-folds", action="store_true", help="without training on folds")
    parser.add_argument("--json", type=Path, help="where to write everything that was measured")
    return parser.parse_args()


def main() -> None:
    """Measure one thing, print its table and keep the figures."""
    chosen = arguments()
    result = COMMANDS[chosen.what](chosen)
    if chosen.json:
        whole = {"what": chosen.what, "encoder": chosen.encoder, "machine": machine(), **result}
        chosen.json.write_text(json.dumps(whole, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
