"""Align two lists of sentences with an encoder of one's own: python align_lists.py.

An encoder is any object with ``encode(list of str)``, which returns one vector for each text. This
one counts numbers and a few words, so it needs no model; real ones are better.
"""

import re

import align

WORDS = [("港口", "port"), ("渔民", "fisher"), ("出口", "export"), ("早上", "morning")]
ZH = ["大家早上好。", "港口去年运货3亿吨。", "渔民收入增长7.5%，出口增长6.2%。"]
EN = [
    "Good morning.",
    "The port handled 300 million tonnes last year.",
    "Incomes of fishers grew by 7.5%.",
    "Exports rose by 6.2%.",
]


class CountingEncoder:
    """Gives a text one number for each known word, and one for each number that it contains."""

    numbers = ("7.5", "6.2")

    def encode(self, texts: list[str]) -> list[list[float]]:
        """Return one vector for each text."""
        return [self._vector(text.lower()) for text in texts]

    def _vector(self, text: str) -> list[float]:
        words = [float(zh in text or en in text) for zh, en in WORDS]
        found = re.findall(r"\d+\.\d+", text)
        return [0.1, *words, *(float(number in found) for number in self.numbers)]


def main() -> None:
    """Print the beads."""
    for bead in align.align(ZH, EN, encoder=CountingEncoder()):
        print(f"{bead.type}  {bead.probability:.2f}  {bead.zh}  {bead.en}")


if __name__ == "__main__":
    main()
