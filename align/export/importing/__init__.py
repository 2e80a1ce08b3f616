"""Bring alignments of other tools into a corpus: files in, briefings with their beads out.

A file is read twice: once to find every fault in it, once to store it, so a faulty file leaves the
corpus as it was. Memory holds one briefing at a time, and each briefing is one transaction. An
import that was stopped is gone on with by starting it again: what is there already, bead by bead
as the file has it, is passed over.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from ...errors import FormatError
from ...records import Briefing, Document, ExportedBead
from ...store import BeadRow
from ...store.provenance import ImportOrigin
from ..formats import Format
from .build import build_briefing, carry_decisions, first_value, keeps_id
from .file_kind import READERS, TABLES, find_format
from .ladders import read_ladder
from .validate import Validation, group_by_briefing, validate_file

__all__ = [
    "READERS",
    "ImportStep",
    "ImportTarget",
    "ImportReport",
    "Progress",
    "import_file",
    "import_ladder",
]


@dataclass(frozen=True, slots=True)
class ImportStep:
    """How far an import is: beads read (``total`` is 0, nobody knows yet), then beads stored."""

    done: int
    total: int = 0


Progress = Callable[[ImportStep], object]
"""Called after each briefing."""


class ImportTarget(Protocol):
    """What import needs of a store."""

    def state(self, briefing_id: str) -> str:
        """Name the state of a briefing; empty where there is none."""
        ...

    def briefing(self, briefing_id: str) -> Briefing:
        """Read a briefing as it stands now."""
        ...

    def rows(self, briefing_id: str | None = None) -> tuple[BeadRow, ...]:
        """Read the rows of a briefing, in order."""
        ...

    def save(
        self,
        briefing: Briefing,
        *,
        address: str,
        carried: Mapping[int, BeadRow] | None = None,
    ) -> None:
        """Store a briefing."""
        ...


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import brought. ``missing`` names what the file says of no bead at all.

    ``kept`` counts briefings that were there already as the file has them, ``renumbered`` those
    whose sentence numbers had gaps, as in a filtered export, ``altered`` beads with a character
    that no database holds, ``shortened`` names of briefings that were too long.
    """

    file: Path
    format: str
    briefings: tuple[str, ...]
    beads: int
    missing: tuple[str, ...] = ()
    renumbered: int = 0
    new_ids: int = 0
    kept: int = 0
    altered: int = 0
    shortened: int = 0


@dataclass(frozen=True, slots=True)
class _Source:
    """A file to import: its format, and how to read it from its first bead."""

    path: Path
    row: Format
    read: Callable[[], Iterator[ExportedBead]]

    def make(self, name: str, pairs: Sequence[ExportedBead]) -> Briefing:
        """Make a briefing of its beads, with its origin in the notes."""
        origin = ImportOrigin(
            f"{self.path.name} ({self.row.name})", _latest(pairs), _licence(pairs)
        )
        return build_briefing(name, pairs, f"import:{self.row.name}", origin.notes())


def import_file(
    store: ImportTarget,
    path: Path,
    *,
    form: str | None = None,
    replace: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring one file (or folder of InterText files) into a corpus.

    :param form: the name of its format; found by its name and first line when left out.
    :param replace: let a briefing take the place of one with the same id, verdicts and all.
    :raises FormatError: when the file breaks its format, repeats an id, or brings a briefing that
        is there already with other beads; nothing was stored then.
    """
    row = find_format(path, form)
    module = row.load()
    source = _Source(path, row, lambda: module.read(path))
    return _imported(store, source, replace=replace, progress=progress)


def import_ladder(
    store: ImportTarget,
    path: Path,
    first: Path,
    second: Path,
    *,
    replace: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring a ladder of Vecalign, Bertalign or Hunalign with its texts, one sentence a line.

    The texts are in the order of the ladder; which is Chinese is found by its characters. The
    third number of a line is left aside: it is a cost in Vecalign, a score in Hunalign and a
    probability in ours.

    :raises FormatError: when the ladder leaves out, repeats or invents a sentence, a text has a
        blank line, or both texts are in one language.
    """
    row = Format("ladder", "", ("",), "a ladder with its texts")
    source = _Source(path, row, lambda: read_ladder(path, first, second))
    return _imported(store, source, replace=replace, progress=progress)


def _imported(
    store: ImportTarget, source: _Source, *, replace: bool, progress: Progress | None
) -> ImportReport:
    there: set[str] = set()
    read = 0

    def seen(name: str, pairs: list[ExportedBead]) -> None:
        nonlocal read
        read += len(pairs)
        if progress is not None:
            progress(ImportStep(read))
        if replace or not store.state(name):
            return
        if not _is_there(store, source.make(name, pairs), pairs):
            raise FormatError(
                f"{source.path.name}: the corpus has a briefing {name} already, with other beads "
                "or verdicts; bring an edited table back with --update, or import with --replace"
            )
        there.add(name)

    unique = source.row.name in TABLES
    survey = validate_file(source.read, source.path, unique=unique, seen=seen)
    return _stored(store, source, survey, there, progress)


def _is_there(store: ImportTarget, made: Briefing, pairs: Sequence[ExportedBead]) -> bool:
    """Say whether the corpus holds a briefing just as this import would store it."""
    found = store.briefing(made.id)
    rows = carry_decisions(made, pairs).values()
    return _texts(found) == _texts(made) and all(
        (row.id, row.zh_edit, row.en_edit, row.reviewer, row.note, row.crossing)
        == (new.id, new.zh_edit, new.en_edit, new.reviewer, new.note, new.crossing)
        for row, new in zip(store.rows(made.id), rows, strict=True)
    )


def _texts(found: Briefing) -> Briefing:
    """Leave the notes of the documents out: they name the file."""
    return replace(found, zh=_unnoted(found.zh), en=_unnoted(found.en))


def _unnoted(document: Document) -> Document:
    return replace(document, notes=())


def _stored(
    store: ImportTarget,
    source: _Source,
    survey: Validation,
    there: set[str],
    progress: Progress | None,
) -> ImportReport:
    beads = done = new_ids = 0
    for name, pairs in group_by_briefing(source.read(), source.path):
        done += len(pairs)
        if name not in there:
            made = source.make(name, pairs)
            store.save(made, address=f"import:{name}", carried=carry_decisions(made, pairs))
            beads += len(pairs)
            new_ids += sum(not keeps_id(pair) for pair in pairs)
        if progress is not None:
            progress(ImportStep(done, survey.beads))
    return ImportReport(
        file=source.path,
        format=source.row.name,
        briefings=tuple(name for name in survey.briefings if name not in there),
        beads=beads,
        missing=survey.missing,
        renumbered=survey.renumbered,
        new_ids=new_ids,
        kept=len(there),
        altered=survey.altered,
        shortened=len(survey.shortened),
    )


def _latest(pairs: Sequence[ExportedBead]) -> dt.datetime | None:
    return max((pair.retrieved for pair in pairs if pair.retrieved), default=None)


def _licence(pairs: Sequence[ExportedBead]) -> str:
    return first_value(pairs, "licence")
