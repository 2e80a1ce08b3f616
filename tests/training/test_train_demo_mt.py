"""The translation model that is trained on an export: the way is whole, however poor the model."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bead_strategy import KeptSettings, bead

from align.corpus.exchange.run import ExportPlan, export
from align.corpus.exchange.splits import Splits

ROOT = Path(__file__).resolve().parents[2]


class Shelf(KeptSettings):
    """Three briefings of ten beads each, one of which has no English."""

    card = {"name": "harbour"}  # noqa: RUF012 # never changed

    def pairs(self, briefing_ids=None):
        for name in ("one", "two", "three"):
            if briefing_ids is None or name in briefing_ids:
                for at in range(10):
                    zh, en = f"第{at}号港口开放。", f"{name} {name}{at} is open."
                    yield bead(id=f"{name}-{at}", briefing=name, zh=zh, en=en if at else "")


@pytest.mark.torch
def test_a_few_steps_on_an_export_lower_the_loss_and_give_scores(tmp_path):
    pytest.importorskip("torch", reason="torch is not installed")
    export(Shelf(), ExportPlan("parquet", tmp_path / "out", split=Splits(0.2, 0.2)))
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HOME": str(tmp_path / "hf")}
    done = subprocess.run(
        [sys.executable, "-W", "error:::__main__", "-m", "training.train_demo_mt",
         str(tmp_path / "out"), "--steps", "30", "--width", "32", "--cache",
         str(tmp_path / "cache")],
        capture_output=True, text=True, encoding="utf-8", env=environment, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "9 pairs to train on, 9 to stop by, 9 held out" in done.stdout
    before, after = (
        float(re.search(rf"loss {when}.* (\d+\.\d+)", done.stdout)[1])
        for when in ("before", "after")
    )
    assert after < before - 0.5
    assert "tok:zh" in done.stdout
    assert "chrF2 = " in done.stdout
