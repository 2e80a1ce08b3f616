"""Recurring Chinese passages and their English renderings, the least consistent first.

:mod:`.glossary` checks the glossary of a translator.
"""

import csv
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from ...export.formats.tsv import guard_cell
from ...export.formats.xml_text import escape_text, quote_attribute, replace_forbidden
from ...store.index import Rendering, RenderingExample, Term
from .glossary import GlossaryTerm, MissingRendering, find_missing_renderings, read_glossary
from .renderings import KeptTerms

__all__ = [
    "GlossaryTerm",
    "KeptTerms",
    "MissingRendering",
    "Rendering",
    "RenderingExample",
    "Term",
    "find_missing_renderings",
    "read_glossary",
    "write_missing",
    "write_tbx",
    "write_tsv",
]


def write_tsv(found: Iterable[Term], path: Path) -> None:
    """Write a line for each rendering: passage, beads, rendering, beads that have it, examples."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(("zh", "count", "en", "en_count", "examples"))
        for term in found:
            for one in term.renderings:
                beads = " ".join(example.bead for example in one.examples)
                table.writerow(
                    (guard_cell(term.zh), term.count, guard_cell(one.en), one.count, beads)
                )


def write_missing(found: Iterable[MissingRendering], path: Path) -> None:
    """Write a line for each bead without a required rendering."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(("term", "required", "briefing", "bead", "zh", "en"))
        for one in found:
            texts = (one.term.zh, "; ".join(one.term.en), one.pair.briefing, one.pair.id)
            table.writerow(map(guard_cell, (*texts, one.pair.zh, one.pair.en)))


_TBX_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<tbx xmlns="urn:iso:std:iso:30042:ed-2" type="TBX-Basic" style="dca" xml:lang="en">
  <tbxHeader><fileDesc><sourceDesc><p>Recurring passages, by briefing-align</p></sourceDesc>\
</fileDesc></tbxHeader>
  <text><body>
"""
_TBX_FOOT = "  </body></text>\n</tbx>\n"


def write_tbx(found: Iterable[Term], path: Path) -> None:
    """Write a TBX-Basic term base (ISO 30042:2019): one concept for each passage."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_TBX_HEAD)
        for number, term in enumerate(found, start=1):
            renderings = [one.en for one in term.renderings if one.en]
            sections = _section("zh", [term.zh]) + _section("en", renderings)
            name = quote_attribute(f"c{number}")
            file.write(f"    <conceptEntry id={name}>\n{sections}    </conceptEntry>\n")
        file.write(_TBX_FOOT)


def _section(language: str, texts: Sequence[str]) -> str:
    inner = "".join(
        f"<termSec><term>{escape_text(replace_forbidden(text))}</term></termSec>"
        for text, _ in groupby(texts)
    )
    return (
        f"      <langSec xml:lang={quote_attribute(language)}>{inner}</langSec>\n" if texts else ""
    )
