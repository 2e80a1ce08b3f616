"""The renderings of passages in the index, counted for each briefing."""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .full_text import FullTextIndex


@dataclass(slots=True)
class RenderingCount:
    """One rendering of a passage in some rows.

    ``sure`` is the sum, over the rows, of how far passage and rendering account for each other.
    ``written`` weighs the ways to write it. ``examples`` are the ids of the first beads.
    """

    rows: int = 0
    sure: float = 0.0
    written: dict[str, float] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)


PassageRenderings = dict[str, RenderingCount]
"""The renderings of a passage by their content stems, with spaces between them; '' for none."""


@dataclass(frozen=True, slots=True)
class BriefingRenderings:
    """The renderings of passages in one briefing.

    ``texts`` is the digest of the rows in which they were counted, and ``seen`` the number of rows
    from which the word model had been counted then.
    """

    texts: bytes
    seen: int
    counts: dict[str, PassageRenderings]


class RenderingTable:
    """The renderings of all briefings of one corpus, as they were counted last."""

    def __init__(self, index: FullTextIndex) -> None:
        self._index = index

    def get(self, briefing: str) -> BriefingRenderings | None:
        """Return the renderings that are stored for a briefing."""
        query = "SELECT texts, seen, counts FROM rendering_count WHERE briefing = ?"
        for texts, seen, data in self._index.select(query, briefing):
            return BriefingRenderings(texts, seen, _read_counts(data))
        return None

    def put(self, renderings: Mapping[str, BriefingRenderings]) -> None:
        """Replace the renderings of some briefings; another program may have counted the same."""
        rows = [
            (name, one.texts, one.seen, _write_counts(one.counts))
            for name, one in renderings.items()
        ]
        with self._index.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO rendering_count VALUES (?, ?, ?, ?)", rows
            )

    def keep_only(self, briefings: Iterable[str]) -> None:
        """Remove what is stored for all other briefings."""
        stored = {name for (name,) in self._index.select("SELECT briefing FROM rendering_count")}
        gone = [(name,) for name in stored.difference(briefings)]
        if gone:
            with self._index.writing() as connection:
                connection.executemany("DELETE FROM rendering_count WHERE briefing = ?", gone)


def _write_counts(counts: Mapping[str, PassageRenderings]) -> bytes:
    plain = {
        passage: {
            key: (one.rows, round(one.sure, 4), one.written, one.examples)
            for key, one in renderings.items()
        }
        for passage, renderings in counts.items()
    }
    return zlib.compress(json.dumps(plain, ensure_ascii=False).encode(), 1)


def _read_counts(data: bytes) -> dict[str, PassageRenderings]:
    return {
        passage: {key: RenderingCount(*fields) for key, fields in renderings.items()}
        for passage, renderings in json.loads(zlib.decompress(data)).items()
    }
