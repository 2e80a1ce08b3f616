"""Texts of the benchmark of aligners, and runs of a system in a process of its own."""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from align.aligner import evaluate
from align.records import Bead

ROOT = Path(__file__).resolve().parents[1]
WORKER = "benchmarks.aligner_worker"
SEED = 1
MARKS = ("zh_paragraphs", "en_paragraphs", "zh_turns", "en_turns")


@dataclass(frozen=True, slots=True)
class Text:
    """Two sides to align, and the beads that are right."""

    id: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    gold: tuple[evaluate.Link, ...]
    marks: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Paragraphs and turns of the sentences, by the names of :class:`evaluate.Gold`."""


@dataclass(frozen=True, slots=True)
class Run:
    """One text through one system."""

    text: str
    beads: tuple[Bead, ...]
    encode: float
    match: float
    processor: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one worker did, or why it could not."""

    system: str
    signature: str = ""
    version: str = ""
    load: float = 0.0
    peak_mb: float = 0.0
    runs: tuple[Run, ...] = ()
    failure: str = ""

    @property
    def seconds(self) -> float:
        """Wall time over all texts, embedding included."""
        return sum(run.encode + run.match for run in self.runs)

    @property
    def processor(self) -> float:
        """Processor time over all texts, of all threads."""
        return sum(run.processor for run in self.runs)


def work(system: str, texts: Sequence[Text], chosen: argparse.Namespace) -> Outcome:
    """Run one system in a process of its own."""
    job = {
        "system": system,
        "encoder": chosen.encoder,
        "texts": [{"zh": text.zh, "en": text.en, **text.marks} for text in texts],
    }
    python = chosen.python if system.startswith("bertalign") and chosen.python else sys.executable
    command = [python, "-W", "ignore", "-m", WORKER]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            input=json.dumps(job),
            capture_output=True,
            text=True,
            timeout=chosen.timeout,
        )
    except subprocess.TimeoutExpired:
        return Outcome(system, failure=f"stopped after {chosen.timeout:g} s")
    if done.returncode:
        return Outcome(system, failure=(done.stderr.strip() or "no message").splitlines()[-1])
    found = json.loads(done.stdout.strip().splitlines()[-1])
    runs = tuple(
        Run(
            text.id,
            tuple(Bead(tuple(zh), tuple(en), probability) for zh, en, probability in run["beads"]),
            run["encode"],
            run["match"],
            run["processor"],
        )
        for text, run in zip(texts, found["runs"], strict=True)
    )
    return Outcome(
        system, found["signature"], found["version"], found["load"], found["peak_mb"], runs
    )


def gold_texts(paths: Sequence[Path]) -> dict[str, list[Text]]:
    """Return the gold texts by folder."""
    sets: dict[str, list[Text]] = {}
    for file in files(paths):
        gold = evaluate.read_gold(file)
        marks = {key: getattr(gold, key) for key in MARKS}
        text = Text(gold.id, gold.zh, gold.en, gold.beads, marks)
        sets.setdefault(file.parent.name, []).append(text)
    return sets


def files(paths: Sequence[Path]) -> list[Path]:
    """Return the gold files among files and folders: those named so, else all JSON files."""
    found: list[Path] = []
    for path in paths:
        found += sorted(path.glob("gold*.json")) or sorted(path.glob("*.json")) or [path]
    return found


def without_marks(paths: Iterable[Path], folder: Path) -> Iterator[Path]:
    """Copy gold files without paragraphs and turns; the folders keep their names."""
    for path in paths:
        gold = evaluate.read_gold(path)
        copy = folder / path.parent.name / path.name
        copy.parent.mkdir(exist_ok=True)
        content = {"id": gold.id, "zh": gold.zh, "en": gold.en, "gold": gold.beads}
        copy.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        yield copy


def synthetic(size: int) -> Text:
    """Return beads drawn from the demo corpus until the Chinese side has ``size`` sentences.

    Each bead is numbered on both sides, so that no two are the same.
    """
    (demo,) = gold_texts([ROOT / "corpora" / "demo"]).values()
    beads = [(text, *link) for text in demo for link in text.gold]
    random = np.random.default_rng(SEED)
    zh: list[str] = []
    en: list[str] = []
    gold: list[evaluate.Link] = []
    while len(zh) < size:
        text, left, right = beads[int(random.integers(len(beads)))]
        if len(left) > size - len(zh):
            continue
        number = len(gold) + 1
        gold.append(
            (
                tuple(range(len(zh), len(zh) + len(left))),
                tuple(range(len(en), len(en) + len(right))),
            )
        )
        zh += [f"第{number}项：{text.zh[i]}" if i == left[0] else text.zh[i] for i in left]
        en += [f"Item {number}: {text.en[j]}" if j == right[0] else text.en[j] for j in right]
    return Text(f"demo-{size}", tuple(zh), tuple(en), tuple(gold))
