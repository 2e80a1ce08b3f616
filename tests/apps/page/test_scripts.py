"""The scripts of the page: their types (tsc), faults (oxlint), and their pure parts (node)."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import lint_page
import pytest

HERE = Path(__file__).parent / "scripts"
STATIC = HERE.parents[3] / "align" / "apps" / "page" / "static"


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


def test_the_linter_finds_nothing():
    assert lint_page.lint(STATIC) == []


def test_the_linter_finds_what_nothing_uses_and_what_nothing_defines(tmp_path):
    shutil.copytree(STATIC, tmp_path, dirs_exist_ok=True)
    spoilt = tmp_path / "rows.js"
    count = len(spoilt.read_text(encoding="utf-8").splitlines())
    with spoilt.open("a", encoding="utf-8") as out:
        out.write("function nobodyCalls() { return nobodyDefines; }\n")
    unused, undefined = sorted(lint_page.lint(tmp_path), reverse=True)
    assert unused.startswith(f"rows.js:{count + 1}: Function 'nobodyCalls'")
    assert undefined.startswith(f"rows.js:{count + 1}: 'nobodyDefines' is not defined")


def test_a_script_that_no_module_has_is_found(tmp_path):
    shutil.copytree(STATIC, tmp_path, dirs_exist_ok=True)
    (tmp_path / "stray.js").write_text("export default 1;\n", encoding="utf-8")
    assert lint_page.lint(tmp_path) == ["in no module: stray.js"]


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_the_types_of_each_script_are_checked(path):
    assert path.read_text(encoding="utf-8").startswith("// @ts-check\n")
