"""Titles of pages without the office whose page it is."""

import pytest

from align.sources import extract
from align.sources.web.html import DecodedPage

OFFICE = "Ministry of Lighthouses and Sea Marks"
TITLE = "Keepers answer questions on the new lamps"
NAMED = f"<meta property='og:site_name' content='{OFFICE}'>"
TEXT = "".join(
    f"<p>The lamps were lit again, and {n} keepers came to see them.</p>" for n in range(9)
)
ZH_TEXT = "".join(
    f"<p>北岸的灯塔重新点亮，{n}位守灯人前来观看，大家都很高兴。</p>" for n in range(9)
)


def title_of(head, heading="", text=TEXT, foot=""):
    body = f"<div>{heading}</div><article>{text}</article><p>{foot}</p>"
    source = f"<html><head>{head}</head><body>{body}</body></html>"
    return extract.read_document([DecodedPage("https://example.org/lamps", source)]).title


@pytest.mark.parametrize(
    "title",
    [f"{TITLE} | {OFFICE}", f"{OFFICE} | {TITLE}", f"{OFFICE} – {TITLE}", f"{TITLE} - {OFFICE}"],
)
def test_the_office_is_no_part_of_the_title(title):
    assert title_of(f"<title>{title}</title>{NAMED}") == TITLE
    assert title_of(f"<title>{title}</title>", f"<h1>{TITLE}</h1>") == TITLE
    assert title_of(f"<title>{title}</title>", foot=f"Copyright 2031 {OFFICE}") == TITLE


@pytest.mark.parametrize(
    "heading", ["", f"<h1>{OFFICE}</h1>", f"<h1>{OFFICE}</h1><h2>{TITLE}</h2>"]
)
def test_a_logo_is_not_the_title(heading):
    assert title_of(f"<title>{OFFICE} | {TITLE}</title>{NAMED}", heading) == TITLE


def test_a_chinese_office_in_front_is_no_part_of_the_title():
    title, office = "灯塔管理局负责人就换灯答记者问", "云海省灯塔和航标管理局"
    head = f"<title>{office}_{title}</title>"
    assert title_of(head, text=ZH_TEXT, foot=f"版权所有：{office}") == title


def test_a_title_of_two_parts_is_kept_without_evidence():
    head = "<title>Lamp | Lenses of the northern coast</title>"
    assert title_of(head, foot="Copyright Lamp House") == "Lamp | Lenses of the northern coast"
    assert title_of(f"<title>{OFFICE} | {TITLE}</title>") == f"{OFFICE} | {TITLE}"
