"""Atomic replacement of files and folders: an interrupted run leaves the target as it was."""

import errno
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import N_, FormatError
from ...files import ASIDE, hidden_folder, replace_file, sync
from .formats import WRITTEN
from .formats.tei import LIST

CARD = "README.md"  # the file that marks a folder as an export
CROISSANT = "croissant.json"  # the machine-readable card in the same folder

_PARTS = ("corpus", "train", "dev", "test")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def staging_folder(output: Path) -> Iterator[Path]:
    """Yield an empty hidden folder next to the target; it is deleted afterwards."""
    if output.as_posix() in ("-", "/dev/stdout"):  # they would be replaced by a file
        raise FormatError(
            N_("{output}: not a file or a folder; name one with -o"),
            output=output,
        )
    try:
        with hidden_folder(output.parent, output.name) as folder:
            yield folder
    except OSError as error:
        if error.errno in _FULL:
            raise FormatError(
                N_("{output}: the disk is full; free some space, or write to another disk with -o"),
                output=output,
            ) from error
        raise FormatError(
            N_("{output}: cannot be written ({strerror}); name another file with -o"),
            output=output,
            strerror=error.strerror,
        ) from error


@contextmanager
def staged_file(output: Path) -> Iterator[Path]:
    """Yield a path to write to; afterwards, move all files of its folder to the target's folder."""
    with staging_folder(output) as folder:
        yield folder / output.name
        move_into(sorted(folder.iterdir()), output.parent)


def check_target(folder: Path) -> None:
    """Raise :exc:`FormatError` if the target is a file, or a folder with files but no export."""
    if folder.is_file():
        raise FormatError(
            N_("{folder}: a file has this name; name another folder with -o"), folder=folder
        )
    if not folder.is_dir() or _is_our_card(folder / CARD):
        return
    other = next((path.name for path in sorted(folder.iterdir()) if path.name[0] != "."), None)
    if other is not None:
        raise FormatError(
            N_(
                "{folder}: contains {other}, which is not part of an export; name an empty "
                "folder with -o"
            ),
            folder=folder,
            other=other,
        )


def _is_our_card(path: Path) -> bool:
    return path.is_file() and b"briefing-align" in path.read_bytes()


def move_into(files: Iterable[Path], folder: Path) -> None:
    """Move finished files into a folder: on the disk first, then under their names."""
    placed = list(files)
    for path in placed:
        target = folder / path.name
        if target.is_dir() != path.is_dir() and target.exists():
            raise FormatError(
                N_("{target}: a file or folder has this name; name another file with -o"),
                target=target,
            )
        for file in path.iterdir() if path.is_dir() else (path,):
            sync(file)
    for path in placed:
        target = folder / path.name
        if target.is_dir():
            _replace_folder(path, target)
        else:
            replace_file(path, target)
    sync(folder)


def delete_stale_parts(folder: Path, keep: Iterable[Path]) -> tuple[str, ...]:
    """Delete the parts of an earlier export that the new export does not have; return their names.

    :param folder: the folder of both exports.
    :param keep: the files of the new export.
    """
    kept = {path.name for path in keep}
    suffixes = {suffix for form in WRITTEN.values() for suffix in form.suffixes}
    possible = {f"{part}{suffix}" for part in _PARTS for suffix in suffixes} - kept
    stale = [folder / name for name in sorted(possible) if _is_part(folder / name)]
    delete(stale)
    return tuple(path.name for path in stale)


def _is_part(path: Path) -> bool:
    """Return whether a file or folder with the name of a part is there and looks like one."""
    if path.is_dir():
        return _is_text_folder(path)
    return path.suffix != "" and path.is_file()


def _is_text_folder(folder: Path) -> bool:
    """Return whether a folder is empty or a TEI export, with no other file in it."""
    names = [path.name for path in folder.iterdir()]
    return not names or (LIST in names and all(name.endswith((".xml", LIST)) for name in names))


def _replace_folder(new: Path, target: Path) -> None:
    """Replace the folder of an earlier export with the hidden folder ``new``.

    If this is interrupted, the earlier folder is restored when the hidden folder is cleared.
    """
    rest = [path for path in target.iterdir() if path.name not in (CARD, CROISSANT)]
    parts = all(path.is_dir() and _is_text_folder(path) for path in rest)
    if not (_is_text_folder(target) or (parts and _is_our_card(target / CARD))):
        raise FormatError(
            N_("{target}: contains other files; name another folder with -o"), target=target
        )
    replace_file(target, new.with_name(f"{new.name}{ASIDE}"))
    replace_file(new, target)


def delete(files: Iterable[Path]) -> None:
    """Delete files, and folders with all that is in them."""
    for file in files:
        if file.is_dir():
            shutil.rmtree(file)
        else:
            file.unlink()
