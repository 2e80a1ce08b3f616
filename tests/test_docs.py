"""The documents name everything there is, and the pinned environment follows the project file."""

import doctest
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from align.aligner.encoders import ENCODERS
from align.aligner.engines import ENGINES
from align.apps.cli import COMMANDS
from align.corpus.exchange.filters import FILTERS
from align.corpus.exchange.formats import TABLE, WRITTEN
from align.sources.extract.sites import SITES

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("docs", "benchmarks", "training", "corpora/gold", "examples", "tests")
PAGES = [
    *ROOT.glob("*.md"),
    *(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md")),
]
DOCS = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in PAGES}


@pytest.mark.parametrize("script", ["lock", "cli_docs.py", "python_docs.py"])
def test_what_is_made_by_a_script_is_up_to_date(script: str):
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / script), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", COMMANDS.own)
def test_every_command_is_in_the_readme(command: str):
    assert f"`align {command}" in DOCS["README.md"]


@pytest.mark.parametrize("name", [name for name in WRITTEN if name in TABLE.own])
def test_every_format_is_documented(name: str):
    assert f"`{name}`" in DOCS["docs/reference/formats.md"]


@pytest.mark.parametrize("name", FILTERS)
def test_every_cleaning_rule_is_documented(name: str):
    assert f"`{name}" in DOCS["docs/howto/datasets.md"]


@pytest.mark.parametrize("name", [*ENCODERS.own, *ENGINES])
def test_every_encoder_and_engine_is_documented(name: str):
    assert f"`{name}`" in DOCS["README.md"]


@pytest.mark.parametrize("name", SITES.own)
def test_every_site_is_documented(name: str):
    assert f"`{name}`" in DOCS["docs/reference/sites.md"]


def test_every_page_of_the_documents_is_in_the_navigation():
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    missing = [name for name in DOCS if name.startswith("docs/") and name[5:] not in navigation]
    assert not missing


LINK = re.compile(r"\]\(([^)#:\s]*)(?:#([^)\s]*))?\)")


def test_every_link_between_documents_leads_somewhere():
    broken = []
    for path in PAGES:
        for target, anchor in LINK.findall(without_code(path.read_text("utf-8"))):
            page = path.parent / target if target else path
            if not page.exists():
                broken.append(f"{path.name}: {target}")
            elif anchor and page.suffix == ".md" and anchor not in anchors(page):
                broken.append(f"{path.name}: {target}#{anchor}")
    assert not broken


def without_code(text: str) -> str:
    """Return a page without its code blocks, which may contain brackets like those of links."""
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Return the names of a page's headings in links, as GitHub and the site make them."""
    headings = re.findall(r"^#+ (.+)$", without_code(page.read_text("utf-8")), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


def test_no_page_is_longer_than_three_screens():
    """The reference of commands is generated, and one looks it up."""
    long = [
        name
        for name, text in DOCS.items()
        if name.startswith("docs/") and name != "docs/reference/cli.md" and text.count("\n") > 250
    ]
    assert not long


@pytest.mark.parametrize(
    "path",
    [path for path in sorted((ROOT / "align").rglob("*.py")) if ">>> " in path.read_text("utf-8")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_the_examples_in_docstrings_are_true(path: Path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    assert doctest.testmod(importlib.import_module(name)).failed == 0
