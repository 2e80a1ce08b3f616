"""WARC records by their place: read again one at a time, whatever is damaged around them."""

import gzip
import io
import zlib
from pathlib import Path

import pytest
from fictional_crawl import conferences, make_pages

from align.errors import FormatError
from align.sources.web.captures.warc import write_warc
from align.sources.web.captures.warc_places import read_record, scan_stream, scan_warc

PAGES = make_pages(conferences())


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "crawl.warc.gz"
    write_warc(PAGES, path)
    return path


def plain(path: Path) -> Path:
    target = path.with_name("crawl.warc")
    target.write_bytes(gzip.decompress(path.read_bytes()))
    return target


def whole(path: Path) -> Path:
    target = path.with_name("whole.warc.gz")
    target.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())))
    return target


def urls(path: Path) -> list[str]:
    return [found.page.url for found in scan_warc(path) if found.page]


@pytest.mark.parametrize("form", [lambda path: path, plain, whole])
def test_every_page_is_found_in_every_form_of_an_archive(archive: Path, form):
    assert urls(form(archive)) == [page.url for page in PAGES]


@pytest.mark.parametrize("form", [lambda path: path, plain])
def test_a_record_is_read_again_by_its_offset(archive: Path, form):
    path = form(archive)
    places = {found.page.url: found.offset for found in scan_warc(path) if found.page}
    for page in PAGES:
        assert read_record(path, places[page.url]).body == page.body


def test_a_scan_starts_at_any_record(archive: Path):
    offsets = [found.offset for found in scan_warc(archive) if found.page]
    rest = [found.page.url for found in scan_warc(archive, start=offsets[5]) if found.page]
    assert rest == [page.url for page in PAGES[5:]]


def test_an_archive_that_is_one_stream_has_no_places(archive: Path):
    assert {found.offset for found in scan_warc(whole(archive))} == {-1}


def test_a_damaged_record_costs_only_itself(archive: Path):
    offsets = [found.offset for found in scan_warc(archive) if found.page]
    data = bytearray(archive.read_bytes())
    data[offsets[3] + 30 : offsets[3] + 90] = bytes(60)
    archive.write_bytes(data)
    assert urls(archive) == [page.url for at, page in enumerate(PAGES) if at != 3]
    assert [found.offset for found in scan_warc(archive) if found.fault] == [offsets[3]]


@pytest.mark.parametrize("form", [lambda path: path, plain, whole])
def test_an_archive_that_breaks_off_keeps_what_came_before(archive: Path, form):
    path = form(archive)
    path.write_bytes(path.read_bytes()[:-200])
    assert urls(path)[:10] == [page.url for page in PAGES[:10]]


def test_a_plain_archive_with_a_wrong_length_goes_on_with_the_next_record(archive: Path):
    path = plain(archive)
    data = path.read_bytes()
    head, _, rest = data.partition(b"Content-Length: ")
    path.write_bytes(head + b"Content-Length: 1" + rest)
    found = list(scan_warc(path))
    assert [one.page.url for one in found if one.page][-5:] == [page.url for page in PAGES[-5:]]


def test_a_record_over_the_limit_is_said_and_skipped(archive: Path):
    big = PAGES[0].body * 3000
    write_warc(
        [*PAGES[:2], type(PAGES[0])(PAGES[2].url, PAGES[2].url, 200, (), PAGES[2].fetched_at, big)],
        archive,
    )
    found = list(scan_warc(archive, max_body=100_000))
    assert sum(bool(one.page) for one in found) == 2
    assert any("limit" in one.fault for one in found)


def test_a_record_that_unpacks_without_end_is_not_kept_in_memory(tmp_path: Path, archive: Path):
    path = tmp_path / "bomb.warc.gz"
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n"
    bomb = head + b"Content-Length: 200000000\r\n\r\n" + bytes(200_000_000)
    path.write_bytes(archive.read_bytes() + zlib_member(bomb))
    found = list(scan_warc(path, max_body=100_000))
    assert sum(bool(one.page) for one in found) == len(PAGES)
    assert "limit" in found[-1].fault


def zlib_member(data: bytes) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return packer.compress(data) + packer.flush()


def test_a_revisit_names_the_address_whose_content_it_has(tmp_path: Path, archive: Path):
    record = (
        b"WARC/1.0\r\nWARC-Type: revisit\r\nWARC-Target-URI: https://b.example/1.html\r\n"
        b"WARC-Date: 2031-05-01T00:00:00Z\r\nWARC-Refers-To-Target-URI: https://a.example/1.html\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    )
    path = tmp_path / "revisit.warc.gz"
    path.write_bytes(archive.read_bytes() + zlib_member(record))
    assert [one.revisited for one in scan_warc(path) if one.revisited] == [
        "https://a.example/1.html"
    ]


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path):
    path = tmp_path / "x.warc"
    path.write_bytes(b"hello")
    with pytest.raises(FormatError, match="not a WARC archive"):
        list(scan_warc(path))


@pytest.mark.parametrize("form", [lambda path: path, plain, whole])
def test_an_archive_is_read_from_a_stream_too(archive: Path, form):
    stream = io.BytesIO(form(archive).read_bytes())
    found = [one.page.url for one in scan_stream(archive, stream) if one.page]
    assert found == [page.url for page in PAGES]


def test_offsets_of_a_changed_archive_are_refused(archive: Path):
    with pytest.raises(FormatError, match="has changed"):
        read_record(archive, 7)
