"""Description of an export: the data card for people, Croissant metadata for programs."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from ... import __version__
from ...aligner.text.strings import count_noun
from ...records import LANGUAGES, STATUSES, BeadRecord, Provenance
from ...sources.web.urls import host_of
from .formats.columns import ColumnType, document_columns, record_columns
from .formats.values import FIELDS, HEAD
from .plan import ExportPart, ExportPlan, ExportResult
from .splits import PARTS

_SIZES = {
    1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M",
    10_000_000: "1M<n<10M",
}  # fmt: skip
FIRST_VERSION = "1.0.0"
"""The version of a data set whose ``corpus.toml`` has none."""

_LOADABLE = ("jsonl", "parquet", "tsv")
_ABOUT = ("description", "statement", "licence", "licence_url", "citation")
_LISTS = ("zh_index", "en_index", "checks")


@dataclass(slots=True)
class SourceSum:
    """Totals of one site."""

    beads: int = 0
    days: set[str] = field(default_factory=set)  # when its pages were fetched
    addresses: set[int] = field(default_factory=set)  # hashes; only their number is shown


@dataclass(slots=True)
class PartSum:
    """Totals of the beads of one part, or of all parts."""

    beads: int = 0
    complete: int = 0  # with text on both sides
    accepted: int = 0
    characters: int = 0
    words: int = 0
    briefings: set[str] = field(default_factory=set)
    days: set[str] = field(default_factory=set)

    def add(self, bead: BeadRecord) -> None:
        """Count one bead."""
        self.beads += 1
        self.complete += bool(bead.zh and bead.en)
        self.accepted += bead.verdict.status == "accepted"
        self.characters += sum(not char.isspace() for char in bead.zh)
        self.words += len(bead.en.split())
        self.briefings.add(bead.provenance.briefing)
        if bead.provenance.date is not None:
            self.days.add(bead.provenance.date.isoformat())


class ExportStatistics:
    """Counts of the beads of an export; memory grows with briefings, sites and years."""

    def __init__(self) -> None:
        self.whole = PartSum()
        self.parts: defaultdict[str, PartSum] = defaultdict(PartSum)
        self.sources: defaultdict[str, SourceSum] = defaultdict(SourceSum)
        self.wrong = 0.0  # expected errors among unreviewed beads
        self.unknown = 0  # unreviewed beads without a probability
        self.statuses = Counter[str]()
        self.kinds = Counter[str]()
        self.years = Counter[str]()
        self.checks = Counter[str]()
        self.licences: set[str] = set()
        self.signatures: set[str] = set()
        self.unsure_beads = 0  # beads whose speaker is uncertain
        self.unsure_turns = 0  # runs of such beads
        self._unsure_turn = ("", "")  # briefing and speaker of the last one

    def add(self, bead: BeadRecord, part: str) -> None:
        """Count one bead of a part."""
        self.whole.add(bead)
        self.parts[part].add(bead)
        pair, provenance, verdict = bead.pair, bead.provenance, bead.verdict
        self.statuses[verdict.status] += 1
        if verdict.status == "unreviewed":
            if pair.probability is None:
                self.unknown += 1
            else:
                self.wrong += 1 - pair.probability
        self.kinds[pair.type] += 1
        self.years[str(provenance.date.year) if provenance.date else "unknown"] += 1
        self.checks.update(set(verdict.checks))
        self._count_unsure(provenance)
        if provenance.licence:
            self.licences.add(provenance.licence)
        if provenance.signature:
            self.signatures.add(provenance.signature)
        addresses = filter(None, provenance.sources)
        sites = [(host_of(address) or "files", hash(address)) for address in addresses]
        for site, address in sites:
            self.sources[site].addresses.add(address)
        for site in dict(sites):  # both languages are often of one site
            self.sources[site].beads += 1
            if provenance.retrieved is not None:
                self.sources[site].days.add(provenance.retrieved.date().isoformat())

    @property
    def newest_day(self) -> str:
        """The newest day on which a briefing was held or a page fetched; empty if unknown."""
        fetched = (source.days for source in self.sources.values())
        return max(self.whole.days.union(*fetched), default="")

    def _count_unsure(self, provenance: Provenance) -> None:
        """Count a bead whose speaker is uncertain, and its turn unless the last bead had it."""
        turn = ("", "")
        if not provenance.is_speaker_sure:
            turn = (provenance.briefing, provenance.speaker)
            self.unsure_beads += 1
            self.unsure_turns += turn != self._unsure_turn
        self._unsure_turn = turn


def render_card(
    plan: ExportPlan, exported: ExportResult, statistics: ExportStatistics, about: Mapping[str, Any]
) -> str:
    """Return the card of a folder, in the Markdown of Hugging Face.

    :param about: the content of ``corpus.toml``.
    """
    known = statistics.licences or {str(about.get("licence") or "")}
    terms, size = about.get("terms"), statistics.whole.beads
    parts = {part.name: part for part in exported.parts}
    return _load_template("dataset_card.md.j2").render(
        plan=plan,
        exported=exported,
        name=str(about.get("title") or about.get("name") or "Briefings in Chinese and English"),
        about={key: about.get(key, "") for key in _ABOUT},
        terms=terms if isinstance(terms, Mapping) else {},
        loadable=exported.format in _LOADABLE,
        features=_features(plan) if exported.format in ("jsonl", "parquet") else (),
        version=__version__,
        statistics=statistics,
        size=next((words for limit, words in _SIZES.items() if size < limit), "n>10M"),
        newest_year=max((year for year in statistics.years if year != "unknown"), default=""),
        statuses=STATUSES,
        licence=", ".join(sorted(filter(None, known))),
        missing_parts=[name for name in PARTS if name not in parts],
        reference=_find_reference(parts),
    )


def _find_reference(parts: Mapping[str, ExportPart]) -> ExportPart | None:
    """Return the part that others are compared with: the test set, else the last part."""
    if "test" in parts:
        return parts["test"]
    others = list(parts.values())
    return others[-1] if others else None


def _load_template(name: str) -> Template:
    environment = Environment(  # nothing is escaped: these are Markdown and JSON
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters |= {
        "json": _to_json,
        "thousands": "{:,}".format,
        "counted": count_noun,
        "span": _to_span,
        "hub_split": _name_on_hub,
    }
    return environment.from_string((files(__package__) / name).read_text("utf-8"))


def _to_json(value: object, ensure_ascii: bool = False) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii)


def _to_span(days: Collection[str]) -> str:
    """Return the first and the last day, or the only one."""
    return " to ".join(sorted({min(days), max(days)}))


def _name_on_hub(part: ExportPart) -> str:
    """Return the name of a part that ``datasets`` uses."""
    return {"dev": "validation", "": "train"}.get(part.name, part.name)


def _features(plan: ExportPlan) -> list[dict[str, Any]]:
    """Return the columns whose types are pinned, so that parts without values load alike."""
    columns = document_columns() if plan.documents else record_columns(plan)
    types = {name: _feature(kind) for name, kind in columns.items()}
    types["translation"] = {"dtype": {"translation": {"languages": list(LANGUAGES)}}}
    return [{"name": name, **kind} for name, kind in types.items()]


def _feature(kind: ColumnType) -> dict[str, Any]:
    """Return a type of a column as ``datasets`` writes it into a card."""
    if isinstance(kind, list):
        inner = _feature(kind[0])
        named = inner.get("struct")
        return {"list": named} if named else {"sequence": inner.get("dtype") or inner}
    if isinstance(kind, dict):
        return {"struct": [{"name": name, **_feature(inner)} for name, inner in kind.items()]}
    return {"dtype": kind}


def render_croissant(
    plan: ExportPlan,
    exported: ExportResult,
    statistics: ExportStatistics,
    about: Mapping[str, Any],
    folder: Path,
) -> str:
    """Return the metadata of the files in a folder; ``about`` is ``corpus.toml``.

    Without a date of publication there, it is the newest day in the content, so that two exports of
    the same content are equal.
    """
    loadable = exported.parts if plan.format in _LOADABLE else ()
    columns = ("id", *HEAD) if plan.documents else [name for name in FIELDS if name not in _LISTS]
    return _load_template("croissant.json.j2").render(
        name=str(about.get("title") or about.get("name") or "briefings"),
        about={key: about.get(key, "") for key in _ABOUT},
        version=str(about.get("version") or FIRST_VERSION),
        published=str(about.get("published") or statistics.newest_day),
        files=[_file(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()],
        tables=[part.files[0].name for part in loadable],
        columns=(*LANGUAGES, *columns),
        format=plan.format,
    )


def _file(path: Path, folder: Path) -> dict[str, object]:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    name = path.relative_to(folder).as_posix()
    return {"name": name, "suffix": path.suffix, "size": path.stat().st_size, "sha256": sha256}
