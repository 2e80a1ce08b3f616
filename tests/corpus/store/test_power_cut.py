"""A power cut at every step of a review loses no decision that was said to be stored."""

import random
import shutil

import pytest

from fuzz.power_cut import Disk, File, Step, run

pytestmark = pytest.mark.faults

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not here")


@needs_strace
def test_no_power_cut_loses_a_decision_that_was_stored():
    cuts = run(4)
    assert cuts.decisions >= 4
    assert cuts.cuts > 100
    assert cuts.wrong == ()


@needs_strace
def test_a_database_that_waits_for_nothing_is_seen_to_lose():
    assert run(3, careless=True).wrong


def test_what_was_not_waited_for_may_be_lost():
    file = File(b"old")
    disk = Disk({"a": file}, {"a": file})
    disk.take(Step("write", "a", 0, b"new"))
    disk.take(Step("create", "b"))
    ways = [*disk.after_a_cut(random.Random(1))]
    assert ways[0] == {"a": b"old"}
    assert ways[1] == {"a": b"nld", "b": b""}
    disk.take(Step("sync", "a"))
    disk.take(Step("sync"))
    assert next(disk.after_a_cut(random.Random(1))) == {"a": b"new", "b": b""}
