#!/usr/bin/env python3
"""Lint the scripts of the page with oxlint, joined into modules as the browser gets them.

    python scripts/lint_page.py [FOLDER]    instead of align/apps/page/static, another folder

Within its module a name that nothing uses, and one that nothing defines, is found whichever file
it stands in. A file that is in two modules is judged in the first one, which is the larger one.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from align.apps.page import hits, review

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "align" / "apps" / "page" / "static"
MODULES = (review.SCRIPTS, hits.SCRIPTS, ("browser.js",))


def lint(folder: Path) -> list[str]:
    """Say what oxlint finds in each module, by file and line."""
    if missing := {path.name for path in folder.glob("*.js")}.difference(*MODULES):
        return [f"in no module: {', '.join(sorted(missing))}"]
    judged: set[str] = set()
    faults = []
    for names in MODULES:
        faults += [fault for name, fault in lint_module(folder, names) if name not in judged]
        judged.update(names)
    return faults


def lint_module(folder: Path, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Say what oxlint finds in scripts that are joined, each fault with its file."""
    texts = [(folder / name).read_text(encoding="utf-8").splitlines() for name in names]
    places = [
        (name, n) for name, lines in zip(names, texts, strict=True) for n in range(len(lines))
    ]
    with tempfile.TemporaryDirectory() as place:
        module = Path(place) / "module.mjs"
        module.write_text("\n".join(line for lines in texts for line in lines), encoding="utf-8")
        command = ["oxlint", "--config", str(ROOT / ".oxlintrc.json"), "--format", "json", place]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    faults = []
    for fault in json.loads(done.stdout)["diagnostics"]:
        label = next(iter(fault["labels"]), None)
        name, line = places[label["span"]["line"] - 1] if label else (names[-1], 0)
        rule = fault.get("code", "syntax")
        faults.append((name, f"{name}:{line + 1}: {fault['message']} [{rule}]"))
    return faults


if __name__ == "__main__":
    found = lint(Path(sys.argv[1]) if sys.argv[1:] else STATIC)
    print("\n".join(found) or "no fault in the scripts of the page")
    sys.exit(bool(found))
