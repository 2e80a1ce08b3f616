"""The data card of an export: statistics counted on the way, and their rendering."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, StrictUndefined, Template

from .. import __version__
from ..records import LANGUAGES, STATUSES, ExportedBead
from ..text.strings import count_noun
from .formats import ExportHeader
from .plan import ExportPart, ExportPlan, ExportResult
from .splits import PARTS

HUB_LICENCES = {
    "apache-2.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc0-1.0", "mit",
}  # fmt: skip
_SIZES = {
    1_000: "n<1K",
    10_000: "1K<n<10K",
    100_000: "10K<n<100K",
    1_000_000: "100K<n<1M",
    10_000_000: "1M<n<10M",
}
_LOADABLE = ("jsonl", "parquet", "tsv")


@dataclass(slots=True)
class SourceSum:
    """What one site gave."""

    beads: int = 0
    days: set[str] = field(default_factory=set)
    addresses: set[int] = field(default_factory=set)  # hashes: only their number is told

    @property
    def retrieved(self) -> str:
        """When its pages were fetched."""
        return _span(self.days) or "not recorded"


@dataclass(slots=True)
class PartSum:
    """What the beads of one part, or of all parts, add up to."""

    beads: int = 0
    complete: int = 0  # with text on both sides
    accepted: int = 0
    characters: int = 0
    words: int = 0
    briefings: set[str] = field(default_factory=set)
    days: set[str] = field(default_factory=set)

    def add(self, bead: ExportedBead) -> None:
        """Count one bead."""
        self.beads += 1
        self.complete += bool(bead.zh and bead.en)
        self.accepted += bead.status == "accepted"
        self.characters += sum(not char.isspace() for char in bead.zh)
        self.words += len(bead.en.split())
        self.briefings.add(bead.briefing)
        if bead.date is not None:
            self.days.add(bead.date.isoformat())


@dataclass(slots=True)
class ExportStatistics:
    """Counts of the beads of an export; memory grows with briefings, sites and years."""

    whole: PartSum = field(default_factory=PartSum)
    parts: dict[str, PartSum] = field(default_factory=dict)
    wrong: float = 0.0  # expected among those that no person looked at
    unknown: int = 0  # of them without a probability
    statuses: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    sources: dict[str, SourceSum] = field(default_factory=dict)
    licences: set[str] = field(default_factory=set)
    signatures: set[str] = field(default_factory=set)

    def part_sum(self, part: str) -> PartSum:
        """Return the counts of a part."""
        return self.parts.setdefault(part, PartSum())

    def add(self, bead: ExportedBead, part: str) -> None:
        """Count one bead of a part."""
        self.whole.add(bead)
        self.part_sum(part).add(bead)
        self.statuses[bead.status] += 1
        if bead.status == "unreviewed":
            self.wrong += 1 - bead.probability if bead.probability is not None else 0.0
            self.unknown += bead.probability is None
        self.kinds[bead.kind] += 1
        self.years[str(bead.date.year) if bead.date else "unknown"] += 1
        self.checks.update(set(bead.checks))
        self.licences.update(filter(None, [bead.licence]))
        self.signatures.update(filter(None, [bead.signature]))
        for address in {bead.source_zh, bead.source_en} - {""}:
            source = self.sources.setdefault(urlsplit(address).netloc or "files", SourceSum())
            source.beads += 1
            source.addresses.add(hash(address))
            if bead.retrieved is not None:
                source.days.add(bead.retrieved.date().isoformat())


def render_card(
    plan: ExportPlan, exported: ExportResult, statistics: ExportStatistics, about: Mapping[str, Any]
) -> str:
    """Return the card of an export folder, Markdown with the front matter of the hub.

    :param about: the values of ``corpus.toml``.
    """
    known = statistics.licences or {str(about.get("licence") or "")}
    terms, days = about.get("terms"), statistics.whole.days
    names = [part.name for part in exported.parts]
    return _template().render(
        name=str(about.get("title") or about.get("name") or "Briefings in Chinese and English"),
        about={key: about.get(key, "") for key in _ABOUT},
        terms=terms if isinstance(terms, Mapping) else {},
        format=exported.format,
        loadable=exported.format in _LOADABLE,
        features=_features(plan) if exported.format in ("jsonl", "parquet") else (),
        variant=plan.variant,
        documents=plan.documents,
        context=plan.context,
        raw=plan.raw,
        version=__version__,
        statistics=statistics,
        whole=statistics.whole,
        size=_size_category(statistics.whole.beads),
        held=f" held {'from' if len(days) > 1 else 'on'} {_span(days)}" if days else "",
        expected_errors=_expected_errors(statistics),
        newest_year=max((year for year in statistics.years if year != "unknown"), default=""),
        statuses=STATUSES,
        licence=", ".join(sorted(filter(None, known))),
        hub_licences=HUB_LICENCES,
        parts=exported.parts,
        missing_parts=[name for name in PARTS if name not in names],
        reference=next((part for part in exported.parts if part.name == "test"), None)
        or (exported.parts[-1] if names else None),
        split=plan.split,
        dropped=exported.dropped,
        normalised=exported.normalised,
        left_out=exported.left_out,
        altered=exported.altered,
    )


_ABOUT = ("description", "statement", "licence_url", "citation")


def _span(days: set[str]) -> str:
    """Return the first and the last of some days, or the only one."""
    return " to ".join(sorted({min(days), max(days)})) if days else ""


def _features(plan: ExportPlan) -> list[dict[str, Any]]:
    """Return the columns whose types are pinned, so that parts without values load alike."""
    from .formats import parquet

    header = ExportHeader(raw=plan.raw, context=plan.context > 0)
    columns = parquet.document_schema() if plan.documents else parquet.schema(header)
    types = {name: _feature(columns.field(name).type) for name in columns.names}
    types["translation"] = {"dtype": {"translation": {"languages": list(LANGUAGES)}}}
    return [{"name": name, **kind} for name, kind in types.items()]


def _feature(kind: Any) -> dict[str, Any]:  # noqa: ANN401 # pyarrow ships no types
    """Return a type of pyarrow as ``datasets`` writes it into a card."""
    if hasattr(kind, "value_type"):
        inner = _feature(kind.value_type)
        named = inner.get("struct")
        return {"list": named} if named else {"sequence": inner.get("dtype") or inner}
    if kind.num_fields:
        return {"struct": [{"name": field.name, **_feature(field.type)} for field in kind]}
    name = str(kind)
    return {"dtype": {"double": "float64", "date32[day]": "date32"}.get(name, name)}


def _size_category(beads: int) -> str:
    return next((size for limit, size in _SIZES.items() if beads < limit), "n>10M")


def _expected_errors(statistics: ExportStatistics) -> str:
    known = statistics.statuses["unreviewed"] - statistics.unknown
    if not known:
        return ""
    wrong = f"about {statistics.wrong:.0f}" if statistics.wrong >= 1 else "fewer than 1"
    return f"; by their probabilities {wrong} of {known:,} are wrong"


@cache
def _template() -> Template:
    environment = Environment(  # nothing is escaped: the card is Markdown
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters |= {
        "json": _to_json, "thousands": "{:,}".format, "counted": count_noun,
        "hub_split": _hub_split,
    }  # fmt: skip
    return environment.from_string((files(__package__) / "dataset_card.md.j2").read_text("utf-8"))


def _to_json(value: str, *, ensure_ascii: bool = False) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii)


def _hub_split(part: ExportPart) -> str:
    """Return the name of a part in ``datasets``."""
    return {"dev": "validation", "": "train"}.get(part.name, part.name)
