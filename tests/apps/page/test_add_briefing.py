"""A briefing added in the page: files, pasted text, an address; and what cannot be added."""

import re

import pytest
from review_cases import EN, ZH, stored
from streamlit.testing.v1 import AppTest

from align.corpus.review.permissions import give_role
from align.corpus.store import Store

PAGE = "from align.apps.page.app import main\nmain()"
ADD = "from align.apps.page.app import draw_page\ndraw_page('add')"


def text(turns, title):
    """Write turns as somebody keeps them in a file: the title, then a line for each paragraph."""
    gap = " " if title.isascii() else ""
    return "\n".join([title, "", *(f"{label}{gap}{gap.join(said)}" for label, *said in turns)])


TITLES = {"zh": "澄湖市供水发布会", "en": "Press conference on water"}
TEXTS = {"zh": text(ZH, TITLES["zh"]), "en": text(EN, TITLES["en"])}
FILES = {side: (f"june.{side}.txt", body.encode()) for side, body in TEXTS.items()}


def page(body=PAGE):
    app = AppTest.from_string(body, default_timeout=120).run()
    assert not app.exception
    return app


def drop(app, **files):
    for place, (name, data) in files.items():
        app.file_uploader(key=f"add_file_{place}").upload(name, data)
    app.run()


def press(app, key="add_now"):
    app.button(key=key).click().run()
    assert not app.exception


def refused(app):
    assert not app.status  # the error is shown in its place
    (error,) = app.error
    return error.value.replace("\\", "")


def only(corpus):
    with Store.open(corpus) as store:
        (one,) = store.briefings()
        return one, store.facts(one.id), next(store.pairs([one.id]))


def test_two_files_are_added_with_what_is_said_of_them_and_the_review_opens(corpus):
    app = page()  # the corpus is not there yet: the form stands on the first page
    drop(app, **FILES)
    app.text_input(key="add_title").set_value("Water for <b>Chenghu</b>")
    app.text_input(key="add_source").set_value("Press office of Chenghu")
    app.text_input(key="add_licence").set_value("CC-BY-4.0")
    app.date_input(key="add_date").set_value("2031-06-14")
    press(app)
    one, facts, row = only(corpus)
    assert app.query_params["briefing"] == one.id
    assert (one.en_title, one.zh_title) == ("Water for <b>Chenghu</b>", TITLES["zh"])
    assert f"{one.date}" == "2031-06-14"
    assert one.id.startswith("2031-06-14-")
    assert (facts["file_zh"], facts["file_en"]) == ("june.zh.txt", "june.en.txt")
    said = row.provenance
    assert (said.sources.en, said.licence) == ("Press office of Chenghu", "CC-BY-4.0")
    shown = " ".join(one.proto.body for one in app.get("html"))
    assert "Water for &lt;b&gt;Chenghu&lt;/b&gt;" in shown
    assert not any("swapped" in one.value or "date" in one.value for one in app.toast)


def test_files_in_each_others_place_are_swapped_and_that_is_said(corpus):
    app = page()
    drop(app, en=FILES["zh"], zh=FILES["en"])
    press(app)
    one, *_ = only(corpus)
    assert (one.zh_title, one.en_title) == (TITLES["zh"], TITLES["en"])
    assert "have been swapped" in app.toast[0].value
    app = page()
    app.session_state["language"] = "zh"
    press(app, "adding")
    drop(app, en=FILES["zh"], zh=("other.txt", FILES["en"][1] + b"\nThank you again."))
    press(app)
    told = [one.value.replace("\\", "") for one in app.toast]
    assert "中英文填反了，已自动对调。" in told
    assert not [text for text in told if re.search("[a-z]{3} [a-z]{3}", text)]


def test_pasted_texts_and_one_text_in_both_languages_are_added(corpus):
    app = page()
    app.session_state["add_kind"] = "Pasted text"
    both = "\n".join(
        f"{zh}\n{en}" for zh, en in zip(*map(str.splitlines, TEXTS.values()), strict=True)
    )
    app.text_area(key="add_text_en").set_value(both).run()
    press(app)
    one, facts, _ = only(corpus)
    assert one.beads > 5
    assert facts["file_zh"] == "pasted text 1"


def test_a_table_with_a_column_for_each_language_is_one_file(corpus):
    rows = zip(*(text(turns, "").split("\n")[2:] for turns in (ZH, EN)), strict=True)
    table = "\n".join(["zh\ten", *("\t".join(row) for row in rows)])
    app = page()
    drop(app, en=("both.tsv", table.encode()))
    press(app)
    assert only(corpus)[0].beads >= 4


