"""Seeds of a fuzz run: pages and files of this repository, and damage to put into them."""

import gzip
import io
import tempfile
import zipfile
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from align.corpus.exchange.formats import ExportHeader, find_format
from align.corpus.exchange.formats.record import FileRecord
from align.records import Pair, Provenance, Sides
from fuzz.entry_points import SAVED, wire_seeds
from fuzz.targets import ADDRESSES, BETWEEN, KINDS, LONGEST, PACKED, SUFFIXES, files_of, package
from fuzz.whole import TWO, align_seeds, table_seeds, term_list_seeds, update_seeds

ROOT = Path(__file__).resolve().parent.parent

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "\u202eevil\u202c",
    "\u2066\u2067\u2069",
    "a\u200bb\u200c\u200d\ufeff",
    '=HYPERLINK("http://press.example";"x")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "../../../../etc/passwd",
    "C:\\Windows\\win.ini",
    "&lt;b&gt; &amp;amp; &#0; &#xD800; &#x110000;",
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>&b;',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "]]><!--",
    "\x00\x01\x0b\x1b[2J",
    "\ud7ff\ue000\ufffe\uffff\U0010ffff",
    "१२３٤५ ①②Ⅷ ½ 〇零两",
    "e\u0301" * 30,
    "1" * 400,
    "9e999999",
    "99999999999999999999999999年13月45日99:99",
    "四千亿亿亿万点点五分之",
    "' OR 1=1; DROP TABLE bead; --",
    "$x^2$ **b** [a](javascript:x) `c` <b>",
)
"""Texts that were written to do harm somewhere."""

TOKENS = (
    *(text.encode("utf-8", "replace") for text in HOSTILE),
    *(text.encode() for text in ("：", "记者：", "。”", "2031年", "百分之", "\x85", "\u2028")),
    b"</div>", b"<div>", b"<table><tr><td>", b"<p>", b"<a href='", b"content_1_2.htm", b"//",
    b"<meta charset=utf-7>", b"charset=idna", b"\xff\xfe", b"\x00", b"\r", b"\n\n", b"\t",
    b"[0, 1]:[0]:0.9", b"[-1]", b":[]:", b"nan", b"1e400", b"zh:", b"-en:", b" OR ", b'"', b"*",
    b'{"', b"null", b"[" * 50, b"xtargets='", b"<tu>", b"<tuv xml:lang='zh'>", b"<seg>",
    b"xml:lang=", b"PK\x03\x04", b"%PDF-", b"startxref", b"/Length -1",
    b" 3.5 percent ", b"Mr. ", b" p.m. ", b"\r\n\r\n", b"WARC/1.0\r\n", b"Content-Length: -1\r\n",
    b"Content-Length: 99999999\r\n", b"Content-Encoding: gzip\r\n", b"boundary=", b"http://[",
    b"Transfer-Encoding: chunked\r\n", b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n", b"=?utf-8?b?zzzz?=", b"multipart/mixed",
    b"<?xml encoding='utf-7'?>", b"\x1b[2J",
)  # fmt: skip

_TEXT = (
    "林若水：\n各位好。去年产量增长3.5%，达4000亿元。\n\n"
    "Lin Ruoshui:\nGood morning. It rose by 3.5 percent.\n"
)
_PAIRS = (
    FileRecord(
        "b1",
        Pair(Sides("各位好。", "Good morning."), index=Sides((0,), (0,))),
        Provenance("b", speaker="林若水"),
    ),
    FileRecord(
        "b2",
        Pair(Sides("=1+1", "<b>&amp;</b>"), index=Sides((1, 2), (1,)), probability=0.5),
        Provenance("b"),
    ),
)

URL = "http://press.example/content_1.htm"
HTML = (
    f"<html><head><!-- saved from url=(0034){URL} --><meta charset=gbk></head>"
    "<body><p>果园的苹果熟了。</p><script>var linkContent = '/a';</script></body></html>"
).encode("gbk")


PAGES = ("sites", "charset", "saved", "readers", "align")
"""Targets whose inputs may be pages of a folder."""


def seeds_of_folder(folder: Path, target: str) -> list[bytes]:
    """Return the pages of a folder as inputs of a target, each with every first byte it may need.

    The pages of ``align`` meet the next page of the folder.
    """
    pages = [path for path in sorted(folder.rglob("*.*htm*")) if path.suffix in (".htm", ".html")]
    bodies = [path.read_bytes()[:LONGEST] for path in pages]
    if target == "charset":
        return [b"text/html\n" + body for body in bodies]
    if target == "align":
        return [b"\0" + a[:30_000] + TWO + b[:30_000] for a, b in pairwise(bodies)]
    first = {"sites": len(ADDRESSES), "saved": 1, "readers": 1}[target]
    html = SUFFIXES.index(".html") if target == "readers" else 0
    return [bytes([html + at % first]) + body for at, body in enumerate(bodies)]


