"""Write a corpus into a file of another tool: pairs in, files out that were read back first.

Everything is written into a folder beside the target, read back, compared pair by pair with what
the format promised, and only then moved into place. A run that stops half-way leaves what was
there before.
"""

import hashlib
import logging
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from .. import __version__
from ..errors import FormatError
from ..records import ExportedBead
from . import dataset_card as card
from .atomic_write import CARD, beside, check_target, clear, place, remove
from .filters import BeadFilter
from .formats import ExportHeader, Format, FormatModule, find_format
from .formats.checksum import add_checksum
from .formats.values import to_utc
from .splits import PARTS, Leaks, PartName, SplitPlan, Splits, leaks, plan, units
from .statistics import ExportStatistics

logger = logging.getLogger(__name__)

Progress = Callable[[int], object]
"""Called with the number of beads read so far, from the corpus and back from the files."""

Checker = Callable[[ExportedBead], Sequence[str]]
"""Gives the kinds of checks that a bead fails."""


_TO_COME = "?"
"""The checksum of a bead until it is known what the format makes of it."""


class BeadSource(Protocol):
    """What export needs of a store."""

    @property
    def card(self) -> Mapping[str, Any]:
        """The values of ``corpus.toml``: name, licence ..."""
        ...

    def pairs(self, briefing_ids: Iterable[str] | None = None) -> Iterator[ExportedBead]:
        """Yield every bead as it leaves the corpus."""
        ...


@dataclass(frozen=True, slots=True)
class ExportPart:
    """One file (or set of files) of an export; ``name`` is empty where there is only one."""

    name: str
    files: tuple[Path, ...]
    pairs: int


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote. ``dropped`` has one count per filter, in the order they were given.

    ``left_out`` counts beads that the format cannot hold, ``altered`` those of which it could
    not hold a character, ``leaks`` near-duplicates across parts.
    """

    format: str
    parts: tuple[ExportPart, ...]
    read: int
    dropped: tuple[tuple[str, int], ...] = ()
    left_out: int = 0
    altered: int = 0
    card: Path | None = None
    leaks: Leaks | None = None

    @property
    def pairs(self) -> int:
        """How many beads were written."""
        return sum(part.pairs for part in self.parts)

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that was written."""
        cards = (self.card,) if self.card else ()
        return tuple(file for part in self.parts for file in part.files) + cards


