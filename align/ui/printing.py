"""A briefing for readers as a Word file: both languages side by side, without rejected rows."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..export.formats.xml_text import replace_forbidden
from ..records import LANGUAGES, Briefing, Language
from ..store import BeadRow, sentence_id
from ..store.records import sentence_ids


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
