"""PDFs with a text layer. PDFium reads the lines; pypdf reads the text again as a check."""

import io
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...aligner.text.chinese import HAN
from ...aligner.text.strings import keep_letters, normalise_space
from ...errors import N_, ExtractError, Message, TextError
from ..extract.languages import has_both_languages
from ..extract.transcript import Block
from ..limits import MOST_DRAWN, MOST_PDF_PAGES, drawing_budget
from ..local_files import load_bytes
from .account import Account
from .documents import FileBlocks, refuse_damage
from .pdf_layer import read_lines
from .pdf_lines import (
    drop_page_edges,
    find_leaders,
    find_note_marks,
    join_paragraphs,
)
from .pdf_setting import TextLine

if TYPE_CHECKING:
    from pypdf import PageObject

# Letters per page below which a PDF with pictures is a scan.
_SCANNED = 80
_DRAW = re.compile(rb"(/[^\s/<>\[\](){}%]+)\s+Do\b")
_CHECKED_PAGES = 100  # pages whose text is read again by another library
_TITLE_WITHIN = 3  # number of first paragraphs that may begin the title
# Characters of fonts without a mapping to Unicode.
_UNREADABLE = re.compile(r"[\x00-\x08\ufffd\ue000-\uf8ff]")
_MOST_UNREADABLE = 0.05
# Titles that programs write into a file: a file name, the program's name, or almost nothing.
_NO_TITLE = re.compile(
    r"^.{0,3}$|\.(?:docx?|wps|html?|pdf|txt|indd|pptx?)$|^(?:Microsoft|untitled|无标题|未命名|文档\d)",
    re.I,
)
# Spaces next to Chinese punctuation, and between characters and digits or quotation marks in
# another font.
_SET_APART = re.compile(
    rf" +(?=[，。、；：！？）》】])|(?<=[（《【，。、；：！？]) +(?=[{HAN}\d“‘])|"
    rf"(?<=[“‘”’·\d%]) +(?=[{HAN}])|(?<=[{HAN}]) +(?=[“‘”’·\d])"
)

_SPACE_BEFORE_SIGN = re.compile(r"^\s+(?=[,.;:!?)])")  # PDFium adds it behind a raised mark

# A PDF names glyphs, not letters: ligatures, and in Chinese the radicals that share a glyph with a
# common character. Chromium writes these for every 行, 人, 月 and 民 that it prints in a Noto font.
_RADICALS = dict(
    zip(
        # Unicode calls other radicals equal to a character; these have one glyph with it in the
        # Noto CJK fonts, read off their tables, ⼾ in mainland fonts, ⻄ in those of Japan.
        "⼾⺒⺓⺠⺰⻁⻄⻅⻆⻈⻉⻋⻐⻑⻓⻔⻘⻙⻚⻛⻜⻝⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻯⻰⻱⻲⺟⻳",
        "户巳幺民纟虎西见角讠贝车钅長长门青韦页风飞食饣马骨鬼鱼鸟卤麦黄黾齐齿竜龙龜亀母龟",
        strict=True,
    )
)
_GLYPHS = re.compile("[\u2e80-\u2fd5\uf900-\ufaff\ufb00-\ufb06\U0002f800-\U0002fa1f]")
# Cyrillic and Greek capitals that some fonts give for Latin ones, in words such as "NОΤЕ".
_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԌԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "ABESIJKMHOPCTYXGQWABEZHIKMNOPTYXC"
)
_CAPITALS = re.compile("[A-ZͰ-Ͽ\u0400-\u052f]{2,}")


def read_blocks(path: Path, max_bytes: int) -> FileBlocks:
    """Read the paragraphs of a PDF."""
    body = load_bytes(path, max_bytes=max_bytes)
    pages, title, pictured = _read_layer(path, body)
    text = "".join(line.text for page in pages for line in page)
    lost = len(_UNREADABLE.findall(text))
    letters = sum(map(str.isalnum, text)) + lost
    if not letters or (pictured > len(pages) / 2 and letters < _SCANNED * len(pages)):
        raise ExtractError(
            N_("{path} has no text layer: it is a scan; run OCR on it first"),
            path=path,
        )
    if lost > _MOST_UNREADABLE * letters:
        raise ExtractError(
            N_(
                "{path}: unreadable text layer: {lost} of {letters} characters map to no "
                "Unicode character; run OCR on it or use another file"
            ),
            path=path,
            lost=lost,
            letters=letters,
        )
    pages = [[_tidy(line) for line in page] for page in pages]
    account = Account()
    kept = [_drop_note_marks(page, account) for page in _drop_edges(pages, account)]
    leaders = [find_leaders(page) for page in kept]
    _complete_account(account, body, pages, kept, leaders)
    notes = tuple(account.notes())
    if lost:
        notes = (Message(N_("{lost} characters of the PDF could not be read"), lost=lost), *notes)
    lines = [
        replace(line, text=line.text.removesuffix(ends.get(line, "")))
        for page, ends in zip(kept, leaders, strict=True)
        for line in page
    ]
    blocks = tuple(map(Block, join_paragraphs(lines)))
    title = "" if has_both_languages(blocks) else title
    return FileBlocks(_drop_title(blocks, title), title, notes, left_out=account.left_out())


