"""An encoder for the matcher's tests whose vectors depend on equal words only, and its texts."""

import zlib
from dataclasses import dataclass

import numpy as np

WIDTH = 64


@dataclass(frozen=True)
class Bag:
    """Encodes a text as the sum of its characters, so that equal texts have equal vectors."""

    signature: str = "bag@1"
    width: int = WIDTH

    def encode(self, texts):
        return np.stack([self._vector(text) for text in texts]).astype(np.float32)

    def encode_spans(self, sentences, longest, language):
        out = np.zeros((longest, len(sentences), self.width), np.float32)
        for back in range(longest):
            for end in range(back, len(sentences)):
                out[back, end] = self._vector("".join(sentences[end - back : end + 1]))
        return out

    def _vector(self, text):
        total = np.full(self.width, 1e-3)
        for word in text.replace("。", " ").replace(".", " ").split():
            total += np.random.default_rng(zlib.crc32(word.encode())).normal(size=self.width)
        return total / np.linalg.norm(total)


def texts(count):
    """Sentences of five invented words each, none of which another sentence has."""
    return [" ".join(f"{letter}{n}" for letter in "abcde") + "." for n in range(count)]


def shape(matching):
    return [(bead.zh, bead.en) for bead in matching.alignment.beads]


def covers(matching, zh, en):
    spans = [
        [index for bead in matching.alignment.beads for index in bead.zh],
        [index for bead in matching.alignment.beads for index in bead.en],
    ]
    return spans == [list(range(zh)), list(range(en))]