@lru_cache
def seeds(target: str) -> list[bytes]:
    """Return the inputs that a target starts from."""
    made: dict[str, Callable[[], list[bytes]]] = {
        "sites": _pages,
        "readers": _texts,
        "importing": _exports,
        "packed": _inside,
        "charset": lambda: [b"text/html; charset=gbk\n" + one[1:] for one in _pages()[:12]],
        "ladder": lambda: [b"[0, 1]:[0]:0.9731\n[2]:[]:0.1\n", b"# a\n[]:[1]\n"],
        "saved": _captures,
        "lists": lambda: [f"{one}\n# no\n\n".encode() for one in ADDRESSES],
        "card": lambda: [b'name = "a"\nlicence = "CC0-1.0"\n', b"[a]\nb = [1, 2]\n"],
        "settings": lambda: [b"corpora/x\n5\nuse\n1\ntrue\n0.5", b"\n" * 20],
        "glossary": lambda: ["zh\ten\n产量\toutput; yield\n# no\n".encode()],
        "wire": wire_seeds,
        "table": table_seeds,
        "update": update_seeds,
        "term_list": term_list_seeds,
        "align": align_seeds,
        "search": lambda: [one.encode() for one in ('zh:国*港 -"new force"', "ship OR ves*")],
        "query": lambda: [one.encode() for one in ('zh:国*港 -"new force"', "ship OR vessel*")],
    }
    plain = [text.encode() for text in (*HOSTILE[:-1], _TEXT)]
    return [*made.get(target, list)(), *plain]


def large_seeds(target: str) -> list[bytes]:
    """Return inputs of up to 1 MB: the content of each seed again and again."""
    return [
        seed[:1] + seed[1:] * ((LONGEST - 1) // len(seed[1:]))
        for seed in seeds(target)
        if 1 < len(seed) < LONGEST
    ]


def _pages() -> list[bytes]:
    pages = sorted((ROOT / "tests" / "pages").glob("*.*htm*"))
    pages += sorted((ROOT / "corpora" / "demo" / "pages").rglob("*.htm*"))
    bodies = [path.read_bytes()[:30_000] for path in pages]
    return [bytes([at % len(ADDRESSES)]) + body for at, body in enumerate(bodies)]


def _captures() -> list[bytes]:
    """Return one small file of each kind that holds pages, the kind's number before it."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML
    packed = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    warc = _record(block) + _record(packed + gzip.compress(HTML))
    mail = (
        f"Snapshot-Content-Location: {URL}\r\nDate: Tue, 4 Mar 2025 12:30:15 -0000\r\n"
        'Content-Type: multipart/related; boundary="--b"\r\n\r\n----b\r\nContent-Type: text/html'
        f"\r\nContent-Location: {URL}\r\n\r\n"
    ).encode()
    files = {
        ".html": HTML,
        ".warc": warc,
        ".warc.gz": gzip.compress(warc),
        ".mhtml": mail + HTML + b"\r\n----b--\r\n",
    }
    return [bytes([at]) + files[suffix] for at, suffix in enumerate(SAVED)]


def _record(block: bytes) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {URL}\r\n"
        "WARC-Date: 2024-01-02T03:04:05Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def _texts() -> list[bytes]:
    """Make one small file of each kind that is read, the kind's number before it."""
    return [bytes([at]) + _file(suffix) for at, suffix in enumerate(SUFFIXES)]


def _inside() -> list[bytes]:
    """Return each file inside a Word file and a workbook, as it is, its number before it."""
    return [
        bytes([at, number]) + body[:20_000]
        for at, suffix in enumerate(PACKED)
        for number, (_, body) in enumerate(sorted(package(suffix).items()))
    ]


def _file(suffix: str) -> bytes:
    buffer = io.BytesIO()
    if suffix in PACKED:
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, body in package(suffix).items():
                archive.writestr(name, body)
    elif suffix == ".pdf":
        import pypdf

        writer = pypdf.PdfWriter()
        writer.add_blank_page(100, 100)
        writer.write(buffer)
    elif suffix in (".csv", ".tsv", ".tab"):
        gap = "," if suffix == ".csv" else "\t"
        buffer.write(f"zh{gap}en\n各位好。{gap}Good morning.\n".encode())
    elif "htm" in suffix:
        buffer.write((ROOT / "tests" / "pages" / "generic.html").read_bytes())
    else:
        buffer.write(_TEXT.encode())
    return buffer.getvalue()


def _exports() -> list[bytes]:
    """Export two beads in every format, the format's number before it."""
    made = []
    for at, kind in enumerate(KINDS):
        if kind == "lfaligner":
            made.append(bytes([at]) + "各位好。\tGood morning.\tnote\n".encode())
            continue
        with tempfile.TemporaryDirectory() as place:
            names = files_of(kind)
            path = Path(place) / ("text" if kind == "tei" else names[0])
            find_format(kind).load().write(_PAIRS, path, ExportHeader())
            folder = path if path.is_dir() else Path(place)
            made.append(bytes([at]) + BETWEEN.join((folder / one).read_bytes() for one in names))
    return made
