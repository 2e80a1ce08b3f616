"""Bytes to text, in the order of declarations and against them."""

import codecs
import encodings.aliases

import pytest
import webencodings
from hypothesis import given, settings
from hypothesis import strategies as st

from align.sources.web.charset import decode

ZH = (
    "记者问：果园的产量是多少？答：今年的苹果产量为三万吨，比去年增长百分之五，这是我们的成绩。" * 3
)
ZH_HK = (
    "記者問：果園的產量是多少？答：今年的蘋果產量為三萬噸，比去年增長百分之五，這是我們的成績。" * 3
)
WESTERN = "The minister said: “It’s a café — and we don’t sell apples there.” " * 3


def html(text, encoding, declared=""):
    meta = f'<meta charset="{declared}">' if declared else ""
    return f"<html><head>{meta}</head><p>{text}</p></html>".encode(encoding)


def header(charset):
    return [("Content-Type", f"text/html; charset={charset}")]


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_decides(mark):
    decoded = decode(html(ZH, mark), header("gb2312"))
    assert ZH in decoded.text
    assert not decoded.text.startswith("\ufeff")


@pytest.mark.parametrize("declared", ["", "utf-8", "gb2312", "iso-8859-1", "big5", "nonsense"])
def test_utf8_is_recognised_whatever_is_declared(declared):
    decoded = decode(html(ZH, "utf-8"), header(declared))
    assert ZH in decoded.text
    assert decoded.encoding == "utf-8"


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "x-gbk", "cp936", "gb18030", "GB_2312-80"])
def test_gb_names_are_all_read_as_gb18030(declared):
    text = ZH + "陶喆、朱镕基、㐀"  # 喆 and 镕 are not in GB2312, 㐀 is not in GBK
    assert decode(html(text, "gb18030"), header(declared)).encoding == "gb18030"
    assert text in decode(html(text, "gb18030", declared)).text


def test_a_name_that_no_browser_knows_declares_nothing():
    for name in sorted({*encodings.aliases.aliases, *encodings.aliases.aliases.values()}):
        if webencodings.lookup(name) is None:
            decoded = decode(html(ZH, "gb18030"), header(name))
            assert (ZH in decoded.text, decoded.encoding) == (True, "gb18030"), name


@pytest.mark.parametrize("declared", ["punycode", "utf-7", "unicode_escape", "idna", "rot13"])
def test_a_codec_of_python_that_is_no_encoding_of_the_web_never_decodes(declared):
    body = b"<p>water</p>" * 2000 + b"\xff-\\u6c34+AGE-"
    decoded = decode(body, header(declared))
    assert (decoded.encoding, decoded.notes) == ("cp1252", ())  # nor is it named in a note


@pytest.mark.parametrize("where", ["header", "meta"])
@pytest.mark.parametrize("declared", ["punycode", "idna", "raw_unicode_escape"])
def test_a_codec_of_python_is_not_even_tried(declared, where):
    """Punycode takes the square of the time, so trying it on a sample is too much."""
    body = html(ZH * 20, "gb18030", declared if where == "meta" else "")
    decoded = decode(body, header(declared) if where == "header" else ())
    assert (decoded.encoding, decoded.notes) == ("gb18030", ())


@pytest.mark.parametrize("declared", ["big5", ""])
def test_big5_is_read_although_half_of_its_bytes_are_ascii(declared):
    text = "各位記者朋友，大家上午好。我們更新了燈塔。" * 9
    decoded = decode(html(text, "big5", declared))
    assert (text in decoded.text, decoded.encoding) == (True, "big5hkscs")


def test_gbk_without_any_declaration_is_read():
    decoded = decode(html(ZH, "gbk"))
    assert ZH in decoded.text
    assert decoded.notes == ()


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "utf-8", "us-ascii"])
def test_a_wrong_declaration_is_not_believed_and_noted(declared):
    decoded = decode(html(ZH, "gbk"), header(declared))
    assert ZH in decoded.text
    assert "read as gb18030" in " ".join(decoded.notes)


def test_a_wrong_declaration_of_the_other_chinese_encoding_is_not_believed():
    assert ZH in decode(html(ZH, "gb18030"), header("big5")).text


def test_the_page_declares_when_the_server_does_not():
    assert ZH_HK in decode(html(ZH_HK, "big5hkscs", "big5")).text


def test_the_server_comes_before_the_page():
    assert ZH_HK in decode(html(ZH_HK, "big5hkscs", "gb2312"), header("big5")).text


@pytest.mark.parametrize(("text", "encoding"), [(ZH, "gb18030"), (ZH_HK, "big5hkscs")])
def test_a_file_that_declares_nothing_is_read_by_the_look_of_its_text(text, encoding):
    body = text.encode(encoding)
    assert decode(body).text == text
    damaged = body * 60 + b"\xff" + body  # a byte that no Chinese encoding has
    assert decode(damaged).text.startswith(text * 60)


def test_hong_kong_hosts_are_read_as_big5_when_nothing_is_declared():
    decoded = decode(html(ZH_HK + "啲", "big5hkscs"), url="https://www.info.example.hk/a.htm")
    assert ZH_HK + "啲" in decoded.text
    assert decoded.encoding == "big5hkscs"


@pytest.mark.parametrize("declared", ["", "iso-8859-1", "windows-1252"])
def test_western_quotes_are_not_swallowed_by_a_chinese_encoding(declared):
    decoded = decode(html(WESTERN, "cp1252"), header(declared))
    assert WESTERN in decoded.text
    assert decoded.notes == ()


def test_damaged_utf8_stays_utf8_and_the_damage_is_counted():
    body = html(ZH, "utf-8").replace("苹".encode(), b"\xe8", 1)
    decoded = decode(body, header("gbk"))
    assert decoded.encoding == "utf-8"
    assert "1 characters could not be decoded" in decoded.notes[-1]


def test_damaged_gbk_stays_gbk():
    body = html(ZH, "gbk") + b"\xb9"
    decoded = decode(body, header("gbk"))
    assert ZH in decoded.text
    assert "could not be decoded" in decoded.notes[-1]


def test_an_xml_declaration_counts():
    body = f'<?xml version="1.0" encoding="shift_jis"?><p>{"これは新聞です。" * 9}</p>'.encode(
        "sjis"
    )
    assert "これは新聞です。" in decode(body).text


@pytest.mark.parametrize(
    "name", ["base64", "rot13", "idna", "undefined", "\x00", "utf-8\r\n", "zip"]
)
def test_codecs_that_are_not_for_text_are_ignored(name):
    assert ZH in decode(html(ZH, "gbk"), header(name)).text


def test_an_empty_page_is_empty_text():
    assert decode(b"").text == ""


def test_a_broken_address_does_no_harm():
    assert decode(html(ZH, "gbk"), url="http://[").encoding == "gb18030"


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["", "gbk", "big5", "utf-16", "hz", "utf-7"]))
def test_any_bytes_give_text(body, declared):
    decoded = decode(body, header(declared))
    assert codecs.lookup(decoded.encoding)
    assert isinstance(decoded.text, str)


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd\ufeff"))
)
def test_utf8_text_comes_back_unchanged(text):
    assert decode(text.encode()).text == text
