"""Bad files through the command line: one line, exit code 1, and no trace left."""

import os
import re

import pytest
from briefings import ADDRESS, BRIEFING
from systems import needs_posix

from align.aligner.text.strings import count_noun
from align.corpus.store import Store
from align.errors import FormatError

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
UNIT = '<tu><tuv xml:lang="zh"><seg>水。</seg></tuv><tuv xml:lang="en"><seg>Water.</seg></tuv></tu>'
BOMB = '<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {one} "{f"&{other};" * 10}">'
    for other, one in zip("abcdefgh", "bcdefghi", strict=True)
)


def _tmx(body=UNIT, head=HEAD, attribute='version="1.4"'):
    return f"{head}<tmx {attribute}><header/><body>\n{body}\n</body></tmx>"


def _with(doctype, **more):
    return _tmx(head=f"{HEAD}<!DOCTYPE tmx {doctype}>\n", **more)


BAD = {
    "bomb.tmx": (_with(f"[{BOMB}]"), "declares the entity 'a'"),
    "bomb-in-root.tmx": (_with(f"[{BOMB}]", attribute='version="&i;"'), "amplification"),
    "outside.tmx": (
        _with('SYSTEM "no.dtd"', body=UNIT.replace("Water", "&x;")),
        "line 4: the entity &x;",
    ),
    "parameter.tmx": (_with('[<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]'), "entity 'p'"),
    "encoding.tmx": (_tmx().encode("gb18030"), "line 3: .*not in the encoding"),
    "latin.tmx": (_tmx(head='<?xml version="1.0" encoding="ISO-8859-1"?>\n'), "the encoding"),
    "klingon.tmx": (_tmx(head='<?xml version="1.0" encoding="klingon"?>\n'), "line 1: .*klingon"),
    "half.tmx": (_tmx()[:-20], "line 3: not well-formed"),
    "control.tmx": (_tmx(UNIT.replace("Water", "a&#x1F;")), "line 3: .*xmlChar value 31"),
    "none.tmx": (_tmx(""), "contains no beads"),
    "link.xml": ('<link xtargets="1;1"/>', "line 1: a link must be inside a linkGrp"),
    "long.xml": (
        f"<linkGrp toDoc='{'long.xml' * 40}' fromDoc='a.en.xml'><link xtargets='1;1'/></linkGrp>",
        "File name too long",
    ),
    "unit.xlf": ('<unit id="1"/>', "from nothing into nothing"),
    "units.xlf": ('<a><unit id="1"><segment/></unit></a>', "from nothing into nothing"),
    "swapped.tsv": ("zh\ten\nWater\t水\n", "whether the languages are swapped"),
    "ansi.csv": (b"zh;en\n\xff\xff\xff;Port\n", "line 2: not UTF-8"),
    "empty.jsonl": ("", "the file is empty"),
    "bytes.parquet": (bytes(range(256)), "not a Parquet file"),
    "bytes.xlsx": (bytes(range(256)), "not a workbook"),
    "bytes.jsonl": (bytes(range(256)), "line 1: not a JSON object"),
    "half.jsonl": ('{"translation": {"zh": "\\ud800", "en": "x"}}', "an unpaired surrogate"),
    "number.jsonl": ('{"translation": {"zh": "水", "en": "x"}, "zh_index": 5}', "zh_index is 5"),
    "checks.jsonl": ('{"translation": {"zh": "水", "en": "x"}, "checks": 5}', "checks is 5"),
    "year.jsonl": (
        '{"translation": {"zh": "水", "en": "x"}, "retrieved": "0001-01-01T00:00:00+08:00"}',
        "line 1: retrieved is '0001",
    ),
    "ladder.txt": ("[0]:[0]:0.3\n", "give them with --texts"),
    "one.xlf": (
        '<xliff version="2.0" srcLang="zh"><file id="f"><unit id="u"><segment><source>水'
        "</source></segment></unit></file></xliff>",
        "from zh into nothing",
    ),
}


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_answered_in_one_line_and_leaves_nothing(run, tmp_path, name, there):
    data, message = BAD[name]
    if there:
        (tmp_path / "corpus").mkdir()
    (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    done = run("import", tmp_path / name, "--corpus", tmp_path / "corpus")
    assert done.code == 1, done.out
    assert len(done.err.strip().splitlines()) == 1
    assert name in done.err
    assert re.search(message, done.err), done.err
    assert {path.name for path in tmp_path.rglob("*")} == {name, *(["corpus"] * there)}


@needs_posix
def test_what_is_no_file_is_refused(run, tmp_path):
    os.mkfifo(tmp_path / "pipe.tmx")
    (tmp_path / "folder.tmx").mkdir()
    for name, word in (
        ("pipe.tmx", "read twice"),
        ("folder.tmx", "linkGrp"),
        ("no.tmx", "file not found"),
    ):
        done = run("import", tmp_path / name, "--corpus", tmp_path / "corpus")
        assert (done.code, word in done.err) == (1, True), done.err


def test_a_faulty_import_takes_no_corpus_away_that_another_program_uses(run, tmp_path, monkeypatch):
    """It removed the new corpus when nothing was in it yet."""
    opened = []

    def fail(store, path, **_options):
        opened.append(Store.open(store.name))  # by another program
        raise FormatError("a fault")

    monkeypatch.setattr("align.apps.cli.import_.import_file", fail)
    (tmp_path / "a.tmx").write_text(_tmx(), "utf-8")
    assert run("import", tmp_path / "a.tmx", "--corpus", tmp_path / "corpus").code == 1
    with opened.pop() as other:
        other.save(BRIEFING, address=ADDRESS)
    with Store.open(tmp_path / "corpus") as store:
        assert [summary.id for summary in store.briefings()] == [BRIEFING.id]


def test_a_corpus_that_was_there_stays_when_an_import_fails(run, tmp_path):
    (tmp_path / "good.tmx").write_text(_tmx(), "utf-8")
    (tmp_path / "bad.tmx").write_text(_tmx()[:-9], "utf-8")
    assert run("import", tmp_path / "good.tmx", "--corpus", tmp_path / "corpus").code == 0
    assert run("import", tmp_path / "bad.tmx", "--corpus", tmp_path / "corpus").code == 1
    assert "good-0001-" in run("show", "--corpus", tmp_path / "corpus").out


@pytest.mark.parametrize("there", [False, True])
def test_a_bad_file_does_not_stop_the_others(run, tmp_path, there):
    corpus, files = tmp_path / "corpus", [tmp_path / f"{name}.tmx" for name in "abc"]
    for path in files:
        path.write_text(_tmx(), "utf-8")
    files[0].write_text(_tmx()[:-9], "utf-8")
    if there:
        assert run("import", files[1], "--corpus", corpus).code == 0
    done = run("import", *files, "--corpus", corpus)
    assert done.code == 1
    assert re.search(r"failed: .*a\.tmx\n  a\.tmx, line \d+: not well-formed", done.err)
    assert "1 of 3 files were not imported; see above" in done.err
    shown = run("show", "--corpus", corpus).out
    assert ("b-0001-" in shown, "c-0001-" in shown, "a-0001-" in shown) == (True, True, False)


def test_no_corpus_is_created_if_all_files_are_bad(run, tmp_path):
    names = [tmp_path / "a.tmx", tmp_path / "b.tmx"]
    for path in names:
        path.write_text(_tmx()[:-9], "utf-8")
    done = run("import", *names, "--corpus", tmp_path / "corpus")
    assert (done.code, "2 of 2 files" in done.err) == (1, True)
    assert not (tmp_path / "corpus").exists()


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("terms.TBX", "use 'align terms --add'"),
        ("edited.ods", "save it as .xlsx"),
        ("memory.sdltm", "export it from the translation tool as TMX"),
        ("project.mqxlz", "export it from the translation tool as TMX"),
        ("text.docx", "use 'align add'"),
    ],
)
def test_a_file_of_another_kind_is_answered_with_advice(run, tmp_path, name, advice):
    (tmp_path / name).write_text("x\ty\n", "utf-8")
    done = run("import", tmp_path / name, "--corpus", tmp_path / "corpus")
    assert (done.code, advice in done.err, name in done.err) == (1, True, True)


