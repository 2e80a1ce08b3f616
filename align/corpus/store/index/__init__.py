"""Indexes derived from the corpus, safe to delete, and their records: queries, beads, terms."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from ....aligner.text.strings import digest
from ....records import Language, Status

NEAR = 8  # maximum number of characters that a star matches in Chinese


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One term in one language. ``parts`` has two entries if a star occurs within Chinese.

    Each part contains the stems of its words in order (for a prefix, their forms).
    """

    side: Language
    text: str
    parts: tuple[tuple[str, ...], ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class QueryClause:
    """Alternative terms: at least one must occur, or none if the clause is negative."""

    terms: tuple[QueryTerm, ...]
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Clauses that must all be true; at least one is not negative."""

    clauses: tuple[QueryClause, ...]

    def wanted(self, side: Language) -> tuple[QueryTerm, ...]:
        """Return the terms in one language that can occur in a hit."""
        shown = (clause.terms for clause in self.clauses if not clause.negative)
        return tuple(term for terms in shown for term in terms if term.side == side)


@dataclass(frozen=True, slots=True)
class Where:
    """Filters on the bead apart from its texts. An empty field matches everything."""

    since: dt.date | None = None
    until: dt.date | None = None
    speaker: str = ""  # part of the name is enough
    role: str = ""
    site: str = ""  # part of the name is enough
    statuses: tuple[Status, ...] = ()
    at_most: float | None = None  # upper bound of the probability

    def conditions(self) -> dict[str, Sequence[str | float]]:
        """Return the conditions on the table ``bead`` in SQL, each with its values."""
        conditions = {
            "bead.date >= ?": (str(self.since or ""),),
            "bead.date <= ?": (str(self.until or ""),),
            "bead.role = ?": (self.role,),
            "instr(lower(bead.site), lower(?)) > 0": (self.site,),
            "bead.probability <= ?": () if self.at_most is None else (self.at_most,),
            "instr(lower(bead.speaker), lower(?)) > 0": (self.speaker,),
            f"bead.status IN ({','.join('?' * len(self.statuses))})": self.statuses,
        }
        return {text: values for text, values in conditions.items() if values not in ((), ("",))}

    def clause(self) -> str:
        """Return all conditions in SQL."""
        return " AND ".join(self.conditions()) or "1"

    def values(self) -> list[str | float]:
        """Return the values of the conditions in the order of their question marks."""
        return [value for values in self.conditions().values() for value in values]


def match_expression(query: Query) -> str:
    """Return a query in the syntax of FTS5."""
    parts: dict[bool, list[str]] = {False: [], True: []}
    for clause in query.clauses:
        parts[clause.negative].append(f"({' OR '.join(map(_phrase, clause.terms))})")
    text = " AND ".join(parts[False])
    return f"({text}) NOT ({' OR '.join(parts[True])})" if parts[True] else text


def _phrase(term: QueryTerm) -> str:
    column = "forms" if term.prefix else term.side
    parts = [f'"{" ".join(part)}"' for part in term.parts]
    if len(parts) > 1:
        return f"({column} : NEAR({' '.join(parts)}, {NEAR}))"
    return f"({column} : {parts[0]}{' *' if term.prefix else ''})"


@dataclass(frozen=True, slots=True)
class IndexedBead:
    """One bead of the index. The word fields are written only; they are empty when read."""

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
    """One text of a bead. Equal texts have equal keys, wherever they occur.

    ``bead`` is the newest bead with the same two texts; ``times`` counts all of them.
    """

    key: int
    side: Language
    bead: IndexedBead
    times: int = 1


@dataclass(frozen=True, slots=True)
class IndexUpdate:
    """The change of a briefing from the state ``before`` to ``after``: beads out, beads in."""

    briefing: str
    before: str
    after: str
    removed: tuple[str, ...]
    added: tuple[IndexedBead, ...]
    texts: bytes = b""  # a digest of its texts and the ids of their beads


@dataclass(frozen=True, slots=True)
class RenderingExample:
    """A bead that has a rendering, and its briefing."""

    bead: str
    briefing: str


@dataclass(frozen=True, slots=True)
class Rendering:
    """One way in which a passage was put into English; ``en`` is empty where none was found.

    ``variants`` are other ways to write it: the acronym of a long form, or the long form.
    ``sure`` is the mean, over its rows, of how far passage and rendering account for each other.
    """

    en: str
    count: int
    examples: tuple[RenderingExample, ...]
    variants: tuple[str, ...] = ()
    sure: float = 0.0


TermList = Literal["certain", "varied", "missing", "ceremony"]

TERM_LISTS: tuple[TermList, ...] = get_args(TermList)
"""Terms with one usual rendering; with several; without one; phrases of ceremony."""


@dataclass(frozen=True, slots=True)
class Term:
    """A recurring Chinese passage and its renderings, the most frequent first.

    ``score`` orders the terms of a list: frequent, sure and unlike ordinary text.
    """

    zh: str
    count: int
    renderings: tuple[Rendering, ...]
    sure: float = 0.0
    score: float = 0.0
    list: TermList = "certain"

    @property
    def agreement(self) -> float:
        """The share of the beads that have the most frequent rendering; 0 where none was found."""
        return self.renderings[0].count / self.count if self.renderings[0].en else 0.0

    @property
    def english(self) -> tuple[str, ...]:
        """All ways to write its renderings, the most frequent first."""
        forms = (form for one in self.renderings for form in (one.en, *one.variants))
        return tuple(dict.fromkeys(form for form in forms if form))


def text_key(text: str) -> int:
    """Return the key of a text: 63 bits of its digest."""
    return digest(text) >> 1
