"""A bead as stored in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ....records import BeadRecord, Sides


@dataclass(frozen=True, slots=True)
class FileRecord(BeadRecord):
    """A bead with the metadata of the file that contains it.

    ``checksum`` records the state of the bead when it was exported (:mod:`.values`), or is ``None``
    if the file has no checksum. ``context`` has the texts of preceding beads, the nearest last.
    ``aside`` has unknown columns of another tool's file; no format writes them, so they are ignored
    when beads are compared.
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
