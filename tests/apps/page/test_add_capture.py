"""Captures in the page: a WARC or ZIP is read, its pairs are corrected and added."""

import io
import re
import threading
import time
import zipfile
from functools import partial

import pytest
from fictional_crawl import TOPICS, conferences, make_page, make_pages, page_text, write_capture
from streamlit.testing.v1 import AppTest

from align.apps.page.add_capture import CaptureDesk
from align.apps.page.capture_files import (
    CaptureFiles,
    FileBundle,
    clear_abandoned,
    uploads_folder,
)
from align.apps.page.capture_table import CaptureTable
from align.apps.page.capture_tools import write_table
from align.apps.page.capture_work import CaptureAdder, CaptureReader
from align.corpus.apart import ApartAligner
from align.corpus.store import Store
from align.errors import FormatError
from align.settings import Settings
from align.sources.ingest.apart import read_pair_rows
from align.sources.processes import run_apart

PAGE = "from align.apps.page.app import main\nmain()"


def end_session():
    """Close what the session has open; to Streamlit all AppTests are the same session."""
    AppTest.from_string("from align.apps.page.add_capture import get_desk\nget_desk.clear()").run()


class Upload(io.BytesIO):
    """A file as Streamlit gives it."""

    def __init__(self, name, data):
        super().__init__(data)
        self.name = name


@pytest.fixture(autouse=True)
def _own_session():
    yield
    end_session()


def warc(tmp_path, pages, name="harbour.warc.gz"):
    return name, write_capture(pages, tmp_path / name).read_bytes()


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def site(count=3, **looks):
    """Return a ZIP of saved pages that name no address."""
    chosen = conferences(count)
    return packed(
        {
            f"{language}/{one.number}.html": page_text(one, language, **looks)
            for one in chosen
            for language in ("zh", "en")
        }
    )


def page(language="en"):
    app = AppTest.from_string(PAGE, default_timeout=120)
    app.session_state["language"] = language
    return app.run()


def drop(app, *files):
    for name, data in files:
        app.file_uploader(key="add_file_en").upload(name, data)
    app.run()
    return until(app, lambda app: not words(app.caption, "Keep this page open", "请保持本页打开"))


def until(app, ready):
    for _ in range(2_000):
        app.run()
        assert not app.exception
        if ready(app):
            return app
        time.sleep(0.05)
    raise AssertionError("it did not come to its end")


def words(elements, *wanted):
    return [one for one in elements if any(word in one.value for word in wanted)]


def add(app):
    app.button(key="capture_add").click().run()
    return until(app, lambda app: "capture_stop" not in keys(app) and words(app.success, "added"))


def keys(app):
    return [button.key for button in app.button]


def told(app):
    lines = [one.value for kind in (app.warning, app.error, app.info) for one in kind]
    return [re.sub(r"[\\\u2060]", "", line) for line in lines]


def rows(app):
    return app.dataframe[0].value if app.dataframe else None


def briefings(corpus):
    with Store.open(corpus) as store:
        return store.briefings()


def test_a_warc_becomes_briefings_and_is_known_when_it_comes_again(corpus, tmp_path):
    capture = warc(tmp_path, make_pages(conferences(4), alone=(3,)))
    app = drop(page(), capture)
    assert words(app.markdown, "7 pages · **3 pairs** · 1 in one language only")
    assert app.button(key="capture_add").label == "Add 3 briefings"
    app.text_input(key="capture_licence").set_value("CC0-1.0")
    add(app)
    assert words(app.success, "3 briefings added")
    assert {one.en_title for one in briefings(corpus)} == {topic[0][1] for topic in TOPICS[:3]}
    with Store.open(corpus) as store:
        assert {store.facts(one.id)["licence"] for one in store.briefings()} == {"CC0-1.0"}
    app.button(key=next(key for key in keys(app) if key.startswith("title-capture"))).click().run()
    assert app.query_params["briefing"] in {one.id for one in briefings(corpus)}

    end_session()
    app = page()
    app.button(key="adding").click().run()
    drop(app, capture)
    assert words(app.markdown, "**0 pairs** · 1 in one language only · 3 already in the corpus")
    assert app.button(key="capture_add").disabled


