"""Hostile input: whatever goes in, texts come out unharmed or one plain error does."""

import csv
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from review_cases import briefing, stored

from align.apps.cli.shared import say_json, to_line
from align.corpus.exchange.formats import FORMATS, ExportHeader
from align.corpus.exchange.formats.record import FileRecord
from align.corpus.exchange.importing import import_file
from align.corpus.exchange.run import ExportPlan, export
from align.corpus.review import Request, ReviewSession
from align.corpus.store import Store
from align.corpus.store.check import find_problems
from align.corpus.store.people import put_person
from align.errors import AlignError, FormatError, StoreError, TextError
from align.sources import readers
from fuzz.run import mutated
from fuzz.seeds import HOSTILE, seeds
from fuzz.targets import KINDS, TARGETS, package

QUICK = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
LEGAL = [text for text in HOSTILE if text.isprintable() or "\u202e" in text or "\u200b" in text]


# -- everything that reads foreign bytes -----------------------------------------------------------


@pytest.mark.parametrize("name", TARGETS)
@QUICK
@given(data=st.data())
def test_damaged_input_gives_an_answer_or_an_error_of_ours(name, data):
    whole = data.draw(st.sampled_from(seeds(name)))
    TARGETS[name](mutated(whole, data.draw(st.randoms(use_true_random=False))))


@pytest.mark.parametrize("name", TARGETS)
@QUICK
@given(data=st.binary(max_size=300))
def test_noise_gives_an_answer_or_an_error_of_ours(name, data):
    TARGETS[name](data)


@pytest.mark.parametrize("name", ["segment", "checks", "query", "search"])
@QUICK
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_cut_checked_and_searched(name, text):
    TARGETS[name](text.encode())


# -- what was found once ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("ladder", b"[0 1]:[0]:0.9"),
        ("ladder", b"[0]:[0]:0.1.1"),
        ("importing", bytes([KINDS.index("tsv")]) + b"zh\ten\n\xe6\xb0\xb4\rx\ta\n"),
        ("checks", "造价13X11m。\nIt cost 13X11m.".encode()),
        ("lists", b"http://[a]/\nhttps://[::1\n"),
        ("wire", b'{"op": "t-1", "action": "split"}'),
        ("wire", b'{"op": "t-2", "action": "cut", "rows": []}'),
        ("wire", b'{"op": "t-3", "action": "send", "rows": "x"}'),
        ("wire", b'{"op": "t-4", "action": "send", "rows": [0], "at": NaN, "offset": Infinity}'),
        ("wire", b'{"op": "t-5", "action": "restore", "rows": [0], "target": 1e40, "seen": 1e40}'),
    ],
)
def test_what_was_found_once_is_not_found_again(name, data):
    TARGETS[name](data)


@pytest.mark.parametrize(
    "line",
    [
        '{"translation":{"zh":"水\\ud800。","en":"a"}}',
        "[" * 100_000,
        '{"translation":{"zh":"水","en":"a"},"probability":' + "9" * 5000 + "}",
    ],
)
def test_json_that_no_file_can_hold_is_refused(tmp_path, line):
    path = tmp_path / "pairs.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with Store.open(tmp_path / "corpus", create=True) as store:
        with pytest.raises((FormatError, StoreError)):
            import_file(store, path)
        assert store.briefings() == ()


def test_half_a_character_in_a_correction_is_refused_and_nothing_is_lost(tmp_path):
    with stored(tmp_path / "corpus") as store:
        session = ReviewSession(store, "water", "ann")
        row = session.state.rows[0].id
        with pytest.raises(StoreError, match=r"an unpaired surrogate \(U\+D800\)"):
            session.do(Request("t-1", "edit", (row,), en_text="x\ud800"))
        session.do(Request("t-2", "edit", (row,), en_text="Good day."))
        assert [entry.decision.op for entry in store.history()] == ["t-2"]


