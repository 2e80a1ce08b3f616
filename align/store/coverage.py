"""Coverage and order of rows: which text they hold, and whether they follow it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from ..records import LANGUAGES, Language, Sentence
from .records import BeadRow, sentence_ids


def text_coverage(
    rows: Iterable[BeadRow], sentences_of: Callable[[Language], Mapping[str, Sentence]]
) -> dict[tuple[Language, int], list[range]]:
    """Return the character ranges that rows hold, by side and paragraph, neighbours joined.

    Two sets of rows hold the same text when this is equal. Overlapping ranges stay apart.

    :param sentences_of: the sentences of a side by id.
    """
    ranges: dict[tuple[Language, int], list[range]] = {}
    for row in rows:
        for language in LANGUAGES:
            for name in sentence_ids(row, language):
                one = sentences_of(language)[name]
                ranges.setdefault((language, one.paragraph), []).append(range(one.start, one.end))
    return {place: _joined(parts) for place, parts in ranges.items()}


def _joined(ranges: Iterable[range]) -> list[range]:
    joined: list[range] = []
    for one in sorted(ranges, key=lambda one: (one.start, one.stop)):
        if joined and joined[-1].stop == one.start:
            joined[-1] = range(joined[-1].start, one.stop)
        else:
            joined.append(one)
    return joined


def in_order(rows: Sequence[BeadRow]) -> bool:
    """Return whether positions rise and both texts follow them; linked rows may cross."""
    plain = [row for row in rows if not row.crossing]
    starts = [
        [_start(names[0]) for row in plain if (names := sentence_ids(row, language))]
        for language in LANGUAGES
    ]
    positions = [(row.position,) for row in rows]
    return all(one < two for one, two in pairwise(positions)) and all(
        one <= two for column in starts for one, two in pairwise(column)
    )


def _start(name: str) -> tuple[int, int]:
    """Return paragraph and first character of a sentence by its id."""
    paragraph, _, extent = name.partition(".")
    return int(paragraph), int(extent.partition("-")[0])
