"""Beads with their texts, and what other libraries take them as."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from .. import __version__
from ..errors import AlignError
from ..export.atomic_write import move_into, staging_folder
from ..export.formats import ExportHeader, find_format
from ..records import ExportedBead

if TYPE_CHECKING:
    import datasets  # type: ignore[import-untyped] # has no types
    import pandas as pd

COLUMNS = ("zh", "en", "zh_index", "en_index", "probability", "type")
"""The columns of every table of beads."""

CORPUS_COLUMNS = (
    *("id", "briefing", "date", "speaker", "role", *COLUMNS, "status", "reviewer"),
    *("source_zh", "source_en", "licence", "note"),
)
"""Those of beads that come from a corpus."""


@dataclass(frozen=True, slots=True, repr=False)
class AlignedBead(ExportedBead):
    """A bead with the texts of both sides; ``zh_index`` and ``en_index`` count sentences from 0.

    One from a corpus also has ``id``, ``briefing``, ``date``, ``speaker``, ``status``, ``licence``
    and what else an export says of it.
    """

    @property
    def type(self) -> str:
        """How many sentences of each side it joins, Chinese first: ``1-2``."""
        return self.kind

    def __repr__(self) -> str:
        chance = "None" if self.probability is None else f"{self.probability:.4f}"
        return (
            f"AlignedBead(zh={self.zh!r}, en={self.en!r}, zh_index={self.zh_index}, "
            f"en_index={self.en_index}, probability={chance}, type={self.type!r})"
        )


def to_aligned(bead: ExportedBead) -> AlignedBead:
    """Return a bead of the corpus as the API shows it."""
    return AlignedBead(**{item.name: getattr(bead, item.name) for item in fields(bead)})


class BeadTable:
    """Beads as a table of pandas or datasets, or as a translation memory."""

    columns: ClassVar[tuple[str, ...]] = COLUMNS

    if TYPE_CHECKING:  # a field of one child, computed by the others

        @property
        def beads(self) -> tuple[AlignedBead, ...]:
            """The beads, in order."""

    def to_pandas(self) -> "pd.DataFrame":
        """Return a row for each bead.

        :raises AlignError: when pandas is not installed.
        """
        import_library("pandas")
        import pandas as pd

        return pd.DataFrame(self._values())

    def to_dataset(self) -> "datasets.Dataset":
        """Return a row for each bead as a ``datasets.Dataset``.

        :raises AlignError: when datasets is not installed.
        """
        import_library("datasets")
        import datasets

        return datasets.Dataset.from_dict(self._values())

    def to_tmx(self, path: str | os.PathLike[str]) -> Path:
        """Write a translation memory, in place of one that is there; return its path.

        :raises AlignError: when it cannot be written.
        """
        tmx, header = find_format("tmx").load(), ExportHeader(version=__version__)
        place = to_path(path, "path")
        with staging_folder(place) as folder:
            held = (tmx.project_bead(bead, header) for bead in self.beads)
            tmx.write(filter(None, held), folder / place.name, header)
            move_into([folder / place.name], place.parent)
        return place

    def _values(self) -> dict[str, list[Any]]:
        beads = self.beads
        return {name: [_plain(getattr(bead, name)) for bead in beads] for name in self.columns}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


class BeadSequence(BeadTable):
    """Beads of one alignment, counted from 0."""

    def __len__(self) -> int:
        return len(self.beads)

    def __iter__(self) -> Iterator[AlignedBead]:
        return iter(self.beads)

    def __getitem__(self, place: int) -> AlignedBead:
        return self.beads[place]


def import_library(name: str) -> None:
    """Import a library that only some users have.

    :raises AlignError: when it is not installed.
    """
    try:
        import_module(name)
    except ImportError as error:
        raise AlignError(f"this needs {name}: pip install {name}") from error


def to_path(value: object, name: str) -> Path:
    """Return a path that the caller gave as text or path.

    :raises TypeError: when it is something else.
    """
    if isinstance(value, (str, os.PathLike)) and isinstance(os.fspath(value), str):
        return Path(value)
    raise TypeError(f"{name} is {describe(value)}; expected a str or a Path")


def describe(value: object) -> str:
    """Return what the caller gave, for the message of a TypeError.

    >>> describe(None), describe([1]), describe("zh")
    ('None', 'a list', "a str ('zh')")
    """
    if value is None:
        return "None"
    name = type(value).__name__
    shown = f" ({str(value)[:40]!r})" if isinstance(value, (str, bytes, int, float)) else ""
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}{shown}"
