"""File names, file locks, and hidden folders for unfinished files, on Linux, macOS and Windows.

portalocker uses ``flock`` on Linux and macOS and ``LockFileEx`` on Windows. Each open file has its
own lock, so two threads exclude each other just as two programs do.

A program keeps a lock file next to its hidden folder, locked while it runs. If the program is
killed, the lock becomes free, and the next program that uses the same parent folder deletes the
hidden folder.
"""

import errno
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePath
from urllib.parse import quote_from_bytes

from .errors import N_, Message

# -- names ----------------------------------------------------------------------------------------

# Device names of Windows, with any extension: con.txt is the console.
# Source: Microsoft, "Naming Files, Paths, and Namespaces".
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\..*)?", re.I)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def safe_name(text: str, longest: int) -> str:
    """Return a text as the start of a file name that is valid on every system; it may be empty.

    :param longest: maximum number of characters, before ``_`` is added to a device name.

    >>> safe_name("12/3: 外交部", 40), safe_name("con", 40)
    ('12_3_外交部', 'con_')
    """
    name = re.sub(r"[^\w-]+", "_", text)[:longest]
    return f"{name}_" if _DEVICES.fullmatch(name) else name


def clean_name(name: str) -> str:
    """Return a file name with ``_`` for each character that Windows forbids; it may be empty.

    >>> clean_name("june: 1.tsv "), clean_name("aux.tsv")
    ('june_ 1.tsv', '_aux.tsv')
    """
    cleaned = _FORBIDDEN.sub("_", name).rstrip(". ")
    return f"_{cleaned}" if _DEVICES.fullmatch(cleaned) else cleaned


def find_fault(name: str) -> Message:
    """Return why a file name is invalid on Windows, or an empty text if it is valid.

    >>> find_fault("june.tsv"), find_fault("aux.tsv"), find_fault("june: 1.tsv")
    ('', 'Windows has a device of that name', "Windows has no ':' in names")
    """
    if _DEVICES.fullmatch(name):
        return Message(N_("Windows has a device of that name"))
    if found := _FORBIDDEN.search(name):
        return Message(N_("Windows has no {character!r} in names"), character=found[0])
    if name.endswith((".", " ")):
        return Message(N_("on Windows no name ends in a dot or a space"))
    return Message("")


def common_folder(folders: Iterable[Path]) -> Path | None:
    """Return the innermost common folder of absolute paths, or ``None`` if they share no drive."""
    try:
        return Path(os.path.commonpath([*folders]))
    except ValueError:
        return None


def sqlite_uri(path: PurePath) -> str:
    r"""Return the URI with which SQLite opens an absolute path, including network drives.

    >>> from pathlib import PureWindowsPath
    >>> sqlite_uri(PureWindowsPath("C:/a b/corpus.db"))
    'file:///C:/a%20b/corpus.db'
    >>> sqlite_uri(PureWindowsPath(r"\\server\share\corpus.db"))
    'file:////server/share/corpus.db'
    """
    quoted = quote_from_bytes(os.fsencode(path.as_posix()), safe="/:")
    return f"file://{quoted}" if quoted.startswith("/") else f"file:///{quoted}"


def quote_command(words: Sequence[str]) -> str:
    """Return a command line quoted for the shell; Windows shells accept only double quotes."""
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


# -- locks ----------------------------------------------------------------------------------------


def lock_file(path: Path, *, shared: bool = False, new: bool = False) -> ExitStack | None:
    """Lock a file without waiting; return a stack that releases it, or ``None`` if it is locked.

    :param shared: take a shared lock, which excludes only exclusive locks.
    :param new: create the file, which must not exist. Otherwise the file must exist.
    :raises OSError: if the file cannot be opened, or its drive cannot lock files.
    """
    import portalocker  # takes 0.1 s to import, and 'align texts' to the terminal locks nothing

    with ExitStack() as opened:
        # Network drives grant exclusive locks only on files that are open for writing.
        file = opened.enter_context(path.open("xb" if new else "r+b"))
        kind = portalocker.LockFlags.SHARED if shared else portalocker.LockFlags.EXCLUSIVE
        try:
            portalocker.lock(file, kind | portalocker.LockFlags.NON_BLOCKING)
        except portalocker.AlreadyLocked:
            return None
        except portalocker.LockException as error:
            raise OSError(errno.ENOLCK, Message(N_("its drive cannot lock files"))) from error
        if sys.platform == "win32":  # Windows may release the locks of a closed file late
            opened.callback(portalocker.unlock, file)
        return opened.pop_all()


def can_lock(folder: Path) -> bool:
    """Return whether the drive of a folder can lock files, tested with a temporary file."""
    probe = folder / f".{secrets.token_hex(4)}.probe"
    try:
        with lock_file(probe, new=True) or ExitStack():
            return True
    except OSError as error:
        return error.errno != errno.ENOLCK
    finally:
        with suppress(OSError):
            probe.unlink()


# -- hidden folders -------------------------------------------------------------------------------

