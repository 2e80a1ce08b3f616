"""Train, dev and test: whole briefings, chosen by their text once and for all."""

import datetime as dt
from dataclasses import replace

import pytest
from bead_strategy import KeptSettings, bead
from hypothesis import given
from hypothesis import strategies as st

from align.corpus.exchange.run import ExportPlan, export
from align.corpus.exchange.splits import (
    PARTS,
    Splits,
    SplitUnit,
    plan_splits,
    summarise_briefings,
)
from align.errors import AlignError

UNITS = [
    SplitUnit(f"b{at}", f"{at * 7919 % 1000:03d}", 30 + at % 41, 30, dt.date(2026, 1, 1 + at % 28))
    for at in range(60)
]


def sizes(made, units):
    """Return the beads of each part."""
    beads = {unit.briefing: unit.beads for unit in units}
    return {part: sum(beads[name] for name in made.briefings(part)) for part in PARTS}


def test_every_briefing_has_one_part_and_the_shares_are_of_beads():
    made = plan_splits(UNITS, Splits(dev=0.1, test=0.2))
    assert set(made.parts) == {unit.briefing for unit in UNITS}
    total = sum(unit.beads for unit in UNITS)
    filled = sizes(made, UNITS)
    assert filled["test"] / total == pytest.approx(0.2, abs=0.01)
    assert filled["dev"] / total == pytest.approx(0.1, abs=0.01)


@given(order=st.permutations(UNITS[:12]))
def test_neither_order_nor_names_matter(order):
    renamed = [replace(unit, briefing=f"x{unit.briefing}") for unit in order]
    one, two = plan_splits(UNITS[:12], Splits()), plan_splits(renamed, Splits())
    assert {f"x{name}": part for name, part in one.parts.items()} == dict(two.parts)


@given(old=st.integers(1, 30), new=st.integers(1, 30), test=st.floats(0.01, 0.4))
def test_no_briefing_changes_part_when_others_are_added(old, new, test):
    splits = Splits(test=test)
    before = plan_splits(UNITS[:old], splits)
    after = plan_splits(UNITS[: old + new], splits, before.kept)
    assert {name: after.parts[name] for name in before.parts} == dict(before.parts)


@given(start=st.integers(1, 20))
def test_shares_hold_when_a_corpus_grows_one_by_one(start):
    made = plan_splits(UNITS[:start], Splits(test=0.2))
    for count in range(start + 1, 61):
        made = plan_splits(UNITS[:count], Splits(test=0.2), made.kept)
    filled, total = sizes(made, UNITS), sum(unit.beads for unit in UNITS)
    assert filled["test"] / total == pytest.approx(0.2, abs=0.02)
    assert filled["dev"] / total == pytest.approx(0.1, abs=0.02)


def test_a_larger_share_holds_what_a_smaller_one_does():
    small, large = (plan_splits(UNITS, Splits(test=share)) for share in (0.1, 0.3))
    outside = set(small.briefings("test")) - set(large.briefings("test"))
    assert len(outside) <= 1  # the last one, that was small enough for what was missing


def test_a_text_read_anew_and_one_under_another_id_keep_their_part():
    made = plan_splits(UNITS, Splits())
    name = made.briefings("test")[0]
    (unit,) = (unit for unit in UNITS if unit.briefing == name)
    for changed in (replace(unit, digest="999"), replace(unit, briefing="again")):
        again = plan_splits([changed, *UNITS[:5]], Splits(), made.kept)
        assert again.parts[changed.briefing] == "test"


@given(count=st.integers(0, 30), dev=st.floats(0, 0.4), test=st.floats(0.01, 0.4))
def test_no_part_is_empty_where_there_are_briefings_enough(count, dev, test):
    made = plan_splits(UNITS[:count], Splits(dev=dev, test=test))
    if count >= 3:
        assert made.briefings("test")
        assert made.briefings("train")
    assert sum(len(made.briefings(part)) for part in PARTS) == count


def test_two_briefings_are_train_and_test():
    made = plan_splits(UNITS[:2], Splits())
    assert sorted(made.parts.values()) == ["test", "train"]


def test_one_briefing_is_train():
    assert list(plan_splits(UNITS[:1], Splits()).parts.values()) == ["train"]


def test_what_is_younger_than_a_day_is_test():
    made = plan_splits(UNITS, Splits(test=0, after=dt.date(2026, 1, 20)))
    young = {unit.briefing for unit in UNITS if unit.date.day > 20}
    assert set(made.briefings("test")) == young
    assert made.briefings("dev")
    undated = replace(UNITS[0], date=None)
    with_undated = plan_splits([undated, *UNITS[1:]], Splits(after=dt.date(2026, 1, 20)))
    assert with_undated.parts["b0"] != "test"


