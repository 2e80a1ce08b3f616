"""How ``align texts`` prints a bead: as the cells of a table, or as a JSON object."""

from ...corpus.api import AlignedBead
from ...corpus.exchange.formats.tsv import escape_cell

COLUMNS = ("zh_index", "en_index", "probability", "zh", "en")
"""The names of the cells of a bead."""


def to_cells(bead: AlignedBead) -> tuple[str, ...]:
    """Return a bead as text, one cell for each of :data:`COLUMNS`."""
    return (
        " ".join(map(str, bead.zh_index)),
        " ".join(map(str, bead.en_index)),
        "" if bead.probability is None else f"{bead.probability:.4f}",
        escape_cell(bead.zh),
        escape_cell(bead.en),
    )


def to_json(bead: AlignedBead) -> dict[str, object]:
    """Return a bead as an object for JSON."""
    return {
        "zh_index": bead.zh_index,
        "en_index": bead.en_index,
        "probability": bead.probability,
        "translation": {"zh": bead.zh, "en": bead.en},
    }
