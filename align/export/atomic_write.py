"""Atomic replacement of files and folders: an interrupted run leaves the target as it was."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import FormatError

CARD = "README.md"
"""The file that marks a folder as an export."""

_PARTS = ("corpus", "train", "dev", "test")


@contextmanager
def staging_folder(output: Path) -> Iterator[Path]:
    """Yield an empty folder on the same disk as the target; it is deleted afterwards."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{output.name}.", dir=output.parent))
    except OSError as error:
        raise FormatError(
            f"{output}: cannot be written ({error.strerror}); name another file with -o"
        ) from error
    try:
        yield folder
    except OSError as error:
        raise FormatError(f"{output}: cannot be written ({error.strerror})") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_target(folder: Path) -> None:
    """Refuse a folder that holds something else than an export.

    :raises FormatError: naming what is in the way.
    """
    if folder.is_file():
        raise FormatError(f"{folder}: a file is in the way; name another folder with -o")
    if not folder.is_dir() or (folder / CARD).is_file():
        return
    other = next((path.name for path in sorted(folder.iterdir()) if path.name[0] != "."), None)
    if other is not None:
        raise FormatError(
            f"{folder}: holds {other} and no earlier export; name an empty folder with -o"
        )


def move_into(files: Iterable[Path], folder: Path) -> None:
    """Move finished files into a folder: on the disk first, then under their names."""
    placed = list(files)
    for path in placed:
        target = folder / path.name
        if target.is_dir() != path.is_dir() and target.exists():
            raise FormatError(f"{target}: is in the way; name another file with -o")
        for file in path.iterdir() if path.is_dir() else (path,):
            _sync(file)
    for path in placed:
        target = folder / path.name
        if target.is_dir():
            _replace_folder(path, target)
        else:
            path.replace(target)
    _sync(folder)


def delete_stale_parts(folder: Path, keep: Iterable[Path]) -> None:
    """Delete the parts that an earlier export left in a folder and the new one has not."""
    names = {path.name for path in keep}
    for path in folder.iterdir():
        if path.name.split(".")[0] in _PARTS and path.name not in names:
            delete([path])


def _replace_folder(new: Path, target: Path) -> None:
    """Replace the folder of an earlier export of the same kind.

    :raises FormatError: when the folder there was made by something else.
    """
    marks = [file.name for file in (target / CARD, target / "files.txt") if file.is_file()]
    if any(target.iterdir()) and not marks:
        raise FormatError(f"{target}: holds other files; name another folder with -o")
    target.replace(new.with_name(f"{new.name}.old"))
    new.replace(target)


def delete(files: Iterable[Path]) -> None:
    """Delete files, and folders with all that is in them."""
    for file in files:
        if file.is_dir():
            shutil.rmtree(file)
        else:
            file.unlink()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
