"""The page in Chinese: every text has a translation, and who chooses the language."""

import pytest
from review_cases import stored
from streamlit.testing.v1 import AppTest

from align.ui import language
from align.ui.server import SCRIPT


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("ALIGN_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("ALIGN_REVIEWER", "ann")
    with stored(tmp_path / "corpus"):
        yield AppTest.from_file(SCRIPT, default_timeout=60)


def test_the_language_is_switched_by_a_button_that_names_the_other_one(app):
    app.run()
    assert app.button(key="language_other").label == "中文"
    app.button(key="language_other").click().run()
    assert app.button(key="language_other").label == "English"
    assert app.session_state["language"] == "zh"


def test_outside_of_a_page_texts_are_english():
    assert language.current_language() == "en"
    assert language.ngettext("{count} row", "{count} rows", 1) == "{count} row"


def test_the_language_is_that_of_the_browser_at_first(app):
    app.context["locale"] = "zh-CN"
    app.run()
    assert app.button(key="language_other").label == "English"
