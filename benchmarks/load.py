"""Let simulated reviewers work on one page, and count what arrives.

    python -m benchmarks.load --reviewers 20 --minutes 5
    python -m benchmarks.load --reviewers 20 --minutes 5 --through chromium

Loopback only, with a corpus of its own that is removed at the end; bounded by ``--minutes`` and
``--decisions``. Every reviewer has a session and a name of their own and decides about a row every
``--pause`` seconds; one decision in ten is about a row that all reviewers of the briefing fight
for. Through the websocket (:mod:`load_people`) they also move to other briefings, search, and load
the page anew, and cost the machine little, so that the figures are the server's. Through Chromium
(:mod:`load_tabs`; needs playwright, and ``CHROMIUM`` where it is elsewhere) they press keys.

Latency is what the tab measures: from the key until Python has acknowledged that the decision is
in the store. Every operation that a tab counted as saved must be in the history, once, and nothing
else; each must begin where the last one about its rows ended; and in the end the tabs must show the
rows as the store has them. The exit code is 1 where one of this is not so, or nothing was saved.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from benchmarks.load_site import Server, make_corpus, served
from benchmarks.load_tally import Tally, as_table, faults, report

Work = Callable[[Server, int, argparse.Namespace], Coroutine[Any, Any, Tally]]
Serve = Callable[[str, Path], AbstractContextManager[Server]]


def main(
    arguments: Sequence[str] | None = None, work: Work | None = None, serve: Serve = served
) -> int:
    """Run the load, print what was measured and give the exit code.

    :param work: lets the reviewers work, instead of what the arguments name.
    :param serve: runs the page of a corpus.
    """
    options = _options(arguments)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    folder = Path(tempfile.mkdtemp(prefix="align-load-"))
    try:
        location = options.store or str(folder / "corpus")
        make_corpus(location, options.briefings)
        with serve(location, folder / "server.log") as server:
            working = (work or _through(options))(server, options.briefings, options)
            tally = asyncio.run(working)
        found = report(tally, location, options.reviewers)
        if options.log:
            shutil.copy(folder / "server.log", options.log)
    finally:
        shutil.rmtree(folder)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(as_table(found))
    for fault in faults(found):
        print(f"load: failed: {fault}: {found[fault]}", file=sys.stderr)
    return 1 if faults(found) else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--through", choices=("websocket", "chromium"), default="websocket")
    parser.add_argument("--reviewers", type=int, default=20)
    parser.add_argument("--briefings", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--decisions", type=int, default=50_000, help="stop after as many")
    parser.add_argument("--pause", type=float, default=3.0, help="seconds to read a row")
    parser.add_argument("--patience", type=float, default=120.0, help="seconds for an answer")
    parser.add_argument("--settle", type=float, default=20.0, help="seconds to load the models in")
    parser.add_argument("--store", help="a PostgreSQL URL of an empty database; else SQLite")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument("--log", type=Path, help="keep the server's own messages in this file")
    return parser.parse_args(arguments)


def _through(options: argparse.Namespace) -> Work:
    if options.through == "chromium":
        from benchmarks.load_tabs import work as in_tabs

        return in_tabs
    from benchmarks.load_people import work as through_socket

    return through_socket


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the server must not outlive us
    sys.exit(main())
