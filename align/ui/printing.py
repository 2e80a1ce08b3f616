"""A briefing for readers: both languages side by side, as HTML to print and as a Word file.

Rejected rows are left out.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from ..records import Briefing, Language, Sentence
from ..store import BeadRow, sentence_id

_STYLE = """
body { font: 11pt/1.5 Georgia, "Times New Roman", serif; margin: 2rem auto; max-width: 60rem;
  color: #1a1a1a; padding: 0 1rem }
h1 { font-size: 1.4rem; margin: 0 0 .2rem } h1 + h1 { margin-bottom: 1rem }
[lang=zh-Hans] { font-family: "Noto Serif CJK SC", "Source Han Serif SC",
  "Songti SC", SimSun, serif }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
td, th { vertical-align: top; padding: .3rem .8rem .3rem 0; width: 50%; text-align: left;
  overflow-wrap: anywhere; unicode-bidi: isolate }
th { padding-top: 1.2rem } tr { break-inside: avoid }
footer { margin-top: 2rem; font-size: .8rem; color: #555 }
@media print { body { margin: 0; max-width: none } a { color: inherit } }
@media (max-width: 40rem) { td, th { display: block; width: auto } }
"""


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One line of the table: a row's texts, or the labels of a turn."""

    zh: str
    en: str
    heading: bool = False


def lines(briefing: Briefing, rows: Iterable[BeadRow]) -> Iterator[PrintedRow]:
    """Yield the rows in order, each turn's labels before its first row."""
    turns = _turns(briefing)
    last = {"zh": -1, "en": -1}
    for row in rows:
        if row.status == "rejected":
            continue
        now = {
            "zh": turns["zh"].get(row.zh[0], -1) if row.zh else -1,
            "en": turns["en"].get(row.en[0], -1) if row.en else -1,
        }
        new = {language: turn > last[language] for language, turn in now.items()}
        if any(new.values()):
            yield PrintedRow(
                _label(briefing, "zh", now["zh"] if new["zh"] else -1),
                _label(briefing, "en", now["en"] if new["en"] else -1),
                heading=True,
            )
        last = {language: max(last[language], turn) for language, turn in now.items()}
        yield PrintedRow(row.zh_final, row.en_final)


def _turns(briefing: Briefing) -> dict[str, dict[str, int]]:
    def of(sentences: Iterable[Sentence]) -> dict[str, int]:
        return {sentence_id(sentence): sentence.turn for sentence in sentences}

    return {"zh": of(briefing.zh_sentences), "en": of(briefing.en_sentences)}


def _label(briefing: Briefing, language: Language, turn: int) -> str:
    document = briefing.zh if language == "zh" else briefing.en
    return document.turns[turn].label if 0 <= turn < len(document.turns) else ""


def html(briefing: Briefing, rows: Iterable[BeadRow]) -> str:
    """Write the briefing as one HTML page without scripts, ready to print."""
    body = []
    for line in lines(briefing, rows):
        cell = "th" if line.heading else "td"
        body.append(
            f'<tr><{cell} lang="zh-Hans">{escape(line.zh)}</{cell}>'
            f'<{cell} lang="en">{escape(line.en)}</{cell}></tr>'
        )
    sources = " · ".join(escape(url) for url in (briefing.zh.url, briefing.en.url) if url)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(briefing.en.title)}</title><style>{_STYLE}</style></head><body>"
        f'<h1 lang="zh-Hans">{escape(briefing.zh.title)}</h1><h1>{escape(briefing.en.title)}</h1>'
        f"<table>{''.join(body)}</table><footer>{sources}</footer></body></html>\n"
    )


def docx(briefing: Briefing, rows: Iterable[BeadRow]) -> bytes:
    """Write the briefing as a Word file: a table of two columns."""
    from docx import Document as new_document
    from docx.oxml.ns import qn

    file = new_document()
    style = file.styles["Normal"]
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "SimSun")
    for title in (briefing.zh.title, briefing.en.title):
        file.add_heading(_printable(title), level=1)
    listed = list(lines(briefing, rows))
    table = file.add_table(rows=len(listed), cols=2)
    cells = table._cells  # one look-up: table.cell(n) is quadratic in python-docx
    for at, line in enumerate(listed):
        for column, text in enumerate((line.zh, line.en)):
            run = cells[2 * at + column].paragraphs[0].add_run(_printable(text))
            run.bold = line.heading
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _printable(text: str) -> str:
    """Leave characters out that XML cannot hold."""
    return "".join(
        one
        for one in text
        if one >= " " and not 0xD800 <= ord(one) <= 0xDFFF and one not in "\ufffe\uffff"
    )
