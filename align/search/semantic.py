"""Search by meaning: the beads nearest to a passage in either language.

The vectors of all texts stand in one index (:mod:`align.store.index.vectors`). Their keys are
digests: a text is encoded once, whatever happens to its bead.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ..encoders.base import TextEncoder
from ..errors import AlignError
from ..records import Language
from ..store import Store
from ..store.index import IndexedText, QueryCondition
from ..store.index.vectors import EXACT, VERSION, Keys, VectorIndex
from . import Concordance, Hit, Where, make_hit

BATCH = 512  # texts that are encoded at once
# Batches between two saves of a build: what it loses when it stops is half a minute.
SAVE_EVERY = 20
# So many changed briefings are asked for their texts by name; with more, all texts are read.
FEW = 200
# Conditions that at most so many texts fit are applied before the search, others after it.
SELECTIVE = 50_000


@dataclass(frozen=True, slots=True)
class SemanticHit:
    """A near bead by its nearer side; the newest stands for ``times`` with the same two texts."""

    side: Language
    similarity: float
    hit: Hit
    times: int = 1


class SemanticSearch:
    """Search by meaning in one corpus, safe to use from several threads.

    Each call brings the index up to date first. ``exact`` vectors are compared one by one before
    ``cells`` are made of them, by the number of texts where it is 0.
    """

    def __init__(
        self,
        store: Store,
        encoder: TextEncoder,
        concordance: Concordance | None = None,
        *,
        exact: int = EXACT,
        cells: int = 0,
        batch: int = BATCH,
        save_every: int = SAVE_EVERY,
    ) -> None:
        self._batch, self._save_every = batch, save_every
        self._encoder = encoder
        self._concordance = concordance or Concordance(store)
        self._index = self._concordance.index
        name = hashlib.sha256(encoder.signature.encode()).hexdigest()[:12]
        indices, keys = store.index_folder(), self._index.keys
        folder = None if indices is None else indices / f"meaning-{VERSION}-{name}"
        self._vectors = VectorIndex(folder, encoder.width, keys, exact=exact, cells=cells)
        self._lock = threading.RLock()

    def __len__(self) -> int:
        """Return the number of vectors."""
        return len(self._vectors)

    def refresh(self, progress: Callable[[int, int], object] | None = None) -> int:
        """Bring the vectors up to date, and return how many texts were encoded."""
        with self._lock:
            self._concordance.refresh()
            states = self._index.states()
            seen = self._vectors.seen
            if states == seen:
                return 0
            changed = [name for name, state in states.items() if seen.get(name) != state]
            named = [QueryCondition("briefing", "in", tuple(changed))]
            new = self._vectors.missing(self._index.keys(named if len(changed) <= FEW else ()))
            self._encode(new, progress)
            self._vectors.save(states)
            return len(new)

    def search(
        self, query: str, limit: int = 20, *, where: Where | None = None, sides: str = "zh en"
    ) -> tuple[SemanticHit, ...]:
        """Return the beads whose text on one side is nearest to a passage, the nearest first."""
        if not query.strip():
            raise AlignError("the query is empty; type a passage in either language")
        with self._lock:
            self.refresh()
            vector = self._encoder.encode([query.strip()])
            conditions = (where or Where()).conditions()
            among: Keys | None = None
            if conditions:
                fitting = self._index.keys(conditions, SELECTIVE + 1)
                among = fitting if len(fitting) <= SELECTIVE else None
            total = len(self._vectors) if among is None else len(among)
            size = max(4 * limit, 50)
            while total:
                score = self._vectors.nearest(vector, size, among)
                texts = self._index.find_by_key(list(score), conditions)
                best = _choose_best((text for text in texts if text.side in sides), score)
                if len(best) >= limit or size >= total:
                    return tuple(
                        SemanticHit(text.side, score[text.key], make_hit(text.bead), text.times)
                        for text in best[:limit]
                    )
                size *= 8
            return ()

    def _encode(self, keys: Keys, progress: Callable[[int, int], object] | None) -> None:
        """Encode texts. Keys are digests, so that the first of them are a fair sample of all."""
        expected = len(self._vectors) + len(keys)
        for number, start in enumerate(range(0, len(keys), self._batch), start=1):
            batch = keys[start : start + self._batch].tolist()
            texts = self._index.texts(batch)
            if texts:  # another program may have removed them by now
                vectors = self._encoder.encode(list(texts.values()))
                named = np.fromiter(texts, np.int64, len(texts))
                self._vectors.add(named, vectors.astype(np.float32, copy=False), expected=expected)
            if progress is not None:
                progress(start + len(batch), len(keys))
            if number % self._save_every == 0:
                self._vectors.save()


def _choose_best(texts: Iterable[IndexedText], score: Mapping[int, float]) -> list[IndexedText]:
    best: dict[tuple[str, str], IndexedText] = {}
    for text in texts:
        known = best.setdefault((text.bead.zh, text.bead.en), text)
        if score[known.key] < score[text.key]:
            best[text.bead.zh, text.bead.en] = text
    return sorted(best.values(), key=lambda text: (-score[text.key], text.bead.id))
