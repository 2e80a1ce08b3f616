"""Pages from archives and saved files, and back, without loss and without trust."""

import datetime as dt
import gzip
import io
import os
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from web_server import Site, redirect

from align.errors import AlignError, FetchError, FormatError
from align.records import Page
from align.sources.web.address_guard import FetchSettings
from align.sources.web.captures import Capture, read_saved
from align.sources.web.captures.warc import read_warc, write_warc
from align.sources.web.fetcher import Fetcher

NOON = dt.datetime(2025, 3, 4, 12, 30, 15, 250_000, tzinfo=dt.UTC)
URL = "http://press.example/2025-03/04/content_1.htm"


def html(text="A fictional briefing about apples.", head=""):
    return f"<html><head>{head}</head><body><p>{text}</p></body></html>".encode()


def saved_page(url=URL, body=None, **changes):
    values = {
        "url": url,
        "final_url": url,
        "status": 200,
        "headers": (("Content-Type", "text/html"),),
        "fetched_at": NOON,
        "body": html() if body is None else body,
    }
    return Page(**{**values, **changes})


# -- WARC ----------------------------------------------------------------------------------------

headers = st.lists(
    st.tuples(
        st.from_regex(r"\AX-[A-Za-z0-9]{1,8}\Z"),
        st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20),
    ),
    max_size=3,
)
pages = st.lists(
    st.builds(
        saved_page,
        url=st.from_regex(r"\Ahttp://[a-z]{1,8}\.example/[a-z0-9_]{0,12}\Z"),
        body=st.binary(max_size=300),
        final_url=st.from_regex(r"\Ahttps?://[a-z]{1,8}\.example/[a-z0-9_?=]{0,12}\Z"),
        status=st.sampled_from([200, 301, 404, 521]),
        headers=st.tuples(
            st.sampled_from([(), (("Content-Type", "text/html"),)]), headers.map(tuple)
        ).map(lambda parts: (*parts[0], *parts[1])),
        fetched_at=st.datetimes(
            min_value=dt.datetime(1990, 1, 1), max_value=dt.datetime(2090, 1, 1)
        ).map(lambda moment: moment.replace(tzinfo=dt.UTC)),
    ),
    max_size=4,
)


@given(pages, st.sampled_from(["a.warc", "a.warc.gz"]))
@settings(deadline=None, max_examples=60)  # the first file of a run is slow
def test_what_is_written_comes_back_byte_for_byte(tmp_path_factory, written, name):
    path = tmp_path_factory.mktemp("warc") / name
    write_warc(written, path)
    assert list(read_warc(path)) == written


def test_a_file_archived_without_headers_is_a_page(archive):
    data = (
        f"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: {URL}\r\nWARC-Date: 2031-05-14\r\n"
        f"Content-Type: {{}}\r\nContent-Length: {len(html())}\r\n\r\n{html().decode()}\r\n\r\n"
    )
    both = data.format("text/html") + data.format("image/png")
    (page,) = read_warc(archive(both.encode()))
    assert (page.body, page.status, page.headers) == (html(), 200, ())


def test_headers_that_describe_the_wire_survive_without_misleading_other_tools(tmp_path):
    headers = (
        ("Content-Type", "text/html"),
        ("Content-Encoding", "gzip"),
        ("Transfer-Encoding", "chunked"),
        ("Content-Length", "17"),
        ("X-Name", "two\r\nlines"),
    )
    path = tmp_path / "a.warc.gz"
    write_warc([saved_page(headers=headers)], path)
    assert next(read_warc(path)).headers == (*headers[:-1], ("X-Name", "two lines"))
    with path.open("rb") as file:
        bodies = [r.content_stream().read() for r in ArchiveIterator(file) if r.http_headers]
    assert bodies == [html()]


def test_an_archive_names_its_pages_to_other_tools(tmp_path):
    path = tmp_path / "a.warc.gz"
    write_warc([saved_page()], path)
    with path.open("rb") as file:
        records = [
            (r.rec_type, r.rec_headers.get_header("WARC-Target-URI")) for r in ArchiveIterator(file)
        ]
    assert records == [("warcinfo", None), ("response", URL)]


