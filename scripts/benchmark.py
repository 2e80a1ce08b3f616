"""Measure this aligner against others on the same texts and the same encoder.

::

    python scripts/benchmark.py accuracy            strict and lax F1 of each system on gold texts
    python scripts/benchmark.py time                seconds from sentences to beads, and memory
    python scripts/benchmark.py growth              the same on 300 to 10,000 sentences
    python scripts/benchmark.py texts               the command line: `align texts`, `align --help`
    python scripts/benchmark.py spans               vectors of spans against re-encoding every span

Each run is a process of its own (``benchmark_worker.py``). ``--python`` names another Python for
the systems that need one: ``bertalign`` wants 3.12 with this project's extra ``bertalign``. A
system that cannot run is left out with the reason. Tables go to standard output, everything that
was measured to ``--json``.
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
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from benchmark_runs import ROOT, Outcome, Text, files, gold_texts, synthetic, work

from align import __version__, evaluate
from align.records import Language

SYSTEMS = ("ours", "sentweave", "bertalign", "galechurch", "galechurch-plain")
SIZES = (300, 1_000, 3_000, 10_000)


def held_out(chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Ask ``scripts/train.py`` for the scores on texts that its model has not seen.

    It prints a line per pass and folder; the last one of a folder is that of the whole matcher.
    """
    command = [sys.executable, str(ROOT / "scripts" / "train.py"), *map(str, files(chosen.gold))]
    command += ["--folds", "--encoder", chosen.encoder]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        tell(f"held out: {(done.stderr.strip() or 'no message').splitlines()[-1]}")
        return []
    line = re.compile(r"^.* (?P<set>\S+)\s+strict (?P<strict>[\d.]+) lax (?P<lax>[\d.]+)", re.M)
    last = {match["set"]: match for match in line.finditer(done.stdout)}
    return [
        {
            "set": name,
            "system": "ours (held out)",
            "signature": chosen.encoder,
            "strict": float(match["strict"]),
            "lax": float(match["lax"]),
        }
        for name, match in last.items()
    ]


def accuracy(chosen: argparse.Namespace) -> dict[str, Any]:
    """Score every system on every set of gold texts."""
    rows = []
    for name, texts in gold_texts(chosen.gold).items():
        for system in chosen.systems:
            outcome = work(system, texts, chosen)
            label = f"{system} (trained on these)" if system == "ours" else system
            rows.append(_scored(name, label, texts, outcome))
            tell(f"{name} {system}: {outcome.failure or 'done'}")
    if "ours" in chosen.systems and not chosen.no_folds:
        rows += held_out(chosen)
    table(
        ["texts", "system", "strict F1", "lax F1", "encoder"],
        [
            [r["set"], r["system"], _f(r.get("strict"), 3), _f(r.get("lax"), 3), r["signature"]]
            for r in rows
        ],
    )
    return {"rows": rows}


def _scored(name: str, label: str, texts: Sequence[Text], outcome: Outcome) -> dict[str, Any]:
    if outcome.failure:
        return {"set": name, "system": label, "signature": outcome.failure}
    pairs = [(text.gold, run.beads) for text, run in zip(texts, outcome.runs, strict=True)]
    return _row(name, label, outcome.signature, evaluate.score(pairs))


def _row(name: str, label: str, signature: str, scores: evaluate.Scores) -> dict[str, Any]:
    return {
        "set": name,
        "system": label,
        "signature": signature,
        "strict": scores.strict.f1,
        "lax": scores.lax.f1,
    }


