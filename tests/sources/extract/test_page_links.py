"""Every replica of ``tests/pages``: which site, what kind of page, what document."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from site_pages import ADDRESSES, page, turns

from align.errors import ExtractError
from align.sources import extract
from align.sources.extract import page_links
from align.sources.extract.assemble import assemble
from align.sources.extract.list_entries import best_items
from align.sources.extract.page_links import page_key
from align.sources.extract.site import ListItem
from align.sources.extract.sites import SITES, is_host, site_of
from align.sources.extract.sites.news import GENERIC
from align.sources.web.html import DecodedPage
from align.sources.web.urls import host_of

ENGLISH = [
    ("Fang Heqiao:", "chair", 2),
    ("Tang Yulin:", "speaker", 5),
    ("Fang Heqiao:", "chair", 1),
    ("Yunhai Evening Post:", "media", 1),
    ("Lu Shiqing:", "speaker", 2),
    ("North Pier Radio:", "media", 1),
    ("Tang Yulin:", "speaker", 1),
    ("Fang Heqiao:", "chair", 1),
]
CHINESE = [
    ("云海省新闻办公室副主任 方禾乔：", "chair", 2),
    ("云海省灯塔管理局局长 唐煜林：", "speaker", 5),
    ("方禾乔：", "chair", 1),
    ("云海晚报记者：", "media", 1),
    ("云海省灯塔管理局总工程师 陆诗晴：", "speaker", 2),
    ("北栈广播记者：", "media", 1),
    ("唐煜林：", "speaker", 1),
    ("方禾乔：", "chair", 1),
]
MARKED = [(f"[{label.split()[-1].rstrip('：')}]", *rest) for label, *rest in CHINESE]
EVENT = dt.date(2031, 3, 6)


DOCUMENTS = {
    "article": ("scio_en", ["scio_en_article_1.htm", "scio_en_article_2.htm"], ENGLISH, EVENT),
    "mobile": ("scio_en", ["scio_en_mobile_1.html", "scio_en_mobile_2.html"], ENGLISH, EVENT),
    "hub": ("scio_en", ["scio_en_hub.html"], ENGLISH, EVENT),
    "collection": ("scio_en", ["scio_en_collection.html"], ENGLISH, EVENT),
    "old template": ("scio_zh", ["scio_zh_old.htm"], CHINESE, dt.date(2031, 3, 7)),
    "briefing page": ("scio_zh", ["scio_zh_briefing.htm"], CHINESE, EVENT),
    "new template": ("scio_zh", ["scio_zh_new.html"], CHINESE, EVENT),
    "live": ("scio_zh", ["scio_zh_live.html"], CHINESE, EVENT),
    "live data": (
        "china_com_cn",
        ["china_com_cn_live.html", "china_com_cn_live.js"],
        CHINESE,
        dt.date(2031, 3, 6),
    ),
    "time marks": ("china_com_cn", ["china_com_cn_marks.html"], MARKED, None),
    "sister site": (
        "china_org_cn",
        ["china_org_cn_1.htm", "china_org_cn_2.htm"],
        ENGLISH,
        EVENT,
    ),
    "policy briefing": ("gov_cn", ["gov_cn.htm"], CHINESE, dt.date(2031, 3, 7)),
    "english.www.gov.cn": ("english_gov_cn", ["english_gov_cn.html"], ENGLISH, EVENT),
    "unknown host": ("generic", ["generic.html"], ENGLISH, None),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_layout_gives_the_right_turns_roles_and_date(name):
    site, files, expected, date = DOCUMENTS[name]
    document = extract.read_document([page(file) for file in files])
    assert document.source == site
    assert turns(document) == expected
    assert document.date == date


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_guard_complains_of_a_whole_document(name):
    document = extract.read_document([page(file) for file in DOCUMENTS[name][1]])
    words = ("missing", "truncated", "label", "menu", "same text", "empty")
    assert [note for note in document.notes if any(word in note for word in words)] == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("scio_en_gallery.htm", "gallery"),
        ("scio_en_notice.html", "notice"),
        ("scio_en_empty_hub.html", "empty hub"),
        ("scio_en_list.html", "list"),
        ("scio_en_shell.htm", "shell"),
        ("scio_en_attachment.htm", "shell"),
        ("scio_zh_home.html", "shell"),
        ("scio_zh_challenge.html", "shell"),
        ("scio_zh_list.htm", "list"),
        ("china_com_cn_live.html", "shell"),
        ("mfa_list.shtml", "list"),
        ("english_gov_cn_home.html", "shell"),
        ("hk_day.htm", "list"),
        ("mofcom.html", "shell"),
    ],
)
def test_a_page_without_a_transcript_is_refused_by_its_kind(name, kind):
    assert extract.classify_page(page(name)).kind == kind
    with pytest.raises(ExtractError, match=f"'{kind}'"):
        extract.read_document([page(name)])


@pytest.mark.parametrize(
    "name",
    ["scio_en_article_1.htm", "scio_zh_old.htm", "china_com_cn_live.html", "china_org_cn_1.htm",
     "gov_cn.htm", "english_gov_cn.html", "mfa_en.html", "mfa_zh.shtml", "hk_en.htm"],
)  # fmt: skip
def test_the_markup_of_a_site_is_recognised_when_its_pages_come_from_another_host(name):
    here = "http://127.0.0.1:8080/" + ADDRESSES[name].split("/", 3)[3]
    assert is_host(site_of(page(name)), host_of(ADDRESSES[name]))
    assert site_of(page(name, here)) is site_of(page(name))


def test_an_archived_page_has_the_site_it_came_from():
    url = "https://web.archive.org/web/20310306000000id_/http://www.gov.cn/a.htm"
    assert site_of(DecodedPage(url, "<p>x</p>")).name == "gov_cn"


def test_the_title_is_cleaned_of_the_site():
    hub = extract.read_document([page("scio_en_hub.html")])
    assert hub.title == "Yunhai holds press conference on renewal of lighthouses"


def test_a_collection_page_takes_the_title_of_the_transcript_it_shows():
    document = extract.read_document([page("scio_en_collection.html")])
    assert document.title == "Yunhai holds press conference on renewal of lighthouses"


def test_a_hub_gives_its_place_and_keeps_gallery_counters_among_the_captions():
    hub = extract.read_document([page("scio_en_hub.html")])
    assert hub.place == "Wanghai"
    assert hub.captions == ("/4 Tang Yulin", "/4 Group photo")


def test_speakers_of_a_double_header_are_listed_once():
    hub = extract.read_document([page("scio_en_hub.html")])
    assert [(p.name, p.role) for p in hub.participants] == [
        ("Tang Yulin", "speaker"),
        ("Lu Shiqing", "speaker"),
        ("Fang Heqiao", "chair"),
    ]


def test_a_chinese_header_gives_time_place_and_chair():
    document = extract.read_document([page("scio_zh_new.html")])
    assert document.place == "望海市会议中心"
    assert ("方禾乔", "云海省新闻办公室副主任", "chair") in [
        (p.name, p.title, p.role) for p in document.participants
    ]


def test_the_text_under_a_picture_is_a_caption():
    assert extract.read_document([page("scio_zh_new.html")]).captions == ("发布会现场",)


def test_a_turn_goes_on_across_pages():
    document = extract.read_document([page("scio_en_mobile_1.html"), page("scio_en_mobile_2.html")])
    assert document.turns[1].paragraphs[3].startswith("Second, the keepers.")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("LCQ12: Piers", "立法會十二題：碼頭"), ("LCQ10: Piers", "立法會十題：碼頭")],
)
def test_a_question_of_two_digits_is_found_by_its_number(ours: str, theirs: str):
    question = replace(extract.read_document([page("hk_en.htm")]), title=ours, date=None)
    items = [
        ListItem("http://x.example/1", theirs),
        ListItem("http://x.example/2", "立法會一題：燈"),
    ]
    assert [item.url for _, item in best_items(question, items)] == ["http://x.example/1"]


def test_a_white_paper_is_one_turn_without_label():
    document = extract.read_document([page("scio_en_whitepaper.html")])
    assert turns(document) == [("", "", 4)]


def test_the_title_of_live_data_is_that_of_its_page_in_either_order():
    files = ["china_com_cn_live.js", "china_com_cn_live.html"]
    assert (
        extract.read_document([page(file) for file in files]).title
        == "云海省举行灯塔更新情况新闻发布会"
    )


def test_live_data_is_sorted_by_time_and_read_without_running_it():
    (address,) = extract.more_pages(page("china_com_cn_live.html"))
    assert address == ADDRESSES["china_com_cn_live.js"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("scio_en_article_1.htm", "http://www.scio.gov.cn/live/2031/40001/tw/"),
        ("scio_en_mobile_1.html", "http://www.scio.gov.cn/live/2031/40001/tw/"),
        (
            "scio_en_whitepaper.html",
            "http://www.scio.gov.cn/zfbps/ndhf/2031n/202103/t20310310_1.html",
        ),
        ("mfa_en.html", ""),
        ("hk_en.htm", ""),
        ("mod.html", ADDRESSES["mod.html"]),
    ],
)
def test_the_other_language_is_found_where_the_page_links_it(name, expected):
    assert extract.counterpart_url(page(name)) == expected


TO_CHINESE = "http://www.scio.gov.cn/live/2031/40001/tw/"


@pytest.mark.parametrize(
    "link",
    [
        '<a href="{}"><span><u>Read in Chinese</u></span></a>',
        '&gt;&gt; <a href="{}">READ IN CHINESE</a>',
        '[<a href="{}">Read in Chinese</a>]',
        '<a href="{}" title="Read in Chinese"><img src="cn.gif"></a>',
        '<a href="{}">中文</a>',
    ],
)
def test_read_in_chinese_is_found_in_every_form_and_before_the_language_menu(link):
    replica = page("scio_en_article_1.htm")
    known = re.search(r"<p><a [^>]*>Read in Chinese</a></p>", replica.text)[0]
    menu = '<a href="/chinese/">中文</a> <a href="#" onclick="open(1)">En</a>'
    text = replica.text.replace(known, f"<p>{link.format(TO_CHINESE)}</p>")
    text = text.replace('<div class="menu">', f'<div class="menu">{menu}')
    document = extract.read_document([DecodedPage(replica.url, text)])
    assert document.counterpart_url == TO_CHINESE
    assert document.turns[0].label == "Fang Heqiao:"


def test_read_in_chinese_may_lead_to_the_same_host_or_to_the_sister_site():
    replica = page("scio_en_article_1.htm")
    for target in ("/pressroom/2031-03/06/content_8812999.htm", "//www.china.com.cn/zhibo/1.htm"):
        text = replica.text.replace(TO_CHINESE, target).replace(
            '<div class="menu">', '<div class="menu"><a href="/chinese/">中文</a>'
        )
        assert extract.counterpart_url(DecodedPage(replica.url, text)).endswith(target)


def test_the_foreign_ministry_dates_by_its_titles_in_both_languages():
    en, zh = (
        extract.read_document([page("mfa_en.html")]),
        extract.read_document([page("mfa_zh.shtml")]),
    )
    assert en.date == zh.date == dt.date(2031, 7, 28)
    assert [turn.role for turn in en.turns] == [turn.role for turn in zh.turns]
    assert [turn.label for turn in zh.turns][2] == "《蓝原时报》记者："


def test_a_foreign_ministry_pair_is_found_by_date_and_spokesperson():
    first, *_ = page_links.counterpart_lists(page("mfa_en.html"))
    assert first == "https://www.mfa.gov.cn/web/fyrbt_673021/jzhsl_673025/"
    items = page_links.read_list_items(page("mfa_list.shtml"))
    ranked = best_items(extract.read_document([page("mfa_en.html")]), items)
    assert [item.title for _, item in ranked] == ["2031年7月28日外交部发言人谢兰汀主持例行记者会"]


def test_hong_kong_reads_lines_cut_by_br_in_big5():
    document = extract.read_document([page("hk_zh.htm")])
    assert turns(document)[1:] == [
        ("記者：", "media", 1),
        ("海港局局長：", "speaker", 1),
        ("記者：", "media", 1),
        ("海港局局長：", "speaker", 1),
    ]
    assert document.turns[1].paragraphs[0].endswith("那裏的二百四十艘漁船又怎樣安排？")


def test_hong_kong_drops_its_tail_and_invisible_characters():
    document = extract.read_document([page("hk_en.htm")])
    text = " ".join(text for _, text in document.paragraphs())
    assert document.turns[1].label == "Reporter:"
    assert "Issued at" not in text
    assert "Ends/" not in text


def test_a_hong_kong_pair_is_found_on_the_day_list():
    (address,) = page_links.counterpart_lists(page("hk_en.htm"))
    assert address == ADDRESSES["hk_day.htm"]
    assert page_links.counterpart_lists(page("hk_zh.htm")) == (address.replace("20c", "20"),)
    assert len(page_links.read_list_items(page("hk_day.htm"))) == 4
    question = replace(
        extract.read_document([page("hk_en.htm")]), title="LCQ6: Ferry route No. 240"
    )
    ranked = best_items(question, page_links.read_list_items(page("hk_day.htm")))
    assert ranked[0][1].title == "立法會六題：第240號渡輪航線"


def test_a_release_in_one_language_has_no_list_to_look_on():
    release = page("hk_en.htm")
    only = DecodedPage(release.url, release.text.replace("(with photo)", "(English only)"))
    assert page_links.counterpart_lists(only) == ()


def test_pages_with_both_languages_give_both_documents():
    pages = [page("mod.html"), page("mod_2.html")]
    assert extract.more_pages(pages[0]) == (pages[1].url,)
    zh, en = extract.read_documents(pages)
    assert [t.label for t in zh.turns] == ["记者：", "尹白帆：", "记者：", "尹白帆："]
    assert [t.label for t in en.turns] == ["Question:", "Yin Baifan:", "Question:", "Yin Baifan:"]
    assert (zh.language, en.language) == ("zh", "en")
    assert [t.role for t in en.turns] == [t.role for t in zh.turns] == ["media", "speaker"] * 2
    assert not [note for note in en.notes if "truncated" in note]


def test_list_items_are_one_per_address_with_title_and_date():
    items = page_links.read_list_items(page("scio_en_list.html"))
    assert len(items) == 12
    assert items[0].title == "Yunhai holds press conference number 12 on the sea and the land"
    assert items[0].date == dt.date(2031, 3, 12)


@pytest.mark.parametrize(
    ("name", "count"), [("scio_en_list.html", 2), ("scio_zh_list.htm", 3), ("mfa_list.shtml", 28)]
)
def test_the_further_pages_of_a_list_are_told(name, count):
    assert len(page_links.further_list_pages(page(name))) == count


def test_of_a_gallery_only_the_second_page_is_looked_at():
    gallery = page("scio_en_gallery.htm")
    first = DecodedPage(gallery.url.replace("_2", ""), gallery.text)
    assert extract.more_pages(first) == (gallery.url,)
    assert extract.more_pages(gallery) == ()


def test_a_pager_of_another_article_is_not_followed():
    text = '<a href="content_77_2.htm">2</a><a href="content_78_2.htm">2</a>'
    here = DecodedPage("http://english.scio.gov.cn/pressroom/2031-03/01/content_77.htm", text)
    assert [url[-16:] for url in extract.more_pages(here)] == ["content_77_2.htm"]


def test_an_article_names_only_pages_of_its_own_host():
    text = '<a href="http://elsewhere.example/pressroom/content_77_2.htm">2</a>'
    here = DecodedPage("http://english.scio.gov.cn/pressroom/2031-03/01/content_77.htm", text)
    assert extract.more_pages(here) == ()


@pytest.mark.parametrize(
    "url",
    [
        "http://english.scio.gov.cn/m/pressroom/2031-03/20/content_1_2.html",
        "https://english.scio.gov.cn/pressroom/2031-03/20/content_1_2.htm",
    ],
)
def test_one_page_has_one_key(url):
    key = "english.scio.gov.cn/pressroom/2031-03/20/content_1_2.html"
    assert page_key(url) == key == page_key(key)


def test_a_report_says_what_matched_and_what_the_checks_count():
    lines = "\n".join(extract.report(page("scio_en_article_1.htm")))
    assert "site: scio_en (chosen by host)" in lines
    assert "+ body: between:<!--" in lines
    assert "speaker labels: 4 of 4 lines that look like one" in lines
    assert "other language version: http://www.scio.gov.cn/live/2031/40001/tw/" in lines


def test_a_report_says_what_was_tried_also_where_no_document_comes_of_it():
    live = DecodedPage("http://www.china.com.cn/zhibo/1.js", "ciic_webcast['characters'] = []")
    lines = "\n".join(extract.report(live))
    assert "kind: transcript" in lines
    assert "- body: #content" in lines
    assert "document: none; http://www.china.com.cn/zhibo/1.js has no text in its body" in lines


def test_a_number_of_pages_with_zeros_before_it_is_read_as_it_is_checked():
    call = f"createPageHTML(0002{'9' * 5000}, 0, 't1', 'htm')"
    here = DecodedPage("http://x.example/t1.htm", call)
    assert page_links.trs_pages(here) == ("http://x.example/t1.htm", "http://x.example/t1_1.htm")


def test_a_saved_page_with_a_broken_address_has_no_further_pages():
    text = (
        "<div id='content'><p>Text.</p></div><script>createPageHTML(3, 0, 'index', 'html')</script>"
    )
    assert extract.more_pages(DecodedPage("http://[broken/index.html", text)) == ()
    assert (
        page_links.further_list_pages(DecodedPage("http://[broken/index.html", "countPage = 5"))
        == ()
    )


def test_a_report_of_a_gallery_has_no_document():
    lines = "\n".join(extract.report(page("scio_en_gallery.htm")))
    assert "kind: gallery" in lines
    assert "labels:" not in lines


def test_a_repeated_page_is_left_out_and_said():
    first, second = page("scio_en_article_1.htm"), page("scio_en_article_2.htm")
    third = DecodedPage(second.url.replace("_2", "_3"), second.text)
    document = extract.read_document([first, second, third])
    assert turns(document) == ENGLISH
    assert any("Pages 2, 3 contain the same text" in note for note in document.notes)


def test_an_unknown_label_is_shown_to_the_user():
    first = page("scio_en_article_1.htm")
    text = first.text.replace("<p>We measured", "<p>Wavelength:</p><p>We measured")
    second = page("scio_en_article_2.htm")
    changed = DecodedPage(
        second.url, second.text.replace("<p>No. They", "<p>Xinlan:</p><p>No. They")
    )
    document = extract.read_document([DecodedPage(first.url, text), changed])
    assert any("look like a speaker label" in note for note in document.notes)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_page_whose_containers_are_unknown_loses_no_turn(name):
    site, files, expected, _ = DOCUMENTS[name]
    pages = [page(file) for file in files]
    known = replace(SITES.get(site, GENERIC), body=())
    document, _ = assemble(known, pages, None, "")
    found = [turn for turn in turns(document) if turn[0]]
    assert [turn[:2] for turn in found] == [turn[:2] for turn in expected]
    assert [count for *_, count in found][:-1] == [count for *_, count in expected][:-1]


FORMS = {
    "alone": "<p>{label}</p><p>{text}</p>",
    "alone and bold": "<p><b>{label}</b></p><p>{text}</p>",
    "bold in the paragraph": "<p><strong>{label}</strong>{text}</p>",
    "bold with a break": "<p><strong>{label}</strong><br/>{text}</p>",
    "coloured": '<p><span style="color: #0033ff">{label}</span>{text}</p>',
    "colon outside": "<p><b>{name}</b>{colon} {text}</p>",
    "breaks only": "{label}<br>{text}<br>",
    "table cells": "<table><tr><td>{label}</td><td>{text}</td></tr></table>",
    "plain in the paragraph": "<p>{label} {text}</p>",
}
SPEECHES = {
    "en": [
        ("Fang Heqiao:", "Good morning. The floor is open, and Mr. Tang will answer."),
        ("Yunhai Evening Post:", "Why were the lamps changed?"),
        ("Tang Yulin:", "They were old. We follow one rule: no night without light."),
        ("Fang Heqiao:", "That concludes our press conference. Thank you."),
    ],
    "zh": [
        ("云海省新闻办公室副主任 方禾乔：", "大家上午好，现在开始提问，请唐局长回答。"),
        ("云海晚报记者：", "为什么要换灯？"),
        ("灯塔管理局局长 唐煜林：", "旧灯太老了。我们的原则是：夜夜有光。"),
        ("方禾乔：", "今天的发布会到此结束，谢谢大家。"),
    ],
}


@pytest.mark.parametrize("language", SPEECHES)
@pytest.mark.parametrize("form", FORMS)
def test_a_label_is_found_however_it_is_set(form, language):
    body = "\n".join(
        FORMS[form].format(label=label, name=label[:-1], colon=label[-1], text=text)
        for label, text in SPEECHES[language]
    )
    here = DecodedPage("http://x.example/a", f"<html><body><div>{body}</div></body></html>")
    document = extract.read_document([here])
    said = [("".join(t.label.split()), *t.paragraphs) for t in document.turns]
    assert said == [("".join(label.split()), text) for label, text in SPEECHES[language]]
    assert [turn.role for turn in document.turns] == ["chair", "media", "speaker", "chair"]
