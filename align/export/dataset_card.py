"""The data card of an export: what was counted on the way in, a README.md out.

The front matter is what the Hugging Face hub and ``datasets.load_dataset`` read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..records import STATUSES
from .formats.values import FIELDS, RAW
from .splits import PARTS, Leaks
from .statistics import ExportStatistics, Share

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


@dataclass(frozen=True, slots=True)
class PartCount:
    """One part of the export: its name, file name and beads."""

    name: str
    file: str
    beads: int


@dataclass(frozen=True, slots=True)
class CardFacts:
    """Everything that the card says. ``about`` holds the values of ``corpus.toml``."""

    format: str
    about: Mapping[str, Any]
    census: ExportStatistics
    parts: Sequence[PartCount]
    filters: Sequence[tuple[str, int]] = ()
    left_out: int = 0
    altered: int = 0
    raw: bool = False
    leaks: Leaks | None = None
    version: str = ""


def text(facts: CardFacts) -> str:
    """Write the card."""
    given = facts.about.get("title") or facts.about.get("name")
    name = str(given or "Briefings in Chinese and English")
    sections = (
        _front_matter(facts, name),
        f"# {name}\n\n{_summary(facts)}",
        _parts(facts),
        _loading(facts),
        _fields(facts),
        _sources(facts),
        _making(facts),
        _limits(facts),
        _measuring(facts),
        _citation(facts, name),
    )
    return "\n\n".join(section.strip() for section in sections if section) + "\n"


def _front_matter(facts: CardFacts, name: str) -> str:
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
        f"- {_size(facts.census.all.beads)}",
        *_licence_lines(_licence(facts), str(facts.about.get("licence_url") or "")),
        *_features(facts),
        *_configs(facts),
        "---",
    ]
    return "\n".join(lines)


def _size(beads: int) -> str:
    return next((size for limit, size in _SIZES if beads < limit), "n>10M")


def _licence(facts: CardFacts) -> str:
    licences = facts.census.licences or {str(facts.about.get("licence") or "")}
    return ", ".join(sorted(filter(None, licences)))


def _licence_lines(licence: str, address: str) -> list[str]:
    if licence.lower() in HUB_LICENCES:
        return [f"license: {licence.lower()}"]
    stated = licence or "see the terms of the sources below"
    link = [f"license_link: {json.dumps(address)}"] if address else []
    return ["license: other", f"license_name: {json.dumps(stated, ensure_ascii=False)}", *link]


def _features(facts: CardFacts) -> list[str]:
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


def _configs(facts: CardFacts) -> list[str]:
    if facts.format not in _LOADABLE or not facts.parts:
        return []
    lines = ["configs:", "- config_name: default", "  data_files:"]
    for part in facts.parts:
        lines += [f"  - split: {_hub_split(part.name)}", f"    path: {json.dumps(part.file)}"]
    return lines


def _hub_split(name: str) -> str:
    """Name a part as ``datasets`` does."""
    return {"dev": "validation", "": "train"}.get(name, name)


def _summary(facts: CardFacts) -> str:
    whole = facts.census.all
    said = (str(facts.about.get(key, "")) for key in ("description", "statement"))
    about = "".join(f"{text}\n\n" for text in said if text)
    return about + (
        f"{_count(whole.beads, 'bead')} (a Chinese and an English passage that translate each "
        f"other) of {_count(len(whole.briefings), 'press briefing')}{_held(whole)}: "
        f"{whole.characters:,} Chinese characters, {whole.words:,} English words. Sentences of a "
        "bead are joined without a blank in Chinese and with one in English."
    )


def _held(share: Share) -> str:
    if not share.first:
        return ""
    if share.first == share.last:
        return f" held on {share.first}"
    return f" held from {share.first} to {share.last}"


def _parts(facts: CardFacts) -> str:
    heads = ("part", "file", "briefings", "beads", "both sides", "accepted", "zh chars", "en words")
    body = "## Parts\n\n" + _table(heads, [_part_row(facts, part) for part in facts.parts])
    if facts.leaks is None:
        return body
    empty = [name for name in PARTS if name not in {part.name for part in facts.parts}]
    if empty:
        body += f"\n\nThere is no {' and no '.join(empty)} part: the briefings do not suffice."
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


def _part_row(facts: CardFacts, part: PartCount) -> tuple[str, ...]:
    share = facts.census.parts.get(part.name, Share())
    numbers = (
        len(share.briefings), part.beads, share.complete, share.accepted, share.characters,
        share.words,
    )  # fmt: skip
    name = _hub_split(part.name) if facts.format in _LOADABLE else part.name or "all"
    return (name, f"`{part.file}`", *(f"{number:,}" for number in numbers))


def _loading(facts: CardFacts) -> str:
    if facts.format not in _LOADABLE:
        return ""
    first = _hub_split(facts.parts[0].name) if facts.parts else "train"
    return (
        "## Loading\n\n```python\nfrom pathlib import Path\n\nfrom datasets import load_dataset\n\n"
        "beads = load_dataset(str(Path().resolve()))  # this folder; its name, once on the hub\n"
        f'pairs = beads["{first}"].filter(lambda bead: all(bead["translation"].values()))\n```\n\n'
        'The filter leaves out what one side omits; `status == "accepted"` keeps what a person '
        "confirmed, and `probability` orders the rest."
    )


def _fields(facts: CardFacts) -> str:
    if facts.format not in (*_LOADABLE, "tsv"):
        return ""
    extra = "; `zh_raw` and `en_raw` are the texts as published" if facts.raw else ""
    return (
        "## Fields\n\n`translation` holds the texts as corrected (columns `zh` and `en` in TSV)"
        f"{extra}. `zh_index` and `en_index` count sentences of the document from 0, `type` is "
        "their number on each side (`1-2`), `probability` is the model's, calibrated; `status` "
        "is the last verdict of a reviewer; `checks` are the kinds of checks that fail; "
        "`retrieved` is when the pages were fetched; `signature` says how the bead was made: "
        "program, sentence rules, matching model, encoder."
    )


def _sources(facts: CardFacts) -> str:
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


def _making(facts: CardFacts) -> str:
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


def _share(facts: CardFacts, status: str) -> str:
    return f"{facts.census.statuses[status] / max(facts.census.all.beads, 1):.1%}"


def _limits(facts: CardFacts) -> str:
    census = facts.census
    lines = [
        "## Known limits",
        "",
        f"- {_share(facts, 'unreviewed')} of the beads were checked by no person{_wrong(census)}.",
        *_doubted(census),
        *_one_sided(census.all),
        *_test_limits(census),
        "- Press briefings are official language: slogans, titles and figures are frequent, "
        "everyday talk is rare.",
        "- The English of a briefing is often edited or interpreted, and may leave out or add.",
    ]
    lines += [
        f"- The check of {kind} fails in {_count(count, 'bead')}."
        for kind, count in census.checks.most_common()
    ]
    return "\n".join(lines)


def _wrong(census: ExportStatistics) -> str:
    known = census.statuses["unreviewed"] - census.unknown
    if not known:
        return ""
    wrong = f"about {census.wrong:.0f}" if census.wrong >= 1 else "fewer than 1"
    return f"; by their probabilities {wrong} of {known:,} are wrong"


def _doubted(census: ExportStatistics) -> list[str]:
    count = census.statuses["rejected"] + census.statuses["flagged"]
    if not count:
        return []
    return [f"- {_count(count, 'bead')} that a reviewer rejected or flagged: `status` says which."]


def _one_sided(share: Share) -> list[str]:
    missing = share.beads - share.complete
    return [f"- {_count(missing, 'bead')} without text on one side."] if missing else []


def _test_limits(census: ExportStatistics) -> list[str]:
    test = census.parts.get("test")
    if test is None or test.accepted == test.beads:
        return []
    return [
        f"- Of the test part {test.accepted:,} of {_count(test.beads, 'bead')} were accepted by "
        "a person; the others are no safe reference."
    ]


def _measuring(facts: CardFacts) -> str:
    return f"""\
