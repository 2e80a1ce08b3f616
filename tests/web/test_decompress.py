"""Decompression that stops at a limit."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.web.charset import DecompressError, Decompressor

PACK = {
    "": lambda data: data,
    "identity": lambda data: data,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP ": gzip.compress,
    "deflate": zlib.compress,
}


def inflate(pieces, encoding, limit=10_000):
    inflater = Decompressor(encoding, limit=limit)
    out = b"".join(inflater.feed(piece) for piece in pieces)
    inflater.finish()
    return out


@given(st.binary(max_size=500), st.sampled_from(sorted(PACK)), st.integers(1, 60))
def test_what_was_compressed_comes_back_however_it_is_cut(data, encoding, size):
    packed = PACK[encoding](data)
    pieces = [packed[i : i + size] for i in range(0, len(packed), size)]
    assert inflate(pieces, encoding) == data


def test_deflate_without_its_header_is_understood():
    packer = zlib.compressobj(wbits=-15)
    assert inflate([packer.compress(b"apples") + packer.flush()], "deflate") == b"apples"


def test_members_one_after_the_other_are_one_body_and_padding_is_ignored():
    packed = gzip.compress(b"apples ") + gzip.compress(b"pears") + bytes(9)
    assert inflate([packed], "gzip") == b"apples pears"


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_the_limit_is_exact(encoding):
    assert len(inflate([PACK[encoding](bytes(100))], encoding, limit=100)) == 100
    with pytest.raises(DecompressError, match="limit of 99"):
        inflate([PACK[encoding](bytes(100))], encoding, limit=99)


def test_a_bomb_is_left_as_soon_as_it_goes_over():
    bomb = gzip.compress(bytes(50_000_000))
    with pytest.raises(DecompressError, match="limit"):
        Decompressor("gzip", limit=1000).feed(bomb)


@pytest.mark.parametrize("cut", [1, 9, 15])
def test_a_body_that_breaks_off_is_noticed(cut):
    with pytest.raises(DecompressError, match="breaks off"):
        inflate([gzip.compress(b"apples")[:-cut]], "gzip")


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "x" * 99])
def test_other_encodings_are_refused(encoding):
    with pytest.raises(DecompressError, match="not one that was asked for"):
        Decompressor(encoding, limit=9)


@given(st.binary(min_size=1, max_size=99), st.sampled_from(["gzip", "deflate"]))
def test_any_bytes_are_decompressed_or_refused(data, encoding):
    try:
        assert isinstance(inflate([data], encoding), bytes)
    except DecompressError as error:
        message = str(error)
        assert message
