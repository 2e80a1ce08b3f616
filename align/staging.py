"""Hidden folders in which files are finished before they get their names.

A program holds a lock on its folder, so that the next one in the same place knows which folders
were left by programs that were killed, and deletes only those.
"""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

_ENDING = ".unfinished"
ASIDE = ".aside"
"""Ending of a folder that gave way to its new state: ``hidden/a/b.aside`` for ``a/b``.

Where ``a/b`` is not there when the hidden folder is cleared, it goes back.
"""


@contextmanager
def hidden_folder(parent: Path, name: str) -> Iterator[Path]:
    """Yield an empty hidden folder; delete it afterwards, and folders made for it that are empty.

    :param name: what is made in it.
    :raises OSError: a device or a pipe has that name, which a file would replace.
    """
    if (place := parent / name).exists() and not (place.is_file() or place.is_dir()):
        raise OSError(errno.EINVAL, "it is a device or a pipe")
    missing = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    with ExitStack() as held:
        held.callback(_remove_empty, missing)
        parent.mkdir(parents=True, exist_ok=True)
        with _lock(parent, wait=True) as locked:  # nobody sweeps between making and locking
            if locked:
                _sweep(parent)
            parent.mkdir(parents=True, exist_ok=True)  # one that failed may have removed it
            folder = Path(tempfile.mkdtemp(prefix=f".{name}.", suffix=_ENDING, dir=parent))
            held.enter_context(_lock(folder))
            held.callback(_clear, folder, parent)  # under the lock: nobody else clears it too
        yield folder


def clear_left_overs(parent: Path) -> None:
    """Clear the hidden folders in a folder that no program holds, as far as it can be done."""
    with suppress(OSError), _lock(parent, wait=True) as locked:
        if locked:
            _sweep(parent)


def is_left_over(path: Path) -> bool:
    """Return whether a path is a hidden folder, in use or not."""
    return path.name.startswith(".") and path.name.endswith(_ENDING)


def place_new(path: Path, target: Path) -> None:
    """Give a finished file its name, for good; raise ``FileExistsError`` when something has it."""
    sync(path)
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        target.open("xb").close()
        path.replace(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_empty(folders: Iterable[Path]) -> None:
    """Remove folders, the innermost first, up to the first that holds something."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _sweep(parent: Path) -> None:
    """Clear the hidden folders that no program holds."""
    for folder in filter(is_left_over, parent.iterdir()):
        with suppress(OSError), _lock(folder) as locked:
            if locked:
                _clear(folder, parent)


def _clear(folder: Path, parent: Path) -> None:
    """Delete a hidden folder; what gave way to a new state that never came goes back first."""
    for aside in (*folder.glob(f"*{ASIDE}"), *folder.glob(f"*/*{ASIDE}")):
        place = (parent / aside.relative_to(folder)).with_name(aside.name.removesuffix(ASIDE))
        if not place.exists():
            aside.rename(place)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _lock(folder: Path, *, wait: bool = False) -> Iterator[bool]:
    """Lock a folder while the block runs; yield whether it could be locked."""
    with ExitStack() as held:
        locked = False
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            held.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            locked = True
        yield locked
