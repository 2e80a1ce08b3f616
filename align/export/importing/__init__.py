"""The import of alignments made with other tools: their files become briefings.

A file is read twice: once to find every fault in it, once to store it, so a faulty file leaves the
corpus as it was. Memory holds one briefing at a time, and each briefing is one transaction. An
import that was stopped is continued by starting it again: briefings that the corpus has just as the
file has them are passed over.
"""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...errors import FormatError
from ...records import Briefing, ExportedBead
from ...store import BeadRow, Store
from ...store.records import ImportOrigin
from ..formats.ladder import read_ladder_with_texts
from .build import (
    build_briefing,
    carry_decisions,
    first_value,
    group_by_briefing,
    is_storable_id,
    shorten_name,
    validate_file,
)
from .files import TABLES, TABS, find_format, unpacked


@dataclass(frozen=True, slots=True)
class ImportStep:
    """How far an import is: beads read (``total`` is 0, nobody knows yet), then beads stored."""

    done: int
    total: int = 0


Progress = Callable[[ImportStep], object]
"""Called after each briefing."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import brought; its fields are named as in ``--json``.

    ``missing`` names fields that no bead of the file has, ``kept`` counts briefings that were there
    already as the file has them, ``renumbered`` those whose sentence numbers had gaps, as in a
    filtered export, ``altered`` beads with a character that no database holds, ``shortened`` names
    of briefings that were too long.
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


def import_file(
    store: Store,
    path: Path,
    *,
    form: str | None = None,
    texts: tuple[Path, Path] | None = None,
    columns: Mapping[str, str] | None = None,
    replace: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring one file (or folder of InterText files) into a corpus.

    :param form: the name of its format; found by its name and first line when left out.
    :param texts: those of a ladder of Vecalign, Bertalign or Hunalign, one sentence a line, in its
        order; which is Chinese is found by its characters. The third number of a line is ignored:
        it is a cost in Vecalign, a score in Hunalign and a probability in ours.
    :param columns: the names of columns in a table, by ours.
    :param replace: let a briefing take the place of one with the same id, verdicts and all.
    :raises FormatError: when the file breaks its format, repeats an id, or brings a briefing that
        is there already with other beads; nothing was stored then. So when a ladder leaves out,
        repeats or invents a sentence, a text has a blank line, or both are in one language.
    """
    with unpacked(path) as file:
        source = _Source.find(file, form, texts, columns)
        done = _import(store, source, replace=replace, progress=progress or (lambda _step: None))
    return dataclasses.replace(done, file=path)


def check_file(
    path: Path,
    *,
    form: str | None = None,
    texts: tuple[Path, Path] | None = None,
    columns: Mapping[str, str] | None = None,
) -> None:
    """Find what is wrong with a file, or a ladder and its texts, before there is a corpus.

    :raises FormatError: as :func:`import_file` does.
    """
    with unpacked(path) as file:
        source = _Source.find(file, form, texts, columns)
        validate_file(source.read, file, unique=source.form in TABLES)


def read_beads(path: Path) -> Iterator[ExportedBead]:
    """Yield the beads of a file, whatever its format.

    :raises FormatError: when it breaks its format.
    """
    return _Source.find(path).read()


@dataclass(frozen=True, slots=True)
class _Source:
    """A file to import: the name of its format, and how to read it from its first bead."""

    path: Path
    form: str
    read: Callable[[], Iterator[ExportedBead]]

    @classmethod
    def find(
        cls,
        path: Path,
        form: str | None = None,
        texts: tuple[Path, Path] | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> "_Source":
        if texts:
            return cls(path, "ladder", lambda: read_ladder_with_texts(path, *texts))
        row = find_format(path, form or ("tsv" if columns and path.suffix in TABS else None))
        if columns and row.name not in TABLES:
            raise FormatError(f"{path.name}: {row.name} has no columns to name")
        return cls(path, row.name, lambda: row.read(path, columns))

    def build(
        self, store: Store, name: str, pairs: Sequence[ExportedBead]
    ) -> tuple[Briefing, dict[int, BeadRow]]:
        """Make a briefing of its beads, with its origin in the notes, and its rows.

        Ids of another tool stay that stand here once, and that no other briefing has.
        """
        retrieved = max((pair.retrieved for pair in pairs if pair.retrieved), default=None)
        licence = first_value(pairs, "licence")
        origin = ImportOrigin(f"{self.path.name} ({self.form})", retrieved, licence)
        briefing = build_briefing(name, pairs, f"import:{self.form}", origin.notes())
        counted = Counter(pair.id for pair in pairs)
        ids = {bead for bead, times in counted.items() if times == 1 and is_storable_id(bead)}
        there = store.rows_by_id(ids)
        keep = {bead for bead in ids if bead not in there or there[bead].briefing == name}
        return briefing, carry_decisions(briefing, pairs, keep)


def _import(store: Store, source: _Source, *, replace: bool, progress: Progress) -> ImportReport:
    present: set[str] = set()
    read = 0

    def check(name: str, pairs: list[ExportedBead]) -> None:
        nonlocal read
        read += len(pairs)
        progress(ImportStep(read))
        if not replace and store.state(name):
            if not _is_stored(store, *source.build(store, name, pairs)):
                raise FormatError(
                    f"{source.path.name}: the corpus has a briefing {name} already, with other "
                    "beads or verdicts; bring an edited table back with --update, or import with "
                    "--replace"
                )
            present.add(name)

    found = validate_file(source.read, source.path, unique=source.form in TABLES, check=check)
    beads = done = new_ids = 0
    for name, pairs in group_by_briefing(source.read(), source.path):
        done += len(pairs)
        if name not in present:
            briefing, rows = source.build(store, name, pairs)
            store.save(briefing, address=f"import:{name}", carried=rows)
            beads += len(pairs)
            new_ids += sum(rows[at].id != pair.id for at, pair in enumerate(pairs))
            aside = {
                row.id: {**pair.aside, **({"id": pair.id} if row.id != pair.id else {})}
                for row, pair in zip(rows.values(), pairs, strict=True)
                if pair.aside or (pair.id and row.id != pair.id)
            }
            if aside:
                store.set_preference("", aside_name(name), aside)
        progress(ImportStep(done, found.beads))
    return ImportReport(
        file=source.path,
        format=source.form,
        briefings=tuple(name for name in found.briefings if name not in present),
        beads=beads,
        missing=found.missing,
        renumbered=found.renumbered,
        new_ids=new_ids,
        kept=len(present),
        altered=found.altered,
        shortened=len(found.shortened),
    )


def aside_name(briefing_id: str) -> str:
    """Return the setting that keeps the columns of another tool's file, by id of a bead."""
    return shorten_name(f"aside {briefing_id}")


def _is_stored(store: Store, briefing: Briefing, rows: Mapping[int, BeadRow]) -> bool:
    """Say whether the corpus holds a briefing just as this import would store it."""

    def plain(briefing: Briefing) -> Briefing:  # the notes of its documents name the file
        zh, en = replace(briefing.zh, notes=()), replace(briefing.en, notes=())
        return replace(briefing, zh=zh, en=en)

    return plain(store.briefing(briefing.id)) == plain(briefing) and all(
        (row.id, row.zh_edit, row.en_edit, row.reviewer, row.note, row.crossing)
        == (new.id, new.zh_edit, new.en_edit, new.reviewer, new.note, new.crossing)
        for row, new in zip(store.rows(briefing.id), rows.values(), strict=True)
    )