def _drop_edges(pages: list[list[TextLine]], account: Account) -> list[list[TextLine]]:
    """Return the pages without head lines and page numbers, which are added to the account."""
    kept = drop_page_edges(pages)
    for page, lines in zip(pages, kept, strict=True):
        for line in (Counter(page) - Counter(lines)).elements():
            account.add("head lines and page numbers", line.text)
    return kept


def _drop_note_marks(page: Sequence[TextLine], account: Account) -> list[TextLine]:
    """Return the lines of a page without marks of footnotes, which are added to the account."""
    marks = find_note_marks(page)
    lines = []
    for line in page:
        text = line.text
        for start, end in reversed(marks.get(line, ())):
            account.add("marks of footnotes", text[start:end])
            text = text[:start] + _SPACE_BEFORE_SIGN.sub("", text[end:])
        lines.append(replace(line, text=_SET_APART.sub("", text)) if line in marks else line)
    return lines


def _complete_account(
    account: Account,
    body: bytes,
    pages: Sequence[Sequence[TextLine]],
    kept: Sequence[Sequence[TextLine]],
    leaders: Sequence[Mapping[TextLine, str]],
) -> None:
    """Complete the account of a PDF; pypdf finds its text in the first pages.

    pypdf needs ten times as long as PDFium, so only our own steps are checked on further pages.
    """
    for ends in leaders:
        for text in ends.values():
            account.add("page numbers of contents", text)
    read = (line.text for page in kept for line in page)
    further = (line.text for page in pages[_CHECKED_PAGES:] for line in page)
    found = [*read_again(body, min(_CHECKED_PAGES, len(pages))), *further]
    account.close(found, read, key=_comparable)


def _comparable(text: str) -> str:
    return keep_letters(unicodedata.normalize("NFKC", normalise_characters(text)))


def read_again(body: bytes, count: int) -> Iterator[str]:
    """Yield the text of the first pages as pypdf reads it; nothing where it cannot."""
    from pypdf import PdfReader

    with suppress(Exception):  # pypdf raises almost any class
        for page in PdfReader(io.BytesIO(body)).pages[:count]:
            yield page.extract_text()


def _drop_title(blocks: tuple[Block, ...], title: str) -> tuple[Block, ...]:
    """Return the blocks without the title, if one or several of the first lines print it."""
    wanted = keep_letters(title)
    for start in range(_TITLE_WITHIN if wanted else 0):
        printed = ""
        for end, block in enumerate(blocks[start:], start + 1):
            printed += keep_letters(block.text)
            if printed == wanted:
                return blocks[:start] + blocks[end:]
            if not wanted.startswith(printed):
                break
    return blocks


def normalise_characters(text: str) -> str:
    """Return a text with letters instead of ligatures, and characters instead of radicals.

    Compatibility ideographs (U+F900 to U+FAFF) become the characters that Unicode calls equal.

    >>> normalise_characters("the ﬁrst oﬀice"), normalise_characters("5⽉14⽇，⼈⺠政府")
    ('the first office', '5月14日，人民政府')
    >>> normalise_characters("资\uf90a"), normalise_characters("林\ufa0e")  # the second is unique
    ('资金', '林\ufa0e')
    """
    text = _CAPITALS.sub(lambda word: _write_in_latin(word[0]), text)
    return _GLYPHS.sub(
        lambda glyph: _RADICALS.get(glyph[0]) or unicodedata.normalize("NFKC", glyph[0]), text
    )


