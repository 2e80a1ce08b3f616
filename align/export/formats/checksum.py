"""What a bead was when it was exported, in a few letters: cells in, a checksum out.

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

_FORM = re.compile(r"c([0-9a-f]{12})([0-9a-f]{6})([0-9a-f]{6})([0-9a-f]{6})")
_ELSEWHERE = frozenset(
    {"id", "briefing", "status", "note", "reviewer", "zh_index", "en_index", "checksum"}
)


@dataclass(frozen=True, slots=True)
class Checksum:
    """The four parts: what was decided, by whom, which sentences, and all other fields.

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
        found = _FORM.fullmatch(text.strip())
        return cls(*found.groups()) if found else None

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> "Checksum":
        """Take the checksum of a bead from its cells; a field that is not there is empty."""
        rest = sorted(name for name in texts if name not in _ELSEWHERE and name not in _TEXTS)
        return cls(
            digest_decision(*(texts.get(name, "") for name in DECIDED)),
            _digest(texts.get("reviewer", ""), size=6),
            digest_place(*(texts.get(name, "") for name in _PLACE)),
            _digest(*(texts[name] for name in rest), size=6),
        )


DECIDED = ("zh", "en", "status", "note")
"""The cells that a reviewer decides about, in the order of :func:`decided`."""
_PLACE = ("briefing", "zh_index", "en_index")
_TEXTS = frozenset({"zh", "en", "zh_raw", "en_raw"})


def digest_decision(zh: str, en: str, status: str, note: str) -> str:
    r"""Take the checksum of what reviewers decide about.

    >>> digest_decision("水。", "Water  is\nwet. ", "accepted", "") == digest_decision(
    ...     "水。", "Water is wet.", "accepted", "")
    True
    """
    return _digest(zh, en, status, note, size=12)


def digest_place(briefing: str, zh_index: str, en_index: str) -> str:
    """Take the checksum of which sentences a bead holds; the numbers as in a table."""
    return _digest(briefing, zh_index, en_index, size=6)


def add_checksum(pair: ExportedBead) -> ExportedBead:
    """Give a bead as it is exported with its checksum."""
    texts = to_texts(pair) | {"zh": pair.zh, "en": pair.en}
    return replace(pair, checksum=str(Checksum.of(texts)))


def normalise_blanks(text: str) -> str:
    """Give a text with single blanks between its words and none around it."""
    return " ".join(text.split())


def _digest(*texts: str, size: int) -> str:
    data = normalise_blanks(
        " \x00 ".join(texts)
    )  # no database holds it, and a blank beside it is none more
    found = hashlib.blake2b(data.encode("utf-8", "surrogatepass"), digest_size=size // 2)
    return found.hexdigest()
