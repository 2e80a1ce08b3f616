"""Compare segmenters on gold sentences: join each paragraph, cut it again, score the borders.

    $ python -m benchmarks.segmenters GOLD.json... [--errors 10]

Our own segmenter and every library of the table that is installed are measured; libraries come
from ``pip install pysbd sentencex syntok sentence-splitter nupunkt blingfire``. Gold files have
the format of ``align evaluate``. Borders at the end of a paragraph are given and do not count.
"""

import argparse
import importlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from align.aligner.segment import split
from align.records import Language

Cut = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Result:
    """Borders found rightly, found wrongly and missed, and where the wrong ones are."""

    right: int
    wrong: int
    missed: int
    errors: tuple[str, ...]

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0


def paragraphs(path: Path, language: Language) -> Iterator[list[str]]:
    """Yield the sentences of each paragraph."""
    gold = json.loads(path.read_text(encoding="utf-8"))
    sentences = gold[language]
    own = gold.get(f"{language}_para") or [0] * len(sentences)
    for number in dict.fromkeys(own):
        yield [s for s, paragraph in zip(sentences, own, strict=True) if paragraph == number]


def measure(cut: Cut, language: Language, files: Sequence[Path]) -> Result:
    """Score the inner borders of all paragraphs; blanks do not count, libraries change them."""
    right = wrong = missed = 0
    errors: list[str] = []
    for sentences in (s for path in files for s in paragraphs(path, language)):
        text = ("" if language == "zh" else " ").join(sentences)
        gold, found = _borders(sentences), _borders(cut(text))
        right += len(gold & found)
        wrong += len(found - gold)
        missed += len(gold - found)
        bare = "".join(text.split())
        for border in sorted(gold ^ found):
            sign = "+" if border in found else "-"
            errors.append(
                f"{sign} {bare[max(0, border - 24) : border]}|{bare[border : border + 16]}"
            )
    return Result(right, wrong, missed, tuple(errors))


def _borders(pieces: Sequence[str]) -> set[int]:
    borders, length = set(), 0
    for piece in pieces:
        length += len("".join(piece.split()))
        borders.add(length)
    return borders - {length, 0}


# --- the libraries; each function gives a cut, or raises ImportError -----------------------------


def _pysbd(language: Language) -> Cut:
    segmenter = importlib.import_module("pysbd").Segmenter(language=language, clean=False)
    return lambda text: [str(piece) for piece in segmenter.segment(text)]


def _sentencex(language: Language) -> Cut:
    library = importlib.import_module("sentencex")
    return lambda text: [str(piece) for piece in library.segment(language, text)]


def _syntok(language: Language) -> Cut:
    library = importlib.import_module("syntok.segmenter")

    def cut(text: str) -> list[str]:
        sentences = [s for paragraph in library.analyze(text) for s in paragraph]
        starts = [0, *(sentence[0].offset for sentence in sentences[1:]), len(text)]
        return [text[start:end] for start, end in pairwise(starts)]

    return cut


def _splitter(language: Language) -> Cut:
    splitter = importlib.import_module("sentence_splitter").SentenceSplitter(language=language)
    return lambda text: [str(piece) for piece in splitter.split(text)]


def _nupunkt(language: Language) -> Cut:
    library = importlib.import_module("nupunkt")
    return lambda text: [str(piece) for piece in library.sent_tokenize(text)]


def _blingfire(language: Language) -> Cut:
    library = importlib.import_module("blingfire")
    return lambda text: str(library.text_to_sentences(text)).split("\n")


LIBRARIES: dict[str, Callable[[Language], Cut]] = {
    "ours": lambda language: lambda text: split(text, language),
    "syntok": _syntok,
    "sentence-splitter": _splitter,
    "nupunkt": _nupunkt,
    "blingfire": _blingfire,
    "sentencex": _sentencex,
    "pysbd": _pysbd,
}
CHINESE = frozenset(["ours", "sentencex", "pysbd", "blingfire"])


def main() -> None:
    """Print a row per language and library."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--errors", type=int, default=0, help="errors of ours to show")
    options = parser.parse_args()
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        for name, load in LIBRARIES.items():
            if language == "zh" and name not in CHINESE:
                continue
            try:
                cut = load(language)
            except ImportError:
                print(f"{language}  {name:18} not installed")
                continue
            start = time.perf_counter()
            result = measure(cut, language, options.gold)
            rate = (result.right + result.missed) / (time.perf_counter() - start)
            print(
                f"{language}  {name:18} F1 {result.f1:.4f}  right {result.right:5}  "
                f"wrong {result.wrong:4}  missed {result.missed:4}  {rate:8.0f} sentences/s"
            )
            for error in result.errors[: options.errors if name == "ours" else 0]:
                print("   ", error)


if __name__ == "__main__":
    main()
