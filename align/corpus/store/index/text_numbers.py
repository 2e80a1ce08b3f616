"""Numbers of texts in the index: words, passages and renderings, stored once each."""

import json
import sqlite3
from collections.abc import Iterable, Mapping

from .full_text import FullTextIndex


def number_texts(connection: sqlite3.Connection, texts: Iterable[str]) -> dict[str, int]:
    """Return the number of each text, from 1; a new text gets a new number.

    :param connection: an open write transaction of the index.
    """
    wanted = [*dict.fromkeys(texts)]
    rows = [(text,) for text in wanted]
    connection.executemany("INSERT OR IGNORE INTO term_text (text) VALUES (?)", rows)
    query = "SELECT number FROM term_text WHERE text = ?"
    return {text: connection.execute(query, (text,)).fetchone()[0] for text in wanted}


def read_texts(index: FullTextIndex, numbers: Iterable[int]) -> Mapping[int, str]:
    """Return the text of each number."""
    query = "SELECT number, text FROM term_text WHERE number IN (SELECT value FROM json_each(?))"
    return dict(index.select(query, json.dumps([*numbers])))