_ENDING = ".unfinished"
_LOCK_ENDING = ".unfinished.lock"
ASIDE = ".aside"
"""Ending of an old folder that is being replaced: ``hidden/a/b.aside`` for ``a/b``.

If ``a/b`` does not exist when the hidden folder is cleared, the old folder is restored.
"""

_SHOWN = 30  # maximum characters of the target's name in the name of its hidden folder
_ATTEMPTS = 100  # attempts to create a folder while other programs try to clear it
_TRIES = 20  # attempts to replace a file that another program has open
_OPEN_ELSEWHERE = (5, 32)  # Windows error codes: access denied, sharing violation


@contextmanager
def hidden_folder(parent: Path, name: str) -> Iterator[Path]:
    """Yield an empty hidden folder; delete it afterwards, with empty folders made for it.

    :param name: name of the file or folder that is made in it.
    :raises OSError: if the name is invalid, or belongs to a device or a pipe.
    """
    if sys.platform == "win32" and (fault := find_fault(name)):
        raise OSError(errno.EINVAL, fault)
    if (place := parent / name).exists() and not (place.is_file() or place.is_dir()):
        raise OSError(errno.EINVAL, Message(N_("it is a device or a pipe")))
    missing = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    with ExitStack() as held:
        held.callback(_remove_empty, missing)
        clear_left_overs(parent)
        folder, lock = _make_folder(parent, name[:_SHOWN])
        held.callback(_clear, folder, lock)
        yield folder


def clear_left_overs(parent: Path) -> None:
    """Clear the hidden folders in a folder that no program has locked; ignore failures."""
    with suppress(OSError):
        for path in list(parent.iterdir()):
            if path.name.startswith(".") and path.name.endswith(_LOCK_ENDING):
                _clear_if_free(path.with_name(path.name.removesuffix(".lock")))


def is_left_over(path: Path) -> bool:
    """Return whether a path is a hidden folder or its lock, in use or not."""
    return path.name.startswith(".") and path.name.endswith((_ENDING, _LOCK_ENDING))


def find_left_overs(parent: Path) -> list[Path]:
    """Return the hidden folders in a folder that programs left which were killed."""
    found = []
    with suppress(OSError):
        for path in sorted(parent.iterdir()):
            if not (path.name.startswith(".") and path.name.endswith(_ENDING)):
                continue
            with suppress(FileNotFoundError):
                lock = lock_file(_lock_of(path))
                if lock is None:  # in use
                    continue
                lock.close()
            found.append(path)
    return found


def place_new(path: Path, target: Path) -> None:
    """Give a finished file its name and sync it to the disk.

    :raises FileExistsError: if the name is taken.
    """
    sync(path)
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:  # the file system has no hard links
        target.open("xb").close()
        replace_file(path, target)
    sync(target.parent)


def replace_file(path: Path, target: Path, *, pause: float = 0.1) -> None:
    """Rename a file or a folder; replace a file that already has the name.

    Windows cannot replace a file that another program has open. Virus scanners and search indexes
    open new files for a moment, so the call retries for two seconds.

    :param pause: seconds between two attempts.
    :raises OSError: if it fails; the message says if another program has the file open.
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
    raise PermissionError(
        errno.EACCES, Message(N_("another program has it open; close it there"))
    ) from refused


def sync(path: Path) -> None:
    """Wait until the content of a file, or the names in a folder, are on the disk."""
    is_folder = path.is_dir()
    if sys.platform == "win32" and is_folder:
        return  # Windows cannot open a folder; NTFS journals names itself
    handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network drives cannot sync folders.
        if not is_folder or error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def _remove_empty(folders: Iterable[Path]) -> None:
    """Remove folders, the innermost first, up to the first that is not empty."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _make_folder(parent: Path, name: str) -> tuple[Path, ExitStack]:
    """Make a hidden folder; lock its lock file before the folder exists.

    On a drive that cannot lock files there is no lock file, so no program clears the folder.
    """
    refused: OSError | None = None
    for _ in range(_ATTEMPTS):
        folder = parent / f".{name}.{secrets.token_hex(4)}{_ENDING}"
        parent.mkdir(parents=True, exist_ok=True)  # a program that failed may have removed it
        try:
            lock = _make_lock(folder)
            if lock is not None:
                folder.mkdir(mode=0o700)  # only the owner may read unfinished files
                return folder, lock
        except (FileNotFoundError, FileExistsError) as error:
            refused = error
    raise refused or OSError(errno.EBUSY, "other programs clear its folder again and again")


def _make_lock(folder: Path) -> ExitStack | None:
    """Make and lock the lock file of a hidden folder; return ``None`` if another program has it."""
    try:
        lock = lock_file(_lock_of(folder), new=True)
    except OSError as error:
        if error.errno != errno.ENOLCK:
            raise
        _delete_lock(folder)
        return ExitStack()
    # Another program may have deleted the file just before it was locked.
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
    """Clear a hidden folder unless a program has locked it."""
    with suppress(OSError):
        lock = lock_file(_lock_of(folder))
        if lock is not None:
            _clear(folder, lock)


def _clear(folder: Path, lock: ExitStack) -> None:
    """Delete a hidden folder, then release and delete its lock file.

    First restore each old folder whose replacement was never finished.
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
