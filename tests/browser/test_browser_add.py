"""Adding in a real Chromium: dropped and pasted, refused, mended, added, reviewed, described."""

import re
import zipfile

import pytest
from browser_page import Table, rest, serve
from fictional_crawl import TOPICS, conferences, make_pages, page_text, write_capture
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
        page.get_by_text("is a binary file, not text").wait_for()

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
        assert page.get_by_text("The publisher has since changed").count() == 0
        page.get_by_role("button", name="Download").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="HTML for reading").click()
        assert "Water &lt;i&gt;for&lt;/i&gt;" in download.value.path().read_text(encoding="utf-8")
        page.goto(address)
        page.locator(".desk .title a", has_text="Water").first.click()
        table.ready()
        assert table.errors == []


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_an_error_is_seen_where_the_button_was_pressed(tab, site, width, height):
    page = tab(width=width, height=height)
    page.goto(f"{site.address}/add")
    file = {"name": "old.doc", "mimeType": "", "buffer": b"\xd0\xcf\x11\xe0" * 99}
    page.locator("input[type=file]").first.set_input_files(file)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("old.doc: '.doc' files cannot be read")).to_be_in_viewport(ratio=1)


def test_another_language_leaves_the_open_tab_and_its_text(tab, site):
    page = tab()
    page.goto(f"{site.address}/add")
    page.get_by_role("tab", name="Pasted text").click()
    page.get_by_label("English text").fill("Good morning.")
    page.get_by_label("English text").press("Tab")
    page.locator(".st-key-language_switch button").click()
    pasted = page.get_by_role("tab", name="粘贴文本")
    expect(pasted).to_have_attribute("aria-selected", "true")
    expect(page.get_by_label("英文文本")).to_have_value("Good morning.")
    page.get_by_role("tab", name="文件").click()
    rest(page, "[role=tab]")  # the server knows of the tab
    page.locator(".st-key-language_switch button").click()
    expect(page.get_by_role("tab", name="Files")).to_have_attribute("aria-selected", "true")


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


def test_a_capture_is_paired_corrected_and_added(tab, tmp_path):
    pages = make_pages(conferences(3), alone=(2,))
    capture = write_capture(pages, tmp_path / "harbour.warc.gz")
    site = tmp_path / "site.zip"
    with zipfile.ZipFile(site, "w") as archive:
        for one in conferences(5)[3:]:
            for language in ("zh", "en"):
                archive.writestr(f"{language}/{one.number}.html", page_text(one, language))
    with serve(tmp_path / "corpus", tmp_path / "log.txt") as (address, _):
        page = tab()
        page.goto(address)
        page.locator("input[type=file]").first.set_input_files([capture, site])
        button = page.locator(".st-key-capture_add button")
        expect(button).to_have_text("Add 4 briefings")
        page.get_by_text("9 pages · 4 pairs · 1 in one language only").wait_for()

        grid = page.locator("[data-testid=stDataFrame]")
        rest(page, "[data-testid=stDataFrame] canvas")
        press_cell(page, grid, 0, TICK)
        expect(button).to_have_text("Add 3 briefings")
        press_cell(page, grid, 1, LOOK)
        page.get_by_role("dialog").get_by_text("456吨").wait_for()
        page.get_by_role("dialog").get_by_text("456 tons").wait_for()
        page.get_by_role("button", name="Not a pair").click()
        expect(button).to_have_text("Add 2 briefings")
        page.get_by_role("dialog").wait_for(state="detached")

        button.click()
        page.get_by_text("2 briefings added").wait_for()
        page.get_by_role("button", name=re.compile(TOPICS[3][0][1])).click()
        page.wait_for_url(re.compile("briefing="))
        table = Table.on(page, address)
        table.ready()
        assert table.errors == []


TICK, LOOK = 37, 125  # pixels from the left edge of the table: a tick, and the button *Compare*


def press_cell(page, grid, row, across):
    """Click into a row of the table, which is drawn on a canvas."""
    box = grid.bounding_box()
    page.mouse.click(box["x"] + across, box["y"] + 36 + 71 * row + 35)