def test_the_files_of_phrase_are_xliff(run, tmp_path):
    unit = '<trans-unit id="1"><source>水。</source><target>Water.</target></trans-unit>'
    space = 'xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"'
    head = '<file original="a" source-language="zh-cn" target-language="en-us" datatype="x-docx">'
    text = f"{HEAD}<xliff {space}>{head}<body>{unit}</body></file></xliff>"
    (tmp_path / "a.mxliff").write_text(text, "utf-8")
    done = run("import", tmp_path / "a.mxliff", "--corpus", tmp_path / "corpus")
    assert (done.code, "a.mxliff (xliff): 1 bead" in done.out) == (0, True)


LADDERS = [
    ("[0]:[0]:0.12\n[1]:[1, 2]:1.7\n", 2),  # Vecalign's third number is a cost
    ("0\t0\t0.6\n1\t1\t0.4\n2\t3\t0\n", 2),  # Hunalign says where beads begin
]


@pytest.mark.parametrize(("text", "beads"), LADDERS)
def test_ladders_of_other_tools_are_imported(run, tmp_path, text, beads):
    for name, content in (("zh", "一。\n二三。\n"), ("en", "One.\nTwo.\nThree.\n"), ("out", text)):
        (tmp_path / name).write_text(content, "utf-8")
    texts = ("--texts", tmp_path / "zh", tmp_path / "en")
    done = run("import", tmp_path / "out", *texts, "--corpus", tmp_path / "corpus")
    assert done.code == 0, done.err
    assert f": {count_noun(beads, 'bead')} in 1 briefing" in done.out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[0]:[0]\n", "zh sentence 1 is in no bead"),
        ("[0]:[0]\n[1]:[1, 7]\n", "en sentence 7 occurs although"),
        ("[0]:[0]\n[0]:[1, 2]\n", "zh sentence 0 occurs twice"),
        ("0\t0\t1\n1\t2\t1\n0\t3\t1\n", "line 3: rung 0, 3 is out of order"),
        ("0\t0\t1\nx\n", "line 2: not a rung: 'x'"),
        ("\n", "contains no beads"),
    ],
)
def test_a_bad_ladder_is_refused(run, tmp_path, text, message):
    for name, content in (("zh", "一。\n二三。\n"), ("en", "One.\nTwo.\nThree.\n"), ("out", text)):
        (tmp_path / name).write_text(content, "utf-8")
    texts = ("--texts", tmp_path / "zh", tmp_path / "en")
    done = run("import", tmp_path / "out", *texts, "--corpus", tmp_path / "corpus")
    assert (done.code, message in done.err) == (1, True), done.err
    assert not (tmp_path / "corpus").exists()


