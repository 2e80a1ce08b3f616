"""Addresses that mean the same page, host or document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.sources.web.urls import (
    absolute,
    find_numbered_address,
    get_host,
    is_home,
    is_web_address,
    join_in_archive,
    make_url_key,
    strip_archive,
    swap_extension,
)

URL = "http://press.example/2025-03/04/content_1.htm"


@pytest.mark.parametrize(
    "same",
    [
        "https://press.example/2025-03/04/content_1.htm",
        "HTTP://PRESS.example:80/2025-03/04/content_1.htm",
        "http://press.example./2025-03/04/content_1.htm#top",
        "http://press.example/2025-03/04/content%5F1.htm",
    ],
)
def test_one_page_has_one_key(same):
    assert make_url_key(same) == make_url_key(URL)


ARCHIVED = "https://web.archive.org/web/20310401000000id_/" + URL


@pytest.mark.parametrize(
    "kept", [ARCHIVED, ARCHIVED.replace("id_", ""), ARCHIVED.replace("://press", ":/press")]
)
def test_a_page_in_the_internet_archive_is_the_page_that_was_kept(kept):
    assert make_url_key(kept) == make_url_key(URL)


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("content_1_2.htm", "http://press.example/2025-03/04/content_1_2.htm"),
        ("/web/20310402111111/http://zh.example/2.htm", "http://zh.example/2.htm"),
        ("https://web.archive.org/web/2031/http://zh.example/2.htm", "http://zh.example/2.htm"),
        ("http://zh.example/2.htm", "http://zh.example/2.htm"),
    ],
)
def test_a_link_on_a_page_in_the_archive_leads_to_its_page_in_the_archive(target, leads_to):
    found = join_in_archive(ARCHIVED, target)
    assert found == "https://web.archive.org/web/20310401000000id_/" + leads_to
    assert strip_archive(found) == leads_to
    assert join_in_archive(ARCHIVED, "mailto:a@press.example") == "mailto:a@press.example"


@pytest.mark.parametrize(
    "other",
    [
        "http://zh.example/2025-03/04/content_1.htm",
        "http://press.example:8080/2025-03/04/content_1.htm",
        "http://press.example/2025-03/04/content_1.htm?page=2",
        "http://press.example/2025-03/04/Content_1.htm",
    ],
)
def test_another_page_has_another_key(other):
    assert make_url_key(other) != make_url_key(URL)


@pytest.mark.parametrize("path", ["/live/", "/live/index.htm", "/live/index.html"])
def test_an_index_is_its_folder(path):
    assert make_url_key(f"http://press.example{path}") == "press.example/live/"


def test_the_key_of_a_chinese_address_does_not_depend_on_its_quoting():
    assert make_url_key("http://press.example/发布") == make_url_key(
        "http://press.example/%E5%8F%91%E5%B8%83"
    )


def test_the_sibling_has_the_other_extension():
    assert swap_extension(URL) == URL + "l"
    assert swap_extension(URL + "l") == URL
    assert swap_extension("http://press.example/a.shtml") == ""
    assert swap_extension("http://press.example/") == ""


@pytest.mark.parametrize("path", ["", "/", "/index.html", "/index.shtml", "/index_m.html"])
def test_home_pages_are_known(path):
    assert is_home(f"http://press.example{path}")


@pytest.mark.parametrize("path", ["/live/", "/a.htm", "/?id=7", "/live/index.html"])
def test_other_pages_are_no_home_pages(path):
    assert not is_home(f"http://press.example{path}")


@pytest.mark.parametrize(
    "text",
    ["", "/a", "ftp://a.example/", "http://", "http://[", "http://a:b/", f"{URL}\x1b[2J", URL * 99],
)
def test_what_is_no_address_to_show_is_told(text):
    assert is_web_address(URL)
    assert not is_web_address(text)
    assert not is_home(f"http://a:{text}b/")


def test_hosts_are_compared_with_their_port():
    assert get_host("HTTPS://Press.Example:443/a") == "press.example"
    assert get_host("http://press.example:8080/a") == "press.example:8080"


@given(st.text(max_size=40))
def test_joining_anything_gives_an_address_or_nothing(text):
    assert isinstance(absolute(URL, text), str)


def test_the_address_with_a_page_s_own_number_is_found_in_it():
    number = '<meta name="contentid" content="117001">'
    share = (
        '<a href="http://share.example/?url=x"></a><i title="http://press.example/content_{}.htm">'
    )
    found = find_numbered_address(number + share.format(117001))
    assert found == "http://press.example/content_117001.htm"
    assert find_numbered_address(number + share.format(117002)) == ""
    assert find_numbered_address(share.format(117001)) == ""
