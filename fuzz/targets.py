"""Targets of a fuzz run: functions of bytes that return nothing or raise ``AlignError``.

``fuzz/run.py`` runs them for minutes, ``tests/fuzz/test_fuzz.py`` for a moment. A target that
gets anything else than an :class:`AlignError` raised, or whose answer breaks a promise (an
``AssertionError``), has found something. The first bytes choose the site, suffix or format.
"""

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import cast

from align.aligner import segment
from align.aligner.checks import check
from align.aligner.text.facts import find_facts
from align.aligner.text.strings import has_letters
from align.corpus.exchange.formats import FORMATS, READ, ladder
from align.corpus.exchange.importing import import_file
from align.corpus.store import BeadRow, Store
from align.errors import AlignError, StoreError
from align.records import Briefing, Document, Language, Turn
from align.sources import extract, readers
from align.sources.extract import page_links
from align.sources.web.charset import decode
from align.sources.web.html import DecodedPage
from fuzz.entry_points import DOORS, PLACE
from fuzz.whole import WHOLE

ADDRESSES = (
    "http://english.scio.gov.cn/pressroom/2031-05/14/content_900001_2.htm",
    "http://www.scio.gov.cn/live/2031/40001/tw/",
    "http://www.scio.gov.cn/xwfb/gwyxwbgsxwfbh/wqfbh_2284/49421/t20310514_900002.html",
    "https://english.www.gov.cn/news/203105/14/content_WS1.html",
    "https://www.gov.cn/xinwen/2031-05/14/content_1.htm",
    "https://www.mfa.gov.cn/fyrbt_673021/jzhsl_673025/203105/t20310514_1.shtml",
    "https://www.info.gov.hk/gia/general/203105/14/P2031051400001.htm",
    "http://www.mod.gov.cn/gfbw/xwfyr/lxjzhzt/1.html",
    "http://www.china.com.cn/zhibo/content_1.htm",
    "http://www.china.org.cn/china/2031-05/14/content_1.htm",
    "https://press.example/1.html",
)
"""One address for each site, and one that no site claims."""

LANGUAGES: tuple[Language, Language] = ("zh", "en")
SUFFIXES = tuple(readers.READERS)
KINDS = (*FORMATS, "lfaligner")
LONGEST = 1_000_000
"""Bytes of one input: what asks for gigabytes needs some room."""


def fuzz_charset(data: bytes) -> None:
    """Decode bytes with whatever they and a header declare."""
    head, _, body = data.partition(b"\n")
    header = (("Content-Type", head.decode("latin-1")),)
    assert isinstance(decode(body, header, ADDRESSES[-1]).text, str)


def fuzz_sites(data: bytes) -> None:
    """Ask everything that can be asked of a page."""
    address = ADDRESSES[data[0] % len(ADDRESSES)] if data else ADDRESSES[0]
    text = decode(data[1:], (), address).text
    page = DecodedPage(address, text)
    asked = (
        extract.classify_page,
        extract.more_pages,
        extract.counterpart_url,
        page_links.counterpart_lists,
        page_links.read_list_items,
        page_links.further_list_pages,
        extract.report,
        lambda one: extract.read_document([one]),
    )
    for ask in asked:
        with suppress(AlignError):
            ask(page)


def fuzz_segment(data: bytes) -> None:
    """Cut a text; the pieces give it back."""
    text = data.decode("utf-8", "replace")
    for language in LANGUAGES:
        assert "".join(segment.split(text, language)) == text
        document = Document(language, "", (Turn("", (text,)),))
        cut = segment.segment(document)
        assert all(text[one.start : one.end] == one.text for one in cut)
        assert "".join(one.text for one in cut) == (text if has_letters(text) else "")


def fuzz_readers(data: bytes) -> None:
    """Read a local file of any kind, as one language and as both."""
    suffix = SUFFIXES[data[0] % len(SUFFIXES)] if data else ".txt"
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        path = Path(folder) / f"text{suffix}"
        path.write_bytes(data[1:])
        for read in (readers.read, readers.read_documents):
            with suppress(AlignError):
                read(path)


PACKED = (".docx", ".xlsx")


