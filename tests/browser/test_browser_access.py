"""Every page against axe-core, in both colour schemes and languages, and a visit by keys alone."""

import os
import re
from functools import partial

import pytest
from browser_page import DESK, Table, rest, serve
from review_cases import briefing, stored

from align.apps.page.language import read_catalog
from align.records import Bead

pytestmark = pytest.mark.browser

BY_KEY = (
    ("d", ".panel h2"),
    (".", ".menu"),
    ("?", ".keys-list"),
    ("f", ".ask"),
    ("t", ".column .s"),
    ("e", ".editing"),
)
"""What a key of the review opens, and what shows that it is open."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A corpus of eight briefings: from six on the list has its filters."""
    folder = tmp_path_factory.mktemp("access")
    beads = [
        Bead((0, 1), (0, 1), 0.3),
        *(Bead((n,), (n,), 0.9) for n in range(2, 9)),
        Bead((9,), (), 0.2),
        Bead((), (9,), 0.2),
    ]
    some = [briefing(name=f"water-{n}") for n in range(6)]
    with (
        stored(
            folder / "corpus", *some, *(briefing(name=one, beads=beads) for one in NAMES)
        ) as store,
        serve(folder / "corpus", folder / "log.txt") as (address, _),
    ):
        yield store, address


NAMES = {"first": "en-US", "second": "zh-CN"}
"""The briefing that is reviewed in each language."""


def in_language(locale):
    """Give a function that says a text of the page in a language."""
    if locale != "zh-CN":
        return lambda text, **values: text.format(**values)
    catalog = {str(one.id): one.string for one in read_catalog("zh")}
    catalog |= {one.id[0]: one.string[0] for one in read_catalog("zh") if one.pluralizable}
    return lambda text, **values: catalog[text].format(**values)


SETTLED = "() => !document.querySelector('[data-stale=true], [data-testid=stStatusWidget]')"
STILL = "*, ::before, ::after { transition: none !important; animation: none !important }"
LOOKS = 4
"""A fault stands in so many looks: what Streamlit draws anew is pale for a moment."""


def faults(page):
    """Give what axe-core finds on a page, and finds again: the rule and the element."""
    if not os.environ.get("CI"):  # in CI a missing package is a failure, not a reason to skip
        pytest.importorskip("axe_playwright_python")

    rest(page, "[data-testid=stMain]")
    page.add_style_tag(content=STILL)
    standing = look(page)
    for _ in range(LOOKS - 1):
        if standing:
            page.wait_for_timeout(1_000)
            standing &= look(page)
    return sorted(standing)


def look(page):
    from axe_playwright_python.sync_playwright import Axe  # axe-core is in the package

    page.wait_for_function(SETTLED)
    found = Axe().run(page).response["violations"]
    return {(one["id"], node["html"][:200]) for one in found for node in one["nodes"]}


def test_a_fault_that_stays_is_found_and_one_that_passes_is_not(tab, site):
    _, address = site
    page = tab()
    page.goto(address)
    page.locator(DESK).wait_for()
    title = page.locator(".desk .title a").first
    pale = "node => { node.style.color = '#ccc';"
    title.evaluate(f"{pale} setTimeout(() => {{ node.style.color = '' }}, 1500) }}")
    assert faults(page) == []
    title.evaluate(f"{pale} }}")
    assert [rule for rule, _ in faults(page)] == ["color-contrast"]


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-US")])
def test_axe_finds_no_fault_on_any_page(tab, site, scheme, locale):
    say, (_, address), titles = in_language(locale), site, set()
    page = tab(scheme=scheme, locale=locale)
    for path, shown in (
        ("", DESK),
        ("search?words=%E6%B9%96%E6%B0%B4", ".hit mark"),
        ("terms", "[data-testid=stMainBlockContainer]"),
        ("corpus", "[data-testid=stVegaLiteChart] >> nth=-1"),
        ("people", "[data-testid=stMainBlockContainer]"),
        ("settings", ".bindings .command"),
    ):
        page.goto(f"{address}/{path}")
        page.locator(shown).first.wait_for()
        assert faults(page) == [], path or "list"
        page.locator(f"html[lang={'en' if locale == 'en-US' else 'zh-Hans'}] h1").wait_for(
            state="attached"
        )
        titles.add(page.title())
    assert len(titles) == 6
    page.goto(address)
    page.get_by_role("button", name=say("Add briefings")).click()
    page.locator("[data-testid=stFileUploaderDropzone]").first.wait_for()
    drawn = [fault for fault in faults(page) if "stFileUploaderDropzone" not in fault[1]]
    assert drawn == [], "add"  # that one is Streamlit's own
    table = Table.on(page, address)
    table.open(briefing="first")
    assert faults(table.page) == [], "review"
    table.page.get_by_role("button", name=say("Filters"), exact=True).click()
    table.page.get_by_text(say("Affects only the display.")).wait_for()
    assert faults(table.page) == [], "more"
    table.press("Escape")
    table.page.get_by_text(say("Affects only the display.")).wait_for(state="hidden")
    for key, shown in BY_KEY:
        table.press(key)
        table.page.locator(f".review {shown}").first.wait_for()
        assert faults(table.page) == [], key
        table.press("Escape" if key in ".?fe" else key)