def test_writing_stops_without_leaving_half_an_archive(tmp_path):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"older")

    def broken():
        yield saved_page()
        raise FetchError("no more")

    with pytest.raises(FetchError):
        write_warc(broken(), path)
    assert path.read_bytes() == b"older"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.warc.gz"]


def test_an_archive_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FormatError, match="cannot be written"):
        write_warc([saved_page()], tmp_path / "file" / "a.warc")


def test_two_programs_that_write_one_archive_leave_a_whole_one(tmp_path):
    def late():
        write_warc([saved_page()], tmp_path / "a.warc")  # by another program
        yield saved_page()

    write_warc(late(), tmp_path / "a.warc")
    assert len(list(read_warc(tmp_path / "a.warc"))) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.warc"]


def record(body, *, url=URL, http="Content-Type: text/html\r\n", kind="response", length=None):
    """Write a record by hand, as another tool would."""
    block = b"HTTP/1.1 200 OK\r\n" + http.encode() + b"\r\n" + body
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2024-01-02T03:04:05Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


@pytest.fixture
def archive(tmp_path):
    def archive(data, name="a.warc"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return archive


def chunked(body):
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@pytest.mark.parametrize(
    ("body", "http"),
    [
        (gzip.compress(html(), mtime=0), "Content-Encoding: gzip\r\n"),
        (html(), "Content-Encoding: gzip\r\n"),  # decompressed by the archiver, header kept
        (chunked(html()), "Transfer-Encoding: chunked\r\n"),
        (
            chunked(gzip.compress(html(), mtime=0)),
            "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n",
        ),
    ],
)
def test_bodies_of_other_tools_are_unpacked(archive, body, http):
    path = archive(record(body, http=f"Content-Type: text/html\r\n{http}"))
    assert [page.body for page in read_warc(path)] == [html()]


def test_pictures_requests_and_other_schemes_are_passed_over(archive):
    data = (
        record(b"\x89PNG", http="Content-Type: image/png\r\n")
        + record(html(), kind="request")
        + record(html(), url="dns:press.example")
        + record(html())
    )
    assert [page.final_url for page in read_warc(archive(data))] == [URL]


def test_addresses_that_could_write_on_a_terminal_are_passed_over(archive, tmp_path):
    data = record(html(), url=f"{URL}\x1b[2J") + record(html())
    assert [page.url for page in read_warc(archive(data))] == [URL]
    (tmp_path / "a.html").write_bytes(html(head=f'<link rel="canonical" href="{URL}\x1b[2J">'))
    with pytest.raises(FormatError, match="does not contain its URL"):
        list(read_saved(tmp_path / "a.html"))


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: data])
def test_records_compressed_together_are_read_too(archive, pack):
    data = pack(record(html("One.")) + record(html("Two.")))
    assert [page.body for page in read_warc(archive(data))] == [html("One."), html("Two.")]


@pytest.mark.parametrize(
    "data",
    [
        b"no archive at all",
        b"\x1f\x8bnot gzip",
        gzip.compress(bytes(10_000), mtime=0),
        gzip.compress(record(html()), mtime=0)[:-20],
        record(html())[:-30],
        record(html())[:120],
        record(html(), length=10**9),
        record(html(), length=20),
        b"WARC/1.0\r\n" + b"X" * 3_000_000,
    ],
)
def test_what_is_no_whole_archive_is_refused(archive, data, capsys):
    with pytest.raises(FormatError, match=r"a\.warc"):
        list(read_warc(archive(data)))
    assert capsys.readouterr().err == ""


def test_a_page_over_the_limit_is_refused(archive):
    bomb = gzip.compress(bytes(5_000_000))
    path = archive(record(bomb, http="Content-Type: text/html\r\nContent-Encoding: gzip\r\n"))
    with pytest.raises(FormatError, match="limit of 1,000,000"):
        list(read_warc(path, max_body=1_000_000))


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
@pytest.mark.parametrize(
    ("more", "says"),
    [
        (b"X-A: " + b"b" * 70_000 + b"\r\n", "a header line of over 65,536 bytes"),
        (b"X-A: " + b"b" * 3_000_000 + b"\r\n", "a header line of over 65,536 bytes"),
        (b"X-A: b\r\n" * 600, "a header of over 500 lines"),
    ],
    ids=["line", "long line", "lines"],
)
def test_headers_over_a_limit_are_refused_of_a_record_and_of_its_answer(tmp_path, name, more, says):
    of_record = record(html()).replace(b"Content-Type: appl", more + b"Content-Type: appl")
    of_answer = record(html(), http=more.decode())
    for damaged in (of_record, of_answer):
        path = tmp_path / name
        path.write_bytes(gzip.compress(damaged) if name.endswith("gz") else damaged)
        with pytest.raises(FormatError, match=says):
            list(read_warc(path))
        with pytest.raises(AlignError, match=says):
            Capture.open(path).get(URL)


