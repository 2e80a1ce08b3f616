"""Keep a corpus locked while somebody decides: ``python -m fuzz.long_lock`` (80 seconds).

Another program holds the database, first for 25 seconds, then for 40. The first decision waits and
is stored; the second is told after 30 seconds that it is not stored, and is stored once when it
is sent again, as the page does by itself with the same number of the operation.
"""

import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from align.corpus.review import Request, ReviewSession
from align.corpus.store import Store
from align.corpus.store.check import find_problems
from align.errors import StoreError
from fuzz.entry_points import small_briefing


def main() -> None:
    """Run both, and say what happened; the exit code is 1 where anything was lost or doubled."""
    with (
        tempfile.TemporaryDirectory() as name,
        Store.open(Path(name) / "corpus", create=True) as store,
    ):
        store.save(small_briefing(), address="b")
        session = ReviewSession(store, "b", "ann")
        one, two = (row.id for row in session.state.rows)
        database = Path(name) / "corpus" / "corpus.db"
        told = [
            decided(session, database, Request("t-1", "accept", (one,)), seconds=25),
            decided(session, database, Request("t-2", "accept", (two,)), seconds=40),
        ]
        for line in told:
            print(line)
        session.do(Request("t-2", "accept", (two,)))
        session.do(Request("t-2", "accept", (two,)))
        ops = [entry.decision.op for entry in store.history()]
        print(f"in the history: {', '.join(ops)}")
        sys.exit(ops != ["t-1", "t-2"] or find_problems(store) != () or "not stored" not in told[1])


def decided(session: ReviewSession, database: Path, request: Request, *, seconds: float) -> str:
    """Decide while another program keeps the database; say what came of it, and when."""
    with closing(sqlite3.connect(database, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        free = threading.Timer(seconds, other.execute, ["ROLLBACK"])
        free.start()
        began = time.monotonic()
        try:
            session.do(request)
            said = "stored"
        except StoreError as error:
            said = f"not stored: {error}"
        took = time.monotonic() - began
        free.join()
    return f"locked for {seconds:g} s: after {took:.1f} s {said}"


if __name__ == "__main__":
    main()
