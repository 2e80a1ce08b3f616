"""Compressed bytes in, plain bytes out, never more of them than a limit.

A few kilobytes can unfold to gigabytes (a "gzip bomb"), and two encodings on top of each other
to a thousand times that, so both doors, the network and the archives, decompress here.
"""

import zlib
from collections.abc import Callable

_KNOWN = {"": None, "identity": None, "gzip": 31, "x-gzip": 31, "deflate": 15}


class DecompressError(ValueError):
    """The bytes cannot be decompressed: too many, broken off, or of an unknown encoding."""


class Decompressor:
    """Undo one ``Content-Encoding`` piece by piece.

    :param encoding: ``gzip``, ``deflate`` or nothing; anything else, two on top of each other
        included, raises :exc:`DecompressError`.
    :param limit: how many bytes may come out in all.
    """

    def __init__(self, encoding: str, *, limit: int) -> None:
        name = encoding.strip().lower()
        if name not in _KNOWN:
            raise DecompressError(f"content encoding {name[:40]!r} is not one that was asked for")
        window = _KNOWN[name]
        self._make: Callable[[], zlib._Decompress] | None = (
            None if window is None else lambda: zlib.decompressobj(window)
        )
        self._stream = self._make() if self._make else None
        self._is_deflate = name == "deflate"
        self._room = limit
        self._limit = limit

    def feed(self, data: bytes) -> bytes:
        """Decompress the next piece."""
        if self._stream is None:
            return self._count(data)
        pieces = []
        while data:
            pieces.append(self._count(self._inflate(data)))
            data = self._stream.unconsumed_tail or self._next_member()
        return b"".join(pieces)

    def finish(self) -> None:
        """Raise when the compressed bytes broke off in the middle."""
        if self._stream is not None and not self._stream.eof:
            raise DecompressError("the compressed page breaks off in the middle")

    def _inflate(self, data: bytes) -> bytes:
        if self._stream is None:
            return data
        try:
            return self._stream.decompress(data, self._room + 1)
        except zlib.error as error:
            if self._is_deflate and self._room == self._limit:
                # "deflate" means with a zlib header, but servers that leave it out are common.
                self._is_deflate = False
                self._stream = zlib.decompressobj(-15)
                return self._inflate(data)
            raise DecompressError(f"the compressed page is damaged ({error})") from error

    def _next_member(self) -> bytes:
        """Go on with a further gzip member; other bytes after the end are padding."""
        if self._stream is None or self._make is None or not self._stream.eof:
            return b""
        rest = self._stream.unused_data
        if not rest.startswith(b"\x1f\x8b"):
            return b""
        self._stream = self._make()
        return rest

    def _count(self, data: bytes) -> bytes:
        self._room -= len(data)
        if self._room < 0:
            raise DecompressError(f"more than the limit of {self._limit:,} bytes")
        return data
