"""A folder, in; the files in it that can be read, out."""

import os
from pathlib import Path

from ..errors import TextError

MOST_FILES = 20_000
# Pictures, scripts and frames of a page that a browser saved whole.
_PARTS_OF_A_PAGE = ("_files", ".files")


def files_in(folder: Path, suffixes: frozenset[str]) -> tuple[Path, ...]:
    """Return the files below a folder that can be read, sorted; hidden ones are passed over.

    :raises TextError: no folder, or one that holds far more than briefings.
    """
    if not folder.is_dir():
        raise TextError(f"{folder} is no folder")
    found: list[Path] = []
    for top, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not _is_apart(Path(top, name))]
        paths = (Path(top, name) for name in files if name[:1] not in (".", "~"))
        found += [path for path in paths if path.suffix.lower() in suffixes]
        if len(found) > MOST_FILES:
            raise TextError(f"{folder} holds more than {MOST_FILES:,} files; name a smaller folder")
    return tuple(sorted(found))


def _is_apart(folder: Path) -> bool:
    """Say whether a folder is hidden or holds the parts of a saved page that lies beside it."""
    if folder.name.startswith("."):
        return True
    stem = next(
        (folder.name[: -len(end)] for end in _PARTS_OF_A_PAGE if folder.name.endswith(end)), ""
    )
    return bool(stem) and any(
        folder.with_name(stem + suffix).is_file()
        for suffix in (".html", ".htm", ".shtml", ".xhtml")
    )
