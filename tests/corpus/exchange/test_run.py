"""Export: what is announced was read back, and nothing half-written stays behind."""

import datetime as dt
import json
from dataclasses import fields, is_dataclass, replace
from functools import reduce
from itertools import count
from pathlib import Path

import pytest
from bead_strategy import bead, change_bead

from align.corpus.exchange.formats import FORMATS, TABLE, Format
from align.corpus.exchange.formats.values import add_checksum
from align.corpus.exchange.run import ExportPlan, export
from align.errors import FormatError
from align.records import Sides


class Shelf:
    """A store of beads in memory."""

    def __init__(self, *pairs):
        self.card = {"name": "harbour", "licence": "CC-BY-4.0"}
        self._pairs = pairs

    def pairs(self, briefing_ids=None):
        for pair in self._pairs:
            if briefing_ids is None or pair.provenance.briefing in briefing_ids:
                yield pair


class Long:
    name = "longer than 3"

    def begin(self):
        return lambda pair: len(pair.zh) > 3


SHELF = Shelf(
    bead(),
    bead(id="b2", zh="好。", en="Good."),
    bead(id="b3", zh="", zh_index=(), en="Omitted in Chinese.", en_index=(1,)),
)


@pytest.mark.parametrize("name", ["tmx", "tsv", "jsonl"])
def test_every_bead_is_written_and_counted(name, tmp_path):
    done = export(SHELF, ExportPlan(name, tmp_path / "out.x"))
    assert (done.pairs, done.read, done.left_out, done.altered) == (3, 3, 0, 0)
    assert done.files == (tmp_path / "out.x",)
    assert [pair.id for pair in FORMATS[name].load().read(done.files[0])] == ["b1", "b2", "b3"]


def test_what_a_filter_drops_is_counted_and_gone(tmp_path):
    done = export(SHELF, ExportPlan("jsonl", tmp_path / "out.jsonl", filters=[Long()]))
    assert done.dropped == (("longer than 3", 2),)
    assert done.pairs == 1


def test_checks_come_from_the_checker(tmp_path):
    done = export(SHELF, ExportPlan("jsonl", tmp_path / "out.jsonl", check=lambda pair: ["date"]))
    values = [json.loads(line) for line in done.files[0].read_text("utf-8").splitlines()]
    assert [value["checks"] for value in values] == [["date"]] * 3


def test_the_published_text_stands_beside_on_request(tmp_path):
    shelf = Shelf(bead(en="Corrected.", en_raw="Published."))
    done = export(shelf, ExportPlan("jsonl", tmp_path / "out.jsonl", raw=True))
    value = json.loads(done.files[0].read_text("utf-8"))
    assert (value["translation"]["en"], value["en_raw"]) == ("Corrected.", "Published.")


def test_a_character_that_xml_forbids_is_counted(tmp_path):
    done = export(Shelf(bead(zh="a\x07b"), bead(id="b2")), ExportPlan("tmx", tmp_path / "out.tmx"))
    assert done.altered == 1


def test_times_in_another_zone_are_written_in_utc(tmp_path):
    there = dt.timezone(dt.timedelta(hours=8))
    shelf = Shelf(bead(retrieved=dt.datetime(2026, 3, 2, 16, tzinfo=there)))
    for name in ("jsonl", "parquet", "tmx"):
        (file,) = export(shelf, ExportPlan(name, tmp_path / f"out.{name}")).files
        (back,) = FORMATS[name].load().read(file)
        assert repr(back.provenance.retrieved) == repr(dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC))


def test_progress_is_told_after_every_bead(tmp_path):
    ticks = count()
    export(SHELF, ExportPlan("tsv", tmp_path / "out.tsv"), lambda: next(ticks))
    assert next(ticks) == 6  # each is read from the corpus and back from the file