# -- files that want to be more than files ---------------------------------------------------------

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><x>&i;</x>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("kind", ["tmx", "xliff"])
@pytest.mark.parametrize("text", [BOMB, OUTSIDE + "<tmx><body><tu>&e;</tu></body></tmx>"])
def test_entities_are_neither_expanded_nor_fetched(tmp_path, kind, text):
    path = tmp_path / f"text{FORMATS[kind].suffix}"
    path.write_text(text, encoding="utf-8")
    with Store.open(tmp_path / "corpus", create=True) as store, pytest.raises(FormatError):
        import_file(store, path, form=kind)


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_entities_inside_office_files_read_no_file_and_fill_no_memory(tmp_path, suffix):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret word", encoding="utf-8")
    main = "word/document.xml" if suffix == ".docx" else "xl/worksheets/sheet1.xml"
    plain = package(suffix)[main].decode()
    _, root = plain.split("?>", 1) if plain.startswith("<?xml") else ("", plain)
    for entity in (f'<!ENTITY e SYSTEM "{secret.as_uri()}">', BOMB[BOMB.index("<!ENTITY") : -12]):
        body = f"<!DOCTYPE x [{entity.rstrip(']>')}]>{root}".replace("Good morning.", "&e;")
        path = tmp_path / f"text{suffix}"
        with zipfile.ZipFile(path, "w") as archive:
            for name, whole in package(suffix).items():
                archive.writestr(name, body.encode() if name == main else whole)
        try:
            documents = readers.read_documents(path)
        except AlignError:
            continue
        assert "secret" not in repr(documents)


def test_an_office_file_that_unpacks_to_far_more_is_refused(tmp_path):
    for suffix in (".docx", ".xlsx"):
        path = tmp_path / f"text{suffix}"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, whole in package(suffix).items():
                archive.writestr(name, whole)
            archive.writestr("filler", bytes(3_000_000))
        with pytest.raises(TextError, match="unpacks to"):
            readers.read_documents(path, max_bytes=100_000)


@pytest.mark.parametrize("name", ["../secret.xml", "/etc/hostname", "a/../../secret.xml"])
def test_a_text_corpus_names_no_file_outside_of_its_folder(tmp_path, name):
    (tmp_path / "secret.xml").write_text('<text xml:lang="zh"><s id="1">密</s></text>', "utf-8")
    folder = tmp_path / "tei"
    folder.mkdir()
    (folder / "b.en.xml").write_text('<text xml:lang="en"><s id="1">a</s></text>', "utf-8")
    links = f'<linkGrp fromDoc="{name}" toDoc="b.en.xml"><link xtargets="1;1"/></linkGrp>'
    (folder / "b.xml").write_text(links, "utf-8")
    with Store.open(tmp_path / "corpus", create=True) as store:
        with pytest.raises(FormatError):
            import_file(store, folder, form="tei")
        for listed in (name, "b\0.xml", "b\0/b.xml"):
            (folder / "files.txt").write_text(listed, "utf-8")
            with pytest.raises(
                FormatError, match=r"^files\.txt: '.*' is not a file in its folder$"
            ):
                import_file(store, folder, form="tei")
        assert store.briefings() == ()


# -- hostile texts, from the store to every way out ------------------------------------------------


@pytest.fixture
def hostile(tmp_path):
    """A corpus whose titles, speakers and sentences were written to do harm."""
    said = tuple((f"{text}:", "水。" + text.strip()) for text in LEGAL)
    made = briefing(said, said)
    with stored(tmp_path / "corpus", made) as store:
        yield store


def test_hostile_texts_come_out_of_the_store_as_they_went_in(hostile):
    pairs = list(hostile.pairs())
    assert [pair.pair.published.zh for pair in pairs] == ["水。" + text.strip() for text in LEGAL]
    assert find_problems(hostile) == ()


@pytest.mark.parametrize("kind", FORMATS)
def test_hostile_texts_come_back_from_every_format(hostile, tmp_path, kind):
    done = export(hostile, ExportPlan(kind, tmp_path / "out" / f"text{FORMATS[kind].suffixes[0]}"))
    module, header = FORMATS[kind].load(), ExportHeader()
    (part,) = done.parts
    back = [(pair.zh, pair.en) for pair in module.read(_first(kind, part.files))]
    said = [module.project_bead(FileRecord.of(pair), header) for pair in hostile.pairs()]
    assert back == [(pair.zh, pair.en) for pair in said if pair is not None]
    files = {path for path in tmp_path.rglob("*") if path.is_file()}
    inside = (tmp_path / "out", tmp_path / "corpus")
    assert all(any(path.is_relative_to(folder) for folder in inside) for path in files)


