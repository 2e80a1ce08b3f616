"""Run what README and docs show: Python blocks, and console blocks marked ``<!-- run -->``.

A console block runs in a folder with copies of ``corpora/demo``, ``examples`` and ``scripts``.
Every command must succeed, and every line that the block shows must be printed (``...`` stands
for anything). Blocks marked ``<!-- run if torch -->`` run where torch is installed.
"""

import importlib.util
import io
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from _pytest._code import Traceback
from sybil import Document, Example, Sybil
from sybil.integration.pytest import SybilItem, example_module_path
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

ROOT = Path(__file__).resolve().parent
MARK = "<!-- run -->"
TORCH_MARK = "<!-- run if torch -->"
SITE = "http://127.0.0.1:47110"
"""The demo site in the documents. A test serves it at another port, so that tests run at once."""


OURS = ("align", "app", "benchmarks", "fuzz", "scripts", "tests", "training", "conftest")
"""Packages and modules of the project; those in LOOSE are imported by their names alone."""

LOOSE = (ROOT / "tests" / "helpers", ROOT / "scripts")


def pytest_configure(config: pytest.Config) -> None:
    """Make warnings errors where our code is at fault; those of other packages are only shown."""
    loose = [path.stem for folder in LOOSE for path in folder.glob("*.py")]
    names = "|".join([*OURS, *loose, "__main__", "<string>"])  # an example has no name
    config.addinivalue_line("filterwarnings", rf"error:::({names})(\.|$)")


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Put ``__main__`` back: AppTest leaves its script there, and processes begun later run it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


def set_up(namespace: dict[str, object]) -> None:
    """Make the folder that a document's commands run in."""
    folder = Path(tempfile.mkdtemp(prefix="align-docs-"))
    shutil.copytree(ROOT / "corpora" / "demo", folder / "corpora" / "demo")
    for name in ("examples", "scripts"):
        shutil.copytree(ROOT / name, folder / name)
    namespace["folder"] = folder
    namespace["has_torch"] = importlib.util.find_spec("torch") is not None


def tear_down(namespace: dict[str, object]) -> None:
    """Remove it again."""
    shutil.rmtree(str(namespace["folder"]))


def run_console(example: Example) -> str | None:
    """Run the commands of a console block; say what differs from what it shows."""
    document: Document = example.document
    before = document.text[: example.region.start].rstrip()
    has_torch = bool(example.namespace["has_torch"])
    if not before.endswith(MARK) and not (has_torch and before.endswith(TORCH_MARK)):
        return None
    site = str(example.namespace.get("site", SITE))
    folder = example.namespace["folder"]
    command, shown = "", list[str]()
    for line in [*str(example.parsed).splitlines(), "$"]:
        if line.startswith("$"):
            wrong = check(command.replace(SITE, site), shown, folder) if command else None
            if wrong:
                return wrong
            command, shown = line[1:].strip(), []
        else:
            shown.append(line.strip())
    return None


def check(command: str, shown: list[str], folder: Path) -> str | None:
    """Run one command and compare: ``align``, ``cat``, or a program of the project."""
    words = shlex.split(command)
    if words[0] == "align":
        code, printed = run_align(words[1:], folder)
    elif words[0] == "cat":
        code, printed = 0, "".join((folder / name).read_text("utf-8") for name in words[1:])
    elif words[0] == "python" and words[1].startswith(("examples/", "scripts/")):
        code, printed = run_program(words[1:], folder)
    else:
        return f"not run from the documents: {command}"
    if code:
        return f"$ {command}\nexited with {code}: {printed}"
    for line in shown:
        parts = [part for part in line.split("...") if part.strip()]
        if not all(part.strip() in printed for part in parts):
            return f"$ {command}\ndoes not print {line!r} but:\n{printed}"
    return None


def run_program(words: list[str], folder: Path) -> tuple[int, str]:
    """Run a program of the project; return its exit code and what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


def run_align(words: list[str], folder: Path) -> tuple[int, str]:
    """Run the command line in this process; return its exit code and what it prints."""
    from align.apps.cli import main

    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with (
        chdir(folder),
        redirect_stdout(printed),
        redirect_stderr(printed),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(sys, "argv", ["align", *words])
        patch.setenv("COLUMNS", "100")
        try:
            main()
            code = 0
        except SystemExit as done:
            code = int(done.code or 0)
    printed.seek(0)
    return code, printed.read()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let pytest report an error from outside an example, such as a warning at its end.

    Sybil 10.1 looks for its own frame in the traceback, and ends the whole run with an
    INTERNALERROR where there is none.
    """
    if isinstance(item, SybilItem):
        cut = item._traceback_filter

        def cut_if_possible(error: pytest.ExceptionInfo[BaseException]) -> Traceback:
            return cut(error) if is_in_an_example(error.traceback) else error.traceback

        item._traceback_filter = cut_if_possible  # type: ignore[method-assign]


def is_in_an_example(traceback: Traceback) -> bool:
    """Return whether an error went through the code that runs an example."""
    return any(str(entry.path) == example_module_path for entry in traceback)


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), CodeBlockParser("console", run_console), SkipParser()],
    patterns=["README*.md", "docs/*.md", "docs/*/*.md"],
    setup=set_up,
    teardown=tear_down,
).pytest()
