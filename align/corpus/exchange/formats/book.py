"""Books to read: a briefing a chapter, sentence by sentence; as EPUB 3, or as one HTML page."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ....aligner.text.strings import shorten
from ....aligner.text.word_links import WordLink, link_words
from ....aligner.text.word_model.counts import WordChances
from ....aligner.text.word_model.posteriors import link_row
from ....records import DOUBTFUL, BeadRecord, Briefing, Language, Turn
from ....sources.extract.transcript.label_words import is_answer_label
from . import ExportHeader
from .record import FileRecord
from .values import to_utc, to_values
from .xml_text import clean_texts, replace_forbidden

WORD_LINKS = 60  # linked words of a row that a page marks; each needs a rule in its style sheet

_LINK = re.compile(r"https?://[\w.-]+(:\d+)?([/?]([^%#]|%[0-9A-Fa-f]{2})*)?(#[^%#]*)?", re.ASCII)
_IDENTIFYING = (
    "id",
    "briefing",
    "zh",
    "en",
    "date",
    "speaker",
    "role",
    "zh_index",
    "en_index",
    "probability",
    "status",
    "reviewer",
    "checks",
)
_CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>"""


@dataclass(frozen=True, slots=True)
class BookTurn:
    """Rows (number, bead, doubt) from the start of a turn, in one language or both.

    ``entry`` is the line of the turn in the contents. An answer without a name ("A") has no entry;
    it follows its question.
    """

    id: str
    labels: dict[Language, str]
    entry: dict[Language, str]
    rows: list[tuple[int, BeadRecord, str]]


@dataclass(frozen=True, slots=True)
class BookChapter:
    """One briefing; its ``first`` bead has the date and the source."""

    id: str
    titles: dict[Language, str]
    first: FileRecord
    turns: list[BookTurn]


def project_bead(bead: FileRecord, header: ExportHeader) -> FileRecord:
    """Return a bead without characters that XML forbids."""
    return clean_texts(bead)


def write(beads: Iterable[FileRecord], path: Path, header: ExportHeader) -> None:
    """Write a book."""
    book = Book(header)
    if header.format == "epub":
        book.write_epub(beads, path)
    else:
        book.write_page(beads, path)


class Book:
    """A book that is being written: its templates, and its chapters so far without their rows."""

    def __init__(self, header: ExportHeader) -> None:
        self.header = header
        self.chapters: list[BookChapter] = []
        self._chances: WordChances | None = None
        self.modified = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)  # the first day of a ZIP file
        templates = Environment(
            loader=PackageLoader("align.corpus.exchange", "formats"), autoescape=True,
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            finalize=lambda value: replace_forbidden(value) if type(value) is str else value,
        )  # fmt: skip
        templates.filters |= {"link": link, "pieces": self._cut}
        templates.globals |= {"book": self, "header": header, "word_links": WORD_LINKS}
        self._page = templates.get_template("book.xhtml.j2")
        self._package = templates.get_template("book.opf.j2")

    @property
    def title(self) -> str:
        """That of its only chapter, or of the corpus."""
        only = self.chapters[0].titles.values() if len(self.chapters) == 1 else ()
        return " · ".join(only) or self.header.title

    def write_page(self, beads: Iterable[FileRecord], path: Path) -> None:
        """Write one HTML page that needs nothing else."""
        # The contents come before the chapters, and the chapters may not fit into memory.
        with TemporaryFile("w+", encoding="utf-8", dir=path.parent) as written:
            written.writelines(self._render_chapters(beads))
            written.seek(0)
            whole = self._page.stream(chapters=self.chapters, body=map(Markup, written))
            whole.dump(str(path), "utf-8")

    def write_epub(self, beads: Iterable[FileRecord], path: Path) -> None:
        """Write EPUB 3, a file of XHTML for each chapter; the same beads make the same bytes."""
        with ZipFile(path, "w") as archive:

            def put(name: str, text: str, packing: int = ZIP_DEFLATED) -> None:
                archive.writestr(ZipInfo(name), text, packing)

            put("mimetype", "application/epub+zip", ZIP_STORED)  # where a reader looks for it
            put("META-INF/container.xml", _CONTAINER)
            for number, text in enumerate(self._render_chapters(beads), 1):
                put(f"b{number}.xhtml", self._page.render(body=[text]))
            put("nav.xhtml", self._page.render(chapters=self.chapters, body=()))
            firsts = ", ".join(_name_bead(one.first) for one in self.chapters)
            identifier = uuid.uuid5(uuid.NAMESPACE_URL, f"[{firsts}]")
            put("book.opf", self._package.render(identifier=identifier))

    def _render_chapters(self, exported: Iterable[FileRecord]) -> Iterator[Markup]:
        assert self.header.briefing is not None  # export gives it
        for name, group in groupby(exported, key=lambda bead: bead.provenance.briefing):
            briefing, beads = self.header.briefing(name), [*group]
            self._chances = self._count_words(beads)
            chapter = make_chapter(f"b{len(self.chapters) + 1}", briefing, beads)
            yield Markup(self._page.render(chapter=chapter))
            times = [
                at for bead in beads for at in (bead.provenance.retrieved, bead.verdict.changed)
            ]
            self.modified = max((self.modified, *(to_utc(at) for at in times if at)))
            self.chapters.append(chapter)
            for turn in chapter.turns:
                turn.rows.clear()

    def _count_words(self, beads: Iterable[BeadRecord]) -> WordChances | None:
        """Return what the rows of a chapter teach, if its words are linked."""
        if not self._links_words:
            return None
        from ....aligner.text.word_model.training import (
            count_text,  # compiled loops, loaded if needed
        )

        return WordChances.of(count_text((bead.zh, bead.en) for bead in beads))

    @property
    def _links_words(self) -> bool:
        """Whether both texts are in one row of a page, where the pointer shows word links."""
        return self.header.format == "html" and self.header.variant != "after"

    def link_words(self, bead: BeadRecord) -> tuple[WordLink, ...]:
        """Return the first word links of a bead, if the page shows them."""
        if self._chances is None:
            return ()
        posteriors = link_row(bead.zh, bead.en, self._chances)
        return link_words(bead.zh, bead.en, posteriors=posteriors)[:WORD_LINKS]

    def _cut(
        self, text: str, language: Language, links: Iterable[WordLink]
    ) -> Iterator[tuple[str, str, int]]:
        """Yield the pieces of a text, each with its pinyin and the number of its link, if any."""
        numbers, readings = [0] * len(text), [""] * len(text)
        for number, one in enumerate(links, 1):
            for start, end in one.zh if language == "zh" else one.en:
                numbers[start:end] = [number] * (end - start)
        if language == "zh" and self.header.pinyin:
            from pypinyin import Style, lazy_pinyin

            blanks: Any = lambda rest: [""] * len(rest)  # noqa: E731 # a list: one a character
            readings = lazy_pinyin(text, style=Style.TONE, errors=blanks)
        # A character that has a reading is a piece of its own.
        keys = [(number, at if readings[at] else -1) for at, number in enumerate(numbers)]
        for (number, _), group in groupby(range(len(text)), key=keys.__getitem__):
            places = [*group]
            yield text[places[0] : places[-1] + 1], readings[places[0]], number


