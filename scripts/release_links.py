"""Make the links of README and pyproject.toml absolute, for the page of the project on the index.

    python scripts/release_links.py https://github.com/OWNER/NAME v0.1.0

The release workflow runs this in its own checkout before it builds. Relative links and pictures of
README.md would lead nowhere on the index, and the address of the repository is known there only.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = (".png", ".svg")
LINK = re.compile(r"\]\((?![a-z]+:|#)([^)\s]+)\)")
URLS = """
[project.urls]
Homepage = "{base}"
Documentation = "{base}/blob/{tag}/docs/index.md"
Source = "{base}/tree/{tag}"
Changelog = "{base}/blob/{tag}/CHANGELOG.md"
Issues = "{base}/issues"
"""


def make_absolute(text: str, base: str, tag: str) -> str:
    """Return a page in which each relative link leads to the repository."""

    def replace(match: re.Match[str]) -> str:
        path = match[1].partition("#")[0]
        kind = "raw" if path.endswith(PICTURES) else "blob"
        return f"]({base}/{kind}/{tag}/{match[1]})"

    return LINK.sub(replace, text)


def add_urls(project: str, base: str, tag: str) -> str:
    """Return the project file with the addresses of the project."""
    head, scripts, tail = project.partition("\n[project.scripts]")
    if not scripts or "[project.urls]" in project:
        sys.exit("pyproject.toml: has URLs already, or no [project.scripts]")
    return head + URLS.format(base=base, tag=tag) + scripts + tail


def main() -> None:
    """Rewrite both files."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    base, tag = sys.argv[1].rstrip("/"), sys.argv[2]
    readme, project = ROOT / "README.md", ROOT / "pyproject.toml"
    readme.write_text(make_absolute(readme.read_text("utf-8"), base, tag), encoding="utf-8")
    project.write_text(add_urls(project.read_text("utf-8"), base, tag), encoding="utf-8")


if __name__ == "__main__":
    main()
