"""Versions: several pages in one language with one text, such as a page and its correction."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ....records import LANGUAGES
from .candidates import Candidate, CrawlPages
from .index import CrawlIndex
from .sketch import WHOLE, read_sketch

_MOST = 12  # pages with one title on one day that are compared with each other
# Cosine of two versions of one text: .99 where one word was corrected; of two texts of one day and
# spokesperson at most .87.
_SAME_TEXT = 0.95
_SAME_TOKENS = 0.8  # share of the figures and names of two versions


def drop_older_versions(index: CrawlIndex, found: CrawlPages) -> None:
    """Keep the last of several versions of one text in one language, such as a corrected page."""
    groups: dict[tuple[object, ...], list[Candidate]] = defaultdict(list)
    for page in found.candidates:
        groups[(page.language, page.title, page.days)].append(page)
    for group in groups.values():
        found.older += _version_pairs(index, group)
    dropped = {older.id for older, _ in found.older}
    if not dropped:
        return
    for language in LANGUAGES:
        keep = [page.id not in dropped for page in found.of(language)]
        found.whole[language] = found.whole[language][np.array(keep, dtype=bool)]
    found.candidates = [page for page in found.candidates if page.id not in dropped]


def _version_pairs(
    index: CrawlIndex, group: Sequence[Candidate]
) -> list[tuple[Candidate, Candidate]]:
    """Return which pages of a group have the text of a later one."""
    if not 1 < len(group) <= _MOST:
        return []
    ordered = sorted(group, key=lambda page: (page.fetched[:10], _last_number(page.url)))
    sketches = [read_sketch(data) for data in index.vectors(page.id for page in ordered)]
    pairs = []
    for at, older in enumerate(ordered):
        for later in range(at + 1, len(ordered)):
            cosine = float(sketches[at][WHOLE] @ sketches[later][WHOLE])
            if cosine >= _SAME_TEXT and _share(older.tokens, ordered[later].tokens):
                pairs.append((older, ordered[later]))
                break
    return pairs


def _last_number(url: str) -> int:
    digits = "".join(c if c.isdigit() else " " for c in url).split()
    return int(digits[-1][:18]) if digits else 0


def _share(one: NDArray[np.uint32], two: NDArray[np.uint32]) -> bool:
    both = len(np.intersect1d(one, two, assume_unique=True))
    return both >= _SAME_TOKENS * max(len(one), len(two))