SDL = """\
<xliff xmlns:sdl="http://sdl.com/FileTypes/SdlXliff/1.0" version="1.2" \
xmlns="urn:oasis:names:tc:xliff:document:1.2"><file source-language="zh-CN" \
target-language="en-US"><body><trans-unit id="0" translate="no"><source>x</source></trans-unit>
<group><trans-unit id="1"><source>一。二。</source><seg-source><g id="1"><mrk mtype="seg" mid="1">\
一<x id="9"/>。</mrk><mrk mtype="seg" mid="2">二。</mrk></g></seg-source><target><g id="1">\
<mrk mtype="seg" mid="1">One.</mrk><mrk mtype="seg" mid="2">Two.</mrk></g></target>
<sdl:seg-defs><sdl:seg id="1" conf="ApprovedTranslation"/><sdl:seg id="2" conf="Draft"/>\
</sdl:seg-defs></trans-unit></group></body></file></xliff>"""


def test_segments_of_trados_are_beads_with_their_state(run, tmp_path):
    (tmp_path / "a.sdlxliff").write_text(SDL, "utf-8")
    run("import", tmp_path / "a.sdlxliff", "--corpus", tmp_path / "corpus")
    run("export", "--format", "tsv", "-o", tmp_path / "out.tsv", "--corpus", tmp_path / "corpus")
    rows = [line.split("\t") for line in (tmp_path / "out.tsv").read_text("utf-8").splitlines()]
    status = rows[0].index("status")
    assert [(row[1], row[2], row[status]) for row in rows[1:]] == [
        ("一。", "One.", "accepted"),
        ("二。", "Two.", "unreviewed"),
    ]
