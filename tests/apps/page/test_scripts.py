"""The scripts of the page: their types (tsc), faults (oxlint), and their model (node)."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import lint_page
import pytest

from align.apps.page.elements import SCRIPTS, STATIC, list_imports, load_script

HERE = Path(__file__).parent / "scripts"


def run(program, *words):
    if not shutil.which(program) and not os.environ.get("CI"):  # in CI it is a failure
        pytest.skip(f"no {program} here (Debian: apt install {PACKAGES[program]})")
    done = subprocess.run([program, *words], cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


PACKAGES = {"node": "nodejs", "tsc": "node-typescript"}


def test_the_scripts_have_no_fault_of_type():
    run("tsc", "--project", "tsconfig.json")


def test_the_model_computes_what_it_should():
    found = re.search(r"# pass (\d+)", run("node", "--test", "--test-reporter=tap", "."))
    assert int(found[1]) >= 100


def test_the_linter_finds_nothing():
    assert lint_page.lint(STATIC) == []


def test_the_linter_finds_what_nothing_uses_and_what_nothing_defines(tmp_path):
    shutil.copytree(STATIC, tmp_path, dirs_exist_ok=True)
    spoilt = tmp_path / "exchange.js"
    count = len(spoilt.read_text(encoding="utf-8").splitlines())
    with spoilt.open("a", encoding="utf-8") as out:
        out.write("function nobodyCalls() { return nobodyDefines; }\n")
        out.write("export const nobodyImports = 1;\n")
    faults = {fault.split(" [")[0] for fault in lint_page.lint(tmp_path)}
    assert faults == {
        f"exchange.js:{count + 1}: Function 'nobodyCalls' is declared but never used.",
        f"exchange.js:{count + 1}: 'nobodyDefines' is not defined.",
        "exchange.js: nothing imports nobodyImports",
    }


def test_every_import_of_a_component_is_fetched_beforehand():
    entries = ("table.js", "hits.js", "toolbar.js", "bindings.js", "browser.js", "desk.js")
    listed = {entry: list_imports(entry) for entry in entries}
    assert listed["browser.js"] == ["browser.js"]
    assert {"exchange.js", "model/queue.js", "view/dom.js"} <= {*listed["table.js"]}
    assert {name for names in listed.values() for name in names} == {*SCRIPTS}


def test_the_first_component_fetches_what_the_page_draws_next():
    script = load_script("browser.js", briefing=["table.js"], other=["toolbar.js", "desk.js"])
    (ahead,) = re.findall(r"^const ahead = (\{.*\})\[", script, re.MULTILINE)
    assert json.loads(ahead) == {
        "briefing": list_imports("table.js"),
        "other": list_imports("toolbar.js", "desk.js"),
    }
    assert {"toolbar.js", "desk.js", "model/desk.js"} <= {*json.loads(ahead)["other"]}


def test_the_model_knows_neither_the_page_nor_storage_nor_a_clock():
    outside = re.compile(r"\b(document|window|Storage|performance|Date|setTimeout|fetch)\b")
    for path in sorted((STATIC / "model").glob("*.js")):
        text = path.read_text(encoding="utf-8")
        code = re.sub(r"//.*|/\*\*[^*]*(?:\*(?!/)[^*]*)*\*/", "", text)
        assert not outside.search(code), path.name
        imported = re.findall(r'from "(.*)"', code)
        assert all(name.startswith("./") for name in imported), path.name


def test_few_functions_of_the_scripts_take_the_whole_state():
    texts = [path.read_text(encoding="utf-8") for path in STATIC.rglob("*.js")]
    assert sum(text.count("@param {State}") for text in texts) < 20


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.js")), ids=lambda path: path.name)
def test_the_types_of_each_script_are_checked(path):
    assert path.read_text(encoding="utf-8").startswith("// @ts-check\n")
