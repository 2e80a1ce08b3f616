"""Aligner behind the page, prepared in a background thread: to encode all sentences takes seconds.

Until it is ready rows that are made have no probability, and nothing is aligned anew.
"""

import logging
import threading
from collections.abc import Callable, Sequence

from ..encoders import Encoder
from ..errors import AlignError
from ..match import AlignmentProblem, Side, prepare
from ..records import Sentence

logger = logging.getLogger(__name__)


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
