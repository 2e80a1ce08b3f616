"""Errors and messages: codes, templates that are marked, values that are given."""

import ast
import copy
import importlib
import pickle
import pkgutil
from pathlib import Path
from string import Formatter

import pytest

import align
from align.errors import (
    N_,
    AlignError,
    MovedError,
    TextError,
    count_message,
    join_messages,
)

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "align").rglob("*.py"))
PROGRAMS = ("align.__main__", "align.apps.page.script")  # they run when they are imported


def subclasses(kind):
    return [kind, *(one for child in kind.__subclasses__() for one in subclasses(child))]


def error_classes():
    for module in pkgutil.walk_packages(align.__path__, "align."):
        if not module.name.startswith("align.corpus.migrations") and module.name not in PROGRAMS:
            importlib.import_module(module.name)
    return [one for one in subclasses(AlignError) if one.__module__.startswith("align.")]


def calls(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def name_of(node):
    return getattr(node, "id", "") or getattr(node, "attr", "")


def test_every_class_of_errors_has_a_code_of_its_own():
    classes = error_classes()
    assert len(classes) > 20
    codes = {one.__name__: vars(one).get("code") for one in classes}
    assert all(codes.values()), codes
    assert len(set(codes.values())) == len(codes), codes


@pytest.fixture(scope="module")
def errors():
    return {one.__name__ for one in error_classes()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_message_is_a_marked_template_with_its_values(path, errors):
    for call in calls(path):
        first = call.args[0] if call.args else None
        where = f"{path.name}:{call.lineno}"
        if getattr(call.func, "id", "") in errors:  # not click.UsageError
            assert not isinstance(first, (ast.JoinedStr, ast.Constant)), f"{where}: mark it by N_"
        if name_of(call.func) == "Message":
            assert not isinstance(first, ast.JoinedStr), f"{where}: mark it by N_"
        if not (isinstance(first, ast.Call) and name_of(first.func) == "N_"):
            continue
        assert isinstance(first.args[0], ast.Constant), f"{where}: Babel reads no other"
        wanted = {name for _, name, *_ in Formatter().parse(first.args[0].value) if name}
        given = {one.arg for one in call.keywords}
        assert wanted <= given, f"{where}: {wanted - given} is not given"


def test_an_error_keeps_its_template_and_its_values_on_the_way_between_processes():
    error = MovedError(N_("{url}: leads to {place!r}"), url="a{b}", place="c", target="d")
    there = pickle.loads(pickle.dumps(error))
    assert str(there) == str(error) == "a{b}: leads to 'c'"
    assert there.target == "d"
    assert there.template == "{url}: leads to {place!r}"
    assert there.values == {"url": "a{b}", "place": "c"}
    assert copy.deepcopy(there.message).values == error.values


def test_values_are_plain():
    rows = count_message("{count:,} row", "{count:,} rows", 1)
    error = TextError(N_("{path}: {rows} {names}"), path=Path("a"), rows=rows, names=["b", "c"])
    assert error.values == {"path": "a", "rows": "1 row", "names": ("b", "c")}
    outer = TextError(N_("{name}: {error}"), name="d", error=error)
    assert str(outer) == "d: a: 1 row b, c"
    assert outer.values["error"].template == "{path}: {rows} {names}"


def test_a_subject_is_left_out_only_where_it_is_the_one_that_is_named():
    error = TextError(N_("{path}: file not found; check the name"), path="June 12: a; b.txt")
    message = error.message
    assert message.without_subject("June 12: a; b.txt") == "file not found; check the name"
    assert message.without_subject("June 12") == message
    assert message.without_advice() == "June 12: a; b.txt: file not found"
    assert join_messages([message.without_advice(), "x"]) == "June 12: a; b.txt: file not found; x"
