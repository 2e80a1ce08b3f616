"""The page in this process, on a corpus of its own."""

from pathlib import Path

import pytest


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the corpus that the page opens, not created yet; "ann" is the reviewer."""
    folder = tmp_path / "corpus"
    monkeypatch.setenv("ALIGN_CORPUS", str(folder))
    monkeypatch.setenv("ALIGN_REVIEWER", "ann")
    return folder