def active(page):
    """Say what a screen reader is told to read: the name and role of the active element."""
    client = page.context.new_cdp_session(page)
    nodes = client.send("Accessibility.getFullAXTree")["nodes"]
    client.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    backend = {node.get("backendDOMNodeId"): node for node in nodes}
    focused = next((node for node in reversed(nodes) if _property(node, "focused")), None)
    if focused is None:
        return "", ""  # in the browser's own bars
    related = _property(focused, "activedescendant")
    node = backend[related[0]["backendDOMNodeId"]] if related else focused
    row = by_id.get(node.get("parentId", ""), {})
    header = [by_id[one] for one in row.get("childIds", ()) if one in by_id][:1]
    said = [_name(one) for one in header if one["role"]["value"] == "rowheader"]
    return node["role"]["value"], _name(node), *said


def _property(node, name):
    for one in node.get("properties", ()):
        if one["name"] == name:
            value = one["value"]
            return value.get("relatedNodes") or value.get("value")
    return None


def _name(node):
    return node.get("name", {}).get("value", "")


def tab_to(page, name, most=60):
    """Press Tab until the element of this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        role, told, *_ = active(page)
        if re.search(name, told):
            return role
    raise AssertionError(f"{name}: not reached in {most} presses of Tab")


@pytest.mark.parametrize("name", NAMES)
def test_a_visit_by_keys_alone_and_what_a_screen_reader_is_told(tab, site, name):
    say, (store, address) = in_language(NAMES[name]), site

    def told_of_row(number, chance, more=""):
        words = "row {number}, {status}, probability {percent}"
        return say(words, number=number, status=say("unreviewed"), percent=chance) + more

    page = tab(locale=NAMES[name])
    page.goto(address)
    page.locator(DESK).wait_for()

    # Adding: an address that cannot be read is told where it was typed.
    assert tab_to(page, say("Add briefings")) == "button"
    page.keyboard.press("Enter")
    page.get_by_role("tab", name=say("URL")).wait_for()
    tab_to(page, f"^{say('Files')}$")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    tab_to(page, say("URL of a briefing, in either language"))
    page.keyboard.type("nonsense")
    tab_to(page, f"^{say('Add')}$")
    page.keyboard.press("Enter")
    refusal = "{address}: not a URL; it must begin with http:// or https://"
    page.get_by_text(say(refusal, address="nonsense").partition("http")[0].strip()).wait_for()
    page.goto(address)
    page.locator(DESK).wait_for()

    # The list: found, opened.
    tab_to(page, say("Find a briefing"))
    page.keyboard.type(name)
    found = (
        "{part:,} of {count:,} briefings" if name == "first" else "{part:,} of {count:,} briefing"
    )
    page.get_by_text(say(found, part=1, count=8)).wait_for()
    tab_to(page, "Chenghu|澄湖")
    page.keyboard.press("Enter")
    table = Table.on(page, address)
    table.ready()
    table.wait("S.root.getRootNode().activeElement === S.grid")

    # Review: each place says its row, its state and its text.
    role, told, row = active(page)
    assert (role, told.split(". ")[0]) == ("gridcell", "Good morning, everyone")
    assert row == told_of_row(1, "30%", say(", {zh} Chinese to {en} English sentences", zh=2, en=2))
    table.do("s")
    role, told, row = active(page)
    assert told == "Good morning, everyone."
    assert row.startswith(told_of_row(1, ""))
    table.do("ArrowLeft")
    assert active(page)[1] == "大家上午好。"
    table.do("ArrowRight", "a", "a", "a")
    assert active(page)[2].startswith(told_of_row(4, ""))
    status = page.locator(".review .info")
    accepted = partial(say, "{what} {done}", done=say("accepted"))
    row_3 = accepted(what=say("row {number}", number=3)) + say("; press {key} to undo", key="u")
    assert row_3 in status.inner_text()
    assert status.get_attribute("aria-live") == "polite"
    table.do("m", "u", "]", "u", "e")
    assert active(page)[:2] == ("gridcell", say("English text of row {number}", number=4))
    page.keyboard.type(" Yes.")
    table.do("F2", "a", "a", "a", "x", "a")
    assert accepted(what=say("row {number}", number=8)) in status.inner_text()
    table.do("End")
    assert active(page)[1:2] == ("Thank you.",)
    table.do("ArrowUp")
    assert active(page)[1] == say("no English")
    table.do("m", "a")
    actions = [entry.decision.action for entry in store.history(name)]
    assert actions.count("accept") == 8
    assert {"split", "merge", "shift", "edit", "reject", "undo"} <= set(actions)

    # Out of the table, to the file, to the search, and back to the row that was found.
    tab_to(page, say("Download"))
    page.keyboard.press("Enter")
    page.get_by_role("button", name="TMX", exact=True).wait_for()
    tab_to(page, "^TMX$")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert "大家上午好。" in download.value.path().read_text(encoding="utf-8")
    page.keyboard.press("Escape")
    tab_to(page, "^{0}$|search {0}$".format(say("Search")))
    page.keyboard.press("Enter")
    page.get_by_role("searchbox", name=say("Search the corpus")).wait_for()
    assert tab_to(page, "^" + say("Search the corpus")) == "searchbox"
    page.keyboard.type("湖水")
    page.keyboard.press("Enter")
    page.locator(".hit mark").first.wait_for()
    tab_to(page, "^" + re.escape(say("Open in its briefing (Enter)")))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("briefing="))
    table.ready()
    assert "湖水更清了。" in table.state("S.rows.get(S.cur).zh.join('')")
    assert table.errors == []
