"""The index of words: rows of words in, rows of beads out. It is derived, and safe to delete.

It is one SQLite file with an FTS5 table, beside the corpus where that is a folder, and in the
user's cache where the corpus is a PostgreSQL database; where neither can be written it lives in
memory. ``stamp`` says which state of a briefing it holds.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import StoreError

VERSION = 2
"""Raised with every change of the tables or of how texts are cut into words."""

FILE = "words.db"

COMMON = 20_000
"""What stands in more beads than this is not scored: ``relevance`` gives the newest then."""

_TABLES = """
CREATE TABLE bead (
  place INTEGER PRIMARY KEY, id TEXT NOT NULL, briefing TEXT NOT NULL, position INTEGER NOT NULL,
  digest BLOB NOT NULL, date TEXT NOT NULL, speaker TEXT NOT NULL, role TEXT NOT NULL,
  site TEXT NOT NULL, status TEXT NOT NULL, probability REAL, length INTEGER NOT NULL
);
CREATE TABLE text (place INTEGER NOT NULL, side TEXT NOT NULL, key INTEGER NOT NULL);
CREATE INDEX text_key ON text (key);
CREATE INDEX text_place ON text (place);
CREATE TABLE passage (place INTEGER PRIMARY KEY, zh TEXT NOT NULL, en TEXT NOT NULL);
CREATE INDEX bead_briefing ON bead (briefing);
CREATE TABLE stamp (briefing TEXT PRIMARY KEY, state TEXT NOT NULL);
CREATE VIRTUAL TABLE word USING fts5 (
  zh, en, forms, tokenize = "unicode61 remove_diacritics 0 tokenchars '.'"
);
"""

_ORDERS = {
    "newest": "bead.date DESC, bead.briefing, bead.position",
    "oldest": "bead.date, bead.briefing, bead.position",
    "doubtful": "bead.probability IS NULL, bead.probability, bead.place",
    "shortest": "bead.length, bead.place",
    "relevance": "word.rank",
}
ORDERS = tuple(_ORDERS)


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
    zh_words: str = ""
    en_words: str = ""
    en_forms: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One side of a bead: ``key`` is the same for the same text, wherever it stands."""

    key: int
    side: str
    row: WordRow


def text_key(text: str) -> int:
    """Give the number of a text: 63 bits of its digest."""
    data = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest()) >> 1


@dataclass(frozen=True, slots=True)
class Condition:
    """Part of a WHERE clause and its values."""

    sql: str
    values: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """How many beads fit, and a page of them."""

    total: int
    rows: tuple[WordRow, ...]