def test_a_missing_archive_is_said(tmp_path):
    with pytest.raises(FormatError, match="cannot be read"):
        list(read_warc(tmp_path / "none.warc"))


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_a_damaged_archive_gives_pages_or_a_plain_error(tmp_path_factory, data):
    whole = io.BytesIO(record(html("One.")) + record(chunked(html("Two.")))).getvalue()
    packed = data.draw(st.sampled_from([whole, gzip.compress(whole)]))
    place = data.draw(st.integers(0, len(packed) - 1))
    damage = data.draw(st.binary(max_size=6))
    path = tmp_path_factory.mktemp("warc") / "a.warc"
    path.write_bytes(packed[:place] + damage + packed[place + data.draw(st.integers(0, 9)) :])
    with suppress(FormatError):
        assert all(isinstance(page, Page) for page in read_warc(path))


# -- saved pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mark",
    [
        f"<!-- saved from url=({len(URL):04})http://press.example/2025-03/04/content_1.htm -->",
        f"<!-- Page saved with SingleFile \n url: {URL} \n saved date: Tue -->",
        f'<link rel="canonical" href="{URL}">',
        f"<link href='{URL}' rel='canonical'>",
        f'<meta property="og:url" content="{URL}">',
    ],
)
def test_the_address_is_read_from_a_saved_page(tmp_path, mark):
    path = tmp_path / "a.html"
    path.write_bytes(html(head=mark))
    (page,) = read_saved(path)
    assert (page.url, page.final_url, page.status) == (URL, URL, 200)
    assert page.body == path.read_bytes()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html.url", URL),
        ("a.url", f"[InternetShortcut]\r\nURL={URL}\r\n"),
        ("a.url", f"\ufeff{URL}"),
    ],
)
def test_a_file_beside_the_page_gives_its_address_and_comes_first(tmp_path, name, text):
    path = tmp_path / "a.html"
    path.write_bytes(html(head='<link rel="canonical" href="http://other.example/">'))
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert next(read_saved(path)).url == URL


def test_the_address_asked_for_counts_when_the_page_names_none(tmp_path):
    path = tmp_path / "a.html"
    path.write_bytes(html())
    assert next(read_saved(path, address=URL)).url == URL
    with pytest.raises(FormatError, match=r"NAME\.url"):
        list(read_saved(path))


@pytest.mark.parametrize(
    "bad", ["javascript:alert(1)", "file:///etc/passwd", "//", "http://[", "/a"]
)
def test_an_address_that_is_none_is_not_believed(tmp_path, bad):
    path = tmp_path / "a.html"
    path.write_bytes(html(head=f'<link rel="canonical" href="{bad}">'))
    with pytest.raises(FormatError, match="does not contain its URL"):
        list(read_saved(path))


def test_the_time_of_a_saved_page_is_that_of_its_file(tmp_path):
    path = tmp_path / "a.html"
    path.write_bytes(html(head=f'<link rel="canonical" href="{URL}">'))
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    assert next(read_saved(path)).fetched_at == NOON


MHTML = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: {url}\r\n"
    "Date: Tue, 4 Mar 2025 12:30:15 -0000\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related; type="text/html"; boundary="--b"\r\n\r\n'
    "----b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    "Content-Location: {url}\r\n\r\n{body}\r\n"
    "----b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
    "Content-Location: http://press.example/a.png\r\n\r\niVBORw0K\r\n----b--\r\n"
)


