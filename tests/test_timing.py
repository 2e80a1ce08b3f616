"""Seconds by stage: nothing is counted twice, and many briefings are summed up."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from align import logs
from align.logs import STAGES, Clock, StageTime, sum_by_stage


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch):
    """A clock on the wall that goes on only when it is told to."""
    wall = [0.0]
    monkeypatch.setattr(logs, "tick", lambda: wall[0])

    def pass_seconds(seconds: float) -> None:
        wall[0] += seconds

    return pass_seconds


def test_a_stage_inside_another_is_counted_once(tick):
    clock = Clock()
    with clock.stage("extract"):
        tick(1)
        for _ in range(2):
            with clock.stage("fetch"):
                tick(5)
        tick(2)
    assert clock.seconds == {"extract": 3, "fetch": 10}


def test_a_stage_that_fails_is_counted_too(tick):
    clock = Clock()

    def broken() -> None:
        tick(4)
        raise ValueError

    with pytest.raises(ValueError), clock.stage("extract"):  # noqa: PT011 # raised just above
        clock.stage("fetch")(broken)()
    assert clock.seconds == {"extract": 0, "fetch": 4}


def test_seconds_so_far_can_be_asked_in_the_middle(tick):
    clock = Clock({"match": 2.0})
    with clock.stage("store"):
        tick(1)
        assert clock.now() == {"match": 2, "store": 1}
        tick(1)
    assert clock.now() == {"match": 2, "store": 2}


def test_the_stages_of_many_briefings_are_summed_up_in_their_order():
    many = {f"b{n:02}": {"match": float(n), "fetch": 1.0} for n in range(1, 41)}
    fetch, match = sum_by_stage({**many, "c": {"own": 1.0}})[:2]
    assert (fetch.stage, fetch.total) == ("fetch", 40)
    assert match == StageTime("match", 40, 820, 20.5, 38, 40, "b40")
    assert [time.stage for time in sum_by_stage({**many, "c": {"own": 1.0}})] == [
        "fetch",
        "match",
        "own",
    ]
    assert sum_by_stage({}) == ()


@given(
    some.dictionaries(
        some.sampled_from("abcdefghij"),
        some.dictionaries(some.sampled_from(STAGES[:3]), some.floats(0, 1e6), max_size=3),
        max_size=5,
    )
)
def test_figures_of_a_stage_are_in_order(seconds):
    for one in sum_by_stage(seconds):
        assert one.median <= one.p95 <= one.most
        assert seconds[one.slowest][one.stage] == one.most
        assert one.total >= one.most
        assert one.briefings == sum(one.stage in stages for stages in seconds.values())