class WordIndex:
    """The index of one corpus, safe to use from several threads."""

    def __init__(self, folder: Path | None) -> None:
        self._lock = threading.RLock()
        self._connection = _opened(folder)

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def states(self) -> dict[str, str]:
        """Say which state of each briefing the index holds."""
        with self._using() as connection:
            return dict(connection.execute("SELECT briefing, state FROM stamp"))

    def digests(self, briefing: str) -> dict[str, bytes]:
        """Give the digest of each bead of a briefing."""
        with self._using() as connection:
            return dict(
                connection.execute("SELECT id, digest FROM bead WHERE briefing = ?", (briefing,))
            )

    def update(
        self, briefing: str, state: str, gone: Iterable[str], rows: Iterable[WordRow]
    ) -> None:
        """Take beads out, put beads in, and note the state: all of it or nothing."""
        with self._writing() as connection:
            self._drop(connection, [(briefing, name) for name in gone])
            for row in rows:
                _insert(connection, row)
            connection.execute("INSERT OR REPLACE INTO stamp VALUES (?, ?)", (briefing, state))

    def forget(self, briefing: str) -> None:
        """Take a briefing out."""
        with self._writing() as connection:
            names = connection.execute("SELECT id FROM bead WHERE briefing = ?", (briefing,))
            self._drop(connection, [(briefing, name) for (name,) in names.fetchall()])
            connection.execute("DELETE FROM stamp WHERE briefing = ?", (briefing,))

    def find(
        self, match: str, where: Sequence[Condition], *, order: str, limit: int, offset: int
    ) -> Found:
        """Give the beads that match an FTS5 expression and every condition.

        :raises StoreError: when the file was damaged.
        """
        clause, values = _where(match, where)
        if order == "relevance" and self._is_common(match):
            order = "newest"
        # One pass gives the total and the page; the texts are fetched for the page only, because
        # a sort that carries them takes several times as long.
        query = (
            "SELECT bead.place FROM word JOIN bead ON bead.place = word.rowid "
            f"WHERE {clause} ORDER BY {_ORDERS[order]}"
        )
        with self._using() as connection:
            places = connection.execute(query, values).fetchall()
            page = [place for (place,) in places[offset : offset + limit]]
            return Found(len(places), _rows(connection, page))

    def _is_common(self, match: str) -> bool:
        """Say whether so many beads fit that a score, which takes 3 µs each, tells them little."""
        query = "SELECT count(*) FROM (SELECT 1 FROM word WHERE word MATCH ? LIMIT ?)"
        with self._using() as connection:
            (count,) = connection.execute(query, (match, COMMON + 1)).fetchone()
        return bool(count > COMMON)

    def keys(self) -> set[int]:
        """Give the key of every text that is not empty."""
        with self._using() as connection:
            return {key for (key,) in connection.execute("SELECT DISTINCT key FROM text")}

    def texts(self, keys: Sequence[int], where: Sequence[Condition] = ()) -> tuple[Text, ...]:
        """Give every side of a bead that has one of these keys, the beads under conditions."""
        marks = ",".join("?" * len(keys))
        clauses = [f"text.key IN ({marks})", *(condition.sql for condition in where)]
        values = (*keys, *(value for condition in where for value in condition.values))
        query = (
            "SELECT text.key, text.side, text.place FROM text JOIN bead USING (place) "
            f"WHERE {' AND '.join(clauses)} ORDER BY text.place"
        )
        with self._using() as connection:
            found = connection.execute(query, values).fetchall()
            rows = dict(
                zip(
                    (place for _, _, place in found),
                    _rows(connection, [place for _, _, place in found]),
                    strict=True,
                )
            )
        return tuple(Text(key, side, rows[place]) for key, side, place in found)

    def tidy(self) -> None:
        """Merge the index into one piece, after many beads came in: queries take half the time."""
        with self._using() as connection:
            connection.execute("INSERT INTO word (word) VALUES ('optimize')")

    def counts(
        self, match: str, where: Sequence[Condition], *, by: str, limit: int
    ) -> tuple[tuple[str, int], ...]:
        """Count matching beads by ``year`` or ``speaker``, in order of years or of counts."""
        clause, values = _where(match, where)
        column, order = {
            "year": ("substr(bead.date, 1, 4)", "1"),
            "speaker": ("bead.speaker", "2 DESC, 1"),
        }[by]
        query = (
            f"SELECT {column}, count(*) FROM word JOIN bead ON bead.place = word.rowid "
            f"WHERE {clause} GROUP BY 1 ORDER BY {order} LIMIT ?"
        )
        with self._using() as connection:
            return tuple(connection.execute(query, (*values, limit)).fetchall())

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
                raise StoreError(f"the search index cannot be used ({error}); delete it") from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._using() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def _opened(folder: Path | None) -> sqlite3.Connection:
    """Open the file, or a database in memory where it cannot be written."""
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return _prepared(str(folder / FILE))
        except (OSError, sqlite3.OperationalError):
            pass  # a corpus on a medium that cannot be written: search works all the same
    return _prepared(":memory:")


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
    connection.execute(
        "INSERT INTO word (rowid, zh, en, forms) VALUES (?, ?, ?, ?)",
        (place, row.zh_words, row.en_words, row.en_forms),
    )


def _rows(connection: sqlite3.Connection, places: Sequence[int]) -> tuple[WordRow, ...]:
    """Read beads by their place, in the order of the places."""
    marks = ",".join("?" * len(places))
    query = (
        "SELECT bead.*, passage.zh, passage.en FROM bead JOIN passage USING (place) "
        f"WHERE place IN ({marks})"
    )
    found = {row[0]: row for row in connection.execute(query, tuple(places))}
    return tuple(WordRow(*row[1:-3], *row[-2:]) for row in (found[place] for place in places))


def _where(match: str, where: Sequence[Condition]) -> tuple[str, tuple[object, ...]]:
    clauses = ["word MATCH ?", *(condition.sql for condition in where)]
    values = (match, *(value for condition in where for value in condition.values))
    return " AND ".join(clauses), values
