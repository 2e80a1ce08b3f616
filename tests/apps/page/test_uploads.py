"""What people send is parsed in a process of its own, never in that of the page."""

import ast
from pathlib import Path

import pytest

import align.apps.page

PAGE = Path(align.apps.page.__file__).parent
PARSERS = {
    "csv",
    "docx",
    "gzip",
    "lxml",
    "openpyxl",
    "pyarrow",
    "pypdf",
    "tarfile",
    "xml",
    "zipfile",
}
READERS = {"read_files", "read_addresses", "read_pair_rows", "read_terms_apart", "read_term_file"}
"""Functions that parse what was uploaded."""

UPLOADS = {
    "add_briefing": "run_apart",
    "capture_tools": "run_apart",
    "table_upload": "run_apart",
    "term_base": "run_apart",
}
"""Modules that draw an upload field, each with the function that it reads the file by."""


PACKED = {"capture_files": {"zipfile"}}
"""Modules that write a format and read none: many uploads become one ZIP."""


def modules():
    return {path.stem: ast.parse(path.read_text("utf-8")) for path in PAGE.glob("*.py")}


def called(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func
            yield name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")


def passed(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from (one.id for one in node.args if isinstance(one, ast.Name))


def test_every_upload_field_is_listed_here():
    drawn = {name for name, tree in modules().items() if "file_uploader" in called(tree)}
    assert drawn == set(UPLOADS)


@pytest.mark.parametrize("name", sorted(UPLOADS))
def test_uploads_are_read_by_a_function_that_is_passed_to_a_process(name):
    tree = modules()[name]
    assert UPLOADS[name] in {*called(tree), *passed(tree)}
    assert not READERS & set(called(tree))


@pytest.mark.parametrize("name", sorted(modules()))
def test_no_module_of_the_page_imports_a_parser(name):
    imported = set()
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            imported.add((node.module or "").partition(".")[0])
    assert not (imported & PARSERS) - PACKED.get(name, set())
