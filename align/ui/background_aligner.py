"""Aligner behind the page, prepared in a background thread: to encode all sentences takes seconds.

Until it is ready rows that are made have no probability, and nothing is aligned anew.
"""

import gc
import logging
import threading
from collections.abc import Callable, Sequence
from functools import cache

from ..encoders import Encoder
from ..errors import AlignError
from ..match import AlignmentProblem, Side, prepare
from ..records import Sentence

logger = logging.getLogger(__name__)


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

    def __call__(self, zh: Sequence[Sentence], en: Sequence[Sentence]) -> AlignmentProblem | None:
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
