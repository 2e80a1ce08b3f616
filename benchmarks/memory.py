"""Measure the translation memory on a corpus: what is found, and the server beside the library.

python -m benchmarks.memory CORPUS [--texts 1000]
"""

import argparse
import http.client
import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

import numpy as np

from align.apps.serve import ServedCorpus
from align.corpus.search import Concordance
from align.corpus.search.memory import TranslationMemory
from align.corpus.store import Store
from align.records import Language
from align.settings import Settings

SIDES: tuple[tuple[Language, Language], ...] = (("zh", "en"), ("en", "zh"))
_DIGITS = re.compile(r"\d+")


def main() -> int:
    """Run the measurement and print it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("corpus")
    options.add_argument("--texts", type=int, default=1000)
    chosen = options.parse_args()
    draw = random.Random(1)
    with Store.open(chosen.corpus) as store:
        beads = [
            bead
            for bead in store.pairs()
            if bead.zh and bead.en and bead.verdict.status != "rejected"
        ]
        print(f"{len(beads):,} beads with both sides")
        concordance = Concordance(store)
        memory = TranslationMemory(concordance)
        for own, _ in SIDES:
            texts = [bead.pair.texts[own] for bead in beads]
            numbered = [text for text in texts if _DIGITS.search(text)]
            exact = draw.sample(texts, min(chosen.texts, len(texts)))
            changed = draw.sample(numbered, min(chosen.texts, len(numbered)))
            print_found(memory, own, exact, [_change(text, draw) for text in changed], changed)
        concordance.close()
    texts = [draw.choice(beads).pair.texts[SIDES[at % 2][0]][:500] for at in range(chosen.texts)]
    compare(chosen.corpus, texts)
    return 0


def print_found(
    memory: TranslationMemory, own: Language, exact: list[str], changed: list[str], meant: list[str]
) -> None:
    """Look texts up as they are, and with one number changed."""
    first = [[one.source for one in memory.find(text, own)[:2]] for text in exact]
    told = sum(text in found for text, found in zip(exact, first, strict=True))
    print(f"{own}: exact among the first two {told} of {len(exact)}")
    among = [memory.find(text, own)[:3] for text in changed]
    hits = [
        next((one for one in found if one.source == text), None)
        for text, found in zip(meant, among, strict=True)
    ]
    there = [one for one in hits if one]
    named, put = sum(bool(one.numbers) for one in there), sum(bool(one.proposed) for one in there)
    print(
        f"{own}: one number changed, among the first three {len(there)} of {len(changed)}; ", end=""
    )
    print(f"named in {named}, put right in {put}")


def _change(text: str, draw: random.Random) -> str:
    found = draw.choice([*_DIGITS.finditer(text)])
    number = found[0]
    while number == found[0]:
        number = "".join(draw.choice("123456789") for _ in number)
    return text[: found.start()] + number + text[found.end() :]


def compare(corpus: str, texts: list[str]) -> None:
    """Time the same look-ups in the library and over HTTP, one beside the other."""
    library = ServedCorpus(Settings(corpus=corpus))
    library.refresh()
    with _serving(corpus) as get:
        taken = np.array([_time(library, get, at, text) for at, text in enumerate(texts)])
    library.close()
    for name, seconds in zip(
        ("library", "server"), 1000 * taken[len(texts) // 10 :].T, strict=True
    ):
        shares = ", ".join(f"p{p} {np.percentile(seconds, p):.1f}" for p in (50, 95, 99))
        print(f"{name}: {shares} ms")


def _time(library: ServedCorpus, get: Callable[[str], object], at: int, text: str) -> list[float]:
    own, other = SIDES[at % 2]
    started = time.perf_counter()
    expected = library.translate(own, other, text)
    between = time.perf_counter()
    answer = get(f"/tm/{own}/{other}/unit/{quote(text, '')}")
    ended = time.perf_counter()
    assert answer == json.loads(json.dumps(expected, default=vars)), text
    return [between - started, ended - between]


@contextmanager
def _serving(corpus: str) -> Iterator[Callable[[str], object]]:
    """Start the server of a corpus in a process of its own."""
    words = [sys.executable, "-m", "align", "serve", "--corpus", corpus, "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        port = int(server.stdout.readline().rsplit(":", 1)[1].split("/")[0])
        connection = http.client.HTTPConnection("127.0.0.1", port)

        def get(path: str) -> object:
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())

        try:
            yield get
        finally:
            server.terminate()


if __name__ == "__main__":
    sys.exit(main())
