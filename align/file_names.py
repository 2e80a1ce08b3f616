"""Names of files, paths and commands as every system takes them; Windows has the most rules."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from urllib.parse import quote_from_bytes

# Devices, whatever their ending: con.txt is the console.
# Source: Microsoft, "Naming Files, Paths, and Namespaces".
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\..*)?", re.I)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def safe_name(text: str, longest: int) -> str:
    """Return a text as the beginning of a file name on any system; it may be empty.

    >>> safe_name("12/3: 外交部", 40), safe_name("con", 40)
    ('12_3_外交部', 'con_')
    """
    name = re.sub(r"[^\w-]+", "_", text)[:longest]
    return f"{name}_" if _DEVICES.fullmatch(name) else name


def clean_name(name: str) -> str:
    """Return a file name with ``_`` for what Windows refuses; it may be empty.

    >>> clean_name("june: 1.tsv "), clean_name("aux.tsv")
    ('june_ 1.tsv', '_aux.tsv')
    """
    cleaned = _FORBIDDEN.sub("_", name).rstrip(". ")
    return f"_{cleaned}" if _DEVICES.fullmatch(cleaned) else cleaned


def find_fault(name: str) -> str:
    """Return why Windows has no file of a name, or nothing.

    >>> find_fault("june.tsv"), find_fault("aux.tsv"), find_fault("june: 1.tsv")
    ('', 'Windows has a device of that name', "Windows has no ':' in names")
    """
    if _DEVICES.fullmatch(name):
        return "Windows has a device of that name"
    if found := _FORBIDDEN.search(name):
        return f"Windows has no {found[0]!r} in names"
    return "on Windows no name ends in a dot or a space" if name.endswith((".", " ")) else ""


def common_folder(folders: Iterable[Path]) -> Path | None:
    """Return the innermost folder of absolute paths, or ``None`` if they are on several drives."""
    try:
        return Path(os.path.commonpath([*folders]))
    except ValueError:
        return None


def sqlite_uri(path: PurePath) -> str:
    r"""Return the URI by which SQLite opens an absolute path, also one on a network drive.

    >>> from pathlib import PureWindowsPath
    >>> sqlite_uri(PureWindowsPath("C:/a b/corpus.db"))
    'file:///C:/a%20b/corpus.db'
    >>> sqlite_uri(PureWindowsPath(r"\\server\share\corpus.db"))
    'file:////server/share/corpus.db'
    """
    quoted = quote_from_bytes(os.fsencode(path.as_posix()), safe="/:")
    return f"file://{quoted}" if quoted.startswith("/") else f"file:///{quoted}"


def quote_command(words: Sequence[str]) -> str:
    """Return a command as it is typed; the shells of Windows know only double quotes."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
