"""The list of briefings: which are shown, in which order, and how much is left in them."""

import datetime as dt

import pytest

from align.corpus.review.queue import list_briefings, site_name
from align.corpus.store import BriefingSummary


def summary(name, **fields):
    """Make a summary of ten unreviewed rows."""
    at = dt.datetime(2031, 6, 1, tzinfo=dt.UTC)
    known = {
        "address": f"https://news.example/{name}",
        "date": dt.date(2031, 5, 14),
        "zh_title": "供水发布会",
        "en_title": "Water",
        "zh_url": "",
        "en_url": "",
        "beads": 10,
        "unreviewed": 10,
        "accepted": 0,
        "rejected": 0,
        "flagged": 0,
        "expected_wrong": 0.0,
        "added_at": at,
        "changed_at": at,
    }
    return BriefingSummary(id=name, **{**known, **fields})


def names(found):
    return [one.id for one in found]


MANY = summary("many", unreviewed=80, beads=80, expected_wrong=4.0, date=dt.date(2031, 5, 1))
WORST = summary("worst", unreviewed=6, expected_wrong=3.0, date=dt.date(2031, 7, 2))
DONE = summary("done", unreviewed=0, accepted=10, date=None)
ALL = (WORST, MANY, DONE)


def test_the_newest_come_first_and_those_without_a_date_last():
    found = ["worst", "many", "done"]
    assert names(list_briefings(ALL)) == found
    assert names(list_briefings(reversed(ALL))) == found


def test_what_is_to_be_reviewed_and_what_is_done_are_the_whole():
    assert names(list_briefings(ALL, part="to review")) == ["worst", "many"]
    assert names(list_briefings(ALL, part="reviewed")) == ["done"]


@pytest.mark.parametrize(
    "words",
    [
        "water",
        "WATER 供水",
        "2031-05-14",
        "14 may 2031",
        "2031年5月",
        "news.example",
        "ｗａｔｅｒ",  # full-width letters, as an input method leaves them
        "高远 water",
        "  ",
    ],
)
def test_every_word_is_found_somewhere(words):
    speaking = {"高远": {"a"}}
    found = list_briefings(
        [summary("a")], words=words, speaking=lambda word: speaking.get(word, ())
    )
    assert names(found) == ["a"]


@pytest.mark.parametrize("words", ["water dam", "2032", "林可"])
def test_a_word_that_is_nowhere_finds_nothing(words):
    assert list_briefings([summary("a")], words=words, speaking=lambda _: ()) == ()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "news.example"),
        ({"address": "corpora/a.txt", "en_url": "https://www.lpio.example/1.htm"}, "lpio.example"),
        ({"address": "https://me:secret@news.example:8443/1"}, "news.example:8443"),
        ({"address": "corpora/a.txt"}, ""),
    ],
)
def test_a_site_is_named_without_what_is_in_front_of_it(fields, name):
    assert site_name(summary("a", **fields)) == name
