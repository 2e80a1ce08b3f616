"""The records that stages pass to each other. They are frozen; raw text is never altered.

The words are explained in CONTRIBUTING.md.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .errors import N_

Language = Literal["zh", "en"]
"""The two sides of a briefing, always named in this order."""

LANGUAGES: tuple[Language, Language] = ("zh", "en")

LANGUAGE_NAMES: dict[Language, str] = {"zh": N_("Chinese"), "en": N_("English")}
"""How the sides are called in messages."""

OTHER: dict[Language, Language] = {"zh": "en", "en": "zh"}
"""The other side."""

GAP: dict[Language, str] = {"zh": "", "en": " "}
"""The text between two sentences of a bead: a space in English, nothing in Chinese."""

Role = Literal["chair", "speaker", "media", ""]
"""Who speaks in a turn; empty when it is not known."""

Status = Literal["unreviewed", "accepted", "rejected", "flagged"]
"""What the last verdict on a bead says."""

DOUBTFUL = 0.8
"""Below this probability a bead counts as doubtful where people read."""

STATUSES: tuple[Status, ...] = ("unreviewed", "accepted", "rejected", "flagged")


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a web server, or a saved page with the address it came from."""

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    fetched_at: dt.datetime
    body: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """Checksum of the body, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Participant:
    """A person named in the header of a document."""

    name: str
    title: str = ""
    role: Role = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says. ``label`` is as printed, colon included, or empty."""

    label: str
    paragraphs: tuple[str, ...]
    role: Role = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One language version of a briefing, as read from its pages or file.

    ``source`` names the reader that matched (``scio_en``, ``text`` ...); ``notes`` are sentences
    for the user: which rule found the body, what a guard noticed.
    """

    language: Language
    title: str
    turns: tuple[Turn, ...]
    date: dt.date | None = None
    place: str = ""
    participants: tuple[Participant, ...] = ()
    captions: tuple[str, ...] = ()
    url: str = ""
    counterpart_url: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()

    def paragraphs(self) -> Iterator[tuple[int, str]]:
        """Yield (turn index, paragraph) through the whole document, in order."""
        for index, turn in enumerate(self.turns):
            for paragraph in turn.paragraphs:
                yield index, paragraph


def web_address(address: str) -> str:
    """Return a URL, or an empty text for a file URL, which would reveal the user's folders."""
    return "" if address.startswith("file:") else address


@dataclass(frozen=True, slots=True)
class Sentence:
    """A slice of a paragraph: ``paragraph_text[start:end] == text``.

    The sentences of a paragraph follow each other without a gap, so spaces between two sentences
    belong to the first. ``paragraph`` and ``turn`` count through the document from 0.
    """

    text: str
    paragraph: int = 0
    turn: int = 0
    start: int = 0
    end: int = 0

    @property
    def clean(self) -> str:
        """The text as it is encoded, shown and exported: without surrounding spaces."""
        return self.text.strip()


def join_text(sentences: Iterable[Sentence], language: Language) -> str:
    """Join the sentences of one side of a bead into its text."""
    return GAP[language].join(sentence.clean for sentence in sentences)


@dataclass(frozen=True, slots=True)
class Bead:
    """Indices of a zh span and an en span that are translations of each other.

    ``probability`` is calibrated: of the beads given 0.9, nine in ten are right. It is ``None``
    where the engine has none. ``status`` is what the last verdict said.
    """

    zh: tuple[int, ...]
    en: tuple[int, ...]
    probability: float | None = None
    status: Status = "unreviewed"

    @property
    def kind(self) -> str:
        """The bead type, zh count first: ``1-2``."""
        return f"{len(self.zh)}-{len(self.en)}"


@dataclass(frozen=True, slots=True)
class Alignment:
    """The beads of one briefing in order, each sentence in exactly one, and how they were made."""

    beads: tuple[Bead, ...]
    signature: str


@dataclass(frozen=True, slots=True)
class Briefing:
    """Two documents that are translations of each other, cut into sentences and aligned."""

    id: str
    zh: Document
    en: Document
    zh_sentences: tuple[Sentence, ...]
    en_sentences: tuple[Sentence, ...]
    alignment: Alignment


@dataclass(frozen=True, slots=True)
class ExportedBead:
    """One bead as it leaves the corpus: its texts, and everything an engineer may ask about it.

    ``zh`` and ``en`` are as corrected, ``zh_raw`` and ``en_raw`` as published: Chinese sentences
    joined without a blank, English ones with one. ``zh_index`` and ``en_index`` count sentences
    of the document from 0. ``checks`` are the kinds of checks that failed. ``checksum`` says in a
    file what the bead was when it was exported (:mod:`align.corpus.exchange.formats.values`).
    ``context`` has the texts (zh, en) of beads before it, the nearest last. ``changed`` is when a
    reviewer of this corpus changed the bead; few formats hold it, so it does not count when beads
    are compared.
    ``aside`` holds the columns of another tool's file that have no field here.
    """

    id: str
    briefing: str
    zh: str
    en: str
    zh_raw: str = field(default="", repr=False)
    en_raw: str = field(default="", repr=False)
    date: dt.date | None = None
    speaker: str = ""
    role: Role = ""
    zh_index: tuple[int, ...] = ()
    en_index: tuple[int, ...] = ()
    probability: float | None = None
    status: Status = "unreviewed"
    reviewer: str = ""
    checks: tuple[str, ...] = ()
    source_zh: str = field(default="", repr=False)
    source_en: str = field(default="", repr=False)
    retrieved: dt.datetime | None = field(default=None, repr=False)
    licence: str = field(default="", repr=False)
    signature: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    checksum: str = field(default="", repr=False)
    context: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    changed: dt.datetime | None = field(default=None, compare=False, repr=False)
    aside: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)

    @property
    def type(self) -> str:
        """How many sentences of each side it joins, Chinese first: ``1-2``."""
        return f"{len(self.zh_index)}-{len(self.en_index)}"
