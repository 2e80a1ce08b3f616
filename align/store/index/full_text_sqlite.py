"""The index of words in one SQLite file with an FTS5 table, beside the corpus.

It lies in the user's cache where the corpus is a database that may only be read, and in memory
where nothing can be written.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import StoreError
from ...records import Language
from .full_text import (
    NEAR,
    Held,
    IndexedText,
    IndexHit,
    IndexUpdate,
    Query,
    QueryClause,
    QueryCondition,
    QueryTerm,
    WordRow,
    clauses,
    text_key,
    values_of,
)

VERSION = 3
"""Raised with every change of the tables or of how texts are cut into words."""

FILE = "words.db"

COMMON = 20_000
"""What stands in more beads than this is not scored: ``relevance`` gives the newest then."""

MANY = 5000
"""So many new beads are worth tidying the index for, which takes a second for each 100,000."""

_TABLES = """
CREATE TABLE bead (
  place INTEGER PRIMARY KEY, id TEXT NOT NULL, briefing TEXT NOT NULL, position INTEGER NOT NULL,
  digest BLOB NOT NULL, date TEXT NOT NULL, speaker TEXT NOT NULL, role TEXT NOT NULL,
  site TEXT NOT NULL, status TEXT NOT NULL, probability REAL, length INTEGER NOT NULL
);
CREATE UNIQUE INDEX bead_id ON bead (briefing, id);
CREATE TABLE text (place INTEGER NOT NULL, side TEXT NOT NULL, key INTEGER NOT NULL);
CREATE INDEX text_key ON text (key);
CREATE INDEX text_place ON text (place);
CREATE TABLE passage (place INTEGER PRIMARY KEY, zh TEXT NOT NULL, en TEXT NOT NULL);
CREATE TABLE stamp (briefing TEXT PRIMARY KEY, state TEXT NOT NULL);
CREATE VIRTUAL TABLE word USING fts5 (zh, en, forms, tokenize = "ascii tokenchars '.'");
"""

_ORDERS = {
    "newest": "bead.date DESC, bead.briefing, bead.position",
    "oldest": "bead.date, bead.briefing, bead.position",
    "doubtful": "bead.probability IS NULL, bead.probability, bead.briefing, bead.position",
    "shortest": "bead.length, bead.briefing, bead.position",
    "relevance": "word.rank, bead.briefing, bead.position",
}

_FITS = "FROM word JOIN bead ON bead.place = word.rowid"

SOME = 500
"""Beads that are read at once: older versions of SQLite take no more than 999 values."""


class SqliteFullText:
    """The index of one corpus (:class:`~.words.Words`)."""

    def __init__(self, folder: Path | None) -> None:
        self._lock = threading.RLock()
        self._connection = _opened(folder)
        self._file = "in memory" if folder is None else str(folder / FILE)
        self._wrote = False

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def states(self) -> dict[str, str]:
        """Say which state of each briefing the index holds."""
        with self._using() as connection:
            return dict(connection.execute("SELECT briefing, state FROM stamp"))

    def held(self, briefing: str) -> Held:
        """Say what the index holds of a briefing."""
        with self._using() as connection, connection:
            connection.execute("BEGIN")  # both answers from one moment
            state = _state(connection, briefing)
            query = "SELECT id, digest FROM bead WHERE briefing = ?"
            return Held(state, dict(connection.execute(query, (briefing,)).fetchall()))

    def update(self, change: IndexUpdate) -> bool:
        """Make a change, unless the briefing has another state by now."""
        with self._writing() as connection:
            if _state(connection, change.briefing) != change.before:
                return False
            self._drop(connection, [(change.briefing, name) for name in change.gone])
            for row in change.rows:
                _insert(connection, row)
            stamp = (change.briefing, change.after)
            connection.execute("INSERT OR REPLACE INTO stamp VALUES (?, ?)", stamp)
            return True

    def forget(self, briefing: str) -> None:
        """Take a briefing out."""
        with self._writing() as connection:
            names = connection.execute("SELECT id FROM bead WHERE briefing = ?", (briefing,))
            self._drop(connection, [(briefing, name) for (name,) in names.fetchall()])
            connection.execute("DELETE FROM stamp WHERE briefing = ?", (briefing,))

    def find(
        self, query: Query, where: Sequence[QueryCondition], *, order: str, limit: int, offset: int
    ) -> IndexHit:
        """Give the beads that fit a query and every condition."""
        match = expression(query)
        clause, values = _where(match, where)
        if order == "relevance" and self._is_common(match):
            order = "newest"
        # One pass gives the total and the page; the texts are fetched for the page only, because
        # a sort that carries them takes several times as long.
        sql = f"SELECT bead.place {_FITS} WHERE {clause} ORDER BY {_ORDERS[order]}"
        with self._using() as connection:
            places = connection.execute(sql, values).fetchall()
            page = [place for (place,) in places[offset : offset + limit]]
            return IndexHit(len(places), _rows(connection, page))

    def _is_common(self, match: str) -> bool:
        """Say whether so many beads fit that a score, which takes 3 µs each, tells them little."""
        query = "SELECT count(*) FROM (SELECT 1 FROM word WHERE word MATCH ? LIMIT ?)"
        with self._using() as connection:
            (count,) = connection.execute(query, (match, COMMON + 1)).fetchone()
        return bool(count > COMMON)

    def beads(self, query: Query, where: Sequence[QueryCondition]) -> tuple[tuple[str, str], ...]:
        """Give the id and the briefing of every bead that fits."""
        wanted, values = _where(expression(query), where)
        sql = f"SELECT bead.id, bead.briefing {_FITS} WHERE {wanted}"
        with self._using() as connection:
            return tuple(connection.execute(sql, values).fetchall())

    def keys(
        self, where: Sequence[QueryCondition] = (), most: int | None = None
    ) -> NDArray[np.int64]:
        """Give the key of every text that is not empty, of beads under conditions."""
        beads = f"JOIN bead USING (place) WHERE {_all(where)}" if where else ""
        query = f"SELECT DISTINCT key FROM text {beads} LIMIT ?"
        values = (*values_of(where), -1 if most is None else most)
        with self._using() as connection:
            found = (key for (key,) in connection.execute(query, values))
            return np.sort(np.fromiter(found, np.int64))

    def wordings(self, keys: Sequence[int]) -> dict[int, str]:
        """Give the text of each of some keys."""
        found: dict[int, str] = {}
        for start in range(0, len(keys), SOME):
            some = keys[start : start + SOME]
            query = (
                "SELECT one.key, CASE one.side WHEN 'zh' THEN passage.zh ELSE passage.en END "
                "FROM (SELECT key, side, min(place) AS place FROM text "
                f"WHERE key IN ({','.join('?' * len(some))}) GROUP BY key) one "
                "JOIN passage USING (place)"
            )
            with self._using() as connection:
                found |= dict(connection.execute(query, some).fetchall())
        return found

    def texts(
        self, keys: Sequence[int], where: Sequence[QueryCondition] = ()
    ) -> tuple[IndexedText, ...]:
        """Give the sides of beads that have one of these keys, of equal ones the newest."""
        found: list[tuple[int, Language, int, int, str]] = []
        with self._using() as connection:
            for start in range(0, len(keys), SOME):
                some = keys[start : start + SOME]
                marks = ",".join("?" * len(some))
                query = (  # SQLite takes the place from the row that has the maximum
                    "SELECT text.key, text.side, text.place, count(*), max(bead.date) "
                    "FROM text JOIN bead USING (place) LEFT JOIN text AS other "
                    "ON other.place = text.place AND other.side <> text.side "
                    f"WHERE text.key IN ({marks}) AND {_all(where)} "
                    "GROUP BY text.key, text.side, other.key ORDER BY text.place"
                )
                found += connection.execute(query, (*some, *values_of(where))).fetchall()
            rows = _rows(connection, [place for _, _, place, _, _ in found])
        return tuple(
            IndexedText(key, side, row, times)
            for (key, side, _, times, _), row in zip(found, rows, strict=True)
        )

    def tidy(self, beads: int) -> None:
        """Merge the index into one piece after many: queries take half the time."""
        if beads < MANY:
            return
        with self._using() as connection:
            connection.execute("INSERT INTO word (word) VALUES ('optimize')")

    def counts(
        self, query: Query, where: Sequence[QueryCondition], *, by: str, limit: int
    ) -> tuple[tuple[str, int], ...]:
        """Count the beads that fit by ``year`` or ``speaker``, in order of years or of counts."""
        clause, values = _where(expression(query), where)
        column, order = {
            "year": ("substr(bead.date, 1, 4)", "1"),
            "speaker": ("bead.speaker", "2 DESC, 1"),
        }[by]
        sql = (
            f"SELECT {column}, count(*) {_FITS} WHERE {clause} GROUP BY 1 ORDER BY {order} LIMIT ?"
        )
        with self._using() as connection:
            return tuple(connection.execute(sql, (*values, limit)).fetchall())

    @staticmethod
    def _drop(connection: sqlite3.Connection, names: Sequence[tuple[str, str]]) -> None:
        one = "(SELECT place FROM bead WHERE briefing = ? AND id = ?)"
        connection.executemany(f"DELETE FROM word WHERE rowid = {one}", names)
        connection.executemany(f"DELETE FROM passage WHERE place = {one}", names)
        connection.executemany(f"DELETE FROM text WHERE place = {one}", names)
        connection.executemany("DELETE FROM bead WHERE briefing = ? AND id = ?", names)

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise StoreError(_unusable(self._file, error)) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._using() as connection:
            connection = self._writable(connection)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _writable(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """Go on with a copy in memory, where the file can be read but not brought up to date.

        SQLite tells only at a write, so that the first time one is made that changes nothing.
        """
        if self._wrote:
            return connection
        self._wrote = True
        try:
            connection.execute("DELETE FROM stamp WHERE briefing IS NULL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
                raise
        else:
            return connection
        memory = _prepared(":memory:")
        self._connection.backup(memory)
        self._connection.close()
        self._connection, self._file = memory, "in memory"
        return memory


def _opened(folder: Path | None) -> sqlite3.Connection:
    """Open the file, or a database in memory where it cannot be written."""
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return _prepared(str(folder / FILE))
        except (OSError, sqlite3.OperationalError):
            pass  # a corpus on a medium that cannot be written: search works all the same
        except sqlite3.DatabaseError as error:
            raise StoreError(_unusable(str(folder / FILE), error)) from error
    return _prepared(":memory:")


def _unusable(file: str, error: sqlite3.Error) -> str:
    return f"{file}: the index of words cannot be used ({error}); delete it, it is made anew"


def _prepared(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=30, isolation_level=None, check_same_thread=False)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        connection.executescript(
            "BEGIN IMMEDIATE; DROP TABLE IF EXISTS word; DROP TABLE IF EXISTS bead; "
            "DROP TABLE IF EXISTS text; DROP TABLE IF EXISTS passage; DROP TABLE IF EXISTS stamp; "
            f"{_TABLES} PRAGMA user_version = {VERSION}; COMMIT;"
        )
    connection.execute("PRAGMA synchronous = OFF")  # it is derived: a crash costs a rebuild
    connection.execute("PRAGMA mmap_size = 1073741824")
    return connection


def _state(connection: sqlite3.Connection, briefing: str) -> str:
    query = "SELECT state FROM stamp WHERE briefing = ?"
    row = connection.execute(query, (briefing,)).fetchone()
    return str(row[0]) if row else ""


def _insert(connection: sqlite3.Connection, row: WordRow) -> None:
    values = (
        row.id, row.briefing, row.position, row.digest, row.date, row.speaker, row.role,
        row.site, row.status, row.probability, len(row.zh) + len(row.en),
    )  # fmt: skip
    marks = ",".join("?" * len(values))
    place = connection.execute(f"INSERT INTO bead VALUES (NULL,{marks})", values).lastrowid
    connection.execute("INSERT INTO passage VALUES (?, ?, ?)", (place, row.zh, row.en))
    sides = [
        (place, side, text_key(text)) for side, text in (("zh", row.zh), ("en", row.en)) if text
    ]
    connection.executemany("INSERT INTO text VALUES (?, ?, ?)", sides)
    words = (" ".join(part) for part in (row.zh_words, row.en_words, row.en_forms))
    connection.execute(
        "INSERT INTO word (rowid, zh, en, forms) VALUES (?, ?, ?, ?)", (place, *words)
    )


def _rows(connection: sqlite3.Connection, places: Sequence[int]) -> tuple[WordRow, ...]:
    """Read beads by their place, in the order of the places."""
    found: dict[int, WordRow] = {}
    for start in range(0, len(places), SOME):
        some = places[start : start + SOME]
        query = (
            "SELECT bead.*, passage.zh, passage.en FROM bead JOIN passage USING (place) "
            f"WHERE place IN ({','.join('?' * len(some))})"
        )
        for row in connection.execute(query, some):
            found[row[0]] = WordRow(*row[1:-3], *row[-2:])
    return tuple(found[place] for place in places)


def _all(where: Sequence[QueryCondition]) -> str:
    return " AND ".join(clauses(where, "?", "instr")) or "1"


def _where(match: str, where: Sequence[QueryCondition]) -> tuple[str, list[object]]:
    wanted = " AND ".join(["word MATCH ?", *clauses(where, "?", "instr")])
    return wanted, [match, *values_of(where)]


def expression(query: Query) -> str:
    """Write a query as FTS5 wants it."""
    wanted = [_alternatives(clause) for clause in query.clauses if not clause.negative]
    unwanted = [_alternatives(clause) for clause in query.clauses if clause.negative]
    text = " AND ".join(wanted)
    return f"({text}) NOT ({' OR '.join(unwanted)})" if unwanted else text


def _alternatives(clause: QueryClause) -> str:
    return f"({' OR '.join(map(_phrase, clause.terms))})"


def _phrase(term: QueryTerm) -> str:
    column = "forms" if term.prefix else term.side
    parts = [f'"{" ".join(part)}"' for part in term.parts]
    if len(parts) > 1:
        return f"({column} : NEAR({' '.join(parts)}, {NEAR}))"
    return f"({column} : {parts[0]}{' *' if term.prefix else ''})"
