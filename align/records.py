"""The records that stages pass to each other. They are frozen; raw text is never altered.

The words are explained in CONTRIBUTING.md.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from .errors import N_

Language = Literal["zh", "en"]
"""The two sides of a briefing, always named in this order."""

LANGUAGES: tuple[Language, Language] = ("zh", "en")

LANGUAGE_NAMES: dict[Language, str] = {"zh": N_("Chinese"), "en": N_("English")}
"""The names of the sides in messages."""

OTHER: dict[Language, Language] = {"zh": "en", "en": "zh"}
"""The other side."""

GAP: dict[Language, str] = {"zh": "", "en": " "}
"""The text between two sentences of a bead: a space in English, nothing in Chinese."""

CharSpan = tuple[int, int]
"""Characters of a text: the first, and the one after the last."""

T = TypeVar("T")
Mapped = TypeVar("Mapped")


@dataclass(frozen=True, slots=True)
class Sides(Generic[T]):
    """A value for each language; iteration gives Chinese, then English.

    >>> lengths = Sides("水", "Water").map(len)
    >>> lengths["en"], lengths.other("en"), [*lengths]
    (5, 1, [1, 5])
    """

    zh: T
    en: T

    def __getitem__(self, language: Language) -> T:
        """Return the value of a language."""
        return self.zh if language == "zh" else self.en

    def __iter__(self) -> Iterator[T]:
        yield self.zh
        yield self.en

    def other(self, language: Language) -> T:
        """Return the value of the other language."""
        return self[OTHER[language]]

    def map(self, function: Callable[[T], Mapped]) -> "Sides[Mapped]":
        """Return the results of a function for each side."""
        return Sides(function(self.zh), function(self.en))

    def put(self, language: Language, value: T) -> "Sides[T]":
        """Return the sides with another value for one language."""
        return Sides(value, self.en) if language == "zh" else Sides(self.zh, value)


Role = Literal["chair", "speaker", "media", ""]
"""Who speaks in a turn; empty when it is not known."""

Status = Literal["unreviewed", "accepted", "rejected", "flagged"]
"""The status that the last verdict gave a bead."""

DOUBTFUL = 0.8
"""Below this probability a bead counts as doubtful where people read."""

STATUSES: tuple[Status, ...] = ("unreviewed", "accepted", "rejected", "flagged")


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a web server, or a saved page with its URL."""

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
class TablePlace:
    """The row of a table that a paragraph is in, and the size of the table.

    Tables are counted through the file and rows through the table, both from 0 and including those
    without text.
    """

    table: int
    row: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Document:
    """One language version of a briefing, as read from its pages or file.

    ``source`` names the reader that matched (``scio_en``, ``text`` ...); ``notes`` are sentences
    for the user: which rule found the body, what a guard noticed. ``tables`` has the place of each
    paragraph, ``None`` outside tables; it is empty if the text has no table. A corpus keeps it with
    the sentences only.
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
    tables: tuple[TablePlace | None, ...] = field(default=(), compare=False)

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
    belong to the first. ``paragraph`` and ``turn`` count through the document from 0. ``table_row``
    is the row of a table that it is in.
    """

    text: str
    paragraph: int = 0
    turn: int = 0
    start: int = 0
    end: int = 0
    table_row: TablePlace | None = field(default=None, compare=False)

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
class Pair:
    """The two texts of a bead, and the sentences that they are made of.

    ``texts`` are as edited. ``raw`` are as published: Chinese sentences joined without a space,
    English ones with one; it is ``None`` if a file does not contain them. ``index`` counts the
    sentences of each document from 0.
    """

    texts: Sides[str]
    raw: Sides[str] | None = None
    index: Sides[tuple[int, ...]] = Sides((), ())
    probability: float | None = None

    @property
    def published(self) -> Sides[str]:
        """The texts as published, or as edited if those are unknown."""
        return self.raw or self.texts

    @property
    def type(self) -> str:
        """How many sentences of each side it joins, Chinese first: ``1-2``."""
        return "-".join(str(len(numbers)) for numbers in self.index)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a bead comes from: its briefing, the speaker, the pages, and how it was aligned.

    ``sources`` are URLs, or the user's replacements for them; ``retrieved`` is when the newest of
    the pages was fetched. Unknown fields are empty. ``is_speaker_sure`` is false if no label shows
    who speaks; formats do not keep it.
    """

    briefing: str = ""
    date: dt.date | None = None
    speaker: str = ""
    role: Role = ""
    is_speaker_sure: bool = field(default=True, compare=False, kw_only=True)
    sources: Sides[str] = Sides("", "")
    retrieved: dt.datetime | None = None
    licence: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The findings of people and of the checks about a bead.

    ``checks`` are the kinds of checks that failed. ``changed`` is when a reviewer of this corpus
    changed the bead; few formats contain it, so it does not count when beads are compared.
    """

    status: Status = "unreviewed"
    reviewer: str = ""
    note: str = ""
    checks: tuple[str, ...] = ()
    changed: dt.datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class BeadRecord:
    """A bead with everything that is known about it, as a corpus exports and imports it.

    It consists of three records, so that a stage can take the one that it needs: a check needs the
    texts, a data card their provenance, a cleaning rule the verdict. ``id`` is ``None`` for a bead
    from another tool's file without ids. Fields that only a file has, such as a checksum, are in
    :class:`align.corpus.exchange.formats.record.FileRecord`.
    """

    id: str | None
    pair: Pair
    provenance: Provenance = Provenance()
    verdict: Verdict = Verdict()

    @property
    def zh(self) -> str:
        """The Chinese text, as edited."""
        return self.pair.texts.zh

    @property
    def en(self) -> str:
        """The English text, as edited."""
        return self.pair.texts.en
