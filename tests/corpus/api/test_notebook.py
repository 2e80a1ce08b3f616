"""The notebook of the documents: its cells run, one after the other."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).resolve().parents[3] / "docs" / "reference" / "python.ipynb"


def test_its_cells_run(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copytree(demo, tmp_path / "corpora" / "demo")
    monkeypatch.chdir(tmp_path)
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    names: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    assert (tmp_path / "dataset" / "train.parquet").is_file()
    assert (tmp_path / "tuning" / "train.chat.jsonl").is_file()
    assert len(names["results"]) == 1000
    assert not any(result.error for result in names["results"])
