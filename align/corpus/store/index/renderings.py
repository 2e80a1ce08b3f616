"""The renderings of passages in the index, counted for each briefing."""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .full_text import FullTextIndex
from .text_numbers import number_texts

EXAMPLES = 3
"""Number of example rows stored with each rendering."""

RECORD = np.dtype(
    [
        ("passage", "<u4"),
        ("key", "<u4"),
        ("form", "<u4"),
        ("rows", "<u4"),
        ("sure", "<f4"),
        ("weight", "<f4"),
        ("examples", "<i4", (EXAMPLES,)),
    ]
)
"""One way to write a rendering; see :class:`FormCount` and :data:`Form`.

Texts are stored as numbers. Missing examples are -1.
"""

Records = NDArray[Any]  # of the type RECORD

Form = tuple[str, str, str]
"""A passage, the content stems of its rendering ('' for none), and the rendering as written."""


@dataclass(slots=True)
class FormCount:
    """How often a rendering is written in one way in a briefing.

    ``sure`` is the sum, over the rows, of how far passage and rendering account for each other.
    ``weight`` is the number of rows, less for forms at the start of a sentence. ``examples`` are
    the positions of the first beads.
    """

    rows: int = 0
    sure: float = 0.0
    weight: float = 0.0
    examples: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class BriefingRenderings:
    """The renderings of passages in one briefing.

    ``texts`` is the digest of the rows in which they were counted, and ``seen`` the number of rows
    from which the word model had been counted then.
    """

    texts: bytes
    seen: int
    records: Records


class RenderingTable:
    """The renderings of all briefings of one corpus, as they were counted last."""

    def __init__(self, index: FullTextIndex) -> None:
        self._index = index

    def get(self, briefing: str) -> BriefingRenderings | None:
        """Return the renderings that are stored for a briefing."""
        query = "SELECT texts, seen, counts FROM rendering_count WHERE briefing = ?"
        for texts, seen, data in self._index.select(query, briefing):
            return BriefingRenderings(texts, seen, np.frombuffer(zlib.decompress(data), RECORD))
        return None

    def put(self, briefing: str, renderings: BriefingRenderings) -> None:
        """Replace the renderings of a briefing; another program may have counted the same."""
        data = zlib.compress(renderings.records.tobytes(), 1)
        row = (briefing, renderings.texts, renderings.seen, data)
        with self._index.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO rendering_count VALUES (?, ?, ?, ?)", row)

    def make_records(self, counts: Mapping[Form, FormCount]) -> Records:
        """Return counts as records."""
        records = np.empty(len(counts), RECORD)
        with self._index.writing() as connection:
            numbers = number_texts(connection, (text for form in counts for text in form))
        for at, ((passage, key, form), count) in enumerate(counts.items()):
            examples = list(count.examples[:EXAMPLES])
            examples += [-1] * (EXAMPLES - len(examples))
            texts = numbers[passage], numbers[key], numbers[form]
            records[at] = (*texts, count.rows, count.sure, count.weight, examples)
        return records

    def number(self, texts: Iterable[str]) -> dict[str, int]:
        """Return the number by which records name each text."""
        with self._index.writing() as connection:
            return number_texts(connection, texts)

    def keep_only(self, briefings: Iterable[str]) -> None:
        """Remove what is stored for all other briefings."""
        stored = {name for (name,) in self._index.select("SELECT briefing FROM rendering_count")}
        gone = [(name,) for name in stored.difference(briefings)]
        if gone:
            with self._index.writing() as connection:
                connection.executemany("DELETE FROM rendering_count WHERE briefing = ?", gone)
