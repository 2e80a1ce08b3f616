"""The checksum of a bead as it was exported, in 31 characters.

A file that comes back edited is compared with it: what of the row was changed in the file, and
whether the bead was changed in the corpus meanwhile. Blanks and line ends do not count, since
programs change them; curly quotation marks in the place of straight ones do.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...records import ExportedBead
from .values import to_texts

DECIDED = ("zh", "en", "status", "note")
"""The cells that a reviewer decides about, in the order of :func:`digest_decision`."""

_PLACE = ("briefing", "zh_index", "en_index")
_NOT_REST = {*DECIDED, *_PLACE, "id", "reviewer", "checksum", "zh_raw", "en_raw"}
_FORM = re.compile(r"c([0-9a-f]{12})([0-9a-f]{6})([0-9a-f]{6})([0-9a-f]{6})")


@dataclass(frozen=True, slots=True)
class Checksum:
    """Its four parts: the decision, by whom, which sentences, and all other fields.

    As text it begins with a letter, so that no spreadsheet takes it for a number.
    """

    decided: str
    reviewer: str
    place: str
    rest: str

    def __str__(self) -> str:
        return f"c{self.decided}{self.reviewer}{self.place}{self.rest}"

    @classmethod
    def parse(cls, text: str) -> "Checksum | None":
        """Read a checksum; ``None`` where it is none.

        >>> Checksum.parse("") is None, str(Checksum.parse("c" + "0a" * 15))
        (True, 'c0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a')
        """
        match = _FORM.fullmatch(text.strip())
        return cls(*match.groups()) if match else None

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> "Checksum":
        """Return the checksum of a bead by its cells; a field that is not there is empty."""
        rest = sorted(texts.keys() - _NOT_REST)
        return cls(
            digest_decision(*(texts.get(name, "") for name in DECIDED)),
            _digest(texts.get("reviewer", ""), size=6),
            digest_place(*(texts.get(name, "") for name in _PLACE)),
            _digest(*(texts[name] for name in rest), size=6),
        )


def digest_decision(zh: str, en: str, status: str, note: str) -> str:
    r"""Return the checksum of what reviewers decide about.

    >>> digest_decision("水。", "Water  is\nwet. ", "accepted", "") == digest_decision(
    ...     "水。", "Water is wet.", "accepted", "")
    True
    """
    return _digest(zh, en, status, note, size=12)


def digest_place(briefing: str, zh_index: str, en_index: str) -> str:
    """Return the checksum of which sentences a bead holds; the numbers as in a table."""
    return _digest(briefing, zh_index, en_index, size=6)


def add_checksum(pair: ExportedBead) -> ExportedBead:
    """Return a bead as it is exported with its checksum."""
    texts = to_texts(pair) | {"zh": pair.zh, "en": pair.en}
    return replace(pair, checksum=str(Checksum.of(texts)))


def normalise_blanks(text: str) -> str:
    """Return a text with single blanks between its words and none around it."""
    return " ".join(text.split())


def _digest(*texts: str, size: int) -> str:
    # No database holds U+0000, and a blank beside it adds none.
    data = normalise_blanks(" \x00 ".join(texts)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=size // 2).hexdigest()
