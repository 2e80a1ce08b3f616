"""``align people``: roles and assignments on the command line."""

import json

import pytest
from review_cases import stored
from rich.cells import cell_len


@pytest.fixture
def people(run, tmp_path):
    stored(tmp_path / "corpus").close()

    def call(*words):
        return run("people", *words, "--corpus", tmp_path / "corpus")

    return call


def test_people_are_added_listed_assigned_and_removed(people):
    assert people("add", "boss", "--role", "admin").code == 0
    assert people("add", "ann").err == "ann: added as reviewer\n"
    assert people("add", "ann", "--role", "adjudicator").err == "ann: role changed to adjudicator\n"
    assert people("assign", "wat", "ann").err == "water: assigned to ann\n"
    rows = json.loads(people("list", "--json").out)
    assert rows == [
        {"name": "ann", "role": "adjudicator", "assigned": ["water"]},
        {"name": "boss", "role": "admin", "assigned": []},
    ]
    assert people("assign", "water").err == "water: assigned to everyone\n"
    assert people("remove", "ann").code == 0
    assert [line.split() for line in people("list").out.splitlines()] == [["boss", "admin"]]


def test_every_change_can_be_read_as_json(people):
    people("add", "boss", "--role", "admin")
    added = json.loads(people("add", "ann", "--json").out)
    assert added == {"name": "ann", "role": "reviewer", "new": True}
    assigned = json.loads(people("assign", "wat", "ann", "--json").out)
    assert assigned == {"briefing": "water", "reviewers": ["ann"], "independent": False}
    people("assign", "water", "ann", "boss", "--independent")
    opened = json.loads(people("open", "water", "--json").out)
    assert opened == {"briefing": "water", "independent": False}
    assert json.loads(people("remove", "ann", "--json").out) == {"removed": "ann"}


def test_an_empty_list_says_what_that_means(people):
    listed = people("list")
    assert (listed.code, listed.out) == (0, "")
    assert "anyone who opens this corpus is an admin" in listed.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "ann"), "a corpus with roles needs an admin"),
        (("remove", "ann"), "ann: no person of this name"),
        (("assign", "water", "ann"), "ann: not a reviewer"),
        (("assign", "fire"), "fire"),
    ],
)
def test_what_cannot_be_is_one_plain_line(people, words, says):
    done = people(*words)
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert says in done.err


def test_the_columns_of_the_list_are_even_with_chinese_names(people):
    assert people("add", "boss", "--role", "admin").code == 0
    assert people("add", "王芳").code == 0
    lines = people("list").out.splitlines()
    starts = [
        line[: line.index(role)] for line, role in zip(lines, ("admin", "reviewer"), strict=True)
    ]
    assert [cell_len(start) for start in starts] == [33, 33]
