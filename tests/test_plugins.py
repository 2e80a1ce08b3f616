"""Plug-ins of other packages: found when asked for, and never in the way of what we have."""

import logging
import os
import re
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from plugins import EXAMPLE, ROOT, FakePackage, install_example

from align.aligner.encoders import ENCODERS, EncoderEntry
from align.aligner.encoders import load as load_encoder
from align.apps.cli import COMMANDS
from align.corpus.exchange.formats import TABLE, Format
from align.errors import AlignError
from align.extras import Plugin, PluginError, Selection, Table, import_part
from align.logs import show_records
from align.sources.extract.site import Site
from align.sources.extract.sites import SITES
from align.sources.readers import READERS
from align.sources.readers import load as load_file

TABLES = (SITES, READERS, TABLE, ENCODERS, COMMANDS)


def find_fault(name: str, row: object) -> str:
    return "" if isinstance(row, int) else f"expected a number, got {row!r}"


def make_table(*packages: FakePackage) -> Table[int]:
    return Table("things", {"ours": 1}, find_fault, lambda: packages)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write a module that can be imported."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name: str, text: str) -> None:
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        monkeypatch.delitem(sys.modules, name, raising=False)

    return write


def test_a_plugin_follows_what_the_package_has():
    table = make_table(FakePackage("demo", ["theirs = sys:maxsize"]))
    assert dict(table) == {"ours": 1, "theirs": sys.maxsize}
    assert len(table) == 2
    assert table.plugins() == (Plugin("things", "theirs", "demo 1.0"),)


def test_plugins_are_not_looked_up_for_a_name_of_the_package():
    def refuse():
        pytest.fail("plug-ins were looked up")

    table = Table("things", {"ours": 1}, find_fault, refuse)
    assert table["ours"] == 1
    assert table.get("ours") == 1
    assert "ours" in table


def test_a_plugin_is_imported_only_when_it_is_asked_for(module):
    module("other_thing", "raise RuntimeError")
    package = FakePackage("demo", ["theirs = sys:maxsize", "other = other_thing:ROW"])
    table = make_table(package)
    assert table["theirs"] == sys.maxsize
    assert table.offers() == {"other": "demo 1.0", "theirs": "demo 1.0"}
    assert "other_thing" not in sys.modules


