"""Search by meaning: a passage in either language in, the beads nearest to it in both out.

The vectors of all texts of a corpus, Chinese and English in one space, stand in a faiss index
beside the corpus. It follows the corpus by the digests of texts: a text is encoded once, however
often it occurs and whatever happens to its bead.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from ..errors import AlignError
from ..records import Language
from ..store.words import Text
from .concordance import Concordance, Hit, Source, Where, hit

EXACT_UP_TO = 50_000
"""Up to so many texts every vector is compared: 100 MB, and no recall is lost."""

BATCH = 512
"""Texts that are encoded at once."""

SAMPLE = 40
"""Vectors for each cell that an IVF index is trained on; faiss warns below 39."""

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """What search needs of a model."""

    @property
    def signature(self) -> str:
        """Model and revision."""
        ...

    @property
    def width(self) -> int:
        """Numbers in one vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Give one row of length 1 per text."""
        ...


@dataclass(frozen=True, slots=True)
class Near:
    """A bead that is near: the side that was compared, and its cosine with the query."""

    side: Language
    similarity: float
    hit: Hit


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many texts came into the index and went out of it."""

    added: int
    removed: int


class Meaning:
    """Search by meaning in one corpus. Each call looks what has changed."""

    def __init__(
        self, store: Source, encoder: Encoder, concordance: Concordance | None = None
    ) -> None:
        self._encoder = encoder
        self._concordance = concordance or Concordance(store)
        self._folder = store.index_folder()
        self._index: Any = None
        self._keys: set[int] = set()
        self._state = ""
        self._load()

    def refresh(self, progress: Callable[[int], object] | None = None) -> Refreshed:
        """Bring the index up to date.

        :param progress: called with the number of texts encoded so far.
        """
        self._concordance.refresh()
        state = self._corpus_state()
        if state == self._state:
            return Refreshed(0, 0)
        wanted = self._concordance.words.keys()
        gone = self._keys - wanted
        kind = description(len(wanted))
        if self._index is None or kind != self._kind:
            added = self._rebuild(sorted(wanted), kind, progress)
        else:
            if gone:
                self._index.remove_ids(np.fromiter(gone, np.int64, len(gone)))
            new = sorted(wanted - self._keys)
            added = self._add(new, progress)
        self._keys, self._state = wanted, state
        self._save()
        return Refreshed(added, len(gone))

    def search(
        self, query: str, limit: int = 20, *, where: Where | None = None, sides: str = "zh en"
    ) -> tuple[Near, ...]:
        """Find the beads whose text on one side is nearest to a passage, the nearest first.

        :param sides: ``zh``, ``en`` or both: which texts may be near.
        :raises AlignError: when the query is blank.
        """
        if not query.strip():
            raise AlignError("the query is empty; type a passage in either language")
        self.refresh()
        vector = self._encoder.encode([query.strip()])
        conditions = (where or Where()).conditions()
        size = max(4 * limit, 50)
        while True:
            near = self._near(vector, size, sides.split(), conditions)
            if len(near) >= limit or size >= len(self._keys):
                return near[:limit]
            size *= 8

    def _near(
        self, vector: Vectors, size: int, sides: list[str], conditions: Sequence[Any]
    ) -> tuple[Near, ...]:
        if not self._keys:
            return ()
        scores, keys = self._index.search(vector, min(size, len(self._keys)))
        score = {
            int(key): float(value)
            for key, value in zip(keys[0], scores[0], strict=True)
            if key >= 0
        }
        best: dict[str, tuple[float, Text]] = {}
        for part in _batches(sorted(score), 900):  # SQLite takes 32,766 values, older ones 999
            for text in self._concordance.words.texts(part, conditions):
                known = best.get(text.row.id)
                if text.side in sides and (known is None or known[0] < score[text.key]):
                    best[text.row.id] = (score[text.key], text)
        ordered = sorted(best.values(), key=lambda found: (-found[0], found[1].row.id))
        return tuple(
            Near(cast(Language, text.side), value, hit(text.row)) for value, text in ordered
        )

    def _rebuild(self, keys: list[int], kind: str, progress: Callable[[int], object] | None) -> int:
        import faiss

        inner = faiss.index_factory(self._encoder.width, kind, faiss.METRIC_INNER_PRODUCT)
        if not inner.is_trained:
            cells = faiss.extract_index_ivf(inner)
            generator = np.random.default_rng(0)
            sample = generator.choice(keys, min(len(keys), SAMPLE * cells.nlist), replace=False)
            inner.train(self._encoded([int(key) for key in sample]))
            cells.nprobe = probes(cells.nlist)
            self._index = inner
        else:
            self._index = faiss.IndexIDMap2(inner)
        self._kind = kind
        return self._add(keys, progress)

    def _add(self, keys: Sequence[int], progress: Callable[[int], object] | None) -> int:
        done = 0
        for batch in _batches(keys, BATCH):
            self._index.add_with_ids(self._encoded(batch), np.array(batch, np.int64))
            done += len(batch)
            if progress is not None:
                progress(done)
        return done

    def _encoded(self, keys: Sequence[int]) -> Vectors:
        """Encode the texts with these keys, in their order."""
        texts: dict[int, str] = {}
        for part in _batches(keys, 900):
            for text in self._concordance.words.texts(part):
                texts[text.key] = text.row.zh if text.side == "zh" else text.row.en
        rows = [
            self._encoder.encode([texts[key] for key in batch]) for batch in _batches(keys, BATCH)
        ]
        return np.concatenate(rows).astype(np.float32, copy=False)

    def _corpus_state(self) -> str:
        states = sorted(self._concordance.words.states().items())
        return hashlib.sha256(json.dumps(states).encode()).hexdigest()

    def _paths(self) -> tuple[Path, Path] | None:
        if self._folder is None:
            return None
        name = hashlib.sha256(self._encoder.signature.encode()).hexdigest()[:12]
        return self._folder / f"meaning-{name}.faiss", self._folder / f"meaning-{name}.json"

    def _load(self) -> None:
        """Read the index of an earlier run; a damaged one is built anew."""
        self._kind = ""
        paths = self._paths()
        if paths is None or not all(path.is_file() for path in paths):
            return
        import faiss

        try:
            about = json.loads(paths[1].read_text("utf-8"))
            index = faiss.read_index(str(paths[0]))
            self._keys = set(map(int, about["keys"]))
            self._state, self._kind, self._index = about["state"], about["kind"], index
        except (RuntimeError, ValueError, KeyError):
            self._keys = set()

    def _save(self) -> None:
        """Write the index beside the corpus, if that can be written."""
        paths = self._paths()
        if paths is None:
            return
        import faiss

        about = {"state": self._state, "kind": self._kind, "keys": sorted(self._keys)}
        fresh = [path.with_suffix(path.suffix + ".new") for path in paths]
        try:
            paths[0].parent.mkdir(parents=True, exist_ok=True)
            fresh[1].write_text(json.dumps(about), encoding="utf-8")
            faiss.write_index(self._index, str(fresh[0]))
            for new, path in zip(fresh, paths, strict=True):
                new.replace(path)
        except (OSError, RuntimeError):  # faiss raises the second
            return


def description(texts: int) -> str:
    """Choose the kind of index for so many texts, in the words of faiss.

    Cells of vectors in 8 bits a number find .985 of the ten nearest in 540 bytes a text; 64 bytes
    a text (PQ64) found .57 of them, a graph (HNSW32) .946 (``scripts/bench_meaning.py``).

    >>> description(1000), description(100_000), description(1_000_000)
    ('Flat', 'IVF1024,SQ8', 'IVF2048,SQ8')
    """
    if texts <= EXACT_UP_TO:
        return "Flat"
    cells = 2 ** int(np.log2(4 * texts**0.5))
    cells = max(1024, min(4096, cells))
    return f"IVF{cells},SQ8"


def probes(cells: int) -> int:
    """Give how many cells are looked at for a query: one in 32."""
    return max(8, cells // 32)


def _batches(items: Sequence[int], size: int) -> Iterator[list[int]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
