"""The page in Chinese: every text has a translation, and who chooses the language."""

import ast
import os
import re
from dataclasses import replace
from html import escape
from string import Formatter

import pytest
from hypothesis import given, settings, strategies
from review_cases import stored
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest
from translations import PAGE, collect

from align.aligner.checks import check
from align.apps.page import language
from align.apps.page.server import SCRIPT
from align.corpus.review.permissions import Permission
from align.corpus.store import Store
from align.corpus.store.engine import translate_errors
from align.corpus.store.records import BeadRow, describe_changes
from align.errors import N_, Message, StoreError, TextError, count_message, join_messages

CATALOG = language.read_catalog("zh")
MESSAGES = [
    one
    for one in CATALOG
    if one.id and any(path.endswith(".py") for path, _ in one.locations) and "{" in str(one.id)
]
"""The templates of messages, of the page and of the library."""

HOSTILE = strategies.text(":; ，。“”\"'{}!\n\x00ab水", min_size=1)
"""Names as people give them to files; some look like templates or like two messages."""

WORD = re.compile(r"[A-Za-z]{3,}")
LITERAL_IN_SCRIPT = re.compile(
    r"(?:\bsay|section|openLayer|ask|\blink)\((?:S, (?:box, )?)?[\"`]\w"
    r"|(?:title|placeholder|textContent) = [\"`]\w|el\(\"\w+\", \"[^\"]*\", [\"`]\w*[a-z]{3}"
    r"|setAttribute\(\"aria-label\", [\"`]\w"
)
"""A text that goes to the reader of the page as it stands in a script."""


def forms(text):
    return [text] if isinstance(text, str) else [*(text or ())]


def placeholders_with_form(text):
    fields = Formatter().parse(text)
    return {(name, f"!{how}" if how else f":{form}") for _, name, form, how in fields if name}


def placeholders(text):
    return {name for _, name, *_ in Formatter().parse(text) if name}


