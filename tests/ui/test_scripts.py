"""The scripts of the page: their types (tsc), and their pure parts (node)."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "scripts"
STATIC = HERE.parents[2] / "align" / "ui" / "static"


def run(program, *words):
    if not shutil.which(program) and not os.environ.get("CI"):  # in CI it is a failure
        pytest.skip(f"no {program} here (Debian: apt install {PACKAGES[program]})")
    done = subprocess.run([program, *words], cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


PACKAGES = {"node": "nodejs", "tsc": "node-typescript"}


def test_the_scripts_have_no_fault_of_type():
    run("tsc", "--project", "tsconfig.json")


def test_the_pure_parts_compute_what_they_should():
    assert re.search(r"# pass [1-9]", run("node", "--test", "--test-reporter=tap", "."))


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_each_script_is_checked_and_leaves_nothing_unused(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith("// @ts-check\n")
    whole = "\n".join(one.read_text(encoding="utf-8") for one in STATIC.glob("*.js"))
    defined = re.findall(r"^(?:const|let|function) (\w+)", text, re.MULTILINE)
    assert [name for name in defined if len(re.findall(rf"\b{name}\b", whole)) < 2] == []
