"""Aligner behind the page, prepared in a background thread.

It implements :class:`align.review.Aligner`. Preparing encodes every sentence, which takes seconds;
until it is done probabilities are ``None`` and nothing is aligned anew.
"""

import gc
import logging
import threading
from collections.abc import Callable, Sequence
from functools import cache

from ..encoders import Encoder
from ..errors import AlignError
from ..match import AlignmentProblem, Alternative, Side, prepare
from ..records import Bead, Sentence
from ..review import InvalidEditError

logger = logging.getLogger(__name__)

Sentences = Sequence[Sentence]


@cache
def _freeze_models() -> None:
    """Keep models and lexicons out of the garbage collector: once, when they are loaded.

    What is frozen is never collected, so that doing it for each briefing would keep the sessions
    alive that happen to be there.
    """
    gc.collect()
    gc.freeze()


class BackgroundAligner:
    """Keeps the last prepared briefing of one reviewer."""

    def __init__(self, load: Callable[[], Encoder]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._wanted: tuple[Side, Side] | None = None
        self._ready: AlignmentProblem | None = None

    def get_problem(self, zh: Sentences, en: Sentences) -> AlignmentProblem | None:
        """Return the prepared problem of these sentences; begin to prepare it where it is not."""
        pair = (Side.of(zh), Side.of(en))
        with self._lock:
            if self._wanted != pair:
                self._wanted, self._ready = pair, None
                threading.Thread(target=self._prepare, args=pair, daemon=True).start()
            return self._ready

    def _prepare(self, zh: Side, en: Side) -> None:
        from threadpoolctl import (  # type: ignore[import-untyped] # has no types
            threadpool_limits,
        )

        try:
            with threadpool_limits(limits=1):  # a core stays free for the people on the page
                prepared = prepare(zh, en, self._load())
        except AlignError:
            logger.warning("the aligner cannot help with this briefing", exc_info=True)
            return
        with self._lock:
            if self._wanted == (zh, en):
                self._ready = prepared
        _freeze_models()

    def probability(
        self, zh: Sentences, en: Sentences, beads: Sequence[Bead]
    ) -> Sequence[float | None]:
        """Return the probability of each bead, ``None`` while the briefing is being prepared."""
        prepared = self.get_problem(zh, en)
        return prepared.probability(beads) if prepared else [None] * len(beads)

    def solve(self, zh: Sentences, en: Sentences, fixed: Sequence[Bead]) -> Sequence[Bead]:
        """Align anew around fixed beads.

        :raises InvalidEditError: while the briefing is being prepared.
        """
        prepared = self.get_problem(zh, en)
        if prepared is None:
            raise InvalidEditError("the aligner is still being loaded; try again in a moment")
        return prepared.solve(fixed).alignment.beads

    def alternatives(
        self, zh: Sentences, en: Sentences, fixed: Sequence[Bead]
    ) -> tuple[tuple[Alternative, ...], ...]:
        """Return the ways to divide each uncertain stretch, best first; none while preparing."""
        prepared = self.get_problem(zh, en)
        if prepared is None:
            return ()
        return prepared.solve(fixed).alternatives
