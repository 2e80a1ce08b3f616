"""Locks on files, on every system: held by one program or shared, and released when it dies.

portalocker uses ``flock`` on Linux and macOS, and ``LockFileEx`` on Windows. Each opened file has
a lock of its own, so that two threads exclude each other as two programs do.
"""

import errno
import secrets
import sys
from contextlib import ExitStack, suppress
from pathlib import Path


def lock_file(path: Path, *, shared: bool = False, new: bool = False) -> ExitStack | None:
    """Lock a file without waiting; return what releases it, or ``None`` if it is locked.

    :param shared: allow others to share the lock; only an exclusive one is refused then.
    :param new: make the file, which must not exist. Without it, the file must exist.
    :raises OSError: the file cannot be opened, or its drive cannot lock files.
    """
    import portalocker  # a tenth of a second, and 'align texts' to the terminal locks nothing

    with ExitStack() as opened:
        # Network drives grant exclusive locks only on files that are open for writing.
        file = opened.enter_context(path.open("xb" if new else "r+b"))
        kind = portalocker.LockFlags.SHARED if shared else portalocker.LockFlags.EXCLUSIVE
        try:
            portalocker.lock(file, kind | portalocker.LockFlags.NON_BLOCKING)
        except portalocker.AlreadyLocked:
            return None
        except portalocker.LockException as error:
            raise OSError(errno.ENOLCK, "its drive cannot lock files") from error
        if sys.platform == "win32":  # it may take a while to release the locks of a closed file
            opened.callback(portalocker.unlock, file)
        return opened.pop_all()


def can_lock(folder: Path) -> bool:
    """Return whether the drive of a folder locks files, as far as one can be made there."""
    probe = folder / f".{secrets.token_hex(4)}.probe"
    try:
        with lock_file(probe, new=True) or ExitStack():
            return True
    except OSError as error:
        return error.errno != errno.ENOLCK
    finally:
        with suppress(OSError):
            probe.unlink()
