"""Aligner behind the page, prepared in a background thread: to encode all sentences takes seconds.

Until it is ready rows that are made have no probability, and nothing is aligned anew.
"""

import logging
import threading
from collections.abc import Callable, Sequence

from ...aligner.encoders import Encoder
from ...aligner.match import AlignmentProblem, Side, prepare
from ...errors import AlignError
from ...records import Sentence

logger = logging.getLogger(__name__)

KEPT = 3
"""Versions of the sentences that stay prepared: those of two who review independently, and those
that all others see. With fewer, they would drive out each other before any is ready."""


class BackgroundAligner:
    """Prepares the sentences of one briefing, and keeps the versions that were asked for last."""

    def __init__(self, load: Callable[[], Encoder]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._known: dict[tuple[Side, Side], AlignmentProblem | None] = {}

    def __call__(self, zh: Sequence[Sentence], en: Sequence[Sentence]) -> AlignmentProblem | None:
        """Return the prepared problem of these sentences; begin to prepare it where it is not."""
        pair = (Side.of(zh), Side.of(en))
        with self._lock:
            if pair not in self._known:
                threading.Thread(target=self._prepare, args=pair, daemon=True).start()
            self._known[pair] = ready = self._known.pop(pair, None)  # now the latest
            self._known = dict([*self._known.items()][-KEPT:])
            return ready

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
        except RuntimeError as error:
            if "shutdown" in str(error):  # no thread takes work any more: the server is stopped
                return
            raise
        with self._lock:
            if (zh, en) in self._known:
                self._known[zh, en] = prepared
