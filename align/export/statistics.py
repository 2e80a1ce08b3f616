"""What an export holds, counted as it is written: beads in, numbers for the data card out."""

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..records import ExportedBead


@dataclass(slots=True)
class SourceCount:
    """What one site gave."""

    beads: int = 0
    first: str = ""
    last: str = ""
    addresses: set[int] = field(default_factory=set)  # hashes: only their number is told

    def add(self, pair: ExportedBead, address: str) -> None:
        """Count one bead."""
        self.beads += 1
        self.addresses.add(hash(address))
        if pair.retrieved is not None:
            day = pair.retrieved.date().isoformat()
            self.first = min(self.first or day, day)
            self.last = max(self.last, day)


@dataclass(slots=True)
class Share:
    """What one part, or all of them, add up to."""

    beads: int = 0
    complete: int = 0  # with text on both sides
    accepted: int = 0
    characters: int = 0
    words: int = 0
    briefings: set[str] = field(default_factory=set)
    first: str = ""
    last: str = ""

    def add(self, pair: ExportedBead) -> None:
        """Count one bead."""
        self.beads += 1
        self.complete += bool(pair.zh and pair.en)
        self.accepted += pair.status == "accepted"
        self.characters += sum(not char.isspace() for char in pair.zh)
        self.words += len(pair.en.split())
        self.briefings.add(pair.briefing)
        if pair.date is not None:
            day = pair.date.isoformat()
            self.first = min(self.first or day, day)
            self.last = max(self.last, day)


@dataclass(slots=True)
class ExportStatistics:
    """Counts what passes by; memory grows with briefings, sites and years, not with beads."""

    all: Share = field(default_factory=Share)
    parts: dict[str, Share] = field(default_factory=dict)
    part: str = ""  # of the beads that come
    wrong: float = 0.0  # expected among those that no person looked at
    unknown: int = 0  # of them without a probability
    statuses: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    sources: dict[str, SourceCount] = field(default_factory=dict)
    licences: set[str] = field(default_factory=set)
    signatures: set[str] = field(default_factory=set)

    def add(self, pair: ExportedBead) -> None:
        """Count one bead."""
        for share in (self.all, self.parts.setdefault(self.part, Share())):
            share.add(pair)
        self.statuses[pair.status] += 1
        if pair.status == "unreviewed":
            self.wrong += 1 - pair.probability if pair.probability is not None else 0.0
            self.unknown += pair.probability is None
        self.kinds[pair.kind] += 1
        self.years[str(pair.date.year) if pair.date else "unknown"] += 1
        self.checks.update(set(pair.checks))
        self.licences.update(filter(None, [pair.licence]))
        self.signatures.update(filter(None, [pair.signature]))
        for address in {pair.source_zh, pair.source_en} - {""}:
            site = urlsplit(address).netloc or "files"
            self.sources.setdefault(site, SourceCount()).add(pair, address)