def test_files_that_are_uploaded_together_keep_their_names_for_the_titles():
    files = {"en": [Upload("合同.txt", b"a"), Upload("合同.txt", b"b")], "zh": []}
    with zipfile.ZipFile(FileBundle(files, "2 files.zip")) as archive:
        assert archive.namelist() == ["en/001/合同.txt", "en/002/合同.txt"]


def test_a_zip_of_pages_without_addresses_names_no_folder_of_ours_and_is_known_again(corpus):
    capture = ("site.zip", site(2))
    add(drop(page(), capture))
    with Store.open(corpus) as store:
        addresses = [row for page in store.pages() for row in (page.url, page.final_url)]
        documents = [store.briefing(one.id) for one in store.briefings()]
    addresses += [side.url for one in documents for side in (one.zh, one.en)]
    assert len(documents) == 2
    assert not [address for address in addresses if "unfinished" in address]
    assert all(re.match(r"upload:[0-9a-f]{16}/site.zip/", address) for address in addresses)

    end_session()
    app = page()
    app.button(key="adding").click().run()
    assert words(drop(app, capture).markdown, "2 already in the corpus")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("none.warc.gz", b"PK this is no archive", "1 page could not be read: none.warc.gz"),
        ("none.warc", b"\0\1\2" * 99, "not a WARC archive"),
        ("none.zip", b"no archive at all", "not a ZIP file, or damaged"),
        ("empty.zip", packed({}), "This capture contains no pages."),
        ("pictures.zip", packed({"a.png": b"x"}), "This capture contains no pages."),
    ],
)
def test_what_is_no_capture_is_said_in_one_line(corpus, name, data, says):
    app = drop(page(), (name, data))
    assert any(says in line for line in told(app)), told(app)
    assert "capture_add" not in keys(app) or app.button(key="capture_add").disabled
    assert not [line for line in told(app) if "unfinished" in line or "\n" in line]


def test_a_capture_in_one_language_or_without_a_pair_says_so(corpus, tmp_path):
    chosen = conferences(3)
    only_zh = [make_page(one.zh_url, page_text(one, "zh")) for one in chosen]
    app = drop(page(), warc(tmp_path, only_zh))
    assert any(line.startswith("All pages are Chinese.") for line in told(app))
    assert app.button(key="capture_add").disabled
    app.button(key="capture_other").click().run()
    assert app.file_uploader(key="add_file_en")


def test_a_bomb_is_refused_and_a_cut_capture_keeps_what_is_whole(corpus, tmp_path, monkeypatch):
    monkeypatch.setenv("ALIGN_MAX_MB", "0.1")
    bomb = packed({"bomb.html": "<p>" + "0" * 5_000_000})
    app = drop(page(), ("bomb.zip", bomb))
    assert any("larger than the limit of 100,000 bytes" in line for line in told(app)), told(app)
    end_session()
    name, whole = warc(tmp_path, make_pages(conferences(3)), "cut.warc")
    app = drop(page(), (name, whole[:-400]))
    assert any("1 page could not be read: cut.warc" in line for line in told(app)), told(app)
    assert words(app.markdown, "**2 pairs**")


def test_markup_in_titles_is_shown_as_it_is(corpus, tmp_path):
    pages = make_pages(conferences(2))
    title = TOPICS[0][0][1]
    hostile = "Lights [x](https://evil.example) <img src=x> $a$ \u202etfel"
    shown = hostile.replace("<", "&lt;").encode()
    pages = [make_page(one.url, one.body.replace(title.encode(), shown).decode()) for one in pages]
    app = drop(page(), warc(tmp_path, pages))
    titles = list(rows(app)["en"])
    assert [
        one for one in titles if "<img src=x>" in one and "\ufffd" in one and "\u202e" not in one
    ]
    add(app)
    label = next(one.label for one in app.button if "evil" in one.label)
    assert "\\[x\\]\\(" in label
    assert "\\<img" in label
    assert "\u202e" not in label


