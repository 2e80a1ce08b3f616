"""Numbers of texts in the index: words, passages and renderings, stored once each."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from .full_text import FullTextIndex

_ASKED = 500  # texts in one query; some builds of SQLite take 999 values at most


def number_texts(connection: sqlite3.Connection, texts: Iterable[str]) -> dict[str, int]:
    """Return the number of each text, from 1; a new text gets a new number.

    :param connection: an open write transaction of the index.
    """
    wanted = [*dict.fromkeys(texts)]
    numbers = _find_numbers(connection, wanted)
    new = [text for text in wanted if text not in numbers]
    rows = [(text,) for text in new]
    connection.executemany("INSERT INTO term_text (text) VALUES (?)", rows)
    return numbers | _find_numbers(connection, new)


def _find_numbers(connection: sqlite3.Connection, texts: Sequence[str]) -> dict[str, int]:
    """Return the number of each text that has one."""
    numbers: dict[str, int] = {}
    for start in range(0, len(texts), _ASKED):
        part = texts[start : start + _ASKED]
        marks = ",".join("?" * len(part))
        query = f"SELECT text, number FROM term_text WHERE text IN ({marks})"
        numbers.update(connection.execute(query, part))
    return numbers


def read_texts(index: FullTextIndex, numbers: Iterable[int]) -> Mapping[int, str]:
    """Return the text of each number."""
    query = "SELECT number, text FROM term_text WHERE number IN (SELECT value FROM json_each(?))"
    return dict(index.select(query, json.dumps([*numbers])))
