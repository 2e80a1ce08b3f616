"""Measure how long decisions wait for each other.

    python -m benchmarks.write_queue --writers 20

So many threads of one process decide about rows of one corpus, as the sessions of the page do:
each takes the next row of its own, waits a moment, and takes the next one. Printed are the
decisions a second and what one of them took. ``--others 2`` has so many other processes decide at
the same time, and prints the same for them. ``--pause 0`` keeps the corpus busy without a break.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from align.corpus.store import Decision, Store
from align.errors import StoreError
from benchmarks.load_site import ROWS, make_corpus


def main() -> None:
    """Print a line for the threads, and one for the other processes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--writers", type=int, default=20)
    options.add_argument("--others", type=int, default=0)
    options.add_argument("--seconds", type=float, default=30.0)
    options.add_argument("--pause", type=float, default=0.05, help="seconds between two decisions")
    options.add_argument("--store", help="a PostgreSQL URL of an empty database; else SQLite")
    options.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.inside is not None:
        took = decided(chosen.store, [chosen.inside], chosen.seconds, chosen.pause)
        print(json.dumps(took))
        return
    with tempfile.TemporaryDirectory() as folder:
        place = chosen.store or str(Path(folder) / "corpus")
        make_corpus(place, chosen.writers + chosen.others)
        shared = ["--seconds", str(chosen.seconds), "--pause", str(chosen.pause), "--store", place]
        others = [
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "benchmarks.write_queue",
                    *shared,
                    "--inside",
                    str(chosen.writers + number),
                ],
                stdout=subprocess.PIPE,
            )
            for number in range(chosen.others)
        ]
        took = decided(place, range(chosen.writers), chosen.seconds, chosen.pause)
        told = [json.loads(other.communicate()[0]) for other in others]
    say(f"{chosen.writers} threads", took, chosen.seconds)
    if told:
        theirs = [seconds for one in told for seconds in one]
        say(f"{chosen.others} other processes", theirs, chosen.seconds)


def decided(place: str, numbers: Sequence[int], seconds: float, pause: float) -> list[float]:
    """Decide in one thread a briefing; give what each decision took, -1 for a refused one."""
    took: list[float] = []
    with Store.open(place) as store:
        end = time.monotonic() + seconds

        def decide(number: int) -> None:
            briefing = f"load-{number}"
            rows = list(store.rows(briefing))
            at = 0
            while (began := time.monotonic()) < end:
                row = rows[at % ROWS]
                decision = Decision(f"{number}-{at}", f"reviewer {number}", "accept")
                try:
                    done = store.decide(
                        briefing, decision, [row], [replace(row, status="accepted")]
                    )
                    rows[at % ROWS] = done.after[0]
                    took.append(time.monotonic() - began)
                except StoreError:
                    took.append(-1)
                at += 1
                time.sleep(pause)

        threads = [threading.Thread(target=decide, args=(number,)) for number in numbers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return took


def say(who: str, took: Sequence[float], seconds: float) -> None:
    """Print how many decisions there were, and how long they took."""
    stored = sorted(one for one in took if one >= 0)
    median, p95, p99 = (stored[int(len(stored) * share)] for share in (0.5, 0.95, 0.99))
    print(
        f"{who}: {len(stored) / seconds:.0f} decisions a second; median {median * 1000:.0f} ms, "
        f"p95 {p95 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, longest {stored[-1] * 1000:.0f} ms; "
        f"refused {len(took) - len(stored)}"
    )


if __name__ == "__main__":
    main()