def export(
    store: BeadSource,
    format: str,
    output: Path,
    *,
    filters: Sequence[BeadFilter] = (),
    split: Splits | None = None,
    raw: bool = False,
    zh: str = "zh",
    en: str = "en",
    briefings: Sequence[str] | None = None,
    check: Checker | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Write the beads of a corpus to ``output`` in the format of that name.

    ``output`` is a file, or a folder with a data card (README.md) beside the beads: that is so
    when ``split`` is given, when it is a folder already, and when its name has no ending.

    :param filters: cleaning rules; a bead that one of them drops is counted there and gone.
    :param split: write train, dev and test, by whole briefings.
    :param raw: put the text as published beside the corrected one.
    :param zh: the code for Chinese in files that have language codes (``zh-CN``); ``en`` likewise.
    :param check: gives the failed checks of a bead; nothing is checked when left out.
    :param progress: called with the number of beads read so far: each is read twice, from the
        corpus and back from the file, and with ``split`` once more.
    :raises FormatError: unknown format, unusable target, or a file that does not read back.
    """
    row = find_format(format)
    header = ExportHeader(str(store.card.get("name", "")), __version__, zh, en, raw)
    chosen = _Chosen(store, filters, check, progress)
    with beside(output) as folder:
        if split is None and not _wants_folder(row, output):
            pairs = chosen.pairs(briefings)
            tally = _checked(row, folder / output.name, pairs, header, chosen.tick)
            files = row.files(folder / output.name)
            part = ExportPart("", tuple(output.parent / file.name for file in files), tally.count)
            exported = _exported(row, (part,), chosen, (tally,))
            place(files, output.parent)
            return exported
        check_target(output)
        inner = folder / "export"
        inner.mkdir()
        planned = None if split is None else plan(units(chosen.pairs(briefings)), split)
        chosen.restart()
        exported = _write_parts(row, inner, chosen, header, planned, briefings)
        card = inner / CARD
        card.write_text(_card(store, exported, chosen, raw=raw), encoding="utf-8", newline="\n")
        output.mkdir(exist_ok=True)
        fresh = sorted(inner.iterdir())
        place(fresh, output)
        clear(output, fresh)
        parts = tuple(_moved_part(part, inner, output) for part in exported.parts)
        return replace(exported, parts=parts, card=output / CARD)


def _wants_folder(row: Format, output: Path) -> bool:
    if row.folder:
        return False
    return output.is_dir() or (not output.suffix and len(row.suffixes) == 1)


def _moved_part(part: ExportPart, old: Path, new: Path) -> ExportPart:
    return replace(part, files=tuple(new / file.relative_to(old) for file in part.files))


def _write_parts(
    row: Format,
    folder: Path,
    chosen: "_Chosen",
    header: ExportHeader,
    planned: SplitPlan | None,
    briefings: Sequence[str] | None,
) -> Exported:
    """Write every part that has beads into a folder."""
    parts: list[ExportPart] = []
    tallies: list[_Tally] = []
    streams: list[tuple[str, Iterator[ExportedBead]]] = (
        [("", chosen.pairs(briefings))]
        if planned is None
        else [(part, chosen.part(planned, part)) for part in PARTS if planned.briefings(part)]
    )
    for name, pairs in streams:
        chosen.census.part = name
        path = folder / f"{name or 'corpus'}{row.suffix if len(row.suffixes) == 1 else ''}"
        tally = _checked(row, path, pairs, header, chosen.tick)
        tallies.append(tally)
        if tally.count or planned is None:
            parts.append(ExportPart(name, row.files(path), tally.count))
        else:  # an empty part would be refused by those who load the folder
            remove(row.files(path))
    found = None if planned is None else _leaks(row, parts, planned.splits)
    return replace(_exported(row, tuple(parts), chosen, tallies), leaks=found)


def _leaks(row: Format, parts: Sequence[ExportPart], splits: Splits) -> Leaks:
    """Compare the parts as they were written, the small ones first."""
    files = {part.name: part.files[0] for part in parts}
    module = row.load()
    return leaks(
        [(name, module.read(files[name])) for name in reversed(PARTS) if name in files],
        splits.alike,
    )


def _exported(
    row: Format, parts: tuple[ExportPart, ...], chosen: "_Chosen", tallies: "Sequence[_Tally]"
) -> Exported:
    return Exported(
        format=row.name,
        parts=parts,
        read=chosen.read,
        dropped=chosen.counts(),
        left_out=sum(tally.left_out for tally in tallies),
        altered=sum(tally.altered for tally in tallies),
    )


def _card(store: BeadSource, exported: Exported, chosen: "_Chosen", *, raw: bool) -> str:
    facts = card.CardFacts(
        format=exported.format,
        about=store.card,
        census=chosen.census,
        parts=[
            card.PartCount(part.name, part.files[0].name, part.pairs) for part in exported.parts
        ],
        filters=exported.dropped,
        left_out=exported.left_out,
        altered=exported.altered,
        raw=raw,
        leaks=exported.leaks,
        version=__version__,
    )
    return card.text(facts)


class _Chosen:
    """The beads that pass every filter; counts what each filter dropped on the way."""

    def __init__(
        self,
        store: BeadSource,
        filters: Sequence[BeadFilter],
        check: Checker | None,
        progress: Progress | None,
    ) -> None:
        self._store, self._filters = store, filters
        self._check, self._progress = check, progress
        self._ticks = 0
        self.restart()

    def restart(self) -> None:
        """Count from nothing again; rules about duplicates forget what they saw."""
        self.read = self.unreviewed = 0
        self.census = ExportStatistics()
        self._rules = [(rule.name, rule.begin()) for rule in self._filters]
        self._dropped = [0] * len(self._rules)

    def counts(self) -> tuple[tuple[str, int], ...]:
        """Give how many beads each filter dropped."""
        found = zip((name for name, _ in self._rules), self._dropped, strict=True)
        reviewed = (("unreviewed in test", self.unreviewed),) if self.unreviewed else ()
        return (*found, *reviewed)

    def part(self, planned: SplitPlan, part: PartName) -> Iterator[ExportedBead]:
        """Yield the beads of one part."""
        yield from self.pairs(planned.briefings(part), (planned.splits, part))

    def pairs(
        self,
        briefings: Iterable[str] | None,
        where: tuple[Splits, PartName] | None = None,
    ) -> Iterator[ExportedBead]:
        """Yield the beads of some briefings, or of all."""
        for pair in self._store.pairs(briefings):
            self.read += 1
            ready = self._ready(pair)
            if self._kept(ready, where):
                self.census.add(ready)
                yield ready
            self.tick()

    def tick(self) -> None:
        """Tell that one bead more was read."""
        self._ticks += 1
        if self._progress is not None:
            self._progress(self._ticks)

    def _ready(self, pair: ExportedBead) -> ExportedBead:
        """Add the checks; a database may give times in a zone of its own."""
        at = to_utc(pair.retrieved) if pair.retrieved else None
        checks = tuple(self._check(pair)) if self._check else pair.checks
        return replace(pair, retrieved=at, checks=checks, checksum=_TO_COME)

    def _kept(self, pair: ExportedBead, where: tuple[Splits, PartName] | None) -> bool:
        if where is not None and not where[0].admits(where[1], pair):
            self.unreviewed += 1
            return False
        for at, (_, keeps) in enumerate(self._rules):
            if not keeps(pair):
                self._dropped[at] += 1
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


def _checked(
    row: Format,
    path: Path,
    pairs: Iterable[ExportedBead],
    header: ExportHeader,
    tick: Callable[[], object],
) -> _Tally:
    """Write one file, read it back and compare.

    :param tick: called after each bead that is read back.
    :raises FormatError: when the first pair that differs is found; it is named.
    """
    module = row.load()
    tally = _Tally(array("Q"))
    module.write(_promised(module, pairs, header, tally), path, header)
    count = -1
    for count, pair in enumerate(module.read(path)):
        if count >= tally.count or _digest(pair) != tally.digests[count]:
            raise _broken(row, f"bead {count + 1} ({pair.id or pair.zh[:20]}) differs")
        tick()
    if count + 1 != tally.count:
        raise _broken(row, f"{tally.count} beads went in and {count + 1} came back")
    return tally


def _promised(
    module: FormatModule, pairs: Iterable[ExportedBead], header: ExportHeader, tally: _Tally
) -> Iterator[ExportedBead]:
    for pair in pairs:
        said = module.project_bead(pair, header)
        if said is None:
            tally.left_out += 1
            continue
        if (said.zh, said.en) != (pair.zh, pair.en):
            tally.altered += 1
        if said.checksum:  # the format has room for it; of what the file says, which comes back
            said = add_checksum(said)
        tally.digests.append(_digest(said))
        yield said


def _digest(pair: ExportedBead) -> int:
    data = repr(pair).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest())


def _broken(row: Format, what: str) -> FormatError:
    return FormatError(
        f"{row.name}: the file does not read back as written, {what}; nothing was kept. "
        "This is a fault of briefing-align: please report it with this bead"
    )
