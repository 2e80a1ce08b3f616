#!/usr/bin/env python3
"""Lint the scripts of the page with oxlint, and find exports that no script imports.

python scripts/lint_page.py [FOLDER]    instead of align/apps/page/static, another folder
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "align" / "apps" / "page" / "static"
EXPORT = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", re.MULTILINE)
IMPORT = re.compile(r'^import \{([^}]*)\} from "[^"]*/([^"/]+)";$', re.MULTILINE)


def lint(folder: Path) -> list[str]:
    """Return the faults of all scripts in a folder, by file and line."""
    return run_oxlint(folder) + find_unused_exports(folder)


def run_oxlint(folder: Path) -> list[str]:
    """Return what oxlint finds."""
    command = ["oxlint", "--config", str(ROOT / ".oxlintrc.json"), "--format", "json"]
    command += ["--ignore-pattern", "*.d.ts", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    faults = []
    for fault in json.loads(done.stdout)["diagnostics"]:
        label = next(iter(fault["labels"]), None)
        line = label["span"]["line"] if label else 1
        rule = fault.get("code", "syntax")
        faults.append(f"{fault['filename']}:{line}: {fault['message']} [{rule}]")
    return faults


def find_unused_exports(folder: Path) -> list[str]:
    """Return the named exports that no other script of the folder imports."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.js"))}
    imported = {
        (file, name.split(" as ")[0].strip())
        for text in texts.values()
        for names, file in IMPORT.findall(text)
        for name in names.split(",")
    }
    return [
        f"{path.relative_to(folder).as_posix()}: nothing imports {name}"
        for path, text in texts.items()
        for name in EXPORT.findall(text)
        if (path.name, name) not in imported
    ]


if __name__ == "__main__":
    found = lint(Path(sys.argv[1]) if sys.argv[1:] else STATIC)
    print("\n".join(found) or "no problems in the scripts of the page")
    sys.exit(bool(found))
