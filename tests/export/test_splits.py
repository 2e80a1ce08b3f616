"""Train, dev and test: whole briefings, chosen by their text, and what leaks between them."""

import datetime as dt
from collections import Counter

import pytest
from bead_strategy import bead
from hypothesis import given
from hypothesis import strategies as st

from align.errors import AlignError
from align.export.splits import (
    PARTS,
    Splits,
    SplitUnit,
    find_leaks,
    plan_splits,
    summarise_briefings,
)

UNITS = [
    SplitUnit(f"b{at}", f"{at * 7919 % 1000:03d}", 2024 + at % 3, f"site{at % 2}.org", 50, 50)
    for at in range(60)
]


def test_every_briefing_has_one_part_and_the_shares_are_met():
    made = plan_splits(UNITS, Splits(dev=0.1, test=0.2))
    sizes = Counter(made.parts.values())
    assert set(made.parts) == {unit.briefing for unit in UNITS}
    assert (sizes["train"], sizes["dev"], sizes["test"]) == (42, 6, 12)


def test_years_and_sites_are_spread_over_the_parts():
    made = plan_splits(UNITS, Splits(dev=0.2, test=0.2))
    for year in (2024, 2025, 2026):
        there = Counter(made.parts[unit.briefing] for unit in UNITS if unit.year == year)
        assert all(there[part] >= 3 for part in ("dev", "test"))


@given(order=st.permutations(UNITS[:12]))
def test_neither_order_nor_names_matter(order):
    renamed = [SplitUnit(f"x{u.briefing}", u.digest, u.year, u.site, u.beads, 0) for u in order]
    one, two = plan_splits(UNITS[:12], Splits()), plan_splits(renamed, Splits())
    assert {f"x{name}": part for name, part in one.parts.items()} == dict(two.parts)


@given(count=st.integers(0, 30), dev=st.floats(0, 0.4), test=st.floats(0.01, 0.4))
def test_no_part_is_empty_where_there_are_briefings_enough(count, dev, test):
    made = plan_splits(UNITS[:count], Splits(dev=dev, test=test))
    if count >= 3:
        assert made.briefings("test")
    assert sum(len(made.briefings(part)) for part in PARTS) == count


def test_two_briefings_are_train_and_test():
    made = plan_splits(UNITS[:2], Splits())
    assert sorted(made.parts.values()) == ["test", "train"]


def test_one_briefing_is_train():
    assert list(plan_splits(UNITS[:1], Splits()).parts.values()) == ["train"]


def test_reviewed_test_takes_only_reviewed_briefings_and_accepted_beads():
    some = [SplitUnit(f"b{at}", str(at), 2026, "", 10, 10 if at < 3 else 0) for at in range(20)]
    made = plan_splits(some, Splits(test=0.3, reviewed_test=True))
    assert set(made.briefings("test")) <= {"b0", "b1", "b2"}
    assert made.briefings("test")
    splits = Splits(reviewed_test=True)
    assert not splits.admits("test", bead(status="flagged"))
    assert splits.admits("test", bead(status="accepted"))
    assert splits.admits("train", bead(status="unreviewed"))


def test_a_reviewed_test_part_without_any_review_is_refused():
    with pytest.raises(AlignError, match="no bead was accepted"):
        plan_splits([SplitUnit("b", "0", 2026, "", 10, 0)], Splits(reviewed_test=True))


def test_shares_that_leave_nothing_to_train_on_are_refused():
    with pytest.raises(AlignError, match="leave nothing to train on"):
        Splits(dev=0.5, test=0.5)


def test_a_unit_is_what_the_beads_of_a_briefing_add_up_to():
    beads = [
        bead(date=None, source_zh="", source_en=""),
        bead(id="b2", status="flagged"),
        bead(id="b3", briefing="rail", date=dt.date(2025, 1, 2), source_zh="https://r.org/x"),
    ]
    first, second = summarise_briefings(beads)
    assert (first.briefing, first.year, first.site) == ("harbour-2026", 2026, "example.org")
    assert (first.beads, first.accepted) == (2, 1)
    assert (second.briefing, second.year, second.site) == ("rail", 2025, "r.org")


def test_the_digest_follows_the_text_and_not_the_id():
    one, two, three = (
        summarise_briefings([bead(briefing=name, zh=zh)])[0]
        for name, zh in (("a", "水。"), ("b", "水。"), ("c", "火。"))
    )
    assert one.digest == two.digest != three.digest


def test_near_duplicates_across_parts_are_found_and_named():
    found = find_leaks(
        [
            ("test", iter([bead(id="t1")])),
            ("dev", iter([bead(id="d1", zh="水价不变。", en="Water prices stay.")])),
            ("train", iter([bead(id="x1"), bead(id="x2", zh="另外一句。", en="Another one.")])),
        ],
        0.8,
    )
    assert found.count == 1
    (leak,) = found.examples
    assert (leak.part, leak.bead, leak.other_part, leak.other_bead) == ("train", "x1", "test", "t1")
