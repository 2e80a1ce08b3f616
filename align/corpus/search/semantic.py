"""Search by meaning: the beads nearest to a text in either language.

The vectors of all texts are in the index (:mod:`align.corpus.store.index.vectors`). Their keys are
digests of the texts: a text is encoded once, even if its bead changes.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from ...aligner.encoders import Encoder
from ...errors import N_, AlignError
from ...records import LANGUAGES, Language
from ..store.index import IndexedText
from ..store.index.vectors import Keys, VectorTable
from . import ANY, Concordance, Hit, Where, make_hit

BATCH = 512  # texts encoded and stored at once; an interrupted build loses at most one batch
# Filters that match at most this many texts are applied before the search, others after it.
SELECTIVE = 50_000


@dataclass(frozen=True, slots=True)
class SemanticHit:
    """A near bead, ranked by its nearer text: the newest of ``times`` beads with the same texts."""

    side: Language
    similarity: float
    hit: Hit
    times: int = 1


class SemanticSearch:
    """Search by meaning in one corpus, safe to use from several threads.

    Each call brings the vectors up to date first.
    """

    def __init__(self, concordance: Concordance, encoder: Encoder, *, batch: int = BATCH) -> None:
        self._concordance, self._index = concordance, concordance.index
        self._encoder, self._batch = encoder, batch
        self._vectors = VectorTable(self._index, encoder.signature, encoder.width)
        self._version = (-1, -1)  # of the index when all of its texts had vectors
        self._lock = threading.RLock()

    def __len__(self) -> int:
        """Return the number of vectors."""
        return len(self._vectors)

    def refresh(self, progress: Callable[[int, int], object] = lambda *_: None) -> int:
        """Update the vectors, and return the number of texts that had no vector."""
        with self._lock:
            self._concordance.refresh()
            if self._index.version() == self._version:
                return 0
            keys = self._vectors.missing()
            for start in range(0, len(keys), self._batch):
                batch = keys[start : start + self._batch]
                if texts := self._index.texts(batch):  # another program may have removed them
                    self._vectors.add([*texts], self._encoder.encode([*texts.values()]))
                progress(start + len(batch), len(keys))
            self._vectors.load()
            self._version = self._index.version()
            return len(keys)

    def search(
        self, query: str, limit: int = 20, *, where: Where = ANY, sides: Collection[str] = LANGUAGES
    ) -> tuple[SemanticHit, ...]:
        """Return the beads whose text on one side is nearest to a passage, the nearest first."""
        if not query.strip():
            raise AlignError(N_("the query is empty; type a passage in either language"))
        with self._lock:
            self.refresh()
            vector = self._encoder.encode([query.strip()])
            among: Keys | None = None
            if where.values():
                fitting = self._index.keys(where, SELECTIVE + 1)
                among = fitting if len(fitting) <= SELECTIVE else None
            total = len(self._vectors) if among is None else len(among)
            size = max(4 * limit, 50)
            while total:
                score = self._vectors.nearest(vector, size, among)
                texts = self._index.find_by_key(list(score), where)
                best = _choose_best((text for text in texts if text.side in sides), score)
                if len(best) >= limit or size >= total:
                    return tuple(
                        SemanticHit(text.side, score[text.key], make_hit(text.bead), text.times)
                        for text in best[:limit]
                    )
                size *= 8
            return ()


def _choose_best(texts: Iterable[IndexedText], score: Mapping[int, float]) -> list[IndexedText]:
    best: dict[tuple[str, str], IndexedText] = {}
    for text in sorted(texts, key=lambda text: (-score[text.key], text.bead.id)):
        best.setdefault((text.bead.zh, text.bead.en), text)
    return list(best.values())