class _Forgetful:
    """A format that loses the last character of every English text."""

    def project_bead(self, pair, header):
        return pair

    def write(self, pairs, path, header):
        self.kept = list(pairs)
        path.write_text("something", encoding="utf-8")
        return len(self.kept)

    def read(self, path):
        yield from (change_bead(pair, en=pair.en[:-1]) for pair in self.kept)


def test_a_file_that_does_not_read_back_is_not_announced(tmp_path, monkeypatch):
    module = _Forgetful()
    monkeypatch.setitem(TABLE.own, "lossy", Format("lossy", "", (".x",)))
    monkeypatch.setattr(Format, "load", lambda row: module)
    (tmp_path / "out.x").write_text("the export of yesterday", encoding="utf-8")
    with pytest.raises(FormatError, match=r"bead 1 \(b1\) differs"):
        export(SHELF, ExportPlan("lossy", tmp_path / "out.x"))
    assert [path.name for path in tmp_path.iterdir()] == ["out.x"]
    assert (tmp_path / "out.x").read_text("utf-8") == "the export of yesterday"


FULL = add_checksum(bead(note="see the table", context=(Sides("前。", "Before."),)))


def _list_fields(record, before=()):
    """Yield the path of each field that counts, through the records inside of a record."""
    for one in fields(record):
        path, value = (*before, one.name), getattr(record, one.name)
        if one.compare and is_dataclass(value):
            yield from _list_fields(value, path)
        elif one.compare:
            yield path


def _lose(record, path):
    """Return a record without the field at a path."""
    name, *inner = path
    rest = _lose(getattr(record, name), inner) if inner else None
    return replace(record, **{name: rest})


class _Losing:
    """A format that loses one field of every bead."""

    def __init__(self, path):
        self.path = path

    def project_bead(self, pair, header):
        return add_checksum(replace(pair, context=FULL.context))

    def write(self, pairs, path, header):
        self.kept = list(pairs)
        path.write_text("something", encoding="utf-8")

    def read(self, path):
        yield from (_lose(pair, self.path) for pair in self.kept)


@pytest.mark.parametrize("path", [*_list_fields(FULL)], ids=".".join)
def test_a_format_that_loses_any_field_is_found(path, tmp_path, monkeypatch):
    assert reduce(getattr, path, FULL)  # an empty one could not be lost
    monkeypatch.setitem(TABLE.own, "lossy", Format("lossy", "", (".x",)))
    monkeypatch.setattr(Format, "load", lambda row: _Losing(path))
    with pytest.raises(FormatError, match=r"bead 1 \(.*\) differs"):
        export(Shelf(FULL, bead(id="b2")), ExportPlan("lossy", tmp_path / "out.x"))


class _Torn(Shelf):
    def pairs(self, briefing_ids=None):
        yield bead()
        raise KeyboardInterrupt


def test_a_run_that_is_stopped_leaves_nothing_behind(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        export(_Torn(), ExportPlan("tmx", tmp_path / "out.tmx"))
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(FormatError, match="cannot be written"):
        export(SHELF, ExportPlan("tmx", tmp_path / "file" / "out.tmx"))


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_standard_output_is_no_file_to_replace(name):
    with pytest.raises(FormatError, match="not a file or a folder"):
        export(SHELF, ExportPlan("tmx", Path(name)))


def test_language_codes_are_the_users(tmp_path):
    done = export(SHELF, ExportPlan("tmx", tmp_path / "out.tmx", zh="zh-CN", en="en-US"))
    text = done.files[0].read_text("utf-8")
    assert 'xml:lang="zh-CN"' in text
    assert 'srclang="zh-CN"' in text


def test_the_same_corpus_gives_the_same_bytes(tmp_path):
    for name in FORMATS:
        one = export(SHELF, ExportPlan(name, tmp_path / f"one-{name}")).files
        two = export(SHELF, ExportPlan(name, tmp_path / f"two-{name}")).files
        assert list(map(_content, one)) == list(map(_content, two))


def _content(path):
    return [file.read_bytes() for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
