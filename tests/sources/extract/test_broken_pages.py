"""Whatever a server sends: an answer, or an error of ours; never a crash."""

import contextlib
import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from site_pages import ADDRESSES, page

from align.errors import AlignError, ExtractError
from align.records import Page
from align.sources import extract
from align.sources.extract import page_links
from align.sources.extract.html_blocks import blocks_of
from align.sources.web.html import DecodedPage, decode_page, parse

URL = "http://x.example/a"
URLS = st.sampled_from([*ADDRESSES.values(), "http://x.example/a", "", "::", "http://["])
PIECES = st.sampled_from(
    [
        "<p>", "</p>", "<br>", "<table><tr><td>", "</td></tr></table>", "<strong>", "</strong>",
        "<!--enpcontent-->", "<!--/enpcontent-->", "<!--", "-->",
        "<a href='content_1_2.htm'>2</a>",
        "<a href='http://[::1'>x</a>", "Fang Heqiao:", "记者：", "\x00", "\ud800",
        "Read in Chinese",
        "<div id=content>", "<div id=pressrelease>", "<!--HTMLBOX-->", "<script>", "</script>",
        "ciic_webcast['characters'] = [{", "}]", "Date: February 30, 2031",
        "2031年13月40日",
        "createPageHTML(99999999999, 0, 'index', 'html')", "&#0;", "&#x110000;", "：", ":",
        "<p>Mr. , </p>", "Speakers:", "<meta name=PubDate content='2031-99-99'>", "/4", "中文",
    ]
)  # fmt: skip
SOURCES = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join))


def try_everything(here: DecodedPage) -> None:
    for ask in (
        lambda: extract.read_document([here]),
        lambda: extract.read_documents([here, here]),
        lambda: extract.classify_page(here),
        lambda: extract.more_pages(here, ["x", here.url]),
        lambda: extract.counterpart_url(here),
        lambda: page_links.counterpart_lists(here),
        lambda: page_links.read_list_items(here),
        lambda: page_links.further_list_pages(here),
        lambda: list(extract.report(here)),
    ):
        with contextlib.suppress(AlignError):
            ask()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(URLS, SOURCES)
def test_any_source_gives_an_answer_or_our_error(url, source):
    try_everything(DecodedPage(url, source))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(ADDRESSES)), st.floats(0, 1))
def test_a_page_cut_off_anywhere_gives_an_answer_or_our_error(name, share):
    whole = page(name)
    try_everything(DecodedPage(whole.url, whole.text[: int(share * len(whole.text))]))


@pytest.mark.parametrize(
    "tag", ["div", "table><tr><td", "b", "span style='color:red'", "blockquote"]
)
def test_tags_nested_without_end_are_read(tag):
    source = f"<html><body>{f'<{tag}>' * 3000}Fang Heqiao: good morning to everybody here"
    try_everything(DecodedPage("http://x.example/a", source))


def test_the_text_of_a_nested_page_is_not_lost():
    source = "<div>" * 2000 + "deep" + "</div>" * 2000 + "<p>shallow</p>"
    assert [block.text for block in blocks_of(parse(source))] == ["deep", "shallow"]


@pytest.mark.parametrize(
    "piece",
    [
        "<script>",
        "<style>",
        "<meta ",
        "<!--enpcontent-->",
        "<!--",
        "<a href=/x>",
        "a:",
        "Fang: x<br>",
        "[Photo by ",
        "方禾乔：",
        "1 2 ",
        "<link rel=canonical ",
        "ciic_webcast['characters'] = [{a:'",
        "<p>记者：为什么？</p><p>方禾乔：谢谢。</p>",
        "x<!-- -->",
    ],
)
def test_time_grows_with_length_and_not_with_its_square(piece):
    """A page of 4,000 pieces ends; where a rule were quadratic it would take half a minute."""
    for url in (
        ADDRESSES["scio_en_article_1.htm"],
        ADDRESSES["mfa_zh.shtml"],
        "http://x.example/a",
    ):
        with contextlib.suppress(AlignError):
            extract.read_document([DecodedPage(url, piece * 4_000)])


def test_labels_that_are_all_different_take_no_longer():
    names = (f"方{chr(0x4E00 + number)}" for number in range(8_000))
    source = "".join(f"<p>{name}：</p><p>灯亮了。</p>" for name in names)
    assert len(extract.read_document([DecodedPage("http://x.example/a", source)]).turns) > 7_600


@pytest.mark.parametrize("attribute", ["a{}=1 ", "a{}/", "a{}='>' ", 'a{}="<p>"'])
def test_an_element_of_more_attributes_than_any_page_has_is_refused(attribute):
    """libxml2 takes the square of their number: hours for a page of the allowed size."""
    attributes = "".join(map(attribute.format, range(501)))
    assert parse(f"<p {attributes[: -len(attribute.format(500))]}>x").xpath("count(//@*)") == 500
    body = f"<p>x</p><div {attributes}>x</div>".encode()
    fetched = Page(URL, URL, 200, (), dt.datetime(2031, 5, 14, tzinfo=dt.UTC), body)
    with pytest.raises(ExtractError, match=rf"^{URL}: an element <div> has 501 attributes"):
        decode_page(fetched)


def test_a_page_of_more_elements_than_any_page_has_is_refused():
    with pytest.raises(ExtractError, match=r"^it has over 200,000 elements"):
        parse("<a>" * 200_001)


def test_a_page_of_more_paragraphs_than_any_briefing_is_refused():
    source = "<p>方禾乔：</p>" * 50_001
    with pytest.raises(ExtractError, match=rf"^{URL}: 50,001 paragraphs"):
        extract.read_document([DecodedPage(URL, source)])


def test_a_comment_parts_no_text():
    source = "<p>one<!-- 1 --> line</p><!-- 2 -->another<br>"
    assert [block.text for block in blocks_of(parse(source))] == ["one line", "another"]


def test_lines_of_preformatted_text_are_paragraphs():
    source = "<pre>Fang Heqiao:\nGood morning.\n\nTang Yulin:\nThank you.</pre>"
    assert [(b.text, b.gap) for b in blocks_of(parse(source))] == [
        ("Fang Heqiao:", False),
        ("Good morning.", False),
        ("Tang Yulin:", True),
        ("Thank you.", False),
    ]


def test_an_anchor_that_leads_nowhere_is_no_link():
    source = '<p><a name="top">Every lamp is lit.</a></p><p><a href="/x">Related</a> | </p>'
    assert [block.linked for block in blocks_of(parse(source))] == [False, True]


def test_emphasis_that_opens_a_paragraph_is_its_lead():
    source = (
        '<p>\u3000<b>方禾乔：</b>好。</p><p><font color="#0033ff">Tang:</font> Hi</p>'
        '<p><span style="color:#000">Fang:</span> Hi</p><p>Hi <b>Fang:</b></p>'
        "<div style='font-weight:bold'>Lu:<br>Hi</div>"
    )
    leads = [block.lead for block in blocks_of(parse(source))]
    assert leads == ["方禾乔：", "Tang:", "", "", "Lu:", "Hi"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="abc中文。 \n\u3000\u00a0", max_size=20), max_size=10))
def test_blocks_hold_every_letter_of_a_body_in_order(texts):
    source = "".join(f"<p>{text}</p>" for text in texts)
    read = "".join("".join(block.text.split()) for block in blocks_of(parse(source)))
    assert read == "".join("".join(text.split()) for text in texts)