def _write_in_latin(word: str) -> str:
    """Return a word in Latin capitals if it mixes alphabets only by look-alikes.

    >>> _write_in_latin("NОΤЕ"), _write_in_latin("МОРЕ"), _write_in_latin("NATO")
    ('NOTE', 'МОРЕ', 'NATO')
    """
    alphabets = {unicodedata.name(letter, "").partition(" ")[0] for letter in word}
    latin = word.translate(_LOOK_ALIKES)
    return latin if len(alphabets) > 1 and latin.isascii() else word


def _tidy(line: TextLine) -> TextLine:
    """Return a line without artefacts of typesetting: ligatures, spaces next to Chinese marks.

    >>> _tidy(TextLine("the ﬁrst ofﬁce")).text, _tidy(TextLine("8 月增长 7% ， “ 增值” ，")).text
    ('the first office', '8月增长7%，“增值”，')
    """
    pieces, marks, last = [], [], 0
    for start, end in line.marks:  # their offsets change with the text before them
        pieces.append(_clean(line.text[last:start]))
        at = sum(map(len, pieces))
        marks.append((at, at + end - start))
        pieces.append(line.text[start:end])
        last = end
    pieces.append(_clean(line.text[last:]))
    return replace(line, text="".join(pieces), marks=tuple(marks))


def _clean(text: str) -> str:
    return _SET_APART.sub("", normalise_characters(text))


def _read_layer(path: Path, body: bytes) -> tuple[list[list[TextLine]], str, int]:
    """Return the lines of each page, the title in the file, the number of pages with pictures."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").addHandler(logging.NullHandler())  # our message says it in one line
    with refuse_damage(path, "PDF"):
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise TextError(N_("{path} has a password; save it without one"), path=path)
        read = reader.pages[:MOST_PDF_PAGES]
        _check_drawings(path, read, drawing_budget(len(body)))
        pages = read_lines(body, MOST_PDF_PAGES)
        drawn = [page.get("/Resources", {}).get("/XObject", {}) for page in read]
        pictured = sum(
            any(entry.get_object().get("/Subtype") == "/Image" for entry in objects.values())
            for objects in drawn
        )
        title = normalise_space(str(reader.metadata.title or "")) if reader.metadata else ""
        return pages, "" if _NO_TITLE.search(title) else title, pictured


def _check_drawings(path: Path, pages: "Sequence[PageObject]", budget: int) -> None:
    """Raise :exc:`TextError` for a page, or pages, drawn by more than the limits.

    pypdf would take hours: for a huge page, and for forms that draw forms many times.
    """
    drawings, left = _Drawings(), budget
    for number, page in enumerate(pages, 1):
        contents = page.get_contents()
        data = contents.get_data() if contents is not None else b""
        size = drawings.measure(data, page, ())
        if size > MOST_DRAWN:
            raise TextError(
                N_(
                    "{path}: page {number} has {size:.0f} MB of drawing commands (limit "
                    "{most_drawn:.0f} MB); print its text as a new PDF"
                ),
                path=path,
                number=number,
                size=size / 1e6,
                most_drawn=MOST_DRAWN / 1e6,
            )
        left -= size
        if left < 0:
            raise TextError(
                N_(
                    "{path}: its first {number:,} pages are drawn by {budget:.0f} MB, too much "
                    "for a file of its size; print its text as a new PDF"
                ),
                path=path,
                number=number,
                budget=budget / 1e6,
            )


class _Drawings:
    """The sizes of the forms of a PDF, each measured once."""

    def __init__(self) -> None:
        self._sizes: dict[int, int] = {}

    def measure(self, data: bytes, drawn: Mapping[str, Any], around: tuple[int, ...]) -> int:
        """Return the bytes that draw a page or form, with those of each form that it draws.

        :param data: its commands.
        :param drawn: the page or form.
        :param around: the numbers of the forms that it is drawn in.
        """
        size = len(data)
        resources = drawn.get("/Resources")
        forms = resources.get_object().get("/XObject") if resources is not None else None
        named: Any = forms.get_object() if forms is not None else {}
        for name, count in Counter(_DRAW.findall(data)).items():
            key = name.decode("latin-1")
            if key in named:
                size += count * self._measure_form(named.raw_get(key), around)
        return size

    def _measure_form(self, reference: Any, around: tuple[int, ...]) -> int:  # noqa: ANN401 # pypdf's objects
        form = reference.get_object()
        number = getattr(reference, "idnum", id(form))
        if number in around or form.get("/Subtype") != "/Form":
            return 0
        if number not in self._sizes:
            self._sizes[number] = self.measure(form.get_data(), form, (*around, number))
        return self._sizes[number]