@pytest.mark.parametrize(
    ("day", "told"),
    [("2026-01-28", "no briefing is dated after"), ("2025-12-31", "training set would be empty")],
)
def test_a_day_that_divides_nothing_is_refused(day, told):
    with pytest.raises(AlignError, match=told):
        plan_splits(UNITS, Splits(test=0, after=dt.date.fromisoformat(day)))


def test_reviewed_test_takes_only_reviewed_briefings_and_accepted_beads():
    some = [SplitUnit(f"b{at}", str(at), 10, 10 if at < 3 else 0) for at in range(20)]
    made = plan_splits(some, Splits(test=0.3, reviewed_test=True))
    assert set(made.briefings("test")) == {"b0", "b1", "b2"}
    splits = Splits(reviewed_test=True)
    assert not splits.admits("test", bead(status="flagged"))
    assert splits.admits("test", bead(status="accepted"))
    assert splits.admits("train", bead(status="unreviewed"))


def test_a_reviewed_test_part_without_any_review_is_refused():
    with pytest.raises(AlignError, match="no accepted beads"):
        plan_splits([SplitUnit("b", "0", 10)], Splits(reviewed_test=True))


def test_shares_that_leave_nothing_to_train_on_are_refused():
    with pytest.raises(AlignError, match="leave no training set"):
        Splits(dev=0.5, test=0.5)


def test_a_unit_is_what_the_beads_of_a_briefing_add_up_to():
    beads = [
        bead(date=None),
        bead(id="b2", status="flagged"),
        bead(id="b3", briefing="rail", date=dt.date(2025, 1, 2)),
    ]
    first, second = summarise_briefings(beads)
    assert (first.briefing, first.beads, first.accepted) == ("harbour-2026", 2, 1)
    assert (second.briefing, second.date) == ("rail", dt.date(2025, 1, 2))


def test_the_digest_follows_the_letters_as_published_and_nothing_else():
    one, corrected, cut, other = (
        next(summarise_briefings(beads)).digest
        for beads in (
            [bead(briefing="a", zh_raw="水。火。", en_raw="Water. Fire.")],
            [bead(briefing="b", zh="改", en="Changed", zh_raw="水。火。", en_raw="Water. Fire.")],
            [bead(zh_raw="水。", en_raw="Water."), bead(zh_raw="火。", en_raw="Fire.")],
            [bead(briefing="a", zh_raw="火。水。", en_raw="Water. Fire.")],
        )
    )
    assert one == corrected == cut != other


class Growing(KeptSettings):
    """A store whose briefings all end alike."""

    card = {}  # noqa: RUF012 # never changed

    def __init__(self, count):
        self.count = count

    def pairs(self, briefing_ids=None):
        for name in map(str, range(self.count)):
            if briefing_ids is None or name in briefing_ids:
                for zh, en in ((f"港口{name}开放", f"port{name} opens"), ("谢谢大家", "thank you")):
                    yield bead(id=f"{name}{en}", briefing=name, zh=zh, en=en, zh_raw=zh, en_raw=en)


def test_an_export_keeps_its_parts_and_drops_what_is_in_test(tmp_path):
    store = Growing(9)
    plan = ExportPlan("jsonl", tmp_path / "out", split=Splits(0.2, 0.2))
    done = export(store, plan)
    dropped = dict(done.dropped)
    assert sum(dropped.values()) == 9 - len(plan_splits(
        summarise_briefings(store.pairs()), plan.split).briefings("test"))  # fmt: skip
    assert set(dropped) == {"near-duplicate in test"}
    (kept,) = (value for key, value in vars(store).items() if key != "count")
    before = dict(kept)
    store.count = 18
    again = export(store, plan)
    (after,) = (value for key, value in vars(store).items() if key != "count")
    assert {name: after[name] for name in before} == before
    assert [part.name for part in again.parts] == ["train", "dev", "test"]
    one, two = ({part.name: part.checksum for part in made.parts} for made in (done, again))
    assert one["train"] != two["train"]


def test_the_checksum_of_a_part_is_that_of_its_texts(tmp_path):
    one, two = (
        export(Growing(9), ExportPlan(form, tmp_path / form, split=Splits(0.2, 0.2)))
        for form in ("jsonl", "parquet")
    )
    assert [part.checksum for part in one.parts] == [part.checksum for part in two.parts]
    assert all(part.checksum in one.card.read_text("utf-8") for part in one.parts)


def test_a_corpus_that_cannot_be_written_is_exported_and_this_is_told(tmp_path):
    store = Growing(9)
    store.reads_only = "it lies on a medium that cannot be written"
    done = export(store, ExportPlan("jsonl", tmp_path / "out", split=Splits()))
    assert done.unkept == store.reads_only
    assert not [key for key in vars(store) if isinstance(key, tuple)]
