"""Write a corpus into a file of another tool: pairs in, files out that were read back first.

Everything is written into a folder beside the target, read back, compared pair by pair with what
the format promised, and only then moved into place. A run that stops half-way leaves what was
there before.
"""

import hashlib
import logging
import os
import shutil
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from .errors import AlignError, FormatError
from .formats import Format, FormatModule, Header, find
from .records import Pair

logger = logging.getLogger(__name__)

Progress = Callable[[int], object]
"""Called with the number of beads read so far."""

Checker = Callable[[Pair], Sequence[str]]
"""Gives the kinds of checks that a bead fails."""


class Source(Protocol):
    """What export needs of a store."""

    @property
    def card(self) -> Mapping[str, Any]:
        """The values of ``corpus.toml``: name, licence ..."""
        ...

    def pairs(self, briefing_ids: Iterable[str] | None = None) -> Iterator[Pair]:
        """Yield every bead as it leaves the corpus."""
        ...


class Filter(Protocol):
    """One cleaning rule (:mod:`align.filters` has them)."""

    @property
    def name(self) -> str:
        """The name that users write."""
        ...

    def keeps(self, pair: Pair) -> bool:
        """Say whether the bead stays."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """One file (or set of files) of an export."""

    name: str
    files: tuple[Path, ...]
    pairs: int


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote. ``dropped`` has one count per filter, in the order they were given.

    ``left_out`` counts beads that the format cannot hold, ``altered`` those of which it could
    not hold a character.
    """

    format: str
    parts: tuple[Part, ...]
    read: int
    dropped: tuple[tuple[str, int], ...] = ()
    left_out: int = 0
    altered: int = 0
    card: Path | None = None

    @property
    def pairs(self) -> int:
        """How many beads were written."""
        return sum(part.pairs for part in self.parts)

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that was written."""
        cards = (self.card,) if self.card else ()
        return tuple(file for part in self.parts for file in part.files) + cards


def tool_version() -> str:
    """Give the version of this package."""
    try:
        return version("briefing-align")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"


def export(
    store: Source,
    format: str,
    output: Path,
    *,
    filters: Sequence[Filter] = (),
    raw: bool = False,
    zh: str = "zh",
    en: str = "en",
    briefings: Sequence[str] | None = None,
    check: Checker | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Write the beads of a corpus to ``output`` in the format of that name.

    :param filters: cleaning rules; a bead that one of them drops is counted there and gone.
    :param raw: put the text as published beside the corrected one.
    :param zh: the code for Chinese in files that have language codes (``zh-CN``); ``en`` likewise.
    :param check: gives the failed checks of a bead; nothing is checked when left out.
    :raises FormatError: unknown format, unusable target, or a file that does not read back.
    """
    row = find(format)
    header = Header(str(store.card.get("name", "")), tool_version(), zh, en, raw)
    chosen = _Chosen(store.pairs(briefings), filters, check, progress)
    with _beside(output) as folder:
        target = folder / output.name
        written = _checked(row, target, chosen, header)
        files = _moved(row.files(target), output.parent)
    part = Part("", files, written.count)
    return Exported(
        format=row.name,
        parts=(part,),
        read=chosen.read,
        dropped=tuple((rule.name, chosen.dropped[at]) for at, rule in enumerate(filters)),
        left_out=written.left_out,
        altered=written.altered,
    )


class _Chosen:
    """The beads that pass every filter; counts what each filter dropped on the way."""

    def __init__(
        self,
        pairs: Iterable[Pair],
        filters: Sequence[Filter],
        check: Checker | None,
        progress: Progress | None,
    ) -> None:
        self.read = 0
        self.dropped = [0] * len(filters)
        self._pairs, self._filters = pairs, filters
        self._check, self._progress = check, progress

    def __iter__(self) -> Iterator[Pair]:
        for pair in self._pairs:
            self.read += 1
            checked = replace(pair, checks=tuple(self._check(pair))) if self._check else pair
            if self._kept(checked):
                yield checked
            if self._progress is not None:
                self._progress(self.read)

    def _kept(self, pair: Pair) -> bool:
        for at, rule in enumerate(self._filters):
            if not rule.keeps(pair):
                self.dropped[at] += 1
                return False
        return True


@dataclass(slots=True)
class _Tally:
    """What was promised, one 8-byte digest a pair, so that a million take 8 MB."""

    digests: "array[int]"  # quoted: array is generic from Python 3.12 on
    left_out: int = 0
    altered: int = 0

    @property
    def count(self) -> int:
        return len(self.digests)


def _checked(row: Format, path: Path, pairs: Iterable[Pair], header: Header) -> _Tally:
    """Write one file, read it back and compare.

    :raises FormatError: when the first pair that differs is found; it is named.
    """
    module = row.load()
    tally = _Tally(array("Q"))
    module.write(_promised(module, pairs, header, tally), path, header)
    count = -1
    for count, pair in enumerate(module.read(path)):
        if count >= tally.count or _digest(pair) != tally.digests[count]:
            raise _broken(row, f"bead {count + 1} ({pair.id or pair.zh[:20]}) differs")
    if count + 1 != tally.count:
        raise _broken(row, f"{tally.count} beads went in and {count + 1} came back")
    return tally


def _promised(
    module: FormatModule, pairs: Iterable[Pair], header: Header, tally: _Tally
) -> Iterator[Pair]:
    for pair in pairs:
        said = module.said(pair, header)
        if said is None:
            tally.left_out += 1
            continue
        tally.altered += (said.zh, said.en) != (pair.zh, pair.en)
        tally.digests.append(_digest(said))
        yield said


def _digest(pair: Pair) -> int:
    data = repr(pair).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest())


def _broken(row: Format, what: str) -> FormatError:
    return FormatError(
        f"{row.name}: the file does not read back as written, {what}; nothing was kept. "
        "This is a fault of briefing-align: please report it with this bead"
    )


@contextmanager
def _beside(output: Path) -> Iterator[Path]:
    """Give an empty folder on the same disk as the target; it is gone afterwards."""
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


def _moved(files: Iterable[Path], folder: Path) -> tuple[Path, ...]:
    """Move finished files into a folder: on the disk first, then under their names."""
    moved = []
    for file in files:
        _sync(file)
        target = folder / file.name
        if target.is_dir():
            raise AlignError(f"{target}: a folder is in the way; name another file with -o")
        file.replace(target)
        moved.append(target)
    _sync(folder)
    return tuple(moved)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