## Measuring translation with it

BLEU of Chinese depends on how it is cut into words, so always use `tok:zh` and report the
signature that sacreBLEU prints. {_references(facts)}

```console
$ sacrebleu reference.zh -i output.zh -l en-zh --tokenize zh --metrics bleu chrf
$ sacrebleu reference.en -i output.en -l zh-en --tokenize 13a --metrics bleu chrf
```

`output.zh` is what your system makes of `reference.en`, one line each, and `output.en` of
`reference.zh`."""


def _references(facts: CardFacts) -> str:
    """Say how one line a bead is made of the part that is measured on."""
    names = [part.name for part in facts.parts]
    part = "test" if "test" in names else names[-1] if names else ""
    if facts.format == "moses":
        return f"The files of the {part or 'only'} part have one line a bead already:"
    if facts.format not in _LOADABLE:
        return "Export the format `moses` with the filter `complete` for one line a bead:"
    return f"""\
One line a bead is written by

```python
from pathlib import Path

from datasets import load_dataset

test = load_dataset(str(Path().resolve()), split="{_hub_split(part)}")["translation"]
for side in ("zh", "en"):
    with open(f"reference.{{side}}", "w", encoding="utf-8") as file:
        for pair in test:
            if pair["zh"] and pair["en"]:
                print(" ".join(pair[side].split()), file=file)
```

and measured by"""


def _citation(facts: CardFacts, name: str) -> str:
    given = facts.about.get("citation")
    if given:
        return f"## How to cite\n\n```bibtex\n{str(given).strip()}\n```"
    years = sorted(year for year in facts.census.years if year != "unknown")
    year = f"\n  year = {{{years[-1]}}}," if years else ""
    return (
        "## How to cite\n\n```bibtex\n"
        f"@misc{{briefings,\n  title = {{{name}}},{year}\n"
        f"  note = {{{facts.census.all.beads} beads, made with briefing-align {facts.version}}}\n"
        "}\n```"
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '¦') for cell in line)} |" for line in lines)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
