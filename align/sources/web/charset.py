"""Decoding of pages and files, whose declared encoding may be wrong.

The order is: byte order mark, UTF-8, the declared encodings, GB18030 (Big5-HKSCS for Hong Kong).
Among readable encodings, the one with the most frequent Chinese characters is chosen.
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

# GB18030 contains GBK, which contains GB2312. A page that declares gb2312 and contains 喆 cannot be
# read as gb2312, but always as gb18030.
_WIDER = {"gbk": "gb18030", "big5": "big5hkscs"}
# Encodings that decode any bytes, so a successful decoding proves nothing.
_WESTERN = frozenset({"cp1252", "iso8859-15"})

# The most frequent characters and marks of Chinese text, simplified and traditional. They are over
# 10% of a page in the right encoding, but under 1% of GB2312 bytes read as Big5.
_FREQUENT = frozenset(
    "的一是在不了有和人这這中大为為上个個国國我以要他时時来來们們到地出对對会會年，。、"
)
_PLAUSIBLE = 0.02
LEGACY_CHINESE = ("gb18030", "big5hkscs")
"""Chinese encodings before Unicode; each reads most texts of the other without errors."""
_SAMPLE = 200_000  # bytes on which encodings are compared; only the chosen one decodes all bytes
_TOLERATED = 0.01  # maximum share of broken characters
_META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{2,40})""", re.I)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.\-]{2,40})""", re.I)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';]+)""", re.I)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a page, the name of the codec that read it, and sentences for the user."""

    text: str
    encoding: str
    notes: tuple[Message, ...] = ()


def decode(body: bytes, headers: Iterable[tuple[str, str]] = (), url: str = "") -> Decoded:
    """Decode a whole page; unreadable characters become U+FFFD and are counted in a note.

    :param url: the URL of the page, whose host suggests a legacy encoding.

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
            Message(
                N_("{count} characters could not be decoded and were replaced with U+FFFD"),
                count=broken,
            )
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
    # The encoding whose text is most like Chinese, else the first one.
    possible = readable or candidates
    best = max(possible, key=lambda name: _frequent_share(body, name))
    return best if _frequent_share(body, best) >= _PLAUSIBLE else possible[0]


def _find_declared(body: bytes, headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the codecs that headers, ``<meta>`` and the XML declaration name, in this order."""
    names: list[str] = []
    for name, value in headers:
        if name.lower() == "content-type" and (match := _CHARSET.search(value)):
            names.append(match[1])
    head = body[:8192]
    names += [m[1].decode("ascii") for m in (_META.search(head), _XML.search(head)) if m]
    codecs_named = dict.fromkeys(map(_find_codec, names))
    codecs_named.pop("", None)
    return tuple(codecs_named)


def _find_codec(label: str) -> str:
    """Return the Python codec of a label that browsers know, or '' for any other name.

    The labels are those of the WHATWG encoding standard. Python's other codecs are not used by any
    page, and some (punycode) would take hours to decode one.
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
    r"""Return whether most high bytes are isolated, like accents and curly quotes.

    In Chinese most are next to each other; in Big5 the second byte of a character may be ASCII.
    GB18030 would read ``don\x92t`` without error, with a Chinese character that includes the t.
    """
    runs = _HIGH_RUN.findall(body[:_SAMPLE])
    return sum(len(run) == 1 for run in runs) > len(runs) / 2


def _frequent_share(body: bytes, encoding: str) -> float:
    """Return the share of the most frequent Chinese characters in a page read in an encoding."""
    text = body[:_SAMPLE].decode(encoding, "replace")
    foreign = [character for character in text if character > "\x7f"]
    return sum(c in _FREQUENT for c in foreign) / len(foreign) if foreign else 0.0