def timing(chosen: argparse.Namespace) -> dict[str, Any]:
    """Time every system in turns, ``--rounds`` times, so that a busy machine is fair to all."""
    texts = [text for some in gold_texts(chosen.gold).values() for text in some]
    systems = [*chosen.systems, "ours-wheel"] if chosen.encoder == "use" else chosen.systems
    rounds = [[work(system, texts, chosen) for system in systems] for _ in range(chosen.rounds)]
    rows: list[dict[str, Any]] = []
    for column, system in enumerate(systems):
        outcomes = [row[column] for row in rounds]
        if any(outcome.failure for outcome in outcomes):
            rows.append({"system": system, "failure": outcomes[0].failure})
            continue
        base = [row[0] for row in rounds]
        rows.append(
            {
                "system": system,
                "encode": median(sum(run.encode for run in o.runs) for o in outcomes),
                "match": median(sum(run.match for run in o.runs) for o in outcomes),
                "processor": median(o.processor for o in outcomes),
                "ratio": median(
                    o.processor / b.processor for o, b in zip(outcomes, base, strict=True)
                ),
                "load": median(o.load for o in outcomes),
                "peak_mb": median(o.peak_mb for o in outcomes),
            }
        )
    table(
        ["system", "encode s", "match s", "processor s", "x first", "load s", "peak MB"],
        [
            [r["system"], r["failure"]]
            if "failure" in r
            else [
                r["system"],
                *(_f(r[k], 2) for k in ("encode", "match", "processor", "ratio", "load")),
                _f(r["peak_mb"], 0),
            ]
            for r in rows
        ],
    )
    return {"sentences": sum(len(t.zh) + len(t.en) for t in texts), "rows": rows}


def growth(chosen: argparse.Namespace) -> dict[str, Any]:
    """Time and memory on longer and longer texts; a system that ran out of time stops growing."""
    rows: list[dict[str, Any]] = []
    stopped: set[str] = set()
    for size in chosen.sizes:
        text = synthetic(size)
        for system in (s for s in chosen.systems if s not in stopped):
            outcome = work(system, [text], chosen)
            tell(f"{size} {system}: {outcome.failure or f'{outcome.seconds:.1f} s'}")
            row: dict[str, Any] = {"zh": len(text.zh), "en": len(text.en), "system": system}
            if outcome.failure:
                stopped.add(system)
                rows.append({**row, "failure": outcome.failure})
                continue
            scores = evaluate.score([(text.gold, outcome.runs[0].beads)])
            rows.append(
                {
                    **row,
                    "encode": outcome.runs[0].encode,
                    "match": outcome.runs[0].match,
                    "processor": outcome.processor,
                    "peak_mb": outcome.peak_mb,
                    "strict": scores.strict.f1,
                }
            )
    table(
        ["zh", "en", "system", "encode s", "match s", "processor s", "peak MB", "strict F1"],
        [
            [str(r["zh"]), str(r["en"]), r["system"], r["failure"]]
            if "failure" in r
            else [
                *(str(r["zh"]), str(r["en"]), r["system"]),
                *(_f(r[k], 1) for k in ("encode", "match", "processor")),
                _f(r["peak_mb"], 0),
                _f(r["strict"], 3),
            ]
            for r in rows
        ],
    )
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
    from benchmark_worker import Wheel

    from align import encoders

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
    """Give the middle of some values."""
    return float(statistics.median(values))


def _f(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def tell(message: str) -> None:
    """Say what is done, beside the results."""
    print(message, file=sys.stderr, flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table in Markdown."""
    for line in (head, ["---"] * len(head), *rows):
        print("| " + " | ".join([*line, *[""] * (len(head) - len(line))]) + " |")


def machine() -> dict[str, Any]:
    """Say on what this was measured."""
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
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
    shared = [ROOT.parent / "shared" / "data" / name for name in ("mac-dev", "scio-dev")]
    demo = sorted((ROOT / "corpora" / "demo").glob("gold*.json"))
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("what", choices=COMMANDS)
    parser.add_argument(
        "--gold",
        nargs="+",
        type=Path,
        default=shared if all(path.is_dir() for path in shared) else demo,
        help="gold files or folders of them",
    )
    parser.add_argument("--encoder", default="use")
    parser.add_argument("--systems", nargs="+", default=list(SYSTEMS))
    parser.add_argument("--python", help="the Python that has bertalign")
    parser.add_argument("--rounds", type=int, default=5, help="repetitions; medians are printed")
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
