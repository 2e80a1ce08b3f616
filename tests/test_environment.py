"""``scripts/environment`` on machines that lack something says in one line what to do."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOO_OLD = "#!/bin/sh\nexit 1\n"
WITHOUT_ENSUREPIP = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\n'
CLOSED_PORT = "http://127.0.0.1:9/"

needs_venv = pytest.mark.skipif(
    importlib.util.find_spec("ensurepip") is None, reason="this Python has no ensurepip"
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "environment", folder / "scripts")
    for name in ("pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


def failure(checkout: Path, **environment: str) -> str:
    """Run the script, which must fail, and return the one line on standard error."""
    done = subprocess.run(
        [checkout / "scripts" / "environment", "dev"],
        env=os.environ | {"PIP_CONFIG_FILE": os.devnull} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def stub(folder: Path, text: str) -> str:
    """Write a program that answers as a Python would; return its path."""
    path = folder / "python3"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_python_that_is_too_old(checkout: Path, tmp_path: Path):
    python = stub(tmp_path, TOO_OLD)
    line = failure(checkout, PYTHON=python)
    assert line.endswith(
        f"PYTHON={python}: not Python 3.11 or newer; install that, or name another one"
    )


def test_a_python_without_venv(checkout: Path, tmp_path: Path):
    line = failure(checkout, PYTHON=stub(tmp_path, WITHOUT_ENSUREPIP))
    assert "cannot make environments; install venv" in line
    assert not (checkout / ".venv").exists()


@needs_venv
def test_a_package_without_a_wheel(checkout: Path):
    line = failure(checkout, PYTHON=sys.executable, PIP_NO_INDEX="1")
    assert re.search(r"no wheel of \S+==\S+ for Python 3", line)
    assert "name another Python with PYTHON=" in line


@needs_venv
def test_a_registry_that_does_not_answer(checkout: Path):
    line = failure(checkout, PYTHON=sys.executable, PIP_INDEX_URL=CLOSED_PORT, PIP_RETRIES="1")
    assert "the package registry does not answer; check the network" in line
