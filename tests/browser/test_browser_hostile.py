"""Text that wants to be more than text, in every place of the page where text of a corpus shows."""

import json
import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from browser_page import Table, rest, serve
from playwright.sync_api import expect
from review_cases import briefing, stored

from align.apps.page.downloads import export_bytes
from align.corpus.store import Decision
from align.records import Participant

pytestmark = pytest.mark.browser

HACK = "window.hacked=1"
ATTACKS = (
    f"<script>{HACK}</script>",
    f"<img src=x onerror={HACK}>",
    f"<svg/onload={HACK}>",
    f'"><details open ontoggle={HACK}>',
    f"<iframe srcdoc='<script>parent.{HACK}</script>'></iframe>",
    f"[click](javascript:{HACK})",
    f"![x](x){{onerror={HACK}}}",
    f"$\\href{{javascript:{HACK}}}{{x}}$",
    f"</textarea></title></style><script>{HACK}</script>",
    f"&lt;script&gt;{HACK}&lt;/script&gt;",
    f"<a href='javascript:{HACK}'>link</a> <style>body{{display:none}}</style>",
    ":material/delete: :red[x] **b** `c` ~~d~~",
)
LINKS = "http://evil.example/a WWW.evil.example/b HTTPS://evil.example"
BIDI = "\u202egnp.exe\u202c \u2066a\u2067b\u2069"
ZERO = "wa\u200bter\u200d\ufeff"
SAID = tuple(f"水。{text}" for text in (*ATTACKS[:5], BIDI, *ATTACKS[5:], ZERO))

# Looks through the page, its shadow roots and frames: [what would run, what would turn text round].
LOOK = """() => {
    const bad = [], turned = [];
    const walk = root => {
        for (const node of root.querySelectorAll("*")) {
            for (const one of node.attributes)
                if (/^on/i.test(one.name) || /^\\s*javascript:/i.test(one.value))
                    bad.push(node.outerHTML.slice(0, 200));
            if (node.tagName === "A" && node.href.includes("evil"))
                bad.push(node.outerHTML.slice(0, 200));
            if (node.tagName === "SCRIPT" && node.textContent.includes("hacked"))
                bad.push(node.outerHTML.slice(0, 200));
            if (node.tagName === "IFRAME" && node.srcdoc) bad.push("srcdoc");
            for (const text of node.childNodes)
                if (text.nodeType === 3 && /[\\u202a-\\u202e\\u2066-\\u2069]/.test(text.data)
                        && !["SCRIPT", "STYLE"].includes(node.tagName))
                    turned.push(text.data.slice(0, 80));
            if (node.shadowRoot) walk(node.shadowRoot);
        }
    };
    walk(document);
    return [bad, turned];
}"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A corpus in which everything that anybody can write was written to do harm."""
    folder = tmp_path_factory.mktemp("hostile")
    turns = tuple((f"{text[:150]}:", text) for text in SAID)
    made = briefing(turns, turns, name="water")
    evil = " ".join((LINKS, ATTACKS[0], ATTACKS[1], ATTACKS[5], BIDI))
    people = (Participant(evil, evil, "speaker"),)
    made = replace(
        made,
        zh=replace(made.zh, title=evil, place=evil, participants=people, notes=(evil,)),
        en=replace(made.en, title=evil, place=evil, participants=people, captions=(evil,)),
    )
    with stored(folder / "corpus", made) as store:
        for number, (row, who) in enumerate(
            zip(store.rows(), (evil, "ann", evil, "bob"), strict=False)
        ):
            after = replace(row, status="flagged", note=evil, reason=evil[:150], en_edit=evil)
            decision = Decision(f"op-{number}", who, "flag", reason=evil[:150], note=evil)
            store.decide(row.briefing, decision, [row], [after])
        with serve(folder / "corpus", folder / "log.txt") as (address, _):
            yield store, address


@pytest.fixture
def page(tab):
    opened = tab(height=1000)
    opened.dialogs = []

    def dismiss(dialog):
        opened.dialogs.append(dialog.message)
        dialog.dismiss()

    opened.on("dialog", dismiss)
    yield opened
    opened.remove_listener("dialog", dismiss)


def check_harmless(page) -> None:
    assert page.evaluate("window.hacked") is None
    assert page.dialogs == []
    bad, turned = page.evaluate(LOOK)
    assert bad == []
    assert turned == []
    assert page.evaluate("getComputedStyle(document.body).display") != "none"


@pytest.mark.parametrize(
    "where",
    [
        "",
        "?find=water",
        "search?words=" + quote("zh:水"),
        "search?words=" + quote(ATTACKS[1]),
        "terms",
        "corpus",
        "people",
        "settings",
        "?briefing=" + quote(ATTACKS[0]),
    ],
)
def test_nothing_of_a_corpus_runs_on_any_page(page, hostile, where):
    page.goto(f"{hostile[1]}/{where}")
    rest(page, "[data-testid=stMain]")
    if where.startswith("search"):
        sought = page.get_by_role("searchbox").first
        expect(sought).to_have_value("zh:水" if "zh" in where else ATTACKS[1])
        expect(page.locator(".hit").first).to_be_visible()
    check_harmless(page)


def test_nothing_of_a_corpus_runs_in_the_review_table(page, hostile):
    table = Table.on(page, hostile[1])
    table.open(briefing="water")
    for _ in range(4):
        table.press("d")  # help and history of the row
        table.wait("S.help.get(S.cur)?.whole")
        check_harmless(page)
        table.press("d", "ArrowDown")
    for key in ("t", "b", "p", "?", "Escape", ".", "Escape"):
        table.press(key)
        check_harmless(page)
    assert table.errors == []


def test_a_printed_briefing_holds_nothing_that_runs(page, hostile, tmp_path):
    store, _ = hostile
    (tmp_path / "print.html").write_bytes(export_bytes(store, "html", None, ["water"]))
    page.goto((tmp_path / "print.html").as_uri())
    assert page.evaluate("window.hacked") is None
    bad, _ = page.evaluate(LOOK)
    assert bad == []
    assert "onerror" in page.inner_text("body")


def test_a_downloaded_file_has_a_plain_name(tab, hostile):
    table = Table.on(tab(), hostile[1])
    table.open(briefing="water")
    table.page.get_by_role("button", name="Download").click()
    for label in ("TMX", "HTML for reading"):
        with table.page.expect_download() as waiting:
            table.page.get_by_role("button", name=label, exact=True).click()
        name = waiting.value.suggested_filename
        assert re.fullmatch(r"[\w.-]+", name), json.dumps(name)
