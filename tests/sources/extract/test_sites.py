"""The demo corpus' pages and small pages written here: what the site adapters make of them."""

import datetime as dt
from pathlib import Path

import pytest

from align.errors import ExtractError
from align.sources import extract
from align.sources.extract.assemble import assemble
from align.sources.extract.page_links import page_key
from align.sources.extract.site import Site
from align.sources.extract.sites import site_of
from align.sources.web.html import DecodedPage

DEMO = Path(__file__).parents[3] / "corpora" / "demo" / "pages"
BASE = "http://127.0.0.1:8123/"
ARTICLE = "pressroom/2031-05/14/content_900001"
ZH = "xwfb/gwyxwbgsxwfbh/wqfbh_2284/49421/wz50001/203105/t20310514_900002.html"


def page(path: str, base: str = BASE) -> DecodedPage:
    return DecodedPage(base + path, (DEMO / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def article():
    return extract.read_document([page(f"{ARTICLE}{part}.htm") for part in ("", "_2", "_3")])


@pytest.fixture(scope="module")
def chinese():
    return extract.read_document([page(ZH)])


def test_the_pages_of_an_article_are_found_from_its_links():
    assert extract.more_pages(page(f"{ARTICLE}.htm")) == (
        f"{BASE}{ARTICLE}_2.htm",
        f"{BASE}{ARTICLE}_3.htm",
    )


def test_a_page_that_was_seen_under_the_other_ending_is_not_fetched_again():
    seen = [f"{BASE}{ARTICLE}_2.html", page_key(f"{BASE}{ARTICLE}_3.htm")]
    assert extract.more_pages(page(f"{ARTICLE}.htm"), seen) == ()


def test_read_in_chinese_leads_to_the_counterpart():
    assert extract.counterpart_url(page(f"{ARTICLE}.htm")) == BASE + ZH


def test_a_menu_link_to_the_english_home_is_no_counterpart():
    assert extract.counterpart_url(page(ZH)) == ""


def test_a_layout_is_recognised_on_an_unknown_host():
    assert site_of(page(f"{ARTICLE}.htm")).name == "scio_en"


def test_a_host_decides_before_the_path():
    assert site_of(DecodedPage("http://www.scio.gov.cn/pressroom/node_1.htm", "")).name == "scio_zh"


def test_header_gives_participants_with_roles_and_the_event_date(article):
    assert [(p.name, p.role) for p in article.participants] == [
        ("Shen Zhiyuan", "speaker"),
        ("Yu Qinghe", "speaker"),
        ("Luo Mingchuan", "speaker"),
        ("Ji Ruocheng", "chair"),
    ]
    assert article.date == dt.date(2031, 5, 14)


def test_an_article_and_its_hub_say_the_same(article):
    hub = extract.read_document([page("pressroom/node_900010.htm")])
    assert [t.label for t in hub.turns] == [t.label for t in article.turns]
    assert list(hub.paragraphs()) == list(article.paragraphs())


def test_both_languages_have_the_same_roles_in_the_same_order(article, chinese):
    assert [t.role for t in article.turns] == [t.role for t in chinese.turns]


def test_chinese_participants_come_from_full_labels(chinese):
    assert [(p.name, p.title) for p in chinese.participants][:2] == [
        ("纪若澄", "澜海省人民政府新闻办公室副主任、新闻发言人"),
        ("沈知远", "澜海省发展和改革委员会副主任"),
    ]


def test_captions_are_kept_apart(article, chinese):
    assert len(article.captions) == len(chinese.captions) == 4
    spoken = " ".join(text for _, text in article.paragraphs())
    assert "[Photo by" not in spoken


def test_nothing_of_menu_pager_or_related_stories_is_in_the_text(article):
    spoken = " ".join(text for _, text in article.paragraphs())
    assert not [word for word in ("Contact Us", "Related stories", "Copyright") if word in spoken]


def test_whole_documents_pass_the_checks(article, chinese):
    assert article.notes == ()
    assert [note.split(":")[0] for note in chinese.notes] == [
        "1 line before the first turn skipped (85 characters)"
    ]


def test_a_missing_last_page_is_noticed():
    document = extract.read_document([page(f"{ARTICLE}{part}.htm") for part in ("", "_2")])
    assert any("may be truncated" in note for note in document.notes)


def test_no_page_at_all_is_refused():
    with pytest.raises(ExtractError, match="no page"):
        extract.read_document([])


def test_a_shell_is_refused_with_its_target():
    shell = DecodedPage(
        "http://english.scio.gov.cn/pressroom/2031-01/02/content_1.htm",
        "<script>var linkContent = 'http://www.scio.gov.cn/live/1/';</script>",
    )
    with pytest.raises(ExtractError, match=r"shell.*redirects to http://www\.scio"):
        extract.read_document([shell])


def test_the_labels_of_a_site_are_elements_of_their_own():
    site = Site(name="skerry", body=("#minutes",), labels=("dl.floor > dt", "b.who"))
    page = DecodedPage(
        "https://skerry.example/lamps",
        """<h1>On lamps</h1><div id=minutes><dl class=floor>
        <dt>Ms. Ingrid Vale</dt><dd>Good morning, everyone.</dd>
        <dt>Mr. Chen Haoran</dt><dd>Nine lamps are lit again.</dd></dl>
        <p><b class=who>Ms. Ingrid Vale</b> That was all.</p></div>""",
    )
    document, _ = assemble(site, [page], None, "")
    assert [(turn.label, turn.paragraphs) for turn in document.turns] == [
        ("Ms. Ingrid Vale", ("Good morning, everyone.",)),
        ("Mr. Chen Haoran", ("Nine lamps are lit again.",)),
        ("Ms. Ingrid Vale", ("That was all.",)),
    ]
