"""The index of words: rows of words in, rows of beads out. It is derived, and safe to delete.

Two indices answer the same questions alike: one SQLite file beside the corpus
(:mod:`.words_sqlite`), and tables in the very database of a PostgreSQL corpus
(:mod:`.words_postgres`). :func:`open_words` gives the one that fits. For each briefing an index
knows which state of it it holds.
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ...records import Language
from .. import Store

logger = logging.getLogger(__name__)

ORDERS = ("newest", "oldest", "doubtful", "shortest", "relevance")

NEAR = 8
"""How many characters may stand between the two sides of a star in Chinese."""


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One passage on one side. ``parts`` has two entries where a star stands inside Chinese.

    Each part holds the stems (or, for a prefix, the forms) of its words in order.
    """

    side: Language
    text: str
    parts: tuple[tuple[str, ...], ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class QueryClause:
    """Terms of which one must be there, or none when the clause is negative."""

    terms: tuple[QueryTerm, ...]
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Clauses that all hold; one at least is not negative."""

    clauses: tuple[QueryClause, ...]

    def wanted(self, side: Language) -> tuple[QueryTerm, ...]:
        """Give the terms of one side that a hit may show."""
        return tuple(
            term
            for clause in self.clauses
            if not clause.negative
            for term in clause.terms
            if term.side == side
        )


@dataclass(frozen=True, slots=True)
class QueryCondition:
    """What a column of a bead must be. ``has``: it holds this text, in small letters or large."""

    column: Literal["date", "role", "site", "briefing", "speaker", "status", "probability"]
    sign: Literal["=", ">=", "<=", "in", "has"]
    values: tuple[str | float, ...]


@dataclass(frozen=True, slots=True)
class WordRow:
    """One bead as the index holds it. The words are only written, and empty on reading."""

    id: str
    briefing: str
    position: int
    digest: bytes
    date: str
    speaker: str
    role: str
    site: str
    status: str
    probability: float | None
    zh: str
    en: str
    zh_words: tuple[str, ...] = ()
    en_words: tuple[str, ...] = ()
    en_forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexedText:
    """One side of a bead: ``key`` is the same for the same text, wherever it stands.

    ``times`` counts the beads that have both texts of this one, the newest of them.
    """

    key: int
    side: Language
    row: WordRow
    times: int = 1


@dataclass(frozen=True, slots=True)
class IndexHit:
    """How many beads fit, and a page of them."""

    total: int
    rows: tuple[WordRow, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What an index holds of a briefing: its state, empty for none, and a digest of each bead."""

    state: str
    digests: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class IndexUpdate:
    """How a briefing comes from the state ``before`` to ``after``: beads out, beads in."""

    briefing: str
    before: str
    after: str
    gone: tuple[str, ...]
    rows: tuple[WordRow, ...]


class FullTextIndex(Protocol):
    """An index of words, safe to use from several threads and several programs at once.

    Each method raises :class:`~align.errors.StoreError` when the index cannot be used.
    """

    def close(self) -> None:
        """Give back what the index keeps open."""
        ...

    def states(self) -> dict[str, str]:
        """Say which state of each briefing the index holds."""
        ...

    def held(self, briefing: str) -> Held:
        """Say what the index holds of a briefing."""
        ...

    def update(self, change: IndexUpdate) -> bool:
        """Make a change, all of it or nothing.

        :return: false where another program was quicker: the briefing is not in the state
            ``before`` any more, and nothing was done.
        """
        ...

    def forget(self, briefing: str) -> None:
        """Take a briefing out."""
        ...

    def tidy(self, beads: int) -> None:
        """Put the index in order after so many beads came in; queries are quicker then."""
        ...

    def find(
        self, query: Query, where: Sequence[QueryCondition], *, order: str, limit: int, offset: int
    ) -> IndexHit:
        """Give the beads that fit a query and every condition, in one of ``ORDERS``."""
        ...

    def beads(self, query: Query, where: Sequence[QueryCondition]) -> tuple[tuple[str, str], ...]:
        """Give the id and the briefing of every bead that fits."""
        ...

    def counts(
        self, query: Query, where: Sequence[QueryCondition], *, by: str, limit: int
    ) -> tuple[tuple[str, int], ...]:
        """Count the beads that fit by ``year`` or ``speaker``, in order of years or of counts."""
        ...

    def keys(
        self, where: Sequence[QueryCondition] = (), most: int | None = None
    ) -> NDArray[np.int64]:
        """Give, in order, the key of every text that is not empty, of beads under conditions.

        :param most: give so many at most, any of them.
        """
        ...

    def wordings(self, keys: Sequence[int]) -> dict[int, str]:
        """Give the text of each of some keys, unless it is gone."""
        ...

    def texts(
        self, keys: Sequence[int], where: Sequence[QueryCondition] = ()
    ) -> tuple[IndexedText, ...]:
        """Give the sides of beads that have one of these keys, the beads under conditions.

        Of beads that have both texts alike only the newest is given.
        """
        ...


class IndexPlace(Protocol):
    """Something that has a folder for indices, as :class:`~align.store.Store` does."""

    def index_folder(self) -> Path | None:
        """Say where indices are kept; ``None`` for in memory."""
        ...


def open_words(place: IndexPlace) -> FullTextIndex:
    """Open the index of words of a corpus: in its own database where that is PostgreSQL.

    Who may only read there gets a local one, in the user's cache.
    """
    from .full_text_sqlite import SqliteFullText

    if isinstance(place, Store) and place.engine.dialect.name == "postgresql":
        from .full_text_postgres import MayNotWrite, PostgresWords

        try:
            return PostgresWords(place.engine, place.name)
        except MayNotWrite as refused:
            logger.info("%s; the index of words is kept in %s", refused, place.index_folder())
    return SqliteFullText(place.index_folder())


def text_key(text: str) -> int:
    """Give the number of a text: 63 bits of its digest."""
    data = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest()) >> 1


def clauses(where: Iterable[QueryCondition], mark: str, within: str) -> list[str]:
    """Write conditions in SQL.

    :param mark: how this database names a value: ``?`` or ``%s``.
    :param within: its function that gives the place of a text in another one.
    """
    return [_clause(condition, mark, within) for condition in where]


def _clause(condition: QueryCondition, mark: str, within: str) -> str:
    column = f"bead.{condition.column}"
    if condition.sign == "has":
        return f"{within}(lower({column}), lower({mark})) > 0"
    if condition.sign == "in":
        return f"{column} IN ({','.join([mark] * len(condition.values))})"
    return f"{column} {condition.sign} {mark}"


def values_of(where: Iterable[QueryCondition]) -> list[object]:
    """Give the values of conditions in the order in which :func:`clauses` names them."""
    return [value for condition in where for value in condition.values]
