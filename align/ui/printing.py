"""A briefing for readers: both languages side by side, as HTML to print and as a Word file.

Rejected rows are left out.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ..export.formats.xml_text import replace_forbidden
from ..records import LANGUAGES, Briefing, Language
from ..store import BeadRow, sentence_id
from ..store.records import sentence_ids

STYLE = Path(__file__).parent / "static" / "print.css"


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One line of the table: a row's texts, or the labels of a turn."""

    zh: str
    en: str
    heading: bool = False


def print_rows(briefing: Briefing, rows: Iterable[BeadRow]) -> Iterator[PrintedRow]:
    """Yield the rows in order, each turn's labels before its first row."""
    sides = {"zh": (briefing.zh, briefing.zh_sentences), "en": (briefing.en, briefing.en_sentences)}
    turns = {
        language: {sentence_id(sentence): sentence.turn for sentence in sentences}
        for language, (_, sentences) in sides.items()
    }
    last = dict.fromkeys(LANGUAGES, -1)
    for row in rows:
        if row.status == "rejected":
            continue
        labels: dict[Language, str] = {}
        for language in LANGUAGES:
            first = next(iter(sentence_ids(row, language)), "")
            turn = turns[language].get(first, -1)
            if turn > last[language]:
                last[language] = turn
                labels[language] = sides[language][0].turns[turn].label
        if labels:
            yield PrintedRow(labels.get("zh", ""), labels.get("en", ""), heading=True)
        yield PrintedRow(row.zh_final, row.en_final)


def write_html(briefing: Briefing, rows: Iterable[BeadRow]) -> str:
    """Return the briefing as one HTML page without scripts, ready to print."""
    body = []
    for line in print_rows(briefing, rows):
        cell = "th" if line.heading else "td"
        body.append(
            f'<tr><{cell} lang="zh-Hans">{escape(line.zh)}</{cell}>'
            f'<{cell} lang="en">{escape(line.en)}</{cell}></tr>'
        )
    sources = " · ".join(escape(url) for url in (briefing.zh.url, briefing.en.url) if url)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(briefing.en.title)}</title><style>{STYLE.read_text('utf-8')}</style></head><body>"
        f'<h1 lang="zh-Hans">{escape(briefing.zh.title)}</h1><h1>{escape(briefing.en.title)}</h1>'
        f"<table>{''.join(body)}</table><footer>{sources}</footer></body></html>\n"
    )


def write_docx(briefing: Briefing, rows: Iterable[BeadRow]) -> bytes:
    """Return the briefing as a Word file: a table of two columns."""
    from docx import Document as new_document
    from docx.oxml.ns import qn

    file = new_document()
    style = file.styles["Normal"]
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "SimSun")
    for title in (briefing.zh.title, briefing.en.title):
        file.add_heading(replace_forbidden(title), level=1)
    lines = list(print_rows(briefing, rows))
    table = file.add_table(rows=len(lines), cols=2)
    cells = table._cells  # one look-up: table.cell(n) is quadratic in python-docx
    for number, line in enumerate(lines):
        for column, text in enumerate((line.zh, line.en)):
            run = cells[2 * number + column].paragraphs[0].add_run(replace_forbidden(text))
            run.bold = line.heading
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()
