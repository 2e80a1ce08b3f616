"""Records of the full-text index: beads, their texts, and changes of briefings."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...records import Language
from ...text.digest import digest


@dataclass(frozen=True, slots=True)
class IndexedBead:
    """One bead of the index. The words are only written, and empty on reading."""

    id: str
    briefing: str
    position: int
    digest: bytes
    date: str
    speaker: str
    role: str
    site: str
    status: str
    probability: float | None
    zh: str
    en: str
    zh_words: tuple[str, ...] = ()
    en_words: tuple[str, ...] = ()
    en_forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexedText:
    """One side of a bead. Equal texts have equal keys, wherever they stand.

    ``times`` counts the beads that have both texts of this one, the newest of them.
    """

    key: int
    side: Language
    bead: IndexedBead
    times: int = 1


@dataclass(frozen=True, slots=True)
class IndexHit:
    """How many beads fit, and a page of them."""

    total: int
    beads: tuple[IndexedBead, ...]


@dataclass(frozen=True, slots=True)
class IndexedBriefing:
    """The indexed state of a briefing, empty for none, and a digest of each bead by its id."""

    state: str
    digests: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class IndexUpdate:
    """The change of a briefing from the state ``before`` to ``after``: beads out, beads in."""

    briefing: str
    before: str
    after: str
    removed: tuple[str, ...]
    added: tuple[IndexedBead, ...]


def text_key(text: str) -> int:
    """Return the key of a text: 63 bits of its digest."""
    return digest(text) >> 1
