"""Rows by their ids, wherever in the corpus they stand."""

from collections.abc import Collection

from . import Store, read
from .records import BeadRow
from .schema import BEAD

MOST = 500
"""Ids in one question: databases limit how many there may be."""


def rows_of(store: Store, ids: Collection[str]) -> dict[str, BeadRow]:
    """Read the rows that there are of some ids, by id."""
    names = sorted(set(ids))
    found: dict[str, BeadRow] = {}
    with store.reading() as connection:
        for start in range(0, len(names), MOST):
            chosen = BEAD.c.id.in_(names[start : start + MOST])
            found.update((row.id, row) for row in read.bead_rows(connection, chosen))
    return found
