"""Counts of the word model behind the page, kept up to date in a background thread."""

import logging
import threading
from contextlib import closing

from ...aligner.text.word_model.counts import WordChances
from ...aligner.text.word_model.training import FEW
from ...corpus.pipeline import MANY
from ...corpus.search import Concordance
from ...corpus.search.terms import LEAST_ROWS, KeptTerms
from ...corpus.store import Store
from ...corpus.store.index.cut_rows import CutRowTable
from ...errors import AlignError

logger = logging.getLogger(__name__)


class BackgroundWords:
    """Word model of one corpus, shared by all sessions.

    :param fewest: minimum rows of a corpus for its counts to be used.
    """

    def __init__(self, store: Store, *, fewest: int = FEW) -> None:
        self._store, self._fewest = store, fewest
        self._lock = threading.Lock()
        self._version = ""
        self._running = False
        self._thread: threading.Thread | None = None
        self.chances: WordChances | None = None
        """Probabilities counted so far, or ``None`` if the corpus has too few rows.

        A smaller corpus contains too few words, and unseen words would never be linked.
        """

    @property
    def settled(self) -> bool:
        """Whether counts are available, or counting has ended."""
        return self.chances is not None or not self._running

    def wake(self) -> None:
        """Start counting changes since the last run, in the background."""
        version = self._store.version()
        with self._lock:
            if self._running or version == self._version:
                return
            self._running, self._version = True, version
            self._thread = threading.Thread(target=self._run, name="word counts", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until counting has ended."""
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            with closing(Concordance(self._store)) as concordance:
                words = concordance.words
                concordance.refresh()
                self._take(words.chances())
                words.refresh(lambda *_: self._take(words.chances()))
                self._take(words.chances())
                self._count_terms(concordance)
        except AlignError as error:
            logger.warning("words are linked without counts: %s", error)
        finally:
            with self._lock:
                self._running = False

    def _count_terms(self, concordance: Concordance) -> None:
        """Count the terms if many briefings are new, so that their page need not wait.

        A few are left to that page: counting takes processor time from those who review.
        """
        if len(CutRowTable(concordance.index).waiting()) >= MANY:
            KeptTerms(concordance.index, LEAST_ROWS).count_again()

    def _take(self, chances: WordChances | None) -> None:
        enough = chances is not None and chances.rows >= self._fewest
        self.chances = chances if enough else None
