"""Search by meaning: a passage in either language in, the beads nearest to it in both out.

The vectors of all texts of a corpus, Chinese and English in one space, stand beside it
(:mod:`.meaning_index`). They follow the corpus by the digests of texts: a text is encoded once,
however often it occurs and whatever happens to its bead.
"""

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..encoders import Encoder
from ..errors import AlignError
from ..records import Language
from ..store.index.query import QueryCondition
from ..store.index.records import IndexedText
from ..store.index.vector_cells import Keys, Vectors
from ..store.index.vectors import Limits, VectorIndex
from .concordance import Concordance, Hit, SearchSource, Where, hit

BATCH = 512
"""Texts that are encoded at once."""

SAVED = 20
"""Batches after which a build is saved: what it loses when it stops is half a minute."""

FEW = 200
"""So many changed briefings are asked for their texts by name; with more, all texts are read."""

SELECTIVE = 50_000
"""Conditions that so many texts fit at most are applied before the search, others after it."""


@dataclass(frozen=True, slots=True)
class SemanticHit:
    """A bead that is near: the side that was compared, and its cosine with the query.

    ``times`` counts the beads with the same two texts; the newest of them stands for all.
    """

    side: Language
    similarity: float
    hit: Hit
    times: int = 1


class Meaning:
    """Search by meaning in one corpus, safe to use from several threads.

    Each call looks what has changed.
    """

    def __init__(
        self,
        store: SearchSource,
        encoder: Encoder,
        concordance: Concordance | None = None,
        limits: Limits | None = None,
        batches: tuple[int, int] = (BATCH, SAVED),
    ) -> None:
        self._batch, self._saved = batches
        self._encoder = encoder
        self._concordance = concordance or Concordance(store)
        folder = _folder(store.index_folder(), encoder.signature)
        index = self._concordance.index
        self._vectors = VectorIndex(folder, encoder.width, index.keys, limits)
        self._lock = threading.RLock()

    def __len__(self) -> int:
        """Give the number of vectors."""
        return len(self._vectors)

    def refresh(self, progress: Callable[[int, int], object] | None = None) -> int:
        """Bring the vectors up to date and give how many texts were encoded.

        What a run that was stopped has encoded is not encoded again.

        :param progress: called with the number of texts encoded so far, and of those to encode.
        """
        with self._lock:
            self._concordance.refresh()
            states = self._concordance.index.states()
            seen = self._vectors.seen
            if states == seen:
                return 0
            changed = [name for name, state in states.items() if seen.get(name) != state]
            new = self._vectors.missing(self._keys_of(changed))
            self._take_in(new, progress)
            self._vectors.save(states)
            return len(new)

    def search(
        self, query: str, limit: int = 20, *, where: Where | None = None, sides: str = "zh en"
    ) -> tuple[SemanticHit, ...]:
        """Find the beads whose text on one side is nearest to a passage, the nearest first.

        :param sides: ``zh``, ``en`` or both: which texts may be near.
        :raises AlignError: when the query is blank.
        """
        if not query.strip():
            raise AlignError("the query is empty; type a passage in either language")
        with self._lock:
            self.refresh()
            vector = self._encoder.encode([query.strip()])
            conditions = (where or Where()).conditions()
            among = self._among(conditions)
            total = len(self._vectors) if among is None else len(among)
            size = max(4 * limit, 50)
            while total:
                near = self._near(vector, size, among, sides.split(), conditions)
                if len(near) >= limit or size >= total:
                    return near[:limit]
                size *= 8
            return ()

    def _keys_of(self, briefings: Sequence[str]) -> Keys:
        if len(briefings) > FEW:
            return self._concordance.index.keys()
        named = QueryCondition("briefing", "in", tuple(briefings))
        return self._concordance.index.keys([named]) if briefings else np.zeros(0, np.int64)

    def _among(self, conditions: Sequence[QueryCondition]) -> Keys | None:
        """Give the texts that fit conditions, or nothing where there are many of them."""
        if not conditions:
            return None
        fitting = self._concordance.index.keys(conditions, SELECTIVE + 1)
        return fitting if len(fitting) <= SELECTIVE else None

    def _near(
        self,
        vector: Vectors,
        size: int,
        among: Keys | None,
        sides: list[str],
        conditions: Sequence[QueryCondition],
    ) -> tuple[SemanticHit, ...]:
        found = self._vectors.nearest(vector, size, among)
        score = dict(zip(found.keys.tolist(), found.scores.tolist(), strict=True))
        best: dict[tuple[str, str], tuple[float, IndexedText]] = {}
        for text in self._concordance.index.find_by_key(list(score), conditions):
            known = best.get((text.bead.zh, text.bead.en))
            if text.side in sides and (known is None or known[0] < score[text.key]):
                best[text.bead.zh, text.bead.en] = (score[text.key], text)
        ordered = sorted(best.values(), key=lambda found: (-found[0], found[1].bead.id))
        return tuple(
            SemanticHit(text.side, value, hit(text.bead), text.times) for value, text in ordered
        )

    def _take_in(self, keys: Keys, progress: Callable[[int, int], object] | None) -> None:
        """Encode texts. Keys are digests, so that the first of them are a fair sample of all."""
        expected = len(self._vectors) + len(keys)
        for number, start in enumerate(range(0, len(keys), self._batch), start=1):
            batch = keys[start : start + self._batch].tolist()
            texts = self._concordance.index.texts(batch)
            if texts:  # another program may have taken them out by now
                vectors = self._encoder.encode(list(texts.values()))
                named = np.fromiter(texts, np.int64, len(texts))
                self._vectors.add(named, vectors.astype(np.float32, copy=False), expected=expected)
            if progress is not None:
                progress(start + len(batch), len(keys))
            if number % self._saved == 0:
                self._vectors.save()


def _folder(indices: Path | None, signature: str) -> Path | None:
    """Give the folder of the vectors of one encoder."""
    name = hashlib.sha256(signature.encode()).hexdigest()[:12]
    return None if indices is None else indices / f"meaning-{name}"