def has_placeholders(one):
    """Return whether a translation has, in each form, the placeholders of its text.

    A count may be left out where Chinese says it otherwise; nothing else may.
    """
    wanted = set().union(*map(placeholders, forms(one.id)))
    return all(wanted - {"count"} <= placeholders(text) <= wanted for text in forms(one.string))


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("ALIGN_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("ALIGN_REVIEWER", "ann")
    with stored(tmp_path / "corpus"):
        yield AppTest.from_file(SCRIPT, default_timeout=60)


def test_every_text_of_the_page_has_a_translation_and_no_other_has():
    wanted = {(one.context, forms(one.id)[0]) for one in collect() if one.id}
    there = {(one.context, forms(one.id)[0]): one.string for one in CATALOG if one.id}
    missing = [text for text in wanted if not any(forms(there.get(text)))]
    assert not missing, f"python scripts/translations.py adds them to the catalog: {missing}"
    assert there.keys() == wanted, "python scripts/translations.py takes away what is gone"


def test_a_translation_has_the_placeholders_of_its_text():
    wrong = [(one.id, one.string) for one in CATALOG if one.id and not has_placeholders(one)]
    assert wrong == []


def literal(node):
    """Give the words of a text that stands in the source as it is."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return " ".join(
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


DRAWS = {"button", "caption", "checkbox", "error", "expander", "file_uploader", "info"} | {
    *("form_submit_button", "markdown", "metric", "multiselect", "number_input", "pills"),
    *("popover", "progress", "segmented_control", "selectbox", "slider", "spinner", "status"),
    *("subheader", "success", "text_input", "text_area", "toggle", "warning", "link_button"),
    *("header", "title", "tabs", "radio", "date_input", "download_button", "draw_empty"),
}
SHOWN = {"label", "help", "placeholder", "text", "title"}


def shown(call):
    """Give the texts that a call of Streamlit's shows."""
    of_streamlit = getattr(getattr(call.func, "value", None), "id", "") == "st"
    name = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
    said = [one.value for one in call.keywords if one.arg in SHOWN]
    first = of_streamlit or name.startswith("draw_")
    return map(literal, said + (call.args[:1] if first and name in DRAWS else []))


@pytest.mark.parametrize("path", sorted(PAGE.glob("*.py")), ids=lambda path: path.name)
def test_no_text_goes_to_the_page_untranslated(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            texts = [re.sub(r":material/\w+:|https?|www\S+", "", one) for one in shown(node)]
            bare = [one for one in texts if WORD.search(one) and one.isascii()]
            assert not bare, f"{path.name}:{node.lineno}: {bare} goes through _"
        if isinstance(node, ast.JoinedStr):
            taken = [one for one in ast.walk(node) if isinstance(one, ast.Call) and one.args]
            names = {getattr(one.func, "id", "") for one in taken if literal(one.args[0])}
            assert not names & {"_", "ngettext", "format_count"}, (
                f"{path.name}:{node.lineno}: Babel reads no text within an f-string"
            )


@pytest.mark.parametrize("path", sorted((PAGE / "static").glob("*.js")), ids=lambda path: path.name)
def test_no_script_shows_an_untranslated_text(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if LITERAL_IN_SCRIPT.search(line)] == []


def test_every_help_text_is_there_in_each_language():
    names = {path.name.split(".")[0] for path in (PAGE / "static").glob("*.md")}
    files = {path.name for path in (PAGE / "static").glob("*.md")}
    assert files == {f"{name}{suffix}.md" for name in names for suffix in ("", ".zh")}


def test_a_message_of_the_library_is_translated_with_what_stands_in_it(monkeypatch):
    monkeypatch.setattr(language, "current_language", lambda: "zh")
    say = language.translate_message
    (number, *_) = check("产量达4000亿元。", "Output reached 40 billion yuan.")
    assert number.message == "4000亿 is 400 billion, but the English says 40 billion"
    assert say(number.message) == "“4000亿”应为 400 billion，而英文为“40 billion”"
    two = join_messages(["nothing to undo", "this row is not cross-linked"])
    assert two == "nothing to undo; this row is not cross-linked"
    assert say(two) == "没有可撤销的操作；此句对没有交叉对齐"
    changed = Message(
        N_("{reviewer} changed {which} at {at} UTC ({description}); check the new version"),
        reviewer="bo",
        which=Message("this row"),
        at="10:02:03",
        description=Message("accept"),
    )
    assert changed == "bo changed this row at 10:02:03 UTC (accept); check the new version"
    assert say(changed) == "bo 已于 10:02:03 UTC 改动了此句对（采纳）；请核对新版本"
    assert say("what nobody foresaw") == "what nobody foresaw"


@given(data=strategies.data())
@settings(max_examples=10, deadline=None)
@pytest.mark.parametrize("template", MESSAGES, ids=lambda one: forms(one.id)[0][:60])
def test_names_of_any_kind_stand_in_the_translation_as_they_are(template, data):
    fields = sorted(set().union(*map(placeholders_with_form, forms(template.id))))
    filled = {"count": 12} | {
        name: 12 if name == "count" or form.strip("!r:") else data.draw(HOSTILE)
        for name, form in fields
    }
    if isinstance(template.id, str):
        message = Message(template.id, **filled)
    else:
        others = {name: value for name, value in filled.items() if name != "count"}
        message = count_message(*template.id, 12, **others)
    translated = forms(template.string)[0]
    with language.speak("zh"):
        shown = language.translate_message(message)
    assert shown == translated.format(**filled)
    assert message == forms(template.id)[-1].format(**filled)


def test_what_people_wrote_is_no_template_and_no_message(monkeypatch):
    monkeypatch.setattr(language, "current_language", lambda: "zh")
    name = "June 12: water; part 2.txt {path} nothing to undo"
    lost = TextError(N_("{path} is empty"), path=name)
    assert str(lost) == f"{name} is empty"
    assert language.translate_message(lost.message) == f"{name} 是空的"
    wrapped = TextError(N_("{name}: {message}"), name="a: b", message=lost)
    assert language.translate_message(wrapped.message) == f"a: b：{name} 是空的"


def test_a_list_in_a_message_is_joined_as_the_language_joins():
    unknown = Message(N_("use one of {names}"), names=("tsv", "tmx"))
    assert unknown == "use one of tsv, tmx"
    with language.speak("zh"):
        assert language.translate_message(unknown) == "请使用以下之一：tsv、tmx"


def test_what_is_wrong_with_a_corpus_file_is_said_in_chinese(tmp_path, monkeypatch):
    monkeypatch.setattr(language, "current_language", lambda: "zh")
    (tmp_path / "corpus.db").write_text("no database" * 100, encoding="utf-8")
    with pytest.raises(StoreError) as raised:
        Store.open(tmp_path)
    assert language.translate_message(raised.value.message) == (
        f"{tmp_path}：其中的 corpus.db 已损坏或不是数据库；请恢复备份"
    )
    with pytest.raises(StoreError) as raised, translate_errors("corpora/main"):
        raise OperationalError("", {}, Exception("unable to open database file"))
    assert language.translate_message(raised.value.message) == (
        "corpora/main：其中的 corpus.db 无法打开，或留有被强行终止的程序的日志；"
        "请检查文件夹的权限，或将文件夹复制到可写的位置"
    )


def test_of_a_refusal_only_what_people_wrote_and_what_is_typed_stays_as_it_is(monkeypatch):
    monkeypatch.setattr(language, "current_language", lambda: "zh")
    say = language.translate_message
    row = BeadRow("a", "b", 0.0, ("1",), ("2",), "干。", "Note: dry")
    flagged = replace(row, status="flagged", reason="source text", note="10:30; see: annex")
    changes = describe_changes(row, flagged)
    was = "unreviewed → flagged; reason: “source text”; note: “10:30; see: annex”"
    assert changes == was
    assert say(changes) == "未审校 → 已标记；原因：原文；备注：“10:30; see: annex”"
    edited = describe_changes(row, replace(row, en_edit="Note: wet; cold"))
    assert edited == "English: “Note: dry” → “Note: wet; cold”"
    assert say(edited) == "英文：“Note: dry” → “Note: wet; cold”"
    reader = Permission("ann", "reader").refusal("decide")
    assert say(reader).endswith("align people add ann --role reviewer")
    assigned = Permission("ann", "reviewer", ("bo", "cy", "di")).refusal("decide")
    assert say(assigned) == "这场发布会已分配给 bo、cy、di；您只能阅读"


def test_the_language_is_switched_by_a_button_that_names_the_other_one(app):
    app.run()
    assert app.button(key="language_other").label == "中文"
    app.button(key="language_other").click().run()
    assert app.button(key="language_other").label == "English"
    assert app.session_state["language"] == "zh"


def test_the_language_is_that_of_the_browser_at_first(app):
    app.context["locale"] = "zh-CN"
    app.run()
    assert app.button(key="language_other").label == "English"
    assert app.button(key="adding").label == "添加发布会"


def test_a_briefing_is_named_in_the_language_of_the_reader(app):
    def named():
        app.query_params["briefing"] = "water"
        app.run()
        return [one.value for one in app.get("html") if one.value.startswith("<h1 lang")]

    english, chinese = "Press conference on Chenghu's water", "澄湖市供水发布会"
    assert named() == [f'<h1 lang="en">{escape(english)}</h1>']
    app.session_state["language"] = "zh"
    assert named() == [f'<h1 lang="zh-Hans">{chinese}</h1>']


def test_a_title_that_the_reader_gave_is_the_one_that_can_be_changed(app):
    def draw():
        from align.apps.page import add_briefing, session_state

        add_briefing.draw_editor(session_state.open_store(), "water")

    with Store.open(os.environ["ALIGN_CORPUS"]) as store:
        store.describe("water", {"title": "澄湖供水"})
    editor = AppTest.from_function(draw, default_timeout=60).run()
    assert editor.text_input[0].value == "澄湖供水"


def test_outside_of_a_page_texts_are_english():
    assert language.current_language() == "en"
    assert language.format_count("{count} row", "{count} rows", 1) == "1 row"