def test_an_mhtml_file_is_read_with_address_time_and_bytes(tmp_path):
    path = tmp_path / "a.mhtml"
    path.write_text(MHTML.format(url=URL, body="<p>=E8=8B=B9=E6=9E=9C</p>"), newline="")
    (page,) = read_saved(path)
    assert page.body == "<p>苹果</p>".encode()
    assert page.url == URL
    assert page.fetched_at == NOON.replace(microsecond=0)


@pytest.mark.parametrize(
    "date",
    ["", "yesterday", f"Tue, 4 Mar 2025 12:30:{'4' * 30} -0000", "Fri, 31 Dec 9999 23:00:00 -0500"],
)
def test_an_mhtml_file_without_a_usable_date_has_the_time_of_its_file(tmp_path, date):
    path = tmp_path / "a.mhtml"
    mail = MHTML.replace("Tue, 4 Mar 2025 12:30:15 -0000", date).format(url=URL, body="<p>x</p>")
    path.write_text(mail, newline="")
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    assert next(read_saved(path)).fetched_at == NOON


def test_frames_of_an_mhtml_file_do_not_take_the_place_of_its_page(tmp_path):
    path = tmp_path / "a.mhtml"
    frame = "----b\r\nContent-Type: text/html\r\nContent-Location: {at}\r\n\r\n<p>frame</p>\r\n"
    frames = "".join(frame.format(at=at) for at in ("cid:frame-1", "http://ads.example/f"))
    mail = MHTML.format(url=URL, body="<p>page</p>").replace("----b--", f"{frames}----b--")
    path.write_text(mail, newline="")
    assert [(page.url, page.body) for page in read_saved(path)] == [(URL, b"<p>page</p>")]


def test_an_mhtml_file_without_an_address_or_a_page_is_refused(tmp_path):
    path = tmp_path / "a.mhtml"
    path.write_text(MHTML.format(url="cid:frame-1", body="<p>x</p>"), newline="")
    with pytest.raises(FormatError, match="does not contain its URL"):
        list(read_saved(path))
    path.write_bytes(b"Subject: hello\r\n\r\ntext")
    with pytest.raises(FormatError, match="no web page"):
        list(read_saved(path))


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_as_mhtml_give_pages_or_a_plain_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("mhtml") / "a.mhtml"
    path.write_bytes(MHTML.format(url=URL, body="x")[:300].encode() + data)
    with suppress(FormatError):
        assert list(read_saved(path))


def test_mail_nested_without_end_does_no_harm(tmp_path):
    path = tmp_path / "a.mhtml"
    path.write_bytes(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 3000)
    with pytest.raises(FormatError):
        list(read_saved(path))


def test_a_folder_gives_its_pages_and_leaves_the_rest(tmp_path, caplog):
    def put(name, body):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(body)

    put("a.html", html(head=f'<link rel="canonical" href="{URL}">'))
    put("a_files/frame.html", html(head='<link rel="canonical" href="http://ads.example/">'))
    put("sub/b.htm", html(head='<link rel="canonical" href="http://press.example/b">'))
    put("lost.html", html())
    put("notes.txt", b"not a page")
    write_warc([saved_page("http://press.example/c")], tmp_path / "c.warc.gz")
    if os.name == "posix":  # Windows lets only some accounts make links
        (tmp_path / "link.html").symlink_to("/etc/hosts")
    urls = [page.url for page in read_saved(tmp_path)]
    assert urls == [URL, "http://press.example/c", "http://press.example/b"]
    assert "lost.html" in caplog.text


def test_a_folder_without_pages_is_refused(tmp_path):
    with pytest.raises(FormatError, match="no saved page"):
        list(read_saved(tmp_path))
    (tmp_path / "lost.html").write_bytes(html())
    with pytest.raises(FormatError, match=r"lost\.html"):
        list(read_saved(tmp_path))


def test_a_saved_page_over_the_limit_is_refused(tmp_path):
    path = tmp_path / "a.html"
    path.write_bytes(html("x" * 5000))
    with pytest.raises(FormatError, match="limit of 1,000"):
        list(read_saved(path, address=URL, max_body=1000))


# -- Capture ---------------------------------------------------------------------------------------


