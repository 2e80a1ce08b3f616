"""How similar translations are to an encoder, measured on a few plain pairs of sentences.

A small text has no scale of its own. In: an encoder. Out: its
:class:`~align.match.features.similarity.Yardstick`, measured once in a process.
"""

import json
from functools import cache
from pathlib import Path

from .features.similarity import Yardstick
from .results import SideEncoder

FILE = Path(__file__).with_name("encoder_scale.json")

_known: dict[str, Yardstick] = {}
"""Signature of an encoder to what was measured. Two threads that meet here measure the same."""


def of(encoder: SideEncoder) -> Yardstick:
    """Return the yardstick of an encoder."""
    found = _known.get(encoder.signature)
    if found is None:
        zh, en = pairs()
        found = Yardstick.of(encoder.encode(zh), encoder.encode(en))
        _known[encoder.signature] = found
    return found


@cache
def pairs() -> tuple[list[str], list[str]]:
    """Return the sentences in Chinese and in English, written for this project."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return [zh for zh, _ in content], [en for _, en in content]
