"""Scores: exact on hand-made beads, and equal to the independent scorer on every shared file."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.aligner.evaluate import compare, read_gold, score
from align.errors import FormatError
from align.records import Bead

GOLD = (((0,), (0,)), ((1,), (1, 2)), ((2, 3), (3,)), ((4,), ()))


def beads(*rows):
    return tuple(Bead(tuple(zh), tuple(en), probability) for zh, en, probability in rows)


def test_a_perfect_run_scores_one_but_for_gold_without_counterpart():
    run = beads(*((zh, en, 0.9) for zh, en in GOLD))
    scores = score([(GOLD, run)])
    assert scores.strict.precision == scores.strict.recall == scores.strict.f1 == 1
    assert [kind.f1 for kind in scores.types] == [1, 1, 1, 1]


def test_a_bead_that_shares_a_link_is_laxly_right():
    run = beads(((0,), (0,), 0.9), ((1,), (1,), 0.4), ((2, 3), (2, 3), 0.5), ((4,), (), 0.9))
    scores = score([(GOLD, run)])
    assert (scores.strict.precision, scores.strict.recall) == (0.5, 1 / 3)
    assert (scores.lax.precision, scores.lax.recall) == (1, 1)


def test_an_empty_sided_bead_counts_for_precision_only():
    scores = score([(GOLD, beads(((4,), (), 0.9)))])
    assert (scores.strict.precision, scores.strict.recall) == (1, 0)


def test_errors_among_the_worst_are_counted_by_probability():
    rows = [((at,), (at,), 0.5 + at / 40) for at in range(20)]
    gold = tuple(((at,), (at,)) for at in range(2, 20))
    calibration = score([(gold, beads(*rows))]).calibration
    assert calibration is not None
    assert calibration.worst_tenth == 1
    assert sum(point.beads for point in calibration.curve) == 20


def test_beads_without_probability_have_no_calibration():
    assert score([(GOLD, beads(((0,), (0,), None)))]).calibration is None


def test_comparing_a_run_with_itself_finds_no_difference():
    run = beads(*((zh, en, 0.9) for zh, en in GOLD))
    same = compare([GOLD], [run], [run])
    assert (same.difference, same.real) == (0, False)


def test_comparing_a_right_with_a_wrong_run_finds_the_difference():
    gold = tuple(((at,), (at,)) for at in range(500))
    right = beads(*((zh, en, None) for zh, en in gold))
    wrong = beads(*(((at,), (at if at % 5 else at - 1,), None) for at in range(500)))
    outcome = compare([gold], [right], [wrong])
    assert outcome.difference == pytest.approx(0.2)
    assert outcome.real
    assert compare([gold], [wrong], [right]).difference == -outcome.difference


def test_the_interval_of_a_perfect_run_is_one_and_that_of_a_wrong_one_lies_around_its_score():
    gold = tuple(((at,), (at,)) for at in range(200))
    right = score([(gold, beads(*((zh, en, None) for zh, en in gold)))])
    assert (right.strict_interval.low, right.strict_interval.high) == (1, 1)
    half = [((at,), (at if at % 2 else at + 200,), None) for at in range(200)]
    some = score([(gold, beads(*half))])
    assert some.strict.f1 == 0.5
    assert 0.45 < some.strict_interval.low < 0.5 < some.strict_interval.high < 0.55


def test_a_comparison_is_of_strict_scores_and_p_says_how_often_the_sign_turns():
    gold = tuple(((at,), (at, at + 1)) for at in range(0, 100, 2))
    right = beads(*((zh, en, None) for zh, en in gold))
    lax = beads(*((zh, en[:1], None) for zh, en in gold))
    assert score([(gold, lax)]).lax.f1 == 1
    outcome = compare([gold], [right], [lax])
    assert (outcome.difference, outcome.p, outcome.real) == (1, 0, True)
    assert compare([gold], [lax], [right]).p == 0
    assert compare([gold], [right], [right]).p == 1


def test_a_bin_holds_its_upper_edge_and_the_error_weighs_bins_by_their_beads():
    rows = beads(
        ((0,), (0,), 0.1),
        ((1,), (1,), 0.2),
        ((2,), (2,), 0.15),
        ((3,), (3,), 1.0),
        ((4,), (4,), 0.0),
    )
    gold = (((2,), (2,)), ((3,), (3,)))
    found = score([(gold, rows)]).calibration
    assert found is not None
    curve = [(round(one.probability, 3), one.right, one.beads) for one in found.curve]
    assert curve == [(0.05, 0, 2), (0.175, 0.5, 2), (1, 1, 1)]
    assert found.error == pytest.approx((0.05 * 2 + 0.325 * 2) / 5)
    assert found.worst_fifth == pytest.approx(1 / 3)


def test_runs_that_end_in_different_blocks_are_still_compared_in_pairs():
    gold = tuple(((at,), (at,)) for at in range(25))
    run = beads(*((zh, en, None) for zh, en in gold))
    longer = beads(*((zh, en, None) for zh, en in gold), ((), (25,), None))
    outcome = compare([gold, gold], [run, run], [longer, longer])
    assert 0 < outcome.difference < 0.05
    assert outcome.interval.low >= 0  # the run with a bead too many is never the better one


def test_beads_of_equal_probability_are_not_sorted_by_whether_they_are_right():
    rows = beads(*(((at,), (at,), 0.5) for at in range(20)))
    gold = tuple(((at,), (at,)) for at in range(18))
    calibration = score([(gold, rows)]).calibration
    assert calibration is not None
    assert (calibration.worst_tenth, calibration.worst_fifth) == (0, 0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nope", "not a gold file"),
        ('{"id": "x", "zh": "ab", "en": ["b"], "gold": []}', "lists of sentences"),
        ('{"id": "x", "zh": ["a"], "en": ["b"], "gold": [], "en_turn": [0, 1]}', "en_turn has 2"),
        ("[" * 100_000, "not a gold file"),
        ("{}", "needs the fields id, zh, en and gold"),
        ('{"id": "x", "zh": ["a"], "en": ["b"], "gold": [[[1], [0]]]}', "zh sentence 1"),
        ('{"id": "x", "zh": ["a"], "en": ["b"], "gold": [], "zh_para": [0, 1]}', "zh_para has 2"),
    ],
)
def test_a_broken_gold_file_is_refused_by_name(tmp_path: Path, text: str, says: str):
    path = tmp_path / "gold.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=says) as caught:
        read_gold(path)
    assert str(path) in str(caught.value)


def test_a_missing_gold_file_is_refused_by_name(tmp_path: Path):
    with pytest.raises(FormatError, match="cannot be read"):
        read_gold(tmp_path / "none.json")


# -- against the independent scorer --------------------------------------------------------------


@pytest.fixture(scope="session")
def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared / "tools" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def disturbed(gold: tuple, zh: int, en: int) -> tuple[Bead, ...]:
    """Beads that differ from gold in a regular manner: every fifth bead joins its neighbour."""
    run, held = [], None
    for at, (left, right) in enumerate(gold):
        if held is not None:
            left, right = (*held[0], *left), (*held[1], *right)
            held = None
        elif at % 5 == 3:
            held = (left, right)
            continue
        run.append(Bead(tuple(left), tuple(right), (at * 37 % 100) / 100))
    return tuple(run)


@pytest.mark.parametrize("folder", ["mac-dev", "scio-dev"])
def test_scores_equal_those_of_the_independent_scorer(
    shared: Path, scorer: ModuleType, folder: str
):
    golds = [read_gold(path) for path in sorted((shared / "data" / folder).glob("*.json"))]
    runs = [disturbed(gold.beads, len(gold.zh), len(gold.en)) for gold in golds]
    ours = score([(gold.beads, run) for gold, run in zip(golds, runs, strict=True)])
    pairs = [
        (list(gold.beads), [(bead.zh, bead.en) for bead in run])
        for gold, run in zip(golds, runs, strict=True)
    ]
    theirs = scorer.score(pairs)
    for name, mine in (("strict", ours.strict), ("lax", ours.lax)):
        assert round(mine.precision, 4) == theirs[name]["precision"]
        assert round(mine.recall, 4) == theirs[name]["recall"]
        assert round(mine.f1, 4) == theirs[name]["f1"]
    by_type = {kind.kind: kind for kind in ours.types}
    for kind, row in theirs["by_type"].items():
        assert (by_type[kind].gold, by_type[kind].found) == (row["gold"], row["found"])
        assert round(by_type[kind].f1, 3) == row["f1"]
    calibration = scorer.calibration(
        [set(gold.beads) for gold in golds],
        [[((bead.zh, bead.en), bead.probability) for bead in run] for run in runs],
    )
    assert ours.calibration is not None
    assert round(ours.calibration.error, 4) == calibration["ece"]
    assert round(ours.calibration.worst_tenth, 3) == calibration["errors_in_worst_10%"]
    assert round(ours.calibration.worst_fifth, 3) == calibration["errors_in_worst_20%"]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=30))
def test_gold_scored_against_itself_is_never_wrong(shape):
    zh = en = 0
    gold = []
    for left, right in shape:
        if left or right:
            gold.append((tuple(range(zh, zh + left)), tuple(range(en, en + right))))
        zh, en = zh + left, en + right
    run = tuple(Bead(left, right, 1.0) for left, right in gold)
    scores = score([(tuple(gold), run)])
    if run:
        assert scores.strict.precision == 1
        assert all(kind.f1 == 1 for kind in scores.types)
    assert json.dumps([kind.kind for kind in scores.types])
