"""Beads for a CAT tool: the newest wording of each Chinese text, the newest first.

A memory has one unit for each Chinese text, because tools disagree about several: OmegaT inserts
the last one from ``tm/auto`` but lists the first one from ``tm`` first, and an import that
overwrites keeps the last. Records wait in a temporary file, because a corpus may not fit into
memory.
"""

import datetime as dt
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator

from ...aligner.text.strings import collapse_spaces, digest
from .formats.record import FileRecord

_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


def newest_first(
    beads: Iterable[FileRecord], drop: Callable[[FileRecord], None]
) -> Iterator[FileRecord]:
    """Yield beads by the time of their last decision, the newest first; equal times keep the order.

    :param drop: called for each bead whose Chinese text a newer one has.
    """
    with tempfile.TemporaryFile() as waiting:
        places: list[tuple[dt.datetime, int]] = []
        for bead in beads:
            places.append((bead.verdict.changed or _NEVER, waiting.tell()))
            pickle.dump(bead, waiting)
        places.sort(key=lambda place: place[0], reverse=True)
        seen: set[int] = set()
        for _changed, offset in places:
            waiting.seek(offset)
            bead = pickle.load(waiting)
            text = digest(collapse_spaces(bead.zh))
            if text in seen:
                drop(bead)
            else:
                seen.add(text)
                yield bead