def test_several_captures_are_one_and_other_files_are_not_mixed_in(corpus, tmp_path):
    chosen = conferences(3)
    sides = {
        "zh.warc": [make_page(one.zh_url, page_text(one, "zh")) for one in chosen],
        "en.warc": [make_page(one.en_url, page_text(one, "en")) for one in chosen],
    }
    files = [warc(tmp_path, pages, name) for name, pages in sides.items()]
    app = page()
    app.file_uploader(key="add_file_zh").upload("a.txt", b"text").run()
    app.file_uploader(key="add_file_en").upload(*files[0]).run()
    assert "A capture must be added on its own" in app.warning[0].value
    app.file_uploader(key="add_file_zh").set_value([]).run()
    end_session()
    app = drop(page(), *files)
    assert words(app.markdown, "**3 pairs**")


def test_the_page_of_a_capture_is_chinese_on_the_chinese_page(corpus, tmp_path):
    app = drop(page("zh"), warc(tmp_path, make_pages(conferences(3), alone=(2,))))
    shown = [one.value for kind in (app.markdown, app.caption, app.warning) for one in kind]
    shown += [one.label for one in app.button]
    assert words(app.markdown, "5 个页面 · **2 对** · 1 个仅有一种语言")
    known = r"harbour\\?\.warc\\?\.gz|English|decision|join|no\b|zh\b|en\b|[A-Z]{2,}|\W"
    assert not [text for text in shown if re.search("[a-z]{3}", re.sub(known, " ", text))]
    assert not any(re.search("[a-z]{3}", text) for text in rows(app)["state"])
    reasons = " ".join(rows(app)["reasons"])
    assert "标题" in reasons
    assert not re.search("content|same day|titles|nearest", reasons)


# -- below the page ------------------------------------------------------------------------------


@pytest.fixture
def harbour(tmp_path):
    """Captures of three conferences whose pages are read and paired."""
    name, data = warc(tmp_path, make_pages(conferences(3)))
    files = CaptureFiles([Upload(name, data)], tmp_path / "uploads")
    reader = CaptureReader(files, Settings.from_environment(), None)
    reader.wait()
    assert not reader.error
    yield files, reader.choices
    files.close()


def test_a_page_has_one_partner_and_the_former_one_is_alone(harbour):
    _, choices = harbour
    first, second, third = choices.rows
    made = choices.join(first.zh, second.en)
    assert made.origin == "chosen"
    assert [choices.is_ticked(row) for row in (made, third)] == [True, True]
    alone = [row for row in choices.rows if not row.is_pair]
    assert {page.title for row in alone for page in row.pages} == {second.zh.title, first.en.title}
    assert not choices.tick(alone[0], True)
    others = choices.list_others(made, "en")
    assert [page.title for page in others] == [second.en.title, first.en.title]
    assert choices.join(first.zh, first.en).key == first.key
    assert choices.count() == {"paired": 1, "uncertain": 0, "both": 0, "chosen": 1, "alone": 2,
                               "known": 0}  # fmt: skip


def test_the_table_comes_back_corrected_with_what_is_wrong_in_it(harbour, tmp_path):
    files, choices = harbour
    lines = write_table(CaptureTable(files, choices)).decode().splitlines()
    assert len(lines) == 4
    assert "unfinished" not in "".join(lines)
    cells = [line.split("\t") for line in lines]
    swapped = [cells[1][:3] + cells[2][3:4], cells[2][:3] + cells[1][3:4]]
    wrong = [["join", "1", "https://nowhere.example/", cells[3][3]], ["no", *cells[3][1:4]]]
    table = tmp_path / "pairs.tsv"
    table.write_text("\n".join("\t".join(row) for row in [cells[0][:4], *swapped, *wrong]))
    read = partial(run_apart, read_pair_rows, name="pairs.tsv")
    faults = choices.take_table(table, files.names, read)
    assert faults == ("line 4: no file or URL in this language: https://nowhere.example/",)
    assert {(row.zh.name, row.en.name) for row in choices.ticked()} == {
        (row[2], row[3]) for row in swapped
    }
    table.write_text("decision\tleft\tright\n")
    with pytest.raises(FormatError, match="no column 'zh'"):
        choices.take_table(table, files.names)