def test_the_same_files_again_open_what_is_there(corpus):
    for _ in range(2):
        app = page()
        if app.get("file_uploader")[0].key == "edited_file":
            press(app, "adding")
        drop(app, en=("other name.txt", FILES["en"][1]), zh=FILES["zh"])
        press(app)
        assert app.query_params["briefing"] == only(corpus)[0].id
    assert "already in the corpus" in app.toast[0].value


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"en": FILES["en"]}, "june.en.txt is in English only; add the text in the other"),
        ({"en": FILES["en"], "zh": FILES["en"]}, "both texts are English"),
        ({"en": ("empty.txt", b" \n"), "zh": FILES["zh"]}, "empty.txt is empty"),
        ({"en": ("marks.txt", b"... ---"), "zh": FILES["zh"]}, "marks.txt contains no text"),
        ({"en": ("a.doc", b"x"), "zh": FILES["zh"]}, "save it as .docx"),
        ({"en": ("a.exe", b"\0\1\2" * 99), "zh": FILES["zh"]}, "is a binary file, not text"),
        ({"en": ("long.txt", b"word " * 5_000_000), "zh": FILES["zh"]}, "long.txt is too large"),
    ],
)
def test_what_cannot_be_added_is_said_in_plain_words_and_what_was_typed_stays(corpus, files, says):
    app = page()
    drop(app, **files)
    app.text_input(key="add_title").set_value("Water")
    press(app)
    assert says in refused(app)
    assert "/tmp" not in refused(app)
    app.session_state["language"] = "zh"
    press(app)
    (error,) = app.error
    words = re.sub(r"[\w\\]*\.\w+|ALIGN\S+|HTML|DOCX|UTF", "", error.value)
    assert not re.search("[A-Za-z]{3}", words), words
    assert app.text_input(key="add_title").value == "Water"
    assert len([one for one in app.file_uploader if one.value]) == len(files)


def test_a_name_of_three_hundred_letters_and_one_of_markup_are_names_as_others(corpus):
    app = page()
    drop(
        app,
        en=("w" * 300 + ".txt", FILES["en"][1]),
        zh=("<img src=x onerror=alert(1)>.txt", FILES["zh"][1]),
    )
    press(app)
    facts = only(corpus)[1]
    assert facts["file_en"] == "w" * 60 + ".txt"
    assert facts["file_zh"] == "<img src=x onerror=alert(1)>.txt"


def test_two_texts_that_are_not_one_briefing_are_added_only_when_asked_twice(corpus):
    other = "\n".join(f"Paragraph {n}: 14.{n} tonnes of fish were landed." for n in range(60))
    app = page()
    drop(app, zh=FILES["zh"], en=("other.txt", other.encode()))
    press(app)
    assert "do not look like one briefing" in refused(app)
    assert "--force" not in refused(app)
    assert not Store.open(corpus).briefings()
    press(app, "add_anyhow")
    assert only(corpus)[0].beads


def test_nothing_given_and_no_address_are_told(corpus):
    app = page()
    assert app.button(key="add_now").disabled
    app.session_state["add_kind"] = "URL"
    app.run()
    press(app)
    assert "Choose a file" in app.warning[0].value
    app.text_input(key="add_address").set_value("/etc/passwd").run()
    press(app)
    assert "it must begin with http" in refused(app)
    assert app.text_input(key="add_address").value == "/etc/passwd"


def test_where_nothing_can_be_written_or_one_only_reads_there_is_no_form(corpus):
    with stored(corpus) as store:
        give_role(store, "boss", "admin")
        give_role(store, "ann", "reader")
        assert "adding" not in [button.key for button in page().button]
        assert not page(ADD).button
        give_role(store, "ann", "reviewer")
        assert "adding" in [button.key for button in page().button]


def test_what_is_known_of_a_briefing_is_changed_later(corpus):
    with stored(corpus) as store:
        app = AppTest.from_string(PAGE, default_timeout=60)
        app.query_params["briefing"] = "water"
        app.session_state["about"] = True
        app.run()
        app.text_input(key="facts-water_title").set_value("Water for all")
        app.date_input(key="facts-water_date").set_value("2031-06-14")
        app.button(key="FormSubmitter:facts-water-Save").click().run()
        assert not app.exception
        (one,) = store.briefings()
        assert (one.en_title, f"{one.date}") == ("Water for all", "2031-06-14")
        assert store.facts("water") == {"title": "Water for all", "date": "2031-06-14"}
        app.text_input(key="facts-water_title").set_value("")
        app.button(key="FormSubmitter:facts-water-Save").click().run()
        assert store.briefings()[0].en_title == "Press conference on Chenghu's water"
