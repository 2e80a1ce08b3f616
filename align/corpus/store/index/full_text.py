"""The full-text index of a corpus: one SQLite file with an FTS5 table.

The file is in the folder of the corpus, in the user's cache for a corpus in PostgreSQL, or in
memory if no file can be written. It is derived from the corpus and safe to delete. For each
briefing it stores which state was indexed.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from ....aligner.arrays import F32, I32, I64
from ....errors import N_, Message, StoreError
from ....records import Language
from ..engine import SelfClosingConnection
from . import IndexedBead, IndexedText, IndexUpdate, Query, Where, match_expression, text_key

VERSION = 11  # raised with every change of words.sql, of how texts are cut, of who speaks

FILE = f"words-{VERSION}.db"  # two versions of the program have two files

COMMON = 20_000
"""Queries with more hits than this are not scored: ``relevance`` then returns the newest."""

MANY = 5000
"""After this many new beads the index is optimized, which takes a second for each 100,000."""

_ORDERS = {
    "newest": "bead.date DESC, bead.briefing, bead.position",
    "oldest": "bead.date, bead.briefing, bead.position",
    "doubtful": "bead.probability IS NULL, bead.probability, bead.briefing, bead.position",
    "shortest": "bead.length, bead.briefing, bead.position",
    "relevance": "word.rank, bead.briefing, bead.position",
}
ORDERS = tuple(_ORDERS)

_GROUPS = {"year": ("substr(bead.date, 1, 4)", "1"), "speaker": ("bead.speaker", "2 DESC, 1")}

_LISTED = "(SELECT value FROM json_each(?))"
_MATCHES = "FROM word JOIN bead ON bead.place = word.rowid WHERE word MATCH ? AND"


class FullTextIndex:
    """The index of one corpus, safe to use from several threads and several programs at once.

    Each method raises ``StoreError`` when the index cannot be used. Without a folder it is kept
    in memory.
    """

    def __init__(self, folder: Path | None) -> None:
        self._lock = threading.RLock()
        self._connection = _open(folder)
        self._file = "in memory" if folder is None else str(folder / FILE)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def select(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.reading() as connection:
            return connection.execute(sql, values).fetchall()

    def states(self) -> dict[str, str]:
        """Return the indexed state of each briefing."""
        return dict(self.select("SELECT briefing, state FROM stamp"))

    def briefing(self, briefing: str) -> tuple[str, dict[str, bytes]]:
        """Return the indexed state of a briefing, empty if none, and its bead digests by id."""
        with self.reading() as connection, connection:
            connection.execute("BEGIN")  # both answers from one moment
            state = _state(connection, briefing)
            query = "SELECT id, digest FROM bead WHERE briefing = ?"
            return state, dict(connection.execute(query, (briefing,)).fetchall())

    def update(self, change: IndexUpdate) -> bool:
        """Make a change, all of it or nothing; return false where another program was quicker."""
        with self.writing() as connection:
            if _state(connection, change.briefing) != change.before:
                return False
            _delete(connection, change.briefing, change.removed)
            for bead in change.added:
                _insert(connection, bead)
            stamp = (change.briefing, change.after, change.texts)
            connection.execute("INSERT OR REPLACE INTO stamp VALUES (?, ?, ?)", stamp)
            return True

    def remove_briefing(self, briefing: str) -> None:
        """Take a briefing out."""
        with self.writing() as connection:
            ids = self.select("SELECT id FROM bead WHERE briefing = ?", briefing)
            _delete(connection, briefing, [name for (name,) in ids])
            connection.execute("DELETE FROM stamp WHERE briefing = ?", (briefing,))

    def optimize(self, added: int) -> None:
        """Merge the index into one piece after many beads were added; it halves query time."""
        if added >= MANY:
            with self.reading() as connection:
                connection.execute("INSERT INTO word (word) VALUES ('optimize')")

    def find(
        self, query: Query, where: Where, *, order: str, limit: int, offset: int
    ) -> tuple[int, tuple[IndexedBead, ...]]:
        """Return how many beads fit a query and conditions, and a page in one of ``ORDERS``."""
        match = match_expression(query)
        if order == "relevance":  # a score takes 3 µs each, and says little where many fit
            some = "SELECT count(*) FROM (SELECT 1 FROM word WHERE word MATCH ? LIMIT ?)"
            ((count,),) = self.select(some, match, COMMON + 1)
            order = "newest" if count > COMMON else order
        # One pass gives the total and the page; the texts are fetched for the page only, because
        # a sort that carries them takes several times as long.
        sql = f"SELECT bead.place {_MATCHES} {where.clause()} ORDER BY {_ORDERS[order]}"
        with self.reading() as connection, connection:
            connection.execute("BEGIN")  # places and texts from one moment
            places = self.select(sql, match, *where.values())
            page = [place for (place,) in places[offset : offset + limit]]
            return len(places), _beads(connection, page)

    def find_ids(self, query: Query, where: Where) -> tuple[tuple[str, str], ...]:
        """Return the id and the briefing of every bead that fits."""
        sql = f"SELECT bead.id, bead.briefing {_MATCHES} {where.clause()}"
        return tuple(self.select(sql, match_expression(query), *where.values()))

    def count_by(
        self, group: str, query: Query, where: Where, limit: int
    ) -> tuple[tuple[str, int], ...]:
        """Count the beads that fit by ``year`` or ``speaker``, in order of years or of counts."""
        column, order = _GROUPS[group]
        sql = f"SELECT {column}, count(*) {_MATCHES} {where.clause()} GROUP BY 1 ORDER BY"
        values = (match_expression(query), *where.values(), limit)
        return tuple(self.select(f"{sql} {order} LIMIT ?", *values))

    def keys(self, where: Where, most: int) -> I64:
        """Return the keys of texts of beads under conditions, ``most`` of them at the most."""
        beads = f"JOIN bead USING (place) WHERE {where.clause()}"
        query = f"SELECT DISTINCT key FROM text {beads} LIMIT ?"
        keys = self.select(query, *where.values(), most)
        return np.array(keys, np.int64).reshape(-1)

    def texts(self, keys: Sequence[int]) -> dict[int, str]:
        """Return the text of each key, unless it is gone."""
        query = (
            "SELECT first.key, CASE first.side WHEN 'zh' THEN passage.zh ELSE passage.en END "
            "FROM (SELECT key, side, min(place) AS place FROM text "
            f"WHERE key IN {_LISTED} GROUP BY key) first JOIN passage USING (place)"
        )
        return dict(self.select(query, json.dumps(keys)))

    def find_by_key(self, keys: Sequence[int], where: Where) -> tuple[IndexedText, ...]:
        """Return the sides of beads under conditions that have one of these keys.

        Of beads with the same two texts only the newest is returned.
        """
        query = (  # SQLite takes the place from the row that has the maximum
            "SELECT text.key, text.side, text.place, count(*), max(bead.date) "
            "FROM text JOIN bead USING (place) LEFT JOIN text AS other "
            "ON other.place = text.place AND other.side <> text.side "
            f"WHERE text.key IN {_LISTED} AND {where.clause()} "
            "GROUP BY text.key, text.side, other.key ORDER BY text.place"
        )
        with self.reading() as connection, connection:
            connection.execute("BEGIN")
            found = self.select(query, json.dumps(keys), *where.values())
            beads = _beads(connection, [place for _, _, place, _, _ in found])
        return tuple(
            IndexedText(key, side, bead, times)
            for (key, side, _, times, _), bead in zip(found, beads, strict=True)
        )

    def version(self) -> tuple[int, int]:
        """Return numbers that change when the index does, in this program or by another."""
        ((others,),) = self.select("PRAGMA data_version")
        return others, self._connection.total_changes

    def lengths(self) -> F32:
        """Return the letters of both texts of each bead, by place."""
        rows = np.array(self.select("SELECT place, length FROM bead"), int).reshape(-1, 2)
        by_place = np.ones(rows[:, 0].max(initial=-1) + 1, np.float32)
        by_place[rows[:, 0]] = np.maximum(rows[:, 1], 1)
        return by_place

    def places(self, side: Language, word: str) -> I32:
        """Return the places of the beads that have a word on one side."""
        query = "SELECT rowid FROM word WHERE word MATCH ?"
        with self.reading() as connection:
            rows = connection.execute(query, (f'{side} : "{word}"',))
            return np.fromiter((place for (place,) in rows), np.int32)

    def beads(self, places: Sequence[int], where: Where) -> tuple[IndexedBead, ...]:
        """Return the beads at some places that are still there and fit every condition."""
        query = f"SELECT place FROM bead WHERE place IN {_LISTED} AND {where.clause()}"
        with self.reading() as connection, connection:
            connection.execute("BEGIN")
            there = self.select(query, json.dumps(places), *where.values())
            return _beads(connection, [at for (at,) in there])

    def size(self) -> int:
        """Return how many beads are indexed."""
        return int(self.select("SELECT count(*) FROM bead")[0][0])

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open the index for one thread."""
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise _unusable(self._file, error) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a write transaction; of a file that can only be read in a copy in memory."""
        with self.reading():
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.execute("DELETE FROM stamp WHERE briefing IS NULL")  # a trial
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
                    raise
                memory = _connect(":memory:")
                self._connection.backup(memory)
                self._connection.close()
                self._connection, self._file = memory, "in memory"
                memory.execute("BEGIN IMMEDIATE")
            with self._connection as connection:  # commits, or rolls back
                yield connection


def _open(folder: Path | None) -> sqlite3.Connection:
    """Open the file, or a database in memory where it cannot be written."""
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return _connect(str(folder / FILE))
        except (OSError, sqlite3.OperationalError):
            pass  # a corpus on a medium that cannot be written: search works all the same
        except sqlite3.DatabaseError as error:
            raise _unusable(str(folder / FILE), error) from error
    return _connect(":memory:")


def _unusable(file: str, error: sqlite3.Error) -> StoreError:
    way = Message(N_("delete it, and it will be rebuilt"))
    if "full" in str(error):
        way = Message(N_("free some disk space"))
    return StoreError(
        N_("{file}: the word index cannot be used ({error}); {way}"),
        file=file,
        error=error,
        way=way,
    )


def _connect(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        name,
        timeout=30,
        isolation_level=None,
        check_same_thread=False,
        factory=SelfClosingConnection,
    )
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        tables = (files(__package__) / "words.sql").read_text("utf-8")
        set_version = f"PRAGMA user_version = {VERSION}"
        connection.executescript(f"BEGIN IMMEDIATE; {tables} {set_version}; COMMIT;")
    connection.execute("PRAGMA synchronous = OFF")  # it is derived: a crash costs a rebuild
    connection.execute("PRAGMA mmap_size = 1073741824")
    return connection


def _state(connection: sqlite3.Connection, briefing: str) -> str:
    query = "SELECT coalesce(max(state), '') FROM stamp WHERE briefing = ?"
    return str(connection.execute(query, (briefing,)).fetchone()[0])


def _delete(connection: sqlite3.Connection, briefing: str, ids: Sequence[str]) -> None:
    keys = [(briefing, name) for name in ids]
    place = "(SELECT place FROM bead WHERE briefing = ? AND id = ?)"
    for table in ("passage", "text"):
        connection.executemany(f"DELETE FROM {table} WHERE place = {place}", keys)
    connection.executemany(f"DELETE FROM word WHERE rowid = {place}", keys)
    connection.executemany("DELETE FROM bead WHERE briefing = ? AND id = ?", keys)


def _insert(connection: sqlite3.Connection, bead: IndexedBead) -> None:
    values = (
        bead.id, bead.briefing, bead.position, bead.digest, bead.date, bead.speaker, bead.role,
        bead.site, bead.status, bead.probability, len(bead.zh) + len(bead.en),
    )  # fmt: skip
    sql = f"INSERT INTO bead VALUES (NULL,{','.join('?' * len(values))})"
    place = connection.execute(sql, values).lastrowid
    connection.execute("INSERT INTO passage VALUES (?, ?, ?)", (place, bead.zh, bead.en))
    for side, text in (("zh", bead.zh), ("en", bead.en)):
        if text:
            row = (place, side, text_key(text))
            connection.execute("INSERT INTO text VALUES (?, ?, ?)", row)
    words = (" ".join(part) for part in (bead.zh_words, bead.en_words, bead.en_forms))
    sql = "INSERT INTO word (rowid, zh, en, forms) VALUES (?, ?, ?, ?)"
    connection.execute(sql, (place, *words))


def _beads(connection: sqlite3.Connection, places: Sequence[int]) -> tuple[IndexedBead, ...]:
    """Read beads by their place, in the order of the places."""
    both = "SELECT bead.*, passage.zh, passage.en FROM bead JOIN passage USING (place)"
    rows = connection.execute(f"{both} WHERE place IN {_LISTED}", (json.dumps(places),))
    beads = {row[0]: IndexedBead(*row[1:-3], *row[-2:]) for row in rows}
    return tuple(beads[place] for place in places)