BAD = {
    "a module that is not there": (
        ["theirs = no_such_module:ROW"],
        "no_such_module:ROW cannot be loaded (ModuleNotFoundError: No module named",
    ),
    "a row that is not there": (["theirs = sys:no_such_row"], "cannot be loaded (AttributeError"),
    "a wrong type": (["theirs = sys:path"], "expected a number, got ["),
    "a value without a meaning": (["theirs = ?!"], "cannot be loaded ("),
    "a name of ours": (["ours = sys:maxsize"], "briefing-align already uses this name"),
    "a name with blanks": (["two words = sys:maxsize"], "its name may hold only a-z"),
    "a name in capitals": (["Theirs = sys:maxsize"], "its name may hold only a-z"),
    "a path as a name": (["../x = sys:maxsize"], "its name may hold only a-z"),
    "a name that steers the terminal": (["\x1b[2J = sys:maxsize"], "its name may hold only a-z"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_plugin_that_cannot_be_used_is_named_in_one_line(case, caplog):
    entries, problem = BAD[case]
    table = make_table(FakePackage("demo", entries))
    assert dict(table) == dict(table) == {"ours": 1}
    (line,) = caplog.messages  # once, though the table was asked twice
    assert line.startswith("plug-in ")
    assert "(things, demo 1.0) is ignored: " in line
    assert problem in line
    assert line.isprintable()
    (plugin,) = table.plugins()
    assert problem in plugin.problem


@pytest.mark.parametrize("statement", ["raise RuntimeError('two\\nlines')", "raise SystemExit(3)"])
def test_a_module_that_raises_is_named_in_one_line(statement, module, caplog):
    module("raising_thing", statement)
    table = make_table(FakePackage("demo", ["theirs = raising_thing:ROW"]))
    assert table.get("theirs") is None
    (line,) = caplog.messages
    assert re.search(
        r"raising_thing:ROW cannot be loaded \((RuntimeError: two lines|SystemE)", line
    )


def test_of_two_plugins_with_one_name_the_first_package_has_it(caplog):
    entries = ["theirs = sys:maxsize"], ["theirs = sys:hexversion"]
    table = make_table(FakePackage("second", entries[0]), FakePackage("first", entries[1]))
    assert table["theirs"] == sys.hexversion
    right = "plug-in theirs (things, second 1.0) is ignored: first 1.0 also uses this name"
    assert caplog.messages == [right]


def test_a_plugin_that_asks_for_its_own_table_is_named_and_ends(module, caplog):
    module("turning_thing", "import test_thing_table\nROW = len(test_thing_table.TABLE)")
    module("test_thing_table", "TABLE = None")
    import test_thing_table

    table = make_table(FakePackage("demo", ["theirs = turning_thing:ROW"]))
    test_thing_table.TABLE = table
    assert dict(table) == {"ours": 1}
    assert caplog.messages == [
        "plug-in theirs (things, demo 1.0) is ignored: turning_thing:ROW uses the table of "
        "things while it is imported"
    ]


def test_two_plugins_that_ask_for_each_other_end(module, caplog):
    for name, other in (("one", "two"), ("two", "one")):
        module(f"{name}_thing", f"import test_thing_table\nROW = test_thing_table.TABLE['{other}']")
    module("test_thing_table", "TABLE = None")
    import test_thing_table

    table = make_table(FakePackage("demo", ["one = one_thing:ROW", "two = two_thing:ROW"]))
    test_thing_table.TABLE = table
    assert dict(table) == {"ours": 1}
    assert len(caplog.messages) == 2


def test_a_damaged_package_is_named_and_the_others_are_used(caplog):
    damaged = FakePackage("damaged", text="[briefing_align.things]\nno value")
    table = make_table(damaged, FakePackage("sound", ["theirs = sys:maxsize"]))
    assert [*table] == ["ours", "theirs"]
    (line,) = caplog.messages
    assert line.startswith("plug-ins of damaged are ignored: entry_points.txt cannot be read (")


def test_a_selection_has_the_plugins_that_fit():
    table = make_table(FakePackage("demo", ["even = sys:maxunicode", "odd = sys:maxsize"]))
    selection = Selection(table, lambda row: row % 2 == 1)
    assert [*selection] == ["ours", "even", "odd"]
    assert "ours" not in Selection(table, lambda row: row > 1)
    assert len(Selection(table, lambda row: row > 1)) == 2


def test_a_quiet_program_names_a_plugin_that_cannot_be_used(capsys):
    table = make_table(FakePackage("demo", ["theirs = sys:path"]))
    with show_records("quiet"):
        logging.getLogger("align.corpus.pipeline").warning("something else")
        assert table.get("theirs") is None
    printed = capsys.readouterr().err
    assert printed.startswith("plug-in theirs (things, demo 1.0) is ignored: ")
    assert printed.count("\n") == 1


@pytest.mark.parametrize(
    ("table", "name", "row", "problem"),
    [
        (SITES, "x", Format("x", "m", (".x",)), "expected an object of Site, got one of Format"),
        (SITES, "x", Site(name="y"), "its site is called 'y', its entry point 'x'"),
        (
            SITES,
            "x",
            Site(name="x", hosts="x.example"),
            "hosts is 'x.example'; expected a tuple of strings",
        ),
        (
            SITES,
            "x",
            Site(name="x", marks=("abc",)),
            "marks is ('abc',); expected a tuple of strings",
        ),
        (
            SITES,
            "x",
            Site(name="x", body=("div[",)),
            "body: 'div[' is not a valid selector (Expected",
        ),
        (
            SITES,
            "x",
            Site(name="x", body=("between:(|||x",)),
            "body: 'between:(|||x' is not a valid selector (missing )",
        ),
        (
            SITES,
            "x",
            Site(name="x", published=("text:[",)),
            "published: 'text:[' is not a valid selector (unterminated",
        ),
        (
            SITES,
            "x",
            Site(name="x", boilerplate=("Tide (",)),
            "boilerplate: 'Tide (' is not a valid regular expression (missing )",
        ),
        (
            SITES,
            "x",
            Site(name="x", titles_end="*"),
            "titles_end: '*' is not a valid regular expression (nothing to repeat",
        ),
        (READERS, "adoc", print, "the name of a reader must be a suffix, such as .adoc"),
        (READERS, ".adoc", "x", "a reader must be a function, not a str"),
        (TABLE, "x", Format("y", "m", (".x",)), "its format is called 'y', its entry point 'x'"),
        (TABLE, "x", Format("x", ".m", (".x",)), "module '.m' must be an absolute name"),
        (TABLE, "x", Format("x", "m", ".x"), "suffixes is '.x'; expected a tuple of strings"),
        (TABLE, "x", Format("x", "m", (".x",), extra="y"), "briefing-align has no extra 'y'"),
        (ENCODERS, "x", EncoderEntry("", extra="y"), "briefing-align has no extra 'y'"),
        (ENCODERS, "x", "use", "expected an object of EncoderEntry, got one of str"),
        (COMMANDS, "x", print, "expected an object of Command, got one of builtin_function"),
    ],
)
def test_each_table_says_what_it_holds(table, name, row, problem):
    assert table._find_fault(name, row).startswith(problem)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._table)
def test_every_row_keeps_the_contract_of_its_table(table):
    plugins = {name: table[name] for name in table if name not in table.own}
    assert [table._find_fault(name, row) for name, row in plugins.items()] == [""] * len(plugins)
    if table is not COMMANDS and table is not TABLE:  # ours are loaded by relative names
        faults = {name: table._find_fault(name or ".", row) for name, row in table.own.items()}
        assert set(faults.values()) == {""}


def test_a_module_of_a_row_that_cannot_be_imported_is_named():
    with pytest.raises(AlignError, match=r"^format x: no_such_module cannot be imported \(Module"):
        import_part("no_such_module", None, "format x")


BROKEN = """
from align.aligner.encoders import EncoderEntry
from align.corpus.exchange.formats import Format

FORMAT = Format("cards", "broken_plugin", (".cards",))
ENCODER = EncoderEntry("broken", module="broken_plugin", extra="")

def read(path, max_bytes=0):
    yield 1
    raise ValueError("odd")

def write(beads, path, header):
    raise OSError(28, "no space left")

def load_text(path, max_bytes):
    raise KeyError("odd")

class Encoder:
    signature, width = "broken@1", 4
    def encode(self, texts):
        raise ValueError("odd")

def create(model, cache=None):
    return Encoder()
"""


@pytest.fixture
def broken(module, monkeypatch):
    """Offer a format, a reader and an encoder that fail, as a package would."""
    module("broken_plugin", BROKEN)
    for table, name, value in (
        (TABLE, "cards", "FORMAT"),
        (READERS, ".adoc", "load_text"),
        (ENCODERS, "broken", "ENCODER"),
    ):
        offer = EntryPoint(name, f"broken_plugin:{value}", f"briefing_align.{table._table}")
        monkeypatch.setattr(table, "_offers", {name: offer})
        monkeypatch.setattr(table, "_loaded", {})


def test_a_plugin_that_fails_while_it_works_is_named_in_one_line(broken, tmp_path):
    path = tmp_path / "a.adoc"
    path.write_text("= Lamps", encoding="utf-8")
    encoder = load_encoder("broken")
    assert (encoder.signature, encoder.width) == ("broken@1", 4)
    assert not hasattr(encoder, "encode_texts")
    for name, function, call in (
        (".adoc", "load_text", lambda: load_file(path)),
        ("cards", "read", lambda: [*TABLE["cards"].read(path)]),
        ("broken", "encode", lambda: encoder.encode(["Lamps"])),
    ):
        with pytest.raises(PluginError) as caught:
            call()
        expected = rf"plug-in {name}: function '{function}' failed \((ValueError|KeyError): '?odd"
        assert re.match(expected, str(caught.value))


def test_a_full_disk_is_not_the_fault_of_a_format(broken, tmp_path):
    with pytest.raises(OSError, match="no space left"):
        TABLE["cards"].load().write([], tmp_path / "a", None)


@pytest.fixture(scope="module")
def with_example(tmp_path_factory: pytest.TempPathFactory):
    """Run Python as it is where the example is installed."""
    folder = tmp_path_factory.mktemp("installed")
    install_example(folder)
    path = os.pathsep.join(map(str, (ROOT, EXAMPLE, folder)))

    def run_python(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *map(str, words)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
        )

    return run_python


def test_the_tests_of_the_example_pass_and_our_contracts_hold_for_it(with_example):
    done = with_example(
        *("-m", "pytest", "-p", "no:cacheprovider", "-n", "0"),
        EXAMPLE / "tests",
        "tests/corpus/exchange/test_formats.py",
        "tests/test_plugins.py::test_every_row_keeps_the_contract_of_its_table",
        *("-k", "harbour or cards or keeps_the_contract"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    passed = int(re.search(r"(\d+) passed", done.stdout)[1])
    assert passed >= 7 + 6 + 5  # of the example, of the format, of the tables


def test_doctor_lists_the_example(with_example):
    done = with_example("-m", "align", "doctor")
    assert "ok  plug-in harbour" in done.stdout
    assert "formats, from briefing-align-harbour 1.0" in done.stdout


def test_the_help_names_no_plugin_that_is_not_a_command(with_example):
    done = with_example("-m", "align", "--help")
    assert done.returncode == 0
    assert "Commands of plug-ins" not in done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "pyproject.toml",
        "briefing_harbour/__init__.py",
        "briefing_harbour/site.py",
        "briefing_harbour/cards.py",
    ],
)
def test_the_documents_show_the_example_as_it_is(name: str):
    page = (ROOT / "docs" / "howto" / "plugins.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```\w+\n(.*?)```", page, re.DOTALL)
    text = (EXAMPLE / name).read_text(encoding="utf-8")
    assert any(block.strip() and block in text for block in blocks)


RTF_READER = """
from align.sources.readers.documents import FileBlocks, lines_to_blocks, make_reader

def read_rtf(path, max_bytes):
    return FileBlocks.of(lines_to_blocks(path.read_text("utf-8").strip("{}")), title="")

READ_RTF = make_reader("rtf", read_rtf)
"""


def test_a_plugin_reads_a_suffix_for_which_we_only_have_advice(tmp_path: Path):
    (tmp_path / "rtf_reader.py").write_text(RTF_READER, "utf-8")
    info = tmp_path / "rtf-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: rtf\nVersion: 1.0\n", "utf-8")
    entry = "[briefing_align.readers]\n.rtf = rtf_reader:READ_RTF\n"
    (info / "entry_points.txt").write_text(entry, "utf-8")
    (tmp_path / "a.rtf").write_text("{The quay is built.}", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "align", "read", str(tmp_path / "a.rtf")],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
    )
    assert "The quay is built." in done.stdout, done.stderr
