"""Aligner of the page, prepared in a background thread because encoding sentences takes seconds.

Until it is ready, new rows have no probability, and realigning is not possible.
"""

import logging
import threading
from collections import OrderedDict
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
    """Aligner of one briefing, which caches the most recently requested versions of its text."""

    def __init__(self, load: Callable[[], Encoder]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[Side, Side], AlignmentProblem | None] = OrderedDict()

    def __call__(self, zh: Sequence[Sentence], en: Sequence[Sentence]) -> AlignmentProblem | None:
        """Return the alignment problem of these sentences, or ``None`` while it is prepared."""
        pair = (Side.of(zh), Side.of(en))
        with self._lock:
            if pair not in self._known:
                threading.Thread(target=self._prepare, args=pair, daemon=True).start()
                self._known[pair] = None
            self._known.move_to_end(pair)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            return self._known[pair]

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
            if "shutdown" in str(error):  # the server is stopping, so threads accept no work
                return
            raise
        with self._lock:
            if (zh, en) in self._known:
                self._known[zh, en] = prepared
