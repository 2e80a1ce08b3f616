"""The data card of an export: what was counted on the way in, a README.md out.

The front matter is what the Hugging Face hub and ``datasets.load_dataset`` read.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .formats.values import FIELDS, RAW
from .records import STATUSES, Pair
from .splits import Leaks

HUB_LICENCES = {
    "apache-2.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc0-1.0", "mit",
}  # fmt: skip
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
_LOADABLE = ("jsonl", "parquet")
_TYPES = {"probability": "float64", "date": "date32", "retrieved": "timestamp[us, tz=UTC]"}
_LISTS = {"zh_index": "int32", "en_index": "int32", "checks": "string"}


@dataclass(slots=True)
class Source:
    """What one site gave."""

    beads: int = 0
    first: str = ""
    last: str = ""
    addresses: set[int] = field(default_factory=set)  # hashes: only their number is told

    def add(self, pair: Pair, address: str) -> None:
        """Count one bead."""
        self.beads += 1
        self.addresses.add(hash(address))
        if pair.retrieved is not None:
            day = pair.retrieved.date().isoformat()
            self.first = min(self.first or day, day)
            self.last = max(self.last, day)


@dataclass(slots=True)
class Census:
    """Counts what passes by; memory grows with sites, years and speakers, not with beads."""

    beads: int = 0
    characters: int = 0
    words: int = 0
    briefings: set[str] = field(default_factory=set)
    statuses: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    sources: dict[str, Source] = field(default_factory=dict)
    licences: set[str] = field(default_factory=set)
    signatures: set[str] = field(default_factory=set)

    def add(self, pair: Pair) -> None:
        """Count one bead."""
        self.beads += 1
        self.characters += sum(not char.isspace() for char in pair.zh)
        self.words += len(pair.en.split())
        self.briefings.add(pair.briefing)
        self.statuses[pair.status] += 1
        self.kinds[pair.kind] += 1
        self.years[str(pair.date.year) if pair.date else "unknown"] += 1
        self.checks.update(set(pair.checks))
        self.licences.update(filter(None, [pair.licence]))
        self.signatures.update(filter(None, [pair.signature]))
        for address in {pair.source_zh, pair.source_en} - {""}:
            site = urlsplit(address).netloc or "files"
            self.sources.setdefault(site, Source()).add(pair, address)


@dataclass(frozen=True, slots=True)
class PartCount:
    """One part of the export: its name, file name and beads."""

    name: str
    file: str
    beads: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the card says. ``about`` holds the values of ``corpus.toml``."""

    format: str
    about: Mapping[str, Any]
    census: Census
    parts: Sequence[PartCount]
    filters: Sequence[tuple[str, int]] = ()
    left_out: int = 0
    altered: int = 0
    raw: bool = False
    leaks: Leaks | None = None
    version: str = ""


def text(facts: Facts) -> str:
    """Write the card."""
    given = facts.about.get("title") or facts.about.get("name")
    name = str(given or "Briefings in Chinese and English")
    sections = (
        _front_matter(facts, name),
        f"# {name}\n\n{_summary(facts)}",
        _parts(facts),
        _fields(facts),
        _sources(facts),
        _making(facts),
        _limits(facts),
        _measuring(facts),
        _citation(facts, name),
    )
    return "\n\n".join(section.strip() for section in sections if section) + "\n"


def _front_matter(facts: Facts, name: str) -> str:
    lines = [
        "---",
        "language:",
        "- zh",
        "- en",
        f"pretty_name: {json.dumps(name, ensure_ascii=False)}",
        "task_categories:",
        "- translation",
        "multilinguality:",
        "- translation",
        "size_categories:",
        f"- {_size(facts.census.beads)}",
        *_licence_lines(_licence(facts)),
        *_features(facts),
        *_configs(facts),
        "---",
    ]
    return "\n".join(lines)


def _size(beads: int) -> str:
    return next((size for limit, size in _SIZES if beads < limit), "n>10M")


def _licence(facts: Facts) -> str:
    licences = facts.census.licences or {str(facts.about.get("licence") or "")}
    return ", ".join(sorted(filter(None, licences)))


def _licence_lines(licence: str) -> list[str]:
    if licence.lower() in HUB_LICENCES:
        return [f"license: {licence.lower()}"]
    stated = licence or "see the terms of the sources below"
    return ["license: other", f"license_name: {json.dumps(stated, ensure_ascii=False)}"]


def _features(facts: Facts) -> list[str]:
    """Pin the types, so that a part whose values are all unknown loads like the others."""
    if facts.format not in _LOADABLE:
        return []
    lines = [
        "dataset_info:",
        "  features:",
        "  - name: translation",
        "    dtype:",
        "      translation:",
        "        languages:",
        "        - zh",
        "        - en",
    ]
    for name in (*FIELDS, *(RAW if facts.raw else ())):
        lines.append(f"  - name: {name}")
        kind = _TYPES.get(name, "string")
        lines.append(f"    sequence: {_LISTS[name]}" if name in _LISTS else f"    dtype: {kind}")
    return lines


def _configs(facts: Facts) -> list[str]:
    if facts.format not in _LOADABLE or not facts.parts:
        return []
    lines = ["configs:", "- config_name: default", "  data_files:"]
    for part in facts.parts:
        lines += [f"  - split: {_hub_split(part.name)}", f"    path: {json.dumps(part.file)}"]
    return lines


def _hub_split(name: str) -> str:
    """Name a part as ``datasets`` does."""
    return {"dev": "validation", "": "train"}.get(name, name)


