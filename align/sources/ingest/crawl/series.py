"""Series: folders and title patterns of one language, and those of the other they go with.

The correspondence is learned from the crawl: it is counted over the pairs that are sure without it.
No site is required to be known.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ....aligner.text.dates import MONTHS
from .candidates import Candidate
from .page_facts import title_names

_VARIABLE = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b|[\d\W_]+", re.I)
_FOLDER_OF_DAYS = re.compile(r"/\d+(?=/)")
_LARGEST_RATIO = 10.0
"""Ratio of found to expected pairs of two series that counts as certain."""

SeriesPair = tuple[str, str]


def series_of(page: Candidate) -> tuple[str, str]:
    """Return the series of a page: its folder, and its title without days and people.

    Either is empty if the page has none. Folders named by digits, such as years, are skipped.
    """
    folder = _FOLDER_OF_DAYS.sub("", page.key.rpartition("/")[0] + "/")
    title = page.title
    for name in title_names(title, page.language):
        title = title.replace(name, " ")
    return folder, _VARIABLE.sub(" ", title).strip().casefold()


class SeriesCounts:
    """How often pages of a Chinese and an English series are a sure pair."""

    def __init__(self, pairs: Iterable[tuple[Candidate, Candidate]] = ()) -> None:
        known = [(series_of(zh), series_of(en)) for zh, en in pairs]
        # by folder, then by title
        self._kinds = [
            _Counts([(zh[kind], en[kind]) for zh, en in known if zh[kind] and en[kind]])
            for kind in range(2)
        ]

    def weigh(self, zh: Sequence[str], en: Sequence[str], *, counted: bool = False) -> float:
        """Return 1 for series that go together, -1 for series that never do, 0 if unknown.

        The stronger evidence of folder and title counts.

        :param zh: the series of the Chinese page, as :func:`series_of` returns them.
        :param counted: the two pages are one of the sure pairs, which is no evidence for itself.
        """
        values = [
            counts.weigh((ours, theirs), counted=counted)
            for counts, ours, theirs in zip(self._kinds, zh, en, strict=True)
        ]
        return max(values, key=abs)


class _Counts:
    def __init__(self, pairs: Sequence[SeriesPair]) -> None:
        self._pairs = Counter(pairs)
        self._zh = Counter(zh for zh, _ in pairs)
        self._en = Counter(en for _, en in pairs)
        self._total = len(pairs)

    def weigh(self, pair: SeriesPair, *, counted: bool) -> float:
        """Return the pointwise mutual information of two series, smoothed, between -1 and 1.

        A crawl with one series in each language says nothing.
        """
        own = int(counted and pair in self._pairs)
        found = self._pairs[pair] - own
        zh, en, total = (
            count - own for count in (self._zh[pair[0]], self._en[pair[1]], self._total)
        )
        expected = zh * en / max(total, 1)
        information = math.log((found + 1) / (expected + 1)) / math.log(_LARGEST_RATIO)
        return max(-1.0, min(1.0, information))
