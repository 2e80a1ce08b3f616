"""Agreement of two reviewers is what its plain definition says, which takes far longer."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from align.corpus.review.double_review import answer_key, final_rows, measure_agreement
from align.corpus.review.state import sentence_keys
from align.corpus.store import BeadRow, Decision, HistoryEntry

NAMES = st.one_of(*map(st.just, [(0,), (0, 1), (1,), (1, 2), (2,), (), (3,), (2, 3)]))


def written(drawn):
    """Give a log of verdicts of which each leaves some rows in the place of others."""
    rows = {}
    for seq, (who, gone, new) in enumerate(drawn, 1):
        before = tuple(rows[who, at] for at in gone if (who, at) in rows)
        after = tuple(
            BeadRow(
                *(str(at), "water", float(min(zh, default=9)) + at / 10),
                *(tuple(map(str, side)) for side in (zh, en)),
                *("湖", "lake"),
                **{"status": status, "reviewer": who},
            )
            for at, zh, en, status in new
        )
        rows |= {(who, int(row.id)): row for row in after}
        made = Decision(f"tab-{seq}", who, "edit")
        yield HistoryEntry(seq, "water", dt.datetime.now(dt.UTC), made, before, after)


LOGS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bo"]),
        st.lists(st.integers(0, 5), max_size=3),
        st.lists(
            st.tuples(
                *(st.integers(0, 5), NAMES, NAMES),
                st.sampled_from(["accepted", "accepted", "rejected", "unreviewed"]),
            ).filter(lambda row: row[1] or row[2]),
            min_size=1,
            max_size=3,
            unique_by=lambda row: row[0],
        ),
    ),
    min_size=4,
    max_size=12,
).map(lambda drawn: list(written(drawn)))


def leave(log, who):
    """Give the rows as somebody left them, each compared with all others."""
    rows = {}
    for entry in (one for one in log if one.decision.reviewer == who):
        if entry.after and entry.before == entry.after:
            continue
        for row in entry.before:
            rows.pop(row.id, None)
        for row in entry.after:
            rows = {key: old for key, old in rows.items() if not share([row], [old])}
            rows[row.id] = row
    judged = [row for row in rows.values() if row.status != "unreviewed"]
    return tuple(sorted(judged, key=lambda row: row.position))


def share(some, others):
    return not sentence_keys(some).isdisjoint(sentence_keys(others))


def overlaps(one, others):
    """Tell whether a bead agrees with one of others as lax F1 has it."""
    return any(
        (one.zh, one.en) == (two.zh, two.en) or ({*one.zh} & {*two.zh} and {*one.en} & {*two.en})
        for two in others
    )


def lax(mine, theirs):
    one, two = (
        sum(overlaps(row, others) for row in rows) / len(rows) if rows else 1.0
        for rows, others in ((mine, theirs), (theirs, mine))
    )
    return 2 * one * two / (one + two) if one + two else 0.0


def differences(mine, theirs):
    """Give groups of rows that hang together by their text and are not the same on both sides."""
    waiting = list(mine)
    while waiting:
        ours, yours = [waiting[0]], []
        while True:
            yours = [row for row in theirs if share([row], ours)]
            grown = [row for row in mine if share([row], ours + yours)]
            if grown == ours:
                break
            ours = grown
        waiting = [row for row in waiting if row not in ours]
        if [*map(answer_key, ours)] != [*map(answer_key, yours)]:
            yield tuple(ours), tuple(yours)


@given(LOGS)
def test_agreement_is_what_comparing_each_row_with_each_finds(log):
    left = [leave(log, who) for who in ("ann", "bo")]
    assert [final_rows(log, who) for who in ("ann", "bo")] == left
    both = sentence_keys(left[0]) & sentence_keys(left[1])
    mine, theirs = ([row for row in rows if sentence_keys([row]) & both] for rows in left)
    found = measure_agreement(log, "ann", "bo")
    assert found.lax == lax(mine, theirs)
    assert [(one.mine, one.theirs) for one in found.differences] == [*differences(mine, theirs)]