def test_a_run_that_is_stopped_keeps_what_is_done_and_one_failure_stops_nothing(corpus, harbour):
    files, choices = harbour
    settings = Settings.from_environment()
    first, second, third = choices.rows
    choices.join(first.zh, second.en)  # these are not one briefing
    begun = threading.Event()

    class StoppedAtTheSecond(ApartAligner):
        aligned = 0

        def __call__(self, job):
            begun.wait()
            self.aligned += 1
            if self.aligned == 2:
                adder.stop()
            return super().__call__(job)

    adder = CaptureAdder(files, choices.ticked() * 2, settings, StoppedAtTheSecond(settings), {})
    begun.set()
    adder.wait()
    assert (len(adder.results), adder.error, adder.done) == (2, "", True)
    assert [result.unlike for result in adder.results] == [True, False]
    assert [one.zh_title for one in briefings(corpus)] == [third.zh.title]
    align = ApartAligner(settings)
    forced = CaptureAdder(files, choices.ticked(), settings, align, {}, force=True)
    forced.wait()
    assert [result.state for result in forced.results] == ["added", "unchanged"]


def test_uploads_are_deleted_with_the_session_and_after_a_server_that_was_killed(corpus, tmp_path):
    parent = uploads_folder(Settings.from_environment())
    desk = CaptureDesk()
    name, data = warc(tmp_path, make_pages(conferences(2)))
    desk.open([Upload(name, data)], None)
    assert len([path for path in parent.iterdir() if path.is_dir()]) == 1
    desk.close()
    for _ in range(2_000):
        if not parent.exists():
            break
        time.sleep(0.05)
    assert not parent.exists()
    held = CaptureFiles([Upload(name, data)], parent)
    (parent / ".capture.killed.unfinished").mkdir()
    (parent / ".capture.killed.unfinished.lock").touch()
    clear_abandoned.__wrapped__(parent)
    (folder,) = (path for path in parent.iterdir() if path.is_dir())
    assert folder == held.names.folder
    assert folder.stat().st_mode & 0o777 == 0o700
    held.close()


def test_a_long_name_keeps_the_ending_that_says_what_it_is(tmp_path):
    files = CaptureFiles([Upload("../" + "w" * 300 + ".WARC.GZ", b"x")], tmp_path)
    assert files.paths[0].name == "w" * 60 + ".warc.gz"
    assert files.paths[0].is_relative_to(files.names.folder)
    files.close()


def pair(app, count):
    """Upload the texts of some conferences as a file for each language, and pair them."""
    for one in conferences(count):
        for language in ("en", "zh"):
            text = re.sub(r"<[^>]*>", "\n\n", page_text(one, language))
            app.file_uploader(key=f"add_file_{language}").upload(f"{one.number}.txt", text.encode())
    app.run()
    app.button(key="add_pair").click().run()
    until(app, lambda app: "capture_add" in keys(app))
    return app


def test_many_files_of_both_fields_are_paired_and_shown_before_they_are_added(corpus):
    app = page()
    app.file_uploader(key="add_file_en").upload("scan.jpg", b"\xff\xd8\xff")
    for number in range(2):
        app.file_uploader(key="add_file_en").upload(f"{number}.txt", b"Hello.")
    app.run()
    (warning,) = app.warning
    assert warning.value.replace("\\", "") == "Files that cannot be read are skipped: scan.jpg"
    assert app.button(key="add_pair").label == "Pair 2 files"

    end_session()
    app = pair(page(), 3)
    assert app.button(key="capture_add").label == "Add 3 briefings"
    assert words(app.markdown, "**6 files**")  # not the name of the ZIP that they were packed into
    assert words(app.markdown, "6 files · **3 pairs**")
    assert not corpus.exists()
    add(app)
    assert words(app.success, "3 briefings added")

    end_session()
    app = page()
    app.button(key="adding").click().run()
    pair(app, 2).button(key="capture_add").click().run()
    until(app, lambda app: words(app.info, "0 briefings added · 2 already in the corpus"))
    assert len(briefings(corpus)) == 3
