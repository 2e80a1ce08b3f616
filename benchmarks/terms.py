"""Time the terms of a corpus, also of a corpus many times as large, by processor time.

    python -m benchmarks.terms CORPUS [--times 20] [--least 3]

Counts the terms of a copy of the corpus' index, then again after one briefing changed. ``--times``
copies what was counted under other names of briefings and counts again after one of those changed;
a passage is then a term in that many times as many rows, so that the terms are the same.
"""

import argparse
import resource
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from align.corpus.search import Concordance
from align.corpus.search.terms import LEAST_ROWS, KeptTerms
from align.corpus.store import Store
from align.corpus.store.index.full_text import FILE, FullTextIndex

_SAME = (
    ("stamp", "state, texts"),
    ("term_word", "texts, words"),
    ("word_count", "texts, 1000000000, counts"),  # counted last when the corpus was as large
    ("rendering_count", "texts, 1000000000, counts"),
)
"""Tables with one row a briefing, and what is copied of each."""


def copy_briefings(file: Path, times: int) -> None:
    """Copy what is stored of each briefing under other names."""
    with closing(sqlite3.connect(file)) as connection, connection:
        ((beads,),) = connection.execute("SELECT max(place) FROM bead")
        names = connection.execute("SELECT briefing FROM stamp").fetchall()
        for table in ("word_count", "rendering_count"):
            connection.execute(f"UPDATE {table} SET seen = 1000000000")
        for number in range(1, times):
            values = {"shift": number * beads, "name": f"copy-{number}-", "beads": beads}
            connection.execute(
                "INSERT INTO bead SELECT place + :shift, id, :name || briefing, position, digest, "
                "date, speaker, role, site, status, probability, length FROM bead "
                "WHERE place <= :beads",
                values,
            )
            connection.execute(
                "INSERT INTO passage SELECT place + :shift, zh, en FROM passage "
                "WHERE place <= :beads",
                values,
            )
            for table, columns in _SAME:
                connection.executemany(
                    f"INSERT INTO {table} SELECT '{values['name']}' || briefing, {columns} "
                    f"FROM {table} WHERE briefing = ?",
                    names,
                )


def touch(index: FullTextIndex, number: int) -> None:
    """Make a briefing count as changed."""
    with index.writing() as connection:
        connection.execute(
            "UPDATE stamp SET texts = ? WHERE briefing = "
            "(SELECT briefing FROM stamp ORDER BY briefing LIMIT 1 OFFSET ?)",
            (bytes([number]), number),
        )


def report(label: str, act: Callable[[], object]) -> None:
    """Run a step, and print its processor seconds and the most memory so far."""
    start = time.process_time()
    act()
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{label}: {seconds:.1f} s, {memory:,} MB", flush=True)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--least", type=int, default=LEAST_ROWS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "corpus"
        shutil.copytree(chosen.corpus, copy)
        with Store.open(copy) as store, closing(Concordance(store)) as concordance:
            report("index", concordance.refresh)
            report("words", concordance.words.refresh)
            terms = KeptTerms(concordance.index, chosen.least)
            report("terms", terms.count_again)
            touch(concordance.index, 1)
            report("terms after one briefing changed", terms.count_again)
            file = store.index_folder()
        if chosen.times > 1 and file is not None:
            copy_briefings(file / FILE, chosen.times)
            with closing(FullTextIndex(file)) as index:
                terms = KeptTerms(index, chosen.least * chosen.times)
                touch(index, 2)
                rows = index.size()
                report(f"terms of {rows:,} rows after one briefing changed", terms.count_again)
                print(f"{terms.size():,} terms")


if __name__ == "__main__":
    main()