def _name_bead(bead: FileRecord) -> str:
    """Return the text for a bead in the hash of a book's identifier, as in the first version.

    E-readers recognise a book by its identifier, so this text must not change with our records.
    """
    values = to_values(bead) | {"zh": bead.zh, "en": bead.en}
    fields = ", ".join(f"{name}={values[name]!r}" for name in _IDENTIFYING)
    return f"ExportedBead({fields})"


def link(address: str) -> str:
    """Return a URL escaped for a link, or an empty string if it is not a web URL.

    >>> link("https://press.example/a b"), link("javascript:alert(1)")
    ('https://press.example/a%20b', '')
    """
    quoted = quote(address, safe="%:/?#!$&'()*+,;=@~")
    return quoted if _LINK.fullmatch(quoted) else ""


def make_chapter(number: str, briefing: Briefing, beads: list[FileRecord]) -> BookChapter:
    """Return a briefing by turns; a turn begins where the speaker changes in either language."""
    turns: list[BookTurn] = []
    before: dict[Language, Turn] = {}
    for at, bead in enumerate(beads, 1):
        begun: dict[Language, Turn] = {}
        for language, turn in _turns_of(bead, briefing).items():
            if turn is not before.get(language):
                begun[language] = turn
        if begun or not turns:
            turns.append(_begin_turn(f"{number}-{at}-turn", begun, bead))
        before |= begun
        turns[-1].rows.append((at, bead, _describe_doubt(bead)))
    documents = [one for one in (briefing.zh, briefing.en) if one.title]
    titles = {one.language: one.title for one in documents} or {"en": briefing.id}
    return BookChapter(number, titles, beads[0], turns)


def _turns_of(bead: BeadRecord, briefing: Briefing) -> dict[Language, Turn]:
    """Return the turn in which each text of a bead begins; an empty text has none."""
    turns: dict[Language, Turn] = {}
    if bead.pair.index.zh:
        first = briefing.zh_sentences[bead.pair.index.zh[0]]
        turns["zh"] = briefing.zh.turns[first.turn]
    if bead.pair.index.en:
        first = briefing.en_sentences[bead.pair.index.en[0]]
        turns["en"] = briefing.en.turns[first.turn]
    return turns


def _begin_turn(name: str, begun: Mapping[Language, Turn], bead: BeadRecord) -> BookTurn:
    """Return a turn that has no rows yet; its line in the contents quotes its first bead."""
    labels: dict[Language, str] = {}
    for language, turn in begun.items():
        label = turn.label.strip(" :：")
        if label:
            labels[language] = label
    entry: dict[Language, str] = {}
    if not any(map(is_answer_label, labels.values())):
        if "zh" in labels:
            entry["zh"] = f"{labels['zh']}：{shorten(bead.zh, 24)}"
        if "en" in labels:
            entry["en"] = f"{labels['en']}: {shorten(bead.en, 60)}"
    return BookTurn(name, labels, entry, [])


def _describe_doubt(bead: BeadRecord) -> str:
    """Return why a bead is uncertain: the verdict, or the probability and failed checks."""
    if bead.verdict.status != "unreviewed":
        return bead.verdict.status.replace("accepted", "")
    probable = 1.0 if bead.pair.probability is None else bead.pair.probability
    low = [f"{probable:.0%}"] if probable < DOUBTFUL else []
    return ", ".join((*low, *bead.verdict.checks))