def test_a_capture_gives_pages_by_address_whatever_scheme_extension_or_fragment():
    capture = Capture([saved_page()])
    for asked in (URL, URL + "l", URL.replace("http", "https"), URL + "#top", f" {URL} "):
        assert capture.get(asked).body == html()


def test_a_page_that_is_not_there_is_said_with_what_is():
    capture = Capture([saved_page(), saved_page("http://zh.example/a")], "my.warc")
    with pytest.raises(FetchError) as caught:
        capture.get("http://press.example/other.htm")
    assert "my.warc" in str(caught.value)
    assert URL in str(caught.value)
    with pytest.raises(FetchError, match="which contains no page"):
        Capture([]).get(URL)


def test_redirects_and_shells_are_followed_within_the_capture():
    moved = saved_page("http://press.example/a", b"", status=302, headers=(("Location", "/b"),))
    shell = saved_page("http://press.example/b", b"<script>var linkContent='/c';</script>")
    capture = Capture([moved, shell, saved_page("http://press.example/c")])
    assert capture.get("http://press.example/a").final_url == "http://press.example/c"


def test_a_saved_page_that_refreshes_itself_is_a_page():
    body = f"<meta http-equiv='refresh' content='300; url={URL}'><p>Live soon.</p>".encode()
    assert Capture([saved_page(body=body)]).get(URL).body == body


def test_redirects_in_a_capture_end_and_stay_on_the_host():
    loop = saved_page("http://press.example/a", b"", status=302, headers=(("Location", "/a"),))
    away = saved_page("http://b.example/", b"", status=302, headers=(("Location", URL),))
    capture = Capture([loop, away])
    with pytest.raises(FetchError, match="again and again"):
        capture.get("http://press.example/a")
    with pytest.raises(FetchError, match="another host"):
        capture.get("http://b.example/")


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (saved_page(status=404), "404"),
        (saved_page(body=b""), "empty"),
        (saved_page(body=b"%PDF-1.4"), "PDF"),
        (saved_page(body=b"<script>document.cookie='__jsl_clearance=1'</script>"), "challenge"),
    ],
)
def test_only_pages_leave_a_capture(page, words):
    with pytest.raises(FetchError, match=words):
        Capture([page]).get(URL)


def test_a_whole_page_is_not_replaced_by_an_error_page():
    pages = [saved_page(), saved_page(body=html("Newer.")), saved_page(status=503)]
    assert Capture(pages).get(URL).body == html("Newer.")


def test_a_capture_is_opened_from_a_file(tmp_path):
    path = tmp_path / "a.warc.gz"
    write_warc([saved_page()], path)
    assert Capture.open(path).addresses() == [URL]
    with pytest.raises(FormatError, match="not found"):
        Capture.open(tmp_path / "none")


@pytest.mark.parametrize("name", ["a.html", "a.mhtml"])
def test_a_single_page_without_an_address_answers_for_the_first_one_asked_for(tmp_path, name):
    path = tmp_path / name
    mail = MHTML.format(url="cid:frame", body=html().decode())
    path.write_bytes(html() if name == "a.html" else mail.encode())
    capture = Capture.open(path)
    page = capture.get(URL)
    assert (page.url, page.final_url, page.body) == (URL, URL, html())
    with pytest.raises(FetchError, match="not in"):
        capture.get("http://press.example/other.htm")
    assert capture.get(URL) == page


def test_a_capture_has_a_limit():
    with pytest.raises(FormatError, match="more than 50 bytes"):
        Capture([saved_page(), saved_page()], limit=50)


def test_what_was_fetched_comes_out_of_its_archive_by_the_same_addresses(tmp_path):
    routes = {"/a": redirect("/b.htm"), "/b.htm": html("苹果").decode().encode("gbk")}
    with (
        Site(routes).running() as site,
        Fetcher(FetchSettings(allow_private=True)) as fetcher,
    ):
        fetched = fetcher.get(site.url("/a"))
    write_warc([fetched], tmp_path / "a.warc.gz")
    capture = Capture.open(tmp_path / "a.warc.gz")
    assert capture.get(fetched.url) == fetched
    assert capture.get(fetched.final_url).body == fetched.body


@given(st.text(max_size=40))
def test_no_address_breaks_a_capture(text):
    with pytest.raises(FetchError):
        Capture([saved_page()]).get(text)
