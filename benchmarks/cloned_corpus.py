"""A corpus of many briefings for measurements, made by copying one within SQLite.

Saving a briefing takes longer than copying its rows; the copies differ in id, date and titles, and
every fourth one is reviewed.
"""

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

FIRST_DAY = dt.date(2000, 1, 1)

_COPIES = (
    """INSERT INTO briefing (id, address, date, facts, added_at, changed_at)
       SELECT :id, 'https://news.example/' || :id, :day, facts, added_at, changed_at
       FROM briefing WHERE id = :of""",
    """INSERT INTO document (id, briefing_id, language, revision, current, title, place,
           counterpart_url, date, url, source, notes, participants, captions, digest, added_at)
       SELECT id + :shift, :id, language, revision, current, title || ' ' || :number, place,
           counterpart_url, :day, url, source, notes, participants, captions,
           digest || :id, added_at
       FROM document WHERE briefing_id = :of""",
    """INSERT INTO turn (document_id, position, label, role)
       SELECT document_id + :shift, position, label, role FROM turn WHERE document_id IN (1, 2)""",
    """INSERT INTO paragraph (document_id, position, turn, text)
       SELECT document_id + :shift, position, turn, text
       FROM paragraph WHERE document_id IN (1, 2)""",
    """INSERT INTO sentence (document_id, id, paragraph, turn, "start", "end", text)
       SELECT document_id + :shift, id, paragraph, turn, "start", "end", text
       FROM sentence WHERE document_id IN (1, 2)""",
    """INSERT INTO alignment (briefing_id, zh_document_id, en_document_id, signature, beads, scores,
           verdict_seq, seconds, made_at, current)
       SELECT :id, zh_document_id + :shift, en_document_id + :shift, signature, beads, scores,
           verdict_seq, seconds, made_at, current
       FROM alignment WHERE briefing_id = :of""",
    """INSERT INTO bead (id, briefing_id, position, zh, en, zh_text, en_text, zh_edit, en_edit,
           kind, probability, status, reviewer, reason, note, crossing, revision, changed_at)
       SELECT :number || '-' || id, :id, position, zh, en, zh_text, en_text, zh_edit, en_edit,
           kind, probability, :status, reviewer, reason, note, crossing, revision, changed_at
       FROM bead WHERE briefing_id = :of""",
)


def clone(folder: Path, of: str, count: int) -> None:
    """Copy the only briefing of a corpus until it has ``count`` briefings."""
    with closing(sqlite3.connect(folder / "corpus.db")) as connection, connection:
        for number in range(1, count):
            values = {
                "of": of,
                "id": f"day-{number:05}",
                "number": number,
                "shift": 2 * number,
                "day": (FIRST_DAY + dt.timedelta(days=number)).isoformat(),
                "status": "accepted" if number % 4 == 0 else "unreviewed",
            }
            for copy in _COPIES:
                connection.execute(copy, values)
