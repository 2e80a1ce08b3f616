"""Hidden folders in which files are finished before they get their names.

Beside a hidden folder lies a file that its program holds locked. The next program in the same
place deletes the folders whose locks are free: those of programs that were killed.
"""

import errno
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from .file_names import find_fault
from .locks import lock_file

_ENDING = ".unfinished"
_LOCK_ENDING = ".unfinished.lock"
ASIDE = ".aside"
"""Ending of a folder that gave way to its new state: ``hidden/a/b.aside`` for ``a/b``.

Where ``a/b`` is not there when the hidden folder is cleared, it goes back.
"""

_SHOWN = 30  # characters of a name that a hidden folder shows, so that its own is not too long
_ATTEMPTS = 100  # to make a folder that others try to clear in the same moment
_TRIES = 20  # attempts to replace a file that another program has open
_OPEN_ELSEWHERE = (5, 32)  # errors of Windows: access denied, sharing violation


@contextmanager
def hidden_folder(parent: Path, name: str) -> Iterator[Path]:
    """Yield an empty hidden folder; delete it afterwards, and folders made for it that are empty.

    :param name: what is made in it.
    :raises OSError: no file can have that name, or a device or a pipe has it.
    """
    if sys.platform == "win32" and (fault := find_fault(name)):
        raise OSError(errno.EINVAL, fault)
    if (place := parent / name).exists() and not (place.is_file() or place.is_dir()):
        raise OSError(errno.EINVAL, "it is a device or a pipe")
    missing = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    with ExitStack() as held:
        held.callback(_remove_empty, missing)
        clear_left_overs(parent)
        folder, lock = _make_folder(parent, name[:_SHOWN])
        held.callback(_clear, folder, lock)
        yield folder


def clear_left_overs(parent: Path) -> None:
    """Clear the hidden folders in a folder that no program holds, as far as it can be done."""
    with suppress(OSError):
        for path in list(parent.iterdir()):
            if path.name.startswith(".") and path.name.endswith(_LOCK_ENDING):
                _clear_if_free(path.with_name(path.name.removesuffix(".lock")))


def is_left_over(path: Path) -> bool:
    """Return whether a path is a hidden folder or its lock, in use or not."""
    return path.name.startswith(".") and path.name.endswith((_ENDING, _LOCK_ENDING))


def place_new(path: Path, target: Path) -> None:
    """Give a finished file its name, for good; raise ``FileExistsError`` when something has it."""
    sync(path)
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        target.open("xb").close()
        replace_file(path, target)
    sync(target.parent)


def replace_file(path: Path, target: Path, *, pause: float = 0.1) -> None:
    """Give a file or a folder a name; a file that has it is replaced.

    Windows refuses to replace what another program has open. Virus scanners and search indexes
    open new files for a moment, so the same is tried again for two seconds.

    :param pause: seconds between two attempts.
    :raises OSError: it cannot be done; says so if another program has the file open.
    """
    for _ in range(_TRIES):
        try:
            path.replace(target)
            return
        except PermissionError as error:
            if getattr(error, "winerror", None) not in _OPEN_ELSEWHERE:
                raise
            refused = error
        time.sleep(pause)
    raise PermissionError(errno.EACCES, "another program has it open; close it there") from refused


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    is_folder = path.is_dir()
    if sys.platform == "win32" and is_folder:
        return  # a folder cannot be opened there; NTFS keeps a journal of names
    handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network drives refuse it for folders.
        if not is_folder or error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def _remove_empty(folders: Iterable[Path]) -> None:
    """Remove folders, the innermost first, up to the first that holds something."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _make_folder(parent: Path, name: str) -> tuple[Path, ExitStack]:
    """Make a hidden folder, with its lock held before it exists.

    On a drive that cannot lock files it has no lock, so that no program takes it for a left-over.
    """
    refused: OSError | None = None
    for _ in range(_ATTEMPTS):
        folder = parent / f".{name}.{secrets.token_hex(4)}{_ENDING}"
        parent.mkdir(parents=True, exist_ok=True)  # a program that failed may have removed it
        try:
            lock = _make_lock(folder)
            if lock is not None:
                folder.mkdir(mode=0o700)  # what is in it is its owner's alone until it is finished
                return folder, lock
        except (FileNotFoundError, FileExistsError) as error:
            refused = error
    raise refused or OSError(errno.EBUSY, "other programs clear its folder again and again")


def _make_lock(folder: Path) -> ExitStack | None:
    """Make and lock the file beside a hidden folder; return ``None`` if another program took it."""
    try:
        lock = lock_file(_lock_of(folder), new=True)
    except OSError as error:
        if error.errno != errno.ENOLCK:
            raise
        _delete_lock(folder)
        return ExitStack()
    # Another program may have cleared the file away just before it was locked.
    if lock is not None and not _lock_of(folder).exists():
        lock.close()
        return None
    return lock


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _delete_lock(folder: Path) -> None:
    with suppress(OSError):
        _lock_of(folder).unlink()


def _clear_if_free(folder: Path) -> None:
    """Clear a hidden folder unless a program holds it."""
    with suppress(OSError):
        lock = lock_file(_lock_of(folder))
        if lock is not None:
            _clear(folder, lock)


def _clear(folder: Path, lock: ExitStack) -> None:
    """Delete a hidden folder and its lock, which is released.

    What gave way to a new state that never came goes back first.
    """
    with lock:  # so that no other program clears it too
        for aside in (*folder.glob(f"*{ASIDE}"), *folder.glob(f"*/*{ASIDE}")):
            place = folder.parent / aside.relative_to(folder)
            place = place.with_name(aside.name.removesuffix(ASIDE))
            if not place.exists():
                replace_file(aside, place)
        shutil.rmtree(folder, ignore_errors=True)
        _delete_lock(folder)
    _delete_lock(folder)  # Windows does not delete a file that is open
