"""Decompression of page bodies up to a limit.

A few kilobytes can unpack to gigabytes (a "gzip bomb"), and two encodings on top of each other
to a thousand times that, so answers of servers and pages of archives are decompressed here.
"""

import zlib

_WINDOW_BITS = {"": 0, "identity": 0, "gzip": 31, "x-gzip": 31, "deflate": 15}


class DecompressError(ValueError):
    """The bytes cannot be decompressed: too many, cut off, or of an unknown encoding."""


class Decompressor:
    """Undo one ``Content-Encoding`` piece by piece.

    :param encoding: ``gzip``, ``deflate`` or nothing; anything else, two on top of each other
        included, raises :exc:`DecompressError`.
    :param limit: how many bytes may come out in all.
    """

    def __init__(self, encoding: str, *, limit: int) -> None:
        name = encoding.strip().lower()
        if name not in _WINDOW_BITS:
            raise DecompressError(f"content encoding {name[:40]!r} is not one that was asked for")
        self._bits = _WINDOW_BITS[name]
        self._stream = zlib.decompressobj(self._bits) if self._bits else None
        self._left = limit
        self._limit = limit

    def feed(self, data: bytes) -> bytes:
        """Decompress the next piece."""
        if self._stream is None:
            return self._count(data)
        pieces = []
        while data:
            pieces.append(self._count(self._decompress(self._stream, data)))
            data = self._stream.unconsumed_tail or self._begin_member(self._stream)
        return b"".join(pieces)

    def finish(self) -> None:
        """Raise when the compressed bytes broke off in the middle."""
        if self._stream is not None and not self._stream.eof:
            raise DecompressError("the compressed page breaks off in the middle")

    def _decompress(self, stream: "zlib._Decompress", data: bytes) -> bytes:
        try:
            return stream.decompress(data, self._left + 1)
        except zlib.error as error:
            if self._bits == 15 and self._left == self._limit:
                # "deflate" means with a zlib header, but servers that leave it out are common.
                self._bits = -15
                self._stream = zlib.decompressobj(self._bits)
                return self._decompress(self._stream, data)
            raise DecompressError(f"the compressed page is damaged ({error})") from error

    def _begin_member(self, stream: "zlib._Decompress") -> bytes:
        """Go on with a further gzip member; other bytes after the end are padding."""
        if not stream.unused_data.startswith(b"\x1f\x8b"):
            return b""
        self._stream = zlib.decompressobj(self._bits)
        return stream.unused_data

    def _count(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            raise DecompressError(f"more than the limit of {self._limit:,} bytes")
        return data
