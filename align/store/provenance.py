"""Where an imported document comes from: facts in, notes for the user out, and back again.

A document that we fetched has its pages in the store; one that came in a file of another tool has
only what that file said, and its notes keep it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

_FILE = "Imported from "
_RETRIEVED = "Its pages were retrieved at "
_LICENCE = "The file states the licence "


@dataclass(frozen=True, slots=True)
class ImportOrigin:
    """What the file said about all of its beads."""

    file: str = ""
    retrieved: dt.datetime | None = None
    licence: str = ""

    def notes(self) -> tuple[str, ...]:
        """Give the sentences that keep it."""
        found = [f"{_FILE}{self.file}"]
        if self.retrieved is not None:
            found.append(f"{_RETRIEVED}{self.retrieved.isoformat()}")
        if self.licence:
            found.append(f"{_LICENCE}{self.licence}")
        return tuple(found)

    @classmethod
    def read(cls, notes: Iterable[str]) -> "ImportOrigin":
        """Take the facts out of the notes of a document, as far as they are there."""
        found = {
            start: note.removeprefix(start)
            for note in notes
            for start in (_FILE, _RETRIEVED, _LICENCE)
            if note.startswith(start)
        }
        at = found.get(_RETRIEVED)
        return cls(
            found.get(_FILE, ""),
            dt.datetime.fromisoformat(at) if at else None,
            found.get(_LICENCE, ""),
        )
