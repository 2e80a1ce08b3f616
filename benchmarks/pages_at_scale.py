"""Time the pages over a corpus of many briefings, made from the passages of the demo.

    python -m benchmarks.pages_at_scale /tmp/many --briefings 10000

Makes the corpus where there is none, 75 beads a briefing, with its index and terms, then runs each
page as the server does, in a process of its own: the first time and the second.
"""

import argparse
import datetime as dt
import os
import resource
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np

from align.corpus.search import Concordance
from align.corpus.search.terms import KeptTerms
from align.corpus.store import Store
from align.records import Alignment, Bead, Briefing, Document, Language, Sentence, Turn
from benchmarks.scale import SEED, passages

BEADS = 75
PAGES = ("list", "corpus", "search", "terms")


def make_corpus(folder: Path, count: int) -> None:
    """Store so many briefings with passages of the demo, numbered so that no two are alike."""
    known, chance = passages(), np.random.default_rng(SEED)
    with Store.open(folder, create=True) as store:
        for number in range(count):
            drawn = [known[at] for at in chance.integers(0, len(known), BEADS)]
            zh = [f"第{number * BEADS + at}项：{one.zh}" for at, one in enumerate(drawn)]
            en = [f"Item {number * BEADS + at}: {one.en}" for at, one in enumerate(drawn)]
            beads = tuple(
                Bead((at,), (at,), round(float(p), 4))
                for at, p in enumerate(chance.beta(8, 1, BEADS))
            )
            day = dt.date(2000, 1, 1) + dt.timedelta(days=number % 9000)
            briefing = Briefing(
                f"{day}-{number:05d}",
                _document("zh", f"第{number}场发布会", zh, day),
                _document("en", f"Briefing {number}", en, day),
                _sentences(zh),
                _sentences(en),
                Alignment(beads, "made"),
            )
            store.save(briefing, address=f"https://press.example/{number}")
        with closing(Concordance(store)) as concordance:
            concordance.refresh()
            KeptTerms(concordance.index, 3).count_again()


def _document(language: Language, title: str, texts: list[str], day: dt.date) -> Document:
    turns = tuple(Turn("", (text,)) for text in texts)
    return Document(language, title, turns, day)


def _sentences(texts: list[str]) -> tuple[Sentence, ...]:
    return tuple(Sentence(text, at, at, 0, len(text)) for at, text in enumerate(texts))


def time_page(page: str) -> None:
    """Open a page twice in this process, and print how long that takes."""
    from streamlit.testing.v1 import AppTest

    import align.apps.page.app  # noqa: F401 # a server has it before its first page

    draw = "main()" if page == "list" else f"draw_page({page!r})"
    app = AppTest.from_string(f"from align.apps.page.app import *\n{draw}", default_timeout=600)
    if page == "search":
        app.session_state["words"] = "发展"
    for run in ("first", "again"):
        start, processor = time.perf_counter(), time.process_time()
        app.run()
        taken, used = time.perf_counter() - start, time.process_time() - processor
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        shown = f"{taken:.2f} s, {used:.2f} of the processor, {memory:.0f} MB"
        print(f"{page}, {run}: {shown}{' FAILED' if app.exception else ''}", flush=True)


def main() -> None:
    """Make the corpus, and time the pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--briefings", type=int, default=10_000)
    parser.add_argument("--page", choices=PAGES, help="only this one, in this process")
    arguments = parser.parse_args()
    if arguments.page:
        time_page(arguments.page)
        return
    if not arguments.corpus.exists():
        make_corpus(arguments.corpus, arguments.briefings)
    environment = {**os.environ, "ALIGN_CORPUS": str(arguments.corpus)}
    for page in PAGES:
        command = [sys.executable, "-m", "benchmarks.pages_at_scale", str(arguments.corpus)]
        subprocess.run([*command, "--page", page], env=environment, check=True)


if __name__ == "__main__":
    main()