def _summary(facts: Facts) -> str:
    census = facts.census
    said = (str(facts.about.get(key, "")) for key in ("description", "statement"))
    about = "".join(f"{text}\n\n" for text in said if text)
    return about + (
        f"{_count(census.beads, 'bead')} (a Chinese and an English passage that translate each "
        f"other) of {_count(len(census.briefings), 'press briefing')}: {census.characters:,} "
        f"Chinese characters, {census.words:,} English words. Sentences of a bead are joined "
        "without a blank in Chinese and with one in English."
    )


def _parts(facts: Facts) -> str:
    rows = [(part.name or "all", part.file, f"{part.beads:,}") for part in facts.parts]
    body = "## Parts\n\n" + _table(("part", "file", "beads"), rows)
    if facts.leaks is None:
        return body
    body += (
        "\n\nA briefing is never cut: each stands in one part as a whole, chosen by its text. "
        f"{_count(facts.leaks.count, 'bead')} of a larger part say nearly the same as one of a "
        "smaller part (openings and thanks recur in every briefing)."
    )
    if not facts.leaks.examples:
        return body
    twins = [
        (f"{leak.part} {leak.bead}", f"{leak.other_part} {leak.other_bead}", f"{leak.likeness:.2f}")
        for leak in facts.leaks.examples
    ]
    return f"{body}\n\n" + _table(("bead", "is like", "likeness"), twins)


def _fields(facts: Facts) -> str:
    if facts.format not in (*_LOADABLE, "tsv"):
        return ""
    extra = "; `zh_raw` and `en_raw` are the texts as published" if facts.raw else ""
    return (
        "## Fields\n\n`translation` holds the texts as corrected (columns `zh` and `en` in TSV)"
        f"{extra}. `zh_index` and `en_index` count sentences of the document from 0, `type` is "
        "their number on each side (`1-2`), `probability` is the model's, calibrated; `status` "
        "is the last verdict of a reviewer; `checks` are the kinds of checks that fail; "
        "`retrieved` is when the pages were fetched; `signature` says how the bead was made."
    )


def _sources(facts: Facts) -> str:
    terms = facts.about.get("terms")
    known: Mapping[str, Any] = terms if isinstance(terms, Mapping) else {}
    rows = [
        (
            site,
            f"{len(source.addresses):,}",
            f"{source.beads:,}",
            _span(source.first, source.last),
            str(known.get(site, "not recorded: read the site's terms before you publish")),
        )
        for site, source in sorted(facts.census.sources.items())
    ]
    licence = _licence(facts) or "not stated in corpus.toml"
    body = f"## Sources and terms\n\nLicence of the corpus: {licence}."
    if not rows:
        return body + " The beads name no address: they come from files."
    heads = ("site", "documents", "beads", "retrieved", "terms")
    return f"{body}\n\n{_table(heads, rows)}"


def _span(first: str, last: str) -> str:
    if not first:
        return "not recorded"
    return first if first == last else f"{first} to {last}"


def _making(facts: Facts) -> str:
    lines = ["## How it was made", "", f"- written by briefing-align {facts.version}"]
    lines += [f"- signature: `{signature}`" for signature in sorted(facts.census.signatures)[:20]]
    lines += [f"- filter `{name}`: {count:,} beads dropped" for name, count in facts.filters]
    if not facts.filters:
        lines.append("- filters: none; nothing was dropped")
    if facts.left_out:
        lines.append(f"- {_count(facts.left_out, 'bead')} that the format cannot hold left out")
    if facts.altered:
        lines.append(f"- {_count(facts.altered, 'bead')} with a character the format cannot hold")
    statuses = [
        (status, f"{facts.census.statuses[status]:,}", _share(facts, status)) for status in STATUSES
    ]
    years = [(year, f"{count:,}") for year, count in sorted(facts.census.years.items())]
    kinds = [(kind, f"{count:,}") for kind, count in facts.census.kinds.most_common(8)]
    tables = (
        _table(("verdict", "beads", "share"), statuses),
        _table(("year", "beads"), years),
        _table(("bead type (zh-en)", "beads"), kinds),
    )
    return "\n".join(lines) + "\n\n" + "\n\n".join(tables)


def _share(facts: Facts, status: str) -> str:
    return f"{facts.census.statuses[status] / max(facts.census.beads, 1):.1%}"


def _limits(facts: Facts) -> str:
    census = facts.census
    lines = [
        "## Known limits",
        "",
        f"- {_share(facts, 'unreviewed')} of the beads were checked by no person.",
        "- Press briefings are official language: slogans, titles and figures are frequent, "
        "everyday talk is rare.",
        "- The English of a briefing is often edited or interpreted, and may leave out or add.",
    ]
    lines += [
        f"- The check of {kind} fails in {_count(count, 'bead')}."
        for kind, count in census.checks.most_common()
    ]
    return "\n".join(lines)


def _measuring(facts: Facts) -> str:
    return """\
## Measuring translation with it

BLEU of Chinese depends on how it is cut into words, so always use `tok:zh` and report the
signature. With one hypothesis and one reference a line:

```console
$ sacrebleu reference.zh -i output.zh --language-pair en-zh --tokenize zh --metrics bleu chrf
$ sacrebleu reference.en -i output.en --language-pair zh-en --tokenize 13a --metrics bleu chrf
```"""


def _citation(facts: Facts, name: str) -> str:
    given = facts.about.get("citation")
    if given:
        return f"## How to cite\n\n```bibtex\n{str(given).strip()}\n```"
    years = sorted(year for year in facts.census.years if year != "unknown")
    year = f"\n  year = {{{years[-1]}}}," if years else ""
    return (
        "## How to cite\n\n```bibtex\n"
        f"@misc{{briefings,\n  title = {{{name}}},{year}\n"
        f"  note = {{{facts.census.beads} beads, made with briefing-align {facts.version}}}\n"
        "}\n```"
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '¦') for cell in line)} |" for line in lines)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
