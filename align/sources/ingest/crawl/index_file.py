"""Index file: the facts about the pages of one capture, in an SQLite file next to it.

If the capture has changed, or another version of the program wrote the index, it is built again.
All of its content can be read from the capture, so deleting it loses nothing.
"""

import datetime as dt
import hashlib
import json
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ....errors import N_, FormatError
from ....records import Page
from ....settings import Settings
from ...web.urls import make_url_key
from .captured_pages import CapturedPage, Locator, pack, unpack
from .page_facts import VERSION, ListEntry, PageFacts

_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS file (
    path TEXT PRIMARY KEY, mark TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS page (
    id INTEGER PRIMARY KEY, file TEXT NOT NULL, place TEXT NOT NULL, url TEXT NOT NULL,
    final_url TEXT NOT NULL, fetched TEXT NOT NULL, checksum TEXT NOT NULL,
    facts TEXT NOT NULL, vectors BLOB NOT NULL, body BLOB, UNIQUE (file, place)
);
CREATE TABLE IF NOT EXISTS address (key TEXT NOT NULL, page INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS address_key ON address (key);
CREATE INDEX IF NOT EXISTS page_checksum ON page (checksum);
CREATE INDEX IF NOT EXISTS page_kind ON page (json_extract(facts, '$.kind'));
CREATE INDEX IF NOT EXISTS page_day ON page
    (json_extract(facts, '$.date'), json_extract(facts, '$.language'));
"""
_INSERT = (
    "INSERT INTO page"
    " (file, place, url, final_url, fetched, checksum, facts, vectors, body) VALUES"
    " (:file, :place, :url, :final_url, :fetched, :checksum, :facts, :vectors, :body)"
    " ON CONFLICT (file, place) DO NOTHING RETURNING id"
)
_TABLES = ("about", "file", "page", "address")
_ENDS = 65_536  # bytes at either end of a file that tell whether it changed


@dataclass(frozen=True, slots=True)
class IndexedPage:
    """A row of the index: a captured page without its text."""

    id: int
    locator: Locator
    url: str
    final_url: str
    fetched: str
    checksum: str
    facts: PageFacts


def index_path(capture: Path, settings: Settings) -> Path:
    """Return the path of a capture's index: hidden next to it, or in the user's cache folder.

    A folder that is marked read-only is not written, not even by an administrator.
    """
    place = capture.absolute()
    beside = place.with_name(f".{place.name}.align-index")
    writable = os.access(place.parent, os.W_OK)
    marked = not place.parent.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    if beside.exists() or (writable and not marked):
        return beside
    name = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
    return settings.cache_folder() / "crawls" / f"{name}.align-index"


def mark_of(path: Path) -> str:
    """Return a mark that changes if a file changes: of its size, time and both ends."""
    try:
        size, time = path.stat().st_size, path.stat().st_mtime_ns
        with path.open("rb") as file:
            ends = file.read(_ENDS)
            file.seek(max(0, size - _ENDS))
            ends += file.read(_ENDS)
    except OSError as error:
        raise FormatError(
            N_("{path}: the file cannot be read ({strerror})"), path=path, strerror=error.strerror
        ) from error
    return f"{size}:{time}:{hashlib.sha256(ends).hexdigest()[:16]}"


class IndexFile:
    """The pages of one capture. Several processes may enter pages; each page is entered once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _open(path)
        except (sqlite3.Error, OSError) as error:
            raise FormatError(
                N_(
                    "{path}: the capture index cannot be used ({error}); delete it, or set "
                    "ALIGN_CACHE to another folder"
                ),
                path=path,
                error=error,
            ) from error

    def close(self) -> None:
        """Write pending pages and close the file."""
        self._connection.commit()
        self._connection.close()

    def commit(self) -> None:
        """Write pending pages, so an interrupted run resumes after them."""
        self._connection.commit()

    # -- files ---------------------------------------------------------------------------------

    def keep_files(self, marks: dict[str, str]) -> None:
        """Delete the pages of missing or changed files, and add new files."""
        known = dict(self._connection.execute("SELECT path, mark FROM file"))
        for path in known.keys() - {
            path for path, mark in marks.items() if known.get(path) == mark
        }:
            pages = "SELECT id FROM page WHERE file = ?"
            self._connection.execute(f"DELETE FROM address WHERE page IN ({pages})", (path,))
            self._connection.execute("DELETE FROM page WHERE file = ?", (path,))
            self._connection.execute("DELETE FROM file WHERE path = ?", (path,))
        new = [(path, mark) for path, mark in marks.items() if known.get(path) != mark]
        self._connection.executemany("INSERT INTO file (path, mark) VALUES (?, ?)", new)
        self.commit()

    def unfinished_files(self) -> list[str]:
        """Return the files that have not been read completely."""
        query = "SELECT path FROM file WHERE NOT done ORDER BY path"
        return [path for (path,) in self._connection.execute(query)]

    def finish_file(self, path: str) -> None:
        """Record that a file has been read completely."""
        self._connection.execute("UPDATE file SET done = 1 WHERE path = ?", (path,))
        self.commit()

    def places(self, path: str) -> set[str]:
        """Return the places of a file whose pages are known."""
        query = "SELECT place FROM page WHERE file = ?"
        return {place for (place,) in self._connection.execute(query, (path,))}

    # -- pages ---------------------------------------------------------------------------------

    def add(self, captured: CapturedPage, facts: PageFacts) -> None:
        """Enter a page; the body of one that can only be read in order is kept with it.

        A page that another process has entered meanwhile stays as it is, with its number.
        """
        page, locator = captured.page, captured.locator
        values: dict[str, object] = {
            "file": locator.file,
            "place": locator.place,
            "url": page.url if page else "",
            "final_url": page.final_url if page else "",
            "fetched": page.fetched_at.isoformat() if page else "",
            "checksum": page.sha256 if page else "",
            "facts": _to_json(facts),
            "vectors": facts.vectors,
            "body": pack_page(page) if page and locator.is_sequential else None,
        }
        if captured.documents:
            url = captured.documents[0].url
            values |= {"url": url, "final_url": url}
        new = self._connection.execute(_INSERT, values).fetchone()
        if new is None:
            return
        urls = {str(values["url"]), str(values["final_url"])}
        keys = {make_key(url) for url in urls if url}
        self._connection.executemany(
            "INSERT INTO address VALUES (?, ?)", [(key, new[0]) for key in sorted(keys)]
        )

    def is_complete(self, marks: dict[str, str]) -> bool:
        """Return whether these files, as they are now, were read to their end, and no others."""
        read = dict(self._connection.execute("SELECT path, mark FROM file WHERE done"))
        return read == marks

    def pages_of_kind(self, kind: str) -> Iterator[IndexedPage]:
        """Yield the pages of a kind, in the order of the capture."""
        query = f"{_select(False)} WHERE json_extract(facts, '$.kind') = ? ORDER BY id"
        yield from map(_to_page, self._connection.execute(query, (kind,)))

    def pages_of_day(self, language: str, day: dt.date) -> Iterator[IndexedPage]:
        """Yield the pages in a language that are dated a day."""
        query = (
            f"{_select(False)} WHERE json_extract(facts, '$.date') = ?"
            " AND json_extract(facts, '$.language') = ? ORDER BY id"
        )
        yield from map(_to_page, self._connection.execute(query, (day.isoformat(), language)))

    def count(self) -> int:
        """Return how many pages there are."""
        count: int = self._connection.execute("SELECT COUNT(*) FROM page").fetchone()[0]
        return count

    def pages(self, *, vectors: bool = False) -> Iterator[IndexedPage]:
        """Yield every page in the order of the capture; without vectors unless asked for."""
        for row in self._connection.execute(f"{_select(vectors)} ORDER BY id"):
            yield _to_page(row)

    def page(self, number: int) -> IndexedPage:
        """Return a page by its number, with its vectors."""
        return _to_page(
            self._connection.execute(f"{_select(True)} WHERE id = ?", (number,)).fetchone()
        )

    def vectors(self, numbers: Iterable[int]) -> Iterator[bytes]:
        """Yield the vectors of some pages."""
        for number in numbers:
            query = "SELECT vectors FROM page WHERE id = ?"
            yield self._connection.execute(query, (number,)).fetchone()[0]

    def find(self, address: str) -> list[IndexedPage]:
        """Return every page that has an address, in the order of the capture."""
        ids = "SELECT page FROM address WHERE key = ?"
        query = f"{_select(True)} WHERE id IN ({ids}) ORDER BY id"
        return [_to_page(row) for row in self._connection.execute(query, (make_key(address),))]

    def kept_page(self, number: int) -> Page | None:
        """Return a page whose body is kept in the index."""
        query = "SELECT body FROM page WHERE id = ?"
        (body,) = self._connection.execute(query, (number,)).fetchone()
        return unpack_page(body) if body else None


def _open(path: Path) -> sqlite3.Connection:
    try:
        connection = _connect(path)
    except sqlite3.DatabaseError:  # a file that is no index, or a damaged one
        path.unlink()
        connection = _connect(path)
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=60)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_SCHEMA)
        versions = [version for (version,) in connection.execute("SELECT version FROM about")]
        if versions != [VERSION]:
            for table in _TABLES:
                connection.execute(f"DROP TABLE {table}")
            connection.executescript(_SCHEMA)
            connection.execute("INSERT INTO about VALUES (?)", (VERSION,))
        connection.commit()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def make_key(address: str) -> str:
    """Return the key of a URL in an index: no scheme, no ``www.``, ``.html`` for ``.htm``.

    >>> make_key("http://www.press.example/a.htm") == make_key("https://press.example/a.html")
    True
    """
    try:
        key = make_url_key(address)
    except ValueError:
        key = address
    key = key.removeprefix("www.").removeprefix("/m/")
    return f"{key}l" if key.endswith(".htm") else key


