"""A bead as a file holds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ....records import BeadRecord, Sides


@dataclass(frozen=True, slots=True)
class FileRecord(BeadRecord):
    """A bead with the bookkeeping of the file that holds it.

    ``checksum`` says what the bead was when it was exported (:mod:`.values`); it is ``None`` where
    the file has none. ``context`` has the texts of beads before it, the nearest last. ``aside``
    holds the columns of another tool's file that have no field here; no format writes them, so they
    do not count when beads are compared.
    """

    checksum: str | None = None
    context: tuple[Sides[str], ...] = ()
    aside: Mapping[str, object] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, bead: BeadRecord) -> "FileRecord":
        """Return a bead without any bookkeeping."""
        return cls(bead.id, bead.pair, bead.provenance, bead.verdict)

    def with_raw(self) -> "FileRecord":
        """Return the bead with texts as published, whether they differ from its own or not."""
        return replace(self, pair=replace(self.pair, raw=self.pair.published))

    def without_raw(self) -> "FileRecord":
        """Return the bead without its texts as published."""
        return replace(self, pair=replace(self.pair, raw=None))
