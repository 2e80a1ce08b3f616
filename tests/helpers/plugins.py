"""Packages with plug-ins that look installed, made without a network."""

import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "plugin"


def install_example(folder: Path) -> None:
    """Write into a folder what an installer would make of the example's project file."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = []
    for group, entries in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())]
    info = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")


class FakePackage(Distribution):
    """An installed package with these entry points for the table ``things``."""

    def __init__(self, name: str, entries: Iterable[str] = (), *, text: str = "") -> None:
        self._files = {
            "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
            "entry_points.txt": text or "\n".join(["[briefing_align.things]", *entries]),
        }

    def read_text(self, filename):
        return self._files.get(filename)

    def locate_file(self, path):
        return path
