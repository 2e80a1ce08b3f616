"""The history of one briefing as sessions read and write it: decisions in, entries out.

A briefing under a seal has one :class:`PrivateHistory` for each of two people instead.

Every session of a process reads from one :class:`HistoryCache` a briefing, so that twenty reviewers
keep its entries once and not twenty times, and each entry is read from the store once.
"""

import threading
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from weakref import WeakKeyDictionary, WeakValueDictionary

from ..store import BeadRow, Decision, HistoryEntry, Store, private_verdicts
from .state import Edit

_SHARED = ("id", "briefing", "zh", "en", "zh_text", "en_text", "zh_edit", "en_edit")
"""Fields of a row that a verdict seldom changes, and that are most of its memory."""


class HistoryCache:
    """What everybody sees of a briefing's history, kept up to date with the store."""

    def __init__(self, store: Store, briefing: str) -> None:
        self.store, self.briefing = store, briefing
        self.entries: list[HistoryEntry] = []
        self.rows: dict[str, BeadRow] = {}
        self.lock = threading.Lock()

    def since(self, seq: int) -> tuple[HistoryEntry, ...]:
        """Read the entries after number ``seq``, oldest first."""
        with self.lock:
            self._read()
            return tuple(self.entries[bisect_right(self.entries, seq, key=_seq) :])

    def write(self, decision: Decision, change: Edit) -> HistoryEntry:
        """Store a decision, once.

        :raises StoreError: when the corpus cannot be written, or somebody changed the rows.
        """
        return self.store.decide(
            self.briefing, decision, change.before, change.after, change.sentences
        )

    def _read(self) -> None:
        """Read what is new.

        The last known entry is read again: a briefing may have been removed and added under its
        old name, and then all of it is new.
        """
        last = self.entries[-1] if self.entries else None
        new = self.store.history(self.briefing, last.seq - 1 if last else 0)
        if last is not None and (not new or new[0].decision != last.decision):
            self.entries, self.rows, last = [], {}, None
            new = self.store.history(self.briefing)
        self.entries.extend(map(self._lean, new[1:] if last else new))

    def _lean(self, entry: HistoryEntry) -> HistoryEntry:
        """Let an entry share the rows and texts of the entries before it.

        As the store gives it, with its own copy of every text, it takes 2.6 kB; this way 1.0 kB
        (3,000 verdicts about 120 rows, tracemalloc).
        """
        before = self._known(entry.before)
        return replace(entry, before=before, after=self._known(entry.after))

    def _known(self, rows: Iterable[BeadRow]) -> tuple[BeadRow, ...]:
        shared = tuple(_sharing(row, self.rows.get(row.id)) for row in rows)
        self.rows.update((row.id, row) for row in shared)
        return shared


class PrivateHistory:
    """What one of two people decided while a briefing is sealed (:mod:`.blind`)."""

    def __init__(self, store: Store, briefing: str, reviewer: str) -> None:
        self.store, self.briefing, self.reviewer = store, briefing, reviewer

    def since(self, seq: int) -> tuple[HistoryEntry, ...]:
        """Read this person's own entries after number ``seq``, oldest first."""
        return private_verdicts.history(self.store, self.briefing, (self.reviewer,), seq)

    def write(self, decision: Decision, change: Edit) -> HistoryEntry:
        """Store a decision under the seal, once.

        :raises StoreError: when the corpus cannot be written, or the briefing is open by now.
        """
        return private_verdicts.decide(
            self.store, self.briefing, decision, change.before, change.after, change.sentences
        )


def _seq(entry: HistoryEntry) -> int:
    return entry.seq


def _sharing(row: BeadRow, known: BeadRow | None) -> BeadRow:
    if known is None or known == row:
        return known or row
    same = (name for name in _SHARED if getattr(known, name) == getattr(row, name))
    return replace(row, **{name: getattr(known, name) for name in same})


_BOOKS: WeakKeyDictionary[Store, WeakValueDictionary[str, HistoryCache]] = WeakKeyDictionary()
_LOCK = threading.Lock()


def book_of(store: Store, briefing: str) -> HistoryCache:
    """Give the book of a briefing: the same one for as long as somebody holds it."""
    with _LOCK:
        books = _BOOKS.setdefault(store, WeakValueDictionary())
        book = books.get(briefing)
        if book is None:
            book = books[briefing] = HistoryCache(store, briefing)
        return book