@cache
def package(suffix: str) -> Mapping[str, bytes]:
    """Return the files inside a small Word file or workbook."""
    buffer = io.BytesIO()
    if suffix == ".docx":
        import docx

        document = docx.Document()
        document.add_paragraph("各位好。 Good morning.")
        document.add_table(1, 2).cell(0, 1).text = "表"
        document.save(buffer)
    else:
        import openpyxl

        book = openpyxl.Workbook()
        book.worksheets[0].append(["各位好。", "Good morning.", 1, "=1+1"])
        book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def fuzz_packed(data: bytes) -> None:
    """Read a Word file or workbook of which one file inside is replaced."""
    suffix = PACKED[data[0] % 2] if data else ".docx"
    files = dict(package(suffix))
    name = sorted(files)[data[1] % len(files)] if len(data) > 1 else ""
    files[name] = data[2:]
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        path = Path(folder) / f"text{suffix}"
        with zipfile.ZipFile(path, "w") as archive:
            for member, body in files.items():
                archive.writestr(member or "x", body)
        with suppress(AlignError):
            readers.read_documents(path)


class Nowhere:
    """A store that keeps nothing: what import needs of one."""

    def find(self, address: str, zh_digest: str = "", en_digest: str = "") -> str | None:
        """Say that nothing is there."""

    def state(self, briefing_id: str) -> str:
        """Say that nothing is there."""
        return ""

    def briefing(self, briefing_id: str) -> Briefing:
        """Say that nothing is there."""
        raise StoreError(briefing_id)

    def rows_by_id(self, ids: Collection[str]) -> dict[str, BeadRow]:
        """Say that nothing is there."""
        return {}

    def rows(self, briefing_id: str | None = None) -> tuple[BeadRow, ...]:
        """Say that nothing is there."""
        return ()

    def set_preference(self, reviewer: str, name: str, value: object) -> None:
        """Check what a store would refuse."""
        json.dumps(value, allow_nan=False)

    def save(self, briefing: Briefing, **_how: object) -> None:
        """Check what a store would refuse."""
        for language, sentences in (("zh", briefing.zh_sentences), ("en", briefing.en_sentences)):
            document = briefing.zh if language == "zh" else briefing.en
            said = [text for _, text in document.paragraphs()]
            for one in sentences:
                assert said[one.paragraph][one.start : one.end] == one.text


FILES: Mapping[str, tuple[str, ...]] = {
    "tei": ("b.zh.xml", "b.en.xml", "b.zh.en.xml"),
    "moses": ("text.zh", "text.en"),
}
"""The files of one export, where it has more than one."""
BETWEEN = b"\x1e\n"
"""What stands between two files in one input."""


def files_of(kind: str) -> tuple[str, ...]:
    """Name the files of one export of a kind."""
    return FILES.get(kind) or (f"text{READ[kind].suffix}",)


def fuzz_importing(data: bytes) -> None:
    """Import a file of any format."""
    kind = KINDS[data[0] % len(KINDS)] if data else "tmx"
    parts = data[1:].split(BETWEEN)
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        for name, body in zip(files_of(kind), [*parts, b"", b""], strict=False):
            (Path(folder) / name).write_bytes(body)
        named = Path(folder) / files_of(kind)[0] if READ[kind].suffix else Path(folder)
        with suppress(AlignError):
            import_file(cast(Store, Nowhere()), named, form=kind)


def fuzz_ladder(data: bytes) -> None:
    """Read beads in Vecalign's notation."""
    with suppress(AlignError):
        beads = ladder.read_ladder(data.decode("utf-8", "replace").splitlines(), name="ladder")
        ladder.check_coverage(beads, 9, 9, name="ladder")


def fuzz_query(data: bytes) -> None:
    """Read what a user types into the search."""
    from align.corpus.search import query  # loads jieba, which the other targets do not need

    with suppress(AlignError):
        query.parse_query(data.decode("utf-8", "replace"))


def fuzz_checks(data: bytes) -> None:
    """Check a pair of texts; every mark lies inside its text."""
    zh, _, en = data.decode("utf-8", "replace").partition("\n")
    texts = {"zh": zh, "en": en}
    for issue in check(zh, en):
        if issue.side in texts:
            assert 0 <= issue.start <= issue.end <= len(texts[issue.side])
    for language in LANGUAGES:
        for fact in find_facts(texts[language], language):
            assert 0 <= fact.start < fact.end <= len(texts[language])


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "charset": fuzz_charset,
    "sites": fuzz_sites,
    "segment": fuzz_segment,
    "readers": fuzz_readers,
    "packed": fuzz_packed,
    "importing": fuzz_importing,
    "ladder": fuzz_ladder,
    "query": fuzz_query,
    "checks": fuzz_checks,
    **DOORS,
    **WHOLE,
}
