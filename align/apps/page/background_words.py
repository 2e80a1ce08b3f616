"""Counts of the word model behind the page, kept up to date in a background thread."""

import logging
import threading
from contextlib import closing

from ...aligner.text.word_model.counts import WordChances
from ...corpus.search import Concordance
from ...corpus.store import Store
from ...errors import AlignError

logger = logging.getLogger(__name__)


class BackgroundWords:
    """What the word model learned from one corpus, shared by all sessions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._version = ""
        self._running = False
        self._thread: threading.Thread | None = None
        self.chances: WordChances | None = None
        """What was counted so far, if anything was."""

    @property
    def settled(self) -> bool:
        """Whether there is something to link words by, or nothing more to come."""
        return self.chances is not None or not self._running

    def wake(self) -> None:
        """Count in the background what changed since the last time."""
        version = self._store.version()
        with self._lock:
            if self._running or version == self._version:
                return
            self._running, self._version = True, version
            self._thread = threading.Thread(target=self._run, name="word counts", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until all is counted."""
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            with closing(Concordance(self._store)) as concordance:
                concordance.refresh()
                self.chances = concordance.words.chances()
                while concordance.words.refresh(blocks=1):
                    self.chances = concordance.words.chances()
        except AlignError:
            logger.warning("words are linked without counts", exc_info=True)
        finally:
            with self._lock:
                self._running = False
