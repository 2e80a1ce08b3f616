"""Days of list entries, and pairs of entries of two lists."""

import datetime as dt
from itertools import product

import pytest
from list_site import chinese_entry, chinese_title, days_back, english_entry, english_title, speaker

from align.sources.extract.list_entries import Entry, Heading, compare, date_entries, span_of
from align.sources.extract.list_pairs import EntryPairs, pair_entries
from align.sources.extract.site import ListItem

DAYS = days_back(dt.date(2031, 3, 28), 40)


def items(*entries: tuple[str, str] | tuple[str, str, dt.date]) -> tuple[Entry, ...]:
    return date_entries([ListItem(*entry) for entry in entries])


def addresses(pairs: EntryPairs, ours, theirs) -> list[tuple[str, str]]:
    return [(ours[one].item.url, theirs[two].item.url) for one, two in pairs.certain]


def remarks(day: dt.date, subject: str) -> tuple[str, str, dt.date]:
    return f"http://press.example/zh/r{subject}", f"发言人{speaker(day)[1]}就{subject}答记者问", day


def test_conferences_of_the_same_day_are_pairs_whatever_is_between_them():
    ours = items(*map(english_entry, DAYS))
    theirs = items(
        *(entry for day in DAYS for entry in (chinese_entry(day), remarks(day, f"灯塔{day}")))
    )
    pairs = pair_entries(ours, theirs)
    assert addresses(pairs, ours, theirs) == [
        (english_entry(day)[0], chinese_entry(day)[0]) for day in DAYS
    ]
    assert pairs.alone == ()
    assert len(pairs.others_alone) == len(DAYS)


def test_days_that_one_list_does_not_have_stay_alone():
    ours, theirs = items(*map(english_entry, DAYS)), items(*map(chinese_entry, DAYS[::2]))
    pairs = pair_entries(ours, theirs)
    assert len(pairs.certain) == 20
    assert [ours[place].newest for place in pairs.alone] == DAYS[1::2]


def test_titles_that_name_days_next_to_each_other_are_no_pair():
    ours, theirs = items(english_entry(DAYS[0])), items(chinese_entry(DAYS[1]))
    assert pair_entries(ours, theirs) == EntryPairs((), (), (0,), (0,))


def test_two_conferences_of_one_day_are_told_apart_by_their_speakers():
    day = dt.date(2031, 5, 14)
    english = "Spokesperson {}'s Regular Press Conference on May 14, 2031"
    chinese = "2031年5月14日海港部发言人{}主持例行记者会"
    names = (("Tang Yulin", "唐煜林"), ("Xie Lanting", "谢兰汀"))
    ours = items(*((f"http://press.example/en/{en}", english.format(en)) for en, _ in names))
    theirs = items(
        *((f"http://press.example/zh/{zh}", chinese.format(zh)) for _, zh in names[::-1])
    )
    assert pair_entries(ours, theirs).certain == ((0, 1), (1, 0))
    assert {entry.named for entry in (*ours, *theirs)} == {day}


def test_two_events_of_one_day_that_titles_do_not_tell_apart_are_left_open():
    ours = items(*(("http://press.example/en/" + n, english_title(DAYS[0])) for n in "ab"))
    theirs = items(("http://press.example/zh/a", chinese_title(DAYS[0])))
    pairs = pair_entries(ours, theirs)
    assert pairs.certain == ()
    (group,) = pairs.groups
    assert (group.ours, group.theirs) == ((0, 1), (0,))


def test_entries_without_a_day_in_the_title_are_candidates_only():
    day = dt.date(2031, 5, 14)
    ours = items(
        english_entry(dt.date(2031, 5, 15)),
        ("http://press.example/en/r", f"Spokesperson {speaker(day)[0]}'s Remarks on Lighthouses"),
        english_entry(day),
    )
    theirs = items(
        chinese_entry(dt.date(2031, 5, 15)), remarks(day, "灯塔"), remarks(day, "鲸鱼"),
        chinese_entry(day),
    )  # fmt: skip
    pairs = pair_entries(ours, theirs)
    assert pairs.certain == ((0, 0), (2, 3))
    (group,) = pairs.groups
    assert (group.ours, group.theirs) == ((1,), (1, 2))


@pytest.mark.parametrize("title", ["Press Conference on May 14", "Conference on May 14 and 12"])
def test_a_day_without_a_year_gets_that_of_its_neighbours(title: str):
    entries = items(
        english_entry(dt.date(2031, 5, 15)),
        ("http://press.example/en/1", title),
        english_entry(dt.date(2031, 5, 13)),
    )
    assert entries[1].named == dt.date(2031, 5, 14)


def test_the_turn_of_the_year_is_not_a_year_off():
    entries = items(
        english_entry(dt.date(2031, 1, 2)),
        ("http://press.example/en/1", "Press Conference on December 30"),
        english_entry(dt.date(2030, 12, 29)),
    )
    assert entries[1].named == dt.date(2030, 12, 30)


def test_a_page_in_the_order_of_days_has_a_span_and_another_has_none():
    entries = [english_entry(day) for day in DAYS]
    assert span_of(items(*entries)).newest == DAYS[0]
    assert span_of(items(*entries)).oldest == DAYS[-1]
    assert span_of(items(*entries[::-1])) is None
    assert span_of(items(("http://press.example/1", "A list without days"))) is None
    assert span_of(()) is None


def test_a_conference_and_remarks_of_one_day_and_person_are_not_one_event():
    day = dt.date(2031, 5, 14)
    ours = Heading.of_entry(items(english_entry(day))[0])
    theirs = Heading.of_entry(items(remarks(day, "灯塔"))[0])
    assert compare(ours, theirs) <= 0


def test_points_are_the_same_from_either_side():
    everything = [
        Heading.of_entry(entry)
        for entry in items(
            *map(english_entry, DAYS[:5]), *map(chinese_entry, DAYS[:5]), remarks(DAYS[2], "灯")
        )
    ]
    for one, two in product(everything, everything):
        assert compare(one, two) == compare(two, one)
