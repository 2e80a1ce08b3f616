"""The second process of a command: its results, its errors, and what happens without it."""

import os

import pytest

from align.errors import AlignError
from align.sources.ingest.second_process import SecondProcess

HERE = os.getpid()


def find_process() -> int:
    return os.getpid()


def refuse() -> None:
    raise AlignError("{name}: no", name="a.txt")


def die_elsewhere(here: int) -> int:
    if os.getpid() != here:
        os._exit(7)
    return os.getpid()


def run_out_of_memory_elsewhere(here: int) -> int:
    if os.getpid() != here:
        raise MemoryError
    return os.getpid()


@pytest.fixture(scope="module")
def second():
    with SecondProcess("align.records", is_wanted=True) as process:
        yield process


def test_what_is_begun_is_computed_in_one_other_process(second):
    waits = second.begin(find_process), second.begin(find_process)
    found = {wait() for wait in waits}
    assert len(found) == 1
    assert found != {HERE}


def test_an_error_of_the_function_is_raised_where_its_result_is_asked_for(second):
    wait = second.begin(refuse)
    with pytest.raises(AlignError, match=r"^a\.txt: no$"):
        wait()


def test_what_needs_more_memory_than_the_process_has_is_computed_here(second):
    assert second.begin(run_out_of_memory_elsewhere, HERE)() == HERE


def test_the_work_of_a_process_that_died_is_done_here():
    with SecondProcess(is_wanted=True) as process:
        waits = process.begin(die_elsewhere, HERE), process.begin(find_process)
        assert [wait() for wait in waits] == [HERE, HERE]
        assert process.begin(find_process)() == HERE


def test_without_a_process_the_work_is_done_here():
    def fail(_count):
        raise OSError("no semaphores")

    with (
        SecondProcess(is_wanted=False) as none,
        SecondProcess(is_wanted=True, start=fail) as failed,
    ):
        assert none.begin(find_process)() == failed.begin(find_process)() == HERE


def test_what_was_begun_before_the_end_is_computed_there():
    with SecondProcess(is_wanted=True) as process:
        wait = process.begin(find_process)
        process.finish()
        assert wait() != HERE