def _select(vectors: bool) -> str:
    wanted = "vectors" if vectors else "x''"
    return f"SELECT id, file, place, url, final_url, fetched, checksum, facts, {wanted} FROM page"


def _to_page(row: tuple[int, str, str, str, str, str, str, str, bytes]) -> IndexedPage:
    number, file, place, url, final_url, fetched, checksum, facts, vectors = row
    locator = Locator(file, place)
    return IndexedPage(
        number, locator, url, final_url, fetched, checksum, _from_json(facts, vectors)
    )


def _to_json(facts: PageFacts) -> str:
    values = {one.name: getattr(facts, one.name) for one in fields(facts) if one.name != "vectors"}
    values["entries"] = [asdict(entry) for entry in facts.entries]
    given = {name: value for name, value in values.items() if value}
    return json.dumps(given, ensure_ascii=True, separators=(",", ":"))


def _from_json(text: str, vectors: bytes) -> PageFacts:
    values = json.loads(text)
    entries = tuple(ListEntry(**entry) for entry in values.pop("entries", ()))
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    return PageFacts(**plain, entries=entries, vectors=vectors)


def pack_page(page: Page) -> bytes:
    """Return a page as bytes, compressed."""
    head = {
        "url": page.url,
        "final_url": page.final_url,
        "status": page.status,
        "headers": page.headers,
        "fetched_at": page.fetched_at.isoformat(),
    }
    return pack(json.dumps(head).encode("ascii") + b"\n" + page.body)


def unpack_page(data: bytes) -> Page:
    """Return the page that :func:`pack_page` packed."""
    head, _, body = unpack(data).partition(b"\n")
    values = json.loads(head)
    values["headers"] = tuple((name, value) for name, value in values["headers"])
    values["fetched_at"] = dt.datetime.fromisoformat(values["fetched_at"])
    return Page(**values, body=body)