def _first(kind: str, files: tuple[Path, ...]) -> Path:
    """What a reader is given: the folder, or the first file."""
    return files[0].parent if not FORMATS[kind].suffix and files[0].is_file() else files[0]


def test_no_cell_of_a_table_begins_a_formula(tmp_path):
    said = tuple(("", text) for text in ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1"))
    with stored(tmp_path / "corpus", briefing(said, said)) as store:
        export(store, ExportPlan("tsv", tmp_path / "text.tsv", variant="spreadsheet"))
    with (tmp_path / "text.tsv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter="\t") for cell in row]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]
    assert not [cell for cell in cells if cell.startswith("-") and not cell[1:2].isdigit()]


@pytest.mark.parametrize("kind", ["tmx", "xliff"])
def test_markup_in_texts_stays_text_in_xml(hostile, tmp_path, kind):
    path = tmp_path / f"text{FORMATS[kind].suffix}"
    export(hostile, ExportPlan(kind, path))
    names = {etree.QName(one).localname for one in etree.parse(path).iter(etree.Element)}
    assert not names & {"script", "img", "b", "x"}


def test_a_briefing_named_like_a_path_stays_in_the_folder(tmp_path):
    path = tmp_path / "pairs.jsonl"
    line = {
        "id": "1",
        "briefing": "../../../escaped",
        "translation": {"zh": "水。", "en": "Water."},
    }
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    with Store.open(tmp_path / "deep" / "corpus", create=True) as store:
        import_file(store, path)
        export(store, ExportPlan("tei", tmp_path / "deep" / "out"))
    assert not [one for one in tmp_path.rglob("*escaped*") if "deep" not in one.parts]
    assert [*(tmp_path / "deep" / "out").rglob("*escaped*.xml")]


def test_a_terminal_is_not_steered():
    assert (
        to_line("\x1b]0;title\x07\x9b2J\u202egnp.exe")
        == "\ufffd]0;title\ufffd\ufffd2J\ufffdgnp.exe"
    )
    assert to_line("水 and\ttea\n2\u2028\r\n3") == "水 and\ttea 2  3"


STEERING = "\x1b[31m\x9b2J\x07\x7f\u2028\u202e\u2066"
COMMANDS = (
    ("show",),
    ("show", "water"),
    ("changes", "water"),
    ("search", "zh:大家"),
    ("stats",),
    ("terms",),
    ("people", "list"),
    ("doctor",),
)


def test_no_command_prints_what_steers_a_terminal(tmp_path, run):
    zh = ((f"林可{STEERING}：", f"大家上午好。{STEERING}"),)
    en = ((f"Lin Ke{STEERING}:", f"Good morning.{STEERING}"),)
    hostile = briefing(zh, en)
    hostile = replace(hostile, en=replace(hostile.en, title=f"Water{STEERING}"))
    with stored(tmp_path / "corpus", hostile) as store:
        session = ReviewSession(store, "water", f"ann{STEERING}")
        row = session.state.rows[0].id
        session.do(Request("t-1", "flag", (row,), reason=STEERING, note=STEERING))
        put_person(store, f"ann{STEERING}", "admin")
    for words in COMMANDS:
        for more in ((), ("--json",)):
            said = run(*words, *more, "--corpus", tmp_path / "corpus")
            assert said.code == 0, said.err
            assert not {*(said.out + said.err)} & {*STEERING} - {*"[31m2J"}, words
    file = tmp_path / f"copy{STEERING}"
    said = run("backup", file, "--corpus", tmp_path / "corpus")
    assert file.exists()
    assert not {*said.err} & {*STEERING} - {*"[31m2J"}


def test_json_is_the_same_text_after_its_escapes_are_read(capsys):
    say_json({"title": f"水{STEERING}"})
    assert json.loads(capsys.readouterr().out) == {"title": f"水{STEERING}"}
