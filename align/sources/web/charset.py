"""Decoding of pages and files whose encoding may be declared wrongly.

The order is: byte order mark, UTF-8, what is declared, GB18030 (Big5-HKSCS for Hong Kong), the
other of these two where it looks more like Chinese.
"""

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import webencodings  # type: ignore[import-untyped] # it has no types

from ...errors import N_, Message
from .urls import host_of

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# GB18030 contains GBK, which contains GB2312. A page that declares gb2312 and holds 喆 cannot be
# read as gb2312; read as gb18030 nothing is ever lost.
_WIDER = {"gbk": "gb18030", "big5": "big5hkscs"}
# Encodings in which every byte is a letter: they decode anything, so decoding proves nothing.
_WESTERN = frozenset({"cp1252", "iso8859-15"})

# The commonest characters and marks of Chinese text, simplified and traditional. Of a page read
# in the right encoding they make up over a tenth; of GB2312 bytes read as Big5, under a hundredth.
_FREQUENT = frozenset(
    "的一是在不了有和人这這中大为為上个個国國我以要他时時来來们們到地出对對会會年，。、"
)
_PLAUSIBLE = 0.02
LEGACY_CHINESE = ("gb18030", "big5hkscs")
"""Chinese encodings before Unicode; each reads most texts of the other without complaint."""
_SAMPLE = 200_000  # bytes that encodings are judged by; only the chosen one decodes all of them
_TOLERATED = 0.01  # share of characters that may be broken before an encoding is given up
_META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{2,40})""", re.I)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.\-]{2,40})""", re.I)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a page, the name of the codec that read it, and sentences for the user."""

    text: str
    encoding: str
    notes: tuple[Message, ...] = ()


def decode(body: bytes, headers: Iterable[tuple[str, str]] = (), url: str = "") -> Decoded:
    """Decode a whole page. Nothing is raised: what cannot be read becomes U+FFFD and is counted.

    :param url: its host says which legacy encoding is likely.

    >>> decode("国新办".encode("gb18030"), [("Content-Type", "text/html; charset=gb2312")]).text
    '国新办'
    """
    declared: tuple[str, ...] = ()
    marked = (encoding for mark, encoding in _BOMS if body.startswith(mark))
    encoding = next(marked, "")
    if not encoding:
        declared = _find_declared(body, headers)
        encoding = _choose_encoding(body, declared, url)
    text = body.decode(encoding, "replace").removeprefix("\ufeff")
    notes = [
        Message(N_("declared as {name}, read as {encoding}"), name=name, encoding=encoding)
        for name in declared
        if name != encoding and not (name in _WESTERN and encoding == "cp1252")
    ]
    broken = text.count("\ufffd")
    if broken:
        notes.append(
            Message(N_("{count} characters could not be read and stand as U+FFFD"), count=broken)
        )
    return Decoded(text, encoding, tuple(notes))


def _choose_encoding(body: bytes, declared: Sequence[str], url: str) -> str:
    if _broken_share(body, "utf-8") <= _TOLERATED:
        return "utf-8"
    if _is_western(body) and not any(
        _frequent_share(body, n) >= _PLAUSIBLE for n in LEGACY_CHINESE
    ):
        return "cp1252"
    usual = "big5hkscs" if host_of(url).endswith(".hk") else "gb18030"
    names = dict.fromkeys((*declared, usual, *LEGACY_CHINESE))
    candidates = [name for name in names if name not in _WESTERN and name != "utf-8"]
    readable = [name for name in candidates if _broken_share(body, name) <= _TOLERATED]
    # The one whose text looks most like Chinese, else the surest.
    best = max(readable or candidates, key=lambda name: _frequent_share(body, name))
    return best if _frequent_share(body, best) >= _PLAUSIBLE else (readable or candidates)[0]


def _find_declared(body: bytes, headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    names = [
        match[1]
        for name, value in headers
        if name.lower() == "content-type"
        and (match := re.search(r"""charset\s*=\s*["']?([^\s"';]+)""", value, re.I))
    ]
    head = body[:8192]
    names += [m[1].decode("ascii") for m in (_META.search(head), _XML.search(head)) if m]
    return tuple(dict.fromkeys(codec for name in names if (codec := _find_codec(name))))


def _find_codec(label: str) -> str:
    """Return the Python codec of a label that browsers know, or '' for any other name.

    The labels are those of the WHATWG encoding standard. Python has codecs that no page is written
    in, and that take hours to decode one (punycode).
    """
    encoding = webencodings.lookup(label)
    if encoding is None or encoding.name == "x-user-defined":
        return ""
    codec: str = encoding.codec_info.name
    return _WIDER.get(codec, codec)


def _broken_share(body: bytes, encoding: str) -> float:
    """Return the share of U+FFFD among the characters of a sample that are not ASCII."""
    text = body[:_SAMPLE].decode(encoding, "replace")
    foreign = sum(1 for character in text if character > "\x7f")
    return text.count("\ufffd") / foreign if foreign else 0.0


def _is_western(body: bytes) -> bool:
    r"""Return whether high bytes stand alone, as accents and curly quotes do.

    Chinese puts them side by side, in Big5 not always: its second bytes may be ASCII. GB18030 would
    read ``don\x92t`` without complaint, as a Chinese character that swallows the t.
    """
    runs = _HIGH_RUN.findall(body[:_SAMPLE])
    return sum(len(run) == 1 for run in runs) > len(runs) / 2


def _frequent_share(body: bytes, encoding: str) -> float:
    """Return the share of the commonest Chinese characters in a page read in an encoding."""
    text = body[:_SAMPLE].decode(encoding, "replace")
    foreign = [character for character in text if character > "\x7f"]
    return sum(c in _FREQUENT for c in foreign) / len(foreign) if foreign else 0.0
