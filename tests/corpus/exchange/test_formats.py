"""What every format promises: reading gives back exactly what the format said it would keep."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from bead_strategy import bead, pairs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.corpus.exchange.formats import FORMATS, ExportHeader, find_format
from align.corpus.exchange.formats.text import language_of
from align.errors import FormatError, UsageError

every_format = pytest.mark.parametrize("name", FORMATS)
every_variant = pytest.mark.parametrize(
    ("name", "variant"),
    [(name, way) for name, row in FORMATS.items() for way in ("", *row.variants)],
)
slow_disk = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15
)


@every_variant
@pytest.mark.parametrize("raw", [False, True])
@slow_disk
@given(beads=st.lists(pairs, max_size=5))
def test_reading_gives_what_the_format_promised(name, variant, raw, tmp_path, beads):
    module, header = find_format(name).load(), ExportHeader(raw=raw, variant=variant)
    path = _fresh(tmp_path / f"out{find_format(name).suffix}")
    projected = project(module, beads, header)
    module.write(projected, path, header)
    assert list(module.read(path)) == projected


@every_format
@slow_disk
@given(pair=pairs)
def test_what_a_format_promises_does_not_change_by_promising_it_again(name, pair):
    module, header = find_format(name).load(), ExportHeader(raw=True)
    kept = module.project_bead(pair, header)
    assert kept is None or module.project_bead(kept, header) == kept


@every_variant
@slow_disk
@given(beads=st.lists(pairs, max_size=3))
def test_writing_what_was_read_gives_the_same_bytes(name, variant, tmp_path, beads):
    module, header = find_format(name).load(), ExportHeader(raw=True, variant=variant)
    first, second = _fresh(tmp_path / "first"), _fresh(tmp_path / "second")
    module.write(project(module, beads, header), first, header)
    module.write(module.read(first), second, header)
    assert _bytes(find_format(name).files(first)) == _bytes(find_format(name).files(second))


def project(module, beads, header):
    """Return what a format can hold of beads."""
    return [kept for bead in beads if (kept := module.project_bead(bead, header)) is not None]


def _fresh(path: Path) -> Path:
    """Take away what the example before left: Hypothesis keeps one folder for all of them."""
    shutil.rmtree(path, ignore_errors=True)
    return path


def _bytes(paths: tuple[Path, ...]) -> list[bytes]:
    files = [
        file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])
    ]
    return [file.read_bytes() for file in files]


@every_format
def test_the_text_of_an_ordinary_bead_stays_as_it_is(name, tmp_path):
    module, pair = find_format(name).load(), bead()
    path = tmp_path / f"out{find_format(name).suffix}"
    module.write([pair], path, ExportHeader())
    (back,) = module.read(path)
    assert (back.zh, back.en) == (pair.zh, pair.en)


@every_format
def test_a_file_that_is_not_there_is_refused(name, tmp_path):
    with pytest.raises(FormatError, match="nowhere"):
        list(find_format(name).load().read(tmp_path / "nowhere"))


def test_an_unknown_format_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match=r"'docx': unknown format; use one of .*tmx"):
        find_format("docx")


def test_a_misspelt_format_is_refused_with_the_nearest_one():
    with pytest.raises(UsageError, match=r"'tmxx': unknown format \(did you mean tmx\?\); use one"):
        find_format("tmxx")


def test_the_table_names_no_suffix_twice():
    suffixes = sorted(row.suffixes for row in FORMATS.values())
    assert all(one != other for one, other in pairwise(suffixes))


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh-Hans", "zh"),
        ("zh_TW", "zh"),
        ("cmn", "zh"),
        ("ZHO", "zh"),
        ("en-US", "en"),
        ("eng", "en"),
        ("fr", None),
        ("", None),
        ("zha", None),
    ],
)
def test_language_codes_of_other_tools_are_understood(code, language):
    assert language_of(code) == language
