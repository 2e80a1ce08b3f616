"""What is let in as a page, and what a server sent instead of one."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import FetchError
from align.records import Page
from align.sources.web.page_checks import (
    check_page,
    count_visible,
    explain_status,
    find_binary,
    find_challenge,
    find_header,
    find_shell_target,
)

URL = "http://press.example/2025-03/04/content_12345.htm"
ARTICLE = b"<html><script>document.cookie='seen=1'</script><noscript>Enable JavaScript</noscript>"


def a_page(body, *, url=URL, final_url=URL, status=200):
    return Page(url, final_url, status, (), dt.datetime(2025, 3, 4, tzinfo=dt.UTC), body)


def test_a_short_plain_page_is_a_page():
    check_page(a_page(b"<p>Apples.</p>"))


def test_an_article_that_sets_cookies_and_mentions_javascript_is_a_page():
    check_page(a_page(ARTICLE + b"<p>" + b"Apples are ripe. " * 80 + b"</p></html>"))


def test_the_same_scripts_without_an_article_are_a_challenge():
    with pytest.raises(FetchError, match="challenge"):
        check_page(a_page(ARTICLE + b"<p>One moment.</p></html>"))


@pytest.mark.parametrize("status", [412, 521])
def test_a_challenge_is_told_by_its_status_alone(status):
    assert str(status) in find_challenge(a_page(b"", status=status))


def test_data_of_a_page_is_no_challenge():
    assert find_challenge(a_page(b"var webcast = [{'speaker': 'Ms Pear', 'content': ''}];")) == ""


@pytest.mark.parametrize(
    ("body", "target"),
    [
        (b"<script>var linkContent = '/a.htm';</script>", "/a.htm"),
        (b'<script>var linkContent="http://a.example/b" ;</script>', "http://a.example/b"),
        (b"<meta http-equiv='refresh' content='0; url=/next.htm'>", "/next.htm"),
        (b"<script>var linkContent = '';</script>", ""),
        (b"<script>var linkContent = '/a\x1b[2J';</script>", ""),
        (b"<script>var otherContent = '/a';</script>", ""),
        (b"<script>var linkContent = '/a';</script><p>" + b"Apples are ripe. " * 20, ""),
    ],
)
def test_a_shell_says_where_it_leads_and_an_article_does_not(body, target):
    assert find_shell_target(body.decode()) == target


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04", "a ZIP or Office file"),
        (b"<p>a\x00b</p>", "binary data"),
        ("<p>苹果</p>".encode("utf-16"), ""),
        ("<p>苹果</p>".encode("gb18030"), ""),
    ],
)
def test_binary_files_are_told_from_text(body, name):
    assert find_binary(body) == name


def test_visible_text_is_what_a_reader_sees():
    html = "<title>T</title><style>a{}</style><!-- no --><p>a&nbsp;b</p><script>x<y</script>"
    assert count_visible(html) == len("a&nbsp;b")
    assert count_visible("<script>never closed") == 0
    assert count_visible("text<a href='never closed") == 4


def test_a_large_hostile_page_is_judged_without_going_through_it_again_and_again():
    for piece in (b"<script", b"<!--", b"<meta http-equiv=refresh ", b"<link rel=canonical "):
        assert isinstance(find_challenge(a_page(piece * 2500)), str)
        assert find_shell_target((piece * 2500).decode()) == ""


@pytest.mark.parametrize("final", ["http://press.example/web/system/a.htm"])
def test_a_system_page_stands_for_a_missing_one(final):
    with pytest.raises(FetchError, match="system page"):
        check_page(a_page(b"<p>Sorry.</p>", final_url=final))


def test_a_page_that_names_itself_as_the_front_page_is_refused_elsewhere_only():
    body = b"<meta property='og:url' content='http://press.example/'><p>Welcome.</p>"
    with pytest.raises(FetchError, match="home page"):
        check_page(a_page(body))
    home = "http://press.example/"
    check_page(a_page(body, url=home, final_url=home))


def test_a_page_that_carries_its_own_number_is_the_page_whatever_address_it_names():
    head = b"<meta property='og:url' content='http://press.example/'>"
    check_page(a_page(head + b"<meta name='contentid' content='12345'><p>Every lamp is lit.</p>"))
    with pytest.raises(FetchError, match="home page"):
        check_page(a_page(head + b"<a href='/content_12345_2.htm'>Every lamp is lit.</a>"))


@pytest.mark.parametrize("status", [204, 301, 400, 401, 403, 404, 410, 429, 451, 500, 599])
def test_every_status_is_explained(status):
    assert str(status) in explain_status(status)


def test_headers_are_found_whatever_their_case():
    assert find_header([("CONTENT-type", "a"), ("content-type", "b")], "Content-Type") == "a"
    assert find_header([], "x") == ""


@given(st.binary(max_size=300), st.integers(100, 599))
def test_any_answer_is_let_in_or_refused_in_one_line(body, status):
    try:
        check_page(a_page(body, status=status))
    except FetchError as error:
        lines = str(error).splitlines()
    else:
        lines = [URL]
    assert len(lines) == 1
    assert lines[0].startswith(URL)
