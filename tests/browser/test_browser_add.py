"""Adding in a real Chromium: dropped and pasted, refused, mended, added, reviewed, described."""

import re

import pytest
from browser_page import Table, serve
from playwright.sync_api import expect
from review_cases import EN, ZH, briefing

pytestmark = pytest.mark.browser

TEXTS = ["\n".join(" ".join(turn) for turn in turns) for turns in (EN, ZH)]


def test_two_texts_become_a_briefing_that_is_reviewed_and_described(tab, tmp_path):
    with serve(tmp_path / "corpus", tmp_path / "log.txt") as (address, _):
        page = tab()
        page.goto(address)
        english = page.locator("input[type=file]").first
        english.set_input_files({"name": "june.en.txt", "mimeType": "", "buffer": b"\0\1\2" * 99})
        page.get_by_label("Title").fill("Water <i>for</i> Chenghu")
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_text("is a binary file, not a text").wait_for()

        page.get_by_role("tab", name="Pasted text").click()
        for label, text in zip(("English text", "Chinese text"), TEXTS, strict=True):
            page.get_by_label(label).fill(text)
        expect(page.get_by_label("Title")).to_have_value("Water <i>for</i> Chenghu")
        page.get_by_role("button", name="Add", exact=True).click()
        page.wait_for_url(re.compile("briefing="))
        table = Table.on(page, address)
        table.ready()
        assert len(table.texts) > 5
        page.get_by_text("Water <i>for</i> Chenghu").first.wait_for()

        page.get_by_role("button", name="About").click()
        page.get_by_label("Licence").fill("CC0-1.0")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Saved.", exact=True).wait_for()  # the page is drawn anew
        assert page.get_by_text("The publisher changed").count() == 0
        page.get_by_role("button", name="Download").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="HTML to read").click()
        assert "Water &lt;i&gt;for&lt;/i&gt;" in download.value.path().read_text(encoding="utf-8")
        page.goto(address)
        page.get_by_role("button", name=re.compile("Water")).click()
        table.ready()
        assert table.errors == []


def test_what_streamlit_says_is_chinese_on_the_chinese_page(opened):
    _, table = opened(briefing(), locale="zh-CN")
    page = table.page
    page.get_by_role("button", name="筛选").click()
    page.locator("[data-testid=stMultiSelect] input").first.press_sequentially("zzz")
    empty = page.locator("[role=listbox][data-empty=true]")
    empty.wait_for()
    assert shown(empty) == ["没有结果"]

    page.goto(f"{table.address}/add")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")  # its own script has come
    zone = page.locator("[data-testid=stFileUploaderDropzone]").first
    zone.wait_for()
    assert shown(zone) == ["选择文件"]
    page.get_by_label("标题").fill("水")
    hint = page.locator("[data-testid=InputInstructions]")
    hint.wait_for()
    assert shown(hint) == ["按 Enter 确认", "1/300"]


def shown(place):
    """Give the words that are seen in a place, those of the style sheet among them."""
    return place.evaluate(
        """place => [place, ...place.querySelectorAll("*")].flatMap(node => {
            const { content } = getComputedStyle(node, "::after");
            const added = /^"[^•]/.test(content) ? content.slice(1, -1) : "";
            const large = getComputedStyle(node).fontSize !== "0px";
            const seen = large && node.translate && node.checkVisibility();
            const texts = [...node.childNodes].filter(one => seen && one.nodeType === 3);
            return [...texts.map(one => one.data), added].filter(Boolean);
        })"""
    )
